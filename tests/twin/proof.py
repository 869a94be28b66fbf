"""The proof that kernel and twin agree, with what it reached: `python tests/twin/proof.py`.

Plays every bundled scenario under every stress test, and random scenarios, with the kernel and with the twin, several
futures under every policy; compares every state of every week, every series, measure and event; and writes what was
compared, by how much it differs at most, and how many lives reached each mechanism of the model, to `proof.md`.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

from generator import scenario_of
from mechanisms import MECHANISMS, reached

from agreement import SMALLEST, TOLERANCE, Comparison, compare
from realign.scenario import Scenario, load
from realign.twin import Life

ROOT = Path(__file__).parents[2]
BUNDLED = sorted((ROOT / "scenarios").glob("*.toml"))
RANDOM_SCENARIOS = 520
FUTURES = 3


def under_every_stress(scenario: Scenario, *, note: Callable[[Life], None] | None = None) -> Comparison:
    """A scenario as it stands and under each of its stress tests."""
    found = Comparison()
    for stress in ("baseline", *(stress.name for stress in scenario.stresses)):
        found.add(compare(scenario, futures=FUTURES, stress=stress, note=note))
    return found


def random_scenarios(number: int) -> tuple[Comparison, Counter[str]]:
    """Random scenarios 0 .. number - 1, and how many lives reached each mechanism."""
    found, lives = Comparison(), Counter[str]()
    for n in range(number):
        found.add(under_every_stress(scenario_of(n), note=lambda life: lives.update(reached(life))))
    return found, lives


def in_words(found: Comparison) -> str:
    faults = "no fault" if not found.faults else f"{len(found.faults)} FAULTS, the first: {found.faults[0]}"
    return (
        f"{found.weeks:,} weeks lived, {found.numbers:,} numbers and {found.events:,} events compared: {faults}; "
        f"largest relative difference {found.largest:.1e}"
    )


def main() -> None:
    """Prove, print, write."""
    parser = argparse.ArgumentParser(description="Prove that kernel and twin agree; writes tests/twin/proof.md.")
    parser.add_argument("--scenarios", type=int, default=RANDOM_SCENARIOS, help=f"random ones ({RANDOM_SCENARIOS})")
    options = parser.parse_args()
    lines = [
        "# Kernel and twin, future by future", "",
        f"Written by `python tests/twin/proof.py` on {date.today()}. Numbers agree when they differ by at most "
        f"{TOLERANCE:g}, relatively (those below {SMALLEST:g} as if they were as large); events when week, kind and "
        f"name are the same. {FUTURES} futures under every policy and stress test.", "",
    ]  # fmt: skip
    faults = 0
    for path in BUNDLED:
        found = under_every_stress(load(path))
        faults += len(found.faults)
        lines.append(f"- `scenarios/{path.name}`: {in_words(found)}")
        print(lines[-1], flush=True)
    found, lives = random_scenarios(options.scenarios)
    faults += len(found.faults)
    lines += [f"- {options.scenarios} random scenarios: {in_words(found)}", ""]
    lines += ["| mechanism | lives that reached it |", "| --- | ---: |"]
    lines += [f"| {name} | {lives[name]:,} |" for name in MECHANISMS]
    print("\n".join(lines[lines.index("") :][-len(MECHANISMS) - 4 :]))
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    never = [name for name in MECHANISMS if not lives[name]]
    print(f"never reached: {', '.join(never) or 'none'}")
    sys.exit(1 if faults or never else 0)


if __name__ == "__main__":
    main()
