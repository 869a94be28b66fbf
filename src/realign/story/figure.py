"""The story as one figure: what struck and who answered it, above what became of value, cash and minds.

Stage: story. In: the facts of a story, the fan of other futures. Out: a matplotlib Figure.
Idea: all panels share the weeks. In the lanes on top a strike is a point, followed by the time for which nobody saw it
and the time for which its case waited and was worked on; plans are bars while they act. Below, the line of this future
lies in the bands of all others, so that one sees what was bad luck and what was the policy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan, sqrt
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from realign.report.style import COLOURS, INK, MUTED, PAPER, RULE, Picture, colour_of, headed, layout, styled
from realign.report.words import number, quoted, short
from realign.story.chapters import Facts
from realign.story.fan import Bands, Fan
from realign.story.phrases import counted
from realign.story.reading import Strike, astray, distance, lived, peopled, policy_of, shares_of
from realign.twin.life import Life

_BLOW, _TEAM, _PLAN = COLOURS[1], COLOURS[0], COLOURS[2]
_LANES = 8  # shocks with a lane of their own; the rest share one
_LANE, _PANEL = 0.21, 1.25  # inches
_LABEL = 0.062  # inches a letter takes
_HAIRLINES = 60  # strikes: more lines would hide what is behind them
_WORTH = 0.005  # of value on average: from here on the line without a plan is drawn
_DOTS, _DASH = (0, (1.2, 1.4)), (0, (4, 1.6))
OTHERS = "other shocks"


@styled
def draw(facts: Facts, fan: Fan) -> Figure:
    """Lanes of shocks, decisions and plans; value and cash in the fan of other futures; minds against the market."""
    life, shocks = facts.life, _shocks(facts.strikes)
    plans = list(dict.fromkeys(term.plan.name for term in facts.terms))
    lanes = [*shocks, "decisions", *plans]
    has_money = _has_money(life)
    heights = [max(_LANE * len(lanes), 0.5), 1.5 * _PANEL, *([_PANEL] if has_money else []), _PANEL]
    figure = Picture(9.0, sum(heights) + 1.35 + 0.34 * (len(heights) - 1))
    panels = list(figure.subplots(len(heights), 1, sharex=True, height_ratios=heights))
    _lanes(panels[0], facts, shocks, plans)
    colour = colour_of([policy.name for policy in life.scenario.policies])[life.policy]
    _value(panels[1], facts, fan, colour)
    if has_money:
        _cash(panels[2], facts, fan, colour)
    _minds(panels[-1], facts)
    for axes in panels:
        _weeks(axes, life, facts.strikes)
    panels[-1].set_xlabel("week", size=8)
    left = 0.35 + max(0.5, _LABEL * max(len(short(lane)) for lane in lanes))
    gap = 0.34 * len(heights) / sum(heights)
    _key(figure, facts)
    headed(figure, _title(facts), _subtitle(facts))
    layout(figure, left=left, top=0.85, bottom=0.45, hspace=gap)
    return figure


def _title(facts: Facts) -> str:
    life, out = facts.life, facts.life.outcomes
    ends = f"ruined in week {int(out['ruin_week'])}" if out["ruined"] else f"value {number(out['value'])} on average"
    return f"{quoted(short(life.policy, 40))} in future {life.future}: {ends}"


def _subtitle(facts: Facts) -> str:
    life, out = facts.life, facts.life.outcomes
    stress = "" if life.stress == "baseline" else f", under {quoted(short(life.stress, 30))}"
    counts = [counted(int(out["shocks"]), "strike"), counted(int(out["decisions"]), "decision")]
    counts.append(counted(int(out["activations"]), "activated plan"))
    return f"{short(life.scenario.name, 40)}{stress}: {', '.join(counts)}"


# ---- lanes


def _shocks(strikes: Sequence[Strike]) -> list[str]:
    """Names of lanes, by first strike."""
    names = list(dict.fromkeys(strike.arrival.shock for strike in strikes))
    return names if len(names) <= _LANES else [*names[: _LANES - 1], OTHERS]


def _lanes(axes: Axes, facts: Facts, shocks: Sequence[str], plans: Sequence[str]) -> None:
    """Marks of a kind are drawn together: there may be thousands."""
    lane_of = {strike.arrival.shock: len(shocks) - 1 for strike in facts.strikes} | {s: n for n, s in enumerate(shocks)}
    _blows(axes, facts, lane_of)
    _cases(axes, facts, lane_of)
    row = len(shocks)
    _decisions(axes, facts.life, row)
    calls = [(term.week + 0.5, row + 1 + plans.index(term.plan.name), term.acts) for term in facts.terms]
    axes.plot([call for call, _, _ in calls], [lane for _, lane, _ in calls], "|", color=_PLAN, markersize=6)
    acting = [(lane, call, acts[0], acts[-1] + 1) for call, lane, acts in calls if acts]
    _bars(axes, [(lane, call, first) for lane, call, first, _ in acting], _PLAN, 0.8, linestyle=_DOTS)
    _bars(axes, [(lane, first, last) for lane, _, first, last in acting], _PLAN, 6, alpha=0.8, capstyle="butt")
    lanes = [*shocks, "decisions", *plans]
    axes.set_yticks(range(len(lanes)), [short(lane) for lane in lanes])
    axes.set_ylim(len(lanes) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")


def _bars(axes: Axes, bars: Sequence[tuple[int, float, float]], colour: str, width: float, **looks: Any) -> None:
    """Horizontal bars: lane, from, to."""
    if bars:
        lanes, starts, ends = zip(*bars)
        axes.hlines(lanes, starts, ends, color=colour, linewidth=width, **looks)


def _blows(axes: Axes, facts: Facts, lane_of: Mapping[str, int]) -> None:
    """Strikes: announced, striking, unseen. Those after ruin are hollow."""
    end = lived(facts.life)
    placed = [(lane_of[strike.arrival.shock], strike.arrival.time, strike) for strike in facts.strikes]
    heard = [(lane, s.warned + 0.5, time) for lane, time, s in placed if s.warned is not None and s.week < end]
    lanes, weeks = [lane for lane, _, _ in heard], [week for _, week, _ in heard]
    axes.plot(weeks, lanes, color=_BLOW, marker=4, markersize=5, linestyle="none")
    _bars(axes, heard, _BLOW, 0.8, linestyle=_DOTS)
    _bars(axes, [(lane, time, time + s.delay) for lane, time, s in placed if s.known is not None], _BLOW, 1.2)
    for met in (True, False):
        some = [(time, lane, s.arrival.severity) for lane, time, s in placed if (s.week < end) == met]
        sizes = [9 + 9 * sqrt(min(severity, 12.0)) for _, _, severity in some]
        axes.scatter(
            [time for time, _, _ in some], [lane for _, lane, _ in some], s=sizes, c=_BLOW if met else PAPER,
            edgecolors=_BLOW, linewidths=0.8, zorder=3, clip_on=False,
        )  # fmt: skip


def _cases(axes: Axes, facts: Facts, lane_of: Mapping[str, int]) -> None:
    """Cases: waiting for a team, in a team's hands."""
    end = lived(facts.life)
    waiting, working = [], []
    for strike in facts.strikes:
        case = strike.case
        if case is not None:
            lane, begun = lane_of[strike.arrival.shock], end if isnan(case.begun) else min(case.begun, end)
            waiting.append((lane, case.opened, begun))
            working.append((lane, begun, end if case.is_open else min(case.done, end)))
    _bars(axes, waiting, _TEAM, 1.2)
    _bars(axes, working, _TEAM, 4, alpha=0.8, capstyle="butt")


