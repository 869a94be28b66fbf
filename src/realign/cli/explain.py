"""`realign explain FILE --policy P --future F`: one future as a dated story.

Stage: command line. In: a scenario file, a policy, a future by number or by what makes it worth telling. Out: the
story, or JSON, on standard output; with --out also its files.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from realign.cli.options import add_scenario_options, settings_of, whole_number
from realign.cli.terminal import remark, say_if_it_compiles, wants_colour, width
from realign.errors import UsageError

if TYPE_CHECKING:
    from realign.scenario import Scenario
    from realign.story import Story

HELP = "tell one future as a dated story: what struck, who knew when, what was decided and why"
EXTREMES = ("worst", "median", "best")
_MOST = 2**32 - 1
_COLUMNS = 100  # longer lines are hard to read
_BOLD, _RESET = "\x1b[1m", "\x1b[0m"


def _future(text: str) -> int | str:
    """A number, or one of the words."""
    if text in EXTREMES:
        return text
    try:
        return whole_number(0, _MOST)(text)
    except argparse.ArgumentTypeError:
        allowed = f"must be a whole number from 0 to {_MOST:,}, or worst, median or best"
        raise argparse.ArgumentTypeError(f"{text}: {allowed}") from None


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a scenario file")
    add_scenario_options(parser)
    parser.add_argument("--policy", metavar="NAME", help="the policy under which the future is told")
    parser.add_argument(
        "--future", metavar="F", type=_future,
        help="its number; or worst, median or best: by value, for this policy, among the first --futures",
    )  # fmt: skip
    parser.add_argument(
        "--where-differs", metavar=("A", "B"), nargs=2, dest="rivals",
        help="instead of --future: where these two policies part most in value; told under A, and against B",
    )  # fmt: skip
    parser.add_argument("--stress", metavar="NAME", default="baseline", help="tell it under this stress test")
    parser.add_argument("--seed", metavar="S", type=whole_number(0, 2**32 - 1), help="seed of all random draws")
    parser.add_argument(
        "--futures", metavar="N", type=whole_number(1, 10_000_000), default=1_000,
        help="how many futures are searched (default 1,000)",
    )  # fmt: skip
    parser.add_argument(
        "--out", metavar="DIR", type=Path,
        help="write story.txt, events.csv, story.png, story.svg and story.json into this folder",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the story as JSON, and nothing else, on stdout")
    parser.add_argument("--quiet", action="store_true", help="no remarks on standard error")


def act(args: argparse.Namespace) -> int:
    from realign.scenario import load
    from realign.story import claim, tell, write

    scenario = load(args.file, settings_of(args))
    policy, rival = _whose(args, scenario)
    if args.out is not None:
        claim(args.out)
    if args.out is not None or not isinstance(args.future, int):
        say_if_it_compiles(quiet=args.quiet)
    story = tell(
        scenario, policy=policy, future=args.future, seed=args.seed, stress=args.stress, where_differs_from=rival,
        futures=args.futures,
    )  # fmt: skip
    files = [] if args.out is None else write(story, args.out)
    _answer(args, story)
    if files and not args.quiet:
        remark(f"Written to {args.out}: {', '.join(file.name for file in files)}")
    return 0


def _whose(args: argparse.Namespace, scenario: Scenario) -> tuple[str, str | None]:
    """The policy to tell, and the one to tell it against."""
    names = ", ".join(f'"{policy.name}"' for policy in scenario.policies)
    if args.rivals is None:
        if args.policy is None:
            raise UsageError(f"--policy is missing: under which policy is the future to be told? there are {names}")
        if args.future is None:
            raise UsageError("--future is missing: give its number, or worst, median or best; or use --where-differs")
        return args.policy, None
    if args.future is not None:
        raise UsageError("--future and --where-differs both choose the future: give one of them")
    told, rival = args.rivals
    if args.policy == rival:
        told, rival = rival, told
    if args.policy not in (None, told):
        raise UsageError(f'--policy "{args.policy}": with --where-differs it must be one of those two policies')
    return told, rival


def _answer(args: argparse.Namespace, story: Story) -> None:
    from realign.story import as_json, wrapped

    if args.json:
        print(as_json(story), end="")
        return
    title, _, rest = wrapped(story.text, columns=min(width(), _COLUMNS)).partition("\n\n")
    print(f"{_BOLD}{title}{_RESET}" if wants_colour(sys.stdout) else title)
    print()
    print(rest)
