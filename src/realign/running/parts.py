"""What a run has finished so far, kept in `.parts` so that a stopped or killed run can go on.

Stage: run. In: played blocks. Out: the same outcomes again, stress test by stress test, to be written as files.
Idea: finished blocks wait in memory until they are worth a part (some seconds of work, or many bytes). A part is a
numbered folder, filled under another name and then renamed, so it is there whole or not at all; the last one also
holds the histograms as they were after it. Outcomes lie there as plain arrays (policy, measure, future), to be put
into files when the run ends: so files do not depend on where a run was stopped.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from realign.errors import RunError, UsageError
from realign.running.blocks import Played, StressTest

FOLDER = ".parts"
_SECONDS = 2.0  # a part is worth at least this much work,
_SHARE = 20.0  # and this many times what it takes to write,
_BYTES = 64 * 2**20  # unless this much waits in memory
_FANS = "fan-{}.npz"
_OUTCOMES = "outcomes-{}.npy"


@dataclass(slots=True, kw_only=True)
class Parts:
    """The finished blocks of a run: parts on disk, then blocks in memory."""

    folder: Path
    stresses: Sequence[StressTest]
    saved: int = 0  # parts on disk
    futures: int = 0  # finished for all stress tests
    waiting: list[list[Played]] = field(default_factory=list)
    _bytes: int = 0
    _since: float = field(default_factory=monotonic)
    _cost: float = 0.0
    _events: list[list[list[Any]]] = field(default_factory=list)  # by stress test, of the parts on disk

    def start(self, key: dict[str, Any]) -> None:
        """Begin anew: forget what lies there."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        (self.folder / "plan.json").write_text(json.dumps(key, indent=1), encoding="utf-8")
        self._events = [[] for _ in self.stresses]

    def add(self, block: list[Played]) -> None:
        """Take a block, finished for all stress tests; blocks come in order."""
        for stress, played in zip(self.stresses, block):
            stress.fan.sums += played.sums
            stress.seconds += played.seconds
            self._bytes += played.outcomes.nbytes
        self.futures += block[0].outcomes.shape[2]
        self.waiting.append(block)

    @property
    def due(self) -> bool:
        """Whether what waits is worth a part."""
        if not self.waiting:
            return False
        return self._bytes > _BYTES or monotonic() - self._since > max(_SECONDS, _SHARE * self._cost)

    def save(self) -> None:
        """Write what waits as a part; no block may be at work, or the histograms would be ahead of the outcomes."""
        if self.waiting:
            started = monotonic()
            self._write()
            self._cost = monotonic() - started
        self._since = monotonic()

    def _write(self) -> None:
        unfinished = self.folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        for index, stress in enumerate(self.stresses):
            outcomes = np.concatenate([block[index].outcomes for block in self.waiting], axis=2)
            np.save(unfinished / _OUTCOMES.format(index), outcomes)
            fan = stress.fan
            counts = fan.counts.astype(np.min_scalar_type(fan.counts.max()))
            with (unfinished / _FANS.format(index)).open("wb") as file:
                np.savez(file, counts=counts, sums=fan.sums, low=fan.low, high=fan.high)
        indices = range(len(self.stresses))
        events = [[list(event) for block in self.waiting for event in block[index].events] for index in indices]
        about = {"futures": self.futures, "seconds": [stress.seconds for stress in self.stresses], "events": events}
        (unfinished / "part.json").write_text(json.dumps(about, default=_plain), encoding="utf-8")
        unfinished.rename(self.folder / f"{self.saved:05d}")
        self.saved += 1
        for old in (self.folder / f"{self.saved - 2:05d}").glob("fan-*.npz"):
            old.unlink()
        for known, new in zip(self._events, events):
            known.extend(new)
        self.waiting.clear()
        self._bytes = 0

    def resume(self) -> None:
        """Take up the parts that lie there."""
        self._events = [[] for _ in self.stresses]
        try:
            while (self.folder / f"{self.saved:05d}").is_dir():
                about = json.loads((self.folder / f"{self.saved:05d}" / "part.json").read_text(encoding="utf-8"))
                self.futures = int(about["futures"])
                for index, stress in enumerate(self.stresses):
                    stress.seconds = float(about["seconds"][index])
                    self._events[index].extend(about["events"][index])
                self.saved += 1
            for index, stress in enumerate(self.stresses if self.saved else ()):
                with np.load(self.folder / f"{self.saved - 1:05d}" / _FANS.format(index)) as fan:
                    stress.fan.counts[...] = fan["counts"]
                    stress.fan.sums[...] = fan["sums"]
                    stress.fan.low, stress.fan.high = fan["low"], fan["high"]
        except (OSError, ValueError, KeyError) as error:
            raise RunError(f"{self.folder}: the checkpoint is damaged ({error}); run without --resume") from error

    def outcomes(self, index: int) -> Iterator[np.ndarray]:
        """The outcomes (policy, measure, future) of a stress test, from the first future to the last, in chunks."""
        for number in range(self.saved):
            yield np.load(self.folder / f"{number:05d}" / _OUTCOMES.format(index))
        for block in self.waiting:
            yield block[index].outcomes

    def events(self, index: int) -> list[Any]:
        """The events of a stress test, in order of futures."""
        return self._events[index] + [event for block in self.waiting for event in block[index].events]


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
