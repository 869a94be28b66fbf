"""Cases of contingencies: when they act, what they absorb, what they cost.

Stage: verify. In: the files of these names. Out: `CASES`.
"""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from realign.verify.case import Case, exact
from realign.verify.played import Played


def _extra(played: Played) -> ndarray:
    """People at work in each week beyond the one who always is, less the three of weeks 9 to 11."""
    worked = np.diff(played.weekly("attainment[Goal]")[:, 0] * 1000.0, prepend=0.0)
    weeks = np.arange(len(worked))
    return worked - 1.0 - 3.0 * ((weeks >= 9) & (weeks < 12))


CASES = (
    Case("dated-contingency", 1, (
        exact("people off the plan", 0.0, _extra, "three more in the weeks 9, 10 and 11"),
        exact("cash in the end", -(30 * 2.0 + 50.0), lambda p: p["final_cash"], "upkeep of 30 weeks, cost once"),
        exact("activations", 1.0, lambda p: p["activations"], "once"),
    )),
    Case("absorption", 1, (
        exact("lost to the first strike", -100.0, lambda p: p.weekly("cash")[3:6], "the plan is not yet active"),
        exact("lost with the second", -140.0, lambda p: p.weekly("cash")[6:20], "60 % of it is absorbed"),
        exact("lost with the third", -240.0, lambda p: p.weekly("cash")[20:], "the plan has ended"),
    )),
    Case("two-plans", 1, (
        exact("lost", -28.0, lambda p: p["final_cash"], "100 (1 - 0.6)(1 - 0.3)"),
    )),
    Case("credit-line", 1, (
        exact("week of ruin", 5.0, lambda p: p["ruin_week"], "-60 in week 5, when the line has closed"),
        exact("without the plan", 2.0, lambda p: p["ruin_week", "Bare"], "-30 is below -25"),
    )),
)  # fmt: skip
