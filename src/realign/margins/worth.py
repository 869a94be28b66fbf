"""What each part of a policy is worth, in value, money and ruin.

Stage: margins. In: a scenario. Out: `Worth`.
Idea: everything is a paired difference on the same futures, so luck cancels, and what changes nothing is worth exactly
0. Contingencies: with less without, in all futures, and in those in which a shock came that it is there for.
Knobs: turned less as it is. Warning: every arrival of a shock announced, and no false alarm, less as it is: an upper
limit to what better foresight of it can bring to those who have something to do with it; below 0 where alarms make
work and nothing else. Intervals hold for each number by itself. Worth is always that of the change alone: two
contingencies that absorb the same shock are each worth less beside the other.

Columns of all three: stress, policy, what (contingency, knob or shock), measure (value, final_cash, ruined), worth,
low, high (95 %), futures. Contingencies have `futures_in` ("all", or "its shock came"); knobs `before` and `after`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from realign.compare import paired
from realign.errors import UsageError
from realign.margins.played import play
from realign.margins.variants import Variant, shocks_of, turned, without_contingencies
from realign.model import Plan, build_plan
from realign.running.choice import chosen_names
from realign.running.workers import default_number
from realign.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FUTURES = 2_000
LEAD = 4  # weeks, where a shock has no warning of its own
ALL, CAME = "all", "its shock came"
MEASURES = ("value", "final_cash", "ruined")
_COMMON = ("stress", "policy", "what")
_NUMBERS = ("measure", "worth", "low", "high", "futures")

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """Three tables, the policies in the scenario's order, and what money is counted in."""

    contingencies: pd.DataFrame
    knobs: pd.DataFrame
    warning: pd.DataFrame
    policies: tuple[str, ...]
    currency: str

    def figures(self) -> dict[str, Figure]:
        """The figures that there is something to show for, by name."""
        from realign.report import worth_figures

        return worth_figures.figures(self.contingencies, self.knobs, self.warning, policies=self.policies)


def worth(
    scenario: Scenario,
    *,
    policies: Iterable[str] | None = None,
    stress: str = "baseline",
    futures: int = FUTURES,
    seed: int | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Worth:
    """What contingencies, knobs and perfect warning are worth to each policy, on the same futures."""
    names = chosen_names("policy", policies, [policy.name for policy in scenario.policies])
    if futures < 2:
        raise UsageError(f"futures {futures}: a difference needs at least 2")
    here, force = scenario.under(stress), scenario.stress(stress).force
    chosen = [policy for policy in here.policies if policy.name in names]
    variants = [*without_contingencies(chosen), *turned(here, chosen)]
    whole = replace(here, policies=(*chosen, *(variant.policy for variant in variants)))
    plan = build_plan(whole, force=force)
    warned = [(name, _with_warning(build_plan(here, force=force, policies=names), here, name)) for name in plan.shocks]
    wanted, done = futures * (len(plan.policies) + len(warned) * len(names)), [0]

    def step(played: int) -> None:
        done[0] += played
        if progress is not None:
            progress(done[0] * futures // wanted, futures)

    options: dict[str, Any] = {
        "seed": scenario.seed if seed is None else seed, "futures": futures, "threads": threads or default_number(),
        "step": step,
    }  # fmt: skip
    shocks = [f"shocks[{name}]" for name in plan.shocks]
    found = play(plan, measures=[*MEASURES, *shocks], **options)
    base = {policy.name: row for row, policy in enumerate(chosen)}
    foreseen = [(name, play(other, measures=list(MEASURES), **options)) for name, other in warned]
    return Worth(
        contingencies=_contingencies(here, variants, found, base, stress=stress),
        knobs=_knobs(variants, found, base, stress=stress),
        warning=_warning(foreseen, found, base, stress=stress),
        policies=tuple(base),
        currency=scenario.organisation.currency,
    )


def _with_warning(plan: Plan, scenario: Scenario, name: str) -> Plan:
    """The plan in which every arrival of one shock is announced, and no alarm is false."""
    shocks, s = plan.tables.shocks, sorted(plan.shocks).index(name)
    chance, lead, alarms = (column.copy() for column in (
        shocks.warning_chance, shocks.warning_lead, shocks.false_alarm_rate
    ))  # fmt: skip
    chance[s], alarms[s] = 1.0, 0.0
    lead[s] = lead[s] or LEAD
    warned = shocks._replace(warning_chance=chance, warning_lead=lead, false_alarm_rate=alarms)
    return replace(plan, tables=plan.tables._replace(shocks=warned))


def _rows(more: Values, less: Values, measure: str) -> dict[str, object]:
    gap = paired(more, less)
    low, high = (0.0, 0.0) if gap.tied == 1.0 else (gap.low, gap.high)
    return {"measure": measure, "worth": gap.difference, "low": low, "high": high, "futures": gap.futures}


def _contingencies(
    scenario: Scenario, variants: list[Variant], found: Mapping[str, Values], base: Mapping[str, int], *, stress: str
) -> pd.DataFrame:
    known = {contingency.name: contingency for contingency in scenario.contingencies}
    rows = []
    for n, variant in enumerate(variants):
        if variant.changed not in known or variant.after != 0.0 or "\x1fwithout\x1f" not in variant.policy.name:
            continue
        own, other = base[variant.base], len(base) + n
        columns = [found[f"shocks[{name}]"][own] for name in shocks_of(known[variant.changed])]
        came = np.sum(columns, axis=0) > 0 if columns else np.zeros(0, bool)
        for where, mask in ((ALL, slice(None)), (CAME, came)):
            if where == CAME and not came.any():
                continue
            for measure in MEASURES:
                numbers = _rows(found[measure][own][mask], found[measure][other][mask], measure)
                head = {"stress": stress, "policy": variant.base, "what": variant.changed, "futures_in": where}
                rows.append(head | numbers)
    return pd.DataFrame(rows, columns=[*_COMMON, "futures_in", *_NUMBERS])


def _knobs(
    variants: list[Variant], found: Mapping[str, Values], base: Mapping[str, int], *, stress: str
) -> pd.DataFrame:
    rows = []
    for n, variant in enumerate(variants):
        if "\x1fwithout\x1f" in variant.policy.name:
            continue
        own, other = base[variant.base], len(base) + n
        head = {
            "stress": stress, "policy": variant.base, "what": variant.changed, "before": variant.before,
            "after": variant.after,
        }  # fmt: skip
        rows += [head | _rows(found[measure][other], found[measure][own], measure) for measure in MEASURES]
    return pd.DataFrame(rows, columns=[*_COMMON, "before", "after", *_NUMBERS])


def _warning(
    foreseen: list[tuple[str, Mapping[str, Values]]], found: Mapping[str, Values], base: Mapping[str, int], *,
    stress: str,
) -> pd.DataFrame:  # fmt: skip
    rows = []
    for policy, own in base.items():
        for shock, warned in foreseen:
            head = {"stress": stress, "policy": policy, "what": shock}
            rows += [head | _rows(warned[measure][own], found[measure][own], measure) for measure in MEASURES]
    return pd.DataFrame(rows, columns=[*_COMMON, *_NUMBERS])
