"""A story as files: the text, the table of events, the figure, and all of it as JSON.

Stage: story. In: a story, a folder. Out: story.txt, events.csv, story.png, story.svg, story.json.
Idea: everything is made first and written afterwards, under temporary names that become the real ones when all of them
are there, story.json last. It says how the story was made; a folder whose files of these names are not a story's is
left alone.
"""

from __future__ import annotations

import json
import os
import re
import textwrap
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realign import __version__
from realign.errors import UsageError

if TYPE_CHECKING:
    from realign.story.telling import Story

FILES = ("story.txt", "events.csv", "story.png", "story.svg", "story.json")
_COLUMNS = 100


def wrapped(text: str, *, columns: int = _COLUMNS) -> str:
    """Paragraphs broken into lines, a number and its unit kept together."""
    kept = re.sub(r"(?<=\d) (?=%)|(?<=week) (?=\d)", "\u00a0", text)
    lines = (textwrap.wrap(part, columns, break_on_hyphens=False) for part in kept.split("\n\n"))
    return "\n\n".join("\n".join(part) for part in lines).replace("\u00a0", " ")


def document(story: Story) -> dict[str, Any]:
    """The story as plain values for JSON: what is told, its words, events and measures. Null where there is none."""
    from realign.scenario import scenario_hash

    life, rival = story.life, story.facts.rival
    return {
        "name": life.scenario.name, "scenario_hash": scenario_hash(story.facts.scenario), "version": __version__,
        "stress": life.stress, "policy": life.policy, "future": life.future, "why": story.choice.why,
        "told_against": None if rival is None else rival.policy, "seed": life.seed, "weeks": len(life.states),
        "futures": story.futures, "currency": life.scenario.organisation.currency,
        "paragraphs": [{"kind": part.kind, "text": part.text} for part in story.paragraphs],
        "events": [
            {key: _plain(value) for key, value in row.items()} for row in story.events.to_dict("records")
        ],
        "outcomes": {name: _plain(value) for name, value in life.outcomes.items()},
    }  # fmt: skip


def as_json(story: Story) -> str:
    """The document as text."""
    return json.dumps(document(story), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not isfinite(value) else value


def write(story: Story, out: Path) -> list[Path]:
    """Write the files, all or none; their paths."""
    claim(out)
    figure: Any = story.figure()
    made = {
        "story.txt": (wrapped(story.text) + "\n").encode(),
        "events.csv": story.events.to_csv(index=False, lineterminator="\n").encode(),
        "story.png": figure.png(),
        "story.svg": figure.svg().encode(),
        "story.json": as_json(story).encode(),
    }
    was_there = out.is_dir()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{out}: cannot be made: {error.strerror or error}") from None
    parts = {name: out / f".{name}.{os.getpid()}.part" for name in made}
    try:
        for name, content in made.items():
            parts[name].write_bytes(content)
        for name in FILES:
            parts[name].replace(out / name)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
        if not was_there and not any(out.iterdir()):
            out.rmdir()
    return [out / name for name in FILES]


def claim(out: Path) -> None:
    """Refuse a place where the files would replace something other than a story."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: is a file, but a story needs a folder; give another --out")
    taken = [name for name in FILES if (out / name).exists()]
    if taken and not _is_ours(out / "story.json"):
        raise UsageError(f"{out}: holds a {taken[0]} that is not of realign's making; give another --out")


def _is_ours(path: Path) -> bool:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and {"paragraphs", "scenario_hash", "version"} <= found.keys()
