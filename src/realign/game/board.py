"""The board: what a seat sees.

Stage: game. In: what the seat knows. Out: a `Board` of plain records, which a notebook, a terminal or a test reads.
Idea: leadership's board is made from its knowledge and its own orders alone; the facilitator's adds the truth of the
present; the red cell sees what has struck and what it can still afford. Nobody sees what is to come, but for what they
set going themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isinf
from typing import Any

import numpy as np
from numpy import ndarray

from realign.game.habits import Habits, Order
from realign.game.knowledge import Knowledge, Told
from realign.game.position import Position, Struck
from realign.model import Plan
from realign.model.effects import PRIORITY
from realign.model.state import State
from realign.scenario.records import Contingency, Scenario
from realign.scenario.showing import condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """An objective as it was last read: in which week, at what level, how far from the reading four weeks before."""

    name: str
    reading: float
    target: float
    of_week: int  # -1: the start
    change: float
    due: int | None
    perceived: float  # share of what matters, as leadership perceives it
    strategy: float
    published: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """A contingency: not prepared, prepared, waiting until it acts, or acting until a week."""

    name: str
    condition: str
    status: str
    week: float | None = None  # from which, or until which


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What a seat sees at the beginning of a week."""

    seat: str
    scenario: str
    currency: str
    week: int
    weeks: int
    over: bool
    ruined: bool
    kpis: Sequence[Kpi] = ()
    cash: float = float("nan")
    cash_change: float = float("nan")  # since four weeks ago
    credit: float = 0.0
    history: Mapping[str, Sequence[float]] | None = None  # readings by objective, and "cash", week by week
    habits: Habits | None = None
    plans: Sequence[Readiness] = ()
    open_cases: int = 0
    orders: Sequence[Order] = ()
    news: Sequence[Told] = ()
    found: Sequence[str] = ()  # opportunities found and not adopted yet
    truth: Mapping[str, Any] | None = None  # the facilitator's
    struck: Sequence[Struck] = ()  # the facilitator's and the red cell's
    injects: Sequence[Mapping[str, Any]] = ()  # set going, and yet to strike
    deck: Mapping[str, float] | None = None  # the red cell's: price of each shock, in bits
    budget: float = float("nan")  # bits left


def leadership_board(
    seat: str, scenario: Scenario, known: Knowledge, *, habits: Habits, orders: Sequence[Order],
    messages: Sequence[Told],
) -> Board:  # fmt: skip
    """The board of a leadership seat, from what it knows."""
    last, own = known.weeks[-1] if known.weeks else None, known.own
    names = sorted(objective.name for objective in scenario.objectives)
    readings = {name: [float(week.own["reading"][0, k, 0]) for week in known.weeks] for k, name in enumerate(names)}
    cash = [float(week.own["cash"][0, 0]) for week in known.weeks]
    before = len(known.weeks) - 5
    kpis = []
    for objective in scenario.objectives:
        k, row = names.index(objective.name), readings[objective.name]
        kpis.append(Kpi(
            name=objective.name, reading=row[-1] if row else objective.start, target=objective.target,
            of_week=max(known.now - 1 - objective.kpi_lag, -1),
            change=row[-1] - row[before] if before >= 0 else (row[-1] - objective.start if row else 0.0),
            due=None if objective.due is None else round(objective.due),
            perceived=float(own["perceived"][0, k, 0]), strategy=float(own["strategy"][0, k, 0]),
            published=float(own["published"][0, k, 0]),
        ))  # fmt: skip
    return Board(
        seat=seat, scenario=scenario.name, currency=scenario.organisation.currency, week=known.now,
        weeks=scenario.weeks, over=known.now >= scenario.weeks,
        ruined=last is not None and float(last.own["alive"][0, 0]) == 0.0, kpis=kpis,
        cash=cash[-1] if cash else scenario.organisation.cash,
        cash_change=cash[-1] - (cash[before] if before >= 0 else scenario.organisation.cash) if cash else 0.0,
        credit=scenario.organisation.credit, history={**readings, "cash": cash}, habits=habits,
        plans=[_readiness(plan, g, known, habits) for g, plan in enumerate(_by_name(scenario))],
        open_cases=last.open_cases if last else 0, orders=orders,
        news=sorted([*known.told, *messages], key=lambda told: told.week), found=last.found if last else (),
    )  # fmt: skip


def _by_name(scenario: Scenario) -> list[Contingency]:
    return sorted(scenario.contingencies, key=lambda plan: plan.name)


def _readiness(plan: Contingency, g: int, known: Knowledge, habits: Habits) -> Readiness:
    status, week = "not prepared", None
    if plan.name in habits.policy.contingencies:
        status = "prepared"
        begins, ends = float(known.own["active_from"][0, g, 0]), float(known.own["active_until"][0, g, 0])
        if begins > known.now:
            status, week = "starting", begins
        elif begins >= 0 and ends > known.now:
            status, week = "acting", None if isinf(ends) else ends
    return Readiness(name=plan.name, condition=condition(plan), status=status, week=week)


def truth_of(position: Position) -> dict[str, Any]:
    """The present as it really is."""
    state, plan, week = position.state, position.plan, position.week
    objectives = sorted(plan.objectives)
    found: dict[str, Any] = {
        "level": {name: float(state.level[0, k, 0]) for k, name in enumerate(objectives)},
        "methods": {name: float(state.methods[0, k, 0]) for k, name in enumerate(objectives)},
        "belief": {
            unit: {name: float(state.belief[0, i, k, 0]) for k, name in enumerate(objectives)}
            for i, unit in enumerate(sorted(plan.units))
        },
        "allocation": {
            unit: {name: float(state.allocation[0, i, k, 0]) for k, name in enumerate(objectives)}
            for i, unit in enumerate(sorted(plan.units))
        },
        "priority": dict(zip(objectives, priorities(plan, state)[:, 0].tolist())),
        "engagement": {unit: float(state.engagement[0, i, 0]) for i, unit in enumerate(sorted(plan.units))},
    }
    if week > 0:
        for n, name in enumerate(("value", "cash", "strategic_alignment", "strategy_to_belief", "cohesion")):
            found[name] = float(state.weekly[0, n, week - 1, 0])
    return found


def priorities(plan: Plan, state: State) -> ndarray:
    """True priorities (K, L) as they were in the week just lived."""
    effects = plan.tables.effects
    z = state.priority_drift.copy()
    for e in range(len(effects.kind)):
        if effects.kind[e] == PRIORITY:
            z += effects.objective[e][:, None] * state.felt[e][None, :]
    w = plan.tables.world.priority[:, None] * np.exp(z)
    return w / w.sum(axis=0, keepdims=True)
