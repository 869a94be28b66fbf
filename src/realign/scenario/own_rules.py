"""Rules of the user's own: what they see, and how they fail, in plain Python.

Stage: scenario; imported by who needs it. In: a function of a `Situation` that returns shares of effort. Out: an
`OwnRule`, by name. Idea: kernel and twin ask the same rule; the kernel compiles it (`realign.model.own_rule`), the twin
calls it as it stands, and where it fails, Python names the line.
"""

from __future__ import annotations

import hashlib
import inspect
import linecache
import re
import traceback
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from realign.errors import UsageError
from realign.scenario.keys_of_policies import allow_rule


class Situation(NamedTuple):
    """What leadership knows when it decides. Arrays have one entry per objective, in the order of their names."""

    week: int  # the week in which the decision takes effect, from 0
    weeks: int  # of the scenario
    horizon: float  # weeks, of the policy
    cash: float
    perceived: ndarray  # priorities as leadership perceives them
    worth: ndarray  # of attaining each: its perceived priority, and through the strategy map that of what it supports
    readings: ndarray  # levels as last read, late and noisy
    targets: ndarray
    strategy: ndarray  # leadership's own now
    first_plan: ndarray  # the policy's first strategy
    weeks_left: ndarray  # to the due date; the horizon where there is none, or no more
    yields: ndarray  # weekly points if everybody worked on this objective alone
    hold: ndarray  # share of all effort that holds what is attained
    reach: ndarray  # constant share of all effort that reaches the target in the weeks left


class OwnRule:
    """A rule of the user's own: still a function of Python."""

    address: int
    door: Any

    def __init__(self, function: Callable[[Situation], Any]) -> None:
        self.function, self.name = function, function.__name__
        self.__doc__ = function.__doc__
        self.address, self.door = 0, None  # of its machine code, which `door` keeps alive

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that change when the rule does."""
        try:
            text = inspect.getsource(self.function)
        except OSError:
            text = repr((self.function.__code__.co_code, self.function.__code__.co_consts))
        return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()

    def __repr__(self) -> str:
        return f"<rule {self.name!r}>"

    def __call__(self, situation: Situation) -> ndarray:
        """What the rule proposes, in plain Python, as shares; raises UsageError where it fails."""
        try:
            with np.errstate(all="ignore"):
                found = self.function(situation)
        except Exception as error:  # whatever a user's function raises is the user's to mend
            raise UsageError(f"{self._line_of(error)}: {type(error).__name__}: {error}") from error
        shares = np.asarray(found, np.float64)
        expected = len(situation.perceived)
        if shares.shape != (expected,):
            raise UsageError(
                f"{self._place()}: the rule gave {shares.size} numbers; wanted is one share of effort for each of the "
                f"{expected} objectives"
            )
        if not (np.isfinite(shares).all() and (shares >= 0.0).all() and shares.sum() > 0.0):
            raise UsageError(
                f"{self._place()}: the rule gave {[round(float(x), 6) for x in shares]}; shares of effort are numbers "
                "from 0 up, and not all 0"
            )
        return shares / shares.sum()

    def _place(self) -> str:
        """The line of the last `return`, or that of the definition."""
        file, first = self.function.__code__.co_filename, self.function.__code__.co_firstlineno
        try:
            lines = inspect.getsource(self.function).splitlines()
        except OSError:
            lines = []
        last = max((n for n, line in enumerate(lines) if re.match(r"\s*return\b", line)), default=0)
        return f'{file}:{first + last}: rule "{self.name}"' + (f": {lines[last].strip()}" if lines else "")

    def _line_of(self, error: Exception) -> str:
        """The line of the rule in which an error arose, with its text."""
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if frame.filename == self.function.__code__.co_filename] or frames
        line = own[-1].line or linecache.getline(own[-1].filename, own[-1].lineno or 0).strip()
        return f'{own[-1].filename}:{own[-1].lineno}: rule "{self.name}": {line}'


_OWN: dict[str, OwnRule] = {}
_EVER: list[OwnRule] = []  # also those redefined since: a plan may still call them at their address


def register(made: OwnRule) -> None:
    """Let policies name a rule; raises UsageError where the name is taken."""
    try:
        allow_rule(made.name)
    except ValueError as error:
        raise UsageError(str(error)) from error
    _OWN[made.name] = made
    _EVER.append(made)


def own_rules() -> list[OwnRule]:
    """All that were ever defined in this process."""
    return list(_EVER)


def own_rule(name: str) -> OwnRule:
    """The rule of this name."""
    if name not in _OWN:
        raise UsageError(f'rule "{name}": no such rule in this process; define it with @ra.rule before it is used')
    return _OWN[name]
