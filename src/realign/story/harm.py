"""What a strike did, in words: every effect of the shock, at the severity at which it struck.

Stage: story. In: a life, a strike. Out: phrases that follow "it": "cost 4,520 EUR at once".
Idea: one function for each kind of effect, in one table. Effects are told as they were felt in the week of the strike,
after what active plans absorbed; how long they are felt is said once for each shock. What weighs most is told first:
a strike weighs what it took at once, as shares of demand, money, people, levels and priorities, added up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import exp, isfinite

from realign.report.words import listed
from realign.scenario.records import Effect
from realign.story.phrases import Voice, fading, money, named, share, together
from realign.story.reading import Strike, distance, shares_of
from realign.twin.life import Life

_Tell = Callable[[Life, Strike, Effect], str]


def harm(life: Life, strike: Strike, voice: Voice) -> list[str]:
    """What it did; the world's own effects cannot be absorbed."""
    told = []
    for number, effect in enumerate(_joined(strike.shock.effects)):
        if strike.passes == 0.0 and effect.on not in ("demand", "priority"):
            continue
        words = _KINDS[effect.on](life, strike, effect) if effect.on in _KINDS else f"touched its {effect.on}"
        lasting = fading(effect.half_life, effect.lasts)
        if words and lasting and voice.once(f"fading {strike.shock.name} {number}"):
            words += f" ({lasting})"
        if words:
            told.append(words)
    return told


def _joined(effects: Sequence[Effect]) -> list[Effect]:
    """Effects on priorities that are felt for as long become one: what is told of them is where the weights went."""
    joined: list[Effect] = []
    for effect in effects:
        same = next((n for n, one in enumerate(joined) if _told_together(one, effect)), None)
        if same is None:
            joined.append(effect)
        else:
            names = dict.fromkeys((*joined[same].objectives, *effect.objectives))
            joined[same] = replace(joined[same], objectives=tuple(names))
    return joined


def _told_together(one: Effect, other: Effect) -> bool:
    on_named = all(effect.on == "priority" and effect.objectives for effect in (one, other))
    return on_named and (one.half_life, one.lasts) == (other.half_life, other.lasts)


def _amount(strike: Strike, effect: Effect) -> float:
    return effect.size * strike.arrival.severity * strike.passes


def _objectives(effect: Effect) -> str:
    return together(effect.objectives) if effect.objectives else "everything"


def _whom(strike: Strike, effect: Effect) -> str:
    if effect.functions:
        return f"everybody in {together(effect.functions)}"
    if effect.units == "one":
        return named(strike.arrival.unit or "nobody")
    return "everybody" if isinstance(effect.units, str) else f"the {together(effect.units)}"


def _cash(life: Life, strike: Strike, effect: Effect) -> str:
    amount, currency = _amount(strike, effect), life.scenario.organisation.currency
    return f"cost {money(amount, currency)} at once" if amount >= 0.0 else f"brought {money(-amount, currency)} in"


def _setback(life: Life, strike: Strike, effect: Effect) -> str:
    return f"set {_objectives(effect)} back by {share(min(_amount(strike, effect), 1.0))}"


def _productivity(life: Life, strike: Strike, effect: Effect) -> str:
    amount = min(_amount(strike, effect), 1.0)
    how = "less" if amount >= 0.0 else "more"
    return f"made work on {_objectives(effect)} {share(amount)} {how} productive"


def _capacity(life: Life, strike: Strike, effect: Effect) -> str:
    amount = min(_amount(strike, effect), 1.0)
    if amount < 0.0:
        return f"gave {_whom(strike, effect)} {share(amount)} more hands"
    return f"kept {_whom(strike, effect)} from {share(amount)} of the work"


def _demand(life: Life, strike: Strike, effect: Effect) -> str:
    change = exp(effect.size * strike.arrival.severity) - 1.0
    return f"{'cut' if change < 0.0 else 'raised'} demand by {share(change)}"


