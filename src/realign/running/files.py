"""The files of a result folder.

Stage: run. In: the finished parts of a run. Out: outcomes, weekly and events (.parquet), run.json, scenario.toml.
Idea: files are made in a corner of the folder and moved to their names when all of them are there, run.json last.
How outcomes lie in their file or folder is told in `outcomes`.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from realign.errors import UsageError
from realign.running.blocks import StressTest
from realign.running.outcomes import SHARD, named, numbers, shard_name, write_outcomes
from realign.running.parts import FOLDER, Parts, key_of

_NAMES = pa.dictionary(pa.int32(), pa.string())
_MADE = ("outcomes.parquet", "weekly.parquet", "events.parquet", "scenario.toml")
_FURTHER = ("worth_*.csv", "audit_*.csv", "stories.json")
_DERIVED = ("run.json", "summary.csv", "summary.json", "report.html", "report.pdf")  # by later stages


def claim(out: Path) -> None:
    """Refuse a place that holds something other than a result of ours."""
    try:
        if out.exists() and not out.is_dir():
            raise UsageError(f"{out}: is a file, but results need a folder; give another --out")
        if out.is_dir() and any(out.iterdir()) and not is_ours(out):
            raise UsageError(f"{out}: holds something that is not a result of realign; give another --out, or empty it")
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
    _write_outcomes(corner / "outcomes.parquet", parts)
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
    for pattern in _FURTHER:
        for path in out.glob(pattern):
            path.unlink()
    shutil.rmtree(out / "figures", ignore_errors=True)
    for name in (*_MADE, "run.json"):
        if (out / name).is_dir():
            shutil.rmtree(out / name)
        elif (corner / name).is_dir():
            (out / name).unlink(missing_ok=True)
        os.replace(corner / name, out / name)
    corner.rmdir()


def _write_outcomes(path: Path, parts: Parts) -> None:
    """One file; or for long runs a folder of shards, most of which are there already."""
    if parts.futures <= SHARD:
        chunks = [
            (index, 0, (outcomes for _, outcomes in parts.outcomes(stress)))
            for index, stress in enumerate(parts.stresses)
        ]
        write_outcomes(path, parts.stresses[0].plan, names=[stress.name for stress in parts.stresses], chunks=chunks)
        return
    path.mkdir()
    for stress in parts.stresses:
        for shard in range(-(-parts.futures // SHARD)):
            if shard < parts.shards:
                name = shard_name(stress.number, shard)
                _link(parts.folder / "outcomes" / name, path / name)
            else:
                parts.write_shard(stress, shard, path)


def _link(source: Path, target: Path) -> None:
    """The same file at a second place; a copy where the disk knows no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def write_weekly(path: Path, stresses: Sequence[StressTest]) -> None:
    """One row for each stress test, policy, series and week; a row group for each stress test."""
    names = [stress.name for stress in stresses]
    file: pq.ParquetWriter | None = None
    try:
        for index, stress in enumerate(stresses):
            fan = stress.fan
            cell = np.arange(len(fan.sums))
            columns = {
                "stress": named(np.full(len(cell), index), names),
                "policy": named(cell // (fan.weeks * len(fan.series)), fan.policies),
                "week": numbers((cell % fan.weeks).astype(np.int32)),
                "series": named(cell // fan.weeks % len(fan.series), fan.series),
                **{name: numbers(np.ascontiguousarray(column)) for name, column in fan.table().items()},
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
            events = parts.events(stress)
            if not events:
                continue
            policy, future, week, kind, name, amount = (list(column) for column in zip(*events))
            columns = [
                named(np.full(len(events), index), [other.name for other in parts.stresses]),
                named(np.array(policy), stress.plan.policies),
                pa.array(future, pa.int32()), pa.array(week, pa.int32()),
                pa.array(kind, pa.string()).dictionary_encode(), pa.array(name, pa.string()).dictionary_encode(),
                pa.array(amount, pa.float64()),
            ]  # fmt: skip
            file.write_table(pa.table(columns, schema=schema))
