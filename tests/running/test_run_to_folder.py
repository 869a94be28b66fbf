import json
import os
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from realign.errors import BlockError, RunError, UsageError
from realign.running import parts, run_to_folder
from realign.running.files import read_info
from realign.running.hold import holding
from realign.running.outcomes import ROW_GROUP, row_groups
from realign.scenario import parse

FILES = ("outcomes.parquet", "weekly.parquet", "events.parquet", "scenario.toml")
MADE = {*FILES, "run.json"}


def same(a, b, names=FILES):
    return [name for name in names if (a / name).read_bytes() != (b / name).read_bytes()] == []


def names_in(folder):
    return {path.name for path in folder.iterdir()}


def press_ctrl_c_after(futures):
    pressed = []

    def progress(done, wanted, speed, left):
        if done >= futures and not pressed:
            pressed.append(done)
            signal.raise_signal(signal.SIGINT)

    return progress


class Killed(Exception):
    pass


def die_after(futures):
    def progress(done, wanted, speed, left):
        if done >= futures:
            raise Killed

    return progress


@pytest.fixture
def a_part_for_each_block(monkeypatch):
    monkeypatch.setattr(parts, "_SECONDS", 0.0)
    monkeypatch.setattr(parts, "_SHARE", 0.0)


def test_files_do_not_depend_on_threads(tiny, finished, tmp_path):
    assert same(finished, run_to_folder(tiny, out=tmp_path / "out", threads=3, events=2))


def test_files_do_not_depend_on_how_often_parts_are_saved(tiny, finished, tmp_path, a_part_for_each_block):
    assert same(finished, run_to_folder(tiny, out=tmp_path / "out", threads=2, events=2))


def test_files_do_not_depend_on_how_blocks_are_cut(tiny, finished, tmp_path, monkeypatch):
    monkeypatch.setattr("realign.running.blocks._LARGEST_PIECE", 50_000)  # bytes: a few futures
    assert same(finished, run_to_folder(tiny, out=tmp_path / "out", threads=2, events=2))


def test_another_seed_gives_other_outcomes(tiny, finished, tmp_path):
    other = run_to_folder(tiny, out=tmp_path / "out", seed=1, events=2)
    assert not same(finished, other, ["outcomes.parquet"])


def test_leaving_out_policies_and_stress_tests_changes_nothing_else(tiny, finished, tmp_path):
    out = run_to_folder(tiny, out=tmp_path / "out", policies=["Follow"], stresses=["Two floods"])
    whole = pd.read_parquet(finished / "outcomes.parquet")
    chosen = whole[(whole["policy"] == "Follow") & (whole["stress"] == "Two floods")].reset_index(drop=True)
    alone = pd.read_parquet(out / "outcomes.parquet")
    assert len(alone) == 600
    pd.testing.assert_frame_equal(alone, chosen, check_categorical=False)


def test_every_stress_test_policy_and_future_has_one_row(finished):
    table = pd.read_parquet(finished / "outcomes.parquet", columns=["stress", "policy", "future", "value"])
    assert len(table) == 2 * 2 * 600
    assert not table.duplicated(["stress", "policy", "future"]).any()
    assert list(dict.fromkeys(table["stress"])) == ["baseline", "Two floods"]
    assert names_in(finished) == MADE


def test_the_weekly_mean_of_value_is_the_mean_of_the_outcomes(finished):
    outcomes = pd.read_parquet(finished / "outcomes.parquet")
    weekly = pd.read_parquet(finished / "weekly.parquet")
    by = ["stress", "policy"]
    of_weeks = weekly[weekly["series"] == "value"].groupby(by, observed=True)["mean"].mean()
    of_futures = outcomes.groupby(by, observed=True)["value"].mean()
    np.testing.assert_allclose(of_weeks.sort_index(), of_futures.sort_index(), rtol=1e-9)


def test_events_are_kept_for_as_many_futures_as_asked_for(finished):
    events = pd.read_parquet(finished / "events.parquet")
    assert len(events) and set(events["future"]) <= {0, 1}


def test_run_json_says_how_the_result_was_made(tiny, finished):
    info = read_info(finished)
    assert info["futures"] == info["futures_wanted"] == 600 and not info["interrupted"]
    assert info["seed"] == 0 and info["threads"] == 1
    assert info["versions"]["realign"] and info["versions"]["numba"]


