"""Step 10, record: events of the futures that are watched, and the week's series.

Events are rows (policy, lane, week, kind, item, amount) in a table of fixed room; what does not fit is counted, and the
caller plays again with more room.
"""

from typing import NamedTuple

from numpy import ndarray

from realign.model.compiled import compiled
from realign.model.lanes import WIDTH, choose, get, least, pack, put
from realign.model.state import (
    CHURN,
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
    number: ndarray  # (1,) int64; more than the room: play again
    watched: ndarray  # (L,) bool


@compiled
def note(log, policy, lane, week, kind, item, amount):
    """Write down one event of a watched lane."""
    if log.watched[lane]:
        at = log.number[0]
        if at < log.rows.shape[0]:
            log.rows[at, 0] = policy
            log.rows[at, 1] = lane
            log.rows[at, 2] = week
            log.rows[at, 3] = kind
            log.rows[at, 4] = item
            log.rows[at, 5] = amount
        log.number[0] = at + 1


@compiled
def note_strikes(tables, state, strikes, log, policy, week):
    """What struck this week, who joined."""
    watched, count, weeks, next_strike = log.watched, strikes.number, strikes.week, state.next_strike
    people, join_week = tables.units.people, strikes.join_week
    for lane in range(count.shape[0]):
        if watched[lane]:
            at = next_strike[lane]
            while at < count[lane] and weeks[lane, at] == week:
                note(log, policy, lane, week, STRUCK, strikes.shock[lane, at], strikes.severity[lane, at])
                at += 1
            for i in range(join_week.shape[0]):
                if week > 0 and join_week[i, lane] == week:
                    note(log, policy, lane, week, JOINED, i, people[i])


@compiled
def record(tables, state, here, log, policy, week, at, discount):
    """The week's series of one policy, from pack `at` of the weekly series on, and the sums over weeks lived."""
    weekly, sums, whole = state.weekly[policy], state.sums[policy], here.record
    ruin_week, level, targets = state.ruin_week[policy], state.level[policy], tables.objectives.target
    value, living, cohesive, cash = here.value, state.alive[policy], state.cohesion[policy], state.cash[policy]
    for t in range(ruin_week.shape[0] // WIDTH):
        rate, alive, cohesion, ruin = get(value, (t,)), get(living, (t,)), get(cohesive, (t,)), get(ruin_week, (t,))
        strategic, believed, engaged = get(whole, (1, t)), get(whole, (2, t)), get(whole, (3, t))
        put(weekly, (SERIES_VALUE, week, at + t), rate)
        put(weekly, (SERIES_CASH, week, at + t), get(cash, (t,)))
        put(weekly, (SERIES_STRATEGIC, week, at + t), strategic)
        put(weekly, (SERIES_BELIEF, week, at + t), believed)
        put(weekly, (SERIES_COHESION, week, at + t), cohesion)
        put(weekly, (SERIES_ENGAGEMENT, week, at + t), engaged)
        put(weekly, (SERIES_ALIVE, week, at + t), choose(ruin == ruin, 0.0, 1.0))  # NaN, alive, is not equal to itself
        for k in range(level.shape[0]):
            put(weekly, (NUMBER_OF_SERIES + k, week, at + t), least(get(level, (k, t)) / targets[k], 1.0))
        _add(sums, VALUE, t, rate)
        _add(sums, DISCOUNTED, t, discount * rate)
        _add(sums, DISCOUNT, t, pack(discount))
        _add(sums, LIVED, t, alive)
        _add(sums, STRATEGIC_ALIGNMENT, t, alive * strategic)
        _add(sums, STRATEGY_TO_BELIEF, t, alive * believed)
        _add(sums, COHESION, t, alive * cohesion)
        _add(sums, ENGAGEMENT, t, alive * engaged)
        _add(sums, CHURN, t, alive * get(whole, (4, t)))
    for lane in range(ruin_week.shape[0]):
        if log.watched[lane] and ruin_week[lane] == week:
            note(log, policy, lane, week, RUIN, -1, cash[lane])


@compiled
def _add(sums, measure, t, amount):
    """Add to one of the sums over weeks."""
    put(sums, (measure, t), get(sums, (measure, t)) + amount)
