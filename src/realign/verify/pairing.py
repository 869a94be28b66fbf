"""Cases of pairing: one world for all policies, and the same bits however they are asked for.

Stage: verify. In: the files of these names. Out: `CASES`.
Idea: these have no tolerance at all. What is compared are all measures of all futures, NaN where the other is NaN.
"""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from realign.verify.case import Case, exact
from realign.verify.played import Played


def _apart(first: ndarray, second: ndarray) -> ndarray:
    """How far apart numbers are: 0 where both are NaN, infinite where one is."""
    gap = np.where(np.isnan(first) | np.isnan(second), np.inf, np.abs(first - second))
    return np.where(np.isnan(first) & np.isnan(second), 0.0, gap)


def _twins(played: Played) -> ndarray:
    return _apart(played.block.outcomes[0], played.block.outcomes[1])


def _alone(played: Played) -> ndarray:
    """The second policy in company and alone."""
    return _apart(played.block.outcomes[1], played.alone(played.plan.policies[1]).block.outcomes[0])


def _in_parts(played: Played) -> ndarray:
    """Futures played in one block, and the last of them in a block that begins elsewhere."""
    part = range(played.futures.stop - 37, played.futures.stop)
    return _apart(played.block.outcomes[..., -37:], played.part(part).block.outcomes)


def _continued(played: Played) -> ndarray:
    return _apart(played.block.outcomes, played.continued(23))


CASES = (
    Case("identical-policies", 500, (
        exact("difference of all measures", 0.0, _twins, "the same decisions in the same world", within=0.0),
    )),
    Case("policy-in-company", 500, (
        exact("difference of all measures", 0.0, _alone, "a policy's draws are its own", within=0.0),
    )),
    Case("futures-in-parts", 500, (
        exact("difference of all measures", 0.0, _in_parts, "a future's draws are its own", within=0.0),
    )),
    Case("run-continued", 64, (
        exact("difference of all measures", 0.0, _continued, "a state is all that the next week needs", within=0.0),
    )),
    Case("forced-strike", 2_000, (
        exact("lost to the forced strike", 4.5, lambda p: p["final_cash"] - p.under("Storm")["final_cash"],
              "its severity; forcing one strike shifts no other"),
    )),
    Case("stressed-rate", 2_000, (
        exact("demand that moved", 0.0,
              lambda p: _apart(p.weekly("value"), p.under("Twice as often").weekly("value")),
              "the rate of a shock does not concern demand", within=0.0),
        exact("strikes that went missing", 0.0,
              lambda p: np.maximum(p["shocks[Flood]"] - p.under("Twice as often")["shocks[Flood]"], 0.0),
              "Poisson quantiles rise with the mean", within=0.0),
    )),
)  # fmt: skip
