import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from threading import Lock

import pandas as pd
import pytest
from batch_files import same

import realign as ra
from realign.batches.ask import _entries
from realign.batches.overview import groups
from realign.batches.page import overview_page
from realign.batches.table import render_overview
from realign.cli.main import main
from realign.errors import BlockError
from realign.running.workers import Processes


def files(scenarios, *names):
    return [scenarios / f"{name}.toml" for name in names]


@pytest.fixture(scope="module")
def done(scenarios, tmp_path_factory):
    """A batch on two local processes."""
    out = tmp_path_factory.mktemp("batch") / "done"
    return ra.batch(files(scenarios, "dry", "wet"), threads=2, events=2, out=out, quiet=True)


def test_local_processes_give_the_bytes_that_a_run_alone_gives(done, alone):
    assert same(done.folder / "dry", alone / "dry") and same(done.folder / "wet", alone / "wet")


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_gives_the_same_bytes(scenarios, alone, tmp_path, pool):
    with pool(2) as executor:
        there = ra.batch(files(scenarios, "wet"), executor=executor, events=2, out=tmp_path / "out", quiet=True)
    assert same(there.folder / "wet", alone / "wet")


def test_a_worker_that_is_killed_changes_nothing(scenarios, alone, tmp_path, monkeypatch):
    killed = []
    one_at_a_time = Lock()  # each scenario hands out its tasks in a thread of its own
    submit = Processes.submit

    def submit_and_kill(self, task, *, lost=0):
        future = submit(self, task, lost=lost)
        with one_at_a_time:
            there = [pid for pid in list(self.executor._processes or ()) if pid not in killed]
            if len(killed) < 2 and task.first >= 256 and there:
                with suppress(ProcessLookupError):  # its pool may have broken, and ended it, this very moment
                    os.kill(there[0], signal.SIGKILL)
                    killed.append(there[0])
        return future

    monkeypatch.setattr(Processes, "submit", submit_and_kill)
    there = ra.batch(files(scenarios, "dry", "wet"), threads=2, events=2, out=tmp_path / "out", quiet=True)
    assert len(killed) == 2 and there.failures == []
    assert same(there.folder / "dry", alone / "dry") and same(there.folder / "wet", alone / "wet")


@pytest.mark.parametrize("error", [OSError(24, "Too many open files"), ValueError("odd")])
def test_an_odd_error_while_tasks_are_handed_out_names_its_scenario_and_the_rest_goes_on(
    scenarios, alone, tmp_path, monkeypatch, error
):
    submit = Processes.submit

    def fails(self, task, *, lost=0):
        if task.plan.name == "Wet" and task.first >= 256:
            raise error
        return submit(self, task, lost=lost)

    monkeypatch.setattr(Processes, "submit", fails)
    there = ra.batch(files(scenarios, "dry", "wet"), threads=2, events=2, out=tmp_path / "out", quiet=True)
    (failure,) = there.failures
    assert failure["file"] == "wet" and failure["cause"] == f"{type(error).__name__}: {error}"
    assert same(there.folder / "dry", alone / "dry")


def test_a_task_that_always_kills_its_worker_is_given_up_and_the_rest_goes_on(scenarios, alone, tmp_path, monkeypatch):
    monkeypatch.setattr("realign.running.workers._play_into", _die_in_the_second_block_of_floods)
    there = ra.batch(files(scenarios, "dry"), threads=2, out=tmp_path / "out", quiet=True)
    (failure,) = there.failures
    assert (failure["stress"], failure["first"], failure["last"]) == ("Two floods", 256, 511)
    kept = pd.read_parquet(there.folder / "dry" / "outcomes.parquet")
    whole = pd.read_parquet(alone / "dry" / "outcomes.parquet")
    pd.testing.assert_frame_equal(
        kept, whole[whole["stress"] == "baseline"].reset_index(drop=True), check_categorical=False
    )


def _die_in_the_second_block_of_floods(task, path):
    from realign.running.workers import _play_into

    if task.name == "Two floods" and task.first == 256:
        os.kill(os.getpid(), signal.SIGKILL)
    return _play_into(task, path)


def test_a_block_that_fails_names_its_place_and_the_rest_goes_on(scenarios, alone, tmp_path, capsys):
    words = ["batch", *map(str, files(scenarios, "broken", "dry")), "--out", str(tmp_path / "out"), "--events", "2"]
    assert main(words) == 1
    told = capsys.readouterr().err
    assert "broken: stress test “Deluge”, every policy, futures 0 to 255, future 0, week " in told
    assert same(tmp_path / "out" / "dry", alone / "dry")
    table = pd.read_csv(tmp_path / "out" / "overview.csv")
    assert set(table[table["scenario"] == "broken"]["stress"]) == {"baseline", "Two floods"}
    (failure,) = json.loads((tmp_path / "out" / "overview.json").read_text())["failures"]
    assert failure["scenario"] == "Broken" and failure["week"] >= 0
    assert "Deluge" in (tmp_path / "out" / "overview.html").read_text()


def test_a_failure_keeps_its_place_when_it_travels(scenarios):
    import pickle

    where = {"scenario": "Tiny", "stress": "Storm", "policy": "Stay", "first": 256, "last": 511, "week": 7}
    error = BlockError("too much", future=300, **where)
    there = pickle.loads(pickle.dumps(error))
    assert str(there) == str(error)
    for part in ("'Tiny'", "'Storm'", '"Stay"', "256 to 511", "future 300", "week 7", "too much"):
        assert part in str(there)


