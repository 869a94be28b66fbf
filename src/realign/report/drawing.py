"""Drawing all figures of a report, on two processors where that is safe.

Stage: report. In: `Evidence`. Out: for each plate its SVG text and its PNG bytes, in the order of the gallery.
Idea: figures are most of the time that a report takes, and they have nothing to do with each other. On Linux, where no
other thread of Python is at work, a forked process draws some of them and hands back bytes; it only computes and
writes to a pipe. Each of the two takes the next figure when it has drawn one: their numbers lie in a pipe that both
read, one byte at a time. Where nothing may be forked, or if that fails, this process draws them all: the bytes are the
same.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from realign.report.evidence import Evidence
from realign.report.gallery import Plate, plates

Made = dict[str, tuple[str, bytes]]  # plate -> SVG, PNG
_WORTH_IT = 4  # figures: fewer are drawn before another process has begun


def draw_all(evidence: Evidence) -> list[tuple[Plate, str, bytes]]:
    """Every plate that the run can fill, drawn."""
    chosen = list(plates(evidence))
    made = _shared(evidence, chosen) if len(chosen) >= _WORTH_IT and _may_fork() else _drawn(evidence, chosen)
    return [(plate, *made[plate.name]) for plate in chosen]


def _drawn(evidence: Evidence, chosen: Iterable[Plate]) -> Made:
    made: Made = {}
    for plate in chosen:
        picture: Any = plate.draw(evidence)
        made[plate.name] = picture.svg(), picture.png()
    return made


def _may_fork() -> bool:
    """Whether a copy of this process can draw: nothing else is at work in it, and there is a processor for it."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return False
    return len(os.sched_getaffinity(0)) > 1


def _shared(evidence: Evidence, chosen: Sequence[Plate]) -> Made:
    """Draw the plates here and in a forked process."""
    import realign.report.figures  # noqa: F401 - before the fork, so that it is done once

    numbers, last = os.pipe()
    os.write(last, bytes(range(len(chosen))))
    os.close(last)
    out, into = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of libraries: they are idle
        child = os.fork()
    mine = _taken(chosen, numbers)
    if child == 0:
        _work(evidence, mine, into)
    os.close(into)
    try:
        with os.fdopen(out, "rb") as pipe:  # closed first if anything fails: the other process then ends too
            made = _drawn(evidence, mine)
            handed = pipe.read()
    finally:
        os.close(numbers)
        os.waitpid(child, 0)
    with suppress(pickle.UnpicklingError, EOFError):  # it did not finish
        made.update(pickle.loads(handed))
    return made | _drawn(evidence, (plate for plate in chosen if plate.name not in made))


def _taken(chosen: Sequence[Plate], numbers: int) -> Iterator[Plate]:
    """The plates that this process takes."""
    while number := os.read(numbers, 1):
        yield chosen[number[0]]


def _work(evidence: Evidence, mine: Iterable[Plate], into: int) -> None:
    """In the forked process: draw, hand over, end at once; nothing that the parent has begun is finished here."""
    try:
        handed = pickle.dumps(_drawn(evidence, mine))
        with os.fdopen(into, "wb") as pipe:
            pipe.write(handed)
    finally:
        os._exit(0)
