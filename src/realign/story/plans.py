"""Plans in words: what set one off, what it does and for how long, and what having it ready was worth.

Stage: story. In: a life, terms of plans, what the same life would have been without them. Out: sentences.
Idea: what a plan does is said once. The worth of a plan is the difference to the same life played without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isinf

from realign.report.words import listed, number, quoted
from realign.story.phrases import Voice, and_all, counted, date, first_up, money, named, share, span, weeks_listed
from realign.story.reading import Strike, Term, lived, policy_of
from realign.story.without import Worth
from realign.twin.life import Life

_NOTHING = 5e-4  # of value


def set_off_by(strike: Strike, terms: Sequence[Term]) -> list[Term]:
    """The terms that the warning of a strike, or its recognition, set off."""
    shock = strike.arrival.shock
    return [
        term
        for term in terms
        if (term.plan.when.shock == shock and term.week == strike.known)
        or (term.plan.when.warning == shock and term.week == strike.warned)
    ]


def activation_words(life: Life, term: Term, voice: Voice, *, first: bool) -> str:
    """Which plan was activated, what set it off, what it does and for how long."""
    plan, currency = term.plan, life.scenario.organisation.currency
    name = named(plan.name)
    cost = f" ({money(plan.cost, currency)})" if plan.cost else ""
    if not first:
        return voice.turn(
            "plan again",
            f"{name} was called on once more in week {term.week}{cost}.",
            f"In week {term.week} {name} had to be brought out again{cost}.",
        )
    what = f" {_when_it_acts(term)} to {and_all(does)}." if (does := _what_it_does(life, term)) else ""
    opening = voice.turn(
        "plan",
        f"{_cause(life, term)} {name} was taken out of the drawer in week {term.week}{cost}.",
        f"{_cause(life, term)} the plan {quoted(plan.name)} was put into action in week {term.week}{cost}.",
        f"{_cause(life, term)} week {term.week} saw {name} activated{cost}.",
    )
    return opening + what


def again_and_again(life: Life, terms: Sequence[Term]) -> str:
    """One plan, activated several times more."""
    plan, weeks = terms[0].plan, weeks_listed([term.week for term in terms])
    cost = f", for {money(plan.cost, life.scenario.organisation.currency)} each time" if plan.cost else ""
    return f"{named(plan.name)} was called on again in {weeks}{cost}."


def _cause(life: Life, term: Term) -> str:
    when = term.plan.when
    if when.shock is not None:
        return f"With {named(when.shock)} recognised,"
    if when.warning is not None:
        return f"Warned of {named(when.warning)},"
    if when.cash_below == 0.0:
        return "With the till empty,"
    if when.cash_below is not None:
        return f"With less than {money(when.cash_below, life.scenario.organisation.currency)} in the till,"
    if when.objective_below is not None:
        return f"With {listed([named(name) for name in when.objective_below], word='or')} below the level agreed on,"
    return "As arranged beforehand,"


def _when_it_acts(term: Term) -> str:
    if not term.acts:
        return "It came too late"
    first, last = term.acts[0], term.acts[-1]
    if first == last:
        return f"In week {first}, and no longer, it was there"
    weeks = f"From week {first} on" if isinf(term.plan.lasts) else f"In weeks {first} to {last}"
    return f"{weeks} it was there"


def _what_it_does(life: Life, term: Term) -> list[str]:
    """What a plan does while it acts."""
    plan, currency = term.plan, life.scenario.organisation.currency
    does = [f"absorb {share(part)} of {named(shock)}" for shock, part in plan.absorbs.items()]
    for people in dict.fromkeys(plan.people.values()):
        units = [named(unit) for unit, more in plan.people.items() if more == people]
        does.append(f"put {_people(people)} more in {'each of ' if len(units) > 1 else ''}{listed(units)}")
    if plan.strategy is not None:
        whole = sum(plan.strategy.values())
        parts = [f"{share(part / whole)} {named(name)}" for name, part in plan.strategy.items() if part > 0.0]
        does.append(f"speak for a strategy of its own ({listed(parts)})")
    if plan.credit:
        does.append(f"open a credit line of {money(plan.credit, currency)}")
    if plan.release_slack and policy_of(life).slack > 0.0:
        does.append("release the time held in reserve")
    return does


def _people(people: float) -> str:
    if people == int(people):
        return counted(int(people), "person", plural="people")
    return "half a person" if people == 0.5 else f"{people:g} people"


# ---- what it was worth


def worth_words(life: Life, found: Sequence[Worth]) -> list[str]:
    """What became of the same life without each plan: ruin first, then money and value."""
    if not found:
        return []
    lead = "Were the plans worth it? The same life was played again without each of them."
    if len(found) == 1:
        lead = f"Was {named(found[0].plan)} worth it? The same life was played again without it."
    return [lead, *_saved(found), *_ruined_all_the_same(found), *_paid(life, found)]


def _saved(found: Sequence[Worth]) -> list[str]:
    saved = [worth for worth in found if worth.ruined_with is None and worth.ruined_without is not None]
    parts = [f"without {named(worth.plan)} in {date(worth.ruined_without or 0)}" for worth in saved]
    sentences = [f"It would have ended in ruin {listed(parts)}."] if saved else []
    for worth in found:
        if worth.ruined_with is not None and worth.ruined_without is None:
            sentences.append(f"{named(worth.plan)} turned out a burden: without it ruin would have been escaped.")
    return sentences


def _ruined_all_the_same(found: Sequence[Worth]) -> list[str]:
    sentences, same = [], []
    for worth in found:
        if worth.ruined_with is None or worth.ruined_without is None:
            continue
        won = worth.ruined_with - worth.ruined_without
        if won == 0:
            same.append(named(worth.plan))
        else:
            when = f"{span(abs(won))} {'sooner' if won > 0 else 'later'}"
            sentences.append(f"Without {named(worth.plan)} ruin would have come {when}.")
    if same:
        sentences.append(f"Without {listed(same, word='or')} ruin would have come in the very same week.")
    return sentences


def _paid(life: Life, found: Sequence[Worth]) -> list[str]:
    """Plans with and without which the organisation lived to the end."""
    paid: list[tuple[str, str]] = []
    unpaid: list[tuple[str, str]] = []
    idle: list[str] = []
    for worth in found:
        if worth.ruined_with is not None or worth.ruined_without is not None:
            continue
        difference = _difference(life, worth)
        if not difference:
            idle.append(named(worth.plan))
        elif worth.cash > 0.5 or (worth.cash > -0.5 and worth.value > 0.0):
            paid.append((named(worth.plan), difference))
        else:
            unpaid.append((named(worth.plan), difference))
    sentences = []
    for plans, says, also in ((paid, "paid", "so did"), (unpaid, "did not pay for itself", "nor did")):
        if plans:
            rest = "".join(f"; {also} {name}, with {difference}" for name, difference in plans[1:])
            sentences.append(f"{plans[0][0]} {says}, with {plans[0][1]}{rest}.")
    if idle:
        sentences.append(f"{listed(idle)} made no difference.")
    return sentences


def _difference(life: Life, worth: Worth) -> str:
    parts = []
    if abs(worth.cash) > 0.5:
        parts.append(
            f"{money(abs(worth.cash), life.scenario.organisation.currency)} "
            f"{'more' if worth.cash > 0.0 else 'less'} in the end"
        )
    if abs(worth.value) > _NOTHING:
        parts.append(f"{number(abs(worth.value))} {'more' if worth.value > 0.0 else 'less'} of value on average")
    return listed(parts)


def idle_words(life: Life, used: set[str]) -> list[str]:
    """Plans that were never needed, and activations in vain."""
    sentences, currency = [], life.scenario.organisation.currency
    ready = policy_of(life).contingencies
    idle = [plan for plan in life.scenario.contingencies if plan.name in ready and plan.name not in used]
    if idle:
        upkeep = sum(plan.upkeep for plan in idle) * lived(life)
        cost = f", at {money(upkeep, currency)} of upkeep" if upkeep else ""
        sentences.append(f"{listed([named(plan.name) for plan in idle])} stayed in the drawer{cost}.")
    in_vain = int(life.outcomes["in_vain"])
    if in_vain:
        sentences.append(f"{first_up(counted(in_vain, 'activation'))} followed a warning that did not come true.")
    return sentences
