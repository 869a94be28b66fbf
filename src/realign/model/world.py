"""Step 1, world: true priorities and demand of the week, drawn once and shared by every policy.

    z_k(t) = phi z_k(t - 1) + sigma_regime xi,      w_k proportional to w0_k exp(z_k + felt priority effects)
    y(t)   = phi y(t - 1) + sigma_regime xi,        D = exp(y + felt demand effects)

Both drifts start at 0 before week 0. The week's noise (perception, readings, output, garbling, sensing) is drawn here
too, once for all policies: drawing is dearer than anything the policies do with it.
"""

import numpy as np

from realign.model.compiled import compiled
from realign.model.effects import DEMAND, PRIORITY
from realign.model.elementary import exp
from realign.model.philox import normals

PRIORITY_NOISE, PERCEPTION_NOISE, READING_NOISE, OUTPUT_NOISE = range(4)


@compiled
def draw_noise(tables, here, seed, keys, week):
    """Four normals for each objective: priority, perception, reading and output noise of this week."""
    for k in range(here.priority.shape[0]):
        normals(seed, keys, tables.world.objective_stream[k], week, 0, here.words, here.four)
        for n in range(4):
            here.noise[n, k, :] = here.four[n]


@compiled
def drift(tables, state, here, seed, keys, week, regime):
    """Priorities and demand of this week into here.priority and here.demand."""
    world, effects = tables.world, tables.effects
    K, L = here.priority.shape
    felt_priority = np.zeros((K, L))
    felt_demand = np.zeros(L)
    for e in range(effects.kind.shape[0]):
        if state.felt_any[e] and effects.kind[e] == PRIORITY:
            for k in range(K):
                for lane in range(L):
                    felt_priority[k, lane] += state.felt[e, lane] * effects.objective[e, k]
        elif state.felt_any[e] and effects.kind[e] == DEMAND:
            for lane in range(L):
                felt_demand[lane] += state.felt[e, lane]
    total = np.zeros(L)
    for k in range(K):
        for lane in range(L):
            volatility = world.priority_volatility * world.regime_volatility[regime[lane]]
            step = volatility * here.noise[PRIORITY_NOISE, k, lane]
            state.priority_drift[k, lane] = world.priority_persistence * state.priority_drift[k, lane] + step
        for lane in range(L):
            w = world.priority[k] * exp(state.priority_drift[k, lane] + felt_priority[k, lane])
            here.priority[k, lane] = w
            total[lane] += w
    for k in range(K):
        for lane in range(L):
            here.priority[k, lane] /= total[lane]
    if world.demand_volatility > 0.0:
        normals(seed, keys, world.demand_stream, week, 0, here.words, here.four)
        for lane in range(L):
            volatility = world.demand_volatility * world.regime_volatility[regime[lane]]
            step = volatility * here.four[0, lane]
            state.demand_drift[lane] = world.demand_persistence * state.demand_drift[lane] + step
    for lane in range(L):
        here.demand[lane] = exp(state.demand_drift[lane] + felt_demand[lane])


@compiled
def count_people(tables, here, strikes, week):
    """People of each unit this week: none before it joins, growing from then on."""
    units = tables.units
    for i in range(units.people.shape[0]):
        for lane in range(here.people.shape[1]):
            joined = strikes.join_week[i, lane]
            there = units.people[i] + units.growth[i] * (week - joined)
            here.people[i, lane] = there if joined <= week else 0.0


@compiled
def draw_garbling(tables, here, seed, keys, week):
    """Normals by which each unit's superior is misheard this week."""
    for i in range(here.garble.shape[0]):
        for block in range(here.garble.shape[1] // 4):
            normals(seed, keys, tables.units.garble_stream[i], week, block, here.words, here.four)
            for n in range(4):
                here.garble[i, 4 * block + n, :] = here.four[n]


@compiled
def draw_sensing(tables, here, seed, keys, week):
    """What each unit sees of the true priorities with its own eyes: w_k exp(noise xi), normalised."""
    K, L = here.priority.shape
    for i in range(here.sensed.shape[0]):
        noise = tables.units.sensing_noise[i]
        sensed = here.sensed[i]
        for lane in range(L):
            here.sum[lane] = 0.0
        for block in range(here.sensed.shape[1] // 4):
            normals(seed, keys, tables.units.sense_stream[i], week, block, here.words, here.four)
            for n in range(min(4, K - 4 * block)):
                k = 4 * block + n
                for lane in range(L):
                    seen = here.priority[k, lane] * exp(noise * here.four[n, lane])
                    sensed[k, lane] = seen
                    here.sum[lane] += seen
        for k in range(K):
            for lane in range(L):
                sensed[k, lane] /= here.sum[lane]
