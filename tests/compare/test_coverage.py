"""Intervals hold the truth as often as they claim.

Each test draws the same experiment many times from a fixed seed and counts how often the interval holds the truth.
The limit is 4.9 standard errors of that count: a correct method is called wrong once in a million seeds. Beside each
stands a wrong method that must fail the same test. Intervals that may be wider than asked for have a lower limit only.
"""

from math import comb, sqrt

import numpy as np
import pytest

from realign.compare import against_best, expected_shortfall, mean_interval, paired, share_interval
from realign.compare.quantiles import normal_quantile, student_quantile

LEVEL = 0.95
NORMAL_TAIL = -2.062712807507426  # mean of the lowest 5 % of a standard normal: -density(quantile)/0.05


def limits(runs):
    error = 4.9 * sqrt(LEVEL * (1 - LEVEL) / runs)
    return LEVEL - error, LEVEL + error


def holds(interval, truth):
    low, high = interval
    return low <= truth <= high


# ---- the mean ----


def coverage_of_a_mean(method, *, runs=3000, futures=10):
    rng = np.random.default_rng(11)
    return np.mean([holds(method(rng.standard_normal(futures)), 0.0) for _ in range(runs)])


def test_the_interval_of_a_mean_holds_it_19_times_in_20():
    low, high = limits(3000)
    assert low < coverage_of_a_mean(mean_interval) < high


def test_a_normal_quantile_in_place_of_students_is_found_out():
    def wrong(values):
        half = normal_quantile(0.975) * values.std(ddof=1) / sqrt(len(values))
        return values.mean() - half, values.mean() + half

    assert coverage_of_a_mean(wrong) < limits(3000)[0]


# ---- paired differences ----


def coverage_of_a_difference(method, *, runs=2000, futures=40):
    rng = np.random.default_rng(12)
    held = 0
    for _ in range(runs):
        luck = rng.standard_normal(futures)
        a, b = 0.3 + luck + 0.2 * rng.standard_normal(futures), luck + 0.2 * rng.standard_normal(futures)
        held += holds(method(a, b), 0.3)
    return held / runs


def test_the_interval_of_a_paired_difference_holds_it_19_times_in_20():
    def right(a, b):
        found = paired(a, b)
        return found.low, found.high

    low, high = limits(2000)
    assert low < coverage_of_a_difference(right) < high


def test_treating_paired_futures_as_independent_is_found_out():
    def wrong(a, b):
        n = len(a)
        half = student_quantile(0.975, 2 * n - 2) * sqrt((a.var(ddof=1) + b.var(ddof=1)) / n)
        gap = a.mean() - b.mean()
        return gap - half, gap + half

    assert coverage_of_a_difference(wrong) > limits(2000)[1]  # far too wide


# ---- all policies against the one that came out best ----


def coverage_against_best(intervals, *, runs=500, policies=6, futures=40):
    """All policies are equally good: every difference is truly 0, and all intervals must hold it at once."""
    rng = np.random.default_rng(13)
    held = 0
    for _ in range(runs):
        values = rng.standard_normal(futures) + 0.5 * rng.standard_normal((policies, futures))
        held += all(holds(interval, 0.0) for interval in intervals(values))
    return held / runs


def test_differences_to_the_best_hold_all_at_once_19_times_in_20():
    def right(values):
        return [(gap.low, gap.high) for gap in against_best(values)]

    assert coverage_against_best(right) > limits(500)[0]


def test_forgetting_that_the_best_was_picked_by_the_same_futures_is_found_out():
    def wrong(values):
        best = values[values.mean(axis=1).argmax()]
        critical = student_quantile(1 - 0.025 / (len(values) - 1), values.shape[1] - 1)
        gaps = [paired(own, best, critical=critical) for own in values]  # as if the best were named beforehand
        return [(gap.low, gap.high) for gap in gaps]

    assert coverage_against_best(wrong, runs=1500) < limits(1500)[0]


# ---- expected shortfall ----


def with_ruin(rng, futures):
    """Most futures near 0.5, 4 % ruined somewhere between 0 and 0.5: the tail mixes both."""
    ruined = rng.random(futures) < 0.04
    return np.where(ruined, 0.5 * rng.random(futures), 0.5 + 0.1 * rng.standard_normal(futures))


def stopped_at_zero(rng, futures):
    """5 % of futures end at exactly 0, as many as the tail holds: the quantile is on the edge of an atom."""
    return np.where(rng.random(futures) < 0.05, 0.0, 0.2 + rng.random(futures))


def coverage_of_shortfall(method, draw, truth, *, futures, runs=1500):
    rng = np.random.default_rng(14)
    return np.mean([holds(method(draw(rng, futures)), truth) for _ in range(runs)])


def right_shortfall(values):
    found = expected_shortfall(values)
    return found.low, found.high


def wrong_shortfall(values):
    """Student's interval of the tail's own mean: forgets that where the tail ends is uncertain too."""
    tail = np.sort(values)[: len(values) // 20]
    return mean_interval(tail)


@pytest.mark.parametrize("futures", [400, 2000])
def test_the_interval_of_shortfall_holds_it_for_normal_values(futures):
    found = coverage_of_shortfall(right_shortfall, lambda rng, n: rng.standard_normal(n), NORMAL_TAIL, futures=futures)
    assert found > limits(1500)[0]


def test_the_interval_of_shortfall_holds_it_where_ruin_makes_the_tail():
    truth = expected_shortfall(with_ruin(np.random.default_rng(15), 4_000_000)).value
    assert coverage_of_shortfall(right_shortfall, with_ruin, truth, futures=600) > limits(1500)[0]


def test_the_interval_of_shortfall_holds_it_at_the_edge_of_an_atom():
    assert coverage_of_shortfall(right_shortfall, stopped_at_zero, 0.0, futures=600) > limits(1500)[0]


def test_taking_the_end_of_the_tail_as_known_is_found_out():
    found = coverage_of_shortfall(wrong_shortfall, lambda rng, n: rng.standard_normal(n), NORMAL_TAIL, futures=2000)
    assert found < limits(1500)[0]


# ---- shares: no sampling needed, all outcomes can be listed ----


def worst_coverage_of_a_share(method, *, futures=30):
    intervals = [method(hits, futures) for hits in range(futures + 1)]
    worst = 1.0
    for share in np.linspace(0.001, 0.999, 500):
        chances = [comb(futures, hits) * share**hits * (1 - share) ** (futures - hits) for hits in range(futures + 1)]
        worst = min(worst, sum(chance for chance, found in zip(chances, intervals) if holds(found, share)))
    return worst


def test_the_interval_of_a_share_never_holds_it_less_often_than_19_times_in_20():
    assert worst_coverage_of_a_share(share_interval) >= LEVEL


def test_the_textbook_interval_of_a_share_is_found_out():
    def wald(hits, futures):
        share = hits / futures
        half = normal_quantile(0.975) * sqrt(share * (1 - share) / futures)
        return share - half, share + half

    assert worst_coverage_of_a_share(wald) < LEVEL
