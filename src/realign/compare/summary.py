"""The summary: one row per stress test and policy, ranked.

Stage: comparison. In: stress test -> measure -> (policy, future) array. Out: a DataFrame.
Idea: one pass over the stress tests, one measure in memory at a time. Every interval is at `level` (95 %). Those of
value, shortfall, ruin and change hold for each number by itself; those of the differences hold for all policies of a
stress test at once. Ranks go by mean value; policies with equal means share a rank.

Columns besides names and counts: value (mean over futures) · difference_to_best (own less best, paired: at most 0) ·
chance_best (ties split) · chance_beats_best (against the best one alone, ties half) · tied_with_best (share of
futures) · expected_shortfall (mean of the worst 5 %) · ruined (share) · final_cash, strategic_alignment (means) ·
regret (mean distance to the best in each future) · variance_reduction (of the difference to the best, by pairing) ·
change (of mean value against the first stress test, on the same futures).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import nan
from pathlib import Path

import numpy as np
import pandas as pd

from realign.compare.best import against_best, chance_best, difference_curve, ranking, regret
from realign.compare.intervals import LEVEL, Interval, Values, mean_interval, share_interval
from realign.compare.outcomes import Outcomes, rows_of
from realign.compare.pairs import Paired, paired
from realign.compare.played import futures_of, own_futures, scores
from realign.compare.shortfall import expected_shortfall
from realign.errors import UsageError

# fmt: off
COLUMNS = (
    "stress", "rank", "policy", "futures", "value", "value_low", "value_high", "difference_to_best",
    "difference_low", "difference_high", "chance_best", "chance_beats_best", "tied_with_best",
    "expected_shortfall", "shortfall_low", "shortfall_high", "ruined", "ruined_low", "ruined_high",
    "final_cash", "strategic_alignment", "regret", "variance_reduction", "change", "change_low",
    "change_high",
)
# fmt: on

Measures = Mapping[str, Values]


def summarise(
    outcomes_by_stress: Mapping[str, Measures], policies: Sequence[str], *, level: float = LEVEL
) -> pd.DataFrame:
    """One row per stress test and policy, ranked by mean value within the stress test.

    outcomes_by_stress: stress -> measure -> (policy, future) float64; needs "value" and "ruined", uses "final_cash"
    and "strategic_alignment" where present. The first stress test is the one that `change` is measured against.
    """
    return study(outcomes_by_stress, policies, level=level)[0]


def study(
    outcomes_by_stress: Mapping[str, Measures], policies: Sequence[str], *, level: float = LEVEL
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The summary and, from the same reading, the difference curves (stress, policy, share, difference)."""
    rows: list[dict[str, object]] = []
    curves: list[pd.DataFrame] = []
    first: Measures | None = None
    for stress, measures in outcomes_by_stress.items():
        own_rows, own_curves = _study_one(stress, measures, policies, first=first, level=level)
        rows, curves = rows + own_rows, curves + own_curves
        first = measures if first is None else first
    return pd.DataFrame(rows, columns=COLUMNS), pd.concat(curves, ignore_index=True)


def _study_one(
    stress: str, measures: Measures, policies: Sequence[str], *, first: Measures | None, level: float
) -> tuple[list[dict[str, object]], list[pd.DataFrame]]:
    """Rows and curves of one stress test, whose values are let go before the next one's are read."""
    values = _checked(measures["value"], len(policies), stress)
    unstressed = values if first is None else rows_of(first, "value")
    rows = _stress_rows(stress, measures, values, policies=policies, first=unstressed, level=level)
    return rows, _curves(stress, values, policies)


def summarise_folder(folder: Path | str, *, level: float = LEVEL) -> pd.DataFrame:
    """The summary of a finished run."""
    outcomes = Outcomes(folder)
    return summarise(outcomes, outcomes.policies, level=level)


