"""Points on the simplex, by name: strategies, beliefs, allocations and priorities are shares that sum to 1.

>>> normalised({"Bread": 3, "Name": 1})
{'Bread': 0.75, 'Name': 0.25}
>>> followed({"Bread": 1.0, "Name": 0.0}, {"Bread": 0.5, "Name": 0.5}, pace=0.5)
({'Bread': 0.75, 'Name': 0.25}, 0.25)
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

Shares = dict[str, float]


def persistence(half_life: float) -> float:
    """The factor a week that a half-life in weeks gives: 0 at once, 1 never."""
    if half_life == 0.0:
        return 0.0
    return 1.0 if math.isinf(half_life) else 2.0 ** (-1.0 / half_life)


def pace(half_life: float) -> float:
    """How far something goes in a week that follows with this half-life."""
    return 1.0 - persistence(half_life)


def normalised(weights: Mapping[str, float], names: Iterable[str] | None = None) -> Shares:
    """Weights scaled to sum 1, for these names (0 where not given)."""
    row = {name: float(weights.get(name, 0.0)) for name in (weights if names is None else names)}
    total = sum(row.values())
    return {name: weight / total for name, weight in row.items()}


def alike(names: Iterable[str]) -> Shares:
    """The same share for every name."""
    return normalised(dict.fromkeys(names, 1.0))


def restricted(shares: Shares, able: Mapping[str, float]) -> Shares | None:
    """Shares on what one is able to do, scaled to sum 1; None where nothing of it can be done."""
    kept = {name: share if able[name] > 0.0 else 0.0 for name, share in shares.items()}
    return normalised(kept) if sum(kept.values()) > 0.0 else None


def distance(one: Shares, other: Shares) -> float:
    """Half the L1 distance: the share that would have to move."""
    return 0.5 * sum(abs(one[name] - other[name]) for name in one)


def followed(shares: Shares, target: Shares, pace: float) -> tuple[Shares, float]:
    """Shares gone part of the way to a target, and the distance moved."""
    there = {name: share + pace * (target[name] - share) for name, share in shares.items()}
    return there, distance(there, shares)


def length(vector: Shares) -> float:
    """Euclidean length."""
    return math.sqrt(sum(x * x for x in vector.values()))


def direction(shares: Shares) -> Shares:
    """The same direction at length 1."""
    whole = length(shares)
    return {name: share / whole for name, share in shares.items()}


def cosine(one: Shares, other: Shares) -> float:
    """Cosine of the angle between two of them: 1 when they say the same."""
    return sum(share * other[name] for name, share in one.items()) / (length(one) * length(other))
