"""Step 8, reallocate: effort follows belief, machines follow strategy, engagement follows what people go through.

    a_i <- a_i + pace_i (b_i restricted to what it has skill for - a_i),     moved_i = half the L1 distance moved
    m_i <- m_i + retooling pace_i (s restricted likewise - m_i)
    e_i <- e_i + pace (1 - churn moved_i - max(0, overload - slack) [a response is under way]
                       - disagreement (1 - cos(b_i, a_i)) - e_i)

A response asks for a share `overload` of everybody's time on top; slack held back covers it, the rest wears people out.
A unit that believes only in what it cannot do stays at what it does, and one that has not joined yet as it is.
"""

import numpy as np

from realign.model.compiled import compiled


@compiled
def _restrict(wished, skill, i, target, total):
    """Shares `wished` (K, L) on the objectives that unit i has skill for, not yet scaled; their sum by lane."""
    K, L = target.shape
    for lane in range(L):
        total[lane] = 0.0
    for k in range(K):
        able = 1.0 if skill[i, k] > 0.0 else 0.0
        for lane in range(L):
            target[k, lane] = wished[k, lane] * able
            total[lane] += target[k, lane]


@compiled
def _follow(shares, target, total, people, i, pace, moved):
    """Move shares (N, K, L) of unit i, where it is there, toward the target; `moved`: half the L1 distance moved."""
    K, L = target.shape
    for lane in range(L):
        moved[lane] = 0.0
        total[lane] = 1.0 / total[lane] if total[lane] > 0.0 and people[i, lane] > 0.0 else 0.0
    for k in range(K):
        for lane in range(L):
            step = pace * (target[k, lane] * total[lane] - shares[i, k, lane])
            step = step if total[lane] > 0.0 else 0.0
            shares[i, k, lane] += step
            moved[lane] += 0.5 * abs(step)


@compiled
def reallocate(tables, state, here, policy):
    """Step 8 for the people and machines of all units."""
    skill, automation = tables.units.skill, tables.units.automation
    inertia_pace, retooling_pace = tables.units.inertia_pace, tables.units.retooling_pace
    belief, allocation, automated = state.belief[policy], state.allocation[policy], state.automated[policy]
    published, moved = state.published[policy], state.moved[policy]
    target, total, unused, people = here.target, here.sum, here.sum2, here.people
    for i in range(skill.shape[0]):
        _restrict(belief[i], skill, i, target, total)
        _follow(allocation, target, total, people, i, inertia_pace[i], moved[i])
        if automation[i] > 0.0:
            _restrict(published, skill, i, target, total)
            _follow(automated, target, total, people, i, retooling_pace[i], unused)


@compiled
def _disagree(belief, allocation, i, along, b2, a2):
    """1 - cosine of belief and allocation of unit i, by lane, into `along`."""
    N, K, L = belief.shape
    for lane in range(L):
        along[lane] = 0.0
        b2[lane] = 0.0
        a2[lane] = 0.0
    for k in range(K):
        for lane in range(L):
            along[lane] += belief[i, k, lane] * allocation[i, k, lane]
            b2[lane] += belief[i, k, lane] * belief[i, k, lane]
            a2[lane] += allocation[i, k, lane] * allocation[i, k, lane]
    for lane in range(L):
        along[lane] = 1.0 - min(along[lane] / np.sqrt(max(b2[lane] * a2[lane], 1e-300)), 1.0)


@compiled
def engage(tables, state, here, policy):
    """Engagement of all units."""
    organisation = tables.organisation
    churn, disagreement = organisation.churn, organisation.disagreement
    overload = max(organisation.overload - tables.policies.slack[policy], 0.0)
    pace, responding, gap, people = organisation.engagement_pace, here.responding, here.sum, here.people
    engagement, moved = state.engagement[policy], state.moved[policy]
    belief, allocation = state.belief[policy], state.allocation[policy]
    b2, a2 = here.sum2, here.sum3
    N, K, L = belief.shape
    for i in range(N):
        if disagreement > 0.0:
            _disagree(belief, allocation, i, gap, b2, a2)
        else:
            for lane in range(L):
                gap[lane] = 0.0
        for lane in range(L):
            taken = disagreement * gap[lane] + churn * moved[i, lane] + overload * responding[lane]
            step = pace * (max(1.0 - taken, 0.0) - engagement[i, lane])
            engagement[i, lane] += step if people[i, lane] > 0.0 else 0.0
