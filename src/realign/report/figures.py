"""The figures.

Stage: report. In: frames (the summary, the weekly series, the difference curves). Out: a matplotlib Figure each.
Idea: one function per question. Which policy is ahead, and how far, in each stress test (`ranking`)? How does a
quantity move over the weeks, and how widely (`fan`)? Who is still alive when (`survival`)? How is the difference to
the best policy spread over futures (`difference`)? What has been attained in the end (`attainment`)? What does value
cost in ruin (`tradeoff`)? Titles say what is seen. Nothing here decides anything: numbers come ready from the summary.
To add a figure: write the function and name it in `FIGURES`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from realign.errors import UsageError
from realign.report.style import INK, MUTED, PAPER, Picture, colour_of, dash_of, headed, layout, short, styled
from realign.report.words import percent

WIDTH = 9.0  # inches
_LABEL = 0.066  # inches a letter takes, at 8.5 points, for margins
SCALES = {
    "value": "1 = everything attained at normal demand",
    "cash": "in units of money",
    "engagement": "1 = normal",
    "alive": "share of futures that are not ruined",
}


@styled
def ranking(summary: pd.DataFrame, *, policies: Sequence[str] | None = None) -> Figure:
    """Mean value with its interval and the mean of the worst 5 %, per stress test, policies in order of the first."""
    stresses = list(dict.fromkeys(summary["stress"]))
    first = summary[summary["stress"] == stresses[0]]
    order = list(first["policy"])
    colours = colour_of(policies or order)
    columns, rows = _grid(len(stresses), most=4)
    left = 0.25 + _LABEL * max(len(short(name)) for name in order)
    figure = Picture(WIDTH, 1.25 + rows * (0.42 + 0.25 * len(order)) + 0.25 * (rows - 1))
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, stress in zip(grid.flat, stresses):
        part = summary[summary["stress"] == stress].set_index("policy").loc[order]
        _ranked(axes, part, [colours[policy] for policy in order])
        _titled(axes, short(stress, 30 if columns > 2 else 60))
        axes.set_yticks(range(len(order)), [short(name) for name in order])
        axes.grid(visible=False, axis="y")
    axes = grid.flat[0]
    axes.set_ylim(len(order) - 0.4, -0.6)
    low, high = float(summary["expected_shortfall"].min()), float(summary["value"].max())
    room = max(high - low, 0.01)
    axes.set_xlim(low - 0.08 * room, high + (0.1 + 0.08 * columns) * room)  # the numbers stand at the right
    axes.xaxis.set_major_locator(MaxNLocator(4))
    _blank(grid, len(stresses))
    _xlabels(grid, "mean weekly value")
    wins = summary[summary["rank"] == 1].groupby("policy", observed=True).size()
    leader = order[0]
    tests = f"in {wins.get(leader, 0)} of {len(stresses)} tests" if len(stresses) > 1 else ""
    title = (
        f"{_name(leader)} has the highest mean value {tests}" if len(order) > 1 else f"{_name(leader)}, played alone"
    )
    headed(
        figure, title.strip(), "● mean with 95 % interval   ◇ mean of the worst 5 % of futures   outlined: highest here"
    )
    layout(figure, left=left, top=0.85, bottom=0.5, wspace=0.12, hspace=0.42)
    return figure


def _ranked(axes: Axes, part: pd.DataFrame, colours: list[str]) -> None:
    """One line per policy: from the worst 5 % to the mean, with the mean's interval and its number."""
    lines = np.arange(len(part))
    value, tail = part["value"].to_numpy(), part["expected_shortfall"].to_numpy()
    first = part["rank"].to_numpy() == 1
    edges = [INK if best else colour for best, colour in zip(first, colours)]
    axes.hlines(lines, tail, value, colors=colours, alpha=0.35, linewidth=1.4)
    axes.hlines(lines, part["value_low"], part["value_high"], colors=colours, alpha=0.45, linewidth=5)
    axes.scatter(tail, lines, s=20, marker="D", c=PAPER, edgecolors=colours, linewidths=1.1, zorder=3)
    axes.scatter(value, lines, s=42, c=colours, edgecolors=edges, linewidths=1.2, zorder=3)
    right = np.fmax(part["value_high"].to_numpy(), value)  # beside the interval, where there is one
    for y, x in enumerate(right):
        weight = "bold" if first[y] else "normal"
        axes.annotate(
            f"{value[y]:.3f}", (x, y), (6, 0), textcoords="offset points", va="center", size=7.5, weight=weight
        )


