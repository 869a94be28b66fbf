"""The overview as a page: overview.html.

Stage: batch. In: groups of scenarios, failures. Out: one HTML text.
Idea: first the robust choice in words, then one table for each group: a line for each case, a column for each policy,
most robust first; the case in which a policy is best is shaded. It looks like the reports that it leads to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any

from realign.batches.overview import Fare, Group, robust_sentence
from realign.batches.playing import Entry
from realign.report.words import counted, number, percent, printable, quoted

_STYLE = """
td .more, th .more { display: block; font-weight: normal; font-size: .78rem; color: var(--muted); white-space: nowrap; }
thead th:nth-child(-n+2), tbody th { text-align: left; }
tr.worst td, tr.worst th { border-top: 2px solid var(--rule); }
td.near { background: var(--near); }
"""


def overview_page(entries: Sequence[Entry], groups: Sequence[Group]) -> str:
    """The whole document."""
    played = [entry for entry in entries if entry.finished]
    counts = f"{counted(len(played), 'scenario')} played"
    if len(played) < len(entries):
        counts += f", of {len(entries)}"
    answers = "".join(f'<p class="lead">{_answer(group, entries, alone=len(groups) == 1)}</p>' for group in groups)
    cards = [_card(group, entries) for group in groups]
    body = [
        f"<header><h1>Scenarios side by side</h1><p>{_text(counts)}</p></header>",
        f'<section class="card answer"><h2>The robust choice</h2>{answers}{_failures(entries)}</section>',
        *cards,
        '<footer><p>Each cell: mean value; the mean of the worst 5 % of futures (tail); the share of futures ruined; '
        "regret, what the policy loses on average against the one that turned out best in each future. The robust "
        "choice has the smallest largest regret. Numbers with their intervals: the reports, and overview.csv.</p>"
        "</footer>",
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Scenarios side by side</title>\n<style>\n{_css()}{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(part for part in body if part)
        + "\n</main>\n</body>\n</html>\n"
    )


def _answer(group: Group, entries: Sequence[Entry], *, alone: bool) -> str:
    """The robust choice in words; where there are several groups, with the scenarios that it is about."""
    said = _text(robust_sentence(group, quoted, number))
    names = {entry.name: entry.scenario.name for entry in entries}
    about = ", ".join(names.get(name, name) for name in group.scenarios)
    return said if alone else f"<strong>{_text(about)}.</strong> {said}"


def _css() -> str:
    return (files("realign.report") / "page.css").read_text(encoding="utf-8")


def _text(value: object) -> str:
    return escape(printable(value)).replace(" %", "\u00a0%")


def _failures(entries: Sequence[Entry]) -> str:
    """What could not be played, and what was cut short."""
    lines = [f"{entry.name}: {said}" for entry in entries for said in failures_of(entry)]
    if not lines:
        return ""
    items = "".join(f"<li>{_text(line)}</li>" for line in lines)
    return f'<p class="label">What is missing</p><ul>{items}</ul>'


def failures_of(entry: Entry) -> list[str]:
    """What is missing of a scenario, in words."""
    lines = [failure_words(failure) for failure in entry.failures]
    if entry.interrupted:
        lines.append("was interrupted: " + ("what was finished is shown" if entry.finished else "nothing is shown"))
    return lines


def failure_words(failure: Mapping[str, Any]) -> str:
    """Where a block failed, and why."""
    if not failure.get("stress"):
        return str(failure["cause"])
    whose = f"policy {quoted(failure['policy'])}" if failure.get("policy") else "every policy"
    text = f"stress test {quoted(failure['stress'])}, {whose}, futures {failure['first']:,} to {failure['last']:,}"
    if failure.get("future", -1) >= 0:
        text += f", future {failure['future']:,}"
    if failure.get("week", -1) >= 0:
        text += f", week {failure['week']}"
    return f"{text}: {failure['cause']}"


def _card(group: Group, entries: Sequence[Entry]) -> str:
    names = {entry.name: entry.scenario.name for entry in entries}
    heads = "".join(f'<th scope="col">{_text(fare.policy)}</th>' for fare in group.fares)
    lines = []
    for name in group.scenarios:
        rows = group.rows[group.rows["scenario"] == name]
        link = f'<a href="{escape(str(rows["report"].iloc[0]))}">{_text(names.get(name, name))}</a>'
        for index, (stress, part) in enumerate(rows.groupby("stress", sort=False)):
            cells = {str(row["policy"]): row for row in part.to_dict("records")}
            note = f'<span class="more">{_text(name)} · {counted(int(rows["futures"].max()), "future")}</span>'
            case = f'<th scope="row">{link}{note}</th>' if index == 0 else "<th></th>"
            test = "no stress" if stress == "baseline" else str(stress)
            body = "".join(_cell(cells.get(fare.policy)) for fare in group.fares)
            lines.append(f'<tr>{case}<th scope="row">{_text(test)}</th>{body}</tr>')
    if group.cases > 1:
        worst = "".join(_worst(fare, nearest=fare is group.robust) for fare in group.fares)
        lines.append(f'<tr class="worst"><th scope="row">at worst</th><th></th>{worst}</tr>')
    return (
        f'<div class="card"><div class="scroll"><table><caption>{_text(_caption(group))}</caption>'
        f'<thead><tr><th scope="col">scenario</th><th scope="col">stress test</th>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div></div>"
    )


def _caption(group: Group) -> str:
    policies = counted(len(group.policies), "policy", plural="policies")
    return f"{policies} in {counted(len(group.scenarios), 'scenario')}, {counted(group.cases, 'case')}"


def _cell(row: Mapping[Any, Any] | None) -> str:
    if row is None:
        return "<td>–</td>"
    shade = ' class="near"' if row["rank"] == 1 else ""
    return f"<td{shade}>{_four(row['value'], row['expected_shortfall'], row['ruined'], row['regret'])}</td>"


def _worst(fare: Fare, *, nearest: bool) -> str:
    shade = ' class="near"' if nearest else ""
    return f"<td{shade}>{_four(fare.value[0], fare.tail[0], fare.ruin[0], fare.regret[0])}</td>"


def _four(value: float, tail: float, ruin: float, regret: float) -> str:
    """Value, and the three others in small print below it."""
    lines = [f"tail {number(tail)}", f"ruin {percent(ruin)}", f"regret {number(regret)}"]
    return number(value) + "".join(f'<span class="more">{_text(line)}</span>' for line in lines)
