"""Discovery: exploration finds opportunities, and adopting them improves the methods of an objective.

An open opportunity is found in a week with probability 1 - exp(-h),

    h = exploring people x skill x (1 + diversity_bonus (1 - cohesion)) / difficulty

It is adopted at the next decision, or at once with probability autonomy. Some exist only after a shock; some close.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from realign.scenario.records import Opportunity as Record
from realign.twin.clock import Turn
from realign.twin.draws import Draws
from realign.twin.history import Arrival

if TYPE_CHECKING:
    from realign.twin.organisation import Organisation

HIDDEN, OPEN, FOUND, ADOPTED, CLOSED = "hidden", "open", "found", "adopted", "closed"


class Opportunity:
    """One opportunity, as one organisation meets it."""

    def __init__(self, record: Record, draws: Draws) -> None:
        self.record, self.name, self.draws = record, record.name, draws
        self.status = OPEN if record.opened_by is None else HIDDEN
        self.opened = 0

    def live(self, home: Organisation) -> Generator[Any, Any, None]:
        """Process: while it is open it may be found, and what was found waits for a decision to be adopted."""
        for week in range(home.clock.weeks):
            yield home.clock.evening(week, Turn.ACTIVATE)
            if self.status == FOUND and home.alive and home.leadership.has_decided(week):
                self.adopt(home, week)
            yield home.clock.evening(week, Turn.DISCOVER)
            if home.books.ruin_week is not None:
                return
            if self.closes(week):
                home.books.note(week, "closed", self.name)
                continue
            hazard = self.hazard(home.exploring(self.record.objective), home.diversity())
            found, at_once = self.search(week, hazard, home.policy.autonomy)
            if found:
                home.books.note(week, "found", self.name, hazard)
            if at_once:
                self.adopt(home, week)

    def adopt(self, home: Organisation, week: int) -> None:
        """Better methods for its objective."""
        self.status = ADOPTED
        home.objectives[self.record.objective].methods *= 1.0 + self.record.gain
        home.books.note(week, "adopted", self.name, self.record.gain)

    def heed_strike(self, arrival: Arrival) -> None:
        """The shock that opens it strikes for the first time."""
        if self.status == HIDDEN and arrival.shock == self.record.opened_by:
            self.status, self.opened = OPEN, arrival.week

    def hazard(self, exploring: float, diversity: float) -> float:
        """h of this week; exploring: people times skill, diversity: 1 or more."""
        return exploring * diversity / self.record.difficulty

    def closes(self, week: int) -> bool:
        """Whether it closes this week."""
        after = self.record.closes_after
        if self.status != OPEN or after is None or week - self.opened < after:
            return False
        self.status = CLOSED
        return True

    def search(self, week: int, hazard: float, autonomy: float) -> tuple[bool, bool]:
        """Whether it is found this week, and whether it is then adopted at once."""
        if self.status != OPEN or hazard <= 0.0:
            return False, False
        finds, adopts = self.draws.uniforms(("opportunity", self.name, "discovery"), week)
        if finds >= -math.expm1(-hazard):
            return False, False
        self.status = FOUND
        return True, adopts < autonomy
