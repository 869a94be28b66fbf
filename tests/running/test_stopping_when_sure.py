from math import inf

import numpy as np
import pytest

from realign.errors import UsageError
from realign.running.until import ERROR, Pairs, looks


def test_all_looks_together_are_wrong_with_at_most_the_stated_probability():
    assert sum(1 - level for _, level in looks(10**6)) <= ERROR


def test_looks_double_and_the_last_one_is_at_the_end():
    assert [futures for futures, _ in looks(5000)] == [1024, 2048, 4096, 5000]
    assert [futures for futures, _ in looks(300)] == [300]


def test_the_half_width_is_that_of_the_paired_difference_of_the_best_two():
    world = np.random.default_rng(5).normal(size=1024)
    own = np.random.default_rng(6).normal(size=(3, 1024)) * 0.1
    values = world + own + np.array([[0.0], [1.0], [2.0]])
    pairs = Pairs.of(3)
    for block in np.split(values, 4, axis=1):
        pairs.add(block)
    difference = values[2] - values[1]
    expected = 1.959963985 * difference.std(ddof=1) / 32
    assert pairs.half_width(0.95) == pytest.approx(expected, rel=1e-9)
    assert expected < 0.2 * 1.96 * values[2].std() / 32  # what unpaired futures would give


def test_identical_policies_have_a_half_width_of_exactly_0():
    pairs = Pairs.of(2)
    pairs.add(np.tile(np.random.default_rng(7).random(500), (2, 1)))
    assert pairs.half_width(0.99) == 0.0


def test_one_future_says_nothing_about_precision():
    pairs = Pairs.of(2)
    pairs.add(np.array([[1.0], [2.0]]))
    assert pairs.half_width(0.95) == inf


def test_a_run_stops_at_the_first_look_that_is_sure_enough(tiny, tmp_path):
    from realign.running import run_to_folder
    from realign.running.files import read_info

    info = read_info(run_to_folder(tiny, out=tmp_path / "loose", until=100.0))
    assert info["futures"] == 1024 and info["precision"]["reached"]
    info = read_info(run_to_folder(tiny, out=tmp_path / "tight", until=1e-12, futures=1500))
    assert info["futures"] == 1500 and not info["precision"]["reached"]
    assert [look["futures"] for look in info["precision"]["looks"]] == [1024, 1500]


def test_precision_needs_two_policies(tiny, tmp_path):
    from realign.running import run_to_folder

    with pytest.raises(UsageError, match="only one is played"):
        run_to_folder(tiny, out=tmp_path / "out", until=0.1, policies=["Stay"])
    assert not (tmp_path / "out").exists()
