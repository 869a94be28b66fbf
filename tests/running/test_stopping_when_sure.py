"""Looking repeatedly, stopping and dropping: the error stays what was promised."""

from math import inf, sqrt

import numpy as np
import pytest

from realign.errors import UsageError
from realign.running.until import Pairs, Watch, looks


def test_looks_grow_by_half_and_the_last_one_is_at_the_end():
    assert looks(5000) == [1024, 1536, 2304, 3584, 5000]
    assert looks(300) == [300]
    assert all(futures % 256 == 0 for futures in looks(10**6)[:-1])


def filled(values, blocks=4):
    pairs = Pairs.of(len(values))
    for block in np.split(values, blocks, axis=1):
        pairs.add(block)
    return pairs


def test_sums_give_the_gap_and_the_error_of_every_pair():
    values = np.random.default_rng(5).normal(size=1024) + 0.1 * np.random.default_rng(6).normal(size=(3, 1024))
    pairs = filled(values)
    difference = values[2] - values[1]
    assert pairs.gaps[2, 1] == pytest.approx(difference.mean())
    assert pairs.errors[2, 1] == pytest.approx(difference.std(ddof=1) / 32)


def test_the_covariance_is_that_of_values_less_what_all_share():
    values = np.random.default_rng(7).normal(size=(4, 512))
    apart = values - values.mean(axis=0)
    np.testing.assert_allclose(filled(values).covariance, np.cov(apart), atol=1e-12)


def test_a_policy_that_is_no_longer_played_keeps_what_it_had():
    values = np.random.default_rng(8).normal(size=(3, 1024))
    later = values.copy()
    later[1, 512:] = np.nan
    pairs = filled(later)
    assert pairs.futures.diagonal().tolist() == [1024, 512, 1024]
    assert pairs.gaps[0, 1] == pytest.approx((values[0, :512] - values[1, :512]).mean())


def watched(values, *, most, **wanted):
    """Show the values (policy, future) to a watch, look by look, as a run would; gives it at its end."""
    names = [f"P{p}" for p in range(len(values))]
    watch, done = Watch(policies=names, stresses=["baseline"], most=most, **wanted), 0
    for futures in watch.looks:
        block = values[:, done:futures].copy()
        block[[p for p in range(len(values)) if p not in watch.left]] = np.nan
        watch.add([block])
        done = futures
        if watch.look(futures):
            break
    return watch


def test_identical_policies_have_a_half_width_of_exactly_0():
    watch = watched(np.tile(np.random.default_rng(7).random(500), (2, 1)), most=500, until=1e-9)
    assert watch.reached and watch.seen[-1].half_widths == {"baseline": 0.0}


def test_one_future_says_nothing_about_precision():
    watch = watched(np.array([[1.0], [2.0]]), most=1, until=1.0)
    assert watch.seen[-1].half_widths == {"baseline": inf}


# ---- the error, by repeated runs ----


def at_most(error, runs):
    return error + 4.9 * sqrt(error * (1 - error) / runs)


def twelve(rng, futures):
    """One policy is ahead of eleven equal ones: the second best is picked by luck."""
    values = rng.standard_normal(futures) + rng.standard_normal((12, futures))
    values[0] += 0.3
    return values


def missed(rule, *, runs, most=1536):
    """How often the interval at the end misses the true difference of the two that came out best."""
    rng, truth, wrong = np.random.default_rng(51), np.array([0.3, *[0.0] * 11]), 0
    for _ in range(runs):
        first, second, gap, half = rule(twelve(rng, most), most)
        wrong += abs(gap - (truth[first] - truth[second])) > half
    return wrong / runs


def by_watch(values, most):
    watch = watched(values, most=most, until=0.15)
    first, second = watch.pairs[0].best_two()
    return first, second, watch.pairs[0].gaps[first, second], watch.seen[-1].half_widths["baseline"]


def naive(values, most):
    """An interval of 95 % for the best two as if they had been named beforehand, and for one look."""
    pairs = filled(values[:, :1024])
    first, second = pairs.best_two()
    return first, second, pairs.gaps[first, second], 1.96 * pairs.errors[first, second]


