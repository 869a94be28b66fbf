"""Layouts of the same kernel: one future at a time, or lanes side by side in packs of several widths.

Stage: bench. In: scenarios. Out: a table. The kernel is the same and so are its results, bit for bit, which is checked;
only how many lanes a pack has, and how many are played in a group, differ. The width of a pack is a constant of the
compiled code, so each width is a copy of the package with that number edited, compiled and timed in its own process.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.timing import ROOT, Spread, table

LAYOUTS = {  # lanes of a pack, lanes of a group, futures played
    "one future at a time": (1, 1, 16),
    "64 lanes, one by one": (1, 64, 64),
    "packs of 8": (8, 64, 256),
    "packs of 16": (16, 64, 256),
    "packs of 32, as the kernel has it": (32, 64, 256),
}
SCENARIOS = ("bakery", "tech_corporation")
PREDICTION = "packs do at least 4 times the unit-weeks of one future at a time, and 16 and 32 lanes are alike"

_WORKER = """
import hashlib, json, sys, time
from realign.model import Desk, build_plan, play_block
from realign.scenario import load
lanes, futures, *names = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]
found = {}
for name in names:
    plan = build_plan(load(name))
    plan.__dict__["lanes"] = lanes  # where a cached property keeps what it found
    desk = Desk(plan)
    bits = hashlib.sha256(play_block(plan, seed=1, first=0, count=16, desk=desk).outcomes.tobytes()).hexdigest()
    begin = time.process_time()
    for first in range(0, futures, max(lanes, 16)):
        play_block(plan, seed=1, first=first, count=min(max(lanes, 16), futures), desk=desk)
    seconds = time.process_time() - begin
    found[name] = (plan.unit_weeks * futures / seconds / 1e6, bits)
print(json.dumps(found))
"""


def _copied(folder: Path, width: int) -> Path:
    """A copy of the package whose packs have so many lanes."""
    source = folder / f"width{width}"
    shutil.copytree(ROOT / "src" / "realign", source / "realign", ignore=shutil.ignore_patterns("__pycache__"))
    vectors = source / "realign" / "model" / "vectors.py"
    text, edited = vectors.read_text(encoding="utf-8"), 0
    for name, lanes in (("WIDTH", str(width)), ("NARROW", f"min({width}, 16 if _ROOMY else 8)")):
        text, found = re.subn(rf"(?m)^{name} = [^#\n]*[^# \n]", f"{name} = {lanes}", text)
        edited += found
    assert edited == 2, "the widths of packs are no longer where they were"
    vectors.write_text(text, encoding="utf-8")
    return source


def _measured(source: Path, lanes: int, futures: int) -> dict[str, tuple[float, str]]:
    """Million unit-weeks a second and a hash of the outcomes, by scenario."""
    environment = os.environ | {"PYTHONPATH": str(source), "REALIGN_CACHE_DIR": str(source / "cache")}
    scenarios = [str(ROOT / "scenarios" / f"{name}.toml") for name in SCENARIOS]
    call = [sys.executable, "-c", _WORKER, str(lanes), str(futures), *scenarios]
    printed = subprocess.run(call, env=environment, capture_output=True, text=True, check=True).stdout
    return {Path(name).stem: tuple(found) for name, found in json.loads(printed).items()}


def report(*, repeats: int) -> str:
    """The section of the results."""
    rates: dict[str, dict[str, list[float]]] = {label: {name: [] for name in SCENARIOS} for label in LAYOUTS}
    with tempfile.TemporaryDirectory() as folder:
        sources = {width: _copied(Path(folder), width) for width in {width for width, _, _ in LAYOUTS.values()}}
        for turn in range(repeats + 1):
            bits: dict[str, set[str]] = {name: set() for name in SCENARIOS}
            for label, (width, lanes, futures) in LAYOUTS.items():
                for name, (rate, outcome) in _measured(sources[width], lanes, futures).items():
                    bits[name].add(outcome)
                    if turn > 0:  # the first turn compiles
                        rates[label][name].append(rate)
            assert all(len(seen) == 1 for seen in bits.values()), "layouts differ in their results"
    spreads = {label: {name: Spread(tuple(values)) for name, values in row.items()} for label, row in rates.items()}
    first, *_, last = spreads.values()
    gains = [last[name].median / first[name].median for name in SCENARIOS]
    rows = [[label, *(f"{row[name]:.2f}" for name in SCENARIOS)] for label, row in spreads.items()]
    return (
        "## Layouts: futures side by side, or one at a time\n\n"
        "Million unit-weeks a second, one thread, by how lanes are laid and taken; the bits are the same.\n\n"
        f"Predicted: {PREDICTION}.\n"
        f"Found: packs of 32 do {' and '.join(f'{gain:.1f}' for gain in gains)} times one at a time: "
        f"the prediction {'held' if min(gains) >= 4 else 'failed'}.\n\n" + table(["layout", *SCENARIOS], rows)
    )
