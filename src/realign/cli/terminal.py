"""What the terminal can show.

Stage: command line. In: a stream. Out: whether colour is welcome, how wide it is; text with or without colour.
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import TextIO

_RED, _RESET = "\x1b[31m", "\x1b[0m"


def is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def wants_colour(stream: TextIO) -> bool:
    """Colour only on a terminal, and not where NO_COLOR is set (https://no-color.org)."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns of the terminal; 100 where there is none."""
    return shutil.get_terminal_size((100, 24)).columns


def complain(text: str) -> None:
    """A fault, on standard error."""
    mark = f"{_RED}realign:{_RESET}" if wants_colour(sys.stderr) else "realign:"
    print(f"{mark} {text}", file=sys.stderr, flush=True)


def remark(text: str) -> None:
    """Something worth knowing that is not the answer, on standard error."""
    print(text, file=sys.stderr, flush=True)
