"""The organisation: everybody of it, what holds between them, and what a shock does to it.

Leadership, units, objectives, plans, opportunities and the bookkeeper are processes that live week by week; each tells
its own weeks in its `live`, and `clock.Turn` says in which order they act on an evening. What one of them needs to know
of the others it asks here. Ruin is absorbing: what is ruined earns nothing, and nothing of it moves any more, while the
world goes on.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any, Protocol

from realign.scenario.records import Effect, Policy
from realign.twin.attention import Attention
from realign.twin.bookkeeper import Bookkeeper
from realign.twin.clock import Clock
from realign.twin.communication import Communication
from realign.twin.contingencies import Contingency
from realign.twin.discovery import CLOSED, OPEN, Opportunity
from realign.twin.draws import Draws
from realign.twin.history import Arrival
from realign.twin.leadership import Leadership
from realign.twin.objectives import Objective, worth
from realign.twin.shares import cosine, direction, length
from realign.twin.units import Unit
from realign.twin.work import Effort, Work, combine
from realign.twin.world import World, hits


class _Living(Protocol):
    """Whoever lives week by week, as a process."""

    def live(self, home: Organisation) -> Generator[Any, Any, None]: ...


class Organisation:
    """One organisation under one policy."""

    def __init__(self, policy: Policy, world: World, draws: Draws, clock: Clock) -> None:
        scenario = world.scenario
        self.policy, self.world, self.scenario, self.draws, self.clock = policy, world, scenario, draws, clock
        goals = sorted(scenario.objectives, key=lambda objective: objective.name)
        self.objectives = {goal.name: Objective(goal, scenario.weeks) for goal in goals}
        self.attention = Attention(policy, world, draws, clock)
        self.leadership = Leadership(policy, world, self.objectives, self.attention)
        records = sorted(scenario.units, key=lambda unit: unit.name)
        plan = self.leadership.organisation_plan
        self.units = {unit.name: Unit(unit, world.objectives, plan) for unit in records}
        self.talk = Communication(scenario, policy, self.units, draws)
        self.books = Bookkeeper(scenario.organisation, scenario.weeks)
        plans = sorted(scenario.contingencies, key=lambda plan: plan.name)
        self.contingencies = [Contingency(plan, clock) for plan in plans if plan.name in policy.contingencies]
        chances = sorted(scenario.opportunities, key=lambda opportunity: opportunity.name)
        self.opportunities = [Opportunity(chance, draws) for chance in chances]
        self.alive, self.responding = True, False
        self.work = Work({})
        self.asked_for: set[str] = set()  # contingencies that a user's process asked for this week
        world.listeners.append(self.heed_strike)
        clock.env.process(self.mornings())
        everybody: list[_Living] = [*self.units.values(), *self.objectives.values(), self.leadership]
        for one in [*everybody, *self.contingencies, *self.opportunities, self.books]:
            clock.env.process(one.live(self))

    def mornings(self) -> Generator[Any, Any, None]:
        """Process: every morning it shows whether a response is under way, and a new week of work begins."""
        for week in range(self.clock.weeks):
            yield self.clock.morning(week)
            self.responding = self.attention.is_busy
            self.work = Work({name: Effort() for name in self.objectives})

    # ---- a shock strikes

    def heed_strike(self, arrival: Arrival) -> None:
        """A shock strikes: one-off effects act at once, times what active contingencies let through."""
        self.books.note(arrival.week, "strike", arrival.shock, arrival.severity)
        for opportunity in self.opportunities:
            opportunity.heed_strike(arrival)
        if not self.alive:
            return
        for contingency in self.contingencies:
            contingency.heed_strike(arrival)
        shock = next(shock for shock in self.scenario.shocks if shock.name == arrival.shock)
        for effect in shock.effects:
            amount = effect.size * arrival.severity * self.lets_through(shock.name)
            self.suffer(effect, amount, arrival)

    def suffer(self, effect: Effect, amount: float, arrival: Arrival) -> None:
        """A one-off effect; those that are felt for a while are the world's to keep."""
        share = min(amount, 1.0)
        if effect.on == "cash":
            self.books.bill += amount
        elif effect.on == "setback":
            for name, objective in self.objectives.items():
                objective.level *= 1.0 - share * hits(effect, name)
        elif effect.on == "methods":
            for name, objective in self.objectives.items():
                objective.methods *= 1.0 - share * hits(effect, name)
        elif effect.on == "turnover":
            for unit in self.units.values():
                chosen = effect.units != "one" or unit.name == arrival.unit
                there = self.world.history.people(unit.record, arrival.week) > 0.0
                if there and chosen and hits_unit(effect, unit):
                    unit.blend(share, self.leadership.published)
        elif effect.on == "leadership":
            self.leadership.succeed(effect, share)

    def lets_through(self, shock: str) -> float:
        """The share of a shock that the contingencies active this week do not absorb."""
        return math.prod(1.0 - c.record.absorbs.get(shock, 0.0) for c in self.contingencies if c.acts)

    # ---- people and their time

    def paid_in(self, unit: Unit) -> float:
        """The people of a unit, with those whom plans add."""
        added = sum(c.record.people.get(unit.name, 0.0) for c in self.contingencies if c.acts)
        return unit.people + added if unit.is_there() else unit.people

    def payroll(self) -> float:
        """All people who are paid this week."""
        return sum(self.paid_in(unit) for unit in self.units.values())

    def capacity_lost(self, unit: Unit) -> float:
        """The share of a unit's people who cannot work."""
        felt = (f for f in self.world.felt_on("capacity") if hits_unit(f.effect, unit))
        return min(sum(f.on(unit.name) * self.lets_through(f.shock) for f in felt), 1.0)

    def time_at_work(self) -> float:
        """The share of everybody's time that is neither spent in meetings nor held back as slack."""
        meetings = self.scenario.communication.meeting_time * self.policy.communication
        released = self.responding or any(c.acts and c.record.release_slack for c in self.contingencies)
        return 1.0 - meetings - (0.0 if released else self.policy.slack)

    def time_exploring(self, unit: Unit) -> float:
        """The share of a unit's time that goes to exploration."""
        return self.policy.exploration if unit.record.exploration is None else unit.record.exploration

    def exploring(self, objective: str) -> float:
        """How many people explore, each times the skill for an objective."""
        return sum(self.time_exploring(unit) * unit.present * unit.skill[objective] for unit in self.units.values())

    def strain(self) -> float:
        """What a response asks of everybody beyond the slack."""
        return max(self.scenario.engagement.overload - self.policy.slack, 0.0) if self.responding else 0.0

    def noise_on_the_way(self) -> float:
        """How much each step of the cascade garbles a message."""
        unclear = (f.on() * self.lets_through(f.shock) for f in self.world.felt_on("clarity"))
        return self.scenario.communication.clarity_noise + sum(unclear)

    # ---- output, value and money

    def output(self, objective: Objective) -> float:
        """This week's output on an objective, from the effort that went into it."""
        effort, record = self.work.efforts[objective.name], objective.record
        losses = (f for f in self.world.felt_on("productivity") if hits(f.effect, objective.name))
        productivity = max(1.0 - sum(f.on() * self.lets_through(f.shock) for f in losses), 0.0)
        apart = 1.0 - effort.resultant(self.leadership.published)
        together = 1.0 - self.scenario.organisation.coordination_loss * apart
        output = record.gain * objective.methods * productivity * together * combine(record, effort.by_function)
        human = effort.people / effort.total if effort.total > 0.0 else 1.0
        return output * max(1.0 + record.output_noise * human * self.world.noise[objective.name][3], 0.0)

    def full_yields(self) -> dict[str, float]:
        """Weekly output of each objective if everybody worked on it, fully engaged, with nothing in the way."""
        yields = {}
        for name, objective in self.objectives.items():
            everybody: dict[str, float] = {}
            for unit in self.units.values():
                function = unit.record.function
                everybody[function] = everybody.get(function, 0.0) + unit.people * unit.skill[name]
            yields[name] = objective.record.gain * objective.methods * combine(objective.record, everybody)
        return yields

    def value(self) -> float:
        """What the levels are worth at this week's priorities and demand."""
        levels = {name: objective.level for name, objective in self.objectives.items()}
        return worth(self.world.priority, levels, self.objectives) * self.world.demand

    def running_cost(self) -> float:
        """A week of monitoring, and of keeping plans ready."""
        upkeep = sum(contingency.record.upkeep for contingency in self.contingencies)
        return self.policy.monitoring * self.policy.monitoring_cost + upkeep

    def open_credit(self) -> float:
        """The credit lines that plans have opened."""
        return sum(contingency.record.credit for contingency in self.contingencies if contingency.acts)

    # ---- how things stand

    def cohesion(self) -> float:
        """Mean resultant length of beliefs, weighted by people: 1 when all believe the same."""
        people = sum(unit.people for unit in self.units.values())
        if people <= 0.0:
            return 0.0
        together = dict.fromkeys(self.objectives, 0.0)
        for unit in self.units.values():
            for name, along in direction(unit.belief).items():
                together[name] += unit.people / people * along
        return min(length(together), 1.0)

    def diversity(self) -> float:
        """By how much exploration finds more where beliefs differ."""
        return 1.0 + self.scenario.organisation.diversity_bonus * (1.0 - self.cohesion())

    def look(self) -> dict[str, float]:
        """How aligned, together, engaged and in motion people are; what became of their effort; what is attained."""
        people = sum(unit.people for unit in self.units.values())
        numbers = dict.fromkeys(("strategic_alignment", "strategy_to_belief", "engagement", "churn"), 0.0)
        for unit in self.units.values() if people > 0.0 else ():
            weight = unit.people / people
            numbers["strategic_alignment"] += weight * cosine(unit.allocation, self.world.priority)
            numbers["strategy_to_belief"] += weight * cosine(unit.belief, self.leadership.published)
            numbers["engagement"] += weight * unit.engagement
            numbers["churn"] += weight * unit.moved
        attained = {f"attainment[{name}]": goal.attainment for name, goal in self.objectives.items()}
        return {**numbers, "cohesion": self.cohesion(), **self.work.amiss(self.world.priority), **attained}

    # ---- what it came to

    def outcomes(self) -> dict[str, float]:
        """All measures of this future."""
        arrivals = self.world.history.arrivals
        found = self.books.outcomes(arrivals)
        found["missed"] = float(sum(chance.status in (OPEN, CLOSED) for chance in self.opportunities))
        terms = [term for contingency in self.contingencies for term in contingency.activations]
        found["activations"], found["in_vain"] = float(len(terms)), float(sum(term.in_vain for term in terms))
        for shock in self.scenario.shocks:
            found[f"shocks[{shock.name}]"] = float(sum(arrival.shock == shock.name for arrival in arrivals))
        for name, objective in self.objectives.items():
            found[f"attainment[{name}]"] = objective.attainment
            found[f"hit[{name}]"] = float(objective.hit)
            found[f"level[{name}]"] = objective.level
        return found


def hits_unit(effect: Effect, unit: Unit) -> bool:
    """Whether an effect can act on a unit."""
    if effect.functions:
        return unit.record.function in effect.functions
    return isinstance(effect.units, str) or unit.name in effect.units
