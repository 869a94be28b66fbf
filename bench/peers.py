"""The kernel against peers that have a name: NumPy, JAX, Mesa, and the project's own twin in SimPy.

Stage: bench. In: scenarios. Out: a table of million unit-weeks a second of CPU time. Every peer is the same model,
and is checked against the kernel, future by future on the kernel's draws, before it is timed: NumPy on the same draws
again (on its own in `speed`), the others on their own. A peer whose library is not installed is named and left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
from numpy import ndarray

from bench.agreement import differing
from bench.speed import on_threads, plan_of
from bench.timing import ROOT, Spread, in_turns, table
from realign.model import Plan, play_block
from realign.scenario import load

SCENARIOS = ("bakery", "tech_corporation")
TARGETS = {"NumPy": 25.0, "JAX": 5.0, "Mesa": 1000.0}
JUDGED = "tech_corporation"  # the scenario with every mechanism on
PREDICTION = f"in {JUDGED} the kernel does at least " + ", ".join(f"{x:g} times {name}" for name, x in TARGETS.items())
SEED = 1


@dataclass(frozen=True)
class Peer:
    """One way to play the model. outcomes: on the kernel's draws; player: what is timed; futures: checked and timed."""

    name: str
    needs: str | None
    outcomes: Callable[[Plan, int], ndarray]
    player: Callable[[Plan], Callable[[], object]]
    checked: int
    timed: int


def _kernel(timed: int) -> Peer:
    return Peer(
        "kernel", None,
        outcomes=lambda plan, count: play_block(plan, seed=SEED, first=0, count=count).outcomes,
        player=lambda plan: lambda: on_threads(plan, 1, timed),
        checked=32, timed=timed,
    )  # fmt: skip


def _numpy(timed: int) -> Peer:
    from bench.numpy_peer import play

    return Peer(
        "NumPy", None,
        outcomes=lambda plan, count: play(plan, seed=SEED, first=0, count=count),
        player=lambda plan: lambda: play(plan, seed=SEED, first=0, count=timed),
        checked=32, timed=timed,
    )  # fmt: skip


def _jax(timed: int) -> Peer:
    def outcomes(plan: Plan, count: int) -> ndarray:
        from bench.jax_peer import play

        return play(plan, seed=SEED, first=0, count=count)

    def player(plan: Plan) -> Callable[[], object]:
        from bench.jax_peer import compiled, play_with

        program = compiled(plan)
        return lambda: play_with(program, plan, seed=SEED, first=0, count=timed)

    return Peer("JAX", "jax", outcomes=outcomes, player=player, checked=32, timed=timed)


def _mesa(timed: int) -> Peer:
    def outcomes(plan: Plan, count: int) -> ndarray:
        from bench.mesa_play import play

        return play(plan, seed=SEED, first=0, count=count)

    def player(plan: Plan) -> Callable[[], object]:
        from bench.mesa_play import play

        return lambda: play(plan, seed=SEED, first=0, count=timed, addressed=False)

    return Peer("Mesa", "mesa", outcomes=outcomes, player=player, checked=2, timed=timed)


def _twin(timed: int) -> Peer:
    from realign.twin import live

    def outcomes(plan: Plan, count: int) -> ndarray:
        scenarios = (load(ROOT / "scenarios" / f"{name}.toml") for name in SCENARIOS)
        scenario = next(one for one in scenarios if one.name == plan.name)
        lives = [
            [live(scenario, policy=policy, future=future, seed=SEED).outcomes for future in range(count)]
            for policy in plan.policies
        ]
        return np.array([[[life[name] for life in row] for name in plan.measures] for row in lives])

    return Peer(
        "twin (SimPy)", None, outcomes=outcomes, player=lambda plan: lambda: outcomes(plan, timed),
        checked=2, timed=timed,
    )  # fmt: skip


# Futures timed: enough for a tenth of a second and more, and for array code as many at a time as suit it
PEERS = {
    "bakery": (_kernel(2048), _numpy(1024), _jax(256), _mesa(4), _twin(2)),
    "tech_corporation": (_kernel(512), _numpy(256), _jax(64), _mesa(1), _twin(1)),
}


def installed(peer: Peer) -> bool:
    """Whether the library that the peer needs is here."""
    return peer.needs is None or find_spec(peer.needs) is not None


def share_equal(plan: Plan, peer: Peer) -> float:
    """The share of the futures checked in which every measure of every policy is the kernel's."""
    kernel = play_block(plan, seed=SEED, first=0, count=peer.checked).outcomes
    return float(1.0 - differing(kernel, peer.outcomes(plan, peer.checked)).any(axis=(0, 1)).mean())


def measure_one(name: str, *, repeats: int) -> dict[str, tuple[str, Spread]]:
    """Of each peer that is installed and agrees in every future checked: how many were checked, and its rate."""
    plan, here = plan_of(name), [peer for peer in PEERS[name] if installed(peer)]
    for peer in here:
        equal = share_equal(plan, peer)
        if equal < 1.0:
            raise RuntimeError(f"{peer.name} is another model: in {name}, {equal:.1%} of the futures are the kernel's")
    seconds = in_turns({peer.name: peer.player(plan) for peer in here}, repeats=repeats)
    return {
        peer.name: (
            str(peer.checked),
            Spread(tuple(plan.unit_weeks * peer.timed / s / 1e6 for s in seconds[peer.name].values)),
        )
        for peer in here
    }


def report(*, repeats: int) -> str:
    """The section of the results."""
    found = {name: measure_one(name, repeats=repeats) for name in SCENARIOS}
    rows, judged = [], {}
    for peer in PEERS[SCENARIOS[0]]:
        row = [peer.name]
        for name in SCENARIOS:
            if peer.name not in found[name]:
                row += ["not installed", "", ""]
                continue
            checked, rate = found[name][peer.name]
            times = found[name]["kernel"][1].over(rate)
            judged |= {peer.name: times.median} if name == JUDGED else {}
            digits = ".2f" if rate.median > 0.1 else ".4f"
            row += [checked, f"{rate:{digits}}", f"{times:.1f}" if times.median < 100.0 else f"{times:.0f}"]
        rows.append(row)
    said = [
        f"{judged[name]:.1f} times {name}, {'held' if judged[name] >= times else 'failed'}"
        if name in judged else f"{name} is not installed"
        for name, times in TARGETS.items()
    ]  # fmt: skip
    head = [cell for name in SCENARIOS for cell in (f"checked, {name}", "million unit-weeks / s", "kernel / peer")]
    return (
        "## The kernel against peers\n\n"
        "The same model by other means, one future agreeing with the kernel's after the other (how many were checked, "
        "all equal); then million unit-weeks a second of CPU time, one thread, NumPy on the kernel's draws, the others "
        "on their own. JAX is timed compiled. JAX and Mesa take arrivals and signals from the NumPy peer, which is "
        "counted.\n\n"
        f"Predicted: {PREDICTION}.\n"
        f"Found: {'; '.join(said)}.\n\n" + table(["", *head], rows)
    )
