"""What several figures share: grids of panels, titles, ticks, legends.

Stage: report. In: a Figure, Axes, names. Out: the same, furnished.
Idea: margins in inches and labels at fixed places: an automatic layout would measure every text twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MultipleLocator

from realign.errors import UsageError
from realign.report.style import INK
from realign.report.words import cells_wide, percent, printable, short

WIDTH = 9.0  # inches
LABEL = 0.066  # inches a letter takes, at 8.5 points, for margins
PERCENT = FuncFormatter(lambda share, _: percent(share))


def grid_of(panels: int, *, most: int) -> tuple[int, int]:
    """Columns and rows for so many panels; 4 of at most 3 become 2 x 2."""
    rows = ceil(panels / most)
    return ceil(panels / rows), rows


def blank(grid: np.ndarray, used: int) -> None:
    """Hide the panels that are not used."""
    for axes in grid.flat[used:]:
        axes.set_visible(False)


def titled(axes: Axes, title: str) -> None:
    """The panel's title at a fixed place: finding one that nothing touches would measure every tick."""
    axes.set_title(printable(title), y=1.0, pad=5)


def xlabels(grid: np.ndarray, label: str) -> None:
    """The label below the lowest visible panel of each column, with its ticks."""
    for column in grid.T:
        seen = [axes for axes in column if axes.get_visible()]
        if seen:
            seen[-1].set_xlabel(label, size=8)
            seen[-1].tick_params(labelbottom=True)


def ylabels(grid: np.ndarray, label: str) -> None:
    """The label beside the first panel of each row."""
    for axes in grid[:, 0]:
        axes.set_ylabel(label, size=8)


def rows_named(axes: Axes, names: Sequence[str]) -> None:
    """One row for each name, the first on top."""
    axes.set_yticks(range(len(names)), [short(name) for name in names])
    axes.grid(visible=False, axis="y")
    axes.set_ylim(len(names) - 0.4, -0.6)


def left_for(names: Sequence[str]) -> float:
    """Inches at the left for the longest name."""
    return 0.25 + LABEL * max(cells_wide(short(name)) for name in names)


def part_of(weekly: pd.DataFrame, series: str, stress: str | None) -> tuple[pd.DataFrame, str]:
    """The rows of one series and stress test, or an error that says which there are."""
    known = list(dict.fromkeys(weekly["series"]))
    if series not in known:
        raise UsageError(f"series {series!r}: not in this result; it has {', '.join(map(str, known))}")
    stresses = [str(name) for name in dict.fromkeys(weekly["stress"])]
    chosen = stresses[0] if stress is None else stress
    if chosen not in stresses:
        raise UsageError(f"stress {stress!r}: not in this result; it has {', '.join(stresses)}")
    return weekly[(weekly["series"] == series) & (weekly["stress"] == chosen)], chosen


def weeks_along(axes: Axes, week: np.ndarray) -> None:
    """Ticks at whole years or parts of them."""
    span = float(week.max() - week.min()) if len(week) else 0.0
    step = next((step for step in (1, 2, 4, 13, 26, 52, 104, 260, 520) if span / step <= 4), 1040)
    axes.xaxis.set_major_locator(MultipleLocator(step))
    axes.set_xlim(0, span + 1)


def money_or_plain(axes: Axes, numbers: np.ndarray) -> None:
    """Thousands set apart where numbers are large."""
    if len(numbers) and float(np.nanmax(np.abs(numbers))) >= 1000:
        axes.yaxis.set_major_formatter(FuncFormatter(lambda amount, _: f"{amount:,.0f}".replace("-", "−")))


def plain(series: str) -> str:
    """A series as words: strategic_alignment -> Strategic alignment."""
    words = series.replace("_", " ")
    return words[:1].upper() + words[1:]


def named(name: object) -> str:
    """A name in quotation marks, cut to what a title holds."""
    return f"“{short(name, 36)}”"


def place(stress: str) -> str:
    """Where a figure looks: without stress, or under which test."""
    return "without stress" if stress == "baseline" else f"under {named(stress)}"


def legend(figure: Figure, axes: Axes) -> None:
    """The lines of these axes, named at the right of the figure."""
    handles, labels = axes.get_legend_handles_labels()
    width, height = figure.get_size_inches()
    room = legend_room(labels)
    corner = (1 - (room - 0.1) / width, 1 - 0.8 / height)
    options: dict[str, Any] = {"handlelength": 3.2, "borderaxespad": 0, "labelcolor": INK}
    figure.legend(handles, labels, loc="upper left", bbox_to_anchor=corner, **options)


def legend_room(labels: Sequence[str]) -> float:
    """Inches at the right for the longest label and its line."""
    return 0.8 + LABEL * max(cells_wide(short(label)) for label in labels)
