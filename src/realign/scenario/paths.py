"""Key paths such as `shock.Flour crisis.rate`: find what they mean, and change it.

Stage: scenario. In: a document, a path as text, a value. Out: a new document that shares what did not change.
Idea: names may contain dots, so a path is matched against the names that the document has, the longest first;
everything else follows the table of keys. A path may lead to a key that is allowed but absent: it is created.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from realign.scenario.desk import quoted, suggestion
from realign.scenario.keys import ROOT
from realign.scenario.kinds import Kind, Number, Text
from realign.scenario.positions import Path, too_deep
from realign.scenario.shapes import ANYTHING, Either, Listing, Settings, Table, Tables, Variants, Weights

# What a stress test or an uncertain parameter must leave alone: names and frame, by which variants are compared.
FRAME = ("schema", "name", "summary", "weeks", "futures", "seed", "requirement", "stress", "uncertain")


class NoSuchPath(Exception):
    """A key path that leads nowhere; the text says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a key path leads: the path in the document, and the kind of value that may stand there."""

    path: Path
    kind: Kind


def find(text: str, document: Mapping[str, Any]) -> Target:
    """What a key path leads to; raises NoSuchPath."""
    if len(text) > 1000:
        raise NoSuchPath("no key path is that long")
    if not text:
        raise NoSuchPath("the key path is empty; write one like organisation.cash")
    return _descend(ROOT, text, document, ())


def _descend(kind: Kind, rest: str, raw: Any, path: Path) -> Target:
    if not rest:
        return Target(path, kind)
    if isinstance(kind, Either):
        return _descend(_alternative(kind, raw), rest, raw, path)
    if isinstance(kind, Weights | Settings):
        name = rest[1:-1] if len(rest) > 2 and rest[0] == rest[-1] == '"' else rest
        return Target((*path, name), kind.number if isinstance(kind, Weights) else ANYTHING)
    if isinstance(kind, Tables) and kind.named:
        return _named(kind, rest, raw, path)
    if isinstance(kind, Tables | Listing):
        index, rest = _numbered(rest, raw)
        return _descend(kind.table if isinstance(kind, Tables) else kind.item, rest, raw[index], (*path, index))
    if isinstance(kind, Table | Variants):
        name, dot, rest = rest.partition(".")
        inner = _inner(kind, name, raw)
        if dot and not rest:
            raise NoSuchPath("ends in a dot: a key is missing behind it, or the dot is one too many")
        return _descend(inner, rest, raw.get(name) if isinstance(raw, dict) else None, (*path, name))
    raise NoSuchPath(f'"{path[-1]}" is a single value: nothing is below it, and so no {quoted(rest)}')


def _alternative(kind: Either, raw: Any) -> Kind:
    """The alternative that has something below it: that of the present value, or else the first."""
    below = [k for k in kind.kinds if isinstance(k, Table | Tables | Variants | Weights | Listing)]
    present = kind.of(raw)
    return present if present in below or not below else below[0]


def _inner(kind: Table | Variants, name: str, raw: Any) -> Kind:
    tables = [kind] if isinstance(kind, Table) else list(kind.tables.values())
    if isinstance(kind, Variants) and isinstance(raw, dict) and raw.get(kind.by) in kind.tables:
        tables = [kind.tables[raw[kind.by]], *tables]
    for table in tables:
        for key in table.keys:
            if key.name == name:
                return key.kind
    known = list(dict.fromkeys(key.name for table in tables for key in table.keys))
    raise NoSuchPath(f"no such key {quoted(name)}{suggestion(name, known, all_of='keys here')}")


def _named(kind: Tables, rest: str, raw: Any, path: Path) -> Target:
    """The key in the table that the path names: by the longest name under which there is such a key."""
    entries = raw if isinstance(raw, list) else []
    names = {entry.get("name"): n for n, entry in enumerate(entries) if isinstance(entry, dict)}
    texts = sorted((name for name in names if isinstance(name, str)), key=len, reverse=True)
    fitting = [(name, w) for name in texts for w in (name, f'"{name}"') if rest == w or rest.startswith(w + ".")]
    whole, reason = None, None
    for name, written in fitting:
        index = names[name]
        if len(rest) <= len(written) + 1:  # the whole table: meant only if nothing else is
            whole = whole or Target((*path, index), kind.table)
            continue
        try:
            return _descend(kind.table, rest[len(written) + 1 :], entries[index], (*path, index))
        except NoSuchPath as error:
            reason = reason or error
    if whole is not None:
        return whole
    first = rest.partition(".")[0].strip('"')
    raise reason or NoSuchPath(
        f"no {kind.named} is named {quoted(first)}{suggestion(first, texts, all_of=f'{kind.named} names')}"
    )


def _numbered(rest: str, raw: Any) -> tuple[int, str]:
    head, _, rest = rest.partition(".")
    size = len(raw) if isinstance(raw, list) else 0
    if not head.isascii() or not head.isdigit() or len(head) > 6 or int(head) >= size:
        entries = f"0 to {size - 1}" if size else "none"
        raise NoSuchPath(f"{quoted(head)} is no entry of this list; its entries are {entries}")
    return int(head), rest


def changed(document: Mapping[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """The document with a value at a path; None removes what is there. Untouched parts are shared, not copied."""
    new: dict[str, Any] = _put(document, path, value)
    return new


def _put(raw: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    step = path[0]
    if isinstance(step, int):
        entries = list(raw)
        if len(path) == 1 and value is None:
            del entries[step]
        else:
            entries[step] = _put(entries[step], path[1:], value)
        return entries
    table = dict(raw) if isinstance(raw, Mapping) else {}
    if len(path) == 1 and value is None:
        table.pop(step, None)
    else:
        table[step] = _put(table.get(step), path[1:], value)
    return table


def plain_value(value: Any) -> Any:
    """A Python value as TOML would hold it: tuples become lists, numpy's numbers become Python's."""
    if isinstance(value, Mapping):
        return {str(key): plain_value(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, list | tuple):
        return [plain_value(entry) for entry in value]
    if hasattr(value, "item") and not isinstance(value, bool | int | float | str):
        return value.item() if getattr(value, "ndim", 0) == 0 else plain_value(value.tolist())
    return value


def split(setting: str, document: Mapping[str, Any]) -> tuple[str, Any]:
    """KEY=VALUE as a path and a value; a name may contain "=", so the first split whose key exists is taken."""
    places = [n for n, c in enumerate(setting) if c == "="][:20]
    if not places:
        raise NoSuchPath("has no =; write it as KEY=VALUE, for example organisation.cash=8000")
    whole = None
    for place in places:
        text = setting[:place].strip()
        try:
            target = find(text, document)
        except NoSuchPath:
            continue
        found = text, value_of(setting[place + 1 :], target.kind)
        if not isinstance(target.kind, Table) or isinstance(found[1], dict):
            return found
        whole = whole or found
    return whole or (setting[: places[0]].strip(), setting[places[0] + 1 :])


def value_of(text: str, kind: Kind) -> Any:
    """A value from the command line: TOML if it is that, else the text itself."""
    text = text.strip()
    value: Any = text
    if "\n" not in text and too_deep(text) is None:
        try:
            value = tomllib.loads(f"value = {text}")["value"]
        except (ValueError, RecursionError):
            value = text
    if not isinstance(value, str) and _wants_text(kind) and not isinstance(value, list | dict):
        return text  # --set "unit.Owner.name=2020"
    return value


def _wants_text(kind: Kind) -> bool:
    return not isinstance(kind, Number | Either | Tables | Table | Variants | Weights | Listing) and (
        isinstance(kind, Text) or kind.schema().get("type") == "string"
    )


def whole_numbers_only(text: str, document: Mapping[str, Any]) -> bool:
    """Whether the key at this path takes whole numbers only, as counts and lags do."""
    kind = find(text, document).kind
    return isinstance(kind, Number) and kind.whole


def refuse_frame(target: Target) -> None:
    """Raises NoSuchPath if a variant of the scenario must not change this path."""
    path = target.path
    if path[0] in FRAME:
        raise NoSuchPath(f"{path[0]} cannot differ between variants of a scenario; change it for the scenario itself")
    if path[-1] == "name" and len(path) == 3:
        raise NoSuchPath("names cannot differ between variants of a scenario")
    if len(path) == 1 or (len(path) == 2 and isinstance(path[1], int)):
        what = "section" if len(path) == 1 else "entry"
        raise NoSuchPath(f'is a whole {what}; put the whole path of one key in quotes, like "organisation.cash"')
