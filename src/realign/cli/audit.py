"""`realign audit FILE`: who understands the strategy, where the cascade loses it, silos, brokers and isolates.

Stage: command line. In: a scenario file and options. Out: tables, or JSON, on standard output; a folder with --out.
"""

from __future__ import annotations

import argparse
import json
import sys
from math import isfinite, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realign.cli.options import add_choice_options, add_scenario_options, settings_of, whole_number
from realign.cli.terminal import say_if_it_compiles, wants_colour, width
from realign.terminal import ProgressLine

if TYPE_CHECKING:
    from realign.alignment import Audit

HELP = "audit alignment: who understands the strategy, where the cascade loses it, silos, brokers, isolates"
_NOTES = (
    "before, after: understanding, the cosine of belief and published strategy, 1 = the same; lost: what is missing of "
    "the understanding of the one it hears from; passed on: share of the way from the first belief to the strategy",
    "silo: community of those who hear each other; across: ties to other silos",
)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a scenario file")
    add_scenario_options(parser)
    add_choice_options(parser)
    parser.add_argument(
        "--futures", metavar="N", type=whole_number(1, 10_000_000), default=500, help="futures to play (500)"
    )
    parser.add_argument("--out", metavar="DIR", type=Path, help="write tables (.csv) and figures (.png, .svg) there")


def act(args: argparse.Namespace) -> int:
    from realign.alignment import audit
    from realign.report.listing import records_json
    from realign.scenario import load

    scenario = load(args.file, settings_of(args))
    say_if_it_compiles(quiet=args.quiet)
    line = ProgressLine()
    try:
        found = audit(
            scenario, policies=args.policies, stress=args.stress, futures=args.futures, seed=args.seed,
            threads=args.threads, progress=None if args.quiet else lambda done, wanted: line(done, wanted, nan, nan),
        )  # fmt: skip
    finally:
        line.clear()
    tables = {"units": found.units, "map": found.map, "whole": found.whole, "ties": found.ties}
    if args.out is not None:
        _write(args.out, found, tables)
    if args.json:
        print(json.dumps({name: json.loads(records_json(table)) for name, table in tables.items()}, indent=1))
        return 0
    print("\n\n".join(_texts(found)))
    if args.out is not None:
        print(f"\nTables and figures are in {args.out}")
    return 0


def _write(out: Path, found: Audit, tables: dict[str, Any]) -> None:
    from realign.report.listing import safe_csv, write_whole

    out.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        write_whole(out / f"audit_{name}.csv", safe_csv(table).encode())
    for name, figure in found.figures().items():
        write_whole(out / f"{name}.png", figure.png())  # type: ignore[attr-defined]
        write_whole(out / f"{name}.svg", figure.svg().encode())  # type: ignore[attr-defined]


def _texts(found: Audit) -> list[str]:
    from realign.report.table import wrapped

    texts = ["\n".join(wrapped(line, width(), indent="  ") for line in found.sentences())]
    texts += [_table(found, policy) for policy in found.policies]
    return [*texts, "\n".join(wrapped(f"  {note}", width(), indent="    ") for note in _NOTES)]


def _table(found: Audit, policy: str) -> str:
    """One policy: a row for each unit, from the top down."""
    from realign.report.alignment_figures import lined_up
    from realign.report.listing import listing
    from realign.report.words import printable

    own = found.units[found.units["policy"] == policy]
    start, end = (own[own["when"] == when].set_index("unit") for when in ("before", "after"))
    order = lined_up(own)
    columns = {
        "unit": ["  " * (int(end["depth"][name]) - 1) + printable(name) for name in order],
        "before": [_number(start["understanding"][name]) for name in order],
        "after": [_number(end["understanding"][name]) for name in order],
        "95 % interval": [f"{_number(end['low'][name])} to {_number(end['high'][name])}" for name in order],
        "lost": [_number(end["lost"][name], sign=True) for name in order],
        "passed on": [_number(end["passed_on"][name]) for name in order],
        "silo": [str(end["silo"][name] or "–") for name in order],
        "across": [str(end["across"][name]) for name in order],
        "": [str(end["role"][name]) for name in order],
    }
    return listing(
        columns, title=f"After {printable(policy)}", names=("unit", ""), colour=wants_colour(sys.stdout), width=width()
    )


def _number(value: float, *, sign: bool = False) -> str:
    from realign.report.words import number

    return number(value, digits=2, sign=sign) if isfinite(value) else "–"
