"""Variants played on the same futures.

Stage: margins. In: plans that share their policies' rows. Out: measures (policy, future).
Idea: futures in pieces on threads, each piece in its place, so that the number of threads changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from realign.model import Plan, play_futures

Values = npt.NDArray[np.float64]
PIECE = 128  # futures at a time: with many variants their states are large


def play(
    plan: Plan, *, seed: int, futures: int, threads: int, measures: Sequence[str], step: Callable[[int], None]
) -> Mapping[str, Values]:
    """Measures of every policy of a plan in futures 0, 1, 2 ...: measure -> (policy, future)."""
    columns = [plan.measures.index(name) for name in measures]
    found = np.empty((len(measures), len(plan.policies), futures))

    def piece(first: int) -> None:
        chosen = np.arange(first, min(first + PIECE, futures), dtype=np.uint64)
        outcomes = play_futures(plan, seed=seed, futures=chosen)
        found[:, :, first : first + len(chosen)] = outcomes[:, columns].transpose(1, 0, 2)
        step(len(chosen) * len(plan.policies))

    with ThreadPoolExecutor(threads, thread_name_prefix="realign") as pool:
        list(pool.map(piece, range(0, futures, PIECE)))
    return dict(zip(measures, found))
