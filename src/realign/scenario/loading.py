"""From a file, or text, to a scenario; or to all of its faults at once.

Stage: scenario. In: a path or text, and settings from the command line. Out: a Scenario; or a ScenarioError.
Idea: text -> document (TOML) -> settings applied -> records -> relations -> every stress test and every uncertain
range tried out. Each step notes its faults and the next goes on where it can; at the end they are placed in the text
and put in file order. Trying a variant re-reads only the tables that it changes.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from realign.errors import Fault, ScenarioError, UsageError
from realign.scenario.desk import KEPT, Desk, copies, names_in, shown, title
from realign.scenario.expansion import expanded, of_each
from realign.scenario.files import LARGEST_FILE, read_text
from realign.scenario.keys import ROOT
from realign.scenario.keys_of_shocks import EFFECT
from realign.scenario.paths import NoSuchPath, changed, find, plain_value, refuse_frame, split
from realign.scenario.positions import DEEPEST, Lines, Path, locate, still_open, too_deep
from realign.scenario.records import Effect, Scenario
from realign.scenario.relations import RELATIONS

_LONGEST = 100  # characters of a setting that a message repeats
Settings = Sequence[tuple[str, Any] | str]  # (key path, value), or "KEY=VALUE"


def load(path: str | os.PathLike[str], settings: Settings = ()) -> Scenario:
    """The scenario in a file, with settings applied; raises ScenarioError with every fault."""
    return parse(read_text(path), os.fspath(path), settings)


def faults(path: str | os.PathLike[str], settings: Settings = ()) -> list[Fault]:
    """Every fault of a scenario file, in file order; none if it can be used."""
    try:
        load(path, settings)
    except ScenarioError as error:
        return list(error.faults)
    return []


def parse(text: str, file: str = "<text>", settings: Settings = ()) -> Scenario:
    """The scenario in a text, with settings applied; raises ScenarioError with every fault."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    source = _Source(file=file, text=text)
    document = _document(source, text)
    for setting in settings:
        document = source.apply(setting, document)
    scenario, desk = _read(document, file="" if file == "<text>" else file)
    _try_variants(scenario, desk)
    if source.refused or desk.notes:
        raise source.error(desk)
    return expanded(scenario)


def replaced(scenario: Scenario, settings: Sequence[tuple[str, Any]]) -> Scenario:
    """The scenario with some keys changed; stress tests and uncertain ranges are not tried out anew."""
    if not scenario.document:
        raise UsageError("this scenario was made by hand, without a document: use dataclasses.replace on its records")
    source = _Source(file=scenario.file or "<scenario>", text=None, label="replace ")
    document: Mapping[str, Any] = scenario.document
    for setting in settings:
        document = source.apply(setting, document)
    new, desk = _read(document, file=scenario.file)
    if source.refused or desk.notes:
        raise source.error(desk)
    return expanded(new)


def effect_of(scenario: Scenario, values: Mapping[str, Any]) -> Effect:
    """An effect that stands in no file, checked like one of a shock of this scenario; raises UsageError."""
    document = scenario.document
    groups = {unit["name"]: copies(unit["name"], unit.get("count", 1)) for unit in document.get("unit", [])}
    names = {
        "unit": dict.fromkeys([unit.name for unit in scenario.units] + list(groups)),
        "objective": dict.fromkeys(objective.name for objective in scenario.objectives),
        "function": dict.fromkeys(unit.function for unit in scenario.units),
    }
    desk = Desk(document=document, names=names)
    found = EFFECT.read(dict(values), (), desk)
    if desk.notes:
        parts = [(title(note.path, {}), note.found) for note in desk.notes]
        whats = [" = ".join(part for part in pair if part) or str(values.get("on")) for pair in parts]
        raise UsageError("\n".join(f"effect: {what}: {note.message}" for what, note in zip(whats, desk.notes)))
    return of_each(found, {group: units for group, units in groups.items() if units})


