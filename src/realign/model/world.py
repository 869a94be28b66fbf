"""Step 1, world: true priorities and demand of the week, drawn once and shared by every policy.

    z_k(t) = phi z_k(t - 1) + sigma_regime xi,      w_k proportional to w0_k exp(z_k + felt priority effects)
    y(t)   = phi y(t - 1) + sigma_regime xi,        D = exp(y + felt demand effects)

Both drifts start at 0 before week 0. The week's noise (perception, readings, output, garbling, sensing) is drawn here
too, once for all policies: drawing is dearer than anything the policies do with it.
"""

from realign.model.compiled import compiled
from realign.model.effects import DEMAND, PRIORITY
from realign.model.elementary import exp
from realign.model.philox import normals

PRIORITY_NOISE, PERCEPTION_NOISE, READING_NOISE, OUTPUT_NOISE = range(4)


@compiled
def draw_noise(tables, here, seed, keys, week):
    """Four normals for each objective: priority, perception, reading and output noise of this week."""
    streams, noise, words, four = tables.world.objective_stream, here.noise, here.words, here.four
    for k in range(streams.shape[0]):
        normals(seed, keys, streams[k], week, 0, words, four)
        for n in range(4):
            for lane in range(keys.shape[0]):
                noise[n, k, lane] = four[n, lane]


@compiled
def _felt_by_world(effects, felt, felt_any, priority, demand):
    """Add what is felt of priority and demand effects to `priority` (K, L) and `demand` (L,)."""
    kind, objective = effects.kind, effects.objective
    for e in range(kind.shape[0]):
        if felt_any[e] and kind[e] == PRIORITY:
            for k in range(priority.shape[0]):
                for lane in range(demand.shape[0]):
                    priority[k, lane] += felt[e, lane] * objective[e, k]
        elif felt_any[e] and kind[e] == DEMAND:
            for lane in range(demand.shape[0]):
                demand[lane] += felt[e, lane]


@compiled
def drift(tables, state, here, seed, keys, week, regime):
    """Priorities and demand of this week into here.priority and here.demand."""
    world, priority, demand = tables.world, here.priority, here.demand
    drifted, wandered, noise, restless = state.priority_drift, state.demand_drift, here.noise, here.through
    volatility, persistence, weight = world.priority_volatility, world.priority_persistence, world.priority
    K, L = priority.shape
    for lane in range(L):
        restless[lane] = world.regime_volatility[regime[lane]]
    if world.demand_volatility > 0.0:
        four = here.four
        normals(seed, keys, world.demand_stream, week, 0, here.words, four)
        for lane in range(L):
            step = world.demand_volatility * restless[lane] * four[0, lane]
            wandered[lane] = world.demand_persistence * wandered[lane] + step
    for lane in range(L):
        demand[lane] = wandered[lane]
    for k in range(K):
        for lane in range(L):
            step = volatility * restless[lane] * noise[PRIORITY_NOISE, k, lane]
            drifted[k, lane] = persistence * drifted[k, lane] + step
            priority[k, lane] = drifted[k, lane]
    _felt_by_world(tables.effects, state.felt, state.felt_any, priority, demand)
    total = here.sum
    for lane in range(L):
        demand[lane] = exp(demand[lane])
        total[lane] = 0.0
    for k in range(K):
        for lane in range(L):
            priority[k, lane] = weight[k] * exp(priority[k, lane])
            total[lane] += priority[k, lane]
    for k in range(K):
        for lane in range(L):
            priority[k, lane] /= total[lane]


@compiled
def count_people(tables, here, strikes, week):
    """People of each unit this week: none before it joins, growing from then on."""
    there, growth, people, join_week = tables.units.people, tables.units.growth, here.people, strikes.join_week
    for i in range(there.shape[0]):
        for lane in range(people.shape[1]):
            joined = join_week[i, lane]
            people[i, lane] = there[i] + growth[i] * (week - joined) if joined <= week else 0.0


@compiled
def draw_garbling(tables, here, seed, keys, week):
    """Normals by which each unit's superior is misheard this week."""
    streams, garble, words, four = tables.units.garble_stream, here.garble, here.words, here.four
    for i in range(garble.shape[0]):
        for block in range(garble.shape[1] // 4):
            normals(seed, keys, streams[i], week, block, words, four)
            for n in range(4):
                for lane in range(keys.shape[0]):
                    garble[i, 4 * block + n, lane] = four[n, lane]


@compiled
def spread_garbling(here):
    """By what each unit's superior is misheard this week: exp(noise xi), into here.garbled."""
    noise, normal, garbled = here.garbling, here.garble, here.garbled
    N, K, L = garbled.shape
    for i in range(N):
        for k in range(K):
            for lane in range(L):
                garbled[i, k, lane] = exp(noise[lane] * normal[i, k, lane])


@compiled
def draw_sensing(tables, here, seed, keys, week):
    """What each unit sees of the true priorities with its own eyes: w_k exp(noise xi), normalised."""
    streams, noise = tables.units.sense_stream, tables.units.sensing_noise
    priority, sensed, total, words, four = here.priority, here.sensed, here.sum, here.words, here.four
    K, L = priority.shape
    for i in range(sensed.shape[0]):
        for lane in range(L):
            total[lane] = 0.0
        for block in range(sensed.shape[1] // 4):
            normals(seed, keys, streams[i], week, block, words, four)
            for n in range(min(4, K - 4 * block)):
                k = 4 * block + n
                for lane in range(L):
                    seen = priority[k, lane] * exp(noise[i] * four[n, lane])
                    sensed[i, k, lane] = seen
                    total[lane] += seen
        for k in range(K):
            for lane in range(L):
                sensed[i, k, lane] /= total[lane]
