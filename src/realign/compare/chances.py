"""Chances: ruin, each objective hit by its due date, being the best, beating each other policy.

Stage: comparison. In: stress test -> measure -> (policy, future) array. Out: one table each.
Idea: a chance is a share of futures, and its interval is the exact one (Clopper-Pearson), which also says what "never
seen" rules out. Beating is strict; futures in which two policies do exactly alike are counted beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from realign.compare.best import ranking, wins
from realign.compare.intervals import LEVEL, Values, share_interval
from realign.compare.outcomes import rows_of
from realign.compare.pairs import paired
from realign.compare.played import common, futures_of, own_futures, scores
from realign.compare.simultaneous import critical_of_all_pairs, with_the_best

Measures = Mapping[str, Values]


def chances_table(
    outcomes_by_stress: Mapping[str, Measures], policies: Sequence[str], *, level: float = LEVEL
) -> pd.DataFrame:
    """A row for each stress test, policy and event: "ruined", and "hit[NAME]" for objective NAME by its due date.

    Columns: stress, policy, event, futures, times (it came true), share, low, high.
    """
    rows: list[dict[str, object]] = []
    for stress, measures in outcomes_by_stress.items():
        events = ["ruined", *(name for name in measures if str(name).startswith("hit["))]
        counted = {event: [_counted(own) for own in rows_of(measures, event)] for event in events}
        for p, policy in enumerate(policies):
            futures = counted["ruined"][p][0]
            for event in events:
                times = counted[event][p][1]
                low, high = share_interval(times, futures, level=level)
                share = times / futures
                rows.append(
                    {"stress": stress, "policy": policy, "event": event, "futures": futures, "times": times,
                     "share": share, "low": low, "high": high}
                )  # fmt: skip
    return pd.DataFrame(rows, columns=("stress", "policy", "event", "futures", "times", "share", "low", "high"))


def _counted(happened: Values) -> tuple[int, int]:
    """In how many futures it is known, and came true."""
    return int(np.count_nonzero(~np.isnan(happened))), int(np.count_nonzero(happened > 0))


def best_table(
    outcomes_by_stress: Mapping[str, Measures], policies: Sequence[str], *, level: float = LEVEL
) -> pd.DataFrame:
    """Multiple comparisons with the best: a row for each stress test and policy, best first.

    against_rest is the policy's mean value less that of the best of the others, with limits that hold for all policies
    of a stress test at once; may_be_best: the futures do not rule it out. chance_best is the share of futures in which
    no other has a higher value, ties split.
    """
    names = ("stress", "rank", "policy", "value", "against_rest", "against_low", "against_high", "may_be_best",
             "chance_best", "chance_low", "chance_high")  # fmt: skip
    rows: list[tuple[object, ...]] = []
    for stress, measures in outcomes_by_stress.items():
        values = measures["value"]
        found, won, ranked_by = with_the_best(values, level=level), wins(common(values)), scores(values)
        futures, played = common(values).shape[1], own_futures(values)
        for p in ranking(values):
            rank = 1 + int(np.count_nonzero(ranked_by > ranked_by[p]))
            gap = tuple(float(limits[p]) for limits in (found.difference, found.low, found.high))
            chance = share_interval(float(won[p]), futures, level=level)
            rows.append(
                (stress, rank, policies[p], float(played[p].mean()), *gap, bool(found.may_be_best[p]),
                 float(won[p]) / futures, *chance)
            )  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def pairs_table(
    outcomes_by_stress: Mapping[str, Measures], policies: Sequence[str], *, level: float = LEVEL
) -> pd.DataFrame:
    """Every policy against every other, both ways: a row for each stress test and ordered pair.

    difference: mean value of policy less other, with limits that hold for all pairs of a stress test at once; beats:
    the share of futures in which policy has the higher value (exact interval); tied: in which both have the same.
    """
    names = ("stress", "policy", "other", "difference", "difference_low", "difference_high", "beats", "beats_low",
             "beats_high", "tied", "variance_reduction")  # fmt: skip
    rows: list[tuple[object, ...]] = []
    for stress, measures in outcomes_by_stress.items():
        values = measures["value"]
        critical, counts = critical_of_all_pairs(values, level=level), futures_of(values)
        for p, policy in enumerate(policies):
            for o, other in enumerate(policies):
                if o != p:
                    gap = paired(values[p], values[o], level=level, critical=critical)
                    times, futures = int(np.count_nonzero(values[p] > values[o])), int(min(counts[p], counts[o]))
                    chance = share_interval(times, futures, level=level)
                    rows.append(
                        (stress, policy, other, gap.difference, gap.low, gap.high, times / futures, *chance, gap.tied,
                         gap.variance_reduction)
                    )  # fmt: skip
    return pd.DataFrame(rows, columns=names)
