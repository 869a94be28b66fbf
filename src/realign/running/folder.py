"""A run into a folder, from the order to the last file.

Stage: run. In: a scenario and options. Out: the path of a result folder.
Idea: stretches of blocks are played and taken in order; between stretches nothing is at work, and that is when a part
is saved, a look at the precision is taken, or the run ends. Outcomes do not depend on where stretches end.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from time import perf_counter
from typing import Any

from realign.errors import RunError, UsageError
from realign.model import build_plan
from realign.running import files
from realign.running.blocks import BLOCK, Crew, StressTest
from realign.running.choice import Order, order
from realign.running.info import describe
from realign.running.interrupts import Interrupts
from realign.running.parts import FOLDER, Parts, key_of, must_fit
from realign.running.until import Look, Pairs, looks
from realign.running.weekly import Fan, bins_for, cells_of
from realign.scenario import Scenario

Progress = Callable[[int, int, float, float], None]  # futures done and wanted, unit-weeks/s, seconds left or NaN


def run_to_folder(
    scenario: Scenario,
    *,
    out: Path,
    futures: int | None = None,
    seed: int | None = None,
    policies: Iterable[str] | None = None,
    stresses: Iterable[str] | None = None,
    threads: int | None = None,
    events: int = 0,
    until: float | None = None,
    progress: Progress | None = None,
    resume: bool = False,
    command: str = "",
    on_interrupt: Callable[[], None] | None = None,
) -> Path:
    """Play every stress test and policy on the same futures and leave a result folder.

    futures, seed: those of the scenario if None; with `until`, `futures` is the most that is played (10^6 if None).
    policies, stresses: names; None for all. The unstressed case is the stress test "baseline".
    events: for how many futures, from the first, events are kept.
    until: stop when the half-width of the interval of the paired difference of the best two policies' value is below
        this under every stress test; see `realign.running.until`.
    resume: go on from what an interrupted or killed run of the same order left in `out`.
    on_interrupt: called at the first Ctrl-C, from which on no block is begun; what was finished is written as a result
        whose run.json says `interrupted`. KeyboardInterrupt is raised only if nothing was finished.
    """
    ordered = order(
        scenario, futures=futures, seed=seed, policies=policies, stresses=stresses, threads=threads, events=events,
        until=until,
    )  # fmt: skip
    out = Path(out)
    if resume and _is_finished(ordered, out):
        return out
    run = _Run(order=ordered, parts=_parts(ordered, out, resume=resume), progress=progress)
    try:
        with Interrupts(on_interrupt) as interrupts:
            run.play(interrupts)
            _keep(run, out, command=command, interrupted=interrupts.asked and not run.complete)
    except BaseException:
        if not run.parts.saved:  # nothing worth going on with
            shutil.rmtree(out / FOLDER, ignore_errors=True)
            with suppress(OSError):
                out.rmdir()
        raise
    return out


def _is_finished(ordered: Order, out: Path) -> bool:
    """Whether this very run lies there, finished."""
    info = files.read_info(out) or {}
    if info.get("key") is None or info.get("interrupted") or key_of(out / FOLDER) is not None:
        return False
    must_fit(out, found=info["key"], wanted=ordered.key)
    precision = info.get("precision") or {}
    return info.get("futures_wanted") == ordered.futures and precision.get("wanted") == ordered.until


def _parts(ordered: Order, out: Path, *, resume: bool) -> Parts:
    """The parts to add to: those of an earlier run, or none; claims the folder."""
    plans = []
    for name in ordered.stresses:
        force = ordered.scenario.stress(name).force
        plans.append(build_plan(ordered.scenario.under(name), force=force, policies=ordered.policies))
        if plans[-1].measures != plans[0].measures:
            raise UsageError(f'stress test "{name}": changes names, so its outcomes cannot be set beside the others')
    bins = bins_for(sum(cells_of(plan) for plan in plans))
    stresses = [
        StressTest(name=name, plan=plan, fan=Fan.of(plan, bins=bins)) for name, plan in zip(ordered.stresses, plans)
    ]
    parts = Parts(folder=out / FOLDER, stresses=stresses)
    found = key_of(parts.folder) if resume else None
    if found is not None:
        must_fit(out, found=found, wanted=ordered.key)
        parts.resume()
        if parts.futures > ordered.futures:
            raise UsageError(
                f"{out}: --resume: {parts.futures:,} futures are finished there, more than the {ordered.futures:,} "
                "that are wanted; ask for more, or run without --resume to start anew"
            )
    files.claim(out)
    if found is None:
        parts.start(ordered.key)
    return parts


@dataclass(slots=True, kw_only=True)
class _Run:
    """A run at work."""

    order: Order
    parts: Parts
    progress: Progress | None
    looks: list[Look] = field(default_factory=list)
    reached: bool = False
    started: float = field(default_factory=perf_counter)
    played: int = 0  # futures of this session, after its first block
    warm: float = 0.0  # when the first block was done
    pairs: list[Pairs] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return self.reached or self.parts.futures == self.order.futures

    @property
    def speed(self) -> float:
        """Unit-weeks a second, after the first block of this session, in which the kernel may have been compiled."""
        return self.played * self.unit_weeks / max(perf_counter() - self.warm, 1e-9)

    @property
    def unit_weeks(self) -> int:
        """Of one future, over all stress tests and policies."""
        return sum(stress.plan.unit_weeks for stress in self.parts.stresses)

    def play(self, interrupts: Interrupts) -> None:
        """Play until all futures are played, the answer is sure enough, or Ctrl-C."""
        if self.order.until is None:
            self._stretch(self.order.futures, interrupts)
            return
        self._recall()
        for futures, level in looks(self.order.futures):
            if futures < self.parts.futures:
                continue  # a look of the run that is resumed
            self._stretch(futures, interrupts)
            if self.parts.futures < futures:
                return
            widths = {s.name: pairs.half_width(level) for s, pairs in zip(self.parts.stresses, self.pairs)}
            self.looks.append(Look(futures=futures, level=level, half_widths=widths))
            if self.looks[-1].reaches(self.order.until):
                self.reached = True
                return

    def _recall(self) -> None:
        """Take the values of resumed parts into the sums, block by block, as if they had just been played."""
        value = self.parts.stresses[0].plan.measures.index("value")
        for index in range(len(self.parts.stresses)):
            pairs = Pairs.of(len(self.order.policies))
            for chunk in self.parts.outcomes(index):
                for first in range(0, chunk.shape[2], BLOCK):
                    pairs.add(chunk[:, value, first : first + BLOCK])
            self.pairs.append(pairs)

    def _stretch(self, last: int, interrupts: Interrupts) -> None:
        """Play up to the future `last`, saving parts on the way."""
        parts = self.parts
        crew = Crew(stresses=parts.stresses, seed=self.order.seed, events=self.order.events, threads=self.order.threads)
        value = parts.stresses[0].plan.measures.index("value")
        with closing(crew):
            while parts.futures < last and not interrupts.asked:
                # the first block sets the ranges of the fans, so the others wait for it
                end = last if parts.futures else min(BLOCK, last)
                for block in crew.blocks(parts.futures, end, stop=lambda: interrupts.asked or parts.due):
                    parts.add(block)
                    for pairs, played in zip(self.pairs, block):
                        pairs.add(played.outcomes[:, value])
                    self._tell(block[0].outcomes.shape[2], last)
                if parts.due or interrupts.asked:
                    parts.save()

    def _tell(self, futures: int, last: int) -> None:
        if self.warm:
            self.played += futures
        else:
            self.warm = perf_counter()
        if self.progress is not None:
            speed = self.speed
            left = (last - self.parts.futures) * self.unit_weeks / speed if speed else nan
            self.progress(self.parts.futures, last, speed, left)


def _keep(run: _Run, out: Path, *, command: str, interrupted: bool) -> None:
    """Write what was finished; the parts stay where an interrupted run may go on with them."""
    parts = run.parts
    if not parts.futures:
        raise KeyboardInterrupt("no future was finished, so nothing is kept")
    precision: dict[str, Any] | None = None
    if run.order.until is not None:
        precision = {"wanted": run.order.until, "reached": run.reached, "looks": run.looks}
    info = describe(
        run.order, parts.stresses, futures=parts.futures, seconds=perf_counter() - run.started, speed=run.speed,
        command=command, interrupted=interrupted, precision=precision,
    )  # fmt: skip
    try:
        files.publish(files.make_files(parts, scenario_text=run.order.text, info=info), out=out)
    except OSError as error:
        raise RunError(f"{out}: the results cannot be written: {error.strerror or error}") from error
    if not interrupted:
        shutil.rmtree(parts.folder)
