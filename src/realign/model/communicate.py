"""Step 7, communicate: what units hear, from above and beside, and what they see for themselves.

    b_i <- b_i + c [ (1 - rho_i)( tau heard_i + (1 - tau) peers_i ) + rho_i anchor_i - b_i ] + nu (seen_i - b_i)

clipped at 0 and scaled back to sum 1. Top units hear the published strategy of this week, others their superior's
belief of last week (of the nearest superior who is there); each step garbles it, heard_k proportional to
message_k exp(noise xi). peers_i is the weighted mean belief of last week of those whom i listens to; without any, all
weight is on what is heard. anchor_i is the first belief (Friedkin and Johnsen 1990). c = 1 - 2^(-intensity /
half-life). nu is the policy's autonomy, seen_i the true priorities through the unit's own noise. All update at once.
"""

from realign.model.compiled import compiled


@compiled
def hear_superior(superior, people, published, before, heard, i, all_there):
    """The message that reaches unit i, before garbling; from further above where the superior is not there."""
    K, L = heard.shape
    boss = superior[i]
    if all_there and boss < 0:
        for k in range(K):
            for lane in range(L):
                heard[k, lane] = published[k, lane]
    elif all_there:
        for k in range(K):
            for lane in range(L):
                heard[k, lane] = before[boss, k, lane]
    else:
        for lane in range(L):
            boss = superior[i]
            while boss >= 0 and people[boss, lane] <= 0.0:
                boss = superior[boss]
            for k in range(K):
                heard[k, lane] = published[k, lane] if boss < 0 else before[boss, k, lane]


@compiled
def garble(heard, garbled, noise, trust, total, i):
    """Garble what is heard, not yet scaled; divide its weight `trust` by the sum, so that it counts as shares do."""
    K, L = heard.shape
    for lane in range(L):
        total[lane] = 0.0
    for k in range(K):
        for lane in range(L):
            heard[k, lane] *= garbled[i, k, lane]
            total[lane] += heard[k, lane]
    for lane in range(L):
        trust[lane] = trust[lane] / total[lane] if noise[lane] > 0.0 else trust[lane]


@compiled
def hear_peers(peer_start, peer, peer_weight, people, before, peers, weight, i, all_there):
    """Weighted sum of the beliefs of those whom unit i listens to and who are there; their weight, by lane."""
    K, L = peers.shape
    for lane in range(L):
        weight[lane] = 0.0
    for k in range(K):
        for lane in range(L):
            peers[k, lane] = 0.0
    for n in range(peer_start[i], peer_start[i + 1]):
        j, heed = peer[n], peer_weight[n]
        if all_there:
            for lane in range(L):
                weight[lane] += heed
            for k in range(K):
                for lane in range(L):
                    peers[k, lane] += heed * before[j, k, lane]
        else:
            for lane in range(L):
                weight[lane] += heed if people[j, lane] > 0.0 else 0.0
            for k in range(K):
                for lane in range(L):
                    peers[k, lane] += heed * before[j, k, lane] if people[j, lane] > 0.0 else 0.0


@compiled
def believe(belief, before, heard, peers, sensed, trust, peer_share, i, first, resistance, pace, autonomy, total):
    """Move the belief of unit i toward what it is told and what it sees; the sum by lane into `total`.

    trust: (L,) weight of what is heard; peer_share: (L,) factor on the peers' sum; first: (K,) the anchor.
    """
    K, L = heard.shape
    for lane in range(L):
        total[lane] = 0.0
    for k in range(K):
        anchor = resistance * first[k]
        for lane in range(L):
            told = (1.0 - resistance) * (trust[lane] * heard[k, lane] + peer_share[lane] * peers[k, lane]) + anchor
            belief[i, k, lane] = before[i, k, lane] + pace * (told - before[i, k, lane])
        if autonomy > 0.0:
            for lane in range(L):
                new = belief[i, k, lane] + autonomy * (sensed[i, k, lane] - before[i, k, lane])
                belief[i, k, lane] = max(new, 0.0)
        for lane in range(L):
            total[lane] += belief[i, k, lane]


@compiled
def communicate(tables, state, here, policy, garbling, all_there):
    """Step 7 for all units at once; here.before keeps last week's beliefs."""
    units, tau = tables.units, tables.organisation.superior
    superior, resistance, first = units.superior, units.resistance, units.belief
    peer_start, peer, peer_weight = units.peer_start, units.peer, units.peer_weight
    published, belief, before, people = state.published[policy], state.belief[policy], here.before, here.people
    heard, peers, sensed, garbled, noise = here.heard, here.peers, here.sensed, here.garbled, here.garbling
    trust, share, total = here.through, here.sum2, here.sum
    pace, autonomy = tables.policies.message_pace[policy], tables.policies.autonomy[policy]
    N, K, L = belief.shape
    for i in range(N):
        for k in range(K):
            for lane in range(L):
                before[i, k, lane] = belief[i, k, lane]
    for i in range(N):
        hear_superior(superior, people, published, before, heard, i, all_there)
        hear_peers(peer_start, peer, peer_weight, people, before, peers, share, i, all_there)
        for lane in range(L):
            trust[lane] = tau if share[lane] > 0.0 else 1.0
            share[lane] = (1.0 - tau) / share[lane] if share[lane] > 0.0 else 0.0
        if garbling:
            garble(heard, garbled, noise, trust, total, i)
        believe(
            belief, before, heard, peers, sensed, trust, share, i, first[i], resistance[i], pace, autonomy, total
        )
        for lane in range(L):
            total[lane] = 1.0 / total[lane]
        for k in range(K):
            for lane in range(L):
                belief[i, k, lane] *= total[lane]
        if not all_there:
            for k in range(K):
                for lane in range(L):
                    there = people[i, lane] > 0.0
                    belief[i, k, lane] = belief[i, k, lane] if there else before[i, k, lane]


@compiled
def take_in_newcomers(tables, state, here, strikes, policy, week):
    """Growth of this week brings newcomers; all learn the trade with time."""
    units, join_week, people = tables.units, strikes.join_week, here.people
    proficiency, growth, pace = state.proficiency[policy], units.growth, units.learning_pace
    belief, published, share = state.belief[policy], state.published[policy], here.sum
    theirs, follows, skill = units.newcomer_belief, units.newcomer_follows, units.newcomer_skill
    for i in range(growth.shape[0]):
        for lane in range(people.shape[1]):
            proficiency[i, lane] += pace[i] * (1.0 - proficiency[i, lane])
        if growth[i] > 0.0:
            for lane in range(people.shape[1]):
                grows = people[i, lane] > 0.0 and join_week[i, lane] < week
                share[lane] = growth[i] / people[i, lane] if grows else 0.0
                proficiency[i, lane] += share[lane] * (skill[i] - proficiency[i, lane])
            for k in range(belief.shape[1]):
                for lane in range(people.shape[1]):
                    new = published[k, lane] if follows[i] else theirs[i, k]
                    belief[i, k, lane] += share[lane] * (new - belief[i, k, lane])