def test_a_run_stopped_by_ctrl_c_keeps_the_same_futures_for_every_stress_test(tiny, tmp_path):
    out = run_to_folder(tiny, out=tmp_path / "out", threads=1, futures=50_000, progress=press_ctrl_c_after(512))
    info = read_info(out)
    assert info["interrupted"] and 512 <= info["futures"] < 50_000
    counts = pd.read_parquet(out / "outcomes.parquet", columns=["stress", "policy"]).value_counts()
    assert set(counts) == {info["futures"]}


def test_a_resumed_run_ends_with_the_bytes_of_an_undisturbed_one(tiny, finished, tmp_path):
    out = tmp_path / "out"
    run_to_folder(tiny, out=out, threads=1, futures=600, events=2, progress=press_ctrl_c_after(256))
    assert read_info(out)["futures"] < 600
    run_to_folder(tiny, out=out, threads=2, futures=600, events=2, resume=True)
    assert same(finished, out) and names_in(out) == MADE


def test_a_killed_run_leaves_nothing_under_final_names_and_can_go_on(tiny, finished, tmp_path, a_part_for_each_block):
    out = tmp_path / "out"
    with pytest.raises(Killed):
        run_to_folder(tiny, out=out, threads=1, events=2, progress=die_after(512))
    assert names_in(out) == {".parts"}
    run_to_folder(tiny, out=out, events=2, resume=True)
    assert same(finished, out) and names_in(out) == MADE


@pytest.mark.parametrize("full_from", [2, 3, 9, 20])
def test_a_disk_that_fills_up_keeps_what_was_finished_and_resume_ends_with_the_same_bytes(
    tiny, finished, tmp_path, monkeypatch, a_part_for_each_block, full_from
):
    save, saved = np.save, []

    def save_until_full(file, array):
        saved.append(len(array))
        if len(saved) >= full_from:
            raise OSError(f"{array.size} requested and 0 written")  # as numpy says it
        save(file, array)

    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(np, "save", save_until_full)
        with pytest.raises(RunError, match="cannot be kept: the disk takes no more; --resume goes on"):
            run_to_folder(tiny, out=out, threads=1, events=2)
    run_to_folder(tiny, out=out, threads=1, events=2, resume=True)
    assert same(finished, out) and names_in(out) == MADE


def test_a_run_that_fails_before_its_first_block_leaves_nothing(tiny, tmp_path, monkeypatch):
    def die(*_, **__):
        raise Killed

    monkeypatch.setattr("realign.running.workers.Threads.submit", die)
    with pytest.raises(Killed):
        run_to_folder(tiny, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_resuming_another_order_says_what_differs(tiny, tmp_path):
    out = run_to_folder(tiny, out=tmp_path / "out", threads=1, futures=600, progress=press_ctrl_c_after(256))
    with pytest.raises(UsageError, match="seed: 0 there, 5 now"):
        run_to_folder(tiny, out=out, seed=5, resume=True)
    with pytest.raises(UsageError, match="more than the 10"):
        run_to_folder(tiny, out=out, futures=10, resume=True)


def test_resuming_a_finished_run_leaves_it_as_it_is(tiny, finished):
    before = (finished / "run.json").stat().st_mtime_ns
    run_to_folder(tiny, out=finished, events=2, resume=True)
    assert (finished / "run.json").stat().st_mtime_ns == before


def test_a_damaged_checkpoint_is_an_error_that_says_what_to_do(tiny, tmp_path):
    out = run_to_folder(tiny, out=tmp_path / "out", threads=1, futures=600, progress=press_ctrl_c_after(256))
    next((out / ".parts" / "blocks").iterdir()).write_bytes(b"half")
    with pytest.raises(RunError, match="without --resume"):
        run_to_folder(tiny, out=out, resume=True)


def test_a_folder_with_something_else_is_not_touched(tiny, tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(UsageError, match="not a result of realign"):
        run_to_folder(tiny, out=tmp_path, futures=10)
    assert names_in(tmp_path) == {"thesis.tex"}
    with pytest.raises(UsageError, match="is a file"):
        run_to_folder(tiny, out=tmp_path / "thesis.tex", futures=10)


def test_a_folder_with_an_impossible_name_is_the_users_fault(tiny, tmp_path):
    with pytest.raises(UsageError, match="cannot be made"):
        run_to_folder(tiny, out=tmp_path / ("x" * 300), futures=10)
    assert names_in(tmp_path) == set()


def test_a_second_run_in_the_same_folder_is_refused_and_disturbs_nothing(tiny, finished, tmp_path):
    refused = []

    def progress(done, wanted, speed, left):
        for resume in (False, True):
            with pytest.raises(UsageError, match="another run is at work") as caught:
                run_to_folder(tiny, out=tmp_path / "out", events=2, resume=resume)
            refused.append(caught)

    out = run_to_folder(tiny, out=tmp_path / "out", events=2, progress=progress)
    assert refused and same(finished, out)
    assert same(finished, run_to_folder(tiny, out=out, events=2))  # and when it is over, another may come


def test_a_run_that_died_holds_its_folder_no_longer_though_a_process_forked_off_it_lives(tmp_path):
    words = f"""
import os, time
from pathlib import Path
from realign.running.hold import holding
with holding(Path({str(tmp_path)!r})):
    if os.fork():
        os._exit(0)
    os.close(1)  # the reader waits for the parent only
    os.close(2)
    time.sleep(5)
"""
    if not hasattr(os, "fork"):
        pytest.skip("no process forks here")
    subprocess.run([sys.executable, "-c", words], check=True, capture_output=True, timeout=15)
    with holding(tmp_path):
        pass


def test_a_finished_result_is_replaced_and_what_was_made_from_it_goes(tiny, tmp_path):
    out = run_to_folder(tiny, out=tmp_path / "out", futures=20)
    (out / "report.html").write_text("old")
    (out / "figures").mkdir()
    (out / "notes.txt").write_text("mine")
    run_to_folder(tiny, out=out, futures=30)
    assert names_in(out) == {*MADE, "notes.txt"}
    assert read_info(out)["futures"] == 30


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"policies": ["Folow"]}, 'did you mean "Follow"'),
        ({"stresses": ["Two flods"]}, 'did you mean "Two floods"'),
        ({"policies": []}, "no policy is chosen"),
        ({"futures": 0}, "futures 0"),
        ({"seed": -1}, "seed -1"),
        ({"threads": 0}, "threads 0"),
        ({"until": 0.0}, "above 0"),
    ],
)
def test_an_impossible_order_is_refused_before_anything_is_made(tiny, tmp_path, options, words):
    with pytest.raises(UsageError, match=words):
        run_to_folder(tiny, out=tmp_path / "out", **options)
    assert not (tmp_path / "out").exists()


