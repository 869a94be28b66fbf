"""Regret: what choosing a policy costs against the choice that turned out better.

Stage: comparison. In: stress test -> measure -> (policy, future) array. Out: one table.
Idea: two regrets answer two questions. Against hindsight: in each future, the distance to the policy that did best in
that very future; its mean is the price of not knowing the future, its largest value the worst surprise. Against the
stress test: the distance of the policy's mean to the highest mean under that test; its largest value over the stress
tests is what Savage's minimax rule compares, for whoever holds that any of the tests may be the truth.
Source: L. Savage, The Theory of Statistical Decision, Journal of the American Statistical Association 46 (1951).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from realign.compare.best import against_best
from realign.compare.intervals import LEVEL, Values, mean_interval
from realign.compare.played import common
from realign.compare.spread import quantile

Measures = Mapping[str, Values]


def regret_table(
    outcomes_by_stress: Mapping[str, Measures], policies: Sequence[str], *, level: float = LEVEL
) -> pd.DataFrame:
    """A row for each stress test and policy.

    regret: mean over futures of the distance to the best policy in each, with regret_low and regret_high; regret_q95:
    exceeded in 5 % of futures (with an interval); regret_most: the largest seen, in the future `future_of_most`.
    behind: distance of the mean to the best mean under this stress test, with limits that hold for all policies.
    """
    names = ("stress", "policy", "regret", "regret_low", "regret_high", "regret_q95", "q95_low", "q95_high",
             "regret_most", "future_of_most", "behind", "behind_low", "behind_high")  # fmt: skip
    rows: list[tuple[object, ...]] = []
    for stress, measures in outcomes_by_stress.items():
        gaps = against_best(measures["value"], level=level)
        values = common(measures["value"])
        top = values.max(axis=0)
        for p, policy in enumerate(policies):
            lost, gap = top - values[p], gaps[p]
            tail = quantile(lost, 0.95, level=level)
            most = int(lost.argmax())
            rows.append(
                (stress, policy, float(lost.mean()), *mean_interval(lost, level=level), tail.value, tail.low, tail.high,
                 float(lost[most]), most, 0.0 - gap.difference, 0.0 - gap.high, 0.0 - gap.low)
            )  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def minimax_regret(means: Values) -> Values:
    """For each policy, its largest distance to the best mean over the stress tests; means: (stress, policy)."""
    return np.asarray((means.max(axis=1, keepdims=True) - means).max(axis=0), dtype=np.float64)
