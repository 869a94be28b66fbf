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

(1 - d) / (1 - d^h) being 1 / h where nothing fades, and h the weeks to the due date, or the horizon. Where not all
fits, effort goes first where a unit of it buys most value by then: the gain in attainment per effort, y_k (1 - d_k^h) /
((1 - d_k) target_k), times what attainment is worth, v_k and through the strategy map sum_m n_mk v_m.

A rule of the user's own is called by its address (own_rule.py); when it fails, the run stops after the week.
"""

from realign.model.compiled import compiled
from realign.model.elementary import exp, log
from realign.model.lanes import WIDTH, get, pack, put
from realign.model.own_rule import SCALARS, call_rule
from realign.model.work import combine

KINDS = ("static", "follow", "gap", "plan")
STATIC, FOLLOW, GAP, PLAN, OWN = range(5)


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
    if rule == OWN and ask(tables, state, here, policy, lane, week):
        return
    for k in range(proposal.shape[0]):
        proposal[k] = state.perceived[policy, k, lane]
        if rule == GAP:
            proposal[k] *= 1.0 - min(state.reading[policy, k, lane] / tables.objectives.target[k], 1.0)
    if not normalise(proposal):
        for k in range(proposal.shape[0]):
            proposal[k] = state.perceived[policy, k, lane]


@compiled
def yield_in_full(tables, here):
    """Weekly output of each objective, per quality of methods, if all worked on it engaged and unhurt: here.in_full."""
    units, objectives, people = tables.units, tables.objectives, here.people
    skill, function, share = units.skill, units.function, objectives.share
    effort, total, output, gain = here.effort, here.total, here.in_full, objectives.gain
    technology, exponent = objectives.technology, objectives.exponent
    K, F, L = effort.shape
    for t in range(L // WIDTH):
        for k in range(K):
            everything = pack(0.0)
            for f in range(F):
                put(effort, (k, f, t), 0.0)
            for i in range(people.shape[0]):
                u = get(people, (i, t)) * skill[i, k]
                put(effort, (k, function[i], t), get(effort, (k, function[i], t)) + u)
                everything = everything + u
            put(total, (k, t), everything)
            put(output, (k, t), gain[k] * combine(technology[k], exponent[k], share, total, effort, k, t))


@compiled
def _find_worth(objectives, perceived, lane, worth):
    """What attaining each objective is worth: its own perceived priority, and those of the objectives it supports."""
    for k in range(worth.shape[0]):
        worth[k] = perceived[k, lane]
    for k in range(worth.shape[0]):
        for n in range(objectives.depends_start[k], objectives.depends_start[k + 1]):
            worth[objectives.depends_on[n]] += objectives.depends_exponent[n] * perceived[k, lane]


@compiled
def look_ahead(tables, here, policy, week):
    """For each objective, in every lane the same, into here.ahead (3, K).

    The weeks in which its gap is to be closed, what fading leaves of it until then, and what must be added a week.
    """
    objectives, ahead = tables.objectives, here.ahead
    for k in range(ahead.shape[1]):
        fade, weeks = objectives.persistence[k], tables.policies.horizon[policy]
        if objectives.has_due[k] and objectives.due[k] > week:
            weeks = objectives.due[k] - week
        kept = exp(weeks * log(fade))
        ahead[0, k], ahead[1, k] = weeks, kept
        ahead[2, k] = (1.0 - fade) / (1.0 - kept) if fade < 1.0 else 1.0 / weeks


@compiled
def plan(tables, state, here, policy, lane, week):
    """The rule `plan`, into here.proposal."""
    objectives, ahead = tables.objectives, here.ahead
    proposal, need, density = here.proposal, here.need, here.density
    K = proposal.shape[0]
    wanted = 0.0
    _find_worth(objectives, state.perceived[policy], lane, density)
    for k in range(K):
        level, target = min(state.reading[policy, k, lane], objectives.target[k]), objectives.target[k]
        kept, per_week = ahead[1, k], ahead[2, k]
        yields = here.in_full[k, lane] * state.methods[policy, k, lane]
        need[k] = max(target - level * kept, 0.0) * per_week / yields if yields > 1e-12 else 0.0
        density[k] *= yields / (target * per_week)
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


@compiled
def _describe(tables, state, here, policy, lane, week):
    """Write what a user's own rule may know into here.situation, in the order of own_rule.Situation."""
    objectives, policies, seen, worth = tables.objectives, tables.policies, here.situation, here.density
    ahead = here.ahead
    perceived, reading, strategy = state.perceived[policy], state.reading[policy], state.strategy[policy]
    K = here.proposal.shape[0]
    seen[0], seen[1], seen[2], seen[3] = week, tables.world.weeks, policies.horizon[policy], state.cash[policy, lane]
    _find_worth(objectives, perceived, lane, worth)
    for k in range(K):
        target, fade = objectives.target[k], objectives.persistence[k]
        level, weeks, kept, per_week = min(reading[k, lane], target), ahead[0, k], ahead[1, k], ahead[2, k]
        yields = here.in_full[k, lane] * state.methods[policy, k, lane]
        per_point = 1.0 / yields if yields > 1e-12 else 0.0
        at = SCALARS + k
        seen[at], seen[at + K], seen[at + 2 * K] = perceived[k, lane], worth[k], reading[k, lane]
        seen[at + 3 * K], seen[at + 4 * K] = target, strategy[k, lane]
        seen[at + 5 * K], seen[at + 6 * K], seen[at + 7 * K] = policies.strategy[policy, k], weeks, yields
        seen[at + 8 * K] = level * (1.0 - fade) * per_point
        seen[at + 9 * K] = max(target - level * kept, 0.0) * per_week * per_point


@compiled
def ask(tables, state, here, policy, lane, week):
    """The proposal of a user's own rule, into here.proposal; False if it failed, which here.fault notes.

    After a first failure no rule is asked any more, so that here.situation still holds what it failed on.
    """
    fault = here.fault
    if fault[0] != 0:
        return False
    _describe(tables, state, here, policy, lane, week)
    status = call_rule(tables.policies.rule_address[policy], here.situation, here.proposal)
    if status != 0:
        fault[0], fault[1], fault[2], fault[3] = status, policy, lane, week
    return status == 0
