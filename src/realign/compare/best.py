"""Which policy is best: its rivals' distance, the chance of being best, what each regrets.

Stage: comparison. In: (policy, future) values of one stress test. Out: arrays with one entry per policy.
Idea: the best policy is named by the same futures that then measure the distance to it, so an interval that treats it
as chosen beforehand is too narrow. The intervals here are those of all pairs at once (`simultaneous`), and so hold
against whichever policy came out on top.

>>> import numpy as np
>>> chance_best(np.array([[1.0, 2.0], [1.0, 0.0]]))
array([0.75, 0.25])
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from realign.compare.intervals import LEVEL, Values
from realign.compare.pairs import Paired, paired
from realign.compare.played import common, scores
from realign.compare.simultaneous import critical_of_all_pairs

CURVE_FUTURES = 65_536  # futures behind a drawn curve: more cannot be seen, and futures are exchangeable


def ranking(values: Values) -> npt.NDArray[np.intp]:
    """Policies from best to worst by mean value; equal means keep the order of the scenario.

    values: (policy, future) float64.
    """
    return np.argsort(-scores(values), kind="stable")


def against_best(values: Values, *, level: float = LEVEL) -> list[Paired]:
    """For each policy, in the order given: itself less the best one, with intervals that hold all at once.

    values: (policy, future) float64.
    """
    best = values[ranking(values)[0]]
    critical = critical_of_all_pairs(values, level=level)
    return [paired(own, best, level=level, critical=critical) for own in values]


def wins(values: Values) -> Values:
    """In how many futures each policy has the highest value; a tie is split evenly, so wins sum to the futures.

    values: (policy, future) float64, of futures that all have played.
    """
    top = values.max(axis=0)
    weight = 1 / np.count_nonzero(values == top, axis=0)  # of a win: 1, or shared with those that tie
    return np.array([float(weight[own == top].sum()) for own in values])


def chance_best(values: Values) -> Values:
    """The share of futures in which each policy has the highest value; ties are split evenly, so shares sum to 1."""
    return wins(common(values)) / common(values).shape[1]


def regret(values: Values) -> Values:
    """What each policy loses, on average, against the one that turned out best in each future.

    values: (policy, future) float64.
    """
    values = common(values)
    top = values.max(axis=0)
    return np.array([float((top - own).mean()) for own in values])


def difference_curve(own: Values, best: Values, *, points: int = 201) -> tuple[Values, Values]:
    """Probabilities and quantiles of own - best, for drawing the whole distribution of the paired difference.

    own, best: (future,) float64. The first 65,536 futures are used.
    """
    gap = own[:CURVE_FUTURES] - best[:CURVE_FUTURES]
    gap = np.sort(gap[~np.isnan(gap)])
    probability = np.linspace(0, 1, points)
    return probability, np.interp(probability * (len(gap) - 1), np.arange(len(gap)), gap)