def outcomes_by_stress(table: pd.DataFrame, *, measures: Iterable[str] = ()) -> dict[str, dict[str, Values]]:
    """Arrays from a tidy table (stress, policy, future, one column per measure), policies as they appear."""
    names = list(measures) or [name for name in table.columns if name not in ("stress", "policy", "future")]
    found: dict[str, dict[str, Values]] = {}
    policies = list(dict.fromkeys(table["policy"]))
    for stress in dict.fromkeys(table["stress"]):
        part = table[table["stress"] == stress]
        wide = {name: part.pivot(index="policy", columns="future", values=name).loc[policies] for name in names}
        found[str(stress)] = {name: frame.to_numpy(dtype=np.float64) for name, frame in wide.items()}
    return found


def _checked(values: Values, policies: int, stress: str) -> Values:
    if values.ndim != 2 or len(values) != policies or values.shape[1] == 0:
        raise UsageError(f"stress {stress!r}: found shape {values.shape}, expected {policies} policies x futures")
    counts = futures_of(values)
    wrong = [own[:count] for own, count in zip(values, counts) if not np.isfinite(own[:count]).all() or not count]
    if wrong:
        raise UsageError(f"stress {stress!r}: values of {len(wrong)} policies are missing or infinite")
    return values


def _stress_rows(
    stress: str, measures: Measures, values: Values, *, policies: Sequence[str], first: Iterable[Values], level: float
) -> list[dict[str, object]]:
    """The rows of one stress test, best first."""
    counts, played, ranked_by = futures_of(values), own_futures(values), scores(values)
    gaps = against_best(values, level=level)
    best_in, regrets = chance_best(values), regret(values)
    ruined = np.array([np.count_nonzero(own > 0) for own in rows_of(measures, "ruined")])
    cash, alignment = (_means(measures, name, len(policies)) for name in ("final_cash", "strategic_alignment"))
    changes = [_change(own, unstressed, level=level) for own, unstressed in zip(values, first)]
    order = ranking(values)
    rows: list[dict[str, object]] = []
    for p in order:
        gap, tail, futures = gaps[p], expected_shortfall(played[p], level=level), int(counts[p])
        itself = p == order[0]
        ruin = share_interval(int(ruined[p]), futures, level=level)
        change = changes[p]
        low, high = mean_interval(played[p], level=level)
        within = Interval(0.0, 0.0) if itself else Interval(gap.low, gap.high)
        numbers = [
            *(played[p].mean(), low, high, gap.difference, *within, best_in[p], gap.chance_better, gap.tied),
            *(tail.value, tail.low, tail.high, ruined[p] / futures, *ruin, cash[p], alignment[p], regrets[p]),
            *(nan if itself else gap.variance_reduction, change.difference, change.low, change.high),
        ]
        rank = 1 + int(np.count_nonzero(ranked_by > ranked_by[p]))
        rows.append(dict(zip(COLUMNS, [stress, rank, policies[p], futures, *map(float, numbers)])))
    return rows


def _change(own: Values, unstressed: Values, *, level: float) -> Paired:
    """A policy's value under stress less that without, on the futures that both have."""
    shared = min(len(own), len(unstressed))
    return paired(own[:shared], unstressed[:shared], level=level)


def _means(measures: Measures, name: str, policies: int) -> Values:
    """Means over futures, nan where the measure is absent; a missing value in any future is passed over."""
    if name not in measures:
        return np.full(policies, nan)
    known = (own[~np.isnan(own)] for own in rows_of(measures, name))
    return np.array([float(own.mean()) if len(own) else nan for own in known])


def _curves(stress: str, values: Values, policies: Sequence[str]) -> list[pd.DataFrame]:
    """The distribution of each policy's difference to the best one, for drawing."""
    best = int(ranking(values)[0])
    frames = []
    for p, policy in enumerate(policies):
        if p != best:
            share, gap = difference_curve(values[p], values[best])
            frames.append(pd.DataFrame({"stress": stress, "policy": policy, "share": share, "difference": gap}))
    return frames or [pd.DataFrame({"stress": [], "policy": [], "share": [], "difference": []})]
