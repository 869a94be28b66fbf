"""What the report is made from, read once.

Stage: report. In: a result folder. Out: `Evidence`: tables of statistics, weekly series, the run's facts, the scenario.
Idea: the outcomes are read one column at a time and only their statistics are kept, so that a report on a million
futures needs no more memory than a few columns of one stress test. Sections and figures of the report take what they
need from here; what a run has not left is empty, and the sections that need it are then left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from realign.compare import (
    Outcomes,
    best_table,
    chances_table,
    dominance,
    expected_shortfall,
    regret_table,
    requirements_table,
    study,
)
from realign.compare.intervals import Values
from realign.compare.outcomes import rows_of
from realign.compare.played import own_futures
from realign.compare.rankings import Seen, rankings_of
from realign.errors import RealignError
from realign.report.further import further_stories, further_tables
from realign.scenario import Scenario, load

WEEKLY_COLUMNS = ("stress", "policy", "week", "series", "mean", "q05", "q25", "q50", "q75", "q95")
AFTER = ("drop", "weeks_to_recognise", "weeks_to_decide", "weeks_to_recover")  # measures of struck shocks
BINS = 60  # of a histogram in a figure
_TAIL = np.concatenate([np.linspace(0, 0.01, 21), np.linspace(0.0125, 0.1, 36)])


def _nothing() -> pd.DataFrame:
    return pd.DataFrame()


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """summary, curves: as `realign.compare.study` gives them; weekly: empty where the run left none.

    contest, regrets, chances, requirements, rankings, dominance: as the tables of `realign.compare`, the last one for
    the first stress test. bins, tails: histograms and worst tenths of value, of the first stress test. after: means of
    what follows a strike, by stress test and policy. further, stories: what other commands have left in the folder.
    """

    summary: pd.DataFrame
    curves: pd.DataFrame
    weekly: pd.DataFrame
    policies: tuple[str, ...]
    info: Mapping[str, Any]
    contest: pd.DataFrame = field(default_factory=_nothing)
    regrets: pd.DataFrame = field(default_factory=_nothing)
    chances: pd.DataFrame = field(default_factory=_nothing)
    requirements: pd.DataFrame = field(default_factory=_nothing)
    rankings: pd.DataFrame = field(default_factory=_nothing)
    dominance: pd.DataFrame = field(default_factory=_nothing)
    bins: pd.DataFrame = field(default_factory=_nothing)
    tails: pd.DataFrame = field(default_factory=_nothing)
    after: pd.DataFrame = field(default_factory=_nothing)
    further: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    stories: Sequence[Mapping[str, Any]] = ()
    scenario: Scenario | None = None
    folder: Path | None = None

    @property
    def stress(self) -> str:
        """The stress test that the others are measured against."""
        return str(self.summary["stress"].iloc[0])

    @property
    def stresses(self) -> list[str]:
        """All of them, in the order played."""
        return [str(name) for name in dict.fromkeys(self.summary["stress"])]

    @property
    def best(self) -> str:
        """The policy with the highest mean value in the first stress test."""
        return str(self.summary["policy"].iloc[0])

    @property
    def order(self) -> list[str]:
        """The policies, best first in the first stress test."""
        return [str(name) for name in self.summary.loc[self.summary["stress"] == self.stress, "policy"]]

    @property
    def currency(self) -> str:
        """What money is counted in; empty where the run does not say."""
        return str(self.info.get("currency", ""))

    @cached_property
    def _series(self) -> list[str]:
        return [str(name) for name in dict.fromkeys(self.weekly["series"])]

    def series(self) -> list[str]:
        """The weekly series that were kept."""
        return self._series

    def strikes(self) -> dict[str, dict[int, str]]:
        """Stress test -> week -> the shock that is forced to strike then."""
        if self.scenario is None:
            return {}
        return {test.name: {force.week: force.shock for force in test.force} for test in self.scenario.stresses}


def gather(folder: Path | str) -> Evidence:
    """Reads a result folder."""
    outcomes = Outcomes(folder)
    summary, curves = study(outcomes, outcomes.policies)
    scenario = _scenario(Path(folder))
    return Evidence(
        summary=summary,
        curves=curves,
        weekly=read_weekly(folder, stresses=list(outcomes)),
        policies=outcomes.policies,
        info=outcomes.info,
        scenario=scenario,
        folder=Path(folder),
        further=further_tables(Path(folder)),
        stories=further_stories(Path(folder)),
        **_tables(outcomes, scenario),
    )


def _scenario(folder: Path) -> Scenario | None:
    """The scenario as run; None where it is not there, or of another version."""
    with suppress(OSError, RealignError):
        return load(folder / "scenario.toml")
    return None


class _Kept(Mapping[str, Values]):
    """The measures of one stress test; value, that nearly every table is about, is read once and kept."""

    def __init__(self, measures: Mapping[str, Values]) -> None:
        self._measures = measures

    @cached_property
    def _value(self) -> Values:
        return self._measures["value"]

    def __getitem__(self, name: str) -> Values:
        return self._value if name == "value" else self._measures[name]

    def rows(self, name: str) -> Iterable[Values]:
        """A measure policy by policy."""
        return self._value if name == "value" else rows_of(self._measures, name)

    def __contains__(self, name: object) -> bool:
        return name in self._measures

    def __iter__(self) -> Iterator[str]:
        return iter(self._measures)

    def __len__(self) -> int:
        return len(self._measures)


def _tables(outcomes: Outcomes, scenario: Scenario | None) -> dict[str, pd.DataFrame]:
    """The statistics besides the summary, one stress test after another."""
    policies = outcomes.policies
    asked = [r for r in (scenario.requirements if scenario else ()) if r.measure in outcomes.measures]
    parts: dict[str, list[pd.DataFrame]] = {}
    seen = Seen(level=0.95, requirements=asked)
    for number, stress in enumerate(outcomes):
        measures = _Kept(outcomes[stress])
        one = {stress: measures}
        found = {
            "contest": best_table(one, policies),
            "regrets": regret_table(one, policies),
            "chances": chances_table(one, policies),
            "requirements": requirements_table(one, policies, requirements=asked),
            "after": _after(stress, measures, policies),
        }
        if number == 0:
            found["bins"], found["tails"] = _spread(stress, measures["value"], policies)
            found["dominance"] = pd.concat(
                [dominance(measures["value"], policies, order=order).assign(order=order) for order in (1, 2)]
            )
        seen.see(measures)
        for name, table in found.items():
            parts.setdefault(name, []).append(table)
    tables = {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}
    return {**tables, "rankings": rankings_of(seen, policies)}


def _after(stress: str, measures: Mapping[str, Values], policies: Sequence[str]) -> pd.DataFrame:
    """Means over the futures in which something struck."""
    rows: list[dict[str, object]] = [{"stress": stress, "policy": policy} for policy in policies]
    for name in AFTER:
        if name in measures:
            for row, own in zip(rows, rows_of(measures, name)):
                known = own[~np.isnan(own)]
                row[name] = float(known.mean()) if len(known) else np.nan
    return pd.DataFrame(rows)


def _spread(stress: str, values: Values, policies: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Histograms over common bins, and the worst tenth."""
    played = own_futures(values)
    low, high = min(float(own.min()) for own in played), max(float(own.max()) for own in played)
    edges = np.linspace(low, high if high > low else low + 1e-3, BINS + 1)
    bins, tails = [], []
    for policy, own in zip(policies, played):
        share = np.histogram(own, edges)[0] / len(own)
        about = {"stress": stress, "policy": policy}
        bins.append(pd.DataFrame({**about, "low": edges[:-1], "high": edges[1:], "share": share,
                                  "mean": own.mean(), "worst": expected_shortfall(own).value}))  # fmt: skip
        tails.append(pd.DataFrame({**about, "share": _TAIL, "value": np.quantile(own, _TAIL)}))
    return pd.concat(bins, ignore_index=True), pd.concat(tails, ignore_index=True)


def read_weekly(folder: Path | str, *, stresses: Sequence[str] = ()) -> pd.DataFrame:
    """The weekly series as a frame with plain text columns, stress tests in the order given."""
    path = Path(folder) / "weekly.parquet"
    if not path.is_file():
        return pd.DataFrame(columns=list(WEEKLY_COLUMNS))
    with pq.ParquetFile(path) as file:  # pandas would load all that reads from networks
        weekly = file.read(columns=list(WEEKLY_COLUMNS)).to_pandas()
    for name in ("stress", "policy", "series"):
        weekly[name] = weekly[name].astype(object)
    if stresses:
        place = {name: index for index, name in enumerate(stresses)}
        weekly = (
            weekly.assign(place=weekly["stress"].map(place)).sort_values("place", kind="stable").drop(columns="place")
        )
    return weekly.reset_index(drop=True)
