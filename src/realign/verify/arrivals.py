"""Cases of arrivals: how often shocks strike, when, and what one brings on.

Stage: verify. In: the files of these names. Out: `CASES`.
"""

from __future__ import annotations

from math import exp

import numpy as np
from numpy import ndarray

from realign.verify.case import Case, chance, exact, mean
from realign.verify.played import Played


def _count(played: Played) -> ndarray:
    return played["shocks[Flood]"]


def _lost(played: Played) -> ndarray:
    return -played["final_cash"]


def _steps(played: Played) -> ndarray:
    """How far cash is, in any week, from 1 less for each of the weeks 3, 17 and 40 that has come."""
    weeks = np.arange(played.plan.weeks)[:, None]
    return played.weekly("cash") + sum((weeks >= week).astype(float) for week in (3, 17, 40))


CASES = (
    Case("poisson", 10_000, (
        mean("mean number", 1.2, _count, "0.4 a year x 3 years"),
        mean("variance", 1.2, lambda p: (_count(p) - 1.2) ** 2, "that of a Poisson number is its mean"),
        chance("chance of none", exp(-1.2), lambda p: _count(p) == 0, "exp(-1.2)"),
    )),
    Case("poisson-busy", 4_000, (
        mean("mean number", 100.0, _count, "20 a week x 5 weeks"),
        mean("variance", 100.0, lambda p: (_count(p) - 100.0) ** 2, "that of a Poisson number is its mean"),
    )),
    Case("compound-poisson", 10_000, (
        mean("mean number", 6.0, _count, "3 a year x 2 years"),
        mean("variance of the number", 6.0, lambda p: (_count(p) - 6.0) ** 2, "that of a Poisson number is its mean"),
        mean("mean loss", 12.0, _lost, "6 strikes x mean 2"),
        mean("variance of loss", 48.0, lambda p: (_lost(p) - 12.0) ** 2, "6 strikes x second moment 8"),
    )),
    Case("hawkes-slow", 10_000, (
        mean("mean number", 8.28773033905284, _count, "moment recursion of h' = d h + n (1 - d) N"),
        mean("variance", 15.84552555411455, lambda p: (_count(p) - 8.28773033905284) ** 2, "the same recursion"),
    )),
    Case("hawkes-strong", 10_000, (
        mean("mean number", 12.046739427523189, _count, "moment recursion of h' = d h + n (1 - d) N"),
        mean("variance", 70.50416217637935, lambda p: (_count(p) - 12.046739427523189) ** 2, "the same recursion"),
    )),
    Case("hawkes-quick", 10_000, (
        mean("mean number", 23.538461538461593, _count, "the same recursion, by weeks; textbook 23.6671"),
        mean("variance", 90.9890109890182, lambda p: (_count(p) - 23.538461538461593) ** 2, "the same recursion"),
    )),
    Case("hawkes-quarter-weeks", 5_000, (
        mean("mean number", 23.637391528391326, _count, "the same by quarter weeks; textbook 23.6671"),
        mean("variance", 92.02632734435394, lambda p: (_count(p) - 23.637391528391326) ** 2, "the same recursion"),
    )),
    Case("offspring", 10_000, (
        mean("mean number", 2.0, _count, "1 / (1 - n), all generations of one strike"),
        mean("variance", 4.0, lambda p: (_count(p) - 2.0) ** 2, "n / (1 - n)^3, the law of Borel"),
    )),
    Case("once", 10_000, (
        chance("chance of a strike", 0.15, lambda p: _count(p) > 0, "given"),
        exact("strikes beyond one", 0.0, lambda p: np.maximum(_count(p) - 1.0, 0.0), "it strikes once"),
        chance("chance by week 77", 0.075, lambda p: p.weekly("cash")[77] < -0.5, "0.15 x 78 of 156 weeks"),
        mean("mean week x strikes", 0.15 * 77.5, lambda p: (p.weekly("cash") > -0.5).sum(axis=0) * _count(p),
             "0.15 x mean of 0 .. 155"),
    )),
    Case("scheduled", 256, (
        exact("number", 3.0, _count, "weeks 3, 17 and 40"),
        exact("cash off its steps", 0.0, _steps, "a step in each of these weeks"),
    )),
    Case("caused", 10_000, (
        mean("mean number", 0.3, lambda p: p["shocks[Mud]"], "the chance, of one strike"),
        exact("lost by week 8", 0.0, lambda p: p.weekly("cash")[8], "delayed 4 weeks after week 5"),
        chance("chance in week 9", 0.3, lambda p: p.weekly("cash")[9] < -0.5, "the chance, in the week that it is due"),
    )),
    Case("strike-time", 10_000, (
        mean("mean rest of week", 1 / 2, lambda p: p["weeks_to_decide"], "a uniform time within the week"),
        mean("mean square", 1 / 3, lambda p: p["weeks_to_decide"] ** 2, "a uniform time within the week"),
    )),
    Case("strike-unit", 10_000, (
        chance("chance of A", 1 / 8, lambda p: np.abs(7.0 - p["level[Goal]"]) < 1e-9, "1 of 8 people"),
        chance("chance of B", 2 / 8, lambda p: np.abs(6.0 - p["level[Goal]"]) < 1e-9, "2 of 8 people"),
        chance("chance of C", 5 / 8, lambda p: np.abs(3.0 - p["level[Goal]"]) < 1e-9, "5 of 8 people"),
    )),
)  # fmt: skip
