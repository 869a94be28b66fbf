"""What an inject costs a red cell: how surprising it is, in bits.

Stage: game. In: a shock of the deck and a severity. Out: bits.

    price = -log2 P(at least one arrival at least that severe within a year)

A coin toss costs 1 bit, a once-in-a-thousand-years blow 10; prices of independent injects add up, so a budget of B bits
buys what has about a chance of one in 2^B in a year. Chances are those of the scenario alone: regimes and clustering
are left out.
"""

from __future__ import annotations

from math import exp, isinf, log2

from realign.scenario.records import Scenario, Severity, Shock
from realign.twin.severity import quantile

DEAREST = 20.0  # bits: what the scenario holds for impossible, or for no more likely than one in a million


def price(scenario: Scenario, shock: Shock, severity: float | None = None) -> float:
    """Bits of surprise of one inject; severity None: as it is drawn."""
    exceeds = 1.0 if severity is None else share_above(shock.severity, severity)
    year = min(52.0 / scenario.weeks, 1.0)
    none = exp(-shock.rate * exceeds) * (1.0 - shock.chance * year * exceeds)
    dated = exceeds if shock.weeks else 0.0
    chance = 1.0 - none * (1.0 - dated)
    return DEAREST if chance <= 2.0**-DEAREST else -log2(chance) + 0.0


def share_above(severity: Severity, value: float) -> float:
    """The chance that a severity is at least this large."""
    if quantile(severity, 1.0 - 2.0**-53) < value:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(53):
        middle = 0.5 * (low + high)
        if quantile(severity, max(middle, 2.0**-54)) >= value:
            high = middle
        else:
            low = middle
    return 1.0 - low


def most_severe(scenario: Scenario, shock: Shock, bits: float) -> float | None:
    """The largest severity that so many bits buy; None where they buy none of this shock."""
    if price(scenario, shock) > bits:
        return None
    low, high = 0.0, 1.0 - 2.0**-40
    for _ in range(48):
        middle = 0.5 * (low + high)
        if price(scenario, shock, quantile(shock.severity, max(middle, 2.0**-54))) <= bits:
            low = middle
        else:
            high = middle
    found = float(quantile(shock.severity, max(low, 2.0**-54)))
    return None if isinf(found) else found
