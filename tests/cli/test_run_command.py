import json
import os
import signal
import subprocess
import sys
import time

import pytest

from realign.cli.main import main
from realign.cli.options import whole_number
from realign.running.files import read_info
from realign.terminal import ProgressLine, clock

RESULT = {
    "outcomes.parquet", "weekly.parquet", "events.parquet", "scenario.toml", "run.json", "summary.csv", "summary.json",
    "report.html", "figures",
}  # fmt: skip


def test_a_run_prints_a_table_and_leaves_a_whole_result(folder, capsys):
    assert main(["run", "tiny.toml", "--futures", "3e2"]) == 0
    (out,) = (folder / "results").iterdir()
    assert out.name.startswith("tiny-") and {path.name for path in out.iterdir()} == RESULT
    assert read_info(out)["futures"] == 300
    assert read_info(out)["command"] == "realign run tiny.toml --futures 3e2"
    printed = capsys.readouterr().out
    assert (
        "Follow" in printed
        and "Two floods" in printed
        and str(out / "report.html").removeprefix(str(folder) + os.sep) in printed
    )
    assert out.name.endswith(read_info(out)["scenario_hash"])


def test_json_is_alone_on_stdout(realign):
    done = realign("run", "tiny.toml", "--futures", "50", "--json", "--out", "out")
    assert done.returncode == 0
    rows = json.loads(done.stdout)["rows"]
    assert {(row["stress"], row["policy"]) for row in rows} == {
        (stress, policy) for stress in ("baseline", "Two floods") for policy in ("Stay", "Follow")
    }


def test_quiet_says_nothing_on_stderr(realign):
    done = realign("run", "tiny.toml", "--futures", "50", "--json", "--quiet", "--out", "out")
    assert (done.returncode, done.stderr) == (0, "")


def test_only_the_chosen_policies_and_stress_tests_are_played(folder, capsys):
    words = ["--policy", "Follow", "--stress", "Two floods", "--futures", "20", "--json", "--out", "out"]
    assert main(["run", "tiny.toml", *words]) == 0
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert (row["stress"], row["policy"], row["futures"]) == ("Two floods", "Follow", 20)


def test_settings_change_the_scenario_as_run(folder, capsys):
    words = ["--set", "organisation.cash=8_000", "--weeks", "9", "--futures", "5", "--seed", "0", "--out", "out"]
    assert main(["run", "tiny.toml", *words]) == 0
    from realign.scenario import load

    as_run = load("out/scenario.toml")
    assert (as_run.organisation.cash, as_run.weeks, as_run.futures, as_run.seed) == (8000, 9, 5, 0)


def test_another_seed_goes_to_another_folder(folder, capsys):
    assert main(["run", "tiny.toml", "--futures", "5"]) == 0
    assert main(["run", "tiny.toml", "--futures", "5", "--seed", "9"]) == 0
    assert len(list((folder / "results").iterdir())) == 2


def test_a_run_says_whether_its_precision_was_reached(folder, capsys):
    assert main(["run", "tiny.toml", "--until", "100", "--out", "out"]) == 0
    assert "was reached after 1,024 futures" in capsys.readouterr().out
    assert main(["run", "tiny.toml", "--until", "1e-9", "--futures", "300", "--out", "out"]) == 0
    assert "was not reached with 300 futures" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot send Ctrl-C to another there")
def test_ctrl_c_keeps_what_is_finished_and_resume_goes_on(folder, realign):
    words = ["run", "tiny.toml", "--futures", "2_000_000", "--out", "out", "--threads", "1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "realign", *words],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # which whoever runs the tests may ignore
    )  # fmt: skip
    deadline = time.monotonic() + 900
    while not (folder / "out" / ".parts" / "00000").exists() and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    printed, told = process.communicate(timeout=300)
    assert process.returncode == 130
    assert "Traceback" not in told and "--resume goes on from there" in told
    info = read_info(folder / "out")
    assert info["interrupted"] and 0 < info["futures"] < 2_000_000
    assert f"{info['futures']:,} of 2,000,000 futures" in told and "Follow" in printed
    assert RESULT | {".parts"} == {path.name for path in (folder / "out").iterdir()}

    wanted = str(info["futures"] + 256)
    done = realign("run", "tiny.toml", "--futures", wanted, "--out", "out", "--resume", "--quiet", "--json")
    assert (done.returncode, json.loads(done.stdout)["futures"]) == (0, int(wanted))
    assert {path.name for path in (folder / "out").iterdir()} == RESULT


def test_ctrl_c_before_the_first_future_keeps_nothing(folder, capsys, monkeypatch):
    monkeypatch.setattr("realign.running.folder._Run.play", lambda run, workers, interrupts: None)
    assert main(["run", "tiny.toml", "--out", "out"]) == 130
    assert "nothing is kept" in capsys.readouterr().err
    assert not (folder / "out").exists()


@pytest.mark.parametrize("text", ["10000", "10_000", "1e4", "1.0e4"])
def test_numbers_may_be_written_as_people_write_them(text):
    assert whole_number(1, 10**9)(text) == 10_000


def test_progress_without_a_terminal_is_a_line_now_and_then(capsys, monkeypatch):
    now = [100.0]
    monkeypatch.setattr("realign.terminal.monotonic", lambda: now[0])
    line = ProgressLine()
    for second in range(25):
        now[0] = 100.0 + second
        line(second, 25, 2e6, 25.0 - second)
    line.clear()
    assert capsys.readouterr().err == (
        "10 of 25 futures · 2.0 million unit-weeks/s · 0:15 left\n"
        "20 of 25 futures · 2.0 million unit-weeks/s · 0:05 left\n"
    )
    assert clock(3601) == "1:00:01"
