"""What effort yields: the CES aggregate of functions (NumPy peer).

Stage: bench. In: effort by unit and objective. Out: output by objective, before gain, methods and productivity.
Source: Arrow, Chenery, Minhas and Solow (1961), in the share form that the model's description states.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy import ndarray

from realign.model.work import CES, COBB_DOUGLAS, LEONTIEF, SUM


def combine(t: Any, effort: ndarray, total: ndarray) -> ndarray:
    """The CES aggregate of effort (P, N, K, B) by function, for every objective."""
    x, output = t.objectives, np.empty_like(total)
    for k, technology in enumerate(x.technology):
        if technology == SUM:
            output[:, k] = total[:, k]
            continue
        parts = [f for f in range(x.share.shape[1]) if x.share[k, f] > 0.0]
        mixes = [effort[:, t.units.function == f, k].sum(axis=1) / x.share[k, f] for f in parts]
        output[:, k] = aggregate(technology, x.exponent[k], x.share[k, parts], mixes)
    return output


def aggregate(technology: int, r: float, shares: ndarray, mixes: list[ndarray]) -> ndarray:
    """(sum_f theta_f (E_f / theta_f)^r)^(1/r) and its limits; mixes: E_f / theta_f, one array a function."""
    if technology == LEONTIEF:
        return np.minimum.reduce(mixes)
    if technology == COBB_DOUGLAS:
        return np.prod([mix**theta for theta, mix in zip(shares, mixes)], axis=0)
    assert technology == CES
    with np.errstate(divide="ignore"):  # nothing of a function that cannot be replaced: inf**(1 / r) = 0
        return sum(theta * mix**r for theta, mix in zip(shares, mixes)) ** (1.0 / r)


def full_yield(t: Any, w: SimpleNamespace, lanes: ndarray) -> ndarray:
    """(K, n) aggregate effort on each objective if all people worked on it alone."""
    x, u = t.objectives, t.units
    skilled = u.skill[:, :, None] * w.people[:, None, lanes]
    out = np.empty(skilled.shape[1:])
    for k, technology in enumerate(x.technology):
        parts = [f for f in range(x.share.shape[1]) if x.share[k, f] > 0.0]
        mixes = [skilled[u.function == f, k].sum(axis=0) / x.share[k, f] for f in parts]
        whole = technology == SUM
        out[k] = skilled[:, k].sum(axis=0) if whole else aggregate(technology, x.exponent[k], x.share[k, parts], mixes)
    return out
