"""Access: what a process of your own may wait for, see and touch in one organisation that lives through one future.

Stage: twin, the door to it. In: an organisation at work. Out: the argument of a process.
Idea: a process is a generator that takes an `Access` and yields what it waits for. It may do to the organisation all
that a shock can do (`hit` has the keys of a shock's effects), and what no shock can: put a level, a belief or a
strategy somewhere, call for a decision, activate a plan. It acts between the morning and the evening of a week, so that
what it does counts in that week. What it draws belongs to its own name and leaves every other draw where it was.

    def walkout(org):
        yield org.until(20 + 52 * org.uniform("beginning"))
        while org.alive and org.engagement("Bakers") < 0.9:
            org.hit("capacity", 0.8, units=["Bakers"], lasts=1)
            yield org.wait(1)
        org.set_engagement("Bakers", 1.0)
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING

import simpy

from realign.errors import UsageError
from realign.scenario import effect_of
from realign.scenario.desk import suggestion
from realign.scenario.records import Effect
from realign.twin.attention import Case
from realign.twin.clock import Moment, Turn
from realign.twin.history import Arrival
from realign.twin.shares import Shares, followed, normalised
from realign.twin.world import Felt, is_felt

if TYPE_CHECKING:
    from realign.twin.organisation import Organisation
    from realign.twin.units import Unit

OF_ITS_OWN = -1  # the number of what no shock brought: those of arrivals begin with 0


class Access:
    """One process's access to one organisation; `name` is the process's own."""

    def __init__(self, name: str, organisation: Organisation) -> None:
        self.name, self.env = name, organisation.clock.env
        self.policy, self.scenario = organisation.policy.name, organisation.scenario
        self.future, self.weeks = organisation.draws.future, organisation.clock.weeks
        self._organisation, self._world, self._leadership = organisation, organisation.world, organisation.leadership
        self._draws: Counter[str] = Counter()  # how many were drawn, by purpose
        self._waiting: list[tuple[str | None, simpy.Event]] = []
        organisation.world.listeners.append(self._tell)

    # ---- waiting: `yield` one of these

    @property
    def now(self) -> float:
        """The time in weeks; week t is the time from t to t + 1."""
        return self._organisation.clock.now

    @property
    def week(self) -> int:
        """The week that it is."""
        return int(self.now)

    def wait(self, weeks: float) -> simpy.Event:
        """Until so many weeks have passed."""
        _number("wait", weeks)
        return self.until(self.now + weeks)

    def until(self, time: float) -> simpy.Event:
        """Until a time in weeks; at a whole number, until the morning of that week has passed. The past is now."""
        _number("until", time)
        return Moment(self.env, max(time, self.now), Turn.VISIT)

    def struck(self, shock: str | None = None) -> simpy.Event:
        """Until this shock, or any, strikes next; the yield gives its severity."""
        if shock is not None:
            _known("shock", shock, [known.name for known in self.scenario.shocks])
        event = self.env.event()
        self._waiting.append((shock, event))
        return event

    def _tell(self, arrival: Arrival) -> None:
        told = [event for shock, event in self._waiting if shock in (None, arrival.shock)]
        self._waiting = [(shock, event) for shock, event in self._waiting if event not in told]
        for event in told:
            event.succeed(arrival.severity)

    # ---- chance: the n-th draw for a purpose is the same under every policy

    def uniform(self, purpose: str = "") -> float:
        """A number between 0 and 1."""
        self._draws[purpose] += 1
        return self._organisation.draws.uniform(("process", self.name, purpose), 0, self._draws[purpose] - 1)

    def exponential(self, purpose: str = "", *, mean: float = 1.0) -> float:
        """An exponential number: the time to something that may happen at any moment alike."""
        return -mean * math.log(self.uniform(purpose))

    def normal(self, purpose: str = "", *, mean: float = 0.0, sd: float = 1.0) -> float:
        """A normal number."""
        self._draws[purpose] += 1
        stream = ("process", self.name, purpose)
        return mean + sd * self._organisation.draws.normals(stream, 0, self._draws[purpose] - 1)[0]

    # ---- seeing

    @property
    def alive(self) -> bool:
        """False once it is ruined: then nothing of it can be touched any more, though the world can."""
        return self._organisation.alive

    @property
    def cash(self) -> float:
        """Money in hand, as of last week."""
        return self._organisation.books.cash

    @property
    def value(self) -> float:
        """Last week's value; NaN in week 0."""
        return self._organisation.books.weekly.get("value", [math.nan])[-1]

    @property
    def levels(self) -> dict[str, float]:
        """The level of each objective."""
        return {name: objective.level for name, objective in self._organisation.objectives.items()}

    @property
    def attainment(self) -> dict[str, float]:
        """The share of its target that each objective has attained."""
        return {name: objective.attainment for name, objective in self._organisation.objectives.items()}

    @property
    def demand(self) -> float:
        """Last week's demand, 1 = normal."""
        return self._world.demand

    @property
    def priority(self) -> Shares:
        """Last week's true priorities."""
        return dict(self._world.priority)

    @property
    def perceived(self) -> Shares:
        """The priorities as leadership perceives them."""
        return dict(self._leadership.perceived)

    @property
    def strategy(self) -> Shares:
        """The strategy as published."""
        return dict(self._leadership.published)

    @property
    def responding(self) -> bool:
        """Whether a response is under way this week."""
        return self._organisation.responding

    @property
    def plans_active(self) -> list[str]:
        """The contingencies that act this week."""
        return [plan.name for plan in self._organisation.contingencies if plan.acts]

    @property
    def teams(self) -> simpy.Resource:
        """The response teams: `with org.teams.request() as turn: yield turn` takes one, and cases wait for it."""
        return self._organisation.attention.teams

    def people(self, unit: str) -> float:
        """How many people a unit has."""
        return self._world.history.people(self._unit(unit).record, self.week)

    def belief(self, unit: str) -> Shares:
        """What a unit believes matters."""
        return dict(self._unit(unit).belief)

    def allocation(self, unit: str) -> Shares:
        """What a unit's people work on."""
        return dict(self._unit(unit).allocation)

    def engagement(self, unit: str) -> float:
        """A unit's engagement, 1 = normal."""
        return self._unit(unit).engagement

    # ---- touching

    def hit(
        self, on: str, size: float, *, units: str | Sequence[str] = "all", functions: str | Sequence[str] = (),
        objectives: str | Sequence[str] = "all", half_life: float | None = None, lasts: float | None = None,
        believes: Mapping[str, float] | None = None,
    ) -> None:  # fmt: skip
        """An effect as a shock has them: the keys of `[[shock.effects]]`, at severity 1. No plan absorbs it.

        on: capacity, productivity, priority, demand or clarity, felt with a `half_life` or for as long as it `lasts`,
        in weeks; or setback, cash (below 0 it is money gained), methods, turnover or leadership, at once.
        """
        if units == "one":
            raise UsageError('hit: units = "one" is for shocks; name the unit, which you may draw with `uniform`')
        given = {"on": on, "size": size, "half_life": half_life, "lasts": lasts, "believes": believes}
        named = {"units": units, "functions": functions, "objectives": objectives}
        for key, names in named.items():
            if names not in ("all", ()):
                given[key] = [names] if isinstance(names, str) else list(names)
        effect = effect_of(self.scenario, {key: value for key, value in given.items() if value is not None})
        self._note(f"hits {on}", size)
        arrival = Arrival(shock=self.name, week=self.week, time=self.now, severity=1.0, number=OF_ITS_OWN)
        if is_felt(effect):
            self._feel(effect, arrival)
        elif self.alive:
            self._organisation.suffer(effect, effect.size, arrival)

    def _feel(self, effect: Effect, arrival: Arrival) -> None:
        """From this week on; where its morning is still to come (a bare SimPy timeout), from then on."""
        felt = Felt(self.name, effect)
        felt.strike(arrival, begins=self._world.week < self.week)
        self._world.felt.append(felt)

    def set_level(self, objective: str, level: float) -> None:
        """Put the level of an objective somewhere."""
        goal = self._organisation.objectives[_known("objective", objective, self._world.objectives)]
        if self._may_touch("set_level", level, least=0.0):
            self._note(f"sets level of {objective}", level)
            goal.level = float(level)

    def set_engagement(self, unit: str, engagement: float) -> None:
        """Put the engagement of a unit somewhere; from there it goes on as ever."""
        one = self._unit(unit)
        if self._may_touch("set_engagement", engagement, least=0.0):
            self._note(f"sets engagement of {unit}", engagement)
            one.engagement = float(engagement)

    def persuade(self, unit: str, believes: Mapping[str, float], *, share: float = 1.0) -> None:
        """Pull a unit's belief toward these weights, by a share of the way."""
        one, target = self._unit(unit), self._shares("persuade", believes)
        if self._may_touch("persuade", share, least=0.0, most=1.0):
            self._note(f"persuades {unit}", share)
            one.belief, _ = followed(one.belief, target, share)

    def set_strategy(self, strategy: Mapping[str, float], *, share: float = 1.0) -> None:
        """Pull leadership's strategy toward these weights; it is published this evening, and realigning costs money."""
        target = self._shares("set_strategy", strategy)
        if self._may_touch("set_strategy", share, least=0.0, most=1.0):
            self._note("sets strategy", share)
            self._leadership.strategy, _ = followed(self._leadership.strategy, target, share)

    def inform(self, priorities: Mapping[str, float], *, share: float = 1.0) -> None:
        """Pull the priorities that leadership perceives toward these weights."""
        target = self._shares("inform", priorities)
        if self._may_touch("inform", share, least=0.0, most=1.0):
            self._note("informs leadership", share)
            self._leadership.perceived, _ = followed(self._leadership.perceived, target, share)

    def call_for_decision(self) -> Case | None:
        """A case for the response teams; leadership decides in the week after it is done."""
        if not self.alive:
            return None
        self._note("calls for a decision", 0.0)
        return self._organisation.attention.open_case(self.name, self.exponential("handling"))

    def activate(self, plan: str) -> None:
        """Activate a contingency that the policy keeps ready, this evening, as if its condition were met."""
        _known("contingency", plan, [known.name for known in self.scenario.contingencies])
        if self.alive:
            self._note(f"asks for {plan}", 0.0)
            self._organisation.asked_for.add(plan)

    def note(self, text: str, amount: float = 0.0) -> None:
        """Write something down among the events of this future."""
        self._note(text, amount)

    def _note(self, text: str, amount: float) -> None:
        self._organisation.books.note(self.week, "process", f"{self.name}: {text}", float(amount))

    # ---- what may be named

    def _unit(self, name: str) -> Unit:
        return self._organisation.units[_known("unit", name, self._organisation.units)]

    def _shares(self, what: str, weights: Mapping[str, float]) -> Shares:
        for name, weight in weights.items():
            _known("objective", name, self._world.objectives)
            _number(f"{what}: weight of {name}", weight, least=0.0)
        if not sum(weights.values()) > 0.0:
            raise UsageError(f"{what}: the weights must not all be 0")
        return normalised(weights, self._world.objectives)

    def _may_touch(self, what: str, number: float, *, least: float, most: float = math.inf) -> bool:
        _number(what, number, least=least, most=most)
        return self.alive


def _number(what: str, number: float, *, least: float = -math.inf, most: float = math.inf) -> None:
    """Raise a UsageError for what is no number of these; an endless one is allowed where there are no bounds."""
    bounded = least > -math.inf
    is_number = isinstance(number, Real)  # as those of NumPy are
    if is_number and least <= number <= most and not (bounded and math.isinf(number)):
        return
    allowed = f" at least {least:g}" if math.isinf(most) else f" between {least:g} and {most:g}"
    raise UsageError(f"{what}: {number!r} is not allowed; it must be a number{allowed if bounded else ''}")


def _known(what: str, name: str, names: Sequence[str] | Mapping[str, object]) -> str:
    if name not in names:
        raise UsageError(f'{what} "{name}": no such {what}{suggestion(name, list(names), all_of="there are")}')
    return name
