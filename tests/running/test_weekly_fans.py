from types import SimpleNamespace

import numpy as np
import pytest

from realign.running.weekly import BINS, Extremes, Fan, bins_for

PLAN = SimpleNamespace(policies=("a", "b"), series=("value",), weeks=3)
SHAPE = (2, 1, 3)  # policy, series, week


def fan_of(blocks, bins=BINS):
    fan = Fan.of(PLAN, bins=bins)
    extremes = Extremes.of(len(fan.sums))
    extremes.see(blocks[0])
    fan.set_range(extremes)
    for block in blocks:
        sums = np.zeros_like(fan.sums)
        fan.count(block, sums=sums)
        fan.sums += sums
    return fan


def test_quantiles_are_within_a_bin_of_those_of_the_sorted_values():
    values = np.random.default_rng(1).normal(5.0, 2.0, (*SHAPE, 2048))
    fan = fan_of(np.split(values, 8, axis=3))
    table = fan.table()
    width = ((fan.high - fan.low) / (BINS - 2)).max()
    for name, share in (("q05", 0.05), ("q50", 0.5), ("q95", 0.95)):
        exact = np.quantile(values, share, axis=3, method="lower").ravel()
        assert np.abs(table[name] - exact).max() <= width
    assert table["mean"] == pytest.approx(values.mean(axis=3).ravel(), rel=1e-12)


def test_a_coarse_histogram_fails_the_bound_of_a_fine_one():
    values = np.random.default_rng(1).normal(5.0, 2.0, (*SHAPE, 2048))
    fan = fan_of(np.split(values, 8, axis=3), bins=16)
    exact = np.quantile(values, 0.05, axis=3, method="lower").ravel()
    assert np.abs(fan.table()["q05"] - exact).max() > ((fan.high - fan.low) / (BINS - 2)).max()


def test_pieces_of_a_block_give_the_same_bits_as_the_whole():
    block = np.random.default_rng(2).random((*SHAPE, 256))
    whole, pieces = fan_of([block]), fan_of([block])
    pieces.counts[...] = 0
    pieces.sums[...] = 0.0
    for piece in np.split(block, [10, 57, 200], axis=3):
        pieces.count(piece, sums=pieces.sums)
    assert (whole.counts == pieces.counts).all()
    assert whole.sums.tobytes() == pieces.sums.tobytes()


def test_ruined_futures_give_a_quantile_of_exactly_0():
    block = np.random.default_rng(3).uniform(0.4, 0.9, (*SHAPE, 256))
    block[..., :26] = 0.0
    table = fan_of([block]).table()
    assert (table["q05"] == 0.0).all()
    assert (table["q25"] > 0.4).all()


def test_a_constant_is_its_own_quantile():
    table = fan_of([np.full((*SHAPE, 100), 0.3)]).table()
    assert (table["q05"] == 0.3).all() and (table["q95"] == 0.3).all()


def test_missing_values_are_left_out_and_a_cell_without_any_value_is_missing():
    block = np.random.default_rng(4).random((*SHAPE, 256))
    block[0, 0, 0] = np.nan
    block[1, 0, 2, ::2] = np.nan
    table = fan_of([block]).table()
    assert np.isnan(table["mean"][0]) and np.isnan(table["q50"][0])
    assert table["mean"][5] == pytest.approx(np.nanmean(block[1, 0, 2]))


def test_histograms_of_a_long_run_are_coarser_but_stay_within_the_budget():
    assert bins_for(6 * 10 * 156 * 4) == BINS
    assert bins_for(6 * 10 * 5200 * 4) * 6 * 10 * 5200 * 4 * 4 <= 256 * 2**20
