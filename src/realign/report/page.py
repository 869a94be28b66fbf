"""The page: report.html.

Stage: report. In: `Evidence`, the verdict, figures as SVG text with their words. Out: one HTML text.
Idea: the first screen is the answer; what follows lets the reader check it: chapters of tables and figures, what was
assumed, what the words mean, how it was made. One file without script, font or network. Figures are inline SVG whose
ink, grid and paper are the page's own colours, so that they follow light, dark and print.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from realign.compare import disagreement
from realign.report.assumptions import assumptions
from realign.report.chapters import CHAPTERS, Chapter
from realign.report.evidence import Evidence
from realign.report.facts import METHODS, WORDS, facts
from realign.report.markup import Drawn, card, definitions, figure, paragraph, text
from realign.report.verdict import Verdict
from realign.report.words import counted, decimals, number, percent, percent_span, span

Row = Mapping[str, Any]


def page(evidence: Evidence, verdict: Verdict, figures: Sequence[Drawn]) -> str:
    """The whole document."""
    name = str(evidence.info.get("name") or "Scenario")
    chapters = {chapter.title: _chapter(evidence, chapter, figures) for chapter in CHAPTERS}
    small = {
        "What was assumed": "".join(assumptions(evidence.scenario)) if evidence.scenario else "",
        "What the words mean": card(definitions(WORDS)),
        "How this was made": card(_facts(evidence.info), "<h3>Methods</h3>", definitions(METHODS)),
    }
    sections = {title: body for title, body in {**chapters, **small}.items() if body}
    body = [
        _header(evidence, name),
        _answer(evidence, verdict),
        *(figure(drawn) for drawn in figures if drawn.chapter == "answer"),
        _contents(list(sections)),
        *(
            f'<section id="section-{number}"><h2>{text(title)}</h2>{part}</section>'
            for number, (title, part) in enumerate(sections.items(), start=1)
        ),
        "<footer><p>Everything here follows from the assumptions written in the scenario; it is a way to think them "
        "through, not a forecast.</p></footer>",
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(name)}: which policy holds up</title>\n<style>\n{_css()}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(part for part in body if part)
        + "\n</main>\n</body>\n</html>\n"
    )


@cache
def _css() -> str:
    return (files("realign.report") / "page.css").read_text(encoding="utf-8")


def _chapter(evidence: Evidence, chapter: Chapter, figures: Sequence[Drawn]) -> str:
    """Its lead, tables and figures; empty where the run has nothing for it."""
    parts = [
        *chapter.parts(evidence),
        *(figure(drawn) for drawn in figures if drawn.chapter == chapter.name),
        *chapter.further(evidence),
    ]
    return paragraph(chapter.lead, note=True) + "\n".join(parts) if parts else ""


def _contents(titles: Sequence[str]) -> str:
    links = "".join(f'<li><a href="#section-{n}">{text(title)}</a></li>' for n, title in enumerate(titles, start=1))
    return f'<nav aria-label="Contents"><ol>{links}</ol></nav>'


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
    line = f"<p>{text(summary)}</p>" if summary else ""
    return f"<header><h1>{text(name)}</h1>{line}<p>{text(' · '.join(parts))}</p></header>"


def _answer(evidence: Evidence, verdict: Verdict) -> str:
    """The first screen."""
    lines = [f'<p class="lead">{text(verdict.answer)}</p>']
    if verdict.breaks:
        lines.append(paragraph(verdict.breaks, label="What breaks it."))
    asks = disagreement(evidence.rankings) if not evidence.rankings.empty else ""
    if asks:
        disagree = asks.startswith("Attitudes disagree")
        lines.append(paragraph(asks, label="It depends on who asks." if disagree else "Whoever asks."))
    if verdict.buts:
        items = "".join(f"<li>{text(but)}</li>" for but in verdict.buts)
        lines.append(f'<p class="label">What speaks against it</p><ul>{items}</ul>')
    lines += [paragraph(note, note=True) for note in verdict.notes]
    return (
        f'<section class="card answer"><h2>{text(verdict.headline)}</h2>{"".join(lines)}{_tiles(evidence)}</section>'
    )


def _tiles(evidence: Evidence) -> str:
    """The chief numbers of the leading policy without stress."""
    rows: list[Row] = evidence.summary.to_dict("records")  # type: ignore[assignment]
    own = rows[0]
    digits = decimals((own["value_high"] - own["value_low"]) / 2, significant=1, most=4)
    worst = min((row for row in rows if row["policy"] == own["policy"]), key=lambda row: row["value"])
    tiles = [
        ("Highest mean value", number(own["value"], digits=digits), text(own["policy"])),
        ("Best of all in", percent(own["chance_best"]), "of futures"),
        ("Mean of its worst 5 %", number(own["expected_shortfall"], digits=3), _range(own, "shortfall", 3)),
        ("Ruined in", percent(own["ruined"]), f"{percent_span(own['ruined_low'], own['ruined_high'])} of futures"),
    ]
    if len(evidence.stresses) > 1:
        tiles.append(("Mean value in its worst test", number(worst["value"], digits=3), text(worst["stress"])))
    if len(evidence.policies) == 1:
        tiles = [("Mean value", number(own["value"], digits=digits), _range(own, "value", digits)), *tiles[2:]]
    cells = "".join(f"<div><dt>{head}</dt><dd>{value}<small>{note}</small></dd></div>" for head, value, note in tiles)
    return f'<dl class="tiles">{cells}</dl>'


def _range(row: Row, name: str, digits: int) -> str:
    return span(row[f"{name}_low"], row[f"{name}_high"], digits=digits)


def _facts(info: Mapping[str, Any]) -> str:
    told = facts(info)
    return definitions(told, kind="facts") if told else "<p>The run left no record of itself (run.json).</p>"
