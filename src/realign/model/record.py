"""Step 10, record: events of the futures that are watched, and the week's series.

Events are rows (policy, lane, week, kind, item, amount) in a table of fixed room; what does not fit is counted, and the
caller plays again with more room.
"""

from typing import NamedTuple

import numpy as np
from numpy import ndarray

from realign.model.compiled import compiled
from realign.model.state import (
    COHESION,
    DISCOUNT,
    DISCOUNTED,
    ENGAGEMENT,
    LIVED,
    SERIES,
    SERIES_ALIVE,
    SERIES_BELIEF,
    SERIES_CASH,
    SERIES_COHESION,
    SERIES_ENGAGEMENT,
    SERIES_STRATEGIC,
    SERIES_VALUE,
    STRATEGIC_ALIGNMENT,
    STRATEGY_TO_BELIEF,
    VALUE,
)

EVENTS = (
    "strike", "warning", "recognised", "false alarm", "alarm", "decision", "activated", "expired",
    "found", "adopted", "closed", "ruin", "joined",
)  # fmt: skip
(
    STRUCK, WARNING, RECOGNISING, FALSE_ALARM, ALARM, DECISION, ACTIVATED, EXPIRED,
    FINDING, ADOPTION, CLOSED, RUIN, JOINED,
) = range(len(EVENTS))  # fmt: skip

NUMBER_OF_SERIES = len(SERIES)


class Log(NamedTuple):
    """Events of the watched lanes."""

    rows: ndarray  # (room, 6) policy, lane, week, kind, item, amount
    count: ndarray  # (1,) int64; more than the room: play again
    watched: ndarray  # (L,) bool


@compiled
def note(log, policy, lane, week, kind, item, amount):
    """Write down one event of a watched lane."""
    if log.watched[lane]:
        at = log.count[0]
        if at < log.rows.shape[0]:
            log.rows[at, 0] = policy
            log.rows[at, 1] = lane
            log.rows[at, 2] = week
            log.rows[at, 3] = kind
            log.rows[at, 4] = item
            log.rows[at, 5] = amount
        log.count[0] = at + 1


@compiled
def note_strikes(tables, state, strikes, log, policy, week):
    """What struck this week, who joined."""
    for lane in range(strikes.count.shape[0]):
        if log.watched[lane]:
            at = state.next_strike[lane]
            while at < strikes.count[lane] and strikes.week[lane, at] == week:
                note(log, policy, lane, week, STRUCK, strikes.shock[lane, at], strikes.severity[lane, at])
                at += 1
            for i in range(strikes.join_week.shape[0]):
                if week > 0 and strikes.join_week[i, lane] == week:
                    note(log, policy, lane, week, JOINED, i, tables.units.people[i])


@compiled
def record(tables, state, here, log, policy, week, discount):
    """The week's series of one policy, and the sums over weeks lived."""
    weekly, sums, averages = state.weekly[policy], state.sums[policy], here.record
    for lane in range(here.value.shape[0]):
        alive = state.alive[policy, lane]
        weight = 1.0 / max(averages[0, lane], 1e-300)
        strategic = averages[1, lane] * weight
        to_belief = averages[2, lane] * weight
        engaged = averages[3, lane] * weight
        weekly[SERIES_VALUE, week, lane] = here.value[lane]
        weekly[SERIES_CASH, week, lane] = state.cash[policy, lane]
        weekly[SERIES_STRATEGIC, week, lane] = strategic
        weekly[SERIES_BELIEF, week, lane] = to_belief
        weekly[SERIES_COHESION, week, lane] = state.cohesion[policy, lane]
        weekly[SERIES_ENGAGEMENT, week, lane] = engaged
        weekly[SERIES_ALIVE, week, lane] = 1.0 if np.isnan(state.ruin_week[policy, lane]) else 0.0
        sums[VALUE, lane] += here.value[lane]
        sums[DISCOUNTED, lane] += discount * here.value[lane]
        sums[DISCOUNT, lane] += discount
        sums[LIVED, lane] += alive
        sums[STRATEGIC_ALIGNMENT, lane] += alive * strategic
        sums[STRATEGY_TO_BELIEF, lane] += alive * to_belief
        sums[COHESION, lane] += alive * state.cohesion[policy, lane]
        sums[ENGAGEMENT, lane] += alive * engaged
    for k in range(state.level.shape[1]):
        row, target = weekly[NUMBER_OF_SERIES + k, week], tables.objectives.target[k]
        level = state.level[policy, k]
        for lane in range(row.shape[0]):
            row[lane] = min(level[lane] / target, 1.0)
    for lane in range(here.value.shape[0]):
        if log.watched[lane] and state.ruin_week[policy, lane] == week:
            note(log, policy, lane, week, RUIN, -1, state.cash[policy, lane])
