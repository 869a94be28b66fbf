"""A block of futures, played.

Stage: model, its last word. In: a plan, a seed and a range of futures. Out: a `Block` of outcomes, weekly series and
events. Idea: this wrapper allocates, explains failures in words and grows what proved too small; the kernel only loops.

>>> from realign.scenario import load
>>> plan = build_plan(load("scenarios/bakery.toml"))                                   # doctest: +SKIP
>>> play_block(plan, seed=7, first=0, count=256).outcomes.shape                        # doctest: +SKIP
(3, 43, 256)
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy import ndarray

from realign.errors import RunError
from realign.model.arrivals import Strikes
from realign.model.here import scratch
from realign.model.lanes import WIDTH, aligned, tiles
from realign.model.own_rule import failure
from realign.model.plan import Plan
from realign.model.record import (
    ACTIVATED,
    ADOPTION,
    CLOSED,
    EVENTS,
    EXPIRED,
    FALSE_ALARM,
    FINDING,
    JOINED,
    RECOGNISING,
    STRUCK,
    WARNING,
    Log,
)
from realign.model.signals import Signals
from realign.model.state import State, opening, pick, side_by_side
from realign.model.week import DONE, RULE_FAILED, SIGNALS_FULL, STRIKES_FULL, play

MOST_STRIKES = 200_000  # in one future; beyond it a scenario is not of shocks


@dataclass(frozen=True)
class Block:
    """What a range of futures came to.

    outcomes: (policy, measure, future) float64, NaN where there is nothing to measure; weekly: (policy, series, week,
    future) float64; events: (policy, future, week, kind, name, amount), by policy, future and week; states: the state
    of each group of lanes at the end, if it was asked for.
    """

    first: int
    count: int
    outcomes: ndarray
    weekly: ndarray
    events: list[tuple[int, int, int, str, str, float]]
    states: list[State] = field(default_factory=list)


def expected_strikes(plan: Plan) -> int:
    """Room for the arrivals of a future: twice what is expected at the busiest, and some."""
    shocks, world = plan.tables.shocks, plan.tables.world
    if not len(shocks.rate):
        return 1
    excited = shocks.excitation / np.maximum(1.0 - shocks.excitation_persistence, 1e-9)
    rate = shocks.rate * world.regime_shock_rate.max() / np.maximum(1.0 - excited, 0.05)
    fixed = len(shocks.scheduled_week) + len(shocks.forced_week) + (shocks.chance > 0).sum()
    caused = 1.0 + np.bincount(shocks.cause_shock, shocks.cause_chance, len(shocks.rate)).sum()
    return int(min(16 + 2 * caused * (rate.sum() * world.weeks + fixed), MOST_STRIKES))


def room_for_arrivals(plan: Plan, lanes: int, strikes: int) -> Strikes:
    """Fresh tables for arrivals."""
    S, N = len(plan.tables.shocks.rate), len(plan.units)

    def table(shape: tuple[int, ...], dtype: type = np.int64) -> ndarray:
        return np.zeros(shape, dtype)

    return Strikes(
        week=table((lanes, strikes)),
        shock=table((lanes, strikes)),
        time=table((lanes, strikes), np.float64),
        severity=table((lanes, strikes), np.float64),
        address=table((lanes, strikes)),
        unit=table((lanes, strikes)),
        number=table((lanes,)),
        first=table((S, lanes)),
        join_week=table((N, lanes)),
    )


def _room_for_signals(plan: Plan, lanes: int, signals: int) -> Signals:
    """Fresh tables for signals."""
    shape = (len(plan.policies), lanes, signals)
    return Signals(
        time=np.zeros(shape),
        kind=np.zeros(shape, np.int64),
        shock=np.zeros(shape, np.int64),
        strike=np.zeros(shape),
        effort=np.zeros(shape),
        number=np.zeros(shape[:2], np.int64),
        coming=np.zeros(shape[:2]),
    )


@dataclass
class _Room:
    """How much room arrivals, signals and events get; grows when a group of futures proves busier."""

    strikes: int
    signals: int
    events: int

    def grow(self, status: int, plan: Plan, first: int) -> None:
        if status == STRIKES_FULL and self.strikes < MOST_STRIKES:
            self.strikes *= 2
            self.signals = max(self.signals, 2 * self.strikes)
        elif status == SIGNALS_FULL:
            self.signals *= 2
        else:
            busiest = plan.shocks and f" (scenario {plan.name!r}, futures from {first} on)"
            raise RunError(
                f"some shock arrives more than 500 times in a week, or {MOST_STRIKES:,} times in a future{busiest}: "
                "lower its rate, its branching or the regime's shock_rate"
            )


@dataclass(frozen=True)
class Passage:
    """Some weeks of a group of lanes: what came of them, and what the world drew.

    outcomes: (policy, measure, lane) in the kernel's order, NaN before the end; state: at the end; rows: of events
    (policy, lane, week, kind, item, amount), see record.EVENTS; regime: (weeks, lane); strikes, signals: of all weeks.
    """

    outcomes: ndarray
    state: State
    rows: ndarray
    regime: ndarray
    strikes: Strikes
    signals: Signals


class Desk:
    """The arrays on which one plan is played, block after block: memory that is warm is faster than fresh memory.

    The weekly series of a block that was played on a desk hold until the next block is played on it, and so do the
    state, arrivals and signals of a group that began with the opening.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lanes = 0
        self.series = np.empty(0)

    def lay(self, lanes: int) -> None:
        """Make ready for groups of as many lanes."""
        if self.lanes != lanes:
            self.lanes = lanes
            self.here = scratch(self.plan.tables, lanes)
            first = opening(self.plan.tables, lanes, weekly=False)
            (self._opening, _), (self._now, self._state) = side_by_side(first), side_by_side(first)
            self._rooms: dict[tuple[int, int], tuple[Strikes, Signals]] = {}

    def weekly(self, lanes: int) -> ndarray:
        """Room for weekly series (P, Q, weeks, lanes)."""
        shape = (len(self.plan.policies), len(self.plan.series), self.plan.weeks, lanes)
        if self.series.shape != shape:
            self.series = aligned(shape)
        return self.series

    def state(self, start: State | None, lanes: ndarray) -> State:
        """A state to go on from: these lanes of `start`, or the opening."""
        if start is not None:
            return pick(start, lanes)
        self._now[:] = self._opening
        return self._state

    def rooms(self, strikes: int, signals: int) -> tuple[Strikes, Signals]:
        """Tables for so many arrivals and signals of a lane; what is left in them from before does not count."""
        if (strikes, signals) not in self._rooms:
            made = room_for_arrivals(self.plan, self.lanes, strikes), _room_for_signals(self.plan, self.lanes, signals)
            self._rooms = {(strikes, signals): made}
        return self._rooms[strikes, signals]