def _document(source: _Source, text: str) -> dict[str, Any]:
    """The text as TOML; raises ScenarioError at the first fault of syntax, behind which nothing can be trusted."""
    if len(text) > LARGEST_FILE:
        raise ScenarioError([Fault(file=source.file, message="is larger than 8 MB; is it a scenario?")])
    deep = too_deep(text)
    if deep is not None:
        raise source.syntax_error(*Lines(text).at(deep), f"nests more than {DEEPEST} levels deep; flatten it")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise source.syntax_error(0, 0, f"nests more than {DEEPEST} levels deep; flatten it") from None
    except tomllib.TOMLDecodeError as error:
        raise source.syntax_error(*_told(text, error)) from None
    except ValueError:  # the one other refusal of Python's reader
        digits = re.search(r"[0-9][0-9_]{999,}", text)
        place = Lines(text).at(digits.start() if digits else 0)
        raise source.syntax_error(*place, "has a number of thousands of digits; numbers end at 1e15") from None


_BEGINS = re.compile(r"\s*(\[\[?\s*\w+|\w+\s*=)")  # what only begins where nothing is open


def _told(text: str, error: tomllib.TOMLDecodeError) -> tuple[int, int, str]:
    """Line, column and message of a fault of syntax; what was never closed is told where it was opened."""
    lines = Lines(text)
    at = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
    line, column = (int(at[1]), int(at[2])) if at else lines.at(len(text))
    message = str(error)[: at.start()] if at else str(error).removesuffix(" (at end of document)")
    if at is None or _BEGINS.match(lines.text(line)):
        opened = still_open(text, lines.start(line) if at else len(text))
        if opened is not None:
            where = f"before line {line} begins" if at else "to the end of the file"
            cure = {"[": "a closing ] is missing", "{": "a closing } is missing"}
            line, column = lines.at(opened)
            message = f"what begins here is not closed {where}; {cure.get(text[opened], 'a closing quote is missing')}"
            return line, column, f"is not valid TOML: {message}"
    if message.startswith("Invalid initial character") and lines.text(line)[column - 1 :] == "":
        message = "Line break within braces; a table in braces stands on one line"
    return line, column, f"is not valid TOML: {_cure(message)}"


def _cure(message: str) -> str:
    """The reader's message, with the cure that is usually wanted."""
    cures = {
        "Expected newline": "one key to a line; numbers are written 1_000 and 0.5, without units or commas",
        "Invalid value": 'text needs quotes ("..."), true and false do not',
        "Cannot overwrite a value": "this key stands here already; keep one of the two",
        "Cannot declare": "this table stands here already; several of a kind are written [[unit]], [[shock]] ...",
        "Invalid initial character for a key part": "a name with spaces or signs needs quotes",
        "Expected '=' after a key": "write KEY = VALUE, with quotes around a key that has spaces",
        "Unclosed array": "a closing ] is missing",
        "Unclosed inline table": "a closing } is missing",
        "Unterminated string": "a closing quote is missing",
        "Illegal character '\\n'": "a closing quote is missing on this line",
    }
    for start, cure in cures.items():
        if message.startswith(start):
            return f"{message}; {cure}"
    return message


def _read(document: Mapping[str, Any], *, file: str, like: Desk | None = None) -> tuple[Scenario, Desk]:
    """The records of a document, not yet expanded, and the desk with the faults; `like`: reuse what it read."""
    names = names_in(document)
    desk = Desk(document=document, names=names)
    if like is not None and like.names == names:
        desk.finished = like.finished
    scenario = replace(ROOT.read(document, (), desk), document=document, file=file)
    for section in ("units", "objectives", "policies"):  # after a fault they may be missing
        if getattr(scenario, section) is None:
            scenario = replace(scenario, **{section: ()})
    for relation in RELATIONS:
        relation(scenario, desk)
    return scenario, desk


def _try_variants(scenario: Scenario, desk: Desk) -> None:
    """Apply every stress test and every end of an uncertain range, and note what is then at fault."""
    known = {(note.path, note.message) for note in desk.notes}
    for path, changes in _variants(scenario, desk):
        if desk.full:
            return
        document = scenario.document
        origin: dict[Path, Path] = {}
        before = desk.count
        for text, value, place in changes:
            try:
                target = find(text, document)
                refuse_frame(target)
            except NoSuchPath as reason:
                desk.fault(place, str(reason), at_key=True)
                continue
            document = changed(document, target.path, value)
            origin[target.path] = place
        if desk.count > before:
            continue
        tried = _read(document, file="", like=desk)[1]
        for note in tried.notes:
            if (note.path, note.message) not in known:
                place = _blamed(note.path, origin, otherwise=path)
                what = "" if note.path in origin else f"with this, {title(note.path, document)}: "
                desk.fault(place, what + note.message, found=note.found)


