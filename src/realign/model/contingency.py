"""Step 6, contingencies: prepared plans activate on their condition, after their delay, for their duration.

A condition seen in week t makes a plan act in the weeks t + 1 + after .. + lasts; while it waits or acts a further
condition changes nothing, afterwards it may be activated again. What it does is read off by the steps it concerns:
absorb (effects), people and slack (work), credit (outcome), strategy (decide). An activation on a warning, after
which the shock stays away until the plan ends, was in vain.
"""

from realign.model.compiled import compiled
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
def close_account(state, log, policy, g, lane, week):
    """This is the last week of contingency g: was it activated in vain?"""
    if week < state.active_until[policy, g, lane] <= week + 1.0:
        note(log, policy, lane, week, EXPIRED, g, 0.0)
        if state.vain[policy, g, lane] == 1:
            state.sums[policy, IN_VAIN, lane] += 1.0
            state.vain[policy, g, lane] = 0


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
def heed_conditions(tables, state, log, policy, g, lane, week):
    """Activate a contingency that waits for a level, for cash or for a week."""
    contingencies = tables.contingencies
    condition = contingencies.condition[g]
    met = False
    if condition == ON_OBJECTIVE:
        for k in range(contingencies.floor.shape[1]):
            met = met or state.reading[policy, k, lane] < contingencies.floor[g, k]
    elif condition == ON_CASH:
        met = state.cash[policy, lane] < contingencies.cash_floor[g]
    elif condition == ON_WEEK:
        met = week + 1 == contingencies.week[g]
    if met:
        activate(tables, state, log, policy, g, lane, week, False)
