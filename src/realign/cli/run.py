"""`realign run FILE`: every stress test and policy on the same futures, a ranked table and a report.

Stage: command line. In: a scenario file and options. Out: a result folder; the table, or JSON, on standard output.
"""

from __future__ import annotations

import argparse
import gc
import shlex
import sys
from collections.abc import Callable
from contextlib import closing
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realign.beside import Beside
from realign.cli.options import (
    add_scenario_options,
    add_worker_options,
    precision,
    probability,
    settings_of,
    tls_of,
    whole_number,
)
from realign.cli.terminal import complain, remark, say_if_it_compiles, wants_colour, width
from realign.errors import BlockError
from realign.terminal import ProgressLine

if TYPE_CHECKING:
    from realign.running.workers import Workers
    from realign.scenario import Scenario

HELP = "run a scenario: every stress test and policy on the same futures, ranked table, report"
FAILED, INTERRUPTED = 1, 130


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
        "--select", metavar="PROBABILITY", type=probability,
        help="play on only with the policies that may still be the best in the baseline, until one is left, which is "
        "the best with this probability; with --until also until the others are within PRECISION of it "
        "(at most --futures, or 1,000,000)",
    )  # fmt: skip
    parser.add_argument(
        "--events", metavar="N", type=whole_number(0, 1_000_000_000), default=0,
        help="keep what happened in the first N futures",
    )  # fmt: skip
    parser.add_argument("--out", metavar="DIR", type=Path, help="result folder (default results/FILE-HASH)")
    parser.add_argument(
        "--full", action="store_true",
        help="a full report: also what contingencies, knobs and warning are worth, who understands the strategy, and "
        "three futures told (plays more futures)",
    )  # fmt: skip
    parser.add_argument("--pdf", action="store_true", help="write the report as report.pdf too (needs the extra pdf)")
    parser.add_argument("--threads", metavar="N", type=whole_number(1, 1024), help="threads (default: all processors)")
    add_worker_options(parser)
    parser.add_argument("--resume", action="store_true", help="go on with a run that was interrupted or killed")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON, and nothing else, on stdout")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def act(args: argparse.Namespace) -> int:
    with closing(Beside()) as beside:
        return _act(args, beside)


def _act(args: argparse.Namespace, beside: Beside) -> int:
    from realign.scenario import load

    scenario = load(args.file, settings_of(args))
    if args.pdf:
        from realign.report.pdf import require_pdf

        require_pdf()  # before the work, not after it
    out = args.out if args.out is not None else _default_out(args, scenario)
    info = _play(args, scenario, out=out)
    if args.full and not info["interrupted"]:
        _complete(args, out=out)
    text = beside.answer(out, with_pdf=args.pdf, colour=wants_colour(sys.stdout), width=width())
    print((out / "summary.json").read_text(encoding="utf-8") if args.json else text, end="")
    failed = info.get("failed", ())
    for failure in failed:
        complain(f"left out, because it could not be played: {BlockError(**failure)}")
    if info["interrupted"]:
        remark(
            f"interrupted: {info['futures']:,} of {info['futures_wanted']:,} futures were finished under every stress "
            f"test and are kept in {out}; --resume goes on from there"
        )
        return INTERRUPTED
    return FAILED if failed else 0


def _default_out(args: argparse.Namespace, scenario: Scenario) -> Path:
    from realign.scenario import scenario_hash

    changes = {"futures": args.futures, "seed": args.seed}
    changes = {key: value for key, value in changes.items() if value not in (None, getattr(scenario, key))}
    return Path("results") / f"{Path(args.file).stem}-{scenario_hash(scenario.replace(changes))}"


def _play(args: argparse.Namespace, scenario: Scenario, *, out: Path) -> dict[str, Any]:
    """Run into the folder; gives what run.json says."""
    read_info, run_to_folder = _player()
    line = ProgressLine()

    def stopping() -> None:
        line.clear()
        remark("stopping: what is at work is being finished and kept; Ctrl-C again ends at once and keeps less")

    say_if_it_compiles(quiet=args.quiet)
    workers = _cluster(args)
    try:
        run_to_folder(
            scenario, out=out, futures=args.futures, seed=args.seed, policies=args.policies, stresses=args.stresses,
            threads=args.threads, events=args.events, until=args.until, select=args.select, resume=args.resume,
            progress=None if args.quiet else line, command=shlex.join(["realign", *args.words]),
            on_interrupt=stopping, workers=workers,
        )  # fmt: skip
    finally:
        line.clear()
        if workers is not None:
            workers.close()
    return read_info(out) or {}


def _player() -> tuple[Callable[..., Any], Callable[..., Path]]:
    """What reads and makes results; importing it leaves no garbage behind, so none is looked for meanwhile."""
    gc.disable()
    try:
        from realign.running.files import read_info
        from realign.running.folder import run_to_folder
    finally:
        gc.freeze()  # what is imported stays
        gc.enable()
    return read_info, run_to_folder


def _complete(args: argparse.Namespace, *, out: Path) -> None:
    """Find what a full report needs besides."""
    from realign.full import complete

    line = ProgressLine()
    try:
        complete(
            out, threads=args.threads,
            progress=None if args.quiet else lambda what, done, wanted: line(done, wanted, nan, nan),
        )  # fmt: skip
    finally:
        line.clear()


def _cluster(args: argparse.Namespace) -> Workers | None:
    """The cluster that plays, if one is asked for."""
    tls = tls_of(args)
    if args.cluster is None:
        return None
    from realign.running.cluster import Cluster

    return Cluster(args.cluster, **tls)
