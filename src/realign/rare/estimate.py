"""Tail measures from weighed futures.

Stage: rare events. In: a `Sample`, or strata of futures. Out: `Estimate`s.
Idea: everything is a mean over futures drawn in groups (tilts, or strata), and its variance is the sum of the groups':

    chance of ruin       mean of weight x ruined
    quantile             where the mean of weight x (X <= q) reaches the share
    expected shortfall   max over q of q - mean of weight x max(q - X, 0) / share, reached at the quantile

Futures may be chosen from among M worlds, each with a chance p (double sampling). With s what a future counts for, the
variance of the mean of x is then that of the choice, which is none where p = 1, and that of the worlds:

    sum over groups of share^2 / n x mean square of (x - group's mean) sqrt(1 - p)  +  sum (s x)^2 p - mean^2 / M

The interval of a chance is taken on the scale of its logarithm, so that it stays above 0; where no future was ruined,
weights below a bound B make B x (the most that 0 of n allows) an upper limit. The interval of a quantile is where the
distribution function leaves its own. Effective futures: (sum w)^2 / sum w^2 over those that count toward the estimate.
Sources: A. Owen, Monte Carlo Theory, Methods and Examples, chapters 8, 9; C.-E. Saerndal, B. Swensson, J. Wretman,
Model Assisted Survey Sampling, Springer 1992, section 9.3; R. Woodruff, J. American Statistical Association 47 (1952);
R. Rockafellar, S. Uryasev, Journal of Risk 2 (2000).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, nan, sqrt

import numpy as np
import numpy.typing as npt

from realign.compare import share_interval
from realign.compare.quantiles import student_quantile

Values = npt.NDArray[np.float64]

ENOUGH = 50.0  # effective futures below which an estimate should not be leaned on
_HEAVY = 0.1  # of an estimate resting on a single future


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number, how surely it is known, and what plain sampling would have needed."""

    value: float
    error: float
    low: float
    high: float
    effective: float
    plain_futures: float
    warning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Futures in groups: a value and a weight each, the group each was drawn in, the size of each group in the whole.

    share: (G,) what each group counts for in a mean. Futures chosen from among worlds that were looked at: how many
    `worlds`, and the `chance` with which each was chosen.
    """

    values: Values
    weight: Values
    group: npt.NDArray[np.int64]
    share: Values
    worlds: int = 0  # 0: every world drawn was played
    chance: Values | None = None

    def mean(self, x: Values) -> float:
        return float((self.share * self._means(x)).sum())

    def error(self, x: Values) -> float:
        """Standard error of the mean of x."""
        means, number = self._means(x), np.maximum(np.bincount(self.group, minlength=len(self.share)), 1)
        apart = (x - means[self.group]) ** 2
        if self.chance is not None:
            apart = apart * (1.0 - self.chance)
        spread = np.bincount(self.group, apart, minlength=len(self.share)) / np.maximum(number - 1, 1)
        variance = float((self.share**2 * spread / number).sum())
        if self.chance is not None:
            variance += max(float((self.scale**2 * self.chance * x**2).sum()) - self.mean(x) ** 2 / self.worlds, 0.0)
        return sqrt(variance)

    def _means(self, x: Values) -> Values:
        number = np.maximum(np.bincount(self.group, minlength=len(self.share)), 1)
        return np.asarray(np.bincount(self.group, x, minlength=len(self.share)) / number)

    @property
    def scale(self) -> Values:
        """What one future counts for in a mean."""
        number = np.maximum(np.bincount(self.group, minlength=len(self.share)), 1)
        return np.asarray((self.share / number)[self.group])


def chance(futures: Weighed, *, bound: float, level: float) -> Estimate:
    """The chance of what `values` marks with 1; bound: the largest weight that can occur."""
    x = futures.weight * futures.values
    value, error = futures.mean(x), futures.error(x)
    if value == 0.0:
        high = min(bound * share_interval(0, len(x), level=level).high, 1.0)
        text = "it was not seen in any future: the upper end of the interval is what that allows"
        return Estimate(value=0.0, error=0.0, low=0.0, high=high, effective=0.0, plain_futures=nan, warning=text)
    effective, warning = _weight(futures, x)
    z = student_quantile((1 + level) / 2, max(len(x) - 1, 1))
    low, high = value * exp(-z * error / value), value * exp(z * error / value)
    plain = value * (1 - value) / error**2 if error > 0 and value < 1 else nan
    return Estimate(
        value=value, error=error, low=low, high=max(min(high, 1.0), value), effective=effective, plain_futures=plain,
        warning=warning,
    )  # fmt: skip


def quantile(futures: Weighed, *, share: float, level: float) -> Estimate:
    """The value below which a share of futures lies."""
    order, below = _distribution(futures)
    value = _inverse(futures, order, below, share)
    x = futures.weight * (futures.values <= value)
    spread = futures.error(x)
    z = student_quantile((1 + level) / 2, max(len(x) - 1, 1))
    low, high = (_inverse(futures, order, below, share + sign * z * spread) for sign in (-1, 1))
    effective, warning = _weight(futures, x)
    if share - z * spread <= 0.0:
        low, warning = nan, warning or "too few futures lie in the tail for a lower end of the interval"
    error = (high - low) / (2 * z)
    plain = share * (1 - share) / spread**2 if spread > 0 else nan
    return Estimate(
        value=value, error=error, low=low, high=high, effective=effective, plain_futures=plain, warning=warning
    )


def shortfall(futures: Weighed, *, share: float, level: float) -> Estimate:
    """The mean of the worst share of futures."""
    order, below = _distribution(futures)
    mark = _inverse(futures, order, below, share)
    gap = np.maximum(mark - futures.values, 0.0)
    x = futures.weight * gap
    value, error = mark - futures.mean(x) / share, futures.error(x) / share
    effective, warning = _weight(futures, x)
    z = student_quantile((1 + level) / 2, max(len(x) - 1, 1))
    plain = (futures.mean(x * gap) - futures.mean(x) ** 2) / (error * share) ** 2 if error > 0 else nan
    return Estimate(
        value=value, error=error, low=value - z * error, high=value + z * error, effective=effective,
        plain_futures=plain, warning=warning,
    )  # fmt: skip


def _distribution(futures: Weighed) -> tuple[npt.NDArray[np.intp], Values]:
    """Futures by value, and the estimated share at or below each."""
    order = np.argsort(futures.values, kind="stable")
    return order, np.cumsum((futures.weight * futures.scale)[order])


def _inverse(futures: Weighed, order: npt.NDArray[np.intp], below: Values, share: float) -> float:
    at = min(int(np.searchsorted(below, share)), len(order) - 1)
    return float(futures.values[order[at]])


def _weight(futures: Weighed, x: Values) -> tuple[float, str]:
    """Effective futures behind a mean, and a warning where it hangs on few of them."""
    part = np.abs(x * futures.scale)
    total, squares = float(part.sum()), float((part**2).sum())
    if squares == 0.0:
        return 0.0, "weights degenerate: hardly a future lies in the tail; play more futures"
    effective, heaviest = total**2 / squares, float(part.max()) / total
    if effective < ENOUGH or heaviest > _HEAVY:
        text = (
            f"weights degenerate: the estimate rests on {effective:.0f} effective futures, and on a single one for "
            f"{heaviest:.0%}; its interval may be too narrow; play more futures"
        )
        return effective, text
    return effective, ""
