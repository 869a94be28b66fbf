"""Objectives: levels that effort raises and time wears down, how they are read, and what they are worth together.

x <- x 2^(-1 / fade) + output,      attainment g = x / target, between 0 and 1
worth = sum over objectives of w_k g_k times prod_j g_j^(n_kj) over the objectives j that k depends on

An objective is a process too: every evening it takes what was put into it.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import TYPE_CHECKING, Any

from realign.scenario.records import Objective as Record
from realign.twin.clock import Turn
from realign.twin.shares import Shares, persistence

if TYPE_CHECKING:
    from realign.twin.organisation import Organisation


class Objective:
    """One objective of one organisation."""

    def __init__(self, record: Record, weeks: int) -> None:
        self.record, self.name, self.target = record, record.name, record.target
        self.level = record.start
        self.past = [record.start] * record.kpi_lag  # levels of earlier weeks, oldest first
        self.reading = record.start
        self.methods = 1.0
        self.due = weeks - 1 if record.due is None else round(record.due)
        self.hit = record.start >= record.target

    def live(self, home: Organisation) -> Generator[Any, Any, None]:
        """Process: what was worked on it comes to a level, which is read; then its methods grow a week older."""
        for week in range(home.clock.weeks):
            yield home.clock.evening(week, Turn.OUTCOME)
            if not home.alive:
                return
            output = home.output(self)
            self.advance(output, week)
            home.work.wasted += home.work.efforts[self.name].total * self.share_above_target(output)
            self.read(home.world.noise[self.name][2])
            yield home.clock.evening(week, Turn.DISCOVER)
            self.age_methods()

    @property
    def attainment(self) -> float:
        """How much of the target is attained."""
        return min(max(self.level / self.target, 0.0), 1.0)

    def advance(self, output: float, week: int) -> None:
        """The level fades, and this week's output is added."""
        self.level = self.level * persistence(self.record.fade) + output
        if week <= self.due and self.level >= self.target:
            self.hit = True

    def share_above_target(self, output: float) -> float:
        """Which share of this week's output went beyond the target: waste."""
        above = max(self.level - self.target, 0.0)
        return min(above / output, 1.0) if output > 0.0 else float(above > 0.0)

    def read(self, xi: float) -> None:
        """Read the level: late and noisy, and never below 0."""
        self.past.append(self.level)
        seen = self.past.pop(0)
        self.reading = max(seen * (1.0 + self.record.kpi_noise * xi), 0.0)

    def age_methods(self) -> None:
        """Methods go out of date."""
        self.methods *= persistence(self.record.methods_half_life)


def worth(priority: Shares, levels: Mapping[str, float], objectives: Mapping[str, Objective]) -> float:
    """What these levels are worth at these priorities: 1 when everything is attained."""
    attained = {name: min(max(levels[name] / objectives[name].target, 0.0), 1.0) for name in objectives}
    value = 0.0
    for name, objective in objectives.items():
        share = attained[name]
        for other, exponent in objective.record.depends_on.items():
            share *= attained[other] ** exponent
        value += priority[name] * share
    return value
