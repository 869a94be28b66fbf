"""Habits: how an organisation is led now, and how orders change it.

Stage: game. In: the habits in force, an order that takes effect. Out: new habits; changes to the kernel's state.
Idea: the game is played by the same kernel as the Monte Carlo. A seat's moves become what a policy's decisions are:
rows of the policy's table, and a decision that falls due. An order given in week w takes effect in week e = w + the
policy's latency: its strategy is decided and published in that week, everything else holds from the week after, as it
does when a policy activates a contingency. Rows of the state stand for policies, lanes for futures, so the same code
serves one hidden future and thousands of continuations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy import ndarray

from realign.model.arrivals import NEVER
from realign.model.plan import Plan, build_plan
from realign.model.state import ACTIVATIONS, State
from realign.scenario.records import Force, Policy, Scenario

SPOKEN = (
    "rule",
    "strategy",
    "stride",
    "horizon",
)  # what shows in the decision itself; the rest holds from the week after
SETTABLE = ("review_every", "slack", "exploration", "communication", "monitoring", "autonomy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How the organisation is led: a policy, and what has changed in the course of time."""

    policy: Policy
    added: Mapping[str, float] = field(default_factory=dict)  # unit -> people more than the scenario gives it
    watch: tuple[tuple[int, float], ...] = ()  # (week from which, monitoring), the first from week 0
    review_origin: int = 0  # the week from which reviews count


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Moves on their way: given at the beginning of a week, in effect in another."""

    given: int
    week: int
    moves: Mapping[str, Any]
    act: int = -1  # by which it was given


@dataclass(frozen=True, slots=True, kw_only=True)
class Injected:
    """A shock that a seat makes strike; nothing can announce it before the week in which that was decided."""

    shock: str
    week: int
    severity: float | None = None
    decided: int = 0
    act: int = -1  # by which it was decided; -1: by the stress test
    recognised: float | None = None  # for candidates: when it was recognised; None: as drawn


def habits_of(policy: Policy) -> Habits:
    """The habits of a policy, from the first week."""
    return Habits(policy=policy, watch=((0, policy.monitoring),))


def plan_of(scenario: Scenario, habits: Sequence[Habits], injected: Sequence[Injected]) -> Plan:
    """What the kernel plays for several ways of leading the same organisation."""
    policies = tuple(replace(h.policy, name=f"{n} {h.policy.name}") for n, h in enumerate(habits))
    force = [Force(shock=i.shock, week=i.week, severity=i.severity) for i in injected]
    plan = build_plan(replace(scenario, policies=policies), force=force)
    by_shock = [i for name in sorted(plan.shocks) for i in injected if i.shock == name]
    units = sorted(plan.units)
    eras = max(len(h.watch) for h in habits)
    watch = [list(h.watch) + [(NEVER, 0.0)] * (eras - len(h.watch)) for h in habits]
    tables = plan.tables._replace(
        shocks=plan.tables.shocks._replace(
            forced_from=np.array([i.decided for i in by_shock], np.int64),
            forced_recognised=np.array([np.nan if i.recognised is None else i.recognised for i in by_shock]),
        ),
        policies=plan.tables.policies._replace(
            watch_from=np.array([[week for week, _ in row] for row in watch], np.int64),
            watch=np.array([[monitoring for _, monitoring in row] for row in watch], np.float64),
            review_origin=np.array([h.review_origin for h in habits], np.int64),
            added=np.array([[h.added.get(name, 0.0) for name in units] for h in habits], np.float64),
        ),
    )
    return replace(plan, tables=tables)


# ---- the week in which an order takes effect: its decision


def announce(habits: Habits, order: Order, scenario: Scenario) -> Habits:
    """The habits by which the decision of this week is made."""
    moves, policy = order.moves, habits.policy
    if "policy" in moves:
        other = next(p for p in scenario.policies if p.name == moves["policy"])
        policy = replace(policy, **{name: getattr(other, name) for name in SPOKEN})
    if "strategy" in moves:
        policy = replace(policy, rule="static", strategy=dict(moves["strategy"]))
    if "rule" in moves:
        policy = replace(policy, rule=moves["rule"])
    return replace(habits, policy=policy)


def call_decision(state: State, row: int, order: Order) -> None:
    """Let a decision fall due in the week of the order, if it moves the strategy."""
    if order.week < state.due.shape[1] and any(
        name in order.moves for name in ("policy", "strategy", "rule", "review")
    ):
        state.due[row, order.week] = 1


# ---- the week after: everything else


def settle(habits: Habits, order: Order, scenario: Scenario) -> Habits:
    """The habits from the week after the order's."""
    moves, policy, week = order.moves, habits.policy, order.week + 1
    before = policy
    if "policy" in moves:
        other = next(p for p in scenario.policies if p.name == moves["policy"])
        policy = replace(other, name=policy.name, **{name: getattr(policy, name) for name in SPOKEN})
    policy = replace(policy, **{name: moves[name] for name in SETTABLE if name in moves})
    kept = [name for name in policy.contingencies if name not in moves.get("drop", ())]
    kept += [name for name in (*moves.get("prepare", ()), *moves.get("activate", ())) if name not in kept]
    policy = replace(policy, contingencies=tuple(kept))
    added = dict(habits.added)
    for unit, people in moves.get("hire", {}).items():
        added[unit] = added.get(unit, 0.0) + people
    for source, target, people in moves.get("move", ()):
        added[source] = added.get(source, 0.0) - people
        added[target] = added.get(target, 0.0) + people
    watch = habits.watch
    if policy.monitoring != before.monitoring:
        watch = (*watch, (week, policy.monitoring))
    origin = habits.review_origin
    if policy.review_every != before.review_every or policy.latency != before.latency:
        origin = order.week
    return Habits(policy=policy, added=added, watch=watch, review_origin=origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What changes of the state lean on: the organisation's tables and who is there."""

    plan: Plan
    scenario: Scenario
    joined: Mapping[str, int]  # unit -> week in which it joined, of those that are there

    def people(self, unit: str, week: int, habits: Habits) -> float:
        """People of a unit in a week, with those added."""
        record = next(u for u in self.scenario.units if u.name == unit)
        if unit not in self.joined:
            return 0.0
        there = record.people + record.growth / 52.0 * (week - self.joined[unit])
        return max(there + habits.added.get(unit, 0.0), 0.0)


def change_state(state: State, row: int, order: Order, ground: Ground, *, before: Habits, after: Habits) -> None:
    """What an order does to the state of one row at the beginning of the week after its own."""
    week, moves = order.week + 1, order.moves
    plans = sorted(ground.plan.contingencies)
    dropped = set(before.policy.contingencies) - set(after.policy.contingencies)
    for g, name in enumerate(plans):
        if name in dropped:
            until = state.active_until[row, g]
            until[:] = np.minimum(until, week)
            state.vain[row, g] = 0
        if name in moves.get("activate", ()):
            _activate(state, row, g, order.week, ground.plan)
    if before.review_origin != after.review_origin:
        _keep_reviews_under_way(state, row, order.week, before)
    for unit, people in moves.get("hire", {}).items():
        _join(state, row, unit, people, None, ground, week=week, habits=before)
    for source, target, people in moves.get("move", ()):
        _join(state, row, target, people, source, ground, week=week, habits=before)


def _activate(state: State, row: int, g: int, week: int, plan: Plan) -> None:
    """As the kernel activates what is met in step 6 of a week: it acts from the next week, after its delay."""
    table = plan.tables.contingencies
    idle = week + 1 >= state.active_until[row, g]
    begins = week + 1.0 + table.after[g]
    state.active_from[row, g] = np.where(idle, begins, state.active_from[row, g])
    state.active_until[row, g] = np.where(idle, begins + table.lasts[g], state.active_until[row, g])
    state.vain[row, g] = np.where(idle, 0, state.vain[row, g])
    state.bill[row] += np.where(idle, table.cost[g], 0.0)
    state.sums[row, ACTIVATIONS] += idle


def _keep_reviews_under_way(state: State, row: int, week: int, before: Habits) -> None:
    """Reviews held under the old calendar still lead to their decision."""
    every, latency = before.policy.review_every, before.policy.latency
    for held in range(max(week - latency + 1, before.review_origin + 1), week + 1):
        counted = held - before.review_origin
        if every and counted % round(every) == 0 and week < held + latency < state.due.shape[1]:
            state.due[row, held + latency] = 1


def _join(
    state: State, row: int, unit: str, people: float, source: str | None, ground: Ground, *, week: int, habits: Habits
) -> None:  # fmt: skip
    """People come to a unit: they bring the newcomer's belief, or that of the unit they leave, and have to learn."""
    names, units = sorted(ground.plan.units), ground.plan.tables.units
    i, there = names.index(unit), ground.people(unit, week, habits)
    if people <= 0.0:
        return
    share = people / (there + people)
    theirs: ndarray = units.newcomer_belief[i][:, None]
    if source is not None:
        theirs = state.belief[row, names.index(source)].copy()
    elif units.newcomer_follows[i]:
        theirs = state.published[row]
    belief = state.belief[row, i]
    belief += share * (theirs - belief)
    state.inverse_length[row, i] = 1.0 / np.linalg.norm(belief, axis=0)
    state.proficiency[row, i] += share * (units.newcomer_skill[i] - state.proficiency[row, i])
