"""What a case with a known answer is: a scenario file, and quantities whose values are known.

Stage: verify. In: nothing (declarations). Out: `Case` and `Quantity`, and three ways of being held to an answer.

    exact    every number found is within `within` of the answer, relative to it where it is above 1
    mean     the mean over futures is within LIMIT standard errors, reckoned from the spread among the futures
    chance   the same for a share of futures, its standard error being that of the known chance p: sqrt(p (1 - p) / n)

Idea: `take` gives one number for each future; for `exact` it may give any array, of which the number farthest from the
answer counts. Variances are means of squared distances from the *known* mean, so that their answer has no bias.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from numpy import ndarray

from realign.verify.played import Played

LIMIT = 4.9  # standard errors: a sound engine fails one quantity with a chance of one in a million (two-sided, normal)
FALSE_ALARM = 1e-6


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number that is known; `source` says why it is that number."""

    name: str
    expected: float
    take: Callable[[Played], ndarray]
    source: str
    kind: str
    within: float = 0.0  # of exact ones


def exact(
    name: str, expected: float, take: Callable[[Played], ndarray], source: str, *, within: float = 1e-9
) -> Quantity:
    """A quantity without chance."""
    return Quantity(name, expected, take, source, "exact", within)


mean = partial(Quantity, kind="mean")
chance = partial(Quantity, kind="chance")

@dataclass(frozen=True, slots=True)
class Case:
    """A scenario file `cases/NAME.toml`, how many of its futures are played, and what is known of them."""

    name: str
    futures: int
    quantities: tuple[Quantity, ...]
