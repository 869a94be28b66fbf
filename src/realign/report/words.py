"""Numbers and names as people read them.

Stage: report. In: numbers with their intervals, names from the scenario. Out: text.
Idea: a number shows as many digits as its interval supports (one or two of the half-width), what was never
seen is not impossible, and a name may hold anything, so it is quoted and its control characters are replaced.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from math import floor, isfinite, log10

MISSING = "–"
FONTS = "'DejaVu Sans', Verdana, 'Segoe UI', Roboto, Arial, sans-serif"  # of SVG files; none is wider than the first
ALIGNMENTS = {  # weekly series -> what is held against what
    "strategic_alignment": "effort to market",
    "strategy_to_belief": "belief to strategy",
    "cohesion": "unit to unit",
}


def decimals(half_width: float, *, significant: int = 2, most: int = 6) -> int:
    """Digits after the point that show so many significant digits of the half-width; 3 where there is none."""
    if not isfinite(half_width) or half_width <= 0:
        return min(3, most)
    return min(max(significant - 1 - floor(log10(half_width)), 0), most)


def number(value: float, *, digits: int = 3, sign: bool = False) -> str:
    """A number with a true minus sign and thousands set apart: 1,234.5, −0.012."""
    if not isfinite(value):
        return MISSING
    text = f"{value:+,.{digits}f}" if sign else f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("+-")
    return text.replace("-", "−")


def span(low: float, high: float, *, digits: int = 3, sign: bool = False) -> str:
    """An interval in words: 0.1 to 0.2."""
    if not (isfinite(low) and isfinite(high)):
        return "not known"
    return f"{number(low, digits=digits, sign=sign)} to {number(high, digits=digits, sign=sign)}"


def with_span(value: float, low: float, high: float, *, significant: int = 1) -> str:
    """A number and its interval: 0.012 (0.010 to 0.014); the number alone where there is no interval."""
    shown = decimals((high - low) / 2, significant=significant)
    if not (isfinite(low) and isfinite(high)):
        return f"{number(value, digits=shown)} (uncertainty not known)"
    return f"{number(value, digits=shown)} ({span(low, high, digits=shown)})"


def percent(share: float) -> str:
    """A chance: 37 %, 2.1 %, 0.04 %, <0.01 %; 100 % only where it is all."""
    if not isfinite(share):
        return MISSING
    hundredths = 100 * share
    if hundredths <= 0:
        return "0 %"
    if hundredths < 0.01:
        return "<0.01 %"
    if hundredths >= 100:
        return "100 %"
    if hundredths > 99.5:
        return ">99.5 %" if hundredths < 99.95 else ">99.9 %"
    digits = 0 if hundredths >= 9.95 else 1 if hundredths >= 0.095 else 2
    return f"{hundredths:.{digits}f} %"


def percent_span(low: float, high: float) -> str:
    """An interval of a chance: 0.3 % to 1.6 %."""
    if not (isfinite(low) and isfinite(high)):
        return "not known"
    return f"{percent(low)} to {percent(high)}"


def roughly(count: float) -> str:
    """A large count to one or two significant digits, rounded up: 41,300 -> 42,000."""
    if count < 100:
        return str(int(-(-count // 1)))
    unit = 10 ** (floor(log10(count)) - 1)
    return f"{int(-(-count // unit)) * unit:,}"


def counted(count: int, thing: str, *, plural: str = "") -> str:
    """1 future, 2 futures, 10,000 futures."""
    return f"{count:,} {thing if count == 1 else plural or thing + 's'}"


def printable(name: object) -> str:
    """A name on one line without control characters."""
    return "".join(c if c.isprintable() else "\ufffd" for c in str(name))


def quoted(name: object) -> str:
    """A name in quotation marks."""
    return f"“{printable(name)}”"


def listed(items: Sequence[str], *, word: str = "and") -> str:
    """a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def cells_wide(text: str) -> int:
    """How many cells of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Me", "Cf")
        else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )  # fmt: skip


def short(name: object, width: int = 28) -> str:
    """A name that fits a figure or a column; its middle goes, since names that begin alike differ at the end."""
    text = printable(name)
    if cells_wide(text) <= width:
        return text
    end = (width - 1) // 3
    first, last = text, text
    while cells_wide(first) > width - 1 - end:
        first = first[:-1]
    while cells_wide(last) > end:
        last = last[1:]
    return f"{first.rstrip()}…{last.lstrip()}"
