"""Fan charts of what could come, and the played future among them.

Stage: game. In: a what-if, or arrays. Out: matplotlib figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from realign.errors import UsageError
from realign.report.style import Picture
from realign.scenario.desk import suggestion

if TYPE_CHECKING:
    from realign.game.review import Review
    from realign.game.whatif import WhatIf

BLUE, ORANGE, GREY = "#0b5fa5", "#d9730d", "#6b6b6b"


def fans(found: WhatIf, series: str, options: Sequence[str] | None) -> Figure:
    """One fan for each option, best first, with the first option's median in all."""
    ranked = list(found.table["option"])
    for name in options or ():
        if name not in ranked:
            raise UsageError(f'plot: "{name}": no such option{suggestion(name, ranked)}')
    chosen = ranked[:6] if options is None else list(options)
    bands = found.fan(series)
    weeks = np.arange(found.first, found.last)
    columns = min(len(chosen), 3)
    rows = -(-len(chosen) // columns)
    figure = Picture(3.6 * columns, 2.5 * rows)
    figure.set_layout_engine("constrained")
    axes = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    held = bands[0, 2]
    for at, ax in enumerate(axes.flat):
        if at >= len(chosen):
            ax.set_axis_off()
            continue
        low, lower, middle, upper, high = bands[list(found.options).index(chosen[at])]
        ax.fill_between(weeks, low, high, color=BLUE, alpha=0.15, linewidth=0, label="5 to 95 %")
        ax.fill_between(weeks, lower, upper, color=BLUE, alpha=0.3, linewidth=0, label="25 to 75 %")
        ax.plot(weeks, middle, color=BLUE, linewidth=1.6, label="median")
        ax.plot(weeks, held, color=ORANGE, linewidth=1.2, linestyle="--", label=f"median, {found.options[0].lower()}")
        ax.set_title(chosen[at], fontsize=9)
        ax.tick_params(labelsize=8)
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_xlabel("week" if at + columns >= len(chosen) else "", fontsize=8)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=8, frameon=False)
    unit = f" ({found.currency})" if series == "cash" and found.currency else ""
    if series == "cash":
        axes.flat[0].yaxis.set_major_formatter("{x:,.0f}")  # shared by all
    figure.supylabel(f"{series}{unit}", fontsize=9)
    return figure


def played(review: Review) -> Figure:
    """The played future: value, cash, and each objective as it was read and as it was."""
    rows = 2 + len(review.objectives)
    figure = Picture(8.5, 1.5 * rows + 0.8)
    figure.set_layout_engine("constrained")
    axes = figure.subplots(rows, 1, sharex=True)
    weeks = np.arange(review.weeks)
    axes[0].plot(weeks, review.series["value"], color=BLUE, linewidth=1.4)
    axes[0].set_title("value of the week; ▼ what struck, ● what was decided", fontsize=9, loc="left", pad=40)
    top = float(review.series["value"].max()) or 1.0
    for episode in review.episodes:
        axes[0].annotate(
            f"▼ {episode.shock}", (episode.struck, top * 1.02), rotation=35, fontsize=7, color=ORANGE,
            annotation_clip=False,
        )  # fmt: skip
    marks = [m.week for m in review.mattered if m.week < review.weeks]
    axes[0].plot(marks, review.series["value"][marks], "o", color=GREY, markersize=4)
    axes[0].set_ylim(0.0, top * 1.35)
    axes[1].plot(weeks, review.series["cash"], color=BLUE, linewidth=1.4)
    axes[1].set_title(f"cash ({review.currency})", fontsize=9, loc="left")
    axes[1].yaxis.set_major_formatter("{x:,.0f}")
    axes[1].axhline(0.0, color=GREY, linewidth=0.6)
    for k, name in enumerate(review.objectives):
        ax = axes[2 + k]
        ax.plot(weeks, review.level[:, k], color=BLUE, linewidth=1.4, label="as it was")
        ax.plot(weeks, review.read[:, k], color=ORANGE, linewidth=0.8, label="as it was read")
        ax.set_title(name, fontsize=9, loc="left")
    axes[2].legend(fontsize=8, frameon=False, ncols=2)
    for ax in axes:
        ax.tick_params(labelsize=8)
        ax.spines[["top", "right"]].set_visible(False)
    axes[-1].set_xlabel("week", fontsize=9)
    return figure


def fortune(review: Review) -> Figure:
    """Skill and luck: the first policy over many futures, where this one lies, and where the play took it."""
    figure = Picture(7.0, 2.2)
    figure.set_layout_engine("constrained")
    ax = figure.subplots()
    ax.hist(review.luck, bins=30, color=GREY, alpha=0.4)
    own, same = review.standing[0][1], review.standing[0][1] - review.skill
    ax.axvline(same, color=BLUE, linewidth=1.6, linestyle="--", label=f"{review.first_policy}, on this future")
    ax.axvline(own, color=ORANGE, linewidth=1.6, label="as played, on this future")
    ax.set_title(f"{review.first_policy} over {len(review.luck)} futures", fontsize=9, loc="left")
    ax.set_xlabel("mean value of a week", fontsize=9)
    ax.set_ylabel("futures", fontsize=9)
    ax.tick_params(labelsize=8)
    ax.spines[["top", "right"]].set_visible(False)
    figure.legend(fontsize=8, frameon=False, loc="outside lower center", ncols=2)
    return figure
