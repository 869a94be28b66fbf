"""Step 8, reallocate: effort follows belief, machines follow strategy, engagement follows what people go through.

    a_i <- a_i + pace_i (b_i restricted to what it has skill for - a_i),     moved_i = half the L1 distance moved
    m_i <- m_i + retooling pace_i (s restricted likewise - m_i)
    e_i <- e_i + pace (1 - churn moved_i - max(0, overload - slack) [a response is under way]
                       - disagreement (1 - cos(b_i, a_i)) - e_i)

A response asks for a share `overload` of everybody's time on top; slack held back covers it, the rest wears people out.
A unit that believes only in what it cannot do stays at what it does, and one that has not joined yet as it is.
"""

from realign.model.compiled import compiled
from realign.model.lanes import choose, fused, get, least, magnitude, most, pack, put
from realign.model.work import TINY


@compiled
def _aim(skill, wished, item, i, t):
    """By what unit i scales what it has skill for of what is wished, and whether there is anything of it (1.0 or 0.0).

    wished: (M, K, L), of which `item` is taken.
    """
    total = pack(0.0)
    for k in range(skill.shape[1]):
        if skill[i, k] > 0.0:
            total = total + get(wished, (item, k, t))
    return 1.0 / most(total, TINY), choose(total > 0.0, 1.0, 0.0)


@compiled
def reallocate(tables, state, here, policy, i, t):
    """Step 8 for the people of one unit.

    Returns half the L1 distance moved, the squared length of the allocation, and its products with the unit's belief
    and with true priorities.
    """
    units, belief, allocation, priority = tables.units, state.belief[policy], state.allocation[policy], here.priority
    skill, step_size, scale = units.skill, units.inertia_pace[i] * get(here.there, (i, t)), pack(1.0)
    if not units.able[i]:
        scale, some = _aim(skill, belief, i, i, t)
        step_size = step_size * some
    distance, square, agreed, market = pack(0.0), pack(0.0), pack(0.0), pack(0.0)
    for k in range(skill.shape[1]):
        now, wished, target = get(allocation, (i, k, t)), get(belief, (i, k, t)), pack(0.0)
        if skill[i, k] > 0.0:
            target = wished * scale
        step = step_size * (target - now)
        now = now + step
        put(allocation, (i, k, t), now)
        distance = distance + magnitude(step)
        square = fused(now, now, square)
        agreed = fused(now, wished, agreed)
        market = fused(now, get(priority, (k, t)), market)
    return 0.5 * distance, square, agreed, market


@compiled
def retool(tables, state, here, policy, i, t):
    """Step 8 for the machines of one unit."""
    units, published, automated = tables.units, state.published, state.automated[policy]
    skill, step_size, scale = units.skill, units.retooling_pace[i] * get(here.there, (i, t)), pack(1.0)
    if not units.able[i]:
        scale, some = _aim(skill, published, policy, i, t)
        step_size = step_size * some
    for k in range(skill.shape[1]):
        now, target = get(automated, (i, k, t)), pack(0.0)
        if skill[i, k] > 0.0:
            target = get(published, (policy, k, t)) * scale
        put(automated, (i, k, t), fused(step_size, target - now, now))


@compiled
def engage(tables, state, here, policy, i, t, moved, agreement):
    """Engagement of one unit, by the half L1 distance its people moved and the cosine of belief and allocation."""
    organisation, engagement = tables.organisation, state.engagement[policy]
    overload = max(organisation.overload - tables.policies.slack[policy], 0.0)
    taken = fused(organisation.churn, moved, overload * get(here.responding, (t,)))
    taken = fused(organisation.disagreement, 1.0 - least(agreement, 1.0), taken)
    now = get(engagement, (i, t))
    pace = organisation.engagement_pace * get(here.there, (i, t))
    put(engagement, (i, t), fused(pace, most(1.0 - taken, 0.0) - now, now))
