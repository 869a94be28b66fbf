"""Expected shortfall: closed forms and laws; coverage is measured in test_coverage."""

from math import isnan

import numpy as np
import pytest

from realign.compare import expected_shortfall
from realign.errors import UsageError


def test_the_shortfall_of_1000_equal_steps_is_the_mean_of_the_lowest_50():
    found = expected_shortfall(np.random.default_rng(0).permutation(np.arange(1000.0)))
    assert found.value == 24.5
    assert found.tail == 50
    assert found.low < 24.5 < found.high


def test_a_tail_that_is_no_whole_number_of_futures_weighs_the_last_by_the_rest():
    assert expected_shortfall(np.array([1.0, 3.0, 9.0]), share=0.5).value == pytest.approx((1 + 0.5 * 3) / 1.5)


def test_fewer_than_20_futures_in_the_tail_have_a_value_but_no_interval():
    found = expected_shortfall(np.arange(399.0))
    assert not isnan(found.value)
    assert isnan(found.low) and isnan(found.high)
    assert not isnan(expected_shortfall(np.arange(400.0)).low)


def test_futures_all_alike_have_a_shortfall_of_no_width():
    assert expected_shortfall(np.full(1000, 0.25))[:3] == (0.25, 0.25, 0.25)


def test_ruin_in_far_more_futures_than_the_tail_leaves_no_doubt():
    found = expected_shortfall(np.r_[np.zeros(300), np.ones(700)])
    assert (found.low, found.value, found.high) == (0.0, 0.0, 0.0)


def test_ruin_in_just_the_tail_leaves_doubt_upwards():
    found = expected_shortfall(np.r_[np.zeros(50), np.ones(950)])
    assert found.value == 0.0
    assert found.high > 0.1


def test_shifting_and_scaling_values_shifts_and_scales_the_interval():
    values = np.random.default_rng(2).standard_normal(1000)
    plain, moved = expected_shortfall(values), expected_shortfall(3 * values + 1e6)
    assert moved[:3] == pytest.approx(tuple(3 * number + 1e6 for number in plain[:3]), abs=1e-6)


def test_the_shortfall_never_exceeds_the_mean_and_never_undercuts_the_minimum():
    values = np.random.default_rng(4).lognormal(size=5000)
    assert values.min() <= expected_shortfall(values).value <= values.mean()


def test_the_order_of_futures_does_not_matter():
    values = np.random.default_rng(6).random(3000)
    assert expected_shortfall(values) == expected_shortfall(values[::-1])


def test_no_futures_have_no_shortfall():
    assert isnan(expected_shortfall(np.array([])).value)


@pytest.mark.parametrize("share", [0, 1, 5])
def test_a_share_that_is_no_share_is_refused(share):
    with pytest.raises(UsageError):
        expected_shortfall(np.arange(10.0), share=share)
