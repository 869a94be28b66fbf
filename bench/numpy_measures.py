"""What each future amounted to, in whole arrays (NumPy peer).

Stage: bench. In: the state after the last week and the arrivals. Out: outcomes (policy, measure, future), rows in the
kernel's order: the named measures, then shocks[], attainment[], hit[] and level[].
"""

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy import ndarray

from bench.numpy_arrivals import Arrivals
from realign.model.measure import MEASURES

YEAR, BACK = 52, 0.9  # a strike's account is closed after a year; recovered: back at 90 % of the value before
HIDDEN, OPEN, FOUND, ADOPTED, GONE = range(5)


def ratio(above: ndarray, below: ndarray) -> ndarray:
    """above / below, NaN where there is nothing to divide by."""
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0.0)


def recovery(value: ndarray, arrivals: Arrivals) -> tuple[ndarray, ndarray]:
    """(P, B) mean depth of the drop, and mean weeks until value was back for good; value: (P, W, B)."""
    P, weeks, B = value.shape
    struck = arrivals.week > 0
    week, future = arrivals.week[struck], arrivals.future[struck]
    before = value[:, week - 1, future]
    lowest, back = before.copy(), np.zeros(before.shape)
    for after in range(YEAR):
        now = np.where(week + after < weeks, value[:, np.minimum(week + after, weeks - 1), future], np.inf)
        np.minimum(lowest, now, out=lowest)
        back = np.where(now < BACK * before, after + 1.0, back)
    counted = before > 0.0
    drop = np.where(counted, 1.0 - lowest / np.where(counted, before, 1.0), 0.0)
    back = np.where(counted, back, 0.0)

    def total(rows: ndarray) -> ndarray:
        return np.array([np.bincount(future, rows[p], B) for p in range(P)])

    number = total(counted.astype(np.float64))
    return ratio(total(drop), number), ratio(total(back), number)


def measure(t: Any, o: SimpleNamespace, arrivals: Arrivals) -> ndarray:
    """All measures."""
    sums, status = o.sums, o.opportunity
    P, B = o.alive.shape
    drop, weeks_to_recover = recovery(o.value, arrivals)
    named = {
        "value": sums["value"] / t.world.weeks,
        "discounted_value": sums["discounted"] / sums["discount"],
        "ruined": 1.0 - o.alive,
        "ruin_week": o.ruin_week,
        "final_cash": o.cash,
        "lowest_cash": o.lowest,
        "strategic_alignment": sums["strategic"] / sums["lived"],
        "strategy_to_belief": sums["believed"] / sums["lived"],
        "cohesion": sums["cohesion"] / sums["lived"],
        "engagement": sums["engagement"] / sums["lived"],
        "wasted": sums["wasted"] / sums["lived"],
        "switching": sums["switching"] / sums["lived"],
        "misdirected": sums["misdirected"] / sums["lived"],
        "decisions": sums["decisions"],
        "churn": sums["churn"] / sums["lived"],
        "realigning_cost": sums["realigning_cost"],
        "shocks": np.tile(np.bincount(arrivals.future, minlength=B), (P, 1)),
        "drop": drop,
        "weeks_to_recognise": ratio(sums["recognising"], sums["recognised"]),
        "weeks_to_decide": ratio(sums["deciding"], sums["decided"]),
        "weeks_to_recover": weeks_to_recover,
        "found": np.isin(status, (FOUND, ADOPTED)).sum(axis=1),
        "adopted": (status == ADOPTED).sum(axis=1),
        "missed": np.isin(status, (GONE, OPEN)).sum(axis=1),
        "activations": sums["activations"],
        "in_vain": sums["in_vain"] + o.vain.sum(axis=1),
    }
    by_shock = [np.bincount(arrivals.future[arrivals.shock == s], minlength=B) for s in range(len(t.shocks.rate))]
    rows = [named[name] for name in MEASURES]
    rows += [np.tile(count, (P, 1)) for count in by_shock]
    blocks = (np.minimum(o.level / t.objectives.target[:, None], 1.0), o.hit, o.level)
    rows += [block[:, k] for block in blocks for k in range(len(t.objectives.start))]
    return np.array(np.stack(rows, axis=1), np.float64)
