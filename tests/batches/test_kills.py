"""Batches that are killed without warning, as power cuts and out-of-memory killers do."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from batch_files import same

PIECES, KILLS = 5, 10  # 50 kills in all, in pieces that each take a few minutes


def start(scenarios, out, *words):
    files = [str(scenarios / f"{name}.toml") for name in ("dry", "wet")]
    order = ["batch", *files, "--futures", "20_000", "--threads", "2", "--out", str(out), "--quiet", *words]
    return subprocess.Popen(
        [sys.executable, "-m", "realign", *order], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip


def kept_on_disk(out):
    """Futures times stress tests that are on disk for each scenario."""
    kept = {}
    for parts in out.glob("*/.parts"):
        blocks = [path for path in (parts / "blocks").glob("*") if re.fullmatch(r"\d+-\d+", path.name)]
        kept[parts.parent.name] = {path.name for path in blocks}
    return kept


def others_of(leader):
    """The processes of a batch besides the leading one: workers, and what starts them."""
    found = subprocess.run(["ps", "-o", "pid=", "--sid", str(leader)], capture_output=True, text=True).stdout.split()
    return [int(pid) for pid in found if int(pid) != leader]


def kill_one_of(process, dice):
    """Kill a process of the batch other than the leading one; whether there was one."""
    others = others_of(process.pid)
    if others:
        with suppress(ProcessLookupError):
            os.kill(dice.choice(others), signal.SIGKILL)
    return bool(others)


@pytest.fixture(scope="module")
def whole(scenarios, tmp_path_factory):
    """The batch undisturbed, and how long it takes."""
    out = tmp_path_factory.mktemp("whole") / "out"
    begun = time.monotonic()
    process = start(scenarios, out)
    assert process.wait(900) == 0
    return out, time.monotonic() - begun


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals there")
@pytest.mark.parametrize("piece", range(PIECES))
def test_a_batch_killed_at_random_moments_ends_with_the_bytes_of_an_undisturbed_one(scenarios, whole, tmp_path, piece):
    """Each batch is killed again and again at random moments while it is resumed, then left to end.

    The random moments spread over the time of an undisturbed batch. A third of the kills take everything, a third the
    leading process alone, so that its workers must find out for themselves, and a third another process alone, after
    which the batch goes on by itself.
    """
    undisturbed, seconds = whole
    dice = random.Random(piece)
    kills, batches = 0, 0
    while kills < KILLS:
        out = tmp_path / f"batch-{batches}"
        batches += 1
        words = []
        for _ in range(dice.randint(3, 8)):
            process = start(scenarios, out, *words)
            time.sleep(dice.uniform(0.3, seconds))
            victim = dice.choice(["all", "leader", "another"])
            if victim == "another" and process.poll() is None:
                kills += kill_one_of(process, dice)
                time.sleep(dice.uniform(0.0, seconds / 2))
            ended = process.poll() is not None
            if not ended:
                os.kill(process.pid, signal.SIGKILL) if victim == "leader" else os.killpg(process.pid, signal.SIGKILL)
                kills += 1
            assert process.wait() in (0, -signal.SIGKILL), f"batch {batches} after {kills} kills"
            words = ["--resume"] if (out / "batch.json").exists() else []
            if ended:
                break
        process = start(scenarios, out, "--resume")
        assert process.wait(900) == 0
        for name in ("dry", "wet"):
            assert same(out / name, undisturbed / name), f"batch {batches} after {kills} kills"
            assert not (out / name / ".parts").exists()
        assert (out / "overview.csv").read_bytes() == (undisturbed / "overview.csv").read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals there")
def test_a_kill_loses_no_block_that_was_finished(scenarios, tmp_path):
    out = tmp_path / "out"
    process = start(scenarios, out)
    deadline = time.monotonic() + 300
    while sum(map(len, kept_on_disk(out).values())) < 8 and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    kept = kept_on_disk(out)
    assert sum(map(len, kept.values())) >= 8
    script = (
        "import sys; from realign.running import workers\n"
        "submit = workers.Processes.submit\n"
        "def told(self, task, *, lost=0):\n"
        "    print('TASK', task.plan.name, f'{task.stress:02d}-{task.first:012d}', flush=True)\n"
        "    return submit(self, task, lost=lost)\n"
        "workers.Processes.submit = told\n"
        "from realign.cli.main import main\n"
        "if __name__ == '__main__': sys.exit(main(sys.argv[1:]))\n"
    )
    (tmp_path / "resume.py").write_text(script)
    files = [str(scenarios / f"{name}.toml") for name in ("dry", "wet")]
    order = ["batch", *files, "--futures", "20_000", "--threads", "2", "--out", str(out), "--quiet", "--resume"]
    done = subprocess.run([sys.executable, str(tmp_path / "resume.py"), *order], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    played = {line.split(" ", 2)[2] for line in done.stdout.splitlines() if line.startswith("TASK")}
    names = {"dry": "Tiny", "wet": "Wet"}
    again = [block for name, blocks in kept.items() for block in blocks if f"{names[name]} {block}" in played]
    assert played and not again
