"""Step 3, work: people, time and skill become output.

Effort of unit i on objective k, of people present C_i = people_i (1 - lost capacity) engagement_i:

    u_ik = C_i x work share x skill_ik x [(1 - auto_i) a_ik + auto_i m_ik] x (1 - switching_loss x moved_i)

Output of objective k from E_kf, the effort summed by function, is CES in share form (Arrow, Chenery, Minhas and Solow
1961; the shares are those of the normal mix, where all E_kf / theta_kf are equal):

    Y_k = gain_k A_k P_k H_k (sum_f theta_kf (E_kf / theta_kf)^r)^(1/r),     r = (sigma - 1) / sigma
    H_k = 1 - coordination_loss (1 - R_k)

R_k is the mean resultant length of the contributing units' normalised beliefs, weighted by effort (Mardia and Jupp,
Directional Statistics); automated effort points along the strategy. Output noise moves the human share only.
"""

import numpy as np

from realign.model.compiled import compiled
from realign.model.elementary import exp, log
from realign.model.state import SWITCHING
from realign.model.world import OUTPUT_NOISE

SUM, CES, COBB_DOUGLAS, LEONTIEF = range(4)
TINY = 1e-300


@compiled
def count_present(tables, state, here, policy, week, losing):
    """People present and engaged, and the payroll, with those whom contingencies add."""
    contingencies = tables.contingencies
    L = here.share.shape[0]
    for lane in range(L):
        here.wages[lane] = 0.0
    for i in range(here.people.shape[0]):
        for lane in range(L):
            here.present[i, lane] = here.people[i, lane]
    for g in range(contingencies.after.shape[0]):
        if tables.policies.lists[policy, g]:
            for lane in range(L):
                if state.active_from[policy, g, lane] <= week < state.active_until[policy, g, lane]:
                    for i in range(here.people.shape[0]):
                        here.present[i, lane] += contingencies.people[g, i]
    for i in range(here.people.shape[0]):
        engagement = state.engagement[policy, i]
        for lane in range(L):
            here.wages[lane] += here.present[i, lane]
            here.present[i, lane] *= engagement[lane]
        if losing:
            for lane in range(L):
                here.present[i, lane] *= 1.0 - here.lost[i, lane]


@compiled
def respond(tables, state, here, policy, week):
    """Whether a response is under way, and the share of time left for work (before exploration)."""
    policies, contingencies = tables.policies, tables.contingencies
    meetings = tables.organisation.meeting_time * policies.communication[policy]
    for lane in range(here.share.shape[0]):
        here.responding[lane] = 1.0 if state.busy_until[policy, lane] > week else 0.0
        held = policies.slack[policy] * (1.0 - here.responding[lane])
        here.share[lane] = 1.0 - meetings - held
    for g in range(contingencies.after.shape[0]):
        if contingencies.release_slack[g] and policies.lists[policy, g]:
            for lane in range(here.share.shape[0]):
                if state.active_from[policy, g, lane] <= week < state.active_until[policy, g, lane]:
                    here.share[lane] = 1.0 - meetings


@compiled
def unit_direction(belief, here):
    """A belief at length 1 into here.direction."""
    K, L = belief.shape
    for lane in range(L):
        here.sum[lane] = 0.0
    for k in range(K):
        for lane in range(L):
            here.sum[lane] += belief[k, lane] * belief[k, lane]
    for lane in range(L):
        here.sum[lane] = 1.0 / np.sqrt(max(here.sum[lane], TINY))
    for k in range(K):
        for lane in range(L):
            here.direction[k, lane] = belief[k, lane] * here.sum[lane]


@compiled
def exert(tables, state, here, policy):
    """All units' effort: by function, in total, the automated part, and the pull of beliefs on each objective."""
    units, organisation = tables.units, tables.organisation
    K, L = here.total.shape
    coordinating = organisation.coordination_loss > 0.0
    here.effort[:, :, :] = 0.0
    here.total[:, :] = 0.0
    here.automatic[:, :] = 0.0
    if coordinating:
        here.pull[:, :, :] = 0.0
    for lane in range(L):
        here.sum2[lane] = 0.0
        here.sum3[lane] = 0.0
    for i in range(units.people.shape[0]):
        exploring = units.exploration[i]
        if np.isnan(exploring):
            exploring = tables.policies.exploration[policy]
        time, moved, proficiency = here.time, state.moved[policy, i], state.proficiency[policy, i]
        for lane in range(L):
            lost = organisation.switching_loss * moved[lane]
            whole = here.present[i, lane] * max(here.share[lane] - exploring, 0.0)
            time[lane] = whole * (1.0 - lost) * proficiency[lane]
            here.sum2[lane] += whole * lost
            here.sum3[lane] += whole
        _exert_unit(units, state, here, policy, i, time)
        if coordinating:
            unit_direction(state.belief[policy, i], here)
            for k in range(K):
                if units.skill[i, k] > 0.0:
                    for j in range(K):
                        for lane in range(L):
                            here.pull[k, j, lane] += here.unit_effort[k, lane] * here.direction[j, lane]
    for lane in range(L):
        if here.sum3[lane] > 0.0:
            state.sums[policy, SWITCHING, lane] += state.alive[policy, lane] * here.sum2[lane] / here.sum3[lane]


