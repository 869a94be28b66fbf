"""Stopping when the answer is sure enough.

Stage: run. In: the values of all policies on the same futures. Out: whether to stop, and how sure the answer is.
Idea: after n = 1024, 2048, 4096, ... futures a look is taken at the paired difference between the two policies of
highest mean value at that look. The run stops when the interval of that difference is short enough under every stress
test. Looking often and stopping at the first good look would make a 95 % interval hold less often than it says;
therefore look j uses the level 1 - 0.05/2^j, and all looks together are wrong with a probability of at most
0.05/2 + 0.05/4 + ... = 0.05 (union bound). The interval is the normal one; with 1024 futures and more it is good.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, sqrt
from statistics import NormalDist

import numpy as np

_FIRST_LOOK = 1024  # futures: fewer do not make the mean of a heavy-tailed difference normal
ERROR = 0.05  # of all looks together
MOST_FUTURES = 1_000_000  # a run that never becomes sure enough ends here, unless told otherwise


@dataclass(slots=True, kw_only=True)
class Look:
    """What was seen at one look."""

    futures: int
    level: float
    half_widths: dict[str, float]

    def reaches(self, precision: float) -> bool:
        return all(width < precision for width in self.half_widths.values())


@dataclass(slots=True)
class Pairs:
    """Sums of values and of paired differences of one stress test; identical policies differ by exactly 0."""

    values: np.ndarray  # (policy,)
    differences: np.ndarray  # (policy, policy)
    squares: np.ndarray  # (policy, policy)
    futures: int = 0

    @classmethod
    def of(cls, policies: int) -> Pairs:
        return cls(np.zeros(policies), np.zeros((policies, policies)), np.zeros((policies, policies)))

    def add(self, values: np.ndarray) -> None:
        """Take the values (policy, future) of a block."""
        self.values += values.sum(axis=1)
        for policy, own in enumerate(values):
            difference = own - values
            self.differences[policy] += difference.sum(axis=1)
            self.squares[policy] += np.square(difference).sum(axis=1)
        self.futures += values.shape[1]

    def half_width(self, level: float) -> float:
        """Half the width of the interval of the paired difference of the best two."""
        if self.futures < 2:
            return inf
        first, second = np.argsort(-self.values, kind="stable")[:2]
        mean = self.differences[first, second] / self.futures
        spread = max(self.squares[first, second] - self.futures * mean**2, 0.0) / (self.futures - 1)
        return NormalDist().inv_cdf((1 + level) / 2) * sqrt(spread / self.futures)


def looks(most: int) -> Iterator[tuple[int, float]]:
    """The looks that a run of at most so many futures takes: futures, level; the last one is at the end."""
    futures, error = _FIRST_LOOK, ERROR / 2
    while futures < most:
        yield futures, 1 - error
        futures, error = 2 * futures, error / 2
    yield most, 1 - error
