"""The desk at which a document is checked: known names, and the faults found so far.

Stage: scenario. In: a parsed document. Out: faults with key paths, to be placed in the text later.
Idea: a check never stops at the first fault; it notes the fault and goes on with a stand-in. A fault is noted with
the path of its key, and only `loading` looks up where in the text that path stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from math import isinf, isnan
from typing import Any

from realign.scenario.positions import Path

KEPT = 200  # faults that are kept: nobody mends more in one go, and a hostile file may have a million
_LONGEST = 60  # characters of a value that a message repeats

NAMED_SECTIONS = (
    "regime", "unit", "objective", "shock", "opportunity", "contingency", "policy", "stress",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A fault and the path it concerns; `at_key` puts the caret under the key instead of the value."""

    path: Path
    found: str
    message: str
    at_key: bool = False


@dataclass(slots=True, kw_only=True)
class Desk:
    """What the checks share: the document, the names that references may use, the faults, finished records."""

    document: Mapping[str, Any]
    names: Mapping[str, Mapping[str, None]]
    notes: list[Note] = field(default_factory=list)
    unlisted: int = 0
    finished: dict[int, tuple[Any, Any]] = field(default_factory=dict)  # id of a faultless table -> it, its record

    def fault(self, path: Path, message: str, *, found: str = "", at_key: bool = False) -> None:
        if len(self.notes) < KEPT:
            self.notes.append(Note(path=path, found=found, message=message, at_key=at_key))
        else:
            self.unlisted += 1

    @property
    def full(self) -> bool:
        return len(self.notes) >= KEPT

    @property
    def count(self) -> int:
        return len(self.notes) + self.unlisted

    def sound(self, *path: str | int) -> bool:
        """Whether no fault was noted at this path or below it."""
        return not any(note.path[: len(path)] == path for note in self.notes)


def names_in(document: Mapping[str, Any]) -> dict[str, dict[str, None]]:
    """The names that references may use, by section, in file order; also the functions that units have."""
    known: dict[str, dict[str, None]] = {section: {} for section in NAMED_SECTIONS}
    functions: dict[str, None] = {}
    for section, names in known.items():
        entries = document.get(section)
        for entry in entries if isinstance(entries, list) else []:
            if not isinstance(entry, dict):
                continue
            name = entry.get("name")
            if isinstance(name, str):
                names[name] = None
                if section == "unit":
                    names.update(dict.fromkeys(copies(name, entry.get("count", 1))))
            if section == "unit" and isinstance(entry.get("function", "general"), str):
                functions[entry.get("function", "general")] = None
    known["function"] = functions
    return known


def copies(name: str, count: Any) -> list[str]:
    """The names of a unit with `count = n`: "Name 1" ... "Name n"; none for a single unit."""
    if isinstance(count, bool) or not isinstance(count, int | float) or not 1 < count <= 1000:
        return []
    return [f"{name} {number}" for number in range(1, int(count) + 1)]


def shown(raw: Any) -> str:
    """A value as the file would write it, shortened."""
    if isinstance(raw, str):
        return quoted(raw)
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, dict):
        return "{...}" if raw else "{}"
    if isinstance(raw, list):
        return "[...]" if raw else "[]"
    if isinstance(raw, float) and (isnan(raw) or isinf(raw)):
        return str(raw)
    if isinstance(raw, int) and abs(raw) > 10**18:  # Python refuses to print very long integers
        return "a whole number of more than 18 digits"
    return str(raw)[:_LONGEST]


def quoted(text: str) -> str:
    text = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return json.dumps(text, ensure_ascii=False)


def kind_of(raw: Any) -> str:
    """What a strategist would call the type of a value."""
    if isinstance(raw, bool):
        return "true or false"
    if isinstance(raw, str):
        return "text"
    if isinstance(raw, int | float):
        return "a number"
    if isinstance(raw, dict):
        return "a table"
    return "an array" if isinstance(raw, list) else "a date or time"


def suggestion(word: str, known: Collection[str], *, all_of: str = "") -> str:
    """"; did you mean ...?", or else the list of what is known."""
    import difflib  # only wanted where there is a fault

    if len(word) <= 80 and len(known) <= 500:
        folded = {name.casefold(): name for name in known}
        near = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
        if near:
            return f'; did you mean "{folded[near[0]]}"?'
    if not known:
        return f"; {all_of}: none" if all_of else ""
    some = ", ".join(bare(name) for name in list(known)[:30])
    return f"; {all_of or 'known'}: {some}" + (" ..." if len(known) > 30 else "")


_BARE = re.compile(r"[A-Za-z0-9_-]+")


def bare(name: str) -> str:
    """A key as it may be written: bare if possible, else in quotes."""
    return name if len(name) <= _LONGEST and _BARE.fullmatch(name) else quoted(name)


def title(path: Path, document: Mapping[str, Any]) -> str:
    """A key path as messages write it: `unit "Counter".reports_to`, `shock "Lockdown".effects.0.size`."""
    if not path:
        return ""
    head, rest = bare(str(path[0])), path[1:]
    if rest and isinstance(rest[0], int):
        entries = document.get(str(path[0]))
        entry = entries[rest[0]] if isinstance(entries, list) and rest[0] < len(entries) else None
        name = entry.get("name") if isinstance(entry, dict) else None
        head = f"{head} {quoted(name)}" if isinstance(name, str) else f"{head} {rest[0] + 1}"
        rest = rest[1:]
    return ".".join([head, *(bare(str(part)) for part in rest)])