@compiled
def _exert_unit(units, state, here, policy, i, time):
    """One unit's effort; time: (L,) effective person-weeks."""
    K, L = here.total.shape
    f = units.function[i]
    human = 1.0 - units.automation[i]
    allocation = state.allocation[policy, i]
    for k in range(K):
        skill = units.skill[i, k]
        if skill == 0.0:
            continue
        by_people, effort, total = here.unit_effort[k], here.effort[k, f], here.total[k]
        row = allocation[k]
        for lane in range(L):
            u = time[lane] * skill * human * row[lane]
            by_people[lane] = u
            effort[lane] += u
            total[lane] += u
        if human < 1.0:
            automated, automatic = state.automated[policy, i, k], here.automatic[k]
            for lane in range(L):
                u = time[lane] * skill * (1.0 - human) * automated[lane]
                automatic[lane] += u
                effort[lane] += u
                total[lane] += u


@compiled
def combine(objectives, here, k):
    """The CES aggregate of the effort on objective k, into here.output[k]."""
    output = here.output[k]
    technology, r = objectives.technology[k], objectives.exponent[k]
    L = output.shape[0]
    if technology == SUM:
        for lane in range(L):
            output[lane] = here.total[k, lane]
        return
    for lane in range(L):
        output[lane] = np.inf if technology == LEONTIEF else 0.0
    for f in range(objectives.share.shape[1]):
        share = objectives.share[k, f]
        if share == 0.0:
            continue
        effort = here.effort[k, f]
        if technology == LEONTIEF:
            for lane in range(L):
                output[lane] = min(output[lane], effort[lane] / share)
        elif technology == COBB_DOUGLAS:
            for lane in range(L):
                output[lane] += share * log(effort[lane] / share)
        else:
            for lane in range(L):
                output[lane] += share * exp(r * log(effort[lane] / share))
    if technology == COBB_DOUGLAS:
        for lane in range(L):
            output[lane] = exp(output[lane])
    elif technology == CES:
        for lane in range(L):
            output[lane] = exp(log(output[lane]) / r)


@compiled
def coordinate(tables, state, here, policy, k):
    """Multiply the output of objective k by H_k = 1 - coordination_loss (1 - R_k)."""
    K, L = here.total.shape
    for lane in range(L):
        here.sum[lane] = 0.0
        here.sum2[lane] = 0.0
    for j in range(K):
        published = state.published[policy, j]
        for lane in range(L):
            here.sum2[lane] += published[lane] * published[lane]
    for j in range(K):
        published = state.published[policy, j]
        for lane in range(L):
            along = here.automatic[k, lane] * published[lane] / np.sqrt(max(here.sum2[lane], TINY))
            pull = here.pull[k, j, lane] + along
            here.sum[lane] += pull * pull
    loss = tables.organisation.coordination_loss
    for lane in range(L):
        together = np.sqrt(here.sum[lane]) / max(here.total[k, lane], TINY)
        here.output[k, lane] *= 1.0 - loss * (1.0 - min(together, 1.0))


@compiled
def produce(tables, state, here, policy):
    """Output of every objective, into here.output."""
    objectives = tables.objectives
    for k in range(here.total.shape[0]):
        combine(objectives, here, k)
        if tables.organisation.coordination_loss > 0.0:
            coordinate(tables, state, here, policy, k)
        output, methods, gain = here.output[k], state.methods[policy, k], objectives.gain[k]
        for lane in range(output.shape[0]):
            output[lane] *= gain * methods[lane] * here.productivity[k, lane]
        if objectives.output_noise[k] > 0.0:
            noise = here.noise[OUTPUT_NOISE, k]
            for lane in range(output.shape[0]):
                human = 1.0 - here.automatic[k, lane] / max(here.total[k, lane], TINY)
                output[lane] *= max(1.0 + objectives.output_noise[k] * human * noise[lane], 0.0)
