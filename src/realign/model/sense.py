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
    lag, noise = tables.objectives.kpi_lag, tables.objectives.kpi_noise
    level, past, reading, normal = state.level[policy], state.level_past[policy], state.reading[policy], here.noise
    rooms, K, L = past.shape
    now = week % rooms
    for k in range(K):
        for lane in range(L):
            past[now, k, lane] = level[k, lane]
    for k in range(K):
        then = (week + rooms - lag[k]) % rooms
        for lane in range(L):
            reading[k, lane] = max(past[then, k, lane] * (1.0 + noise[k] * normal[READING_NOISE, k, lane]), 0.0)


@compiled
def perceive(tables, state, here, policy):
    """Perceived priorities follow the true ones, biased and noisy."""
    organisation, monitoring = tables.organisation, tables.policies.monitoring[policy]
    if monitoring == 0.0:
        return
    noise, bias = organisation.perception_noise / np.sqrt(monitoring), organisation.perception_bias
    pace = organisation.perceived_pace
    seen, priority, normal, total = here.target, here.priority, here.noise, here.sum
    perceived = state.perceived[policy]
    K, L = priority.shape
    for lane in range(L):
        total[lane] = 0.0
    for k in range(K):
        for lane in range(L):
            seen[k, lane] = priority[k, lane] * bias[k] * exp(noise * normal[PERCEPTION_NOISE, k, lane])
            total[lane] += seen[k, lane]
    for k in range(K):
        for lane in range(L):
            new = seen[k, lane] / total[lane] if total[lane] > 0.0 else perceived[k, lane]
            perceived[k, lane] += pace * (new - perceived[k, lane])


@compiled
def perceived_value(tables, state, here, policy):
    """Value rate at readings and perceived priorities, into here.sum."""
    worth, rate, perceived, demand = here.worth, here.sum, state.perceived[policy], here.demand
    attain(tables.objectives, state.reading[policy], here.attained, worth, here.logs)
    K, L = worth.shape
    for lane in range(L):
        rate[lane] = 0.0
    for k in range(K):
        for lane in range(L):
            rate[lane] += perceived[k, lane] * worth[k, lane]
    for lane in range(L):
        rate[lane] *= demand[lane]


@compiled
def detect(tables, state, here, policy, week):
    """Run the detector on perceived value (here.sum); here.sum2 becomes 1.0 where it raises an alarm."""
    policies = tables.policies
    cusum, weight, threshold = policies.trigger[policy] == CUSUM, policies.weight[policy], policies.threshold[policy]
    allowance, pace = policies.allowance[policy], policies.baseline_pace[policy]
    limit = threshold * np.sqrt(weight / (2.0 - weight))
    rate, alarm, mean, variance = here.sum, here.sum2, state.baseline_mean[policy], state.baseline_variance[policy]
    detector, alive, until = state.detector[policy], state.alive[policy], state.alarm_until[policy]
    for lane in range(rate.shape[0]):
        off = rate[lane] - mean[lane]
        z = off / np.sqrt(max(variance[lane], 1e-24))
        mean[lane] += pace * off
        variance[lane] += pace * (off * off - variance[lane])
        if cusum:
            statistic = max(0.0, detector[lane] - z - allowance)
            raised = statistic > threshold
        else:
            statistic = (1.0 - weight) * detector[lane] + weight * z
            raised = statistic < -limit
        detector[lane] = 0.0 if raised else statistic
        alarm[lane] = 1.0 if raised and alive[lane] > 0.0 and until[lane] <= week + 1.0 else 0.0
