"""Writing the report of a result folder.

Stage: report. In: the folder of a finished run. Out: summary.csv, summary.json, figures/ and report.html in it.
Idea: everything is made first and written afterwards, each file under a temporary name and then renamed, so that
nobody ever reads half a file. In JSON what is not known, or not finite, is null.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

import pandas as pd

from realign.compare.intervals import LEVEL
from realign.report.evidence import gather
from realign.report.gallery import plates
from realign.report.page import Drawn, page
from realign.report.verdict import Verdict, verdict


def write_report(folder: Path | str, *, out: Path | str | None = None) -> Path:
    """Writes the report of the run in `folder` into `out` (the same folder unless given); the path of report.html."""
    evidence = gather(folder)
    target = Path(folder if out is None else out)
    said = verdict(evidence.summary, evidence.info)
    made: dict[str, bytes] = {
        "summary.csv": evidence.summary.to_csv(index=False).encode(),
        "summary.json": summary_json(evidence.summary, evidence.info, said=said).encode(),
    }
    drawn = []
    for plate in plates(evidence):
        picture: Any = plate.draw(evidence)
        svg = picture.svg()
        made[f"figures/{plate.name}.png"] = picture.png()
        made[f"figures/{plate.name}.svg"] = svg.encode()
        drawn.append(Drawn(name=plate.name, svg=svg, caption=plate.caption, alt=plate.alt(evidence)))
    made["report.html"] = page(evidence, said, drawn).encode()
    (target / "figures").mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        _write_whole(target / name, content)
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


def _write_whole(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
