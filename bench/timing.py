"""How times are taken here, and the machine they were taken on.

Stage: bench. A time is CPU time of the process where one thread works (other users of the machine then disturb least),
wall time elsewhere. What is compared runs in turns, so that a slow minute hits all alike; the median of the turns is
reported, with the range.
"""

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Spread:
    """Some measurements of one quantity."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return float(np.median(self.values))

    def __format__(self, spec: str) -> str:
        """Median and range, each number in this format; the median alone of one value."""
        middle, low, high = (format(x, spec) for x in (self.median, min(self.values), max(self.values)))
        return middle if len(self.values) == 1 else f"{middle} ({low} to {high})"

    def over(self, other: "Spread") -> "Spread":
        """Ratios turn by turn."""
        return Spread(tuple(mine / theirs for mine, theirs in zip(self.values, other.values)))


def in_turns(
    tasks: dict[str, Callable[[], object]], *, repeats: int, clock: Callable[[], float] = time.process_time
) -> dict[str, Spread]:
    """Seconds that each task takes, the tasks running in turns, after one turn that is not counted."""
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for turn in range(repeats + 1):
        for name, task in tasks.items():
            begin = clock()
            task()
            if turn > 0:
                seconds[name].append(clock() - begin)
    return {name: Spread(tuple(times)) for name, times in seconds.items()}


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown, aligned so that it reads well in a terminal too."""
    widths = [max(len(row[c]) for row in (head, *rows)) for c in range(len(head))]
    lines = [head, ["-" * width for width in widths], *rows]
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in lines)


def machine() -> str:
    """Processor, cores, versions, date and how busy the machine was with other work."""
    import llvmlite
    import numba

    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    load = f", load average at the start {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC; {model}, {os.cpu_count()} cores{load}; "
        f"{platform.system()}, Python {platform.python_version()}, NumPy {np.__version__}, numba {numba.__version__}, "
        f"llvmlite {llvmlite.__version__}"
    )
