"""The clock: continuous time for events, and a grid of weeks on which everybody acts, in turn.

Week t is the time from t to t + 1. Shocks strike, warnings come and cases are done at any moment within it. At its
morning (time t) everybody looks at how things stand: who is busy, which plans are active, which decisions are due. In
its evening (time t + 1) the week is settled, and everybody waits for the turns that are theirs: first the world as it
was this week, then work, and what came of it, and so on to the record of the week. Where moments coincide, the evening
of a week comes first, then events, then the morning of the next week, so that a decision that is ready at time t counts
from week t on, and an evening's alarm can reach the teams before the next morning. Who only visits (a user's own
process) comes after the morning.
"""

from __future__ import annotations

from enum import IntEnum

import simpy


class Turn(IntEnum):
    """Who goes first at the same time. Those of the evening are the steps of a week, in the order of the model."""

    WORLD = -12  # priorities, demand, who is there
    WORK = -11  # effort by objective
    OUTCOME = -10  # levels, and how they are read
    RECKONING = -9  # value, cash, ruin
    SENSE = -8  # perceived priorities, alarms
    DECIDE = -7  # decisions, and what is published
    ACTIVATE = -6  # what the week's signals and decisions set off: plans, better methods
    COMMUNICATE = -5  # everybody listens
    REALLOCATE = -4  # everybody changes belief, allocation, engagement
    DISCOVER = -3  # opportunities; methods age
    RECORD = -2
    LOOK_BACK = -1  # for who only looks
    EVENT = 1  # as SimPy has it for timeouts; 0 is the start of a process
    MORNING = 2
    VISIT = 3


class Moment(simpy.Event):
    """A moment in time that processes can wait for."""

    def __init__(self, env: simpy.Environment, time: float, turn: Turn) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None
        env.schedule(self, priority=turn, delay=max(time - env.now, 0.0))  # type: ignore[arg-type]


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
        return Moment(self.env, time, Turn.EVENT)

    def morning(self, week: int) -> Moment:
        """The morning of a week: time `week`, after whatever else happens then."""
        return Moment(self.env, week, Turn.MORNING)

    def evening(self, week: int, turn: Turn) -> Moment:
        """A turn in the evening of a week: time `week` + 1, before whatever else happens then."""
        return Moment(self.env, week + 1, turn)
