"""Quantiles of the normal, Student and beta distributions.

Stage: comparison. In: probabilities and degrees of freedom. Out: numbers.
Idea: both Student's t and the exact interval of a share are the regularised incomplete beta function read backwards.
That function is a continued fraction, evaluated by the modified Lentz scheme; the inverse is found by bisection that
takes Newton's step wherever it stays inside the bracket.
Sources: NIST Digital Library of Mathematical Functions, 8.17 (incomplete beta: continued fraction 8.17.22);
M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 26.7.5 (Student's quantile for many degrees of freedom).

>>> round(student_quantile(0.975, 10), 4), round(beta_quantile(0.5, 2, 2), 4)
(2.2281, 0.5)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import exp, inf, isfinite, lgamma, log, pi, sqrt
from statistics import NormalDist

from realign.errors import UsageError

_TINY = 1e-300  # keeps Lentz's denominators away from 0
_MANY = 1e5  # degrees of freedom beyond which two terms of the expansion about the normal quantile are exact
_EXACT = 4e-16  # where the continued fraction stops: twice the spacing of doubles at 1


def normal_quantile(probability: float) -> float:
    """The z below which a standard normal falls with this probability."""
    _check_probability(probability)
    return NormalDist().inv_cdf(probability)


@lru_cache(maxsize=4096)
def student_quantile(probability: float, degrees: float) -> float:
    """The t below which Student's distribution with `degrees` of freedom falls with this probability."""
    _check_probability(probability)
    if not degrees > 0:
        raise UsageError(f"degrees of freedom = {degrees}: must be above 0")
    if probability == 0.5:
        return 0.0
    if not isfinite(degrees):
        return normal_quantile(probability)
    upper = min(probability, 1 - probability)  # a small probability is used as it is: 1 - (1 - p) would lose digits
    t = _student_above(upper, degrees)
    return t if probability > 0.5 else -t


def _student_above(upper: float, degrees: float) -> float:
    """The t > 0 above which lies `upper` < 0.5 of Student's distribution."""
    if degrees > _MANY:
        z = -normal_quantile(upper)
        first, second = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
        return z + first / degrees + second / degrees**2
    scale = lgamma((degrees + 1) / 2) - lgamma(degrees / 2) - log(degrees * pi) / 2

    def excess(t: float) -> float:
        whole = degrees + t * t
        return upper - 0.5 * _incomplete(degrees / whole, t * t / whole, degrees / 2, 0.5)

    def density(t: float) -> float:
        return exp(scale - (degrees + 1) / 2 * log(1 + t * t / degrees))

    high = 2.0
    while excess(high) < 0:
        high *= 2
    return _solve(excess, density, 0.0, high, max(-normal_quantile(upper), 1e-3))


@lru_cache(maxsize=4096)
def beta_quantile(probability: float, a: float, b: float) -> float:
    """The x below which a beta(a, b) variable falls with this probability."""
    _check_probability(probability)
    if not (a > 0 and b > 0):
        raise UsageError(f"beta({a}, {b}): both parameters must be above 0")
    scale = lgamma(a + b) - lgamma(a) - lgamma(b)

    def excess(x: float) -> float:
        return _incomplete(x, 1 - x, a, b) - probability

    def density(x: float) -> float:
        return exp(scale + (a - 1) * log(x) + (b - 1) * log(1 - x)) if 0 < x < 1 else 0.0

    mean = a / (a + b)
    spread = sqrt(mean * (1 - mean) / (a + b + 1))
    start = mean + spread * normal_quantile(probability)
    return _solve(excess, density, 0.0, 1.0, min(max(start, mean / 10), (9 + mean) / 10))


def binomial_below(count: int, trials: int, chance: float) -> float:
    """The chance of fewer than `count` hits in so many trials."""
    if count <= 0:
        return 0.0
    if count > trials:
        return 1.0
    return _incomplete(1 - chance, chance, trials - count + 1, count)


def _check_probability(probability: float) -> None:
    if not 0 < probability < 1:
        raise UsageError(f"probability = {probability}: must lie between 0 and 1")


def _incomplete(x: float, y: float, a: float, b: float) -> float:
    """I_x(a, b) with y = 1 - x given apart, so that nothing is lost where x is close to 1."""
    if x <= 0:
        return 0.0
    if y <= 0:
        return 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(y))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(y, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction of I_x(a, b) a B(a, b) / (x^a (1-x)^b), by Lentz's scheme."""
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 200_000):  # needs about sqrt(max(a, b)) turns: far fewer than this for any count of futures
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / _away(1 + even * d), _away(1 + even / c)
        value *= d * c
        d, c = 1 / _away(1 + odd * d), _away(1 + odd / c)
        value *= d * c
        if abs(d * c - 1) < _EXACT:
            break
    return value


def _away(number: float) -> float:
    return number if abs(number) > _TINY else _TINY


def _solve(
    excess: Callable[[float], float], slope: Callable[[float], float], low: float, high: float, start: float
) -> float:
    """The root of an increasing function in [low, high]: Newton's step, or the middle where that would leave."""
    x = start if low < start < high else (low + high) / 2
    previous = inf
    for _ in range(400):
        miss = excess(x)
        if miss == 0:
            return x
        low, high = (x, high) if miss < 0 else (low, x)
        steep = slope(x)
        step = miss / steep if steep > 0 else inf
        # Newton may creep where the slope is nearly 0: it must at least halve the last step to be trusted
        x_next = x - step if abs(step) < previous / 2 and low < x - step < high else (low + high) / 2
        previous = abs(x_next - x)
        if previous <= 1e-15 * max(abs(x_next), 1e-300):
            return x_next
        x = x_next
    return x
