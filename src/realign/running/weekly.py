"""Quantile fans of the weekly series, without keeping a single weekly value.

Stage: run. In: blocks of weekly values (policy, series, week, future). Out: mean and quantiles of each cell.
Idea: every cell (policy, series, week) has a histogram of whole counts, which add up exactly in any order, and a sum
that is taken future by future within a block of 256 and block by block in order. So the fan does not depend on who
played which blocks, or when. The range of a cell is that of the first block, widened by a quarter of its span on
either side, but not below 0 (if nothing was negative) nor above 1 (if everything was a share). The outermost bins hold
what lies at or beyond the range and answer with its end: ruined futures, whose value is 0, therefore give a quantile
of exactly 0.
Inside, a quantile is read off its bin as if the values were spread evenly, so it is wrong by less than a bin's width.
A missing value (NaN) is left out of its cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from realign.model.compiled import entry

BINS = 1024  # a cell's range is resolved to a tenth of a per cent
_FEWEST = 16
_MISSING = 65535  # the place of a value that is none
_BUDGET = 256 * 2**20  # bytes for all histograms of a run: with the libraries a run stays under 1 GB
_WIDER = 0.25  # of the span of the first block, on either side: 256 futures rarely miss the outer 5 %
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def bins_for(cells: int) -> int:
    """Bins per cell: BINS, halved until all `cells` of a run fit into the budget."""
    bins = BINS
    while bins > _FEWEST and cells * bins * 4 > _BUDGET:
        bins //= 2
    return bins


@entry
def _place(weekly: Any, low: Any, high: Any, bins: int, first: int, places: Any, sums: Any) -> None:
    """The bin of weekly values (cell, future) into places (cell, first ...), their sums added to sums (cell)."""
    cells, futures = weekly.shape
    last = bins - 1
    for cell in range(cells):
        start, end = low[cell], high[cell]
        scale = (last - 1) / (end - start) if end > start else 0.0
        for future in range(futures):  # by itself this loop is done for several futures at once
            value = weekly[cell, future]
            within = 1 + np.int32(min(max((value - start) * scale, 0.0), last - 2.0))
            place = 0 if value <= start else last if value >= end else within
            places[cell, first + future] = place if value == value else _MISSING
        total = sums[cell]
        for future in range(futures):
            value = weekly[cell, future]
            if value == value:
                total += value
        sums[cell] = total


@entry
def _tally(places: Any, counts: Any) -> None:
    """Add places (cell, future) to counts (cell, bin)."""
    cells, futures = places.shape
    for cell in range(cells):
        for future in range(futures):
            place = places[cell, future]
            if place != _MISSING:
                counts[cell, place] += np.uint32(1)


@entry
def _quantiles(counts: Any, low: Any, high: Any, shares: Any, out: Any) -> None:
    """Read quantiles (cell, share) off counts (cell, bin); NaN where a cell is empty."""
    cells, bins = counts.shape
    for cell in range(cells):
        total = 0
        for place in range(bins):
            total += counts[cell, place]
        width = (high[cell] - low[cell]) / (bins - 2)
        place = 0
        before = 0
        for which in range(shares.shape[0]):
            if total == 0:
                out[cell, which] = np.nan
                continue
            rank = shares[which] * (total - 1)
            while before + counts[cell, place] <= rank:
                before += counts[cell, place]
                place += 1
            if place == 0:
                out[cell, which] = low[cell]
            elif place == bins - 1:
                out[cell, which] = high[cell]
            else:
                within = min((rank - before + 0.5) / counts[cell, place], 1.0)
                out[cell, which] = low[cell] + width * (place - 1 + within)


def _flat(weekly: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(weekly).reshape(-1, weekly.shape[-1])


@dataclass(slots=True, kw_only=True)
class Extremes:
    """Lowest and highest value seen so far in each cell, from which the ranges of the histograms are made."""

    lowest: np.ndarray
    highest: np.ndarray

    @classmethod
    def of(cls, cells: int) -> Extremes:
        return cls(lowest=np.full(cells, np.inf), highest=np.full(cells, -np.inf))

    def see(self, weekly: np.ndarray) -> None:
        values = _flat(weekly)
        np.fmin(self.lowest, np.fmin.reduce(values, axis=1), out=self.lowest)  # fmin passes over NaN
        np.fmax(self.highest, np.fmax.reduce(values, axis=1), out=self.highest)

    def range(self) -> tuple[np.ndarray, np.ndarray]:
        """Where each cell's histogram starts and ends."""
        seen = np.isfinite(self.lowest) & np.isfinite(self.highest)
        lowest, highest = np.where(seen, self.lowest, 0.0), np.where(seen, self.highest, 0.0)
        margin = _WIDER * (highest - lowest)
        low = np.where(lowest >= 0.0, np.maximum(lowest - margin, 0.0), lowest - margin)
        shares = (lowest >= 0.0) & (highest <= 1.0)
        high = np.where(shares, np.minimum(highest + margin, 1.0), highest + margin)
        return low, np.maximum(low, high)


