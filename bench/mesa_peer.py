"""The model in Mesa: a Model for the organisation, an Agent for each unit, one future and one policy at a time.

Stage: bench. In: tables as lists, a policy, a future, draws. Out: a model that has lived through it, step by step.

Written as Mesa's users write: agents with plain attributes and lists, activated together, a step a week. Rare events
come in lists by week (`mesa_world`), weekly draws by address for agreement, from Python's generator for timing.
"""

import math
from types import SimpleNamespace
from typing import Any

import mesa

from bench.mesa_leadership import Leadership
from bench.mesa_unit import Unit, cosine, direction, normalised
from bench.mesa_world import Future
from bench.numpy_measures import ADOPTED, FOUND, GONE, HIDDEN, OPEN
from realign.model.effects import KINDS as EFFECTS
from realign.model.plan import Plan
from realign.model.rules import KINDS as RULES
from realign.model.work import COBB_DOUGLAS, LEONTIEF, SUM

CAPACITY, PRODUCTIVITY, CLARITY, PRIORITY, DEMAND, SETBACK, CASH, METHODS, TURNOVER, LEADERSHIP = range(len(EFFECTS))
WEEKLY = ("strategic", "believed", "cohesion", "engagement", "churn", "wasted", "switching", "misdirected", "lived")


def refuse(plan: Plan) -> None:
    """Say so where the plan asks for what this peer does not have."""
    p = plan.tables.policies
    if (p.rule >= len(RULES)).any() or (p.rule < 0).any() or p.added.any() or plan.tables.shocks.severity_lift.size:
        raise NotImplementedError("the Mesa peer has no user's own rules, added people or lifted severities")


