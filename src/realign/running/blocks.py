"""Cutting a run into blocks, and playing them.

Stage: run. In: a plan, a range of futures. Out: what became of them, merged from anywhere without loss.
Idea: a task is a few blocks of 256 futures of one stress test; playing it needs nothing else and changes nothing, so it
may be played anywhere, twice, or again after a worker was lost. Its outcomes are numbers of futures, its weekly values
are counted (`Tally`), so what is made of tasks depends neither on who played them nor on how they were cut.
Futures are the outer loop and stress tests the inner one: they advance together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import numpy as np

from realign.errors import BlockError, RunError
from realign.model import Desk, play_block
from realign.model.compiled import CACHE_FOLDER
from realign.running.faults import check_numbers, explained
from realign.running.haste import load_at_once, spare_linear_algebra
from realign.running.weekly import Extremes, Fan, Tally

spare_linear_algebra()
load_at_once()

BLOCK = 256  # futures; fixed, because the order of floating-point sums hangs on it
_MOST_BLOCKS = 16  # of a task
_WORK = 30_000_000  # unit-weeks of a task, a few seconds: what a lost worker costs
_TASKS = 64  # of a stress test at least, if there are blocks enough: so all workers have work to the end
_LARGEST_PIECE = 4 * 2**20  # bytes of weekly values at a time: counted while the processor has them at hand

Event = tuple[int, int, int, str, str, float]


@dataclass(slots=True, kw_only=True)
class StressTest:
    """A stress test being run: its plan, and what its blocks amount to so far.

    playing: the plan of the policies that still play, whose places among all policies are `rows`.
    """

    number: int  # its place in the order; files are named after it
    name: str
    plan: Any
    fan: Fan
    seconds: float = 0.0
    playing: Any = None
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))

    def __post_init__(self) -> None:
        self.play_on(self.plan)

    def play_on(self, plan: Any) -> None:
        """Play some of the policies from now on."""
        self.playing = plan
        self.rows = np.array([self.plan.policies.index(name) for name in plan.policies], np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Some blocks of one stress test; without `low` and `high`, one block that sets the ranges of the fan.

    rows: the places of the plan's policies among all of the run, of which there are `policies`.
    """

    stress: int
    name: str
    plan: Any
    rows: np.ndarray
    policies: int
    seed: int
    first: int
    count: int
    events: int
    bins: int
    low: np.ndarray
    high: np.ndarray
    kernel: str = field(default=CACHE_FOLDER.name)

    @property
    def reply(self) -> int:
        """Bytes of what is sent back, about."""
        plan = self.plan
        cells = self.policies * len(plan.series) * int(plan.weeks)
        return 8 * self.policies * len(plan.measures) * self.count + 2 * cells * min(self.count, self.bins)


@dataclass(slots=True, kw_only=True)
class Played:
    """What became of a task: outcomes (policy, measure, future; nan if not played), weekly values, events."""

    stress: int
    first: int
    outcomes: np.ndarray
    tally: Tally | None  # None once it has been counted
    events: list[Event]
    seconds: float

    @property
    def count(self) -> int:
        return int(self.outcomes.shape[2])

    @property
    def last(self) -> int:
        return self.first + self.count


def size_of_tasks(plan: Any, futures: int) -> int:
    """Futures of a task: whole blocks, more of them the longer a run is, but never too much work to lose."""
    blocks = min(futures // BLOCK // _TASKS, _WORK // max(plan.unit_weeks * BLOCK, 1), _MOST_BLOCKS)
    return BLOCK * max(blocks, 1)


def cut(first: int, last: int, size: int) -> Iterator[tuple[int, int]]:
    """The range in stretches (first, count) that end at multiples of `size`.

    >>> list(cut(256, 1000, 512))
    [(256, 256), (512, 488)]
    """
    while first < last:
        count = min(size - first % size, last - first)
        yield first, count
        first += count


def play_task(task: Task) -> Played:
    """Play a task, anywhere; raises a BlockError that says what failed and where."""
    if task.kernel != CACHE_FOLDER.name:
        raise RunError(
            f"the worker's kernel is {CACHE_FOLDER.name}, but that of this run is {task.kernel}: results could differ; "
            "install the same versions of realign, Python, numpy and numba on both sides"
        )
    try:
        return _play(task)
    except BlockError:
        raise
    except Exception as error:
        raise explained(task, error) from error


def _play(task: Task) -> Played:
    started = perf_counter()
    plan, count = task.plan, task.count
    low, high, ready = (task.low, task.high, None) if task.low.size else _ranges(task)
    tally = Tally.of(low, high, bins=task.bins, futures=count, blocks=-(-count // BLOCK))
    outcomes = np.full((task.policies, len(plan.measures), count), np.nan)
    events: list[Event] = []
    for block, (first, futures) in enumerate(cut(task.first, task.first + count, BLOCK)):
        for piece in ready or _pieces(task, first=first, count=futures):
            check_numbers(task, piece)
            at = piece.first - task.first
            outcomes[task.rows, :, at : at + piece.count] = piece.outcomes
            events.extend((int(task.rows[event[0]]), *event[1:]) for event in piece.events)
            tally.take(_of_all(task, piece.weekly), at=at, block=block)
    if tally.counts.size:
        tally.counts = tally.counts.astype(np.min_scalar_type(int(tally.counts.max())))
    return Played(
        stress=task.stress, first=task.first, outcomes=outcomes, tally=tally, events=events,
        seconds=perf_counter() - started,
    )  # fmt: skip


def _of_all(task: Task, weekly: np.ndarray) -> np.ndarray:
    """Weekly values of all policies, nan where one is not played."""
    if len(task.rows) == task.policies:
        return weekly
    whole = np.full((task.policies, *weekly.shape[1:]), np.nan)
    whole[task.rows] = weekly
    return whole


def _pieces(task: Task, *, first: int, count: int) -> Iterator[Any]:
    """Play a block in pieces whose weekly values fit the budget; no result depends on the pieces."""
    plan, desk = task.plan, Desk(task.plan)
    bytes_of_future = 8 * len(plan.policies) * len(plan.series) * int(plan.weeks)
    step = max(min(_LARGEST_PIECE // bytes_of_future, BLOCK) // plan.lanes, 1) * plan.lanes
    for start, futures in cut(first, first + count, step):
        yield play_block(plan, seed=task.seed, first=start, count=futures, events=task.events, desk=desk)


def _ranges(task: Task) -> tuple[np.ndarray, np.ndarray, list[Any] | None]:
    """The ranges of the fan, from a task of one block; and the block, unless it is too large to be kept."""
    extremes = Extremes.of(len(task.plan.policies) * len(task.plan.series) * int(task.plan.weeks))
    piece, number = None, 0
    for piece in _pieces(task, first=task.first, count=task.count):
        extremes.see(piece.weekly)
        number += 1
    return *extremes.range(), [piece] if number == 1 else None
