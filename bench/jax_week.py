"""Steps 7 to 10 of the JAX peer: beliefs, allocations, discoveries, and what is written down.

Stage: bench. In: a plan's tables, state `o`, week `w` and the week's tables `x`. Out: the state changed.
"""

from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from bench.jax_shocks import TINY, direction, normalised, renew
from bench.numpy_measures import ADOPTED, FOUND, GONE, HIDDEN, OPEN
from realign.model.effects import KINDS as EFFECTS


def may_be_away(t: Any) -> np.ndarray:
    """(N,) bool: units that are not there from the start."""
    return (t.units.join_shock >= 0) | (t.units.join_week > 0)


def superiors(t: Any, o: SimpleNamespace, there: jax.Array) -> jax.Array:
    """What each unit's superior believes, or the next one up who is there; leadership is the last (-1)."""
    messages = jnp.concatenate([o.belief, o.published[:, None]], axis=1)
    away = np.append(may_be_away(t), False)
    chain = [t.units.superior]
    while away[chain[-1]].any():
        chain.append(np.where(away[chain[-1]], np.append(t.units.superior, -1)[chain[-1]], chain[-1]))
    present = jnp.concatenate([there, jnp.ones((1, there.shape[1]), bool)])
    heard = messages[:, chain[-1]]
    for boss in reversed(chain[:-1]):
        heard = jnp.where(present[boss][:, None], messages[:, boss], heard)
    return heard


def garble(t: Any, w: SimpleNamespace, heard: jax.Array, noise: jax.Array) -> jax.Array:
    """What is left of a message; policies whose plans leave clarity alone share one noise."""
    clarity = t.effects.shock[t.effects.kind == EFFECTS.index("clarity")]
    if t.organisation.clarity_noise <= 0.0 and not len(clarity):
        return heard
    eases = (t.contingencies.absorbs[:, clarity] > 0.0).any(axis=1)
    own = (t.policies.lists & eases).any(axis=1)
    shared = jnp.exp(w.garbling[int(np.argmin(own))] * noise)
    spread = jnp.stack([jnp.exp(w.garbling[p] * noise) if own[p] else shared for p in range(len(own))])
    return normalised(heard * spread, 2)


def communicate(t: Any, o: SimpleNamespace, w: SimpleNamespace, x: SimpleNamespace) -> None:
    """Step 7: beliefs move toward what is heard, seen and remembered."""
    u, tau, before, there = t.units, t.organisation.superior, o.belief, w.people > 0.0
    everybody, N = not may_be_away(t).any(), len(t.units.people)
    heard = garble(t, w, superiors(t, o, there), x.garble_noise)
    ties = np.zeros((N, N))
    for i in range(N):
        mine = slice(u.peer_start[i], u.peer_start[i + 1])
        ties[i, u.peer[mine]] = u.peer_weight[mine]
    P, _, K, B = before.shape
    present = jnp.ones((N, B)) if everybody else there.astype(np.float64)
    peers = jnp.einsum("nm,pmq->pnq", ties, (before * present[:, None]).reshape(P, N, K * B)).reshape(before.shape)
    weight = (ties @ present)[:, None]
    trust = jnp.where(weight > 0.0, tau, 1.0)
    told = trust * heard + (1.0 - trust) * (peers / jnp.where(weight > 0.0, weight, 1.0))
    rho, pace = u.resistance[:, None, None], t.policies.message_pace[:, None, None, None]
    belief = before + pace * ((1.0 - rho) * told + rho * u.belief[:, :, None] - before)
    autonomy = t.policies.autonomy[:, None, None, None]
    if autonomy.any():
        seen = normalised(w.priority * jnp.exp(u.sensing_noise[:, None, None] * x.seen_noise), 1)
        belief = jnp.maximum(belief + autonomy * (seen - before), 0.0)
    belief = normalised(belief, 2)
    o.belief = belief if everybody else jnp.where(there[:, None], belief, before)


def follow(shares: jax.Array, wished: jax.Array, skill: np.ndarray, pace: np.ndarray, there: jax.Array) -> jax.Array:
    """Shares of the units that are there, moved toward what is wished, as far as there is skill for it."""
    target = wished * (skill > 0.0)[:, :, None]
    total = target.sum(axis=2, keepdims=True)
    moves = (total > 0.0) & there[:, None]
    return shares + pace[:, None, None] * moves * (target / jnp.where(total > 0.0, total, 1.0) - shares)


