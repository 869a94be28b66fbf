"""Step 7, communicate: what units hear, from above and beside, and what they see for themselves.

    b_i <- b_i + c [ (1 - rho_i)( tau heard_i + (1 - tau) peers_i ) + rho_i anchor_i - b_i ] + nu (seen_i - b_i)

clipped at 0 and scaled back to sum 1. Top units hear the published strategy of this week, others their superior's
belief of last week (of the nearest superior who is there); each step garbles it, heard_k proportional to
message_k exp(noise xi). peers_i is the weighted mean belief of last week of those whom i listens to; without any, all
weight is on what is heard. anchor_i is the first belief (Friedkin and Johnsen 1990). c = 1 - 2^(-intensity /
half-life). nu is the policy's autonomy, seen_i the true priorities through the unit's own noise. All update at once.
"""

from realign.model.compiled import compiled
from realign.model.lanes import WIDTH, both, choose, fused, get, most, pack, put
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
            put(share, (i, t), choose(weight > 0.0, (1.0 - tau) / most(weight, 1e-300), 0.0))


@compiled
def _message(published, before, boss, k, t):
    """What is heard of objective k from a superior, or of the published strategy where there is none."""
    return get(published, (k, t)) if boss < 0 else get(before, (boss, k, t))


@compiled
def _hear_superior(superior, presence, there, published, before, garbled, garbling, heard, i, t):
    """The message that reaches unit i, garbled but not yet scaled; from further above where the superior is not there.

    Returns the sum of its shares.
    """
    boss, total = superior[i], pack(0.0)
    while boss >= 0 and presence[boss, t] == NOBODY:
        boss = superior[boss]
    certain = boss < 0 or presence[boss, t] == EVERYBODY
    for k in range(heard.shape[0]):
        message = _message(published, before, boss, k, t)
        if not certain:
            above = boss
            missing = get(there, (boss, t)) == 0.0
            while above >= 0:
                above = superior[above]
                message = choose(missing, _message(published, before, above, k, t), message)
                if above >= 0:
                    missing = both(missing, get(there, (above, t)) == 0.0)
        if garbling:
            message = message * get(garbled, (i, k, t))
            total = total + message
        put(heard, (k, t), message)
    return total


@compiled
def _hear_peers(peer, peer_weight, presence, there, before, peers, first, last, t):
    """Weighted sum of the beliefs of those who are there of a unit's ties first .. last - 1."""
    last_k = peers.shape[0] - 1
    for k in range(0, last_k + 1, 3):  # three at a time: their sums stay in registers; at the rim some are summed again
        middle, end = min(k + 1, last_k), min(k + 2, last_k)
        one, two, three = pack(0.0), pack(0.0), pack(0.0)
        for n in range(first, last):
            j = peer[n]
            if presence[j, t] == EVERYBODY:
                one = fused(peer_weight[n], get(before, (j, k, t)), one)
                two = fused(peer_weight[n], get(before, (j, middle, t)), two)
                three = fused(peer_weight[n], get(before, (j, end, t)), three)
            elif presence[j, t] == SOMEBODY:
                heed = peer_weight[n] * get(there, (j, t))
                one = fused(heed, get(before, (j, k, t)), one)
                two = fused(heed, get(before, (j, middle, t)), two)
                three = fused(heed, get(before, (j, end, t)), three)
        put(peers, (k, t), one)
        put(peers, (middle, t), two)
        put(peers, (end, t), three)


@compiled
def _believe(belief, before, heard, peers, sensed, anchor, resistance, pace, autonomy, i, t, trust, share, tied):
    """Move the belief of unit i toward what it is told and what it sees.

    trust: weight of what is heard; share: factor on what peers say; anchor: (N, K) the first beliefs. All that is
    mixed lies on the simplex, so the mixture leaves it only where paces add up to more than 1.
    """
    total, beyond = pack(0.0), pace + autonomy > 1.0
    for k in range(heard.shape[0]):
        own, told = get(before, (i, k, t)), trust * get(heard, (k, t))
        if tied:
            told = fused(share, get(peers, (k, t)), told)
        told = fused(1.0 - resistance, told, resistance * anchor[i, k])
        new = fused(pace, told - own, own)
        if autonomy > 0.0:
            new = most(fused(autonomy, get(sensed, (i, k, t)) - own, new), 0.0)
        put(belief, (i, k, t), new)
        if beyond:
            total = total + new
    if beyond:
        for k in range(heard.shape[0]):
            put(belief, (i, k, t), get(belief, (i, k, t)) / total)


@compiled
def communicate(tables, state, here, policy, garbling):
    """Step 7 for all units at once; here.before keeps last week's beliefs."""
    units, presence, there, garbled = tables.units, here.presence, here.there, here.garbled
    superior, resistance, anchor, start = units.superior, units.resistance, units.belief, units.peer_start
    peer, peer_weight, published, belief = units.peer, units.peer_weight, state.published[policy], state.belief[policy]
    before, heard, peers, sensed, noise = here.before, here.heard, here.peers, here.sensed, here.garbling
    pace, autonomy = tables.policies.message_pace[policy], tables.policies.autonomy[policy]
    trusts, shares = here.trust, here.share_of_peers
    N, K, L = belief.shape
    for t in range(L // WIDTH):
        for i in range(N):
            for k in range(K):
                put(before, (i, k, t), get(belief, (i, k, t)))
        for i in range(N):
            if presence[i, t] == NOBODY:
                continue
            first, last = start[i], start[i + 1]
            total = _hear_superior(superior, presence, there, published, before, garbled, garbling, heard, i, t)
            trust, share = get(trusts, (i, t)), get(shares, (i, t))
            if garbling:
                trust = trust / choose(get(noise, (t,)) > 0.0, total, 1.0)
            if last > first:
                _hear_peers(peer, peer_weight, presence, there, before, peers, first, last, t)
            _believe(
                belief, before, heard, peers, sensed, anchor, resistance[i], pace, autonomy, i, t, trust, share,
                last > first,
            )  # fmt: skip
            if presence[i, t] == SOMEBODY:
                here_now = get(there, (i, t)) > 0.0
                for k in range(K):
                    put(belief, (i, k, t), choose(here_now, get(belief, (i, k, t)), get(before, (i, k, t))))


@compiled
def take_in_newcomers(tables, state, here, strikes, policy, week):
    """Growth of this week brings newcomers; all learn the trade with time."""
    units, join_week, people = tables.units, strikes.join_week, here.people
    proficiency, growth, pace = state.proficiency[policy], units.growth, units.learning_pace
    belief, published, share = state.belief[policy], state.published[policy], here.sum
    theirs, follows, skill = units.newcomer_belief, units.newcomer_follows, units.newcomer_skill
    for i in range(growth.shape[0]):
        for t in range(people.shape[1] // WIDTH):
            able = get(proficiency, (i, t))
            put(proficiency, (i, t), able + pace[i] * (1.0 - able))
        if growth[i] > 0.0:
            for lane in range(people.shape[1]):
                grows = people[i, lane] > 0.0 and join_week[i, lane] < week
                share[lane] = growth[i] / people[i, lane] if grows else 0.0
                proficiency[i, lane] += share[lane] * (skill[i] - proficiency[i, lane])
            for k in range(belief.shape[1]):
                for lane in range(people.shape[1]):
                    new = published[k, lane] if follows[i] else theirs[i, k]
                    belief[i, k, lane] += share[lane] * (new - belief[i, k, lane])
