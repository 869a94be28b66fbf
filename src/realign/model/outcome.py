"""Step 4, outcome: output becomes levels, attainment, value and cash.

    x_k <- x_k 2^(-1 / fade_k) + Y_k,        g_k = clip(x_k / target_k, 0, 1)
    V    = D sum_k w_k g_k prod_j g_j^(n_kj)
    cash <- cash + revenue V - wages - fixed cost - upkeep - monitoring - one-off costs

Ruin is cash below -(credit + credit lines that are open); it is absorbing: from the next week on V = 0 and nothing moves.
Effort whose output lies above the target is waste.
"""

import numpy as np

from realign.model.compiled import compiled
from realign.model.elementary import power
from realign.model.state import MISDIRECTED, WASTED


@compiled
def advance_levels(tables, state, here, policy, week):
    """Move the levels of those alive, note targets reached in time, and measure waste and misdirection."""
    objectives = tables.objectives
    K, L = here.total.shape
    alive = state.alive[policy]
    for lane in range(L):
        here.sum[lane] = 0.0  # all effort
        here.sum2[lane] = 0.0  # effort above target
        here.sum3[lane] = 0.0  # effort where the market does not want it
    for k in range(K):
        level, output, total = state.level[policy, k], here.output[k], here.total[k]
        hit, target = state.hit[policy, k], objectives.target[k]
        for lane in range(L):
            new = level[lane] * objectives.persistence[k] + output[lane]
            new = new if alive[lane] > 0.0 else level[lane]
            level[lane] = new
            above = min(max(new - target, 0.0) / max(output[lane], 1e-300), 1.0)
            here.sum[lane] += total[lane]
            here.sum2[lane] += total[lane] * above
        if week <= objectives.due[k]:
            for lane in range(L):
                hit[lane] = 1.0 if level[lane] >= target and alive[lane] > 0.0 else hit[lane]
    for k in range(K):
        total = here.total[k]
        for lane in range(L):
            here.sum3[lane] += abs(total[lane] / max(here.sum[lane], 1e-300) - here.priority[k, lane])
    wasted, misdirected = state.sums[policy, WASTED], state.sums[policy, MISDIRECTED]
    for lane in range(L):
        wasted[lane] += alive[lane] * here.sum2[lane] / max(here.sum[lane], 1e-300)
        misdirected[lane] += alive[lane] * 0.5 * here.sum3[lane]


@compiled
def attain(objectives, level, here):
    """Attainment of each objective, and its worth: attainment times that of what it depends on."""
    K, L = level.shape
    for k in range(K):
        for lane in range(L):
            here.attained[k, lane] = min(max(level[k, lane] / objectives.target[k], 0.0), 1.0)
    for k in range(K):
        for lane in range(L):
            here.worth[k, lane] = here.attained[k, lane]
        for n in range(objectives.depends_start[k], objectives.depends_start[k + 1]):
            other, exponent = here.attained[objectives.depends_on[n]], objectives.depends_exponent[n]
            for lane in range(L):
                here.worth[k, lane] *= power(other[lane], exponent)


@compiled
def value(tables, state, here, policy):
    """Value rate of the week, 0 for the ruined, into here.value."""
    attain(tables.objectives, state.level[policy], here)
    K, L = here.total.shape
    for lane in range(L):
        here.value[lane] = 0.0
    for k in range(K):
        for lane in range(L):
            here.value[lane] += here.priority[k, lane] * here.worth[k, lane]
    for lane in range(L):
        here.value[lane] *= here.demand[lane] * state.alive[policy, lane]


@compiled
def reckon(tables, state, here, policy, week):
    """Cash at the end of the week, and ruin."""
    organisation, policies, contingencies = tables.organisation, tables.policies, tables.contingencies
    running = organisation.fixed_cost + policies.monitoring_cost[policy]
    for g in range(contingencies.after.shape[0]):
        if policies.lists[policy, g]:
            running += contingencies.upkeep[g]
    for lane in range(here.value.shape[0]):
        if state.alive[policy, lane] > 0.0:
            cash = state.cash[policy, lane] + organisation.revenue * here.value[lane]
            cash -= organisation.wage * here.wages[lane] + running + state.bill[policy, lane]
            state.bill[policy, lane] = 0.0
            state.cash[policy, lane] = cash
            state.lowest_cash[policy, lane] = min(state.lowest_cash[policy, lane], cash)
            if cash < -_credit(tables, state, policy, lane, week):
                state.ruin_week[policy, lane] = week


@compiled
def _credit(tables, state, policy, lane, week):
    """The credit that holds this week, with the lines that active contingencies opened."""
    contingencies = tables.contingencies
    credit = tables.organisation.credit
    for g in range(contingencies.after.shape[0]):
        if tables.policies.lists[policy, g]:
            if state.active_from[policy, g, lane] <= week < state.active_until[policy, g, lane]:
                credit += contingencies.credit[g]
    return credit


@compiled
def bury(state, policy):
    """Those ruined in the week just recorded are not alive in the next."""
    for lane in range(state.alive.shape[1]):
        if not np.isnan(state.ruin_week[policy, lane]):
            state.alive[policy, lane] = 0.0
