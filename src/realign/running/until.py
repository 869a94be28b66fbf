"""Stopping when the answer is sure enough, and playing on only with the policies that may still be the best.

Stage: run. In: the values of all policies on the same futures. Out: whether to stop, whom to play on with, how sure.
Idea: looks are taken after n = 1024, 1536, 2304, ... futures (each half as many again). Critical values let intervals
hold at all looks, for all policies at once (`realign.compare.looks`), so looking often costs nothing in truth.
until: the run ends at the look where the interval of the paired difference of the two policies of highest mean is
    short enough under every stress test.
select: under the first stress test, a policy is dropped at the look where a rival is surely better, and the others
    play on: close contenders get the futures that the rest would have wasted. With the chance asked for the best policy
    is never dropped. The run ends when one policy is left (or those left are exactly alike), or, with until as well,
    when none of those left can be better than the leader by that much.
Sources: S.-H. Kim, B. Nelson, ACM Transactions on Modeling and Computer Simulation 11 (2001), for elimination under
common random numbers; Chen et al., Discrete Event Dynamic Systems 10 (2000), for the estimated probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from statistics import NormalDist

import numpy as np

_FIRST_LOOK = 1024  # futures: fewer do not make the mean of a heavy-tailed difference normal
_BLOCK = 256  # looks are taken where blocks end
LEVEL = 0.95  # of the interval that `until` is about, at all looks together
MOST_FUTURES = 1_000_000  # a run that never becomes sure enough ends here, unless told otherwise


def looks(most: int) -> list[int]:
    """The looks that a run of at most so many futures takes; the last one is at the end."""
    found, futures = [], _FIRST_LOOK
    while futures < most:
        found.append(futures)
        futures = -(-3 * futures // (2 * _BLOCK)) * _BLOCK
    return [*found, most]


@dataclass(slots=True)
class Pairs:
    """Sums of values and of paired differences of one stress test; identical policies differ by exactly 0."""

    values: np.ndarray  # (policy,) sums
    differences: np.ndarray  # (policy, policy) sums
    squares: np.ndarray  # (policy, policy) sums
    futures: np.ndarray  # (policy, policy) that both have played

    @classmethod
    def of(cls, policies: int) -> Pairs:
        square = (policies, policies)
        return cls(np.zeros(policies), np.zeros(square), np.zeros(square), np.zeros(square, np.int64))

    def add(self, values: np.ndarray) -> None:
        """Take the values (policy, future) of a block; rows of policies that were not played are nan."""
        played = np.flatnonzero(~np.isnan(values[:, 0]))
        values = values[played]
        self.values[played] += values.sum(axis=1)
        for policy, own in zip(played, values):
            difference = own - values
            self.differences[policy, played] += difference.sum(axis=1)
            self.squares[policy, played] += np.square(difference).sum(axis=1)
            self.futures[policy, played] += values.shape[1]

    @property
    def gaps(self) -> np.ndarray:
        """(policy, policy) mean of own less other, on the futures that both have played."""
        return self.differences / np.maximum(self.futures, 1)

    @property
    def variances(self) -> np.ndarray:
        """(policy, policy) variance of own less other; infinite where fewer than 2 futures are known."""
        found = np.maximum(self.squares - self.futures * self.gaps**2, 0.0) / np.maximum(self.futures - 1, 1)
        return np.where(self.futures > 1, found, inf)

    @property
    def errors(self) -> np.ndarray:
        """(policy, policy) standard error of the gaps."""
        return np.sqrt(self.variances / np.maximum(self.futures, 1))

    @property
    def covariance(self) -> np.ndarray:
        """Of the policies' values, less what all share in each future: all that is needed, from differences alone."""
        variances = self.variances
        return -0.5 * (variances - variances.mean(axis=0) - variances.mean(axis=1)[:, None] + variances.mean())

    def best_two(self) -> np.ndarray:
        return np.argsort(-self.values, kind="stable")[:2]


