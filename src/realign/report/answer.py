"""The answer to `realign run`: the report on disk, the tables for the terminal.

Stage: report, its last word. In: the folder of a finished run, what the terminal can show. Out: text.
"""

from __future__ import annotations

import json
from math import nan
from pathlib import Path

import pandas as pd

from realign.compare import read_info
from realign.report.certainty import certainty
from realign.report.table import render, wrapped
from realign.report.write import write_report


def answer(folder: Path | str, *, with_pdf: bool = False, colour: bool = False, width: int = 100) -> str:
    """Write the report; gives the ranked tables, what precision was reached, and where the report is."""
    page = write_report(folder, with_pdf=with_pdf)
    rows = json.loads((page.parent / "summary.json").read_text(encoding="utf-8"))["rows"]
    known = pd.DataFrame([{key: nan if value is None else value for key, value in row.items()} for row in rows])
    sentences = [wrapped(sentence, width) for sentence in certainty(read_info(folder))]
    return "\n".join([render(known, colour=colour, width=width), *sentences, f"The report is in {page}\n"])
