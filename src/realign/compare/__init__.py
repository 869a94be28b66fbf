"""Comparing policies: paired differences, ranks, tails and chances, each with its interval.

Stage: comparison. In: outcomes, one value per policy and future. Out: records and one summary table.
Idea: every policy met the same futures, so everything about two policies is computed on differences, future by
future; every number that is printed comes with how surely it is known.
"""

from realign.compare.best import against_best, chance_best, difference_curve, ranking, regret
from realign.compare.intervals import Interval, mean_interval, share_interval
from realign.compare.outcomes import Outcomes, read_info
from realign.compare.pairs import Paired, paired, variance_reduction
from realign.compare.shortfall import Shortfall, expected_shortfall
from realign.compare.summary import outcomes_by_stress, study, summarise, summarise_folder

__all__ = [
    "Interval",
    "Outcomes",
    "Paired",
    "Shortfall",
    "against_best",
    "chance_best",
    "difference_curve",
    "expected_shortfall",
    "mean_interval",
    "outcomes_by_stress",
    "paired",
    "ranking",
    "read_info",
    "regret",
    "share_interval",
    "study",
    "summarise",
    "summarise_folder",
    "variance_reduction",
]
