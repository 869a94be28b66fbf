"""A position: the hidden present of a game, and how one week leads to the next.

Stage: game. In: a position, what its orders say. Out: the next position. Positions are never changed, so that a game
can branch from any of them, go back and go on again with the same bits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from realign.errors import RunError
from realign.game.habits import (
    Ground,
    Habits,
    Injected,
    Order,
    announce,
    call_decision,
    change_state,
    habits_of,
    plan_of,
    settle,
)
from realign.game.knowledge import Case, Knowledge, first_knowledge, handle, learn
from realign.model import Plan, pass_weeks
from realign.model.record import EVENTS
from realign.model.state import State, copies_of, opening
from realign.scenario.records import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """A strike as it really was: for those who may see everything."""

    week: int
    shock: str
    severity: float
    injected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a game stands at the beginning of a week. `scenario` has the free injects as shocks of its own."""

    scenario: Scenario
    seed: int
    future: int
    week: int
    state: State
    habits: Habits
    plan: Plan
    injected: tuple[Injected, ...]
    orders: tuple[Order, ...] = ()
    cases: tuple[Case, ...] = ()
    known: Knowledge = field(default_factory=Knowledge)
    truth: tuple[Struck, ...] = ()
    outcomes: dict[str, float] | None = None  # when it is over

    @property
    def over(self) -> bool:
        """Whether the last week has been played."""
        return self.week >= self.scenario.weeks

    @property
    def ruined(self) -> bool:
        return not np.isnan(self.state.ruin_week[0, 0])


def first_position(scenario: Scenario, *, policy: str, stress: str, seed: int, future: int) -> Position:
    """The position at the beginning of the first week."""
    force = scenario.stress(stress).force
    scenario = scenario.under(stress)
    habits = habits_of(next(p for p in scenario.policies if p.name == policy))
    injected = tuple(Injected(shock=f.shock, week=f.week, severity=f.severity) for f in force)
    plan = plan_of(scenario, [habits], injected)
    state = opening(plan.tables, 1)
    return Position(
        scenario=scenario, seed=seed, future=future, week=0, state=state, habits=habits, plan=plan, injected=injected,
        known=first_knowledge(plan, state),
    )  # fmt: skip


def ordered(position: Position, order: Order) -> Position:
    """The position with one order more on its way."""
    known = replace(position.known, orders=(*position.known.orders, order))
    return replace(position, orders=(*position.orders, order), known=known)


def next_week(position: Position) -> Position:
    """Live through one week."""
    week, state, habits, plan = position.week, position.state, position.habits, position.plan
    due = [o for o in position.orders if o.week == week]
    late = [o for o in position.orders if o.week + 1 == week]
    if due or late:
        state = copies_of(state, 1)
        for order in late:
            after = settle(habits, order, position.scenario)
            plan = plan_of(position.scenario, [after], position.injected)
            ground = Ground(plan=plan, scenario=position.scenario, joined=position.known.joined)
            change_state(state, 0, order, ground, before=habits, after=after)
            habits = after
        for order in due:
            habits = announce(habits, order, position.scenario)
            call_decision(state, 0, order)
        plan = plan_of(position.scenario, [habits], position.injected)
        state = with_teams(state, plan)
    try:
        passage = pass_weeks(
            plan, state, seed=position.seed, week=week, until=week + 1, watch=True,
            futures=np.array([position.future], np.uint64),
        )  # fmt: skip
    except RunError as error:  # whoever plays may read it, but not which future is played
        raise RunError(re.sub(rf"futures?( from)? {position.future}\b( on)?", "this future", str(error))) from None
    cases = handle(position.cases, state.team_free[0, :, 0], passage, week=week, habits=habits)
    over = week + 1 == position.scenario.weeks
    outcomes = passage.outcomes[0, plan.measure_columns, 0] if over else None
    return replace(
        position, week=week + 1, state=passage.state, habits=habits, plan=plan, cases=cases,
        orders=tuple(o for o in position.orders if o.week + 1 > week),
        known=learn(position.known, plan, passage, week=week, habits=habits, open_cases=cases),
        truth=(*position.truth, *_struck(position, passage.rows, week)),
        outcomes=None if outcomes is None else dict(zip(plan.measures, outcomes.tolist())),
    )  # fmt: skip


def with_teams(state: State, plan: Plan) -> State:
    """Room for as many response teams as the habits in force have."""
    teams, there = int(plan.tables.policies.teams.max()), state.team_free.shape[1]
    if teams <= there:
        return state
    more = np.zeros((state.team_free.shape[0], teams - there, state.team_free.shape[2]))
    return state._replace(team_free=np.concatenate([state.team_free, more], axis=1))


def _struck(position: Position, rows: Any, week: int) -> list[Struck]:
    """What really struck in a week."""
    names = sorted(position.plan.shocks)
    found = [
        (names[int(item)], amount) for _, _, _, kind, item, amount in rows.tolist() if EVENTS[int(kind)] == "strike"
    ]
    forced = [i.shock for i in position.injected if i.week == week]
    struck = []
    for shock, severity in found:
        own = shock in forced
        if own:
            forced.remove(shock)
        struck.append(Struck(week=week, shock=shock, severity=severity, injected=own))
    return struck


def with_shocks(position: Position, scenario: Scenario, injected: tuple[Injected, ...]) -> Position:
    """The position with more injects, and where they are of a new kind, with a scenario that knows it."""
    plan = plan_of(scenario, [position.habits], injected)
    state = position.state
    if scenario is not position.scenario:
        state = _felt_again(position.plan, plan, state)
    return replace(position, scenario=scenario, injected=injected, plan=plan, state=state)


def _felt_again(before: Plan, after: Plan, state: State) -> State:
    """What is felt, in the places that the effects have in a scenario with more shocks."""
    old, new = sorted(before.shocks), sorted(after.shocks)
    fresh = opening(after.tables, state.lineage.shape[1])
    felt, felt_one, felt_any = fresh.felt, fresh.felt_one, fresh.felt_any
    a, b = before.tables.effects, after.tables.effects
    for s, name in enumerate(old):
        to = new.index(name)
        for n in range(int(a.start[s + 1] - a.start[s])):
            source, target = int(a.start[s]) + n, int(b.start[to]) + n
            felt[target], felt_any[target] = state.felt[source], state.felt_any[source]
            if a.one[source] >= 0:
                felt_one[b.one[target]] = state.felt_one[a.one[source]]
    return state._replace(felt=felt, felt_one=felt_one, felt_any=felt_any)