@dataclass(slots=True, kw_only=True)
class Tally:
    """The weekly values of one stretch of futures as a fan needs them; small enough to travel and to be kept on disk.

    Few futures travel as the place of each value, many as counts, whichever is smaller; sums are kept by block.
    """

    low: np.ndarray
    high: np.ndarray
    bins: int
    places: np.ndarray  # (cell, future) uint16; empty where there are counts
    counts: np.ndarray  # (cell, bin); empty where there are places
    sums: np.ndarray  # (block, cell)

    @classmethod
    def of(cls, low: np.ndarray, high: np.ndarray, *, bins: int, futures: int, blocks: int) -> Tally:
        few = futures <= bins
        return cls(
            low=low, high=high, bins=bins, places=np.empty((len(low), futures if few else 0), np.uint16),
            counts=np.zeros((len(low), 0 if few else bins), np.uint32), sums=np.zeros((blocks, len(low))),
        )  # fmt: skip

    def take(self, weekly: np.ndarray, *, at: int, block: int) -> None:
        """Count weekly values, those of the future `at` of the stretch and the following ones, all of one block."""
        values = _flat(weekly)
        if self.places.size:
            _place(values, self.low, self.high, self.bins, at, self.places, self.sums[block])
        else:
            places = np.empty(values.shape, np.uint16)
            _place(values, self.low, self.high, self.bins, 0, places, self.sums[block])
            _tally(places, self.counts)


@dataclass(slots=True, kw_only=True)
class Fan:
    """The histograms and sums of one stress test; `low` is empty until the first block has set the ranges."""

    policies: tuple[str, ...]
    series: tuple[str, ...]
    weeks: int
    counts: np.ndarray
    sums: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of(cls, plan: Any, *, bins: int) -> Fan:
        cells = cells_of(plan)
        return cls(
            policies=tuple(plan.policies), series=tuple(plan.series), weeks=int(plan.weeks),
            counts=np.zeros((cells, bins), np.uint32), sums=np.zeros(cells), low=np.empty(0), high=np.empty(0),
        )  # fmt: skip

    def add(self, tally: Tally) -> None:
        """Take a stretch; stretches come in order of futures, as sums of numbers depend on their order."""
        if tally.places.size:
            _tally(tally.places, self.counts)
        elif tally.counts.size:
            self.counts += tally.counts
        for sums in tally.sums:
            self.sums += sums

    def table(self) -> dict[str, np.ndarray]:
        """Mean and quantiles, a row for each cell in the order policy, series, week."""
        quantiles = np.empty((len(self.sums), len(QUANTILES)))
        _quantiles(self.counts, self.low, self.high, np.array(QUANTILES), quantiles)
        futures = self.counts.sum(axis=1, dtype=np.int64)
        mean = np.full(len(self.sums), np.nan)
        np.divide(self.sums, futures, out=mean, where=futures > 0)
        return {"mean": mean, **{f"q{round(100 * share):02d}": quantiles[:, i] for i, share in enumerate(QUANTILES)}}


def cells_of(plan: Any) -> int:
    return len(plan.policies) * len(plan.series) * int(plan.weeks)
