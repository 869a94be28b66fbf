"""A process beside this one that makes ready to write the report while the futures are being played.

Stage: above the report, for the command line. In: the folder of a run. Out: the report; text for the terminal.
Idea: what a report needs (pandas, matplotlib) takes as long to import as the kernel takes to load, and both hold the
interpreter's lock, so only another process can do the one beside the other. It waits for one line that says what to do
and ends when there is none, so it never outlives its parent. It need not succeed: then the report is written here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

_SELDOM = 200_000  # objects made before what figures leave behind is collected: some 50 MB of them
_SETTINGS = {"OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}  # small matrices: threads would only wait


class Beside:
    """Started at once; not where this process is itself ready for reports, which then come from here."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        if "matplotlib" not in sys.modules:
            with suppress(OSError):
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "realign.beside"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL, encoding="utf-8", env=os.environ | _SETTINGS,
                )  # fmt: skip

    def answer(self, folder: Path, **options: Any) -> str:
        """As `realign.report.answer.answer`."""
        if self._process is not None:
            order = json.dumps({"folder": str(folder), **options})
            with suppress(OSError):
                said, _ = self._process.communicate(order + "\n")
                if self._process.returncode == 0:
                    return said
        from realign.report.answer import answer  # it has failed there: here it works, or says why not

        return answer(folder, **options)

    def close(self) -> None:
        """End the process, if it is still there."""
        if self._process is not None:
            with suppress(OSError), self._process:  # which closes its pipes and waits
                self._process.kill()


def _serve() -> None:
    """In that process: make ready, then wait for the order."""
    import gc
    import signal

    gc.disable()  # importing makes much and leaves nothing behind: looking for it would take a sixth of the time
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    modules: dict[str, Any] = sys.modules
    modules["mpl_toolkits.mplot3d"] = None  # matplotlib goes without it: no figure here has three dimensions
    import realign.report.figures  # noqa: F401
    from realign.report.answer import answer
    from realign.report.style import rehearse

    rehearse()
    gc.freeze()  # what is imported stays
    gc.set_threshold(_SELDOM)
    gc.enable()
    order = sys.stdin.readline()
    if order:
        sys.stdout.write(answer(**json.loads(order)))


if __name__ == "__main__":
    _serve()
