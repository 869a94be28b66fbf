"""Step 7, communicate: what units hear, from above and beside, and what they see for themselves.

    b_i <- b_i + c [ (1 - rho_i)( tau heard_i + (1 - tau) peers_i ) + rho_i anchor_i - b_i ] + nu (seen_i - b_i)

clipped at 0 and scaled back to sum 1. Top units hear the published strategy of this week, others their superior's
belief of last week (of the nearest superior who is there); each step garbles it, heard_k proportional to
message_k exp(noise xi). peers_i is the weighted mean belief of last week of those whom i listens to; without any, all
weight is on what is heard. anchor_i is the first belief (Friedkin and Johnsen 1990). c = 1 - 2^(-intensity / half-life).
nu is the policy's autonomy and seen_i the true priorities through the unit's own noise. All units update at once.
"""

from realign.model.compiled import compiled
from realign.model.effects import blend_newcomers
from realign.model.elementary import exp


@compiled
def hear_superior(tables, state, here, policy, i):
    """The message that reaches unit i, before garbling, into here.heard."""
    superior = tables.units.superior
    K, L = here.heard.shape
    for lane in range(L):
        boss = superior[i]
        while boss >= 0 and here.people[boss, lane] <= 0.0:
            boss = superior[boss]
        if boss < 0:
            for k in range(K):
                here.heard[k, lane] = state.published[policy, k, lane]
        else:
            for k in range(K):
                here.heard[k, lane] = here.before[boss, k, lane]


@compiled
def hear_above(tables, state, here, policy, i, all_there):
    """The message that reaches unit i when nobody is missing, or else by looking for who is there."""
    if not all_there:
        hear_superior(tables, state, here, policy, i)
    elif tables.units.superior[i] < 0:
        here.heard[:, :] = state.published[policy]
    else:
        here.heard[:, :] = here.before[tables.units.superior[i]]


@compiled
def garble(here, i):
    """Multiply what is heard by exp(noise xi) and scale it back to sum 1."""
    K, L = here.heard.shape
    for lane in range(L):
        here.sum[lane] = 0.0
    for k in range(K):
        heard, normal = here.heard[k], here.garble[i, k]
        for lane in range(L):
            heard[lane] *= exp(here.garbling[lane] * normal[lane])
            here.sum[lane] += heard[lane]
    for k in range(K):
        heard = here.heard[k]
        for lane in range(L):
            heard[lane] /= here.sum[lane] if here.garbling[lane] > 0.0 else 1.0


@compiled
def hear_peers(units, here, i, all_there):
    """Weighted mean belief of those whom unit i listens to, into here.peers; their weight into here.sum."""
    K, L = here.peers.shape
    here.peers[:, :] = 0.0
    here.sum[:] = 0.0
    for n in range(units.peer_start[i], units.peer_start[i + 1]):
        j, weight = units.peer[n], units.peer_weight[n]
        if all_there:
            for lane in range(L):
                here.sum2[lane] = weight
        else:
            for lane in range(L):
                here.sum2[lane] = weight if here.people[j, lane] > 0.0 else 0.0
        for lane in range(L):
            here.sum[lane] += here.sum2[lane]
        for k in range(K):
            peers, theirs = here.peers[k], here.before[j, k]
            for lane in range(L):
                peers[lane] += here.sum2[lane] * theirs[lane]


@compiled
def communicate(tables, state, here, policy, i, garbling, sensing, all_there):
    """Step 7 for one unit; here.before holds last week's beliefs of all."""
    units = tables.units
    K, L = here.heard.shape
    hear_above(tables, state, here, policy, i, all_there)
    if garbling:
        garble(here, i)
    hear_peers(units, here, i, all_there)
    pace, resistance = tables.policies.message_pace[policy], units.resistance[i]
    autonomy = tables.policies.autonomy[policy]
    weight = here.sum2
    for lane in range(L):
        tau = tables.organisation.superior if here.sum[lane] > 0.0 else 1.0
        weight[lane] = (1.0 - tau) / here.sum[lane] if here.sum[lane] > 0.0 else 0.0
        here.through[lane] = tau
        here.sum3[lane] = 0.0
    for k in range(K):
        before, belief, heard, peers = here.before[i, k], state.belief[policy, i, k], here.heard[k], here.peers[k]
        anchor = resistance * units.belief[i, k]
        for lane in range(L):
            told = (1.0 - resistance) * (here.through[lane] * heard[lane] + weight[lane] * peers[lane]) + anchor
            belief[lane] = before[lane] + pace * (told - before[lane])
        if sensing:
            seen = here.sensed[i, k]
            for lane in range(L):
                belief[lane] = max(belief[lane] + autonomy * (seen[lane] - before[lane]), 0.0)
        for lane in range(L):
            here.sum3[lane] += belief[lane]
    for k in range(K):
        before, belief = here.before[i, k], state.belief[policy, i, k]
        if all_there:
            for lane in range(L):
                belief[lane] /= here.sum3[lane]
        else:
            for lane in range(L):
                belief[lane] = belief[lane] / here.sum3[lane] if here.people[i, lane] > 0.0 else before[lane]


@compiled
def take_in_newcomers(tables, state, here, strikes, policy, i, week):
    """Growth of this week brings newcomers; all learn the trade with time."""
    units = tables.units
    proficiency = state.proficiency[policy, i]
    for lane in range(proficiency.shape[0]):
        proficiency[lane] += units.learning_pace[i] * (1.0 - proficiency[lane])
    if units.growth[i] > 0.0:
        for lane in range(proficiency.shape[0]):
            if here.people[i, lane] > 0.0 and strikes.join_week[i, lane] < week:
                blend_newcomers(units, state, policy, i, lane, units.growth[i] / here.people[i, lane])
