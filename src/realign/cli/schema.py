"""`realign schema`: the JSON Schema of scenario files, for editors.

Stage: command line. In: nothing. Out: JSON on standard output.
"""

from __future__ import annotations

import argparse
import json

HELP = "print the JSON Schema of scenario files, for editors"


def add_options(parser: argparse.ArgumentParser) -> None:
    """None: there is one schema."""


def act(args: argparse.Namespace) -> int:
    from realign.scenario import schema

    print(json.dumps(schema(), indent=2, ensure_ascii=False))
    return 0
