"""Contingencies: prepared plans that activate on a condition, act after a delay, and expire.

A condition seen in week t lets a plan act from week t + 1 + after on, for as long as it lasts. Until it has run its
course a further condition changes nothing; in its last week it may be activated anew. Activated on a warning that has
not come true by the end, it was activated in vain.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from realign.scenario.records import Contingency as Record
from realign.twin.attention import FALSE_ALARM, RECOGNISED, WARNING, Signal
from realign.twin.clock import Clock, Turn
from realign.twin.history import Arrival

if TYPE_CHECKING:
    from realign.twin.organisation import Organisation


@dataclass(slots=True)
class Activation:
    """One term of a plan: the weeks from which and until which it acts."""

    begins: float
    ends: float
    on_warning: bool = False
    came_true: bool = False
    is_over: bool = False

    @property
    def in_vain(self) -> bool:
        return self.on_warning and not self.came_true


class Contingency:
    """One plan that a policy keeps ready."""

    def __init__(self, record: Record, clock: Clock) -> None:
        self.record, self.name, self.clock = record, record.name, clock
        self.activations: list[Activation] = []
        self.acting: Activation | None = None  # constant from each morning to the evening

    def live(self, home: Organisation) -> Generator[Any, Any, None]:
        """Process: every evening it is seen whether a signal, its condition or somebody calls for it."""
        if self.record.when.week == 0:
            self.activate(home, 0)
        for week in range(self.clock.weeks):
            yield self.clock.evening(week, Turn.ACTIVATE)
            if home.books.ruin_week is not None:
                return
            for signal in home.attention.news:
                if self.calls(signal):
                    self.activate(home, week, on_warning=signal.kind in (WARNING, FALSE_ALARM))
            if self.is_met(week, home.leadership.readings, home.books.cash) or self.name in home.asked_for:
                self.activate(home, week)
            home.asked_for.discard(self.name)

    @property
    def acts(self) -> bool:
        """Whether it acts this week."""
        return self.acting is not None

    def calls(self, signal: Signal) -> bool:
        """Whether it waits for this signal."""
        when = self.record.when
        return signal.shock == (when.shock if signal.kind == RECOGNISED else when.warning)

    def is_met(self, week: int, readings: Mapping[str, float], cash: float) -> bool:
        """Whether its condition is met at the evening of a week, as far as that is no signal."""
        when = self.record.when
        if when.objective_below is not None:
            return any(readings[name] < level for name, level in when.objective_below.items())
        if when.cash_below is not None:
            return cash < when.cash_below
        return when.week == week + 1

    def activate(self, home: Organisation, week: int, *, on_warning: bool = False) -> None:
        """Start a term at the next week boundary, and pay for it, unless one is still to run."""
        if self.activations and self.clock.now < self.activations[-1].ends:
            return
        begins = self.clock.now + self.record.after
        activation = Activation(begins, begins + self.record.lasts, on_warning)
        self.activations.append(activation)
        self.clock.env.process(self.run(activation, home))
        home.books.bill += self.record.cost
        home.books.note(week, "activated", self.name, self.record.cost)

    def run(self, activation: Activation, home: Organisation) -> Generator[Any, Any, None]:
        """Process: one term. It acts in whole weeks: one that ends within a week acts to its evening."""
        yield self.clock.at(activation.begins)
        self.acting = activation
        if math.isinf(activation.ends):
            return
        yield self.clock.at(math.ceil(activation.ends))
        activation.is_over = True
        if self.acting is activation:
            self.acting = None
        last = math.ceil(activation.ends) - 1
        if home.alive and last < self.clock.weeks:
            home.books.note(last, "expired", self.name)

    def heed_strike(self, arrival: Arrival) -> None:
        """The shock it waited for strikes: the warning came true."""
        if arrival.shock in (self.record.when.shock, self.record.when.warning):
            for activation in self.activations:
                activation.came_true = activation.came_true or not activation.is_over
