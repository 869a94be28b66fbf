"""What a stream can show, and a line of progress on it.

Stage: shared by the shells. In: a text, now and then. Out: a line that is written over on a terminal and in a notebook,
and else a plain line once in a while.
"""

from __future__ import annotations

import shutil
import sys
from math import isfinite
from time import monotonic
from typing import Any, TextIO

_EVERY_LIVE = 0.1  # seconds: faster cannot be read
_EVERY_IN_FILE = 10.0  # seconds: a log stays short


def is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def width() -> int:
    """Columns of the terminal; 100 where there is none."""
    return shutil.get_terminal_size((100, 24)).columns


class ProgressLine:
    """Called with futures done and wanted, unit-weeks a second, seconds left (NaN: unknown), and what goes before."""

    def __init__(self) -> None:
        self._notebook = _notebook()
        self._on_terminal = self._notebook is None and is_terminal(sys.stderr)
        self._every = _EVERY_IN_FILE if self._notebook is None and not self._on_terminal else _EVERY_LIVE
        self._last = monotonic()
        self._shown = 0

    def __call__(self, done: int, wanted: int, speed: float, left: float, before: str = "") -> None:
        now = monotonic()
        if now - self._last < self._every:
            return
        self._last = now
        text = f"{before}{done:,} of {wanted:,} futures"
        if isfinite(left):
            text += f" · {rate(speed)} unit-weeks/s · {clock(left)} left"
        self._write(text)

    def _write(self, text: str) -> None:
        if self._notebook is not None:
            self._notebook.update({"text/plain": text}, raw=True)
            self._shown = len(text)
            return
        if self._on_terminal:
            text = text[: width() - 1]
            sys.stderr.write("\r" + text.ljust(self._shown))
            self._shown = len(text)
        else:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def clear(self) -> None:
        """Wipe the line, so that other text can stand there."""
        if not self._shown:
            return
        if self._notebook is not None:
            self._notebook.update({"text/plain": ""}, raw=True)
        else:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()
        self._shown = 0


def _notebook() -> Any:
    """A place for a changing text in the cell that is running; None outside notebooks."""
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    if not shell or not getattr(shell, "kernel", None):
        return None
    from IPython.display import display

    return display({"text/plain": ""}, raw=True, display_id=True)


def rate(speed: float) -> str:
    """
    >>> rate(12_345_678), rate(345_678)
    ('12.3 million', '346 thousand')
    """
    return f"{speed / 1e6:.1f} million" if speed >= 1e6 else f"{speed / 1e3:,.0f} thousand"


def clock(seconds: float) -> str:
    """
    >>> clock(75), clock(7500)
    ('1:15', '2:05:00')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
