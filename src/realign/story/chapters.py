"""The story from the first day to the last, as paragraphs.

Stage: story. In: a scenario, a life, why it was chosen. Out: paragraphs in order of time, each of a kind.
Idea: strikes that come together make an episode, and what happens between episodes an interlude. The end looks back:
what the plans were worth, where beliefs and priorities parted, what became of it all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from realign.report.words import listed, number, quoted
from realign.scenario import Scenario
from realign.story.choosing import Choice
from realign.story.contrast import contrast
from realign.story.episodes import Told, after_the_end, episode_words, episodes_of, weightiest, weighty_decisions
from realign.story.interludes import interlude_words
from realign.story.phrases import NOTHING, count, counted, date, first_up, level, money, named, share, span
from realign.story.plans import idle_words, worth_words
from realign.story.reading import Parting, Strike, Term, astray, can_be_ruined, lived, peopled, policy_of
from realign.story.ruin import ruin_words
from realign.story.without import Worth
from realign.twin.life import Life
from realign.twin.shares import normalised

_SENTENCES = 9  # a paragraph of an interlude that would be longer is cut in two


@dataclass(frozen=True, slots=True)
class Paragraph:
    """kind: title, opening, strike, calm, ruin, plans, minds, end or rival."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the story is made of."""

    scenario: Scenario
    life: Life
    choice: Choice
    strikes: Sequence[Strike]
    terms: Sequence[Term]
    parting: Parting | None
    worth: Sequence[Worth]
    rival: Life | None = None  # the same future under the policy that it is told against


def paragraphs(facts: Facts) -> list[Paragraph]:
    """The whole story."""
    found = [Paragraph("title", _title(facts)), Paragraph("opening", " ".join(_opening(facts)))]
    found += _course(facts)
    if facts.life.outcomes["ruined"]:
        found.append(Paragraph("ruin", " ".join(ruin_words(facts.life, facts.strikes))))
        late = [strike for strike in facts.strikes if strike.week > facts.life.outcomes["ruin_week"]]
        if late:
            found.append(Paragraph("ruin", after_the_end(late)))
    for kind, sentences in (
        ("plans", _plans(facts)), ("minds", _minds(facts)), ("end", _end(facts)), ("rival", _rival(facts))
    ):  # fmt: skip
        if sentences:
            found.append(Paragraph(kind, " ".join(sentences)))
    return found


def _title(facts: Facts) -> str:
    life = facts.life
    stress = "" if life.stress == "baseline" else f", under the stress test {quoted(life.stress)}"
    why = f" ({facts.choice.why})" if facts.choice.why else ""
    return f"{named(life.scenario.name)} under {quoted(life.policy)}{stress}: future {life.future}{why}"


def _opening(facts: Facts) -> list[str]:
    life, scenario = facts.life, facts.life.scenario
    terms, policy = scenario.organisation, policy_of(facts.life)
    names = [objective.name for objective in scenario.objectives]
    true = normalised({objective.name: objective.weight for objective in scenario.objectives})
    first = scenario.organisation.strategy if policy.strategy is None else policy.strategy
    plan = true if first is None else normalised(first, names)
    order = sorted(plan, key=lambda name: -plan[name])
    some, none = [name for name in order if plan[name] > 0.0], [name for name in order if plan[name] == 0.0]
    gives = [f"{share(plan[name])}{'' if n else ' of all effort'} to {named(name)}" for n, name in enumerate(some)]
    gives += [f"nothing to {listed([named(name) for name in none], word='or')}"] if none else []
    text = [f"On the first day the plan gives {listed(gives)}."]
    if max(abs(plan[name] - true[name]) for name in plan) > 0.02:
        text.append(f"The market rewards them {' to '.join(f'{100 * true[name]:.0f}' for name in order)}.")
    else:
        text.append("That is just what the market rewards.")
    if terms.cash or terms.revenue:
        credit = money(terms.credit, terms.currency)
        ruin = f", and ruin comes when debts exceed {credit}" if can_be_ruined(life) else ""
        there = f"There are {money(terms.cash, terms.currency)}" if terms.cash else "There is no money"
        text.append(f"{there} in hand{ruin}.")
    ready = [named(name) for name in policy.contingencies]
    if ready:
        things = "plan lies" if len(ready) == 1 else "plans lie"
        text.append(f"{first_up(count(len(ready)))} {things} ready: {listed(ready)}.")
    value = life.weekly["value"][0]
    text.append(f"Value in the first week is {value:.2f}, where 1 is every target attained and demand as usual.")
    return text


