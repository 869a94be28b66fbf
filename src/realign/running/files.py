"""The files of a result folder.

Stage: run. In: the finished parts of a run. Out: outcomes, weekly and events (.parquet), run.json, scenario.toml.
Idea: files are made in a corner of the folder and moved to their names when all of them are there, run.json last.
Rows of outcomes go by stress test, then in row groups of 4096 futures, and within a row group by policy, then future.
So one stress test is read without touching the others, and memory does not grow with the number of futures.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from realign.errors import UsageError
from realign.running.blocks import StressTest
from realign.running.parts import FOLDER, Parts, key_of

ROW_GROUP = 4096  # futures; times policies, it is the number of rows
_NAMES = pa.dictionary(pa.int32(), pa.string())
_MADE = ("outcomes.parquet", "weekly.parquet", "events.parquet", "scenario.toml")
_DERIVED = ("run.json", "summary.csv", "summary.json", "report.html")  # from the outcomes, by a later stage


def claim(out: Path) -> None:
    """Refuse a place that holds something other than a result of ours."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is a file, but results need a folder; give another --out")
    if out.is_dir() and any(out.iterdir()) and not is_ours(out):
        raise UsageError(f"{out}: holds something that is not a result of realign; give another --out, or empty it")
    try:
        (out / FOLDER).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{out}: cannot be made: {error.strerror or error}") from None


def is_ours(out: Path) -> bool:
    """Whether a folder holds a result, or the parts of one."""
    return "realign" in (read_info(out) or {}).get("versions", {}) or key_of(out / FOLDER) is not None


def read_info(out: Path) -> dict[str, Any] | None:
    """What run.json says; None if it is not there or says nothing."""
    try:
        info = json.loads((out / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return info if isinstance(info, dict) else None


def make_files(parts: Parts, *, scenario_text: str, info: dict[str, Any]) -> Path:
    """Make all files in a corner of the folder."""
    corner = parts.folder / "ready"
    shutil.rmtree(corner, ignore_errors=True)
    corner.mkdir()
    write_outcomes(corner / "outcomes.parquet", parts)
    write_weekly(corner / "weekly.parquet", parts.stresses)
    write_events(corner / "events.parquet", parts)
    (corner / "scenario.toml").write_text(scenario_text, encoding="utf-8", newline="\n")
    text = json.dumps(info, indent=2, ensure_ascii=False, allow_nan=False)
    (corner / "run.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    return corner


def publish(corner: Path, *, out: Path) -> None:
    """Move the files to their names; what was made from an earlier result goes first."""
    for name in _DERIVED:
        (out / name).unlink(missing_ok=True)
    shutil.rmtree(out / "figures", ignore_errors=True)
    for name in (*_MADE, "run.json"):
        os.replace(corner / name, out / name)
    corner.rmdir()


def write_outcomes(path: Path, parts: Parts) -> None:
    """One row for each stress test, policy and future."""
    plan = parts.stresses[0].plan
    names = [stress.name for stress in parts.stresses]
    fields = [("stress", _NAMES), ("policy", _NAMES), ("future", pa.int32())]
    schema = pa.schema(fields + [(measure, pa.float64()) for measure in plan.measures])
    with pq.ParquetWriter(path, schema, use_dictionary=["stress", "policy"], compression="snappy") as file:
        for index in range(len(names)):
            for first, outcomes in row_groups(parts.outcomes(index)):
                policies, _, futures = outcomes.shape
                columns = [
                    _names(np.full(policies * futures, index), names),
                    _names(np.repeat(np.arange(policies), futures), plan.policies),
                    pa.array(np.tile(np.arange(first, first + futures, dtype=np.int32), policies)),
                    *(pa.array(outcomes[:, measure].ravel()) for measure in range(len(plan.measures))),
                ]
                rows = policies * futures
                file.write_table(pa.table(columns, schema=schema), row_group_size=rows)


def row_groups(chunks: Iterator[np.ndarray]) -> Iterator[tuple[int, np.ndarray]]:
    """Chunks of outcomes (policy, measure, future) of any length as row groups: first future, outcomes."""
    first = filled = 0
    group = np.empty((0, 0, 0))
    for chunk in chunks:
        if not group.size:
            group = np.empty((*chunk.shape[:2], ROW_GROUP))
        taken = 0
        while taken < chunk.shape[2]:
            step = min(chunk.shape[2] - taken, ROW_GROUP - filled)
            group[:, :, filled : filled + step] = chunk[:, :, taken : taken + step]
            taken, filled = taken + step, filled + step
            if filled == ROW_GROUP:
                yield first, group
                first, filled = first + ROW_GROUP, 0
    if filled:
        yield first, group[:, :, :filled]


def write_weekly(path: Path, stresses: Sequence[StressTest]) -> None:
    """One row for each stress test, policy, series and week; a row group for each stress test."""
    names = [stress.name for stress in stresses]
    file: pq.ParquetWriter | None = None
    try:
        for index, stress in enumerate(stresses):
            fan = stress.fan
            cell = np.arange(len(fan.sums))
            columns = {
                "stress": _names(np.full(len(cell), index), names),
                "policy": _names(cell // (fan.weeks * len(fan.series)), fan.policies),
                "week": pa.array((cell % fan.weeks).astype(np.int32)),
                "series": _names(cell // fan.weeks % len(fan.series), fan.series),
                **{name: pa.array(column) for name, column in fan.table().items()},
            }
            table = pa.table(columns)
            file = file or pq.ParquetWriter(path, table.schema, use_dictionary=["stress", "policy", "series", "week"])
            file.write_table(table, row_group_size=max(len(cell), 1))
    finally:
        if file is not None:
            file.close()


def write_events(path: Path, parts: Parts) -> None:
    """What happened, in the futures that events were asked for; no rows if none were."""
    kinds = [
        ("stress", _NAMES), ("policy", _NAMES), ("future", pa.int32()), ("week", pa.int32()), ("kind", _NAMES),
        ("name", _NAMES), ("amount", pa.float64()),
    ]  # fmt: skip
    schema = pa.schema(kinds)
    with pq.ParquetWriter(path, schema) as file:
        for index, stress in enumerate(parts.stresses):
            events = parts.events(index)
            if not events:
                continue
            policy, future, week, kind, name, amount = (list(column) for column in zip(*events))
            columns = [
                _names(np.full(len(events), index), [other.name for other in parts.stresses]),
                _names(np.array(policy), stress.plan.policies),
                pa.array(future, pa.int32()), pa.array(week, pa.int32()),
                pa.array(kind, pa.string()).dictionary_encode(), pa.array(name, pa.string()).dictionary_encode(),
                pa.array(amount, pa.float64()),
            ]  # fmt: skip
            file.write_table(pa.table(columns, schema=schema))


def _names(indices: np.ndarray, names: Sequence[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(indices.astype(np.int32)), pa.array(list(names), pa.string()))
