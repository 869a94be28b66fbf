"""`realign new DIR`: a commented scenario to start from.

Stage: command line. In: a folder. Out: `scenario.toml` in it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from realign.errors import UsageError

HELP = "write a commented scenario to start from"
_NAME = "scenario.toml"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, help=f"the folder that {_NAME} is written into")
    parser.add_argument("--quiet", action="store_true", help="do not say what to do next")


def act(args: argparse.Namespace) -> int:
    from realign.scenario import template

    path = args.folder / _NAME
    if path.exists() or path.is_symlink():
        raise UsageError(f"{path}: is there already; give another folder, or move the file away")
    unfinished = path.with_suffix(".tmp")
    try:
        args.folder.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(template(), encoding="utf-8", newline="\n")
        unfinished.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from None
    if not args.quiet:
        print(f"{path} is written. Next:\n  realign check {path}\n  realign run {path}")
    return 0
