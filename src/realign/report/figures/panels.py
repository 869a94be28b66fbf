"""The panels that figures are made of: a table and Axes in, the Axes out.

Stage: report. In: rows of one stress test (or of one policy) and matplotlib Axes. Out: the same Axes, drawn upon.
Idea: plain functions without state, so that a notebook can put them where it likes. `looks` says how each policy
looks (colour, dash, marker), from `realign.report.style.look_of`; the same in every figure.

    figure, axes = plt.subplots()
    panels.gaps(result.summary().query("stress == 'baseline'"), axes, looks=look_of(result.info["policies"]))
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LinearSegmentedColormap

from realign.report.style import INK, MUTED, PAPER, Look
from realign.report.words import number, short

Looks = Mapping[str, Look]


def ranked(table: pd.DataFrame, axes: Axes, *, looks: Looks) -> Axes:
    """From the worst 5 % to the mean, with the mean's interval and its number; rows in the order of the table.

    table: summary rows of one stress test.
    """
    lines, colours = np.arange(len(table)), [looks[policy].colour for policy in table["policy"]]
    value, tail = table["value"].to_numpy(), table["expected_shortfall"].to_numpy()
    first = table["rank"].to_numpy() == 1
    edges = [INK if best else colour for best, colour in zip(first, colours)]
    axes.hlines(lines, tail, value, colors=colours, alpha=0.35, linewidth=1.4)
    axes.hlines(lines, table["value_low"], table["value_high"], colors=colours, alpha=0.45, linewidth=5)
    axes.scatter(tail, lines, s=20, marker="D", c=PAPER, edgecolors=colours, linewidths=1.1, zorder=3)
    axes.scatter(value, lines, s=42, c=colours, edgecolors=edges, linewidths=1.2, zorder=3)
    right = np.fmax(table["value_high"].to_numpy(), value)  # beside the interval, where there is one
    for y, x in enumerate(right):
        weight = "bold" if first[y] else "normal"
        axes.annotate(
            number(value[y]), (x, y), (6, 0), textcoords="offset points", va="center", size=7.5, weight=weight
        )
    return axes


def gaps(table: pd.DataFrame, axes: Axes, *, looks: Looks) -> Axes:
    """Each policy's paired difference to the best, with its simultaneous interval; hollow where it reaches 0.

    table: summary rows of one stress test.
    """
    axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
    for y, row in enumerate(table.to_dict("records")):
        look = looks[row["policy"]]
        gap, low, high = row["difference_to_best"], row["difference_low"], row["difference_high"]
        leads = row["rank"] == 1 and gap == 0 == high
        sure = high < 0 or leads
        axes.plot([low, high], [y, y], color=look.colour, linewidth=4.5, alpha=0.4, solid_capstyle="butt")
        axes.plot(
            [gap], [y], look.marker, color=look.colour if sure else PAPER, markeredgecolor=look.colour, markersize=6
        )
        text, left = ("best", False) if leads else (number(gap, digits=3), True)
        axes.annotate(
            text, (low if np.isfinite(low) else gap, y), (-7 if left else 7, 0), textcoords="offset points",
            va="center", ha="right" if left else "left", size=7.5,
        )  # fmt: skip
    return axes


def fan(table: pd.DataFrame, axes: Axes, *, look: Look) -> Axes:
    """Median, mean, half and nine tenths of the futures by week; table: weekly rows of one policy and series."""
    week, colour = table["week"].to_numpy(), look.colour
    axes.fill_between(week, table["q05"], table["q95"], color=colour, alpha=0.16, linewidth=0)
    axes.fill_between(week, table["q25"], table["q75"], color=colour, alpha=0.3, linewidth=0)
    axes.plot(week, table["q50"], color=colour, linewidth=1.6)
    axes.plot(week, table["mean"], color=INK, linewidth=0.9, linestyle=(0, (3, 2)))
    return axes


def lines(table: pd.DataFrame, axes: Axes, *, looks: Looks, column: str = "mean") -> Axes:
    """One line per policy over the weeks; table: weekly rows of one stress test and series."""
    for policy, look in looks.items():
        part = table[table["policy"] == policy]
        if len(part):
            draw_line(axes, part["week"].to_numpy(), part[column].to_numpy(), look, label=short(policy))
    return axes


def draw_line(axes: Axes, x: np.ndarray, y: np.ndarray, look: Look, *, label: str) -> None:
    """A policy's line: its colour, its dash, and its marker here and there, for print without colour."""
    step = max(len(x) // 3, 1)
    every = (step * (2 * (look.place % 5) + 1) // 10, step)  # neighbours' markers do not cover each other
    axes.plot(
        x, y, color=look.colour, linestyle=look.dash, linewidth=1.5, label=label, marker=look.marker, markersize=4,
        markevery=every,
    )  # fmt: skip


def cumulative(table: pd.DataFrame, axes: Axes, *, looks: Looks) -> Axes:
    """The shares of futures with at most each difference to the best; table: curves of one stress test."""
    axes.axvline(0, color=INK, linewidth=0.9)
    for policy in dict.fromkeys(table["policy"]):
        part = table[table["policy"] == policy]
        draw_line(axes, part["difference"].to_numpy(), part["share"].to_numpy(), looks[policy], label=short(policy))
    return axes


def ridges(table: pd.DataFrame, axes: Axes, *, looks: Looks) -> Axes:
    """A histogram for each policy, one above the other, with its quartiles and the mean of its worst 5 %.

    table: rows policy, low, high (of a bin), share, and worst (the same in all rows of a policy), of one stress test.
    """
    top = float(table["share"].max()) or 1.0
    for y, policy in enumerate(dict.fromkeys(table["policy"])):
        part, colour = table[table["policy"] == policy], looks[policy].colour
        heights = -0.85 * np.sqrt(part["share"].to_numpy() / top)  # roots, so that small shares are seen
        axes.stairs(y + 0.35 + heights, [*part["low"], part["high"].iloc[-1]], baseline=y + 0.35, fill=True,
                    color=colour, alpha=0.45)  # fmt: skip
        axes.stairs(y + 0.35 + heights, [*part["low"], part["high"].iloc[-1]], baseline=None, color=colour,
                    linewidth=0.9)  # fmt: skip
        axes.plot(part["worst"].iloc[0], y + 0.35, "D", color=PAPER, markeredgecolor=colour, markersize=5, zorder=4)
        axes.plot(part["mean"].iloc[0], y + 0.35, "o", color=colour, markeredgecolor=INK, markersize=5, zorder=4)
    return axes


def tail(table: pd.DataFrame, axes: Axes, *, looks: Looks) -> Axes:
    """The worst futures: the value that a share of futures falls short of; table: policy, share, value."""
    for policy in dict.fromkeys(table["policy"]):
        part = table[table["policy"] == policy]
        draw_line(axes, part["share"].to_numpy(), part["value"].to_numpy(), looks[policy], label=short(policy))
    return axes


def heat(table: pd.DataFrame, axes: Axes, *, colour: str, digits: int = 2, bold: str = "max") -> Axes:
    """Numbers in shaded cells, rows as in the index, columns as named; bold: "max" of each column, or of each "row".

    table: index of policies, columns of stress tests.
    """
    numbers = table.to_numpy(dtype=np.float64)
    shades = LinearSegmentedColormap.from_list("", ["#f7f7f7", colour])
    low, high = float(np.nanmin(numbers)), float(np.nanmax(numbers))
    mesh: QuadMesh = axes.pcolormesh(
        numbers, cmap=shades, vmin=low, vmax=high + 1e-12, edgecolors=PAPER, linewidth=1.5, rasterized=False
    )
    mesh.set_snap(True)
    strong = numbers == (numbers.max(axis=0) if bold == "max" else numbers.max(axis=1, keepdims=True))
    if numbers.shape[1] <= 12:  # more do not fit
        dark = (numbers - low) / max(high - low, 1e-12) > 0.6
        for (y, x), value in np.ndenumerate(numbers):
            weight = "bold" if strong[y, x] else "normal"
            ink = "#fdfdfd" if dark[y, x] else "#1e1e1e"  # cells keep their shade in dark mode, so does their ink
            axes.text(
                x + 0.5, y + 0.5, number(value, digits=digits), ha="center", va="center", size=8, color=ink,
                weight=weight,
            )  # fmt: skip
    axes.set_ylim(len(table), 0)
    axes.set_yticks(np.arange(len(table)) + 0.5, [short(name) for name in table.index])
    axes.set_xticks(np.arange(numbers.shape[1]) + 0.5, [short(name, 22) for name in table.columns])
    axes.tick_params(length=0)
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return axes


def attained(table: pd.DataFrame, axes: Axes, *, looks: Looks) -> Axes:
    """Mean, half and nine tenths of futures; table: weekly rows of one week and series, a row for each policy."""
    rows, shades = np.arange(len(table)), [looks[policy].colour for policy in table["policy"]]
    axes.hlines(rows, table["q05"], table["q95"], colors=shades, linewidth=1.2, alpha=0.7)
    axes.hlines(rows, table["q25"], table["q75"], colors=shades, linewidth=5.5, alpha=0.4)
    axes.scatter(table["mean"], rows, s=30, c=shades, zorder=3)
    return axes


def against_ruin(table: pd.DataFrame, axes: Axes, *, look: Look, shapes: Mapping[str, str]) -> Axes:
    """Value against ruin of one policy: filled without stress, hollow under each test; table: its rows."""
    part = table.set_index("stress")
    start, colour = part.iloc[0], look.colour
    ruined, value = part["ruined"].to_dict(), part["value"].to_dict()
    for stress, shape in shapes.items():
        if stress not in value:
            continue
        x, y = float(ruined[stress]), float(value[stress])
        axes.plot([start["ruined"], x], [start["value"], y], color=colour, linewidth=0.8, alpha=0.35)
        axes.plot(x, y, shape, color=PAPER, markeredgecolor=colour, markersize=6, markeredgewidth=1.2)
    across = np.array([[start["ruined"] - start["ruined_low"]], [start["ruined_high"] - start["ruined"]]])
    up = np.array([[start["value"] - start["value_low"]], [start["value_high"] - start["value"]]])
    axes.errorbar([start["ruined"]], [start["value"]], up, across, fmt="none", ecolor=colour, elinewidth=1.2)
    axes.plot([start["ruined"]], [start["value"]], "o", color=colour, markersize=8)
    return axes


def strikes(weeks: Mapping[int, str], axes: Axes) -> Axes:
    """Marks of forced shocks along the top: week -> what strikes."""
    for week in weeks:
        axes.axvline(week, color=MUTED, linewidth=0.8, linestyle=(0, (1, 1.5)), zorder=1)
    return axes


__all__ = [
    "against_ruin", "attained", "cumulative", "fan", "gaps", "heat", "lines", "ranked", "ridges", "strikes",
    "tail",
]  # fmt: skip
