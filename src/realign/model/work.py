"""Step 3, work: people, time and skill become output.

Effort of unit i on objective k, of people present C_i = people_i (1 - lost capacity) engagement_i:

    u_ik = C_i x work share x skill_ik x [(1 - auto_i) a_ik + auto_i m_ik] x (1 - switching_loss x moved_i)

Output of objective k from E_kf, the effort summed by function, is CES in share form (Arrow, Chenery, Minhas and Solow
1961; the shares are those of the normal mix, where all E_kf / theta_kf are equal):

    Y_k = gain_k A_k P_k H_k (sum_f theta_kf (E_kf / theta_kf)^r)^(1/r),     r = (sigma - 1) / sigma
    H_k = 1 - coordination_loss (1 - R_k)

R_k is the mean resultant length of the contributing units' normalised beliefs, weighted by effort (Mardia and Jupp,
Directional Statistics); automated effort points along the strategy. Output noise moves the human share only.
"""

from math import inf, isnan

from realign.model.compiled import compiled
from realign.model.elementary import exp, inverse_root, log
from realign.model.lanes import (
    NARROW,
    WIDTH,
    both,
    choose,
    fused,
    get,
    get_narrow,
    least,
    most,
    pack,
    put,
    put_narrow,
    root,
)
from realign.model.state import SWITCHING
from realign.model.world import OUTPUT_NOISE

SUM, CES, COBB_DOUGLAS, LEONTIEF = range(4)
AT_HAND = 12  # units whose own effort stays in the first cache until it is summed up along their beliefs
TINY = 1e-300
NOTHING = 1e-290  # what a power of zero leaves in floating point, and less than anything real


@compiled
def acts(active_from, active_until, g, lane, week):
    """Whether contingency g is active in this week in one lane."""
    return active_from[g, lane] <= week < active_until[g, lane]


@compiled
def act(active_from, active_until, g, t, week):
    """Where contingency g is active in this week, in a pack of lanes."""
    return both(get(active_from, (g, t)) <= week, get(active_until, (g, t)) > week)


