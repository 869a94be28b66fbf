"""The board and the what-if as text: for a terminal, a log, or a projector.

Stage: game. In: a board, a what-if. Out: lines of at most `width` columns.
Idea: signs carry the meaning and colour only repeats it (blue good, orange bad, which most who are colour-blind tell
apart), so the text reads the same without colour, over ssh and in a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from realign.game.board import Board, Kpi, Readiness
from realign.game.knowledge import Told

if TYPE_CHECKING:
    from realign.game.game import Game
    from realign.game.whatif import WhatIf

_BLUE, _ORANGE, _BOLD, _DIM, _END = "\x1b[38;5;33m", "\x1b[38;5;208m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
NEWS = 6  # items that a board shows
FEW = 30  # effective candidates; below it a warning is due


class Ink:
    """Colour, or none."""

    def __init__(self, *, colour: bool) -> None:
        self._on = colour

    def __call__(self, text: str, ink: str) -> str:
        return f"{ink}{text}{_END}" if self._on and text.strip() else text

    def good(self, text: str) -> str:
        return self(text, _BLUE)

    def bad(self, text: str) -> str:
        return self(text, _ORANGE)

    def bold(self, text: str) -> str:
        return self(text, _BOLD)

    def dim(self, text: str) -> str:
        return self(text, _DIM)


def board_text(board: Board, *, width: int = 100, colour: bool = False) -> str:
    """The situation."""
    ink = Ink(colour=colour)
    head = f"{board.scenario} · week {board.week} of {board.weeks} · {board.seat}"
    lines = [ink.bold(head), "─" * min(width, 100)]
    if board.over:
        lines.append(ink.bold("The game is over; the review tells what it was about."))
    if board.ruined:
        lines.append(ink.bad("▼ RUINED: the credit is spent; nothing can be done any more"))
    if board.kpis:
        lines += [*_kpis(board, ink), "", _cash(board, ink)]
        lines += _row("Plans", [_plan(plan, ink) for plan in board.plans])
        lines += _row("Habits", wrap(habits_words(board), max(width - 9, 40)))
        lines += _row(
            "Orders", [f"{order_words(order.moves)}: takes effect in week {order.week}" for order in board.orders]
        )
        lines += _row("Cases", [_cases(board)] if board.open_cases else [])
        lines += _row("Found", [f"{name}: to be adopted with the next decision" for name in board.found])
    if board.deck is not None:
        lines += _row("Budget", [f"{board.budget:.1f} bits of surprise left"])
        lines += _row("Deck", [f"{name}: from {bits:.1f} bits" for name, bits in board.deck.items()])
    if board.injects:
        lines += _row("Coming", [_inject(inject) for inject in board.injects])
    if board.struck:
        lines += _row("Struck", [f"week {s.week}: {s.shock}, severity {s.severity:.2g}" for s in board.struck[-NEWS:]])
    if board.truth is not None:
        lines += _truth(board, ink)
    lines += _row("News", [news_words(told) for told in board.news[-NEWS:]])
    return "\n".join(lines)


def _row(title: str, entries: Sequence[str]) -> list[str]:
    """Entries under a title in the margin."""
    return [f"{title if n == 0 else '':<8} {entry}" for n, entry in enumerate(entries)]


def _kpis(board: Board, ink: Ink) -> list[str]:
    longest = max(len(kpi.name) for kpi in board.kpis)
    size = max(min(longest, 28), 9)
    head = f"{'Objective':<{size}}  {'read':>7} {'target':>7}  {'':<12} {'age':>5} {'4 weeks':>9} {'due':>8}"
    lines = [ink.dim(f"{head} {'matters':>8} {'strategy':>9} {'told':>6}")]
    for kpi in board.kpis:
        age = "start" if kpi.of_week < 0 else f"{board.week - 1 - kpi.of_week} wk"
        due = "" if kpi.due is None else ("past" if kpi.due < board.week else f"in {kpi.due - board.week} wk")
        change = f"{f'{_arrow(kpi.change, 0.05)} {kpi.change:+.1f}':>9}"
        change = ink.good(change) if kpi.change > 0.05 else ink.bad(change) if kpi.change < -0.05 else change
        lines.append(
            f"{kpi.name[:size]:<{size}}  {kpi.reading:>7.1f} {kpi.target:>7.0f}  {_bar(kpi)} {age:>5} {change} "
            f"{due:>8} {kpi.perceived:>8.0%} {kpi.strategy:>9.0%} {kpi.published:>6.0%}"
        )
    return lines


def _bar(kpi: Kpi) -> str:
    share = min(max(kpi.reading / kpi.target, 0.0), 1.0)
    full = round(10 * share)
    return "[" + "█" * full + "·" * (10 - full) + "]"


def _cash(board: Board, ink: Ink) -> str:
    change = f"{_arrow(board.cash_change)} {board.cash_change:+,.0f} in four weeks"
    change = ink.good(change) if board.cash_change > 0 else ink.bad(change) if board.cash_change < 0 else change
    return f"{'Cash':<8} {board.cash:,.0f} {board.currency}  {change}  (ruin below {-board.credit:,.0f})"


def _arrow(change: float, least: float = 0.0) -> str:
    return "▲" if change > least else "▼" if change < -least else "·"


def _plan(plan: Readiness, ink: Ink) -> str:
    week = "" if plan.week is None else f"{plan.week:g}"
    status = {
        "prepared": "● prepared", "not prepared": "○ not prepared", "starting": f"◐ acts from week {week}",
        "acting": f"■ acting until week {week}" if week else "■ acting",
    }[plan.status]  # fmt: skip
    status = ink.good(status) if plan.status in ("acting", "starting") else status
    return f"{plan.name}: {status}; when {plan.condition}"


def habits_words(board: Board) -> str:
    """How the organisation is led now."""
    habits = board.habits
    if habits is None:
        return ""
    p = habits.policy
    reviews = f"reviews every {p.review_every:g} weeks" if p.review_every else "no reviews"
    words = [
        f"{reviews}, in effect {p.latency} later" if p.review_every else reviews,
        "keeps to the strategy set" if p.rule == "static" else f"rule {p.rule}", f"slack {p.slack:.0%}",
        f"exploration {p.exploration:.0%}", f"communication {p.communication:g}", f"monitoring {p.monitoring:g}",
        f"autonomy {p.autonomy:.0%}",
    ]  # fmt: skip
    words += [f"{unit} {people:+g} people" for unit, people in habits.added.items() if people]
    return " · ".join(words)


def _cases(board: Board) -> str:
    return f"{board.open_cases} with the response teams; a decision follows each"


def order_words(moves: Mapping[str, Any]) -> str:
    """Moves in words."""
    if not moves:
        return "hold"
    words = []
    for name, value in moves.items():
        if name == "strategy":
            words.append("strategy " + ", ".join(f"{k} {v:.0%}" for k, v in value.items()))
        elif name == "hire":
            words.append("hire " + ", ".join(f"{people:g} for {unit}" for unit, people in value.items()))
        elif name == "move":
            words.append("move " + ", ".join(f"{people:g} from {a} to {b}" for a, b, people in value))
        elif name in ("prepare", "activate", "drop"):
            words.append(f"{name} " + ", ".join(value))
        elif name == "review":
            words.append("call a decision")
        elif name == "policy":
            words.append(f"lead as in {value}")
        else:
            shown = "never" if value is None else format(value, "g") if isinstance(value, float) else str(value)
            words.append(f"{name.replace('_', ' ')} {shown}")
    return "; ".join(words)


def _inject(inject: Mapping[str, Any]) -> str:
    severity = "as drawn" if inject["severity"] is None else f"{inject['severity']:g}"
    return f"week {inject['strikes']}: {inject['shock']}, severity {severity}, by {inject['seat']}"


def news_words(told: Told) -> str:
    """A piece of news."""
    week = f"week {told.week:<3} "
    words = {
        "warning": f"▲ warning: {told.name} may be coming", "struck": f"■ {told.name} struck",
        "recognised": f"■ {told.name} recognised; it struck in week {told.amount:.0f}",
        "alarm": "▲ alarm: value seems to be falling", "decision": f"decision: strategy moved by {told.amount:.0%}",
        "activated": f"{told.name} activated", "expired": f"{told.name} has run its course",
        "found": f"found: {told.name}", "adopted": f"adopted: {told.name}", "ruin": "▼ ruin",
        "joined": f"{told.name} joined", "message": f"“{told.name}”",
    }  # fmt: skip
    return week + words[told.kind]


def _truth(board: Board, ink: Ink) -> list[str]:
    truth = board.truth or {}
    lines = ["", ink.bold("The truth, for the facilitator alone")]
    for name, level in truth["level"].items():
        lines.append(f"         {name}: level {level:.1f}, really {truth['priority'][name]:.0%} of what matters")
    if "value" in truth:
        measures = ("value", "strategic_alignment", "cohesion")
        words = ", ".join(f"{name.replace('_', ' ')} {truth[name]:.3f}" for name in measures)
        lines.append(f"         {words}")
    return lines


def log_text(game: Game) -> str:
    """What was done, as far as the seat may know."""
    lines = []
    for act in game.log:
        number = f"{act['act']:>3} " if "act" in act else ""
        why = f" — because {act['reason']}" if act.get("reason") else ""
        lines.append(f"{number}week {act['week']:<3} {act['seat']}: {act_words(act)}{why}")
    return "\n".join(lines) or "Nothing was done yet."


def act_words(act: Mapping[str, Any]) -> str:
    """An act in words."""
    kind = act["do"]
    if kind == "advance":
        return f"{act['weeks']} week{'s' if act['weeks'] != 1 else ''} pass"
    if kind == "decide":
        return order_words(act["moves"])
    if kind == "inject":
        return f"inject {act['shock']} in week {act['strikes']}"
    if kind == "say":
        return f"“{act['text']}”" + (f" to {act['to']}" if act["to"] else "")
    return kind + (f" act {act['cancels']}" if kind == "cancel" else "")


# ---- what if


def whatif_text(found: WhatIf, *, width: int = 100, colour: bool = False) -> str:
    """The ranked table of options."""
    ink, table, first = Ink(colour=colour), found.table, found.options[0]
    size = min(max(max(len(name) for name in table["option"]), 6), max(width - 66, 20))
    head = f"   {'option':<{size}}  {'value':>6}  {'against ' + first.lower():<28} {'better':>6} {'ruin':>6}"
    lines = [
        ink.bold(f"What if, from week {found.first} to {found.last}: {found.value.shape[1]:,} continuations of each"),
        ink.dim(f"{head}  {'cash at the end':>15}"),
    ]
    for rank, row in table.iterrows():
        gain = "—"
        if row["option"] != first:
            gain = f"{row['gain']:+.4f} ({row['gain_low']:+.4f} to {row['gain_high']:+.4f})"
        gain = f"{gain:<28}"
        sure = ink.good(gain) if row["gain_low"] > 0 else ink.bad(gain) if row["gain_high"] < 0 else gain
        lines.append(
            f"{rank:>2} {row['option'][:size]:<{size}}  {row['value']:>6.3f}  {sure} {row['better']:>6.0%} "
            f"{row['ruined']:>6.1%}  {row['final_cash']:>15,.0f}"
        )
    lines.append(ink.dim(_caveat(found)))
    return "\n".join(lines)


def _caveat(found: WhatIf) -> str:
    if isnan(found.effective):
        return "From the true present, which only the facilitator knows; the future is open."
    doubt = " Few fit, so the present is known less well than this looks." if found.effective < FEW else ""
    doubt = f" No candidate fitted at {found.lost} weighings: be careful." if found.lost else doubt
    return f"From what this seat knows: {found.effective:,.0f} effective candidates for the present.{doubt}"
