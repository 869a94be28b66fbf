"""A batch in Python, and the files that it leaves.

Stage: batch. In: scenario files or scenarios, and workers of one's choice. Out: a `Batch`.
Idea: the folder is the result. The command line comes through the same door.

    done = batch(["a.toml", "b.toml"], futures=10_000)
    done.overview                                         # DataFrame: scenario, stress, policy, value, tail, ...
    done.results["a"].plot.fan("value")
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realign.batches.overview import Group, groups, overview
from realign.batches.page import overview_page
from realign.batches.playing import Entry, play_entries
from realign.errors import Fault, ScenarioError, UsageError
from realign.report.listing import write_whole
from realign.result import Result
from realign.running.interrupts import Interrupts
from realign.running.workers import Processes, Workers, default_number
from realign.scenario import Scenario, load, scenario_hash
from realign.terminal import ProgressLine

if TYPE_CHECKING:
    import pandas as pd

_ABOUT = "batch.json"
Source = str | os.PathLike[str] | Scenario


@dataclass(frozen=True)
class Batch:
    """What became of a batch."""

    folder: Path
    entries: tuple[Entry, ...]

    @cached_property
    def overview(self) -> pd.DataFrame:
        """One row for each scenario, stress test and policy: value, expected_shortfall (tail), ruined, regret."""
        return overview(self.entries)

    @cached_property
    def groups(self) -> list[Group]:
        """Scenarios that compare the same policies, each group with its robust choice."""
        return groups(self.overview)

    @property
    def results(self) -> dict[str, Result]:
        """The result of each scenario that was played, by its name in the batch."""
        return {entry.name: Result(entry.folder) for entry in self.entries if entry.finished}

    @property
    def failures(self) -> list[dict[str, Any]]:
        """What could not be played: scenario, stress, policy, first, last, future, week, cause."""
        return [{"file": entry.name, **failure} for entry in self.entries for failure in entry.failures]

    @property
    def interrupted(self) -> bool:
        return any(entry.interrupted for entry in self.entries)

    @property
    def page(self) -> Path:
        """The overview."""
        return self.folder / "overview.html"

    def __repr__(self) -> str:
        played = sum(entry.finished for entry in self.entries)
        return f"<Batch of {len(self.entries)} scenarios, {played} played, in {self.folder}>"


def batch(
    files: Iterable[Source],
    *,
    executor: Executor | None = None,
    cluster: str | None = None,
    tls: dict[str, str] | None = None,
    out: str | os.PathLike[str] | None = None,
    settings: Sequence[str] = (),
    futures: int | None = None,
    seed: int | None = None,
    policies: Iterable[str] | None = None,
    stresses: Iterable[str] | None = None,
    events: int = 0,
    threads: int | None = None,
    resume: bool = False,
    quiet: bool = False,
    command: str = "realign.batch",
    told: Callable[[Entry], None] | None = None,
) -> Batch:
    """Play many scenarios: every stress test and policy of each, as `run` does; one overview.

    executor: any `concurrent.futures` executor; None for processes of this machine. cluster: the address of a Dask
    scheduler instead, tls: its files (`ca_file`, `cert`, `key`). threads: tasks at work at the same time (default: all
    processors). settings: changes to every scenario, as `--set` takes them. out: the folder (default
    results/batch-HASH). resume: go on from what an interrupted or killed batch left there. told: called with each
    scenario as it ends. The bits do not depend on the executor, nor on what else is in the batch.

    Local processes begin by reading the main module, so a script needs `if __name__ == "__main__":` around this call.
    """
    if executor is not None and cluster is not None:
        raise UsageError("executor and cluster: give one of them")
    entries = _entries(files, settings)
    options = {
        "futures": futures, "seed": seed, "policies": None if policies is None else [*policies],
        "stresses": None if stresses is None else [*stresses], "events": events,
    }  # fmt: skip
    folder = Path(out) if out is not None else Path("results") / f"batch-{_hash(entries, options)}"
    _claim(folder, entries, command)
    for entry in entries:
        entry.folder = folder / entry.name
    with closing(_workers(executor, cluster, tls, threads, folder)) as workers, Interrupts() as interrupts:
        line = None if quiet else ProgressLine()

        def ended(entry: Entry) -> None:
            if line is not None:
                line.clear()
            if told is not None:
                told(entry)

        play_entries(
            entries, workers=workers, interrupts=interrupts, show=line, told=ended,
            options={**options, "resume": resume, "command": command},
        )  # fmt: skip
        if line is not None:
            line.clear()
    done = Batch(folder, tuple(entries))
    _write(done)
    return done


def _workers(
    executor: Executor | None, cluster: str | None, tls: dict[str, str] | None, threads: int | None, folder: Path
) -> Workers:  # fmt: skip
    number = threads or default_number()
    if executor is not None:
        return Workers(executor, threads or getattr(executor, "_max_workers", None) or number)
    if cluster is not None:
        from realign.running.cluster import Cluster

        return Cluster(cluster, **(tls or {}))
    return Processes(number, folder=folder / ".workers")


def _entries(files: Iterable[Source], settings: Sequence[str]) -> list[Entry]:
    """The scenarios, named after their files; all faults of all files at once."""
    entries: list[Entry] = []
    faults: list[Fault] = []
    taken: dict[str, int] = {}
    for source in files:
        try:
            scenario = source if isinstance(source, Scenario) else load(Path(source), settings)
        except ScenarioError as error:
            faults += error.faults
            continue
        stem = Path(scenario.file).stem if isinstance(source, Scenario) else Path(source).stem
        taken[stem] = taken.get(stem, 0) + 1
        name = stem if taken[stem] == 1 else f"{stem}-{taken[stem]}"
        entries.append(Entry(name=name, scenario=scenario, folder=Path(name)))
    if faults:
        raise ScenarioError(faults)
    if not entries:
        raise UsageError("no scenario is given")
    return entries


def _hash(entries: Sequence[Entry], options: dict[str, Any]) -> str:
    import hashlib

    parts = [[entry.name, scenario_hash(entry.scenario)] for entry in entries]
    return hashlib.blake2b(json.dumps([parts, options]).encode(), digest_size=4).hexdigest()


def _claim(folder: Path, entries: Sequence[Entry], command: str) -> None:
    """Refuse a folder that holds something else; say what this one is for."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is a file, but a batch needs a folder; give another --out")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / _ABOUT).is_file():
        raise UsageError(f"{folder}: holds something that is not a batch of realign; give another --out, or empty it")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("overview.html", "overview.csv", "overview.json"):
            (folder / name).unlink(missing_ok=True)
        about = {"command": command, "scenarios": {entry.name: entry.scenario.file for entry in entries}}
        write_whole(folder / _ABOUT, (json.dumps(about, indent=2, ensure_ascii=False) + "\n").encode())
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror or error}") from None


def _write(done: Batch) -> None:
    """The overview as table, as JSON and as a page."""
    robust = [
        {"scenarios": group.scenarios, "policy": group.robust.policy, "largest_regret": group.robust.regret[0],
         "in": group.robust.regret[1]}
        for group in done.groups
    ]  # fmt: skip
    rows = [
        {key: None if value != value else value for key, value in row.items()}
        for row in done.overview.to_dict("records")
    ]
    document = {"interrupted": done.interrupted, "robust": robust, "failures": done.failures, "rows": rows}
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    write_whole(done.folder / "overview.json", f"{text}\n".encode())
    write_whole(done.folder / "overview.csv", done.overview.to_csv(index=False).encode())
    write_whole(done.page, overview_page(done.entries, done.groups).encode())



