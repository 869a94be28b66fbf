"""Progress on standard error.

Stage: command line. In: how far a run is. Out: one line that is written over on a terminal, else a line now and then.
"""

from __future__ import annotations

import sys
from math import isfinite
from time import monotonic

from realign.cli.terminal import is_terminal, width

_EVERY_ON_TERMINAL = 0.1  # seconds: faster cannot be read
_EVERY_IN_FILE = 10.0  # seconds: a log stays short


class ProgressLine:
    """Called with futures done and wanted, unit-weeks a second, seconds left (NaN: unknown)."""

    def __init__(self) -> None:
        self._on_terminal = is_terminal(sys.stderr)
        self._every = _EVERY_ON_TERMINAL if self._on_terminal else _EVERY_IN_FILE
        self._last = monotonic()
        self._shown = 0

    def __call__(self, done: int, wanted: int, speed: float, left: float) -> None:
        now = monotonic()
        if now - self._last < self._every:
            return
        self._last = now
        text = f"{done:,} of {wanted:,} futures"
        if isfinite(left):
            text += f" · {speed / 1e6:.1f} million unit-weeks/s · {clock(left)} left"
        if self._on_terminal:
            text = text[: width() - 1]
            sys.stderr.write("\r" + text.ljust(self._shown))
            self._shown = len(text)
        else:
            sys.stderr.write(text + "\n")
        sys.stderr.flush()

    def clear(self) -> None:
        """Wipe the line, so that other text can stand there."""
        if self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()
            self._shown = 0


def clock(seconds: float) -> str:
    """
    >>> clock(75), clock(7500)
    ('1:15', '2:05:00')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
