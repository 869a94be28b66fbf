"""How hard a shock hits: the quantile of its severity at a uniform u, never below 0 nor above its cap.

Sources: Pareto and generalised Pareto as in Embrechts, Klueppelberg and Mikosch (1997), Modelling Extremal Events.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

from realign.scenario.records import Severity
from realign.twin.powers import exponential


def _uniform(u: float, low: float, high: float) -> float:
    return low + u * (high - low)


def _triangular(u: float, low: float, mode: float, high: float) -> float:
    if high <= low:
        return low
    if u * (high - low) < mode - low:
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - mode))


def _lognormal(u: float, median: float, sigma: float) -> float:
    return median * exponential(sigma * NormalDist().inv_cdf(u))


def _exponential(u: float, mean: float) -> float:
    return -mean * math.log(1.0 - u)


def _pareto(u: float, least: float, alpha: float) -> float:
    return least * exponential(-math.log(1.0 - u) / alpha)


def _gpd(u: float, location: float, scale: float, shape: float) -> float:
    if shape == 0.0:
        return location + _exponential(u, scale)
    return location + scale * (exponential(-shape * math.log(1.0 - u)) - 1.0) / shape


QUANTILES: dict[str, Callable[..., float]] = {
    "fixed": lambda u, value: value,
    "uniform": _uniform,
    "triangular": _triangular,
    "lognormal": _lognormal,
    "exponential": _exponential,
    "pareto": _pareto,
    "gpd": _gpd,
}


def quantile(severity: Severity, u: float) -> float:
    """The severity below which a share u of arrivals stay."""
    if severity.dist == "empirical":
        observed = sorted(severity.values)
        found = observed[min(int(u * len(observed)), len(observed) - 1)]
    else:
        found = QUANTILES[severity.dist](u, *severity.parameters)
    return min(max(found, 0.0), severity.max)