def _course(facts: Facts) -> list[Paragraph]:
    """Episodes and interludes in order of time, up to ruin or the end."""
    life, told, end = facts.life, Told(weighty_decisions(facts.life)), lived(facts.life)
    met = [strike for strike in facts.strikes if strike.week < end]
    chosen = weightiest(life, met)
    full = [strike for place, strike in enumerate(met) if place in chosen]
    rest = [strike for place, strike in enumerate(met) if place not in chosen]
    later = {strike.decision.week for strike in full if strike.case is not None and strike.decision is not None}
    found, week = [], 0
    episodes = episodes_of(full)
    for number_of in range(len(episodes) + 1):
        episode = episodes[number_of] if number_of < len(episodes) else []
        until = episode[0].week if episode else end
        sentences = interlude_words(
            life, range(week, until), told, strikes=facts.strikes, terms=facts.terms, later=later,
            lesser=[strike for strike in rest if week <= strike.week < until],
        )  # fmt: skip
        found += [Paragraph("calm", part) for part in _cut(sentences)]
        week = until
        if episode:
            beside = [strike for strike in rest if week <= strike.week <= episode[-1].week]
            rest = [strike for strike in rest if strike not in beside]
            after = episodes[number_of + 1][0] if number_of + 1 < len(episodes) else None
            words = episode_words(life, episode, beside, told, terms=facts.terms, after=after)
            found.append(Paragraph("strike", " ".join(words)))
    return found


def _cut(sentences: Sequence[str]) -> list[str]:
    """Paragraphs of a length that can be read aloud."""
    parts = -(-len(sentences) // _SENTENCES)
    size = -(-len(sentences) // parts) if parts else 1
    return [" ".join(sentences[n : n + size]) for n in range(0, len(sentences), size)]


def _plans(facts: Facts) -> list[str]:
    """What having each plan ready was worth, and which were never needed."""
    return worth_words(facts.life, facts.worth) + idle_words(facts.life, {term.plan.name for term in facts.terms})


def _minds(facts: Facts) -> list[str]:
    """Where beliefs and priorities parted."""
    life, parting = facts.life, facts.parting
    if parting is None:
        return []
    if parting.distance < NOTHING:
        return ["What people believed was what the market rewards, from the first week to the last."]
    who = ""
    if len(life.scenario.units) > 1 and parting.unit:
        off = share(parting.unit_distance)
        who = f" Furthest away were the people of {named(parting.unit)} ({off} of their weights)."
    lead = parting.leadership
    knew = "Leadership was no wiser" if lead >= 0.8 * parting.distance else "Leadership saw more clearly"
    last = share(astray(life, peopled(life)[-1]))
    return [
        f"Beliefs and the market were furthest apart in {date(parting.week)}, when {share(parting.distance)} of the "
        f"weights people carried in their heads were in the wrong place: they gave {named(parting.objective)} "
        f"{share(parting.believed)} where the market gave it {share(parting.true)}.{who}",
        f"{knew}: its own picture was {share(lead)} off. In the last week of the story people were "
        f"{last} off.",
    ]


def _rival(facts: Facts) -> list[str]:
    return [] if facts.rival is None else contrast(facts.life, facts.rival)


def _end(facts: Facts) -> list[str]:
    """What it came to."""
    life, currency = facts.life, facts.life.scenario.organisation.currency
    out = life.outcomes
    years = span(len(life.states))
    text = [f"Over the {years} value averaged {number(out['value'])}."]
    if len(life.states) == 1:
        text = [f"In this one week value averaged {number(out['value'])}."]
    elif out["ruined"]:
        text = [f"Over the whole {years}, the time after ruin included, value averaged {number(out['value'])}."]
    low = min(range(len(life.states)), key=lambda week: life.weekly["cash"][week])
    if life.scenario.organisation.cash or life.scenario.organisation.revenue:
        dipped = 0 < low < lived(life) - 1 and life.weekly["cash"][low] < out["final_cash"]
        least = f", after {money(life.weekly['cash'][low], currency)} at the lowest in week {low}" if dipped else ""
        text.append(f"The till held {money(out['final_cash'], currency)} at the end{least}.")
    goals = []
    for goal in life.scenario.objectives:
        due = "" if goal.due is None else ", reached in time" if out[f"hit[{goal.name}]"] else ", its date missed"
        goals.append(f"{named(goal.name)} at {level(out[f'level[{goal.name}]'])} of {level(goal.target)}{due}")
    dated = any(goal.due is not None for goal in life.scenario.objectives)
    ended = "; ".join([*goals[:-1], f"and {goals[-1]}"]) if dated and len(goals) > 1 else listed(goals)
    text.append(f"It ended with {ended}.")
    late = sum(strike.week >= lived(life) for strike in facts.strikes)
    after = f" ({count(late)} of them after ruin)" if late else ""
    text.append(
        f"The count is {counted(int(out['shocks']), 'strike')}{after}, "
        f"{counted(int(out['decisions']), 'decision')} and {counted(int(out['activations']), 'activated plan')}."
    )
    return text
