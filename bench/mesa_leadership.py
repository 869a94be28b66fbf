"""Leadership of the Mesa peer: sensing, decisions, response teams and contingencies.

Stage: bench. In: the firm (`mesa_peer.Firm`), whose published strategy, bills and accounts it changes. Out: nothing.
"""

import math
from types import SimpleNamespace
from typing import TYPE_CHECKING

from bench.mesa_unit import normalised
from bench.numpy_arrivals import FALSE_ALARM, RECOGNISED, WARNED
from bench.numpy_decide import CUSUM, EWMA, ON_CASH, ON_LEVEL, ON_SHOCK, ON_WARNING, ON_WEEK
from realign.model.rules import KINDS as RULES

if TYPE_CHECKING:
    from bench.mesa_peer import Firm


class Leadership:
    """What leadership knows, wants and has under way."""

    def __init__(self, firm: "Firm") -> None:
        self.firm, t, p = firm, firm.t, firm.policy
        biased = [share * bias for share, bias in zip(t.world.priority, t.organisation.perception_bias)]
        self.perceived = normalised(biased) if sum(biased) > 0.0 else list(t.world.priority)
        self.strategy, self.spoken = list(p.strategy), False
        self.reading = list(t.objectives.start)
        self.past = [list(t.objectives.start) for _ in range(max(t.objectives.kpi_lag) + 1)]
        self.baseline, self.variance = self.perceived_value(1.0), p.baseline_sd**2
        self.detector = self.alarm_until = self.busy_until = 0.0
        self.team_free, self.due = [0.0] * p.teams, set[int]()
        plans = range(len(t.contingencies.after))
        self.active_from, self.active_until = [-1.0 for _ in plans], [-1.0 for _ in plans]
        self.vain = [False for _ in plans]
        self.listed = [g for g in plans if p.lists[g]]
        self.sums = SimpleNamespace(
            decisions=0.0, realigning_cost=0.0, activations=0.0, in_vain=0.0, recognised=0.0, recognising=0.0,
            decided=0.0, deciding=0.0, undecided=0.0, undecided_time=0.0,
        )  # fmt: skip
        for g in self.listed:
            if t.contingencies.week[g] == 0:
                self.activate(g, week=-1, on_warning=False)

    def perceived_value(self, demand: float) -> float:
        """The value rate at what leadership perceives."""
        worth = self.firm.worth(self.reading)
        return demand * sum(share * each for share, each in zip(self.perceived, worth))

    def sense(self) -> bool:
        """Step 5: readings, perceived priorities, and whether the detector alarms."""
        firm, x, z, p = self.firm, self.firm.t.objectives, self.firm.t.organisation, self.firm.policy
        self.past = [list(firm.level), *self.past[:-1]]
        self.reading = [
            max(self.past[lag][k] * (1.0 + x.kpi_noise[k] * firm.noise[k][2]), 0.0) for k, lag in enumerate(x.kpi_lag)
        ]
        if p.monitoring > 0.0:
            spread = z.perception_noise / math.sqrt(p.monitoring)
            seen = [
                share * bias * math.exp(spread * noise[1])
                for share, bias, noise in zip(firm.priority, z.perception_bias, firm.noise)
            ]
            if sum(seen) > 0.0:
                pace = z.perceived_pace
                self.perceived = [old + pace * (new - old) for old, new in zip(self.perceived, normalised(seen))]
        return p.trigger > 0 and self.detect()

    def detect(self) -> bool:
        """Whether perceived value has left its baseline."""
        p = self.firm.policy
        off = self.perceived_value(self.firm.demand) - self.baseline
        z = off / math.sqrt(max(self.variance, 1e-24))
        self.baseline += p.baseline_pace * off
        self.variance += p.baseline_pace * (off * off - self.variance)
        if p.trigger == CUSUM:
            self.detector = max(0.0, self.detector - z - p.allowance)
            raised = self.detector > p.threshold
        else:
            assert p.trigger == EWMA
            self.detector = (1.0 - p.weight) * self.detector + p.weight * z
            raised = self.detector < -p.threshold * math.sqrt(p.weight / (2.0 - p.weight))
        if raised:
            self.detector = 0.0
        return raised and self.alarm_until <= self.firm.week + 1.0

    def decide(self, *, alarm: bool) -> None:
        """Step 6: decisions that are due, then what was heard this week, then what is published."""
        firm, p, week = self.firm, self.firm.policy, self.firm.week
        since = week - p.latency
        reviewing = p.review_every > 0 and since > 0 and since % p.review_every == 0
        deciding = reviewing or week in self.due
        if deciding:
            self.realign()
        for signal in firm.future.signals[firm.policy_number][week]:
            self.heed(*signal)
        if alarm:
            effort = -math.log(firm.draws.uniforms(firm.t.world.alarm_stream, week)[0])
            self.alarm_until = self.open_case(week + 1.0, effort)
        for g in self.listed:
            self.heed_condition(g)
        if deciding or self.listed:
            self.publish()

    def open_case(self, time: float, effort: float) -> float:
        """Hand a case to the team that is free first; when it is done."""
        team = self.team_free.index(min(self.team_free))
        done = max(time, self.team_free[team]) + self.firm.policy.handling * effort
        self.team_free[team] = done
        self.busy_until = max(self.busy_until, done)
        self.due.add(math.ceil(done))
        return done

    def heed(self, kind: int, shock: int, time: float, strike: float, effort: float) -> None:
        """What a warning, a recognised shock or a false alarm sets off."""
        c = self.firm.t.contingencies
        if kind == RECOGNISED:
            self.sums.recognised += 1.0
            self.sums.recognising += time - strike
            self.sums.undecided += 1.0
            self.sums.undecided_time += strike
            if self.firm.policy.on_recognised:
                self.open_case(time, effort)
        for g in self.listed:
            on_shock = c.condition[g] == ON_SHOCK and kind == RECOGNISED
            on_warning = c.condition[g] == ON_WARNING and kind in (WARNED, FALSE_ALARM)
            if c.shock[g] == shock and (on_shock or on_warning):
                self.activate(g, week=self.firm.week, on_warning=on_warning)

    def activate(self, g: int, *, week: int, on_warning: bool) -> None:
        """Start contingency g if it neither waits nor acts."""
        c = self.firm.t.contingencies
        if self.active_until[g] > week + 1:
            return
        self.sums.in_vain += self.vain[g]
        self.vain[g] = on_warning
        self.active_from[g] = week + 1 + c.after[g]
        self.active_until[g] = week + 1 + c.after[g] + c.lasts[g]
        self.firm.bill += c.cost[g]
        self.sums.activations += 1.0

    def heed_condition(self, g: int) -> None:
        """A contingency may be over, or its level, cash or week may have come."""
        c, week = self.firm.t.contingencies, self.firm.week
        if self.vain[g] and week < self.active_until[g] <= week + 1:
            self.sums.in_vain += 1.0
            self.vain[g] = False
        condition = c.condition[g]
        met = (
            (condition == ON_LEVEL and any(now < floor for now, floor in zip(self.reading, c.floor[g])))
            or (condition == ON_CASH and self.firm.cash < c.cash_floor[g])
            or (condition == ON_WEEK and week + 1 == c.week[g])
        )
        if met:
            self.activate(g, week=week, on_warning=False)

    def publish(self) -> None:
        """The strategy that units hear: the mean of what active contingencies say, else leadership's own."""
        firm, c = self.firm, self.firm.t.contingencies
        speaks = [g for g in firm.acting if c.has_strategy[g]]
        new = self.strategy
        if speaks:
            new = [sum(c.strategy[g][k] for g in speaks) / len(speaks) for k in range(len(new))]
        self.spoken = bool(speaks)
        moved = 0.5 * sum(abs(a - b) for a, b in zip(new, firm.published))
        cost = firm.t.organisation.realigning_cost * moved
        firm.published = list(new)
        firm.bill += cost
        self.sums.realigning_cost += cost

    def realign(self) -> None:
        """One decision."""
        firm, stride = self.firm, self.firm.policy.stride
        self.strategy = [old + stride * (new - old) for old, new in zip(self.strategy, self.propose())]
        firm.adopt_what_was_found()
        s = self.sums
        s.decisions += 1.0
        s.decided += s.undecided
        s.deciding += firm.week * s.undecided - s.undecided_time
        s.undecided = s.undecided_time = 0.0

    def propose(self) -> list[float]:
        """The strategy that the policy's rule proposes."""
        rule, v = RULES[self.firm.policy.rule], self.perceived
        if rule == "static":
            return self.firm.policy.strategy
        if rule == "follow":
            return normalised(v)
        if rule == "gap":
            target = self.firm.t.objectives.target
            wish = [share * max(1.0 - now / goal, 0.0) for share, now, goal in zip(v, self.reading, target)]
            return normalised(wish) if sum(wish) > 0.0 else v
        return self.planned()

    def planned(self) -> list[float]:
        """The rule `plan`: hold what is attained, close gaps in time, cut where value per effort is least."""
        firm, x, v, week = self.firm, self.firm.t.objectives, self.perceived, self.firm.week
        yields, needs, density = firm.full_yields(), [], []
        gains = list(v)
        for k, share in enumerate(v):
            for n in range(x.depends_start[k], x.depends_start[k + 1]):
                gains[x.depends_on[n]] += x.depends_exponent[n] * share
        for k, target in enumerate(x.target):
            weeks = x.due[k] - week if x.has_due[k] and x.due[k] > week else firm.policy.horizon
            kept = x.persistence[k] ** weeks
            per_week = (1.0 - x.persistence[k]) / (1.0 - kept) if x.persistence[k] < 1.0 else 1.0 / weeks
            wish = max(target - min(self.reading[k], target) * kept, 0.0) * per_week
            needs.append(wish / yields[k] if yields[k] > 1e-12 else 0.0)
            density.append(gains[k] * yields[k] / (target * per_week))
        left = 1.0 - sum(needs)
        if left >= 0.0:
            return [need + left * share for need, share in zip(needs, v)]
        granted, left = [0.0] * len(v), 1.0
        for k in sorted((k for k in range(len(v)) if needs[k] > 0.0), key=lambda k: -density[k]):
            granted[k] = min(needs[k], left)
            left -= granted[k]
        return granted
