"""`realign verify`: cases with a known answer, expected against found.

Stage: command line. In: names of cases, or none for all. Out: a table, or JSON; exit status 1 if the engine misses one.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from time import perf_counter
from typing import TYPE_CHECKING

from realign.cli.options import precision, whole_number
from realign.cli.terminal import is_terminal, say_if_it_compiles, wants_colour

if TYPE_CHECKING:
    from realign.verify import Result

HELP = "run the cases with a known answer and show expected against found"
_FAILED = 1
_RED, _BOLD, _RESET = "\x1b[31m", "\x1b[1m", "\x1b[0m"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--case", metavar="NAME", action="append", dest="cases", help="verify this case only; repeatable"
    )
    parser.add_argument(
        "--seed", metavar="S", type=whole_number(0, 2**32 - 1), help="a fresh trial, with other draws than the files'"
    )
    parser.add_argument(
        "--futures-factor", metavar="F", type=precision, default=1.0,
        help="play F times as many futures: tolerances narrow with its square root",
    )  # fmt: skip
    parser.add_argument("--threads", metavar="N", type=whole_number(1, 1024), help="threads (default: all processors)")
    parser.add_argument("--json", action="store_true", help="print the records as JSON, and nothing else, on stdout")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def act(args: argparse.Namespace) -> int:
    from realign.verify import verify

    say_if_it_compiles(quiet=args.quiet)
    begun = perf_counter()
    results = verify(
        args.cases, seed=args.seed, futures_factor=args.futures_factor, threads=args.threads,
        progress=None if args.quiet else _show,
    )  # fmt: skip
    failed = [result for result in results if not result.passed]
    if args.json:
        print(json.dumps([_record(result) for result in results], indent=2, ensure_ascii=False, allow_nan=False))
    else:
        print("\n".join([*_table(results), "", *_closing(results, perf_counter() - begun)]))
    return _FAILED if failed else 0


def _show(done: int, wanted: int, name: str) -> None:
    """Progress: one line that is written over on a terminal, and nothing in a log, which the table follows soon."""
    if is_terminal(sys.stderr):
        text = f"{done} of {wanted} cases · {name}" if done < wanted else ""
        sys.stderr.write("\r" + text.ljust(60) + ("" if text else "\r"))
        sys.stderr.flush()


def _record(result: Result) -> dict[str, object]:
    """A result as JSON has it: numbers that are none become null."""
    record = asdict(result) | {"passed": result.passed}
    return {key: None if isinstance(value, float) and value != value else value for key, value in record.items()}


def _table(results: list[Result]) -> list[str]:
    """Lines of the table, by area; a case is named on its first line."""
    heads = ("case", "quantity", "expected", "found", "std error", "verdict", "why")
    rows, last = [], ("", "")
    for result in results:
        verdict = "ok" if result.passed else "FAILED"
        error = "exact" if result.kind == "exact" else f"{result.standard_error:.2g}"
        case = "" if result.case == last[1] else result.case
        numbers = (_number(result.expected), _number(result.found), error)
        rows.append((result.area, (case, result.quantity, *numbers, verdict, result.source)))
        last = (result.area, result.case)
    widths = [max(len(head), *(len(row[n]) for _, row in rows)) for n, head in enumerate(heads)]
    colour, lines, area = wants_colour(sys.stdout), [_line(heads, widths)], ""
    for row_area, row in rows:
        if row_area != area:
            area = row_area
            lines += ["", f"{_BOLD}{area}{_RESET}" if colour else area]
        text = _line(row, widths)
        lines.append(f"{_RED}{text}{_RESET}" if colour and row[5] == "FAILED" else text)
    return lines


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    """Words to the left, numbers to the right."""
    pairs = enumerate(zip(row, widths))
    cells = [cell.rjust(width) if n in (2, 3, 4) else cell.ljust(width) for n, (cell, width) in pairs]
    return "  ".join(cells).rstrip()


def _number(value: float) -> str:
    return f"{value:.6g}"


def _closing(results: list[Result], seconds: float) -> list[str]:
    """What it comes to, and how surely."""
    from realign.verify.case import FALSE_ALARM, LIMIT

    failed = [result for result in results if not result.passed]
    cases, drawn = len({result.case for result in results}), sum(result.kind != "exact" for result in results)
    whole = f"{len(results)} quantities of {cases} cases in {seconds:.0f} s"
    says = f"{whole}: all as expected." if not failed else f"{whole}: {len(failed)} not as expected."
    limit = (
        f"Quantities that are drawn ({drawn}) may miss by {LIMIT} standard errors: a sound engine fails one of them "
        f"with a chance of {FALSE_ALARM:g}, any of them of {drawn * FALSE_ALARM:.1g}. "
        "Exact ones may miss by rounding only."
    )
    files = sorted({result.case for result in failed})
    return [says, limit, *([f"Not as expected: {', '.join(files)}"] if files else [])]
