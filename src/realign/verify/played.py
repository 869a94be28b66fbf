"""A range of futures of a case, played, and read by name.

Stage: verify. In: a scenario, futures, and what a test of the cases changes in its plan. Out: outcomes, weekly series,
events and states, always with futures along the last axis.
Idea: nothing is played before it is asked for, and nothing twice: several quantities of a case read the same futures.

    played["value"]                   a measure of the first policy, by future; played["value", "Prepared"] of another
    played.weekly("cash")             (week, future)
    played.first("strike", "Flood")   the week of the first such event, NaN where there is none
    played.at(26, "belief")           a field of the state at the beginning of a week: (policy, ..., future)
    played.under("Storm")             the same futures under a stress test; `alone` under some policies only
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy import ndarray

from realign.model import Block, Plan, build_plan, go_on, play_block, play_until
from realign.model.state import State
from realign.scenario import Scenario

Change = Callable[[Plan], Plan]
GROUP = 256  # futures whose states are taken together: what the kernel plays side by side


def as_it_is(plan: Plan) -> Plan:
    """Change nothing."""
    return plan


class Played:
    """Some futures of a scenario, under one stress test and some or all policies."""

    def __init__(
        self, scenario: Scenario, futures: range, *, change: Change = as_it_is, stress: str = "baseline",
        policies: Sequence[str] | None = None,
    ) -> None:  # fmt: skip
        self.scenario, self.futures, self._change = scenario, futures, change
        self._states: dict[int, list[State]] = {}
        force = scenario.stress(stress).force
        self.plan = change(build_plan(scenario.under(stress), force=force, policies=policies))

    def under(self, stress: str) -> Played:
        """The same futures under a stress test."""
        return Played(self.scenario, self.futures, change=self._change, stress=stress)

    def alone(self, *policies: str) -> Played:
        """The same futures with only these policies."""
        return Played(self.scenario, self.futures, change=self._change, policies=policies)

    def part(self, futures: range) -> Played:
        """Other futures of the same plan."""
        return Played(self.scenario, futures, change=self._change)

    def _play(self, events: int) -> Block:
        first, count = self.futures.start, len(self.futures)
        return play_block(self.plan, seed=self.scenario.seed, first=first, count=count, events=events)

    @cached_property
    def _watched(self) -> Block:
        return self._play(self.futures.stop)

    @cached_property
    def _unwatched(self) -> Block:
        return self._play(0)

    @property
    def block(self) -> Block:
        """Outcomes and weekly series of all policies."""
        return self._watched if "_watched" in self.__dict__ else self._unwatched

    def _policy(self, name: str | None) -> int:
        return 0 if name is None else self.plan.policies.index(name)

    def __getitem__(self, key: str | tuple[str, str]) -> ndarray:
        measure, policy = (key, None) if isinstance(key, str) else key
        return self.block.outcomes[self._policy(policy), self.plan.measures.index(measure)]

    def weekly(self, series: str, policy: str | None = None) -> ndarray:
        return self.block.weekly[self._policy(policy), self.plan.series.index(series)]

    def _weeks(self, kind: str, name: str) -> list[tuple[int, int]]:
        """Future, counted within this range, and week of the first policy's events of a kind, in order."""
        events = self._watched.events
        return [(f - self.futures.start, week) for p, f, week, k, n, _ in events if (p, k, n) == (0, kind, name)]

    def first(self, kind: str, name: str = "") -> ndarray:
        weeks = np.full(len(self.futures), np.nan)
        for future, week in self._weeks(kind, name):
            weeks[future] = np.fmin(weeks[future], week)
        return weeks

    def number(self, kind: str, name: str = "") -> ndarray:
        """How many events of a kind there were, by future."""
        return np.bincount([future for future, _ in self._weeks(kind, name)], minlength=len(self.futures))

    def at(self, week: int, field: str) -> ndarray:
        if week not in self._states:
            first, last, seed = self.futures.start, self.futures.stop, self.scenario.seed
            groups = [np.arange(start, min(start + GROUP, last)) for start in range(first, last, GROUP)]
            self._states[week] = [play_until(self.plan, seed=seed, futures=group, week=week) for group in groups]
        return np.concatenate([getattr(state, field) for state in self._states[week]], axis=-1)

    def continued(self, week: int) -> ndarray:
        """Outcomes (policy, measure, future) of a run that was left at this week and taken up again."""
        futures, seed = np.arange(self.futures.start, self.futures.stop), self.scenario.seed
        state = play_until(self.plan, seed=seed, futures=futures, week=week)
        return go_on(self.plan, state, seed=seed, week=week)[0]
