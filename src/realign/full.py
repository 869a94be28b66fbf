"""What a full report has besides: worth of contingencies and knobs, the alignment audit, three futures told.

Stage: above those whose findings it collects. In: the scenario as run, its result folder. Out: `worth_*.csv`,
`audit_*.csv` and `stories.json` in that folder, where the report finds them.
Idea: each is a run of its own on the first futures of the same seed, so that everything stays paired with the result.
The futures told, all under the policy that leads: its worst, its median, and the one in which it and the runner-up
part most.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from realign.compare import read_info, summarise_folder
from realign.scenario import load

FUTURES = 1_000  # of each further run, unless fewer were played: chapters, not the answer
SEARCHED = 1_000  # futures in which those to tell are looked for
Progress = Callable[[str, int, int], None]  # what, done, wanted


def complete(folder: Path, *, threads: int | None = None, progress: Progress | None = None) -> None:
    """Write what a full report needs beside the result in a folder."""
    from realign.report.listing import safe_csv, write_whole

    info = read_info(folder)
    scenario = load(folder / "scenario.toml")
    options: dict[str, Any] = {"policies": info["policies"], "seed": info["seed"], "threads": threads}
    stress, futures = info["stresses"][0], max(min(FUTURES, info["futures"]), 2)
    for name, table in _tables(scenario, stress, futures, options=options, progress=progress).items():
        write_whole(folder / f"{name}.csv", safe_csv(table).encode())
    stories = _stories(scenario, folder, stress, seed=info["seed"], progress=progress)
    write_whole(folder / "stories.json", (json.dumps(stories, indent=1, ensure_ascii=False) + "\n").encode())


def _tables(
    scenario: Any, stress: str, futures: int, *, options: Mapping[str, Any], progress: Progress | None
) -> dict[str, Any]:
    """The tables of the worth of things and of the audit, by the names of their files."""
    from realign.alignment import audit
    from realign.margins import worth

    def told(what: str) -> Callable[[int, int], None] | None:
        return None if progress is None else lambda done, wanted: progress(what, done, wanted)

    dear = worth(scenario, stress=stress, futures=futures, progress=told("worth"), **options)
    minds = audit(scenario, stress=stress, futures=futures, progress=told("audit"), **options)
    return {
        "worth_contingencies": dear.contingencies, "worth_knobs": dear.knobs, "worth_warning": dear.warning,
        "audit_units": minds.units, "audit_map": minds.map, "audit_ties": minds.ties,
    }  # fmt: skip


def _stories(
    scenario: Any, folder: Path, stress: str, *, seed: int, progress: Progress | None
) -> list[dict[str, Any]]:
    """The worst and the median future of the leading policy, and where it and the runner-up part most."""
    from realign.story import tell

    order = list(summarise_folder(folder).query("stress == @stress")["policy"])
    leader, rivals = order[0], order[1:2]
    wanted: list[dict[str, Any]] = [{"future": "worst"}, {"future": "median"}]
    wanted += [{"where_differs_from": rival} for rival in rivals]
    told = []
    for number, which in enumerate(wanted):
        if progress is not None:
            progress("stories", number, len(wanted))
        story = tell(scenario, policy=leader, stress=stress, seed=seed, futures=SEARCHED, **which)
        title, *rest = (paragraph.text for paragraph in story.paragraphs)
        figure: Any = story.figure()
        told.append({"future": story.future, "title": title, "paragraphs": rest, "svg": figure.svg()})
    return told
