"""What if: thousands of continuations of each option, from what a seat knows of the present.

Stage: game. In: a table, options as moves. Out: a `WhatIf`: a ranked table, fans, and what they rest on.
Idea: every option is a policy of one and the same plan, so all of them live through the same futures (common random
numbers) in one call of the kernel. Futures begin from candidate presents, not from the hidden one. A warning on record
may be true or false: the share of continuations in which it comes true is its posterior chance. A continuation whose
next strikes would have been announced already is left out: leadership would have heard.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import pairwise
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from realign.compare.intervals import mean_interval
from realign.errors import UsageError
from realign.game.candidates import candidates, heavy, impose, light, seed_of, seed_of_pasts, take
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
from realign.game.knowledge import Knowledge
from realign.game.moves import MOVES, checked
from realign.game.position import with_teams
from realign.game.table import Table
from realign.model import Plan, pass_weeks
from realign.model.signals import WARNED
from realign.model.state import ADOPTED, FOUND, SERIES_CASH, SERIES_VALUE, State, copies_of
from realign.scenario.records import Scenario

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

LANES = 256  # continuations played side by side
FAR = 2**31  # continuations live futures from here on, others those below; the generator takes numbers below 2**32
HOLD = "Hold"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class WhatIf:
    """Continuations of each option. value: (option, continuation), mean weekly value from now on; ruined: likewise;
    series: name -> (option, week, continuation)."""

    options: Sequence[str]
    first: int
    last: int
    value: ndarray
    ruined: ndarray
    cash: ndarray
    series: Mapping[str, ndarray]
    seconds: float
    effective: float  # candidates that carried weight when the present was last weighed; NaN: the truth was used
    lost: int  # weighings that no candidate survived: then conditioning is in doubt
    past: Mapping[str, Sequence[float]] = field(default_factory=dict)  # what was known of cash
    currency: str = ""

    @property
    def table(self) -> pandas.DataFrame:
        """Options ranked by mean value, with the paired difference to the first; intervals of 95 %.

        Intervals are about the continuations that were played; how far the candidates may be off is not in them.
        """
        import pandas

        rows = []
        for n, name in enumerate(self.options):
            value, ahead = self.value[n], self.value[n] - self.value[0]
            sure, gain = mean_interval(value), mean_interval(ahead)
            rows.append({
                "option": name, "value": float(value.mean()), "value_low": sure.low, "value_high": sure.high,
                "gain": float(ahead.mean()), "gain_low": gain.low, "gain_high": gain.high,
                "better": float((ahead > 0).mean() + 0.5 * (ahead == 0).mean()),
                "worst_tenth": float(np.sort(value)[: max(len(value) // 10, 1)].mean()),
                "ruined": float(self.ruined[n].mean()), "final_cash": float(np.median(self.cash[n])),
            })  # fmt: skip
        frame = pandas.DataFrame(rows).sort_values("value", ascending=False, kind="stable", ignore_index=True)
        frame.index = pandas.RangeIndex(1, len(frame) + 1)
        return frame

    def fan(self, series: str = "value", *, shares: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)) -> ndarray:
        """Quantiles by week: (option, share, week)."""
        if series not in self.series:
            raise UsageError(f'fan: "{series}": no such series; there are {", ".join(self.series)}')
        return np.moveaxis(np.quantile(self.series[series], shares, axis=2), 0, 1)

    def plot(self, series: str = "value", *, options: Sequence[str] | None = None) -> Figure:
        """Fan charts of the options, with the first one's median in each."""
        from realign.game.figures import fans

        return fans(self, series, options)

    def __str__(self) -> str:
        from realign.game.whatif_text import whatif_text

        return whatif_text(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from realign.game.html import whatif_html

        return whatif_html(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Present:
    """From where continuations begin."""

    scenario: Scenario
    known: Knowledge
    habits: Habits
    orders: tuple[Order, ...]
    state: State  # one policy, one lane per candidate
    seed: int  # by which its past was drawn: the kernel looks up in it what has struck, and goes on from there
    ahead: int  # the first of the futures that may come, none of which was lived so far
    strikes: tuple[Injected, ...]  # that are known
    over: frozenset[str]
    warnings: tuple[tuple[str, int, float], ...]  # shock, week in which it would strike, chance that it does
    effective: float
    lost: int
    hears: bool  # leave out continuations of which one would have heard


def consider(
    table: Table, options: Mapping[str, Mapping[str, Any]] | None, *, continuations: int, weeks: int | None,
    threads: int | None, sees_all: bool,
) -> WhatIf:  # fmt: skip
    """Play every option on the same continuations."""
    started = perf_counter()
    if continuations < 2:
        raise UsageError(f"what_if: {continuations} continuations: must be 2 or more")
    present = _true_present(table) if sees_all else _known_present(table)
    week = present.known.now
    last = present.scenario.weeks if weeks is None else min(week + weeks, present.scenario.weeks)
    if last <= week:
        raise UsageError(f"what_if: {weeks} weeks: must be 1 or more")
    moves = _bundled(present) if options is None else _asked(table, options)
    lanes = min(LANES, continuations)
    groups = range(-(-continuations // lanes))
    crew = threads or max(min(os.cpu_count() or 1, len(groups)), 1)
    with ThreadPoolExecutor(crew) as pool:
        parts = list(pool.map(lambda group: _play(present, moves, group=group, lanes=lanes, last=last), groups))
    value, cash, ruin = (np.concatenate([part[n] for part in parts], axis=-1) for n in range(3))
    played = value.shape[-1]  # a few too many, of which as many go from each group: they stand by what warnings came to
    kept = np.arange(min(continuations, played)) * played // min(continuations, played)
    return WhatIf(
        options=list(moves), first=week, last=last, value=value[:, :, kept].mean(axis=1), ruined=ruin[:, kept],
        cash=cash[:, -1, kept], series={"value": value[:, :, kept], "cash": cash[:, :, kept]},
        seconds=perf_counter() - started, effective=present.effective, lost=present.lost,
        past={"cash": [float(w.own["cash"][0, 0]) for w in present.known.weeks]},
        currency=present.scenario.organisation.currency,
    )  # fmt: skip


# ---- options


def _bundled(present: _Present) -> dict[str, dict[str, Any]]:
    """Hold, each contingency that is not acting, each policy of the scenario."""
    moves: dict[str, dict[str, Any]] = {HOLD: {}}
    own = present.known.own
    for g, plan in enumerate(sorted(present.scenario.contingencies, key=lambda plan: plan.name)):
        begun = own["active_until"][0, g, 0] > present.known.now
        if not begun:
            moves[f"Activate {plan.name}"] = {"activate": [plan.name]}
    for policy in present.scenario.policies:
        if policy == present.habits.policy and not present.orders and not any(present.habits.added.values()):
            continue  # that is to hold
        moves[f"Policy: {policy.name}"] = {"policy": policy.name}
    return moves


def _asked(table: Table, options: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """A seat's own options, checked, after holding."""
    moves: dict[str, dict[str, Any]] = {HOLD: {}}
    for name, asked in options.items():
        moves[name] = checked(asked, position=table.position, policy=table.setup.policy, allowed=MOVES)
    return moves


# ---- the present


def known_scenario(table: Table) -> Scenario:
    """The scenario as leadership knows it: without free injects it has not recognised."""
    position, setup = table.position, table.setup
    named = {strike.shock for strike in position.known.strikes}
    base = setup.scenario.under(setup.stress)
    free = [s for s in position.scenario.shocks if s.name in named and s.name not in {b.name for b in base.shocks}]
    return replace(base, shocks=(*base.shocks, *free)) if free else base


def _known_present(table: Table) -> _Present:
    """Candidate presents, from knowledge alone."""
    known, position = table.position.known, table.position
    scenario = known_scenario(table)
    start = habits_of(next(p for p in scenario.policies if p.name == table.setup.policy))
    found = candidates(scenario, known, start, cache=table.cache)
    once = {shock.name for shock in scenario.shocks if shock.chance > 0.0 and shock.rate == 0.0}
    return _Present(
        scenario=scenario, known=known, habits=position.habits, orders=known_orders(known), state=found.state,
        seed=seed_of_pasts(scenario), ahead=FAR,
        strikes=tuple(Injected(shock=s.shock, week=s.week, recognised=s.recognised) for s in known.strikes),
        over=frozenset(s.shock for s in known.strikes if s.shock in once), warnings=_warnings(scenario, known),
        effective=found.effective, lost=found.lost, hears=True,
    )  # fmt: skip


def known_orders(known: Knowledge) -> tuple[Order, ...]:
    """Orders on their way."""
    return tuple(o for o in known.orders if o.week + 1 >= known.now)


def _true_present(table: Table) -> _Present:
    """The present as it is, for the facilitator. What a strike has set going, how long it stays unnoticed and what it
    causes, goes on as it was drawn; all else that lies ahead is other futures."""
    position = table.position
    state = light(copies_of(position.state, 1))
    return _Present(
        scenario=position.scenario, known=position.known, habits=position.habits, orders=position.orders,
        state=state, seed=position.seed, ahead=0 if position.future >= FAR else FAR, strikes=position.injected,
        over=frozenset(), warnings=(), effective=float("nan"), lost=0, hears=False,
    )  # fmt: skip


def _warnings(scenario: Scenario, known: Knowledge) -> tuple[tuple[str, int, float], ...]:
    """Warnings whose strike would lie ahead: shock, week, posterior chance that it is no false alarm."""
    shocks, found = {shock.name: shock for shock in scenario.shocks}, []
    for told in known.told:
        if told.kind == "warning" and told.name in shocks:
            sign = shocks[told.name].warning
            if sign is not None and told.week + sign.lead >= known.now:
                monitoring = known.weeks[told.week].habits.policy.monitoring
                true = shocks[told.name].rate * (1.0 - (1.0 - sign.chance) ** monitoring)
                true += shocks[told.name].chance * 52.0 / scenario.weeks * sign.chance
                whole = true + sign.false_alarms
                found.append((told.name, told.week + sign.lead, true / whole if whole > 0.0 else 1.0))
    return tuple(found)


# ---- playing


def _play(
    present: _Present, moves: Mapping[str, Mapping[str, Any]], *, group: int, lanes: int, last: int
) -> tuple[ndarray, ndarray, ndarray]:  # fmt: skip
    """One group of continuations: value and cash (option, week, lane), ruined (option, lane)."""
    week, seed = present.known.now, seed_of(present.scenario, "what if")
    rng = np.random.Generator(np.random.Philox(key=[seed, week * 100_003 + group]))
    chosen = np.sort(rng.integers(0, present.state.lineage.shape[1], lanes))
    comes = [rng.random(lanes) < chance for _, _, chance in present.warnings]
    pattern = np.stack(comes, axis=1) if comes else np.zeros((lanes, 0), bool)
    handling = rng.exponential(size=(lanes, 1 + max((w.open_cases for w in present.known.weeks[-1:]), default=0)))
    futures = np.arange(lanes, dtype=np.uint64) + np.uint64(present.ahead + lanes * group)
    parts, kinds = [], np.unique(pattern, axis=0)
    for kind in kinds:
        mine = (pattern == kind).all(axis=1)
        warned = [w for w, true in zip(present.warnings, kind) if true]
        state = take(present.state, chosen[mine])
        parts.append(_continue(present, moves, warned, state, handling[mine], futures[mine], last))
    return tuple(np.concatenate([part[n] for part in parts], axis=-1) for n in range(3))  # type: ignore[return-value]


def _continue(
    present: _Present, moves: Mapping[str, Mapping[str, Any]], warned: Sequence[tuple[str, int, float]], state: State,
    handling: ndarray, futures: ndarray, last: int,
) -> tuple[ndarray, ndarray, ndarray]:  # fmt: skip
    """Play all options on some lanes, from now to the end."""
    week, options = present.known.now, len(moves)
    coming = [Injected(shock=shock, week=at, decided=at, recognised=at + 0.5) for shock, at, _ in warned]
    forced = (*present.strikes, *coming)
    habits = [present.habits] * options
    latency = present.habits.policy.latency
    orders = [
        [*present.orders, *([Order(given=week, week=week + latency, moves=asked)] if asked else [])]
        for asked in moves.values()
    ]
    plan = _from_now(present, habits, forced)
    state = _for_options(state, options, plan)
    _own(state, present, handling, plan)
    ground = Ground(plan=plan, scenario=present.scenario, joined=present.known.joined)
    marks = sorted({last, *(m for row in orders for o in row for m in (o.week, o.week + 1) if week < m < last)})
    kept, now, lived = np.ones(len(futures), bool), week, []
    for mark in marks:
        for n, row in enumerate(orders):
            habits[n] = _take_effect(state, n, row, habits[n], ground, now)
        plan = _from_now(present, habits, forced)
        state = with_teams(state, plan)
        passage = pass_weeks(plan, heavy(state, mark), seed=present.seed, week=now, until=mark, futures=futures)
        if now == week and present.hears:
            kept = _unheard(plan, passage.signals, week)
        lived.append(passage.state.weekly[:, (SERIES_VALUE, SERIES_CASH), now:mark])
        state, now = light(passage.state), mark
    ruined = ~np.isnan(state.ruin_week[:, kept])
    series = np.concatenate(lived, axis=2)[:, :, :, kept]
    return series[:, 0], series[:, 1], ruined


def _take_effect(state: State, row: int, orders: Sequence[Order], habits: Habits, ground: Ground, week: int) -> Habits:
    """What takes effect at the beginning of a week, on one option."""
    for order in orders:
        if order.week + 1 == week:
            after = settle(habits, order, ground.scenario)
            change_state(state, row, order, ground, before=habits, after=after)
            habits = after
    for order in orders:
        if order.week == week:
            habits = announce(habits, order, ground.scenario)
            call_decision(state, row, order)
    return habits


def _from_now(present: _Present, habits: Sequence[Habits], forced: Sequence[Injected]) -> Plan:
    """The plan of all options; what strikes once and has, does not strike again."""
    plan = plan_of(present.scenario, habits, forced)
    if not present.over:
        return plan
    shocks = plan.tables.shocks
    over = np.array([name in present.over for name in sorted(plan.shocks)], bool)
    return replace(plan, tables=plan.tables._replace(shocks=shocks._replace(chance=np.where(over, 0.0, shocks.chance))))


def _for_options(state: State, options: int, plan: Plan) -> State:
    """One row of policies for each option."""
    one = ("priority_drift", "demand_drift", "felt", "felt_one", "felt_any", "next_strike", "lineage")
    found = State(**{
        name: array.copy() if name in one else np.repeat(array, options, axis=0)
        for name, array in state._asdict().items()
    })  # fmt: skip
    return with_teams(found, plan)


def _own(state: State, present: _Present, handling: ndarray, plan: Plan) -> None:
    """What is leadership's own; its open cases, done after times drawn anew."""
    known, week = present.known, present.known.now
    impose(state, known.own)
    if known.weeks:
        for o, name in enumerate(sorted(plan.opportunities)):
            if name in known.weeks[-1].found:
                state.opportunity[:, o] = FOUND
            elif name in known.weeks[-1].adopted:
                state.opportunity[:, o] = ADOPTED
    state.vain[:] = 0
    state.due[:, week:] = 0
    _reviews_under_way(state, present, week)
    policy = present.habits.policy
    free = np.full((policy.teams, state.lineage.shape[1]), float(week))
    cases = known.weeks[-1].open_cases if known.weeks else 0
    state.team_free[:], state.busy_until[:], state.alarm_until[:] = 0.0, 0.0, 0.0
    lanes = np.arange(free.shape[1])
    for case in range(cases):
        team = free.argmin(axis=0)
        free[team, lanes] += policy.handling * handling[:, case]
        done = free[team, lanes]
        at = np.ceil(np.maximum(done, week + 1e-9)).astype(np.int64)
        fits = at < state.due.shape[1]
        state.due[:, at[fits], lanes[fits]] = 1
        state.busy_until[:] = np.maximum(state.busy_until, done)
    if cases:
        state.team_free[:, : free.shape[0]] = free
        if known.weeks[-1].open_alarm:
            state.alarm_until[:] = state.busy_until


def _reviews_under_way(state: State, present: _Present, week: int) -> None:
    """Reviews of a calendar given up since still lead to their decision."""
    seen = present.known.weeks
    for before, now in pairwise(seen):
        origin, policy = now.habits.review_origin, before.habits.policy
        if before.habits.review_origin != origin and policy.review_every:
            for held in range(max(origin - policy.latency + 1, before.habits.review_origin + 1), origin + 1):
                counted = held - before.habits.review_origin
                if counted % round(policy.review_every) == 0 and week <= held + policy.latency < state.due.shape[1]:
                    state.due[:, held + policy.latency] = 1


def _unheard(plan: Plan, signals: Any, week: int) -> ndarray:
    """Lanes in which nothing is announced now that would have been announced before."""
    time, kind, strike, shock = signals.time[0], signals.kind[0], signals.strike[0], signals.shock[0]
    there = np.arange(time.shape[1])[None, :] < signals.number[0][:, None]
    lead = plan.tables.shocks.warning_lead[shock]
    late = there & (kind == WARNED) & (time == week) & (np.floor(np.where(there, strike, 0.0)) - lead < week)
    return ~late.any(axis=1)
