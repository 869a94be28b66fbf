"""Rules: the strategy that leadership proposes when it decides, from what it perceives.

static   the first plan
follow   perceived priorities
gap      perceived priorities times the shortfall: naive, it forgets that what is attained fades
plan     effort to hold what is attained, and to close each gap by its due date or within the horizon; what is left
         over goes by perceived priorities, what does not fit is cut where value per unit of effort is least
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from realign.scenario.own_rules import Situation, own_rule
from realign.twin.objectives import Objective
from realign.twin.shares import Shares, normalised, persistence


@dataclass(frozen=True, slots=True)
class View:
    """What leadership knows when it decides."""

    week: int
    first_plan: Shares
    perceived: Shares  # priorities
    readings: Mapping[str, float]  # levels
    yields: Mapping[str, float]  # weekly output of each objective if everybody worked on it
    horizon: float
    objectives: Mapping[str, Objective]
    strategy: Shares  # its own
    cash: float
    weeks: int  # of the scenario

    def weeks_left(self, name: str) -> float:
        """Weeks until the objective is due; the horizon where it has no due date, or had one."""
        objective = self.objectives[name]
        if objective.record.due is not None and objective.due > self.week:
            return objective.due - self.week
        return self.horizon


def static(view: View) -> Shares:
    return dict(view.first_plan)


def follow(view: View) -> Shares:
    return normalised(view.perceived)


def gap(view: View) -> Shares:
    """With no gap left it follows."""
    short = {name: max(1.0 - view.readings[name] / goal.target, 0.0) for name, goal in view.objectives.items()}
    wanted = {name: share * short[name] for name, share in view.perceived.items()}
    return normalised(wanted) if sum(wanted.values()) > 0.0 else dict(view.perceived)


def _per_week(view: View, name: str) -> tuple[float, float]:
    """Level needed per week for a level of 1 in the end, and the share of a level that is kept until then.

    After h weeks of output y a level x has become x d^h + y (1 - d^h) / (1 - d), where it keeps a factor d a week.
    """
    keeps, weeks = persistence(view.objectives[name].record.fade), view.weeks_left(name)
    kept = keeps**weeks
    return (1.0 - keeps) / (1.0 - kept) if keeps < 1.0 else 1.0 / weeks, kept


def effort_needed(view: View, name: str) -> float:
    """Constant share of all effort that brings an objective to its target in time."""
    target = view.objectives[name].target
    if view.yields[name] <= 1e-12:  # nobody can do anything about it
        return 0.0
    per_week, kept = _per_week(view, name)
    return max(target - min(view.readings[name], target) * kept, 0.0) * per_week / view.yields[name]


def _effort_to_hold(view: View, name: str) -> float:
    """Share of all effort that holds what is attained."""
    goal, yields = view.objectives[name], view.yields[name]
    if yields <= 1e-12:
        return 0.0
    return min(view.readings[name], goal.target) * (1.0 - persistence(goal.record.fade)) / yields


def _worth(view: View, name: str) -> float:
    """What attaining an objective is worth, itself and to those it supports."""
    worth = view.perceived[name]
    for other, objective in view.objectives.items():
        worth += objective.record.depends_on.get(name, 0.0) * view.perceived[other]
    return worth


def _value_of_effort(view: View, name: str) -> float:
    """Value that a unit of effort buys by then: attainment, times what it is worth."""
    return _worth(view, name) * view.yields[name] / (view.objectives[name].target * _per_week(view, name)[0])


def plan(view: View) -> Shares:
    needed = {name: effort_needed(view, name) for name in view.objectives}
    left = 1.0 - sum(needed.values())
    if left >= 0.0:
        return {name: needed[name] + left * view.perceived[name] for name in needed}
    bought = {name: _value_of_effort(view, name) for name, effort in needed.items() if effort > 0.0}
    proposal, left = dict.fromkeys(needed, 0.0), 1.0
    for name in sorted(bought, key=lambda name: (-bought[name], name)):
        proposal[name] = min(needed[name], left)
        left -= proposal[name]
    return proposal


def own(name: str, view: View) -> Shares:
    """The proposal of a rule of the user's own, in plain Python."""
    names = list(view.objectives)

    def column(numbers: Mapping[str, float]) -> np.ndarray:
        return np.array([numbers[name] for name in names])

    situation = Situation(
        week=view.week, weeks=view.weeks, horizon=view.horizon, cash=view.cash, perceived=column(view.perceived),
        worth=column({name: _worth(view, name) for name in names}), readings=column(view.readings),
        targets=column({name: view.objectives[name].target for name in names}), strategy=column(view.strategy),
        first_plan=column(view.first_plan), weeks_left=column({name: view.weeks_left(name) for name in names}),
        yields=column(view.yields), hold=column({name: _effort_to_hold(view, name) for name in names}),
        reach=column({name: effort_needed(view, name) for name in names}),
    )  # fmt: skip
    return dict(zip(names, own_rule(name)(situation).tolist()))


RULES: dict[str, Callable[[View], Shares]] = {"static": static, "follow": follow, "gap": gap, "plan": plan}
