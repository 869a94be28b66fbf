"""`realign run FILE`: every stress test and policy on the same futures, a ranked table and a report.

Stage: command line. In: a scenario file and options. Out: a result folder; the table, or JSON, on standard output.
"""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realign.cli.options import add_scenario_options, precision, settings_of, whole_number
from realign.cli.progress import ProgressLine
from realign.cli.terminal import remark, wants_colour, width

if TYPE_CHECKING:
    from realign.scenario import Scenario

HELP = "run a scenario: every stress test and policy on the same futures, ranked table, report"
INTERRUPTED = 130


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a scenario file")
    add_scenario_options(parser)
    number = whole_number(1, 1_000_000_000)
    parser.add_argument("--futures", metavar="N", type=number, help="futures to play, such as 10_000 or 1e4")
    parser.add_argument("--seed", metavar="S", type=whole_number(0, 2**32 - 1), help="seed of all random draws")
    parser.add_argument(
        "--policy", metavar="NAME", action="append", dest="policies", help="play this policy only; repeatable"
    )
    parser.add_argument(
        "--stress", metavar="NAME", action="append", dest="stresses",
        help='play this stress test only ("baseline": the scenario as it stands); repeatable',
    )  # fmt: skip
    parser.add_argument(
        "--until", metavar="PRECISION", type=precision,
        help="add futures until the half-width of the 95 %% interval of the paired difference of the best two "
        "policies' value is below PRECISION under every stress test (at most --futures, or 1,000,000)",
    )  # fmt: skip
    parser.add_argument(
        "--events", metavar="N", type=whole_number(0, 1_000_000_000), default=0,
        help="keep what happened in the first N futures",
    )  # fmt: skip
    parser.add_argument("--out", metavar="DIR", type=Path, help="result folder (default results/FILE-HASH)")
    parser.add_argument("--threads", metavar="N", type=whole_number(1, 1024), help="threads (default: all processors)")
    parser.add_argument("--resume", action="store_true", help="go on with a run that was interrupted or killed")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON, and nothing else, on stdout")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def act(args: argparse.Namespace) -> int:
    from realign.scenario import load

    scenario = load(args.file, settings_of(args))
    out = args.out if args.out is not None else _default_out(args, scenario)
    info = _play(args, scenario, out=out)
    _answer(args, info, out=out)
    if info["interrupted"]:
        remark(
            f"interrupted: {info['futures']:,} of {info['futures_wanted']:,} futures were finished under every stress "
            f"test and are kept in {out}; --resume goes on from there"
        )
        return INTERRUPTED
    return 0


def _default_out(args: argparse.Namespace, scenario: Scenario) -> Path:
    from realign.scenario import scenario_hash

    changes = {"futures": args.futures, "seed": args.seed}
    changes = {key: value for key, value in changes.items() if value not in (None, getattr(scenario, key))}
    return Path("results") / f"{Path(args.file).stem}-{scenario_hash(scenario.replace(changes))}"


def _play(args: argparse.Namespace, scenario: Scenario, *, out: Path) -> dict[str, Any]:
    """Run into the folder; gives what run.json says."""
    from realign.compare import read_info
    from realign.model import is_cached
    from realign.running.folder import run_to_folder

    line = ProgressLine()

    def stopping() -> None:
        line.clear()
        remark("stopping: what is at work is being finished and kept; Ctrl-C again ends at once and keeps less")

    if not args.quiet and not is_cached():
        remark("compiling the kernel for this machine, once; this takes about a minute")
    try:
        run_to_folder(
            scenario, out=out, futures=args.futures, seed=args.seed, policies=args.policies, stresses=args.stresses,
            threads=args.threads, events=args.events, until=args.until, resume=args.resume,
            progress=None if args.quiet else line, command=shlex.join(["realign", *args.words]),
            on_interrupt=stopping,
        )  # fmt: skip
    finally:
        line.clear()
    return read_info(out)


def _answer(args: argparse.Namespace, info: dict[str, Any], *, out: Path) -> None:
    """Write the report, then print the summary."""
    from realign.report import write_report

    page = write_report(out)
    summary = (out / "summary.json").read_text(encoding="utf-8")
    if args.json:
        print(summary, end="")
        return
    print(_table(json.loads(summary)["rows"]))
    if info["precision"] is not None:
        print(_precision(info))
    print(f"The report is in {page}")


def _table(rows: list[dict[str, Any]]) -> str:
    """The ranked tables."""
    import pandas as pd

    from realign.report.table import render

    known = [{key: float("nan") if value is None else value for key, value in row.items()} for row in rows]
    return render(pd.DataFrame(known), colour=wants_colour(sys.stdout), width=width())


def _precision(info: dict[str, Any]) -> str:
    """Whether --until was reached, in words."""
    wanted = info["precision"]["wanted"]
    if info["precision"]["reached"]:
        return f"The precision of {wanted:g} was reached after {info['futures']:,} futures."
    return f"The precision of {wanted:g} was not reached with {info['futures']:,} futures; more are needed."
