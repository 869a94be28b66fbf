"""What a life says when it is read closely: who knew of a strike when, what answered it, what it did to value.

Stage: story. In: a `Life` of the twin. Out: strikes, moves of the strategy, terms of plans, where minds parted, money.
Idea: events of the twin name weeks; here they are joined to what caused them: a strike to its warning, its recognition,
its case, the decision that answered it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import floor, isfinite, isnan, prod

from realign.scenario.records import Contingency, Policy, Shock
from realign.story.falls import back_for_good
from realign.twin.attention import RECOGNISED, WARNING, Case
from realign.twin.history import Arrival
from realign.twin.leadership import Decision
from realign.twin.life import Life

_SAME = 1e-6  # weeks: two moments that are one

Shares = Mapping[str, float]


@dataclass(slots=True, kw_only=True)
class Strike:
    """A strike and what became of it; weeks are absolute, None where it never came to that."""

    arrival: Arrival
    shock: Shock
    passes: float  # the share of it that active plans let through
    shields: tuple[str, ...] = ()  # these plans
    warned: int | None = None
    known: int | None = None
    delay: float = 0.0  # weeks from strike to recognition
    case: Case | None = None
    decision: Decision | None = None  # the first one after it was recognised, or that of its case
    back: int | None = None  # from when nine tenths of value were back for good; None: not within a year

    @property
    def week(self) -> int:
        return self.arrival.week


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A plan was activated: in which week, and the weeks in which it acted."""

    plan: Contingency
    week: int
    acts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """Where what people believed and what the market rewarded were furthest apart."""

    week: int
    distance: float
    objective: str  # on which they differed most
    believed: float
    true: float
    unit: str  # furthest away
    unit_distance: float
    leadership: float  # distance of what leadership perceived, the same week


def policy_of(life: Life) -> Policy:
    """The policy that was lived."""
    return next(policy for policy in life.scenario.policies if policy.name == life.policy)


def lived(life: Life) -> int:
    """How many weeks were lived: all, or those until ruin."""
    ruin = life.outcomes["ruin_week"]
    return len(life.states) if isnan(ruin) else int(ruin) + 1


def shares_of(life: Life, week: int, entity: str, quantity: str) -> dict[str, float]:
    """Shares by objective in the state of a week."""
    names = sorted(objective.name for objective in life.scenario.objectives)
    return {name: life.states[week][entity, quantity, name] for name in names}


def distance(one: Shares, other: Shares) -> float:
    """Half the L1 distance."""
    return 0.5 * sum(abs(one[name] - other[name]) for name in one)


def peopled(life: Life) -> list[int]:
    """The weeks, of those lived, in which anybody was there."""
    units = [unit.name for unit in life.scenario.units]
    return [week for week in range(lived(life)) if any(life.states[week][unit, "people", ""] > 0.0 for unit in units)]


def belief(life: Life, week: int) -> dict[str, float]:
    """What people believed on average; somebody must be there."""
    state, total = life.states[week], 0.0
    mean = dict.fromkeys(sorted(objective.name for objective in life.scenario.objectives), 0.0)
    for unit in life.scenario.units:
        people = state[unit.name, "people", ""]
        total += people
        for name in mean:
            mean[name] += people * state[unit.name, "belief", name]
    return {name: amount / total for name, amount in mean.items()}


def astray(life: Life, week: int) -> float:
    """How far beliefs were from what the market rewards."""
    return distance(belief(life, week), shares_of(life, week, "market", "priority"))


# ---- strikes


def strikes_of(life: Life) -> list[Strike]:
    """All strikes, in order of time."""
    shocks = {shock.name: shock for shock in life.scenario.shocks}
    found = []
    for arrival in life.history.arrivals:
        absorbed = _absorbed(life, arrival)
        strike = Strike(
            arrival=arrival, shock=shocks[arrival.shock], shields=tuple(absorbed),
            passes=prod(1.0 - part for part in absorbed.values()),
        )  # fmt: skip
        strike.back = back_for_good(life, arrival.week)
        found.append(strike)
    _who_knew(life, found)
    for strike in found:
        _who_answered(life, strike)
    return found


