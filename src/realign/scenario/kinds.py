"""Kinds of simple values: text, names, numbers, durations.

Stage: scenario. In: a raw TOML value and its key path. Out: the value as the records hold it, or BAD and a fault.
Idea: a kind knows three things about a value, so that they cannot drift apart: how to read it, what to say when it
is not allowed, and how the JSON Schema describes it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, isnan
from typing import Any

from realign.scenario.desk import Desk, kind_of, quoted, shown, suggestion
from realign.scenario.positions import Path

BAD: Any = object()  # what reading returns after it noted a fault

LARGEST = 1e15  # bound of numbers without a range of their own: sums and products of them stay finite
YEAR, MONTH, WEEK = 52.0, 52 / 12, 1.0  # in weeks
LONGEST_NAME = 80
LONGEST_TEXT = 10_000


class Kind:
    """What a value may be. `read` notes a fault and returns BAD, or returns the value."""

    def read(self, raw: Any, at: Path, desk: Desk) -> Any:
        raise NotImplementedError

    def schema(self) -> dict[str, Any]:
        raise NotImplementedError

    def write(self, value: Any) -> Any:
        """A default as the file would write it, for the JSON Schema; None where it cannot be written."""
        return value if isinstance(value, bool | str | int) or (isinstance(value, float) and isfinite(value)) else None


@dataclass(frozen=True, slots=True)
class Anything(Kind):
    """Any value: it is checked where it is put to use."""

    def read(self, raw: Any, at: Path, desk: Desk) -> Any:
        return raw

    def schema(self) -> dict[str, Any]:
        return {}


@dataclass(frozen=True, slots=True)
class Text(Kind):
    """Free text."""

    longest: int = LONGEST_TEXT

    def read(self, raw: Any, at: Path, desk: Desk) -> Any:
        if not isinstance(raw, str):
            desk.fault(at, f"must be text in quotes, not {kind_of(raw)}", found=shown(raw))
            return BAD
        if len(raw) > self.longest:
            message = f"must be at most {self.longest} characters long, not {len(raw)}; shorten it"
            desk.fault(at, message, found=shown(raw))
            return BAD
        return raw

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.longest}


@dataclass(frozen=True, slots=True)
class Name(Kind):
    """A new name: 1 to 80 characters that tables, figures and column names can carry."""

    reserved: tuple[str, ...] = ()

    def read(self, raw: Any, at: Path, desk: Desk) -> Any:
        if not isinstance(raw, str):
            desk.fault(at, f"must be a name in quotes, not {kind_of(raw)}", found=shown(raw))
            return BAD
        fault = ""
        if not raw:
            fault = "must not be empty"
        elif len(raw) > LONGEST_NAME:
            fault = f"a name has at most {LONGEST_NAME} characters, not {len(raw)}; use a summary for the rest"
        elif raw != raw.strip():
            fault = "a name must not start or end with a space"
        elif not raw.isprintable():
            fault = "a name must not contain line breaks, tabs or other control characters"
        elif "[" in raw or "]" in raw:
            fault = "a name must not contain [ or ], which column names such as shocks[NAME] use; try ( and )"
        elif raw in self.reserved:
            fault = "this name is reserved; choose another"
        if fault:
            desk.fault(at, fault, found=shown(raw))
            return BAD
        return raw

    def schema(self) -> dict[str, Any]:
        pattern = r"^[^\s\[\]\x00-\x1f]([^\[\]\x00-\x1f]*[^\s\[\]\x00-\x1f])?$"
        rules: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME, "pattern": pattern}
        return rules | ({"not": {"enum": list(self.reserved)}} if self.reserved else {})


@dataclass(frozen=True, slots=True)
class Reference(Kind):
    """The name of something that the file defines: a unit, an objective, a shock ..."""

    to: str

    def read(self, raw: Any, at: Path, desk: Desk) -> Any:
        if not isinstance(raw, str):
            desk.fault(at, f"must be the name of {article(self.to)} in quotes, not {kind_of(raw)}", found=shown(raw))
            return BAD
        if raw not in desk.names[self.to]:
            desk.fault(at, no_such(raw, self.to, desk), found=shown(raw))
            return BAD
        return raw

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1}


def article(word: str) -> str:
    return f"an {word}" if word[0] in "aeio" else f"a {word}"  # a unit


def no_such(name: str, section: str, desk: Desk) -> str:
    """What a dangling name is told."""
    if desk.full:
        return f"no such {section}"
    several = {"opportunity": "opportunities", "contingency": "contingencies"}.get(section, f"{section}s")
    return f"no such {section}{suggestion(name, desk.names[section], all_of=f'{several} in this file')}"


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """One of a few words; a list (instead of a tuple) of words may grow while the program runs."""

    words: Sequence[str]

    def read(self, raw: Any, at: Path, desk: Desk) -> Any:
        if isinstance(raw, str) and raw in self.words:
            return raw
        words = ", ".join(quoted(word) for word in self.words)
        near = suggestion(raw, self.words) if isinstance(raw, str) else ""
        desk.fault(at, f"must be one of {words}" + (near if "did you mean" in near else ""), found=shown(raw))
        return BAD

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Flag(Kind):
    """Yes or no."""

    def read(self, raw: Any, at: Path, desk: Desk) -> Any:
        if not isinstance(raw, bool):
            desk.fault(at, f"must be true or false (without quotes), not {kind_of(raw)}", found=shown(raw))
            return BAD
        return raw

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Kind):
    """A number in a range; an open end excludes its bound."""

    low: float = -LARGEST
    high: float = LARGEST
    low_open: bool = False
    high_open: bool = False
    infinite: bool = False
    whole: bool = False
    of: str = ""

    @property
    def allowed(self) -> str:
        noun = ("a whole number" if self.whole else "a number") + self.of
        low = f"{'above' if self.low_open else 'of at least'} {plain(self.low)}"
        high = f"{'below' if self.high_open else 'of at most'} {plain(self.high)}"
        bounds = [low] * (self.low > -LARGEST or self.high < LARGEST) + [high] * (self.high < LARGEST)
        if len(bounds) == 2 and not (self.low_open or self.high_open):
            bounds = [f"from {plain(self.low)} to {plain(self.high)}"]
        parts = [noun + "," * bool(self.of and bounds), " and ".join(bounds), "or inf" if self.infinite else ""]
        return " ".join(part for part in parts if part)

    def read(self, raw: Any, at: Path, desk: Desk) -> Any:
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            cure = "; write it without quotes" if isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()) else ""
            desk.fault(at, f"must be {self.allowed}, not {kind_of(raw)}{cure}", found=shown(raw))
            return BAD
        return self.in_range(raw, at, desk, found=shown(raw))

    def in_range(self, raw: int | float, at: Path, desk: Desk, *, found: str) -> Any:
        try:
            value = float(raw)
        except OverflowError:
            value = inf if raw > 0 else -inf
        cure = ""
        if isnan(value):
            fault = True
        elif value == inf:
            fault = not self.infinite
        else:
            fault = not self.low <= value <= self.high
            fault |= (value == self.low and self.low_open) or (value == self.high and self.high_open)
            fault |= self.whole and not value.is_integer()
            if fault and self.low == 0 and self.high == 1 and 2 < value <= 100:
                cure = f"; a share of {plain(value)} % is written {plain(value / 100)}"
            elif abs(value) > LARGEST:
                cure = f"; numbers beyond {LARGEST:g} are not supported"
        if fault:
            desk.fault(at, f"must be {self.allowed}{cure}", found=found)
            return BAD
        return int(value) if self.whole else value + 0.0  # + 0.0: there is one zero

    def schema(self) -> dict[str, Any]:
        rules: dict[str, Any] = {"type": "integer" if self.whole else "number"}
        rules["exclusiveMinimum" if self.low_open else "minimum"] = tidy(self.low)
        if not self.infinite:
            rules["exclusiveMaximum" if self.high_open else "maximum"] = tidy(self.high)
        return rules


_NUMBER = re.compile(r"[+-]?[0-9][0-9_]*(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def tidy(number: float) -> int | float:
    return int(number) if float(number).is_integer() else number


def plain(number: float) -> str:
    return f"{number:.12g}" if abs(number) < 1e15 else f"{number:g}"


_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) *(week|month|year)s?")
_WEEKS = {"week": WEEK, "month": MONTH, "year": YEAR}
_NEARLY = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) *([a-z]+)\.?", re.IGNORECASE)
_WRITTEN = {  # how else these are written -> unit, and how many of it
    "week": ("weeks", 1.0), "wk": ("weeks", 1.0), "w": ("weeks", 1.0), "fortnight": ("weeks", 2.0),
    "month": ("months", 1.0), "mon": ("months", 1.0), "mo": ("months", 1.0), "quarter": ("months", 3.0),
    "year": ("years", 1.0), "yr": ("years", 1.0), "y": ("years", 1.0), "decade": ("years", 10.0),
}  # fmt: skip


def _meant(text: str) -> str:
    """The likely cure of text that is no duration."""
    if _NUMBER.fullmatch(text):
        return "; write it without quotes"
    found = _NEARLY.fullmatch(text)
    word = found[2].lower() if found else ""
    if found and word in ("day", "days", "d"):
        return "; the shortest step is a week, of 7 days"
    meant = _WRITTEN.get(word) or _WRITTEN.get(word.removesuffix("s"))
    return f'; did you mean "{plain(float(found[1]) * meant[1])} {meant[0]}"?' if found and meant else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration(Number):
    """A duration or half-life: a number of weeks, or text such as "6 weeks", "3 months", "2 years", "never"."""

    low: float = 0.0
    absent: bool = False  # "never" means None: there is no review, no due date

    @property
    def never(self) -> bool:
        return self.infinite or self.absent

    @property
    def allowed(self) -> str:
        number = Number(low=self.low, high=self.high, low_open=self.low_open, whole=self.whole, of=" of weeks").allowed
        return f'{number}, or text like "6 weeks", "3 months", "2 years"' + (' or "never"' if self.never else "")

    def read(self, raw: Any, at: Path, desk: Desk) -> Any:
        if not isinstance(raw, str):
            if self.absent and isinstance(raw, float) and raw == inf:
                return None
            return Number.read(self, raw, at, desk)
        if raw == "never" and self.never:
            return inf if self.infinite else None
        found = _DURATION.fullmatch(raw.strip())
        if not found:
            desk.fault(at, f"must be {self.allowed}{_meant(raw.strip())}", found=shown(raw))
            return BAD
        weeks = float(found[1]) * _WEEKS[found[2]]
        if self.whole and found[2] != "week":
            weeks = float(round(weeks))  # a month is 4.33 weeks
        return self.in_range(weeks, at, desk, found=shown(raw))

    def schema(self) -> dict[str, Any]:
        words = r"^ *[0-9]+(\.[0-9]+)? *(week|month|year)s? *$"
        text = rf"{words[:-1]}$|^never$" if self.never else words
        number = Number.schema(self)
        if self.never:
            number = {key: rule for key, rule in number.items() if key != "maximum"} | {"type": "number"}
        return {"anyOf": [number, {"type": "string", "pattern": text}]}

    def write(self, value: Any) -> Any:
        if self.never and (value is None or value == inf):
            return "never"
        return Kind.write(self, value)
