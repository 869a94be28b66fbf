"""What will happen to the world in one future, drawn before anybody acts: regimes, arrivals of shocks, who joins when.

Every week each shock counts its own arrivals: Poisson with mean rate x regime + h, where h is self-excitation. Each
arrival, whatever brought it, adds to h from the week after, so that it has `branching` expected offspring. Besides come
scheduled weeks, "once, with a chance", weeks forced by a stress test, and what another shock brings on.

An arrival's number says where it came from (the source, times 65,536) and its place among those; together with the
week it is the address at which everything about this arrival is drawn: moment, severity, unit hit, notice.

Source: Hawkes (1971), Biometrika 58:83, in discrete time.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from realign.errors import RunError
from realign.scenario.records import Force, Join, Regime, Scenario, Shock, Unit
from realign.twin.draws import Draws, poisson
from realign.twin.severity import quantile
from realign.twin.shares import normalised, persistence

BY_RATE, SCHEDULED, BY_CHANCE, FORCED, CAUSED = (source * 65_536 for source in range(5))
MOST_EXPECTED = 500.0  # arrivals of one shock in one week; more is no shock but how things are


@dataclass(frozen=True, slots=True)
class Arrival:
    """A shock strikes: when, how hard, and which unit where it hits one unit at random by people."""

    shock: str
    week: int
    time: float  # weeks; the fraction is the moment within the week
    severity: float
    number: int
    unit: str | None = None


@dataclass
class History:
    """One future of the world."""

    regimes: list[Regime] = field(default_factory=list)  # of each week
    arrivals: list[Arrival] = field(default_factory=list)  # in order of time
    joins: dict[str, float] = field(default_factory=dict)  # unit -> week in which it joins; inf: never
    first: dict[str, int] = field(default_factory=dict)  # shock -> week in which it first struck

    def people(self, unit: Unit, week: int) -> float:
        """People of a unit in a week: none before it joins, growing from then on."""
        joined = self.joins[unit.name]
        return unit.people + unit.growth / 52.0 * (week - joined) if joined <= week else 0.0


class _Historian:
    """Draws a history week by week."""

    def __init__(self, scenario: Scenario, force: Sequence[Force], draws: Draws) -> None:
        self.draws, self.weeks = draws, scenario.weeks
        self.shocks = sorted(scenario.shocks, key=lambda shock: shock.name)
        self.units = sorted(scenario.units, key=lambda unit: unit.name)
        self.regimes = list(scenario.regimes) or [Regime(name="", lasts=math.inf)]
        self.regime = self.regimes[0]
        self.excitation = dict.fromkeys((shock.name for shock in self.shocks), 0.0)
        self.once = {shock.name: self._once(shock) for shock in self.shocks}
        self.caused: Counter[tuple[str, int]] = Counter()  # (shock, week) -> how many it is brought on
        self.dated = {shock.name: _dates(shock, force) for shock in self.shocks}
        self.history = History(joins={unit.name: _joins(unit) for unit in self.units})

    def _once(self, shock: Shock) -> int | None:
        """The week of a shock that strikes once, if it does."""
        whether, when = self.draws.uniforms(("shock", shock.name, "once"), 0)
        return min(int(when * self.weeks), self.weeks - 1) if whether < shock.chance else None

    def live_through(self, week: int) -> None:
        """One week: the regime may change, shocks arrive, and have consequences."""
        self._change_regime(week)
        self.history.regimes.append(self.regime)
        arrived: list[Arrival] = []
        for shock in self.shocks:
            arrivals = [self._arrival(shock, week, *which) for which in self._which(shock, week)]
            arrived += arrivals
            self._excite(shock, len(arrivals))
        arrived.sort(key=lambda arrival: arrival.time)
        for arrival in arrived:
            self._first_time(arrival)
        by_name = {shock.name: shock for shock in self.shocks}
        for arrival in arrived:
            self.history.arrivals.append(self._aimed(arrival))
            self._bring_on(by_name[arrival.shock], arrival)

    def _change_regime(self, week: int) -> None:
        """Leave the regime with chance 1 / its mean duration a week, from the second week on."""
        if week == 0 or len(self.regimes) == 1:
            return
        leaves, where = self.draws.uniforms(("world", "", "regime"), week)
        if leaves >= 1.0 / self.regime.lasts:
            return
        others = {regime.name: 1.0 for regime in self.regimes if regime is not self.regime}
        chances = normalised(self.regime.next or others, [regime.name for regime in self.regimes])
        reached = 0.0
        for regime in self.regimes:
            reached += chances[regime.name]
            if where < reached:
                self.regime = regime
                return
        self.regime = self.regimes[-1]

    def _which(self, shock: Shock, week: int) -> list[tuple[int, float | None]]:
        """The numbers of this week's arrivals of a shock, each with its severity where that is forced."""
        mean = shock.rate / 52.0 * self.regime.shock_rate + self.excitation[shock.name]
        if mean > MOST_EXPECTED:
            message = f'shock "{shock.name}" is expected {mean:.0f} times in week {week} of future {self.draws.future}'
            raise RunError(f"{message}; at most {MOST_EXPECTED:.0f} are allowed: lower its rate or its branching")
        own = poisson(self.draws.uniform(("shock", shock.name, "count"), week), mean) if mean > 0.0 else 0
        which: list[tuple[int, float | None]] = [(BY_RATE + n, None) for n in range(own)]
        which += [(number, severity) for number, when, severity in self.dated[shock.name] if when == week]
        if self.once[shock.name] == week:
            which.append((BY_CHANCE, None))
        return which + [(CAUSED + n, None) for n in range(self.caused[shock.name, week])]

    def _arrival(self, shock: Shock, week: int, number: int, severity: float | None) -> Arrival:
        moment = self.draws.uniform(("shock", shock.name, "moment"), week, number)
        if severity is None:
            severity = quantile(shock.severity, self.draws.uniform(("shock", shock.name, "severity"), week, number))
        return Arrival(shock=shock.name, week=week, time=week + moment, severity=severity, number=number)

    def _excite(self, shock: Shock, arrivals: int) -> None:
        """h <- d h + branching (1 - d) arrivals."""
        if shock.clustering is not None:
            keeps = persistence(shock.clustering.half_life)
            before = self.excitation[shock.name]
            self.excitation[shock.name] = keeps * before + shock.clustering.branching * (1.0 - keeps) * arrivals

    def _first_time(self, arrival: Arrival) -> None:
        """A shock that strikes for the first time may bring units along."""
        if arrival.shock in self.history.first:
            return
        self.history.first[arrival.shock] = arrival.week
        for unit in self.units:
            if isinstance(unit.joins, Join) and unit.joins.shock == arrival.shock:
                self.history.joins[unit.name] = arrival.week

    def _aimed(self, arrival: Arrival) -> Arrival:
        """The arrival with the one unit it would hit, drawn by people among those who are there."""
        there = {unit.name: self.history.people(unit, arrival.week) for unit in self.units}
        there = {name: people for name, people in there.items() if people > 0.0}
        mark = self.draws.uniforms(("shock", arrival.shock, "moment"), arrival.week, arrival.number)[1]
        mark *= sum(there.values())
        hit = None
        for name, people in there.items():
            hit = name
            mark -= people
            if mark < 0.0:
                break
        return Arrival(arrival.shock, arrival.week, arrival.time, arrival.severity, arrival.number, hit)

    def _bring_on(self, shock: Shock, arrival: Arrival) -> None:
        """What this arrival causes later."""
        for place, cause in enumerate(shock.causes):
            stream = ("cause", f"{shock.name}\x1e{cause.shock}\x1e{place}", "chance")
            if self.draws.uniform(stream, arrival.week, arrival.number) < cause.chance:
                self.caused[cause.shock, arrival.week + cause.delay] += 1


def _dates(shock: Shock, force: Sequence[Force]) -> list[tuple[int, int, float | None]]:
    """Number, week and severity of arrivals that have a date."""
    forced = [f for f in force if f.shock == shock.name]
    dates: list[tuple[int, int, float | None]] = []
    for first, given in (
        (SCHEDULED, [(week, None) for week in shock.weeks]),
        (FORCED, [(f.week, f.severity) for f in forced]),
    ):
        seen: dict[int, int] = {}  # arrivals of one source are numbered within their week
        for week, severity in given:
            dates.append((first + seen.get(week, 0), week, severity))
            seen[week] = seen.get(week, 0) + 1
    return dates


def _joins(unit: Unit) -> float:
    """The week in which a unit joins, as far as it is known beforehand."""
    if isinstance(unit.joins, Join):
        return math.inf
    return 0 if unit.joins is None else round(unit.joins)


def draw_history(scenario: Scenario, force: Sequence[Force], draws: Draws) -> History:
    """The history of the world in one future."""
    historian = _Historian(scenario, force, draws)
    for week in range(scenario.weeks):
        historian.live_through(week)
    return historian.history
