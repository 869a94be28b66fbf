"""Figures of what things are worth: contingencies, knobs, warning.

Stage: report. In: the tables of `realign.margins` (policy, what, measure, worth, low, high ...). Out: Figures.
Idea: one panel, `differences`, a plain function of a table and Axes: a row for each thing, a bar to its worth, a line
for its 95 % interval. What is not told apart from 0 is drawn hollow. The figures are pages of such panels: one for
each policy, things in the order of what they are worth to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from realign.report.style import INK, MUTED, PAPER, Picture, colour_of, headed, layout, styled
from realign.report.words import counted, short

WIDTH = 9.0  # inches
ALL, CAME = "all", "its shock came"
_UNITS = {"value": "mean weekly value", "final_cash": "final cash", "ruined": "chance of ruin"}
_MOST = 12  # rows of a panel: more cannot be read


def differences(table: pd.DataFrame, axes: Axes, *, colour: str = INK, labels: Sequence[str] | None = None) -> Axes:
    """One row for each line of the table, first on top: a bar from 0 to `worth`, a line from `low` to `high`."""
    rows = np.arange(len(table))
    worth, low, high = (table[name].to_numpy(dtype=float) for name in ("worth", "low", "high"))
    told = (low > 0) | (high < 0)
    axes.barh(rows[told], worth[told], height=0.6, color=colour, alpha=0.75)
    axes.barh(rows[~told], worth[~told], height=0.6, color=PAPER, edgecolor=colour, linewidth=0.9)
    axes.hlines(rows, low, high, color=INK, linewidth=1.1)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(rows, [short(name, 40) for name in (labels or table["what"])])
    axes.set_ylim(len(table) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_locator(MaxNLocator(5))
    return axes


@styled
def contingencies(table: pd.DataFrame, *, measure: str = "value", policies: Sequence[str] | None = None) -> Figure:
    """What each contingency is worth: in all futures, and in those in which its shock came."""
    own = table[table["measure"] == measure]
    order = [name for name in policies or dict.fromkeys(own["policy"]) if name in set(own["policy"])]
    colours = colour_of(policies or order)
    parts = {name: _ranked(own[(own["policy"] == name) & (own["futures_in"] == ALL)]) for name in order}
    figure, grid = _page([len(part) for part in parts.values()], columns=2)
    for row, (name, part) in enumerate(parts.items()):
        came = own[(own["policy"] == name) & (own["futures_in"] == CAME)].set_index("what")
        differences(part, grid[row][0], colour=colours[name])
        there = part[part["what"].isin(came.index)]
        rows = [list(part["what"]).index(what) for what in there["what"]]
        right = grid[row][1]
        if rows:
            _at(came.loc[there["what"]].reset_index(), right, rows, colour=colours[name])
        right.set_ylim(grid[row][0].get_ylim())
        right.set_yticks([])
        right.grid(visible=False, axis="y")
        _titled(grid[row][0], f"{short(name, 30)}: all futures")
        _titled(right, "futures in which its shock came")
    for axes in grid[-1]:
        axes.set_xlabel(f"{_UNITS[measure]}, with it less without it", size=8)
    headed(
        figure, "What each contingency is worth",
        "bar: mean difference on the same futures   line: 95 % interval   hollow: not told apart from 0",
    )  # fmt: skip
    _set_out(figure, grid, [what for part in parts.values() for what in part["what"]])
    return figure


@styled
def tornado(table: pd.DataFrame, *, measure: str = "value", policies: Sequence[str] | None = None) -> Figure:
    """What turning each knob a little is worth to each policy."""
    own = table[table["measure"] == measure]
    order = [name for name in policies or dict.fromkeys(own["policy"]) if name in set(own["policy"])]
    colours = colour_of(policies or order)
    parts = [_by_knob(own[own["policy"] == name]) for name in order]
    return _panels(
        dict(zip(order, parts)), colours, [[turn(row) for row in part.to_dict("records")] for part in parts],
        title="What a little more, or less, of each lever is worth", unit=f"{_UNITS[measure]}, turned less as it is",
    )  # fmt: skip


@styled
def warnings(table: pd.DataFrame, *, measure: str = "value", policies: Sequence[str] | None = None) -> Figure:
    """What perfect warning of each shock would be worth to each policy."""
    own = table[table["measure"] == measure]
    order = [name for name in policies or dict.fromkeys(own["policy"]) if name in set(own["policy"])]
    moved = own[(own["worth"] != 0.0) | (own["low"] != own["high"])]
    idle = [name for name in order if name not in set(moved["policy"])]
    order = [name for name in order if name not in idle] or order
    parts = {name: _ranked(own[own["policy"] == name]) for name in order}
    return _panels(
        parts, colour_of(policies or order), [list(part["what"]) for part in parts.values()],
        title="What perfect warning of each shock would be worth",
        unit=f"{_UNITS[measure]}, with every arrival announced less as it is",
        more=f"   exactly 0 to {_some(idle)}" if idle else "",
    )  # fmt: skip


def _some(names: Sequence[str]) -> str:
    """One or two names, or how many they are: more do not fit."""
    text = " and ".join(short(name, 20) for name in names)
    return text if len(names) < 3 and len(text) < 26 else counted(len(names), "policy", plural="policies")


def turn(row: Mapping[Any, Any]) -> str:
    """What was turned, in words: slack 2 % → 4 %, monitoring 1 → 1.25."""
    before, after = float(row["before"]), float(row["after"])
    if row["what"] in ("slack", "exploration"):
        return f"{row['what']} {100 * before:g} % → {100 * after:g} %"
    return f"{row['what']} {before:g} → {after:g}"


def figures(
    contingency: pd.DataFrame, knobs: pd.DataFrame, warning: pd.DataFrame, *, policies: Sequence[str]
) -> dict[str, Figure]:
    """The figures that there is something to show for, by name."""
    drawn: dict[str, tuple[pd.DataFrame, Callable[..., Figure]]] = {
        "worth_contingencies": (contingency, contingencies),
        "worth_tornado": (knobs, tornado),
        "worth_warning": (warning, warnings),
    }
    return {name: draw(table, policies=policies) for name, (table, draw) in drawn.items() if len(table)}


def _ranked(part: pd.DataFrame) -> pd.DataFrame:
    return part.sort_values("worth", ascending=False, kind="stable").head(_MOST).reset_index(drop=True)


def _by_knob(part: pd.DataFrame) -> pd.DataFrame:
    """Knobs by how much turning them matters, down before up."""
    size = part.assign(size=part["worth"].abs()).groupby("what", sort=False)["size"].transform("max")
    return part.assign(size=-size).sort_values(["size", "what", "after"], kind="stable").reset_index(drop=True)


def _at(part: pd.DataFrame, axes: Axes, rows: Sequence[int], *, colour: str) -> None:
    """Differences at given rows, so that they stand beside those of another panel."""
    worth, low, high = (part[name].to_numpy(dtype=float) for name in ("worth", "low", "high"))
    for row, mean, a, b in zip(rows, worth, low, high):
        told = a > 0 or b < 0
        axes.barh(row, mean, height=0.6, color=colour if told else PAPER, edgecolor=colour, linewidth=0.9, alpha=0.75)
        axes.hlines(row, a, b, color=INK, linewidth=1.1)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.xaxis.set_major_locator(MaxNLocator(5))


def _page(sizes: Sequence[int], *, columns: int) -> tuple[Picture, list[list[Axes]]]:
    figure = Picture(WIDTH, 1.2 + sum(0.24 * size + 0.62 for size in sizes))
    grid = figure.subplots(
        len(sizes), columns, squeeze=False, sharex="col", height_ratios=[0.24 * size + 0.1 for size in sizes]
    )
    return figure, [list(row) for row in grid]


def _panels(
    parts: dict[str, pd.DataFrame], colours: dict[str, str], labels: Sequence[Sequence[str]], *, title: str, unit: str,
    more: str = "",
) -> Figure:  # fmt: skip
    """One panel for each policy, below each other on one scale."""
    figure, grid = _page([len(part) for part in parts.values()], columns=1)
    for (name, part), row, own in zip(parts.items(), grid, labels):
        differences(part, row[0], colour=colours[name], labels=own)
        _titled(row[0], short(name, 60))
    grid[-1][0].set_xlabel(unit, size=8)
    text = "the same futures   bar: mean difference   line: 95 % interval   hollow: not told apart from 0"
    headed(figure, title, text + more)
    _set_out(figure, grid, [label for own in labels for label in own])
    return figure


def _titled(axes: Axes, text: str) -> None:
    axes.set_title(text, size=9, loc="left", color=MUTED if text.startswith("futures") else INK, weight="bold", pad=4)


def _set_out(figure: Figure, grid: list[list[Axes]], labels: Sequence[str]) -> None:
    left = 0.3 + 0.066 * max((len(short(label, 40)) for label in labels), default=10)
    average = float(np.mean([axes[0].get_ylim()[0] + 0.6 for axes in grid])) * 0.24 + 0.1
    layout(figure, left=left, top=0.85, bottom=0.5, hspace=0.5 / average, wspace=0.12)
