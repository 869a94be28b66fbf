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
LIMITS = {  # seconds, promised
    "help": None, "check of the bakery": None, "run of 16 futures": 1.5, "run of 10,000 futures": None,
    "run of 10,000 futures, stress tests too": 10.0, "run of 16 futures, first compile": 60.0,
}  # fmt: skip
PREDICTION = "16 futures within 1.5 s, 10,000 under all stress tests within 10 s, the first compile within 60 s"


def timed(arguments: list[str], *, cache: str | None = None) -> tuple[float, float]:
    """Seconds and MiB at the most that one command takes."""
    environment = dict(os.environ, **({"REALIGN_CACHE_DIR": cache} if cache else {}))
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "realign", *arguments], env=environment, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    said = process.stderr.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"realign {' '.join(arguments)}: exit status {process.returncode}\n{said}")
    return seconds, used.ru_maxrss / (1024.0**2 if sys.platform == "darwin" else 1024.0)


def repeated(arguments: list[str], repeats: int) -> tuple[Spread, float]:
    """Seconds of some repeats after one that is not counted, and the largest memory."""
    timed(arguments)
    found = [timed(arguments) for _ in range(repeats)]
    return Spread(tuple(seconds for seconds, _ in found)), max(memory for _, memory in found)


def measure(*, repeats: int) -> dict[str, tuple[Spread, float]]:
    """All commands."""
    with tempfile.TemporaryDirectory() as folder:
        def run(*more: str) -> list[str]:
            return ["run", BAKERY, "--quiet", "--out", str(Path(folder) / "out"), *more]

        tasks = {
            "help": ["--help"],
            "check of the bakery": ["check", BAKERY],
            "run of 16 futures": run("--futures", "16", "--stress", "baseline"),
            "run of 10,000 futures": run("--futures", "10000", "--stress", "baseline"),
            "run of 10,000 futures, stress tests too": run("--futures", "10000"),
        }
        found = {name: repeated(arguments, repeats) for name, arguments in tasks.items()}
        fresh = timed(tasks["run of 16 futures"], cache=str(Path(folder) / "cache"))
        return {**found, "run of 16 futures, first compile": (Spread((fresh[0],)), fresh[1])}


def report(*, repeats: int) -> str:
    """The section of the results."""
    found = measure(repeats=repeats)
    rows, late = [], []
    for name, (seconds, memory) in found.items():
        limit = LIMITS[name]
        promise = "" if limit is None else f"{limit:g} s: {'kept' if seconds.median <= limit else 'missed'}"
        late += [name] if "missed" in promise else []
        rows.append([name, f"{seconds:.2f}", f"{memory:.0f}", promise])
    return (
        "## Whole commands\n\nSeconds by the clock; MiB are the largest resident memory.\n\n"
        f"Predicted: {PREDICTION}.\n"
        f"Found: {'all held' if not late else 'failed for ' + ', '.join(late)}.\n\n"
        + table(["command", "seconds", "MiB", "promise"], rows)
    )
