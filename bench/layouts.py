"""Two layouts of the same kernel: many futures side by side in lanes, or one future at a time.

Stage: bench. In: scenarios. Out: a table. The kernel is the same and so are its results, bit for bit, which is checked;
only the number of lanes differs. With one lane every loop over lanes has one turn, which is the layout of a plain loop
over futures, with what the lanes' loops cost.
"""

from dataclasses import replace

import numpy as np

from bench.speed import plan_of
from bench.timing import Spread, in_turns, table
from realign.model import Plan, play_block

LANES = (1, 4, 16, 32, 64, 128, 256)
FUTURES = {"bakery": (16, 512), "tech_corporation": (4, 256)}  # played with one lane, and with more
PREDICTION = "flat lanes do at least 4 times the unit-weeks of one future at a time, and 64 to 256 lanes are alike"


def with_lanes(plan: Plan, lanes: int) -> Plan:
    """The same plan, played in groups of so many futures."""
    copy = replace(plan)
    copy.__dict__["lanes"] = lanes  # where a cached property keeps what it found
    return copy


def measure_one(name: str, *, repeats: int) -> tuple[int, dict[int, Spread]]:
    """The plan's own number of lanes, and million unit-weeks a second by number of lanes."""
    plan, (few, many) = plan_of(name), FUTURES[name]
    wanted = play_block(plan, seed=1, first=0, count=few).outcomes
    tasks, work = {}, {}
    for lanes in LANES:
        other = with_lanes(plan, lanes)
        assert np.array_equal(play_block(other, seed=1, first=0, count=few).outcomes, wanted, equal_nan=True)
        work[lanes] = min(max(few, 8 * lanes), many)
        tasks[str(lanes)] = lambda other=other, count=work[lanes]: play_block(other, seed=1, first=0, count=count)
    seconds = in_turns(tasks, repeats=repeats)
    return plan.lanes, {
        lanes: Spread(tuple(plan.unit_weeks * work[lanes] / s / 1e6 for s in seconds[str(lanes)].values))
        for lanes in LANES
    }


def report(*, repeats: int) -> str:
    """The section of the results."""
    found = {name: measure_one(name, repeats=repeats) for name in FUTURES}
    rows = [[str(lanes), *(f"{rates[lanes]:.2f}" for _, rates in found.values())] for lanes in LANES]
    gains = [rates[own].median / rates[1].median for own, rates in found.values()]
    chosen = ", ".join(f"{own} for {name}" for name, (own, _) in found.items())
    return (
        "## Layouts: futures side by side, or one at a time\n\n"
        "Million unit-weeks a second, one thread, by the number of futures side by side; the bits are the same. "
        f"The plan chooses {chosen}.\n\n"
        f"Predicted: {PREDICTION}.\n"
        f"Found: the plan's choice does {' and '.join(f'{gain:.1f}' for gain in gains)} times one at a time: "
        f"the prediction {'held' if min(gains) >= 4 else 'failed'}.\n\n" + table(["lanes", *found], rows)
    )
