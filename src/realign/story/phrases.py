"""Dates, sums and shares as one reads them aloud, and a voice that does not repeat itself.

Stage: story. In: weeks, amounts, shares, names. Out: text.
Idea: weeks are those of the engine, counted from 0, with the month beside them; precision is what an ear can keep.

>>> date(24), date(89), money(-1234567.0, "EUR"), share(0.1234)
('week 24 (month 6)', 'week 89 (year 2, month 9)', '−1.23 million EUR', '12 %')
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import ceil, inf, isinf

from realign.report.words import listed, number, printable, quoted

YEAR, MONTH = 52, 52 / 12  # weeks
_NUMERALS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MANY = 10  # weeks: more cannot be heard one by one
LEAST = 0.0095  # shares below this are told as less than 1 %
NOTHING = 0.005  # shares of effort below this are not worth a word


def date(week: float) -> str:
    """A week with its month."""
    year, rest = divmod(int(week), YEAR)
    month = int(rest / MONTH) + 1
    return f"week {int(week)} (month {month})" if year == 0 else f"week {int(week)} (year {year + 1}, month {month})"


def weeks_listed(weeks: Sequence[int]) -> str:
    """week 3; weeks 3, 9 and 12; week 3 (twice); weeks 3 to 99 (12 times)."""
    if len(weeks) > MANY or len(set(weeks)) < len(weeks):
        low, high = min(weeks), max(weeks)
        times = "twice" if len(weeks) == 2 else f"{count(len(weeks))} times"
        return f"week {low} ({times})" if low == high else f"weeks {low} to {high} ({times})"
    return f"{'week' if len(weeks) == 1 else 'weeks'} {listed([str(week) for week in weeks])}"


def span(weeks: float) -> str:
    """A duration: half a week, three weeks, 3.4 weeks, two years."""
    if isinf(weeks):
        return "for good"
    if weeks >= 2 * YEAR and abs(weeks / YEAR - round(weeks / YEAR)) < 0.01:
        return f"{count(round(weeks / YEAR))} years"
    if weeks < 0.25:
        return "a day"
    if weeks < 0.75:
        return "half a week"
    if abs(weeks - 1.0) < 0.05:
        return "a week"
    if abs(weeks - round(weeks)) < 0.05 or weeks >= 10:
        return f"{count(round(weeks))} weeks"
    return f"{weeks:.1f} weeks"


def count(number_of: int) -> str:
    """Small numbers are words."""
    return _NUMERALS[number_of] if 0 <= number_of < len(_NUMERALS) else f"{number_of:,}"


def counted(number_of: int, thing: str, *, plural: str = "") -> str:
    """one decision, two decisions."""
    return f"{count(number_of)} {thing if number_of == 1 else plural or thing + 's'}"


def money(amount: float, currency: str) -> str:
    """An amount to about three digits."""
    size = abs(amount)
    if size >= 1e9:
        return f"{number(amount / 1e9, digits=2 if size < 1e10 else 1)} billion {currency}"
    if size >= 1e6:
        return f"{number(amount / 1e6, digits=2 if size < 1e7 else 1)} million {currency}"
    unit = 1000 if size >= 1e5 else 100 if size >= 1e4 else 10 if size >= 1e3 else 1
    digits = 2 if 0 < size < 10 and amount != int(amount) else 0
    return f"{number(round(amount / unit) * unit if not digits else amount, digits=digits)} {currency}"


def share(part: float) -> str:
    """A share as a percentage: 12 %, 3.4 %, less than 1 %."""
    hundredths = abs(100 * part)
    if 0 < hundredths < 100 * LEAST:
        return "less than 1 %"
    is_whole = hundredths >= 9.5 or round(hundredths, 1) == round(hundredths)
    return f"{hundredths:.0f} %" if is_whole else f"{hundredths:.1f} %"


def at_most(part: float) -> str:
    """at most 4 %; less than 1 %."""
    return f"at most {share(part)}" if part >= LEAST else share(part)


def level(value: float) -> str:
    """A level of an objective, to three digits."""
    size = abs(value)
    return number(value, digits=0 if size >= 20 else 1 if size >= 1 else 2)


def fading(half_life: float | None, lasts: float | None) -> str:
    """How long an effect is felt."""
    if half_life is not None:
        fades = f"fading by half every {span(half_life)}" if half_life else "for a week"
        return "for good" if half_life == inf else fades
    if lasts is None:
        return ""
    return "for good" if isinf(lasts) else f"for {span(ceil(lasts))}"


def first_up(text: str) -> str:
    """The first letter large."""
    return text[:1].upper() + text[1:]


def named(name: str) -> str:
    """A name from the scenario, safe to print; in quotes where a comma in it would blur a list."""
    return quoted(name) if "," in name or ";" in name else printable(name)


def and_all(items: Sequence[str]) -> str:
    """Listed, with a comma before the last where an item has an "and" of its own."""
    if any(" and " in part for part in items[:-1]):
        return f"{', '.join(items[:-1])}, and {items[-1]}"
    return listed(items)


def together(names: Sequence[str], *, most: int = 6) -> str:
    """a, b and c; many are cut."""
    shown = [named(name) for name in names[:most]]
    return listed(shown if len(names) <= most else [*shown, f"{count(len(names) - most)} more"])


class Voice:
    """Says the same thing in different words: forms of a kind take turns; some things are said only once."""

    def __init__(self) -> None:
        self._turns: Counter[str] = Counter()
        self._said: set[str] = set()
        self._last: dict[str, str] = {}

    def turn(self, kind: str, *forms: str) -> str:
        """The next form of this kind."""
        form = forms[self._turns[kind] % len(forms)]
        self._turns[kind] += 1
        return form

    def again(self, kind: str, what: str) -> bool:
        """Whether the same was said the last time that anything of this kind was."""
        same = self._last.get(kind) == what
        self._last[kind] = what
        return same

    def once(self, what: str) -> bool:
        """Whether this is said for the first time."""
        new = what not in self._said
        self._said.add(what)
        return new
