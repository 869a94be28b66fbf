"""A run into a folder, from the order to the last file.

Stage: run. In: a scenario and options. Out: the path of a result folder.
Idea: tasks are played by whatever workers there are and taken as they are done; now and then a part is saved. A run is
one stretch of tasks (after the first block, which sets the ranges of the fans); one that has a precision to reach is a
stretch for each look. Outcomes do not depend on where stretches end.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from time import perf_counter
from typing import Any

from realign.errors import BlockError, RunError, UsageError
from realign.model import build_plan
from realign.running import files
from realign.running.blocks import BLOCK, StressTest
from realign.running.choice import Order, order
from realign.running.hold import holding
from realign.running.info import describe
from realign.running.interrupts import Interrupts
from realign.running.parts import FOLDER, Parts, key_of, must_fit
from realign.running.until import Watch
from realign.running.weekly import Fan, bins_for, cells_of
from realign.running.workers import Threads, Workers, play_all
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
    select: float | None = None,
    progress: Progress | None = None,
    resume: bool = False,
    command: str = "",
    on_interrupt: Callable[[], None] | None = None,
    workers: Workers | None = None,
    interrupts: Interrupts | None = None,
) -> Path:
    """Play every stress test and policy on the same futures and leave a result folder.

    futures, seed: those of the scenario if None; with `until` or `select`, `futures` is the most that is played (10^6
        if None).
    policies, stresses: names; None for all. The unstressed case is the stress test "baseline".
    events: for how many futures, from the first, events are kept.
    until: stop when the half-width of the interval of the paired difference of the best two policies' value is below
        this under every stress test; see `realign.running.until`.
    select: play on only with the policies that may still be the best under the first stress test, until one is left;
        with this probability it is the best. With `until`: or until none can be better than the leader by that much.
    resume: go on from what an interrupted or killed run of the same order left in `out`.
    on_interrupt: called at the first Ctrl-C, from which on no block is begun; what was finished is written as a result
        whose run.json says `interrupted`. KeyboardInterrupt is raised only if nothing was finished.
    workers: who plays; None for `threads` threads of this process. interrupts: those of a shell that runs several.

    A stress test that cannot be played is left out, and the rest goes on: run.json says which one `failed`, and where.
    A BlockError is raised only if no stress test is left.
    """
    ordered = order(
        scenario, futures=futures, seed=seed, policies=policies, stresses=stresses, threads=threads, events=events,
        until=until, select=select,
    )  # fmt: skip
    out = Path(out)
    if resume and _is_finished(ordered, out):
        return out
    with ExitStack() as at_end:
        run = _Run(order=ordered, parts=_parts(ordered, out, at_end, resume=resume), progress=progress)
        try:
            heard = interrupts or at_end.enter_context(Interrupts(on_interrupt))
            run.play(workers or at_end.enter_context(closing(Threads(ordered.threads))), heard)
            _keep(run, out, command=command, interrupted=heard.asked and not run.complete)
        except BaseException:
            if not run.parts.any:  # nothing worth going on with
                shutil.rmtree(out / FOLDER, ignore_errors=True)
                with suppress(OSError):
                    out.rmdir()
            raise
    return out


def _is_finished(ordered: Order, out: Path) -> bool:
    """Whether this very run lies there, finished."""
    info = files.read_info(out) or {}
    if info.get("key") is None or info.get("interrupted") or info.get("failed") or key_of(out / FOLDER) is not None:
        return False
    must_fit(out, found=info["key"], wanted=ordered.key)
    precision = info.get("precision") or {}
    return info.get("futures_wanted") == ordered.futures and (
        ordered.select is not None or precision.get("wanted") == ordered.until
    )


def plan_of(scenario: Scenario, stress: str, policies: Sequence[str]) -> Any:
    """The plan of some policies under a stress test."""
    return build_plan(scenario.under(stress), force=scenario.stress(stress).force, policies=policies)


def _parts(ordered: Order, out: Path, at_end: ExitStack, *, resume: bool) -> Parts:
    """The parts to add to: those of an earlier run, or none; claims the folder and holds it to the end."""
    plans = []
    for name in ordered.stresses:
        plans.append(plan_of(ordered.scenario, name, ordered.policies))
        if plans[-1].measures != plans[0].measures:
            raise UsageError(f'stress test "{name}": changes names, so its outcomes cannot be set beside the others')
    bins = bins_for(sum(cells_of(plan) for plan in plans))
    stresses = [
        StressTest(number=number, name=name, plan=plan, fan=Fan.of(plan, bins=bins))
        for number, (name, plan) in enumerate(zip(ordered.stresses, plans))
    ]
    parts = Parts(folder=out / FOLDER, stresses=stresses)
    found = key_of(parts.folder) if resume else None
    if found is not None:
        must_fit(out, found=found, wanted=ordered.key)
    files.claim(out)
    at_end.enter_context(holding(out))
    if found is None:
        parts.start(ordered.key)
        return parts
    parts.resume(wanted=ordered.futures)
    if parts.futures > ordered.futures:
        raise UsageError(
            f"{out}: --resume: {parts.futures:,} futures are finished there, more than the {ordered.futures:,} "
            "that are wanted; ask for more, or run without --resume to start anew"
        )
    return parts


@dataclass(slots=True, kw_only=True)
class _Run:
    """A run at work."""

    order: Order
    parts: Parts
    progress: Progress | None
    watch: Watch | None = None
    started: float = field(default_factory=perf_counter)
    warm: float = 0.0  # when the first task was done,
    before: int = 0  # and what was finished by then

    @property
    def complete(self) -> bool:
        return (self.watch is not None and self.watch.reached) or self.parts.futures == self.order.futures

    @property
    def speed(self) -> float:
        """Unit-weeks a second after the first task of this session, in which the kernel may have been compiled."""
        played = self.parts.finished - self.before if self.warm else 0
        return played * self.unit_weeks / max(perf_counter() - self.warm, 1e-9)

    @property
    def unit_weeks(self) -> int:
        """Of one future of one stress test under the policies that play."""
        return int(self.parts.stresses[0].playing.unit_weeks)

    def play(self, workers: Workers, interrupts: Interrupts) -> None:
        """Play until all futures are played, the answer is sure enough, or Ctrl-C."""
        order = self.order
        if order.until is None and order.select is None:
            self._stretch(order.futures, workers, interrupts)
            return
        self.watch = Watch(
            policies=order.policies, stresses=order.stresses, most=order.futures, until=order.until, select=order.select
        )
        if self._recall(self.watch):
            return
        self.parts.watch = self.watch
        for futures in self.watch.looks:
            if futures <= self.parts.futures:
                continue  # a look of the run that is resumed
            self._stretch(futures, workers, interrupts)
            if self.parts.futures < futures or self._look(self.watch, futures):
                return

    def _look(self, watch: Watch, futures: int) -> bool:
        """Look, and play on with the policies that are left; True: sure enough."""
        before = len(watch.left)
        enough = watch.look(futures)
        if not enough and len(watch.left) < before:
            names = [self.order.policies[p] for p in watch.left]
            for stress in self.parts.stresses:
                stress.play_on(plan_of(self.order.scenario, stress.name, names))
        return enough

    def _recall(self, watch: Watch) -> bool:
        """Take the values of resumed parts, block by block, and look again where looks were taken; True: was enough."""
        futures = 0
        for blocks in zip(*(self.parts.values(stress) for stress in self.parts.stresses)):
            watch.add(blocks)
            futures += blocks[0].shape[1]
            if futures in watch.looks and self._look(watch, futures):
                return True
        return False

    def _stretch(self, last: int, workers: Workers, interrupts: Interrupts) -> None:
        """Play up to the future `last`, saving parts on the way."""
        parts = self.parts
        parts.forget_beyond(last)
        while parts.stresses and parts.futures < last and not interrupts.asked:
            # the first block sets the ranges of the fans, so the others wait for it
            end = last if parts.futures else min(BLOCK, last)
            tasks = parts.tasks(end, seed=self.order.seed, events=self.order.events)
            for played in play_all(tasks, workers, stop=lambda: interrupts.asked):
                if isinstance(played, BlockError):
                    if self.watch is not None:
                        raise played  # how sure the answer is, is about all stress tests
                    parts.drop(played)
                else:
                    parts.add(played)
                if parts.due:
                    parts.save()
                self._tell(last)
        if not parts.stresses:
            raise parts.failed[0]

    def _tell(self, last: int) -> None:
        if not self.warm:
            self.warm, self.before = perf_counter(), self.parts.finished
        if self.progress is not None and self.parts.stresses:
            done, number = self.parts.finished, len(self.parts.stresses)
            speed = self.speed
            left = (last * number - done) * self.unit_weeks / speed if speed else nan
            self.progress(done // number, last, speed, left)


def _how_sure(run: _Run) -> dict[str, dict[str, Any] | None]:
    """What `until` or `select` came to."""
    watch = run.watch
    if watch is None:
        return {"precision": None, "selection": None}
    about: dict[str, Any] = {"reached": watch.reached, "looks": watch.seen}
    if watch.select is None:
        return {"precision": {"wanted": watch.until, **about}, "selection": None}
    selection = {
        "probability": watch.select, "within": watch.until, **about, "stress": watch.stresses[0],
        "leader": watch.policies[watch.leader], "left": [watch.policies[p] for p in watch.left],
        "estimated_probability": watch.probability(), "futures": watch.futures_of(),
    }  # fmt: skip
    return {"precision": None, "selection": selection}


def _keep(run: _Run, out: Path, *, command: str, interrupted: bool) -> None:
    """Write what was finished; the parts stay where an interrupted run may go on with them."""
    parts = run.parts
    if not parts.futures:
        raise KeyboardInterrupt("no future was finished, so nothing is kept")
    info = describe(
        run.order, parts.stresses, futures=parts.futures, seconds=perf_counter() - run.started, speed=run.speed,
        command=command, interrupted=interrupted, failed=parts.failed, **_how_sure(run),
    )  # fmt: skip
    try:
        files.publish(files.make_files(parts, scenario_text=run.order.text, info=info), out=out)
    except OSError as error:
        raise RunError(f"{out}: the results cannot be written: {error.strerror or error}") from error
    if not interrupted:
        shutil.rmtree(parts.folder)
