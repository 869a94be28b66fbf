"""Step 4, outcome: output becomes levels, attainment, value and cash.

    x_k <- x_k 2^(-1 / fade_k) + Y_k,        g_k = clip(x_k / target_k, 0, 1)
    V    = D sum_k w_k g_k prod_j g_j^(n_kj)
    cash <- cash + revenue V - wages - fixed cost - upkeep - monitoring - one-off costs

Ruin is cash below -(credit + credit lines that are open); it is absorbing: from the next week on V = 0 and neither
levels nor cash move. Effort whose output lies above the target is waste.
"""

from realign.model.compiled import compiled
from realign.model.elementary import exp, log
from realign.model.lanes import WIDTH, both, choose, fused, get, least, magnitude, most, pack, put
from realign.model.state import MISDIRECTED, WASTED
from realign.model.work import NOTHING, TINY, act


@compiled
def advance_levels(tables, state, here, policy, week):
    """Move the levels of those alive, note targets reached in time, and measure waste and misdirection."""
    persistence, targets, due = tables.objectives.persistence, tables.objectives.target, tables.objectives.due
    level, hit, sums = state.level[policy], state.hit[policy], state.sums[policy]
    output, total, priority, alive_now = here.output, here.total, here.priority, state.alive[policy]
    K, L = total.shape
    for t in range(L // WIDTH):
        alive = get(alive_now, (t,))
        living = alive > 0.0
        everything, above_target, astray = pack(0.0), pack(0.0), pack(0.0)
        for k in range(K):
            before, made, effort = get(level, (k, t)), get(output, (k, t)), get(total, (k, t))
            new = before * persistence[k] + made
            now = choose(living, new, before)
            put(level, (k, t), now)
            above = least(most(new - targets[k], 0.0) / most(made, TINY), 1.0)
            everything = everything + effort
            above_target = fused(effort, above, above_target)
            if week <= due[k]:
                put(hit, (k, t), choose(both(now >= targets[k], living), 1.0, get(hit, (k, t))))
        whole = 1.0 / most(everything, TINY)
        for k in range(K):
            astray = astray + magnitude(get(total, (k, t)) * whole - get(priority, (k, t)))
        put(sums, (WASTED, t), get(sums, (WASTED, t)) + alive * above_target * whole)
        put(sums, (MISDIRECTED, t), get(sums, (MISDIRECTED, t)) + alive * 0.5 * astray)


@compiled
def _attain(targets, supports, level, attained, logs, t):
    """Attainment of each objective, and its logarithm where others depend on it."""
    for k in range(level.shape[0]):
        share = least(most(get(level, (k, t)) / targets[k], 0.0), 1.0)
        put(attained, (k, t), share)
        if supports[k]:
            put(logs, (k, t), log(share))


@compiled
def rate_value(objectives, level, weight, demand, attained, logs, rate):
    """Value rate: attainments times those of what they depend on, weighted (K, L), times demand, into `rate` (L,)."""
    start, depends_on, exponent = objectives.depends_start, objectives.depends_on, objectives.depends_exponent
    targets, supports = objectives.target, objectives.supports
    for t in range(rate.shape[0] // WIDTH):
        _attain(targets, supports, level, attained, logs, t)
        total = pack(0.0)
        for k in range(level.shape[0]):
            each = get(attained, (k, t))
            if start[k] < start[k + 1]:
                power = pack(0.0)
                for n in range(start[k], start[k + 1]):
                    power = fused(exponent[n], get(logs, (depends_on[n], t)), power)
                each = each * exp(power)
                each = choose(each > NOTHING, each, 0.0)
            total = fused(get(weight, (k, t)), each, total)
        put(rate, (t,), total * get(demand, (t,)))


@compiled
def value(tables, state, here, policy):
    """Value rate of the week, 0 for the ruined, into here.value."""
    level, alive, rate = state.level[policy], state.alive[policy], here.value
    rate_value(tables.objectives, level, here.priority, here.demand, here.attained, here.logs, rate)
    for t in range(alive.shape[0] // WIDTH):
        put(rate, (t,), get(rate, (t,)) * get(alive, (t,)))


@compiled
def reckon(tables, state, here, policy, week):
    """Cash at the end of the week, and ruin."""
    organisation, lists = tables.organisation, tables.policies.lists[policy]
    upkeep, line = tables.contingencies.upkeep, tables.contingencies.credit
    active_from, active_until = state.active_from[policy], state.active_until[policy]
    cash, bill, lowest, alive = state.cash[policy], state.bill[policy], state.lowest_cash[policy], state.alive[policy]
    ruin_week, rate, wages = state.ruin_week[policy], here.value, here.wages
    own_credit, revenue, wage = organisation.credit, organisation.revenue, organisation.wage
    running = organisation.fixed_cost + tables.policies.monitoring_cost[policy]
    for g in range(upkeep.shape[0]):
        running += upkeep[g] if lists[g] else 0.0
    for t in range(cash.shape[0] // WIDTH):
        credit = pack(own_credit)
        for g in range(upkeep.shape[0]):
            if lists[g] and line[g] > 0.0:
                credit = credit + choose(act(active_from, active_until, g, t, week), line[g], 0.0)
        before, living = get(cash, (t,)), get(alive, (t,)) > 0.0
        earned = before + revenue * get(rate, (t,))
        new = earned - wage * get(wages, (t,)) - running - get(bill, (t,))
        new = choose(living, new, before)
        put(cash, (t,), new)
        put(bill, (t,), 0.0)
        put(lowest, (t,), least(get(lowest, (t,)), new))
        put(ruin_week, (t,), choose(both(living, new < -credit), week, get(ruin_week, (t,))))


@compiled
def bury(state, policy):
    """Those ruined in the week just recorded are not alive in the next."""
    alive, ruin_week = state.alive[policy], state.ruin_week[policy]
    for t in range(alive.shape[0] // WIDTH):
        week = get(ruin_week, (t,))
        put(alive, (t,), choose(week == week, 0.0, 1.0))  # NaN is not equal to itself
