"""Looking again and again at paired differences without being fooled more often than once.

Stage: comparison. In: how policies vary together, the futures at which looks are taken. Out: critical values.
Idea: the standardised difference of two policies at n_1 < n_2 < ... futures is a Brownian motion B(n)/sqrt(n) seen at
those times. How many standard errors hold at every look and for every pair at once, with 95 %, is read off draws of all
these motions together, from the covariance that the futures show. An interval of that width may be looked at as often
as there are looks, and the run stopped at any of them for any reason. Against sharing the error out by a union bound
it is up to a third narrower, since looks at mostly the same futures see mostly the same.
`critical_of_rivals` is the one-sided twin: with that chance no rival ever seems better than the true best policy by
more than so many standard errors, at any look, whichever policy is the best.
Source: C. Jennison, B. Turnbull, Group Sequential Methods, Chapman & Hall 2000, chapters 2 and 19 (Pocock's boundary).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import sqrt

import numpy as np

from realign.compare.intervals import Values, check_level
from realign.compare.quantiles import normal_quantile
from realign.compare.simultaneous import pairs_of

DRAWS = 10_000  # of all looks of a run: the level is then known to 0.2 %
_SEED = 20_037


def critical_at_looks(covariance: Values, looks: Sequence[int], *, level: float) -> float:
    """Standard errors that let the intervals of all pairs hold at all looks at once.

    covariance: (policy, policy) float64, of values less what all policies share in each future. looks: futures, rising.
    """
    check_level(level)
    policies = len(covariance)
    bound = normal_quantile(1 - (1 - level) / (2 * pairs_of(policies) * len(looks)))
    inverse = 1 / _errors(covariance)
    largest = np.zeros(DRAWS)
    for draws in _motions(covariance, looks):
        for i in range(policies - 1):
            apart = np.abs((draws[:, i + 1 :] - draws[:, i : i + 1]) * inverse[i, i + 1 :])
            np.maximum(largest, apart.max(axis=1), out=largest)
    return min(float(np.quantile(largest, level)), bound)


def critical_of_rivals(covariance: Values, looks: Sequence[int], *, level: float) -> Values:
    """For each policy, were it the best: the standard errors by which no rival seems better at any look."""
    check_level(level)
    policies = len(covariance)
    bound = normal_quantile(1 - (1 - level) / (max(policies - 1, 1) * len(looks)))
    inverse = 1 / _errors(covariance)
    largest = np.full((policies, DRAWS), -np.inf)
    for draws in _motions(covariance, looks):
        for i in range(policies):
            others = np.arange(policies) != i
            excess = (draws[:, others] - draws[:, i : i + 1]) * inverse[i, others]
            np.maximum(largest[i], excess.max(axis=1), out=largest[i])
    return np.minimum(np.quantile(largest, level, axis=1), bound)


def _errors(covariance: Values) -> Values:
    """Standard deviations of the paired differences; infinite where two policies never differ: they ask for nothing."""
    variance = np.diag(covariance)
    square = variance[:, None] + variance - 2 * covariance
    nothing = square <= 1e-13 * (variance[:, None] + variance)
    return np.sqrt(np.where(nothing, np.inf, square))


def _motions(covariance: Values, looks: Sequence[int]) -> Iterator[Values]:
    """For one look after another: draws (draw, policy) of B(n)/sqrt(n), the policies moving together."""
    size, axes = np.linalg.eigh(covariance)
    root = (axes * np.sqrt(np.maximum(size, 0.0))) @ axes.T
    generator = np.random.Generator(np.random.PCG64(_SEED))
    motion, before = np.zeros((DRAWS, len(covariance))), 0
    for futures in looks:
        motion += sqrt(futures - before) * (generator.standard_normal(motion.shape) @ root)
        before = futures
        yield motion / sqrt(futures)
