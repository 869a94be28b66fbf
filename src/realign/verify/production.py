"""Cases of production: CES, levels, coordination, switching, automation, time, and what value is made of.

Stage: verify. In: the files of these names. Out: `CASES`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import log

import numpy as np
from numpy import ndarray

from realign.verify.case import Case, Quantity, exact, mean
from realign.verify.played import Played


def _level(played: Played) -> ndarray:
    return played["level[Goal]"]


def _output(expected: float, source: str) -> tuple[Quantity, ...]:
    return (exact("output of a week", expected, _level, source),)


def _made(played: Played) -> ndarray:
    return played["level[One]"] + played["level[Two]"]


_ABOVE = {10: 0.03505770448283241, 40: 0.008689363226238811, 160: 0.0021676489134054844}


def _above_the_textbook(half_life: int) -> Callable[[Played], ndarray]:
    """By what share the level by weeks is above that in continuous time."""

    def take(played: Played) -> ndarray:
        of = played if half_life == 40 else played.under(f"Half-life {half_life}")
        return _level(of) / (3.3 * half_life / log(2.0)) - 1.0

    return take


_BELIEFS = np.array([[0.8, 0.2, 0.0], [0.1, 0.6, 0.3], [1 / 3, 1 / 3, 1 / 3]])
_DIRECTIONS = _BELIEFS / np.sqrt((_BELIEFS**2).sum(axis=1, keepdims=True))
_EFFORT = _BELIEFS.sum(axis=0)  # people work on what they believe in
_RESULTANT = np.sqrt(((_BELIEFS.T @ _DIRECTIONS) ** 2).sum(axis=1)) / _EFFORT
_TOGETHER = _EFFORT * (1.0 - 0.4 * (1.0 - _RESULTANT))

CASES = (
    Case("ces-leontief", 1, _output(2.857142857142857, "min(2 / 0.7, 1.5 / 0.3)")),
    Case("ces-complements", 1, _output(3.2786885245901645, "1 / (0.7^2 / 2 + 0.3^2 / 1.5)")),
    Case("ces-cobb-douglas", 1, _output(3.3794293398581376, "(2 / 0.7)^0.7 (1.5 / 0.3)^0.3")),
    Case("ces-substitutes", 1, _output(9.44414142630455, "(sum of 0.25 sqrt(4 E))^2, E = 1, 2, 3, 4")),
    Case("ces-sum", 1, _output(3.5, "2 + 1.5: anybody will do")),
    Case("steady-level", 1, (
        exact("level in the end", 192.09051076036022, _level,
              "3.3 / (1 - 2^(-1/40)); textbook 3.3 x 40 / log 2 = 190.44"),
        *(exact(f"above the textbook, half-life {weeks}", share, _above_the_textbook(weeks),
                "1 / (1 - 2^(-1 / h)) over h / log 2, less 1") for weeks, share in _ABOVE.items()),
    )),
    Case("coordination", 1, tuple(
        exact(f"output on {name}", float(wanted), lambda p, n=name: p[f"level[{n}]"],  # type: ignore[misc]
              "E (1 - 0.4 (1 - R)), R by effort")
        for name, wanted in zip("ABC", _TOGETHER)
    )),
    Case("switching", 1, (
        exact("output of 9 weeks", 9 - 0.5 * (1 - 2.0 ** (-8 / 4)), _made, "9 less half of what moved in 8 weeks"),
        exact("share of effort lost", 0.5 * 0.75 / 9, lambda p: p["switching"], "the same, a week"),
    )),
    Case("automation", 10_000, (
        mean("mean output", 1.0, _level, "noise takes no side"),
        mean("variance of output", 0.12**2, lambda p: (_level(p) - 1.0) ** 2, "(0.2 x human share 0.6)^2"),
    )),
    Case("working-time", 1, (
        exact("output of a week", 10 * (1 - 0.04 * 1.5 - 0.1 - 0.15), _level,
              "10 people less meetings 0.06, slack 0.1, exploration 0.15"),
    )),
    Case("skill", 1, (
        exact("output on One", 5 * 0.4, lambda p: p["level[One]"], "5 people x skill 0.4 x all their effort"),
        exact("output on Two", 0.0, lambda p: p["level[Two]"], "no skill, no effort"),
    )),
    Case("lost-capacity", 1, (
        exact("output of 12 weeks", 4 * (12 - 0.5 * (1 - 2.0 ** (-12 / 6)) / (1 - 2.0 ** (-1 / 6))), _level,
              "4 people less 0.5 fading with a half-life of 6 weeks"),
    )),
    Case("strategy-map", 1, (
        exact("value", 0.6 * 0.5 + 0.4 * 0.8 * 0.5**0.3, lambda p: p["value"], "sum of w g x product of g_j^n"),
    )),
)  # fmt: skip
