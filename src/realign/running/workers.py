"""Where tasks are played: threads, local processes, a Dask cluster, or any executor of `concurrent.futures`.

Stage: run. In: tasks. Out: what became of them, in the order in which they are done.
Idea: the distributing is left to existing engines, all of which are executors; a task may be played twice, so one that
was lost with its worker is simply handed out again. Processes that die break their pool: it is replaced, and a task
that was at work twice when that happened is then played alone, so that one that kills its worker takes no other along.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

from realign.errors import BlockError, RunError
from realign.running.blocks import Played, Task, play_task
from realign.running.journal import read_block, write_block

_REPLIES = 256 * 2**20  # bytes of replies on their way, as long as every worker has a task
_LOOK = 15.0  # seconds without an answer after which it is asked whether anybody still works on it
_STARTING = Lock()
_SUSPECT, _GUILTY = 2, 4  # times a task may lose its worker before it is played alone, and before it is given up


class Workers:
    """An executor that is used as it is: when it breaks the run ends, to be resumed."""

    losses: tuple[type[BaseException], ...] = (CancelledError, BrokenProcessPool)  # that mean: hand out again
    killings: tuple[type[BaseException], ...] = ()  # that mean: the executor itself has tried often enough

    def __init__(self, executor: Executor, number: int) -> None:
        self.executor = executor
        self.number = number  # tasks at work at the same time
        self.generation = 0  # how often the executor has been replaced
        self.lock = Lock()  # runs in several threads share their workers

    def submit(self, task: Task, *, lost: int = 0) -> Future[Any]:
        """Hand out a task that has lost its worker so many times."""
        return self.executor.submit(play_task, task)

    def reply(self, future: Future[Any]) -> Played:
        """What a task that is done has given, or what it has raised."""
        played: Played = future.result()
        return played

    def mend(self, generation: int, loss: BaseException) -> None:
        """Make up for a loss that happened under this generation of the executor."""
        raise RunError(f"the executor lost its tasks ({_said(loss)}); --resume goes on from what is finished")

    def idle(self) -> bool:
        """Whether it is known that nobody works on anything that was handed out."""
        return False

    def close(self) -> None:
        """Let go of what was made for these workers: of an executor that was given, nothing."""


class Threads(Workers):
    """Threads of this process: the kernel holds no lock of the interpreter."""

    losses = ()

    def __init__(self, number: int) -> None:
        super().__init__(ThreadPoolExecutor(number, thread_name_prefix="realign"), number)

    def close(self) -> None:
        self.executor.shutdown(wait=False, cancel_futures=True)


class Processes(Workers):
    """Processes of this machine.

    Their replies go through files: of a process that is killed while it sends, a pipe would keep half a message, for
    the rest of which its pool would wait for ever. What is left in the pipe is a word, written whole or not at all.
    """

    def __init__(self, number: int, *, folder: Path) -> None:
        super().__init__(_pool(number), number)
        self._folder = folder
        self._numbers = count()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def submit(self, task: Task, *, lost: int = 0) -> Future[Any]:
        path = self._folder / f"{next(self._numbers)}"
        if lost < _SUSPECT:
            with _apart_from_the_script():  # a pool starts its processes when it is asked for something
                return self.executor.submit(_play_into, task, path)
        alone = _pool(1)
        with _apart_from_the_script():
            future = alone.submit(_play_into, task, path)
        future.add_done_callback(lambda _: alone.shutdown(wait=False))
        return future

    def reply(self, future: Future[Any]) -> Played:
        said = future.result()
        if isinstance(said, BlockError):
            raise said
        played = read_block(said)
        said.unlink()
        return played

    def mend(self, generation: int, loss: BaseException) -> None:
        with self.lock:
            if generation == self.generation:
                self.executor.shutdown(wait=False)
                self.executor = _pool(self.number)
                self.generation += 1

    def close(self) -> None:
        self.executor.shutdown(wait=False, cancel_futures=True)
        shutil.rmtree(self._folder, ignore_errors=True)


def _play_into(task: Task, path: Path) -> Path | BlockError:
    """Play a task and write what became of it; called in a process of its own."""
    try:
        write_block(path, play_task(task))
    except BlockError as failure:
        return failure
    return path


def _pool(number: int) -> ProcessPoolExecutor:
    """Processes that start quickly, do not hear Ctrl-C and do not outlive their parent."""
    import multiprocessing

    context: Any = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
    if sys.platform == "linux":
        context.set_forkserver_preload(["realign.running.blocks"])
        _start_server()
    return ProcessPoolExecutor(number, mp_context=context, initializer=_begin_work)


@contextmanager
def _apart_from_the_script() -> Iterator[None]:
    """Processes that start meanwhile do not run the user's script once more.

    A script that asks for a batch at its top would ask again in every worker, which Python refuses. Workers need
    nothing from it: a rule of the user's own travels with the plan. Only where it lies is hidden, since other threads
    may meanwhile ask for what is in it.
    """
    with _STARTING:
        script = vars(sys.modules["__main__"])
        place: dict[str, Any] = {name: script.pop(name) for name in ("__file__", "__spec__") if name in script}
        script["__spec__"] = None
        try:
            yield
        finally:
            script.update(place)


def _start_server() -> None:
    """Start what starts the processes; Ctrl-C, which a terminal sends to all, must not end it while it still loads."""
    import signal
    from multiprocessing import forkserver, resource_tracker

    resource_tracker.ensure_running()  # which the server starts otherwise, and then lets Ctrl-C through
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # a new process begins with what is blocked
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin_work() -> None:
    """Called in a new process: Ctrl-C is the parent's business, and when the parent is gone so is the work."""
    import multiprocessing
    import signal
    from multiprocessing.connection import wait as wait_for
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> None:
        wait_for([parent.sentinel])
        os._exit(1)

    Thread(target=follow, daemon=True).start()


