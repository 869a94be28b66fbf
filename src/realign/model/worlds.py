"""Worlds without an organisation: what strikes in a future, for the price of the drawing.

Stage: model. In: a plan, a seed and futures. Out: `Worlds`: regimes, arrivals, and where in its distribution each
severity was drawn. Idea: arrivals are the same for every policy and are drawn before anything else, so they can be
looked at, counted and weighed before it is decided which futures are worth playing.
"""

from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from realign.errors import RunError
from realign.model.arrivals import FORCED, SEVERITY, draw_arrivals
from realign.model.block import MOST_STRIKES, expected_strikes, room_for_arrivals
from realign.model.compiled import entry
from realign.model.lanes import WIDTH, tiles
from realign.model.philox import uniform
from realign.model.plan import Plan
from realign.model.severity import class_of, severity


@dataclass(frozen=True)
class Worlds:
    """Arrivals of some futures, laid end to end by future and time.

    regime: (week, future) int64; future: (A,) int64, the place of its future among those asked for; week, shock,
    source: (A,) int64; severity: (A,); kind: (A,) int64, its class (see model.severity), -1 where severity is given.
    """

    regime: ndarray
    future: ndarray
    week: ndarray
    shock: ndarray
    source: ndarray
    severity: ndarray
    kind: ndarray

    @property
    def futures(self) -> int:
        return int(self.regime.shape[1])

    def counts(self, shocks: int, chosen: ndarray | None = None) -> ndarray:
        """How many of each shock strike in each week: (shock, week, future); of `chosen` arrivals only."""
        weeks, futures = self.regime.shape
        place = (self.shock * weeks + self.week) * futures + self.future
        place = place if chosen is None else place[chosen]
        return np.bincount(place, minlength=shocks * weeks * futures).reshape(shocks, weeks, futures).astype(np.float64)


@entry
def _draw(world, shocks, units, seed, lineage, regime, strikes, kind):
    """Draw arrivals, and the class of each severity. Returns what `draw_arrivals` does."""
    status = draw_arrivals(world, shocks, units, seed, lineage, regime, strikes)
    if status != 0:
        return status
    for lane in range(lineage.shape[1]):
        for at in range(strikes.number[lane]):
            week, shock, address = strikes.week[lane, at], strikes.shock[lane, at], strikes.address[lane, at]
            given = False
            if address >= FORCED and address < FORCED + (1 << 16):
                left = address - FORCED
                for n in range(shocks.forced_start[shock], shocks.forced_start[shock + 1]):
                    if shocks.forced_week[n] == week:
                        if left == 0:
                            given = not np.isnan(shocks.forced_severity[n])
                        left -= 1
            u = uniform(seed, lineage[week, lane], shocks.stream[shock, SEVERITY], week, address)
            kind[lane, at] = -1 if given else class_of(shocks, shock, u)
    return 0


@entry
def _severities(shocks, u, out):
    """Severities (S, n) of all shocks at the probabilities u (n,)."""
    for shock in range(out.shape[0]):
        for n in range(u.shape[0]):
            out[shock, n] = severity(shocks, shock, u[n])


def severities(plan: Plan, u: ndarray) -> ndarray:
    """The severity of each shock at some probabilities: (shock, probability)."""
    out = np.empty((len(plan.shocks), len(u)))
    _severities(plan.tables.shocks, np.asarray(u, np.float64), out)
    return out


def draw_worlds(plan: Plan, *, seed: int, futures: ndarray) -> Worlds:
    """The worlds of some futures (uint64), the same that playing them would meet."""
    tables, number, lanes = plan.tables, len(futures), tiles(len(futures)) * WIDTH
    room, drawn = expected_strikes(plan), np.asarray(futures, np.uint64)[np.minimum(np.arange(lanes), number - 1)]
    regime = np.zeros((plan.weeks, lanes), np.int64)
    lineage = np.broadcast_to(drawn, (plan.weeks, lanes)).copy()
    while True:
        strikes = room_for_arrivals(plan, lanes, room)
        kind = np.zeros((lanes, room), np.int64)
        status = _draw(tables.world, tables.shocks, tables.units, np.uint64(seed), lineage, regime, strikes, kind)
        if status == 0:
            break
        if status != 1 or room >= MOST_STRIKES:
            raise RunError("some shock arrives too often to be reckoned with: lower its rate or its branching")
        room *= 2
    strikes.number[number:] = 0
    there = np.arange(room) < strikes.number[:, None]
    return Worlds(
        regime=regime[:, :number],
        future=np.repeat(np.arange(lanes), strikes.number),
        week=strikes.week[there],
        shock=strikes.shock[there],
        source=strikes.address[there] & ~0xFFFF,
        severity=strikes.severity[there],
        kind=kind[there],
    )
