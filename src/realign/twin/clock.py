"""The clock: continuous time for events, and a grid of weeks on which everybody acts.

Week t is the time from t to t + 1. Shocks strike, warnings come and cases are done at any moment within it. At its
morning (time t) everybody looks at how things stand: who is busy, which plans are active, which decisions are due. At
its evening (time t + 1) the week is settled: what struck, what was worked, earned, heard and decided. Where moments
coincide, the evening of a week comes first, then events, then the morning of the next week, so that a decision
that is ready at time t counts from week t on, and an evening's alarm can reach the teams before the next morning.
Who only visits (a user's own process) comes after the morning.
"""

from __future__ import annotations

import simpy

EVENING, EVENT, MORNING, VISIT = range(4)  # who goes first at the same time


class Moment(simpy.Event):
    """A moment in time that processes can wait for."""

    def __init__(self, env: simpy.Environment, time: float, rank: int) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None
        env.schedule(self, priority=rank, delay=max(time - env.now, 0.0))  # type: ignore[arg-type]


class Clock:
    """Moments of a SimPy environment, in weeks."""

    def __init__(self, env: simpy.Environment, weeks: int) -> None:
        self.env, self.weeks = env, weeks

    @property
    def now(self) -> float:
        """The time, in weeks."""
        return float(self.env.now)

    def at(self, time: float) -> Moment:
        """An event at a given time."""
        return Moment(self.env, time, EVENT)

    def morning(self, week: int) -> Moment:
        """The morning of a week: time `week`, after whatever else happens then."""
        return Moment(self.env, week, MORNING)

    def evening(self, week: int) -> Moment:
        """The evening of a week: time `week` + 1, before whatever else happens then."""
        return Moment(self.env, week + 1, EVENING)
