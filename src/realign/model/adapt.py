"""Steps 7 and 8 of all units, one after the other, and what is to be seen of the whole when they are done.

While the belief and the allocation of a unit are at hand it hears, believes, moves its effort, takes in newcomers and
is counted in. Others hear it as it was: what crowds believe is summed, and what superiors believe is kept, before the
first unit changes.
"""

from realign.model.communicate import communicate, hear_crowds, keep_leaders, take_in_newcomers
from realign.model.compiled import compiled
from realign.model.elementary import inverse_root
from realign.model.lanes import WIDTH, choose, fused, get, least, most, pack, put, root
from realign.model.reallocate import engage, reallocate, retool
from realign.model.work import TINY
from realign.model.world import NOBODY, SOMEBODY


@compiled
def _count_in(belief, resultant, weight, i, t):
    """Add the direction of the belief of unit i to the resultant (K, L)."""
    for k in range(resultant.shape[0]):
        put(resultant, (k, t), fused(weight, get(belief, (i, k, t)), get(resultant, (k, t))))


@compiled
def _square(shares, t):
    """Squared length of shares (K, L)."""
    square = pack(0.0)
    for k in range(shares.shape[0]):
        square = fused(get(shares, (k, t)), get(shares, (k, t)), square)
    return square


@compiled
def _inverse_length(belief, i, t):
    """1 / the length of the belief of unit i."""
    square = pack(0.0)
    for k in range(belief.shape[1]):
        square = fused(get(belief, (i, k, t)), get(belief, (i, k, t)), square)
    return inverse_root(most(square, TINY))


@compiled
def _look(resultant, published, priority, whole, cohesion, t):
    """Sums over all people become means, their beliefs cohesion and a cosine with the strategy."""
    to_belief = pack(0.0)
    for k in range(resultant.shape[0]):
        to_belief = fused(get(resultant, (k, t)), get(published, (k, t)), to_belief)
    each = 1.0 / most(get(whole, (0, t)), TINY)
    put(cohesion, (t,), least(root(_square(resultant, t)) * each, 1.0))
    put(whole, (1, t), get(whole, (1, t)) * each * inverse_root(_square(priority, t)))
    put(whole, (2, t), to_belief * each * inverse_root(_square(published, t)))
    put(whole, (3, t), get(whole, (3, t)) * each)
    put(whole, (4, t), get(whole, (4, t)) * each)


@compiled
def adapt(tables, state, here, policy, garbling, engaging):
    """Steps 7 and 8 of all units at once; alignment, cohesion, engagement and churn of the whole, weighted by people.

    here.record: (5, L): people, cosine with the market, cosine with the strategy, engagement, churn.
    """
    units, presence, resultant, whole = tables.units, here.presence, here.resultant, here.record
    belief, engagement, moved = state.belief[policy], state.engagement[policy], state.moved[policy]
    proficiency, lengths = state.proficiency[policy], state.inverse_length[policy]
    N, K, L = belief.shape
    hear_crowds(tables, state, here, policy)
    for t in range(L // WIDTH):
        keep_leaders(units.leads, belief, here.before, t)
        people, strategic, engaged, churn = pack(0.0), pack(0.0), pack(0.0), pack(0.0)
        for k in range(K):
            put(resultant, (k, t), 0.0)
        for i in range(N):
            if presence[i, t] == NOBODY:
                put(moved, (i, t), 0.0)
                continue
            length = communicate(tables, state, here, policy, i, t, garbling)
            distance, square, agreed, market = reallocate(tables, state, here, policy, i, t)
            put(moved, (i, t), distance)
            if units.automation[i] > 0.0:
                retool(tables, state, here, policy, i, t)
            agreed, inverse, count = agreed * length, inverse_root(square), get(here.people, (i, t))
            able = get(proficiency, (i, t))
            put(proficiency, (i, t), fused(units.learning_pace[i], 1.0 - able, able))
            if units.growth[i] > 0.0:
                take_in_newcomers(tables, state, here, policy, i, t)
                length = _inverse_length(belief, i, t)
            if presence[i, t] == SOMEBODY:  # where it is not there, nothing changes, whoever else is in the pack
                length = choose(get(here.there, (i, t)) > 0.0, length, get(lengths, (i, t)))
            put(lengths, (i, t), length)
            _count_in(belief, resultant, count * length, i, t)
            if engaging:
                engage(tables, state, here, policy, i, t, distance, agreed * inverse)
            people = people + count
            strategic = fused(count, market * inverse, strategic)
            engaged = fused(count, get(engagement, (i, t)), engaged)
            churn = fused(count, distance, churn)
        put(whole, (0, t), people)
        put(whole, (1, t), strategic)
        put(whole, (3, t), engaged)
        put(whole, (4, t), churn)
        _look(resultant, state.published[policy], here.priority, whole, state.cohesion[policy], t)
