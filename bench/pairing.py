"""What it is worth that all policies meet the same futures: the variance of a difference, paired and unpaired.

Stage: bench. In: scenarios. Out: a table of variance reduction factors, Var(independent) / Var(paired): how many times
more futures an unpaired comparison needs for the same certainty. Independent means another seed for the second
policy. Intervals are percentile bootstrap over futures.
Source: common random numbers, Glasserman and Yao (1992), Management Science 38:884.
"""

from itertools import combinations

import numpy as np
from numpy import ndarray

from bench.speed import plan_of
from bench.timing import table
from realign.model import play_block

SCENARIOS = {"bakery": 2000, "black_swans": 2000}
PREDICTION = "4 to 28 times for every pair, as trial kernels had it"
RESAMPLES = 200


def factor(first: ndarray, second: ndarray, elsewhere: ndarray) -> tuple[float, float, float]:
    """The factor and its 95 % interval; first, second: (F,) on the same futures, elsewhere: second on others."""
    paired, independent = first - second, first - elsewhere
    picks = np.random.default_rng(0).integers(len(first), size=(RESAMPLES, len(first)))
    boot = independent[picks].var(axis=1) / paired[picks].var(axis=1)
    return float(independent.var() / paired.var()), *(float(q) for q in np.quantile(boot, (0.025, 0.975)))


def measure_one(name: str) -> list[tuple[str, float, float, float]]:
    """The factor of each pair of policies, for value."""
    plan, count = plan_of(name), SCENARIOS[name]
    here = play_block(plan, seed=1, first=0, count=count).outcomes[:, plan.measures.index("value")]
    elsewhere = play_block(plan, seed=2, first=0, count=count).outcomes[:, plan.measures.index("value")]
    return [
        (f"{plan.policies[p]} / {plan.policies[q]}", *factor(here[p], here[q], elsewhere[q]))
        for p, q in combinations(range(len(plan.policies)), 2)
    ]


def report() -> str:
    """The section of the results."""
    found = {name: measure_one(name) for name in SCENARIOS}
    rows = [
        [name, pair, f"{value:.1f} ({low:.1f} to {high:.1f})"]
        for name, pairs in found.items()
        for pair, value, low, high in pairs
    ]
    every = [value for pairs in found.values() for _, value, _, _ in pairs]
    held = min(every) >= 4 and max(every) <= 28
    return (
        "## Pairing: the same futures for every policy\n\n"
        "Variance of the difference in value with independent futures, over that with the same futures.\n\n"
        f"Predicted: {PREDICTION}.\n"
        f"Found: {min(every):.1f} to {max(every):.1f}, median {np.median(every):.1f}: the prediction "
        f"{'held' if held else 'failed'}.\n\n" + table(["scenario", "policies", "factor (95 % interval)"], rows)
    )
