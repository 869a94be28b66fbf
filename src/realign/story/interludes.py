"""What happened between strikes, in words: reviews, alarms, plans, discoveries, people who joined.

Stage: story. In: a life, a stretch of weeks. Out: sentences in order of time.
Idea: a weighty decision is told with what leadership saw; the others share a sentence that names their weeks. Events of
a kind that come in numbers share one too.
"""

from __future__ import annotations

from collections.abc import Sequence

from realign.report.words import listed
from realign.story.deciding import brief_words, decision_words
from realign.story.episodes import Told, lesser_words
from realign.story.phrases import NOTHING, Voice, count, date, first_up, named, share, span, weeks_listed
from realign.story.plans import activation_words, again_and_again
from realign.story.reading import Strike, Term, lived
from realign.twin.bookkeeper import Event
from realign.twin.leadership import Decision
from realign.twin.life import Life


def interlude_words(
    life: Life,
    weeks: range,
    told: Told,
    *,
    strikes: Sequence[Strike],
    lesser: Sequence[Strike],
    terms: Sequence[Term],
    later: set[int],
) -> list[str]:
    """Everything of these weeks that no episode tells, in order of time; `later`: weeks of decisions that one will."""
    dated = _decisions(life, weeks, told, later=later)
    if lesser:
        dated.append((lesser[0].week, lesser_words(life, lesser, told.voice)))
    events = [event for event in life.events if event.week in weeks]
    dated += _warnings(events, strikes, told.voice)
    dated += _alarms(life, events, told.voice)
    dated += _activations(life, weeks, told, terms)
    dated += _discoveries(life, events, told.voice)
    joined = [event for event in events if event.kind == "joined"]
    for week in sorted({event.week for event in joined}):
        names = [named(event.name) for event in joined if event.week == week]
        dated.append((week, f"In week {week} {listed(names)} joined."))
    return [sentence for _, sentence in sorted(dated, key=lambda item: item[0])]


def _activations(life: Life, weeks: range, told: Told, terms: Sequence[Term]) -> list[tuple[int, str]]:
    """Plans; one that is called on again and again is told in one sentence."""
    mine = [term for term in terms if term.week in weeks and (term.plan.name, term.week) not in told.terms]
    told.terms.update((term.plan.name, term.week) for term in mine)
    dated = []
    for name in dict.fromkeys(term.plan.name for term in mine):
        same = [term for term in mine if term.plan.name == name]
        if told.voice.once(f"plan {name}"):
            dated.append((same[0].week, activation_words(life, same.pop(0), told.voice, first=True)))
        if len(same) == 1:
            dated.append((same[0].week, activation_words(life, same[0], told.voice, first=False)))
        elif same:
            dated.append((same[0].week, again_and_again(life, same)))
    return dated


def _decisions(life: Life, weeks: range, told: Told, *, later: set[int]) -> list[tuple[int, str]]:
    known = told.decisions | later
    mine = [decision for decision in life.decisions if decision.week in weeks and decision.week not in known]
    told.decisions.update(decision.week for decision in mine)
    full = [decision for decision in mine if decision.week in told.weighty]
    voice = told.voice
    dated = [(d.week, " ".join([_lead(d, voice), *decision_words(life, d, voice)])) for d in full]
    lesser = [decision for decision in mine if decision not in full]
    for group in (
        [decision for decision in lesser if decision.moved >= NOTHING],
        [decision for decision in lesser if decision.moved < NOTHING],
    ):
        if group:
            dated.append((group[0].week, brief_words(life, group, voice)))
    return dated


def _lead(decision: Decision, voice: Voice) -> str:
    """What called for the decision."""
    reasons = [reason for reason in decision.reasons if reason not in ("review", "alarm")]
    if reasons:
        about = listed([named(reason) for reason in dict.fromkeys(reasons)])
        return f"In {date(decision.week)} a decision was taken about {about}."
    if "review" not in decision.reasons:
        return voice.turn(
            "alarm decided",
            f"The alarm led to a decision in {date(decision.week)}.",
            f"Alarmed by falling numbers, leadership decided in {date(decision.week)}.",
        )
    return voice.turn(
        "review",
        f"{first_up(date(decision.week))} was time for a review.",
        f"A review was concluded in {date(decision.week)}.",
        f"By the calendar, leadership decided in {date(decision.week)}.",
    )


def _warnings(events: Sequence[Event], strikes: Sequence[Strike], voice: Voice) -> list[tuple[int, str]]:
    dated = []
    for event in events:
        if event.kind != "warning" or any(
            strike.warned == event.week and strike.arrival.shock == event.name for strike in strikes
        ):
            continue
        dated.append((event.week, f"In week {event.week} a warning of {named(event.name)} was heard."))
    false = [event for event in events if event.kind == "false alarm"]
    names: dict[str, list[int]] = {}
    for event in false:
        names.setdefault(event.name, []).append(event.week)
    for name, weeks in names.items():
        warnings = "A warning" if len(weeks) == 1 else "Warnings"
        form = voice.turn(
            "false alarm",
            f"{warnings} of {named(name)} in {weeks_listed(weeks)} came to nothing.",
            f"There was talk of {named(name)} in {weeks_listed(weeks)}, and it proved false.",
        )
        dated.append((weeks[0], form))
    return dated


def _alarms(life: Life, events: Sequence[Event], voice: Voice) -> list[tuple[int, str]]:
    alarms = [event for event in events if event.kind == "alarm"]
    if not alarms:
        return []
    weeks = weeks_listed([event.week for event in alarms])
    handled = [event.amount for event in alarms if event.week + 1 + event.amount <= lived(life)]
    took = f"; it took {span(max(handled))} until a team was done with it" if len(alarms) == 1 and handled else ""
    form = voice.turn(
        "alarm",
        f"The detector raised the alarm in {weeks}: value as leadership saw it was slipping{took}.",
        f"In {weeks} the numbers fell far enough to set off the alarm{took}.",
    )
    return [(alarms[0].week, form)]


def _discoveries(life: Life, events: Sequence[Event], voice: Voice) -> list[tuple[int, str]]:
    dated, records = [], {chance.name: chance for chance in life.scenario.opportunities}
    adopted = {event.name: event for event in life.events if event.kind == "adopted"}
    for event in events:
        if event.kind == "closed":
            dated.append((event.week, f"The chance of {named(event.name)} passed unused in week {event.week}."))
        if event.kind != "found":
            continue
        chance, use = records[event.name], adopted.get(event.name)
        brings = f"{share(chance.gain)} better methods for {named(chance.objective)}"
        if use is None:
            end = "but was never put to use"
        elif use.week == event.week:
            end = f"and put to use on the spot: {brings}"
        else:
            wait = use.week - event.week
            after = f"{count(wait)} {'week' if wait == 1 else 'weeks'} later, in week {use.week}"
            when = ", when the next decision was taken" if voice.once("put to use by a decision") else ""
            end = f"and put to use {after}{when}: {brings}"
        form = voice.turn(
            "found",
            f"{named(event.name)} was discovered in week {event.week} {end}.",
            f"In week {event.week} somebody hit upon {named(event.name)}, which was found {end}.",
        )
        form = form.replace("which was found but", "which").replace("which was found and", "which was")
        dated.append((event.week, form))
    return dated