def _decisions(axes: Axes, life: Life, lane: int) -> None:
    """Every decision, by how much of effort it moved; alarms as crosses."""
    weeks, sizes = [d.week for d in life.decisions], [12 + 130 * d.moved for d in life.decisions]
    axes.scatter(weeks, [lane] * len(weeks), s=sizes, marker="d", c=_TEAM, linewidths=0, zorder=3, clip_on=False)
    alarms = [event.week + 0.5 for event in life.events if event.kind == "alarm"]
    axes.plot(alarms, [lane] * len(alarms), "x", color=_BLOW, markersize=4, zorder=2)


def _key(figure: Figure, facts: Facts) -> None:
    """What the signs mean that are there to be seen, at the top right."""
    met = [strike for strike in facts.strikes if strike.known is not None or strike.warned is not None]
    point: dict[str, Any] = {"linestyle": "none"}
    bar: dict[str, Any] = {"alpha": 0.8, "solid_capstyle": "butt"}
    signs = {
        Line2D([], [], marker=4, color=_BLOW, markersize=5, label="warning", **point): any(s.warned for s in met),
        Line2D([], [], marker="o", color=_BLOW, markersize=5, label="strike", **point): bool(facts.strikes),
        Line2D([], [], color=_BLOW, linewidth=1.2, label="unseen"): any(s.delay for s in met),
        Line2D([], [], color=_TEAM, linewidth=1.2, label="waits for a team"): any(
            s.case is not None and s.case.begun != s.case.opened for s in met
        ),
        Line2D([], [], color=_TEAM, linewidth=4, label="team at work", **bar): any(s.case for s in met),
        Line2D([], [], marker="d", color=_TEAM, markersize=5, label="decision", **point): bool(facts.life.decisions),
        Line2D([], [], marker="x", color=_BLOW, markersize=4, label="alarm", **point): any(
            event.kind == "alarm" for event in facts.life.events
        ),
        Line2D([], [], color=_PLAN, linewidth=6, label="plan acts", **bar): bool(facts.terms),
    }
    shown = [sign for sign, seen in signs.items() if seen]
    width, height = figure.get_size_inches()
    if shown:
        figure.legend(
            handles=shown, loc="upper right", bbox_to_anchor=(1 - 0.1 / width, 1 - 0.56 / height), ncols=len(shown),
            handlelength=1.3, columnspacing=1.2, handletextpad=0.5, borderaxespad=0, fontsize=7.5,
        )  # fmt: skip


