"""The gallery: which figures a report shows, in which order, with the words beside them.

Stage: report. In: `Evidence`. Out: plates (file name, figure, caption, alternative text); `Plots` for Python users.
Idea: a figure that the run cannot fill (one policy, a series that was not kept) is left out, never drawn empty. The
alternative text says with numbers what the figure shows, so that the report can be read without seeing it.
To add a plate: write the two functions and name them in `PLATES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realign.errors import UsageError
from realign.report.evidence import Evidence, gather
from realign.report.words import decimals, listed, number, percent, printable, quoted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """One figure of the report and how to make it; `fits` says whether the run has what it needs."""

    name: str
    caption: str
    draw: Callable[[Evidence], Figure]
    alt: Callable[[Evidence], str]
    fits: Callable[[Evidence], bool]


def plates(evidence: Evidence) -> Iterator[Plate]:
    """The plates that this run can fill, in reading order."""
    yield from (plate for plate in PLATES if plate.fits(evidence))


class Plots:
    """The figures of one result: `result.plot.fan("value")`, `result.plot.compare()`, ...; each returns a Figure."""

    def __init__(self, source: Path | str | Evidence) -> None:
        self._source = source
        self._evidence: Evidence | None = source if isinstance(source, Evidence) else None

    @property
    def evidence(self) -> Evidence:
        """The statistics behind the figures, gathered when first needed."""
        if self._evidence is None:
            self._evidence = gather(self._source)  # type: ignore[arg-type]
        return self._evidence

    def compare(self) -> Figure:
        """Mean value, its interval and the worst 5 %, by policy and stress test."""
        return _ranking(self.evidence)

    ranking = compare

    def fan(self, series: str = "value", *, stress: str | None = None) -> Figure:
        """A weekly series: median, half and nine tenths of the futures, for each policy."""
        return _fan(self.evidence, series, stress=stress)

    def survival(self) -> Figure:
        """The share of futures not ruined, by week, policy and stress test."""
        return _survival(self.evidence)

    def difference(self, *, stress: str | None = None) -> Figure:
        """How the paired difference to the best policy is spread over futures."""
        return _difference(self.evidence, stress=stress)

    def attainment(self, *, stress: str | None = None) -> Figure:
        """How much of each objective is attained in the last week."""
        return _attainment(self.evidence, stress=stress)

    def tradeoff(self) -> Figure:
        """Mean value against the chance of ruin."""
        return _tradeoff(self.evidence)


# ---- drawing: matplotlib is imported when the first figure is wanted ----


def _ranking(evidence: Evidence) -> Figure:
    from realign.report import figures

    return figures.ranking(evidence.summary, policies=evidence.policies)


def _fan(evidence: Evidence, series: str, *, stress: str | None = None) -> Figure:
    from realign.report import figures

    return figures.fan(evidence.weekly, series, stress=stress, policies=evidence.policies, currency=evidence.currency)


def _survival(evidence: Evidence) -> Figure:
    from realign.report import figures

    return figures.survival(evidence.weekly, policies=evidence.policies)


def _difference(evidence: Evidence, *, stress: str | None = None) -> Figure:
    from realign.report import figures

    chosen = evidence.stress if stress is None else stress
    if chosen not in evidence.stresses:
        raise UsageError(f"stress {chosen!r}: not in this result; it has {', '.join(evidence.stresses)}")
    best = evidence.summary.loc[evidence.summary["stress"] == chosen, "policy"].iloc[0]
    return figures.difference(evidence.curves, best=str(best), stress=chosen, policies=evidence.policies)


def _attainment(evidence: Evidence, *, stress: str | None = None) -> Figure:
    from realign.report import figures

    return figures.attainment(evidence.weekly, stress=stress, policies=evidence.policies)


def _tradeoff(evidence: Evidence) -> Figure:
    from realign.report import figures

    return figures.tradeoff(evidence.summary, policies=evidence.policies)


# ---- alternative texts ----


def _rows(evidence: Evidence, stress: str | None = None) -> list[Row]:
    rows: list[Row] = evidence.summary.to_dict("records")  # type: ignore[assignment]
    return [row for row in rows if stress is None or row["stress"] == stress]


def _ranking_alt(evidence: Evidence) -> str:
    parts = []
    for stress in evidence.stresses:
        rows = _rows(evidence, stress)
        shown = [
            f"{printable(row['policy'])} {number(row['value'], digits=decimals(row['value_high'] - row['value']))}"
            for row in rows
        ]
        parts.append(f"{printable(stress)}: {', '.join(shown)}")
    return f"Dot plot of mean weekly value, best first. {'. '.join(parts)}."


def _difference_alt(evidence: Evidence) -> str:
    rows = _rows(evidence, evidence.stress)[1:]
    shown = [f"{printable(row['policy'])} in {percent(row['chance_beats_best'])} of futures" for row in rows]
    return f"Cumulative curves of the difference to {quoted(evidence.best)}. Better than it: {listed(shown)}."


def _tradeoff_alt(evidence: Evidence) -> str:
    rows = _rows(evidence, evidence.stress)
    shown = [
        f"{printable(row['policy'])} {number(row['value'])} at {percent(row['ruined'])} chance of ruin" for row in rows
    ]
    return f"Scatter of mean value against chance of ruin. {printable(evidence.stress)}: {'; '.join(shown)}."


def _survival_alt(evidence: Evidence) -> str:
    parts = []
    for stress in evidence.stresses:
        rows = sorted(_rows(evidence, stress), key=lambda row: row["ruined"])
        least, most = rows[0], rows[-1]
        parts.append(
            f"{printable(stress)}: from {percent(1 - least['ruined'])} with {printable(least['policy'])} "
            f"to {percent(1 - most['ruined'])} with {printable(most['policy'])}"
        )
    return f"Lines of the share of futures not ruined, by week. At the end, {'; '.join(parts)}."


def _fan_alt(evidence: Evidence, series: str) -> str:
    part = evidence.weekly
    part = part[(part["series"] == series) & (part["stress"] == evidence.stress)]
    last = part[part["week"] == part["week"].max()]
    digits = 0 if float(last["q50"].abs().max()) >= 1000 else 2
    shown = [
        f"{printable(row['policy'])} {number(row['q50'], digits=digits)} "
        f"({number(row['q05'], digits=digits)} to {number(row['q95'], digits=digits)})"
        for row in last.to_dict("records")
    ]
    return f"Bands of {series} by week, by policy. In the last week, median (nine tenths): {'; '.join(shown)}."


def _attainment_alt(evidence: Evidence) -> str:
    part = evidence.weekly
    part = part[part["series"].astype(str).str.startswith("attainment[") & (part["stress"] == evidence.stress)]
    last = part[part["week"] == part["week"].max()]
    parts = []
    for series, rows in last.groupby("series", sort=False):
        means = {str(row["policy"]): float(row["mean"]) for row in rows.to_dict("records")}
        top = max(means, key=lambda policy: means[policy])
        low = min(means, key=lambda policy: means[policy])
        name = printable(str(series)[len("attainment[") : -1])
        ends = (f"{percent(means[policy])} with {printable(policy)}" for policy in (top, low))
        parts.append(f"{name}: {' to '.join(ends)}")
    return f"Share of each target attained in the last week, mean and spread by policy. {'; '.join(parts)}."


PLATES = (
    Plate(
        name="ranking",
        caption="How the policies rank under each stress test. Intervals of means are often narrower than the dots.",
        draw=_ranking,
        alt=_ranking_alt,
        fits=lambda evidence: True,
    ),
    Plate(
        name="difference",
        caption="The same future, two policies: how their difference is spread. A steep curve means that one policy "
        "is better by about the same amount whatever happens; a flat one, that it depends on the future.",
        draw=_difference,
        alt=_difference_alt,
        fits=lambda evidence: len(evidence.policies) > 1,
    ),
    Plate(
        name="tradeoff",
        caption="What value costs in ruin. Lines lead from the first test to the others: long means fragile.",
        draw=_tradeoff,
        alt=_tradeoff_alt,
        fits=lambda evidence: True,
    ),
    Plate(
        name="survival",
        caption="When ruin strikes: the share of futures still alive in each week.",
        draw=_survival,
        alt=_survival_alt,
        fits=lambda evidence: "alive" in evidence.series(),
    ),
    Plate(
        name="fan_value",
        caption="Value over time. Ruined futures count with 0: the outer band reaches 0 once one in twenty is ruined.",
        draw=lambda evidence: _fan(evidence, "value"),
        alt=lambda evidence: _fan_alt(evidence, "value"),
        fits=lambda evidence: "value" in evidence.series(),
    ),
    Plate(
        name="fan_cash",
        caption="Cash over time.",
        draw=lambda evidence: _fan(evidence, "cash"),
        alt=lambda evidence: _fan_alt(evidence, "cash"),
        fits=lambda evidence: "cash" in evidence.series(),
    ),
    Plate(
        name="attainment",
        caption="What has become of the objectives by the last week.",
        draw=_attainment,
        alt=_attainment_alt,
        fits=lambda evidence: any(name.startswith("attainment[") for name in evidence.series()),
    ),
)
