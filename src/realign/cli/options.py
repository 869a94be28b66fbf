"""Options that several commands share, and what their values may be.

Stage: command line. In: an argument parser; the text of a value. Out: options; checked numbers.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from math import isfinite

_WHOLE = re.compile(r"\d+(_\d+)*")


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers: 10000, 10_000 and 1e4 are the same."""

    def read(text: str) -> int:
        number = int(text) if _WHOLE.fullmatch(text) and len(text) < 30 else _number(text)
        if not low <= number <= high or number != int(number):
            raise argparse.ArgumentTypeError(f"{text}: must be a whole number within {low:,} and {high:,}")
        return int(number)

    return read


def precision(text: str) -> float:
    """A number above 0."""
    number = _number(text)
    if not number > 0:
        raise argparse.ArgumentTypeError(f"{text}: must be a number above 0, such as 0.005")
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
