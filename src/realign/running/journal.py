"""A task that is done, as a file.

Stage: run. In: a `Played`. Out: the same again, after the process is gone.
Idea: arrays one behind the other, as numpy writes them, under another name until all are there. Nothing waits for the
disk: a killed process loses no byte that it has handed to the system.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from realign.errors import RunError
from realign.running.blocks import Played
from realign.running.weekly import Tally

_ARRAYS = ("low", "high", "places", "counts", "sums")


@contextmanager
def keeping(folder: Path) -> Iterator[None]:
    """Say it in words when the disk does not take what was finished."""
    try:
        yield
    except OSError as error:
        why = error.strerror or "the disk takes no more"  # numpy says how many bytes were not written, and no reason
        raise RunError(
            f"{folder}: what was finished cannot be kept: {why}; --resume goes on from what is there"
        ) from error


def write_block(path: Path, played: Played) -> None:
    """Write a task; it is there whole or not at all."""
    tally = played.tally
    assert tally is not None
    about = {"stress": played.stress, "first": played.first, "seconds": played.seconds, "bins": tally.bins}
    text = json.dumps({**about, "events": played.events}, default=lambda number: number.item())
    unfinished = path.with_suffix(".unfinished")
    with keeping(path.parent):
        with unfinished.open("wb") as file:
            np.save(file, np.frombuffer(text.encode(), np.uint8))
            np.save(file, played.outcomes)
            for name in _ARRAYS:
                np.save(file, getattr(tally, name))
        unfinished.rename(path)


def read_block(path: Path) -> Played:
    """Read a task back."""
    with path.open("rb") as file:
        about = json.loads(np.load(file).tobytes())
        outcomes = np.load(file)
        arrays = {name: np.load(file) for name in _ARRAYS}
    return Played(
        stress=about["stress"], first=about["first"], outcomes=outcomes, seconds=about["seconds"],
        tally=Tally(bins=about["bins"], **arrays), events=[tuple(event) for event in about["events"]],
    )  # fmt: skip