@pytest.mark.parametrize("runs", [120, pytest.param(1500, marks=pytest.mark.slow)])
def test_the_interval_at_the_end_misses_the_truth_at_most_1_time_in_20(runs):
    assert missed(by_watch, runs=runs) <= at_most(0.05, runs)


def test_forgetting_that_the_best_two_were_picked_is_found_out():
    assert missed(naive, runs=1000) > at_most(0.05, 1000)


def contest(rng, futures, lead):
    """Four close policies and a poor one; the first is truly the best."""
    values = rng.standard_normal(futures) + 0.5 * rng.standard_normal((5, futures))
    return values + np.array([[lead], [0.0], [0.0], [-0.01], [-0.5]])


def wrongly_selected(rule, *, runs, most=8000, lead=0.004):
    rng = np.random.default_rng(61)
    return sum(0 not in rule(contest(rng, most, lead), most) for _ in range(runs)) / runs


def select(values, most):
    return watched(values, most=most, select=0.9).left


def impatient(values, most):
    """Drops at every look whoever is behind by more than one test at 90 % allows."""
    left = list(range(len(values)))
    for futures in looks(most):
        part = values[:, :futures]
        left = [
            p for p in left
            if all((part[r] - part[p]).mean() <= 1.2816 * (part[r] - part[p]).std() / sqrt(futures) for r in left)
        ]  # fmt: skip
    return left


@pytest.mark.parametrize("runs", [150, pytest.param(2000, marks=pytest.mark.slow)])
def test_the_best_policy_is_dropped_at_most_as_seldom_as_promised(runs):
    assert wrongly_selected(select, runs=runs) <= at_most(0.1, runs)


def test_testing_anew_at_every_look_is_found_out():
    assert wrongly_selected(impatient, runs=400) > at_most(0.1, 400)


def test_close_contenders_get_more_futures_than_the_others():
    watch = watched(contest(np.random.default_rng(1), 60_000, 0.03), most=60_000, select=0.95)
    futures = watch.futures_of()
    assert watch.reached and watch.left == [0]
    assert futures["P4"] == 1024 < futures["P3"] <= futures["P0"] <= 60_000
    assert watch.probability() > 0.95


def test_policies_that_are_exactly_alike_end_the_selection():
    values = np.random.default_rng(2).standard_normal((3, 5000)) - np.array([[0.0], [0.0], [1.0]])
    values[1] = values[0]
    watch = watched(values, most=5000, select=0.95)
    assert watch.reached and watch.left == [0, 1] and watch.seen[-1].futures == 1024


def test_a_difference_that_does_not_matter_ends_the_selection():
    values = contest(np.random.default_rng(3), 60_000, 0.0)
    assert not watched(values, most=60_000, select=0.95).reached
    content = watched(values, most=60_000, select=0.95, until=0.05)
    assert content.reached and len(content.left) > 1


# ---- in a run ----


def test_a_run_stops_at_the_first_look_that_is_sure_enough(tiny, tmp_path):
    from realign.running import run_to_folder
    from realign.running.files import read_info

    info = read_info(run_to_folder(tiny, out=tmp_path / "loose", until=100.0))
    assert info["futures"] == 1024 and info["precision"]["reached"]
    info = read_info(run_to_folder(tiny, out=tmp_path / "tight", until=1e-12, futures=1500))
    assert info["futures"] == 1500 and not info["precision"]["reached"]
    assert [look["futures"] for look in info["precision"]["looks"]] == [1024, 1500]


def test_precision_and_selection_need_two_policies(tiny, tmp_path):
    from realign.running import run_to_folder

    with pytest.raises(UsageError, match="only one is played"):
        run_to_folder(tiny, out=tmp_path / "out", until=0.1, policies=["Stay"])
    with pytest.raises(UsageError, match="only one policy is played"):
        run_to_folder(tiny, out=tmp_path / "out", select=0.9, policies=["Stay"])
    with pytest.raises(UsageError, match=r"within 0\.5 and 0\.999"):
        run_to_folder(tiny, out=tmp_path / "out", select=95)
    assert not (tmp_path / "out").exists()