def reallocate(t: Any, o: SimpleNamespace, w: SimpleNamespace) -> None:
    """Step 8: effort follows belief, machines follow strategy; engagement; newcomers."""
    u, z, there = t.units, t.organisation, w.people > 0.0
    allocation = follow(o.allocation, o.belief, u.skill, u.inertia_pace, there)
    o.moved = 0.5 * jnp.abs(allocation - o.allocation).sum(axis=2)
    o.allocation = allocation
    if u.automation.any():
        o.automated = follow(o.automated, o.published[:, None], u.skill, u.retooling_pace, there)
    if z.churn > 0.0 or z.overload > 0.0 or z.disagreement > 0.0:
        overload = np.maximum(z.overload - t.policies.slack, 0.0)[:, None]
        taken = z.churn * o.moved + (overload * w.responding)[:, None]
        if z.disagreement > 0.0:
            cosine = (direction(o.belief, 2) * direction(o.allocation, 2)).sum(axis=2)
            taken = taken + z.disagreement * (1.0 - jnp.minimum(cosine, 1.0))
        o.engagement = o.engagement + z.engagement_pace * (jnp.maximum(1.0 - taken, 0.0) - o.engagement) * there
    o.proficiency = o.proficiency + u.learning_pace[:, None] * (1.0 - o.proficiency)
    if u.growth.any():
        came = there & (o.join_week < w.week)
        renew(t, o, jnp.where(came, u.growth[:, None] / jnp.where(came, w.people, 1.0), 0.0)[None])


def look(t: Any, o: SimpleNamespace, w: SimpleNamespace) -> None:
    """How aligned the organisation is, weighted by people."""
    weight = w.people / jnp.maximum(w.people.sum(axis=0), TINY)
    pointing = direction(o.belief, 2)
    resultant = (weight[:, None] * pointing).sum(axis=1)
    o.cohesion = jnp.minimum(jnp.sqrt((resultant * resultant).sum(axis=1)), 1.0)
    strategic = (direction(o.allocation, 2) * direction(w.priority, 0)).sum(axis=2)
    believed = (pointing * direction(o.published, 1)[:, None]).sum(axis=2)
    seen = {"strategic": strategic, "believed": believed, "engagement": o.engagement, "churn": o.moved}
    sums = {name: o.sums[name] + o.alive * (weight * each).sum(axis=1) for name, each in seen.items()}
    o.sums = {**o.sums, **sums, "cohesion": o.sums["cohesion"] + o.alive * o.cohesion}


def discover(t: Any, o: SimpleNamespace, w: SimpleNamespace, x: SimpleNamespace) -> None:
    """Step 9: opportunities open, are found, adopted or missed; methods go out of date."""
    q, autonomy, living = t.opportunities, t.policies.autonomy[:, None], jnp.isnan(o.ruin_week)
    o.methods = o.methods * t.objectives.methods_persistence[:, None]
    for i in range(len(q.gain)):
        status, opened, k = o.opportunity[:, i], o.opened[:, i], q.objective[i]
        if q.opened_by[i] >= 0:
            opens = (status == HIDDEN) & (o.first[q.opened_by[i]] <= w.week)
            status = jnp.where(opens, OPEN, status)
            opened = jnp.where(opens, w.week * 1.0, opened)
        closes = (status == OPEN) & living & (w.week - opened >= q.closes_after[i])
        status = jnp.where(closes, GONE, status)
        hazard = (w.exploration * t.units.skill[:, k, None] * w.present).sum(axis=1) / q.difficulty[i]
        hazard = hazard * (1.0 + t.organisation.diversity_bonus * (1.0 - o.cohesion))
        found = (status == OPEN) & living & (hazard > 0.0) & (x.search[i, 0] < -jnp.expm1(-hazard))
        at_once = found & (x.search[i, 1] < autonomy)
        status = jnp.where(at_once, ADOPTED, jnp.where(found, FOUND, status))
        o.opportunity, o.opened = o.opportunity.at[:, i].set(status), o.opened.at[:, i].set(opened)
        o.methods = o.methods.at[:, k].multiply(jnp.where(at_once, 1.0 + q.gain[i], 1.0))


def record(t: Any, o: SimpleNamespace, w: SimpleNamespace) -> None:
    """Step 10: sums over the weeks, and who is ruined."""
    discount = t.organisation.discount**w.week
    counted = {"value": w.value, "discounted": discount * w.value, "discount": discount, "lived": o.alive}
    o.sums = {**o.sums, **{name: o.sums[name] + amount for name, amount in counted.items()}}
    o.alive = jnp.isnan(o.ruin_week).astype(np.float64)
