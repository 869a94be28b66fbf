"""Outcomes as Parquet: one file, or a dataset of shards that is written while a long run goes on.

Stage: run. In: chunks of outcomes (policy, measure, future) in order of futures. Out: Parquet files.
Idea: rows go by stress test, then in row groups of 4096 futures, and within a row group by policy, then future. So one
stress test is read without touching the others, and memory does not grow with the number of futures. A run of more
than 65,536 futures gets a folder `outcomes.parquet` of files `STRESS-SHARD.parquet`, each with 65,536 futures of one
stress test; `pandas.read_parquet` and `pyarrow.dataset` read the folder as they read the file, rows in the same order.
What is in a file depends only on the run, never on where it was played or stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROW_GROUP = 4096  # futures; times policies, it is the number of rows
SHARD = 65_536  # futures in a file of a dataset: a bakery's five policies come to about 100 MB


def shard_name(stress: int, shard: int) -> str:
    """
    >>> shard_name(2, 17)
    '02-00017.parquet'
    """
    return f"{stress:02d}-{shard:05d}.parquet"


def write_outcomes(
    path: Path, plan: Any, *, names: Sequence[str], chunks: Iterable[tuple[int, int, Iterator[np.ndarray]]]
) -> None:
    """Write one file: a row for each stress test, policy and future.

    names: of the stress tests; chunks: (index of the name, first future, outcomes in order of futures).
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    text = pa.dictionary(pa.int32(), pa.string())
    value = plan.measures.index("value")
    fields = [("stress", text), ("policy", text), ("future", pa.int32())]
    schema = pa.schema(fields + [(measure, pa.float64()) for measure in plan.measures])
    with pq.ParquetWriter(path, schema, use_dictionary=["stress", "policy"], compression="snappy") as file:
        for index, start, parts in chunks:
            for first, outcomes in row_groups(parts, first=start):
                policies, _, futures = outcomes.shape
                columns = [
                    named(np.full(policies * futures, index), names),
                    named(np.repeat(np.arange(policies), futures), plan.policies),
                    numbers(np.tile(np.arange(first, first + futures, dtype=np.int32), policies)),
                    *(numbers(outcomes[:, measure].ravel()) for measure in range(len(plan.measures))),
                ]
                table = pa.table(columns, schema=schema)
                played = ~np.isnan(outcomes[:, value]).ravel()  # a policy that was dropped has fewer futures
                table = table if played.all() else table.take(numbers(np.flatnonzero(played)))
                file.write_table(table, row_group_size=max(len(table), 1))


def row_groups(chunks: Iterator[np.ndarray], *, first: int = 0) -> Iterator[tuple[int, np.ndarray]]:
    """Chunks of outcomes (policy, measure, future) of any length as row groups: first future, outcomes."""
    filled = 0
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


def between(chunks: Iterable[tuple[int, np.ndarray]], first: int, last: int) -> Iterator[np.ndarray]:
    """What of the chunks (first future, outcomes) lies within a range of futures."""
    for start, chunk in chunks:
        low, high = max(first - start, 0), min(last - start, chunk.shape[2])
        if low < high:
            yield chunk[:, :, low:high]


def numbers(values: np.ndarray) -> Any:
    """A column of numbers, nan as it is. (`pyarrow.array` would import pandas to ask whether this is of its kind.)"""
    import pyarrow as pa

    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [None, pa.py_buffer(values)])


def named(indices: np.ndarray, names: Sequence[str]) -> Any:
    """Indices into names as a column of text."""
    import pyarrow as pa

    texts = [name.encode() for name in names]
    ends = np.cumsum([0, *map(len, texts)], dtype=np.int32)
    known = pa.StringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(b"".join(texts)))
    return pa.DictionaryArray.from_arrays(numbers(indices.astype(np.int32)), known)
