"""One command for all measurements: prints them and writes `bench/results.md`.

Stage: bench. In: names of the parts to measure (none: all). Out: the results file, with the machine, the versions, the
date, and for each part what was predicted before it was measured. A part that is not measured keeps its old section.
"""

import argparse
import sys

from bench import commands, layouts, pairing, peers, roofline, scaling, speed
from bench.timing import ROOT, machine

RESULTS = ROOT / "bench" / "results.md"
PARTS = ("speed", "peers", "scaling", "roofline", "layouts", "pairing", "commands")
INTRODUCTION = """# Speed, measured

Written by `python -m bench`; numbers are medians, with the range in brackets. Every prediction was written down before
the measurement that it stands beside.
"""


def sections() -> dict[str, str]:
    """The sections on file, by part."""
    if not RESULTS.exists():
        return {}
    _, *blocks = RESULTS.read_text(encoding="utf-8").split("<!-- part: ")
    return {block.partition(" -->")[0]: block.partition(" -->\n")[2].strip() for block in blocks}


def measured(part: str, repeats: int) -> str:
    """One part's section, made now, on the machine it names."""
    makers = {
        "speed": lambda: speed.report(repeats=repeats),
        "peers": lambda: peers.report(repeats=repeats),
        "scaling": lambda: scaling.report(repeats=repeats),
        "roofline": lambda: roofline.report(repeats=repeats),
        "layouts": lambda: layouts.report(repeats=repeats),
        "pairing": pairing.report,
        "commands": lambda: commands.report(repeats=repeats),
    }
    where = machine()
    return f"{makers[part]()}\n\nMeasured {where}."


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure speed and write bench/results.md.")
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="what to measure (all)")
    parser.add_argument("--repeats", type=int, default=5, help="turns that are counted (5)")
    options = parser.parse_args()
    kept = sections()
    for part in options.parts or PARTS:
        kept[part] = measured(part, options.repeats)
        print(kept[part], end="\n\n")
        sys.stdout.flush()
        body = "\n\n".join(f"<!-- part: {name} -->\n{kept[name]}" for name in PARTS if name in kept)
        RESULTS.write_text(f"{INTRODUCTION}\n{body}\n", encoding="utf-8")
