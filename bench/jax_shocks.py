"""Steps 1 and 2 of the JAX peer: the world's week, and what shocks do in it.

Stage: bench. In: a plan's tables (constants of the compiled code), the state `o`, the week's tables `x`. Out: the week
`w`, and the state after the strikes. Arrays have the axes (policy, unit, objective, future), as in the NumPy peer.
"""

from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from realign.model.effects import KINDS as EFFECTS

TINY = 1e-300


def normalised(shares: jax.Array, axis: int) -> jax.Array:
    """Scaled to sum 1 along an axis."""
    return shares / shares.sum(axis=axis, keepdims=True)


def direction(shares: jax.Array, axis: int) -> jax.Array:
    """Scaled to length 1 along an axis."""
    return shares * lax.rsqrt(jnp.maximum((shares * shares).sum(axis=axis, keepdims=True), TINY))


def loop(o: SimpleNamespace, names: tuple[str, ...], number: jax.Array, body: Any) -> None:
    """Let `body(o, turn)` change some of the state, as often as the busiest future needs."""

    def turn(at: jax.Array, some: dict[str, Any]) -> dict[str, Any]:
        here = SimpleNamespace(**{**vars(o), **some})
        body(here, at)
        return {name: getattr(here, name) for name in names}

    vars(o).update(lax.fori_loop(0, number, turn, {name: getattr(o, name) for name in names}))


def when(o: SimpleNamespace, names: tuple[str, ...], condition: jax.Array, body: Any) -> None:
    """Let `body(o)` change some of the state if anybody is concerned."""

    def change(some: dict[str, Any]) -> dict[str, Any]:
        here = SimpleNamespace(**{**vars(o), **some})
        body(here)
        return {name: getattr(here, name) for name in names}

    mine = {name: getattr(o, name) for name in names}
    vars(o).update(lax.cond(condition, change, lambda some: some, mine))


def world(t: Any, o: SimpleNamespace, x: SimpleNamespace) -> SimpleNamespace:
    """Step 1: what the week is like, for every policy."""
    z, e = t.world, t.effects
    w = SimpleNamespace(week=x.week, noise=x.noise)
    keep = np.where(e.lasts > 0.0, 0.0, e.persistence)
    o.felt = keep[:, None] * o.felt + x.adds
    if len(o.felt_one):
        order = [int(np.flatnonzero(e.one == one)[0]) for one in range(len(o.felt_one))]
        o.felt_one = keep[order][:, None, None] * o.felt_one + x.adds_one
    restless = jnp.asarray(z.regime_volatility)[x.regime]
    o.drift = z.priority_persistence * o.drift + z.priority_volatility * restless * x.noise[:, 0]
    o.demand_drift = z.demand_persistence * o.demand_drift + z.demand_volatility * restless * x.demand_noise
    priority, demand = (np.flatnonzero(e.kind == EFFECTS.index(kind)) for kind in ("priority", "demand"))
    moved = e.objective[priority].T @ o.felt[priority]
    w.priority = normalised(z.priority[:, None] * jnp.exp(o.drift + moved), 0)
    w.demand = jnp.exp(o.demand_drift + o.felt[demand].sum(axis=0))
    since = x.week - o.join_week
    w.people = jnp.where(since >= 0, t.units.people[:, None] + t.units.growth[:, None] * since, 0.0)
    return w


def strike(t: Any, o: SimpleNamespace, w: SimpleNamespace, x: SimpleNamespace) -> None:
    """Step 2: what shocks do to each policy's organisation, less what active contingencies absorb."""
    c, S = t.contingencies, len(t.shocks.rate)
    P, B = o.alive.shape
    w.acting = (o.active_from <= x.week) & (x.week < o.active_until)
    w.through = jnp.ones((P, S, B))
    for g in range(len(c.after)):
        w.through = w.through * (1.0 - c.absorbs[g][None, :, None] * w.acting[:, g, None])

    def one_turn(o: SimpleNamespace, turn: jax.Array) -> None:
        shock, severity, unit = x.shock[turn], x.severity[turn], x.hit_unit[turn]
        for s in range(S):
            hit(t, o, w, s, shock == s, severity)
        turn_over(t, o, w, shock, severity, unit)

    names = ("vain", "bill", "level", "methods", "strategy", "perceived", "published", "belief", "proficiency")
    loop(o, names, x.strikes, one_turn)
    feel(t, o, w)