def _group(
    plan: Plan, room: _Room, *, seed: int, futures: ndarray, weeks: tuple[int, int], watched: ndarray,
    start: State | None = None, desk: Desk | None = None, weekly: ndarray | None = None, at: int = 0,
) -> Passage:  # fmt: skip
    """Play one group of lanes, from `start` or from the opening.

    The kernel steps in whole vectors of lanes, so the last future is played in as many lanes as are wanting, and
    forgotten. weekly: (P, Q, weeks, >= at + lanes), where the weekly series go from lane `at` on.
    """
    number, lanes = len(futures), tiles(len(futures)) * WIDTH
    padded = np.minimum(np.arange(lanes), number - 1)
    watching = np.concatenate([watched, np.zeros(lanes - number, bool)])
    desk = Desk(plan) if desk is None else desk
    desk.lay(lanes)
    regime = np.zeros((plan.weeks, lanes), np.int64)
    outcomes = np.full((len(plan.policies), len(plan.measures), lanes), np.nan)
    while True:
        state = desk.state(start, padded)
        if weekly is not None:
            state = state._replace(weekly=weekly)
        elif start is None:
            state = state._replace(weekly=np.zeros((len(plan.policies), len(plan.series), plan.weeks, lanes)))
        state.lineage[weeks[0] :] = futures[padded]
        strikes, signals = desk.rooms(room.strikes, room.signals)
        log = Log(np.zeros((room.events, 6)), np.zeros(1, np.int64), watching)
        status = play(
            plan.tables, state, desk.here, regime, strikes, signals, log, np.uint64(seed), weeks[0], weeks[1],
            at // WIDTH, outcomes,
        )  # fmt: skip
        if status == RULE_FAILED:
            raise RunError(failure(plan.rules[desk.here.fault[1]], desk.here, futures[padded]))
        if status != DONE:
            room.grow(status, plan, int(futures[0]))
        elif log.number[0] > room.events:
            room.events = 2 * int(log.number[0])
        else:
            passage = Passage(outcomes, state, log.rows[: log.number[0]], regime, strikes, signals)
            return passage if lanes == number else _first_lanes(passage, number)


def _first_lanes(passage: Passage, number: int) -> Passage:
    """A passage without the lanes that were only played because the kernel steps in whole vectors."""
    lanes, s, heard = np.arange(number), passage.strikes, passage.signals
    by_lane = {"week", "shock", "time", "severity", "address", "unit", "number"}
    return Passage(
        outcomes=passage.outcomes[:, :, :number],
        state=pick(passage.state, lanes),
        rows=passage.rows,
        regime=passage.regime[:, :number],
        strikes=Strikes(**{n: a[:number] if n in by_lane else a[:, :number] for n, a in s._asdict().items()}),
        signals=Signals(**{name: array[:, :number] for name, array in heard._asdict().items()}),
    )


def _first_room(plan: Plan, *, events: bool = False) -> _Room:
    expected = expected_strikes(plan)
    return _Room(strikes=expected, signals=2 * expected + 16, events=1024 if events else 0)