def _blamed(path: Path, origin: Mapping[Path, Path], *, otherwise: Path) -> Path:
    """The change to blame for a fault at a path: the one at the path or above it, or the only one below it."""
    for n in range(len(path), 0, -1):
        if path[:n] in origin:
            return origin[path[:n]]
    below = [place for at, place in origin.items() if at[: len(path)] == path]
    return below[0] if len(below) == 1 else otherwise


def _variants(scenario: Scenario, desk: Desk) -> list[tuple[Path, list[tuple[str, Any, Path]]]]:
    """Each variant: the path to blame, and its changes as (key path, value, path to blame)."""
    found: list[tuple[Path, list[tuple[str, Any, Path]]]] = []
    for n, stress in enumerate(scenario.stresses):
        at: Path = ("stress", n, "set")
        if stress.set:
            found.append((at, [(text, value, (*at, text)) for text, value in stress.set.items()]))
    for n, uncertain in enumerate(scenario.uncertain):
        if not isinstance(uncertain.set, str):
            continue
        try:
            refuse_frame(find(uncertain.set, scenario.document))
        except NoSuchPath as reason:
            desk.fault(("uncertain", n, "set"), str(reason), found=shown(uncertain.set))
            continue
        for key, values in (("range", uncertain.range), ("values", uncertain.values)):
            for m, value in enumerate(values or ()):
                at = ("uncertain", n, key, m)
                found.append((at, [(uncertain.set, value, at)]))
    return found


def _has(document: Any, path: Path) -> bool:
    for step in path:
        if isinstance(step, str) and not (isinstance(document, Mapping) and step in document):
            return False
        document = document[step]
    return True


@dataclass(slots=True, kw_only=True)
class _Source:
    """Where a document came from: the text of a file, and settings that override it."""

    file: str
    text: str | None  # None: there is no file to point into
    label: str = "--set "
    settings: dict[Path, str] = field(default_factory=dict)  # path in the document -> label of the setting
    refused: list[Fault] = field(default_factory=list)

    def apply(self, setting: tuple[str, Any] | str, document: Mapping[str, Any]) -> dict[str, Any]:
        """The document with one setting applied; a path that leads nowhere is noted."""
        text = setting if isinstance(setting, str) else str(setting[0])
        try:
            text, value = split(setting, document) if isinstance(setting, str) else setting
            target = find(text, document)
        except NoSuchPath as reason:
            self.refused.append(Fault(file=f"{self.label}{text[:_LONGEST]}", message=str(reason)))
            return dict(document)
        for n in range(1, len(target.path) + 1):
            if n == len(target.path) or not _has(document, target.path[:n]):  # what it creates on the way is its own
                self.settings[target.path[:n]] = f"{self.label}{text}"
        return changed(document, target.path, plain_value(value))

    def syntax_error(self, line: int, column: int, message: str) -> ScenarioError:
        source_line = Lines(self.text or "").text(line)
        fault = Fault(file=self.file, line=line, column=column, message=message, source_line=source_line)
        return ScenarioError([fault])

    def error(self, desk: Desk) -> ScenarioError:
        """Every fault with its place, in file order; faults of settings come first."""
        wanted = {note.path[:n] for note in desk.notes for n in range(1, len(note.path) + 1)}
        places = locate(self.text or "", wanted)
        lines = Lines(self.text or "")
        placed = []
        for note in desk.notes:
            file, line, column = self.file, int(self.text is not None), 1
            for n in range(len(note.path), 0, -1):
                path = note.path[:n]
                if path in self.settings:
                    file, line, column = self.settings[path], 0, 0
                    break
                if path in places:
                    at_key = note.at_key or n < len(note.path)
                    line, column = lines.at(places[path].key if at_key else places[path].value)
                    break
            key = title(note.path, desk.document)
            placed.append(
                Fault(
                    file=file, line=line, column=column, key=key, found=note.found, message=note.message,
                    source_line=lines.text(line),
                )
            )  # fmt: skip
        placed.sort(key=lambda fault: (fault.line, fault.column))
        kept = [*self.refused, *placed]
        return ScenarioError(kept[:KEPT], unlisted=desk.unlisted + max(len(kept) - KEPT, 0))
