"""What a run has finished so far, kept in `.parts` so that a stopped or killed run can go on.

Stage: run. In: played tasks, in any order. Out: the same outcomes again, stress test by stress test.
Idea: a task that is done is written to `blocks` at once, so a kill loses only what is at work. Tasks are counted into
the fans in order of futures, all stress tests together. Now and then (some seconds of work, or many bytes) what has
been counted becomes a part: a numbered folder with outcomes as plain arrays and the fans as they are after it; the
blocks behind it go. Long runs turn outcomes into shards of the final dataset as soon as they are full, and their arrays
go too. Everything is filled under another name and then renamed, so it is there whole or not at all; and nothing of it
depends on where a run was stopped.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from realign.errors import BlockError, RunError, UsageError
from realign.running.blocks import BLOCK, Played, StressTest, Task, cut, size_of_tasks
from realign.running.journal import keeping, read_block, write_block
from realign.running.outcomes import SHARD, between, shard_name, write_outcomes
from realign.running.until import Watch

FOLDER = ".parts"
_SECONDS = 2.0  # a part is worth at least this much work,
_SHARE = 20.0  # and this many times what it takes to write,
_BYTES = 64 * 2**20  # unless this much waits in memory
_FANS = "fan-{}.npz"
_OUTCOMES = "outcomes-{}.npy"
_VALUES = "values-{}.npy"  # of outcomes, kept for who looks on
_FIELDS = ("counts", "sums", "low", "high")


@dataclass(slots=True, kw_only=True)
class Parts:
    """The finished tasks of a run: shards and parts on disk, then blocks on disk and in memory."""

    folder: Path
    stresses: list[StressTest]  # those that have not failed
    failed: list[BlockError] = field(default_factory=list)
    futures: int = 0  # finished and counted for all stress tests
    waiting: dict[int, list[Played]] = field(default_factory=dict)  # counted, but in no part yet
    early: dict[int, dict[int, Played]] = field(default_factory=dict)  # finished before their turn, by first future
    shards: int = 0  # full ones, of every stress test
    watch: Watch | None = None  # is shown the values of each block in its turn
    _kept: list[tuple[int, int]] = field(default_factory=list)  # first and last future of each part
    _since: float = field(default_factory=monotonic)
    _cost: float = 0.0
    _events: dict[int, list[list[Any]]] = field(default_factory=dict)  # by stress test, of the parts on disk

    def __post_init__(self) -> None:
        for stress in self.stresses:
            self.waiting[stress.number], self.early[stress.number], self._events[stress.number] = [], {}, []

    @property
    def saved(self) -> int:
        """Parts on disk."""
        return len(self._kept)

    @property
    def finished(self) -> int:
        """Futures times stress tests that are finished, also those whose turn has not come."""
        ahead = sum(played.count for stress in self.stresses for played in self.early[stress.number].values())
        return self.futures * len(self.stresses) + ahead

    @property
    def any(self) -> bool:
        """Whether there is anything worth going on with."""
        return bool(self.finished)

    def start(self, key: dict[str, Any]) -> None:
        """Begin anew: forget what lies there."""
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "blocks").mkdir(parents=True)
        (self.folder / "plan.json").write_text(json.dumps(key, indent=1), encoding="utf-8")

    def forget_beyond(self, last: int) -> None:
        """Leave aside what was finished before its turn and reaches beyond `last`: such a task could not be counted."""
        for number, early in self.early.items():
            self.early[number] = {first: played for first, played in early.items() if played.last <= last}

    def tasks(self, last: int, *, seed: int, events: int) -> Iterator[Task]:
        """What is left to be played of the futures up to `last`."""
        done = {number: {p.first: p.last for p in early.values()} for number, early in self.early.items()}
        size = size_of_tasks(self.stresses[0].plan, last - self.futures) if self.stresses else BLOCK
        for start, futures in cut(self.futures, last, size):
            for stress in tuple(self.stresses):
                for first, count in _gaps(done[stress.number], start, start + futures):
                    yield Task(
                        stress=stress.number, name=stress.name, plan=stress.playing, rows=stress.rows,
                        policies=len(stress.plan.policies), seed=seed, first=first, count=count, events=events,
                        bins=stress.fan.counts.shape[1], low=stress.fan.low, high=stress.fan.high,
                    )  # fmt: skip

    def add(self, played: Played) -> None:
        """Take a task that is done: to disk at once, into the fans in its turn."""
        if all(stress.number != played.stress for stress in self.stresses):
            return  # of a stress test that has failed meanwhile
        write_block(self.folder / "blocks" / f"{played.stress:02d}-{played.first:012d}", played)
        self.early[played.stress][played.first] = played
        self._count()

    def drop(self, failure: BlockError) -> None:
        """Go on without a stress test that cannot be played."""
        if any(stress.name == failure.stress for stress in self.stresses):
            self.stresses = [stress for stress in self.stresses if stress.name != failure.stress]
            self.failed.append(failure)
            self._count()

    def _count(self) -> None:
        """Count what is finished for all stress tests, in order of futures, into the fans."""
        while chains := self._chains():
            for stress, chain in zip(self.stresses, chains):
                for played in chain:
                    assert played.tally is not None
                    if not stress.fan.low.size:
                        stress.fan.low, stress.fan.high = played.tally.low, played.tally.high
                    stress.fan.add(played.tally)
                    stress.seconds += played.seconds
                    played.tally = None
                    del self.early[stress.number][played.first]
                self.waiting[stress.number] += chain
            if self.watch is not None:
                for values in zip(*(_by_block(_values(stress, chain)) for stress, chain in zip(self.stresses, chains))):
                    self.watch.add(values)
            self.futures = chains[0][-1].last

    def _chains(self) -> list[list[Played]]:
        """The next tasks of each stress test, up to the nearest future at which a task of each ends; or nothing."""
        chains: list[list[Played]] = [[] for _ in self.stresses]
        ends = [self.futures] * len(chains)
        target = self.futures + 1
        while chains and min(ends) < target:
            for index, stress in enumerate(self.stresses):
                while ends[index] < target:
                    played = self.early[stress.number].get(ends[index])
                    if played is None:
                        return []
                    chains[index].append(played)
                    ends[index] = played.last
            target = max(ends)
        return chains

    @property
    def due(self) -> bool:
        """Whether what waits is worth a part; a block that is cut short ends a run, and no part."""
        if not self.stresses or not self.waiting[self.stresses[0].number] or self.futures % BLOCK:
            return False
        waits = sum(played.outcomes.nbytes for waiting in self.waiting.values() for played in waiting)
        return waits > _BYTES or monotonic() - self._since > max(_SECONDS, _SHARE * self._cost)

    def save(self) -> None:
        """Make a part of what has been counted."""
        started = monotonic()
        with keeping(self.folder):
            self._save()
            self._tidy()
        self._cost, self._since = monotonic() - started, monotonic()

    def _save(self) -> None:
        unfinished = self.folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        events, seconds = {}, {}
        for stress in self.stresses:
            waiting = self.waiting[stress.number]
            outcomes = np.concatenate([played.outcomes for played in waiting], axis=2)
            np.save(unfinished / _OUTCOMES.format(stress.number), outcomes)
            counts = stress.fan.counts.astype(np.min_scalar_type(stress.fan.counts.max()))
            rest = {name: getattr(stress.fan, name) for name in _FIELDS[1:]}
            with (unfinished / _FANS.format(stress.number)).open("wb") as file:
                np.savez(file, counts=counts, **rest)
            if self.watch is not None:
                np.save(unfinished / _VALUES.format(stress.number), _values(stress, waiting))
            events[stress.number] = [list(event) for played in waiting for event in played.events]
            seconds[stress.number] = stress.seconds
        first = self._kept[-1][1] if self._kept else 0
        about = {"first": first, "futures": self.futures, "seconds": seconds, "events": events}
        about["failed"] = [[failure.cause, failure.as_dict()] for failure in self.failed]
        (unfinished / "part.json").write_text(json.dumps(about, default=_plain), encoding="utf-8")
        unfinished.rename(self._part(self.saved))
        self._kept.append((first, self.futures))
        for number, new in events.items():
            self._events[number].extend(new)
        for waiting in self.waiting.values():
            waiting.clear()

    def _tidy(self) -> None:
        """Fill shards; then forget the blocks and arrays behind."""
        while self.futures > (self.shards + 1) * SHARD:  # the last one is left to the end: one alone is no dataset
            for stress in self.stresses:
                self.write_shard(stress, self.shards, self.folder / "outcomes")
            self.shards += 1
        for old in (path for path in (self.folder / "blocks").iterdir() if int(path.name[3:15]) < self.futures):
            old.unlink()
        for number, (_, last) in enumerate(self._kept):
            stale = [*self._part(number).glob("fan-*.npz")] if number < self.saved - 1 else []
            if last <= self.shards * SHARD:
                stale += [*self._part(number).glob("outcomes-*.npy")]
            for path in stale:
                path.unlink()

    def write_shard(self, stress: StressTest, shard: int, folder: Path) -> None:
        """Write one file of the dataset, full or the last one; it is there whole or not at all."""
        folder.mkdir(exist_ok=True)
        first, last = shard * SHARD, min((shard + 1) * SHARD, self.futures)
        chunks = [(0, first, between(self.outcomes(stress), first, last))]
        write_outcomes(self.folder / "unfinished.parquet", stress.plan, names=[stress.name], chunks=chunks)
        (self.folder / "unfinished.parquet").rename(folder / shard_name(stress.number, shard))

    def _part(self, number: int) -> Path:
        return self.folder / f"{number:05d}"

    def resume(self, *, wanted: int) -> None:
        """Take up what lies there, for a run that wants so many futures."""
        try:
            self._resume_parts()
            for path in sorted((self.folder / "blocks").iterdir()):
                if path.suffix or int(path.name[:2]) not in {stress.number for stress in self.stresses}:
                    path.unlink()  # half a block, or one that is of no use
                    continue
                played = read_block(path)
                if played.first < self.futures or (played.last % BLOCK and played.last != wanted):
                    path.unlink()  # in a part already, or cut short where this run goes on
                else:
                    self.early[played.stress][played.first] = played
            self._count()
        except (OSError, ValueError, KeyError, IndexError, EOFError) as error:
            raise RunError(f"{self.folder}: the checkpoint is damaged ({error}); run without --resume") from error

    def _resume_parts(self) -> None:
        about: dict[str, Any] = {}
        while self._part(self.saved).is_dir():
            about = json.loads((self._part(self.saved) / "part.json").read_text(encoding="utf-8"))
            self._kept.append((int(about["first"]), int(about["futures"])))
            for number, events in about["events"].items():
                self._events[int(number)].extend(events)
        self.futures = self._kept[-1][1] if self._kept else 0
        for cause, where in about.get("failed", ()):
            self.drop(BlockError(cause, **where))
        for stress in self.stresses if self._kept else ():
            stress.seconds = float(about["seconds"][str(stress.number)])
            with np.load(self._part(self.saved - 1) / _FANS.format(stress.number)) as kept:
                stress.fan.counts[...] = kept["counts"]
                for name in _FIELDS[1:]:
                    setattr(stress.fan, name, kept[name])
        folder = self.folder / "outcomes"
        while self.stresses and all((folder / shard_name(s.number, self.shards)).exists() for s in self.stresses):
            self.shards += 1
        self.shards = min(self.shards, self.futures // SHARD)

    def outcomes(self, stress: StressTest) -> Iterator[tuple[int, np.ndarray]]:
        """The first future and the outcomes (policy, measure, future) of what is in no full shard, in chunks."""
        for number, (first, last) in enumerate(self._kept):
            if last > self.shards * SHARD:
                yield first, np.load(self._part(number) / _OUTCOMES.format(stress.number))
        for played in self.waiting[stress.number]:
            yield played.first, played.outcomes

    def values(self, stress: StressTest) -> Iterator[np.ndarray]:
        """The values (policy, future) of what is finished, block by block, of a run that is watched."""
        for number in range(self.saved):
            yield from _by_block(np.load(self._part(number) / _VALUES.format(stress.number)))
        if self.waiting[stress.number]:
            yield from _by_block(_values(stress, self.waiting[stress.number]))

    def events(self, stress: StressTest) -> list[Any]:
        """The events of a stress test, in order of futures."""
        waiting = self.waiting[stress.number]
        return self._events[stress.number] + [event for played in waiting for event in played.events]


def _values(stress: StressTest, chain: list[Played]) -> np.ndarray:
    """The values (policy, future) of tasks that follow each other."""
    value = stress.plan.measures.index("value")
    return np.concatenate([played.outcomes[:, value] for played in chain], axis=1)


def _by_block(values: np.ndarray) -> Iterator[np.ndarray]:
    """Values in blocks; they begin where a block begins."""
    for first in range(0, values.shape[1], BLOCK):
        yield values[:, first : first + BLOCK]


def _gaps(done: dict[int, int], first: int, last: int) -> Iterator[tuple[int, int]]:
    """The stretches (first, count) of a range that are not within `done`, which gives the last of each first.

    >>> list(_gaps({256: 512, 768: 1024}, 0, 1280))
    [(0, 256), (512, 256), (1024, 256)]
    """
    for start, end in sorted(done.items()):
        if start < last and end > first:
            if start > first:
                yield first, start - first
            first = end
    if first < last:
        yield first, last - first


def _plain(number: np.generic) -> Any:
    """A number of numpy as one of Python."""
    return number.item()


def key_of(folder: Path) -> dict[str, Any] | None:
    """What the parts in a folder belong to; None if there are none."""
    try:
        key = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return key if isinstance(key, dict) else None


def must_fit(folder: Path, *, found: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Refuse to go on with parts of another run, and say what differs."""
    differs = [name for name in wanted if found.get(name) != wanted[name]]
    if not differs:
        return
    what = "; ".join(f"{name}: {_short(found.get(name))} there, {_short(wanted[name])} now" for name in differs)
    raise UsageError(
        f"{folder}: --resume does not fit what is there: {what}; run without --resume to start anew, "
        "or give another --out"
    )


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 80 else text[:79] + "…"
