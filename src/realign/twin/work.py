"""Work: people, time and skill become output.

    u_ik = C_i x work share x skill_ik x [(1 - auto_i) a_ik + auto_i m_ik] x (1 - switching_loss x moved_i)
    Y_k  = gain_k A_k P_k H_k (sum_f theta_kf (E_kf / theta_kf)^r)^(1/r),      r = (sigma - 1) / sigma
    H_k  = 1 - coordination_loss (1 - R_k)

C_i are the people of unit i who are present and engaged, E_kf the effort u summed over the units of function f, and
R_k the mean resultant length of the beliefs of those who contribute, weighted by effort: 1 when all row the same way.

Source: Arrow, Chenery, Minhas and Solow (1961) for the CES function, in its share form.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from realign.scenario.records import Objective as Record
from realign.twin.shares import Shares, direction, distance, length, normalised

if TYPE_CHECKING:
    from realign.twin.units import Unit


@dataclass
class Effort:
    """What went into one objective in a week, in effective person-weeks."""

    by_function: dict[str, float] = field(default_factory=dict)
    people: float = 0.0
    machines: float = 0.0
    pull: Shares = field(default_factory=dict)  # effort times direction of belief

    @property
    def total(self) -> float:
        return self.people + self.machines

    def add(self, unit: Unit, people: float, machines: float, points: Shares) -> None:
        """A unit's effort on the objective, and where its belief points."""
        function = unit.record.function
        self.by_function[function] = self.by_function.get(function, 0.0) + people + machines
        self.people += people
        self.machines += machines
        for name, along in points.items():
            self.pull[name] = self.pull.get(name, 0.0) + people * along

    def resultant(self, strategy: Shares) -> float:
        """Mean resultant length: machines point along the strategy."""
        if self.total <= 0.0:
            return 0.0
        ordered = direction(strategy)
        together = {name: self.pull.get(name, 0.0) + self.machines * ordered[name] for name in strategy}
        return min(length(together) / self.total, 1.0)


@dataclass
class Work:
    """What the whole organisation worked in a week, unit by unit."""

    efforts: dict[str, Effort]
    worked: float = 0.0  # person-weeks
    switching: float = 0.0  # person-weeks lost to effort that moved
    wasted: float = 0.0  # effort whose output went beyond a target

    @property
    def total(self) -> float:
        return sum(effort.total for effort in self.efforts.values())

    def amiss(self, priority: Shares) -> dict[str, float]:
        """Shares of effort wasted above targets, lost to switching, and misdirected against the market."""
        total = self.total
        shares = {name: effort.total / total if total > 0.0 else 0.0 for name, effort in self.efforts.items()}
        return {
            "wasted": self.wasted / total if total > 0.0 else 0.0,
            "switching": self.switching / self.worked if self.worked > 0.0 else 0.0,
            "misdirected": distance(shares, priority),
        }

    def add(self, unit: Unit, *, share: float, exploration: float, switching_loss: float) -> None:
        """A unit's work; `share` of its time is for work and exploration."""
        time = unit.present * max(share - exploration, 0.0)
        lost = switching_loss * unit.moved
        self.worked += time
        self.switching += time * lost
        points = direction(unit.belief)
        for name, effort in self.efforts.items():
            able = time * (1.0 - lost) * unit.proficiency * unit.skill[name]
            if able > 0.0:
                people = able * (1.0 - unit.record.automation) * unit.allocation[name]
                effort.add(unit, people, able * unit.record.automation * unit.automated[name], points)


def combine(objective: Record, by_function: Mapping[str, float]) -> float:
    """What effort by function amounts to; sigma is the elasticity of substitution between functions."""
    if not objective.needs:
        return sum(by_function.values())
    needs = {function: theta for function, theta in normalised(objective.needs).items() if theta > 0.0}
    scaled = {function: by_function.get(function, 0.0) / theta for function, theta in needs.items()}
    sigma = objective.substitution
    if math.isinf(sigma):
        return sum(theta * scaled[function] for function, theta in needs.items())
    weakest, strongest = min(scaled.values()), max(scaled.values())
    if sigma == 0.0 or strongest == 0.0 or (sigma <= 1.0 and weakest == 0.0):
        return weakest
    if sigma == 1.0:
        return math.exp(sum(theta * math.log(scaled[function]) for function, theta in needs.items()))
    r = (sigma - 1.0) / sigma
    unit = weakest if r < 0.0 else strongest  # measured in the largest term, no power overflows
    return unit * sum(theta * (scaled[function] / unit) ** r for function, theta in needs.items()) ** (1.0 / r)
