"""Step 6, rules: the strategy that leadership proposes when it decides, from what it perceives.

    static   the first plan
    follow   perceived priorities v
    gap      v times the shortfall 1 - g: naive, it forgets that what is attained fades
    plan     effort to hold what is attained, plus effort to close each gap by its due date or within the horizon;
             what is left goes by v; what does not fit is cut where value per unit of effort is least

The arithmetic of `plan`. With full effort on objective k the organisation would yield y_k a week (gain, methods and
the CES of all its people at their skill), and a level fades by the factor d_k a week. Then, in shares of all effort,

    hold_k  = min(x_k, target_k) (1 - d_k) / y_k
    reach_k = (target_k - x_k d_k^h) (1 - d_k) / (1 - d_k^h) / y_k        constant effort that arrives after h weeks

(1 - d) / (1 - d^h) being 1 / h where nothing fades, and h the weeks to the due date, or the horizon.
"""

import numpy as np

from realign.model.compiled import compiled
from realign.model.elementary import exp, log
from realign.model.work import CES, COBB_DOUGLAS, LEONTIEF, SUM

KINDS = ("static", "follow", "gap", "plan")
STATIC, FOLLOW, GAP, PLAN = range(4)


@compiled
def normalise(shares):
    """Scale non-negative shares to sum 1, in place; False if there is nothing to scale."""
    total = 0.0
    for k in range(shares.shape[0]):
        total += shares[k]
    if total <= 0.0:
        return False
    for k in range(shares.shape[0]):
        shares[k] /= total
    return True


@compiled
def propose(tables, state, here, policy, lane, week):
    """The strategy that the policy's rule proposes, into here.proposal."""
    rule, proposal = tables.policies.rule[policy], here.proposal
    if rule == STATIC:
        for k in range(proposal.shape[0]):
            proposal[k] = tables.policies.strategy[policy, k]
        return
    if rule == PLAN:
        plan(tables, state, here, policy, lane, week)
        return
    for k in range(proposal.shape[0]):
        proposal[k] = state.perceived[policy, k, lane]
        if rule == GAP:
            proposal[k] *= 1.0 - min(state.reading[policy, k, lane] / tables.objectives.target[k], 1.0)
    if not normalise(proposal):
        for k in range(proposal.shape[0]):
            proposal[k] = state.perceived[policy, k, lane]


@compiled
def full_yield(tables, state, here, policy, lane, k):
    """Weekly output of objective k if everybody worked on it at full engagement and nothing struck."""
    units, objectives = tables.units, tables.objectives
    r, technology = objectives.exponent[k], objectives.technology[k]
    aggregate = np.inf if technology == LEONTIEF else 0.0
    for f in range(objectives.share.shape[1]):
        share = objectives.share[k, f]
        if technology != SUM and share == 0.0:
            continue
        effort = 0.0
        for i in range(units.people.shape[0]):
            if units.function[i] == f:
                effort += here.people[i, lane] * units.skill[i, k]
        if technology == SUM:
            aggregate += effort
        elif technology == LEONTIEF:
            aggregate = min(aggregate, effort / share)
        elif technology == COBB_DOUGLAS:
            aggregate += share * log(effort / share)
        else:
            aggregate += share * exp(r * log(effort / share))
    if technology == COBB_DOUGLAS:
        aggregate = exp(aggregate)
    elif technology == CES:
        aggregate = exp(log(aggregate) / r)
    return aggregate * objectives.gain[k] * state.methods[policy, k, lane]


@compiled
def plan(tables, state, here, policy, lane, week):
    """The rule `plan`, into here.proposal."""
    objectives = tables.objectives
    proposal, need, density = here.proposal, here.need, here.density
    K = proposal.shape[0]
    wanted = 0.0
    for k in range(K):
        level, target = min(state.reading[policy, k, lane], objectives.target[k]), objectives.target[k]
        fade = objectives.persistence[k]
        weeks = tables.policies.horizon[policy]
        if objectives.has_due[k] and objectives.due[k] > week:
            weeks = objectives.due[k] - week
        kept = exp(weeks * log(fade))
        per_week = (1.0 - fade) / (1.0 - kept) if fade < 1.0 else 1.0 / weeks
        yields = full_yield(tables, state, here, policy, lane, k)
        need[k] = max(target - level * kept, 0.0) * per_week / yields if yields > 1e-12 else 0.0
        density[k] = state.perceived[policy, k, lane] / need[k] if need[k] > 0.0 else 0.0
        proposal[k] = 0.0
        wanted += need[k]
    if wanted <= 1.0:
        for k in range(K):
            proposal[k] = need[k] + (1.0 - wanted) * state.perceived[policy, k, lane]
        return
    left = 1.0
    for _ in range(K):
        best = -1
        for k in range(K):
            if need[k] > 0.0 and (best < 0 or density[k] > density[best]):
                best = k
        if best < 0 or left <= 0.0:
            break
        proposal[best] = min(need[best], left)
        left -= proposal[best]
        need[best] = 0.0