@styled
def fan(
    weekly: pd.DataFrame,
    series: str = "value",
    *,
    stress: str | None = None,
    policies: Sequence[str] | None = None,
    currency: str = "",
) -> Figure:
    """One series over the weeks: median, half and nine tenths of the futures, a panel for each policy."""
    part, stress = _part(weekly, series, stress)
    order = [name for name in policies or dict.fromkeys(part["policy"]) if name in set(part["policy"])]
    colours = colour_of(policies or order)
    columns, rows = _grid(len(order), most=3)
    figure = Picture(WIDTH, 1.2 + rows * 1.55)
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, policy in zip(grid.flat, order):
        lines = part[part["policy"] == policy]
        week, colour = lines["week"].to_numpy(), colours[policy]
        axes.fill_between(week, lines["q05"], lines["q95"], color=colour, alpha=0.16, linewidth=0)
        axes.fill_between(week, lines["q25"], lines["q75"], color=colour, alpha=0.3, linewidth=0)
        axes.plot(week, lines["q50"], color=colour, linewidth=1.6)
        axes.plot(week, lines["mean"], color=INK, linewidth=0.9, linestyle=(0, (3, 2)))
        _titled(axes, short(policy, 34))
        _weeks(axes, week)
    _money_or_plain(grid.flat[0], part[["q05", "q95"]].to_numpy())
    _blank(grid, len(order))
    _xlabels(grid, "week")
    for axes in grid[:, 0]:
        axes.set_ylabel(short(_plain(series), 24), size=8)
    scale = currency if series == "cash" and currency else SCALES.get(series, "0 to 1")
    where = "without stress" if stress == "baseline" else f"under {_name(stress)}"
    headed(
        figure,
        f"{_plain(series)} week by week, {where}",
        f"{scale}   line: median   dashed: mean   bands: half and nine tenths of all futures",
    )
    layout(figure, left=0.85, top=0.8, bottom=0.5, wspace=0.08, hspace=0.38)
    return figure


@styled
def survival(weekly: pd.DataFrame, *, policies: Sequence[str] | None = None) -> Figure:
    """The share of futures in which the organisation is still alive, by week, policy and stress test."""
    part = weekly[weekly["series"] == "alive"]
    if part.empty:
        raise UsageError("series 'alive': not in this result")
    stresses = list(dict.fromkeys(part["stress"]))
    order = list(policies or dict.fromkeys(part["policy"]))
    colours, dashes = colour_of(order), dash_of(order)
    columns, rows = _grid(len(stresses), most=4)
    figure = Picture(WIDTH, 1.2 + rows * 2.1)
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, stress in zip(grid.flat, stresses):
        for policy in order:
            lines = part[(part["stress"] == stress) & (part["policy"] == policy)]
            axes.plot(
                lines["week"],
                lines["mean"],
                color=colours[policy],
                linestyle=dashes[policy],
                linewidth=1.5,
                label=short(policy),
            )
        _titled(axes, short(stress, 26 if columns > 2 else 50))
        _weeks(axes, part["week"].to_numpy())
    lowest = float(part["mean"].min())
    axes = grid.flat[0]
    axes.set_ylim(max(0.0, 1 - 1.08 * max(1 - lowest, 0.02)), 1 + 0.02 * max(1 - lowest, 0.02))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: percent(share)))
    axes.yaxis.set_major_locator(MaxNLocator(6))
    _blank(grid, len(stresses))
    _xlabels(grid, "week")
    _legend(figure, axes)
    alive = part[part["week"] == part["week"].max()]
    worst = alive.loc[alive["mean"].idxmin()]
    title = (
        f"Ruin is likeliest under {_name(worst['stress'])}"
        if lowest < 1 and len(stresses) > 1
        else "Who survives, and how long"
    )
    headed(figure, title, "share of futures in which cash has not fallen below the credit line")
    layout(figure, left=0.7, right=_legend_room(order), top=0.8, bottom=0.5, wspace=0.2, hspace=0.35)
    return figure