def test_row_groups_have_one_size_whatever_the_chunks():
    outcomes = np.arange(2 * 3 * (ROW_GROUP + 500), dtype=float).reshape(2, 3, -1)
    chunks = iter(np.split(outcomes, [1, 700, ROW_GROUP + 1], axis=2))
    groups = [(first, group.copy()) for first, group in row_groups(chunks)]
    assert [(first, group.shape[2]) for first, group in groups] == [(0, ROW_GROUP), (ROW_GROUP, 500)]
    assert (np.concatenate([group for _, group in groups], axis=2) == outcomes).all()


def test_what_waits_in_memory_is_written_when_it_is_large(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "_BYTES", 1)
    most = []

    class Watched(parts.Parts):
        def add(self, block):
            super().add(block)
            most.append(len(self.waiting[0]))

    monkeypatch.setattr("realign.running.folder.Parts", Watched)
    run_to_folder(tiny, out=tmp_path / "out", threads=1, futures=256 * 12)
    assert len(most) == 24 and max(most) <= 4


def test_the_progress_ends_at_all_futures(tiny, tmp_path):
    seen = []
    run_to_folder(tiny, out=tmp_path / "out", progress=lambda *told: seen.append(told[:2]))
    assert seen[-1] == (600, 600) and len(seen) == 6  # three blocks of two stress tests


def test_json_of_a_run_has_no_nan(tiny, tmp_path):
    out = run_to_folder(tiny, out=tmp_path / "out", futures=1, until=0.1)
    json.loads((out / "run.json").read_text(), parse_constant=lambda name: pytest.fail(name))


@pytest.mark.parametrize("half_life", ["2 weeks", "never"])
def test_a_value_too_large_to_reckon_with_is_refused_with_its_place_and_nothing_is_left(tmp_path, half_life):
    """Where the money does not feel it: without revenue cash stays a number."""
    text = f"""
    schema = 1
    name = "Far too much"
    weeks = 60
    unit = [{{ name = "All", people = 3 }}]
    objective = [{{ name = "Bread", start = 50 }}]
    policy = [{{ name = "Stay" }}, {{ name = "Review", review_every = 4 }}]
    shock = [{{ name = "Craze", rate = 4, effects = [{{ on = "demand", size = 700, half_life = "{half_life}" }}] }}]
    """
    with pytest.raises(BlockError, match=r"future \d+, week \d+: value is .*too large to reckon with"):
        run_to_folder(parse(text), out=tmp_path / "out", futures=300)
    assert not (tmp_path / "out").exists()
