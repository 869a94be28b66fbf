"""Cases of the world: regimes, the drift of demand and of priorities, and shocks to both.

Stage: verify. In: the files of these names. Out: `CASES`.
Idea: half of the one objective is attained, so that value is half of demand; or the first of two is wholly attained and
the second not at all, so that value is the first one's share of priority.
"""

from __future__ import annotations

from math import exp, log

import numpy as np
from numpy import ndarray

from realign.verify.case import Case, chance, exact, mean
from realign.verify.played import Played

_SLOW, _QUICK = 2.0 ** (-1 / 52), 2.0 ** (-1 / 12)
_BEFORE_SLOW = 0.02**2 * (1 - _SLOW**206) / (1 - _SLOW**2)  # variance a week before the last
_BEFORE_QUICK = 0.03**2 * (1 - _QUICK**206) / (1 - _QUICK**2)
_LATE = 0.75 + 0.25 * (1 - 1 / 78 - 1 / 26) ** 155  # chance of the first regime in week 155


def _log_demand(played: Played) -> ndarray:
    """(week, future)"""
    return np.log(2.0 * played.weekly("value"))


def _log_odds(played: Played) -> ndarray:
    """log(w1 / w2) in the last week, less what it was at first."""
    share = played.weekly("value")[-1]
    return np.log(share / (1.0 - share)) - log(3 / 7)


def _moves(played: Played) -> ndarray:
    """Whether demand moves, which it does in some regimes only."""
    return _log_demand(played) != 0.0


CASES = (
    Case("demand-slow", 10_000, (
        mean("mean after 104 weeks", 0.0, lambda p: _log_demand(p)[103], "it starts at 0"),
        mean("variance after 104 weeks", 0.014254609748390963, lambda p: _log_demand(p)[103] ** 2,
             "s^2 (1 - phi^208) / (1 - phi^2), phi = 2^(-1/52)"),
        mean("correlation with the week before", _SLOW,
             lambda p: _log_demand(p)[103] * _log_demand(p)[102] / _BEFORE_SLOW, "phi x variance of the week before"),
    )),
    Case("demand-quick", 10_000, (
        mean("variance after 104 weeks", 0.008249165681194064, lambda p: _log_demand(p)[103] ** 2,
             "s^2 (1 - phi^208) / (1 - phi^2), phi = 2^(-1/12)"),
        mean("correlation with the week before", _QUICK,
             lambda p: _log_demand(p)[103] * _log_demand(p)[102] / _BEFORE_QUICK, "phi x variance of the week before"),
    )),
    Case("drift-settled", 4_000, (
        mean("variance of log demand", 0.015204917064950354, lambda p: p.at(780, "demand_drift") ** 2,
             "s^2 / (1 - phi^2), phi = 2^(-1/52), after 15 half-lives"),
        mean("variance of a priority's drift", 0.008249215633943603,
             lambda p: (p.at(780, "priority_drift") ** 2).mean(axis=0), "s^2 / (1 - phi^2), phi = 2^(-1/12)"),
    )),
    Case("priority-drift", 10_000, (
        mean("mean log-odds", 0.0, _log_odds, "both drifts start at 0"),
        mean("variance of log-odds", 0.07263242880497490, lambda p: _log_odds(p) ** 2,
             "2 s^2 (1 - phi^104) / (1 - phi^2)"),
    )),
    Case("demand-shock", 1, (
        exact("log demand in week 2", 0.0, lambda p: _log_demand(p)[2], "before it strikes"),
        exact("log demand in week 3", -0.6, lambda p: _log_demand(p)[3], "size 0.4 x severity 1.5"),
        exact("log demand in week 9", -0.3, lambda p: _log_demand(p)[9], "half of it is left after a half-life"),
        exact("log demand in week 21", -0.075, lambda p: _log_demand(p)[21], "an eighth after three"),
    )),
    Case("priority-shock", 1, (
        exact("share before", 0.3, lambda p: p.weekly("value")[:3], "weights 0.3 and 0.7"),
        exact("share after", 0.3 * exp(0.8) / (0.3 * exp(0.8) + 0.7), lambda p: p.weekly("value")[3:8],
              "0.3 e^0.8 against 0.7"),
        exact("share after it ended", 0.3, lambda p: p.weekly("value")[8:], "it lasts 5 weeks"),
    )),
    Case("regime-share", 10_000, (
        mean("share of weeks in the first", 0.7812415230371503, lambda p: _moves(p).mean(axis=0),
             "mean of p(t), p(t+1) = p(t) (1 - 1/78) + (1 - p(t)) / 26"),
        chance("chance of the first in week 155", _LATE, lambda p: _moves(p)[155], "0.75 + 0.25 (1 - 1/78 - 1/26)^155"),
    )),
    Case("regime-next", 10_000, (
        chance("chance of the likelier", 0.75, lambda p: _moves(p)[1], "weights 1 and 3"),
    )),
    Case("regime-rates", 10_000, (
        mean("mean number", 4.0 * (3.0 - 2.5 * 0.5240384615384555), lambda p: p["shocks[Flood]"],
             "4 strikes x (0.5 q + 3 (1 - q)), q = 0.524 the share of calm weeks"),
    )),
    Case("regime-volatility", 10_000, (
        mean("variance of log demand", 0.06**2, lambda p: _log_demand(p)[0] ** 2, "(3 x 0.02)^2"),
    )),
)  # fmt: skip
