"""Units: they work on what they have come to do, hear, believe, and slowly do what they believe.

    b <- b + c [ (1 - resistance)(tau heard + (1 - tau) peers) + resistance anchor - b ] + autonomy (seen - b)
    a <- a + pace (b restricted to what it has skill for - a)
    e <- e + pace (1 - churn moved - strain - disagreement (1 - cos(b, a)) - e)

`b` is the belief, `a` the allocation of its people, `e` its engagement. A response under way asks for a share
`overload` of everybody's time on top; slack held back covers it, and the rest is a strain. Machines are set to the
published strategy and follow it with the half-life of retooling. A unit not yet there believes what it believes.
A unit is a process: `live` tells its week. All listen before anybody changes, so that all change at once.

Sources: DeGroot (1974), Friedkin and Johnsen (1990) for the mixing of beliefs.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from realign.scenario.records import Engagement
from realign.scenario.records import Unit as Record
from realign.twin.clock import Turn
from realign.twin.shares import Shares, alike, cosine, followed, normalised, pace, restricted

if TYPE_CHECKING:
    from realign.twin.organisation import Organisation


@dataclass(frozen=True, slots=True)
class Told:
    """What reaches a unit in a week."""

    heard: Shares  # the message from above, as it was understood
    peers: Shares | None  # mean belief of those it listens to; None: there is nobody
    seen: Shares | None  # the true priorities as it sees them itself; None: nobody asks what it sees
    trust: float  # weight of the superior against peers
    pace: float  # how far a message moves it in a week
    autonomy: float


class Unit:
    """One unit of one organisation."""

    def __init__(self, record: Record, objectives: list[str], strategy: Shares) -> None:
        self.record, self.name = record, record.name
        self.skill = {name: record.skill.get(name, 1.0) for name in objectives}
        self.anchor = dict(strategy) if record.believes is None else normalised(record.believes, objectives)
        self.belief = dict(self.anchor)
        able = {name: float(skill > 0.0) for name, skill in self.skill.items()}
        self.allocation = restricted(self.anchor, self.skill) or normalised(able)
        self.automated = dict(self.allocation)
        self.proficiency = 1.0
        self.engagement = 1.0
        self.moved = 0.0  # share of effort that moved last week
        self.people = 0.0  # this week, without loss
        self.present = 0.0  # present and engaged this week, with those whom plans add

    def live(self, home: Organisation) -> Generator[Any, Any, None]:
        """Process: it joins, and week by week works, listens, and does what it has come to believe."""
        joins = home.world.history.joins
        for week in range(home.clock.weeks):
            yield home.clock.evening(week, Turn.WORLD)
            self.people = home.world.history.people(self.record, week)
            if week > 0 and joins[self.name] == week:
                home.books.note(week, "joined", self.name, self.record.people)
            if not home.alive:
                continue
            yield home.clock.evening(week, Turn.WORK)
            self.present = home.paid_in(self) * self.engagement * (1.0 - home.capacity_lost(self))
            home.work.add(
                self, share=home.time_at_work(), exploration=home.time_exploring(self),
                switching_loss=home.scenario.organisation.switching_loss,
            )  # fmt: skip
            yield home.clock.evening(week, Turn.COMMUNICATE)
            understood = self.listen(home.talk.reaches(self, week, home))
            yield home.clock.evening(week, Turn.REALLOCATE)
            self.belief = understood
            self.reallocate(home.leadership.published)
            self.engage(home.scenario.engagement, strain=home.strain())
            self.take_in_newcomers(week, joins[self.name], home.leadership.published)

    def is_there(self) -> bool:
        """Whether it has joined."""
        return self.people > 0.0

    def blend(self, share: float, published: Shares) -> None:
        """A share of its people are new: they bring another belief, and have to learn the trade."""
        origin = self.record.newcomer_belief
        if origin == "own":
            theirs = self.anchor
        elif origin == "strategy":
            theirs = published
        elif isinstance(origin, str):
            theirs = alike(self.belief)
        else:
            theirs = normalised(origin, self.belief)
        self.belief = {name: held + share * (theirs[name] - held) for name, held in self.belief.items()}
        self.proficiency += share * (self.record.newcomer_skill - self.proficiency)

    def listen(self, told: Told) -> Shares:
        """The belief that it will come to hold."""
        if not self.is_there():
            return self.belief
        rho, tau = self.record.resistance, told.trust if told.peers is not None else 1.0
        new: Shares = {}
        for name, held in self.belief.items():
            message = tau * told.heard[name]
            if told.peers is not None:
                message += (1.0 - tau) * told.peers[name]
            new[name] = held + told.pace * ((1.0 - rho) * message + rho * self.anchor[name] - held)
            if told.seen is not None:
                new[name] = max(new[name] + told.autonomy * (told.seen[name] - held), 0.0)
        return normalised(new)

    def reallocate(self, published: Shares) -> None:
        """People move toward what they believe in, machines toward the strategy, as far as they can do it at all."""
        self.moved = 0.0
        if not self.is_there():
            return
        wished = restricted(self.belief, self.skill)
        if wished is not None:
            self.allocation, self.moved = followed(self.allocation, wished, pace(self.record.inertia))
        ordered = restricted(published, self.skill)
        if ordered is not None and self.record.automation > 0.0:
            self.automated, _ = followed(self.automated, ordered, pace(self.record.retooling))

    def engage(self, costs: Engagement, *, strain: float) -> None:
        """Churn, strain and disagreement take from the engagement of those who are there."""
        if not self.is_there():
            return
        taken = costs.churn * self.moved + strain
        if costs.disagreement > 0.0:
            taken += costs.disagreement * (1.0 - min(cosine(self.belief, self.allocation), 1.0))
        self.engagement += pace(costs.half_life) * (max(1.0 - taken, 0.0) - self.engagement)

    def take_in_newcomers(self, week: int, joined: float, published: Shares) -> None:
        """Those who are new learn; growth brings further ones."""
        self.proficiency += pace(self.record.learning) * (1.0 - self.proficiency)
        if self.record.growth > 0.0 and joined < week:
            self.blend(self.record.growth / 52.0 / self.people, published)
