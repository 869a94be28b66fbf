"""Satisficing: in which share of futures a policy does what the scenario's `[[requirement]]` tables ask of it.

Stage: comparison. In: outcomes, requirements. Out: one table.
Idea: a requirement is kept when its share of futures is reached surely, broken when it is surely missed, open when the
exact interval of the share holds the wanted one. Bounds are part of what is allowed. What is missing in a future (the
ruin week of a survivor, recovery where nothing struck) breaks no bound there. The row "all of them" is about futures
that meet every requirement at once, and so has no wanted share of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from realign.compare.intervals import LEVEL, Values, share_interval
from realign.compare.outcomes import rows_of
from realign.compare.played import futures_of

ALL = "all of them"
Measures = Mapping[str, Values]


class Asked(Protocol):
    """A requirement as the scenario has it."""

    @property
    def measure(self) -> str: ...
    @property
    def min(self) -> float | None: ...
    @property
    def max(self) -> float | None: ...
    @property
    def share(self) -> float: ...


def within(numbers: Values, asked: Asked) -> npt.NDArray[np.bool_]:
    """Where a requirement is met; what is missing breaks no bound."""
    met = np.ones(numbers.shape, bool)
    if asked.min is not None:
        met &= ~(numbers < asked.min)
    if asked.max is not None:
        met &= ~(numbers > asked.max)
    return met


def told(asked: Asked) -> str:
    """A requirement in words: value at least 0.5."""
    if asked.measure == "ruined" and asked.max == 0 and asked.min is None:
        return "not ruined"
    bounds = [f"at least {asked.min:,.6g}"] if asked.min is not None else []
    bounds += [f"at most {asked.max:,.6g}"] if asked.max is not None else []
    return f"{asked.measure} {' and '.join(bounds)}"


def requirements_table(
    outcomes_by_stress: Mapping[str, Measures],
    policies: Sequence[str],
    *,
    requirements: Sequence[Asked],
    level: float = LEVEL,
) -> pd.DataFrame:
    """A row for each stress test, policy and requirement, and one for all of them together where there are several.

    Columns: stress, policy, requirement, wanted (share), share, low, high, kept ("yes", "no", "open"; "" for all).
    """
    names = ("stress", "policy", "requirement", "wanted", "share", "low", "high", "kept")
    rows: list[tuple[object, ...]] = []
    for stress, measures in outcomes_by_stress.items():
        counts = futures_of(measures["value"])
        met = [times_met(measures, [asked], counts) for asked in requirements]
        together = times_met(measures, requirements, counts)
        for p, policy in enumerate(policies):
            for asked, times in zip(requirements, met):
                share, low, high = _share(times[p], counts[p], level=level)
                kept = _kept(low, high, asked.share)
                rows.append((stress, policy, told(asked), asked.share, share, low, high, kept))
            if len(met) > 1:
                rows.append((stress, policy, ALL, nan, *_share(together[p], counts[p], level=level), ""))
    return pd.DataFrame(rows, columns=names)


def times_met(measures: Measures, requirements: Sequence[Asked], counts: npt.NDArray[np.int64]) -> list[int]:
    """In how many of its futures each policy meets all of some requirements; counts: (policy,) futures played."""
    met = [np.ones(count, bool) for count in counts]
    for asked in requirements:
        for own, row in zip(met, rows_of(measures, asked.measure)):
            own &= within(row[: len(own)], asked)
    return [int(np.count_nonzero(own)) for own in met]


def _share(times: int, futures: int, *, level: float) -> tuple[float, float, float]:
    return (times / futures, *share_interval(times, int(futures), level=level))


def _kept(low: float, high: float, wanted: float) -> str:
    if low >= wanted:
        return "yes"
    return "no" if high < wanted else "open"
