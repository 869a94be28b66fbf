"""The world of the Mesa peer: its tables as lists, its draws, and one future's arrivals and signals.

Stage: bench. In: a plan, a seed and futures. Out: plain Python that the model reads week by week.
"""

import math
import random
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from bench.numpy_arrivals import Arrivals, Signals, draw_arrivals, draw_signals
from bench.numpy_draws import Addressed, Generated
from realign.model.plan import Plan
from realign.twin.draws import philox


def listed(plan: Plan) -> SimpleNamespace:
    """The plan's tables with lists in the place of arrays."""

    def plain(value: Any) -> Any:
        return value.tolist() if isinstance(value, np.ndarray | np.generic) else value

    return SimpleNamespace(**{
        group: SimpleNamespace(**{name: plain(value) for name, value in getattr(plan.tables, group)._asdict().items()})
        for group in plan.tables._fields
    })  # fmt: skip


class ByAddress:
    """The kernel's draws, one address at a time."""

    def __init__(self, seed: int, future: int) -> None:
        self.key = seed, future

    def _words(self, stream: int, week: int, index: int) -> tuple[int, int, int, int]:
        return philox((week, index, stream & 0xFFFF_FFFF, stream >> 32), self.key)

    def uniforms(self, stream: int, week: int) -> tuple[float, float]:
        """Two uniforms in (0, 1)."""
        a, b, c, d = self._words(stream, week, 0)
        return ((a << 21 | b >> 11) + 0.5) * 2.0**-53, ((c << 21 | d >> 11) + 0.5) * 2.0**-53

    def normals(self, stream: int, week: int, number: int) -> list[float]:
        """Standard normals (Box and Muller 1958), four at an address."""
        found: list[float] = []
        for index in range(-(-number // 4)):
            u = [(word + 0.5) / 2.0**32 for word in self._words(stream, week, index)]
            for n in (0, 2):
                radius, turn = math.sqrt(-2.0 * math.log(u[n])), 2.0 * math.pi * u[n + 1]
                found += [radius * math.cos(turn), radius * math.sin(turn)]
        return found[:number]


class OfPython:
    """The same from Python's own generator, which is what a Mesa model has; addresses are ignored."""

    def __init__(self, seed: int, future: int) -> None:
        self.generator = random.Random(f"{seed} {future}")

    def uniforms(self, stream: int, week: int) -> tuple[float, float]:
        return 1.0 - self.generator.random(), self.generator.random()

    def normals(self, stream: int, week: int, number: int) -> list[float]:
        gauss = self.generator.gauss
        return [gauss(0.0, 1.0) for _ in range(number)]


@dataclass
class Future:
    """What one future has in store. arrivals: (shock, severity, unit) of each week; signals: (kind, shock, time,
    strike, effort) by policy and week, in order of time; struck: (week, shock) of all arrivals."""

    regime: list[int]
    arrivals: list[list[tuple[int, float, int]]]
    signals: list[list[list[tuple[int, int, float, float, float]]]]
    join_week: list[int]
    first: list[int]
    struck: list[tuple[int, int]]


def futures_of(plan: Plan, *, seed: int, first: int, count: int, addressed: bool) -> list[Future]:
    """Futures first .. first + count - 1."""
    t, numbers = plan.tables, np.arange(first, first + count)
    draws = Addressed(seed, numbers) if addressed else Generated(seed, numbers)
    arrivals = draw_arrivals(t, draws)
    signals = draw_signals(t, draws, arrivals)
    return [_one(t, arrivals, signals, future) for future in range(count)]


def _one(t: Any, arrivals: Arrivals, signals: Signals, future: int) -> Future:
    weeks, policies = t.world.weeks, len(t.policies.rule)
    mine = np.flatnonzero(arrivals.future == future)
    came: list[list[tuple[int, float, int]]] = [[] for _ in range(weeks)]
    columns = (arrivals.week, arrivals.shock, arrivals.severity, arrivals.unit)
    for week, shock, severity, unit in zip(*(column[mine].tolist() for column in columns)):
        came[week].append((shock, severity, unit))
    heard: list[list[list[Any]]] = [[[] for _ in range(weeks)] for _ in range(policies)]
    rows = np.flatnonzero(signals.future[: signals.start[-1]] == future)
    week = np.searchsorted(signals.start, rows, side="right") - 1
    columns = (signals.policy, signals.kind, signals.shock, signals.time, signals.strike, signals.effort)
    for when, policy, *signal in zip(week.tolist(), *(column[rows].tolist() for column in columns)):
        heard[policy][when].append(tuple(signal))
    return Future(
        regime=arrivals.regime[:, future].tolist(), arrivals=came, signals=heard,
        join_week=arrivals.join_week[:, future].tolist(), first=arrivals.first[:, future].tolist(),
        struck=list(zip(arrivals.week[mine].tolist(), arrivals.shock[mine].tolist())),
    )  # fmt: skip
