"""Choosing a future worth telling: the worst, the median, the best, or where two policies part most.

Stage: story. In: a scenario, policies, a stress test, how many futures to search. Out: a `Choice`.
Idea: the kernel plays the first futures, and value decides. Of equal values the first future is taken; the median is
the lower one where there are two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from realign.errors import UsageError
from realign.report.words import number
from realign.scenario import Scenario
from realign.scenario.desk import suggestion

FUTURES = 1_000  # searched where nobody says how many
EXTREMES = ("worst", "median", "best")
_BLOCK = 256  # futures at a time: weekly values of more would only fill memory
MOST = 2**32 - 1  # futures are numbered in 32 bits
_ALLOWED = f"a whole number from 0 to {MOST:,}, or worst, median or best"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A future, and why it was chosen: words that follow its number; empty where it was simply asked for."""

    future: int
    why: str = ""


def values(
    scenario: Scenario, *, policies: Sequence[str], stress: str, seed: int, futures: int
) -> npt.NDArray[np.float64]:
    """Value by (policy, future) in the first futures; policies in the order given."""
    from realign.model import build_plan, play_block

    plan = build_plan(scenario.under(stress), force=scenario.stress(stress).force, policies=policies)
    row = plan.measures.index("value")
    parts = []
    for first in range(0, futures, _BLOCK):
        block = play_block(plan, seed=seed, first=first, count=min(_BLOCK, futures - first))
        parts.append(block.outcomes[:, row, :].copy())
    found = np.concatenate(parts, axis=1)
    return found[[plan.policies.index(policy) for policy in policies]]


def check_names(scenario: Scenario, *, policies: Sequence[str], stress: str) -> None:
    """Raise a UsageError with a suggestion for names that the scenario does not have."""
    stresses = ["baseline", *(known.name for known in scenario.stresses)]
    faults = [
        f'{what} "{name}": no such {what}{suggestion(str(name), known)}'
        for what, names, known in (
            ("policy", policies, [policy.name for policy in scenario.policies]), ("stress test", [stress], stresses)
        )
        for name in names
        if name not in known
    ]  # fmt: skip
    if faults:
        raise UsageError("\n".join(faults))


def choose(
    scenario: Scenario, future: int | str, *, policy: str, stress: str, seed: int, futures: int = FUTURES
) -> Choice:
    """The future of this number, or the worst, median or best one for a policy among the first `futures`."""
    if isinstance(future, str):
        if future not in EXTREMES:
            raise UsageError(f'future "{future}"{suggestion(future, EXTREMES)}: must be {_ALLOWED}')
        return _extreme(scenario, future, policy=policy, stress=stress, seed=seed, futures=futures)
    if isinstance(future, float) or not 0 <= future <= MOST:
        raise UsageError(f"future {future}: must be {_ALLOWED}")
    return Choice(future=int(future))


def _extreme(scenario: Scenario, which: str, *, policy: str, stress: str, seed: int, futures: int) -> Choice:
    _check_count(futures)
    value = values(scenario, policies=[policy], stress=stress, seed=seed, futures=futures)[0]
    order = np.argsort(value, kind="stable")
    chosen = {"worst": order[0], "median": order[(futures - 1) // 2], "best": int(np.argmax(value))}[which]
    mean = f"the average of them has {number(float(value.mean()))}"
    return Choice(future=int(chosen), why=f"the {which} of the first {futures:,} for this policy, by value; {mean}")


def where_differs(
    scenario: Scenario, policies: tuple[str, str], *, stress: str, seed: int, futures: int = FUTURES
) -> Choice:
    """The future among the first `futures` in which two policies part most in value."""
    _check_count(futures)
    check_names(scenario, policies=policies, stress=stress)
    if policies[0] == policies[1]:
        raise UsageError(f'where two policies differ: "{policies[0]}" is named twice')
    one, other = values(scenario, policies=policies, stress=stress, seed=seed, futures=futures)
    chosen = int(np.argmax(np.abs(one - other)))
    why = (
        f"of the first {futures:,} the one in which {policies[0]} (value {number(float(one[chosen]))}) and "
        f"{policies[1]} ({number(float(other[chosen]))}) part most"
    )
    return Choice(future=chosen, why=why)


def _check_count(futures: int) -> None:
    if not 1 <= futures <= 10_000_000:
        raise UsageError(f"futures {futures}: must be from 1 to 10,000,000")
