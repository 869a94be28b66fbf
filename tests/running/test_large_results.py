"""Outcomes that are a dataset: written while a run goes on, read back lazily."""

import numpy as np
import pandas as pd
import pytest

import realign as ra
from realign.compare import Outcomes
from realign.compare.outcomes import StressOutcomes
from realign.report.evidence import gather
from realign.running import outcomes, parts, run_to_folder

SHARD = 4096  # so that a run is large soon
FUTURES = 10_000


@pytest.fixture(autouse=True)
def small_shards(monkeypatch):
    for module in (outcomes, parts):
        monkeypatch.setattr(module, "SHARD", SHARD)
    monkeypatch.setattr("realign.running.files.SHARD", SHARD)


@pytest.fixture(scope="module")
def whole(tiny, tmp_path_factory):
    """The same run in one file."""
    return run_to_folder(tiny, out=tmp_path_factory.mktemp("whole") / "out", futures=FUTURES, threads=2)


def files_of(out):
    return {path.name: path.read_bytes() for path in sorted((out / "outcomes.parquet").iterdir())}


def test_a_large_run_leaves_a_dataset_with_the_rows_of_the_single_file(tiny, tmp_path, whole):
    out = run_to_folder(tiny, out=tmp_path / "out", futures=FUTURES, threads=2)
    assert list(files_of(out)) == [f"{stress:02d}-{shard:05d}.parquet" for stress in (0, 1) for shard in (0, 1, 2)]
    pd.testing.assert_frame_equal(
        pd.read_parquet(out / "outcomes.parquet").astype({"stress": str, "policy": str}),
        pd.read_parquet(whole / "outcomes.parquet").astype({"stress": str, "policy": str}),
    )
    assert (out / "weekly.parquet").read_bytes() == (whole / "weekly.parquet").read_bytes()


def test_one_measure_is_read_without_the_others(tiny, tmp_path, whole, monkeypatch):
    monkeypatch.setattr("realign.compare.outcomes._LARGE", 100_000)  # bytes: policy by policy
    out = run_to_folder(tiny, out=tmp_path / "out", futures=FUTURES, threads=2)
    there, here = Outcomes(out), Outcomes(whole)
    assert list(there) == list(here)
    for stress in there:
        assert there[stress].futures == FUTURES
        np.testing.assert_array_equal(there[stress]["value"], here[stress]["value"])
    summary = ra.open_result(out).summary()
    monkeypatch.undo()
    pd.testing.assert_frame_equal(summary, ra.open_result(whole).summary())


def test_a_report_on_a_large_run_holds_no_measure_whole_but_value(tiny, tmp_path, monkeypatch, whole):
    monkeypatch.setattr("realign.compare.outcomes._LARGE", 100_000)
    read, get = set(), StressOutcomes.__getitem__

    def noted(self, measure):
        read.add(measure)
        return get(self, measure)

    monkeypatch.setattr(StressOutcomes, "__getitem__", noted)
    evidence = gather(run_to_folder(tiny, out=tmp_path / "out", futures=FUTURES, threads=2))
    assert read == {"value"}
    monkeypatch.undo()
    there = gather(whole)
    for name in ("summary", "chances", "requirements", "rankings", "after", "regrets"):
        pd.testing.assert_frame_equal(getattr(evidence, name), getattr(there, name))
    assert len(there.chances) and len(there.after)


class Killed(Exception):
    pass


def test_shards_are_written_while_the_run_goes_on_and_do_not_depend_on_where_it_stopped(tiny, tmp_path, monkeypatch):
    undisturbed = run_to_folder(tiny, out=tmp_path / "undisturbed", futures=FUTURES, threads=2)
    monkeypatch.setattr(parts, "_BYTES", 1)  # a part for each task
    out, stops = tmp_path / "out", iter([3000, 4700, 8800, 9900, 10**9])

    def die_after(futures):
        def progress(done, wanted, speed, left):
            if done >= futures:
                raise Killed

        return progress

    seen = []
    for stop in stops:
        try:
            run_to_folder(tiny, out=out, futures=FUTURES, threads=1, resume=True, progress=die_after(stop))
        except Killed:
            shards = out / ".parts" / "outcomes"
            seen.append(len(list(shards.iterdir())) if shards.is_dir() else 0)
    assert seen == [0, 2, 4, 4]
    assert files_of(out) == files_of(undisturbed)
    assert not (out / ".parts").exists()


def test_a_folder_of_outcomes_gives_way_to_a_file_and_back(tiny, tmp_path):
    for futures in (FUTURES, 600, FUTURES):
        out = run_to_folder(tiny, out=tmp_path / "out", futures=futures, threads=2)
        assert len(ra.open_result(out).outcomes) == 2 * 2 * futures
