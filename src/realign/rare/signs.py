"""Signs of a world: what can be seen of a future before anybody plays it.

Stage: rare events. In: a plan, worlds (model.worlds) and their futures. Out: numbers by future, for `guess`.
Idea: the world is drawn before any policy acts, and drawing it is cheaper than playing it. In each third of the horizon
the signs are: for each shock, the severities of its arrivals added up; for each regime but the first, its weeks; and
the drifts of demand and of each priority added up, in logarithms and without what shocks do to them,

    y(t) = phi y(t - 1) + sigma_regime xi,

drawn at the addresses where playing draws them (model.world). They need not be all that matters: what is chosen by its
signs is weighed by its exact chance of being chosen.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from realign.model import Plan, Worlds
from realign.model.compiled import entry
from realign.model.lanes import WIDTH, tiles
from realign.model.philox import fill_normals

Values = npt.NDArray[np.float64]

PARTS = 3  # of the horizon: early harm is not late harm; more would ask more of the futures that teach the guess
_ENDLESS = 1e100  # severities: the square of more, which the guess takes, may be no number


@entry
def _add_drifts(seed: Any, futures: Any, streams: Any, persistence: Any, step: Any, part: Any, scratch: Any) -> None:
    """Drifts added up by part of the horizon.

    streams, persistence: (n,); step: (n, week, lane) standard deviations; part: (week,). scratch: normals (1, 2, L),
    drifts (n, L), and out (n, PARTS, L).
    """
    normals, drift, out = scratch
    for week in range(part.shape[0]):
        for n in range(streams.shape[0]):
            fill_normals(seed, futures, streams[n], week, normals, 0, 1)
            for lane in range(futures.shape[0]):
                drift[n, lane] = persistence[n] * drift[n, lane] + step[n, week, lane] * normals[0, 0, lane]
                out[n, part[week], lane] += drift[n, lane]


def signs(plan: Plan, worlds: Worlds, *, seed: int, futures: npt.NDArray[np.uint64]) -> Values:
    """The signs of worlds drawn for these futures, under any tilt: (future, sign)."""
    part = np.arange(plan.weeks) * PARTS // plan.weeks
    shape = (len(plan.shocks), PARTS, worlds.futures)
    place = np.ravel_multi_index((worlds.shock, part[worlds.week], worlds.future), shape)
    struck = np.minimum(np.bincount(place, worlds.severity, minlength=int(np.prod(shape))), _ENDLESS)
    regimes = range(1, len(plan.tables.world.regime_leave))
    weeks = [(worlds.regime[part == n] == regime).sum(axis=0) for regime in regimes for n in range(PARTS)]
    drifted = drifts(plan, worlds, seed=seed, futures=futures)
    found = [np.asarray(rows, np.float64).reshape(-1, worlds.futures) for rows in (struck, weeks, drifted)]
    return np.concatenate(found).T


def drifts(plan: Plan, worlds: Worlds, *, seed: int, futures: npt.NDArray[np.uint64]) -> Values:
    """Drifts of demand and of each priority, of those that move, by part of the horizon: (n, part, future)."""
    world, number = plan.tables.world, worlds.futures
    streams = np.array([world.demand_stream, *world.objective_stream], np.uint64)
    apart = np.arange(len(streams)) > 0  # demand comes first
    volatility = np.where(apart, world.priority_volatility, world.demand_volatility)
    persistence = np.where(apart, world.priority_persistence, world.demand_persistence)
    moves = volatility > 0.0
    lanes = tiles(number) * WIDTH
    lane = np.minimum(np.arange(lanes), number - 1)
    step = volatility[moves, None, None] * world.regime_volatility[worlds.regime][:, lane]
    out = np.zeros((int(moves.sum()), PARTS, lanes))
    scratch = (np.empty((1, 2, lanes)), np.zeros((len(out), lanes)), out)
    part = np.arange(plan.weeks) * PARTS // plan.weeks
    _add_drifts(np.uint64(seed), futures[lane], streams[moves], persistence[moves], step, part, scratch)
    return out[:, :, :number]
