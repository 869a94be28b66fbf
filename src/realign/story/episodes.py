"""A strike and its wake in words: what came, who noticed when, how long the case waited, what followed.

Stage: story. In: a life, strikes that came close together. Out: sentences.
Idea: strikes within three weeks of each other are one episode, because that is how they are remembered. An ear keeps
some five blows apart: the weightiest are told in full, the others in a sentence. Value is told once for an episode.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from realign.report.words import listed
from realign.story.deciding import WEIGHTY, brief_words, decision_words
from realign.story.falls import BACK, YEAR, fall_of
from realign.story.harm import harm, weight
from realign.story.phrases import (
    Voice,
    and_all,
    at_most,
    count,
    date,
    first_up,
    money,
    named,
    share,
    span,
    weeks_listed,
)  # fmt: skip
from realign.story.plans import activation_words, set_off_by
from realign.story.reading import Strike, Term, cash_taken, half_way, lived, peopled, policy_of, shares_of
from realign.twin.leadership import Decision
from realign.twin.life import Life

CLOSE = 3  # weeks
FULL = 5  # strikes, and decisions, that are told in full
_JUMP = 0.03  # of priority, worth telling how it sank in
_NOTHING = 0.005  # of value


@dataclass(slots=True)
class Told:
    """What has been told already, and which decisions deserve their readings."""

    weighty: set[int]  # decisions, by their weeks
    voice: Voice = field(default_factory=Voice)
    decisions: set[int] = field(default_factory=set)  # their weeks
    terms: set[tuple[str, int]] = field(default_factory=set)  # plans, by name and week of activation


def weightiest(life: Life, strikes: Sequence[Strike]) -> set[int]:
    """The places of the strikes that are told in full."""
    order = sorted(range(len(strikes)), key=lambda place: (-weight(life, strikes[place]), place))
    return set(order[:FULL])


def weighty_decisions(life: Life) -> set[int]:
    """The weeks of the decisions that are told with what leadership saw: those that moved most."""
    moves = sorted((d for d in life.decisions if d.moved >= WEIGHTY), key=lambda decision: -decision.moved)
    return {decision.week for decision in moves[:FULL]}


def episodes_of(strikes: Sequence[Strike]) -> list[list[Strike]]:
    """Strikes that came close together."""
    found: list[list[Strike]] = []
    for strike in strikes:
        if found and strike.week - found[-1][-1].week <= CLOSE:
            found[-1].append(strike)
        else:
            found.append([strike])
    return found


def episode_words(
    life: Life,
    full: Sequence[Strike],
    lesser: Sequence[Strike],
    told: Told,
    *,
    terms: Sequence[Term],
    after: Strike | None,
) -> list[str]:
    """An episode: strikes told in full, lesser ones beside them; `after` is the next strike told in full."""
    sentences: list[str] = []
    answers = {s.decision.week: s.decision for s in full if s.case is not None and s.decision is not None}
    for n, strike in enumerate(full):
        again = any(strike.arrival.shock == other.arrival.shock for other in full[:n])
        sentences.append(_blow(life, strike, told.voice, first=n == 0, again=again))
        sentences += _noticed(life, strike, told.voice)
        for term in set_off_by(strike, terms):
            if (term.plan.name, term.week) not in told.terms:
                told.terms.add((term.plan.name, term.week))
                first = told.voice.once(f"plan {term.plan.name}")
                sentences.append(activation_words(life, term, told.voice, first=first))
        sentences += _sank_in(life, strike, told.voice)
        next_week = full[n + 1].week if n + 1 < len(full) else len(life.states)
        for week in sorted(week for week in answers.keys() - told.decisions if week < next_week):
            told.decisions.add(week)
            sentences += _answered(life, answers[week], told, about=len(full) > 1)
    if lesser:
        blows = "a lesser blow" if len(lesser) == 1 else "lesser blows"
        sentences.append(f"Around it came {blows}: {_names_and_weeks(lesser)}{_how_hard(life, lesser)}.")
    return sentences + _value(life, full, told.voice, after=after)


def lesser_words(life: Life, strikes: Sequence[Strike], voice: Voice) -> str:
    """Strikes that are not told in full, in one sentence."""
    names, hard = _names_and_weeks(strikes), _how_hard(life, strikes)
    if len(strikes) == 1:
        return voice.turn(
            "lesser one", f"A lesser blow was {names}{hard}.", f"Of less weight was {names}{hard}."
        )
    return voice.turn(
        "lesser",
        f"Lesser blows fell: {names}{hard}.",
        f"There was no lack of lesser blows: {names}{hard}.",
        f"What else struck was lesser: {names}{hard}.",
    )


def _names_and_weeks(strikes: Sequence[Strike]) -> str:
    weeks: dict[str, list[int]] = {}
    for strike in strikes:
        weeks.setdefault(strike.arrival.shock, []).append(strike.week)
    return listed([f"{named(name)} in {weeks_listed(when)}" for name, when in weeks.items()])


def _how_hard(life: Life, strikes: Sequence[Strike]) -> str:
    """, at severity 1.2 at most, for 4,500 EUR in all."""
    drawn = [strike.arrival.severity for strike in strikes if strike.shock.severity.dist != "fixed"]
    words = f", at severity {max(drawn):.1f}{' at most' if len(drawn) > 1 else ''}" if drawn else ""
    cost = sum(cash_taken(strike) for strike in strikes)
    whole = " in all" if len(strikes) > 1 else ""
    return f"{words}, for {money(cost, life.scenario.organisation.currency)}{whole}" if cost > 0.0 else words


def _blow(life: Life, strike: Strike, voice: Voice, *, first: bool, again: bool) -> str:
    """What struck, how hard, and what it did."""
    name = named(strike.arrival.shock)
    fixed = strike.shock.severity.dist == "fixed"
    hard = "" if fixed else f" at severity {strike.arrival.severity:.1f}"
    did = harm(life, strike, voice)
    does = f" It {and_all(did)}." if did else ""
    when = date(strike.week) if first else f"week {strike.week}"
    does += _absorbed(strike)
    ordinal = _ordinal(life, strike)
    what = f", the {ordinal} time," if not again and ordinal != "first" and hard else ""
    what = what or (f", the {ordinal} time" if not again and ordinal != "first" else "")
    if first:
        forms = (
            f"in {when} came {name}{what}{hard}.",
            f"{when}: {name} struck{what}{hard}.",
            f"in {when} the organisation was hit by {name}{what}{hard}.",
        )
        return first_up(voice.turn("blow", *forms) + does)
    forms = (
        f"in {when} {name} came on top{what}{hard}.",
        f"hardly had it begun when, in {when}, {name} followed{what}{hard}.",
        f"then {name}, in {when}{what}{hard}.",
    )
    return first_up(voice.turn("next blow", *forms) + does)


def _absorbed(strike: Strike) -> str:
    """What plans that acted already took of it; what belongs to the world no plan can absorb."""
    if strike.passes > 0.995:
        return ""
    plans, be = listed([named(plan) for plan in strike.shields]), "was" if len(strike.shields) == 1 else "were"
    whole = "all" if strike.passes == 0.0 else share(1.0 - strike.passes)
    kinds = dict.fromkeys(effect.on for effect in strike.shock.effects)
    beyond = [words for kind, words in (("demand", "demand"), ("priority", "what the market rewards")) if kind in kinds]
    but = f", though no plan can shield {listed(beyond, word='or')}" if beyond else ""
    return f" {plans} {be} in force and took {whole} of the blow{but}."


def _ordinal(life: Life, strike: Strike) -> str:
    same = [arrival for arrival in life.history.arrivals if arrival.shock == strike.arrival.shock]
    place = same.index(strike.arrival) + 1
    words = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
    if place <= len(words):
        return words[place - 1]
    ending = {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th") if place % 100 not in (11, 12, 13) else "th"
    return f"{place}{ending}"


# ---- who noticed, and what a team did about it


def _noticed(life: Life, strike: Strike, voice: Voice) -> list[str]:
    """Who noticed when, and how long the case waited."""
    if strike.known is None:
        return [_unnoticed(life, strike)]
    if strike.warned is not None:
        ahead = span(strike.arrival.time - strike.warned)
        seen = voice.turn(
            "warned",
            f"Leadership had been warned of it in week {strike.warned}, {ahead} ahead",
            f"The warning had come in week {strike.warned}, {ahead} before",
        )
    elif strike.delay == 0.0:
        seen = voice.turn("at once", "Nobody could miss it", "Leadership knew at once", "It was plain to see")
    elif strike.delay < 1.0:
        seen = voice.turn("soon", "Leadership recognised it within days", "Within days it was seen for what it was")
    else:
        seen = voice.turn(
            "recognised",
            f"Leadership recognised it after {span(strike.delay)}, in week {strike.known}",
            f"It took {span(strike.delay)}, until week {strike.known}, before leadership saw it for what it was",
            f"What it was became plain in week {strike.known}, {span(strike.delay)} on",
        )
    return [f"{seen}{_waited(life, strike, voice)}."]


def _unnoticed(life: Life, strike: Strike) -> str:
    if policy_of(life).monitoring == 0.0 and strike.shock.recognised_after > 0.0:
        return "Nobody was watching, and leadership never recognised it for what it was."
    if life.outcomes["ruined"]:
        return "Ruin was quicker than leadership, who never got to recognise it."
    return "When the story ends, leadership has not recognised it yet."


def _waited(life: Life, strike: Strike, voice: Voice) -> str:
    """The case: how long it waited for a team, and how long the team took."""
    case, end = strike.case, lived(life)
    if case is None:
        if strike.decision is None:
            return ", and no decision followed"
        return f", but nothing was due to be decided before week {strike.decision.week}"
    closing = "ruin came" if life.outcomes["ruined"] else "the story ends"
    if not case.begun < end:
        return f"; the case was still waiting for a team when {closing}"
    waited, took = case.begun - case.opened, case.done - case.begun
    done = case.done < end
    if waited >= 0.05:
        queue = f"the case waited {span(waited)} for a free team"
        needs = f"which then needed {span(took)}" if took >= 0.25 else "which dealt with it within days"
        return f"; {queue}, {needs}" if done else f"; {queue}, which was still at it when {closing}"
    if not done:
        return f"; a team took it up at once and was still at it when {closing}"
    if took < 0.25:
        return voice.turn("dealt with", "; a team dealt with it within days", ", and a free team made short work of it")
    return voice.turn(
        "taken up",
        f"; a team took it up at once and was done {span(took)} later",
        f"; a team was free and needed {span(took)}",
        f"; it kept a team busy for {span(took)}",
    )


def _answered(life: Life, decision: Decision, told: Told, *, about: bool) -> list[str]:
    """The decision that answers a strike; `about`: which one must be said."""
    voice = told.voice
    if decision.week not in told.weighty:
        return [brief_words(life, [decision], voice)]
    shocks = [named(reason) for reason in dict.fromkeys(decision.reasons) if reason not in ("review", "alarm")]
    about_it = f" about {listed(shocks)}" if about and shocks else ""
    with_it = " together with other business" if len(decision.reasons) > 1 and not about_it else ""
    lead = voice.turn(
        "answered",
        f"The decision{about_it} fell in week {decision.week}{with_it}.",
        f"In week {decision.week} leadership decided{about_it}{with_it}.",
        f"Week {decision.week} brought the decision{about_it}{with_it}.",
    )
    return [lead, *decision_words(life, decision, voice)]


# ---- how it sank in, and what became of value


def _sank_in(life: Life, strike: Strike, voice: Voice) -> list[str]:
    """How long it took leadership and people to follow its largest jump in what the market rewards."""
    if strike.week == 0 or all(effect.on != "priority" for effect in strike.shock.effects):
        return []
    if strike.week - 1 not in peopled(life):
        return []
    old, new = (shares_of(life, week, "market", "priority") for week in (strike.week - 1, strike.week))
    own = {name for effect in strike.shock.effects if effect.on == "priority" for name in effect.objectives or new}
    name = max(sorted(own), key=lambda name: abs(new[name] - old[name]))
    if abs(new[name] - old[name]) < _JUMP or not voice.once(f"sank in {name} {strike.week}"):
        return []
    return [_half_way_words(named(name), *half_way(life, strike, name))]


def _half_way_words(name: str, leaders: int | None, people: int | None) -> str:
    goal = f"half of the way to the new truth about {name}"
    if leaders is None:
        crew = "nor did the people who do the work" if people is None else f"the people at work had by week {people}"
        return f"Leadership never came {goal}, {crew}."
    rest = "the people who do the work never did" if people is None else f"the people who do the work by week {people}"
    return f"Leadership had come {goal} by week {leaders}, {rest}."


def _value(life: Life, episode: Sequence[Strike], voice: Voice, *, after: Strike | None) -> list[str]:
    """What it did to value, up to the next strike told in full, for a year at most; when 90 % of it was back."""
    week, end = episode[0].week, lived(life)
    until = min(end, week + YEAR, after.week if after is not None else end)
    fall = fall_of(life, week, until=until)
    if fall is None:
        return []
    kinds = {effect.on for strike in episode for effect in strike.shock.effects}
    if not kinds:
        return []
    if kinds == {"cash"}:
        return [voice.turn("till only", "What was hit was the till, not the work.", "The till felt it, not the work.")]
    next_one = after is not None and until == after.week
    if fall.share < 1.0 - BACK:
        when = " before the next blow" if next_one else ""
        if fall.share < _NOTHING:
            return [voice.turn("no fall", f"Value did not suffer{when}.", f"Value showed no trace of it{when}.")]
        lost = share(fall.share)
        return [
            voice.turn(
                "slight fall",
                f"Value dipped by {at_most(fall.share)}{when}.",
                f"At the worst{when}, value was {lost} below that of the week before it.",
                f"Value held: at the worst {lost} of it was missing{when}.",
            )
        ]
    fell = voice.turn(
        "fall",
        f"Value, {fall.before:.2f} the week before, sank to {fall.low:.2f} in week {fall.low_week}",
        f"From {fall.before:.2f} value went down to {fall.low:.2f} by week {fall.low_week}, {share(fall.share)} less",
        f"{share(fall.share)} of the value of {fall.before:.2f} was gone at the lowest point, week {fall.low_week}",
    )
    if fall.back is not None:
        weeks = fall.back - week
        later = f"{count(weeks)} {'week' if weeks == 1 else 'weeks'} after the {'first ' * (len(episode) > 1)}strike"
        return [f"{fell}; nine tenths of it were back in week {fall.back}, {later}."]
    if next_one and after is not None:
        return [f"{fell}, and had not come back in week {until}, when {named(after.arrival.shock)} struck."]
    if life.outcomes["ruined"] and until == end:
        return [f"{fell}, and there was no way back."]
    return [f"{fell}, and {'a year on' if until == week + YEAR else 'when the story ends'} it has not come back."]


def after_the_end(strikes: Sequence[Strike]) -> str:
    """Strikes on an organisation that is no more."""
    return f"The world went on without it: {_names_and_weeks(strikes)} met nobody any more."
