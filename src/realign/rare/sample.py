"""Worlds drawn under several tilts, weighed back to the scenario as it stands, and the playing of their futures.

Stage: rare events. In: a plan with one policy, tilts and how many futures each. Out: `Piece`s played, `Looked` worlds.
Idea: n_j worlds are drawn under tilt j, and a world's weight is its likelihood as the scenario stands over its mean
likelihood under all tilts (the balance heuristic of multiple importance sampling): 1 / sum_j a_j exp(-r_j), r_j its
log-likelihood ratio and a_j = n_j / n. The mean of weight times anything is then unbiased whatever the tilts; and as
one of them is the scenario itself, no weight exceeds 1 / a_0.
Source: E. Veach, L. Guibas, SIGGRAPH 1995; A. Owen, Y. Zhou, J. American Statistical Association 95 (2000).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from realign.model import Plan, draw_worlds, play_futures
from realign.rare.guess import Guess
from realign.rare.likelihood import History, history, log_ratio, until_ruin
from realign.rare.signs import signs
from realign.rare.tilt import Tilt, tilted

Values = npt.NDArray[np.float64]
Part = TypeVar("Part")
Found = TypeVar("Found")

PIECE = 256  # futures at a time: their histories fit the cache
FIRST_SEARCHED = 1 << 31  # futures of the search have numbers of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A few futures played under one tilt; ratios: (tilt, future), stopped where news no longer mattered."""

    outcomes: Values
    told: History
    lived: npt.NDArray[np.bool_]
    ratios: Values
    signs: Values

    def against(self, plan: Plan, tilt: Tilt) -> Piece:
        """The same, with its ratios against one more tilt."""
        more = np.where(self.lived, log_ratio(plan, self.told, tilt), 0.0).sum(axis=0)
        return replace(self, ratios=np.vstack([self.ratios, more]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Worlds that were looked at, by future from 0 on: weight, the chance that is guessed, under which tilt drawn."""

    weight: Values
    guessed: Values
    tilt: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """Plays futures of one plan on some threads; `step` is called with the work of every piece done, in futures."""

    plan: Plan
    seed: int
    threads: int
    step: Callable[[float], None] = lambda futures: None

    def counting(self, part: float) -> Player:
        """The same, for which a future, or a world, is only a part of the work."""
        return replace(self, step=lambda futures: self.step(part * futures))

    def pieces(self, tilt: Tilt, tilts: Sequence[Tilt], *, first: int, count: int) -> list[Piece]:
        """Futures first .. first + count - 1 under `tilt`, with their ratios against each of `tilts`."""
        here = tilted(self.plan, tilt)

        def play(begin: int) -> Piece:
            futures = np.arange(begin, min(begin + PIECE, first + count), dtype=np.uint64)
            told = history(self.plan, draw_worlds(here, seed=self.seed, futures=futures))
            outcomes = play_futures(here, seed=self.seed, futures=futures)[0]
            lived = until_ruin(self.plan, outcomes[self.plan.measures.index("ruin_week")])
            ratios = [np.where(lived, log_ratio(self.plan, told, other), 0.0).sum(axis=0) for other in tilts]
            seen = signs(self.plan, told.worlds, seed=self.seed, futures=futures)
            self.step(len(futures))
            return Piece(outcomes=outcomes, told=told, lived=lived, ratios=np.array(ratios), signs=seen)

        return self._each(play, range(first, first + count, PIECE))

    def look(self, tilts: Sequence[Tilt], counts: Sequence[int], guess: Guess) -> Looked:
        """Counts of worlds under each tilt, from future 0 on, looked at and not played."""
        share, drawn = np.array(counts) / sum(counts), np.repeat(np.arange(len(counts)), counts)
        plans, ends = [tilted(self.plan, tilt) for tilt in tilts], np.cumsum(counts)
        begins = [range(end - count, end, PIECE) for end, count in zip(ends, counts)]

        def see(piece: tuple[int, int]) -> Values:
            j, begin = piece
            futures = np.arange(begin, min(begin + PIECE, ends[j]), dtype=np.uint64)
            told = history(self.plan, draw_worlds(plans[j], seed=self.seed, futures=futures))
            ratios = np.array([log_ratio(self.plan, told, other).sum(axis=0) for other in tilts])
            weight = 1.0 / (share[:, None] * np.exp(-ratios)).sum(axis=0)
            self.step(len(futures))
            return np.stack([weight, guess(signs(self.plan, told.worlds, seed=self.seed, futures=futures))])

        found = self._each(see, [(j, begin) for j, pieces in enumerate(begins) for begin in pieces])
        weight, guessed = np.concatenate(found, axis=1)
        return Looked(weight=weight, guessed=guessed, tilt=drawn)

    def play(self, tilt: Tilt, futures: npt.NDArray[np.intp], *, measure: str) -> Values:
        """One measure of these futures under a tilt."""
        here, column = tilted(self.plan, tilt), self.plan.measures.index(measure)

        def play(begin: int) -> Values:
            some = futures[begin : begin + PIECE].astype(np.uint64)
            found = play_futures(here, seed=self.seed, futures=some)[0, column]
            self.step(len(some))
            return np.asarray(found)

        return np.concatenate([np.empty(0), *self._each(play, range(0, len(futures), PIECE))])

    def _each(self, work: Callable[[Part], Found], parts: Iterable[Part]) -> list[Found]:
        """The work of each part, on some threads, in order."""
        with ThreadPoolExecutor(self.threads, thread_name_prefix="realign") as pool:
            return list(pool.map(work, parts))
