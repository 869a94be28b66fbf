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
from realign.model.philox import fill_words, uniforms_of_words
from realign.model.record import CLOSED, FINDING, note
from realign.model.state import FOUND, GONE, HIDDEN, OPEN


@compiled
def age_methods(tables, state, policy):
    """Methods go out of date."""
    persistence, methods = tables.objectives.methods_persistence, state.methods[policy]
    for k in range(methods.shape[0]):
        if persistence[k] < 1.0:
            for lane in range(methods.shape[1]):
                methods[k, lane] *= persistence[k]


@compiled
def explore(tables, here, policy):
    """Exploring people times skill for each opportunity's objective, into here.exploring."""
    exploration, skill, objective = tables.units.exploration, tables.units.skill, tables.opportunities.objective
    exploring, present = here.exploring, here.present
    exploring[:, :] = 0.0
    for i in range(present.shape[0]):
        share = tables.policies.exploration[policy] if np.isnan(exploration[i]) else exploration[i]
        if share > 0.0:
            for o in range(objective.shape[0]):
                skilled = share * skill[i, objective[o]]
                for lane in range(present.shape[1]):
                    exploring[o, lane] += skilled * present[i, lane]


@compiled
def discover(tables, state, here, strikes, log, policy, week, seed, keys):
    """Open, find, adopt and close opportunities."""
    opportunities, bonus = tables.opportunities, tables.organisation.diversity_bonus
    status, opened, cohesion = state.opportunity[policy], state.opened[policy], state.cohesion[policy]
    ruin_week, exploring, first = state.ruin_week[policy], here.exploring, strikes.first
    autonomy, words = tables.policies.autonomy[policy], here.words
    explore(tables, here, policy)
    for o in range(status.shape[0]):
        opener, difficulty = opportunities.opened_by[o], opportunities.difficulty[o]
        closes_after = opportunities.closes_after[o]
        fill_words(seed, keys, opportunities.stream[o], week, 0, words)
        for lane in range(keys.shape[0]):
            if status[o, lane] == HIDDEN and first[opener, lane] <= week:
                status[o, lane] = OPEN
                opened[o, lane] = week
            if status[o, lane] != OPEN or not np.isnan(ruin_week[lane]):
                continue
            if week - opened[o, lane] >= closes_after:
                status[o, lane] = GONE
                note(log, policy, lane, week, CLOSED, o, 0.0)
            elif exploring[o, lane] > 0.0:
                hazard = exploring[o, lane] * (1.0 + bonus * (1.0 - cohesion[lane])) / difficulty
                finds, adopts = uniforms_of_words(words, lane)
                if finds < 1.0 - exp(-hazard):
                    status[o, lane] = FOUND
                    note(log, policy, lane, week, FINDING, o, hazard)
                    if adopts < autonomy:
                        adopt(tables, state, log, policy, o, lane, week)
