"""A result in Python: tables, comparisons, figures and the report of one run.

Stage: above all others; a shell for scripts and notebooks. In: a scenario, or the folder of a run. Out: a `Result`.
Idea: a result is its folder. Tables are read from it when they are asked for, and kept.

    result = run(scenario, futures=10_000)
    result.summary()
    result.compare("Quarterly, prepared", "Annual plan")
    result.best(), result.regret(), result.rankings()         # and pairs, chances, quantiles, dominance, requirements
    result.report("out/")
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realign.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from realign.compare import Paired
    from realign.report import Plots
    from realign.scenario import Scenario


def run(
    scenario: Scenario,
    *,
    futures: int | None = None,
    seed: int | None = None,
    policies: Iterable[str] | None = None,
    stresses: Iterable[str] | None = None,
    threads: int | None = None,
    events: int = 0,
    until: float | None = None,
    select: float | None = None,
    out: str | os.PathLike[str] | None = None,
) -> Result:
    """Play every stress test and policy on the same futures.

    futures, seed: those of the scenario if None. policies, stresses: names; None for all ("baseline" is the
    unstressed case). events: for how many futures events are kept. until: add futures until the half-width of the 95 %
    interval of the paired difference of the best two policies is below this. select: play on only with the policies
    that may still be the best, until one is left; with this probability it is the best. out: where the files go; if
    None, into a temporary folder that goes when the result does.

    At Ctrl-C the futures finished so far are returned (`info["interrupted"]` says so); a second one raises.
    """
    from realign.running.folder import run_to_folder

    folder = Path(out) if out is not None else Path(tempfile.mkdtemp(prefix="realign-"))
    try:
        run_to_folder(
            scenario, out=folder, futures=futures, seed=seed, policies=policies, stresses=stresses, threads=threads,
            events=events, until=until, select=select, command="realign.run",
        )  # fmt: skip
    except BaseException:
        if out is None:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    result = Result(folder)
    if out is None:
        weakref.finalize(result, shutil.rmtree, folder, ignore_errors=True)
    return result


def open_result(folder: str | os.PathLike[str]) -> Result:
    """The result in a folder that `realign run`, or `run(..., out=folder)`, has written."""
    return Result.open(folder)


class Result:
    """What became of a run."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Result:
        """The result in a folder."""
        result = cls(folder)
        if not result.info:
            raise UsageError(f"{result.folder}: holds no result; results are made with `realign run`")
        return result

    def __repr__(self) -> str:
        info = self.info
        return (
            f"<Result of {info['name']!r}: {info['futures']:,} futures, {len(info['policies'])} policies, "
            f"{len(info['stresses'])} stress tests>"
        )

    def _repr_html_(self) -> str:
        """The ranked tables, in a notebook."""
        from html import escape

        info, rows = self.info, self._summary
        columns = ["stress", "policy", "value", "value_low", "value_high", "difference_to_best", "ruined", "final_cash"]
        decimals = {"final_cash": "{:,.0f}".format, "ruined": "{:.1%}".format}
        shown = rows[columns].to_html(
            index=False, border=0, formatters=decimals, float_format="{:.4f}".format, justify="left"
        )
        return f"<p>{escape(info['name'])}: {info['futures']:,} futures, intervals of 95 %</p>{shown}"

    @cached_property
    def info(self) -> dict[str, Any]:
        """How the result was made: versions, seed, timings."""
        from realign.compare import read_info

        return read_info(self.folder)

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario as run."""
        from realign.scenario import load

        return load(self.folder / "scenario.toml")

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row for each stress test, policy and future; one column for each measure."""
        return self._table("outcomes")

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """Mean and quantiles over futures, for each stress test, policy, week and series."""
        return self._table("weekly")

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened, in the futures for which events were kept."""
        return self._table("events")

    def summary(self) -> pd.DataFrame:
        """The policies ranked within each stress test, with intervals."""
        return self._summary.copy()

    def compare(self, a: str, b: str, *, stress: str = "baseline", measure: str = "value") -> Paired:
        """Policy `a` less policy `b` on the same futures: difference, interval, chance of being better, regret."""
        from realign.compare import Outcomes, paired
        from realign.scenario.desk import suggestion

        outcomes = Outcomes(self.folder)
        for what, name, known in (
            ("policy", a, outcomes.policies), ("policy", b, outcomes.policies), ("stress test", stress, list(outcomes)),
            ("measure", measure, outcomes.measures),
        ):  # fmt: skip
            if name not in known:
                raise UsageError(f'{what} "{name}": not in this result{suggestion(name, known)}')
        values = outcomes[stress][measure]
        return paired(values[outcomes.policies.index(a)], values[outcomes.policies.index(b)])

    def best(self) -> pd.DataFrame:
        """Multiple comparisons with the best: who may be it, how far each lies from the best of the others."""
        from realign.compare import best_table

        return self._over_stresses(best_table)

    def pairs(self) -> pd.DataFrame:
        """Every policy against every other: simultaneous intervals of the difference, chance of beating it."""
        from realign.compare import pairs_table

        return self._over_stresses(pairs_table)

    def chances(self) -> pd.DataFrame:
        """Chance of ruin, and of hitting each objective by its due date, with exact intervals."""
        from realign.compare import chances_table

        return self._over_stresses(chances_table)

    def regret(self) -> pd.DataFrame:
        """Expected and largest regret: against hindsight, and against the best policy of the stress test."""
        from realign.compare import regret_table

        return self._over_stresses(regret_table)

    def quantiles(self, measure: str = "value", *, shares: Iterable[float] | None = None) -> pd.DataFrame:
        """Quantiles of a measure over futures, with intervals that suppose nothing about its distribution."""
        from realign.compare import quantiles_table
        from realign.compare.spread import SHARES

        return self._over_stresses(
            quantiles_table, measure=measure, shares=SHARES if shares is None else tuple(shares)
        )

    def dominance(self) -> pd.DataFrame:
        """First- and second-order stochastic dominance between all pairs of policies."""
        from realign.compare import dominance_table

        return self._over_stresses(dominance_table)

    def requirements(self) -> pd.DataFrame:
        """In which share of futures the scenario's requirements are met, each and all together."""
        from realign.compare import requirements_table

        return self._over_stresses(requirements_table, requirements=self.scenario.requirements)

    def rankings(self) -> pd.DataFrame:
        """The policies ranked under several attitudes to risk."""
        from realign.compare import rankings_table

        return self._over_stresses(rankings_table, requirements=self.scenario.requirements)

    @cached_property
    def plot(self) -> Plots:
        """The figures: `plot.fan("value")`, `plot.compare()`, ...; each gives a matplotlib Figure."""
        from realign.report import Plots

        return Plots(self.folder)

    def report(self, out: str | os.PathLike[str] | None = None, *, pdf: bool = False) -> Path:
        """Write summary files, figures and the page into the result's folder, or into `out`; gives the page.

        pdf: the page as report.pdf too, which needs the extra `pdf`.
        """
        from realign.report import write_report

        return write_report(self.folder, out=None if out is None else Path(out), with_pdf=pdf)

    @cached_property
    def _summary(self) -> pd.DataFrame:
        from realign.compare import summarise_folder

        return summarise_folder(self.folder)

    def _over_stresses(self, table: Callable[..., pd.DataFrame], **options: Any) -> pd.DataFrame:
        from realign.compare import Outcomes

        outcomes = Outcomes(self.folder)
        return table(outcomes, outcomes.policies, **options)

    def _table(self, name: str) -> pd.DataFrame:
        import pandas as pd

        return pd.read_parquet(self.folder / f"{name}.parquet")
