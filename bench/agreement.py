"""Whether two implementations agree, which is asked before either is timed.

Stage: bench. In: a plan, a seed and a number of futures. Out: every measure on which kernel and NumPy peer differ.
"""

import numpy as np
from numpy import ndarray

from bench import c_peer
from bench.numpy_peer import play
from realign.model import play_block
from realign.model.plan import Plan

RELATIVE = 1e-9  # both compute in float64; weeks of exponentials and sums in another order cost some digits
ROUNDING = 1e-12  # of a measure's largest value: below it a difference from zero is rounding


def differing(kernel: ndarray, peer: ndarray) -> ndarray:
    """(P, M, B) bool: cells that are not the same number."""
    largest = np.max(np.where(np.isnan(kernel), 0.0, np.abs(kernel)), axis=(0, 2), keepdims=True)
    close = np.abs(kernel - peer) <= RELATIVE * np.abs(kernel) + ROUNDING * largest
    return ~(close | (np.isnan(kernel) & np.isnan(peer)))


def disagreements(plan: Plan, *, seed: int, count: int) -> list[str]:
    """Policies and measures on which kernel and peer differ, in words; empty if they agree."""
    kernel = play_block(plan, seed=seed, first=0, count=count).outcomes
    peer = play(plan, seed=seed, first=0, count=count)
    bad = differing(kernel, peer)
    found = []
    for p, m in np.argwhere(bad.any(axis=2)):
        f = int(np.argmax(bad[p, m]))
        numbers = f"kernel {float(kernel[p, m, f])!r}, peer {float(peer[p, m, f])!r}"
        found.append(
            f"{plan.policies[p]}: {plan.measures[m]} differs in {bad[p, m].sum()} futures, first in {f}: {numbers}"
        )
    return found


def share_equal(plan: Plan, *, seed: int, count: int) -> float:
    """The share of futures in which every measure of every policy is equal."""
    kernel = play_block(plan, seed=seed, first=0, count=count).outcomes
    return float(1.0 - differing(kernel, play(plan, seed=seed, first=0, count=count)).any(axis=(0, 1)).mean())


def share_equal_in_c(plan: Plan, *, seed: int, count: int, flags: tuple[str, ...]) -> float:
    """The same of the C peer, compiled with these flags."""
    kernel = play_block(plan, seed=seed, first=0, count=count).outcomes
    peer = c_peer.Peer(plan, flags=flags).play(seed=seed, first=0, count=count)
    return float(1.0 - differing(kernel, peer.outcomes).any(axis=(0, 1)).mean())
