"""The bookkeeper: money, events, and what a future amounts to.

    cash <- cash + revenue V - wages - running costs - one-off costs,      ruin: cash < -(credit + open credit lines)

Value is the mean over all weeks, 0 after ruin; alignment and the like are means over the weeks lived. For every strike,
within a year of it: the deepest fall of value against the week before, and the weeks until 90 % was back for good.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from realign.scenario.records import Organisation as Terms
from realign.twin.clock import Turn
from realign.twin.history import Arrival

if TYPE_CHECKING:
    from realign.twin.organisation import Organisation

YEAR = 52  # weeks
BACK = 0.9  # of the value before the strike
SERIES = ("value", "cash", "strategic_alignment", "strategy_to_belief", "cohesion", "engagement", "alive")
MEANS = (
    "strategic_alignment", "strategy_to_belief", "cohesion", "engagement",
    "wasted", "switching", "misdirected", "churn",
)  # fmt: skip


@dataclass(slots=True)
class Event:
    """Something that happened in a week; what `amount` means depends on the kind."""

    week: int
    kind: str
    name: str
    amount: float


@dataclass
class Bookkeeper:
    """The books of one organisation."""

    terms: Terms
    weeks: int
    cash: float = field(init=False)
    lowest_cash: float = field(init=False)
    bill: float = 0.0  # one-off costs that are due at the next reckoning
    ruin_week: int | None = None
    realigning_cost: float = 0.0
    events: list[Event] = field(default_factory=list)
    weekly: dict[str, list[float]] = field(default_factory=dict)
    recognising: list[float] = field(default_factory=list)  # weeks from strike to recognition
    deciding: list[float] = field(default_factory=list)  # weeks from strike to the decision after recognition
    undecided: list[float] = field(default_factory=list)  # when what was recognised, and not yet decided on, struck

    def __post_init__(self) -> None:
        self.cash = self.lowest_cash = self.terms.cash

    def live(self, home: Organisation) -> Generator[Any, Any, None]:
        """Process: every evening the week is reckoned up, and when all is done it is recorded."""
        for week in range(self.weeks):
            yield home.clock.evening(week, Turn.RECKONING)
            if home.alive:
                value = home.value()
                self.reckon(
                    week, value=value, people=home.payroll(), running=home.running_cost(), credit=home.open_credit()
                )
            yield home.clock.evening(week, Turn.RECORD)
            if not home.alive:
                self.lie_still()
                continue
            home.alive = home.attention.listening = self.ruin_week is None
            self.close_week({"value": value, "cash": self.cash, "alive": float(home.alive), **home.look()})

    def note(self, week: int, kind: str, name: str = "", amount: float = 0.0) -> Event:
        """Write down an event."""
        event = Event(week, kind, name, amount)
        self.events.append(event)
        return event

    # ---- money

    def reckon(self, week: int, *, value: float, people: float, running: float, credit: float) -> None:
        """The week's cash, and ruin; `credit` are the lines that plans have opened."""
        terms = self.terms
        self.cash += terms.revenue * value - terms.wage * people - terms.fixed_cost - running - self.bill
        self.bill = 0.0
        self.lowest_cash = min(self.lowest_cash, self.cash)
        if self.cash < -(terms.credit + credit):
            self.ruin_week = week
            self.note(week, "ruin", amount=self.cash)

    def realign(self, moved: float) -> None:
        """What it costs to move the published strategy."""
        cost = self.terms.realigning_cost * moved
        self.bill += cost
        self.realigning_cost += cost

    # ---- shocks noticed and decided on

    def recognise(self, time: float, struck: float) -> None:
        """A shock was recognised."""
        self.recognising.append(time - struck)
        self.undecided.append(struck)

    def decide(self, week: int, moved: float) -> None:
        """A decision answers all that was recognised before it."""
        self.note(week, "decision", amount=moved)
        self.deciding += [week - struck for struck in self.undecided]
        self.undecided = []

    # ---- what a week, and a future, amounted to

    def close_week(self, numbers: Mapping[str, float]) -> None:
        """Add a week to the series."""
        for name, number in numbers.items():
            self.weekly.setdefault(name, []).append(number)

    def lie_still(self) -> None:
        """A week of a ruined organisation."""
        last = {name: series[-1] for name, series in self.weekly.items()}
        self.close_week({**last, "value": 0.0, "alive": 0.0})

    def outcomes(self, arrivals: Sequence[Arrival]) -> dict[str, float]:
        """The measures that follow from the books."""
        value, lived = self.weekly["value"], self.weeks if self.ruin_week is None else self.ruin_week + 1
        factors = [(1.0 + self.terms.discount) ** (-week / YEAR) for week in range(self.weeks)]
        count = Counter(event.kind for event in self.events)
        drops, recoveries = recovery(value, arrivals)
        return {
            "value": sum(value) / self.weeks,
            "discounted_value": sum(f * v for f, v in zip(factors, value)) / sum(factors),
            "ruined": float(self.ruin_week is not None),
            "ruin_week": math.nan if self.ruin_week is None else float(self.ruin_week),
            "final_cash": self.cash,
            "lowest_cash": self.lowest_cash,
            **{name: sum(self.weekly[name][:lived]) / lived for name in MEANS},
            "decisions": float(count["decision"]),
            "realigning_cost": self.realigning_cost,
            "shocks": float(len(arrivals)),
            "drop": mean(drops),
            "weeks_to_recognise": mean(self.recognising),
            "weeks_to_decide": mean(self.deciding),
            "weeks_to_recover": mean(recoveries),
            "found": float(count["found"]),
            "adopted": float(count["adopted"]),
        }


def mean(numbers: Sequence[float]) -> float:
    """The mean, NaN of nothing."""
    return sum(numbers) / len(numbers) if numbers else math.nan


def recovery(value: Sequence[float], arrivals: Iterable[Arrival]) -> tuple[list[float], list[float]]:
    """Depth of the drop and weeks to recover, for every strike before which there was value."""
    drops, durations = [], []
    for arrival in arrivals:
        week = arrival.week
        if week == 0 or value[week - 1] <= 0.0:
            continue
        before, after = value[week - 1], value[week : week + YEAR]
        low = [n for n, v in enumerate(after) if v < BACK * before]
        drops.append(1.0 - min(before, *after) / before)
        durations.append(float(low[-1] + 1) if low else 0.0)
    return drops, durations