def test_ctrl_c_keeps_what_is_finished_and_resume_ends_with_the_same_bytes(scenarios, alone, tmp_path):
    def press(entry):
        if entry.name == "dry":
            signal.raise_signal(signal.SIGINT)

    order = {"threads": 1, "events": 2, "out": tmp_path / "out", "quiet": True}
    cut = ra.batch(files(scenarios, "dry", "wet"), told=press, **order)
    if not cut.interrupted:  # the other one was as fast
        assert same(cut.folder / "wet", alone / "wet")
    there = ra.batch(files(scenarios, "dry", "wet"), resume=True, **order)
    assert not there.interrupted
    assert same(there.folder / "dry", alone / "dry") and same(there.folder / "wet", alone / "wet")


def test_resuming_a_finished_batch_plays_nothing(done, scenarios, monkeypatch):
    monkeypatch.setattr(Processes, "submit", lambda *_, **__: pytest.fail("played again"))
    before = (done.folder / "dry" / "report.html").stat().st_mtime_ns
    ra.batch(files(scenarios, "dry", "wet"), threads=2, events=2, out=done.folder, quiet=True, resume=True)
    assert (done.folder / "dry" / "report.html").stat().st_mtime_ns == before


def test_the_overview_has_every_case_and_the_numbers_of_the_reports(done):
    table = done.overview
    assert len(table) == 2 * 2 * 2
    own = pd.read_csv(done.folder / "wet" / "summary.csv")
    there = table[table["scenario"] == "wet"].reset_index(drop=True)
    for column in ("stress", "policy", "value", "expected_shortfall", "ruined", "regret"):
        assert list(there[column]) == list(own[column])
    assert all((done.folder / link).is_file() for link in table["report"])
    assert 'href="wet/report.html"' in done.page.read_text()


def test_the_robust_choice_has_the_smallest_largest_regret():
    rows = [
        {"scenario": scenario, "stress": "baseline", "policy": policy, "rank": rank, "futures": 10, "value": 0.5,
         "expected_shortfall": 0.1, "ruined": 0.0, "regret": regret, "report": f"{scenario}/report.html"}
        for scenario, policy, rank, regret in [
            ("a", "Bold", 1, 0.0), ("a", "Even", 2, 0.1), ("b", "Bold", 2, 0.3), ("b", "Even", 1, 0.0),
        ]
    ]  # fmt: skip
    (group,) = groups(pd.DataFrame(rows))
    assert group.robust.policy == "Even" and group.robust.regret == (0.1, "a, baseline")
    assert "“Even” is the robust choice over 2 cases" in render_overview([group], width=100)
    (turned,) = groups(pd.DataFrame(rows).replace({"regret": {0.1: 0.4}}))
    assert turned.robust.policy == "Bold"


def test_scenarios_with_other_policies_stand_in_a_table_of_their_own(done):
    other = done.overview[done.overview["scenario"] == "wet"].assign(policy=lambda rows: rows["policy"] + " more")
    both = groups(pd.concat([done.overview[done.overview["scenario"] == "dry"], other]))
    assert [group.scenarios for group in both] == [("dry",), ("wet",)]
    assert overview_page(done.entries, both).count("<caption>") == 2


def test_names_of_a_page_are_escaped(done):
    rows = done.overview.assign(policy="<script>alert(1)</script>")
    assert "<script>" not in overview_page(done.entries, groups(rows))


def test_faults_of_all_files_come_at_once(scenarios, tmp_path, capsys):
    (tmp_path / "one.toml").write_text("weeks = 0")
    (tmp_path / "two.toml").write_text("nonsense = 1")
    assert main(["batch", str(tmp_path / "one.toml"), str(tmp_path / "two.toml"), "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert "one.toml" in told and "two.toml" in told and not (tmp_path / "out").exists()


def test_files_of_one_name_get_folders_of_their_own(scenarios):
    twice = files(scenarios, "dry", "dry")
    assert [entry.name for entry in _entries(twice, [])] == ["dry", "dry-2"]


def test_a_folder_with_something_else_is_not_touched(scenarios, tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(ra.UsageError, match="not a batch of realign"):
        ra.batch(files(scenarios, "dry"), out=tmp_path, quiet=True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_tls_without_a_cluster_is_a_usage_error(scenarios, capsys):
    assert main(["batch", str(scenarios / "dry.toml"), "--tls-ca", "ca.pem"]) == 2
    assert "belong to --cluster" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere processes are started in another way")
def test_ctrl_c_does_not_end_what_starts_the_workers_while_it_still_loads(tmp_path):
    script = (
        "import os, signal, sys; from multiprocessing import forkserver; from pathlib import Path\n"
        "from realign.running.workers import Processes\n"
        "workers = Processes(1, folder=Path(sys.argv[1]))\n"
        "os.kill(forkserver._forkserver._forkserver_pid, signal.SIGINT)\n"
        "print(workers.executor.submit(abs, -3).result())\n"
        "workers.close()\n"
    )
    words = [sys.executable, "-c", script, str(tmp_path / "workers")]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    assert (done.stdout, done.stderr) == ("3\n", "")


def test_where_scenarios_compare_other_policies_each_answer_names_its_scenarios(done):
    other = done.overview[done.overview["scenario"] == "wet"].assign(policy=lambda rows: rows["policy"] + " more")
    both = groups(pd.concat([done.overview[done.overview["scenario"] == "dry"], other]))
    page = overview_page(done.entries, both)
    assert "<strong>Tiny.</strong>" in page and "<strong>Wet.</strong>" in page
    assert "<strong>" not in overview_page(done.entries, groups(done.overview))
