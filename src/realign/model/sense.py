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
from realign.model.lanes import WIDTH, both, choose, get, most, pack, put, root
from realign.model.outcome import rate_value
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
        then = (week + rooms - lag[k]) % rooms
        for t in range(L // WIDTH):
            put(past, (now, k, t), get(level, (k, t)))
            seen = get(past, (then, k, t)) * (1.0 + noise[k] * get(normal, (k, READING_NOISE, t)))
            put(reading, (k, t), most(seen, 0.0))


@compiled
def perceive(tables, state, here, policy):
    """Perceived priorities follow the true ones, biased and noisy."""
    organisation, monitoring = tables.organisation, tables.policies.monitoring[policy]
    if monitoring == 0.0:
        return
    noise, bias = organisation.perception_noise / np.sqrt(monitoring), organisation.perception_bias
    pace, perceived = organisation.perceived_pace, state.perceived[policy]
    seen, priority, normal = here.target, here.priority, here.noise
    K, L = priority.shape
    for t in range(L // WIDTH):
        total = pack(0.0)
        for k in range(K):
            each = get(priority, (k, t)) * bias[k] * exp(noise * get(normal, (k, PERCEPTION_NOISE, t)))
            put(seen, (k, t), each)
            total = total + each
        for k in range(K):
            before = get(perceived, (k, t))
            new = choose(total > 0.0, get(seen, (k, t)) / total, before)
            put(perceived, (k, t), before + pace * (new - before))


@compiled
def detect(tables, state, here, policy, week):
    """Run the detector on perceived value, the value rate at readings and perceived priorities.

    here.alarm becomes 1.0 where it raises an alarm.
    """
    policies = tables.policies
    cusum, weight, threshold = policies.trigger[policy] == CUSUM, policies.weight[policy], policies.threshold[policy]
    allowance, pace = policies.allowance[policy], policies.baseline_pace[policy]
    limit = threshold * np.sqrt(weight / (2.0 - weight))
    mean, variance, detector = state.baseline_mean[policy], state.baseline_variance[policy], state.detector[policy]
    alive, until, alarm, rate = state.alive[policy], state.alarm_until[policy], here.alarm, here.sum
    reading, perceived = state.reading[policy], state.perceived[policy]
    rate_value(tables.objectives, reading, perceived, here.demand, here.attained, here.logs, rate)
    for t in range(alive.shape[0] // WIDTH):
        off, spread, statistic = get(rate, (t,)) - get(mean, (t,)), get(variance, (t,)), get(detector, (t,))
        z = off / root(most(spread, 1e-24))
        put(mean, (t,), get(mean, (t,)) + pace * off)
        put(variance, (t,), spread + pace * (off * off - spread))
        if cusum:
            statistic = most(statistic - z - allowance, 0.0)
            raised = statistic > threshold
        else:
            statistic = (1.0 - weight) * statistic + weight * z
            raised = statistic < -limit
        put(detector, (t,), choose(raised, 0.0, statistic))
        free = both(get(alive, (t,)) > 0.0, get(until, (t,)) <= week + 1.0)
        put(alarm, (t,), choose(both(raised, free), 1.0, 0.0))
