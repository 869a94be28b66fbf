"""The search for a good tilt: the cross-entropy method, in steps from bad futures to the worst.

Stage: rare events. In: a plan with one policy, weighed futures of interest. Out: a tilt.
Idea: of all tilts, the one closest (in Kullback-Leibler distance) to the law of the futures of interest has, for each
factor, the form of a maximum-likelihood estimate from those futures, weighed by their likelihood: arrivals seen over
arrivals expected, mean severity as seen, and so on. Futures of interest are too rare to be seen at first, so each
step takes the worst tenth of what it played and tilts toward that, until a tenth or more are of interest.
A few imaginary futures without any tilt are mixed in, so that a shock which hardly matters is left almost alone.
Source: R. Rubinstein, D. Kroese, The Cross-Entropy Method, Springer 2004, chapter 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from realign.model import Plan
from realign.model.arrivals import BY_CHANCE, CAUSED, POISSON
from realign.rare.likelihood import History, hazard, parts_of_mean
from realign.rare.tilt import CHANCES, Tilt, chances, typical

Values = npt.NDArray[np.float64]

ELITE = 0.1  # of the futures of a step
PRIOR = 0.03  # imaginary futures without a tilt, as a share of those of interest
_LEAST, _MOST = 0.2, 30.0  # factors beyond these would only stretch weights
_STEEPEST = 8.0  # exponent between the mildest and the worst class of severity
_BUSIEST = 20.0  # arrivals a week
_BRANCHING = 0.9  # of the tilted law: clusters must end


@dataclass(frozen=True, slots=True)
class Sums:
    """What was seen and what was expected without a tilt, weighed and summed over futures of interest."""

    seen: Values
    expected: Values

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.seen + other.seen, self.expected + other.expected)

    def ratio(self, prior: float) -> Values:
        """Seen over expected, with `prior` imaginary futures that see what they expect."""
        extra = prior * np.maximum(self.expected, 0.05)
        return np.asarray((self.seen + extra) / (self.expected + extra))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What futures of interest say about the factors of a tilt."""

    weight: float
    often: Sums
    again: Sums
    harder: Sums
    restless: Sums

    def __add__(self, other: Evidence) -> Evidence:
        return Evidence(
            weight=self.weight + other.weight, often=self.often + other.often, again=self.again + other.again,
            harder=self.harder + other.harder, restless=self.restless + other.restless,
        )  # fmt: skip


def evidence(plan: Plan, told: History, tilt: Tilt, *, weight: Values, lived: npt.NDArray[np.bool_]) -> Evidence:
    """weight: (future,), 0 for those not of interest; lived: (week, future); tilt: under which they were drawn."""
    shocks, worlds = plan.tables.shocks, told.worlds
    number, w = len(shocks.rate), lived * weight

    def by_shock(which: npt.NDArray[np.bool_], amount: Values | float = 1.0) -> Values:
        each = w[worlds.week[which], worlds.future[which]] * amount
        return np.asarray(np.bincount(worlds.shock[which], each, minlength=number), np.float64)

    own = worlds.source == POISSON
    by_rate, by_past = parts_of_mean(plan, told, own)
    by_rate, by_past = by_rate * tilt.often[worlds.shock[own]], by_past * tilt.again[worlds.shock[own]]
    share = by_rate / (by_rate + by_past)
    others = (worlds.source == CAUSED) | (worlds.source == BY_CHANCE)
    cause, week, future = told.trials
    chance = shocks.cause_chance[cause] * w[week, future]
    waits = np.arange(plan.weeks)[:, None] <= told.once[:, None, :]
    once = (hazard(plan, shocks.chance)[:, :, None] * waits * w).sum(axis=(1, 2))
    brought = np.bincount(shocks.cause_shock[cause], chance, minlength=number)
    drawn = worlds.kind >= 0
    severity = typical(plan)[worlds.shock[drawn], worlds.kind[drawn]]
    return Evidence(
        weight=float(weight.sum()),
        often=Sums(
            by_shock(own, share) + by_shock(others), shocks.rate * float((told.factor * w).sum()) + once + brought
        ),
        again=Sums(by_shock(own, 1.0 - share), (told.past * w).sum(axis=(1, 2))[told.row]),
        harder=Sums(by_shock(drawn, severity), by_shock(drawn)),
        restless=_moves(plan, told, w),
    )


def _moves(plan: Plan, told: History, w: Values) -> Sums:
    """Weighed weeks that began with a move, and that might have, by the regime before."""
    leave, regime = plan.tables.world.regime_leave, told.worlds.regime
    before, moved = regime[:-1].ravel(), (regime[1:] != regime[:-1]).ravel()
    seen = np.asarray(np.bincount(before, w[1:].ravel() * moved, minlength=len(leave)), np.float64)
    return Sums(seen, leave * np.bincount(before, w[1:].ravel(), minlength=len(leave)))


def fit(plan: Plan, found: Sequence[Evidence], *, seen: bool) -> Tilt:
    """The tilt closest to the futures of interest; `seen`: they are, and not only the worst so far."""
    total = found[0]
    for more in found[1:]:
        total = total + more
    scale = 1.0 / max(total.weight, 1e-300)
    often, again, restless = (
        np.clip(Sums(sums.seen * scale, sums.expected * scale).ratio(PRIOR), _LEAST, _MOST)
        for sums in (total.often, total.again, total.restless)
    )
    if not seen:  # what a step has not met yet may be what ruins: no shock becomes rarer or milder
        often, again = np.maximum(often, 1.0), np.maximum(again, 1.0)
    shocks, world = plan.tables.shocks, plan.tables.world
    busiest = shocks.rate * world.regime_shock_rate.max()
    often = np.minimum(often, np.maximum(_BUSIEST / np.maximum(busiest, 1e-300), 1.0))
    branching = shocks.excitation / np.maximum(1.0 - shocks.excitation_persistence, 1e-300)
    again = np.minimum(again, np.maximum(_BRANCHING / np.maximum(branching, 1e-300), 1.0))
    return Tilt(
        often=often,
        again=again,
        harder=_harder(plan, Sums(total.harder.seen * scale, total.harder.expected * scale), seen=seen),
        restless=np.where(world.regime_leave < 1.0, restless, 1.0),
    )


def _harder(plan: Plan, sums: Sums, *, seen: bool) -> Values:
    """The exponents under which mean severities are as seen, by bisection."""
    severity = typical(plan)
    usual = (CHANCES * severity).sum(axis=1)
    wanted = (sums.seen + PRIOR * usual) / (sums.expected + PRIOR)
    spread = severity.max(axis=1) - severity.min(axis=1)
    steepest = np.divide(_STEEPEST, spread, out=np.zeros_like(spread), where=spread > 0.0)
    low, high = np.zeros_like(steepest) if not seen else -steepest, steepest
    for _ in range(40):
        middle = (low + high) / 2.0
        mean = (chances(plan, middle) * severity).sum(axis=1)
        low, high = np.where(mean < wanted, middle, low), np.where(mean < wanted, high, middle)
    return np.asarray((low + high) / 2.0)
