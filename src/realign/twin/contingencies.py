"""Contingencies: prepared plans that activate on a condition, act after a delay, and expire.

A condition seen in week t lets a plan act from week t + 1 + after on, for as long as it lasts. Until it has run its
course a further condition changes nothing; in its last week it may be activated anew. Activated on a warning that has
not come true by the end, it was activated in vain.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

from realign.scenario.records import Contingency as Record
from realign.twin.attention import RECOGNISED, Signal
from realign.twin.clock import Clock
from realign.twin.history import Arrival


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

    def __init__(self, record: Record, clock: Clock, expired: Callable[[Contingency, int], None]) -> None:
        self.record, self.name, self.clock, self._expired = record, record.name, clock, expired
        self.activations: list[Activation] = []
        self.acting: Activation | None = None  # constant from each morning to the evening

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

    def activate(self, *, on_warning: bool = False) -> bool:
        """Start a term at the next week boundary, unless one is still to run; whether it was started."""
        if self.activations and self.clock.now < self.activations[-1].ends:
            return False
        begins = self.clock.now + self.record.after
        activation = Activation(begins, begins + self.record.lasts, on_warning)
        self.activations.append(activation)
        self.clock.env.process(self.run(activation))
        return True

    def run(self, activation: Activation) -> Generator[Any, Any, None]:
        """Process: one term. It acts in whole weeks: one that ends within a week acts to its evening."""
        yield self.clock.at(activation.begins)
        self.acting = activation
        if math.isinf(activation.ends):
            return
        yield self.clock.at(math.ceil(activation.ends))
        activation.is_over = True
        if self.acting is activation:
            self.acting = None
        self._expired(self, math.ceil(activation.ends) - 1)

    def heed_strike(self, arrival: Arrival) -> None:
        """The shock it waited for strikes: the warning came true."""
        if arrival.shock in (self.record.when.shock, self.record.when.warning):
            for activation in self.activations:
                activation.came_true = activation.came_true or not activation.is_over