@styled
def difference(
    curves: pd.DataFrame, *, best: str, stress: str | None = None, policies: Sequence[str] | None = None
) -> Figure:
    """The distribution of the paired difference to the best policy, over futures, as cumulative shares."""
    stress = stress or str(curves["stress"].iloc[0])
    part = curves[curves["stress"] == stress]
    rivals = list(dict.fromkeys(part["policy"]))
    if not rivals:
        raise UsageError(f"stress {stress!r}: one policy alone has nothing to differ from")
    colours, dashes = colour_of(policies or rivals), dash_of(policies or rivals)
    figure = Picture(WIDTH, 4.1)
    axes = figure.subplots()
    axes.axvline(0, color=INK, linewidth=0.9)
    ends = []
    for policy in rivals:
        lines = part[part["policy"] == policy]
        axes.plot(
            lines["difference"],
            lines["share"],
            color=colours[policy],
            linestyle=dashes[policy],
            linewidth=1.7,
            label=short(policy),
        )
        ends.append(np.interp([0.01, 0.99], lines["share"], lines["difference"]))
    low, high = float(np.min(ends)), float(np.max(ends))
    room = 0.04 * max(high - low, 1e-6)
    axes.set_xlim(min(low, 0) - room, max(high, 0) + room)
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: percent(share)))
    axes.set_xlabel(f"value less that of {_name(best)}, on the same futures")
    axes.set_ylabel("share of futures with at most this difference")
    axes.text(0, 1.02, f"← {_name(best)} is better", transform=axes.transAxes, size=8, color=MUTED)
    axes.text(1, 1.02, "the other policy is better →", transform=axes.transAxes, size=8, color=MUTED, ha="right")
    _legend(figure, axes)
    where = "without stress" if stress == "baseline" else f"under {_name(stress)}"
    headed(
        figure,
        f"How often, and by how much, others beat {_name(best)} {where}",
        "where a curve meets the vertical line: the share of futures in which the best policy is at least as good",
    )
    layout(figure, left=0.75, right=_legend_room(rivals), top=0.8, bottom=0.55)
    return figure


@styled
def attainment(weekly: pd.DataFrame, *, stress: str | None = None, policies: Sequence[str] | None = None) -> Figure:
    """How much of each objective's target is attained in the last week, a panel for each objective."""
    names = [name for name in dict.fromkeys(weekly["series"]) if str(name).startswith("attainment[")]
    if not names:
        raise UsageError("series 'attainment[...]': not in this result")
    stress = stress or str(weekly["stress"].iloc[0])
    last = weekly[(weekly["week"] == weekly["week"].max()) & (weekly["stress"] == stress)]
    order = [name for name in policies or dict.fromkeys(last["policy"]) if name in set(last["policy"])]
    colours = colour_of(policies or order)
    columns, rows = _grid(len(names), most=4)
    figure = Picture(WIDTH, 1.25 + rows * (0.42 + 0.24 * len(order)) + 0.2 * (rows - 1))
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, name in zip(grid.flat, names):
        part = last[last["series"] == name].set_index("policy").loc[order]
        lines, shades = np.arange(len(order)), [colours[policy] for policy in order]
        axes.hlines(lines, part["q05"], part["q95"], colors=shades, linewidth=1.2, alpha=0.7)
        axes.hlines(lines, part["q25"], part["q75"], colors=shades, linewidth=5.5, alpha=0.4)
        axes.scatter(part["mean"], lines, s=30, c=shades, zorder=3)
        _titled(axes, short(str(name)[len("attainment[") : -1], 30 if columns > 2 else 60))
        axes.set_yticks(range(len(order)), [short(policy) for policy in order])
        axes.grid(visible=False, axis="y")
    axes = grid.flat[0]
    axes.set_ylim(len(order) - 0.4, -0.6)
    axes.set_xlim(-0.02, 1.02)
    axes.xaxis.set_major_locator(MultipleLocator(0.25 if columns < 3 else 0.5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: percent(share)))
    _blank(grid, len(names))
    _xlabels(grid, "share of target")
    where = "without stress" if stress == "baseline" else f"under {_name(stress)}"
    headed(figure, f"What is attained in the end, {where}", "● mean   thick: half of all futures   thin: nine tenths")
    layout(
        figure, left=0.25 + _LABEL * max(len(short(n)) for n in order), top=0.85, bottom=0.5, wspace=0.12, hspace=0.42
    )
    return figure


