"""The world: what the market rewards, how much it demands, and the shocks that strike it.

Priorities and demand drift, each with a half-life back to where they started, and felt effects of shocks push them:

    z_k <- phi z_k + sigma_regime xi,      w_k proportional to w0_k exp(z_k + felt priority effects)
    y   <- phi y + sigma_regime xi,        D = exp(y + felt demand effects)

Every policy lives in the same world: nothing that an organisation does reaches it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

from realign.scenario.records import Effect, Force, Scenario, Shock
from realign.twin.clock import Clock, Turn
from realign.twin.draws import Draws
from realign.twin.history import Arrival, draw_history
from realign.twin.powers import exponential
from realign.twin.shares import Shares, normalised, persistence

EVERYBODY = ""  # whom an effect hits that does not hit one unit


class Felt:
    """How strongly one lasting effect of a shock is felt now, before any plan absorbs some of it.

    It fades with a half-life, or each arrival is felt in full for a number of weeks, then no more.
    """

    def __init__(self, shock: str, effect: Effect) -> None:
        self.shock, self.effect = shock, effect
        self.hits_one = effect.on == "capacity" and effect.units == "one"
        self.amounts: dict[str, float] = {}  # unit hit, or EVERYBODY -> amount
        self._begins = False
        self._recent: list[tuple[int, str, float]] = []  # week, whom and how much, of effects that end

    def pass_a_week(self, week: int) -> None:
        """A new week begins: fade, or end."""
        if self._begins:
            self._begins = False
            return
        if self.effect.half_life is not None:
            keeps = persistence(self.effect.half_life)
            self.amounts = {whom: keeps * amount for whom, amount in self.amounts.items()}
            return
        lasts = self.effect.lasts or 0.0
        self._recent = [hit for hit in self._recent if week - hit[0] < lasts]
        self.amounts = {}
        for _, whom, amount in self._recent:
            self.amounts[whom] = self.amounts.get(whom, 0.0) + amount

    def strike(self, arrival: Arrival, *, begins: bool = False) -> None:
        """The shock strikes again; `begins`: before the morning of its week, which is the first that it is felt."""
        whom = arrival.unit if self.hits_one else EVERYBODY
        if whom is not None:
            amount = self.effect.size * arrival.severity
            self.amounts[whom] = self.amounts.get(whom, 0.0) + amount
            self._recent.append((arrival.week, whom, amount))
            self._begins = begins

    def on(self, unit: str = EVERYBODY) -> float:
        """How strongly it is felt by a unit, or by everybody."""
        return self.amounts.get(unit if self.hits_one else EVERYBODY, 0.0)


class World:
    """The true priorities and demand of each week, and the sources of shocks."""

    def __init__(self, scenario: Scenario, force: Sequence[Force], draws: Draws, clock: Clock) -> None:
        self.scenario, self.draws, self.clock = scenario, draws, clock
        self.history = draw_history(scenario, force, draws)
        self.objectives = sorted(objective.name for objective in scenario.objectives)
        weights = {objective.name: objective.weight for objective in scenario.objectives}
        self.first_priority = normalised(weights, self.objectives)
        self.priority: Shares = dict(self.first_priority)
        self.demand = 1.0
        self.week = -1  # the last one that has begun
        self.priority_drift = dict.fromkeys(self.objectives, 0.0)
        self.demand_drift = 0.0
        self.noise: dict[str, tuple[float, float, float, float]] = {}  # priority, perception, reading, output
        effects = [(shock.name, effect) for shock in scenario.shocks for effect in shock.effects]
        self.felt = [Felt(shock, effect) for shock, effect in effects if is_felt(effect)]
        self.listeners: list[Callable[[Arrival], None]] = []  # who is told when something strikes
        for shock in sorted(scenario.shocks, key=lambda shock: shock.name):
            clock.env.process(self.source(shock))
        clock.env.process(self.pass_weeks())

    def source(self, shock: Shock) -> Generator[Any, Any, None]:
        """Process: a source of shocks strikes whenever history says so."""
        felt = [effect for effect in self.felt if effect.shock == shock.name]
        for arrival in self.history.arrivals:
            if arrival.shock != shock.name:
                continue
            yield self.clock.at(arrival.time)
            for effect in felt:
                effect.strike(arrival)
            for listener in self.listeners:
                listener(arrival)

    def pass_weeks(self) -> Generator[Any, Any, None]:
        """Process: what was felt is felt less every morning, and by the evening priorities and demand have drifted."""
        for week in range(self.clock.weeks):
            yield self.clock.morning(week)
            self.begin_week(week)
            yield self.clock.evening(week, Turn.WORLD)
            self.drift(week)

    def begin_week(self, week: int) -> None:
        """What was felt last week is felt less."""
        self.week = week
        for felt in self.felt:
            felt.pass_a_week(week)

    def felt_on(self, kind: str) -> Iterator[Felt]:
        """The felt effects of one kind."""
        return (felt for felt in self.felt if felt.effect.on == kind)

    def drift(self, week: int) -> None:
        """Settle this week's priorities and demand, and draw its noise."""
        market, volatility = self.scenario.market, self.history.regimes[week].volatility
        self.noise = {name: self.draws.normals(("objective", name, "noise"), week) for name in self.objectives}
        weights: Shares = {}
        for name in self.objectives:
            step = market.priority_volatility * volatility * self.noise[name][0]
            self.priority_drift[name] = persistence(market.priority_half_life) * self.priority_drift[name] + step
            pushed = sum(felt.on() for felt in self.felt_on("priority") if hits(felt.effect, name))
            weights[name] = self.first_priority[name] * exponential(self.priority_drift[name] + pushed)
        self.priority = normalised(weights)
        if market.demand_volatility > 0.0:
            xi = self.draws.normals(("market", "", "demand"), week)[0]
            step = market.demand_volatility * volatility * xi
            self.demand_drift = persistence(market.demand_half_life) * self.demand_drift + step
        self.demand = exponential(self.demand_drift + sum(felt.on() for felt in self.felt_on("demand")))


def is_felt(effect: Effect) -> bool:
    """Whether an effect is felt for a while, rather than acting once."""
    return effect.half_life is not None or effect.lasts is not None


def hits(effect: Effect, objective: str) -> bool:
    """Whether an effect acts on an objective: on all where it names none."""
    return not effect.objectives or objective in effect.objectives
