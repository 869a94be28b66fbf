"""Intervals that hold all at once, and multiple comparisons with the best.

Stage: comparison. In: (policy, future) values of one stress test. Out: critical values, limits of distances.
Idea: how many standard errors each interval of a family needs, so that all hold together, depends on how the
differences hang together. Their joint law is close to normal with the covariance that the futures show, so the
critical value is read off draws from it (max-|t|): about as narrow as possible whatever the policies share, and never
wider than Bonferroni's. The generator is fixed, so the same values give the same intervals.
With the best (Hsu): whichever policy i is the best, with 95 % no rival j lies above it by more than d_i standard
errors of their difference, d_i one-sided over all rivals. Policies for which a rival does are surely not the best; the
others may be, and each lies as far from the best of the others as it may from any of them.
Sources: J. Hsu, Multiple Comparisons, Chapman & Hall 1996, chapters 4 and 7; Y. Hochberg, A. Tamhane, Multiple
Comparison Procedures, Wiley 1987.

>>> import numpy as np
>>> with_the_best(np.array([[1.0, 2.0, 3.0, 4.0], [0.0, 1.1, 2.0, 3.1]]) * 1e3).may_be_best.tolist()
[True, False]
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from realign.compare.intervals import LEVEL, Values, check_level
from realign.compare.played import common, futures_of
from realign.compare.quantiles import student_quantile

DRAWS = 20_000  # the critical value is then known to about 0.5 %, the level of the intervals to 0.15 %
_SEED = 20_031
_NOTHING = 1e-13  # of the policies' variances: below, a difference is constant but for rounding
_STRETCH = 262_144  # futures whose values are worked on at a time: a copy of all would not fit beside ten million


@dataclass(frozen=True, slots=True, kw_only=True)
class WithBest:
    """Each policy less the best of the others: estimate, limits that hold at once, whether it may be the best."""

    difference: Values
    low: Values
    high: Values
    may_be_best: npt.NDArray[np.bool_]


def pairs_of(policies: int) -> int:
    """How many pairs there are, at least 1."""
    return max(policies * (policies - 1) // 2, 1)


def critical_of_all_pairs(values: Values, *, level: float = LEVEL) -> float:
    """How many standard errors on either side let the intervals of all paired differences hold at once.

    values: (policy, future) float64, finite.
    """
    check_level(level)
    values = common(values)
    policies, n = values.shape
    if n < 2 or policies < 2:
        return float("nan")
    bound = student_quantile(1 - (1 - level) / (2 * pairs_of(policies)), n - 1)
    if policies == 2:
        return bound
    error, draws = _joint(values)
    largest = np.zeros(DRAWS)
    for i, row in enumerate(error[:-1]):
        apart = draws[:, i + 1 :] - draws[:, i : i + 1]
        np.maximum(largest, np.abs(apart * _inverse(row[i + 1 :])).max(axis=1), out=largest)
    return min(float(np.quantile(largest, level)), bound)


def with_the_best(values: Values, *, level: float = LEVEL) -> WithBest:
    """Multiple comparisons with the best, under any dependence between policies.

    values: (policy, future) float64, finite. Limits are nan where there is one future, or one policy.
    """
    check_level(level)
    policies, n = common(values).shape
    gap = _gaps(values)  # of i over j
    np.fill_diagonal(gap, np.inf)
    if n < 2 or policies < 2:
        nothing = np.full(policies, np.nan)
        lead = gap.min(axis=1) if policies > 1 else nothing
        return WithBest(difference=lead, low=nothing, high=nothing, may_be_best=np.ones(policies, bool))
    error, draws = _joint(common(values))
    bound = student_quantile(1 - (1 - level) / (policies - 1), n - 1)
    critical = np.array([min(_one_sided(draws, i, error[i], level=level), bound) for i in range(policies)])
    counts = futures_of(values)
    reach = (critical[:, None] * error) / np.sqrt(np.minimum(counts[:, None], counts))  # of i over j
    high = np.maximum((gap + reach).min(axis=1), 0.0)
    may = (gap + reach).min(axis=1) >= 0.0
    low = np.zeros(policies)
    for i in range(policies):
        rivals = may.copy()
        rivals[i] = False
        if rivals.any():
            low[i] = min(float((gap[i] - reach[:, i])[rivals].min()), 0.0)
    return WithBest(difference=gap.min(axis=1), low=low, high=high, may_be_best=may)


def _gaps(values: Values) -> Values:
    """(i, j): mean of i less j on the futures that both have played."""
    counts = futures_of(values)
    if (counts == counts[0]).all():
        means = values.mean(axis=1)
        return np.asarray(means[:, None] - means, dtype=np.float64)
    shared = np.minimum(counts[:, None], counts)
    return np.array(
        [[float((a[:n] - b[:n]).mean()) for b, n in zip(values, row)] for a, row in zip(values, shared)]
    )


def _one_sided(draws: Values, i: int, error: Values, *, level: float) -> float:
    """The d with which no rival exceeds policy i by more than d standard errors, with this chance."""
    others = np.arange(len(error)) != i
    excess = (draws[:, others] - draws[:, i : i + 1]) * _inverse(error[others])
    return float(np.quantile(excess.max(axis=1), level))


def _joint(values: Values) -> tuple[Values, Values]:
    """Standard deviation of each paired difference, and draws (draw, policy) of the policies' means, jointly Student.

    What all policies share is taken out first: it leaves every difference as it is, and keeps them exact.
    """
    policies, n = values.shape
    covariance = _covariance_apart(values)
    variance = np.diag(covariance)
    square = variance[:, None] + variance - 2 * covariance
    square[square < _NOTHING * (variance[:, None] + variance)] = 0.0
    size, axes = np.linalg.eigh(covariance)
    root = (axes * np.sqrt(np.maximum(size, 0.0))) @ axes.T  # the symmetric one: it does not hang on the axes' order
    return np.sqrt(square), _student_draws(policies, n - 1) @ root


def _covariance_apart(values: Values) -> Values:
    """Covariance (policy, policy) of values less what all policies share, a stretch of futures at a time."""
    policies, n = values.shape
    stretches = [values[:, first : first + _STRETCH] for first in range(0, n, _STRETCH)]
    mean = sum((own - own.mean(axis=0)).sum(axis=1) for own in stretches) / n
    products = np.zeros((policies, policies))
    for own in stretches:
        apart = own - own.mean(axis=0) - np.reshape(mean, (-1, 1))
        products += apart @ apart.T
    return products / (n - 1)


@lru_cache(maxsize=4)  # a run asks again and again for the same size; 12 policies take 2 MB
def _student_draws(policies: int, degrees: int) -> Values:
    """Draws (draw, policy) of independent normals over one common root of chi-square, always the same."""
    generator = np.random.Generator(np.random.PCG64(_SEED))
    draws = generator.standard_normal((DRAWS, policies))
    return draws / np.sqrt(generator.chisquare(degrees, DRAWS) / degrees)[:, None]


def _inverse(error: Values) -> Values:
    """1/error; 0 where two policies never differ, so that they ask for nothing."""
    return np.divide(1.0, error, out=np.zeros_like(error), where=error > 0)
