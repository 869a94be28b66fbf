"""Step 6, contingencies: prepared plans activate on their condition, after their delay, for their duration.

A condition seen in week t makes a plan act in the weeks t + 1 + after .. + lasts; while it waits or acts a further
condition changes nothing, afterwards it may be activated again. What it does is read off by the steps it concerns:
absorb (effects), people and slack (work), credit (outcome), strategy (decide). An activation on a warning, after
which the shock stays away until the plan ends, was in vain.
"""

import numpy as np

from realign.model.compiled import compiled
from realign.model.lanes import WIDTH, any_of, both, get
from realign.model.record import ACTIVATED, EXPIRED, note
from realign.model.signals import RECOGNISED
from realign.model.state import ACTIVATIONS, IN_VAIN

KINDS = ("shock", "warning", "objective_below", "cash_below", "week")
ON_SHOCK, ON_WARNING, ON_OBJECTIVE, ON_CASH, ON_WEEK = range(5)


@compiled
def activate(tables, state, log, policy, g, lane, week, on_warning):
    """Start contingency g unless it is waiting or acting already."""
    contingencies = tables.contingencies
    if week + 1 < state.active_until[policy, g, lane]:
        return
    state.active_from[policy, g, lane] = week + 1.0 + contingencies.after[g]
    state.active_until[policy, g, lane] = week + 1.0 + contingencies.after[g] + contingencies.lasts[g]
    state.vain[policy, g, lane] = 1 if on_warning else 0
    state.bill[policy, lane] += contingencies.cost[g]
    state.sums[policy, ACTIVATIONS, lane] += 1.0
    note(log, policy, lane, week, ACTIVATED, g, contingencies.cost[g])


@compiled
def close_accounts(state, log, policy, g, week):
    """Where this is the last week of contingency g: was it activated in vain?"""
    until, vain, ruin_week = state.active_until[policy, g], state.vain[policy, g], state.ruin_week[policy]
    in_vain, ending = state.sums[policy, IN_VAIN], False
    for t in range(until.shape[0] // WIDTH):
        ending = ending or any_of(both(get(until, (t,)) > week, get(until, (t,)) <= week + 1.0))
    if not ending:
        return
    for lane in range(until.shape[0]):
        if week < until[lane] <= week + 1.0 and np.isnan(ruin_week[lane]):
            note(log, policy, lane, week, EXPIRED, g, 0.0)
            in_vain[lane] += vain[lane]
            vain[lane] = 0


@compiled
def note_from_the_start(tables, state, log):
    """Write down the plans that are active, or wait, from week 0 on."""
    lists, cost, active_from = tables.policies.lists, tables.contingencies.cost, state.active_from
    for policy in range(active_from.shape[0]):
        for g in range(active_from.shape[1]):
            for lane in range(active_from.shape[2]):
                if lists[policy, g] and active_from[policy, g, lane] >= 0.0:
                    note(log, policy, lane, 0, ACTIVATED, g, cost[g])


@compiled
def heed_signal(tables, state, log, policy, lane, week, kind, shock):
    """Activate what waits for this signal."""
    contingencies = tables.contingencies
    for g in range(contingencies.after.shape[0]):
        if tables.policies.lists[policy, g] and contingencies.shock[g] == shock:
            condition = contingencies.condition[g]
            if condition == ON_SHOCK and kind == RECOGNISED:
                activate(tables, state, log, policy, g, lane, week, False)
            elif condition == ON_WARNING and kind != RECOGNISED:
                activate(tables, state, log, policy, g, lane, week, True)


@compiled
def heed_conditions(tables, state, log, policy, g, week):
    """Activate a contingency that waits for a level, for cash or for a week, where its condition is met."""
    condition, floor = tables.contingencies.condition[g], tables.contingencies.floor
    cash_floor, dated = tables.contingencies.cash_floor[g], week + 1 == tables.contingencies.week[g]
    reading, cash, ruin_week = state.reading[policy], state.cash[policy], state.ruin_week[policy]
    for lane in range(cash.shape[0]):
        met = condition == ON_WEEK and dated
        if condition == ON_OBJECTIVE:
            for k in range(floor.shape[1]):
                met = met or reading[k, lane] < floor[g, k]
        elif condition == ON_CASH:
            met = cash[lane] < cash_floor
        if met and np.isnan(ruin_week[lane]):
            activate(tables, state, log, policy, g, lane, week, False)
