"""Paired comparison: laws and closed forms."""

from math import inf, isnan, sqrt

import numpy as np
import pytest

from realign.compare import chance_best, paired, ranking, regret, share_interval
from realign.compare.quantiles import student_quantile
from realign.errors import UsageError


@pytest.fixture
def values():
    rng = np.random.default_rng(5)
    return rng.random(200) + np.array([[0.0], [0.1], [0.05]]) + 0.1 * rng.standard_normal((3, 200))


def test_identical_policies_differ_by_exactly_0_with_an_interval_of_no_width(values):
    same = paired(values[0], values[0].copy())
    assert (same.difference, same.low, same.high) == (0.0, 0.0, 0.0)
    assert (same.chance_better, same.tied, same.regret, same.other_regret) == (0.5, 1.0, 0.0, 0.0)
    assert same.variance_reduction == inf
    assert not same.certain


def test_a_difference_and_its_interval_are_students_on_the_differences():
    found = paired([3.0, 1.0, 2.0, 6.0], [1.0, 1.0, 1.0, 1.0])
    half = student_quantile(0.975, 3) * np.std([2, 0, 1, 5], ddof=1) / 2
    assert found.difference == 2.0
    assert found.high - found.low == pytest.approx(2 * half)
    assert found.chance_better == (3 + 0.5) / 4


def test_swapping_the_policies_turns_every_sign(values):
    one, other = paired(values[0], values[1]), paired(values[1], values[0])
    assert one.difference == -other.difference
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
    assert one.chance_better == pytest.approx(1 - other.chance_better)
    assert (one.regret, one.other_regret) == (other.other_regret, other.regret)


def test_a_difference_is_what_one_regrets_less_than_the_other(values):
    found = paired(values[0], values[1])
    assert found.difference == pytest.approx(found.other_regret - found.regret)


def test_shared_luck_narrows_the_interval_and_a_shuffle_takes_that_away(values):
    shuffled = np.random.default_rng(1).permutation(values[1])
    assert paired(values[0], values[1]).variance_reduction > 5
    assert paired(values[0], shuffled).variance_reduction < 1.5


def test_futures_in_which_either_is_missing_are_left_out_and_counted():
    found = paired([1.0, np.nan, 3.0, 4.0], [0.0, 0.0, np.nan, 1.0])
    assert (found.futures, found.left_out, found.difference) == (2, 2, 2.0)


def test_nothing_in_common_gives_no_numbers_rather_than_zeros():
    found = paired([np.nan, 1.0], [1.0, np.nan])
    assert found.futures == 0
    assert isnan(found.difference) and isnan(found.low) and isnan(found.chance_better)


def test_one_future_has_no_interval():
    found = paired([1.0], [0.5])
    assert found.difference == 0.5
    assert isnan(found.low) and isnan(found.high)


def test_more_standard_errors_widen_the_interval(values):
    alone, many = paired(values[0], values[1]), paired(values[0], values[1], critical=2.9)
    assert many.low < alone.low < alone.high < many.high


@pytest.mark.parametrize(("a", "b"), [([1.0, 2.0], [1.0]), ([[1.0]], [[1.0]]), ([inf], [1.0])])
def test_values_that_cannot_be_paired_are_refused(a, b):
    with pytest.raises(UsageError):
        paired(a, b)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_that_is_no_chance_is_refused(level):
    with pytest.raises(UsageError):
        paired([1.0, 2.0], [0.0, 1.0], level=level)


def test_ties_for_the_best_are_split_evenly_and_chances_sum_to_1(values):
    assert chance_best(np.array([[2.0, 1.0, 5.0], [2.0, 1.0, 0.0], [0.0, 1.0, 0.0]])) == pytest.approx(
        [(1 / 2 + 1 / 3 + 1) / 3, (1 / 2 + 1 / 3) / 3, (1 / 3) / 3]
    )
    assert chance_best(values).sum() == pytest.approx(1)


def test_regret_is_0_only_for_a_policy_that_is_never_beaten():
    assert regret(np.array([[2.0, 3.0], [1.0, 3.0], [2.0, 0.0]])).tolist() == [0.0, 0.5, 1.5]


def test_equal_means_keep_the_order_of_the_scenario():
    assert ranking(np.array([[1.0, 1.0], [3.0, 1.0], [0.0, 2.0]])).tolist() == [1, 0, 2]


def test_no_hit_in_n_futures_bounds_the_chance_by_its_closed_form():
    low, high = share_interval(0, 50)
    assert low == 0
    assert high == pytest.approx(1 - 0.025 ** (1 / 50))
    assert share_interval(50, 50) == pytest.approx((0.025 ** (1 / 50), 1))


def test_the_interval_of_a_share_is_that_of_scipy():
    stats = pytest.importorskip("scipy.stats")
    for hits, futures in ((3, 20), (1, 10_000), (9_999, 10_000), (40_000, 1_000_000)):
        exact = stats.binomtest(hits, futures).proportion_ci(0.95, method="exact")
        assert share_interval(hits, futures) == pytest.approx((exact.low, exact.high), rel=1e-6)


def test_more_hits_than_futures_are_refused():
    with pytest.raises(UsageError):
        share_interval(3, 2)


def test_the_width_of_an_interval_falls_with_the_root_of_the_futures():
    rng = np.random.default_rng(3)
    a, b = rng.standard_normal((2, 40_000))
    few, many = paired(a[:400], b[:400]), paired(a, b)
    assert (few.high - few.low) / (many.high - many.low) == pytest.approx(sqrt(100), rel=0.15)
