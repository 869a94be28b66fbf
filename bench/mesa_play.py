"""Futures of the Mesa peer, played one by one, and what each amounted to.

Stage: bench. In: a plan, a seed, futures. Out: outcomes (policy, measure, future) as the kernel's block has them.
"""

import math

import numpy as np
from numpy import ndarray

from bench.mesa_peer import Firm, refuse
from bench.mesa_world import ByAddress, Future, OfPython, futures_of, listed
from bench.numpy_measures import ADOPTED, BACK, FOUND, GONE, OPEN, YEAR
from realign.model.measure import MEASURES
from realign.model.plan import Plan


def play(plan: Plan, *, seed: int, first: int, count: int, addressed: bool = True) -> ndarray:
    """Outcomes of futures first .. first + count - 1."""
    refuse(plan)
    t = listed(plan)
    futures = futures_of(plan, seed=seed, first=first, count=count, addressed=addressed)
    outcomes = np.empty((len(plan.policies), len(plan.measures), count))
    for place, future in enumerate(futures):
        for policy in range(len(outcomes)):
            draws = (ByAddress if addressed else OfPython)(seed, first + place)
            firm = Firm(t, policy, future, draws)
            for _ in range(t.world.weeks):
                firm.step()
            outcomes[policy, :, place] = np.array(measures(firm))[plan.measure_columns]
    return outcomes


def ratio(above: float, below: float) -> float:
    """above / below, NaN where there is nothing to divide by."""
    return above / below if below > 0.0 else math.nan


def recovery(values: list[float], future: Future) -> tuple[float, float]:
    """Mean depth of the drop after a strike, and mean weeks until value was back for good."""
    number, drops, durations = 0, 0.0, 0.0
    for week, _ in future.struck:
        before = values[week - 1] if week > 0 else 0.0
        if before <= 0.0:
            continue
        year = values[week : week + YEAR]
        number += 1
        drops += 1.0 - min(before, *year) / before
        durations += max((after + 1 for after, value in enumerate(year) if value < BACK * before), default=0)
    return ratio(drops, number), ratio(durations, number)


def measures(firm: Firm) -> list[float]:
    """All measures, in the kernel's order."""
    s, told, lived, status = firm.sums, firm.leadership.sums, firm.sums["lived"], firm.status
    drop, recovering = recovery(firm.values, firm.future)
    named = {
        "value": sum(firm.values) / firm.t.world.weeks,
        "discounted_value": s["discounted"] / s["discount"],
        "ruined": float(not firm.alive),
        "ruin_week": firm.ruin_week,
        "final_cash": firm.cash,
        "lowest_cash": firm.lowest,
        "strategic_alignment": s["strategic"] / lived,
        "strategy_to_belief": s["believed"] / lived,
        **{name: s[name] / lived for name in ("cohesion", "engagement", "wasted", "switching", "misdirected", "churn")},
        "decisions": told.decisions,
        "realigning_cost": told.realigning_cost,
        "shocks": float(len(firm.future.struck)),
        "drop": drop,
        "weeks_to_recognise": ratio(told.recognising, told.recognised),
        "weeks_to_decide": ratio(told.deciding, told.decided),
        "weeks_to_recover": recovering,
        "found": float(sum(one in (FOUND, ADOPTED) for one in status)),
        "adopted": float(status.count(ADOPTED)),
        "missed": float(sum(one in (GONE, OPEN) for one in status)),
        "activations": told.activations,
        "in_vain": told.in_vain + sum(firm.leadership.vain),
    }
    struck = [shock for _, shock in firm.future.struck]
    by_shock = [float(struck.count(shock)) for shock in range(len(firm.t.shocks.rate))]
    attained = [min(level / target, 1.0) for level, target in zip(firm.level, firm.t.objectives.target)]
    return [*(named[name] for name in MEASURES), *by_shock, *attained, *map(float, firm.hit), *firm.level]
