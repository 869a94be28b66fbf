"""One run at a time in one folder.

Stage: run. In: a result folder. Out: a hold on it, which ends with the process, however that ends.
Idea: two runs at once would clear away, or take for their own, what the other has finished. An advisory lock on the
folder itself leaves no file behind that a killed run could not take away. Processes forked off by this one close the
lock at once, so that none of them holds on after it. Where a system or a disk has no such locks, nothing is held.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from realign.errors import UsageError

if sys.platform != "win32":
    import fcntl

_handles: set[int] = set()


@contextmanager
def holding(folder: Path) -> Iterator[None]:
    """Hold the folder; a UsageError if another run does."""
    handle = _lock(folder)
    try:
        yield
    finally:
        if handle in _handles:
            _handles.remove(handle)
            os.close(handle)


def _lock(folder: Path) -> int:
    if sys.platform == "win32":
        return -1
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise UsageError(f"{folder}: another run is at work there; wait until it ends, or give another --out") from None
    except OSError:  # a disk without locks
        os.close(handle)
        return -1
    _handles.add(handle)
    return handle


def _let_go() -> None:
    """In a forked process: the lock is the parent's."""
    for handle in _handles:
        with suppress(OSError):
            os.close(handle)
    _handles.clear()


if sys.platform != "win32":
    os.register_at_fork(after_in_child=_let_go)
