"""Shapes made of kinds: tables, arrays of tables, lists, weights by name, alternatives.

Stage: scenario. In: a raw TOML table or array and its key path. Out: records, tuples and mappings, with every fault.
Idea: as for kinds; a shape reads, words its faults and describes itself for the JSON Schema. A table takes its
defaults from the record that it builds; what one key alone cannot know (low <= high) is a rule of its table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any

from realign.scenario.desk import Desk, bare, kind_of, quoted, shown, suggestion
from realign.scenario.kinds import BAD, Anything, Kind, Number, no_such
from realign.scenario.positions import Path

Rule = Callable[[Mapping[str, Any], Path, Desk], None]  # of the values that the file gives, by key


@dataclass(frozen=True, slots=True)
class Weights(Kind):
    """A number for each of some names: shares, weights, levels."""

    to: str
    number: Number
    filled: bool = False  # it needs a positive number, for it is divided by its sum
    normalised: bool = False
    empty: bool = False  # though filled, it may be left empty, which means its default

    def read(self, raw: Any, at: Path, desk: Desk) -> Any:
        if not isinstance(raw, dict):
            example = f'{{ "{next(iter(desk.names[self.to]), "Name")}" = 0.5 }}'
            desk.fault(at, f"must be a table of numbers by {self.to}, like {example}", found=shown(raw))
            return BAD
        before = desk.count
        values = {}
        for name, number in raw.items():
            if name not in desk.names[self.to]:
                desk.fault((*at, name), no_such(name, self.to, desk), at_key=True)
            values[name] = self.number.read(number, (*at, name), desk)
        if desk.count > before:
            return BAD
        total = sum(values.values())
        if self.filled and total <= 0 and not (self.empty and not values):
            message = "needs at least one number above 0" + ("" if values else "; fill it, or leave the key out")
            desk.fault(at, message, found=shown(raw))
            return BAD
        return {name: value / total for name, value in values.items()} if self.normalised and values else values

    def schema(self) -> dict[str, Any]:
        least = {"minProperties": 1} if self.filled and not self.empty else {}
        return {"type": "object", "additionalProperties": self.number.schema()} | least


@dataclass(frozen=True, slots=True)
class Settings(Kind):
    """Key paths and the values they take, as in a stress test; each is checked by applying it."""

    def read(self, raw: Any, at: Path, desk: Desk) -> Any:
        if not isinstance(raw, dict):
            message = 'must be a table of key paths and values, like { "organisation.cash" = 8_000 }'
            desk.fault(at, message, found=shown(raw))
            return BAD
        return dict(raw)

    def schema(self) -> dict[str, Any]:
        return {"type": "object"}


def _how_many(least: int, most: int) -> str:
    return f"{most} entries" if least == most else f"from {least} to {most} entries"


@dataclass(frozen=True, slots=True)
class Listing(Kind):
    """An array of simple values."""

    item: Kind
    most: int
    least: int = 0
    distinct: bool = False

    def read(self, raw: Any, at: Path, desk: Desk) -> Any:
        if not isinstance(raw, list):
            cure = f"; write [{shown(raw)}]" if not isinstance(raw, dict) else ""
            desk.fault(at, f"must be an array in square brackets, not {kind_of(raw)}{cure}", found=shown(raw))
            return BAD
        if not self.least <= len(raw) <= self.most:
            message = f"must have {_how_many(self.least, self.most)}, not {len(raw)}"
            desk.fault(at, message, found=shown(raw))
            return BAD
        before = desk.count
        values = [self.item.read(entry, (*at, number), desk) for number, entry in enumerate(raw)]
        if desk.count > before:
            return BAD
        if self.distinct and len(set(values)) < len(values):
            number = next(n for n, value in enumerate(values) if value in values[:n])
            desk.fault((*at, number), "is already in this list; remove one", found=shown(raw[number]))
            return BAD
        return tuple(values)

    def schema(self) -> dict[str, Any]:
        rules = {"type": "array", "items": self.item.schema(), "minItems": self.least, "maxItems": self.most}
        return rules | ({"uniqueItems": True} if self.distinct else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Either(Kind):
    """Alternatives that differ in their type: text, a number, a list, a table."""

    text: Kind | None = None
    number: Kind | None = None
    array: Kind | None = None
    table: Kind | None = None

    @property
    def kinds(self) -> list[Kind]:
        return [kind for kind in (self.text, self.number, self.array, self.table) if kind is not None]

    def of(self, raw: Any) -> Kind:
        by_type = {str: self.text, dict: self.table, list: self.array, int: self.number, float: self.number}
        return by_type.get(type(raw)) or self.kinds[0]

    def read(self, raw: Any, at: Path, desk: Desk) -> Any:
        return self.of(raw).read(raw, at, desk)

    def schema(self) -> dict[str, Any]:
        unique: list[dict[str, Any]] = []
        for schema in (kind.schema() for kind in self.kinds):
            unique += [schema] if schema not in unique else []
        return {"anyOf": unique} if len(unique) > 1 else unique[0]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table: its kind, and what it means in a line."""

    name: str
    kind: Kind
    meaning: str
    field: str = ""  # of the record, where it is not the key

    @property
    def into(self) -> str:
        return self.field or self.name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table(Kind):
    """A table with known keys, which becomes a record."""

    meaning: str
    record: Any
    keys: tuple[Key, ...]
    rules: tuple[Rule, ...] = ()
    build: Callable[[dict[str, Any]], Any] | None = None
    required: tuple[str, ...] = ()  # besides the fields of the record that have no default

    @property
    def defaults(self) -> dict[str, Any]:
        made = {}
        for field in fields(self.record):
            if field.default is not MISSING:
                made[field.name] = field.default
            elif field.default_factory is not MISSING:
                made[field.name] = field.default_factory()
        return made

    def must_have(self, key: Key) -> bool:
        return key.name in self.required or (self.build is None and key.into not in self.defaults)

    def read(self, raw: Any, at: Path, desk: Desk) -> Any:
        if not isinstance(raw, dict):
            desk.fault(at, f"must be a table, not {kind_of(raw)}", found=shown(raw))
            return BAD
        if id(raw) in desk.finished:
            return desk.finished[id(raw)][1]
        before = desk.count
        meant = self.refuse_unknown(raw, at, desk)
        given = {}
        for key in self.keys:
            if key.name in raw:
                value = key.kind.read(raw[key.name], (*at, key.name), desk)
                if value is not BAD:
                    given[key.name] = value
            elif self.must_have(key) and key.name not in meant:
                how = f"at least one [[{key.name}]]" if isinstance(key.kind, Tables) else f"{key.name} = ..."
                desk.fault((*at, key.name), f"is missing; add {how} ({lowered(key.meaning)})", at_key=True)
        for rule in self.rules:
            rule(given, at, desk)
        record = self.made(given)
        if desk.count == before:
            desk.finished[id(raw)] = (raw, record)  # with the table itself, so that its id stays taken
        return record

    def made(self, given: Mapping[str, Any]) -> Any:
        values = {key.into: given[key.name] for key in self.keys if key.name in given}
        if self.build is not None:
            return self.build(values)
        stand_in = {key.into: None for key in self.keys if self.must_have(key)}  # only after a fault
        return self.record(**{**stand_in, **values})

    def refuse_unknown(self, raw: Mapping[str, Any], at: Path, desk: Desk) -> set[str]:
        """Notes unknown keys, and tells which keys they were probably meant to be."""
        known = {key.name: None for key in self.keys}
        meant: set[str] = set()
        for name in raw:
            if name not in known:
                near = "" if desk.full else suggestion(name, known, all_of="keys here")
                desk.fault((*at, name), f"no such key{near}", at_key=True)
                if "did you mean" in near:
                    meant.add(near.split('"')[1])
        return meant

    def schema(self) -> dict[str, Any]:
        properties = {}
        for key in self.keys:
            properties[key.name] = key.kind.schema() | {"description": key.meaning}
            if self.build is None and key.into in self.defaults:
                default = key.kind.write(self.defaults[key.into])
                properties[key.name] |= {} if default is None else {"default": default}
        required = [key.name for key in self.keys if self.must_have(key)]
        rules: dict[str, Any] = {"type": "object", "description": self.meaning, "properties": properties}
        return rules | ({"required": required} if required else {}) | {"additionalProperties": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables(Kind):
    """An array of tables: `[[unit]]`, or tables in braces within an array."""

    table: Kind
    most: int
    least: int = 0
    named: str = ""  # what its tables are, where each has a name of its own

    def read(self, raw: Any, at: Path, desk: Desk) -> Any:
        if not isinstance(raw, list):
            how = f"[[{bare(str(at[-1]))}]]" if len(at) == 1 else "[{ ... }, { ... }]"
            desk.fault(at, f"must be an array of tables, written {how}, not {kind_of(raw)}", found=shown(raw))
            return BAD
        if not self.least <= len(raw) <= self.most:
            message = f"must have {_how_many(self.least, self.most)}, not {len(raw)}"
            desk.fault(at, message, at_key=True)
            return BAD
        self.refuse_twins(raw, at, desk)
        read = [self.table.read(entry, (*at, number), desk) for number, entry in enumerate(raw)]
        return tuple(record for record in read if record is not BAD)

    def refuse_twins(self, raw: Sequence[Any], at: Path, desk: Desk) -> None:
        if not self.named:
            return
        seen = set()
        for number, entry in enumerate(raw):
            name = entry.get("name") if isinstance(entry, dict) else None
            if not isinstance(name, str):
                continue
            if name in seen:
                message = f"another {self.named} already has this name; choose a different one"
                desk.fault((*at, number, "name"), message, found=shown(name))
            seen.add(name)

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.table.schema(), "minItems": self.least, "maxItems": self.most}


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants(Kind):
    """A table whose keys depend on one of them: a distribution on `dist`, an effect on `on`."""

    by: str
    noun: str
    tables: Mapping[str, Table]

    def read(self, raw: Any, at: Path, desk: Desk) -> Any:
        if not isinstance(raw, dict):
            desk.fault(at, f"must be a table with the key {self.by}, not {kind_of(raw)}", found=shown(raw))
            return BAD
        word = raw.get(self.by)
        if isinstance(word, str) and word in self.tables:
            return self.tables[word].read(self.fitting(raw, word, at, desk), at, desk)
        words = ", ".join(quoted(word) for word in self.tables)
        if self.by not in raw:
            desk.fault((*at, self.by), f"is missing; it must be one of {words}", at_key=True)
        else:
            near = suggestion(word, self.tables) if isinstance(word, str) else ""
            cure = near if "did you mean" in near else ""
            desk.fault((*at, self.by), f"must be one of {words}{cure}", found=shown(word))
        known = list({key.name: None for table in self.tables.values() for key in table.keys})
        for name in raw:
            if name not in known:
                near = "" if desk.full else suggestion(name, known, all_of="keys here")
                desk.fault((*at, name), f"no such key{near}", at_key=True)
        return BAD

    def fitting(self, raw: dict[str, Any], word: str, at: Path, desk: Desk) -> dict[str, Any]:
        """The table without keys that only its siblings have; the very same table where there are none."""
        misplaced = {}
        for name in raw:
            owners = [other for other, table in self.tables.items() if any(key.name == name for key in table.keys)]
            if owners and word not in owners:
                misplaced[name] = owners
        for name, owners in misplaced.items():
            message = f"does not go with {self.by} = {quoted(word)}; it goes with {', '.join(owners)}"
            desk.fault((*at, name), message, at_key=True)
        return {name: value for name, value in raw.items() if name not in misplaced} if misplaced else raw

    def schema(self) -> dict[str, Any]:
        by_word: dict[str, Any] = {"type": "object", "required": [self.by]}
        by_word["properties"] = {self.by: {"enum": list(self.tables)}}
        by_word["oneOf"] = []
        for word, table in self.tables.items():
            schema = table.schema()
            schema["properties"][self.by] = {"const": word, "description": table.meaning}
            by_word["oneOf"].append(schema)
        return by_word


def lowered(text: str) -> str:
    """A meaning as the middle of a sentence."""
    text = text.rstrip(".")
    return text[0].lower() + text[1:] if text[1:2].islower() else text


ANYTHING = Anything()
