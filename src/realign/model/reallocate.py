"""Step 8, reallocate: effort follows belief, machines follow strategy, engagement follows what people go through.

    a_i <- a_i + pace_i (b_i restricted to what it has skill for - a_i),     moved_i = half the L1 distance moved
    m_i <- m_i + retooling pace_i (s restricted likewise - m_i)
    e_i <- e_i + pace (1 - churn moved_i - overload [a response is under way] - disagreement (1 - cos(b_i, a_i)) - e_i)

A unit that believes only in what it cannot do stays at what it does.
"""

import numpy as np

from realign.model.compiled import compiled


@compiled
def _restrict(wished, units, i, target, total):
    """Shares restricted to the objectives unit i has skill for, not yet scaled; their sum into `total`."""
    K, L = target.shape
    for lane in range(L):
        total[lane] = 0.0
    for k in range(K):
        able = 1.0 if units.skill[i, k] > 0.0 else 0.0
        row, wish = target[k], wished[k]
        for lane in range(L):
            row[lane] = wish[lane] * able
            total[lane] += row[lane]


@compiled
def reallocate(tables, state, here, policy, i):
    """Step 8 for the people and machines of one unit."""
    units = tables.units
    K, L = here.target.shape
    total, moved = here.sum, state.moved[policy, i]
    _restrict(state.belief[policy, i], units, i, here.target, total)
    pace = units.inertia_pace[i]
    for lane in range(L):
        here.sum2[lane] = 1.0 / max(total[lane], 1e-300)
        here.sum3[lane] = pace if total[lane] > 0.0 else 0.0
        moved[lane] = 0.0
    for k in range(K):
        row, target = state.allocation[policy, i, k], here.target[k]
        for lane in range(L):
            step = here.sum3[lane] * (target[lane] * here.sum2[lane] - row[lane])
            row[lane] += step
            moved[lane] += 0.5 * abs(step)
    if units.automation[i] > 0.0:
        _restrict(state.published[policy], units, i, here.target, total)
        pace = units.retooling_pace[i]
        for k in range(K):
            row, target = state.automated[policy, i, k], here.target[k]
            for lane in range(L):
                if total[lane] > 0.0:
                    row[lane] += pace * (target[lane] / total[lane] - row[lane])


@compiled
def engage(tables, state, here, policy, i):
    """Engagement of one unit."""
    organisation = tables.organisation
    engagement, moved = state.engagement[policy, i], state.moved[policy, i]
    K, L = here.target.shape
    for lane in range(L):
        here.sum[lane] = 0.0
    if organisation.disagreement > 0.0:
        for lane in range(L):
            here.sum2[lane] = 0.0
            here.sum3[lane] = 0.0
        for k in range(K):
            belief, allocation = state.belief[policy, i, k], state.allocation[policy, i, k]
            for lane in range(L):
                here.sum[lane] += belief[lane] * allocation[lane]
                here.sum2[lane] += belief[lane] * belief[lane]
                here.sum3[lane] += allocation[lane] * allocation[lane]
        for lane in range(L):
            cosine = here.sum[lane] / np.sqrt(max(here.sum2[lane] * here.sum3[lane], 1e-300))
            here.sum[lane] = organisation.disagreement * (1.0 - min(cosine, 1.0))
    for lane in range(L):
        taken = here.sum[lane] + organisation.churn * moved[lane] + organisation.overload * here.responding[lane]
        engagement[lane] += organisation.engagement_pace * (max(1.0 - taken, 0.0) - engagement[lane])