def hit(t: Any, o: SimpleNamespace, w: SimpleNamespace, s: int, struck: jax.Array, severity: jax.Array) -> None:
    """What one shock does once, wherever it struck; struck: (B,)."""
    e = t.effects
    waiting = np.flatnonzero(t.contingencies.shock == s)
    if len(waiting):
        o.vain = o.vain.at[:, waiting].set(o.vain[:, waiting] & ~(struck & (o.alive > 0.0))[:, None])
    for n in range(e.start[s], e.start[s + 1]):
        kind, acts = EFFECTS[e.kind[n]], e.objective[n][:, None]
        amount = e.size[n] * severity * w.through[:, s] * o.alive * struck
        share = jnp.minimum(amount, 1.0)[:, None]
        if kind == "cash":
            o.bill = o.bill + amount
        elif kind == "setback":
            o.level = o.level * (1.0 - share * acts)
        elif kind == "methods":
            o.methods = o.methods * (1.0 - share * acts)
        elif kind == "leadership":
            own = e.belief[n][:, None]
            o.strategy = o.strategy + share * (own - o.strategy)
            o.perceived = o.perceived + share * (own - o.perceived)
            follows = struck & ~o.spoken
            o.published = jnp.where(follows[:, None], o.strategy, o.published)


def turn_over(t: Any, o: SimpleNamespace, w: SimpleNamespace, shock: Any, severity: Any, unit: Any) -> None:
    """Newcomers replace a share of units: by each shock's first such effect, then by its second."""
    e, N = t.effects, len(t.units.people)
    turnovers = [
        [n for n in range(e.start[s], e.start[s + 1]) if EFFECTS[e.kind[n]] == "turnover"]
        for s in range(len(t.shocks.rate))
    ]
    for wave in range(max((len(mine) for mine in turnovers), default=0)):
        share = jnp.zeros((*o.alive.shape[:1], N, o.alive.shape[1]))
        for s, mine in enumerate(turnovers):
            if wave < len(mine):
                n = mine[wave]
                amount = jnp.minimum(e.size[n] * severity * w.through[:, s] * o.alive, 1.0) * (shock == s)
                chosen = (e.unit[n] > 0.0)[:, None] & ((e.one[n] < 0) | (unit == np.arange(N)[:, None]))
                share = share + amount[:, None] * (chosen & (w.people > 0.0))
        when(o, ("belief", "proficiency"), (share > 0.0).any(), lambda o, share=share: renew(t, o, share))


def renew(t: Any, o: SimpleNamespace, share: jax.Array) -> None:
    """Replace a share (P or 1, N, B) of each unit by newcomers."""
    u = t.units
    follows = u.newcomer_follows[:, None, None]
    new = jnp.where(follows, o.published[:, None], u.newcomer_belief[:, :, None])
    o.belief = o.belief + share[:, :, None] * (new - o.belief)
    o.proficiency = o.proficiency + share * (u.newcomer_skill[:, None] - o.proficiency)


def feel(t: Any, o: SimpleNamespace, w: SimpleNamespace) -> None:
    """What is felt this week of capacity, productivity and clarity, after absorption."""
    e, N = t.effects, len(t.units.people)
    P, B = o.alive.shape
    lost, w.productivity = jnp.zeros((P, N, B)), jnp.ones((P, len(t.objectives.start), B))
    w.garbling = jnp.full((P, B), t.organisation.clarity_noise)
    for n in range(len(e.kind)):
        kind, through = EFFECTS[e.kind[n]], w.through[:, e.shock[n]]
        if kind == "capacity":
            felt = o.felt_one[e.one[n]] if e.one[n] >= 0 else e.unit[n][:, None] * o.felt[n]
            lost = lost + felt * through[:, None]
        elif kind == "productivity":
            w.productivity = w.productivity - e.objective[n][:, None] * (o.felt[n] * through)[:, None]
        elif kind == "clarity":
            w.garbling = w.garbling + o.felt[n] * through
    w.lost = jnp.minimum(lost, 1.0)
    w.productivity = jnp.maximum(w.productivity, 0.0)
