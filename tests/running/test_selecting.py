"""A run that drops policies on the way: what it leaves behind."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import realign as ra
from realign.compare import Outcomes
from realign.running import run_to_folder
from realign.running.files import read_info

MORE = """
[[policy]]
name = "Sharp"
rule = "follow"
review_every = 4
monitoring = 3
[[policy]]
name = "Quick"
rule = "follow"
review_every = 3
monitoring = 1
"""
NOISE = "priority_volatility = 0.6\nperception_noise = 2.0"  # in which sharp and quick are hard to tell apart
MOST = 3000


@pytest.fixture(scope="module")
def scenario():
    text = (Path(__file__).parent / "tiny.toml").read_text(encoding="utf-8")
    return ra.parse(text.replace("priority_volatility = 0.1", NOISE).replace("seed = 0", "seed = 1") + MORE)


@pytest.fixture(scope="module")
def selected(scenario, tmp_path_factory):
    out = tmp_path_factory.mktemp("selected") / "out"
    return run_to_folder(scenario, out=out, select=0.95, futures=MOST, threads=1, events=2)


@pytest.fixture(scope="module")
def whole(scenario, tmp_path_factory):
    return run_to_folder(scenario, out=tmp_path_factory.mktemp("whole") / "out", futures=MOST, threads=2)


def test_some_policies_were_dropped_and_the_best_were_not(selected, whole):
    selection = read_info(selected)["selection"]
    futures = selection["futures"]
    assert min(futures.values()) < max(futures.values()) == read_info(selected)["futures"]
    best = Outcomes(whole)["baseline"]["value"].mean(axis=1).argmax()
    assert Outcomes(whole).policies[best] in selection["left"]


def test_what_was_played_is_bit_by_bit_what_a_whole_run_plays(selected, whole):
    keys = ["stress", "policy", "future"]
    some, all_ = (pd.read_parquet(folder / "outcomes.parquet") for folder in (selected, whole))
    for table in (some, all_):
        table[["stress", "policy"]] = table[["stress", "policy"]].astype(str)
    beside = some.merge(all_, on=keys, suffixes=("", "_whole"))
    assert len(beside) == len(some) < len(all_)
    for name in some.columns.drop(keys):
        np.testing.assert_array_equal(beside[name], beside[f"{name}_whole"])


def test_outcomes_hold_first_futures_and_nothing_from_there_on(selected):
    outcomes, futures = Outcomes(selected), read_info(selected)["selection"]["futures"]
    for stress in outcomes:
        values = outcomes[stress]["value"]
        for policy, own in zip(outcomes.policies, values):
            assert np.isfinite(own[: futures[policy]]).all() and np.isnan(own[futures[policy] :]).all()


def test_weekly_means_of_a_dropped_policy_are_those_of_the_futures_it_played(selected):
    result = ra.open_result(selected)
    futures = result.info["selection"]["futures"]
    dropped = min(futures, key=lambda name: futures[name])
    alive = result.weekly.query("stress == 'baseline' and series == 'alive' and policy == @dropped")
    own = result.outcomes.query("stress == 'baseline' and policy == @dropped")
    assert len(own) == futures[dropped]
    last = alive.loc[alive["week"].idxmax(), "mean"]
    assert last == pytest.approx(1 - (own["ruin_week"] <= alive["week"].max()).mean(), abs=1e-12)


def test_every_table_and_the_report_can_be_made(selected, tmp_path):
    result = ra.open_result(selected)
    counts = result.summary().set_index(["stress", "policy"])["futures"]
    futures = result.info["selection"]["futures"]
    assert {policy: counts["baseline", policy] for policy in futures} == futures
    for table in ("best", "pairs", "chances", "regret", "quantiles", "dominance", "rankings"):
        assert not getattr(result, table)().empty
    page = result.report(tmp_path).read_text(encoding="utf-8")
    assert "Dropped:" in page or "was selected" in page


def test_the_leader_is_ranked_first_by_distances_on_shared_futures(selected):
    part = ra.open_result(selected).summary().query("stress == 'baseline'")
    assert part["policy"].iloc[0] == read_info(selected)["selection"]["leader"]
    assert (np.diff(part["difference_to_best"]) <= 1e-12).all()


def test_a_run_that_was_stopped_goes_on_with_the_policies_that_were_left(scenario, selected, tmp_path):
    out, pressed = tmp_path / "out", []

    def stop(done, wanted, speed, left):
        if done >= 1280 and not pressed:
            pressed.append(done)
            os.kill(os.getpid(), 2)

    run_to_folder(scenario, out=out, select=0.95, futures=MOST, threads=1, events=2, progress=stop)
    assert read_info(out)["interrupted"]
    run_to_folder(scenario, out=out, select=0.95, futures=MOST, threads=2, events=2, resume=True)
    for name in ("outcomes", "weekly", "events"):
        pd.testing.assert_frame_equal(
            pd.read_parquet(out / f"{name}.parquet"), pd.read_parquet(selected / f"{name}.parquet")
        )
    assert read_info(out)["selection"] == read_info(selected)["selection"]
