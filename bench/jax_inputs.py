"""What the JAX peer is given: the world's rare events as dense tables by week, and its weekly draws by address.

Stage: bench. In: a plan, a seed and a range of futures. Out: a dictionary of arrays, the first axis the week, the last
the future. Events are few and come in no fixed number; compiled array code wants shapes, so each week has as many
places as the busiest future of that week and block needs, and says how many of them are taken.
"""

from typing import Any

import numpy as np
from numpy import ndarray

from bench.numpy_arrivals import Arrivals, Signals, draw_arrivals, draw_signals
from bench.numpy_draws import Addressed, Generated
from bench.numpy_shocks import FELT
from realign.model.effects import KINDS as EFFECTS
from realign.model.plan import Plan

NOBODY = -1  # no arrival, no signal, no unit
JUMP = 4  # a block's number of places is rounded up to a multiple, so that few shapes are compiled


def felt_effects(t: Any) -> ndarray:
    """Effects that are felt for a while, rather than once."""
    return np.flatnonzero(np.isin(t.effects.kind, [EFFECTS.index(kind) for kind in FELT]))


def places(rank: ndarray) -> int:
    """How many places a week needs."""
    return -(-(int(rank.max()) + 1) // JUMP) * JUMP if len(rank) else JUMP


def struck(t: Any, arrivals: Arrivals, count: int) -> dict[str, ndarray]:
    """Arrivals of each week: which shock, how severe, which unit; `strikes`: places taken."""
    weeks = t.world.weeks
    shape = (weeks, places(arrivals.rank), count)
    shock, severity, unit = np.full(shape, NOBODY), np.zeros(shape), np.full(shape, NOBODY)
    at = arrivals.week, arrivals.rank, arrivals.future
    shock[at], severity[at], unit[at] = arrivals.shock, arrivals.severity, arrivals.unit
    number = np.zeros(weeks, np.int64)
    np.maximum.at(number, arrivals.week, arrivals.rank + 1)
    return {"shock": shock, "severity": severity, "hit_unit": unit, "strikes": number}


def felt(t: Any, arrivals: Arrivals, count: int) -> dict[str, ndarray]:
    """What each week adds to each felt effect: `adds` (W, E, B), or `adds_one` (W, E1, N, B) on units at random.

    An effect of fixed duration has here what it amounts to in the week, and keeps nothing.
    """
    x, weeks, units = t.effects, t.world.weeks, len(t.units.people)
    ones = int(x.one.max(initial=-1)) + 1
    adds, adds_one = np.zeros((weeks, len(x.kind), count)), np.zeros((weeks, ones, units, count))
    for e in felt_effects(t):
        mine = np.flatnonzero((arrivals.shock == x.shock[e]) & ((x.one[e] < 0) | (arrivals.unit >= 0)))
        amount, future = x.size[e] * arrivals.severity[mine], arrivals.future[mine]
        for after in range(weeks if x.lasts[e] > 0.0 else 1):
            if after > 0 and after >= x.lasts[e]:
                break
            week = arrivals.week[mine] + after
            now = week < weeks
            if x.one[e] < 0:
                np.add.at(adds[:, e], (week[now], future[now]), amount[now])
            else:
                one = adds_one[:, x.one[e]]
                np.add.at(one, (week[now], arrivals.unit[mine][now], future[now]), amount[now])
    return {"adds": adds, "adds_one": adds_one}


def heard(t: Any, signals: Signals, count: int) -> dict[str, ndarray]:
    """Signals of each week: kind, shock, time, strike and effort by place, policy and future; `hears`: places taken."""
    weeks, policies = t.world.weeks, len(t.policies.rule)
    week = np.repeat(np.arange(weeks), np.diff(signals.start))
    last = signals.start[-1]
    at = week, signals.rank[:last], signals.policy[:last], signals.future[:last]
    shape = (weeks, places(signals.rank), policies, count)
    found: dict[str, ndarray] = {"kind": np.full(shape, NOBODY), "about": np.full(shape, NOBODY)}
    found["kind"][at], found["about"][at] = signals.kind[:last], signals.shock[:last]
    for name in ("time", "strike", "effort"):
        found[name] = np.zeros(shape)
        column = getattr(signals, name)[:last]
        found[name][at] = np.where(np.isfinite(column), column, 0.0)  # a false alarm has no strike and no case
    number = np.zeros(weeks, np.int64)
    np.maximum.at(number, week, signals.rank[:last] + 1)
    return {**found, "hears": number}


def drawn(t: Any, draws: Addressed) -> dict[str, ndarray]:
    """The weekly draws at the kernel's addresses, all weeks at once."""
    z, K = t.world, len(t.objectives.start)
    weeks = range(z.weeks)
    count = len(draws.futures)
    found = {
        "noise": [draws.normals(z.objective_stream, week, 4) for week in weeks],
        "demand_noise": [draws.normals(np.array([z.demand_stream]), week, 1)[0, 0] for week in weeks],
        "seen_noise": [draws.normals(t.units.sense_stream, week, K) for week in weeks],
        "garble_noise": [draws.normals(t.units.garble_stream, week, K) for week in weeks],
        "alarm": [draws.uniforms(z.alarm_stream, week, 0)[0] for week in weeks],
        "search": [
            np.array([draws.uniforms(stream, week, 0) for stream in t.opportunities.stream]).reshape(-1, 2, count)
            for week in weeks
        ],
    }
    return {name: np.array(column) for name, column in found.items()}


def prepare(plan: Plan, *, seed: int, first: int, count: int, addressed: bool) -> tuple[dict[str, Any], Arrivals]:
    """Tables by week under "weeks", what holds for all weeks beside them, and the arrivals for the final measures."""
    t, futures = plan.tables, np.arange(first, first + count)
    draws = Addressed(seed, futures) if addressed else Generated(seed, futures)
    arrivals = draw_arrivals(t, draws)
    signals = draw_signals(t, draws, arrivals)
    weekly = {
        "week": np.arange(t.world.weeks), "regime": arrivals.regime,
        **struck(t, arrivals, count), **felt(t, arrivals, count), **heard(t, signals, count),
    }  # fmt: skip
    if isinstance(draws, Addressed):
        weekly |= drawn(t, draws)
    return {"weeks": weekly, "join_week": arrivals.join_week, "first": arrivals.first}, arrivals
