"""What a batch amounts to: policies under every case, and the choice that regrets least.

Stage: batch. In: the summaries of result folders. Out: one table; for policies met everywhere, how they fare at worst.
Idea: a case is a scenario under a stress test. Nobody knows which case is true, so a policy is judged by the case in
which it disappoints most: the robust choice is the one whose largest regret is smallest (minimax regret). Regret is
what a policy loses, on average over futures, against the one that turned out best in each future.
Source: L. Savage, Journal of the American Statistical Association 46 (1951).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from realign.batches.playing import Entry

COLUMNS = (
    "scenario", "stress", "policy", "rank", "futures", "value", "value_low", "value_high", "expected_shortfall",
    "ruined", "ruined_low", "ruined_high", "regret", "report",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Fare:
    """How one policy fares over the cases of its group: worst numbers, each with its case."""

    policy: str
    first_in: int  # cases in which its mean value is the highest
    value: tuple[float, str]
    tail: tuple[float, str]
    ruin: tuple[float, str]
    regret: tuple[float, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Scenarios that compare the same policies, and how these fare over all their cases, most robust first."""

    policies: tuple[str, ...]
    scenarios: tuple[str, ...]
    rows: pd.DataFrame
    fares: tuple[Fare, ...]

    @property
    def cases(self) -> int:
        return len(self.rows) // max(len(self.policies), 1)

    @property
    def robust(self) -> Fare:
        return self.fares[0]


def overview(entries: Sequence[Entry]) -> pd.DataFrame:
    """One row for each scenario, stress test and policy, as the reports have them."""
    tables = []
    for entry in entries:
        if entry.finished:
            rows = pd.read_csv(entry.folder / "summary.csv")
            tables.append(rows.assign(scenario=entry.name, report=f"{entry.name}/report.html"))
    if not tables:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)]


def groups(table: pd.DataFrame) -> list[Group]:
    """Scenarios by the policies that they compare, in order of appearance."""
    found: dict[tuple[str, ...], list[str]] = {}
    for name, rows in table.groupby("scenario", sort=False):
        found.setdefault(tuple(sorted(set(rows["policy"].astype(str)))), []).append(str(name))
    return [_group(policies, names, table) for policies, names in found.items()]


def _group(policies: tuple[str, ...], names: list[str], table: pd.DataFrame) -> Group:
    rows = table[table["scenario"].isin(names)].reset_index(drop=True)
    several = len(names) > 1
    pairs = zip(rows["scenario"], rows["stress"])
    cases = [f"{scenario}, {stress}" if several else str(stress) for scenario, stress in pairs]
    fares = [_fare(policy, rows.assign(case=cases)) for policy in dict.fromkeys(rows["policy"].astype(str))]
    fares.sort(key=lambda fare: (fare.regret[0], -fare.value[0], fare.policy))
    return Group(policies=policies, scenarios=tuple(names), rows=rows, fares=tuple(fares))


def _fare(policy: str, rows: pd.DataFrame) -> Fare:
    own = rows[rows["policy"] == policy]

    def worst(column: str, *, highest: bool) -> tuple[float, str]:
        at: Any = own[column].idxmax() if highest else own[column].idxmin()
        row: Any = own.loc[at]
        return float(row[column]), str(row["case"])

    return Fare(
        policy=policy, first_in=int((own["rank"] == 1).sum()), value=worst("value", highest=False),
        tail=worst("expected_shortfall", highest=False), ruin=worst("ruined", highest=True),
        regret=worst("regret", highest=True),
    )  # fmt: skip


def robust_sentence(group: Group, quote: Any, number: Any) -> str:
    """The robust choice in words."""
    best = group.robust
    where = f"{group.cases} cases" if group.cases != 1 else "one case"
    if len(group.fares) == 1:
        return f"{quote(best.policy)} is the only policy played ({where})."
    if best.regret[0] == 0:
        return f"{quote(best.policy)} is the robust choice over {where}: no policy was ever better in any future."
    text = (
        f"{quote(best.policy)} is the robust choice over {where}: its largest regret, {number(best.regret[0])} "
        f"({best.regret[1]}), is the smallest of all"
    )
    second = group.fares[1]
    if second.regret[0] == best.regret[0]:
        return f"{text}, as is that of {quote(second.policy)}."
    return f"{text}; next is {quote(second.policy)} with {number(second.regret[0])} ({second.regret[1]})."