@dataclass(slots=True, kw_only=True)
class Look:
    """What was seen at one look: half-widths by stress test (until), who plays on (select)."""

    futures: int
    half_widths: dict[str, float] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Watch:
    """Looks at a run of at most `most` futures, of several stress tests and policies."""

    policies: Sequence[str]
    stresses: Sequence[str]
    most: int
    until: float | None = None
    select: float | None = None
    pairs: list[Pairs] = field(default_factory=list)
    left: list[int] = field(default_factory=list)  # policies that play on
    seen: list[Look] = field(default_factory=list)
    reached: bool = False
    _critical: list[float] = field(default_factory=list)  # by stress test, for until
    _of_rivals: np.ndarray | None = None

    def __post_init__(self) -> None:
        self.left = list(range(len(self.policies)))
        self.pairs = [Pairs.of(len(self.policies)) for _ in self.stresses]

    @property
    def looks(self) -> list[int]:
        return looks(self.most)

    def add(self, blocks: Sequence[np.ndarray]) -> None:
        """The values (policy, future) of one block under each stress test."""
        for pairs, values in zip(self.pairs, blocks):
            pairs.add(values)

    def look(self, futures: int) -> bool:
        """Look after so many futures; True: sure enough."""
        look = Look(futures=futures)
        if self.select is not None:
            self._drop()
            look.left = [self.policies[p] for p in self.left]
            self.reached = self._selected()
        elif self.until is not None:
            look.half_widths = self._half_widths()
            self.reached = all(width < self.until for width in look.half_widths.values())
        self.seen.append(look)
        return self.reached

    def _half_widths(self) -> dict[str, float]:
        if self.pairs[0].futures[0, 0] < 2:
            return dict.fromkeys(self.stresses, inf)
        from realign.compare.looks import critical_at_looks  # only wanted here; it brings pandas

        if not self._critical:  # from the first look on, so that all looks use the same boundary
            self._critical = [critical_at_looks(p.covariance, self.looks, level=LEVEL) for p in self.pairs]
        widths = {}
        for stress, pairs, critical in zip(self.stresses, self.pairs, self._critical):
            first, second = pairs.best_two()
            widths[stress] = critical * float(pairs.errors[first, second])
        return widths

    def _rivals(self) -> np.ndarray:
        from realign.compare.looks import critical_of_rivals

        if self._of_rivals is None:
            chance = self.select or LEVEL
            self._of_rivals = critical_of_rivals(self.pairs[0].covariance, self.looks, level=chance)
        return self._of_rivals

    def _drop(self) -> None:
        """Drop whom a rival surely beats, under the first stress test."""
        if len(self.left) < 2 or self.pairs[0].futures[self.left[0], self.left[0]] < 2:
            return
        gaps, errors, critical = self.pairs[0].gaps, self.pairs[0].errors, self._rivals()
        self.left = [
            p for p in self.left if not any(gaps[rival, p] > critical[p] * errors[rival, p] for rival in self.left)
        ]

    def _selected(self) -> bool:
        """Whether one is left, or those left are exactly alike, or (until) none can be better by that much."""
        if len(self.left) == 1:
            return True
        gaps, errors, leader = self.pairs[0].gaps, self.pairs[0].errors, self.leader
        rivals = [p for p in self.left if p != leader]
        if all(errors[p, leader] == 0 == gaps[p, leader] for p in rivals):
            return True
        if self.until is None:
            return False
        critical = self._rivals()
        return all(gaps[p, leader] + critical[p] * errors[p, leader] < self.until for p in rivals)

    @property
    def leader(self) -> int:
        """Of those that play on, the one with the highest mean under the first stress test."""
        return max(self.left, key=lambda p: self.pairs[0].values[p])

    def probability(self) -> float:
        """The estimated probability that the leader is the best: 1 less the chances that each rival is better.

        Normal chances from each pair's own futures, added up (Bonferroni), so it errs to the low side.
        """
        gaps, errors, leader = self.pairs[0].gaps, self.pairs[0].errors, self.leader
        wrong = 0.0
        for p in range(len(self.policies)):
            if p != leader and errors[p, leader] > 0:
                wrong += NormalDist().cdf(float(gaps[p, leader] / errors[p, leader]))
        return max(1 - wrong, 0.0)

    def futures_of(self) -> dict[str, int]:
        """How many futures each policy has played."""
        return {name: int(self.pairs[0].futures[p, p]) for p, name in enumerate(self.policies)}