def _priority(life: Life, strike: Strike, effect: Effect) -> str:
    """Where the weights went in the week; where several strikes of a week move them, the last one tells it."""
    if not effect.objectives or strike.week == 0:
        return "changed what the market rewards"
    movers = {shock.name for shock in life.scenario.shocks if any(one.on == "priority" for one in shock.effects)}
    week = [one for one in life.history.arrivals if one.week == strike.week and one.shock in movers]
    if strike.arrival != week[-1]:
        return f"moved the market's weight of {together(effect.objectives)}"
    moved = []
    for name in effect.objectives:
        old, new = (life.states[week]["market", "priority", name] for week in (strike.week - 1, strike.week))
        moved.append(f"{named(name)} from {share(old)} to {share(new)}")
    with_others = ", together with what struck the same week," if len(week) > 1 else ""
    return f"moved{with_others} the market's weight of {listed(moved)}"


def _clarity(life: Life, strike: Strike, effect: Effect) -> str:
    return "garbled what was passed down the line" if effect.size > 0.0 else "cleared what was passed down the line"


def _methods(life: Life, strike: Strike, effect: Effect) -> str:
    return f"made {share(min(_amount(strike, effect), 1.0))} of the methods for {_objectives(effect)} worthless"


def _turnover(life: Life, strike: Strike, effect: Effect) -> str:
    return f"put newcomers in the place of {share(min(_amount(strike, effect), 1.0))} of {_whom(strike, effect)}"


def _leadership(life: Life, strike: Strike, effect: Effect) -> str:
    amount = share(min(_amount(strike, effect), 1.0))
    if effect.believes is None:
        return f"brought a successor, whose own even-handed view replaced {amount} of the strategy"
    favourite = max(effect.believes, key=lambda name: effect.believes[name] if effect.believes else 0.0)
    return f"brought a successor who believes in {named(favourite)} and whose view replaced {amount} of the strategy"


_KINDS: dict[str, _Tell] = {
    "cash": _cash, "setback": _setback, "productivity": _productivity, "capacity": _capacity, "demand": _demand,
    "priority": _priority, "clarity": _clarity, "methods": _methods, "turnover": _turnover, "leadership": _leadership,
}  # fmt: skip


def weight(life: Life, strike: Strike) -> float:
    """How much a strike took at once, and how much it made leadership move."""
    total = sum(_share_taken(life, strike, effect) for effect in strike.shock.effects if effect.on != "priority")
    if strike.week > 0:
        before, after = (shares_of(life, week, "market", "priority") for week in (strike.week - 1, strike.week))
        total += distance(before, after)
    if strike.case is not None and strike.decision is not None:
        total += 0.5 * strike.decision.moved
    return total


def _share_taken(life: Life, strike: Strike, effect: Effect) -> float:
    """One effect as a share of what it acts on."""
    size = abs(_amount(strike, effect))
    if effect.on == "cash":
        terms = life.scenario.organisation
        return min(size / max(terms.cash + (terms.credit if isfinite(terms.credit) else 0.0), 1.0), 1.0)
    if effect.on == "demand":
        return min(abs(exp(effect.size * strike.arrival.severity) - 1.0), 1.0)
    if effect.on in ("capacity", "turnover"):
        return min(size, 1.0) * _people_hit(life, strike, effect)
    goals = life.scenario.objectives
    hit = sum(goal.weight for goal in goals if not effect.objectives or goal.name in effect.objectives)
    return min(size, 1.0) * hit / sum(goal.weight for goal in goals)


def _people_hit(life: Life, strike: Strike, effect: Effect) -> float:
    """The share of all people whom an effect hits."""
    state = life.states[strike.week]
    people = {unit.name: state[unit.name, "people", ""] for unit in life.scenario.units}
    hit = sum(
        people[unit.name]
        for unit in life.scenario.units
        if (unit.function in effect.functions if effect.functions else _is_hit(strike, effect, unit.name))
    )
    return hit / sum(people.values()) if hit > 0.0 else 0.0


def _is_hit(strike: Strike, effect: Effect, unit: str) -> bool:
    if effect.units == "one":
        return unit == strike.arrival.unit
    return isinstance(effect.units, str) or unit in effect.units
