"""How outcomes are spread over futures.

Stage: report. In: histograms, tails and difference curves. Out: `spread`, `difference`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator, PercentFormatter

from realign.errors import UsageError
from realign.report.figures import panels
from realign.report.figures.shared import (
    PERCENT,
    WIDTH,
    left_for,
    legend,
    legend_room,
    named,
    place,
    rows_named,
    titled,
)
from realign.report.style import MUTED, Picture, headed, layout, look_of, styled


@styled
def spread(
    bins: pd.DataFrame, tails: pd.DataFrame, *, stress: str | None = None, policies: Sequence[str] | None = None
) -> Figure:
    """How value is spread over futures, policy by policy, and the worst tenth of futures beside it.

    bins: stress, policy, low, high, share, mean, worst. tails: stress, policy, share (up to 0.1), value.
    """
    stress = stress or str(bins["stress"].iloc[0])
    own, worst = bins[bins["stress"] == stress], tails[tails["stress"] == stress]
    order = [name for name in policies or dict.fromkeys(own["policy"]) if name in set(own["policy"])]
    looks = look_of(policies or order)
    figure = Picture(WIDTH, 1.35 + 0.36 * max(len(order), 5))
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    panels.ridges(own, left, looks=looks)
    rows_named(left, order)
    left.set_ylim(len(order) - 0.45, -0.75)
    left.set_xlabel("mean weekly value of a future", size=8)
    titled(left, "all futures")
    panels.tail(worst, right, looks=looks)
    right.set_xlim(0, 0.1)
    right.set_xlabel("share of futures that do worse", size=8)
    right.set_ylabel("value", size=8)
    right.xaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    right.xaxis.set_major_locator(MultipleLocator(0.05))
    right.axvline(0.05, color=MUTED, linewidth=0.7, linestyle=(0, (1, 1.5)))
    titled(right, "the worst tenth")
    headed(
        figure,
        f"How value is spread over futures, {place(stress)}",
        "height: root of the share of futures   ● mean   ◇ mean of the worst 5 %",
    )
    legend(figure, right)
    room = legend_room(order)
    layout(figure, left=left_for(order), right=room, top=0.85, bottom=0.5, wspace=0.22)
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
    figure = Picture(WIDTH, max(4.1, 1.1 + 0.2 * len(rivals)))
    axes = figure.subplots()
    panels.cumulative(part, axes, looks=look_of(policies or rivals))
    by_policy = [part[part["policy"] == policy] for policy in rivals]
    ends = [np.interp([0.01, 0.99], lines["share"], lines["difference"]) for lines in by_policy]
    low, high = float(np.min(ends)), float(np.max(ends))
    room = 0.04 * max(high - low, 0.01)  # policies exactly alike differ by 0 only
    axes.set_xlim(min(low, 0) - room, max(high, 0) + room)
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(PERCENT)
    axes.set_xlabel(f"value less that of {named(best)}, on the same futures")
    axes.set_ylabel("share of futures with at most this difference")
    axes.text(0, 1.02, f"← {named(best)} is better", transform=axes.transAxes, size=8, color=MUTED)
    axes.text(1, 1.02, "the other policy is better →", transform=axes.transAxes, size=8, color=MUTED, ha="right")
    legend(figure, axes)
    headed(
        figure,
        f"How often, and by how much, others beat {named(best)}",
        f"{place(stress)}   where a curve meets the vertical line: how often the best policy is at least as good",
    )
    layout(figure, left=0.75, right=legend_room(rivals), top=0.8, bottom=0.55)
    return figure
