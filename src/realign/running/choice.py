"""What a run is asked for, checked: policies, stress tests, numbers.

Stage: run. In: a scenario and the options of a run. Out: an `Order`; or a UsageError.
Idea: names keep the order of the scenario, whatever the order in which they were asked for, so that the same choice
gives the same files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from realign.errors import UsageError
from realign.running.until import MOST_FUTURES
from realign.running.workers import default_number
from realign.scenario import Scenario, dump, scenario_hash
from realign.scenario.desk import suggestion
from realign.scenario.keys_of_policies import BUILT_IN

_MOST_FUTURES_EVER = 1_000_000_000
_MOST_THREADS = 1024
_LEAST_SURE, _MOST_SURE = 0.5, 0.999  # beyond, 20,000 draws do not tell the critical value


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A run, as ordered; `text` and `hash` are those of the scenario with the seed and futures of this run."""

    scenario: Scenario
    text: str
    hash: str
    policies: tuple[str, ...]
    stresses: tuple[str, ...]
    futures: int
    seed: int
    threads: int
    events: int
    until: float | None
    select: float | None

    @property
    def key(self) -> dict[str, Any]:
        """What must be the same for a run to go on with the parts of another: all but the number of futures."""
        from realign import __version__
        from realign.model.compiled import CACHE_FOLDER

        alike = self.scenario.replace({"seed": None, "futures": None})
        return {
            "version": __version__, "kernel": CACHE_FOLDER.name, "scenario": scenario_hash(alike), "seed": self.seed,
            "policies": list(self.policies), "stresses": list(self.stresses), "events": self.events,
            "select": None if self.select is None else [self.select, self.until, self.futures],
            "rules": _rules_of(self),
        }  # fmt: skip


def _rules_of(made: Order) -> dict[str, str]:
    """The user's own rules of the policies that are played, each by a digest of its source."""
    own = {p.rule for p in made.scenario.policies if p.name in made.policies} - set(BUILT_IN)
    if not own:
        return {}
    from realign.scenario.own_rules import own_rule  # only wanted where there is one

    return {name: own_rule(name).digest for name in sorted(own)}


def order(
    scenario: Scenario, *, futures: int | None, seed: int | None, policies: Iterable[str] | None,
    stresses: Iterable[str] | None, threads: int | None, events: int, until: float | None,
    select: float | None = None,
) -> Order:  # fmt: skip
    """Check what is asked for; raises UsageError."""
    changes = {"futures": futures, "seed": seed}
    changes = {key: value for key, value in changes.items() if value is not None and value != getattr(scenario, key)}
    _within("futures", futures, low=1, high=_MOST_FUTURES_EVER)
    _within("seed", seed, low=0, high=2**32 - 1)
    _within("threads", threads, low=1, high=_MOST_THREADS)
    _within("events", events, low=0, high=_MOST_FUTURES_EVER)
    as_run = scenario.replace(changes) if changes else scenario
    chosen = chosen_names("policy", policies, [policy.name for policy in scenario.policies])
    if until is not None and not (isfinite(until) and until > 0):
        raise UsageError(f"until {until}: the precision must be a number above 0")
    if until is not None and len(chosen) < 2:
        raise UsageError("until: precision is about the difference of the best two policies, but only one is played")
    if select is not None and not _LEAST_SURE <= select <= _MOST_SURE:
        raise UsageError(
            f"select {select}: the probability of selecting the best policy must be within {_LEAST_SURE} and "
            f"{_MOST_SURE}, such as 0.95"
        )
    if select is not None and len(chosen) < 2:
        raise UsageError("select: there is nothing to select from, only one policy is played")
    stopping = until is not None or select is not None
    return Order(
        scenario=as_run, text=dump(as_run), hash=scenario_hash(as_run), policies=chosen,
        stresses=chosen_names("stress test", stresses, ["baseline", *(stress.name for stress in scenario.stresses)]),
        futures=MOST_FUTURES if stopping and futures is None else as_run.futures, seed=as_run.seed,
        threads=threads or default_number(), events=events, until=until, select=select,
    )  # fmt: skip


def chosen_names(what: str, wanted: Iterable[str] | None, known: Sequence[str]) -> tuple[str, ...]:
    """The names that are wanted, in the order of the scenario; None: all."""
    if wanted is None:
        return tuple(known)
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    unknown = [name for name in names if name not in known]
    if unknown:
        lines = [f'{what} "{name}": no such {what}{suggestion(str(name), known)}' for name in unknown]
        raise UsageError("\n".join(lines))
    if not names:
        raise UsageError(f"no {what} is chosen; leave the choice out to play all")
    return tuple(name for name in known if name in names)


def _within(what: str, value: int | None, *, low: int, high: int) -> None:
    if value is not None and not low <= value <= high:
        raise UsageError(f"{what} {value}: must be within {low} and {high:,}")
