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
NOTHING = 1e-290  # what a power of zero leaves in floating point, and less than anything real


@compiled
def acts(active_from, active_until, g, lane, week):
    """Whether contingency g is active in this week."""
    return active_from[g, lane] <= week < active_until[g, lane]


@compiled
def count_present(tables, state, here, policy, week, losing):
    """People present and engaged, and the payroll, with those whom contingencies add."""
    lists, added = tables.policies.lists[policy], tables.contingencies.people
    active_from, active_until = state.active_from[policy], state.active_until[policy]
    people, present, wages, lost = here.people, here.present, here.wages, here.lost
    engagement = state.engagement[policy]
    N, L = people.shape
    for lane in range(L):
        wages[lane] = 0.0
    for i in range(N):
        for lane in range(L):
            present[i, lane] = people[i, lane]
    for g in range(added.shape[0]):
        for i in range(N):
            if lists[g] and added[g, i] > 0.0:
                for lane in range(L):
                    if acts(active_from, active_until, g, lane, week) and people[i, lane] > 0.0:
                        present[i, lane] += added[g, i]
    for i in range(N):
        for lane in range(L):
            wages[lane] += present[i, lane]
            present[i, lane] *= engagement[i, lane]
        if losing:
            for lane in range(L):
                present[i, lane] *= 1.0 - lost[i, lane]


@compiled
def respond(tables, state, here, policy, week):
    """Whether a response is under way, and the share of time left for work (before exploration)."""
    release, lists, slack = tables.contingencies.release_slack, tables.policies.lists[policy], tables.policies.slack
    meetings = tables.organisation.meeting_time * tables.policies.communication[policy]
    responding, share, busy_until = here.responding, here.share, state.busy_until[policy]
    active_from, active_until = state.active_from[policy], state.active_until[policy]
    for lane in range(share.shape[0]):
        responding[lane] = 1.0 if busy_until[lane] > week else 0.0
        share[lane] = 1.0 - meetings - slack[policy] * (1.0 - responding[lane])
    for g in range(release.shape[0]):
        if release[g] and lists[g]:
            for lane in range(share.shape[0]):
                if acts(active_from, active_until, g, lane, week):
                    share[lane] = 1.0 - meetings


@compiled
def _exert_unit(allocation, automated, skill, i, f, automation, time, by_people, effort, total, automatic):
    """Add the effort of unit i, of function f; time: (L,) its effective person-weeks; by_people (K, L) is its own."""
    N, K, L = allocation.shape
    human = 1.0 - automation
    for k in range(K):
        able = skill[i, k]
        if able == 0.0:
            continue
        for lane in range(L):
            u = time[lane] * (able * human) * allocation[i, k, lane]
            by_people[k, lane] = u
            effort[k, f, lane] += u
            total[k, lane] += u
        if automation > 0.0:
            for lane in range(L):
                u = time[lane] * (able * automation) * automated[i, k, lane]
                automatic[k, lane] += u
                effort[k, f, lane] += u
                total[k, lane] += u


@compiled
def _pull(pull, by_people, direction, skill, i):
    """Add effort x direction of belief of unit i to the pull (K, K, L) on each objective; direction: (N, K, L)."""
    N, K, L = direction.shape
    for k in range(K):
        if skill[i, k] > 0.0:
            for j in range(K):
                for lane in range(L):
                    pull[k, j, lane] += by_people[k, lane] * direction[i, j, lane]


@compiled
def exert(tables, state, here, policy):
    """All units' effort: by function, in total, the automated part, and the pull of beliefs on each objective."""
    units, loss = tables.units, tables.organisation.switching_loss
    skill, function, automation, exploration = units.skill, units.function, units.automation, units.exploration
    allocation, automated, direction = state.allocation[policy], state.automated[policy], state.direction[policy]
    moved, proficiency, alive = state.moved[policy], state.proficiency[policy], state.alive[policy]
    present, share, time, by_people, effort = here.present, here.share, here.time, here.unit_effort, here.effort
    total, automatic, pull = here.total, here.automatic, here.pull
    switched, worked, switching = here.sum2, here.sum3, state.sums[policy, SWITCHING]
    coordinating = tables.organisation.coordination_loss > 0.0
    effort[:, :, :] = 0.0
    total[:, :] = 0.0
    automatic[:, :] = 0.0
    switched[:] = 0.0
    worked[:] = 0.0
    if coordinating:
        pull[:, :, :] = 0.0
    N, L = present.shape
    for i in range(N):
        exploring = tables.policies.exploration[policy] if np.isnan(exploration[i]) else exploration[i]
        for lane in range(L):
            whole = present[i, lane] * max(share[lane] - exploring, 0.0)
            lost = loss * moved[i, lane]
            time[lane] = whole * (1.0 - lost) * proficiency[i, lane]
            switched[lane] += whole * lost
            worked[lane] += whole
        _exert_unit(
            allocation, automated, skill, i, function[i], automation[i], time, by_people, effort, total, automatic
        )
        if coordinating:
            _pull(pull, by_people, direction, skill, i)
    for lane in range(L):
        switching[lane] += alive[lane] * switched[lane] / max(worked[lane], TINY)


