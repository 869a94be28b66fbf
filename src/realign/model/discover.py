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
from realign.model.lanes import WIDTH, get, pack, put
from realign.model.philox import fill_words, uniforms_of_words
from realign.model.record import CLOSED, FINDING, note
from realign.model.state import FOUND, GONE, HIDDEN, OPEN


@compiled
def draw_findings(tables, here, seed, keys, week):
    """The week's uniforms for each opportunity, the same for every policy, into here.finding."""
    streams, words, finding = tables.opportunities.stream, here.words, here.finding
    for o in range(streams.shape[0]):
        fill_words(seed, keys, streams[o], week, 0, words)
        for lane in range(keys.shape[0]):
            finding[o, 0, lane], finding[o, 1, lane] = uniforms_of_words(words, lane)


@compiled
def age_methods(tables, state, policy):
    """Methods go out of date."""
    persistence, methods = tables.objectives.methods_persistence, state.methods[policy]
    for k in range(methods.shape[0]):
        if persistence[k] < 1.0:
            for t in range(methods.shape[1] // WIDTH):
                put(methods, (k, t), get(methods, (k, t)) * persistence[k])


@compiled
def _explore(exploration, usual, skill, objective, present, t):
    """Exploring people times skill for an objective; usual: the policy's share of time."""
    exploring = pack(0.0)
    for i in range(exploration.shape[0]):
        share = usual if np.isnan(exploration[i]) else exploration[i]
        if share > 0.0:
            exploring = exploring + (share * skill[i, objective]) * get(present, (i, t))
    return exploring


@compiled
def _hazards(tables, state, here, policy, o):
    """The hazard h of finding opportunity o in every lane, and the chance to find it, into here.hazard."""
    bonus, difficulty = tables.organisation.diversity_bonus, tables.opportunities.difficulty[o]
    exploration, usual, skill = tables.units.exploration, tables.policies.exploration[policy], tables.units.skill
    objective, present, cohesion, hazards = tables.opportunities.objective[o], here.present, state.cohesion, here.hazard
    for t in range(cohesion.shape[1] // WIDTH):
        exploring = _explore(exploration, usual, skill, objective, present, t)
        hazard = exploring * (1.0 + bonus * (1.0 - get(cohesion, (policy, t)))) / difficulty
        put(hazards, (0, t), hazard)
        put(hazards, (1, t), 1.0 - exp(-hazard))


@compiled
def discover(tables, state, here, strikes, log, policy, week):
    """Open, find, adopt and close opportunities."""
    opportunities, autonomy = tables.opportunities, tables.policies.autonomy[policy]
    status, opened, ruin_week = state.opportunity[policy], state.opened[policy], state.ruin_week[policy]
    hazard, finding, first = here.hazard, here.finding, strikes.first
    for o in range(status.shape[0]):
        opener, closes_after = opportunities.opened_by[o], opportunities.closes_after[o]
        anywhere = False
        for lane in range(status.shape[1]):
            if status[o, lane] == HIDDEN and first[opener, lane] <= week:
                status[o, lane] = OPEN
                opened[o, lane] = week
            anywhere = anywhere or status[o, lane] == OPEN
        if not anywhere:
            continue
        _hazards(tables, state, here, policy, o)
        for lane in range(status.shape[1]):
            if status[o, lane] != OPEN or not np.isnan(ruin_week[lane]):
                continue
            if week - opened[o, lane] >= closes_after:
                status[o, lane] = GONE
                note(log, policy, lane, week, CLOSED, o, 0.0)
            elif hazard[0, lane] > 0.0:
                if finding[o, 0, lane] < hazard[1, lane]:
                    status[o, lane] = FOUND
                    note(log, policy, lane, week, FINDING, o, hazard[0, lane])
                    if finding[o, 1, lane] < autonomy:
                        adopt(tables, state, log, policy, o, lane, week)
