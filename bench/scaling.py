"""How the kernel's cost grows with the size of the problem, one size at a time.

Stage: bench. In: nothing; the scenarios are made here from one base. Out: a table of cost per piece of work, and of the
exponent with which cost grows: the slope of log cost on log size, which is 1 where cost is proportional to size. A size
that only adds to a fixed cost has a smaller slope; the growth of what it adds (cost less that of the smallest size, on
size less the smallest) says whether that part is linear.
"""

from collections.abc import Callable

import numpy as np

from bench.timing import Spread, in_turns, table
from realign.model import Desk, Plan, build_plan, play_block
from realign.scenario import parse

BASE = {"futures": 64, "weeks": 104, "policies": 4, "ties": 4, "units": 100, "objectives": 6}
SIZES = {  # futures in whole packs of lanes, as a run plays them
    "futures": (32, 64, 128, 256, 512),
    "weeks": (52, 104, 208, 416),
    "policies": (1, 2, 4, 8, 16),
    "ties": (1, 10, 20, 40, 80),
    "units": (5, 10, 20, 50, 100, 200),
    "objectives": (3, 6, 10, 20, 30),
}
LINEAR = (0.9, 1.1)
PREDICTION = (
    "linear, an exponent of 1 ± 0.1, in futures, weeks, policies, and units at fixed ties per unit; linear in what "
    "ties add; between 1 and 2 in objectives, for coordination compares every pair of them"
)
FUNCTIONS = ("make", "sell", "lead", "build")


def organisation(*, weeks: int, policies: int, ties: int, units: int, objectives: int, futures: int = 1) -> str:
    """A scenario of this size: a hierarchy of four to a superior, each unit listening to the next ones in line."""
    lines = [
        'schema = 1\nname = "Of a size"', f"weeks = {weeks}\nfutures = {futures}\nseed = 1",
        "[organisation]\ncash = 1e9\nrevenue = 1e6\nwage = 100\nswitching_loss = 0.3\ncoordination_loss = 0.4",
        "[communication]\nhalf_life = 4\nclarity_noise = 0.1\nsuperior = 0.6\nmeeting_time = 0.03",
        "[market]\npriority_volatility = 0.03\nperception_noise = 0.2",
    ]  # fmt: skip
    for i in range(units):
        listens = ", ".join(f'"U{(i + n) % units:03}" = 1' for n in range(1, min(ties, units - 1) + 1))
        boss = f'reports_to = "U{(i - 1) // 4:03}"' if i else ""
        function = FUNCTIONS[i % len(FUNCTIONS)]
        lines.append(
            f'[[unit]]\nname = "U{i:03}"\nfunction = "{function}"\npeople = 5\n{boss}\ninertia = 4\n'
            f"resistance = 0.1\nautomation = {0.1 * (i % 3):.1f}\nlistens_to = {{ {listens} }}"
        )
    for k in range(objectives):
        needs = f"{{ {FUNCTIONS[k % 4]} = 2, {FUNCTIONS[(k + 1) % 4]} = 1 }}"
        gain = 12.0 / (units * 5) * objectives / 6
        lines.append(
            f'[[objective]]\nname = "O{k:02}"\nstart = 40\ntarget = 100\nfade = 30\ngain = {gain:.6f}\n'
            f"needs = {needs}\nsubstitution = 0.5\noutput_noise = 0.05\nkpi_noise = 0.05"
        )
    lines.append(
        '[[shock]]\nname = "Trouble"\nrate = 1\nrecognised_after = 2\nseverity = { dist = "exponential", mean = 1, '
        'max = 4 }\neffects = [{ on = "productivity", objectives = ["O00"], size = 0.1, half_life = 6 }]'
    )
    for p in range(policies):
        lines.append(
            f'[[policy]]\nname = "P{p:02}"\nreview_every = 13\nlatency = {1 + p % 4}\nautonomy = 0.1\n'
            "on_recognised = true\nhandling = 2"
        )
    return "\n".join(lines)


def player(plan: Plan, futures: int) -> Callable[[], None]:
    """Play so many futures, in the pieces and on the warm desk of a run."""
    desk = Desk(plan)

    def play() -> None:
        for first in range(0, futures, plan.lanes):
            play_block(plan, seed=1, first=first, count=min(plan.lanes, futures - first), desk=desk)

    return play


def slope(sizes: np.ndarray, costs: np.ndarray) -> float:
    """The exponent: least squares of log cost on log size."""
    return float(np.polyfit(np.log(sizes), np.log(costs), 1)[0])


def measure_axis(axis: str, *, repeats: int) -> dict[int, tuple[Spread, int]]:
    """Seconds at each size of one axis, all else as in the base, and units x weeks x policies x futures."""
    plans = {}
    for size in SIZES[axis]:
        sizes = {**BASE, axis: size}
        plans[size] = build_plan(parse(organisation(**sizes))), sizes["futures"]
    seconds = in_turns({str(size): player(*plan) for size, plan in plans.items()}, repeats=repeats)
    return {size: (seconds[str(size)], plan.unit_weeks * futures) for size, (plan, futures) in plans.items()}


def exponents(measured: dict[int, tuple[Spread, int]]) -> tuple[Spread, Spread]:
    """Of the whole cost, and of what is added to the smallest: of the best times, then of each turn (the range)."""
    sizes = np.array(list(measured), np.float64)
    turns = np.array([spread.values for spread, _ in measured.values()])
    whole = Spread(tuple(slope(sizes, turn) for turn in turns.T))
    more, best = sizes[1:] - sizes[0], turns.min(axis=1)
    added = best[1:] - best[0]
    return whole, Spread((slope(more, added),) if (added > 0.0).all() else (np.nan,))


def report(*, repeats: int) -> str:
    """The section of the results."""
    rows, failed, faster, more = [], [], [], []
    for axis in SIZES:
        measured = measure_axis(axis, repeats=repeats)
        whole, added = exponents(measured)
        judged = added.median if axis == "ties" else whole.median
        low, high = (1.0, 2.0) if axis == "objectives" else LINEAR
        held = low <= judged <= high
        failed += [] if held else [f"{axis} ({judged:.2f})"]
        faster += [axis] if judged > high else []
        more += [added.median] if axis != "objectives" else []
        nanoseconds = [f"{1e9 * min(spread.values) / work:.0f}" for spread, work in measured.values()]
        rows.append([
            axis, ", ".join(map(str, measured)), ", ".join(nanoseconds), f"{whole:.2f}", f"{added:.2f}",
            "held" if held else "failed",
        ])  # fmt: skip
    base = ", ".join(f"{size} {name}" for name, size in BASE.items())
    return (
        "## How cost grows\n\n"
        f"One size at a time, the others at {base} (ties are per unit). Cost is CPU time, the least of the turns, in "
        "nanoseconds per unit, week, policy and future.\n\n"
        f"Predicted: {PREDICTION}.\n"
        f"Found: {'all held' if not failed else 'failed in ' + ', '.join(failed)}; cost grows faster than predicted in "
        f"{', '.join(faster) or 'nothing'}. Where the whole grows slower than linearly, a part does not grow: "
        f"what is added to the smallest size has exponents of {min(more):.2f} to {max(more):.2f}, objectives apart.\n\n"
        + table(["axis", "sizes", "ns per unit-week", "exponent", "of what is added", "prediction"], rows)
    )