@compiled
def _most_telling(technology, r, share, effort, edge, k):
    """The least effort per share where inputs complement each other (r < 0), else the greatest, by lane, into edge."""
    K, F, L = effort.shape
    least = technology == LEONTIEF or r < 0.0
    for lane in range(L):
        edge[lane] = np.inf if least else 0.0
    for f in range(F):
        theta = share[k, f]
        if theta > 0.0 and least:
            for lane in range(L):
                edge[lane] = min(edge[lane], effort[k, f, lane] / theta)
        elif theta > 0.0:
            for lane in range(L):
                edge[lane] = max(edge[lane], effort[k, f, lane] / theta)


@compiled
def _add_input(technology, r, theta, effort, edge, logs, output, k, f):
    """Add theta x^r, or theta log x, of one function's effort x per share and edge to output[k]."""
    for lane in range(edge.shape[0]):
        logs[lane] = log(effort[k, f, lane] / (theta * max(edge[lane], TINY)))
    if technology == COBB_DOUGLAS:
        for lane in range(edge.shape[0]):
            output[k, lane] += theta * logs[lane]
    else:
        for lane in range(edge.shape[0]):
            output[k, lane] += theta * exp(r * logs[lane])


@compiled
def combine(technology, r, share, total, effort, output, edge, logs, k):
    """The CES aggregate of the effort on objective k, into output[k]; share: (K, F); edge, logs: (L,) scratch.

    Inputs are taken relative to the one that matters most, so that no power overflows; without it there is no output.
    One elementary function to a loop is what becomes vector code.
    """
    K, F, L = effort.shape
    if technology == SUM:
        for lane in range(L):
            output[k, lane] = total[k, lane]
        return
    _most_telling(technology, r, share, effort, edge, k)
    for lane in range(L):
        output[k, lane] = edge[lane] if technology == LEONTIEF else 0.0
    if technology == LEONTIEF:
        return
    for f in range(F):
        if share[k, f] > 0.0:
            _add_input(technology, r, share[k, f], effort, edge, logs, output, k, f)
    if technology == CES:
        for lane in range(L):
            output[k, lane] = log(output[k, lane]) / r
    for lane in range(L):
        output[k, lane] = edge[lane] * exp(output[k, lane])
    for lane in range(L):
        output[k, lane] = output[k, lane] if output[k, lane] > NOTHING else 0.0


@compiled
def coordinate(published, pull, automatic, total, output, loss, strategy_length, together):
    """Multiply the output of every objective by H_k = 1 - coordination_loss (1 - R_k)."""
    K, L = output.shape
    for lane in range(L):
        strategy_length[lane] = 0.0
    for j in range(K):
        for lane in range(L):
            strategy_length[lane] += published[j, lane] * published[j, lane]
    for lane in range(L):
        strategy_length[lane] = 1.0 / np.sqrt(max(strategy_length[lane], TINY))
    for k in range(K):
        for lane in range(L):
            together[lane] = 0.0
        for j in range(K):
            for lane in range(L):
                along = pull[k, j, lane] + automatic[k, lane] * published[j, lane] * strategy_length[lane]
                together[lane] += along * along
        for lane in range(L):
            resultant = min(np.sqrt(together[lane]) / max(total[k, lane], TINY), 1.0)
            output[k, lane] *= 1.0 - loss * (1.0 - resultant)


@compiled
def produce(tables, state, here, policy):
    """Output of every objective, into here.output."""
    objectives, loss = tables.objectives, tables.organisation.coordination_loss
    technology, exponent, share = objectives.technology, objectives.exponent, objectives.share
    gain, output_noise = objectives.gain, objectives.output_noise
    total, automatic, effort, output, noise = here.total, here.automatic, here.effort, here.output, here.noise
    methods, productivity = state.methods[policy], here.productivity
    K, L = output.shape
    for k in range(K):
        combine(technology[k], exponent[k], share, total, effort, output, here.sum, here.sum2, k)
    if loss > 0.0:
        coordinate(state.published[policy], here.pull, automatic, total, output, loss, here.sum, here.sum2)
    for k in range(K):
        for lane in range(L):
            output[k, lane] *= gain[k] * methods[k, lane] * productivity[k, lane]
        if output_noise[k] > 0.0:
            for lane in range(L):
                human = 1.0 - automatic[k, lane] / max(total[k, lane], TINY)
                output[k, lane] *= max(1.0 + output_noise[k] * human * noise[OUTPUT_NOISE, k, lane], 0.0)
