"""How things move over the weeks.

Stage: report. In: the weekly series (means and quantiles over futures). Out: `fan`, `survival`, `recovery`,
`alignment`, `attainment`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, MultipleLocator

from realign.errors import UsageError
from realign.report.figures import panels
from realign.report.figures.shared import (
    PERCENT,
    WIDTH,
    blank,
    grid_of,
    left_for,
    legend,
    legend_room,
    money_or_plain,
    named,
    part_of,
    place,
    plain,
    rows_named,
    titled,
    weeks_along,
    xlabels,
    ylabels,
)
from realign.report.style import INK, Picture, headed, layout, look_of, styled
from realign.report.words import ALIGNMENTS, short

SCALES = {
    "value": "1 = everything attained at normal demand",
    "cash": "in units of money",
    "engagement": "1 = normal",
    "alive": "share of futures that are not ruined",
}


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
    part, stress = part_of(weekly, series, stress)
    order = [name for name in policies or dict.fromkeys(part["policy"]) if name in set(part["policy"])]
    looks = look_of(policies or order)
    columns, rows = grid_of(len(order), most=3)
    figure = Picture(WIDTH, 1.3 + rows * 1.1 + (rows - 1) * 0.52)
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, policy in zip(grid.flat, order):
        panels.fan(part[part["policy"] == policy], axes, look=looks[policy])
        titled(axes, policy)
    weeks_along(grid.flat[0], part["week"].to_numpy())
    money_or_plain(grid.flat[0], part[["q05", "q95"]].to_numpy())
    blank(grid, len(order))
    xlabels(grid, "week")
    scale = currency if series == "cash" and currency else SCALES.get(series, "0 to 1")
    unit = f", {currency}" if series == "cash" and currency else ""
    ylabels(grid, short(plain(series), 24) + unit)
    headed(
        figure,
        f"{plain(series)} week by week, {place(stress)}",
        f"{scale}   line: median   dashed: mean   bands: half and nine tenths of all futures",
    )
    layout(figure, left=0.85, top=0.8, bottom=0.5, wspace=0.11, rows=rows)
    return figure


@styled
def survival(weekly: pd.DataFrame, *, policies: Sequence[str] | None = None) -> Figure:
    """The share of futures in which the organisation is still alive, by week, policy and stress test."""
    part = weekly[weekly["series"] == "alive"]
    if part.empty:
        raise UsageError("series 'alive': not in this result")
    stresses = list(dict.fromkeys(part["stress"]))
    order = list(policies or dict.fromkeys(part["policy"]))
    columns, rows = grid_of(len(stresses), most=3)
    figure = Picture(WIDTH, max(1.2 + rows * 2.1, 1.1 + 0.2 * len(order)))
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, stress in zip(grid.flat, stresses):
        panels.lines(part[part["stress"] == stress], axes, looks=look_of(order))
        titled(axes, stress)
    weeks_along(grid.flat[0], part["week"].to_numpy())
    lowest = float(part["mean"].min())
    axes = grid.flat[0]
    axes.set_ylim(max(0.0, 1 - 1.08 * max(1 - lowest, 0.02)), 1 + 0.02 * max(1 - lowest, 0.02))
    axes.yaxis.set_major_formatter(PERCENT)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    blank(grid, len(stresses))
    xlabels(grid, "week")
    ylabels(grid, "share of futures alive")
    legend(figure, axes)
    alive = part[part["week"] == part["week"].max()]
    worst = alive.loc[alive["mean"].idxmin()]
    title = (
        f"Ruin is likeliest under {named(worst['stress'])}"
        if lowest < 1 and len(stresses) > 1
        else "Who survives, and how long"
    )
    headed(figure, title, "share of futures in which cash has not fallen below the credit line")
    layout(figure, left=0.75, right=legend_room(order), top=0.8, bottom=0.5, wspace=0.16, rows=rows)
    return figure


@styled
def recovery(
    weekly: pd.DataFrame,
    *,
    policies: Sequence[str] | None = None,
    strikes: Mapping[str, Mapping[int, str]] | None = None,
) -> Figure:
    """What each stress test does to value, week by week, against the first test on the same futures.

    strikes: stress -> week -> what is forced to strike then; dotted lines.
    """
    part = weekly[weekly["series"] == "value"]
    first, *stresses = list(dict.fromkeys(part["stress"]))
    if not stresses:
        raise UsageError("recovery: there is no stress test to recover from")
    order = list(policies or dict.fromkeys(part["policy"]))
    calm = part[part["stress"] == first].set_index(["policy", "week"])["mean"]
    columns, rows = grid_of(len(stresses), most=2)
    figure = Picture(WIDTH, max(1.2 + rows * 2.3, 1.1 + 0.2 * len(order)))
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    deepest, where = 0.0, stresses[0]
    for axes, stress in zip(grid.flat, stresses):
        own = part[part["stress"] == stress].set_index(["policy", "week"])["mean"]
        fall = (own - calm).dropna().rename("fall").reset_index()
        axes.axhline(0, color=INK, linewidth=0.8)
        panels.strikes((strikes or {}).get(stress, {}), axes)
        panels.lines(fall, axes, looks=look_of(order), column="fall")
        titled(axes, stress)
        lowest = float(fall["fall"].min())
        deepest, where = (lowest, stress) if lowest < deepest else (deepest, where)
    weeks_along(grid.flat[0], part["week"].to_numpy())
    blank(grid, len(stresses))
    xlabels(grid, "week")
    ylabels(grid, "value less that without")
    legend(figure, grid.flat[0])
    headed(
        figure,
        f"The deepest fall is under {named(where)}" if deepest < 0 else "No stress test lowers value",
        f"mean value under stress less that {place(first)}, on the same futures   dotted: a forced strike",
    )
    layout(figure, left=0.8, right=legend_room(order), top=0.8, bottom=0.5, wspace=0.08, rows=rows)
    return figure


@styled
def alignment(weekly: pd.DataFrame, *, stress: str | None = None, policies: Sequence[str] | None = None) -> Figure:
    """Three distances over the weeks: effort to market, beliefs to strategy, beliefs to each other."""
    known = set(weekly["series"])
    names = [name for name in ALIGNMENTS if name in known]
    if not names:
        raise UsageError(f"series {', '.join(ALIGNMENTS)}: none is in this result")
    stress = stress or str(weekly["stress"].iloc[0])
    own = weekly[weekly["stress"] == stress]
    order = list(policies or dict.fromkeys(own["policy"]))
    figure = Picture(WIDTH, max(3.4, 1.1 + 0.2 * len(order)))
    grid = figure.subplots(1, len(names), sharex=True, sharey=True, squeeze=False)
    for axes, name in zip(grid.flat, names):
        panels.lines(own[own["series"] == name], axes, looks=look_of(order))
        titled(axes, ALIGNMENTS[name])
    weeks_along(grid.flat[0], own["week"].to_numpy())
    grid.flat[0].set_ylim(top=1.0)
    xlabels(grid, "week")
    ylabels(grid, "mean alignment")
    legend(figure, grid.flat[0])
    headed(figure, f"Who pulls the same way, {place(stress)}", "1 = perfectly aligned   mean over futures")
    layout(figure, left=0.7, right=legend_room(order), top=0.8, bottom=0.5, wspace=0.16)
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
    columns, rows = grid_of(len(names), most=4)
    figure = Picture(WIDTH, 1.25 + rows * (0.42 + 0.24 * len(order)) + 0.2 * (rows - 1))
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes, name in zip(grid.flat, names):
        part = last[last["series"] == name].set_index("policy").loc[order].reset_index()
        panels.attained(part, axes, looks=look_of(policies or order))
        titled(axes, str(name)[len("attainment[") : -1])
        axes.grid(visible=False, axis="y")
    axes = grid.flat[0]
    rows_named(axes, order)
    axes.set_xlim(-0.02, 1.02)
    axes.xaxis.set_major_locator(MultipleLocator(0.25 if columns < 3 else 0.5))
    axes.xaxis.set_major_formatter(PERCENT)
    blank(grid, len(names))
    xlabels(grid, "share of target")
    headed(
        figure,
        f"What is attained in the end, {place(stress)}",
        "● mean   thick: half of all futures   thin: nine tenths",
    )
    layout(figure, left=left_for(order), top=0.85, bottom=0.5, wspace=0.18, rows=rows)
    return figure
