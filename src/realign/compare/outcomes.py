"""Reading the outcomes of a result folder, one stress test and one measure at a time.

Stage: comparison. In: `outcomes.parquet` and `run.json` of a run. Out: (policy, future) arrays.
Idea: a million futures of six policies and four stress tests do not fit in memory as a table, but one column of one
stress test does (48 MB). Row groups whose statistics say that they hold another stress test are skipped; each row is
put where its policy and future say, so the order of rows in the file does not matter. Where policies were dropped on
the way (`--select`), each has its first futures, and nan from there on.

    outcomes = Outcomes("results/bakery-3f2a9c51")
    outcomes["baseline"]["value"]              # (policy, future) float64, policies as in outcomes.policies
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np

from realign.compare.intervals import Values
from realign.errors import UsageError

_BATCH = 262_144  # rows at a time: 2 MB a column
_LARGE = 64 * 2**20  # bytes of a measure of one stress test, above which it is read policy by policy


class Outcomes(Mapping[str, "StressOutcomes"]):
    """Stress test -> its outcomes, read when asked for."""

    def __init__(self, folder: Path | str) -> None:
        import pyarrow.parquet as pq

        self.folder = Path(folder)
        self.path = self.folder / "outcomes.parquet"
        paths = sorted(self.path.glob("*.parquet")) if self.path.is_dir() else [self.path]
        if not paths or not paths[0].is_file():
            raise UsageError(f"{self.folder}: holds no outcomes.parquet; is it the folder of a finished run?")
        self.info = read_info(self.folder)
        self._files = {path: pq.read_metadata(path) for path in paths}  # open only while read: there may be hundreds
        self._names = self._files[paths[0]].schema.to_arrow_schema().names
        self.measures = tuple(name for name in self._names if name not in ("stress", "policy", "future"))
        self._groups = self._row_groups_by_stress()
        wanted = [name for name in self.info.get("stresses", ()) if name in self._groups]
        self._stresses = tuple(wanted + [name for name in self._groups if name not in wanted])
        self.policies = tuple(self.info.get("policies", ())) or self._policies_in_file()
        self._last: StressOutcomes | None = None

    def __getitem__(self, stress: str) -> StressOutcomes:
        if stress not in self._groups:
            raise UsageError(f"stress {stress!r}: not in this result; it has {', '.join(self._stresses) or 'none'}")
        if self._last is None or self._last.stress != stress:
            self._last = StressOutcomes(self, stress)
        return self._last

    def __iter__(self) -> Iterator[str]:
        return iter(self._stresses)

    def __len__(self) -> int:
        return len(self._stresses)

    def __contains__(self, stress: object) -> bool:
        return stress in self._groups

    def _open(self, path: Path) -> Any:
        import pyarrow.parquet as pq

        return pq.ParquetFile(path, metadata=self._files[path], read_dictionary=["stress", "policy"])

    def _row_groups_by_stress(self) -> dict[str, dict[Path, list[int]]]:
        """Stress -> file -> row groups that hold it, by their statistics, or by reading where there are none."""
        groups: dict[str, dict[Path, list[int]]] = {}
        column = self._names.index("stress")
        for path, metadata in self._files.items():
            for number in range(metadata.num_row_groups):
                statistics = metadata.row_group(number).column(column).statistics
                if statistics is not None and statistics.has_min_max and statistics.min == statistics.max:
                    names = [statistics.min]
                else:
                    with self._open(path) as file:
                        names = file.read_row_group(number, columns=["stress"])["stress"].unique().to_pylist()
                for name in names:
                    groups.setdefault(name, {}).setdefault(path, []).append(number)
        return groups

    def _policies_in_file(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for path in self._files:
            with self._open(path) as file:
                for batch in file.iter_batches(batch_size=_BATCH, columns=["policy"]):
                    found.update(dict.fromkeys(batch.column(0).unique().to_pylist()))
        return tuple(found)

    def batches(self, stress: str, columns: list[str]) -> Iterator[Any]:
        """Record batches of the row groups that hold this stress test; `stress` is the first column."""
        for path, groups in self._groups[stress].items():
            with self._open(path) as file:
                yield from file.iter_batches(batch_size=_BATCH, row_groups=groups, columns=["stress", *columns])


class StressOutcomes(Mapping[str, Values]):
    """Measure -> (policy, future) float64 of one stress test; read anew each time, nothing is kept."""

    def __init__(self, outcomes: Outcomes, stress: str) -> None:
        self.stress = stress
        self._outcomes = outcomes
        self.futures = self._count_futures()

    def __getitem__(self, measure: str) -> Values:
        if measure not in self._outcomes.measures:
            raise UsageError(f"measure {measure!r}: not in this result; it has {', '.join(self._outcomes.measures)}")
        table = np.full((len(self._outcomes.policies), self.futures), np.nan)
        for policies, futures, numbers in self._read(measure):
            table[policies, futures] = numbers
        return table

    def rows(self, measure: str) -> Iterator[Values]:
        """The measure policy by policy; if it is large, one policy at a time is in memory."""
        count = len(self._outcomes.policies)
        if 8 * count * self.futures <= _LARGE:
            yield from self[measure]
            return
        for policy in range(count):
            row = np.full(self.futures, np.nan)
            for policies, futures, numbers in self._read(measure):
                own = policies == policy
                row[futures[own]] = numbers[own]
            yield row

    def __iter__(self) -> Iterator[str]:
        return iter(self._outcomes.measures)

    def __len__(self) -> int:
        return len(self._outcomes.measures)

    def __contains__(self, measure: object) -> bool:
        return measure in self._outcomes.measures

    def _rows(self, batch: Any) -> Any:
        """Which rows of the batch belong to this stress test: a mask, or everything."""
        column = batch.column("stress")
        names = column.dictionary.to_pylist()
        mine = names.index(self.stress) if self.stress in names else -1
        mask = column.indices.to_numpy(zero_copy_only=False) == mine
        return slice(None) if mask.all() else mask

    def _read(self, *measures: str) -> Iterator[list[Any]]:
        """Batch by batch the places of the rows: policies, futures; and the measures asked for."""
        order = {name: index for index, name in enumerate(self._outcomes.policies)}
        for batch in self._outcomes.batches(self.stress, ["policy", "future", *measures]):
            rows = self._rows(batch)
            column = batch.column("policy")
            codes = np.array([order.get(name, -1) for name in column.dictionary.to_pylist()], dtype=np.int64)
            policies = codes[column.indices.to_numpy(zero_copy_only=False)]
            others = [batch.column(name).to_numpy(zero_copy_only=False) for name in ("future", *measures)]
            yield [found[rows] for found in (policies, *others)]

    def _count_futures(self) -> int:
        """How many futures there are, each once for each policy; a policy that was dropped has the first of them."""
        last = np.full(len(self._outcomes.policies), -1, np.int64)
        rows, known = 0, True
        for policies, futures in self._read():
            known = known and bool((policies >= 0).all())
            np.maximum.at(last, policies, futures)
            rows += len(policies)
        count = int(last.max(initial=-1)) + 1
        seen = np.zeros((len(last), count), dtype=bool)
        for policies, futures in self._read():
            seen[policies, futures] = True
        complete = int(np.count_nonzero(seen)) == rows == int((last + 1).sum())
        even = bool((last == count - 1).all()) or bool(self._outcomes.info.get("selection"))
        if not (known and complete and even):
            raise UsageError(
                f"{self._outcomes.path}: stress {self.stress!r} does not hold every future once for each policy; "
                "the run was cut off: run it again, or with --resume"
            )
        return count


@runtime_checkable
class ByRows(Protocol):
    """Measures that are given policy by policy, so that one policy at a time is in memory."""

    def rows(self, measure: str, /) -> Iterable[Values]: ...


def rows_of(measures: Mapping[str, Values], name: str) -> Iterable[Values]:
    """A measure policy by policy, from wherever the measures are."""
    return measures.rows(name) if isinstance(measures, ByRows) else measures[name]


def read_info(folder: Path | str) -> dict[str, Any]:
    """What `run.json` says about the run; empty where there is none."""
    path = Path(folder) / "run.json"
    if not path.is_file():
        return {}
    try:
        info = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise UsageError(f"{path}: not readable as JSON ({fault}); run the scenario again") from fault
    return info if isinstance(info, dict) else {}
