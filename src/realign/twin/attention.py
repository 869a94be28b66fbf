"""Attention: how leadership gets to hear of shocks, and the response teams that handle what calls for a decision.

Signals reach leadership's inbox at any moment: an arrival is announced, or recognised after a while, or a warning is
false. What calls for an unscheduled decision becomes a case. Cases queue for the response teams in continuous time,
first come first served, and each occupies a team for a random while: attention is scarce, and clustered shocks
saturate it.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import simpy

from realign.scenario.records import Policy, Shock
from realign.twin.clock import Clock
from realign.twin.draws import Draws, poisson
from realign.twin.history import Arrival
from realign.twin.world import World

RECOGNISED, WARNING, FALSE_ALARM = "recognised", "warning", "false alarm"
_HANDLING = 1 << 24  # where the addresses of handling times begin, beyond those of the notices themselves


@dataclass(frozen=True, slots=True)
class Signal:
    """Something about a shock reaches leadership."""

    kind: str
    shock: str
    time: float
    struck: float = math.nan  # when the shock strikes or struck; NaN: it never does


@dataclass(slots=True)
class Case:
    """Something calls for an unscheduled decision: when it came, when a team took it up, when it was done with it."""

    reason: str  # the shock that was recognised; empty: the detector's alarm
    opened: float
    effort: float  # in handling times
    begun: float = math.nan
    done: float = math.nan
    handed_over: bool = False  # to leadership, for a decision

    @property
    def is_open(self) -> bool:
        return math.isnan(self.done)


class Attention:
    """Leadership's inbox and its response teams."""

    def __init__(self, policy: Policy, world: World, draws: Draws, clock: Clock) -> None:
        self.policy, self.draws, self.clock = policy, draws, clock
        self.teams = simpy.Resource(clock.env, capacity=policy.teams)
        self.inbox: list[Signal] = []
        self.news: list[Signal] = []  # what of it was read this evening
        self.cases: list[Case] = []
        self.listening = True  # until ruin
        shocks = {shock.name: shock for shock in world.scenario.shocks}
        for arrival in world.history.arrivals:
            clock.env.process(self.notice(shocks[arrival.shock], arrival))
        for name in sorted(shocks):
            clock.env.process(self.false_alarms(shocks[name]))

    # ---- what leadership hears

    def notice(self, shock: Shock, arrival: Arrival) -> Generator[Any, Any, None]:
        """Process: one arrival is announced, or else recognised some time after it struck.

        A warning is heard with chance 1 - (1 - chance)^monitoring, and who was warned recognises the shock as it
        strikes. Monitoring divides the mean time to recognise; without any, only what shows at once is recognised.
        """
        stream, monitoring = ("shock", shock.name, "notice"), self.policy.monitoring
        unseen, heard = self.draws.uniforms(stream, arrival.week, arrival.number)
        known = arrival.time
        if shock.warning is not None and heard < 1.0 - (1.0 - shock.warning.chance) ** monitoring:
            yield self.clock.at(max(arrival.week - shock.warning.lead, 0))
            self.inbox.append(Signal(WARNING, shock.name, self.clock.now, arrival.time))
        elif shock.recognised_after > 0.0:
            if monitoring == 0.0:
                return
            known += -math.log(unseen) * shock.recognised_after / monitoring
        if known >= self.clock.weeks:
            return
        yield self.clock.at(known)
        self.inbox.append(Signal(RECOGNISED, shock.name, known, arrival.time))
        if self.policy.on_recognised and self.listening:
            effort = self.draws.exponential(stream, arrival.week, arrival.number + _HANDLING)
            self.open_case(shock.name, effort)

    def false_alarms(self, shock: Shock) -> Generator[Any, Any, None]:
        """Process: warnings that nothing follows are Poisson at their rate, for whoever monitors at all."""
        if shock.warning is None or shock.warning.false_alarms == 0.0 or self.policy.monitoring == 0.0:
            return
        stream = ("shock", shock.name, FALSE_ALARM)
        for week in range(self.clock.weeks):
            number = poisson(self.draws.uniform(stream, week), shock.warning.false_alarms / 52.0)
            for moment in sorted(self.draws.uniforms(stream, week, n)[1] for n in range(number)):
                yield self.clock.at(week + moment)
                self.inbox.append(Signal(FALSE_ALARM, shock.name, self.clock.now))

    def read_inbox(self) -> list[Signal]:
        """What came since the last evening, in order of time."""
        self.news, self.inbox = self.inbox, []
        return self.news

    # ---- what the teams do

    def open_case(self, reason: str, effort: float) -> Case:
        """A case joins the queue."""
        case = Case(reason, opened=self.clock.now, effort=effort)
        self.cases.append(case)
        self.clock.env.process(self.handle(case))
        return case

    def handle(self, case: Case) -> Generator[Any, Any, None]:
        """Process: a case waits for the team that is free first, and occupies it."""
        with self.teams.request() as turn:
            yield turn
            case.begun = self.clock.now
            yield self.clock.env.timeout(self.policy.handling * case.effort)
            case.done = self.clock.now

    def take_done(self, time: float) -> list[Case]:
        """The cases done by a time that nobody has decided on yet, each handed over once."""
        done = [case for case in self.cases if case.done <= time and not case.handed_over]
        for case in done:
            case.handed_over = True
        return done

    def is_open(self) -> bool:
        """Whether some case is still to be handled."""
        return any(case.is_open for case in self.cases)

    @property
    def is_busy(self) -> bool:
        """Whether a response is under way."""
        return self.teams.count > 0