@styled
def tradeoff(summary: pd.DataFrame, *, policies: Sequence[str] | None = None) -> Figure:
    """Mean value against the chance of ruin: a filled point without stress, hollow ones under each stress test."""
    stresses = list(dict.fromkeys(summary["stress"]))
    order = list(policies or dict.fromkeys(summary["policy"]))
    colours = colour_of(order)
    figure = Picture(WIDTH, 4.3)
    axes = figure.subplots()
    shapes = dict(zip(stresses[1:], "s^vPX*hd" * len(stresses)))
    for policy in order:
        part = summary[summary["policy"] == policy].set_index("stress")
        start, colour = part.loc[stresses[0]], colours[policy]
        for stress, shape in shapes.items():
            x, y = part.loc[stress, "ruined"], part.loc[stress, "value"]
            axes.plot([start["ruined"], x], [start["value"], y], color=colour, linewidth=0.8, alpha=0.35)
            axes.plot([x], [y], shape, color=PAPER, markeredgecolor=colour, markersize=6, markeredgewidth=1.2)
        across = np.array([[start["ruined"] - start["ruined_low"]], [start["ruined_high"] - start["ruined"]]])
        up = np.array([[start["value"] - start["value_low"]], [start["value_high"] - start["value"]]])
        axes.errorbar([start["ruined"]], [start["value"]], up, across, fmt="none", ecolor=colour, elinewidth=1.2)
        axes.plot([start["ruined"]], [start["value"]], "o", color=colour, markersize=8, label=short(policy))
    for stress, shape in shapes.items():
        axes.plot([], [], shape, color=PAPER, markeredgecolor=MUTED, markersize=6, label=short(stress))
    axes.set_xlim(left=-0.02 * max(float(summary["ruined"].max()), 0.01))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: percent(share)))
    axes.set_xlabel("chance of ruin")
    axes.set_ylabel("mean weekly value")
    _legend(figure, axes)
    under = "   hollow: under a stress test" if shapes else ""
    headed(
        figure,
        "Value against ruin: up and to the left is better",
        f"● {short(stresses[0])}, with 95 % intervals{under}",
    )
    layout(figure, left=0.75, right=_legend_room([*order, *shapes]), top=0.8, bottom=0.55)
    return figure


FIGURES: dict[str, Callable[..., Figure]] = {
    "ranking": ranking,
    "fan": fan,
    "survival": survival,
    "difference": difference,
    "attainment": attainment,
    "tradeoff": tradeoff,
}


# ---- shared by several figures ----


def _grid(panels: int, *, most: int) -> tuple[int, int]:
    """Columns and rows for so many panels; 4 of at most 3 become 2 x 2."""
    rows = ceil(panels / most)
    return ceil(panels / rows), rows


def _blank(grid: np.ndarray, used: int) -> None:
    for axes in grid.flat[used:]:
        axes.set_visible(False)


def _titled(axes: Axes, title: str) -> None:
    """The panel's title at a fixed place: finding one that nothing touches would measure every tick."""
    axes.set_title(title, y=1.0, pad=5)


def _xlabels(grid: np.ndarray, label: str) -> None:
    """The label below the lowest visible panel of each column, with its ticks."""
    for column in grid.T:
        axes = [axes for axes in column if axes.get_visible()][-1]
        axes.set_xlabel(label, size=8)
        axes.tick_params(labelbottom=True)


def _part(weekly: pd.DataFrame, series: str, stress: str | None) -> tuple[pd.DataFrame, str]:
    """The rows of one series and stress test, or an error that says which there are."""
    known = list(dict.fromkeys(weekly["series"]))
    if series not in known:
        raise UsageError(f"series {series!r}: not in this result; it has {', '.join(map(str, known))}")
    stresses = [str(name) for name in dict.fromkeys(weekly["stress"])]
    chosen = stresses[0] if stress is None else stress
    if chosen not in stresses:
        raise UsageError(f"stress {stress!r}: not in this result; it has {', '.join(stresses)}")
    return weekly[(weekly["series"] == series) & (weekly["stress"] == chosen)], chosen


def _weeks(axes: Axes, week: np.ndarray) -> None:
    """Ticks at whole years or parts of them."""
    span = float(week.max() - week.min()) if len(week) else 0.0
    step = next((step for step in (1, 2, 4, 13, 26, 52, 104, 260, 520) if span / step <= 4), 1040)
    axes.xaxis.set_major_locator(MultipleLocator(step))
    axes.set_xlim(0, span + 1)


def _money_or_plain(axes: Axes, numbers: np.ndarray) -> None:
    if len(numbers) and float(np.nanmax(np.abs(numbers))) >= 1000:
        axes.yaxis.set_major_formatter(FuncFormatter(lambda amount, _: f"{amount:,.0f}".replace("-", "−")))


def _plain(series: str) -> str:
    words = series.replace("_", " ")
    return words[:1].upper() + words[1:]


def _name(name: object) -> str:
    return f"“{short(name, 40)}”"


def _legend(figure: Figure, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    width, height = figure.get_size_inches()
    room = _legend_room(labels)
    place = (1 - (room - 0.1) / width, 1 - 0.8 / height)
    options: dict[str, Any] = {"handlelength": 2.6, "borderaxespad": 0, "labelcolor": INK}
    figure.legend(handles, labels, loc="upper left", bbox_to_anchor=place, **options)


def _legend_room(labels: Sequence[str]) -> float:
    """Inches at the right for the longest label and its line."""
    return 0.75 + _LABEL * max(len(short(label)) for label in labels)
