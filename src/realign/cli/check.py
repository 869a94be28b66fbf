"""`realign check FILE...`: every fault of scenario files, with its place.

Stage: command line. In: scenario files. Out: faults, or a line that says what a sound scenario holds.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from realign.cli.options import add_scenario_options, settings_of
from realign.errors import ScenarioError

HELP = "check scenario files and print every fault with its place"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+", help="scenario files")
    add_scenario_options(parser)
    parser.add_argument("--json", action="store_true", help="print the faults as JSON")
    parser.add_argument("--quiet", action="store_true", help="say nothing about files without faults")


def act(args: argparse.Namespace) -> int:
    from realign.scenario import load

    faults: list[dict[str, object]] = []
    at_fault = False
    for file in args.files:
        try:
            scenario = load(file, settings_of(args))
        except ScenarioError as error:
            at_fault = True
            faults.extend(asdict(fault) for fault in error.faults)
            if not args.json:
                print(error)
            continue
        if not args.json and not args.quiet:
            print(f"{file}: no faults; {_contents(scenario)}")
    if args.json:
        print(json.dumps(faults, indent=2, ensure_ascii=False))
    return 2 if at_fault else 0


def _contents(scenario: object) -> str:
    kinds = {
        "units": "unit", "objectives": "objective", "shocks": "shock", "policies": "policy", "stresses": "stress test",
    }  # fmt: skip
    counts = {word: len(getattr(scenario, name)) for name, word in kinds.items()}
    return ", ".join(f"{count} {_plural(word) if count != 1 else word}" for word, count in counts.items())


def _plural(word: str) -> str:
    return word[:-1] + "ies" if word.endswith("y") else word + "s"
