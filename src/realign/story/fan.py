"""What other futures hold for the same policy: the fan that one future's line is seen against.

Stage: story. In: a scenario, a life, how many futures to play. Out: a `Fan` of quantiles, week by week.
Idea: the kernel plays the first futures under the same policy and stress test, and a band holds half of them, or nine
tenths, each week for itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from realign.scenario import Scenario
from realign.twin.life import Life

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST = 1_000  # futures: enough for a band of nine tenths, which then has 50 on either side
_BLOCK = 256  # futures at a time

Bands = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fan:
    """Quantiles (level, week) over so many futures."""

    futures: int
    value: Bands
    cash: Bands


def fan_of(scenario: Scenario, life: Life, *, futures: int) -> Fan:
    """The fan of the first futures, at most a thousand."""
    from realign.model import build_plan, play_block

    futures = min(futures, MOST)
    plan = build_plan(
        scenario.under(life.stress), force=scenario.stress(life.stress).force, policies=[life.policy]
    )  # fmt: skip
    rows = [plan.series.index("value"), plan.series.index("cash")]
    played = np.empty((2, plan.weeks, futures))
    for first in range(0, futures, _BLOCK):
        count = min(_BLOCK, futures - first)
        played[:, :, first : first + count] = play_block(plan, seed=life.seed, first=first, count=count).weekly[0, rows]
    value, cash = np.moveaxis(np.quantile(played, LEVELS, axis=2), 1, 0)
    return Fan(futures=futures, value=value, cash=cash)
