"""Step 7, communicate: what units hear, from above and beside, and what they see for themselves.

    b_i <- b_i + c [ (1 - rho_i)( tau heard_i + (1 - tau) peers_i ) + rho_i anchor_i - b_i ] + nu (seen_i - b_i)

clipped at 0 and scaled back to sum 1. Top units hear the published strategy of this week, others their superior's
belief of last week (of the nearest superior who is there); each step garbles it, heard_k proportional to
message_k exp(noise xi). peers_i is the weighted mean belief of last week of those whom i listens to; without any, all
weight is on what is heard. anchor_i is the first belief (Friedkin and Johnsen 1990). c = 1 - 2^(-intensity /
half-life). nu is the policy's autonomy, seen_i the true priorities through the unit's own noise. All update at once.
"""

from realign.model.compiled import compiled
from realign.model.lanes import WIDTH, both, choose, get, most, pack, put


@compiled
def _hear_superior(superior, people, published, before, heard, i, t, all_there):
    """The message that reaches unit i, before garbling; from further above where the superior is not there."""
    boss = superior[i]
    for k in range(heard.shape[0]):
        put(heard, (k, t), get(published, (k, t)) if boss < 0 else get(before, (boss, k, t)))
    if all_there or boss < 0:
        return
    missing = get(people, (boss, t)) <= 0.0
    while boss >= 0:
        boss = superior[boss]
        for k in range(heard.shape[0]):
            above = get(published, (k, t)) if boss < 0 else get(before, (boss, k, t))
            put(heard, (k, t), choose(missing, above, get(heard, (k, t))))
        if boss >= 0:
            missing = both(missing, get(people, (boss, t)) <= 0.0)


@compiled
def _garble(heard, garbled, noise, i, t):
    """Garble what unit i hears, not yet scaled; returns what its shares must be divided by."""
    total = pack(0.0)
    for k in range(heard.shape[0]):
        message = get(heard, (k, t)) * get(garbled, (i, k, t))
        put(heard, (k, t), message)
        total = total + message
    return choose(noise > 0.0, total, 1.0)


@compiled
def _hear_peers(peer, peer_weight, before, peers, first, last, t):
    """Weighted sum of the beliefs of those whom a unit listens to (ties first .. last - 1); returns their weight."""
    K, weight = peers.shape[0], 0.0
    for n in range(first, last):
        weight += peer_weight[n]
    for k in range(0, K, 3):
        middle, end = min(k + 1, K - 1), min(k + 2, K - 1)
        one, two, three = pack(0.0), pack(0.0), pack(0.0)
        for n in range(first, last):
            j, heed = peer[n], peer_weight[n]
            one = one + heed * get(before, (j, k, t))
            two = two + heed * get(before, (j, middle, t))
            three = three + heed * get(before, (j, end, t))
        put(peers, (k, t), one)
        put(peers, (middle, t), two)
        put(peers, (end, t), three)
    return pack(weight)


@compiled
def _hear_peers_there(peer, peer_weight, people, before, peers, first, last, t):
    """The same, of those who are there."""
    weight = pack(0.0)
    for k in range(peers.shape[0]):
        put(peers, (k, t), 0.0)
    for n in range(first, last):
        j = peer[n]
        heed = choose(get(people, (j, t)) > 0.0, peer_weight[n], 0.0)
        weight = weight + heed
        for k in range(peers.shape[0]):
            put(peers, (k, t), get(peers, (k, t)) + heed * get(before, (j, k, t)))
    return weight


@compiled
def _believe(belief, before, heard, peers, sensed, anchor, resistance, pace, autonomy, i, t, trust, share):
    """Move the belief of unit i toward what it is told and what it sees.

    trust: weight of what is heard; share: factor on what peers say; anchor: (N, K) the first beliefs. All that is
    mixed lies on the simplex, so the mixture leaves it only where paces add up to more than 1.
    """
    total, beyond = pack(0.0), pace + autonomy > 1.0
    for k in range(heard.shape[0]):
        own, first = get(before, (i, k, t)), resistance * anchor[i, k]
        told = (1.0 - resistance) * (trust * get(heard, (k, t)) + share * get(peers, (k, t))) + first
        new = own + pace * (told - own)
        if autonomy > 0.0:
            new = most(new + autonomy * (get(sensed, (i, k, t)) - own), 0.0)
        put(belief, (i, k, t), new)
        total = total + new
    if beyond:
        for k in range(heard.shape[0]):
            put(belief, (i, k, t), get(belief, (i, k, t)) / total)


@compiled
def communicate(tables, state, here, policy, garbling, all_there):
    """Step 7 for all units at once; here.before keeps last week's beliefs."""
    units, tau = tables.units, tables.organisation.superior
    superior, resistance, anchor, start = units.superior, units.resistance, units.belief, units.peer_start
    peer, peer_weight, published, belief = units.peer, units.peer_weight, state.published[policy], state.belief[policy]
    before, people, heard, peers, sensed = here.before, here.people, here.heard, here.peers, here.sensed
    garbling_noise, garbled = here.garbling, here.garbled
    pace, autonomy = tables.policies.message_pace[policy], tables.policies.autonomy[policy]
    N, K, L = belief.shape
    for t in range(L // WIDTH):
        noise = get(garbling_noise, (t,))
        for i in range(N):
            for k in range(K):
                put(before, (i, k, t), get(belief, (i, k, t)))
        for i in range(N):
            first, last = start[i], start[i + 1]
            _hear_superior(superior, people, published, before, heard, i, t, all_there)
            if all_there:
                weight = _hear_peers(peer, peer_weight, before, peers, first, last, t)
            else:
                weight = _hear_peers_there(peer, peer_weight, people, before, peers, first, last, t)
            trust, share = choose(weight > 0.0, tau, 1.0), pack(0.0)
            if last > first:
                share = choose(weight > 0.0, (1.0 - tau) / most(weight, 1e-300), 0.0)
            if garbling:
                trust = trust / _garble(heard, garbled, noise, i, t)
            _believe(belief, before, heard, peers, sensed, anchor, resistance[i], pace, autonomy, i, t, trust, share)
            if not all_there:
                there = get(people, (i, t)) > 0.0
                for k in range(K):
                    put(belief, (i, k, t), choose(there, get(belief, (i, k, t)), get(before, (i, k, t))))


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
