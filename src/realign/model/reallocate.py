"""Step 8, reallocate: effort follows belief, machines follow strategy, engagement follows what people go through.

    a_i <- a_i + pace_i (b_i restricted to what it has skill for - a_i),     moved_i = half the L1 distance moved
    m_i <- m_i + retooling pace_i (s restricted likewise - m_i)
    e_i <- e_i + pace (1 - churn moved_i - max(0, overload - slack) [a response is under way]
                       - disagreement (1 - cos(b_i, a_i)) - e_i)

A response asks for a share `overload` of everybody's time on top; slack held back covers it, the rest wears people out.
A unit that believes only in what it cannot do stays at what it does, and one that has not joined yet as it is.
"""

from realign.model.compiled import compiled
from realign.model.elementary import inverse_root
from realign.model.lanes import WIDTH, choose, fused, get, least, magnitude, most, pack, put


@compiled
def _follow(shares, wished, item, skill, i, t, there, pace):
    """Move shares (N, K, L) of unit i, where it is there, toward what is wished of what it has skill for.

    wished: (M, K, L), of which `item` is taken. Returns half the L1 distance moved.
    """
    K = skill.shape[1]
    distance, scale, step_size, able_to_all = pack(0.0), pack(1.0), pace * there, True
    for k in range(K):
        able_to_all = able_to_all and skill[i, k] > 0.0
    if not able_to_all:
        total = pack(0.0)
        for k in range(K):
            if skill[i, k] > 0.0:
                total = total + get(wished, (item, k, t))
        scale, step_size = 1.0 / most(total, 1e-300), choose(total > 0.0, step_size, 0.0)
    for k in range(K):
        now = get(shares, (i, k, t))
        target = get(wished, (item, k, t)) * scale if skill[i, k] > 0.0 else pack(0.0)
        step = step_size * (target - now)
        put(shares, (i, k, t), now + step)
        distance = distance + magnitude(step)
    return 0.5 * distance


@compiled
def reallocate(tables, state, here, policy):
    """Step 8 for the people and machines of all units."""
    skill, automation, people = tables.units.skill, tables.units.automation, here.people
    inertia_pace, retooling_pace = tables.units.inertia_pace, tables.units.retooling_pace
    belief, allocation, automated = state.belief[policy], state.allocation[policy], state.automated[policy]
    published, moved = state.published, state.moved[policy]
    for t in range(people.shape[1] // WIDTH):
        for i in range(skill.shape[0]):
            there = choose(get(people, (i, t)) > 0.0, 1.0, 0.0)
            put(moved, (i, t), _follow(allocation, belief, i, skill, i, t, there, inertia_pace[i]))
            if automation[i] > 0.0:
                _follow(automated, published, policy, skill, i, t, there, retooling_pace[i])


@compiled
def _disagree(belief, allocation, i, t):
    """1 - cosine of belief and allocation of unit i."""
    along, b2, a2 = pack(0.0), pack(0.0), pack(0.0)
    for k in range(belief.shape[1]):
        b, a = get(belief, (i, k, t)), get(allocation, (i, k, t))
        along = fused(b, a, along)
        b2 = fused(b, b, b2)
        a2 = fused(a, a, a2)
    return 1.0 - least(along * inverse_root(most(b2 * a2, 1e-300)), 1.0)


@compiled
def engage(tables, state, here, policy):
    """Engagement of all units."""
    organisation, people = tables.organisation, here.people
    churn, disagreement, pace = organisation.churn, organisation.disagreement, organisation.engagement_pace
    overload = max(organisation.overload - tables.policies.slack[policy], 0.0)
    engagement, moved = state.engagement[policy], state.moved[policy]
    belief, allocation, responding = state.belief[policy], state.allocation[policy], here.responding
    for t in range(people.shape[1] // WIDTH):
        asked = overload * get(responding, (t,))
        for i in range(people.shape[0]):
            taken = churn * get(moved, (i, t)) + asked
            if disagreement > 0.0:
                taken = taken + disagreement * _disagree(belief, allocation, i, t)
            now = get(engagement, (i, t))
            new = now + pace * (most(1.0 - taken, 0.0) - now)
            put(engagement, (i, t), choose(get(people, (i, t)) > 0.0, new, now))
