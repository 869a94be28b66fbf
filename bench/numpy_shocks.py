"""Steps 1 and 2 of the NumPy peer: the world's week, and what shocks do in it.

Stage: bench. In: a plan's tables, the state `o`, the arrivals. Out: the week `w` (priorities, demand, people, what is
felt of shocks), and the state after the strikes.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy import ndarray

from bench.numpy_arrivals import Arrivals
from realign.model.effects import KINDS as EFFECTS

TINY = 1e-300
FELT = ("capacity", "productivity", "clarity", "priority", "demand")


def normalised(shares: ndarray, axis: int) -> ndarray:
    """Scaled to sum 1 along an axis."""
    return shares / shares.sum(axis=axis, keepdims=True)


def direction(shares: ndarray, axis: int) -> ndarray:
    """Scaled to length 1 along an axis."""
    return shares / np.sqrt(np.maximum((shares * shares).sum(axis=axis, keepdims=True), TINY))


def world(t: Any, o: SimpleNamespace, draws: Any, arrivals: Arrivals, week: int) -> SimpleNamespace:
    """Step 1: what the week is like, for every policy."""
    K, z = len(t.objectives.start), t.world
    w = SimpleNamespace(week=week, noise=draws.normals(z.objective_stream, week, 4))
    w.here = slice(arrivals.start[week], arrivals.start[week + 1])
    feel(t, o, arrivals, week, w.here)
    restless = z.regime_volatility[arrivals.regime[week]]
    o.drift = z.priority_persistence * o.drift + z.priority_volatility * restless * w.noise[:, 0]
    if z.demand_volatility > 0.0:
        xi = draws.normals(np.array([z.demand_stream]), week, 1)[0, 0]
        o.demand_drift = z.demand_persistence * o.demand_drift + z.demand_volatility * restless * xi
    kinds = t.effects.kind
    moved = t.effects.objective[kinds == EFFECTS.index("priority")].T @ o.felt[kinds == EFFECTS.index("priority")]
    w.priority = normalised(z.priority[:, None] * np.exp(o.drift + moved), 0)
    w.demand = np.exp(o.demand_drift + o.felt[kinds == EFFECTS.index("demand")].sum(axis=0))
    since = week - arrivals.join_week
    w.people = np.where(since >= 0, t.units.people[:, None] + t.units.growth[:, None] * since, 0.0)
    if (t.policies.autonomy > 0.0).any():
        noise = t.units.sensing_noise[:, None, None] * draws.normals(t.units.sense_stream, week, K)
        w.seen = normalised(w.priority * np.exp(noise), 1)
    w.garbling = np.full((len(t.policies.rule), len(draws.futures)), t.organisation.clarity_noise)
    w.garble = lambda: draws.normals(t.units.garble_stream, week, K)
    return w


def feel(t: Any, o: SimpleNamespace, arrivals: Arrivals, week: int, here: slice) -> None:
    """How strongly each effect is felt, before absorption."""
    x, B = t.effects, o.felt.shape[1]
    for e in range(len(x.kind)):
        if EFFECTS[x.kind[e]] not in FELT:
            continue
        rows, keep = here, x.persistence[e]
        if x.lasts[e] > 0.0:
            oldest = max(int(np.floor(max(week - x.lasts[e], -1.0))) + 1, 0)
            rows, keep = slice(arrivals.start[oldest], here.stop), 0.0
        mine = np.flatnonzero(arrivals.shock[rows] == x.shock[e]) + rows.start
        amount, future = x.size[e] * arrivals.severity[mine], arrivals.future[mine]
        if x.one[e] < 0:
            o.felt[e] = keep * o.felt[e] + np.bincount(future, amount, B)
        else:
            felt = keep * o.felt_one[e] if e in o.felt_one else np.zeros((len(t.units.people), B))
            there = arrivals.unit[mine] >= 0
            np.add.at(felt, (arrivals.unit[mine][there], future[there]), amount[there])
            o.felt_one[e] = felt


def strike(t: Any, o: SimpleNamespace, w: SimpleNamespace, arrivals: Arrivals, week: int) -> None:
    """Step 2: what shocks do to each policy's organisation, less what active contingencies absorb."""
    c, x = t.contingencies, t.effects
    P, B = o.alive.shape
    w.acting = (o.active_from <= week) & (week < o.active_until)
    w.any_acting = w.acting.any()
    w.through = np.ones((P, len(t.shocks.rate), B))
    if w.any_acting:
        for g in np.flatnonzero(w.acting.any(axis=(0, 2))):
            w.through *= 1.0 - c.absorbs[g][None, :, None] * w.acting[:, g, None]
    shock, rank = arrivals.shock[w.here], arrivals.rank[w.here]
    for turn in range(rank.max() + 1 if len(rank) else 0):
        for s in np.unique(shock[rank == turn]):
            rows = np.flatnonzero((rank == turn) & (shock == s)) + w.here.start
            lanes = arrivals.future[rows]
            o.vain[:, c.shock == s] &= ~(np.isin(np.arange(B), lanes) & (o.alive > 0.0))[:, None]
            for e in range(x.start[s], x.start[s + 1]):
                if EFFECTS[x.kind[e]] not in FELT:
                    amount = x.size[e] * arrivals.severity[rows] * w.through[:, s, lanes] * o.alive[:, lanes]
                    hit(t, o, w, e, lanes, arrivals.unit[rows], amount)
    lost, w.productivity = np.zeros((P, len(t.units.people), B)), np.ones((P, len(t.objectives.start), B))
    for e in range(len(x.kind)):
        kind = EFFECTS[x.kind[e]]
        if kind in ("capacity", "productivity", "clarity") and (e in o.felt_one or o.felt[e].any()):
            through = w.through[:, x.shock[e]]
            if kind == "capacity":
                felt = o.felt_one[e] if e in o.felt_one else x.unit[e][:, None] * o.felt[e]
                lost += felt * through[:, None]
            elif kind == "productivity":
                w.productivity -= x.objective[e][:, None] * (o.felt[e] * through)[:, None]
            else:
                w.garbling += o.felt[e] * through
    w.lost = np.minimum(lost, 1.0)
    np.maximum(w.productivity, 0.0, out=w.productivity)


