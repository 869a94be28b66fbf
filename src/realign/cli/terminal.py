"""What the terminal can show.

Stage: command line. In: a stream. Out: whether colour is welcome, how wide it is; text with or without colour.
"""

from __future__ import annotations

import os
import sys
from typing import TextIO

from realign.terminal import is_terminal, width

__all__ = ["complain", "is_terminal", "remark", "wants_colour", "width"]

_RED, _RESET = "\x1b[31m", "\x1b[0m"


def wants_colour(stream: TextIO) -> bool:
    """Colour only on a terminal, and not where NO_COLOR is set (https://no-color.org)."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def complain(text: str) -> None:
    """A fault, on standard error."""
    mark = f"{_RED}realign:{_RESET}" if wants_colour(sys.stderr) else "realign:"
    print(f"{mark} {text}", file=sys.stderr, flush=True)


def remark(text: str) -> None:
    """Something worth knowing that is not the answer, on standard error."""
    print(text, file=sys.stderr, flush=True)


def say_if_it_compiles(*, quiet: bool) -> None:
    """Say that the kernel is compiled, once, where it is not on disk yet: silence would look like a hang."""
    from realign.model import is_cached

    if not quiet and not is_cached():
        remark("compiling the kernel for this machine, once; this takes less than a minute")
