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
from realign.model.state import State, copies_of, opening
from realign.model.week import DONE, SIGNALS_FULL, STRIKES_FULL, play

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


def _expected_strikes(plan: Plan) -> int:
    """Room for the arrivals of a future: twice what is expected at the busiest, and some."""
    shocks, world = plan.tables.shocks, plan.tables.world
    if not len(shocks.rate):
        return 1
    excited = shocks.excitation / np.maximum(1.0 - shocks.excitation_persistence, 1e-9)
    rate = shocks.rate * world.regime_shock_rate.max() / np.maximum(1.0 - excited, 0.05)
    fixed = len(shocks.scheduled_week) + len(shocks.forced_week) + (shocks.chance > 0).sum()
    caused = 1.0 + np.bincount(shocks.cause_shock, shocks.cause_chance, len(shocks.rate)).sum()
    return int(min(16 + 2 * caused * (rate.sum() * world.weeks + fixed), MOST_STRIKES))


def _rooms(plan: Plan, lanes: int, strikes: int, signals: int) -> tuple[Strikes, Signals]:
    """Fresh tables for arrivals and signals."""
    S, N, P = len(plan.tables.shocks.rate), len(plan.units), len(plan.policies)

    def table(shape: tuple[int, ...], dtype: type = np.float64) -> ndarray:
        return np.zeros(shape, dtype)

    arrivals = Strikes(
        week=table((lanes, strikes), np.int64),
        shock=table((lanes, strikes), np.int64),
        time=table((lanes, strikes)),
        severity=table((lanes, strikes)),
        address=table((lanes, strikes), np.int64),
        unit=table((lanes, strikes), np.int64),
        number=table((lanes,), np.int64),
        first=table((S, lanes), np.int64),
        join_week=table((N, lanes), np.int64),
    )
    heard = Signals(
        time=table((P, lanes, signals)),
        kind=table((P, lanes, signals), np.int64),
        shock=table((P, lanes, signals), np.int64),
        strike=table((P, lanes, signals)),
        effort=table((P, lanes, signals)),
        number=table((P, lanes), np.int64),
    )
    return arrivals, heard


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


def _group(
    plan: Plan, room: _Room, *, seed: int, futures: ndarray, weeks: tuple[int, int], watched: ndarray,
    start: State | None = None,
) -> tuple[ndarray, State, ndarray]:  # fmt: skip
    """Play one group of lanes, from `start` or from the opening; outcomes, the state at the end, rows of events."""
    lanes = len(futures)
    here = scratch(plan.tables, lanes)
    regime = np.zeros((plan.weeks, lanes), np.int64)
    outcomes = np.full((len(plan.policies), len(plan.measures), lanes), np.nan)
    while True:
        state = opening(plan.tables, lanes) if start is None else copies_of(start, 1)
        state.lineage[weeks[0] :] = futures
        strikes, signals = _rooms(plan, lanes, room.strikes, room.signals)
        log = Log(np.zeros((room.events, 6)), np.zeros(1, np.int64), watched)
        status = play(
            plan.tables, state, here, regime, strikes, signals, log, np.uint64(seed), weeks[0], weeks[1], outcomes
        )
        if status != DONE:
            room.grow(status, plan, int(futures[0]))
        elif log.number[0] > room.events:
            room.events = 2 * int(log.number[0])
        else:
            return outcomes, state, log.rows[: log.number[0]]


def _first_room(plan: Plan, *, events: bool = False) -> _Room:
    expected = _expected_strikes(plan)
    return _Room(strikes=expected, signals=2 * expected + 16, events=1024 if events else 0)


def play_block(plan: Plan, *, seed: int, first: int, count: int, events: int = 0) -> Block:
    """Play futures first .. first + count - 1 of a plan; those below `events` have their events written down.

    The same future gives the same bits in every block. Raises RunError if the scenario's shocks outgrow all room.
    """
    outcomes = np.empty((len(plan.policies), len(plan.measures), count))
    weekly = np.empty((len(plan.policies), len(plan.series), plan.weeks, count if count > plan.lanes else 0))
    room = _first_room(plan, events=first < events)
    rows: list[tuple[int, int, int, str, str, float]] = []
    for begin in range(0, count, plan.lanes):
        end = min(begin + plan.lanes, count)
        futures = np.arange(first + begin, first + end, dtype=np.uint64)
        found, state, logged = _group(
            plan, room, seed=seed, futures=futures, weeks=(0, plan.weeks), watched=futures < events
        )
        outcomes[:, :, begin:end] = found[:, plan.measure_columns]
        if count > plan.lanes:
            weekly[:, :, :, begin:end] = state.weekly
        else:
            weekly = state.weekly
        rows += _worded(plan, logged, first + begin)
    rows.sort(key=lambda row: row[:3])
    return Block(first=first, count=count, outcomes=outcomes, weekly=weekly, events=rows)


def play_until(plan: Plan, *, seed: int, futures: ndarray, week: int) -> State:
    """The state of some futures, one to a lane, at the beginning of `week`, from which `go_on` continues."""
    return _group(
        plan, _first_room(plan), seed=seed, futures=np.asarray(futures, np.uint64), weeks=(0, week),
        watched=np.zeros(len(futures), bool),
    )[1]  # fmt: skip


def go_on(
    plan: Plan, state: State, *, seed: int, week: int, futures: ndarray | None = None, until: int | None = None
) -> tuple[ndarray, State]:
    """Go on from a state at the beginning of `week` to the beginning of `until` (None: to the end).

    futures: (L,) those whose draws hold from now on; None: the lanes' own, which continues exactly as an uninterrupted
    run would. What lies behind stays as it was lived. Returns the outcomes (policy, measure, lane), NaN before the end,
    and the state reached; the state that was passed in is left as it is.
    """
    ahead = state.lineage[week] if futures is None and week < plan.weeks else futures
    lanes = state.lineage.shape[1]
    outcomes, reached, _ = _group(
        plan, _first_room(plan), seed=seed, futures=np.zeros(lanes, np.uint64) if ahead is None else np.asarray(ahead),
        weeks=(week, plan.weeks if until is None else until), watched=np.zeros(lanes, bool), start=state,
    )  # fmt: skip
    return outcomes[:, plan.measure_columns], reached


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
