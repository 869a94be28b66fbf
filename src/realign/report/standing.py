"""Who stands where in one stress test, and the sentence that says so.

Stage: report. In: the rows of one stress test from the summary, best first. Out: a `Standing`, a sentence.
Idea: four groups against the policy with the highest mean: exactly alike in every future; not told apart (the
simultaneous interval of the difference reaches 0); clearly behind; and, with a single future, unknown. Where the best
two are not told apart, say how many futures would probably settle it: enough that a difference as large as the one
seen would be found with a chance of 4 in 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan, sqrt
from typing import Any

import pandas as pd

from realign.compare.intervals import LEVEL
from realign.compare.quantiles import normal_quantile, student_quantile
from realign.compare.simultaneous import pairs_of
from realign.report.words import counted, decimals, listed, number, percent, quoted, roughly, with_span

MOST = 10_000_000  # futures worth proposing: beyond, the difference does not matter
FEW = 60  # futures that differ: with 30 Student's interval was measured to hold 93 %, with 5 88 %


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """How far a rival lies behind the best one: positive numbers, and how surely."""

    policy: str
    gap: float
    low: float
    high: float
    best_better: float  # the best one's chance of being better, ties half
    tied: float  # share of futures

    @property
    def words(self) -> str:
        """0.012 (0.010 to 0.014)."""
        return with_span(self.gap, self.low, self.high, significant=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One stress test: the best by mean value, and everybody else in their group, in order of mean value."""

    stress: str
    futures: int
    best: str
    value: float
    low: float
    high: float
    alike: tuple[Gap, ...]
    open: tuple[Gap, ...]
    behind: tuple[Gap, ...]
    unknown: tuple[Gap, ...]
    policies: int

    @property
    def clear(self) -> bool:
        """Whether the best one is surely the best of several."""
        return bool(self.behind) and not (self.alike or self.open or self.unknown)

    @property
    def runner_up(self) -> Gap | None:
        """The nearest rival that is not exactly alike."""
        rivals = [*self.open, *self.behind, *self.unknown]
        return min(rivals, key=lambda rival: rival.gap) if rivals else None

    def gap_of(self, policy: str) -> Gap | None:
        """The distance of this policy to the best; None for the best itself or where it was not played."""
        rivals = (*self.alike, *self.open, *self.behind, *self.unknown)
        return next((rival for rival in rivals if rival.policy == policy), None)

    def settled_by(self) -> float:
        """Futures that would probably (4 in 5) tell the best and the runner-up apart; nan where none would."""
        rival = self.runner_up
        if rival is None or not isfinite(rival.high) or rival.gap <= 0 or self.futures < 2:
            return nan
        half = (rival.high - rival.low) / 2
        t = student_quantile(1 - (1 - LEVEL) / (2 * pairs_of(self.policies)), self.futures - 1)
        error = half / t * sqrt(self.futures)
        return float(((t + normal_quantile(0.8)) * error / rival.gap) ** 2)


def standing(rows: pd.DataFrame) -> Standing:
    """Groups the rows of one stress test, best first."""
    records: list[dict[str, Any]] = rows.to_dict("records")  # type: ignore[assignment]
    best = records[0]
    groups: dict[str, list[Gap]] = {"alike": [], "open": [], "behind": [], "unknown": []}
    for row in records[1:]:
        gap = Gap(
            policy=str(row["policy"]),
            gap=-float(row["difference_to_best"]) + 0.0,
            low=-float(row["difference_high"]) + 0.0,
            high=-float(row["difference_low"]) + 0.0,
            best_better=1 - float(row["chance_beats_best"]),
            tied=float(row["tied_with_best"]),
        )
        groups[_group(gap)].append(gap)
    return Standing(
        stress=str(best["stress"]),
        futures=int(best["futures"]),
        best=str(best["policy"]),
        value=float(best["value"]),
        low=float(best["value_low"]),
        high=float(best["value_high"]),
        policies=len(records),
        **{name: tuple(gaps) for name, gaps in groups.items()},
    )


def _group(gap: Gap) -> str:
    if not isfinite(gap.low):
        return "unknown"
    if gap.tied == 1.0:
        return "alike"
    return "open" if gap.low <= 0 else "behind"


def standings(summary: pd.DataFrame) -> list[Standing]:
    """One standing per stress test, in the order of the summary."""
    return [standing(rows) for _, rows in summary.groupby("stress", sort=False, observed=True)]


def sentence(stands: Standing) -> str:
    """Who is best here, by how much and how surely."""
    best = quoted(stands.best)
    if stands.policies == 1:
        digits = decimals((stands.high - stands.low) / 2)
        return f"{best} is the only policy played; its mean value is {number(stands.value, digits=digits)}."
    if stands.unknown:
        return f"{best} came out ahead in the one future played, which says nothing about the next: play more futures."
    parts = []
    if stands.alike:
        names = listed([best, *(quoted(gap.policy) for gap in stands.alike)])
        parts.append(f"{names} gave exactly the same value in every one of {counted(stands.futures, 'future')}.")
    if stands.open:
        parts.append(_undecided(stands))
    elif stands.behind:
        lead = "They are" if stands.alike else f"{best} is best:"
        parts.append(f"{lead} {lead_words(stands.behind[0])}.")
    return " ".join(parts)


def lead_words(rival: Gap) -> str:
    """By how much the best one is ahead of the next; that it wins less often than not is said as the oddity it is."""
    often = rival.best_better
    chance = f"and better than it in {percent(often)}" if often >= 0.5 else f"though better in only {percent(often)}"
    return f"{rival.words} above {quoted(rival.policy)}, the next, {chance} of futures"


def _undecided(stands: Standing) -> str:
    """The best ones are not told apart: which, by how little, and what would settle it."""
    names = [quoted(gap.policy) for gap in stands.open]
    rival = stands.open[0]
    text = (
        f"{quoted(stands.best)} has the highest mean but cannot be told apart from {listed(names, word='or')}: "
        f"it is ahead of {'it' if len(names) == 1 else names[0]} by {rival.words}."
    )
    needed = stands.settled_by()
    if not isfinite(needed) or needed <= stands.futures:
        return text
    if needed > MOST:
        return f"{text} The difference is so small that it hardly matters which one is chosen."
    return f"{text} If it is as large as it looks, about {roughly(needed)} futures would probably settle it."
