"""What the report is made from, read once.

Stage: report. In: a result folder. Out: `Evidence`: summary, difference curves, weekly series, the run's facts.
Idea: the outcomes are read one column at a time and only their statistics are kept, so that a report on a million
futures needs no more memory than one column of one stress test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from realign.compare import Outcomes, study

WEEKLY_COLUMNS = ("stress", "policy", "week", "series", "mean", "q05", "q25", "q50", "q75", "q95")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """summary, curves: as `realign.compare.study` gives them; weekly: empty where the run left none."""

    summary: pd.DataFrame
    curves: pd.DataFrame
    weekly: pd.DataFrame
    policies: tuple[str, ...]
    info: Mapping[str, Any]

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
    def currency(self) -> str:
        """What money is counted in; empty where the run does not say."""
        return str(self.info.get("currency", ""))

    def series(self) -> list[str]:
        """The weekly series that were kept."""
        return [str(name) for name in dict.fromkeys(self.weekly["series"])]


def gather(folder: Path | str) -> Evidence:
    """Reads a result folder."""
    outcomes = Outcomes(folder)
    summary, curves = study(outcomes, outcomes.policies)
    return Evidence(
        summary=summary,
        curves=curves,
        weekly=read_weekly(folder, stresses=list(outcomes)),
        policies=outcomes.policies,
        info=outcomes.info,
    )


def read_weekly(folder: Path | str, *, stresses: Sequence[str] = ()) -> pd.DataFrame:
    """The weekly series as a frame with plain text columns, stress tests in the order given."""
    path = Path(folder) / "weekly.parquet"
    if not path.is_file():
        return pd.DataFrame(columns=list(WEEKLY_COLUMNS))
    weekly = pd.read_parquet(path, columns=list(WEEKLY_COLUMNS))
    for name in ("stress", "policy", "series"):
        weekly[name] = weekly[name].astype(object)
    if stresses:
        place = {name: index for index, name in enumerate(stresses)}
        weekly = (
            weekly.assign(place=weekly["stress"].map(place)).sort_values("place", kind="stable").drop(columns="place")
        )
    return weekly.reset_index(drop=True)
