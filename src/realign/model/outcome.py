"""Step 4, outcome: output becomes levels, attainment, value and cash.

    x_k <- x_k 2^(-1 / fade_k) + Y_k,        g_k = clip(x_k / target_k, 0, 1)
    V    = D sum_k w_k g_k prod_j g_j^(n_kj)
    cash <- cash + revenue V - wages - fixed cost - upkeep - monitoring - one-off costs

Ruin is cash below -(credit + credit lines that are open); it is absorbing: from the next week on V = 0 and neither
levels nor cash move. Effort whose output lies above the target is waste.
"""

import numpy as np

from realign.model.compiled import compiled
from realign.model.elementary import exp, log
from realign.model.state import MISDIRECTED, WASTED
from realign.model.work import NOTHING, acts


@compiled
def advance_levels(tables, state, here, policy, week):
    """Move the levels of those alive, note targets reached in time, and measure waste and misdirection."""
    persistence, targets, due = tables.objectives.persistence, tables.objectives.target, tables.objectives.due
    level, hit, alive = state.level[policy], state.hit[policy], state.alive[policy]
    output, total, priority = here.output, here.total, here.priority
    everything, above_target, astray = here.sum, here.sum2, here.sum3
    wasted, misdirected = state.sums[policy, WASTED], state.sums[policy, MISDIRECTED]
    K, L = total.shape
    for lane in range(L):
        everything[lane] = 0.0
        above_target[lane] = 0.0
        astray[lane] = 0.0
    for k in range(K):
        fade, target = persistence[k], targets[k]
        for lane in range(L):
            new = level[k, lane] * fade + output[k, lane]
            level[k, lane] = new if alive[lane] > 0.0 else level[k, lane]
            above = min(max(new - target, 0.0) / max(output[k, lane], 1e-300), 1.0)
            everything[lane] += total[k, lane]
            above_target[lane] += total[k, lane] * above
        if week <= due[k]:
            for lane in range(L):
                hit[k, lane] = 1.0 if level[k, lane] >= target and alive[lane] > 0.0 else hit[k, lane]
    for lane in range(L):
        everything[lane] = 1.0 / max(everything[lane], 1e-300)
    for k in range(K):
        for lane in range(L):
            astray[lane] += abs(total[k, lane] * everything[lane] - priority[k, lane])
    for lane in range(L):
        wasted[lane] += alive[lane] * above_target[lane] * everything[lane]
        misdirected[lane] += alive[lane] * 0.5 * astray[lane]


@compiled
def attain(objectives, level, attained, worth, logs):
    """Attainment of each objective, and its worth: attainment times that of what it depends on; all (K, L).

    Powers are taken in logarithms, one function to a loop, which is what becomes vector code.
    """
    targets, start = objectives.target, objectives.depends_start
    depends_on, exponent = objectives.depends_on, objectives.depends_exponent
    K, L = level.shape
    for k in range(K):
        for lane in range(L):
            attained[k, lane] = min(max(level[k, lane] / targets[k], 0.0), 1.0)
    for k in range(K):
        for lane in range(L):
            logs[k, lane] = log(attained[k, lane])
            worth[k, lane] = 0.0
    for k in range(K):
        for n in range(start[k], start[k + 1]):
            j = depends_on[n]
            for lane in range(L):
                worth[k, lane] += exponent[n] * logs[j, lane]
        if start[k] < start[k + 1]:
            for lane in range(L):
                worth[k, lane] = attained[k, lane] * exp(worth[k, lane])
            for lane in range(L):
                worth[k, lane] = worth[k, lane] if worth[k, lane] > NOTHING else 0.0
        else:
            for lane in range(L):
                worth[k, lane] = attained[k, lane]


@compiled
def value(tables, state, here, policy):
    """Value rate of the week, 0 for the ruined, into here.value."""
    worth, priority, demand, alive = here.worth, here.priority, here.demand, state.alive[policy]
    rate = here.value
    attain(tables.objectives, state.level[policy], here.attained, worth, here.logs)
    K, L = worth.shape
    for lane in range(L):
        rate[lane] = 0.0
    for k in range(K):
        for lane in range(L):
            rate[lane] += priority[k, lane] * worth[k, lane]
    for lane in range(L):
        rate[lane] *= demand[lane] * alive[lane]


@compiled
def reckon(tables, state, here, policy, week):
    """Cash at the end of the week, and ruin."""
    organisation, lists = tables.organisation, tables.policies.lists[policy]
    upkeep, line = tables.contingencies.upkeep, tables.contingencies.credit
    active_from, active_until = state.active_from[policy], state.active_until[policy]
    cash, bill, lowest, alive = state.cash[policy], state.bill[policy], state.lowest_cash[policy], state.alive[policy]
    ruin_week, rate, wages, credit = state.ruin_week[policy], here.value, here.wages, here.sum
    running = organisation.fixed_cost + tables.policies.monitoring_cost[policy]
    for lane in range(credit.shape[0]):
        credit[lane] = organisation.credit
    for g in range(upkeep.shape[0]):
        if lists[g]:
            running += upkeep[g]
            if line[g] > 0.0:
                for lane in range(credit.shape[0]):
                    credit[lane] += line[g] if acts(active_from, active_until, g, lane, week) else 0.0
    revenue, wage = organisation.revenue, organisation.wage
    for lane in range(credit.shape[0]):
        new = cash[lane] + revenue * rate[lane] - wage * wages[lane] - running - bill[lane]
        new = new if alive[lane] > 0.0 else cash[lane]
        cash[lane] = new
        bill[lane] = 0.0
        lowest[lane] = min(lowest[lane], new)
        ruin_week[lane] = week if alive[lane] > 0.0 and new < -credit[lane] else ruin_week[lane]


@compiled
def bury(state, policy):
    """Those ruined in the week just recorded are not alive in the next."""
    alive, ruin_week = state.alive[policy], state.ruin_week[policy]
    for lane in range(alive.shape[0]):
        alive[lane] = 1.0 if np.isnan(ruin_week[lane]) else 0.0
