"""`realign tail FILE`: tail measures by importance sampling, for what plain sampling hardly ever sees.

Stage: command line. In: a scenario file and options. Out: a table, or JSON, on standard output.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from math import isfinite, nan
from typing import Any

from realign.cli.options import add_choice_options, add_scenario_options, part, settings_of, whole_number
from realign.cli.terminal import say_if_it_compiles, wants_colour, width
from realign.terminal import ProgressLine

HELP = "the chance of ruin and the worst futures of each policy, where they are too rare for plain sampling"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a scenario file")
    add_scenario_options(parser)
    add_choice_options(parser)
    parser.add_argument(
        "--of", choices=("ruin", "value"), default="ruin",
        help="the chance of ruin (default), or quantile and mean of the worst futures by value",
    )  # fmt: skip
    parser.add_argument(
        "--share", metavar="S", type=part, default=0.01, help="with --of value: the worst share of futures (0.01)"
    )
    parser.add_argument(
        "--futures", metavar="N", type=whole_number(1_000, 1_000_000_000), default=20_000,
        help="futures to play for each policy, search included (20,000)",
    )  # fmt: skip
    parser.add_argument(
        "--method", choices=("tilt", "strata", "plain"), default="tilt",
        help="importance sampling (default), strata by number of shocks, or plain sampling",
    )  # fmt: skip


def act(args: argparse.Namespace) -> int:
    from realign.rare import tail
    from realign.report.listing import records_json
    from realign.scenario import load

    scenario = load(args.file, settings_of(args))
    say_if_it_compiles(quiet=args.quiet)
    line = ProgressLine()
    try:
        found = tail(
            scenario, policies=args.policies, stress=args.stress, of=args.of, share=args.share, futures=args.futures,
            seed=args.seed, method=args.method, threads=args.threads,
            progress=None if args.quiet else lambda done, wanted: line(done, wanted, nan, nan),
        )  # fmt: skip
    finally:
        line.clear()
    rows = found.to_dict("records")
    print(records_json(found) if args.json else _table(rows, args.stress))
    return 0


def _table(rows: Sequence[Mapping[Any, Any]], stress: str) -> str:
    from realign.report.listing import listing
    from realign.report.table import wrapped
    from realign.report.words import printable, roughly

    columns = {
        "policy": [printable(row["policy"]) for row in rows],
        "measure": [row["measure"] for row in rows],
        "estimate": [f"{row['estimate']:.3g}" for row in rows],
        "95 % interval": [f"{_number(row['low'])} to {_number(row['high'])}" for row in rows],
        "effective": [f"{row['effective']:,.0f}" for row in rows],
        "played": [f"{row['futures']:,}" for row in rows],
        "plain": [roughly(row["plain_futures"]) if isfinite(row["plain_futures"]) else "–" for row in rows],
        "gain": [f"{row['gain']:.1f}" if isfinite(row["gain"]) else "–" for row in rows],
    }
    worlds = max(row["worlds"] for row in rows)
    notes = (
        "effective: futures that the estimate rests on, their weights considered",
        f"played: futures played, search included, and chosen from among up to {worlds:,} worlds; plain: futures that "
        "plain sampling needs for the same standard error; gain: how many times more that is",
    )
    title = "Baseline" if stress == "baseline" else printable(stress)
    text = listing(
        columns, title=title, names=("policy", "measure"), notes=notes, colour=wants_colour(sys.stdout), width=width()
    )
    warnings = [f"{printable(row['policy'])}, {row['measure']}: {row['warning']}" for row in rows if row["warning"]]
    return "\n".join([text, *(wrapped(f"! {warning}", width(), indent="  ") for warning in warnings)])


def _number(value: float) -> str:
    return f"{value:.3g}" if isfinite(value) else "?"
