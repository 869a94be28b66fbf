"""A unit of the Mesa peer: an agent that works, listens, and puts its effort where it believes it matters.

Stage: bench. In: its row of the plan's tables. Out: an agent whose methods `mesa_peer.Firm` calls week by week.
Plain Python and lists, as Mesa's users write; `model.t` are the plan's tables as lists.
"""

import math
from typing import TYPE_CHECKING

import mesa

if TYPE_CHECKING:
    from bench.mesa_peer import Firm


def normalised(shares: list[float]) -> list[float]:
    """Scaled to sum 1."""
    total = sum(shares)
    return [share / total for share in shares]


def direction(shares: list[float]) -> list[float]:
    """Scaled to length 1."""
    length = math.sqrt(max(sum(share * share for share in shares), 1e-300))
    return [share / length for share in shares]


def cosine(mine: list[float], theirs: list[float]) -> float:
    """How much two shares point the same way."""
    return sum(a * b for a, b in zip(direction(mine), direction(theirs)))


class Unit(mesa.Agent):
    """A team or department."""

    model: "Firm"

    def __init__(self, model: "Firm", i: int) -> None:
        super().__init__(model)
        u = model.t.units
        self.i, self.skill, self.automation = i, u.skill[i], u.automation[i]
        self.belief, self.anchor = list(u.belief[i]), u.belief[i]
        self.allocation, self.automated = list(u.allocation[i]), list(u.allocation[i])
        own = u.exploration[i]
        self.exploration = model.policy.exploration if math.isnan(own) else own
        self.peers = [(u.peer[n], u.peer_weight[n]) for n in range(u.peer_start[i], u.peer_start[i + 1])]
        self.proficiency = self.engagement = 1.0
        self.moved = self.people = self.paid = self.present = 0.0
        self.next_belief = self.belief
        self.by_people = self.by_machines = [0.0] * len(self.skill)
        self.whole = 0.0

    @property
    def is_there(self) -> bool:
        return self.people > 0.0

    def count_people(self) -> None:
        """Who belongs to the unit this week."""
        u, joined = self.model.t.units, self.model.join_week[self.i]
        since = self.model.week - joined
        self.people = u.people[self.i] + u.growth[self.i] * since if since >= 0 else 0.0

    def work(self) -> None:
        """Step 3: who is present, and their effort on each objective."""
        firm = self.model
        added = sum(firm.t.contingencies.people[g][self.i] for g in firm.acting) if self.is_there else 0.0
        self.paid = self.people + added
        self.present = self.paid * self.engagement * (1.0 - firm.lost(self.i))
        self.whole = self.present * max(firm.share - self.exploration, 0.0)
        time = self.whole * (1.0 - firm.t.organisation.switching_loss * self.moved) * self.proficiency
        hands, machines = time * (1.0 - self.automation), time * self.automation
        self.by_people = [hands * skill * share for skill, share in zip(self.skill, self.allocation)]
        self.by_machines = [machines * skill * share for skill, share in zip(self.skill, self.automated)]

    def superior(self) -> list[float]:
        """What the superior who is there believes, or what leadership publishes."""
        boss = self.model.t.units.superior[self.i]
        while boss >= 0 and not self.model.units[boss].is_there:
            boss = self.model.t.units.superior[boss]
        return self.model.published if boss < 0 else self.model.units[boss].belief

    def listen(self) -> None:
        """Step 7: what the unit will believe, after hearing its superior and its peers and looking around."""
        firm = self.model
        if not self.is_there:
            self.next_belief = self.belief
            return
        heard, organisation = self.superior(), firm.t.organisation
        if firm.garbling > 0.0:
            noise = firm.draws.normals(firm.t.units.garble_stream[self.i], firm.week, len(heard))
            heard = normalised([share * math.exp(firm.garbling * xi) for share, xi in zip(heard, noise)])
        friends = [(firm.units[j].belief, weight) for j, weight in self.peers if firm.units[j].is_there]
        total = sum(weight for _, weight in friends)
        if total > 0.0:
            tau = organisation.superior
            peers = [sum(weight * belief[k] for belief, weight in friends) / total for k in range(len(heard))]
            heard = [tau * told + (1.0 - tau) * peer for told, peer in zip(heard, peers)]
        rho, pace = firm.t.units.resistance[self.i], firm.policy.message_pace
        new = [
            now + pace * ((1.0 - rho) * told + rho * first - now)
            for now, told, first in zip(self.belief, heard, self.anchor)
        ]
        if firm.policy.autonomy > 0.0:
            seen = self.look_around()
            new = [
                max(share + firm.policy.autonomy * (sight - now), 0.0)
                for share, sight, now in zip(new, seen, self.belief)
            ]
        self.next_belief = normalised(new)

    def look_around(self) -> list[float]:
        """The true priorities through the unit's own noise."""
        firm = self.model
        noise = firm.draws.normals(firm.t.units.sense_stream[self.i], firm.week, len(firm.priority))
        spread = firm.t.units.sensing_noise[self.i]
        return normalised([share * math.exp(spread * xi) for share, xi in zip(firm.priority, noise)])

    def believe(self) -> None:
        """All units change their minds at once."""
        self.belief = self.next_belief

    def moved_toward(self, shares: list[float], wished: list[float], pace: float) -> list[float]:
        """Shares moved toward what is wished, as far as there is skill for it."""
        able = [wish if skill > 0.0 else 0.0 for wish, skill in zip(wished, self.skill)]
        total = sum(able)
        if total <= 0.0 or not self.is_there:
            return shares
        return [share + pace * (wish / total - share) for share, wish in zip(shares, able)]

    def reallocate(self) -> None:
        """Step 8: effort follows belief, machines follow strategy; engagement; newcomers."""
        firm, u, z = self.model, self.model.t.units, self.model.t.organisation
        allocation = self.moved_toward(self.allocation, self.belief, u.inertia_pace[self.i])
        self.moved = 0.5 * sum(abs(new - old) for new, old in zip(allocation, self.allocation))
        self.allocation = allocation
        self.automated = self.moved_toward(self.automated, firm.published, u.retooling_pace[self.i])
        if self.is_there and (z.churn > 0.0 or z.overload > 0.0 or z.disagreement > 0.0):
            taken = z.churn * self.moved
            if firm.responding:
                taken += max(z.overload - firm.policy.slack, 0.0)
            if z.disagreement > 0.0:
                taken += z.disagreement * (1.0 - min(cosine(self.belief, self.allocation), 1.0))
            self.engagement += z.engagement_pace * (max(1.0 - taken, 0.0) - self.engagement)
        self.proficiency += u.learning_pace[self.i] * (1.0 - self.proficiency)
        if u.growth[self.i] > 0.0 and self.is_there and firm.join_week[self.i] < firm.week:
            self.renew(u.growth[self.i] / self.people)

    def renew(self, share: float) -> None:
        """Replace a share of the unit by newcomers."""
        u = self.model.t.units
        theirs = self.model.published if u.newcomer_follows[self.i] else u.newcomer_belief[self.i]
        self.belief = [mine + share * (new - mine) for mine, new in zip(self.belief, theirs)]
        self.proficiency += share * (u.newcomer_skill[self.i] - self.proficiency)
