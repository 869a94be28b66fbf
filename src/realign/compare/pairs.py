"""Two policies on the same futures.

Stage: comparison. In: two arrays with one value per future, in the same order. Out: a `Paired` record.
Idea: both policies met the same worlds, so luck that strikes both cancels in the difference, future by future; the
interval is Student's on those differences. Treating the two samples as independent would be (var a + var b)/var(a-b)
times as costly: that ratio is what common random numbers bought. Policies that act alike differ by exactly 0, with an
interval of no width: they were the same in every future played, which no number of futures would show more sharply.
A future in which either value is missing (NaN: recovery where nothing struck, the ruin week of a survivor) is left
out and counted: the comparison then speaks only of the futures in which both are known.

>>> import numpy as np
>>> paired(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 1.0])).difference
1.0
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import inf, nan
from typing import Any

import numpy as np
import numpy.typing as npt

from realign.compare.intervals import LEVEL, Values, mean_interval
from realign.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """The difference a - b; chances count a tie as half, regrets are what the worse choice would have lost."""

    futures: int  # in which both are known
    left_out: int  # in which either is missing
    mean: float  # of a
    other: float  # mean of b
    difference: float
    low: float
    high: float
    level: float
    chance_better: float  # a > b, ties half
    tied: float  # share of futures with a = b
    regret: float  # mean of max(b - a, 0): what choosing a costs against the better of the two
    other_regret: float  # the same for b
    variance_reduction: float  # (var a + var b) / var(a - b); inf where only a - b is constant, nan where all are

    @property
    def certain(self) -> bool:
        """Whether 0 lies outside the interval."""
        return self.low > 0 or self.high < 0

    def as_dict(self) -> dict[str, float]:
        """Plain numbers, for a table or JSON."""
        return asdict(self)

    def __str__(self) -> str:
        known = f"{self.level:.0%} interval {self.low:.6g} to {self.high:.6g}"
        futures = f"{self.futures} future{'' if self.futures == 1 else 's'}"
        return (
            f"difference {self.difference:.6g} ({known if self.futures > 1 else 'uncertainty not known'}), "
            f"better in {self.chance_better:.1%} of {futures}"
        )


def paired(a: npt.ArrayLike, b: npt.ArrayLike, *, level: float = LEVEL, critical: float | None = None) -> Paired:
    """Compare a with b, future by future; `critical`: standard errors on either side, in place of Student's.

    a, b: (future,) numbers, NaN where missing; the same futures in the same order.
    """
    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if first.ndim != 1 or first.shape != second.shape:
        raise UsageError(f"shapes {first.shape} and {second.shape}: paired values need one value per future each")
    known = ~(np.isnan(first) | np.isnan(second))
    left_out = int(len(known) - known.sum())
    if left_out:
        first, second = first[known], second[known]
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise UsageError("infinite values cannot be compared; mark what is missing as NaN")
    gap = first - second
    n = len(gap)
    low, high = mean_interval(gap, level=level, critical=critical)
    better, tied = np.count_nonzero(gap > 0), np.count_nonzero(gap == 0)
    lost = np.maximum(gap, 0)  # of ten million futures each copy is 80 MB, so this one serves twice
    other_regret = _mean(lost)
    np.maximum(np.negative(gap, out=lost), 0, out=lost)
    return Paired(
        futures=n,
        left_out=left_out,
        mean=_mean(first),
        other=_mean(second),
        difference=_mean(gap),
        low=low,
        high=high,
        level=level,
        chance_better=float(better + 0.5 * tied) / n if n else nan,
        tied=float(tied) / n if n else nan,
        regret=_mean(lost),
        other_regret=other_regret,
        variance_reduction=variance_reduction(first, second, gap),
    )


def variance_reduction(a: Values, b: Values, gap: Values) -> float:
    """How many times fewer futures pairing needs: (var a + var b) / var(a - b); gap: a - b."""
    if len(a) < 2:
        return nan
    apart = float(a.var(ddof=1) + b.var(ddof=1))
    together = float(gap.var(ddof=1))
    if together > 0:
        return apart / together
    return inf if apart > 0 else nan


def _mean(values: npt.NDArray[Any]) -> float:
    return float(values.mean()) if len(values) else nan
