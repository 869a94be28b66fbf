"""Communication: the cascade from the top, the talk among peers, and what units see for themselves.

Top units hear this week's published strategy, others last week's belief of their superior, or of the nearest one above
who is there. Each step of the cascade garbles the message: heard_k is proportional to message_k exp(noise xi). Peers
are those a unit listens to and who are there. What a unit sees are the true priorities through noise of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from realign.scenario.records import Policy, Scenario
from realign.twin.draws import Draws
from realign.twin.network import peers_of
from realign.twin.powers import exponential
from realign.twin.shares import Shares, normalised, pace
from realign.twin.units import Told, Unit

if TYPE_CHECKING:
    from realign.twin.organisation import Organisation


class Communication:
    """How the units of one organisation talk, week by week."""

    def __init__(self, scenario: Scenario, policy: Policy, units: Mapping[str, Unit], draws: Draws) -> None:
        self.terms, self.policy, self.units, self.draws = scenario.communication, policy, units, draws
        self.peers = peers_of([unit.record for unit in units.values()], scenario.network)
        intensity = policy.communication
        self.pace = pace(self.terms.half_life / intensity) if intensity > 0.0 else 0.0

    def reaches(self, unit: Unit, week: int, home: Organisation) -> Told:
        """What reaches a unit this week, while everybody still believes what was believed last week."""
        message, noise = self._message_to(unit, home.leadership.published), home.noise_on_the_way()
        return Told(
            heard=self._through_noise(message, noise, unit.name, "garbling", week) if noise > 0.0 else message,
            peers=self._peers_of(unit),
            seen=self._seen_by(unit, home.world.priority, week),
            trust=self.terms.superior,
            pace=self.pace,
            autonomy=self.policy.autonomy,
        )

    def _message_to(self, unit: Unit, published: Shares) -> Shares:
        """What comes down to a unit."""
        superior = unit.record.reports_to
        while superior is not None and not self.units[superior].is_there():
            superior = self.units[superior].record.reports_to
        return published if superior is None else self.units[superior].belief

    def _peers_of(self, unit: Unit) -> Shares | None:
        """Weighted mean belief of a unit's peers; None where it has none."""
        weights = {peer: weight for peer, weight in self.peers[unit.name].items() if self.units[peer].is_there()}
        if not weights:
            return None
        heed = normalised(weights)
        return {
            name: sum(weight * self.units[peer].belief[name] for peer, weight in heed.items()) for name in unit.belief
        }

    def _seen_by(self, unit: Unit, priority: Shares, week: int) -> Shares | None:
        """The true priorities as the unit sees them; None where nobody may act on it."""
        if self.policy.autonomy == 0.0:
            return None
        return self._through_noise(priority, unit.record.sensing_noise, unit.name, "sensing", week)

    def _through_noise(self, shares: Shares, noise: float, unit: str, purpose: str, week: int) -> Shares:
        """Shares multiplied by exp(noise xi), scaled back to sum 1."""
        xi = self.draws.normals_by_name(("unit", unit, purpose), week, list(shares))
        return normalised({name: share * exponential(noise * xi[name]) for name, share in shares.items()})
