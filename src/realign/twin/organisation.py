"""The organisation: what one policy makes of one future, told week by week.

In the morning everybody looks at how things stand. While the week runs shocks strike, signals arrive, teams handle
cases. In the evening the week is settled, in this order: work, outcome, sense, decide, communicate, reallocate,
discover. Ruin is absorbing: what is ruined earns nothing, and nothing of it moves any more, while the world goes on.
"""

from __future__ import annotations

import math

from realign.scenario.records import Effect, Policy
from realign.twin.attention import FALSE_ALARM, RECOGNISED, WARNING, Attention, Case, Signal
from realign.twin.bookkeeper import Bookkeeper, Event
from realign.twin.clock import Clock
from realign.twin.communication import Communication
from realign.twin.contingencies import Contingency
from realign.twin.discovery import ADOPTED, CLOSED, FOUND, OPEN, Opportunity
from realign.twin.draws import Draws
from realign.twin.history import Arrival
from realign.twin.leadership import Leadership
from realign.twin.objectives import Objective, worth
from realign.twin.shares import cosine, direction, distance, length
from realign.twin.units import Unit
from realign.twin.work import Week, combine, work
from realign.twin.world import World, hits


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
        self.contingencies = [Contingency(p, clock, self._expired) for p in plans if p.name in policy.contingencies]
        chances = sorted(scenario.opportunities, key=lambda opportunity: opportunity.name)
        self.opportunities = [Opportunity(chance, draws) for chance in chances]
        self.alive, self.responding, self.cohesion = True, False, 1.0
        self.heard: list[Signal] = []
        self.asked_for: set[str] = set()  # contingencies that a user's process asked for this week
        self._alarms: list[tuple[Case, Event]] = []
        world.listeners.append(self.heed_strike)
        for contingency in self.contingencies:
            if contingency.record.when.week == 0:
                self._activate(contingency, 0)

    # ---- while the week runs

    def morning(self, week: int) -> None:
        """How things stand: is a response under way, which decisions are due, who has joined?"""
        self.responding = self.attention.is_busy
        self.leadership.look_at_desk(week)

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

    def _expired(self, contingency: Contingency, week: int) -> None:
        if self.alive and week < self.clock.weeks:
            self.books.note(week, "expired", contingency.name)

    # ---- the evening

    def evening(self, week: int) -> None:
        """Settle a week."""
        for name, unit in self.units.items():
            unit.people = self.world.history.people(unit.record, week)
            if week > 0 and self.world.history.joins[name] == week:
                self.books.note(week, "joined", name, unit.record.people)
        if not self.alive:
            self._lie_still()
            return
        done = self._work()
        value = self._reckon(week, done)
        alarm = self._sense()
        if self.books.ruin_week is None:
            self._decide(week, alarm=alarm)
        self._communicate(week)
        self._reallocate(week)
        seen = self._look()
        self._discover(week)
        self.alive = self.attention.listening = self.books.ruin_week is None
        self._record(week, {**seen, **done_wrong(done, self), "value": value})

    # 3. Work

    def _work(self) -> Week:
        """Who is present, and what they bring about."""
        added = [c.record.people for c in self.contingencies if c.acts]
        for name, unit in self.units.items():
            paid = unit.people + (sum(people.get(name, 0.0) for people in added) if unit.is_there() else 0.0)
            unit.present = paid * unit.engagement * (1.0 - self._capacity_lost(unit))
        meetings = self.scenario.communication.meeting_time * self.policy.communication
        released = self.responding or any(c.acts and c.record.release_slack for c in self.contingencies)
        share = 1.0 - meetings - (0.0 if released else self.policy.slack)
        return work(
            self.units.values(), self.objectives, share=share, exploration=self.policy.exploration,
            switching_loss=self.scenario.organisation.switching_loss,
        )  # fmt: skip

    def _capacity_lost(self, unit: Unit) -> float:
        """The share of a unit's people who cannot work."""
        felt = (f for f in self.world.felt_on("capacity") if hits_unit(f.effect, unit))
        return min(sum(f.on(unit.name) * self.lets_through(f.shock) for f in felt), 1.0)

    def _output(self, name: str, done: Week) -> float:
        """A week's output on an objective."""
        objective, effort = self.objectives[name], done.efforts[name]
        losses = (f for f in self.world.felt_on("productivity") if hits(f.effect, name))
        productivity = max(1.0 - sum(f.on() * self.lets_through(f.shock) for f in losses), 0.0)
        apart = 1.0 - effort.resultant(self.leadership.published)
        together = 1.0 - self.scenario.organisation.coordination_loss * apart
        output = objective.record.gain * objective.methods * productivity * together
        output *= combine(objective.record, effort.by_function)
        human = effort.people / effort.total if effort.total > 0.0 else 1.0
        return output * max(1.0 + objective.record.output_noise * human * self.world.noise[name][3], 0.0)

    # 4. Outcome

    def _reckon(self, week: int, done: Week) -> float:
        """Levels, value and cash; returns the week's value."""
        outputs = {name: self._output(name, done) for name in self.objectives}
        for name, objective in self.objectives.items():
            objective.advance(outputs[name], week)
        done.wasted = sum(
            done.efforts[name].total * objective.share_above_target(outputs[name])
            for name, objective in self.objectives.items()
        )
        levels = {name: objective.level for name, objective in self.objectives.items()}
        value = worth(self.world.priority, levels, self.objectives) * self.world.demand
        acting = [c.record for c in self.contingencies if c.acts]
        people = sum(unit.people for unit in self.units.values())
        self.books.reckon(
            week,
            value=value,
            people=people + sum(n for plan in acting for name, n in plan.people.items() if self.units[name].is_there()),
            running=self.policy.monitoring * self.policy.monitoring_cost
            + sum(c.record.upkeep for c in self.contingencies),
            credit=sum(plan.credit for plan in acting),
        )
        if self.books.ruin_week == week:
            self.books.note(week, "ruin", amount=self.books.cash)
        return value

    # 5. Sense

    def _sense(self) -> bool:
        """Readings and perceived priorities; whether the detector alarms."""
        for name, objective in self.objectives.items():
            objective.read(self.world.noise[name][2])
        self.leadership.perceive()
        return self.leadership.watch()

    # 6. Decide

    def _decide(self, week: int, *, alarm: bool) -> None:
        """A decision if one is due; then what the week's signals and conditions set off; then it is published."""
        leadership = self.leadership
        if leadership.reasons:
            decision = leadership.decide(week, self._full_yields(), cash=self.books.cash)
            self.books.note(week, "decision", amount=decision.moved)
            self.books.decide(week)
            for opportunity in self.opportunities:
                if opportunity.status == FOUND:
                    self._adopt(opportunity, week)
        for signal in self.attention.read_inbox():
            self._heed(signal, week)
        if alarm and not (self._alarms and self._alarms[-1][0].is_open):
            effort = self.draws.exponential(("leadership", "", "alarm"), week)
            self._alarms.append((self.attention.open_case("", effort), self.books.note(week, "alarm")))
        for contingency in self.contingencies:
            met = contingency.is_met(week, leadership.readings, self.books.cash)
            if met or contingency.name in self.asked_for:
                self._activate(contingency, week)
        self.asked_for.clear()
        cost = self.scenario.organisation.realigning_cost * leadership.publish(self.contingencies)
        self.books.bill += cost
        self.books.realigning_cost += cost

    def _full_yields(self) -> dict[str, float]:
        """Weekly output of each objective if everybody worked on it, fully engaged, with nothing in the way."""
        yields = {}
        for name, objective in self.objectives.items():
            everybody: dict[str, float] = {}
            for unit in self.units.values():
                function = unit.record.function
                everybody[function] = everybody.get(function, 0.0) + unit.people * unit.skill[name]
            yields[name] = objective.record.gain * objective.methods * combine(objective.record, everybody)
        return yields

    def _heed(self, signal: Signal, week: int) -> None:
        """What a signal sets off."""
        self.heard.append(signal)
        if signal.kind == RECOGNISED:
            self.books.recognise(signal.time, signal.struck)
            self.books.note(week, RECOGNISED, signal.shock, signal.time - signal.struck)
        else:
            early = 0.0 if signal.kind == FALSE_ALARM else signal.struck - signal.time
            self.books.note(week, signal.kind, signal.shock, early)
        for contingency in self.contingencies:
            if contingency.calls(signal):
                self._activate(contingency, week, on_warning=signal.kind in (WARNING, FALSE_ALARM))

    def _activate(self, contingency: Contingency, week: int, *, on_warning: bool = False) -> None:
        if contingency.activate(on_warning=on_warning):
            self.books.bill += contingency.record.cost
            self.books.note(week, "activated", contingency.name, contingency.record.cost)

    def _adopt(self, opportunity: Opportunity, week: int) -> None:
        """Better methods for an objective."""
        opportunity.status = ADOPTED
        self.objectives[opportunity.record.objective].methods *= 1.0 + opportunity.record.gain
        self.books.note(week, "adopted", opportunity.name, opportunity.record.gain)

    # 7. Communicate

    def _communicate(self, week: int) -> None:
        """All units hear, see and change their beliefs at once."""
        unclear = (f.on() * self.lets_through(f.shock) for f in self.world.felt_on("clarity"))
        noise = self.scenario.communication.clarity_noise + sum(unclear)
        self.talk.hold(week, self.leadership.published, self.world.priority, noise=noise)

    # 8. Reallocate

    def _reallocate(self, week: int) -> None:
        """Effort follows belief, machines follow strategy, engagement what people go through; newcomers come."""
        strain = max(self.scenario.engagement.overload - self.policy.slack, 0.0) if self.responding else 0.0
        for name, unit in self.units.items():
            unit.reallocate(self.leadership.published)
            unit.engage(self.scenario.engagement, strain=strain)
            unit.take_in_newcomers(week, self.world.history.joins[name], self.leadership.published)

    # 9. Discover

    def _discover(self, week: int) -> None:
        """Methods age; opportunities close, are found, and may be adopted at once."""
        for objective in self.objectives.values():
            objective.age_methods()
        if self.books.ruin_week is not None:
            return
        diversity = 1.0 + self.scenario.organisation.diversity_bonus * (1.0 - self.cohesion)
        for opportunity in self.opportunities:
            if opportunity.closes(week):
                self.books.note(week, "closed", opportunity.name)
                continue
            exploring = 0.0
            for unit in self.units.values():
                share = self.policy.exploration if unit.record.exploration is None else unit.record.exploration
                exploring += share * unit.present * unit.skill[opportunity.record.objective]
            hazard = opportunity.hazard(exploring, diversity)
            found, adopted = opportunity.search(week, hazard, self.policy.autonomy)
            if found:
                self.books.note(week, "found", opportunity.name, hazard)
            if adopted:
                self._adopt(opportunity, week)

    # 10. Record

    def _look(self) -> dict[str, float]:
        """How aligned, together, engaged and in motion people are, on average."""
        people = sum(unit.people for unit in self.units.values())
        numbers = dict.fromkeys(("strategic_alignment", "strategy_to_belief", "cohesion", "engagement", "churn"), 0.0)
        self.cohesion = 0.0
        if people <= 0.0:
            return numbers
        together = dict.fromkeys(self.objectives, 0.0)
        for unit in self.units.values():
            weight = unit.people / people
            numbers["strategic_alignment"] += weight * cosine(unit.allocation, self.world.priority)
            numbers["strategy_to_belief"] += weight * cosine(unit.belief, self.leadership.published)
            numbers["engagement"] += weight * unit.engagement
            numbers["churn"] += weight * unit.moved
            for name, along in direction(unit.belief).items():
                together[name] += weight * along
        self.cohesion = numbers["cohesion"] = min(length(together), 1.0)
        return numbers

    def _record(self, week: int, numbers: dict[str, float]) -> None:
        attained = {f"attainment[{name}]": goal.attainment for name, goal in self.objectives.items()}
        self.books.close_week({**numbers, **attained, "cash": self.books.cash, "alive": float(self.alive)})

    def _lie_still(self) -> None:
        """A week of a ruined organisation."""
        last = {name: series[-1] for name, series in self.books.weekly.items()}
        self.books.close_week({**last, "value": 0.0, "alive": 0.0})

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

    def settle_alarms(self) -> None:
        """Write down how long each alarm took to be handled, once all cases are done."""
        for case, event in self._alarms:
            event.amount = case.done - case.opened


def hits_unit(effect: Effect, unit: Unit) -> bool:
    """Whether an effect can act on a unit."""
    if effect.functions:
        return unit.record.function in effect.functions
    return isinstance(effect.units, str) or unit.name in effect.units


def done_wrong(done: Week, organisation: Organisation) -> dict[str, float]:
    """Shares of effort wasted above targets, lost to switching, and misdirected against the market."""
    shares = {name: effort.total / done.total if done.total > 0.0 else 0.0 for name, effort in done.efforts.items()}
    return {
        "wasted": done.wasted / done.total if done.total > 0.0 else 0.0,
        "switching": done.switching / done.worked if done.worked > 0.0 else 0.0,
        "misdirected": distance(shares, organisation.world.priority),
    }
