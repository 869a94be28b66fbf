"""Step 7, communicate: what units hear, from above and beside, and what they see for themselves.

    b_i <- b_i + c [ (1 - rho_i)( tau heard_i + (1 - tau) peers_i ) + rho_i anchor_i - b_i ] + nu (seen_i - b_i)

clipped at 0 and scaled back to sum 1. Here the mixture is multiplied out, and what peers say is summed by crowds, once
for all who listen to the same (see crowds). Top units hear the published strategy of this week, others their superior's
belief of last week (of the nearest superior who is there); each step garbles it, heard_k proportional to
message_k exp(noise xi). peers_i is the weighted mean belief of last week of those whom i listens to; without any, all
weight is on what is heard. anchor_i is the first belief (Friedkin and Johnsen 1990). c = 1 - 2^(-intensity /
half-life). nu is the policy's autonomy, seen_i the true priorities through the unit's own noise. All update at once.
"""

from realign.model.compiled import compiled
from realign.model.elementary import inverse_root
from realign.model.lanes import WIDTH, both, choose, fused, get, most, pack, put
from realign.model.work import TINY
from realign.model.world import EVERYBODY, NOBODY, SOMEBODY


@compiled
def weigh_voices(tables, here):
    """How each unit divides its attention, of those who are there: here.trust to above, here.share to each peer."""
    start, peer, peer_weight = tables.units.peer_start, tables.units.peer, tables.units.peer_weight
    there, trust, share, tau = here.there, here.trust, here.share_of_peers, tables.organisation.superior
    for i in range(there.shape[0]):
        for t in range(there.shape[1] // WIDTH):
            weight = pack(0.0)
            for n in range(start[i], start[i + 1]):
                weight = weight + peer_weight[n] * get(there, (peer[n], t))
            put(trust, (i, t), choose(weight > 0.0, tau, 1.0))
            put(share, (i, t), choose(weight > 0.0, (1.0 - tau) / most(weight, TINY), 0.0))


@compiled
def _hear(member, weight, presence, there, belief, voices, m, first, last, k, t):
    """Add to the voice of crowd m its members at the places first .. last - 1, for three objectives k.. at once.

    Their sums stay in registers; at the rim some are summed again.
    """
    middle, end = min(k + 1, belief.shape[1] - 1), min(k + 2, belief.shape[1] - 1)
    one, two, three = get(voices, (m, k, t)), get(voices, (m, middle, t)), get(voices, (m, end, t))
    for n in range(first, last):
        j = member[n]
        if presence[j, t] == EVERYBODY:
            one = fused(weight[n], get(belief, (j, k, t)), one)
            two = fused(weight[n], get(belief, (j, middle, t)), two)
            three = fused(weight[n], get(belief, (j, end, t)), three)
        elif presence[j, t] == SOMEBODY:
            heed = weight[n] * get(there, (j, t))
            one = fused(heed, get(belief, (j, k, t)), one)
            two = fused(heed, get(belief, (j, middle, t)), two)
            three = fused(heed, get(belief, (j, end, t)), three)
    put(voices, (m, k, t), one)
    put(voices, (m, middle, t), two)
    put(voices, (m, end, t), three)


@compiled
def hear_crowds(tables, state, here, policy):
    """What every crowd believes in sum, of those of it who are there, into here.voices.

    It goes by groups of units, which all crowds hear while their beliefs are at hand.
    """
    units, presence, there, belief, voices = tables.units, here.presence, here.there, state.belief[policy], here.voices
    start, member, weight = units.crowd_start, units.crowd_member, units.member_weight
    M, K, L = voices.shape
    for t in range(L // WIDTH):
        for m in range(M):
            for k in range(K):
                put(voices, (m, k, t), 0.0)
        for group in range(start.shape[0] - 1):
            for k in range(0, K, 3):
                for m in range(M):
                    first, last = start[group, m], start[group + 1, m]
                    if first < last:
                        _hear(member, weight, presence, there, belief, voices, m, first, last, k, t)


@compiled
def keep_leaders(leads, belief, before, t):
    """Keep last week's beliefs of those whom others hear from above."""
    for i in range(leads.shape[0]):
        if leads[i]:
            for k in range(belief.shape[1]):
                put(before, (i, k, t), get(belief, (i, k, t)))


@compiled
def _ask_around(superior, there, published, before, heard, boss, t):
    """What a unit hears whose superior is there in some lanes only: from further above in the others."""
    for k in range(heard.shape[0]):
        message = get(before, (boss, k, t))
        missing, above = get(there, (boss, t)) == 0.0, boss
        while above >= 0:
            above = superior[above]
            further = get(published, (k, t)) if above < 0 else get(before, (above, k, t))
            message = choose(missing, further, message)
            if above >= 0:
                missing = both(missing, get(there, (above, t)) == 0.0)
        put(heard, (k, t), message)


@compiled
def _garble(message, garbled, heard, i, t):
    """The message as unit i hears it, not yet scaled, into `heard` (K, L); its sum."""
    total = pack(0.0)
    for k in range(heard.shape[0]):
        each = get(message, (k, t)) * get(garbled, (i, k, t))
        put(heard, (k, t), each)
        total = total + each
    return total


@compiled
def _scale_back(belief, i, t):
    """Scale the belief of unit i back to sum 1; returns its squared length."""
    total = pack(0.0)
    for k in range(belief.shape[1]):
        total = total + get(belief, (i, k, t))
    scale, square = 1.0 / total, pack(0.0)
    for k in range(belief.shape[1]):
        each = get(belief, (i, k, t)) * scale
        put(belief, (i, k, t), each)
        square = fused(each, each, square)
    return square


@compiled
def _stay(belief, kept, there, i, t):
    """Give unit i the belief back that was kept, where it is not there."""
    for k in range(belief.shape[1]):
        put(belief, (i, k, t), choose(there, get(belief, (i, k, t)), get(kept, (k, t))))


@compiled
def communicate(tables, state, here, policy, i, t, garbling):
    """Step 7 of one unit that is there in some lane: its belief moves toward what it is told and what it sees.

    All that is mixed lies on the simplex, so the mixture leaves it only where paces add up to more than 1. Returns 1 /
    the length of the new belief, where the unit is there.
    """
    units, presence, heard, garbled = tables.units, here.presence, here.heard, here.garbled
    published, belief, before, sensed = state.published[policy], state.belief[policy], here.before, here.sensed
    pace, autonomy = tables.policies.message_pace[policy], tables.policies.autonomy[policy]
    superior, anchor, resistance, crowd = units.superior, units.belief, units.resistance[i], units.crowd[i]
    trust, share = get(here.trust, (i, t)), get(here.share_of_peers, (i, t))
    boss = superior[i]
    while boss >= 0 and presence[boss, t] == NOBODY:
        boss = superior[boss]
    message = published if boss < 0 else before[boss]
    if boss >= 0 and presence[boss, t] == SOMEBODY:
        _ask_around(superior, here.there, published, before, heard, boss, t)
        message = heard
    if garbling:
        total = _garble(message, garbled, heard, i, t)
        trust = trust / choose(get(here.garbling, (t,)) > 0.0, total, 1.0)
        message = heard
    somewhere = presence[i, t] == SOMEBODY
    if somewhere:
        for k in range(heard.shape[0]):
            put(here.kept, (k, t), get(belief, (i, k, t)))
    toward, beside = (pace * (1.0 - resistance)) * trust, (pace * (1.0 - resistance) * units.crowd_weight[i]) * share
    itself, voices, square = units.crowd_itself[i], here.voices, pack(0.0)
    for k in range(heard.shape[0]):
        own = get(belief, (i, k, t))
        new = fused(1.0 - pace - autonomy, own, pace * resistance * anchor[i, k])
        if crowd >= 0:
            new = fused(beside, fused(-itself, own, get(voices, (crowd, k, t))), new)
        if autonomy > 0.0:
            new = fused(autonomy, get(sensed, (i, k, t)), new)
        new = fused(toward, get(message, (k, t)), new)
        if autonomy > 0.0:
            new = most(new, 0.0)
        put(belief, (i, k, t), new)
        square = fused(new, new, square)
    if pace + autonomy > 1.0:
        square = _scale_back(belief, i, t)
    if somewhere:
        there = get(here.there, (i, t)) > 0.0
        _stay(belief, here.kept, there, i, t)
        square = choose(there, square, 1.0)
    return inverse_root(most(square, TINY))


@compiled
def take_in_newcomers(tables, state, here, policy, i, t):
    """Growth of this week brings newcomers to a unit."""
    units, share = tables.units, get(here.grown, (i, t))
    proficiency, belief, published = state.proficiency[policy], state.belief[policy], state.published[policy]
    theirs, follows = units.newcomer_belief, units.newcomer_follows[i]
    able = get(proficiency, (i, t))
    put(proficiency, (i, t), fused(share, units.newcomer_skill[i] - able, able))
    for k in range(belief.shape[1]):
        own = get(belief, (i, k, t))
        new = get(published, (k, t)) if follows else pack(theirs[i, k])
        put(belief, (i, k, t), fused(share, new - own, own))