class Firm(mesa.Model):
    """One organisation under one policy in one future."""

    def __init__(self, t: SimpleNamespace, policy: int, future: Future, draws: Any) -> None:
        super().__init__(seed=0)
        self.t, self.policy_number, self.future, self.draws = t, policy, future, draws
        self.policy = SimpleNamespace(**{name: rows[policy] for name, rows in vars(t.policies).items()})
        self.join_week, K, E = future.join_week, len(t.objectives.start), len(t.effects.kind)
        self.week, self.bill, self.cash = 0, 0.0, t.organisation.cash
        self.lowest, self.ruin_week = self.cash, math.nan
        self.drift, self.demand_drift, self.felt = [0.0] * K, 0.0, [0.0] * E
        self.felt_one = {e: [0.0] * len(t.units.people) for e in range(E) if t.effects.one[e] >= 0}
        self.recent: list[tuple[int, int, float, int]] = []  # effect, week, amount and unit of those that end
        self.level, self.methods = list(t.objectives.start), [1.0] * K
        self.hit = [start >= target for start, target in zip(t.objectives.start, t.objectives.target)]
        self.status = [HIDDEN if shock >= 0 else OPEN for shock in t.opportunities.opened_by]
        self.opened = [0.0] * len(self.status)
        self.published, self.acting = list(self.policy.strategy), list[int]()
        self.values: list[float] = []
        self.sums = dict.fromkeys((*WEEKLY, "discounted", "discount"), 0.0)
        self.units = [Unit(self, i) for i in range(len(t.units.people))]
        self.leadership = Leadership(self)

    @property
    def alive(self) -> bool:
        return math.isnan(self.ruin_week)

    def step(self) -> None:
        """A week."""
        self.turn_world()
        if not self.alive:
            self.discover()
            self.values.append(0.0)
            self.week += 1
            return
        self.strike()
        output, total = self.produce()
        self.reckon(output, total)
        alarm = self.leadership.sense()
        if self.alive:
            self.leadership.decide(alarm=alarm)
        self.agents.do("listen")
        self.agents.do("believe")
        self.agents.do("reallocate")
        self.look()
        self.discover()
        self.week += 1

    def turn_world(self) -> None:
        """Step 1: priorities, demand, people, and what is felt of shocks."""
        z, week, K = self.t.world, self.week, len(self.drift)
        discount = self.t.organisation.discount**week
        self.sums["discount"] += discount
        self.feel()
        restless = z.regime_volatility[self.future.regime[week]]
        self.noise = [self.draws.normals(stream, week, 4) for stream in z.objective_stream]
        self.drift = [
            z.priority_persistence * drift + z.priority_volatility * restless * noise[0]
            for drift, noise in zip(self.drift, self.noise)
        ]
        if z.demand_volatility > 0.0:
            xi = self.draws.normals(z.demand_stream, week, 1)[0]
            self.demand_drift = z.demand_persistence * self.demand_drift + z.demand_volatility * restless * xi
        x, moved, demand = self.t.effects, list(self.drift), self.demand_drift
        for e, kind in enumerate(x.kind):
            if kind == PRIORITY:
                moved = [now + on * self.felt[e] for now, on in zip(moved, x.objective[e])]
            elif kind == DEMAND:
                demand += self.felt[e]
        self.priority = normalised([z.priority[k] * math.exp(moved[k]) for k in range(K)])
        self.demand = math.exp(demand)
        self.agents.do("count_people")

    def feel(self) -> None:
        """How strongly each effect is felt, before absorption."""
        x, week = self.t.effects, self.week
        for e, keep in enumerate(x.persistence):
            keep = 0.0 if x.lasts[e] > 0.0 else keep
            self.felt[e] *= keep
            if e in self.felt_one:
                self.felt_one[e] = [keep * felt for felt in self.felt_one[e]]
        came = []
        for shock, severity, unit in self.future.arrivals[week]:
            for e in range(x.start[shock], x.start[shock + 1]):
                if x.kind[e] <= DEMAND:
                    came.append((e, week, x.size[e] * severity, unit))
        self.recent = [one for one in self.recent if week - one[1] < x.lasts[one[0]]]
        self.recent += [one for one in came if x.lasts[one[0]] > 0.0]
        for e, _, amount, unit in self.recent + [one for one in came if x.lasts[one[0]] == 0.0]:
            if e not in self.felt_one:
                self.felt[e] += amount
            elif unit >= 0:
                self.felt_one[e][unit] += amount

    def strike(self) -> None:
        """Step 2: what shocks do, less what active contingencies absorb."""
        x, c, lead = self.t.effects, self.t.contingencies, self.leadership
        self.acting = [g for g in lead.listed if lead.active_from[g] <= self.week < lead.active_until[g]]
        self.through = [math.prod(1.0 - c.absorbs[g][s] for g in self.acting) for s in range(len(self.t.shocks.rate))]
        for shock, severity, unit in self.future.arrivals[self.week]:
            for g, waits_for in enumerate(c.shock):
                if waits_for == shock:
                    lead.vain[g] = False
            for e in range(x.start[shock], x.start[shock + 1]):
                if x.kind[e] > DEMAND:
                    self.suffer(e, x.size[e] * severity * self.through[shock], unit)
        self.garbling = self.t.organisation.clarity_noise
        self.capacity = []
        for e, kind in enumerate(x.kind):
            if kind == CLARITY:
                self.garbling += self.felt[e] * self.through[x.shock[e]]
            elif kind == CAPACITY and (any(self.felt_one[e]) if e in self.felt_one else self.felt[e]):
                self.capacity.append((e, self.through[x.shock[e]]))

    def suffer(self, e: int, amount: float, hit_unit: int) -> None:
        """One one-off effect."""
        x, share, lead = self.t.effects, min(amount, 1.0), self.leadership
        if x.kind[e] == CASH:
            self.bill += amount
        elif x.kind[e] == SETBACK:
            self.level = [level * (1.0 - share * on) for level, on in zip(self.level, x.objective[e])]
        elif x.kind[e] == METHODS:
            self.methods = [method * (1.0 - share * on) for method, on in zip(self.methods, x.objective[e])]
        elif x.kind[e] == TURNOVER:
            for unit in self.units:
                if unit.is_there and x.unit[e][unit.i] > 0.0 and (x.one[e] < 0 or unit.i == hit_unit):
                    unit.renew(share)
        else:
            own = x.belief[e]
            lead.strategy = [old + share * (new - old) for old, new in zip(lead.strategy, own)]
            lead.perceived = [old + share * (new - old) for old, new in zip(lead.perceived, own)]
            if not lead.spoken:
                self.published = list(lead.strategy)

    def lost(self, i: int) -> float:
        """The share of a unit's people who cannot work."""
        x, lost = self.t.effects, 0.0
        for e, through in self.capacity:
            lost += (self.felt_one[e][i] if e in self.felt_one else x.unit[e][i] * self.felt[e]) * through
        return min(lost, 1.0)

    def combine(self, k: int, inputs: list[float]) -> float:
        """The CES aggregate of effort by function."""
        x, shares = self.t.objectives, self.t.objectives.share[k]
        if x.technology[k] == SUM:
            return sum(inputs)
        parts = [(theta, inputs[f] / theta) for f, theta in enumerate(shares) if theta > 0.0]
        if x.technology[k] == LEONTIEF:
            return min(mix for _, mix in parts)
        if x.technology[k] == COBB_DOUGLAS:
            return math.prod(mix**theta for theta, mix in parts)
        r = x.exponent[k]
        if r < 0.0 and any(mix == 0.0 for _, mix in parts):
            return 0.0
        return sum(theta * mix**r for theta, mix in parts) ** (1.0 / r)

    def produce(self) -> tuple[list[float], list[float]]:
        """Step 3: output and effort by objective."""
        t, p, lead = self.t, self.policy, self.leadership
        meetings = t.organisation.meeting_time * p.communication
        self.responding = lead.busy_until > self.week
        released = self.responding or any(t.contingencies.release_slack[g] for g in self.acting)
        self.share = 1.0 - meetings - (0.0 if released else p.slack)
        self.agents.do("work")
        whole = sum(unit.whole for unit in self.units)
        lost = sum(unit.whole * t.organisation.switching_loss * unit.moved for unit in self.units)
        self.sums["switching"] += lost / whole if whole > 0.0 else 0.0
        K, strategy = len(self.level), direction(self.published)
        pointing = [direction(unit.belief) for unit in self.units]
        output, totals = [], []
        for k in range(K):
            inputs, pull = [0.0] * len(t.objectives.share[k]), [0.0] * K
            people = machines = 0.0
            for unit, along in zip(self.units, pointing):
                effort = unit.by_people[k]
                inputs[t.units.function[unit.i]] += effort + unit.by_machines[k]
                people += effort
                machines += unit.by_machines[k]
                pull = [now + effort * each for now, each in zip(pull, along)]
            total = people + machines
            length = math.sqrt(sum((now + machines * each) ** 2 for now, each in zip(pull, strategy)))
            together = min(length / total, 1.0) if total > 0.0 else 0.0
            made = self.combine(k, inputs) * (1.0 - t.organisation.coordination_loss * (1.0 - together))
            made *= t.objectives.gain[k] * self.methods[k] * self.productivity(k)
            human = people / total if total > 0.0 else 1.0
            output.append(made * max(1.0 + t.objectives.output_noise[k] * human * self.noise[k][3], 0.0))
            totals.append(total)
        return output, totals

    def productivity(self, k: int) -> float:
        """What felt shocks leave of productivity."""
        x = self.t.effects
        losses = (
            x.objective[e][k] * self.felt[e] * self.through[x.shock[e]]
            for e, kind in enumerate(x.kind)
            if kind == PRODUCTIVITY
        )
        return max(1.0 - sum(losses), 0.0)

    def full_yields(self) -> list[float]:
        """Weekly output of each objective if everybody worked on it, with nothing in the way."""
        found = []
        for k, gain in enumerate(self.t.objectives.gain):
            inputs = [0.0] * len(self.t.objectives.share[k])
            for unit in self.units:
                inputs[self.t.units.function[unit.i]] += unit.skill[k] * unit.people
            found.append(gain * self.methods[k] * self.combine(k, inputs))
        return found

    def worth(self, level: list[float]) -> list[float]:
        """Attainment times that of what it depends on, to the power of how much."""
        x = self.t.objectives
        attained = [min(max(now / target, 0.0), 1.0) for now, target in zip(level, x.target)]
        return [
            share * math.prod(
                attained[x.depends_on[n]] ** x.depends_exponent[n]
                for n in range(x.depends_start[k], x.depends_start[k + 1])
            )
            for k, share in enumerate(attained)
        ]  # fmt: skip

    def reckon(self, output: list[float], totals: list[float]) -> None:
        """Step 4: levels, value and cash."""
        x, c, z, p = self.t.objectives, self.t.contingencies, self.t.organisation, self.policy
        effort, wasted, astray = sum(totals), 0.0, 0.0
        for k, made in enumerate(output):
            self.level[k] = self.level[k] * x.persistence[k] + made
            share = totals[k] / effort if effort > 0.0 else 0.0
            if made > 0.0:
                wasted += share * min(max(self.level[k] - x.target[k], 0.0) / made, 1.0)
            astray += abs(share - self.priority[k])
            self.hit[k] = self.hit[k] or (self.week <= x.due[k] and self.level[k] >= x.target[k])
        value = self.demand * sum(share * each for share, each in zip(self.priority, self.worth(self.level)))
        upkeep = sum(c.upkeep[g] for g in self.leadership.listed)
        wages = z.wage * sum(unit.paid for unit in self.units)
        self.cash += z.revenue * value - wages - z.fixed_cost - p.monitoring_cost - upkeep - self.bill
        self.bill = 0.0
        self.lowest = min(self.lowest, self.cash)
        if self.cash < -(z.credit + sum(c.credit[g] for g in self.acting)):
            self.ruin_week = self.week
        self.values.append(value)
        counted = {
            "discounted": z.discount**self.week * value, "lived": 1.0, "wasted": wasted, "misdirected": 0.5 * astray,
        }  # fmt: skip
        for name, amount in counted.items():
            self.sums[name] += amount

    def look(self) -> None:
        """How aligned the organisation is, weighted by people."""
        people, together, sums = sum(unit.people for unit in self.units), [0.0] * len(self.level), self.sums
        for unit in self.units:
            weight = unit.people / people if people > 0.0 else 0.0
            sums["strategic"] += weight * cosine(unit.allocation, self.priority)
            sums["believed"] += weight * cosine(unit.belief, self.published)
            sums["engagement"] += weight * unit.engagement
            sums["churn"] += weight * unit.moved
            together = [now + weight * along for now, along in zip(together, direction(unit.belief))]
        self.cohesion = min(math.sqrt(sum(along * along for along in together)), 1.0)
        sums["cohesion"] += self.cohesion

    def discover(self) -> None:
        """Step 9: opportunities open, are found, adopted or missed; methods go out of date."""
        q, x = self.t.opportunities, self.t.objectives
        self.methods = [method * keep for method, keep in zip(self.methods, x.methods_persistence)]
        for i, status in enumerate(self.status):
            if status == HIDDEN and self.future.first[q.opened_by[i]] <= self.week:
                status, self.opened[i] = OPEN, self.week
            if status == OPEN and self.alive and self.week - self.opened[i] >= q.closes_after[i]:
                status = GONE
            self.status[i] = status
            if status == OPEN and self.alive:
                self.search(i)

    def search(self, i: int) -> None:
        """An open opportunity may be found, and then adopted at once."""
        q, k = self.t.opportunities, self.t.opportunities.objective[i]
        searching = sum(unit.exploration * unit.skill[k] * unit.present for unit in self.units)
        diversity = 1.0 + self.t.organisation.diversity_bonus * (1.0 - self.cohesion)
        hazard = searching / q.difficulty[i] * diversity
        if hazard > 0.0:
            finds, adopts = self.draws.uniforms(q.stream[i], self.week)
            if finds < -math.expm1(-hazard):
                self.status[i] = FOUND
                if adopts < self.policy.autonomy:
                    self.adopt(i)

    def adopt(self, i: int) -> None:
        """Better methods for an objective."""
        self.status[i] = ADOPTED
        self.methods[self.t.opportunities.objective[i]] *= 1.0 + self.t.opportunities.gain[i]

    def adopt_what_was_found(self) -> None:
        for i, status in enumerate(self.status):
            if status == FOUND:
                self.adopt(i)
