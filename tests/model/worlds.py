"""Small worlds for the tests of the kernel, and a way to read what was played by name.

`world(...)` is a scenario of one unit, one objective and one policy that do nothing, with sections replaced by those
given; `play` plays it; what comes back is read as `played["value"]` or `played["value", "Planning"]`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w
from numpy import ndarray

from realign.model import Block, Plan, build_plan, play_block
from realign.scenario import parse
from realign.scenario.records import Scenario

ONE_IN_A_MILLION = 4.9  # standard errors: two-sided chance of a false alarm of a statistical test
EVERYTHING = (Path(__file__).parent / "everything.toml").read_text()

_QUIET: dict[str, Any] = {
    "name": "Quiet",
    "weeks": 52,
    "unit": [{"name": "Crew"}],
    "objective": [{"name": "Goal", "fade": float("inf"), "start": 50.0, "gain": 0.0}],
    "policy": [{"name": "Still", "rule": "static"}],
}


def world(**sections: Any) -> Scenario:
    """The quiet scenario with these sections in place of its own."""
    return parse(tomli_w.dumps(_QUIET | sections))


@dataclass(frozen=True)
class Played:
    """A plan and the block that was played, read by name."""

    plan: Plan
    block: Block

    def _policy(self, name: str | None) -> int:
        return 0 if name is None else self.plan.policies.index(name)

    def __getitem__(self, key: str | tuple[str, str]) -> ndarray:
        """A measure of the first policy, or of the one named, by future."""
        measure, policy = (key, None) if isinstance(key, str) else key
        return self.block.outcomes[self._policy(policy), self.plan.measures.index(measure)]

    def weekly(self, series: str, policy: str | None = None) -> ndarray:
        """A weekly series: (week, future)."""
        return self.block.weekly[self._policy(policy), self.plan.series.index(series)]

    def events(self, kind: str, policy: str | None = None) -> list[tuple[int, int, str, float]]:
        """Events of a kind: future, week, name, amount."""
        at = self._policy(policy)
        return [(f, w, name, amount) for p, f, w, k, name, amount in self.block.events if p == at and k == kind]


def play(scenario: Scenario, *, futures: int = 1, seed: int = 1, watch: bool = False, **plan: Any) -> Played:
    """Play futures of a scenario; `watch` writes down the events of all of them."""
    built = build_plan(scenario, **plan)
    return Played(built, play_block(built, seed=seed, first=0, count=futures, events=futures if watch else 0))


def misses_mean(sample: ndarray, mean: float) -> float:
    """By how many standard errors the sample's mean misses `mean`."""
    return float(abs(sample.mean() - mean) / (sample.std(ddof=1) / np.sqrt(len(sample))))


def misses_variance(sample: ndarray, variance: float) -> float:
    """By how many standard errors (from the sample's own fourth moment) the sample's variance misses `variance`."""
    return misses_mean((sample - sample.mean()) ** 2, variance)


def same_bits(first: ndarray, second: ndarray) -> bool:
    """Whether two arrays hold the same numbers, bit for bit, NaN where the other is NaN."""
    return first.shape == second.shape and np.array_equal(first, second, equal_nan=True)