# ---- value, cash, minds


def _fanned(axes: Axes, bands: Bands, line: Sequence[float], colour: str, *, until: int) -> None:
    """Bands of other futures, and this one's line; the middle of a week stands for it."""
    week = np.arange(bands.shape[1]) + 0.5
    axes.fill_between(week, bands[0], bands[4], color=colour, alpha=0.13, linewidth=0)
    axes.fill_between(week, bands[1], bands[3], color=colour, alpha=0.24, linewidth=0)
    axes.plot(week, bands[2], color=colour, linewidth=0.9, linestyle=_DASH)
    axes.plot(week[:until], line[:until], color=INK, linewidth=1.6, zorder=3, marker="." if until == 1 else "")


def _value(axes: Axes, facts: Facts, fan: Fan, colour: str) -> None:
    life = facts.life
    end, value = lived(life), life.weekly["value"]
    _fanned(axes, fan.value, value, colour, until=end)
    title = f"Value   solid: this future   dashed and bands: median, half and nine tenths of {fan.futures:,} futures"
    other, name, shade = _other_line(facts)
    lines = [fan.value[0], fan.value[4], value]
    if name:
        axes.plot(np.arange(len(other)) + 0.5, other, color=shade, linewidth=1.3, linestyle=_DOTS, zorder=2)
        title += f"   dotted: {name}"
        lines.append(other)
    if life.outcomes["ruined"]:
        axes.hlines(0.0, end, len(life.states), color=INK, linewidth=1.6, clip_on=False)
        late = end > 0.9 * len(life.states)
        axes.annotate(
            "ruin", (end, 0.97), (-4 if late else 4, 0), xycoords=("data", "axes fraction"), textcoords="offset points",
            ha="right" if late else "left", va="top", size=8.5, weight="bold",
        )  # fmt: skip
    low, high = min(min(line) for line in lines), max(max(line) for line in lines)
    room = 0.06 * (high - low) or 0.05
    axes.set_ylim(max(low - room, 0.0), high + room)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    _titled(axes, title)


def _other_line(facts: Facts) -> tuple[Sequence[float], str, str]:
    """What this future is told against: the rival policy, else the plan that made the greatest difference."""
    if facts.rival is not None:
        colours = colour_of([policy.name for policy in facts.life.scenario.policies])
        name = facts.rival.policy
        return facts.rival.weekly["value"], f"under {quoted(short(name, 22))}", colours[name]
    worth = max(facts.worth, key=lambda worth: abs(worth.value), default=None)
    if worth is None or abs(worth.value) < _WORTH:
        return [], "", ""
    return worth.weekly, f"without {short(worth.plan, 22)}", _PLAN


