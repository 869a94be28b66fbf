"""Writing the report of a result folder.

Stage: report. In: the folder of a finished run. Out: summary.csv, summary.json, figures/ and report.html in it.
Idea: everything is made first and written afterwards, each file under a temporary name and then renamed, so that
nobody ever reads half a file. In JSON what is not known, or not finite, is null.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

import pandas as pd

from realign.compare.intervals import LEVEL
from realign.report.drawing import draw_all
from realign.report.evidence import gather
from realign.report.listing import safe_csv, write_whole
from realign.report.markup import Drawn
from realign.report.page import page
from realign.report.pdf import pdf, require_pdf
from realign.report.verdict import Verdict, verdict


def write_report(folder: Path | str, *, out: Path | str | None = None, with_pdf: bool = False) -> Path:
    """Writes the report of the run in `folder` into `out` (the same folder unless given); the path of report.html.

    with_pdf: report.pdf as well, which needs the extra `pdf`.
    """
    if with_pdf:
        require_pdf()
    evidence = gather(folder)
    target = Path(folder if out is None else out)
    said = verdict(evidence.summary, evidence.info)
    made: dict[str, bytes] = {
        "summary.csv": safe_csv(evidence.summary).encode(),
        "summary.json": summary_json(evidence.summary, evidence.info, said=said).encode(),
    }
    drawn = []
    for plate, svg, png in draw_all(evidence):
        made[f"figures/{plate.name}.png"] = png
        made[f"figures/{plate.name}.svg"] = svg.encode()
        words = {"caption": plate.caption, "alt": plate.alt(evidence), "chapter": plate.chapter}
        drawn.append(Drawn(name=plate.name, svg=svg, **words))
    text = page(evidence, said, drawn)
    made["report.html"] = text.encode()
    if with_pdf:
        made["report.pdf"] = pdf(text)
    (target / "figures").mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        write_whole(target / name, content)
    return target / "report.html"


def summary_json(summary: pd.DataFrame, info: Mapping[str, Any] | None = None, *, said: Verdict | None = None) -> str:
    """The summary as JSON: what was run, the verdict in words, and one record per stress test and policy."""
    about = info or {}
    told = verdict(summary, about) if said is None else said
    rows = [{key: _finite(value) for key, value in row.items()} for row in summary.to_dict("records")]
    keys = ("name", "scenario_hash", "seed", "futures", "weeks", "currency", "interrupted")
    document = {
        **{key: about[key] for key in keys if key in about},
        "level": LEVEL,
        "headline": told.headline,
        "verdict": list(told.sentences),
        "rows": rows,
    }
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    """Null for what JSON cannot say."""
    return None if isinstance(value, float) and not isfinite(value) else value
