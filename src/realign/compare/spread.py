"""Quantiles of a measure over futures, each with an interval that supposes nothing about its distribution.

Stage: comparison. In: one value per future. Out: a quantile and its interval.
Idea: how many of n futures lie below the true p-quantile is binomial(n, p). So the values of rank l and u between
which that count lies with 95 % hold the quantile between them, whatever its distribution, atoms at ruin included.
Ranks are whole, which alone would make the interval a little too wide; each limit is therefore interpolated between
two neighbouring values so that the chances meet the level (Nyblom's weights).
Few futures do not reach into a tail: where no rank is low or high enough, that limit is nan.
Source: J. Nyblom, Note on interpolated order statistics, Statistics and Probability Letters 14 (1992).

>>> import numpy as np
>>> quantile(np.arange(1.0, 1001.0), 0.5).value
500.5
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import floor, nan
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from realign.compare.intervals import LEVEL, Values, check_level
from realign.compare.quantiles import binomial_below, normal_quantile
from realign.errors import UsageError

SHARES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


class Quantile(NamedTuple):
    """The value below which this share of futures falls, and its interval."""

    share: float
    value: float
    low: float
    high: float


def quantile(values: Values, share: float, *, level: float = LEVEL) -> Quantile:
    """The quantile and its interval; values: (future,) float64, finite."""
    return quantiles(values, (share,), level=level)[0]


def quantiles(values: Values, shares: tuple[float, ...], *, level: float = LEVEL) -> list[Quantile]:
    """Several quantiles of the same values, each with its own interval."""
    check_level(level)
    if not all(0 < share < 1 for share in shares):
        raise UsageError(f"shares = {shares}: must lie between 0 and 1, such as 0.05")
    n = len(values)
    if n == 0:
        return [Quantile(share, nan, nan, nan) for share in shares]
    ordered = np.sort(values)
    miss = (1 - level) / 2
    found = []
    for share in shares:
        before = min(int(share * (n - 1)), n - 1)
        value = float(np.interp(share * (n - 1), [before, before + 1], ordered[[before, min(before + 1, n - 1)]]))
        low = _limit(lambda rank: ordered[rank - 1], n, share, miss)
        high = -_limit(lambda rank: -ordered[n - rank], n, 1 - share, miss)  # the same, seen from above
        found.append(Quantile(share, value, low, high))
    return found


def quantiles_table(
    outcomes_by_stress: Mapping[str, Mapping[str, Values]],
    policies: Sequence[str],
    *,
    measure: str = "value",
    shares: Sequence[float] = SHARES,
    level: float = LEVEL,
) -> pd.DataFrame:
    """A row for each stress test, policy and share: stress, policy, share, quantile, low, high, futures.

    What is missing is left out and not counted among the futures: the quantiles are those of what is known.
    """
    rows: list[tuple[object, ...]] = []
    for stress, measures in outcomes_by_stress.items():
        table = measures[measure]
        for p, policy in enumerate(policies):
            known = table[p][~np.isnan(table[p])]
            rows += [(stress, policy, *found, len(known)) for found in quantiles(known, tuple(shares), level=level)]
    return pd.DataFrame(rows, columns=("stress", "policy", "share", "quantile", "low", "high", "futures"))


def _limit(valued: Callable[[int], Any], n: int, share: float, miss: float) -> float:
    """The lower limit: a value that the quantile undercuts with the chance `miss`, between two neighbouring ranks.

    The value of rank r (from 1) lies above the quantile with the chance that fewer than r futures lie below it.
    """
    start = n * share + normal_quantile(miss) * (n * share * (1 - share)) ** 0.5
    rank = min(max(floor(start), 0), n - 1)
    while rank > 0 and binomial_below(rank, n, share) > miss:
        rank -= 1
    while rank < n - 1 and binomial_below(rank + 1, n, share) <= miss:
        rank += 1
    if rank == 0:
        return nan  # not even the smallest value is low enough
    lower, upper = binomial_below(rank, n, share), binomial_below(rank + 1, n, share)
    part = (miss - lower) / (upper - lower)
    # Nyblom: the chance moves between the two ranks as this weight says, nearly whatever the distribution
    weight = part / (part + rank * (1 - share) / ((n - rank) * share) * (1 - part))
    return float(valued(rank) + weight * (valued(rank + 1) - valued(rank)))