def play_block(
    plan: Plan, *, seed: int, first: int, count: int, events: int = 0, desk: Desk | None = None
) -> Block:
    """Play futures first .. first + count - 1 of a plan; those below `events` have their events written down.

    The same future gives the same bits in every block. Raises RunError if the scenario's shocks outgrow all room.
    """
    desk = Desk(plan) if desk is None else desk
    outcomes = np.empty((len(plan.policies), len(plan.measures), count))
    weekly, room = desk.weekly(tiles(count) * WIDTH), _first_room(plan, events=first < events)
    rows: list[tuple[int, int, int, str, str, float]] = []
    for begin in range(0, count, plan.lanes):
        end = min(begin + plan.lanes, count)
        futures = np.arange(first + begin, first + end, dtype=np.uint64)
        passage = _group(
            plan, room, seed=seed, futures=futures, weeks=(0, plan.weeks), watched=futures < events, desk=desk,
            weekly=weekly, at=begin,
        )  # fmt: skip
        outcomes[:, :, begin:end] = passage.outcomes[:, plan.measure_columns]
        rows += _worded(plan, passage.rows, first + begin)
    rows.sort(key=lambda row: row[:3])
    whole = weekly if count % WIDTH == 0 else np.ascontiguousarray(weekly[..., :count])
    return Block(first=first, count=count, outcomes=outcomes, weekly=whole, events=rows)


def play_futures(plan: Plan, *, seed: int, futures: ndarray) -> ndarray:
    """Outcomes (policy, measure, future) of these futures alone, whichever they are; the bits are those of a block."""
    outcomes = np.empty((len(plan.policies), len(plan.measures), len(futures)))
    room, chosen = _first_room(plan), np.asarray(futures, np.uint64)
    desk = Desk(plan)
    for begin in range(0, len(chosen), plan.lanes):
        here = slice(begin, begin + plan.lanes)
        watched = np.zeros(len(chosen[here]), bool)
        passage = _group(
            plan, room, seed=seed, futures=chosen[here], weeks=(0, plan.weeks), watched=watched, desk=desk
        )
        outcomes[:, :, here] = passage.outcomes[:, plan.measure_columns]
    return outcomes


def play_until(plan: Plan, *, seed: int, futures: ndarray, week: int) -> State:
    """The state of some futures, one to a lane, at the beginning of `week`, from which `go_on` continues."""
    return _group(
        plan, _first_room(plan), seed=seed, futures=np.asarray(futures, np.uint64), weeks=(0, week),
        watched=np.zeros(len(futures), bool),
    ).state  # fmt: skip


def go_on(
    plan: Plan, state: State, *, seed: int, week: int, futures: ndarray | None = None, until: int | None = None
) -> tuple[ndarray, State]:
    """Go on from a state at the beginning of `week` to the beginning of `until` (None: to the end).

    futures: (L,) those whose draws hold from now on; None: the lanes' own, which continues exactly as an uninterrupted
    run would. What lies behind stays as it was lived. Returns the outcomes (policy, measure, lane), NaN before the end,
    and the state reached; the state that was passed in is left as it is.
    """
    passage = pass_weeks(plan, state, seed=seed, week=week, futures=futures, until=until)
    return passage.outcomes[:, plan.measure_columns], passage.state


def pass_weeks(
    plan: Plan, state: State, *, seed: int, week: int, futures: ndarray | None = None, until: int | None = None,
    watch: bool = False,
) -> Passage:  # fmt: skip
    """As `go_on`, with all that the world drew, and with the events if `watch` is set."""
    ahead = state.lineage[week] if futures is None and week < plan.weeks else futures
    lanes = state.lineage.shape[1]
    return _group(
        plan, _first_room(plan, events=watch), seed=seed,
        futures=np.zeros(lanes, np.uint64) if ahead is None else np.asarray(ahead, np.uint64),
        weeks=(week, plan.weeks if until is None else until), watched=np.full(lanes, watch), start=state,
    )  # fmt: skip


def _worded(plan: Plan, rows: ndarray, first: int) -> list[tuple[int, int, int, str, str, float]]:
    """Rows of events with names."""
    shocks, units = sorted(plan.shocks), sorted(plan.units)
    contingencies, opportunities = sorted(plan.contingencies), sorted(plan.opportunities)
    names: dict[int, Any] = {
        **dict.fromkeys((STRUCK, WARNING, RECOGNISING, FALSE_ALARM), shocks),
        **dict.fromkeys((ACTIVATED, EXPIRED), contingencies),
        **dict.fromkeys((FINDING, ADOPTION, CLOSED), opportunities),
        JOINED: units,
    }
    worded = []
    for policy, lane, week, kind, item, amount in rows.tolist():
        name = names[int(kind)][int(item)] if int(kind) in names else ""
        worded.append((int(policy), first + int(lane), int(week), EVENTS[int(kind)], name, amount))
    return worded
