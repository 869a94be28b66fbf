"""Cases of money: the week's reckoning, ruin, discounting and what realigning costs.

Stage: verify. In: the files of these names. Out: `CASES`.
"""

from __future__ import annotations

import numpy as np

from realign.verify.case import Case, chance, exact

_WEEKS = np.arange(156)
_VALUE = 2.0 ** (-(_WEEKS + 1) / 20)
_DISCOUNT = 1.08 ** (-_WEEKS / 52)

CASES = (
    Case("ruin-thin", 20_000, (
        chance("chance of ruin", 0.4525531242248119, lambda p: p["ruined"],
               "recursion over whole amounts of cash, by weeks; textbook 0.47155"),
    )),
    Case("ruin-half-weeks", 10_000, (
        chance("chance of ruin", 0.46196169198146564, lambda p: p["ruined"],
               "the same, by half weeks; textbook 0.47155"),
    )),
    Case("ruin-quarter-weeks", 5_000, (
        chance("chance of ruin", 0.46673566301569180, lambda p: p["ruined"], "by quarter weeks; textbook 0.47155"),
    )),
    Case("ruin-thick", 10_000, (
        chance("chance of ruin", 0.0738597147096919, lambda p: p["ruined"], "recursion over whole amounts of cash"),
    )),
    Case("reckoning", 1, (
        exact("cash after 3 weeks", 106.0, lambda p: p["final_cash"],
              "100 + 3 (50 x 0.8 - 4 x 2.5 - 11 - 3 - 2 x 7)"),
    )),
    Case("ruin-week", 1, (
        exact("week of ruin, credit 29", 2.0, lambda p: p.under("Credit 29")["ruin_week"], "-30 is below -29"),
        exact("week of ruin, credit 30", 3.0, lambda p: p["ruin_week"], "-30 is not below -30"),
        exact("cash from then on", -40.0, lambda p: p["final_cash"], "ruin is final"),
    )),
    Case("value-after-ruin", 1, (
        exact("value", 4 / 20, lambda p: p["value"], "1 in the weeks 0 to 3, 0 in the other 16"),
    )),
    Case("discounting", 1, (
        exact("value", float(_VALUE.mean()), lambda p: p["value"], "mean of 2^(-(t + 1) / 20)"),
        exact("discounted value", float((_VALUE * _DISCOUNT).sum() / _DISCOUNT.sum()), lambda p: p["discounted_value"],
              "weighted by 1.08^(-t / 52)"),
    )),
    Case("realigning-cost", 1, (
        exact("cash before it is paid", 0.0, lambda p: p.weekly("cash")[:5], "decided in week 4, paid in week 5"),
        exact("cash after", -20.0, lambda p: p.weekly("cash")[5:], "80 x half the L1 distance of (1, 0), (3/4, 1/4)"),
    )),
)  # fmt: skip
