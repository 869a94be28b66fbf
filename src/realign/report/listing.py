"""A plain table for the terminal, and the same as JSON.

Stage: report. In: columns of text, or a frame. Out: text.
Idea: names to the left, numbers to the right; where the terminal is narrow names are cut, never numbers.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import pandas as pd

from realign.report.table import cut, wrapped
from realign.report.words import cells_wide, short

_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_GAP = "  "
_SHORTEST = 12  # cells that a name keeps
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet cell begins with that is not taken as text


def listing(
    columns: Mapping[str, Sequence[str]], *, title: str = "", names: Sequence[str] = (), notes: Sequence[str] = (),
    colour: bool = False, width: int = 100,
) -> str:  # fmt: skip
    """A table with a title and notes; `names` are the columns that stand to the left and may be cut."""
    cells = {head: [head, *rows] for head, rows in columns.items()}
    wide = {head: max(cells_wide(text) for text in rows) for head, rows in cells.items()}
    over = sum(wide.values()) + len(_GAP) * (len(wide) - 1) - width
    for head in sorted(set(names) & set(wide), key=lambda head: -wide[head]):
        if over > 0:
            room = max(wide[head] - over, min(_SHORTEST, wide[head]))
            over -= wide[head] - room
            wide[head] = room
    lines = [_paint(cut(title, width), _BOLD, colour)] if title else []
    for row in range(len(next(iter(cells.values())))):
        texts = [_set(short(cells[head][row], wide[head]), wide[head], left=head in names) for head in cells]
        line = _GAP.join(texts).rstrip()
        lines.append(_paint(line, _DIM, colour) if row == 0 else line)
    for note in notes:
        lines += [_paint(line, _DIM, colour) for line in wrapped(f"  {note}", width, indent="    ").split("\n")]
    return "\n".join(lines)


def _set(text: str, wide: int, *, left: bool) -> str:
    pad = " " * (wide - cells_wide(text))
    return text + pad if left else pad + text


def _paint(text: str, code: str, colour: bool) -> str:
    return f"{code}{text}{_RESET}" if colour and text else text


def records_json(frame: pd.DataFrame) -> str:
    """A frame as JSON records; what is not known, or not finite, is null."""
    rows: list[dict[str, Any]] = frame.to_dict("records")  # type: ignore[assignment]
    plain = [{key: _finite(value) for key, value in row.items()} for row in rows]
    return json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False)


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not isfinite(value) else value


def safe_csv(frame: pd.DataFrame) -> str:
    """A frame as CSV; text that a spreadsheet would take for a formula gets an apostrophe in front."""
    texts = frame.select_dtypes(exclude="number").columns
    safe = frame.assign(**{name: [_defused(text) for text in frame[name]] for name in texts})
    return safe.to_csv(index=False)


def _defused(text: Any) -> Any:
    return f"'{text}" if isinstance(text, str) and text[:1] in FORMULA else text


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under a temporary name, then rename it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except OSError as error:  # a full disk does not say which file it was about
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)
