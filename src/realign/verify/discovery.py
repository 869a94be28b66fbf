"""Cases of discovery: time to a find, windows, diversity, adoption and ageing methods.

Stage: verify. In: the files of these names. Out: `CASES`.
"""

from __future__ import annotations

from math import expm1

import numpy as np

from realign.verify.case import Case, chance, exact, mean

_WINDOW = -expm1(-5 * 2 / 30)
_DIVERSE = -expm1(-10 * (2 / 30) * (1 + 2 * (1 - np.sqrt(0.5))))
_AGED = (1 - 2.0 ** (-52 / 13)) / (1 - 2.0 ** (-1 / 13))

CASES = (
    Case("discovery", 10_000, (
        mean("mean weeks to a find", 15.505555144076475, lambda p: p.first("found", "Find") + 1.0,
             "1 / (1 - exp(-2 / 30))"),
        chance("chance within 52 weeks", 0.9687790728387691, lambda p: p.first("found", "Find") < 52,
               "1 - exp(-52 x 2 / 30)"),
    )),
    Case("opportunity-window", 10_000, (
        chance("chance of a find", _WINDOW, lambda p: p["found"], "1 - exp(-5 x 2 / 30): open for 5 weeks"),
        exact("found or missed", 1.0, lambda p: p["found"] + p["missed"], "one or the other"),
    )),
    Case("diversity", 10_000, (
        chance("chance of a find in 10 weeks", float(_DIVERSE), lambda p: p["found"],
               "1 - exp(-10 x 2 / 30 x (1 + 2 (1 - R))), R = sqrt(1/2)"),
    )),
    Case("adoption", 1, (
        exact("output of 5 weeks", 1 + 4 * 1.4, lambda p: p["level[Goal]"], "found in week 0, 40 % better from week 1"),
        exact("adopted", 1.0, lambda p: p["adopted"], "at once, with autonomy 1"),
    )),
    Case("ageing-methods", 1, (
        exact("output of a year", _AGED, lambda p: p["level[Goal]"], "sum of 2^(-t / 13)"),
    )),
)  # fmt: skip
