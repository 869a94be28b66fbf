"""Expected shortfall: the mean of the worst 5 % of futures, and an interval for it.

Stage: comparison. In: one value per future. Out: `Shortfall(value, low, high, tail)`.
Idea: with Y_q = max(q - X, 0), the shortfall is ES = max over q of q - E[Y_q]/a (a = 0.05), reached at the a-quantile.
So an upper confidence limit of the mean of Y_q gives a lower limit of ES by the same maximum, and a lower limit gives
an upper one: the uncertain quantile is thereby included, atoms at 0 (ruin) do no harm, and no density is estimated.
Y_q is 0 in most futures and very skewed; the limits of its mean are Student's after Hall's cubic transformation,
which takes the skewness out, with n a - 1 degrees of freedom (as many as the tail has futures, less one).
With fewer than 20 futures in the tail (400 at 5 %) measured coverage falls short: then there is no interval (nan).
The point estimate weighs the n a smallest values equally, the last one by the fraction that is left of n a.
Sources: R. Rockafellar, S. Uryasev, Journal of Risk 2 (2000); P. Hall, J. Royal Statistical Society B 54 (1992).

>>> import numpy as np
>>> expected_shortfall(np.arange(1000.0)).value
24.5
"""

from __future__ import annotations

from math import floor, nan, sqrt
from typing import NamedTuple

import numpy as np

from realign.compare.intervals import LEVEL, Values, check_level
from realign.compare.quantiles import student_quantile
from realign.errors import UsageError

TAIL = 0.05  # the worst twentieth
FEWEST = 20  # futures in the tail that an interval needs


class Shortfall(NamedTuple):
    """The mean of the worst share of futures, its interval, and how many futures that share holds (n a)."""

    value: float
    low: float
    high: float
    tail: float


def expected_shortfall(values: Values, *, share: float = TAIL, level: float = LEVEL) -> Shortfall:
    """The mean of the smallest `share` of values with its interval.

    values: (future,) float64, finite.
    """
    check_level(level)
    if not 0 < share < 1:
        raise UsageError(f"share = {share}: must lie between 0 and 1, such as 0.05")
    n = len(values)
    if n == 0:
        return Shortfall(nan, nan, nan, 0.0)
    size = n * share
    # the quantile is surely among these: 8 standard errors beyond the estimate, and a margin for few futures
    candidates = min(n, int(size + 8 * sqrt(size)) + 20)
    smallest = np.sort(np.partition(values, candidates - 1)[:candidates])
    whole = floor(size + 1e-9)
    rest = size - whole
    total = smallest[:whole].sum() + (rest * smallest[whole] if rest > 1e-9 else 0.0)
    value = float(total / size)
    if size < FEWEST:
        return Shortfall(value, nan, nan, size)
    low, high = _limits(smallest, n, share=share, t=student_quantile((1 + level) / 2, size - 1))
    return Shortfall(value, min(low, value), max(high, value), size)


def _limits(smallest: Values, n: int, *, share: float, t: float) -> tuple[float, float]:
    """max over q of q - (limit of the mean of Y_q)/share, q running over the smallest values, sorted."""
    j = np.arange(1, len(smallest) + 1)
    q = smallest - smallest[0]  # shifted, so that the moments below do not cancel
    s1, s2, s3 = (np.cumsum(q**power) for power in (1, 2, 3))
    m1 = (j * q - s1) / n
    m2 = (j * q**2 - 2 * q * s1 + s2) / n
    m3 = (j * q**3 - 3 * q**2 * s1 + 3 * q * s2 - s3) / n
    deviation = np.sqrt(np.maximum(m2 - m1**2, 0.0) * (n / (n - 1)))
    third = m3 - 3 * m1 * m2 + 2 * m1**3
    spread = deviation > 1e-12 * max(float(q[-1]), 1e-300)
    skew = np.divide(third, deviation**3, out=np.zeros_like(third), where=spread)
    upper = m1 - deviation * _untwist(-t / sqrt(n), skew, n)
    lower = m1 - deviation * _untwist(t / sqrt(n), skew, n)
    return float(smallest[0] + np.max(q - upper / share)), float(smallest[0] + np.max(q - lower / share))


def _untwist(w: float, skew: Values, n: int) -> Values:
    """The inverse of Hall's transformation g(w) = w + c w^2/3 + c^2 w^3/27 + c/(6 n), c the skewness."""
    shifted = w - skew / (6 * n)
    flat = np.abs(skew) < 1e-9
    c = np.where(flat, 1.0, skew)
    result: Values = np.where(flat, shifted, 3 / c * (np.cbrt(1 + c * shifted) - 1))
    return result
