"""Where in the text each key and value of a TOML document stands.

Stage: scenario. In: the text of a TOML file. Out: offsets of key paths; the first place that nests too deep.
Idea: the standard library's reader says what a file contains but not where. One regular expression cuts the text
into tokens (strings and comments are swallowed whole, so nothing inside them counts), and a short walk over the
tokens follows headers, dotted keys, arrays and inline tables. The walk runs only when there is a fault to place,
so it may trust that the text is valid TOML; `too_deep` runs on any text, before the reader, whose recursion it
guards. Both are linear in the text: the quantifiers are possessive, and an unclosed string runs to its end.
Source: the grammar of TOML 1.0, https://toml.io/en/v1.0.0.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Set
from dataclasses import dataclass

DEEPEST = 20  # levels of nesting; a scenario needs 5

Path = tuple[str | int, ...]

_STRINGS = r'''
    """(?:[^"\\]++|\\[\s\S]|"{1,2}+(?!"))*+(?:"{3,5}|\\?\Z)
  | \'\'\'(?:[^']++|'{1,2}+(?!'))*+(?:'{3,5}|\Z)
  | "(?:[^"\\\n]++|\\[^\n])*+(?:"|\\?(?=\n|\Z))
  | '[^'\n]*+(?:'|(?=\n|\Z))
'''
_OUTLINE = re.compile(rf"{_STRINGS} | \#[^\n]*+ | (?P<mark>[\[\]{{}}=,.\n])", re.VERBOSE)
_TOKENS = re.compile(
    rf"(?P<string>{_STRINGS}) | \#[^\n]*+ | (?P<mark>[\[\]{{}}=,.\n]) | (?P<bare>[^\s\[\]{{}}=,.\#\"']++)", re.VERBOSE
)


def too_deep(text: str) -> int | None:
    """The offset at which brackets or the parts of a dotted key first exceed DEEPEST levels, if they do."""
    brackets = parts = 0
    for token in _OUTLINE.finditer(text):
        mark = token["mark"]
        if mark is None:
            continue
        if mark == ".":
            parts += 1
        else:
            parts = 0
            if mark in "[{":
                brackets += 1
            elif mark in "]}":
                brackets -= 1
        if brackets > DEEPEST or parts >= DEEPEST:
            return token.start()
    return None


def still_open(text: str, end: int) -> int | None:
    """Where the first bracket, or else the string, that is still open at an offset was opened."""
    brackets: list[int] = []
    last = None
    for token in _OUTLINE.finditer(text, 0, end):
        last = token
        if token["mark"] is not None and token["mark"] in "[{":
            brackets.append(token.start())
        elif token["mark"] is not None and token["mark"] in "]}" and brackets:
            brackets.pop()
    if brackets:
        return brackets[0]
    return last.start() if last is not None and last.end() == end and last[0][0] in "\"'" else None


@dataclass(frozen=True, slots=True)
class Place:
    """Offsets into the text: of a key, and of its value."""

    key: int
    value: int


class Lines:
    """Line and column, both counted from 1, of an offset."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def at(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def start(self, line: int) -> int:
        """The offset at which a line begins."""
        return self._starts[line - 1]

    def text(self, line: int) -> str:
        """The text of a line; empty where there is no such line."""
        if not 1 <= line <= len(self._starts):
            return ""
        end = self._starts[line] - 1 if line < len(self._starts) else len(self._text)
        return self._text[self._starts[line - 1] : end]


def locate(text: str, wanted: Set[Path]) -> dict[Path, Place]:
    """The places of the wanted key paths, as far as the text has them; `text` must be valid TOML."""
    return _Walk(text, wanted).places


_END = ("end", "", -1)


class _Walk:
    """One pass over the tokens; `self.token` is the next one: (kind, text, offset)."""

    def __init__(self, text: str, wanted: Set[Path]) -> None:
        self.places: dict[Path, Place] = {}
        self._wanted = wanted
        self._tokens = _significant(text)
        self.token = next(self._tokens, _END)
        self._last: dict[Path, int] = {}  # array of tables -> index of its newest table
        base: Path = ()
        while self.token is not _END:
            if self.token[1] == "\n":
                self._step()
            elif self.token[1] == "[" and self.token[0] == "mark":
                base = self._header()
            else:
                self._assignment(base)

    def _step(self) -> tuple[str, str, int]:
        token, self.token = self.token, next(self._tokens, _END)
        return token

    def _at(self, *marks: str) -> bool:
        return self.token is _END or (self.token[0] == "mark" and self.token[1] in marks)

    def _note(self, path: Path, key: int, value: int) -> None:
        if path in self._wanted:
            self.places.setdefault(path, Place(key, value))

    def _key(self) -> list[tuple[str, int]]:
        """A dotted key: its parts with their offsets."""
        parts = []
        while not self._at("=", "]"):
            kind, text, offset = self._step()
            if kind != "mark":
                parts.append((_name(kind, text), offset))
        return parts

    def _header(self) -> Path:
        start = self._step()[2]
        repeated = self._at("[")
        if repeated:
            self._step()
        path: Path = ()
        parts = self._key()
        for number, (part, _) in enumerate(parts):
            path = (*path, part)
            if repeated and number == len(parts) - 1:
                self._note(path, start, start)
                self._last[path] = self._last.get(path, -1) + 1
            if path in self._last:
                path = (*path, self._last[path])
            self._note(path, start, start)
        while not self._at("\n"):
            self._step()
        return path

    def _assignment(self, base: Path) -> None:
        parts = self._key()
        self._step()  # the equals sign
        offset = self.token[2]
        path = base
        for part, at in parts:
            path = (*path, part)
            self._note(path, at, offset)
        self._value(path)

    def _value(self, path: Path) -> None:
        if self._at("["):
            self._step()
            index = 0
            while not self._at("]"):
                if self._at(",", "\n"):
                    self._step()
                    continue
                self._note((*path, index), self.token[2], self.token[2])
                self._value((*path, index))
                index += 1
            self._step()
        elif self._at("{"):
            self._step()
            while not self._at("}"):
                if self._at(",", "\n"):
                    self._step()
                else:
                    self._assignment(path)
            self._step()
        else:
            while not self._at(",", "]", "}", "\n"):
                self._step()


def _significant(text: str) -> Iterator[tuple[str, str, int]]:
    for token in _TOKENS.finditer(text):
        if token.lastgroup:  # comments have no group
            yield token.lastgroup, token[0], token.start()


def _name(kind: str, text: str) -> str:
    if kind == "bare":
        return text
    if text[0] == "'" or "\\" not in text:
        return text[1:-1]
    return str(tomllib.loads(f"name = {text}")["name"])
