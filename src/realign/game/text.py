"""The board as text: for a terminal, a log, or a projector.

Stage: game. In: a board. Out: lines of at most `width` columns.
Idea: signs carry the meaning and colour only repeats it (blue good, orange bad, which most who are colour-blind tell
apart), so the text reads the same without colour, over ssh and in a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from realign.game.board import Board, Kpi, Readiness
from realign.game.knowledge import Told

if TYPE_CHECKING:
    from realign.game.game import Game

_BLUE, _ORANGE, _BOLD, _DIM, _END = "\x1b[38;5;33m", "\x1b[38;5;208m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
NEWS = 6  # items that a board shows
MARGIN = 9  # columns
KPI_COLUMNS, KPI_BAR = 62, 14  # columns that a line of an objective takes beside its name; its bar


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
    ink, row = Ink(colour=colour), partial(_row, width=width)
    head = f"{board.scenario} · week {board.week} of {board.weeks} · {board.seat}"
    lines = [ink.bold(head), "─" * min(width, 100)]
    if board.over:
        lines.append(ink.bold("The game is over; the review tells what it was about."))
    if board.ruined:
        lines.append(ink.bad("▼ RUINED: the credit is spent; nothing can be done any more"))
    if board.kpis:
        lines += [*_kpis(board, ink, width), "", _cash(board, ink)]
        lines += row("Plans", [_plan(plan, ink) for plan in board.plans])
        lines += row("Habits", wrap(habits_words(board), max(width - MARGIN, 40)))
        lines += row("Orders", [f"{order_words(o.moves)}: takes effect in week {o.week}" for o in board.orders])
        lines += row("Cases", [_cases(board)] if board.open_cases else [])
        lines += row("Found", [f"{name}: to be adopted with the next decision" for name in board.found])
    if board.deck is not None:
        lines += row("Budget", [f"{board.budget:.1f} bits of surprise left"])
        deck = " · ".join(f"{name} {bits:.1f}" for name, bits in board.deck.items())
        lines += row("Deck", wrap(f"bits from which each costs: {deck}", max(width - MARGIN, 40)))
    if board.injects:
        lines += row("Coming", [_inject(inject) for inject in board.injects])
    if board.struck:
        lines += row("Struck", [f"week {s.week}: {s.shock}, severity {s.severity:.2g}" for s in board.struck[-NEWS:]])
    if board.truth is not None:
        lines += _truth(board, ink)
    lines += row("News", [news_words(told) for told in board.news[-NEWS:]])
    return "\n".join(lines)


def _row(title: str, entries: Sequence[str], *, width: int) -> list[str]:
    """Entries under a title in the margin; what is too long for a line goes on in the next, further in."""
    lines = []
    for entry in entries:
        lines += wrap(entry, max(width - MARGIN, 40), subsequent_indent="  ")
    return [f"{title if n == 0 else '':<{MARGIN - 1}} {line}" for n, line in enumerate(lines)]


def _kpis(board: Board, ink: Ink, width: int) -> list[str]:
    """Objectives, one a line; the bar goes where the screen is too narrow for it, then the end of long names."""
    longest = max(max(len(kpi.name) for kpi in board.kpis), 9)
    size = min(longest, 28, max(width - KPI_COLUMNS, 9))
    bars = width >= size + KPI_COLUMNS + KPI_BAR
    head = f"{'Objective':<{size}} {'read':>6} {'target':>6} {' ' * KPI_BAR if bars else ''}{'age':>5} {'4 weeks':>9} "
    lines = [ink.dim(f"{head}{'due':>9} {'matters':>7} {'strategy':>8} {'told':>4}")]
    for kpi in board.kpis:
        age = "start" if kpi.of_week < 0 else f"{board.week - 1 - kpi.of_week} wk"
        due = "" if kpi.due is None else ("past" if kpi.due < board.week else f"in {kpi.due - board.week} wk")
        change = f"{f'{_arrow(kpi.change, 0.05)} {kpi.change:+.1f}':>9}"
        change = ink.good(change) if kpi.change > 0.05 else ink.bad(change) if kpi.change < -0.05 else change
        lines.append(
            f"{kpi.name[:size]:<{size}} {kpi.reading:>6.1f} {kpi.target:>6.0f} {f' {_bar(kpi)} ' if bars else ''}"
            f"{age:>5} {change} {due:>9} {kpi.perceived:>7.0%} {kpi.strategy:>8.0%} {kpi.published:>4.0%}"
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


def log_text(game: Game, *, width: int = 100) -> str:
    """What was done, as far as the seat may know."""
    lines = []
    for act in game.log:
        number = f"{act['act']:>3} " if "act" in act else ""
        why = f" — because {act['reason']}" if act.get("reason") else ""
        line = f"{number}week {act['week']:<3} {act['seat']}: {act_words(act)}{why}"
        lines += wrap(line, width, subsequent_indent=" " * (len(number) + MARGIN))
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
