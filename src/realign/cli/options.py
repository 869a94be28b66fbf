"""Options that several commands share, and what their values may be.

Stage: command line. In: an argument parser; the text of a value. Out: options; checked numbers.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from math import isfinite

from realign.errors import UsageError

_WHOLE = re.compile(r"\d+(_\d+)*")


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers: 10000, 10_000 and 1e4 are the same."""

    def read(text: str) -> int:
        number = int(text) if _WHOLE.fullmatch(text) and len(text) < 30 else _number(text)
        if not low <= number <= high or number != int(number):
            raise argparse.ArgumentTypeError(f"{text}: must be a whole number from {low:,} to {high:,}")
        return int(number)

    return read


def precision(text: str) -> float:
    """A number above 0."""
    number = _number(text)
    if not number > 0:
        raise argparse.ArgumentTypeError(f"{text}: must be a number above 0, such as 0.005")
    return number


def probability(text: str) -> float:
    """A number from 0.5 to 0.999."""
    number = _number(text)
    if not 0.5 <= number <= 0.999:
        raise argparse.ArgumentTypeError(f"{text}: must be a number from 0.5 to 0.999, such as 0.95")
    return number


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise argparse.ArgumentTypeError(f"{text}: is not a number")
    return number


def add_scenario_options(parser: argparse.ArgumentParser) -> None:
    """Options that change the scenario before it is used."""
    parser.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], dest="settings",
        help='change a key, such as organisation.cash=8_000 or "shock.Flour crisis.rate=1.0"; repeatable',
    )  # fmt: skip
    parser.add_argument(
        "--weeks", metavar="N", type=whole_number(1, 5200), help="play N weeks; the same as --set weeks=N"
    )


def settings_of(args: argparse.Namespace) -> list[str]:
    """The changes to the scenario, in the order in which they are applied."""
    return [*args.settings, *([f"weeks={args.weeks}"] if args.weeks is not None else [])]


def part(text: str) -> float:
    """A share between 0 and 1, neither included."""
    number = _number(text)
    if not 0 < number < 1:
        raise argparse.ArgumentTypeError(f"{text}: must lie between 0 and 1, such as 0.01")
    return number


def add_choice_options(parser: argparse.ArgumentParser) -> None:
    """Options of commands that print one table about one stress test."""
    parser.add_argument("--seed", metavar="S", type=whole_number(0, 2**32 - 1), help="seed of all random draws")
    parser.add_argument("--policy", metavar="NAME", action="append", dest="policies", help="this policy; repeatable")
    parser.add_argument(
        "--stress", metavar="NAME", default="baseline", help="under this stress test (default baseline: none)"
    )
    parser.add_argument("--threads", metavar="N", type=whole_number(1, 1024), help="threads (default: all processors)")
    parser.add_argument("--json", action="store_true", help="print the table as JSON, and nothing else, on stdout")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def add_worker_options(parser: argparse.ArgumentParser) -> None:
    """Options that say where blocks of futures are played."""
    parser.add_argument(
        "--cluster", metavar="ADDRESS", help="play on the Dask cluster of this scheduler, such as tcp://10.0.0.1:8786"
    )
    for name, what in (("ca", "certificate of the authority"), ("cert", "own certificate"), ("key", "own key")):
        parser.add_argument(f"--tls-{name}", metavar="FILE", help=f"{what}, for a cluster that asks for TLS (PEM)")


def tls_of(args: argparse.Namespace) -> dict[str, str]:
    """The files for TLS that were given."""
    files = {"ca_file": args.tls_ca, "cert": args.tls_cert, "key": args.tls_key}
    given = {name: file for name, file in files.items() if file is not None}
    if given and args.cluster is None:
        raise UsageError("--tls-ca, --tls-cert and --tls-key belong to --cluster")
    return given
