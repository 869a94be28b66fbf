"""Playing many scenarios on the same workers.

Stage: batch. In: scenarios with a name each, workers. Out: a result folder with its report for each; failures.
Idea: a few scenarios are under way at the same time, each led by a thread of its own that cuts, hands out and merges,
so that the workers have something to do while one scenario ends and another begins. Reports are written here, one at
a time, as the scenarios are finished.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import Any

from realign.compare import read_info
from realign.errors import BlockError, RealignError
from realign.report import write_report
from realign.running.folder import run_to_folder
from realign.running.interrupts import Interrupts
from realign.running.workers import Workers
from realign.scenario import Scenario

_AT_ONCE = 4  # scenarios under way: enough to bridge the end of one, few enough for their histograms


@dataclass(slots=True, kw_only=True)
class Entry:
    """A scenario of the batch and what became of it."""

    name: str
    scenario: Scenario
    folder: Path
    failures: list[dict[str, Any]] = field(default_factory=list)
    finished: bool = False  # whether the folder holds a result, if only of a part
    interrupted: bool = False


class Pace:
    """How far the whole batch is, from what each scenario tells."""

    def __init__(self, entries: Sequence[Entry], show: Callable[..., None] | None, options: dict[str, Any]) -> None:
        self._show = show
        self._lock = Lock()
        self._work = {entry.name: _unit_weeks(entry.scenario, options) for entry in entries}
        self._wanted = {entry.name: int(options.get("futures") or entry.scenario.futures) for entry in entries}
        self._done = dict.fromkeys(self._work, 0)
        self._began: dict[str, int] = {}  # what was there when a scenario first told something
        self._closed = 0
        self._started = perf_counter()

    def tell(self, name: str, done: int, wanted: int) -> None:
        """A scenario is so far."""
        with self._lock:
            if not self._began:
                self._started = perf_counter()
            self._began.setdefault(name, done)
            self._done[name], self._wanted[name] = done, wanted
            if self._show is not None:
                played = sum((self._done[n] - began) * self._work[n] for n, began in self._began.items())
                ahead = sum((self._wanted[n] - done) * self._work[n] for n, done in self._done.items())
                speed = played / max(perf_counter() - self._started, 1e-9)
                before = f"{self._closed} of {len(self._work)} scenarios · " if len(self._work) > 1 else ""
                left = ahead / speed if played else nan
                self._show(sum(self._done.values()), sum(self._wanted.values()), speed, left, before)

    def close(self, name: str) -> None:
        """A scenario has come to its end."""
        with self._lock:
            self._closed += 1
            self._done[name] = self._wanted[name]
            self._began.setdefault(name, self._wanted[name])


def _unit_weeks(scenario: Scenario, options: dict[str, Any]) -> int:
    """Of one future under all policies and stress tests."""
    policies = len(options.get("policies") or scenario.policies)
    stresses = len(options.get("stresses") or (0, *scenario.stresses))
    return len(scenario.units) * scenario.weeks * policies * stresses


def play_entries(
    entries: Sequence[Entry], *, workers: Workers, interrupts: Interrupts, options: dict[str, Any],
    show: Callable[..., None] | None, told: Callable[[Entry], None] | None,
) -> None:  # fmt: skip
    """Play all; `told` is called with each as it ends. What fails is noted, and the others go on."""
    pace = Pace(entries, show, options)
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="scenario") as leaders:
        leading: dict[Future[bool], Entry] = {
            leaders.submit(_lead, entry, pace, workers, interrupts, options): entry for entry in entries
        }
        while leading:
            for future in wait(leading, return_when=FIRST_COMPLETED).done:
                entry = leading.pop(future)
                _close(entry, future)
                pace.close(entry.name)
                if told is not None:
                    told(entry)


def _lead(
    entry: Entry, pace: Pace, workers: Workers, interrupts: Interrupts, options: dict[str, Any]
) -> bool:  # fmt: skip
    """Play one scenario; whether it was played at all."""
    if interrupts.asked:
        return False
    run_to_folder(
        entry.scenario, out=entry.folder, workers=workers, interrupts=interrupts, threads=workers.number,
        progress=lambda done, wanted, speed, left: pace.tell(entry.name, done, wanted), **options,
    )  # fmt: skip
    return True


def _close(entry: Entry, future: Future[bool]) -> None:
    """Write the report of a scenario that has come to its end, and note what failed."""
    try:
        if future.result():
            info = read_info(entry.folder)
            entry.interrupted = bool(info.get("interrupted"))
            entry.failures += info.get("failed", [])
            if not (entry.folder / "report.html").is_file():  # it is the last file that a report writes
                write_report(entry.folder)
            entry.finished = True
        else:
            entry.interrupted = True
    except KeyboardInterrupt:
        entry.interrupted = True
    except BlockError as error:
        entry.failures.append({**error.as_dict(), "cause": error.cause})
    except Exception as error:  # whatever it is, hours of work on other scenarios must not be lost by it
        cause = str(error) if isinstance(error, RealignError) else f"{type(error).__name__}: {error}".rstrip(": ")
        entry.failures.append({"scenario": entry.scenario.name, "stress": "", "policy": "", "cause": cause})
