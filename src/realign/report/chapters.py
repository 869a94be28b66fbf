"""The chapters of the page between the answer and the small print, and the tables in them.

Stage: report. In: `Evidence`. Out: `Chapter`s: title, lead, parts as HTML; figures join them by the chapter's name.
Idea: each chapter answers one question, first in words. A chapter that a run cannot fill is left out.
To add a chapter: write what its parts are and name it in `CHAPTERS`; its figures name it in the gallery.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from realign.compare import disagreement
from realign.compare.requirements import ALL
from realign.report.evidence import Evidence
from realign.report.markup import Cell, Drawn, card, figure, paragraph, table, text
from realign.report.standing import Standing, sentence, standing
from realign.report.words import MISSING, counted, decimals, number, percent, percent_span, quoted, span

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """parts come before the figures, further after them."""

    name: str
    title: str
    lead: str
    parts: Callable[[Evidence], Sequence[str]] = lambda evidence: ()
    further: Callable[[Evidence], Sequence[str]] = lambda evidence: ()


def named(stress: str) -> str:
    """A stress test as a title."""
    return "Baseline: no stress" if stress == "baseline" else stress


def records(table: Any) -> list[Row]:
    """The rows of a table."""
    rows: list[Row] = table.to_dict("records")
    return rows


# ---- the policies ----


def _rankings(evidence: Evidence) -> list[str]:
    return [_ranked(evidence, stress) for stress in evidence.stresses]


def _ranked(evidence: Evidence, stress: str) -> str:
    """One stress test, best first, with the sentence that sums it up."""
    part = evidence.summary[evidence.summary["stress"] == stress]
    rows, stands = records(part), standing(part)
    several = len(rows) > 1
    heads = ["policy", "mean value", *(["against the best", "best in"] if several else [])]
    heads += ["worst 5 %", "ruined", f"final cash{_in(evidence.currency)}", "strategic alignment"]
    heads += ["regret"] if several else []
    near = _near(stands) if several else set()
    lines = [_line(row, several=several, near=row["policy"] in near) for row in rows]
    return card(
        table(heads, lines, title=named(stress), aside=counted(stands.futures, "future")),
        paragraph(sentence(stands), note=True),
    )


def _in(currency: str) -> str:
    return f", {currency}" if currency else ""


def _near(stands: Standing) -> set[str]:
    """The best, and those not told apart from it."""
    return {stands.best, *(gap.policy for gap in (*stands.alike, *stands.open))}


def _line(row: Row, *, several: bool, near: bool) -> list[Cell]:
    """One policy; shaded where it is, or may be, the best."""
    digits = decimals((row["value_high"] - row["value_low"]) / 2, most=5)
    cells = [
        Cell(f"{row['rank']}  {row['policy']}"),
        Cell(number(row["value"], digits=digits), _range(row, "value", digits)),
    ]
    if several:
        cells += [_against(row), Cell(percent(row["chance_best"]))]
    cells += [
        Cell(number(row["expected_shortfall"], digits=3), _range(row, "shortfall", 3)),
        Cell(percent(row["ruined"]), percent_span(row["ruined_low"], row["ruined_high"])),
        Cell(number(row["final_cash"], digits=0 if abs(row["final_cash"]) >= 100 else 2)),
        Cell(number(row["strategic_alignment"], digits=3)),
    ]
    if several:
        cells.append(Cell(number(row["regret"], digits=3)))
    return [Cell(cell.main, cell.note, near) for cell in cells]


def _range(row: Row, name: str, digits: int) -> str:
    return span(row[f"{name}_low"], row[f"{name}_high"], digits=digits)


def _against(row: Row) -> Cell:
    """The difference to the best and its interval."""
    low, high = row["difference_low"], row["difference_high"]
    if row["difference_to_best"] == 0 and low == high == 0:
        return Cell("best" if row["rank"] == 1 else MISSING)
    digits = decimals((high - low) / 2, most=5)
    note = span(low, high, digits=digits) if isfinite(low) else "not known"
    return Cell(number(row["difference_to_best"], digits=digits), note)


# ---- attitudes and requirements ----

_ATTITUDES = {
    "mean": "goes by the average",
    "worst 5 %": "fears bad luck: mean of the worst 5 %",
    "minimax regret": "may meet any of the tests: largest distance behind the best",
    "requirements": "only wants the requirements met: share of futures",
}


def _attitudes(evidence: Evidence) -> list[str]:
    told = evidence.rankings
    if len(evidence.policies) < 2 or told.empty:
        return []
    attitudes = list(dict.fromkeys(told["attitude"]))
    by = {(row["attitude"], row["policy"]): row for row in records(told)}
    order = told.loc[told["attitude"] == attitudes[0], "policy"]
    lines = [[Cell(policy), *(_scored(by[attitude, policy]) for attitude in attitudes)] for policy in order]
    heads = ["for whoever …", *(_ATTITUDES[attitude] for attitude in attitudes)]
    return [
        card(
            paragraph(disagreement(told)),
            table(heads, lines, title="Ranks under several attitudes", aside="shaded: leads, or may"),
            *_dominated(evidence),
        )
    ]


def _scored(row: Row) -> Cell:
    share = row["attitude"] == "requirements"
    score = -row["score"] if row["attitude"] == "minimax regret" else row["score"]
    shown = percent(score) if share else number(score, digits=3)
    return Cell(f"{row['rank']}.  {shown}", shaded=bool(row["may_lead"]))


def _dominated(evidence: Evidence) -> list[str]:
    """Is the leader better for everyone? First and second order against each rival."""
    own = evidence.dominance
    if own.empty:
        return []
    leader = evidence.best
    part = own[own["policy"] == leader]
    lines = []
    for rival in evidence.order[1:]:
        by_order = {row["order"]: row for row in records(part[part["other"] == rival])}
        lines.append([Cell(rival), *(Cell(_holds(by_order[order])) for order in (1, 2))])
    heads = ["is it better than …", "for all who prefer more to less", "for all who also shun risk"]
    return [
        table(heads, lines, title=f"Is {quoted(leader)} better for everyone?", words=3),
        paragraph(
            "Stochastic dominance of the first and second order, without stress; a sample can refute it (at 5 %), "
            "never prove it. The share is of the area between the two curves that speaks against it.",
            note=True,
        ),
    ]


def _holds(row: Row) -> str:
    if row["dominates"]:
        return "yes, in the futures played"
    if not isfinite(row["crossing"]):
        return "they are exactly alike"
    verdict = "no" if row["p_value"] < 0.05 else "not refuted"
    return f"{verdict}: {percent(row['crossing'])} speak against it"


_KEPT = {"yes": "✓ kept", "no": "✗ broken", "open": "? open", "": ""}


def _asked(evidence: Evidence) -> list[str]:
    told = evidence.requirements
    if told.empty:
        return []
    first = told[told["stress"] == evidence.stress]
    asked = records(first.drop_duplicates(["requirement", "wanted"]))
    heads = ["policy", *(_wanted(row) for row in asked)]
    lines = []
    for policy in evidence.order:
        own = records(first[first["policy"] == policy])
        lines.append([Cell(policy), *(_met(row) for row in own)])
    cards = [card(table(heads, lines, title="Requirements of the scenario", aside=named(evidence.stress)))]
    if len(evidence.stresses) > 1:
        cards.append(card(_under_all(evidence)))
    return cards


def _wanted(row: Row) -> str:
    wanted = row["wanted"]
    return f"{row['requirement']} in {percent(wanted)} of futures" if isfinite(wanted) else str(row["requirement"])


def _met(row: Row) -> Cell:
    verdict = _KEPT[row["kept"]]
    note = percent_span(row["low"], row["high"])
    return Cell(f"{percent(row['share'])} {verdict}".strip(), note, row["kept"] == "yes")


def _under_all(evidence: Evidence) -> str:
    """The share of futures that meet everything, under each stress test."""
    told = evidence.requirements
    single = told["requirement"].nunique() == 1
    part = told if single else told[told["requirement"] == ALL]
    shares = {(row["policy"], row["stress"]): row["share"] for row in records(part)}
    tops = {stress: max(shares[policy, stress] for policy in evidence.policies) for stress in evidence.stresses}
    lines = [
        [
            Cell(policy),
            *(Cell(percent(shares[policy, s]), shaded=shares[policy, s] == tops[s]) for s in evidence.stresses),
        ]
        for policy in evidence.order
    ]
    heads = ["policy", *(named(stress) for stress in evidence.stresses)]
    return table(heads, lines, title="Futures that meet all requirements", aside="shaded: most often")


# ---- after a strike, objectives ----


def _after(evidence: Evidence) -> list[str]:
    told = evidence.after
    part = told[told["stress"] == evidence.stress] if not told.empty else told
    if part.empty or "drop" not in part or not part["drop"].notna().any():
        return []
    by = {row["policy"]: row for row in records(part)}
    heads = ["policy", "value lost at worst", "weeks to recognise", "weeks to decide", "weeks to recover 90 %"]
    lines = [
        [
            str(row["policy"]), percent(row["drop"]),
            *(_weeks(row.get(name)) for name in ("weeks_to_recognise", "weeks_to_decide", "weeks_to_recover")),
        ]
        for row in (by[policy] for policy in evidence.order)
    ]  # fmt: skip
    note = (
        "Means over the futures in which something struck. A strike never recovered from counts with what was left, a "
        "year at most."
    )
    return [card(table(heads, lines, title="After a strike", aside=named(evidence.stress)), paragraph(note, note=True))]


def _weeks(amount: Any) -> str:
    return number(float(amount), digits=1) if amount is not None else MISSING


def _hits(evidence: Evidence) -> list[str]:
    told = evidence.chances
    part = told[(told["stress"] == evidence.stress) & told["event"].str.startswith("hit[")] if not told.empty else told
    if part.empty:
        return []
    due = {o.name: o.due for o in evidence.scenario.objectives} if evidence.scenario else {}
    events = list(dict.fromkeys(part["event"]))
    names = [str(event)[len("hit[") : -1] for event in events]
    heads = ["policy", *(f"{name}{_due(due.get(name))}" for name in names)]
    by = {(row["policy"], row["event"]): row for row in records(part)}
    lines = [[Cell(policy), *(_chance(by[policy, event]) for event in events)] for policy in evidence.order]
    return [card(table(heads, lines, title="Chance of reaching the target in time", aside=named(evidence.stress)))]


def _due(week: float | None) -> str:
    return "" if week is None else f", by week {week:g}"


def _chance(row: Row) -> Cell:
    return Cell(percent(row["share"]), percent_span(row["low"], row["high"]))


def _told(evidence: Evidence) -> list[str]:
    """Each future as a card: what happened, then its figure."""
    cards = []
    for which, story in enumerate(evidence.stories, start=1):
        drawn = Drawn(name=f"story_{which}", svg=str(story["svg"]), caption="", alt=str(story["title"]))
        words = "".join(paragraph(words) for words in story["paragraphs"])
        cards.append(card(f"<h3>{text(story['title'])}</h3>", words) + figure(drawn))
    return cards


CHAPTERS = (
    Chapter(
        name="policies",
        title="The policies under each stress test",
        lead="Best first. Shaded: the best, and whoever cannot be told apart from it.",
        parts=_rankings,
    ),
    Chapter(
        name="attitudes",
        title="Who should choose what",
        lead="The best policy depends on what one fears and what one must achieve.",
        parts=lambda evidence: [*_attitudes(evidence), *_asked(evidence)],
    ),
    Chapter(
        name="breaks",
        title="When it breaks",
        lead="What each stress test does to the policies: to their value, to their survival, and for how long.",
        further=_after,
    ),
    Chapter(
        name="luck",
        title="Good and bad luck",
        lead="Means hide how futures differ. Here is what luck alone does, and when it favours another policy.",
    ),
    Chapter(
        name="time",
        title="Over the weeks",
        lead="How value, cash and the objectives move, without stress.",
        further=_hits,
    ),
    Chapter(
        name="minds",
        title="Who pulls the same way",
        lead="Leadership changes only what units believe; the world changes what is true.",
    ),
    Chapter(
        name="worth",
        title="What preparation is worth",
        lead="With a contingency against without it, on the same futures; and what a little more of each lever brings.",
    ),
    Chapter(
        name="told",
        title="Single futures",
        lead="Statistics are made of stories. Here are some of them, under the policy that leads.",
        parts=_told,
    ),
)
