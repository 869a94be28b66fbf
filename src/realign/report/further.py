"""What other commands have found about the same scenario, where they left it in the result folder.

Stage: report. In: `worth_*.csv`, `audit_*.csv`, `stories.json`. Out: tables by name, stories.
Idea: the report is made of what is there. In CSV files names may carry an apostrophe that keeps spreadsheets from
taking them for formulas; it goes when they are read.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from realign.report.listing import FORMULA

TABLES = ("worth_contingencies", "worth_knobs", "worth_warning", "audit_units", "audit_map", "audit_ties")


def further_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Those that are there and not empty."""
    found = {}
    for name in TABLES:
        path = folder / f"{name}.csv"
        if path.is_file():
            table = pd.read_csv(path, keep_default_na=True)
            if len(table):
                found[name] = _plain(table)
    return found


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Names as they are in the scenario; what is missing from a column of names is an empty name."""
    texts = table.select_dtypes(exclude="number").columns
    return table.assign(**{name: [_bare(text) for text in table[name]] for name in texts})


def _bare(text: Any) -> Any:
    if not isinstance(text, str):
        return "" if text is None or text != text else text
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text


def further_stories(folder: Path) -> list[dict[str, Any]]:
    """title, paragraphs, svg of each future that was told."""
    path = folder / "stories.json"
    if not path.is_file():
        return []
    found = json.loads(path.read_text(encoding="utf-8"))
    return found if isinstance(found, list) else []
