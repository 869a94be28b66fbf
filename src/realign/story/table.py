"""The story as a table: a row for every event, with its words.

Stage: story. In: a life and what was read from it. Out: a DataFrame week, kind, name, amount, text.
Idea: the twin's events come first-hand, with their amounts; three kinds are added: `team` (a response team took a case
up; the amount is the wait in weeks), `recovered` (nine tenths of value were back; weeks since the strike) and `parted`
(beliefs and priorities at their furthest; the distance).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import floor, isnan
from typing import TYPE_CHECKING

from realign.story.deciding import moved_words, read_words
from realign.story.harm import harm
from realign.story.phrases import NOTHING, Voice, money, named, share, span
from realign.story.reading import Parting, Strike
from realign.twin.bookkeeper import Event
from realign.twin.life import Life

if TYPE_CHECKING:
    import pandas

COLUMNS = ("week", "kind", "name", "amount", "text")
Row = tuple[int, str, str, float, str]


def event_table(life: Life, strikes: Sequence[Strike], parting: Parting | None) -> pandas.DataFrame:
    """Every event with its words, in order of weeks."""
    import pandas

    rows = [(event.week, event.kind, event.name, event.amount, _words(life, event, strikes)) for event in life.events]
    rows += _taken_up(life) + _recovered(strikes)
    if parting is not None and parting.distance >= NOTHING:
        away = f"beliefs {share(parting.distance)} away from what the market rewards"
        said = f"{away}, most about {named(parting.objective)}"
        rows.append((parting.week, "parted", parting.objective, parting.distance, said))
    rows.sort(key=lambda row: row[0])
    return pandas.DataFrame(rows, columns=list(COLUMNS))


def _taken_up(life: Life) -> list[Row]:
    rows = []
    for case in life.cases:
        if isnan(case.begun) or case.begun >= len(life.states):
            continue
        about, waited = named(case.reason or "the alarm"), case.begun - case.opened
        wait = "at once" if waited < 0.05 else f"after {span(waited)}"
        rows.append((floor(case.begun), "team", case.reason, waited, f"a team takes up the case of {about} {wait}"))
    return rows


def _recovered(strikes: Sequence[Strike]) -> list[Row]:
    return [
        (
            strike.back, "recovered", strike.arrival.shock, float(strike.back - strike.week),
            f"nine tenths of the value before {named(strike.arrival.shock)} of week {strike.week} are back for good",
        )
        for strike in strikes
        if strike.back is not None and strike.back > strike.week
    ]  # fmt: skip


def _words(life: Life, event: Event, strikes: Sequence[Strike]) -> str:
    if event.kind == "strike":
        return _strike(life, event, strikes)
    if event.kind == "decision":
        return _decision(life, event)
    return _WORDS[event.kind](life, event) if event.kind in _WORDS else f"{event.kind} {named(event.name)}".strip()


def _strike(life: Life, event: Event, strikes: Sequence[Strike]) -> str:
    for strike in strikes:
        same = strike.arrival.shock == event.name and strike.week == event.week
        if same and strike.arrival.severity == event.amount:
            did = ", ".join(harm(life, strike, Voice())) or "leaves no mark"
            return f"{named(event.name)} strikes at severity {event.amount:.2f}: it {did}"
    return f"{named(event.name)} strikes at severity {event.amount:.2f}"


def _decision(life: Life, event: Event) -> str:
    decision = next(decision for decision in life.decisions if decision.week == event.week)
    why = " and ".join(named(reason) for reason in dict.fromkeys(decision.reasons))
    if decision.moved < NOTHING:
        does = "leaves the strategy as it is"
    else:
        does = f"moves {share(decision.moved)} of effort {moved_words(life, decision)}"
    return f"a decision ({why}) {does}; read: {read_words(life, decision)}"


_WORDS: dict[str, Callable[[Life, Event], str]] = {
    "warning": lambda life, event: f"{named(event.name)} is announced {span(event.amount)} ahead",
    "recognised": lambda life, event: (
        f"leadership recognises {named(event.name)}{f' after {span(event.amount)}' if event.amount else ' at once'}"
    ),
    "false alarm": lambda life, event: f"a warning of {named(event.name)} that will not come true",
    "alarm": lambda life, event: "the detector raises the alarm",
    "activated": lambda life, event: (
        f"{named(event.name)} is activated, for {money(event.amount, life.scenario.organisation.currency)}"
    ),
    "expired": lambda life, event: f"{named(event.name)} has run its course",
    "found": lambda life, event: f"{named(event.name)} is discovered",
    "adopted": lambda life, event: f"{named(event.name)} is put to use: methods {share(event.amount)} better",
    "closed": lambda life, event: f"the chance of {named(event.name)} has passed",
    "joined": lambda life, event: f"{named(event.name)} joins",
    "ruin": lambda life, event: f"ruined, with cash at {money(event.amount, life.scenario.organisation.currency)}",
}
