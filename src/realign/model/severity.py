"""Severities by inversion: one uniform in, one severity out, larger for larger u, so that draws stay paired.

Sources: Pareto and generalised Pareto quantiles as in Embrechts, Klueppelberg and Mikosch (1997), Modelling Extremal
Events; the triangular quantile is the inverse of its two parabolic arcs.
"""

import numpy as np

from realign.model.compiled import compiled
from realign.model.elementary import exp, log, normal_quantile

KINDS = ("fixed", "uniform", "triangular", "lognormal", "exponential", "pareto", "gpd", "empirical")
FIXED, UNIFORM, TRIANGULAR, LOGNORMAL, EXPONENTIAL, PARETO, GPD, EMPIRICAL = range(8)


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
def severity(shocks, shock, u):
    """The severity of an arrival of `shock` at probability u, capped."""
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
