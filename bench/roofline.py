"""Where the kernel stands on this machine: operations and bytes of a week by part, against what a core can do.

Stage: bench. In: the technology corporation, half-way through a block of futures. Out: two tables. What the machine
can do is measured by loops compiled as the kernel is (packs of lanes, products and sums rounded together). Operations
and bytes of each part are counted from its formulas (`counts`), per unit-week; its time is taken by repeating it on one
state, so that data is as near as it ever gets. Parts not repeatable so (strikes, decisions, discoveries, records) are
the rest.
Source: Williams, Waterman and Patterson (2009), Roofline, Communications of the ACM 52:65.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy import ndarray

from bench.parts import PARTS
from bench.scaling import player
from bench.speed import plan_of
from bench.timing import Spread, in_turns, table
from realign.model import Desk, Plan, play_block
from realign.model.block import play_until
from realign.model.compiled import entry
from realign.model.lanes import WIDTH, aligned, fused, get, put

SCENARIO = "tech_corporation"
WEEK, TIMES = 80, 40  # a week in the middle; repeats of a part within one measurement
NUMBER = 8  # bytes
FIRST = "16 KiB (first cache)"  # no number moves faster than from here
SIZES = {FIRST: 16, "256 KiB (second cache)": 256, "256 MiB (memory)": 1 << 18}
EXP, LOG, ROOT, PHILOX, BOX_MULLER = 35, 33, 23, 22, 42  # as the kernel writes them; the last two per normal
PREDICTION = "the kernel reaches a quarter to a half of what its operations and bytes allow on this machine"


@entry
def multiply_and_add(numbers, factor, term, times):
    """Six multiplications and additions in turn on every number of a few packs; numbers: (n,), as near as can be.

    One chain waits for itself; the processor works on the next pack meanwhile.
    """
    for _ in range(times):
        for t in range(numbers.shape[0] // WIDTH):
            x = get(numbers, (t,))
            x = fused(fused(fused(x, factor, term), factor, term), factor, term)
            x = fused(fused(fused(x, factor, term), factor, term), factor, term)
            put(numbers, (t,), x)


@entry
def triad(a, b, c, factor, times):
    """a = b + factor c, over and over; (n,) a whole number of packs."""
    for _ in range(times):
        for t in range(a.shape[0] // WIDTH):
            put(a, (t,), fused(factor, get(c, (t,)), get(b, (t,))))


def peak(repeats: int) -> Spread:
    """Gigaoperations a second of one core, memory hardly in the way."""
    numbers, times = aligned((8 * WIDTH,)), 200_000
    numbers[:] = 1.0
    seconds = in_turns({"all": lambda: multiply_and_add(numbers, 0.999, 0.001, times)}, repeats=repeats)["all"]
    return Spread(tuple(12 * len(numbers) * times / s / 1e9 for s in seconds.values))


def bandwidth(kibibytes: int, repeats: int) -> Spread:
    """Gigabytes a second of one core, in three arrays of so many KiB in all."""
    n = kibibytes * 1024 // (3 * NUMBER * WIDTH) * WIDTH
    arrays, times = [aligned((n,)) for _ in range(3)], max(2**31 // (3 * NUMBER * n), 1)
    for array in arrays:
        array[:] = 1.0
    seconds = in_turns({"triad": lambda: triad(*arrays, 0.5, times)}, repeats=repeats)["triad"]
    return Spread(tuple(3 * NUMBER * n * times / s / 1e9 for s in seconds.values))


def counts(plan: Plan) -> dict[str, tuple[float, float]]:
    """Operations and numbers moved per unit-week of each part, from its formulas.

    A product and a sum rounded together are two operations. K objectives, N units, P policies, T members of crowds a
    unit; `auto`: share of units with automation, `heeds`: of policies under which units believe what they see.
    """
    t = plan.tables
    N, K, P = len(plan.units), len(plan.objectives), len(plan.policies)
    T, F = len(t.units.crowd_member) / N, t.objectives.share.shape[1]
    auto, senses = float((t.units.automation > 0.0).mean()), float(t.policies.autonomy.any())
    garbles, heeds = float(t.organisation.clarity_noise > 0.0), float((t.policies.autonomy > 0.0).mean())
    needs = float((t.objectives.share > 0.0).sum(axis=1).mean())
    drawn = K * (garbles + senses) * (PHILOX + BOX_MULLER + EXP + 2)  # every week once, for all policies
    pairs = (-(-K // 3) * 3) ** 2  # nine at a time
    hear = 2 * K * T + K * (2 * garbles + 12 + 3 * heeds) + ROOT
    move = K * (12 + 4 * auto) + ROOT
    return {
        "draws of noise": (drawn / P, 2 * K * (garbles + senses) / P),
        "work": (18 + K * (4 + 5 * auto) + 2 * pairs, 9 + K * (4 + 3 * auto) + 2 * pairs / 3),
        "output": (K * (16 + 4 * K + needs * (LOG + EXP + 4) + LOG + EXP) / N, K * (K + 2 * needs + F + 8) / N),
        "outcome and sensing": (K * (60 + LOG + 2 * EXP) / N, 20 * K / N),
        "adapt": (hear + move + 2 * K + 30, K * (T + 3 * garbles + heeds + 11 + 3 * auto) + 18),
    }


@dataclass(frozen=True)
class Stand:
    """A plan's tables, and state and scratch in the middle of a block of futures."""

    arguments: tuple
    lanes: int


