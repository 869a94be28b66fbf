"""Futures drawn under several tilts, weighed back to the scenario as it stands.

Stage: rare events. In: a plan with one policy, tilts and how many futures each. Out: a `Sample`.
Idea: n_j futures are played under tilt j, and a future's weight is its likelihood as the scenario stands over its mean
likelihood under all tilts (the balance heuristic of multiple importance sampling): 1 / sum_j a_j exp(-r_j), r_j its
log-likelihood ratio and a_j = n_j / n. The mean of weight times anything is then unbiased whatever the tilts; and as
one of them is the scenario itself, no weight exceeds 1 / a_0.
Source: E. Veach, L. Guibas, SIGGRAPH 1995; A. Owen, Y. Zhou, J. American Statistical Association 95 (2000).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from realign.model import Plan, draw_worlds, play_futures
from realign.rare.likelihood import History, history, log_ratio, until_ruin
from realign.rare.tilt import Tilt, tilted

Values = npt.NDArray[np.float64]

PIECE = 256  # futures at a time: their histories fit the cache
FIRST_SEARCHED = 1 << 31  # futures of the search have numbers of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One number for each future: measures by name, its weight, and under which tilt it was drawn."""

    measures: dict[str, Values]
    weight: Values
    tilt: npt.NDArray[np.int64]

    @property
    def futures(self) -> int:
        return len(self.weight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A few futures played under one tilt; ratios: (tilt, future), stopped where news no longer mattered."""

    outcomes: Values
    told: History
    lived: npt.NDArray[np.bool_]
    ratios: Values

    def against(self, plan: Plan, tilt: Tilt) -> Piece:
        """The same, with its ratios against one more tilt."""
        more = np.where(self.lived, log_ratio(plan, self.told, tilt), 0.0).sum(axis=0)
        return replace(self, ratios=np.vstack([self.ratios, more]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """Plays futures of one plan on some threads; `step` is called with the futures of every piece that is done."""

    plan: Plan
    seed: int
    threads: int
    step: Callable[[int], None] = lambda futures: None

    def pieces(self, tilt: Tilt, tilts: Sequence[Tilt], *, first: int, count: int) -> list[Piece]:
        """Futures first .. first + count - 1 under `tilt`, with their ratios against each of `tilts`."""
        here = tilted(self.plan, tilt)

        def play(begin: int) -> Piece:
            futures = np.arange(begin, min(begin + PIECE, first + count), dtype=np.uint64)
            told = history(self.plan, draw_worlds(here, seed=self.seed, futures=futures))
            outcomes = play_futures(here, seed=self.seed, futures=futures)[0]
            lived = until_ruin(self.plan, outcomes[self.plan.measures.index("ruin_week")])
            ratios = [np.where(lived, log_ratio(self.plan, told, other), 0.0).sum(axis=0) for other in tilts]
            self.step(len(futures))
            return Piece(outcomes=outcomes, told=told, lived=lived, ratios=np.array(ratios))

        with ThreadPoolExecutor(self.threads, thread_name_prefix="realign") as pool:
            return list(pool.map(play, range(first, first + count, PIECE)))

    def sample(self, tilts: Sequence[Tilt], counts: Sequence[int], *, names: Sequence[str]) -> Sample:
        """Counts of futures under each tilt, from future 0 on, weighed; `names` are the measures kept."""
        share = np.array(counts) / sum(counts)
        columns = [self.plan.measures.index(name) for name in names]
        kept, weights, drawn, first = [], [], [], 0
        for j, (tilt, count) in enumerate(zip(tilts, counts)):
            for piece in self.pieces(tilt, tilts, first=first, count=count):
                kept.append(piece.outcomes[columns])
                weights.append(1.0 / (share[:, None] * np.exp(-piece.ratios)).sum(axis=0))
                drawn.append(np.full(piece.ratios.shape[1], j))
            first += count
        values = np.concatenate(kept, axis=1)
        return Sample(
            measures=dict(zip(names, values)), weight=np.concatenate(weights), tilt=np.concatenate(drawn)
        )
