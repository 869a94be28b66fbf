from types import SimpleNamespace

import numpy as np
import pytest

from realign.running.weekly import BINS, Extremes, Fan, Tally, bins_for

PLAN = SimpleNamespace(policies=("a", "b"), series=("value",), weeks=3)
SHAPE = (2, 1, 3)  # policy, series, week


def fan_of(blocks, bins=BINS):
    fan = Fan.of(PLAN, bins=bins)
    extremes = Extremes.of(len(fan.sums))
    extremes.see(blocks[0])
    fan.low, fan.high = extremes.range()
    for block in blocks:
        add(fan, [block])
    return fan


def add(fan, pieces, blocks=None):
    """Add a stretch that is played in pieces; `blocks` says to which block each belongs."""
    futures = sum(piece.shape[3] for piece in pieces)
    tally = Tally.of(fan.low, fan.high, bins=fan.counts.shape[1], futures=futures, blocks=max(blocks or [0]) + 1)
    at = 0
    for piece, block in zip(pieces, blocks or [0] * len(pieces)):
        tally.take(piece, at=at, block=block)
        at += piece.shape[3]
    fan.add(tally)


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
    add(pieces, np.split(block, [10, 57, 200], axis=3))
    assert (whole.counts == pieces.counts).all()
    assert whole.sums.tobytes() == pieces.sums.tobytes()


def test_a_stretch_of_many_blocks_gives_the_same_bits_as_its_blocks():
    values = np.random.default_rng(5).random((*SHAPE, 256 * 6))
    values[0, 0, 1, 300:700] = np.nan
    blocks = np.split(values, 6, axis=3)
    one_by_one, together = fan_of(blocks), fan_of(blocks[:1])
    add(together, blocks[1:], blocks=range(5))
    assert (one_by_one.counts == together.counts).all()
    assert one_by_one.sums.tobytes() == together.sums.tobytes()


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
