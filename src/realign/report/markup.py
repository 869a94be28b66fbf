"""Pieces of the page: texts, tables, figures, each escaped.

Stage: report. In: texts from anywhere, numbers as text. Out: HTML.
Idea: names from the scenario are data: whatever becomes part of the page goes through `text`, here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from realign.report.words import FONTS, printable

_THEME = {"#1f2a33": "var(--ink)", "#5c6873": "var(--muted)", "#d8dee4": "var(--rule)", "#fefefe": "var(--paper)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A figure ready for the page."""

    name: str
    svg: str
    caption: str
    alt: str
    chapter: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A number with a small note below it; shaded where it is, or may be, the best."""

    main: str
    note: str = ""
    shaded: bool = False


def text(value: object) -> str:
    """Escaped, on one line, and with no break between a number and its percent sign."""
    return escape(printable(value)).replace(" %", "\u00a0%")


def table(
    headings: Sequence[str], rows: Iterable[Sequence[str | Cell]], *, title: str = "", aside: str = "", words: int = 1
) -> str:
    """A table whose first `words` columns are words and whose first column names the row; others are numbers."""
    head = "".join(f'<th scope="col"{_left(i < words)}>{text(heading)}</th>' for i, heading in enumerate(headings))
    lines = "".join(f"<tr>{''.join(_cell(cell, i, words) for i, cell in enumerate(row))}</tr>" for row in rows)
    beside = f" <span>· {text(aside)}</span>" if aside else ""
    caption = f"<caption>{text(title)}{beside}</caption>" if title else ""
    return (
        f'<div class="scroll"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>'
    )


def _cell(cell: str | Cell, place: int, words: int) -> str:
    content = cell if isinstance(cell, Cell) else Cell(cell)
    note = f"<small>{text(content.note)}</small>" if content.note else ""
    shade = "near" if content.shaded else ""
    if place == 0:
        return f'<th scope="row"{_left(True, shade)}>{text(content.main)}{note}</th>'
    return f"<td{_left(place < words, shade)}>{text(content.main)}{note}</td>"


def _left(left: bool, shade: str = "") -> str:
    names = " ".join(name for name in ("word" if left else "", shade) if name)
    return f' class="{names}"' if names else ""


def card(*parts: str) -> str:
    """Parts that belong together."""
    return f'<div class="card">{"".join(parts)}</div>'


def paragraph(words: str, *, label: str = "", note: bool = False) -> str:
    """A paragraph, with a bold label before it, or as a note."""
    lead = f'<span class="label">{text(label)}</span> ' if label else ""
    return f"<p{_note(note)}>{lead}{text(words)}</p>"


def _note(note: bool) -> str:
    return ' class="note"' if note else ""


def definitions(entries: Sequence[tuple[str, str]], *, kind: str = "words") -> str:
    """Words and what they mean, or facts and what they are."""
    rows = "".join(f"<dt>{text(word)}</dt><dd>{text(meaning)}</dd>" for word, meaning in entries)
    return f'<dl class="{kind}">{rows}</dl>'


def figure(drawn: Drawn) -> str:
    """A figure with its caption; on a narrow screen it can be moved sideways instead of becoming unreadable."""
    caption = f"<figcaption>{text(drawn.caption)}</figcaption>" if drawn.caption else ""
    return (
        f'<figure class="card" id="figure-{escape(drawn.name)}"><div class="scroll" tabindex="0">'
        f"{inline(drawn.svg, drawn.name, drawn.alt)}</div>{caption}</figure>"
    )


def inline(svg: str, name: str, alt: str) -> str:
    """An SVG file's text made fit for the page: no prologue, own ids, the page's colours, an alternative text."""
    start = svg.index("<svg")
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", svg[start:], flags=re.DOTALL)
    body = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", body)
    for colour, own in _THEME.items():
        body = body.replace(colour, own)
    body = body.replace(f"font-family: {FONTS}", "font-family: inherit")
    head, rest = body.split(">", 1)
    head = re.sub(r'\s(width|height)="[^"]*"', "", head)
    return f'{head} role="img" aria-label="{text(alt)}">{rest}'
