"""Step 9, discover: exploration finds opportunities; methods go out of date.

An open opportunity is found in a week with probability 1 - exp(-h),

    h = sum over units of exploring people x skill x (1 + diversity_bonus (1 - cohesion)) / difficulty,

exploring people being the people present times the share of time the unit explores. It is adopted at the next decision,
or at once with probability `autonomy`, and multiplies the quality of methods A by 1 + gain. Without discovery A fades.
"""

import numpy as np

from realign.model.compiled import compiled
from realign.model.decide import adopt
from realign.model.elementary import exp
from realign.model.philox import uniforms
from realign.model.record import CLOSED, FINDING, note
from realign.model.state import FOUND, GONE, HIDDEN, OPEN


@compiled
def age_methods(tables, state, policy):
    """Methods go out of date."""
    for k in range(state.methods.shape[1]):
        if tables.objectives.methods_persistence[k] < 1.0:
            for lane in range(state.methods.shape[2]):
                state.methods[policy, k, lane] *= tables.objectives.methods_persistence[k]


@compiled
def explore(tables, here, policy):
    """Exploring people times skill for each opportunity's objective, into here.exploring."""
    units, opportunities = tables.units, tables.opportunities
    here.exploring[:, :] = 0.0
    for i in range(units.people.shape[0]):
        exploring = units.exploration[i]
        if np.isnan(exploring):
            exploring = tables.policies.exploration[policy]
        if exploring > 0.0:
            for o in range(opportunities.gain.shape[0]):
                skilled = exploring * units.skill[i, opportunities.objective[o]]
                for lane in range(here.exploring.shape[1]):
                    here.exploring[o, lane] += skilled * here.present[i, lane]


@compiled
def discover(tables, state, here, strikes, log, policy, week, seed, keys):
    """Open, find, adopt and close opportunities."""
    opportunities = tables.opportunities
    explore(tables, here, policy)
    for o in range(opportunities.gain.shape[0]):
        opener = opportunities.opened_by[o]
        for lane in range(keys.shape[0]):
            if state.opportunity[policy, o, lane] == HIDDEN and strikes.first[opener, lane] <= week:
                state.opportunity[policy, o, lane] = OPEN
                state.opened[policy, o, lane] = week
            if state.opportunity[policy, o, lane] != OPEN or not np.isnan(state.ruin_week[policy, lane]):
                continue
            if week - state.opened[policy, o, lane] >= opportunities.closes_after[o]:
                state.opportunity[policy, o, lane] = GONE
                note(log, policy, lane, week, CLOSED, o, 0.0)
            elif here.exploring[o, lane] > 0.0:
                diverse = 1.0 + tables.organisation.diversity_bonus * (1.0 - state.cohesion[policy, lane])
                hazard = here.exploring[o, lane] * diverse / opportunities.difficulty[o]
                finds, adopts = uniforms(seed, keys[lane], opportunities.stream[o], week, 0)
                if finds < 1.0 - exp(-hazard):
                    state.opportunity[policy, o, lane] = FOUND
                    note(log, policy, lane, week, FINDING, o, hazard)
                    if adopts < tables.policies.autonomy[policy]:
                        adopt(tables, state, log, policy, o, lane, week)
