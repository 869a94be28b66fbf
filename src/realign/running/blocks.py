"""Playing blocks of futures on threads.

Stage: run. In: a plan per stress test, the range of futures to play. Out: played blocks, in order.
Idea: blocks of 256 futures are handed to threads (the kernel holds no lock of the interpreter) and taken back in the
order in which they were handed out, so what is made of them does not depend on the number of threads. Futures are the
outer loop and stress tests the inner one: a run that is stopped has the same futures for every stress test. Weekly
values are large; the thread that played them counts them into the fan of its stress test and lets them go.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from time import perf_counter
from typing import Any

import numpy as np

from realign.model import play_block
from realign.running.weekly import Extremes, Fan

BLOCK = 256  # futures; fixed, because the order of floating-point sums hangs on it
_WEEKLY_BUDGET = 256 * 2**20  # bytes of weekly values at any moment, all threads together
_LARGEST_PIECE = 32 * 2**20  # bytes of weekly values of one call: larger ones only fall out of the processor's cache


@dataclass(slots=True, kw_only=True)
class StressTest:
    """A stress test being run: its plan, the fan that its blocks are counted into, the seconds spent on it."""

    name: str
    plan: Any
    fan: Fan
    lock: Lock = field(default_factory=Lock)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A block of one stress test: outcomes (policy, measure, future), weekly sums (cell), events."""

    outcomes: np.ndarray
    sums: np.ndarray
    events: list[tuple[int, int, int, str, str, float]]
    seconds: float


@dataclass(slots=True, kw_only=True)
class Crew:
    """The threads of a run; `close` it when done."""

    stresses: Sequence[StressTest]
    seed: int
    events: int
    threads: int
    pool: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self.pool = ThreadPoolExecutor(self.threads, thread_name_prefix="realign")

    def close(self) -> None:
        self.pool.shutdown(wait=False, cancel_futures=True)

    def blocks(self, first: int, last: int, *, stop: Callable[[], bool]) -> Iterator[list[Played]]:
        """Play futures `first` to `last`; yields each block with its stress tests in order.

        When `stop` says so no further block is handed out; those already at work are waited for and yielded.
        """
        working: deque[list[Future[Played]]] = deque()
        deep = -(-2 * self.threads // len(self.stresses))  # at least two blocks of some stress test for each thread
        while working or (first < last and not stop()):
            while first < last and len(working) < deep and not stop():
                count = min(BLOCK - first % BLOCK, last - first)
                working.append([self.pool.submit(self._play, s, first=first, count=count) for s in self.stresses])
                first += count
            if working:
                yield [future.result() for future in working.popleft()]

    def _play(self, stress: StressTest, *, first: int, count: int) -> Played:
        started = perf_counter()
        pieces = self._pieces(stress.plan, first=first, count=count)
        if not stress.fan.low.size:
            again = self._pieces(stress.plan, first=first, count=count)
            pieces = self._measure(stress, pieces, again=again)
        outcomes = np.empty((len(stress.plan.policies), len(stress.plan.measures), count))
        sums = np.zeros_like(stress.fan.sums)
        events: list[tuple[int, int, int, str, str, float]] = []
        for piece in pieces:
            at = piece.first - first
            outcomes[:, :, at : at + piece.count] = piece.outcomes
            events.extend(piece.events)
            with stress.lock:
                stress.fan.count(piece.weekly, sums=sums)
        return Played(outcomes=outcomes, sums=sums, events=events, seconds=perf_counter() - started)

    def _pieces(self, plan: Any, *, first: int, count: int) -> Iterator[Any]:
        """Play a block in pieces whose weekly values fit the budget; no result depends on the pieces."""
        bytes_of_future = 8 * len(plan.policies) * len(plan.series) * int(plan.weeks)
        step = min(max(min(_WEEKLY_BUDGET // self.threads, _LARGEST_PIECE) // bytes_of_future, 1), BLOCK)
        for start in range(first, first + count, step):
            yield play_block(
                plan, seed=self.seed, first=start, count=min(step, first + count - start), events=self.events
            )

    def _measure(self, stress: StressTest, pieces: Iterator[Any], *, again: Iterator[Any]) -> Iterator[Any]:
        """Set the ranges of the fan from the first block; a block in several pieces is played again to be counted."""
        extremes = Extremes.of(len(stress.fan.sums))
        seen: list[Any] = []
        number = 0
        for piece in pieces:
            extremes.see(piece.weekly)
            seen = [piece]
            number += 1
        stress.fan.set_range(extremes)
        return iter(seen) if number == 1 else again


def default_threads() -> int:
    """As many threads as this process may use processors."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1
