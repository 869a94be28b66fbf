"""After the last week: what each future amounted to, under each policy.

Value is the mean over all weeks of the plan (0 after ruin); alignment and the like are means over the weeks lived.
For every strike, against the value of the week before it and within a year or what is left: the deepest fall, and the
weeks until value was back at 90 % of it for good; a strike never recovered from counts with the weeks that were left.
"""

import numpy as np

from realign.model.compiled import compiled
from realign.model.lanes import WIDTH
from realign.model.state import (
    ACTIVATIONS,
    ADOPTED,
    CHURN,
    COHESION,
    DECIDED,
    DECIDING_WEEKS,
    DECISIONS,
    DISCOUNT,
    DISCOUNTED,
    ENGAGEMENT,
    FOUND,
    GONE,
    IN_VAIN,
    LIVED,
    MISDIRECTED,
    OPEN,
    REALIGNING_COST,
    RECOGNISED_COUNT,
    RECOGNISING_WEEKS,
    SERIES_VALUE,
    STRATEGIC_ALIGNMENT,
    STRATEGY_TO_BELIEF,
    SWITCHING,
    VALUE,
    WASTED,
)

MEASURES = (
    "value", "discounted_value", "ruined", "ruin_week", "final_cash", "lowest_cash",
    "strategic_alignment", "strategy_to_belief", "cohesion", "engagement", "wasted", "switching", "misdirected",
    "decisions", "churn", "realigning_cost", "shocks", "drop", "weeks_to_recognise", "weeks_to_decide",
    "weeks_to_recover", "found", "adopted", "missed", "activations", "in_vain",
)  # fmt: skip
YEAR = 52
BACK = 0.9  # of the value before the strike


@compiled
def ratio(above, below):
    """above / below, NaN where there is nothing to divide by."""
    return above / below if below > 0.0 else np.nan


@compiled
def recovery(series, strikes, lane, column):
    """Mean depth of the drop and mean weeks to recover over the strikes of one lane; NaN without strikes.

    series: (weeks, columns), of which `column` is the lane's.
    """
    weeks = series.shape[0]
    drops, durations, number = 0.0, 0.0, 0
    for at in range(strikes.number[lane]):
        week = strikes.week[lane, at]
        if week == 0 or series[week - 1, column] <= 0.0:
            continue
        before = series[week - 1, column]
        lowest, back = before, week
        for t in range(week, min(week + YEAR, weeks)):
            lowest = min(lowest, series[t, column])
            if series[t, column] < BACK * before:
                back = t + 1
        number += 1
        drops += 1.0 - lowest / before
        durations += back - week
    return ratio(drops, number), ratio(durations, number)


@compiled
def recover(tables, state, strikes, first_pack, outcomes):
    """Fill outcomes (P, M, L): the measures above, then shocks[], attainment[], hit[] and level[] by name."""
    weeks = tables.world.weeks
    S, K = strikes.first.shape[0], state.level.shape[1]
    for policy in range(outcomes.shape[0]):
        sums, out, series = state.sums[policy], outcomes[policy], state.weekly[policy, SERIES_VALUE]
        for lane in range(outcomes.shape[2]):
            lived = sums[LIVED, lane]
            out[0, lane] = sums[VALUE, lane] / weeks
            out[1, lane] = sums[DISCOUNTED, lane] / sums[DISCOUNT, lane]
            out[2, lane] = 0.0 if np.isnan(state.ruin_week[policy, lane]) else 1.0
            out[3, lane] = state.ruin_week[policy, lane]
            out[4, lane] = state.cash[policy, lane]
            out[5, lane] = state.lowest_cash[policy, lane]
            out[6, lane] = sums[STRATEGIC_ALIGNMENT, lane] / lived
            out[7, lane] = sums[STRATEGY_TO_BELIEF, lane] / lived
            out[8, lane] = sums[COHESION, lane] / lived
            out[9, lane] = sums[ENGAGEMENT, lane] / lived
            out[10, lane] = sums[WASTED, lane] / lived
            out[11, lane] = sums[SWITCHING, lane] / lived
            out[12, lane] = sums[MISDIRECTED, lane] / lived
            out[13, lane] = sums[DECISIONS, lane]
            out[14, lane] = sums[CHURN, lane] / lived
            out[15, lane] = sums[REALIGNING_COST, lane]
            out[16, lane] = strikes.number[lane]
            out[17, lane], out[20, lane] = recovery(series, strikes, lane, first_pack * WIDTH + lane)
            out[18, lane] = ratio(sums[RECOGNISING_WEEKS, lane], sums[RECOGNISED_COUNT, lane])
            out[19, lane] = ratio(sums[DECIDING_WEEKS, lane], sums[DECIDED, lane])
            _count_opportunities(state, policy, lane, out)
            out[24, lane] = sums[ACTIVATIONS, lane]
            vain = sums[IN_VAIN, lane]
            for g in range(state.vain.shape[1]):
                vain += state.vain[policy, g, lane]
            out[25, lane] = vain
            first = 26
            for s in range(S):
                out[first + s, lane] = 0.0
            for at in range(strikes.number[lane]):
                out[first + strikes.shock[lane, at], lane] += 1.0
            first += S
            for k in range(K):
                level = state.level[policy, k, lane]
                out[first + k, lane] = min(level / tables.objectives.target[k], 1.0)
                out[first + K + k, lane] = state.hit[policy, k, lane]
                out[first + 2 * K + k, lane] = level


@compiled
def _count_opportunities(state, policy, lane, out):
    """Opportunities found, adopted, and missed: open but never found."""
    found, adopted, missed = 0.0, 0.0, 0.0
    for o in range(state.opportunity.shape[1]):
        now = state.opportunity[policy, o, lane]
        found += 1.0 if now == FOUND or now == ADOPTED else 0.0
        adopted += 1.0 if now == ADOPTED else 0.0
        missed += 1.0 if now == GONE or now == OPEN else 0.0
    out[21, lane], out[22, lane], out[23, lane] = found, adopted, missed
