"""The same life with one plan less: what having it ready was worth.

Stage: story. In: a scenario, a life. Out: a `Worth` for each plan that was activated.
Idea: the same future is played again under the same policy without the plan in its list, so that the difference is the
plan's own doing, with its upkeep. The kernel plays it where it is compiled already, the twin elsewhere: they agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from realign.scenario import Scenario
from realign.story.reading import policy_of
from realign.twin.life import Life, live

_SIZE = 300_000  # weeks x units x objectives that the twin plays once more: some ten seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What a plan brought in this life: positive numbers are in favour of having it."""

    plan: str
    value: float
    cash: float
    ruined_without: int | None  # the week in which it would have been ruined
    ruined_with: int | None
    weekly: tuple[float, ...]  # value without it


def worth_of_plans(scenario: Scenario, life: Life, plans: Sequence[str]) -> list[Worth]:
    """What each of these plans was worth; nothing where playing again would take too long."""
    from realign.model import is_cached

    size = len(life.states) * len(scenario.units) * len(scenario.objectives)
    if not is_cached() and size * len(plans) > _SIZE:
        return []
    return [_worth(scenario, life, plan, compiled=is_cached()) for plan in plans]


def _worth(scenario: Scenario, life: Life, plan: str, *, compiled: bool) -> Worth:
    kept = [name for name in policy_of(life).contingencies if name != plan]
    less = scenario.replace(f"policy.{life.policy}.contingencies", kept)
    again = _by_kernel(less, life) if compiled else _by_twin(less, life)
    outcomes, weekly = again
    return Worth(
        plan=plan,
        value=life.outcomes["value"] - outcomes["value"],
        cash=life.outcomes["final_cash"] - outcomes["final_cash"],
        ruined_without=_week(outcomes["ruin_week"]),
        ruined_with=_week(life.outcomes["ruin_week"]),
        weekly=tuple(weekly),
    )


def _by_twin(scenario: Scenario, life: Life) -> tuple[dict[str, float], list[float]]:
    other = live(scenario, policy=life.policy, future=life.future, seed=life.seed, stress=life.stress)
    return other.outcomes, other.weekly["value"]


def _by_kernel(scenario: Scenario, life: Life) -> tuple[dict[str, float], list[float]]:
    from realign.model import build_plan, play_block

    force = scenario.stress(life.stress).force
    plan = build_plan(scenario.under(life.stress), force=force, policies=[life.policy])
    block = play_block(plan, seed=life.seed, first=life.future, count=1)
    outcomes = dict(zip(plan.measures, block.outcomes[0, :, 0].tolist()))
    return outcomes, block.weekly[0, plan.series.index("value"), :, 0].tolist()


def _week(ruin: float) -> int | None:
    return None if isnan(ruin) else int(ruin)
