"""`realign batch FILE...`: many scenarios on the same workers, and one overview.

Stage: command line. In: scenario files and options. Out: a folder of results; the overview, or JSON, on stdout.
"""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from realign.cli.options import add_scenario_options, add_worker_options, settings_of, tls_of, whole_number
from realign.cli.terminal import complain, remark, say_if_it_compiles, width

if TYPE_CHECKING:
    from realign.batches import Batch
    from realign.batches.playing import Entry

HELP = "run many scenarios, on local processes or a Dask cluster, resumable; one overview"
_FAILED, _INTERRUPTED = 1, 130


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+", help="scenario files")
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
        "--events", metavar="N", type=whole_number(0, 1_000_000_000), default=0,
        help="keep what happened in the first N futures",
    )  # fmt: skip
    parser.add_argument("--out", metavar="DIR", type=Path, help="folder of the results (default results/batch-HASH)")
    parser.add_argument(
        "--threads", metavar="N", type=whole_number(1, 1024), help="local processes (default: all processors)"
    )
    add_worker_options(parser)
    parser.add_argument("--resume", action="store_true", help="go on with a batch that was interrupted or killed")
    parser.add_argument("--json", action="store_true", help="print the overview as JSON, and nothing else, on stdout")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def act(args: argparse.Namespace) -> int:
    from realign.batches import batch

    say_if_it_compiles(quiet=args.quiet)
    done = batch(
        args.files, cluster=args.cluster, tls=tls_of(args), out=args.out, settings=settings_of(args),
        futures=args.futures, seed=args.seed, policies=args.policies, stresses=args.stresses, events=args.events,
        threads=args.threads, resume=args.resume, quiet=args.quiet, command=shlex.join(["realign", *args.words]),
        told=None if args.quiet else _tell,
    )  # fmt: skip
    _answer(args, done)
    for failure in done.failures:
        from realign.batches.page import failure_words

        complain(f"{failure['file']}: {failure_words(failure)}")
    if done.interrupted:
        remark(f"interrupted: what was finished is kept in {done.folder}; --resume goes on from there")
        return _INTERRUPTED
    return _FAILED if done.failures else 0


def _tell(entry: Entry) -> None:
    """A scenario has come to its end."""
    if entry.finished:
        remark(f"{entry.name}: {'what was finished is' if entry.interrupted else 'done,'} in {entry.folder}")
    elif not entry.interrupted:
        remark(f"{entry.name}: failed")


def _answer(args: argparse.Namespace, done: Batch) -> None:
    from realign.batches.table import render_overview

    if args.json:
        print((done.folder / "overview.json").read_text(encoding="utf-8"), end="")
        return
    if done.groups:
        print(render_overview(done.groups, width=width()))
    print(f"The overview is in {done.page}")