@dataclass(frozen=True, slots=True)
class _Job:
    """A task at work; `lost`: how many workers it has lost."""

    task: Task
    generation: int
    lost: int


def play_all(tasks: Iterable[Task], workers: Workers, *, stop: Callable[[], bool]) -> Iterator[Played | BlockError]:
    """Play tasks; yields what became of each as soon as it is done.

    When `stop` says so no further task is handed out; those at work are waited for and yielded.
    """
    left, again = iter(tasks), deque[tuple[Task, int]]()
    working: dict[Future[Any], _Job] = {}
    idle = 0  # looks in a row that found nobody at work
    while True:
        while not stop() and (job := _next(left, again, workers, working)) is not None:
            task, lost = job
            generation = workers.generation
            try:
                working[workers.submit(task, lost=lost)] = _Job(task, generation, lost)
            except workers.losses as loss:
                workers.mend(generation, loss)
                again.append(job)
        if not working:
            return
        done = wait(working, timeout=_LOOK, return_when=FIRST_COMPLETED).done
        idle = 0 if done or not workers.idle() else idle + 1
        if idle == 2:  # an answer was lost on its way: what it was to is asked again
            for future, job_idle in working.items():
                future.cancel()
                again.append((job_idle.task, job_idle.lost))
            working, idle = {}, 0
        for future in done:
            job_done = working.pop(future)
            try:
                yield workers.reply(future)
            except BlockError as failure:
                yield failure
            except workers.killings as loss:
                yield _given_up(job_done.task, loss)
            except workers.losses as loss:
                workers.mend(job_done.generation, loss)
                if job_done.lost + 1 < _GUILTY:
                    again.append((job_done.task, job_done.lost + 1))
                else:
                    yield _given_up(job_done.task, loss)


def _next(
    left: Iterator[Task], again: deque[tuple[Task, int]], workers: Workers, working: dict[Future[Any], _Job]
) -> tuple[Task, int] | None:
    """The next task to hand out and how many workers it has lost; None while enough are at work."""
    if len(working) >= 2 * workers.number:
        return None
    if len(working) >= workers.number and sum(job.task.reply for job in working.values()) > _REPLIES:
        return None
    if again:
        return again.popleft()
    task = next(left, None)
    return None if task is None else (task, 0)


def _given_up(task: Task, loss: BaseException) -> BlockError:
    return BlockError(
        f"it lost its worker again and again ({_said(loss)}): killed, or out of memory", scenario=task.plan.name,
        stress=task.name, first=task.first, last=task.first + task.count - 1,
    )  # fmt: skip


def _said(loss: BaseException) -> str:
    return str(loss).split("\n")[0] or type(loss).__name__


def default_number() -> int:
    """As many workers as this process may use processors."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1
