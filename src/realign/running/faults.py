"""Where a block failed: policy, future and week.

Stage: run. In: a task and what was raised while it was played. Out: a BlockError that names the place.
Idea: the kernel says that a group of futures could not be played; playing them again one by one finds the first that
fails, and playing it up to a week, by halving, the week. That costs a few more plays of one block, once. Values that
are no numbers are looked up in the weekly series of the very block.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from realign.errors import BlockError, RealignError
from realign.model import play_until

if TYPE_CHECKING:
    from realign.running.blocks import Task

_CHECKED = {"value": "value", "cash": "final_cash"}  # series that all else is judged by, and what they come to


def check_numbers(task: Task, piece: Any) -> None:
    """Refuse values that are infinite or none at all, with their place."""
    plan = task.plan
    for name, measure in _CHECKED.items():
        wrong = np.argwhere(~np.isfinite(piece.outcomes[:, plan.measures.index(measure)]))
        if not len(wrong):
            continue
        policy, future = wrong[0]
        series = piece.weekly[policy, plan.series.index(name), :, future]
        week = int(np.argmax(np.where(np.isfinite(series), np.abs(series), np.inf)))
        found = f"{series[week]:.3g}" if np.isfinite(series[week]) else f"{series[week]}"
        raise BlockError(
            f"{name} is {found}: some number of the scenario is too large to reckon with",
            scenario=plan.name, stress=task.name, policy=plan.policies[policy], first=task.first,
            last=task.first + task.count - 1, future=piece.first + int(future), week=week,
        )  # fmt: skip


def explained(task: Task, error: Exception) -> BlockError:
    """The error with its place, as far as it can be found."""
    week, future = _place(task)
    said = str(error) if isinstance(error, RealignError) else f"{type(error).__name__}: {error}".rstrip(": ")
    return BlockError(
        said, scenario=task.plan.name, stress=task.name, first=task.first, last=task.first + task.count - 1,
        future=future, week=week,
    )  # fmt: skip


def _place(task: Task) -> tuple[int, int]:
    """The first future that cannot be played and the week that stops it; -1 where playing again does not fail."""
    plan = task.plan

    def world_fails(future: int, weeks: int) -> bool:
        world = plan.tables.world._replace(weeks=weeks)
        return _fails(replace(plan, tables=plan.tables._replace(world=world)), task.seed, future, 0)

    def life_fails(future: int, weeks: int) -> bool:
        return _fails(plan, task.seed, future, weeks)

    for future in range(task.first, task.first + task.count):
        for fails in (world_fails, life_fails):
            if fails(future, plan.weeks):
                return _first(plan.weeks, partial(fails, future)) - 1, future
    return -1, -1


def _first(most: int, fails: Callable[[int], bool]) -> int:
    """The smallest number of weeks that fails, by halving, given that `most` does."""
    low, high = 1, most
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if fails(middle) else (middle + 1, high)
    return low


def _fails(plan: Any, seed: int, future: int, week: int) -> bool:
    try:
        play_until(plan, seed=seed, futures=np.array([future]), week=week)
    except Exception:
        return True
    return False
