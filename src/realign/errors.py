"""The one family of exceptions.

Stage: shared by all. In: what went wrong. Out: words a strategist can act on.
Idea: an error says where, what was found, what is allowed and the likely cure, and all faults come at once.
The shells print `str(error)` and choose the exit status by the class; nobody else parses the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_WINDOW = 110  # characters of an offending line that are shown: a line of a terminal
_LONGEST = 2_000  # characters of a single message: a hostile name must not flood the screen


class RealignError(Exception):
    """Anything that `realign` reports instead of a traceback."""


class RunError(RealignError):
    """A run failed although its input is valid (exit status 1)."""


class BlockError(RunError):
    """A block of futures that could not be played: names its scenario, stress test, policy, futures and week.

    policy, week: empty and -1 where the fault lies in none in particular; future: -1 where it is not known.
    """

    def __init__(
        self, cause: str, *, scenario: str, stress: str, first: int, last: int, policy: str = "", future: int = -1,
        week: int = -1,
    ) -> None:  # fmt: skip
        self.cause, self.scenario, self.stress, self.policy = cause, scenario, stress, policy
        self.first, self.last, self.future, self.week = first, last, future, week
        super().__init__(cause)

    def __reduce__(self) -> tuple[object, ...]:
        return _block_error, (self.cause, self.as_dict())

    def as_dict(self) -> dict[str, str | int]:
        """Where it failed, for JSON."""
        names = ("scenario", "stress", "policy", "first", "last", "future", "week")
        return {name: getattr(self, name) for name in names}

    def __str__(self) -> str:
        whose = f'policy "{self.policy}"' if self.policy else "every policy"
        where = f"scenario {self.scenario!r}, stress test {self.stress!r}, {whose}, "
        where += f"futures {self.first} to {self.last}"
        if self.future >= 0:
            where += f", future {self.future}"
        if self.week >= 0:
            where += f", week {self.week}"
        return _printable(f"{where}: {self.cause}")


def _block_error(cause: str, where: dict[str, Any]) -> BlockError:
    return BlockError(cause, **where)


class UsageError(RealignError):
    """An option or an argument is at fault (exit status 2)."""


def _printable(text: str) -> str:
    """Control characters become a replacement mark: a file must not be able to steer the reader's terminal."""
    return "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault and its place; line and column count from 1, and line 0 means "no place in a file".

    >>> print(Fault(file="a.toml", line=2, column=9, key="weeks", found="0", message="must be at least 1",
    ...             source_line="weeks = 0"))
    a.toml:2:9: weeks = 0: must be at least 1
        weeks = 0
                ^
    """

    file: str
    line: int = 0
    column: int = 0
    key: str = ""
    message: str = ""
    source_line: str = ""
    found: str = ""

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def __str__(self) -> str:
        what = f"{self.key} = {self.found}" if self.key and self.found else self.key or self.found
        head = _printable(": ".join(part for part in (self.place, what, self.message) if part))
        if len(head) > _LONGEST:
            head = head[:_LONGEST] + "…"
        return "\n".join([head, *self._excerpt()])

    def _excerpt(self) -> list[str]:
        """The offending line and a caret under the column; a long line is cut to a window around it."""
        if not self.line or not self.source_line.strip():
            return []
        at = max(self.column - 1, 0)
        first = 0 if at < _WINDOW * 3 // 4 else at - _WINDOW // 2
        shown = _printable(self.source_line[first : first + _WINDOW])
        before, after = "…" if first else "", "…" if len(self.source_line) > first + _WINDOW else ""
        pad = "".join("\t" if c == "\t" else " " for c in before + shown[: at - first])
        return [f"    {before}{shown}{after}", f"    {pad}^"]


class ScenarioError(RealignError):
    """A scenario cannot be used; carries every fault, in file order, and prints them all (exit status 2)."""

    def __init__(self, faults: Sequence[Fault], *, unlisted: int = 0) -> None:
        self.faults = tuple(faults)
        self.unlisted = unlisted  # faults beyond the number that is kept
        super().__init__(self.faults, unlisted)

    def __reduce__(self) -> tuple[object, ...]:
        return _scenario_error, (self.faults, self.unlisted)

    def __str__(self) -> str:
        lines = [str(fault) for fault in self.faults]
        if self.unlisted:
            lines.append(f"... and {self.unlisted} more faults that are not listed")
        return "\n".join(lines)


def _scenario_error(faults: Sequence[Fault], unlisted: int) -> ScenarioError:
    return ScenarioError(faults, unlisted=unlisted)
