"""Step 10, record: events of the futures that are watched, and the week's series.

Events are rows (policy, lane, week, kind, item, amount) in a table of fixed room; what does not fit is counted, and the
caller plays again with more room.
"""

from typing import NamedTuple

import numpy as np
from numpy import ndarray

from realign.model.compiled import compiled
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
def point_all(belief, direction, length):
    """Every unit's belief at length 1, into direction; both (N, K, L)."""
    N, K, L = belief.shape
    for i in range(N):
        for lane in range(L):
            length[lane] = 0.0
        for k in range(K):
            for lane in range(L):
                length[lane] += belief[i, k, lane] * belief[i, k, lane]
        for lane in range(L):
            length[lane] = 1.0 / np.sqrt(max(length[lane], 1e-300))
        for k in range(K):
            for lane in range(L):
                direction[i, k, lane] = belief[i, k, lane] * length[lane]


@compiled
def _add_along(shares, i, axis, dot, people, total):
    """Add people x (shares of unit i along `axis`) to the total by lane; shares (N, K, L), axis (K, L)."""
    N, K, L = shares.shape
    for lane in range(L):
        dot[lane] = 0.0
    for k in range(K):
        for lane in range(L):
            dot[lane] += shares[i, k, lane] * axis[k, lane]
    for lane in range(L):
        total[lane] += people[i, lane] * dot[lane]


@compiled
def _add_cosine(shares, i, axis, dot, square, people, total):
    """The same, divided by the length of the shares."""
    N, K, L = shares.shape
    for lane in range(L):
        dot[lane] = 0.0
        square[lane] = 0.0
    for k in range(K):
        for lane in range(L):
            dot[lane] += shares[i, k, lane] * axis[k, lane]
            square[lane] += shares[i, k, lane] * shares[i, k, lane]
    for lane in range(L):
        total[lane] += people[i, lane] * dot[lane] / np.sqrt(square[lane])


@compiled
def look(state, here, policy):
    """Alignment, cohesion, engagement and churn of the whole, weighted by people, into here.record.

    here.record: (5, L): people, cosine with the market, cosine with the strategy, engagement, churn.
    """
    belief, allocation, published = state.belief[policy], state.allocation[policy], state.published[policy]
    engagement, moved, cohesion = state.engagement[policy], state.moved[policy], state.cohesion[policy]
    people, priority, direction, resultant = here.people, here.priority, state.direction[policy], here.resultant
    whole, w2, s2, r2 = here.record, here.sum, here.sum2, here.sum3
    weight, strategic, to_belief, engaged, churn = whole[0], whole[1], whole[2], whole[3], whole[4]
    whole[:, :] = 0.0
    resultant[:, :] = 0.0
    N, K, L = belief.shape
    point_all(belief, direction, w2)
    for i in range(N):
        for k in range(K):
            for lane in range(L):
                resultant[k, lane] += people[i, lane] * direction[i, k, lane]
        _add_cosine(allocation, i, priority, w2, s2, people, strategic)
        _add_along(direction, i, published, w2, people, to_belief)
        for lane in range(L):
            weight[lane] += people[i, lane]
            engaged[lane] += people[i, lane] * engagement[i, lane]
            churn[lane] += people[i, lane] * moved[i, lane]
    for lane in range(L):
        w2[lane] = 0.0
        s2[lane] = 0.0
        r2[lane] = 0.0
    for k in range(K):
        for lane in range(L):
            w2[lane] += priority[k, lane] * priority[k, lane]
            s2[lane] += published[k, lane] * published[k, lane]
            r2[lane] += resultant[k, lane] * resultant[k, lane]
    for lane in range(L):
        each = 1.0 / max(weight[lane], 1e-300)
        cohesion[lane] = min(np.sqrt(r2[lane]) * each, 1.0)
        strategic[lane] *= each / np.sqrt(w2[lane])
        to_belief[lane] *= each / np.sqrt(s2[lane])
        engaged[lane] *= each
        churn[lane] *= each


@compiled
def record(tables, state, here, log, policy, week, discount):
    """The week's series of one policy, and the sums over weeks lived."""
    weekly, sums, whole = state.weekly[policy], state.sums[policy], here.record
    rate, cash, cohesion, living = here.value, state.cash[policy], state.cohesion[policy], state.alive[policy]
    ruin_week, level, targets = state.ruin_week[policy], state.level[policy], tables.objectives.target
    for lane in range(rate.shape[0]):
        weekly[SERIES_VALUE, week, lane] = rate[lane]
        weekly[SERIES_CASH, week, lane] = cash[lane]
        weekly[SERIES_STRATEGIC, week, lane] = whole[1, lane]
        weekly[SERIES_BELIEF, week, lane] = whole[2, lane]
        weekly[SERIES_COHESION, week, lane] = cohesion[lane]
        weekly[SERIES_ENGAGEMENT, week, lane] = whole[3, lane]
        weekly[SERIES_ALIVE, week, lane] = 1.0 if np.isnan(ruin_week[lane]) else 0.0
    for lane in range(rate.shape[0]):
        alive = living[lane]
        sums[VALUE, lane] += rate[lane]
        sums[DISCOUNTED, lane] += discount * rate[lane]
        sums[DISCOUNT, lane] += discount
        sums[LIVED, lane] += alive
        sums[STRATEGIC_ALIGNMENT, lane] += alive * whole[1, lane]
        sums[STRATEGY_TO_BELIEF, lane] += alive * whole[2, lane]
        sums[COHESION, lane] += alive * cohesion[lane]
        sums[ENGAGEMENT, lane] += alive * whole[3, lane]
        sums[CHURN, lane] += alive * whole[4, lane]
    for k in range(level.shape[0]):
        for lane in range(rate.shape[0]):
            weekly[NUMBER_OF_SERIES + k, week, lane] = min(level[k, lane] / targets[k], 1.0)
    for lane in range(rate.shape[0]):
        if log.watched[lane] and ruin_week[lane] == week:
            note(log, policy, lane, week, RUIN, -1, cash[lane])
