"""Figures of the alignment audit.

Stage: report. In: the tables of `realign.alignment`. Out: Figures.
Idea: three panels, each a plain function of a table and Axes. `understanding`: who understands the strategy, a row for
each unit in the order of the hierarchy, hollow before, filled after each policy. `belief_map`: what each unit believes
in more, or less, than the strategy does, unit by objective. `picture`: the organisation as a network, from the top
down by steps of the cascade, its shade the understanding, its ring a broker or an isolate. Figures are pages of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from realign.report.style import INK, MUTED, PAPER, RULE, Look, Picture, headed, layout, look_of, styled
from realign.report.words import cells_wide, printable, short

WIDTH = 9.0  # inches
BEFORE, AFTER = "before", "after"
_MOST_POINTS = 30  # percentage points at which a map's colours end


def understanding(table: pd.DataFrame, axes: Axes, *, looks: Mapping[str, Look], order: Sequence[str]) -> Axes:
    """A row for each unit of `order`: hollow before, filled after each policy, with its 95 % interval."""
    place = {name: row for row, name in enumerate(order)}
    start = table[table["when"] == BEFORE].drop_duplicates("unit")
    rows = [place[name] for name in start["unit"]]
    axes.scatter(start["understanding"], rows, s=34, facecolors=PAPER, edgecolors=INK, zorder=3, label="before")
    for n, (policy, look) in enumerate(looks.items()):
        own = table[(table["when"] == AFTER) & (table["policy"] == policy)]
        shift = 0.5 * (n + 1) / (len(looks) + 1) - 0.25
        heights = [place[name] + shift for name in own["unit"]]
        axes.hlines(heights, own["low"], own["high"], color=look.colour, linewidth=1.4)
        axes.scatter(
            own["understanding"], heights, s=22, color=look.colour, marker=look.marker, zorder=3,
            label=short(policy, 30),
        )  # fmt: skip
    deep = table.drop_duplicates("unit").set_index("unit")["depth"]
    steps = {str(name): int(depth) - 1 for name, depth in deep.items()}
    axes.set_yticks(range(len(order)), ["· " * steps[name] + short(name, 30) for name in order])
    axes.set_ylim(len(order) - 0.4, -0.6)
    axes.set_xlabel("understanding: cosine of belief and published strategy", size=8)
    return axes


def belief_map(table: pd.DataFrame, axes: Axes, *, order: Sequence[str], named: bool = True) -> Axes:
    """Belief less strategy, in percentage points of effort: a row for each unit, a column for each objective."""
    objectives = list(dict.fromkeys(table["objective"]))
    gap = table.assign(gap=100 * (table["belief"] - table["strategy"]))
    wide = gap.pivot(index="unit", columns="objective", values="gap").loc[list(order), objectives]
    values = wide.to_numpy(dtype=float)
    axes.imshow(values, cmap="PuOr", vmin=-_MOST_POINTS, vmax=_MOST_POINTS, aspect="auto")
    for row, column in np.ndindex(*values.shape):
        if np.isfinite(values[row, column]):
            strong = abs(values[row, column]) > 0.7 * _MOST_POINTS
            text = f"{float(values[row, column]):+.0f}".replace("-", "−") if abs(values[row, column]) >= 0.5 else "0"
            axes.text(column, row, text, ha="center", va="center", size=6.5, color=PAPER if strong else INK)
    axes.set_xticks(range(len(objectives)), [short(name, 18) for name in objectives], rotation=35, ha="right")
    axes.set_yticks(range(len(order)), [short(name, 30) for name in order] if named else [])
    axes.grid(visible=False)
    axes.tick_params(length=0)
    return axes


def picture(units: pd.DataFrame, ties: pd.DataFrame, axes: Axes, *, labels: bool = True) -> Axes:
    """The network: who hears whom; darker understands better; area by people; a ring marks brokers and isolates."""
    places = _places(units)
    for tie in ties.to_dict("records"):
        (x, y), (to, up) = places[str(tie["unit"])], places[str(tie["hears"])]
        above = tie["kind"] == "superior"
        bend = 0.0 if above else 0.12 * np.sign(x - to or 1.0)
        axes.annotate(
            "", (to, up), (x, y), zorder=1,
            arrowprops={
                "arrowstyle": "-", "color": MUTED if above else RULE, "linewidth": 1.3 if above else 0.8,
                "connectionstyle": f"arc3,rad={bend}",
            },
        )  # fmt: skip
    shade = colormaps["Blues"]
    biggest = float(units["people"].max()) or 1.0
    across = max(units.groupby("depth").size().max(), 5)
    room = (72 * axes.get_position().width * WIDTH / across) ** 2  # points squared: circles side by side just touch
    for unit in units.to_dict("records"):
        x, y = places[str(unit["unit"])]
        known = np.isfinite(unit["understanding"])
        ring = {"broker": "#d55e00", "isolate": "#cc79a7"}.get(str(unit["role"]), MUTED)
        axes.scatter(
            x, y, s=min(room, 320) * (0.15 + 0.6 * unit["people"] / biggest), zorder=2, edgecolors=ring,
            linewidths=2.2 if unit["role"] else 0.8, color=shade(0.1 + 0.8 * unit["understanding"]) if known else PAPER,
            linestyle="-" if known else ":",
        )  # fmt: skip
        if labels:
            text = short(unit["unit"], 16) + (f"\n{unit['understanding']:.2f}" if known else "")
            top = unit["depth"] == 1
            axes.annotate(
                text, (x, y), (0, 9) if top else (11, -4), textcoords="offset points", size=6.5,
                ha="center" if top else "left", va="bottom" if top else "top",
            )  # fmt: skip
    axes.set_xlim(-0.08, 1.08)
    axes.set_ylim(min(y for _, y in places.values()) - 0.5, max(y for _, y in places.values()) + 0.65)
    axes.set_axis_off()
    return axes


@styled
def who_understands(units: pd.DataFrame, *, policies: Sequence[str]) -> Figure:
    """Who understands the strategy, before and after each policy."""
    order = lined_up(units)
    figure = Picture(WIDTH, max(1.5 + 0.27 * len(order), 1.2 + 0.2 * (len(policies) + 1)))
    axes = figure.subplots()
    understanding(units, axes, looks=look_of(policies), order=order)
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0)
    headed(
        figure, "Who understands the strategy, and where the cascade loses it",
        "hollow: before anything is decided   filled: at the end, mean and 95 % interval   dots: steps below the top",
    )  # fmt: skip
    room = 0.5 + 0.075 * max(cells_wide(short(name, 30)) for name in (*policies, "before"))
    deep = int(units["depth"].max())
    named = max(cells_wide(short(name, 30)) for name in order)
    layout(figure, left=0.4 + 0.066 * (named + 2 * deep), right=room, top=0.8)
    return figure


@styled
def maps(table: pd.DataFrame, units: pd.DataFrame, *, policies: Sequence[str]) -> Figure:
    """Strategy against belief: before, and after each policy."""
    order = lined_up(units)
    parts = [("before", table[(table["when"] == BEFORE) & (table["policy"] == policies[0])])]
    parts += [(policy, table[(table["when"] == AFTER) & (table["policy"] == policy)]) for policy in policies]
    columns = min(len(parts), 4 if max(len(title) for title, _ in parts) <= 24 else 3)
    rows = -(-len(parts) // columns)
    figure = Picture(WIDTH, 1.0 + rows * (1.25 + 0.19 * len(order)))
    grid = figure.subplots(rows, columns, squeeze=False)
    for n, (axes, (title, part)) in enumerate(zip(grid.flat, parts)):
        belief_map(part, axes, order=order, named=n % columns == 0)
        axes.set_title(printable(title), size=8.5, loc="left", pad=4)
    for axes in list(grid.flat)[len(parts) :]:
        axes.set_axis_off()
    headed(
        figure, "What units believe in more, or less, than the strategy does",
        "before and after each policy   in percentage points of effort   orange: less than the strategy   purple: more",
    )  # fmt: skip
    left = 0.3 + 0.066 * max(cells_wide(short(name, 30)) for name in order)
    gap = 1.25 / (0.19 * len(order) + 0.1)
    layout(figure, left=left, right=0.15, top=0.8, bottom=1.0, wspace=0.06, hspace=gap)
    return figure


@styled
def networks(units: pd.DataFrame, ties: pd.DataFrame, *, policies: Sequence[str]) -> Figure:
    """The organisation as a network, before and after each policy."""
    parts = [("before", units[(units["when"] == BEFORE) & (units["policy"] == policies[0])])]
    parts += [(policy, units[(units["when"] == AFTER) & (units["policy"] == policy)]) for policy in policies]
    few = units["unit"].nunique() <= 8
    wide = units.drop_duplicates("unit").groupby("depth").size().max() > 16
    columns = 1 if wide or len(parts) == 1 else 2
    rows = -(-len(parts) // columns)
    figure = Picture(WIDTH, 1.0 + rows * (0.6 + 0.75 * int(units["depth"].max())))
    grid = figure.subplots(rows, columns, squeeze=False)
    layout(figure, left=0.1, right=0.1, top=0.85, bottom=0.1, wspace=0.03, hspace=0.12)
    for n, (axes, (title, part)) in enumerate(zip(grid.flat, parts)):
        picture(part, ties, axes, labels=few)
        axes.set_title(short(title if n == 0 else f"after {title}", 44), size=9, loc="left", pad=2)
    for axes in list(grid.flat)[len(parts) :]:
        axes.set_axis_off()
    headed(
        figure, "Who hears whom, and who understands",
        "darker: understands the strategy better   area: people   orange ring: broker   pink ring: isolate   "
        "dotted: not there",
    )  # fmt: skip
    return figure


def figures(
    units: pd.DataFrame, table: pd.DataFrame, ties: pd.DataFrame, *, policies: Sequence[str]
) -> dict[str, Figure]:
    """All of them, by name."""
    return {
        "audit_understanding": who_understands(units, policies=policies),
        "audit_map": maps(table, units, policies=policies),
        "audit_network": networks(units, ties, policies=policies),
    }


def lined_up(units: pd.DataFrame) -> list[str]:
    """Units from the top down, each followed by those that report to it."""
    once = units.drop_duplicates("unit")
    below: dict[str, list[str]] = {}
    for unit in once.to_dict("records"):
        below.setdefault(str(unit["superior"]), []).append(str(unit["unit"]))

    def line(name: str) -> list[str]:
        return [name, *(other for under in below.get(name, []) for other in line(under))]

    return [name for top in below.get("", []) for name in line(top)]


def _places(units: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Where each unit stands: its depth from the top down, a superior above the middle of those below it."""
    order = lined_up(units)
    deep = units.set_index("unit")["depth"]
    superior = units.set_index("unit")["superior"]
    leaves = [name for name in order if name not in set(superior)]
    across = {name: (n + 0.5) / len(leaves) for n, name in enumerate(leaves)}
    for name in reversed(order):
        under = [across[other] for other in order if superior[other] == name]
        if under:
            across[name] = float(np.mean(under))
    return {name: (across[name], -float(deep[name])) for name in order}