def _has_money(life: Life) -> bool:
    return any(cash != life.weekly["cash"][0] for cash in life.weekly["cash"])


def _cash(axes: Axes, facts: Facts, fan: Fan, colour: str) -> None:
    life, rival = facts.life, facts.rival
    _fanned(axes, fan.cash, life.weekly["cash"], colour, until=lived(life))
    if rival is not None:
        until, shade = lived(rival), _other_line(facts)[2]
        axes.plot(
            np.arange(until) + 0.5, rival.weekly["cash"][:until], color=shade, linewidth=1.3, linestyle=_DOTS, zorder=2
        )
    title = f"Cash, {short(life.scenario.organisation.currency, 12)}"
    end = -credit(life)
    low = min(float(fan.cash[0].min()), min(life.weekly["cash"]))
    high = max(float(fan.cash[4].max()), max(life.weekly["cash"]))
    if np.isfinite(end).all() and low < end.max() + 0.5 * (high - low):
        axes.step(np.arange(len(end)), end, where="post", color=INK, linewidth=0.8, linestyle=_DASH)
        title += "   lowest dashed line: the end of credit"
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda amount, _: f"{amount:,.0f}".replace("-", "−")))
    _titled(axes, title)


def credit(life: Life) -> Bands:
    """How deep debts may be in each week, with the credit lines that plans have open."""
    terms, plans = life.scenario.organisation, policy_of(life).contingencies
    lines = {plan.name: plan.credit for plan in life.scenario.contingencies if plan.name in plans}
    opened = [
        sum(amount * state["organisation", "plan acts", name] for name, amount in lines.items() if amount)
        for state in life.states[: lived(life)]
    ]
    return terms.credit + np.array(opened, float)


def _minds(axes: Axes, facts: Facts) -> None:
    """How far beliefs and leadership's picture were from what the market rewards."""
    life, end = facts.life, lived(facts.life)
    true = [shares_of(life, week, "market", "priority") for week in range(end)]
    leaders = [distance(shares_of(life, week, "leadership", "perceived"), true[week]) for week in range(end)]
    weeks = peopled(life)
    axes.plot([week + 0.5 for week in weeks], [astray(life, week) for week in weeks], color=INK, linewidth=1.6)
    axes.plot(np.arange(end) + 0.5, leaders, color=_TEAM, linewidth=1.1, linestyle=_DASH)
    if facts.parting is not None:
        axes.plot([facts.parting.week + 0.5], [facts.parting.distance], "o", color=INK, markersize=4.5)
    axes.set_ylim(bottom=0.0)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.0f} %"))
    signs = "solid: beliefs of people (point: furthest)   dashed: leadership's picture"
    _titled(axes, f"Distance from what the market rewards   {signs}")


# ---- shared


def _titled(axes: Axes, title: str) -> None:
    """What a panel shows, in small letters above it."""
    axes.set_title(title, y=1.0, pad=4, size=8, weight="normal", color=MUTED)


def _weeks(axes: Axes, life: Life, strikes: Sequence[Strike]) -> None:
    """The same weeks everywhere, a hairline at each strike, grey after ruin."""
    weeks = len(life.states)
    step = next((step for step in (1, 2, 4, 13, 26, 52, 104, 260, 520) if weeks / step <= 13), 1040)
    axes.xaxis.set_major_locator(MultipleLocator(step))
    axes.set_xlim(0, weeks)
    met = [strike.arrival.time for strike in strikes if strike.week < lived(life)]
    shown, whole = met if len(met) <= _HAIRLINES else [], axes.get_xaxis_transform()
    axes.vlines(shown, 0.0, 1.0, transform=whole, color=_BLOW, linewidth=0.6, alpha=0.35, zorder=0)
    if life.outcomes["ruined"]:
        axes.axvspan(lived(life), weeks, color=RULE, alpha=0.5, linewidth=0, zorder=0)
        axes.axvline(lived(life), color=INK, linewidth=1.2)
