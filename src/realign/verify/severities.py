"""Cases of severities: the eight distributions, their caps and their tails.

Stage: verify. In: the files of these names. Out: `CASES`.
Idea: a shock strikes every week and takes its severity from cash, so that a year of futures is a year of draws; each
future counts with the mean of its 52.
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy import ndarray

from realign.verify.case import Case, Quantity, exact, mean
from realign.verify.played import Played

_NEAR = 1e-6  # severities are read as differences of cash: to about 1e-13


def _average(of: Callable[[ndarray], ndarray]) -> Callable[[Played], ndarray]:
    """The mean over a future's severities x of what is asked of them."""
    return lambda played: of(-np.diff(played.weekly("cash"), axis=0, prepend=0.0)).mean(axis=0)


def _power(exponent: int, about: float = 0.0) -> Callable[[Played], ndarray]:
    return _average(lambda x: (x - about) ** exponent)


def _beyond(limit: float) -> Callable[[Played], ndarray]:
    return _average(lambda x: (x > limit).astype(float))


def _shortfall(quantile: float, tail: float) -> Callable[[Played], ndarray]:
    """Mean severity beyond a quantile, the chance `tail` of being beyond it being known."""
    return _average(lambda x: np.where(x > quantile, x, 0.0) / tail)


_normal = np.vectorize(NormalDist().inv_cdf, otypes=[float])
_INVERSES: dict[str, tuple[str, Callable[[ndarray], ndarray]]] = {
    "Triangular": ("the roots of its two arcs",
                   lambda u: np.where(u < 1 / 3, 1 + np.sqrt(3 * u), 4 - np.sqrt(6 * (1 - u)))),
    "Lognormal": ("2 exp(0.6 z), z the normal quantile", lambda u: 2 * np.exp(0.6 * _normal(u))),
    "Exponential": ("-3 log(1 - u)", lambda u: -3 * np.log1p(-u)),
    "Pareto": ("(1 - u)^(-1 / 2.2)", lambda u: (1 - u) ** (-1 / 2.2)),
    "GPD": ("1 + 0.5 ((1 - u)^-0.3 - 1) / 0.3", lambda u: 1 + 0.5 * ((1 - u) ** -0.3 - 1) / 0.3),
    "Bounded GPD": ("2 (1 - (1 - u)^0.5)", lambda u: 2 * (1 - np.sqrt(1 - u))),
    "Empirical": ("1, 2, 2 or 3, a quarter each", lambda u: np.array([1.0, 2.0, 2.0, 3.0])[(4 * u).astype(int)]),
    "Capped": ("the smaller of u and 0.4", lambda u: np.minimum(u, 0.4)),
}  # fmt: skip


def _inverted(name: str) -> Quantity:
    """How far, relatively, draws under a stress test are from the inverse at those of the baseline, uniform ones."""
    source, inverse = _INVERSES[name]

    def take(played: Played) -> ndarray:
        u, x = -played["final_cash"], -played.under(name)["final_cash"]
        return x / inverse(u) - 1.0

    return exact(f"{name}: off its inverse", 0.0, take, source)


_MEDIAN = 4 - sqrt(3)
CASES = (
    Case("severity-inversion", 2_048, tuple(_inverted(name) for name in _INVERSES)),
    Case("pareto-capped", 4_000, (
        mean("mean", 1.7646089629805786, _power(1), "(a - c^(1 - a)) / (a - 1) at a = 2.2, c = 8"),
        mean("second moment", 4.402460446135528, _power(2), "(a - 2 c^(2 - a)) / (a - 2)"),
        mean("mass at the cap", 0.010308655552913232, _beyond(8.0 - _NEAR), "8^-2.2"),
    )),
    Case("lognormal-capped", 4_000, (
        mean("mean", 1.1955009891728403, _power(1), "exp(s^2 / 2) Phi(k - s) + 6 Phi(-k), k = log(6) / s"),
        mean("mass at the cap", 0.0014120353920540581, _beyond(6.0 - _NEAR), "Phi(-k)"),
        mean("chance above 1", 0.5, _beyond(1.0), "its median"),
    )),
    Case("gpd", 10_000, (
        mean("chance beyond Q(0.99)", 0.01, _beyond(5.9684528425582855), "Q = 1 + 0.5 (0.01^-0.3 - 1) / 0.3"),
        mean("expected shortfall", 8.81207548936898, _shortfall(5.9684528425582855, 0.01),
             "(Q + scale - shape x location) / (1 - shape)"),
    )),
    Case("gpd-heavy", 10_000, (
        mean("chance beyond Q(0.995)", 0.005, _beyond(26.284271247461888), "Q = 2 (0.005^-0.5 - 1)"),
        mean("expected shortfall, capped", 50.60814645531981, _shortfall(26.284271247461888, 0.005),
             "Q + integral of the tail from Q to the cap, 200"),
    )),
    Case("triangular", 2_000, (
        mean("mean", 7 / 3, _power(1), "(1 + 2 + 4) / 3"),
        mean("variance", 7 / 18, _power(2, 7 / 3), "(1 + 4 + 16 - 2 - 4 - 8) / 18"),
        mean("chance above the median", 0.5, _beyond(_MEDIAN), "the median is 4 - sqrt(3)"),
    )),
    Case("uniform", 2_000, (
        mean("mean", 2.0, _power(1), "(1 + 3) / 2"),
        mean("variance", 1 / 3, _power(2, 2.0), "(3 - 1)^2 / 12"),
    )),
    Case("exponential", 2_000, (
        mean("mean", 2.0, _power(1), "given"),
        mean("second moment", 8.0, _power(2), "2 x mean^2"),
    )),
    Case("empirical", 2_000, (
        mean("mean", 2.0, _power(1), "(1 + 2 + 2 + 3) / 4"),
        mean("chance of 2", 0.5, _average(lambda x: (np.abs(x - 2.0) < _NEAR).astype(float)), "two of four values"),
    )),
)  # fmt: skip
