"""The gallery: which figures a report shows, in which chapter, with the words beside them.

Stage: report. In: `Evidence`. Out: plates (file name, figure, caption, alternative text); `Plots` for Python users.
Idea: a figure that the run cannot fill (one policy, a series that was not kept) is left out, never drawn empty. The
alternative text says with numbers what the figure shows, so that the report can be read without seeing it.
To add a plate: write how it is drawn and said (`alternatives`), and name it in `PLATES` with its chapter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realign.errors import UsageError
from realign.report import alternatives
from realign.report.evidence import Evidence, gather
from realign.report.words import ALIGNMENTS

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Plate:
    """One figure of the report and how to make it; `fits` says whether the run has what it needs."""

    name: str
    chapter: str
    caption: str
    draw: Callable[[Evidence], Figure]
    alt: Callable[[Evidence], str]
    fits: Callable[[Evidence], bool]


def plates(evidence: Evidence) -> Iterator[Plate]:
    """The plates that this run can fill, in the order of `PLATES`."""
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
        return _summed("ranking", self.evidence)

    ranking = compare

    def gaps(self) -> Figure:
        """Paired differences to the best policy, with simultaneous intervals."""
        return _summed("gaps", self.evidence)

    def heat(self) -> Figure:
        """Policy x stress test: value and regret."""
        return _summed("heat", self.evidence)

    def tradeoff(self) -> Figure:
        """Mean value against the chance of ruin."""
        return _summed("tradeoff", self.evidence)

    def spread(self) -> Figure:
        """How value is spread over futures, and the worst tenth."""
        return _spread(self.evidence)

    def difference(self, *, stress: str | None = None) -> Figure:
        """How the paired difference to the best policy is spread over futures."""
        return _difference(self.evidence, stress=stress)

    def fan(self, series: str = "value", *, stress: str | None = None) -> Figure:
        """A weekly series: median, half and nine tenths of the futures, for each policy."""
        return _fan(self.evidence, series, stress=stress)

    def survival(self) -> Figure:
        """The share of futures not ruined, by week, policy and stress test."""
        return _weekly("survival", self.evidence)

    def recovery(self) -> Figure:
        """What each stress test does to value, week by week."""
        return _weekly("recovery", self.evidence, strikes=self.evidence.strikes())

    def alignment(self, *, stress: str | None = None) -> Figure:
        """Effort to market, beliefs to strategy, beliefs to each other, week by week."""
        return _weekly("alignment", self.evidence, stress=stress)

    def attainment(self, *, stress: str | None = None) -> Figure:
        """How much of each objective is attained in the last week."""
        return _weekly("attainment", self.evidence, stress=stress)


# ---- drawing: matplotlib is imported when the first figure is wanted ----


def _summed(name: str, evidence: Evidence) -> Figure:
    from realign.report.figures import FIGURES

    return FIGURES[name](evidence.summary, policies=evidence.policies)


def _weekly(name: str, evidence: Evidence, **options: Any) -> Figure:
    from realign.report.figures import FIGURES

    return FIGURES[name](evidence.weekly, policies=evidence.policies, **options)


def _fan(evidence: Evidence, series: str, *, stress: str | None = None) -> Figure:
    from realign.report.figures import fan

    return fan(evidence.weekly, series, stress=stress, policies=evidence.policies, currency=evidence.currency)


def _spread(evidence: Evidence) -> Figure:
    from realign.report.figures import spread

    return spread(evidence.bins, evidence.tails, policies=evidence.policies)


def _difference(evidence: Evidence, *, stress: str | None = None) -> Figure:
    from realign.report.figures import difference

    chosen = evidence.stress if stress is None else stress
    if chosen not in evidence.stresses:
        raise UsageError(f"stress {chosen!r}: not in this result; it has {', '.join(evidence.stresses)}")
    best = evidence.summary.loc[evidence.summary["stress"] == chosen, "policy"].iloc[0]
    return difference(evidence.curves, best=str(best), stress=chosen, policies=evidence.policies)


def _worth(evidence: Evidence, table: str, name: str) -> Figure:
    from realign.report import worth_figures

    figure: Figure = getattr(worth_figures, name)(evidence.further[table], policies=evidence.policies)
    return figure


def _audit(evidence: Evidence, name: str) -> Figure:
    from realign.report import alignment_figures

    units, beliefs, ties = (evidence.further[f"audit_{table}"] for table in ("units", "map", "ties"))
    draw = {
        "understanding": lambda: alignment_figures.who_understands(units, policies=evidence.policies),
        "map": lambda: alignment_figures.maps(beliefs, units, policies=evidence.policies),
        "network": lambda: alignment_figures.networks(units, ties, policies=evidence.policies),
    }
    return draw[name]()


def _has(*tables: str) -> Callable[[Evidence], bool]:
    return lambda evidence: all(table in evidence.further for table in tables)


_AUDITED = _has("audit_units", "audit_map", "audit_ties")
PLATES = (
    Plate(
        name="ranking",
        chapter="answer",
        caption="How the policies rank under each stress test. Intervals of means are often narrower than the dots.",
        draw=lambda evidence: _summed("ranking", evidence),
        alt=alternatives.ranking,
        fits=lambda evidence: True,
    ),
    Plate(
        name="gaps",
        chapter="policies",
        caption="The same futures, policy against policy: luck that strikes both cancels, and small differences show.",
        draw=lambda evidence: _summed("gaps", evidence),
        alt=alternatives.gaps,
        fits=lambda evidence: len(evidence.policies) > 1,
    ),
    Plate(
        name="heat",
        chapter="breaks",
        caption="Left: what is left of value under each stress test. Right: what choosing this policy costs against "
        "the best choice, had one known which test comes true.",
        draw=lambda evidence: _summed("heat", evidence),
        alt=alternatives.heat,
        fits=lambda evidence: len(evidence.policies) > 1 and len(evidence.stresses) > 1,
    ),
    Plate(
        name="survival",
        chapter="breaks",
        caption="When ruin strikes: the share of futures still alive in each week.",
        draw=lambda evidence: _weekly("survival", evidence),
        alt=alternatives.survival,
        fits=lambda evidence: "alive" in evidence.series(),
    ),
    Plate(
        name="recovery",
        chapter="breaks",
        caption="How deep value falls under stress, and whether it comes back. Ruined futures stay at 0 and so keep "
        "the mean from coming back.",
        draw=lambda evidence: _weekly("recovery", evidence, strikes=evidence.strikes()),
        alt=alternatives.recovery,
        fits=lambda evidence: "value" in evidence.series() and len(evidence.stresses) > 1,
    ),
    Plate(
        name="spread",
        chapter="luck",
        caption="Good and bad luck: how futures differ under each policy, and how bad the worst of them are.",
        draw=_spread,
        alt=alternatives.spread,
        fits=lambda evidence: not evidence.bins.empty,
    ),
    Plate(
        name="difference",
        chapter="luck",
        caption="The same future, two policies: how their difference is spread. A steep curve means that one policy "
        "is better by about the same amount whatever happens; a flat one, that it depends on the future.",
        draw=_difference,
        alt=alternatives.difference,
        fits=lambda evidence: len(evidence.policies) > 1,
    ),
    Plate(
        name="tradeoff",
        chapter="luck",
        caption="What value costs in ruin. Lines lead from the first test to the others: long means fragile.",
        draw=lambda evidence: _summed("tradeoff", evidence),
        alt=alternatives.tradeoff,
        fits=lambda evidence: True,
    ),
    Plate(
        name="fan_value",
        chapter="time",
        caption="Value over time. Ruined futures count with 0: the outer band reaches 0 once one in twenty is ruined.",
        draw=lambda evidence: _fan(evidence, "value"),
        alt=lambda evidence: alternatives.fan(evidence, "value"),
        fits=lambda evidence: "value" in evidence.series(),
    ),
    Plate(
        name="fan_cash",
        chapter="time",
        caption="Cash over time.",
        draw=lambda evidence: _fan(evidence, "cash"),
        alt=lambda evidence: alternatives.fan(evidence, "cash"),
        fits=lambda evidence: "cash" in evidence.series(),
    ),
    Plate(
        name="attainment",
        chapter="time",
        caption="What has become of the objectives by the last week.",
        draw=lambda evidence: _weekly("attainment", evidence),
        alt=alternatives.attainment,
        fits=lambda evidence: any(name.startswith("attainment[") for name in evidence.series()),
    ),
    Plate(
        name="alignment",
        chapter="minds",
        caption="Units do what they believe matters. Left: does effort go where the market rewards it? Middle: has the "
        "strategy been understood? Right: do units agree with each other?",
        draw=lambda evidence: _weekly("alignment", evidence),
        alt=alternatives.alignment,
        fits=lambda evidence: set(ALIGNMENTS) <= set(evidence.series()),
    ),
    Plate(
        name="audit_understanding",
        chapter="minds",
        caption="Who understands the strategy: hollow before anything is decided, filled at the end.",
        draw=lambda evidence: _audit(evidence, "understanding"),
        alt=alternatives.understanding,
        fits=_AUDITED,
    ),
    Plate(
        name="audit_map",
        chapter="minds",
        caption="What each unit believes in more, or less, than the strategy does.",
        draw=lambda evidence: _audit(evidence, "map"),
        alt=alternatives.understanding,
        fits=_AUDITED,
    ),
    Plate(
        name="audit_network",
        chapter="minds",
        caption="Who hears whom: where the cascade loses the strategy, who brokers, who is isolated.",
        draw=lambda evidence: _audit(evidence, "network"),
        alt=alternatives.network,
        fits=_AUDITED,
    ),
    Plate(
        name="worth_contingencies",
        chapter="worth",
        caption="With the contingency less without it, on the same futures; right: where its shock came.",
        draw=lambda evidence: _worth(evidence, "worth_contingencies", "contingencies"),
        alt=lambda evidence: alternatives.worth(evidence, "worth_contingencies"),
        fits=_has("worth_contingencies"),
    ),
    Plate(
        name="worth_tornado",
        chapter="worth",
        caption="What a little more, or less, of each lever brings.",
        draw=lambda evidence: _worth(evidence, "worth_knobs", "tornado"),
        alt=lambda evidence: alternatives.worth(evidence, "worth_knobs"),
        fits=_has("worth_knobs"),
    ),
    Plate(
        name="worth_warning",
        chapter="worth",
        caption="What knowing of each shock beforehand would be worth: the most that forecasting could bring.",
        draw=lambda evidence: _worth(evidence, "worth_warning", "warnings"),
        alt=lambda evidence: alternatives.worth(evidence, "worth_warning"),
        fits=_has("worth_warning"),
    ),
)
