"""The table in the terminal.

Stage: report. In: the summary, the width of the terminal, whether colour is welcome. Out: text.
Idea: one block per stress test, best first; where the terminal is narrow, columns go in order of importance, and names
are cut before numbers. Widths count what a terminal shows: wide characters are two cells, combining marks none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import pandas as pd

from realign.report.standing import sentence, standing
from realign.report.words import MISSING, cells_wide, counted, decimals, number, percent, printable, short

_BOLD, _DIM, _GREEN, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[0m"
_GAP = "  "
_SHORTEST = 16  # cells that a name keeps before columns are dropped for it
_OF_SEVERAL = ("against the best", "best in")  # columns that mean nothing for a policy alone
_NARROWEST = 40  # below this a table cannot be read: lines are allowed to run over

_MEANING = {
    "mean value": "mean weekly value over all weeks and futures, 1 = every objective attained at normal demand, "
    "± its 95 % interval",
    "against the best": "mean difference on the same futures [95 % interval, holding for all policies of a table at "
    "once]; an interval that reaches 0 means: not told apart",
    "best in": "share of futures in which no other policy has a higher value, ties split",
    "worst 5 %": "mean value of the unluckiest twentieth of futures",
    "ruin": "share of futures in which cash fell below the credit line",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, the cells below it, and how important it is: the highest number is dropped first."""

    heading: str
    cells: list[str]
    left: bool = False
    drop: int = 0
    short: tuple[str, ...] = ()  # the same cells, briefer

    @property
    def width(self) -> int:
        return max(cells_wide(text) for text in (self.heading, *self.cells))


def render(summary: pd.DataFrame, *, colour: bool = False, width: int = 100) -> str:
    """The ranked tables of all stress tests and what the columns mean.

    colour: escape sequences for bold, dim and green are used. width: columns of the terminal.
    """
    width = max(width, _NARROWEST)
    blocks, shown = [], {}
    for stress, rows in summary.groupby("stress", sort=False, observed=True):
        text, headings = _block(str(stress), rows, colour=colour, width=width)
        blocks.append(text)
        shown.update(dict.fromkeys(headings))
    legend = [wrapped(f"  {name}: {_MEANING[name]}", width, indent="    ") for name in shown if name in _MEANING]
    blocks.append("\n".join(_paint(line, _DIM, colour=colour) for entry in legend for line in entry.split("\n")))
    return "\n\n".join(blocks) + "\n"


def _block(stress: str, rows: pd.DataFrame, *, colour: bool, width: int) -> tuple[str, list[str]]:
    """One stress test: heading, table, and the sentence that sums it up; and the headings that were shown."""
    stands = standing(rows)
    columns = _fit(_columns(rows), width)
    title = cut(f"{printable(stress)} · {counted(stands.futures, 'future')}", width)
    near = {stands.best, *(gap.policy for gap in (*stands.alike, *stands.open))}
    lines = [_paint(title, _BOLD, colour=colour), _paint(_line(columns, None), _DIM, colour=colour)]
    for index, policy in enumerate(rows["policy"]):
        line = _line(columns, index)
        lines.append(_paint(line, _GREEN, colour=colour) if policy in near and len(rows) > 1 else line)
    lines.append(wrapped(sentence(stands), width))
    return "\n".join(lines), [column.heading for column in columns]


def _columns(rows: pd.DataFrame) -> list[Column]:
    """All columns at full length, in order."""
    records: list[Mapping[str, Any]] = rows.to_dict("records")  # type: ignore[assignment]
    halves = [(row["value_high"] - row["value_low"]) / 2 for row in records]
    digits = max((decimals(half, most=5) for half in halves), default=3)
    gaps = [(row["difference_high"] - row["difference_low"]) / 2 for row in records]
    fine = max([decimals(gap, most=5) for gap in gaps if isfinite(gap) and gap > 0], default=digits)
    against = [_against(row, fine) for row in records]
    brief = tuple(_against(row, fine, brief=True) for row in records)
    columns = [
        Column("", [str(row["rank"]) for row in records]),
        Column("policy", [printable(row["policy"]) for row in records], left=True),
        Column("mean value", [_value(row["value"], half, digits) for row, half in zip(records, halves)]),
        Column("against the best", against, drop=2, short=brief),
        Column("best in", [percent(row["chance_best"]) for row in records], drop=4),
        Column("worst 5 %", [number(row["expected_shortfall"], digits=min(digits, 3)) for row in records], drop=3),
        Column("ruin", [percent(row["ruined"]) for row in records], drop=1),
    ]
    return columns if len(records) > 1 else [column for column in columns if column.heading not in _OF_SEVERAL]


def _value(value: float, half: float, digits: int) -> str:
    tail = f" ± {number(half, digits=digits)}" if isfinite(half) else ""
    return number(value, digits=digits) + tail


def _against(row: Mapping[str, Any], digits: int, *, brief: bool = False) -> str:
    """The difference to the best: −0.012 [−0.014, −0.010], or in brief −0.012 ± 0.002."""
    low, high = row["difference_low"], row["difference_high"]
    if row["difference_to_best"] == 0 and low == high == 0:
        return "best" if row["rank"] == 1 else MISSING
    gap = number(row["difference_to_best"], digits=digits)
    if not isfinite(low):
        return f"{gap} [?]"
    if brief:
        return f"{gap} ± {number((high - low) / 2, digits=digits)}"
    return f"{gap} [{number(low, digits=digits)}, {number(high, digits=digits)}]"


def _fit(columns: list[Column], width: int) -> list[Column]:
    """Makes cells brief, cuts names, then drops columns, until the table fits."""
    while True:
        over = sum(column.width for column in columns) + len(_GAP) * (len(columns) - 1) - width
        if over <= 0:
            return columns
        if any(column.short for column in columns):
            columns = [replace(c, cells=list(c.short), short=()) if c.short else c for c in columns]
            continue
        names = columns[1]
        room = max(names.width - over, _SHORTEST)
        last = max(columns, key=lambda column: column.drop)
        if names.width - room >= over or last.drop == 0:
            return [columns[0], replace(names, cells=[short(name, room) for name in names.cells]), *columns[2:]]
        columns = [column for column in columns if column is not last]


def _line(columns: list[Column], index: int | None) -> str:
    """One line; None is the line of headings."""
    texts = []
    for column in columns:
        text = column.heading if index is None else column.cells[index]
        pad = " " * (column.width - cells_wide(text))
        texts.append(text + pad if column.left else pad + text)
    return _GAP.join(texts).rstrip()


def _paint(text: str, code: str, *, colour: bool) -> str:
    return f"{code}{text}{_RESET}" if colour and text else text


def wrapped(text: str, width: int, *, indent: str = "") -> str:
    """The text in lines of at most so many cells, broken between words; what is before the first word is kept."""
    lines, line = [], text[: len(text) - len(text.lstrip(" "))]
    for word in text.split():
        longer = f"{line} {word}" if line.strip() else line + word
        if cells_wide(longer) > width and line.strip():
            lines.append(line)
            longer = indent + word
        line = longer
    return "\n".join([*lines, line])


def cut(text: str, width: int) -> str:
    """The text, or as much of it as fits with a final …"""
    if cells_wide(text) <= width:
        return text
    kept = ""
    for c in text:
        if cells_wide(kept + c) > width - 1:
            break
        kept += c
    return kept + "…"
