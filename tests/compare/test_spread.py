"""Quantiles of a measure and their intervals."""

from math import isnan, sqrt

import numpy as np
import pytest

from realign.compare import quantile, quantiles, quantiles_table
from realign.compare.quantiles import binomial_below, normal_quantile
from realign.errors import UsageError


def coverage(method, share, *, runs=2000, futures=200, truth):
    rng = np.random.default_rng(31)
    held = 0
    for _ in range(runs):
        low, high = method(rng.lognormal(size=futures), share)
        held += bool(low <= truth <= high)
    return held / runs


def right(values, share):
    found = quantile(values, share)
    return found.low, found.high


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_the_interval_of_a_quantile_holds_it_19_times_in_20(share):
    error = 4.9 * sqrt(0.95 * 0.05 / 2000)
    assert abs(coverage(right, share, truth=np.exp(normal_quantile(share))) - 0.95) < error


def test_the_error_of_the_mean_in_place_of_that_of_the_quantile_is_found_out():
    def wrong(values, share):
        half = 1.96 * values.std(ddof=1) / sqrt(len(values))
        middle = np.quantile(values, share)
        return middle - half, middle + half

    assert coverage(wrong, 0.5, truth=1.0) > 0.95 + 4.9 * sqrt(0.95 * 0.05 / 2000)
    assert coverage(wrong, 0.9, truth=np.exp(normal_quantile(0.9))) < 0.95 - 4.9 * sqrt(0.95 * 0.05 / 2000)


def test_turning_values_around_turns_their_quantiles_around():
    values = np.random.default_rng(3).standard_normal(500)
    one, other = quantile(values, 0.1), quantile(-values, 0.9)
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))


def test_at_an_atom_the_quantile_has_no_width():
    assert quantile(np.r_[np.zeros(300), np.ones(700)], 0.1)[1:] == (0.0, 0.0, 0.0)


def test_few_futures_do_not_reach_into_a_tail_and_say_so():
    found = quantile(np.arange(50.0), 0.01)
    assert isnan(found.low) and not isnan(found.high)


def test_the_binomial_is_that_of_scipy():
    stats = pytest.importorskip("scipy.stats")
    for count, trials, chance in ((5, 20, 0.3), (480, 10_000, 0.05), (1, 7, 0.9), (7, 7, 0.5)):
        assert binomial_below(count, trials, chance) == pytest.approx(stats.binom.cdf(count - 1, trials, chance))
    assert (binomial_below(0, 7, 0.5), binomial_below(8, 7, 0.5)) == (0.0, 1.0)


def test_what_is_missing_is_left_out_and_counted():
    table = quantiles_table({"baseline": {"ruin_week": np.array([[3.0, np.nan, 5.0]])}}, ["P"], measure="ruin_week")
    assert set(table["futures"]) == {2}
    assert table.loc[table["share"] == 0.5, "quantile"].iloc[0] == 4.0


@pytest.mark.parametrize("share", [0, 1, 5])
def test_a_share_that_is_no_share_is_refused(share):
    with pytest.raises(UsageError):
        quantiles(np.arange(10.0), (share,))
