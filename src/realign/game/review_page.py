"""The after-action review as a page.

Stage: game. In: a `Review`. Out: HTML that needs nothing else; every text from a game is escaped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from math import isnan
from typing import TYPE_CHECKING

from realign.game.figures import fortune
from realign.game.html import listed, picture, table_html
from realign.game.text import act_words

if TYPE_CHECKING:
    from realign.game.review import Review

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"></head>
<body style="margin:2em auto;padding:0 1em;max-width:60em">{body}</body></html>
"""
_STYLE = "font:14px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff"
_SHOWN = 12  # decisions


def page(review: Review) -> str:
    """The whole page."""
    return _PAGE.format(title=escape(f"Review: {review.name}"), body=body(review))


def body(review: Review) -> str:
    """The page without its frame, for a notebook."""
    parts = [
        f"<h1 style='font-size:1.5em'>After-action review: {escape(review.name)}</h1>",
        f"<p>{escape(review.scenario)}, future {review.future}, {review.weeks} weeks"
        f"{'' if review.over else ' so far'}; led at first as in “{escape(review.first_policy)}”.</p>",
        _aims(review),
        "<h2 style='font-size:1.15em'>Findings</h2>",
        "<ol>" + "".join(
            f"<li>{escape(f.says)} <span style='color:#5c6873'>[{escape(f.evidence)}]</span></li>"
            for f in review.findings
        ) + "</ol>",
        picture(review.figure(), "The played future, week by week"),
        "<h2 style='font-size:1.15em'>The played future, told</h2>",
        listed("", review.story),
        "<h2 style='font-size:1.15em'>Events planned</h2>",
        _planned(review),
        "<h2 style='font-size:1.15em'>Skill or luck?</h2>",
        "<p>Every policy of the scenario, held, on the same future: the same luck, another lead.</p>",
        table_html(("policy", "value", f"cash at the end ({review.currency})", "ruined"), [
            (escape(str(row.policy)), f"{row.value:.4f}", f"{row.final_cash:,.0f}", "ruined" if row.ruined else "")
            for row in review.table.itertuples()
        ]),
        f"<p>Over {len(review.luck)} futures the first policy makes {review.luck.mean():.3f} a week; on this one it "
        f"did better than on {review.fortune:.0%} of them. Leading differently was worth {review.skill:+.4f}.</p>",
        picture(fortune(review), "The first policy over many futures, and this one among them"),
        "<h2 style='font-size:1.15em'>The decisions that mattered most</h2>",
        "<p>Each alone replaced by “hold”, and the game played again, all else the same.</p>",
        _mattered(review),
        "<h2 style='font-size:1.15em'>Who knew what when</h2>",
        table_html(("shock", "severity", "warned", "struck", "recognised", "decided", "drop of value"), [
            (escape(e.shock) + (" (injected)" if e.injected else ""), f"{e.severity:.2g}", _week(e.warned),
             str(e.struck), _week(e.recognised), _week(e.decided), "" if isnan(e.drop) else f"{e.drop:.0%}")
            for e in review.episodes
        ]),
        "<h2 style='font-size:1.15em'>The log</h2>",
        table_html(("act", "week", "seat", "what", "why", "time"), [
            (str(a["act"]), str(a["week"]), escape(a["seat"]), escape(act_words(a)), escape(a.get("reason", "")),
             escape(a.get("time", "")[:19].replace("T", " "))) for a in review.acts
        ], text=(2, 3, 4, 5)),
        "<h2 style='font-size:1.15em'>Improvement plan</h2>",
        _plan(review),
    ]  # fmt: skip
    return f'<div style="{_STYLE}">{"".join(parts)}</div>'


def _aims(review: Review) -> str:
    """What the exercise was to show, and room to say how far it did."""
    rows = [(escape(aim), "&nbsp;" * 24, "&nbsp;" * 24) for aim in review.aims]
    return table_html(("aim", "how far it was met", "what shows it"), rows, text=(0, 1, 2)) if rows else ""


def notebook(review: Review) -> str:
    """The same as a notebook: a section to a cell, and room to write after each."""
    sections = body(review).removeprefix(f'<div style="{_STYLE}">').removesuffix("</div>").split("<h2 ")
    texts = [sections[0], *(f"<h2 {section}" for section in sections[1:])]
    cells = []
    for n, text in enumerate(texts):
        cells.append({"cell_type": "markdown", "id": f"section-{n}", "metadata": {}, "source": text})
        cells.append({"cell_type": "markdown", "id": f"notes-{n}", "metadata": {}, "source": "*What we say to this:*"})
    return json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, ensure_ascii=False, indent=1
    )


def _week(week: float) -> str:
    return "never" if isnan(week) else str(int(week))


def _planned(review: Review) -> str:
    """Injects: who planned them when, for which week, at which price, and what became of them."""
    cancelled = {act["cancels"] for act in review.acts if act["do"] == "cancel"}
    rows = []
    for act in review.acts:
        if act["do"] == "inject":
            fate = "cancelled" if act["act"] in cancelled else "struck" if act["strikes"] < review.weeks else "to come"
            severity = "as drawn" if act["severity"] is None else f"{act['severity']:g}"
            rows.append((
                escape(act["shock"]), escape(act["seat"]), escape(act.get("reason", "")), str(act["week"]),
                str(act["strikes"]), severity, f"{act['price']:.1f}", fate,
            ))  # fmt: skip
    if not rows:
        return "<p>Nothing was injected; what struck was the future's own.</p>"
    head = ("inject", "by", "reason", "planned in week", "for week", "severity", "bits", "became of it")
    return table_html(head, rows, text=(0, 1, 2, 7))


def _mattered(review: Review) -> str:
    rows = [
        (escape(f"week {m.week}: {m.words}"), escape(m.seat), escape(m.reason), f"{m.worth:+.4f}", f"{m.cash:+,.0f}")
        for m in review.mattered[:_SHOWN]
    ]
    if not rows:
        return "<p>Nothing was decided but to hold.</p>"
    return table_html(("decision", "seat", "reason", "worth a week", "cash at the end"), rows, text=(0, 1, 2))


def _plan(review: Review) -> str:
    """A finding, and room for what is to be done about it, by whom, until when."""
    rows: Sequence[Sequence[str]] = [
        (escape(f.says), "&nbsp;" * 20, "&nbsp;" * 12, "&nbsp;" * 10) for f in review.findings
    ]
    return table_html(("finding", "what to change", "who", "until"), rows, text=(0, 1, 2, 3))
