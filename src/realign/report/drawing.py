"""Drawing all figures of a report, on two processors where that is safe.

Stage: report. In: `Evidence`. Out: for each plate its SVG text and its PNG bytes, in the order of the gallery.
Idea: figures are most of the time that a report takes, and they have nothing to do with each other. On Linux, where no
other thread of Python is at work, a forked process draws every second one and hands back bytes; it only computes and
writes to a pipe. Where that is not so, or if it fails, this process draws them all: the bytes are the same.
"""

from __future__ import annotations

import os
import pickle
import sys
import threading
import warnings
from collections.abc import Sequence
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


def _drawn(evidence: Evidence, chosen: Sequence[Plate]) -> Made:
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
    """Draw every second plate here and the others in a forked process."""
    import realign.report.figures  # noqa: F401 - before the fork, so that it is done once

    out, into = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of libraries: they are idle
        child = os.fork()
    if child == 0:
        _work(evidence, chosen[1::2], into)
    os.close(into)
    try:
        with os.fdopen(out, "rb") as pipe:  # closed first if anything fails: the other process then ends too
            made = _drawn(evidence, chosen[::2])
            handed = pipe.read()
    finally:
        os.waitpid(child, 0)
    try:
        made.update(pickle.loads(handed))
    except (pickle.UnpicklingError, EOFError):  # it did not finish
        made.update(_drawn(evidence, chosen[1::2]))
    return made


def _work(evidence: Evidence, chosen: Sequence[Plate], into: int) -> None:
    """In the forked process: draw, hand over, end at once; nothing that the parent has begun is finished here."""
    try:
        handed = pickle.dumps(_drawn(evidence, chosen))
        with os.fdopen(into, "wb") as pipe:
            pipe.write(handed)
    finally:
        os._exit(0)
