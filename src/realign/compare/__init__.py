"""Comparing policies: paired differences, ranks, tails and chances, each with its interval.

Stage: comparison. In: outcomes, one value per policy and future. Out: records and one summary table.
Idea: every policy met the same futures, so everything about two policies is computed on differences, future by
future; every number that is printed comes with how surely it is known.
"""

from realign.compare.best import against_best, chance_best, difference_curve, ranking, regret, wins
from realign.compare.chances import best_table, chances_table, pairs_table
from realign.compare.dominance import dominance, dominance_table
from realign.compare.intervals import Interval, mean_interval, share_interval
from realign.compare.outcomes import Outcomes, read_info
from realign.compare.pairs import Paired, paired, variance_reduction
from realign.compare.rankings import disagreement, rankings_table
from realign.compare.regrets import regret_table
from realign.compare.requirements import requirements_table
from realign.compare.shortfall import Shortfall, expected_shortfall
from realign.compare.simultaneous import WithBest, critical_of_all_pairs, with_the_best
from realign.compare.spread import Quantile, quantile, quantiles, quantiles_table
from realign.compare.summary import outcomes_by_stress, study, summarise, summarise_folder

__all__ = [
    "Interval",
    "Outcomes",
    "Paired",
    "Quantile",
    "Shortfall",
    "WithBest",
    "against_best",
    "best_table",
    "chance_best",
    "chances_table",
    "critical_of_all_pairs",
    "difference_curve",
    "disagreement",
    "dominance",
    "dominance_table",
    "expected_shortfall",
    "mean_interval",
    "outcomes_by_stress",
    "paired",
    "pairs_table",
    "quantile",
    "quantiles",
    "quantiles_table",
    "ranking",
    "rankings_table",
    "read_info",
    "regret",
    "regret_table",
    "requirements_table",
    "share_interval",
    "study",
    "summarise",
    "summarise_folder",
    "variance_reduction",
    "wins",
    "with_the_best",
]
