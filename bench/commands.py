"""Whole commands by the clock, as a user waits for them.

Stage: bench. In: nothing. Out: a table of seconds and of the largest memory. All but the last find the kernel compiled;
the last has a cache folder of its own.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.timing import ROOT, Spread, table

BAKERY = str(ROOT / "scenarios" / "bakery.toml")
LIMITS = {  # seconds, promised; a run includes its report
    "help": 0.5, "schema": 0.5, "check of the bakery": 0.5, "start-up: 16 futures in Python": 1.5,
    "run of 16 futures": None, "run of 1,000 futures, stress tests too": 3.0, "run of 10,000 futures": None,
    "run of 10,000 futures, stress tests too": 10.0, "run of 16 futures, first compile": 30.0,
}  # fmt: skip
IN_PYTHON = """
import sys
from realign.model import build_plan, play_block
from realign.scenario import load
play_block(build_plan(load(sys.argv[1])), seed=1, first=0, count=16)
"""
PREDICTION = (
    "help, schema and check within 0.5 s; from the shell to the first futures played within 1.5 s; runs under all "
    "stress tests, with reports, of 1,000 futures within 3 s, of 10,000 within 10 s; the first run ever within 30 s"
)


def timed(arguments: tuple[str, ...], *, cache: str | None = None) -> tuple[float, float, float]:
    """Seconds by the clock, seconds of CPU, and MiB at the most that one command takes."""
    environment = dict(os.environ, **({"REALIGN_CACHE_DIR": cache} if cache else {}))
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    said = process.stderr.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(arguments)}: exit status {process.returncode}\n{said}")
    memory = used.ru_maxrss / (1024.0**2 if sys.platform == "darwin" else 1024.0)
    return seconds, used.ru_utime + used.ru_stime, memory


def repeated(arguments: tuple[str, ...], repeats: int) -> tuple[Spread, Spread, float]:
    """Seconds by the clock and of CPU of some repeats after one that is not counted, and the largest memory.

    Of runs of 10,000 futures two are enough, and none need be thrown away.
    """
    if "10000" in arguments:
        repeats = min(repeats, 2)
    else:
        timed(arguments)
    clock, cpu, memory = zip(*(timed(arguments) for _ in range(repeats)))
    return Spread(clock), Spread(cpu), max(memory)


def measure(*, repeats: int) -> dict[str, tuple[Spread, Spread, float]]:
    """All commands."""
    with tempfile.TemporaryDirectory() as folder:

        def run(*more: str) -> tuple[str, ...]:
            return ("-m", "realign", "run", BAKERY, "--quiet", "--out", str(Path(folder) / "out"), *more)

        tasks = {
            "help": ("-m", "realign", "--help"),
            "schema": ("-m", "realign", "schema"),
            "check of the bakery": ("-m", "realign", "check", BAKERY),
            "start-up: 16 futures in Python": ("-c", IN_PYTHON, BAKERY),
            "run of 16 futures": run("--futures", "16", "--stress", "baseline"),
            "run of 1,000 futures, stress tests too": run("--futures", "1000"),
            "run of 10,000 futures": run("--futures", "10000", "--stress", "baseline"),
            "run of 10,000 futures, stress tests too": run("--futures", "10000"),
        }
        found = {name: repeated(arguments, repeats) for name, arguments in tasks.items()}
        fresh = timed(tasks["run of 16 futures"], cache=str(Path(folder) / "cache"))
        return {**found, "run of 16 futures, first compile": (Spread(fresh[:1]), Spread(fresh[1:2]), fresh[2])}


def report(*, repeats: int) -> str:
    """The section of the results."""
    found = measure(repeats=repeats)
    rows, late = [], []
    for name, (seconds, cpu, memory) in found.items():
        limit = LIMITS[name]
        promise = "" if limit is None else f"{limit:g} s: {'kept' if seconds.median <= limit else 'missed'}"
        late += [name] if "missed" in promise else []
        rows.append([name, f"{seconds:.2f}", f"{cpu.median:.2f}", f"{memory:.0f}", promise])
    return (
        "## Whole commands\n\nSeconds by the clock and of CPU; MiB are the largest resident memory, "
        "below which the measuring process itself hides the smallest.\n\n"
        f"Predicted: {PREDICTION}.\n"
        f"Found: {'all held' if not late else 'failed for ' + ', '.join(late)}.\n\n"
        + table(["command", "seconds", "CPU", "MiB", "promise"], rows)
    )
