"""Intervals that hold all at once, and comparisons with the best: closed forms and coverage."""

from math import sqrt

import numpy as np
import pytest

from realign.compare import critical_of_all_pairs, with_the_best
from realign.compare.quantiles import student_quantile
from realign.compare.simultaneous import DRAWS

SEES = 4.9  # standard errors: a right method is called wrong once in a million seeds


def independent(policies, futures=4000, seed=1):
    """Values whose sample covariance is exactly the identity."""
    draws = np.random.default_rng(seed).standard_normal((policies, futures))
    draws -= draws.mean(axis=1, keepdims=True)
    return np.linalg.solve(np.linalg.cholesky(np.cov(draws)), draws)


def test_two_policies_need_students_interval():
    values = np.random.default_rng(2).standard_normal((2, 30))
    assert critical_of_all_pairs(values) == student_quantile(0.975, 29)


@pytest.mark.parametrize("policies", [3, 6, 12])
def test_independent_policies_need_tukeys_studentised_range(policies):
    stats = pytest.importorskip("scipy.stats")
    law = stats.studentized_range
    tukey = law.ppf(0.95, policies, np.inf)
    step = 1e-3
    slope = (law.cdf(tukey + step, policies, np.inf) - law.cdf(tukey - step, policies, np.inf)) / (2 * step)
    error = sqrt(0.05 * 0.95 / DRAWS) / slope  # of a quantile read off so many draws
    found = critical_of_all_pairs(independent(policies)) * sqrt(2)
    assert abs(found - tukey) < SEES * error + 0.002  # and 4,000 futures in place of infinitely many
    assert found < 0.98 * sqrt(2) * student_quantile(1 - 0.025 / (policies * (policies - 1) / 2), 3999) or policies == 3


def test_what_all_policies_share_changes_no_critical_value():
    values = independent(5)
    shared = 50 * np.random.default_rng(3).standard_normal(4000)
    assert critical_of_all_pairs(values + shared) == pytest.approx(critical_of_all_pairs(values), rel=1e-6)


def test_policies_that_nearly_copy_each_other_ask_for_less():
    values = independent(6)
    copies = np.repeat(values[:2], 3, axis=0) + 1e-6 * values
    assert critical_of_all_pairs(copies) < critical_of_all_pairs(values) - 0.2


def test_the_same_values_give_the_same_critical_value():
    values = independent(4)
    assert critical_of_all_pairs(values) == critical_of_all_pairs(values.copy())


def test_the_best_of_two_is_compared_one_sided():
    values = np.random.default_rng(5).standard_normal((2, 50)) + np.array([[0.2], [0.0]])
    found = with_the_best(values)
    gap = values[0] - values[1]
    half = student_quantile(0.95, 49) * gap.std(ddof=1) / sqrt(50)
    assert found.difference == pytest.approx([gap.mean(), -gap.mean()])
    assert found.high[0] == pytest.approx(gap.mean() + half, rel=0.02)


def test_policies_that_are_the_same_may_both_be_the_best():
    values = np.random.default_rng(6).standard_normal((3, 200)) - [[0.0], [0.0], [9.0]]
    values[1] = values[0]
    found = with_the_best(values)
    assert found.may_be_best.tolist() == [True, True, False]
    assert (found.difference[0], found.low[0], found.high[0]) == (0.0, 0.0, 0.0)


def test_one_future_rules_nobody_out():
    found = with_the_best(np.array([[1.0], [2.0]]))
    assert found.may_be_best.all() and np.isnan(found.low).all()


# ---- coverage ----


def nearly_equal(rng, futures, *, lead):
    """Six policies of unequal spread; the first is best by a hair, where comparisons with the best are hardest."""
    luck = rng.standard_normal(futures)
    spread = np.array([1.0, 0.3, 0.5, 0.5, 2.0, 0.1])[:, None]
    values = luck + spread * rng.standard_normal((6, futures))
    values[0] += lead
    return values


def coverage_with_the_best(method, *, runs=500, futures=100, lead=1e-9):
    rng = np.random.default_rng(21)
    truth = np.array([lead, *[-lead] * 5])
    held = 0
    for _ in range(runs):
        low, high = method(nearly_equal(rng, futures, lead=lead))
        held += bool((low <= truth).all() and (truth <= high).all())
    return held / runs


def limits(runs):
    error = SEES * sqrt(0.95 * 0.05 / runs)
    return 0.95 - error, 0.95 + error


def test_distances_to_the_best_hold_all_at_once_19_times_in_20():
    def right(values):
        found = with_the_best(values)
        return found.low, found.high

    low, high = limits(500)
    assert low < coverage_with_the_best(right) < high


def test_comparing_with_the_best_one_rival_at_a_time_is_found_out():
    def wrong(values):
        means = values.mean(axis=1)
        gap = means[:, None] - means
        error = np.array([[(a - b).std(ddof=1) for b in values] for a in values]) / sqrt(values.shape[1])
        reach = student_quantile(0.95, values.shape[1] - 1) * error
        np.fill_diagonal(gap, np.inf)
        may = (gap + reach).min(axis=1) >= 0
        low = [min(float((gap[i] - reach[i])[may & (np.arange(6) != i)].min(initial=0.0)), 0.0) for i in range(6)]
        return np.array(low), np.maximum((gap + reach).min(axis=1), 0.0)

    assert coverage_with_the_best(wrong) < limits(500)[0]
