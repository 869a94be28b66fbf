"""Severities by inversion: one uniform in, one severity out, larger for larger u, so that draws stay paired.

Sources: Pareto and generalised Pareto quantiles as in Embrechts, Klueppelberg and Mikosch (1997), Modelling Extremal
Events; the triangular quantile is the inverse of its two parabolic arcs.
"""

import numpy as np

from realign.model.compiled import compiled
from realign.model.elementary import exp, log, normal_quantile

KINDS = ("fixed", "uniform", "triangular", "lognormal", "exponential", "pareto", "gpd", "empirical")
FIXED, UNIFORM, TRIANGULAR, LOGNORMAL, EXPONENTIAL, PARETO, GPD, EMPIRICAL = range(8)
# Classes of severity, by how rare they are: the upper ends, in -log(1 - u), of all but the last
CLASSES = np.array([0.125, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 6.0, 7.0, 8.0])
_ENDS = np.concatenate((np.array([0.0]), -np.expm1(-CLASSES), np.array([1.0])))  # of the classes, in u
_BELOW_ONE = 1.0 - 1.1102230246251565e-16  # the largest uniform there is


@compiled
def _triangular(u, low, mode, high):
    """Quantile of the triangular distribution."""
    width = high - low
    if width <= 0.0:
        return low
    if u < (mode - low) / width:
        return low + np.sqrt(u * width * (mode - low))
    return high - np.sqrt((1.0 - u) * width * (high - mode))


@compiled
def class_of(shocks, shock, u):
    """The class of severity that a uniform draw falls into."""
    lift, last = shocks.severity_lift, _ENDS.shape[0] - 2
    lifted, at = lift.shape[1] > 0, 0
    while at < last and u >= (lift[shock, at] if lifted else _ENDS[at + 1]):
        at += 1
    return at


@compiled
def lifted(shocks, shock, u):
    """u itself, or where the classes of severity have chances of their own, u at its place within its class."""
    lift = shocks.severity_lift
    if lift.shape[1] == 0:
        return u
    at = class_of(shocks, shock, u)
    low = lift[shock, at - 1] if at > 0 else 0.0
    within = (u - low) / max(lift[shock, at] - low, 1e-300)
    return min(_ENDS[at] + within * (_ENDS[at + 1] - _ENDS[at]), _BELOW_ONE)


@compiled
def severity(shocks, shock, u):
    """The severity of an arrival of `shock` at probability u, capped."""
    u = lifted(shocks, shock, u)
    kind = shocks.severity_kind[shock]
    parameter = shocks.severity_parameter
    a, b, c = parameter[shock, 0], parameter[shock, 1], parameter[shock, 2]
    if kind == FIXED:
        x = a
    elif kind == UNIFORM:
        x = a + u * (b - a)
    elif kind == TRIANGULAR:
        x = _triangular(u, a, b, c)
    elif kind == LOGNORMAL:
        x = a * exp(b * normal_quantile(u))
    elif kind == EXPONENTIAL:
        x = -a * log(1.0 - u)
    elif kind == PARETO:
        x = a * exp(-log(1.0 - u) / b)
    elif kind == GPD:
        if c == 0.0:
            x = a - b * log(1.0 - u)
        else:
            x = a + b * (exp(-c * log(1.0 - u)) - 1.0) / c
    else:
        first = shocks.empirical_start[shock]
        number = shocks.empirical_start[shock + 1] - first
        x = shocks.empirical_value[first + min(np.int64(u * number), number - 1)]
    return min(max(x, 0.0), shocks.severity_cap[shock])
