"""What figures show, said with numbers, for those who do not see them.

Stage: report. In: `Evidence`. Out: one alternative text for each figure.
Idea: the text says what kind of picture it is and the numbers that one would read off it.
"""

from __future__ import annotations

from typing import Any

from realign.report.evidence import Evidence
from realign.report.words import ALIGNMENTS, decimals, listed, number, percent, printable, quoted

Row = dict[str, Any]


def _rows(evidence: Evidence, stress: str | None = None) -> list[Row]:
    rows: list[Row] = evidence.summary.to_dict("records")  # type: ignore[assignment]
    return [row for row in rows if stress is None or row["stress"] == stress]


def ranking(evidence: Evidence) -> str:
    parts = []
    for stress in evidence.stresses:
        rows = _rows(evidence, stress)
        shown = [
            f"{printable(row['policy'])} {number(row['value'], digits=decimals(row['value_high'] - row['value']))}"
            for row in rows
        ]
        parts.append(f"{printable(stress)}: {', '.join(shown)}")
    return f"Dot plot of mean weekly value, best first. {'. '.join(parts)}."


def difference(evidence: Evidence) -> str:
    rows = _rows(evidence, evidence.stress)[1:]
    shown = [f"{printable(row['policy'])} in {percent(row['chance_beats_best'])} of futures" for row in rows]
    return f"Cumulative curves of the difference to {quoted(evidence.best)}. Better than it: {listed(shown)}."


def tradeoff(evidence: Evidence) -> str:
    rows = _rows(evidence, evidence.stress)
    shown = [
        f"{printable(row['policy'])} {number(row['value'])} at {percent(row['ruined'])} chance of ruin" for row in rows
    ]
    return f"Scatter of mean value against chance of ruin. {printable(evidence.stress)}: {'; '.join(shown)}."


def survival(evidence: Evidence) -> str:
    parts = []
    for stress in evidence.stresses:
        rows = sorted(_rows(evidence, stress), key=lambda row: row["ruined"])
        least, most = rows[0], rows[-1]
        parts.append(
            f"{printable(stress)}: from {percent(1 - least['ruined'])} with {printable(least['policy'])} "
            f"to {percent(1 - most['ruined'])} with {printable(most['policy'])}"
        )
    return f"Lines of the share of futures not ruined, by week. At the end, {'; '.join(parts)}."


def fan(evidence: Evidence, series: str) -> str:
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


def attainment(evidence: Evidence) -> str:
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


def gaps(evidence: Evidence) -> str:
    parts = []
    for stress in evidence.stresses:
        shown = [
            f"{printable(row['policy'])} {number(row['difference_to_best'], digits=4)} "
            f"({number(row['difference_low'], digits=4)} to {number(row['difference_high'], digits=4)})"
            for row in _rows(evidence, stress)[1:]
        ]
        parts.append(f"{printable(stress)}: {'; '.join(shown)}")
    return f"Intervals of the difference in mean value to the best policy of each test. {'. '.join(parts)}."


def heat(evidence: Evidence) -> str:
    parts = []
    for policy in evidence.policies:
        rows = [row for row in _rows(evidence) if row["policy"] == policy]
        shown = [
            f"{printable(row['stress'])} {number(row['value'], digits=2)}, "
            f"{number(-row['difference_to_best'], digits=3)} behind"
            for row in rows
        ]
        parts.append(f"{printable(policy)}: {'; '.join(shown)}")
    return f"Two heat maps of policy by stress test: mean value, and distance to the best. {'. '.join(parts)}."


def spread(evidence: Evidence) -> str:
    own = evidence.bins.drop_duplicates("policy").to_dict("records")
    shown = [
        f"{printable(row['policy'])} mean {number(row['mean'], digits=2)}, "
        f"worst 5 % {number(row['worst'], digits=2)}"
        for row in own
    ]
    return f"Histograms of value over futures by policy, and curves of the worst tenth. {'; '.join(shown)}."


def recovery(evidence: Evidence) -> str:
    part = evidence.weekly[evidence.weekly["series"] == "value"]
    means = part.pivot_table(index=["policy", "week"], columns="stress", values="mean", sort=False)
    parts = []
    for stress in evidence.stresses[1:]:
        fall = means[stress] - means[evidence.stress]
        deepest = fall.groupby(level="policy", sort=False).min()
        end = fall.groupby(level="policy", sort=False).last()
        shown = [
            f"{printable(policy)} falls by {number(-deepest[policy], digits=2)}, {number(-end[policy], digits=2)} "
            "at the end"
            for policy in deepest.index
        ]
        parts.append(f"{printable(stress)}: {'; '.join(shown)}")
    return f"Lines of mean value under stress less that without, by week and policy. {'. '.join(parts)}."


def alignment(evidence: Evidence) -> str:
    part = evidence.weekly[evidence.weekly["stress"] == evidence.stress]
    last = part[part["week"] == part["week"].max()]
    parts = []
    for series, meaning in ALIGNMENTS.items():
        rows = last[last["series"] == series].to_dict("records")
        shown = [f"{printable(row['policy'])} {number(row['mean'], digits=2)}" for row in rows]
        parts.append(f"{meaning}: {', '.join(shown)}")
    return f"Lines of mean alignment by week and policy. In the last week, {'. '.join(parts)}."


def worth(evidence: Evidence, table: str) -> str:
    own = evidence.further[table]
    rows = own[own["measure"] == "value"].to_dict("records")
    rows = sorted(rows, key=lambda row: -abs(row["worth"]))[:12]
    shown = [
        f"{printable(row['what'])} to {printable(row['policy'])} {number(row['worth'], digits=4, sign=True)} "
        f"({number(row['low'], digits=4)} to {number(row['high'], digits=4)})"
        for row in rows
    ]
    return f"Bars of the difference in mean value with 95 % intervals. The largest: {'; '.join(shown)}."


def understanding(evidence: Evidence) -> str:
    units = evidence.further["audit_units"]
    end = units[units["when"] == "after"].to_dict("records")
    shown = [
        f"{printable(row['unit'])} under {printable(row['policy'])} {number(row['understanding'], digits=2)}"
        for row in sorted(end, key=lambda row: row["understanding"])[:12]
    ]
    return f"Understanding of the strategy by unit and policy, 1 = full. Least at the end: {'; '.join(shown)}."


def network(evidence: Evidence) -> str:
    units = evidence.further["audit_units"].drop_duplicates("unit")
    roles = [f"{printable(row['unit'])} ({row['role']})" for row in units.to_dict("records") if row["role"]]
    ties = len(evidence.further["audit_ties"])
    known = listed(roles) if roles else "none"
    return f"Network of {len(units)} units and {ties} ties, from the top down. Brokers and isolates: {known}."
