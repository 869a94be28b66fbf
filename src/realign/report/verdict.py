"""The answer in plain words: which policy holds up best, by how much, how surely, and what breaks it.

Stage: report. In: the summary and what the run says about itself. Out: a `Verdict` of sentences.
Idea: every sentence is a consequence of intervals, never of point estimates alone. "Best" means that no policy comes
within its simultaneous interval; "overtakes" that the other one is surely better under that stress test; a policy is
called safer only where the intervals of the two do not overlap (stricter than a test of the difference). What cannot
be told is said as plainly as what can.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import pandas as pd

from realign.report.certainty import certainty
from realign.report.standing import FEW, Standing, lead_words, sentence, standings
from realign.report.words import (
    counted,
    listed,
    number,
    percent,
    percent_span,
    quoted,
    with_span,
)

SMALL = 0.01  # a lead below this share of the value is called small
Row = dict[str, Any]  # of the summary
FEW_FUTURES = 400  # fewer have no interval for the worst 5 %
SKEWED = 100  # futures: with fewer, and ruin in one of twelve, the interval of a mean was measured to hold 91 to 94 %
LOST = "What they are worth until then says little about which to choose: look at the scenario, its cash and its costs."


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The first screen: one headline, the answer, what breaks it, what speaks against it, what to keep in mind."""

    headline: str
    answer: str
    breaks: str
    buts: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything, in reading order."""
        return tuple(text for text in (self.headline, self.answer, self.breaks, *self.buts, *self.notes) if text)


def verdict(summary: pd.DataFrame, info: Mapping[str, Any] | None = None) -> Verdict:
    """The answer made from the summary; `info` is what `run.json` says."""
    tests = standings(summary)
    first, others = tests[0], tests[1:]
    rows: list[Row] = summary.to_dict("records")  # type: ignore[assignment]
    lost = first.policies > 1 and all(row["ruined"] == 1.0 for row in rows if row["stress"] == first.stress)
    return Verdict(
        headline=_headline(first, others, lost=lost),
        answer=LOST if lost else _answer(first),
        breaks="" if lost else _breaks(rows, first, others),
        buts=(*_under_stress(first, others), *_bad_luck(rows, first)),
        notes=tuple(_notes(tests, info or {})),
    )


def _place(stress: str) -> str:
    return "in the baseline" if stress == "baseline" else f"under {quoted(stress)}"


def _headline(first: Standing, others: list[Standing], *, lost: bool) -> str:
    best = quoted(first.best)
    if first.policies == 1:
        return f"{best} was played alone: there is nothing to compare it with."
    if first.unknown:
        return "One future cannot say which policy is best."
    if lost:
        return f"Every policy is ruined in every future played {_place(first.stress)}."
    if not first.clear:
        names = [best, *(quoted(gap.policy) for gap in (*first.alike, *first.open))]
        if len(names) > 3:
            return f"{best} has the highest mean value, but {len(names)} policies cannot be told apart."
        if len(first.alike) == len(names) - 1:
            return f"{listed(names)} came out exactly alike."
        return f"{listed(names)} cannot be told apart{_but_under_stress(first, others)}."
    beaten = [test for test in others if _surely_behind(test, first.best)]
    if beaten:
        return f"{best} holds up best {_place(first.stress)}, but not under every stress test."
    if not others:
        return f"{best} is the best policy."
    unsure = [test for test in others if test.best != first.best or not test.clear]
    if unsure:
        return f"{best} holds up best {_place(first.stress)}, and no stress test shows another policy to be better."
    return f"{best} holds up best, with and without stress."


def _but_under_stress(first: Standing, others: list[Standing]) -> str:
    """Where one of those not told apart leads the others in most stress tests, and none of the others in any."""
    names = [first.best, *(gap.policy for gap in (*first.alike, *first.open))]
    won = [_leader_of(names, test) for test in others]
    leaders = {name for name in won if name}
    times = sum(1 for name in won if name)
    if len(leaders) != 1 or 2 * times <= len(others):
        return ""
    tests = "every stress test" if times == len(others) else f"{times} of {len(others)} stress tests"
    return f" in the baseline, but {quoted(leaders.pop())} is ahead in {tests}"


def _leader_of(names: list[str], test: Standing) -> str:
    """The best of the test, if it is one of these policies and surely better than all others of them; else ""."""
    if test.best not in names:
        return ""
    return test.best if all(_surely_behind(test, name) for name in names if name != test.best) else ""


def _answer(first: Standing) -> str:
    rival = first.runner_up
    if not first.clear or rival is None:
        return sentence(first)
    value = with_span(first.value, first.low, first.high)
    text = f"It is {lead_words(rival)}; its mean value is {value}."
    if first.value > 0:
        small = "sure but small: " if rival.high < SMALL * first.value else ""
        text += f" The lead is {small}{percent(rival.gap / first.value)} of its value."
    return text


def _surely_behind(test: Standing, policy: str) -> bool:
    gap = test.gap_of(policy)
    return gap is not None and isfinite(gap.low) and gap.low > 0


def _under_stress(first: Standing, others: list[Standing]) -> list[str]:
    """Stress tests that turn the order of the baseline around, and those that leave it open."""
    if first.policies == 1 or first.unknown:
        return []
    said, unsure, decides = [], [], []
    for test in others:
        gap = test.gap_of(first.best)
        if gap is not None and isfinite(gap.low) and gap.low > 0:
            said.append(
                f"Under {quoted(test.stress)}, {quoted(test.best)} overtakes {quoted(first.best)}"
                f"{' by little' if gap.high < SMALL * test.value else ''}: it is {gap.words} better."
            )
        elif test.clear and test.best == first.best and not first.clear:
            decides.append(quoted(test.stress))
        elif not test.clear and first.clear:
            unsure.append(quoted(test.stress))
    if decides:
        said.append(f"{quoted(first.best)} is clearly ahead under {listed(decides)}: the stress tests speak for it.")
    if unsure:
        said.append(f"Its lead is not certain under {listed(unsure)}.")
    return said


def _breaks(rows: list[Row], first: Standing, others: list[Standing]) -> str:
    """The stress test that costs the best policy most value, and the one that ruins it most often."""
    if first.unknown:
        return ""
    best = quoted(first.best)
    own = {row["stress"]: row for row in rows if row["policy"] == first.best}
    calm = own[first.stress]
    ruin = f"{_place(first.stress)} it is ruined in {_ruin_words(calm)}"
    if not others:
        return f"No stress test was played, so nothing here says what breaks it; {ruin}."
    stressed = [own[test.stress] for test in others]
    worst = min(stressed, key=lambda row: row["change"])
    if not worst["change_high"] < 0:
        return f"No stress test surely lowers the mean value of {best}; {ruin}."
    fall = with_span(-worst["change"], -worst["change_high"], -worst["change_low"])
    relative = f", {percent(-worst['change'] / calm['value'])} of it" if calm["value"] > 0 else ""
    text = (
        f"{quoted(worst['stress'])} hurts {best} most: its mean value falls by {fall}{relative}, "
        f"and it is ruined in {_ruin_words(worst)}; {_place(first.stress)}, in {_ruin_words(calm)}."
    )
    ruinous = max(stressed, key=lambda row: row["ruined"])
    if ruinous["ruined_low"] > worst["ruined_high"]:
        text += f" It is ruined most often under {quoted(ruinous['stress'])}: in {_ruin_words(ruinous)}."
    return text


def _ruin_words(row: Row) -> str:
    """2 % of futures (1.5 % to 2.6 %), or none of them and what that rules out."""
    if row["ruined"] == 0:
        return f"none of {counted(int(row['futures']), 'future')} (its chance is {percent(row['ruined_high'])} at most)"
    return f"{percent(row['ruined'])} of futures ({percent_span(row['ruined_low'], row['ruined_high'])})"


def _bad_luck(rows: list[Row], first: Standing) -> list[str]:
    """Policies that lose less in the worst futures, or are ruined less often, than the one with the best mean."""
    rows = [row for row in rows if row["stress"] == first.stress]
    own = next(row for row in rows if row["policy"] == first.best)
    said = []
    safest = max(rows, key=lambda row: row["expected_shortfall"])
    if safest["expected_shortfall"] > own["expected_shortfall"]:
        mine, theirs = (
            with_span(row["expected_shortfall"], row["shortfall_low"], row["shortfall_high"], significant=2)
            for row in (own, safest)
        )
        text = f"in the worst 5 % of futures {quoted(safest['policy'])} averages {theirs}, {quoted(first.best)} {mine}"
        if safest["shortfall_low"] > own["shortfall_high"]:
            said.append(f"If bad luck counts more than the average, choose differently: {text}.")
        else:
            said.append(f"Bad luck may favour another policy, though not surely: {text}.")
    steady = min(rows, key=lambda row: row["ruined"])
    if steady["ruined_high"] < own["ruined_low"]:
        said.append(
            f"{quoted(steady['policy'])} is ruined less often: in {_ruin_words(steady)}, "
            f"{quoted(first.best)} in {_ruin_words(own)}."
        )
    return said


def _notes(tests: list[Standing], info: Mapping[str, Any]) -> list[str]:
    """What the reader must know about the run itself."""
    notes = []
    notes += certainty(info)
    counts = {test.futures for test in tests}
    wanted = info.get("futures_wanted")
    if info.get("interrupted"):
        of = f" of {int(wanted):,}" if isinstance(wanted, int | float) else ""
        notes.append(f"The run was stopped early: {number(min(counts), digits=0)}{of} futures were played.")
    if len(counts) > 1:
        each = listed([f"{test.futures:,} ({test.stress})" for test in tests])
        notes.append(f"The stress tests have different numbers of futures: {each}.")
    if min(counts) < FEW_FUTURES:
        notes.append(
            f"With {counted(min(counts), 'future')} the worst 5 % are too few for an interval, "
            f"and rare shocks may be missing: play at least {FEW_FUTURES}."
        )
    first = tests[0]
    rival = first.runner_up
    if 1 < first.futures < SKEWED:
        notes.append(
            f"With fewer than {SKEWED} futures the intervals of means are rough: where few futures are ruined they are "
            "too narrow."
        )
    elif rival is not None and isfinite(rival.low):
        differ = round((1 - rival.tied) * first.futures)
        if differ < FEW:
            notes.append(
                f"{quoted(first.best)} and {quoted(rival.policy)} differ in only {counted(differ, 'future')} "
                f"of {first.futures:,}; the interval of their difference leans on these few."
            )
    return notes
