"""Step 5, sense: late and noisy readings, perceived priorities, and detectors on perceived value.

    reading_k(t)   = max(0, x_k(t - lag_k) (1 + noise_k xi))
    v <- v + c (seen - v),   seen_k proportional to w_k bias_k exp(noise xi / sqrt(monitoring))

Leadership that does not monitor at all learns nothing: its v stays. Perceived value is the value rate at perceived
priorities and readings. Detectors watch it for falls against an exponentially weighted baseline mean m and variance:
with z = (perceived value - m) / sd,

    CUSUM (Page 1954):   C <- max(0, C - z - allowance),  alarm above the threshold
    EWMA (Roberts 1959): Z <- (1 - weight) Z + weight z,  alarm below -threshold sqrt(weight / (2 - weight))

An alarm resets the statistic and hands the response teams a case at the end of the week; while that case is open the
detector does not hand in another.
"""

import numpy as np

from realign.model.compiled import compiled
from realign.model.elementary import exp
from realign.model.outcome import attain
from realign.model.world import PERCEPTION_NOISE, READING_NOISE

NO_TRIGGER, CUSUM, EWMA = range(3)


@compiled
def read_levels(tables, state, here, policy, week):
    """Keep this week's levels, and read those that are due now."""
    objectives = tables.objectives
    rooms = state.level_past.shape[1]
    for k in range(here.priority.shape[0]):
        level, kept = state.level[policy, k], state.level_past[policy, week % rooms, k]
        for lane in range(level.shape[0]):
            kept[lane] = level[lane]
    for k in range(here.priority.shape[0]):
        past = state.level_past[policy, (week - objectives.kpi_lag[k]) % rooms, k]
        reading, noise = state.reading[policy, k], here.noise[READING_NOISE, k]
        for lane in range(past.shape[0]):
            reading[lane] = max(past[lane] * (1.0 + objectives.kpi_noise[k] * noise[lane]), 0.0)


@compiled
def perceive(tables, state, here, policy):
    """Perceived priorities follow the true ones, biased and noisy."""
    organisation = tables.organisation
    monitoring = tables.policies.monitoring[policy]
    if monitoring == 0.0:
        return
    noise = organisation.perception_noise / np.sqrt(monitoring)
    K, L = here.priority.shape
    for lane in range(L):
        here.sum[lane] = 0.0
    for k in range(K):
        seen, priority, normal = here.target[k], here.priority[k], here.noise[PERCEPTION_NOISE, k]
        for lane in range(L):
            seen[lane] = priority[lane] * organisation.perception_bias[k] * exp(noise * normal[lane])
            here.sum[lane] += seen[lane]
    for k in range(K):
        perceived, seen = state.perceived[policy, k], here.target[k]
        for lane in range(L):
            new = seen[lane] / here.sum[lane] if here.sum[lane] > 0.0 else perceived[lane]
            perceived[lane] += organisation.perceived_pace * (new - perceived[lane])


@compiled
def perceived_value(tables, state, here, policy):
    """Value rate at readings and perceived priorities, into here.sum."""
    attain(tables.objectives, state.reading[policy], here)
    for lane in range(here.sum.shape[0]):
        here.sum[lane] = 0.0
    for k in range(here.worth.shape[0]):
        for lane in range(here.sum.shape[0]):
            here.sum[lane] += state.perceived[policy, k, lane] * here.worth[k, lane]
    for lane in range(here.sum.shape[0]):
        here.sum[lane] *= here.demand[lane]


@compiled
def detect(tables, state, here, policy, week):
    """Run the detector on here.sum; here.sum2 becomes 1.0 where it raises an alarm."""
    policies = tables.policies
    cusum, weight = policies.trigger[policy] == CUSUM, policies.weight[policy]
    limit = policies.threshold[policy] * np.sqrt(weight / (2.0 - weight))
    pace = policies.baseline_pace[policy]
    for lane in range(here.sum.shape[0]):
        here.sum2[lane] = 0.0
        off = here.sum[lane] - state.baseline_mean[policy, lane]
        z = off / np.sqrt(max(state.baseline_variance[policy, lane], 1e-24))
        state.baseline_mean[policy, lane] += pace * off
        state.baseline_variance[policy, lane] += pace * (off * off - state.baseline_variance[policy, lane])
        if cusum:
            statistic = max(0.0, state.detector[policy, lane] - z - policies.allowance[policy])
            alarm = statistic > policies.threshold[policy]
        else:
            statistic = (1.0 - weight) * state.detector[policy, lane] + weight * z
            alarm = statistic < -limit
        state.detector[policy, lane] = 0.0 if alarm else statistic
        if alarm and state.alive[policy, lane] > 0.0 and state.alarm_until[policy, lane] <= week + 1.0:
            here.sum2[lane] = 1.0

