"""Ctrl-C while threads work.

Stage: run. In: the first Ctrl-C. Out: a flag that the run looks at between blocks.
Idea: a KeyboardInterrupt in the middle of a write would leave half of it. So the first Ctrl-C only asks to stop; the
second one is the interpreter's own and ends everything at once. Outside the main thread, where Python allows no
handlers, Ctrl-C stays what it was.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType


class Interrupts:
    """While entered, the first Ctrl-C sets `asked` and calls `tell`."""

    def __init__(self, tell: Callable[[], None] | None = None) -> None:
        self.asked = False
        self._tell = tell
        self._before: object = None
        self._installed = False

    def __enter__(self) -> Interrupts:
        usual = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is threading.main_thread() and usual is not signal.SIG_IGN:
            self._before = signal.signal(signal.SIGINT, self._ask)
            self._installed = True
        return self

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            raise KeyboardInterrupt
        self.asked = True
        if self._tell is not None:
            self._tell()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._installed:
            signal.signal(signal.SIGINT, self._before)  # type: ignore[arg-type]
