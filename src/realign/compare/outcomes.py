"""Reading the outcomes of a result folder, one stress test and one measure at a time.

Stage: comparison. In: `outcomes.parquet` and `run.json` of a run. Out: (policy, future) arrays.
Idea: a million futures of six policies and four stress tests do not fit in memory as a table, but one column of one
stress test does (48 MB). Row groups whose statistics say that they hold another stress test are skipped; each row is
put where its policy and future say, so the order of rows in the file does not matter.

    outcomes = Outcomes("results/bakery-3f2a9c51")
    outcomes["baseline"]["value"]              # (policy, future) float64, policies as in outcomes.policies
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from realign.compare.intervals import Values
from realign.errors import UsageError

Places = npt.NDArray[np.int32] | npt.NDArray[np.int64]

_BATCH = 262_144  # rows at a time: 2 MB a column


class Outcomes(Mapping[str, "StressOutcomes"]):
    """Stress test -> its outcomes, read when asked for."""

    def __init__(self, folder: Path | str) -> None:
        import pyarrow.parquet as pq

        self.folder = Path(folder)
        self.path = self.folder / "outcomes.parquet"
        if not self.path.is_file():
            raise UsageError(f"{self.folder}: holds no outcomes.parquet; is it the folder of a finished run?")
        self.info = read_info(self.folder)
        self._file = pq.ParquetFile(self.path, read_dictionary=["stress", "policy"])
        self.measures = tuple(
            name for name in self._file.schema_arrow.names if name not in ("stress", "policy", "future")
        )
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

    def _row_groups_by_stress(self) -> dict[str, list[int]]:
        """Stress -> row groups that hold it, by the groups' statistics, or by reading where there are none."""
        groups: dict[str, list[int]] = {}
        metadata = self._file.metadata
        column = self._file.schema_arrow.names.index("stress")
        for number in range(metadata.num_row_groups):
            statistics = metadata.row_group(number).column(column).statistics
            if statistics is not None and statistics.has_min_max and statistics.min == statistics.max:
                names = [statistics.min]
            else:
                names = self._file.read_row_group(number, columns=["stress"])["stress"].unique().to_pylist()
            for name in names:
                groups.setdefault(name, []).append(number)
        return groups

    def _policies_in_file(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for batch in self._file.iter_batches(batch_size=_BATCH, columns=["policy"]):
            found.update(dict.fromkeys(batch.column(0).unique().to_pylist()))
        return tuple(found)

    def batches(self, stress: str, columns: list[str]) -> Iterator[Any]:
        """Record batches of the row groups that hold this stress test; `stress` is the first column."""
        yield from self._file.iter_batches(
            batch_size=_BATCH, row_groups=self._groups[stress], columns=["stress", *columns]
        )


class StressOutcomes(Mapping[str, Values]):
    """Measure -> (policy, future) float64 of one stress test; read anew each time, nothing is kept but the places."""

    def __init__(self, outcomes: Outcomes, stress: str) -> None:
        self.stress = stress
        self._outcomes = outcomes
        self._places, self.futures = self._find_places()

    def __getitem__(self, measure: str) -> Values:
        if measure not in self._outcomes.measures:
            raise UsageError(f"measure {measure!r}: not in this result; it has {', '.join(self._outcomes.measures)}")
        table = np.full(len(self._outcomes.policies) * self.futures, np.nan)
        at = 0
        for batch in self._outcomes.batches(self.stress, [measure]):
            rows = self._rows(batch)
            numbers = batch.column(measure).to_numpy(zero_copy_only=False)[rows]
            table[self._places[at : at + len(numbers)]] = numbers
            at += len(numbers)
        return table.reshape(len(self._outcomes.policies), self.futures)

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

    def _find_places(self) -> tuple[Places, int]:
        """For each row, in file order, its place in the flattened (policy, future) table."""
        order = {name: index for index, name in enumerate(self._outcomes.policies)}
        policies, futures = [], []
        for batch in self._outcomes.batches(self.stress, ["policy", "future"]):
            rows = self._rows(batch)
            column = batch.column("policy")
            codes = np.array([order.get(name, -1) for name in column.dictionary.to_pylist()], dtype=np.int16)
            policies.append(codes[column.indices.to_numpy(zero_copy_only=False)][rows])
            futures.append(batch.column("future").to_numpy(zero_copy_only=False)[rows].astype(np.int32))
        count = max((int(part.max()) + 1 for part in futures if len(part)), default=0)
        kind = np.int32 if count * len(order) < 2**31 else np.int64
        places = np.concatenate([np.zeros(0, kind), *(p * kind(count) + f for p, f in zip(policies, futures))])
        policy_known = all((part >= 0).all() for part in policies)
        complete = len(places) == count * len(order) and policy_known
        if not complete or not _each_once(places):
            raise UsageError(
                f"{self._outcomes.path}: stress {self.stress!r} does not hold every future once for each policy; "
                "the run was cut off: run it again, or with --resume"
            )
        return places, count


def _each_once(places: Places) -> bool:
    seen = np.zeros(len(places), dtype=bool)
    seen[places] = True
    return bool(seen.all())


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
