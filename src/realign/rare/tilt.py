"""A tilt: the same world with its shocks more often and harder.

Stage: rare events. In: a plan. Out: the plan whose futures are drawn under a tilt.
Idea: shock s comes at rate x often_s; its odds of coming once, and those that another brings it on, are multiplied by
often_s; its self-excitation by again_s; regime r is left with odds x restless_r. Severities fall into classes by how
rare they are (model.severity), and a class with typical severity x gets a chance proportional to its own times
exp(harder_s x), which is bounded, whatever the tail. All of this is in the tables that the kernel plays anyway.
Sources: R. Rubinstein, D. Kroese, The Cross-Entropy Method, Springer 2004; S. Asmussen, P. Glynn, Stochastic
Simulation, Springer 2007, chapters V and VI.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from realign.model import Plan, severities
from realign.model.severity import CLASSES

Values = npt.NDArray[np.float64]

CHANCES = np.diff(-np.expm1(-np.concatenate(([0.0], CLASSES))), append=1.0)  # of the classes, as the scenario stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Tilt:
    """Factors by shock (S,) and by regime (R,); `harder` is an exponent. No tilt: all 1, and `harder` 0."""

    often: Values
    again: Values
    harder: Values
    restless: Values

    def to_the(self, power: float) -> Tilt:
        """The tilt at a strength between 0, none, and 1, itself."""
        return Tilt(
            often=self.often**power, again=self.again**power, harder=self.harder * power, restless=self.restless**power
        )


def no_tilt(plan: Plan) -> Tilt:
    """The tilt that changes nothing."""
    shocks, regimes = len(plan.tables.shocks.rate), len(plan.tables.world.regime_leave)
    return Tilt(often=np.ones(shocks), again=np.ones(shocks), harder=np.zeros(shocks), restless=np.ones(regimes))


def odds(chance: Values, factor: Values) -> Values:
    """A chance whose odds are multiplied."""
    return np.asarray(chance * factor / (1.0 - chance + chance * factor))


def tilted(plan: Plan, tilt: Tilt) -> Plan:
    """The plan whose futures are drawn under a tilt."""
    world, shocks = plan.tables.world, plan.tables.shocks
    return replace(
        plan,
        tables=plan.tables._replace(
            world=world._replace(regime_leave=odds(world.regime_leave, tilt.restless)),
            shocks=shocks._replace(
                rate=shocks.rate * tilt.often,
                chance=odds(shocks.chance, tilt.often),
                excitation=shocks.excitation * tilt.again,
                cause_chance=odds(shocks.cause_chance, tilt.often[shocks.cause_shock]),
                severity_lift=np.cumsum(chances(plan, tilt.harder), axis=1),
            ),
        ),
    )


def typical(plan: Plan) -> Values:
    """A severity in the middle of each class of each shock: (shock, class)."""
    ends = np.concatenate(([0.0], CLASSES, [CLASSES[-1] + 2.0]))
    return severities(plan, -np.expm1(-(ends[1:] + ends[:-1]) / 2.0))


def chances(plan: Plan, harder: Values) -> Values:
    """The chance of each class of severity under a tilt: (shock, class)."""
    exponent = harder[:, None] * typical(plan)
    weight = CHANCES * np.exp(exponent - exponent.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))
