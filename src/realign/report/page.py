"""The page: report.html.

Stage: report. In: `Evidence`, the verdict, figures as SVG text with their words. Out: one HTML text.
Idea: the first screen is the answer; what follows lets the reader check it: tables, figures, what the words mean, how
it was made. One file without script, font or network. Every text that comes from a scenario goes through `escape`.
Figures are inline SVG whose ink, grid and paper are replaced by the page's own colours, so that they follow light,
dark and print; their ids get the figure's name in front, so that no two on the page are equal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from math import isfinite
from typing import Any

from realign.report.evidence import Evidence
from realign.report.facts import METHODS, WORDS, facts
from realign.report.standing import Standing, sentence, standing
from realign.report.verdict import Verdict
from realign.report.words import MISSING, counted, decimals, number, percent, percent_span, printable, span

_THEME = {"#1f2a33": "var(--ink)", "#5c6873": "var(--muted)", "#d8dee4": "var(--rule)", "#fefefe": "var(--paper)"}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A figure ready for the page."""

    name: str
    svg: str
    caption: str
    alt: str


def page(evidence: Evidence, verdict: Verdict, figures: Sequence[Drawn]) -> str:
    """The whole document."""
    name = str(evidence.info.get("name") or "Scenario")
    first, rest = figures[:1], figures[1:]
    body = [
        _header(evidence, name),
        _answer(evidence, verdict),
        *(_figure(drawn) for drawn in first),
        "<h2>The policies under each stress test</h2>",
        *(_table(evidence, stress) for stress in evidence.stresses),
        "<h2>Behind the answer</h2>" if rest else "",
        *(_figure(drawn) for drawn in rest),
        "<h2>What the words mean</h2>",
        f'<div class="card">{_words(WORDS)}</div>',
        "<h2>How this was made</h2>",
        f'<div class="card">{_facts(evidence.info)}<h3>Methods</h3>{_words(METHODS)}</div>',
        "<footer><p>Everything here follows from the assumptions written in the scenario; it is a way to think them "
        "through, not a forecast.</p></footer>",
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(name)}: which policy holds up</title>\n<style>\n{_css()}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(part for part in body if part)
        + "\n</main>\n</body>\n</html>\n"
    )


@cache
def _css() -> str:
    return (files("realign.report") / "page.css").read_text(encoding="utf-8")


def _text(value: object) -> str:
    """Escaped, on one line, and with no break between a number and its percent sign."""
    return escape(printable(value)).replace(" %", "\u00a0%")


def _header(evidence: Evidence, name: str) -> str:
    tests = len(evidence.stresses) - (evidence.stress == "baseline")
    parts = [
        counted(len(evidence.policies), "policy", plural="policies"),
        counted(tests, "stress test") if tests else "no stress test",
        counted(int(evidence.summary["futures"].max()), "future") + " each",
    ]
    if isinstance(evidence.info.get("weeks"), int):
        parts.append(counted(evidence.info["weeks"], "week"))
    summary = evidence.info.get("summary")
    line = f"<p>{_text(summary)}</p>" if summary else ""
    return f"<header><h1>{_text(name)}</h1>{line}<p>{_text(' · '.join(parts))}</p></header>"


def _answer(evidence: Evidence, verdict: Verdict) -> str:
    """The first screen."""
    lines = [f'<p class="lead">{_text(verdict.answer)}</p>']
    if verdict.breaks:
        lines.append(f'<p><span class="label">What breaks it.</span> {_text(verdict.breaks)}</p>')
    if verdict.buts:
        items = "".join(f"<li>{_text(but)}</li>" for but in verdict.buts)
        lines.append(f'<p class="label">What speaks against it</p><ul>{items}</ul>')
    lines += [f'<p class="note">{_text(note)}</p>' for note in verdict.notes]
    return (
        f'<section class="card answer"><h2>{_text(verdict.headline)}</h2>{"".join(lines)}{_tiles(evidence)}</section>'
    )


def _tiles(evidence: Evidence) -> str:
    """The chief numbers of the leading policy without stress."""
    rows: list[Row] = evidence.summary.to_dict("records")  # type: ignore[assignment]
    own = rows[0]
    digits = decimals((own["value_high"] - own["value_low"]) / 2, significant=1, most=4)
    worst = min((row for row in rows if row["policy"] == own["policy"]), key=lambda row: row["value"])
    tiles = [
        ("Highest mean value", number(own["value"], digits=digits), _text(own["policy"])),
        ("Best of all in", percent(own["chance_best"]), "of futures"),
        ("Mean of its worst 5 %", number(own["expected_shortfall"], digits=3), _range(own, "shortfall", 3)),
        ("Ruined in", percent(own["ruined"]), f"{percent_span(own['ruined_low'], own['ruined_high'])} of futures"),
        ("Mean value in its worst test", number(worst["value"], digits=3), _text(worst["stress"])),
    ]
    if len(evidence.policies) == 1:
        tiles = [("Mean value", number(own["value"], digits=digits), _range(own, "value", digits)), *tiles[2:]]
    cells = "".join(f"<div><dt>{head}</dt><dd>{value}<small>{note}</small></dd></div>" for head, value, note in tiles)
    return f'<dl class="tiles">{cells}</dl>'


