"""A result in Python: tables, comparisons, figures and the report of one run.

Stage: above all others; a shell for scripts and notebooks. In: a scenario, or the folder of a run. Out: a `Result`.
Idea: a result is its folder. Tables are read from it when they are asked for, and kept.

    result = run(scenario, futures=10_000)
    result.summary()
    result.compare("Quarterly, prepared", "Annual plan")
    result.report("out/")
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterable
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
    out: str | os.PathLike[str] | None = None,
) -> Result:
    """Play every stress test and policy on the same futures.

    futures, seed: those of the scenario if None. policies, stresses: names; None for all ("baseline" is the
    unstressed case). events: for how many futures events are kept. until: add futures until the half-width of the 95 %
    interval of the paired difference of the best two policies is below this. out: where the files go; if None, into
    a temporary folder that goes when the result does.

    At Ctrl-C the futures finished so far are returned (`info["interrupted"]` says so); a second one raises.
    """
    from realign.running.folder import run_to_folder

    folder = Path(out) if out is not None else Path(tempfile.mkdtemp(prefix="realign-"))
    try:
        run_to_folder(
            scenario, out=folder, futures=futures, seed=seed, policies=policies, stresses=stresses, threads=threads,
            events=events, until=until, command="realign.run",
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
            f"{len(info['stresses'])} stress tests, in {self.folder}>"
        )

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

    @cached_property
    def plot(self) -> Plots:
        """The figures: `plot.fan("value")`, `plot.compare()`, ...; each gives a matplotlib Figure."""
        from realign.report import Plots

        return Plots(self.folder)

    def report(self, out: str | os.PathLike[str] | None = None) -> Path:
        """Write summary files, figures and the page into the result's folder, or into `out`; gives the page."""
        from realign.report import write_report

        return write_report(self.folder, out=None if out is None else Path(out))

    @cached_property
    def _summary(self) -> pd.DataFrame:
        from realign.compare import summarise_folder

        return summarise_folder(self.folder)

    def _table(self, name: str) -> pd.DataFrame:
        import pandas as pd

        return pd.read_parquet(self.folder / f"{name}.parquet")