def stand_still(plan: Plan) -> Stand:
    """A block of futures, stopped in week WEEK."""
    lanes, desk = plan.lanes, Desk(plan)
    play_block(plan, seed=1, first=0, count=lanes, desk=desk)
    futures = np.arange(lanes, dtype=np.uint64)
    state = play_until(plan, seed=1, futures=futures, week=WEEK)
    return Stand((plan.tables, state, desk.here, np.uint64(1), futures, WEEK), lanes)


def repeated(part: Callable[..., None], stand: Stand) -> Callable[[], None]:
    """Repeat one part of the week on one state."""
    return lambda: part(*stand.arguments, TIMES)


def time_parts(plan: Plan, repeats: int) -> dict[str, ndarray]:
    """Nanoseconds per unit-week of every part and of the whole, turn by turn."""
    stand = stand_still(plan)
    tasks: dict[str, Callable[[], object]] = {name: repeated(part, stand) for name, part in PARTS.items()}
    seconds = in_turns({**tasks, "whole week": player(plan, 4 * plan.lanes)}, repeats=repeats)
    one_week = len(plan.units) * len(plan.policies) * stand.lanes * TIMES
    work = {name: plan.unit_weeks * 4 * plan.lanes if name == "whole week" else one_week for name in seconds}
    return {name: 1e9 * np.array(spread.values) / work[name] for name, spread in seconds.items()}


def report(*, repeats: int) -> str:
    """The section of the results."""
    plan = plan_of(SCENARIO)
    top = peak(repeats)
    caches = {name: bandwidth(kibibytes, repeats) for name, kibibytes in SIZES.items()}
    near = caches[FIRST].median
    times, counted, rows = time_parts(plan, repeats), counts(plan), []
    ops, numbers = (sum(column) for column in zip(*counted.values()))
    parts = sum(np.median(times[name]) for name in counted)
    whole = float(np.median(times["whole week"]))
    lines = {**counted, "rest of the week": None, "whole week": (ops, numbers)}
    reached = 0.0
    for name, line in lines.items():
        taken = whole - parts if line is None else float(np.median(times[name]))
        row = [name, f"{taken:.1f}", f"{taken / whole:.0%}"]
        if line is not None:
            allowed = max(line[0] / top.median, line[1] * NUMBER / near)
            reached = allowed / taken
            row += [f"{line[0]:.0f}", f"{line[1] * NUMBER:.0f}", f"{line[0] / taken:.1f}", f"{reached:.0%}"]
        rows.append(row + [""] * (7 - len(row)))
    head = ["part", "ns per unit-week", "of the week", "operations", "bytes", "Gop / s", "of the attainable"]
    bandwidths = [[name, f"{rate:.1f} GB / s"] for name, rate in caches.items()]
    machine = [["multiply, add", f"{top:.1f} Gop / s"], *bandwidths]
    return (
        "## Where the kernel stands on this machine\n\n"
        f"One thread, {SCENARIO}. Operations and bytes per unit-week are counted from the formulas, integer operations "
        "like others, exponentials and logarithms as so many; the attainable is the longer of operations at the "
        "machine's rate and bytes at that of its first cache. Parts are timed alone, on data that stays near; the "
        "rest (strikes, decisions, discoveries, records, what data has to travel) is what the whole takes beyond "
        "them.\n\n"
        f"Predicted: {PREDICTION}.\n"
        f"Found: {reached:.0%} of the attainable: the prediction {'held' if 0.25 <= reached <= 0.5 else 'failed'}.\n\n"
        + table(["machine", "one core"], machine) + "\n\n" + table(head, rows)
    )  # fmt: skip
