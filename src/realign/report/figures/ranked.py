"""Who is ahead, by how much, and where it breaks.

Stage: report. In: the summary. Out: `ranking`, `gaps`, `heat`, `tradeoff`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from realign.report.figures import panels
from realign.report.figures.shared import (
    LABEL,
    PERCENT,
    WIDTH,
    blank,
    grid_of,
    left_for,
    legend_room,
    named,
    rows_named,
    titled,
    xlabels,
)
from realign.report.style import INK, MUTED, PAPER, Picture, headed, layout, look_of, styled
from realign.report.words import short


def _stresses(summary: pd.DataFrame) -> list[str]:
    return [str(name) for name in dict.fromkeys(summary["stress"])]


def _in_order(summary: pd.DataFrame, stress: str, order: Sequence[str]) -> pd.DataFrame:
    """The rows of one stress test, policies in this order."""
    return summary[summary["stress"] == stress].set_index("policy").loc[list(order)].reset_index()


@styled
def ranking(summary: pd.DataFrame, *, policies: Sequence[str] | None = None) -> Figure:
    """Mean value with its interval and the mean of the worst 5 %, per stress test, policies in order of the first."""
    stresses = _stresses(summary)
    order = list(summary.loc[summary["stress"] == stresses[0], "policy"])
    looks = look_of(policies or order)
    columns, rows = grid_of(len(stresses), most=4)
    figure = Picture(WIDTH, 1.25 + rows * (0.42 + 0.25 * len(order)) + 0.25 * (rows - 1))
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, stress in zip(grid.flat, stresses):
        panels.ranked(_in_order(summary, stress, order), axes, looks=looks)
        titled(axes, stress)
        axes.grid(visible=False, axis="y")
    axes = grid.flat[0]
    rows_named(axes, order)
    low, high = float(summary["expected_shortfall"].min()), float(summary["value"].max())
    room = max(high - low, 0.01)
    axes.set_xlim(low - 0.08 * room, high + (0.1 + 0.08 * columns) * room)  # the numbers stand at the right
    axes.xaxis.set_major_locator(MaxNLocator(4))
    blank(grid, len(stresses))
    xlabels(grid, "mean weekly value")
    wins = summary[summary["rank"] == 1].groupby("policy", observed=True).size()
    leader = order[0]
    shared = int((summary.loc[summary["stress"] == stresses[0], "rank"] == 1).sum()) > 1
    tests = f"in {wins.get(leader, 0)} of {len(stresses)} tests" if len(stresses) > 1 else ""
    title = (
        f"{named(leader)} has the highest mean value {tests}" if len(order) > 1 else f"{named(leader)}, played alone"
    )
    title = "Mean value and the worst 5 % of futures" if shared else title
    headed(
        figure, title.strip(), "● mean with 95 % interval   ◇ mean of the worst 5 % of futures   outlined: highest here"
    )
    layout(figure, left=left_for(order), top=0.85, bottom=0.5, wspace=0.12, rows=rows)
    return figure


@styled
def gaps(summary: pd.DataFrame, *, policies: Sequence[str] | None = None) -> Figure:
    """Paired differences to the best policy of each stress test, with intervals that hold for all of them at once."""
    stresses = _stresses(summary)
    order = list(summary.loc[summary["stress"] == stresses[0], "policy"])
    looks = look_of(policies or order)
    columns, rows = grid_of(len(stresses), most=4)
    figure = Picture(WIDTH, 1.25 + rows * (0.42 + 0.25 * len(order)) + 0.25 * (rows - 1))
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, stress in zip(grid.flat, stresses):
        panels.gaps(_in_order(summary, stress, order), axes, looks=looks)
        titled(axes, stress)
        axes.grid(visible=False, axis="y")
    axes = grid.flat[0]
    rows_named(axes, order)
    low = float(np.nanmin([summary["difference_low"].min(), summary["difference_to_best"].min(), -1e-3]))
    high = float(np.nanmax([summary["difference_high"].max(), 0.0]))
    axes.set_xlim(low - (0.1 + 0.09 * columns) * (high - low), high + (0.05 + 0.05 * columns) * (high - low))
    axes.xaxis.set_major_locator(MaxNLocator(3 if columns > 2 else 5))
    blank(grid, len(stresses))
    xlabels(grid, "mean value less that of the best here" if columns < 3 else "less the best here")
    headed(
        figure,
        "How far behind the best, on the same futures",
        "bar: 95 % interval, holding for all policies of a panel at once   hollow: it reaches 0, not told apart",
    )
    layout(figure, left=left_for(order), top=0.85, bottom=0.5, wspace=0.12, rows=rows)
    return figure


@styled
def heat(summary: pd.DataFrame, *, policies: Sequence[str] | None = None) -> Figure:
    """Policy x stress test: mean value, and how far each lies behind the best of the test."""
    stresses = _stresses(summary)
    order = list(summary.loc[summary["stress"] == stresses[0], "policy"])
    value = summary.pivot(index="policy", columns="stress", values="value").loc[order, stresses]
    behind = -summary.pivot(index="policy", columns="stress", values="difference_to_best").loc[order, stresses] + 0.0
    slanted = max(len(short(name, 22)) for name in stresses) * 0.06 * len(stresses) > 0.36 * WIDTH
    feet = 0.35 + (0.045 * max(len(short(name, 22)) for name in stresses) if slanted else 0.0)
    figure = Picture(WIDTH, 0.95 + feet + 0.29 * len(order))
    left, right = figure.subplots(1, 2, sharey=True)
    panels.heat(value, left, colour="#0b4f8a")
    panels.heat(behind, right, colour="#8f3d00", digits=3, bold="row")
    titled(left, "mean weekly value (bold: best of the test)")
    titled(right, "behind the best (bold: its worst test)")
    if slanted:
        for axes in (left, right):
            axes.tick_params(axis="x", rotation=35)
            for text in axes.get_xticklabels():
                text.set(ha="right", rotation_mode="anchor")
    least = behind.max(axis=1).idxmin()
    title = (
        f"{named(least)} is never far behind: {behind.max(axis=1).min():.3f} at most"
        if len(stresses) > 1 and len(order) > 1
        else "Value and regret"
    )
    headed(figure, title, "dark blue: much value   dark brown: much regret")
    layout(figure, left=left_for(order), top=0.8, bottom=feet, wspace=0.05)
    return figure


@styled
def tradeoff(summary: pd.DataFrame, *, policies: Sequence[str] | None = None) -> Figure:
    """Mean value against the chance of ruin: a filled point without stress, hollow ones under each stress test."""
    stresses = _stresses(summary)
    order = list(policies or dict.fromkeys(summary["policy"]))
    looks = look_of(order)
    shapes = dict(zip(stresses[1:], "s^vPX*hd" * len(stresses)))
    worst = len(shapes) > 3  # more points for each policy are a thicket: the test that lowers it most is left
    if worst:
        summary = _first_and_worst(summary)
        shapes = {stress: shape for stress, shape in shapes.items() if stress in set(summary["stress"])}
    height = max(4.3, 1.0 + 0.19 * (len(order) + len(shapes)))
    figure = Picture(WIDTH, height)
    axes = figure.subplots()
    for policy in order:
        panels.against_ruin(summary[summary["policy"] == policy], axes, look=looks[policy], shapes=shapes)
    axes.set_xlim(left=-0.02 * max(float(summary["ruined"].max()), 0.01))
    axes.xaxis.set_major_formatter(PERCENT)
    axes.set_xlabel("chance of ruin")
    axes.set_ylabel("mean weekly value")
    names = [*order, *shapes]
    room = legend_room(names)
    figure.legend(
        handles=[
            *(Line2D([], [], marker="o", linestyle="", color=looks[p].colour, label=short(p)) for p in order),
            *(
                Line2D([], [], marker=shape, linestyle="", color=PAPER, markeredgecolor=MUTED, label=short(stress))
                for stress, shape in shapes.items()
            ),
        ],
        loc="upper left", bbox_to_anchor=(1 - (room - 0.1) / WIDTH, 1 - 0.8 / height), borderaxespad=0, labelcolor=INK,
    )  # fmt: skip
    if len(order) > 5:  # beside their points too: colours alone do not tell so many apart
        for number, policy in enumerate(order, start=1):
            row = summary[(summary["policy"] == policy) & (summary["stress"] == stresses[0])].iloc[0]
            axes.annotate(str(number), (row["ruined"], row["value"]), ha="center", va="center", size=6, color=PAPER)
        for text, number in zip(figure.legends[0].get_texts(), range(1, len(order) + 1)):
            text.set_text(f"{number}  {text.get_text()}")
    under = f"   hollow: under {'the stress test that lowers it most' if worst else 'a stress test'}" if shapes else ""
    headed(
        figure,
        "Value against ruin: up and to the left is better",
        f"● {short(stresses[0])}, with 95 % intervals{under}",
    )
    layout(figure, left=0.75, right=room + LABEL * 2, top=0.8, bottom=0.55)
    return figure


def _first_and_worst(summary: pd.DataFrame) -> pd.DataFrame:
    """The rows of the first stress test, and for each policy those of the one in which its mean value is lowest."""
    stressed = summary[summary["stress"] != summary["stress"].iloc[0]].reset_index(drop=True)
    lowest = stressed.loc[stressed.groupby("policy", sort=False, observed=True)["value"].idxmin()]
    return pd.concat([summary[summary["stress"] == summary["stress"].iloc[0]], lowest], ignore_index=True)
