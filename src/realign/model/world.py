"""Step 1, world: true priorities and demand of the week, drawn once and shared by every policy.

    z_k(t) = phi z_k(t - 1) + sigma_regime xi,      w_k proportional to w0_k exp(z_k + felt priority effects)
    y(t)   = phi y(t - 1) + sigma_regime xi,        D = exp(y + felt demand effects)

Both drifts start at 0 before week 0. The week's noise (perception, readings, output, garbling, sensing) is drawn here
too, once for all policies: drawing is dearer than anything the policies do with it.
"""

from realign.model.compiled import compiled
from realign.model.effects import DEMAND, PRIORITY
from realign.model.elementary import exp
from realign.model.lanes import WIDTH, get, pack, put
from realign.model.philox import fill_normals

PRIORITY_NOISE, PERCEPTION_NOISE, READING_NOISE, OUTPUT_NOISE = range(4)
NOBODY, SOMEBODY, EVERYBODY = range(3)  # in how many lanes of a pack a unit is there


@compiled
def draw_noise(tables, here, seed, keys, week):
    """Four normals for each objective: priority, perception, reading and output noise of this week; one for demand."""
    streams, noise, world = tables.world.objective_stream, here.noise, tables.world
    for k in range(streams.shape[0]):
        fill_normals(seed, keys, streams[k], week, noise, k, 4)
    if world.demand_volatility > 0.0:
        fill_normals(seed, keys, world.demand_stream, week, here.swing, 0, 1)


@compiled
def _felt_by_world(effects, felt, felt_any, priority, demand, t):
    """Add what is felt of priority and demand effects to `priority` (K, L) and `demand` (L,)."""
    kind, objective = effects.kind, effects.objective
    for e in range(kind.shape[0]):
        if felt_any[e] and kind[e] == PRIORITY:
            for k in range(priority.shape[0]):
                put(priority, (k, t), get(priority, (k, t)) + get(felt, (e, t)) * objective[e, k])
        elif felt_any[e] and kind[e] == DEMAND:
            put(demand, (t,), get(demand, (t,)) + get(felt, (e, t)))


@compiled
def drift(tables, state, here, regime):
    """Priorities and demand of this week into here.priority and here.demand."""
    world, priority, demand = tables.world, here.priority, here.demand
    drifted, wandered, noise, restless = state.priority_drift, state.demand_drift, here.noise, here.through
    swing = here.swing
    volatility, persistence, weight = world.priority_volatility, world.priority_persistence, world.priority
    K, L = priority.shape
    for lane in range(L):
        restless[lane] = world.regime_volatility[regime[lane]]
    for t in range(L // WIDTH):
        unrest = get(restless, (t,))
        if world.demand_volatility > 0.0:
            step = world.demand_volatility * unrest * get(swing, (0, 0, t))
            put(wandered, (t,), world.demand_persistence * get(wandered, (t,)) + step)
        put(demand, (t,), get(wandered, (t,)))
        for k in range(K):
            step = volatility * unrest * get(noise, (k, PRIORITY_NOISE, t))
            z = persistence * get(drifted, (k, t)) + step
            put(drifted, (k, t), z)
            put(priority, (k, t), z)
        _felt_by_world(tables.effects, state.felt, state.felt_any, priority, demand, t)
        put(demand, (t,), exp(get(demand, (t,))))
        total = pack(0.0)
        for k in range(K):
            w = weight[k] * exp(get(priority, (k, t)))
            put(priority, (k, t), w)
            total = total + w
        for k in range(K):
            put(priority, (k, t), get(priority, (k, t)) / total)


@compiled
def count_people(tables, here, strikes, week, anew):
    """People of each unit this week: none before it joins, growing from then on; and in how many lanes it is there.

    anew: of all units, not just of those that have changed since last week.
    """
    first, growth, people, join_week = tables.units.people, tables.units.growth, here.people, strikes.join_week
    there, presence, grown = here.there, here.presence, here.grown
    for i in range(first.shape[0]):
        if not anew and growth[i] == 0.0 and tables.units.join_week[i] == 0 and tables.units.join_shock[i] < 0:
            continue
        for t in range(presence.shape[1]):
            lanes = 0
            for lane in range(WIDTH * t, WIDTH * t + WIDTH):
                joined = join_week[i, lane]
                people[i, lane] = first[i] + growth[i] * (week - joined) if joined <= week else 0.0
                there[i, lane] = 1.0 if people[i, lane] > 0.0 else 0.0
                grown[i, lane] = growth[i] / people[i, lane] if people[i, lane] > 0.0 and joined < week else 0.0
                lanes += 1 if people[i, lane] > 0.0 else 0
            presence[i, t] = NOBODY if lanes == 0 else EVERYBODY if lanes == WIDTH else SOMEBODY


@compiled
def draw_garbling(tables, here, seed, keys, week):
    """Normals by which each unit's superior is misheard this week."""
    streams, garble, K = tables.units.garble_stream, here.garble, here.garbled.shape[1]
    for i in range(garble.shape[0]):
        fill_normals(seed, keys, streams[i], week, garble, i, K)


@compiled
def spread_garbling(here):
    """By what each unit's superior is misheard this week: exp(noise xi), into here.garbled."""
    noise, normal, garbled = here.garbling, here.garble, here.garbled
    N, K, L = garbled.shape
    for t in range(L // WIDTH):
        size = get(noise, (t,))
        for i in range(N):
            for k in range(K):
                put(garbled, (i, k, t), exp(size * get(normal, (i, k, t))))


@compiled
def draw_sensing(tables, here, seed, keys, week):
    """What each unit sees of the true priorities with its own eyes: w_k exp(noise xi), normalised."""
    streams, noise = tables.units.sense_stream, tables.units.sensing_noise
    priority, sensed = here.priority, here.sensed
    K, L = priority.shape
    for i in range(sensed.shape[0]):
        fill_normals(seed, keys, streams[i], week, sensed, i, K)
        for t in range(L // WIDTH):
            total = pack(0.0)
            for k in range(K):
                seen = get(priority, (k, t)) * exp(noise[i] * get(sensed, (i, k, t)))
                put(sensed, (i, k, t), seen)
                total = total + seen
            share = 1.0 / total
            for k in range(K):
                put(sensed, (i, k, t), get(sensed, (i, k, t)) * share)
