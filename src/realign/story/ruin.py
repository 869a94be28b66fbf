"""Ruin: when it came, and what drained the cash.

Stage: story. In: a life that was ruined, its strikes. Out: sentences; where money came from and went.
Idea: the last half year is reckoned up. Either the shocks took most of what was lost; or value was too low to pay its
way, since the strike after which it fell most, or all along.
"""

from __future__ import annotations

from collections.abc import Sequence

from realign.report.words import listed
from realign.story.phrases import date, first_up, money, named, share, span
from realign.story.reading import Strike, cash_taken, policy_of
from realign.twin.life import Life

_BEFORE = 26  # weeks that are reckoned up
_ALL_ALONG = 0.9  # of these weeks
_ASIDE = 0.25  # of what was lost: a cause of more is part of the story
_BLOW = 0.1  # of value, within
_SOON = 4  # weeks
_TOLD = 0.005  # of what went out: less is not worth a word


def ruin_words(life: Life, strikes: Sequence[Strike]) -> list[str]:
    """When it came, what was earned and spent before, and what was missing."""
    terms, week = life.scenario.organisation, int(life.outcomes["ruin_week"])
    currency, first = terms.currency, max(week + 1 - _BEFORE, 0)
    flows, value = purse(life, strikes, first, week + 1), life.weekly["value"][first : week + 1]
    brought = f" and shocks had brought in {money(flows['shocks'], currency)}" if flows["shocks"] >= 0.5 else ""
    earlier = f"{first_up(span(week + 1 - first))} earlier there had still been"
    since = "At the start there had been" if first == 0 else earlier
    at_first = money(terms.cash if first == 0 else life.weekly["cash"][first - 1], currency)
    return [
        f"{first_up(date(week))} was the end: with {money(life.weekly['cash'][week], currency)} in the till the last "
        "credit was exhausted, and the organisation was ruined.",
        f"{since} {at_first}. Since then {money(flows['earned'], currency)} had come in, at an average value of "
        f"{sum(value) / len(value):.2f}{brought}, against {_out(flows, currency)}.",
        *_missing(life, strikes, flows, first),
    ]


def _out(flows: dict[str, float], currency: str) -> str:
    """What went out, the largest first."""
    out = sorted((name for name, amount in flows.items() if amount < 0.0), key=lambda name: flows[name])
    whole = sum(flows[name] for name in out)
    told = [name for name in out if flows[name] <= _TOLD * whole]
    return listed([f"{money(-flows[name], currency)} for {name}" for name in told])


def _missing(life: Life, strikes: Sequence[Strike], flows: dict[str, float], first: int) -> list[str]:
    """Why it was too little."""
    shocks, lost = -flows["shocks"], -sum(flows.values())
    if lost <= 0.0:
        return []
    if shocks > 0.5 * lost:
        return [f"The shocks alone account for {share(min(shocks / lost, 1.0))} of what was lost in that time."]
    value, end = life.weekly["value"], int(life.outcomes["ruin_week"]) + 1
    due = -(flows["wages"] + flows["fixed cost"] + flows["watching and upkeep of plans"])
    terms = life.scenario.organisation
    revenue = terms.revenue * (end - first)
    needed = due / revenue if revenue > 0.0 else 0.0
    if needed <= _mean(value[first:end]):
        return []
    lead = f"To pay its way it would have needed a value of {needed:.2f}"
    blow = _heaviest(life, strikes, range(first, end), revenue_per_week=terms.revenue, lost=lost)
    if blow is not None and _mean(value[blow.week : end]) < needed:
        before, since = value[blow.week - 1], _mean(value[blow.week : end])
        struck = f"Before {named(blow.arrival.shock)} struck in week {blow.week} it had {before:.2f}"
        return [f"{lead}. {struck}, from then on {since:.2f} on average."]
    below = sum(v < needed for v in value[first:end])
    if below >= _ALL_ALONG * (end - first) and shocks <= _ASIDE * lost:
        return [f"{lead}: it was not one blow, it was living beyond its means week after week."]
    return [f"{lead}."]


def _heaviest(
    life: Life, strikes: Sequence[Strike], weeks: range, *, revenue_per_week: float, lost: float
) -> Strike | None:
    """The strike after which value fell most, of those whose fall cost a good part of what was lost."""
    value, fell = life.weekly["value"], {}
    for n, strike in enumerate(strikes):
        if max(weeks[0], 1) <= strike.week <= weeks[-1] and _hits_work(strike):
            before = value[strike.week - 1]
            fall = before - min(value[strike.week : strike.week + _SOON])
            cost = revenue_per_week * sum(before - v for v in value[strike.week : weeks[-1] + 1])
            if fall > _BLOW * before and cost > _ASIDE * lost:
                fell[n] = fall
    return strikes[max(fell, key=lambda n: fell[n])] if fell else None


def _hits_work(strike: Strike) -> bool:
    """Whether it did more than take money."""
    return any(effect.on != "cash" for effect in strike.shock.effects)


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


# ---- money


def purse(life: Life, strikes: Sequence[Strike], first: int, end: int) -> dict[str, float]:
    """Where money came from and went in weeks first .. end - 1: what came in is above 0, what went out below."""
    terms, policy = life.scenario.organisation, policy_of(life)
    plans = [plan for plan in life.scenario.contingencies if plan.name in policy.contingencies]
    week_by_week = range(first, end)
    people = sum(_paid(life, week) for week in week_by_week)
    upkeep = policy.monitoring * policy.monitoring_cost + sum(plan.upkeep for plan in plans)
    dated = {plan.name: plan.when.week for plan in plans}
    bills = [  # of the week after, except for what is arranged for the very first week
        (0 if event.week == 0 and dated[event.name] == 0 else event.week + 1, event.amount)
        for event in life.events
        if event.kind == "activated"
    ]
    flows = {
        "earned": terms.revenue * sum(life.weekly["value"][first:end]),
        "wages": -terms.wage * people,
        "fixed cost": -terms.fixed_cost * len(week_by_week),
        "watching and upkeep of plans": -upkeep * len(week_by_week),
        "shocks": -sum(cash_taken(strike) for strike in strikes if first <= strike.week < end),
        "activating plans": -sum(amount for week, amount in bills if first <= week < end),
    }
    opening = terms.cash if first == 0 else life.weekly["cash"][first - 1]
    rest = life.weekly["cash"][end - 1] - opening - sum(flows.values())
    return {**flows, "realigning": rest if abs(rest) > 1e-6 * max(abs(opening), 1.0) else 0.0}


def _paid(life: Life, week: int) -> float:
    """The people on the payroll of a week, with those whom acting plans add to units that are there."""
    state = life.states[week]
    people = {unit.name: state[unit.name, "people", ""] for unit in life.scenario.units}
    added = sum(
        more
        for plan in life.scenario.contingencies
        if state.get(("organisation", "plan acts", plan.name), 0.0) > 0.0
        for unit, more in plan.people.items()
        if people[unit] > 0.0
    )
    return sum(people.values()) + added
