"""Intervals of a mean and of a share.

Stage: comparison. In: one value per future. Out: `Interval(low, high)`.
Idea: the mean of many independent futures is close to normal: mean -+ t s / sqrt(n), t Student's quantile with n - 1
degrees of freedom. A share k of n has an exact interval (Clopper and Pearson): the shares under which seeing k or
more, and k or fewer, each still has half the allowed chance of error; it is never too narrow, and at 0 of n it says
how large the chance may be all the same. One future tells nothing about spread: its interval is (nan, nan).
Source: C. Clopper, E. Pearson, Biometrika 26 (1934); any textbook for Student's interval.

>>> share_interval(0, 10_000).high < 4e-4
True
"""

from __future__ import annotations

from math import nan, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from realign.compare.quantiles import beta_quantile, student_quantile
from realign.errors import UsageError

LEVEL = 0.95  # of every interval, unless it says otherwise

Values = npt.NDArray[np.float64]


class Interval(NamedTuple):
    """The two ends; (nan, nan) where the futures played do not allow one."""

    low: float
    high: float


UNKNOWN = Interval(nan, nan)


def check_level(level: float) -> float:
    """The level itself, or an error that says what is allowed."""
    if not 0 < level < 1:
        raise UsageError(f"level = {level}: must lie between 0 and 1, such as 0.95")
    return level


def mean_interval(values: Values, *, level: float = LEVEL, critical: float | None = None) -> Interval:
    """Student's interval of the mean; `critical` says how many standard errors on either side to take instead.

    values: (future,) float64, finite.
    """
    check_level(level)
    n = len(values)
    if n < 2:
        return UNKNOWN
    mean = float(values.mean())
    errors = student_quantile((1 + level) / 2, n - 1) if critical is None else critical
    half = errors * float(values.std(ddof=1)) / sqrt(n)
    return Interval(mean - half, mean + half)


def share_interval(hits: float, futures: int, *, level: float = LEVEL) -> Interval:
    """The exact (Clopper-Pearson) interval of a chance that came true in `hits` of `futures`.

    Where ties were split, hits may be a fraction: the limits lie between those of its whole neighbours.
    """
    check_level(level)
    if not 0 <= hits <= futures:
        raise UsageError(f"{hits} of {futures}: a share needs 0 <= hits <= futures")
    if futures == 0:
        return UNKNOWN
    miss = (1 - level) / 2
    low = beta_quantile(miss, hits, futures - hits + 1) if hits else 0.0
    high = beta_quantile(1 - miss, hits + 1, futures - hits) if hits < futures else 1.0
    return Interval(low, high)