def hit(
    t: Any, o: SimpleNamespace, w: SimpleNamespace, e: int, lanes: ndarray, unit: ndarray, amount: ndarray
) -> None:
    """One one-off effect on some futures; amount: (P, n), 0 for the ruined."""
    x, kind = t.effects, EFFECTS[t.effects.kind[e]]
    share = np.minimum(amount, 1.0)[:, None]
    if kind == "cash":
        o.bill[:, lanes] += amount
    elif kind == "setback":
        o.level[:, :, lanes] *= 1.0 - share * x.objective[e][:, None]
    elif kind == "methods":
        o.methods[:, :, lanes] *= 1.0 - share * x.objective[e][:, None]
    elif kind == "leadership":
        own = x.belief[e][:, None]
        for mine in (o.strategy, o.perceived):
            mine[:, :, lanes] += share * (own - mine[:, :, lanes])
        quiet = ~o.spoken[:, None, lanes]
        o.published[:, :, lanes] = np.where(quiet, o.strategy[:, :, lanes], o.published[:, :, lanes])
    else:
        for i in np.flatnonzero(x.unit[e] > 0.0):
            hits = ((x.one[e] < 0) | (unit == i)) & (w.people[i, lanes] > 0.0)
            renew(t, o, i, lanes, amount=share[:, 0] * hits)


def renew(t: Any, o: SimpleNamespace, i: int, lanes: object, *, amount: ndarray) -> None:
    """Replace a share of a unit by newcomers in some futures."""
    u, belief, proficiency = t.units, o.belief[:, i], o.proficiency[:, i]
    new = o.published[..., lanes] if u.newcomer_follows[i] else u.newcomer_belief[i][None, :, None]
    belief[..., lanes] += amount[:, None] * (new - belief[..., lanes])
    proficiency[..., lanes] += amount * (u.newcomer_skill[i] - proficiency[..., lanes])
