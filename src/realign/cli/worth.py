"""`realign worth FILE`: what contingencies, knobs and perfect warning are worth.

Stage: command line. In: a scenario file and options. Out: tables, or JSON, on standard output; a folder with --out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realign.cli.options import add_choice_options, add_scenario_options, settings_of, whole_number
from realign.cli.terminal import say_if_it_compiles, wants_colour, width
from realign.terminal import ProgressLine

if TYPE_CHECKING:
    import pandas as pd

    from realign.margins import Worth

HELP = "what each contingency, a little more slack, monitoring ..., and perfect warning are worth to each policy"
_NOTES = (
    "worth: mean difference on the same futures, ± the half-width of its 95 % interval; * told apart from 0; cash: in "
    "money at the end; ruin: in percentage points",
)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a scenario file")
    add_scenario_options(parser)
    add_choice_options(parser)
    parser.add_argument(
        "--futures", metavar="N", type=whole_number(2, 1_000_000_000), default=2_000,
        help="futures to play for each variant (2,000)",
    )  # fmt: skip
    parser.add_argument("--out", metavar="DIR", type=Path, help="write tables (.csv) and figures (.png, .svg) there")


def act(args: argparse.Namespace) -> int:
    from realign.margins import worth
    from realign.report.listing import records_json
    from realign.scenario import load

    scenario = load(args.file, settings_of(args))
    say_if_it_compiles(quiet=args.quiet)
    line = ProgressLine()
    try:
        found = worth(
            scenario, policies=args.policies, stress=args.stress, futures=args.futures, seed=args.seed,
            threads=args.threads, progress=None if args.quiet else lambda done, wanted: line(done, wanted, nan, nan),
        )  # fmt: skip
    finally:
        line.clear()
    tables = {"contingencies": found.contingencies, "knobs": found.knobs, "warning": found.warning}
    if args.out is not None:
        _write(args.out, found, tables)
    if args.json:
        print(json.dumps({name: json.loads(records_json(table)) for name, table in tables.items()}, indent=1))
        return 0
    print("\n\n".join(_tables(found, args.stress)))
    if args.out is not None:
        print(f"\nTables and figures are in {args.out}")
    return 0


def _write(out: Path, found: Worth, tables: Mapping[str, pd.DataFrame]) -> None:
    from realign.report.listing import safe_csv, write_whole

    out.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        write_whole(out / f"worth_{name}.csv", safe_csv(table).encode())
    for name, figure in found.figures().items():
        write_whole(out / f"{name}.png", figure.png())  # type: ignore[attr-defined]
        write_whole(out / f"{name}.svg", figure.svg().encode())  # type: ignore[attr-defined]


def _tables(found: Worth, stress: str) -> list[str]:
    from realign.report.table import wrapped
    from realign.report.words import printable
    from realign.report.worth_figures import turn

    where = "" if stress == "baseline" else f", under {printable(stress)}"
    texts = []
    if len(found.contingencies):
        rows = _wide(found.contingencies, ["policy", "what", "futures_in"])
        more = {"in futures": [row["futures_in"] for row in rows], "n": [f"{row['futures']:,}" for row in rows]}
        texts.append(_table(f"Contingencies: with less without{where}", rows, "contingency", more))
    knobs = [row | {"what": turn(row)} for row in _wide(found.knobs, ["policy", "what", "before", "after"])]
    texts.append(_table(f"Knobs: turned a little, less as it is{where}", knobs, "knob", {}))
    if len(found.warning):
        rows = _wide(found.warning, ["policy", "what"])
        idle = [row for row in rows if all(row[name] == (0.0, 0.0) for name in ("value", "final_cash", "ruined"))]
        busy = [row for row in rows if row not in idle]
        text = _table(f"Perfect warning of a shock, less as it is{where}", busy, "shock", {}) if busy else ""
        texts.append("\n".join([*([text] if text else []), *_idle(idle, total=len({row["what"] for row in rows}))]))
    notes = [wrapped(f"  {note}", width(), indent="    ") for note in _NOTES]
    return [*texts, "\n".join(notes)]


def _idle(rows: Sequence[Mapping[str, Any]], *, total: int) -> list[str]:
    """Those to whom a warning makes no difference at all, in a line."""
    from realign.report.table import wrapped
    from realign.report.words import printable

    if not rows:
        return []
    shocks: dict[str, list[str]] = {}
    for row in rows:
        shocks.setdefault(printable(row["policy"]), []).append(printable(row["what"]))
    all_of = [policy for policy, names in shocks.items() if len(names) == total]
    each = [f"{', '.join(names)} to {policy}" for policy, names in shocks.items() if policy not in all_of]
    each = [*([f"any shock to {', '.join(all_of)}"] if all_of else []), *each]
    text = f"Worth exactly 0: warning of {'; of '.join(each)}. They would do nothing else if they knew."
    return [wrapped(text, width(), indent="  ")]


def _wide(table: pd.DataFrame, keys: list[str]) -> list[dict[str, Any]]:
    """One row for each thing, with (worth, half-width) of each measure."""
    rows: list[dict[str, Any]] = []
    for _, part in table.groupby(keys, sort=False, observed=True):
        first = part.iloc[0]
        row: dict[str, Any] = {key: first[key] for key in keys} | {"futures": int(first["futures"])}
        for line in part.to_dict("records"):
            row[line["measure"]] = (line["worth"], (line["high"] - line["low"]) / 2)
        rows.append(row)
    return rows


def _table(title: str, rows: Sequence[Mapping[str, Any]], thing: str, more: Mapping[str, Sequence[str]]) -> str:
    from realign.report.listing import listing
    from realign.report.words import printable

    columns = {
        "policy": [printable(row["policy"]) for row in rows], thing: [printable(row["what"]) for row in rows], **more,
        "value": [_number(row["value"], 4) for row in rows], "cash": [_number(row["final_cash"], 0) for row in rows],
        "ruin": [_number(row["ruined"], 2, scale=100.0) for row in rows],
    }  # fmt: skip
    return listing(
        columns, title=title, names=("policy", thing, "in futures"), colour=wants_colour(sys.stdout), width=width(),
    )  # fmt: skip


def _number(pair: tuple[float, float], digits: int, *, scale: float = 1.0) -> str:
    from realign.report.words import number

    mean, half = pair[0] * scale, pair[1] * scale
    if mean == 0.0 and half == 0.0:
        return "0"
    star = "*" if abs(mean) > half else " "
    return f"{number(mean, digits=digits, sign=True)} ± {number(half, digits=digits)}{star}"