@compiled
def respond(tables, state, here, policy, week):
    """Whether a response is under way, and the share of time left for work (before exploration)."""
    release, lists, slack = tables.contingencies.release_slack, tables.policies.lists[policy], tables.policies.slack
    meetings = tables.organisation.meeting_time * tables.policies.communication[policy]
    responding, share, busy_until = here.responding, here.share, state.busy_until[policy]
    active_from, active_until = state.active_from[policy], state.active_until[policy]
    for t in range(share.shape[0] // WIDTH):
        busy = choose(get(busy_until, (t,)) > week, 1.0, 0.0)
        left = 1.0 - meetings - slack[policy] * (1.0 - busy)
        for g in range(release.shape[0]):
            if release[g] and lists[g]:
                left = choose(act(active_from, active_until, g, t, week), 1.0 - meetings, left)
        put(responding, (t,), busy)
        put(share, (t,), left)


@compiled
def _add(array, index, amount):
    """Add to a pack of lanes of an array."""
    put(array, index, get(array, index) + amount)


@compiled
def _paid(tables, state, here, policy, i, t, week):
    """People of unit i on the payroll, with those whom contingencies add."""
    lists, added = tables.policies.lists[policy], tables.contingencies.people
    there = get(here.people, (i, t))
    count = choose(there > 0.0, most(there + tables.policies.added[policy, i], 0.0), 0.0)
    for g in range(added.shape[0]):
        if lists[g] and added[g, i] > 0.0:
            active = act(state.active_from[policy], state.active_until[policy], g, t, week)
            count = count + choose(both(active, there > 0.0), added[g, i], 0.0)
    return count


@compiled
def come_to_work(tables, state, here, policy, week, losing):
    """Who is paid, who is present and engaged, and for how much effective time; what switching costs is counted."""
    loss, exploration, usual = tables.organisation.switching_loss, tables.units.exploration, tables.policies.exploration
    moved, proficiency, alive, sums = state.moved[policy], state.proficiency[policy], state.alive[policy], state.sums
    present, share, time, engagement = here.present, here.share, here.time, state.engagement[policy]
    N, L = present.shape
    for t in range(L // WIDTH):
        payroll, switched, worked, left = pack(0.0), pack(0.0), pack(0.0), get(share, (t,))
        for i in range(N):
            count = _paid(tables, state, here, policy, i, t, week)
            payroll = payroll + count
            count = count * get(engagement, (i, t))
            if losing:
                count = count * (1.0 - get(here.lost, (i, t)))
            put(present, (i, t), count)
            exploring = usual[policy] if isnan(exploration[i]) else exploration[i]
            whole, lost = count * most(left - exploring, 0.0), loss * get(moved, (i, t))
            switched = fused(whole, lost, switched)
            worked = worked + whole
            put(time, (i, t), whole * (1.0 - lost) * get(proficiency, (i, t)))
        put(here.wages, (t,), payroll)
        _add(sums[policy], (SWITCHING, t), get(alive, (t,)) * switched / most(worked, TINY))


@compiled
def _exert_unit(tables, state, here, policy, i, t):
    """Add the effort of unit i by function, and keep its people's own by the length of its belief."""
    units, effort, automatic, own = tables.units, here.effort, here.automatic, here.own_effort
    allocation, automated = state.allocation[policy], state.automated[policy]
    skill, automation, f, at = units.skill, units.automation[i], units.function[i], i % AT_HAND
    time, length = get(here.time, (i, t)), get(state.inverse_length[policy], (i, t))
    for k in range(skill.shape[1]):
        able = skill[i, k]
        if able == 0.0:
            put(own, (at, k, t), 0.0)
            continue
        u = time * (able * (1.0 - automation)) * get(allocation, (i, k, t))
        put(own, (at, k, t), u * length)
        if automation > 0.0:
            machine = time * (able * automation) * get(automated, (i, k, t))
            _add(automatic, (k, t), machine)
            u = u + machine
        _add(effort, (k, f, t), u)


@compiled
def _pull(own, belief, pull, first, number, k, j, t):
    """Add effort times direction of belief of some units, for three objectives k.. along three j.. at once.

    Nine sums at a time stay in registers; at the rim the last objective is summed again.
    """
    last = own.shape[1] - 1
    k2, k3, j2, j3 = min(k + 1, last), min(k + 2, last), min(j + 1, last), min(j + 2, last)
    s11, s12, s13 = get_narrow(pull, (k, j, t)), get_narrow(pull, (k, j2, t)), get_narrow(pull, (k, j3, t))
    s21, s22, s23 = get_narrow(pull, (k2, j, t)), get_narrow(pull, (k2, j2, t)), get_narrow(pull, (k2, j3, t))
    s31, s32, s33 = get_narrow(pull, (k3, j, t)), get_narrow(pull, (k3, j2, t)), get_narrow(pull, (k3, j3, t))
    for n in range(number):
        i = first + n
        u, v, w = get_narrow(own, (n, k, t)), get_narrow(own, (n, k2, t)), get_narrow(own, (n, k3, t))
        x = get_narrow(belief, (i, j, t))
        s11, s21, s31 = fused(u, x, s11), fused(v, x, s21), fused(w, x, s31)
        y = get_narrow(belief, (i, j2, t))
        s12, s22, s32 = fused(u, y, s12), fused(v, y, s22), fused(w, y, s32)
        z = get_narrow(belief, (i, j3, t))
        s13, s23, s33 = fused(u, z, s13), fused(v, z, s23), fused(w, z, s33)
    put_narrow(pull, (k, j, t), s11)
    put_narrow(pull, (k, j2, t), s12)
    put_narrow(pull, (k, j3, t), s13)
    put_narrow(pull, (k2, j, t), s21)
    put_narrow(pull, (k2, j2, t), s22)
    put_narrow(pull, (k2, j3, t), s23)
    put_narrow(pull, (k3, j, t), s31)
    put_narrow(pull, (k3, j2, t), s32)
    put_narrow(pull, (k3, j3, t), s33)


@compiled
def _pull_together(own, belief, pull, first, number, t):
    """Add effort times direction of belief of the units first .. first + number - 1, of every objective."""
    K = own.shape[1]
    for part in range(t * (WIDTH // NARROW), (t + 1) * (WIDTH // NARROW)):
        for k in range(0, K, 3):
            for j in range(0, K, 3):
                _pull(own, belief, pull, first, number, k, j, part)


@compiled
def exert(tables, state, here, policy):
    """All units' effort by function, in total and the automated part, and where beliefs pull it.

    Their people's own is summed up along their beliefs a few units at a time, while it is at hand.
    """
    effort, total, automatic, own, pull = here.effort, here.total, here.automatic, here.own_effort, here.pull
    belief, coordinates = state.belief[policy], tables.organisation.coordination_loss > 0.0
    K, F, L = effort.shape
    N = belief.shape[0]
    for t in range(L // WIDTH):
        for k in range(K):
            put(automatic, (k, t), 0.0)
            for f in range(F):
                put(effort, (k, f, t), 0.0)
            for j in range(K):
                put(pull, (k, j, t), 0.0)
        for first in range(0, N, AT_HAND):
            last = min(first + AT_HAND, N)
            for i in range(first, last):
                _exert_unit(tables, state, here, policy, i, t)
            if coordinates:
                _pull_together(own, belief, pull, first, last - first, t)
        for k in range(K):
            everything = pack(0.0)
            for f in range(F):
                everything = everything + get(effort, (k, f, t))
            put(total, (k, t), everything)


@compiled
def _most_telling(technology, r, share, effort, k, t):
    """The least effort per share where inputs complement each other (r < 0), else the greatest."""
    complements = technology == LEONTIEF or r < 0.0
    edge = pack(inf if complements else 0.0)
    for f in range(effort.shape[1]):
        theta = share[k, f]
        if theta > 0.0:
            each = get(effort, (k, f, t)) * (1.0 / theta)
            edge = least(edge, each) if complements else most(edge, each)
    return edge


@compiled
def combine(technology, r, share, total, effort, k, t):
    """The CES aggregate of the effort on objective k in a pack of lanes; share: (K, F).

    Inputs are taken relative to the one that matters most, so that no power overflows; without it there is no output.
    """
    if technology == SUM:
        return get(total, (k, t))
    edge = _most_telling(technology, r, share, effort, k, t)
    if technology == LEONTIEF:
        return edge
    mixed, scale = pack(0.0), 1.0 / most(edge, TINY)
    for f in range(effort.shape[1]):
        theta = share[k, f]
        if theta > 0.0:
            x = log(get(effort, (k, f, t)) * scale * (1.0 / theta))
            mixed = mixed + (theta * x if technology == COBB_DOUGLAS else theta * exp(r * x))
    if technology == CES:
        mixed = log(mixed) / r
    output = edge * exp(mixed)
    return choose(output > NOTHING, output, 0.0)


@compiled
def coordinate(published, pull, automatic, total, loss, k, t, length):
    """H_k = 1 - coordination_loss (1 - R_k); length: 1 / that of the published strategy."""
    along, together = get(automatic, (k, t)) * length, pack(0.0)
    for j in range(published.shape[0]):
        each = fused(along, get(published, (j, t)), get(pull, (k, j, t)))
        together = fused(each, each, together)
    resultant = least(root(together) / most(get(total, (k, t)), TINY), 1.0)
    return 1.0 - loss * (1.0 - resultant)


@compiled
def produce(tables, state, here, policy):
    """Output of every objective, into here.output."""
    objectives, loss = tables.objectives, tables.organisation.coordination_loss
    technology, exponent, share, gain = objectives.technology, objectives.exponent, objectives.share, objectives.gain
    total, automatic, effort, output, noise = here.total, here.automatic, here.effort, here.output, here.noise
    methods, published = state.methods[policy], state.published[policy]
    output_noise, productivity, pull = objectives.output_noise, here.productivity, here.pull
    K, L = output.shape
    for t in range(L // WIDTH):
        square = pack(0.0)
        for j in range(K):
            square = fused(get(published, (j, t)), get(published, (j, t)), square)
        length = inverse_root(most(square, TINY))
        for k in range(K):
            made = combine(technology[k], exponent[k], share, total, effort, k, t)
            if loss > 0.0:
                made = made * coordinate(published, pull, automatic, total, loss, k, t, length)
            made = made * (gain[k] * get(methods, (k, t)) * get(productivity, (k, t)))
            if output_noise[k] > 0.0:
                human = 1.0 - get(automatic, (k, t)) / most(get(total, (k, t)), TINY)
                made = made * most(1.0 + output_noise[k] * human * get(noise, (k, OUTPUT_NOISE, t)), 0.0)
            put(output, (k, t), made)