def _range(row: Row, name: str, digits: int) -> str:
    return span(row[f"{name}_low"], row[f"{name}_high"], digits=digits)


def _table(evidence: Evidence, stress: str) -> str:
    """One stress test, best first, with the sentence that sums it up."""
    part = evidence.summary[evidence.summary["stress"] == stress]
    rows: list[Row] = part.to_dict("records")  # type: ignore[assignment]
    stands = standing(part)
    several = len(rows) > 1
    heads = ["", "policy", "mean value", *(["against the best", "best in"] if several else [])]
    heads += ["worst 5 %", "ruined", _money_head(evidence), "strategic alignment", *(["regret"] if several else [])]
    near = {stands.best, *(gap.policy for gap in (*stands.alike, *stands.open))}
    lines = [_line(row, several=several, near=row["policy"] in near and several) for row in rows]
    head = "".join(f'<th scope="col">{_text(text)}</th>' for text in heads)
    return (
        f'<div class="card"><div class="scroll"><table><caption>{_text(_title(stress))} '
        f"<span>· {counted(stands.futures, 'future')}</span></caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>{_summed_up(stands)}</div>"
    )


def _title(stress: str) -> str:
    return "Baseline: no stress" if stress == "baseline" else stress


def _summed_up(stands: Standing) -> str:
    return f'<p class="note">{_text(sentence(stands))}</p>'


def _money_head(evidence: Evidence) -> str:
    return f"final cash, {evidence.currency}" if evidence.currency else "final cash"


def _line(row: Row, *, several: bool, near: bool) -> str:
    """One policy; shaded where it is, or may be, the best."""
    digits = decimals((row["value_high"] - row["value_low"]) / 2, most=5)
    cells = [(number(row["value"], digits=digits), _range(row, "value", digits))]
    if several:
        cells += [_against(row), (percent(row["chance_best"]), "")]
    cells += [
        (number(row["expected_shortfall"], digits=3), _range(row, "shortfall", 3)),
        (percent(row["ruined"]), percent_span(row["ruined_low"], row["ruined_high"])),
        (number(row["final_cash"], digits=0 if abs(row["final_cash"]) >= 100 else 2), ""),
        (number(row["strategic_alignment"], digits=3), ""),
    ]
    if several:
        cells.append((number(row["regret"], digits=3), ""))
    body = "".join(f"<td>{main}{f'<small>{note}</small>' if note else ''}</td>" for main, note in cells)
    shade = ' class="near"' if near else ""
    return f'<tr{shade}><td>{row["rank"]}</td><th scope="row">{_text(row["policy"])}</th>{body}</tr>'


def _against(row: Row) -> tuple[str, str]:
    """The difference to the best and its interval."""
    low, high = row["difference_low"], row["difference_high"]
    if row["difference_to_best"] == 0 and low == high == 0:
        return ("best", "") if row["rank"] == 1 else (MISSING, "")
    digits = decimals((high - low) / 2, most=5)
    note = span(low, high, digits=digits) if isfinite(low) else "not known"
    return number(row["difference_to_best"], digits=digits), note


def _figure(drawn: Drawn) -> str:
    return (
        f'<figure class="card" id="figure-{escape(drawn.name)}">{inline(drawn.svg, drawn.name, drawn.alt)}'
        f"<figcaption>{_text(drawn.caption)}</figcaption></figure>"
    )


def inline(svg: str, name: str, alt: str) -> str:
    """An SVG file's text made fit for the page: no prologue, own ids, the page's colours, an alternative text."""
    start = svg.index("<svg")
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", svg[start:], flags=re.DOTALL)
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", text)
    for colour, own in _THEME.items():
        text = text.replace(colour, own)
    head, rest = text.split(">", 1)
    head = re.sub(r'\s(width|height)="[^"]*"', "", head)
    return f'{head} role="img" aria-label="{_text(alt)}">{rest}'


def _words(entries: Sequence[tuple[str, str]]) -> str:
    return (
        '<dl class="words">'
        + "".join(f"<dt>{_text(word)}</dt><dd>{_text(text)}</dd>" for word, text in entries)
        + "</dl>"
    )


def _facts(info: Mapping[str, Any]) -> str:
    rows = "".join(f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in facts(info))
    return f'<dl class="facts">{rows}</dl>' if rows else "<p>The run left no record of itself (run.json).</p>"
