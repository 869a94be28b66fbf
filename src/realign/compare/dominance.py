"""Stochastic dominance: is a policy better for everyone, or for everyone who shuns risk?

Stage: comparison. In: (policy, future) values of one stress test. Out: one row for each ordered pair.
Idea: a dominates b in the first order if at every x it falls to x or below at most as often: whoever likes more to less
then prefers a. In the second order if the mean shortfall below every x is at most b's: whoever also shuns risk does.
Chance lets curves touch and cross, so three things are said. `dominates`: it holds in the futures played.
`crossing`: the share of the area between the two curves that speaks against it (0 if it holds, 0.5 or more if the
other one rather dominates). `p_value`: of the statement "a dominates b" (Barrett and Donald): below 0.05 it is refuted.
It is found from the largest violation over a grid against the same maximum of normal draws with the covariance that the
futures show, paired (Linton, Maasoumi and Whang). Dominance itself can never be proved by a sample, only not refuted.
Sources: G. Barrett, S. Donald, Econometrica 71 (2003); O. Linton, E. Maasoumi, Y. Whang, Review of Economic
Studies 72 (2005); M. Leshno, H. Levy, Management Science 48 (2002) for the share of the area.

>>> import numpy as np
>>> table = dominance(np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 2.0]]), ("a", "b"), order=1)
>>> table.dominates.tolist(), table.crossing.tolist()
([True, False], [0.0, 1.0])
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan, sqrt

import numpy as np
import pandas as pd

from realign.compare.best import CURVE_FUTURES
from realign.compare.intervals import Values
from realign.compare.played import common
from realign.errors import UsageError

GRID = 32  # points at which curves are held against each other: quantiles of all values together
DRAWS = 2_000  # a p-value of 0.05 is then known to half a hundredth
_SEED = 20_003
_ENOUGH = 4_096  # futures that the covariance of the curves is taken from: known to 2 %
Measures = Mapping[str, Values]


def dominance_table(outcomes_by_stress: Mapping[str, Measures], policies: Sequence[str]) -> pd.DataFrame:
    """A row for each stress test, order (1, 2) and ordered pair: ... policy, other, dominates, crossing, p_value.

    At most the first 65,536 futures are used.
    """
    frames = []
    for stress, measures in outcomes_by_stress.items():
        values = measures["value"]
        for order in (1, 2):
            frames.append(dominance(values, policies, order=order))
            frames[-1].insert(0, "stress", stress)
            frames[-1].insert(1, "order", order)
    return pd.concat(frames, ignore_index=True)


def dominance(values: Values, policies: Sequence[str], *, order: int) -> pd.DataFrame:
    """One order of one stress test: policy, other, dominates, crossing, p_value.

    values: (policy, future) float64, finite. p_value is nan with a single future.
    """
    if order not in (1, 2):
        raise UsageError(f"order = {order}: dominance is of the first or the second order")
    values = common(values)[:, :CURVE_FUTURES]
    crossing = _crossings(values, order)
    p_values = _p_values(values, order)
    rows = [
        (policy, other, bool(crossing[a, b] == 0.0), float(crossing[a, b]), float(p_values[a, b]))
        for a, policy in enumerate(policies)
        for b, other in enumerate(policies)
        if a != b
    ]
    return pd.DataFrame(rows, columns=("policy", "other", "dominates", "crossing", "p_value"))


def _crossings(values: Values, order: int) -> Values:
    """(a, b): the share of the area between two curves where a's lies above; nan where the two are the same."""
    policies, n = values.shape
    points = np.unique(values)
    widths = np.diff(points)
    curves = np.array([np.searchsorted(np.sort(own), points, side="right") / n for own in values])
    if order == 2:
        below = np.cumsum(curves[:, :-1] * widths, axis=1)
        curves = np.concatenate([np.zeros((policies, 1)), below], axis=1)
    found = np.full((policies, policies), nan)
    for a in range(policies):
        for b in range(a):
            over, under = _areas(curves[a] - curves[b], widths, order)
            if over + under > 0:
                found[a, b], found[b, a] = over / (over + under), under / (over + under)
    return found


def _areas(gap: Values, widths: Values, order: int) -> tuple[float, float]:
    """The areas above and below 0 of a step function (order 1) or a broken line (order 2); rounding counts as 0."""
    gap = np.where(np.abs(gap) < 1e-12 * max(float(np.abs(gap).max(initial=0.0)), 1e-300), 0.0, gap)
    if order == 1:
        return float((np.maximum(gap[:-1], 0) * widths).sum()), float((np.maximum(-gap[:-1], 0) * widths).sum())
    ends = gap[1:], gap[:-1]
    over = (np.maximum(ends[0], 0) + np.maximum(ends[1], 0)) / 2 * widths
    under = (np.maximum(-ends[0], 0) + np.maximum(-ends[1], 0)) / 2 * widths
    return float(over.sum()), float(under.sum())


def _p_values(values: Values, order: int) -> Values:
    """(a, b): how likely a violation as large as the one seen would be, were the two curves the same."""
    policies, n = values.shape
    found = np.full((policies, policies), nan)
    if n < 2:
        return found
    grid = np.quantile(values, np.linspace(0.5 / GRID, 1 - 0.5 / GRID, GRID))
    means = np.array([[_below(own, point, order).mean() for point in grid[:, None]] for own in values])
    some = min(n, _ENOUGH)
    flat = np.array([_below(own[:some], grid, order) for own in values]).reshape(policies * GRID, some)
    flat = flat - flat.mean(axis=1, keepdims=True)
    covariance = flat @ flat.T / some
    covariance.flat[:: len(covariance) + 1] += 1e-9 * max(float(covariance.trace()) / len(covariance), 1e-300)
    root = np.linalg.cholesky(covariance)  # of a matrix made surely positive: where curves are flat it is not
    normal = np.random.Generator(np.random.PCG64(_SEED)).standard_normal((DRAWS, policies * GRID))
    together = (normal @ root.T).reshape(DRAWS, policies, GRID)
    for a in range(policies):
        for b in range(a):
            paths = together[:, a] - together[:, b]
            gap = sqrt(n) * (means[a] - means[b])
            found[a, b] = float((paths.max(axis=1) >= gap.max()).mean())
            found[b, a] = float(((-paths).max(axis=1) >= (-gap).max()).mean())
    return found


def _below(own: Values, grid: Values, order: int) -> Values:
    """(point, future): whether the value lies at or below the point (order 1), and by how much (order 2)."""
    short = grid[:, None] - own
    if order == 1:
        return np.asarray(short >= 0, dtype=np.float64)
    return np.maximum(short, 0.0)