def _absorbed(life: Life, arrival: Arrival) -> dict[str, float]:
    """The shares of a shock that plans absorb which act in its week."""
    state = life.states[arrival.week]
    return {
        plan.name: plan.absorbs[arrival.shock]
        for plan in life.scenario.contingencies
        if plan.absorbs.get(arrival.shock, 0.0) > 0.0
        and state.get(("organisation", "plan acts", plan.name), 0.0) > 0.0
    }


def _who_knew(life: Life, strikes: Sequence[Strike]) -> None:
    """Join what leadership heard to the strikes that it is about."""
    by_moment = {(strike.arrival.shock, strike.arrival.time): strike for strike in strikes}
    for signal in life.signals:
        strike = by_moment.get((signal.shock, signal.struck))
        if strike is not None and signal.kind == WARNING:
            strike.warned = floor(signal.time)
        elif strike is not None and signal.kind == RECOGNISED:
            strike.known, strike.delay = floor(signal.time), signal.time - signal.struck


def _who_answered(life: Life, strike: Strike) -> None:
    if strike.known is None:
        return
    moment = strike.arrival.time + strike.delay
    for case in life.cases:
        if case.reason == strike.arrival.shock and abs(case.opened - moment) < _SAME:
            strike.case = case
    for decision in life.decisions:
        by_case = strike.case is not None and decision.week - 1 < strike.case.done <= decision.week
        if by_case or (strike.case is None and decision.week > strike.known):
            strike.decision = decision
            return


# ---- plans


def terms_of(life: Life) -> list[Term]:
    """Every activation of a plan."""
    plans = {plan.name: plan for plan in life.scenario.contingencies}
    calls = [event for event in life.events if event.kind == "activated"]
    found = []
    for event in calls:
        plan = plans[event.name]
        first = event.week + 1 + plan.after if event.week or plan.when.week != 0 else plan.after
        until = first + plan.lasts
        later = [call.week for call in calls if call.name == event.name and call.week > event.week]
        last = min(until, later[0] + 1 + plan.after if later else until, lived(life))
        acts = tuple(week for week in range(first, len(life.states)) if week < last)
        found.append(Term(plan=plan, week=event.week, acts=acts))
    return found


# ---- minds


def parting_of(life: Life) -> Parting | None:
    """The week in which beliefs and priorities were furthest apart; None where there was nobody to believe anything."""
    apart = {week: astray(life, week) for week in peopled(life)}
    if not apart:
        return None
    week = max(apart, key=lambda n: apart[n])
    believed, true = belief(life, week), shares_of(life, week, "market", "priority")
    objective = max(sorted(true), key=lambda name: abs(believed[name] - true[name]))
    units = [unit.name for unit in life.scenario.units if life.states[week][unit.name, "people", ""] > 0.0]
    by_unit = {name: distance(shares_of(life, week, name, "belief"), true) for name in units}
    unit = max(by_unit, key=lambda name: by_unit[name], default="")
    perceived = distance(shares_of(life, week, "leadership", "perceived"), true)
    return Parting(
        week=week, distance=apart[week], objective=objective, believed=believed[objective], true=true[objective],
        unit=unit, unit_distance=by_unit.get(unit, 0.0), leadership=perceived,
    )  # fmt: skip


def half_way(life: Life, strike: Strike, objective: str) -> tuple[int | None, int | None]:
    """When leadership and when people had come half of the way to what the market rewards since a strike."""
    target = life.states[strike.week]["market", "priority", objective]
    weeks = [week for week in peopled(life) if week >= strike.week]
    perceived = {n: life.states[n]["leadership", "perceived", objective] for n in [strike.week - 1, *weeks]}
    believed = {n: belief(life, n)[objective] for n in [strike.week - 1, *weeks]}
    return _half_way(perceived, target), _half_way(believed, target)


def _half_way(series: Mapping[int, float], target: float) -> int | None:
    """The first week in which a series had gone half of the way from where it began."""
    (_, start), *rest = series.items()
    way = target - start
    return next((week for week, at in rest if (at - start) * way >= 0.5 * way * way and way), None)


# ---- money


def cash_taken(strike: Strike) -> float:
    """What a strike took from the till at once."""
    size = sum(effect.size for effect in strike.shock.effects if effect.on == "cash")
    return size * strike.arrival.severity * strike.passes


def can_be_ruined(life: Life) -> bool:
    """Whether there is an end to its credit."""
    return isfinite(life.scenario.organisation.credit)
