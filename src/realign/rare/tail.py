"""How likely, and how bad, is what hardly ever happens: tail measures of each policy.

Stage: rare events. In: a scenario. Out: a DataFrame, one row for each policy and measure.
Idea: plain sampling sees an event of chance 1e-4 once in ten thousand futures. Playing the futures in which it is
common, and weighing each by how much likelier it is there, needs far fewer (`methods`). Each policy is looked into by
itself: what ruins one need not ruin another.

    >>> tail(load("scenarios/black_swans.toml"), policies=["Prepared for all"])            # doctest: +SKIP

Columns: stress, policy, measure · estimate, standard_error, low, high (95 %) · futures (played in all, search
included), searched · worlds (looked at, to choose which to play) · effective (futures that the estimate rests on) ·
plain_futures (that plain sampling would need for the same standard error) · gain (plain_futures / futures) · warning
(empty, or why not to lean on it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from realign.compare.intervals import LEVEL, check_level
from realign.errors import UsageError
from realign.model import build_plan
from realign.rare.estimate import Estimate, chance, quantile, shortfall
from realign.rare.methods import METHODS, Aim, Drawn
from realign.rare.sample import Player
from realign.running.choice import chosen_names
from realign.running.workers import default_number
from realign.scenario import Scenario

FUTURES = 20_000
_FEWEST = 1_000
_AIMS = ("ruin", "value")


def tail(
    scenario: Scenario,
    *,
    policies: Iterable[str] | None = None,
    stress: str = "baseline",
    of: str = "ruin",
    share: float = 0.01,
    futures: int = FUTURES,
    seed: int | None = None,
    method: str = "tilt",
    level: float = LEVEL,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Tail measures of each policy: the chance of ruin, or quantile and expected shortfall of value.

    of: "ruin", or "value" in its worst `share` of futures. futures: played for each policy, search included. method:
    "tilt" (importance sampling), "strata" (by number of shocks) or "plain".
    """
    check_level(level)
    names = chosen_names("policy", policies, [policy.name for policy in scenario.policies])
    played = scenario.under(stress)
    if of not in _AIMS:
        raise UsageError(f'of = "{of}": must be "ruin" or "value"')
    if method not in METHODS:
        raise UsageError(f'method "{method}": must be one of {", ".join(METHODS)}')
    if not 0 < share < 1:
        raise UsageError(f"share = {share}: must lie between 0 and 1, such as 0.01")
    if futures < _FEWEST:
        raise UsageError(f"futures {futures}: too few to search with; give at least {_FEWEST:,}")
    aim, rows, done = Aim(ruin=of == "ruin", share=share), [], [0.0]

    def step(number: float) -> None:
        done[0] += number
        if progress is not None:
            progress(round(done[0]), futures * len(names))

    for name in names:
        plan = build_plan(played, force=scenario.stress(stress).force, policies=[name])
        player = Player(
            plan=plan, seed=scenario.seed if seed is None else seed, threads=threads or default_number(), step=step
        )
        drawn = METHODS[method](player, aim, futures)
        for measure, found in _estimates(drawn, aim, level).items():
            rows.append(_row(found, drawn) | {"stress": stress, "policy": name, "measure": measure, "method": method})
    return pd.DataFrame(rows, columns=COLUMNS)


COLUMNS = (
    "stress", "policy", "measure", "method", "estimate", "standard_error", "low", "high", "futures", "searched",
    "worlds", "effective", "plain_futures", "gain", "warning",
)  # fmt: skip


def _estimates(drawn: Drawn, aim: Aim, level: float) -> dict[str, Estimate]:
    if aim.ruin:
        return {"chance of ruin": chance(drawn.futures, bound=drawn.bound, level=level)}
    worst = f"{100 * aim.share:g} %"
    return {
        f"value: quantile at {worst}": quantile(drawn.futures, share=aim.share, level=level),
        f"value: mean of the worst {worst}": shortfall(drawn.futures, share=aim.share, level=level),
    }


def _row(found: Estimate, drawn: Drawn) -> dict[str, object]:
    futures = len(drawn.futures.values) + drawn.searched
    return {
        "estimate": found.value, "standard_error": found.error, "low": found.low, "high": found.high,
        "futures": futures, "searched": drawn.searched, "worlds": drawn.futures.worlds or futures,
        "effective": found.effective, "plain_futures": found.plain_futures, "gain": found.plain_futures / futures,
        "warning": found.warning,
    }  # fmt: skip
