"""The board and the what-if as HTML fragments, for notebooks.

Stage: game. In: a board, a what-if. Out: HTML without scripts or links; every text from a scenario is escaped.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from io import BytesIO
from math import isnan
from typing import TYPE_CHECKING

from realign.game.board import Board
from realign.game.text import NEWS, habits_words, news_words, order_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from realign.game.whatif import WhatIf

_STYLE = "font:13px/1.45 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:56em;padding:.6em"
_CELL = "padding:.15em .7em;text-align:{};border-bottom:1px solid #ddd"
_GOOD, _BAD = "#0b5fa5", "#b4510a"  # blue and orange: told apart by most who are colour-blind


def table_html(head: Sequence[str], rows: Sequence[Sequence[str]], *, text: Sequence[int] = (0,)) -> str:
    """A table; columns of `text` go left, numbers right. Cells are HTML already."""
    sides = ["left" if column in text else "right" for column in range(len(head))]
    cells = "".join(f'<th style="{_CELL.format(side)}">{escape(cell)}</th>' for cell, side in zip(head, sides))
    body = "".join(
        "<tr>" + "".join(f'<td style="{_CELL.format(side)}">{cell}</td>' for cell, side in zip(row, sides)) + "</tr>"
        for row in rows
    )
    table = f'<table style="border-collapse:collapse;margin:.4em 0;font:inherit"><tr>{cells}</tr>{body}</table>'
    return f'<div style="overflow-x:auto">{table}</div>'


def picture(figure: Figure, alternative: str, *, dots: int = 110) -> str:
    """A figure, inside the page, with so many dots to the inch."""
    buffer = BytesIO()
    figure.savefig(buffer, format="png", dpi=dots)
    data = b64encode(buffer.getvalue()).decode("ascii")
    return f'<img alt="{escape(alternative)}" style="max-width:100%" src="data:image/png;base64,{data}">'


def listed(title: str, entries: Sequence[str]) -> str:
    """A titled list; nothing where there are no entries."""
    if not entries:
        return ""
    items = "".join(f"<li>{escape(entry)}</li>" for entry in entries)
    head = f"<b>{escape(title)}</b>" if title else ""
    return f"{head}<ul style='margin:.1em 0 .5em'>{items}</ul>"


def _signed(value: float, text: str) -> str:
    colour = _GOOD if value > 0 else _BAD if value < 0 else "inherit"
    sign = "▲" if value > 0 else "▼" if value < 0 else "·"
    return f'<span style="color:{colour};white-space:nowrap">{sign} {text}</span>'


def board_html(board: Board) -> str:
    """The situation."""
    parts = [
        f"<h3 style='margin:0'>{escape(board.scenario)} · week {board.week} of {board.weeks}, {escape(board.seat)}</h3>"
    ]
    if board.ruined:
        parts.append(f'<p style="color:{_BAD}"><b>▼ Ruined</b>: nothing can be done any more.</p>')
    if board.kpis:
        head = ("objective", "read", "target", "", "of week", "in 4 weeks", "due", "matters", "strategy", "told")
        rows = []
        for kpi in board.kpis:
            bar = _bar(kpi.reading / kpi.target)
            rows.append((
                escape(kpi.name), f"{kpi.reading:.1f}", f"{kpi.target:g}", bar,
                "start" if kpi.of_week < 0 else str(kpi.of_week), _signed(kpi.change, f"{kpi.change:+.1f}"),
                "" if kpi.due is None else str(kpi.due), f"{kpi.perceived:.0%}", f"{kpi.strategy:.0%}",
                f"{kpi.published:.0%}",
            ))  # fmt: skip
        parts.append(table_html(head, rows))
        cash = _signed(board.cash_change, f"{board.cash_change:+,.0f} in four weeks")
        parts.append(
            f"<p><b>Cash</b> {board.cash:,.0f} {escape(board.currency)} {cash}; ruin below {-board.credit:,.0f}</p>"
        )
        parts.append(f"<p><b>Habits</b> {escape(habits_words(board))}</p>")
        parts.append(listed("Plans", [_plan(p.name, p.status, p.week, p.condition) for p in board.plans]))
        parts.append(listed("On its way", [f"{order_words(o.moves)}: in week {o.week}" for o in board.orders]))
        if board.open_cases:
            parts.append(f"<p><b>Cases</b> {board.open_cases} with the response teams</p>")
        parts.append(listed("Found, to be adopted with the next decision", board.found))
    if board.deck is not None:
        deck = " · ".join(f"{name} from {bits:.1f}" for name, bits in board.deck.items())
        parts.append(f"<p><b>Deck</b>, in bits, of which {board.budget:.1f} are left: {escape(deck)}</p>")
    parts.append(listed("Coming", [f"week {i['strikes']}: {i['shock']}" for i in board.injects]))
    parts.append(
        listed("Struck", [f"week {s.week}: {s.shock}, severity {s.severity:.2g}" for s in board.struck[-NEWS:]])
    )
    if board.truth is not None:
        truth = board.truth
        parts.append(listed("The truth, for the facilitator alone", [
            f"{name}: level {level:.1f}, really {truth['priority'][name]:.0%} of what matters"
            for name, level in truth["level"].items()
        ]))  # fmt: skip
    parts.append(listed("News", [news_words(told) for told in board.news[-NEWS:]]))
    return f'<div style="{_STYLE}">{"".join(parts)}</div>'


def _bar(share: float) -> str:
    """How much of a target is reached."""
    inner = f"width:{min(max(share, 0.0), 1.0):.0%};height:.7em;background:{_GOOD}"
    return f'<div style="width:6em;height:.7em;background:#e4e4e4"><div style="{inner}"></div></div>'


def _plan(name: str, status: str, week: float | None, condition: str) -> str:
    when = "" if week is None else f" {'from' if status == 'starting' else 'until'} week {week:g}"
    return f"{name}: {status}{when}; when {condition}"


def whatif_html(found: WhatIf) -> str:
    """The ranked table of options, and fan charts of the best."""
    rows = []
    for rank, row in found.table.iterrows():
        own = row["option"] == found.options[0]
        gain = "—" if own else f"{row['gain']:+.4f} ± {(row['gain_high'] - row['gain_low']) / 2:.4f}"
        sure = 1.0 if row["gain_low"] > 0 else -1.0 if row["gain_high"] < 0 else 0.0
        rows.append((
            f"{rank}. {escape(str(row['option']))}", f"{row['value']:.3f}", gain if own else _signed(sure, gain),
            f"{row['better']:.0%}", f"{row['worst_tenth']:.3f}", f"{row['ruined']:.1%}", f"{row['final_cash']:,.0f}",
        ))  # fmt: skip
    head = (
        "option",
        "value",
        f"against {found.options[0].lower()}, ± 95 %",
        "better",
        "worst tenth",
        "ruin",
        "cash at the end",
    )
    basis = (
        "the true present" if isnan(found.effective) else f"{found.effective:,.0f} effective candidates for the present"
    )
    title = f"What if, from week {found.first} to {found.last}: {found.value.shape[1]:,} continuations of each option, "
    title += f"from {basis}"
    fans = picture(found.plot("value"), "Fans of value by week, one for each of the best options", dots=80)
    return f'<div style="{_STYLE}"><b>{escape(title)}</b>{table_html(head, rows)}{fans}</div>'
