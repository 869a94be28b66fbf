"""Random scenarios pushed to the edges of what is valid, where the sober ones of `generator` never come.

`corner_of(number)` is random scenario `number` with one to three of its parts turned into an extreme: a single week,
severities in the hundreds of thousands, a detector that is always or never touched off, plans that come after the end,
noise at its largest, units that never join, arrivals by the hundred.
"""

import math
from collections.abc import Callable
from random import Random
from typing import Any

import tomli_w
from generator import Author, Document

from realign.errors import ScenarioError
from realign.scenario import parse
from realign.scenario.records import Scenario

Push = Callable[[Document, Random], None]
_HALF_LIVES = (0, 1e-9, 1e9, math.inf)


def _one_to_three_weeks(document: Document, dice: Random) -> None:
    document["weeks"] = weeks = dice.choice((1, 2, 3))
    for shock in document.get("shock", []):
        if "weeks" in shock:
            shock["weeks"] = [0]
    for stress in document.get("stress", []):
        for entry in stress["force"]:
            entry["week"] = dice.randrange(weeks)
    for plan in document.get("contingency", []):
        if "week" in plan["when"]:
            plan["when"] = {"week": 0}


def _twins_that_join_and_grow(document: Document, dice: Random) -> None:
    unit = document["unit"][-1]  # nobody reports to the last one
    unit |= {"count": dice.choice((2, 5)), "growth": dice.choice((0, 50))}
    if document.get("shock"):
        unit["joins"] = {"shock": dice.choice(document["shock"])["name"]}


def _hardly_anybody_there(document: Document, dice: Random) -> None:
    for unit in document["unit"]:
        unit["joins"] = dice.choice((0.5, document["weeks"] - 1, document["weeks"], 500))
        unit["people"] = dice.choice((1e-9, 1e7))


def _capacity_lost_over_and_over(document: Document, dice: Random) -> None:
    for shock in document.get("shock", []):
        lost = {"on": "capacity", "size": dice.choice((0.7, 1, 3)), "half_life": dice.choice(_HALF_LIVES)}
        shock |= {"rate": 12, "effects": [*shock["effects"], lost, lost]}


def _severities(*kinds: Document) -> Push:
    def push(document: Document, dice: Random) -> None:
        for shock in document.get("shock", []):
            shock["severity"] = dict(dice.choice(kinds))

    return push


def _calm_for_ever(document: Document, dice: Random) -> None:
    rough = {"name": "rough", "lasts": 1, "shock_rate": dice.choice((0, 10)), "volatility": 0}
    document["regime"] = [{"name": "calm", "lasts": 1e6}, rough]


def _chances_that_hardly_open(document: Document, dice: Random) -> None:
    for chance in document.get("opportunity", []):
        chance |= {"difficulty": dice.choice((1e-9, 1e9)), "closes_after": dice.choice((0, 0.4, 1, 400))}
        if document.get("shock"):
            chance["opened_by"] = dice.choice(document["shock"])["name"]


def _credit_in_the_week_of_ruin(document: Document, dice: Random) -> None:
    document["organisation"] |= {"cash": 100, "credit": 200, "wage": 40, "revenue": 100}
    for plan in document.get("contingency", []):
        plan |= {"when": {"cash_below": dice.choice((-50, 100, 1e6))}, "credit": dice.choice((100, 1000))}
        plan |= {"lasts": dice.choice((1, 3)), "after": dice.choice((0, 1))}


def _no_occasion_to_decide(document: Document, dice: Random) -> None:
    for policy in document["policy"]:
        policy["on_recognised"] = False
        for key in ("review_every", "latency", "trigger"):
            policy.pop(key, None)


def _touchy_or_deaf(document: Document, dice: Random) -> None:
    for policy in document["policy"]:
        policy["trigger"] = {
            "method": dice.choice(("cusum", "ewma")), "allowance": dice.choice((0, 1e-9, 10)),
            "threshold": dice.choice((1e-9, 1e9)), "weight": dice.choice((1e-6, 1)),
            "baseline": dice.choice((1e-6, math.inf)), "sd": dice.choice((1e-9, 100)),
        }  # fmt: skip


def _no_time_to_work(document: Document, dice: Random) -> None:
    document["communication"]["meeting_time"] = 0
    for policy in document["policy"]:
        policy |= {"slack": dice.choice((0, 0.5)), "exploration": 0.5}
    for unit in document["unit"]:
        unit.pop("exploration", None)


def _stressed_lists(document: Document, dice: Random) -> None:
    settings: Document = {f"policy.{document['policy'][0]['name']}.contingencies": []}
    for shock in document.get("shock", [])[:1]:
        settings[f"shock.{shock['name']}.weeks"] = [0]
        settings[f"shock.{shock['name']}.severity"] = {"dist": "empirical", "values": [0.0, 2.0]}
        settings[f"shock.{shock['name']}.effects"] = [{"on": "cash", "size": 10.0}]
    document["stress"] = [*document.get("stress", []), {"name": "Lists", "set": settings}]


def _set(where: str, **extremes: tuple[Any, ...]) -> Push:
    """Keys of one table, or of all or one of a list of tables, at one of their extremes."""

    def push(document: Document, dice: Random) -> None:
        found = document.get(where, [])
        tables = [found] if isinstance(found, dict) else found
        for table in tables if dice.random() < 0.5 else dice.sample(tables, min(1, len(tables))):
            table.update({key: dice.choice(values) for key, values in extremes.items()})

    return push


PUSHES: tuple[Push, ...] = (
    _one_to_three_weeks, _twins_that_join_and_grow, _hardly_anybody_there, _capacity_lost_over_and_over,
    _calm_for_ever, _chances_that_hardly_open, _credit_in_the_week_of_ruin, _no_occasion_to_decide, _touchy_or_deaf,
    _no_time_to_work, _stressed_lists,
    _severities({"dist": "empirical", "values": [0]}, {"dist": "empirical", "values": [1.3]}),
    _severities({"dist": "pareto", "min": 2, "alpha": 0.3, "max": 2}, {"dist": "uniform", "low": 1, "high": 1},
                {"dist": "triangular", "low": 0, "mode": 2, "high": 2}, {"dist": "lognormal", "median": 2, "sigma": 0},
                {"dist": "gpd", "location": 0, "scale": 1, "shape": -2}, {"dist": "exponential", "mean": 1, "max": 0}),
    _severities({"dist": "pareto", "min": 1, "alpha": 0.3}, {"dist": "gpd", "location": 0, "scale": 5, "shape": 3}),
    _severities({"dist": "fixed", "value": 1000}),
    _set("shock", rate=(200, 600)),
    _set("shock", clustering=({"branching": 0, "half_life": 1}, {"branching": 0.99, "half_life": 1e-9},
                              {"branching": 0.9, "half_life": 5000})),
    _set("shock", recognised_after=(1e-9, 1e9), warning=({"lead": 100, "chance": 1.0, "false_alarms": 52},)),
    _set("contingency", after=(0, 50, 500), lasts=(1, 1.5, 500)),
    _set("policy", review_every=(7, 50, 500), latency=(0, 1, 6)),
    _set("policy", teams=(1, 50), handling=(1e-9, 1e6)),
    _set("policy", stride=(1e-9,)), _set("policy", horizon=(1, 5000)), _set("policy", autonomy=(1,)),
    _set("policy", monitoring=(1e-9, 100)), _set("policy", communication=(1e-9, 20)),
    _set("objective", kpi_lag=(39, 500), kpi_noise=(10,)), _set("objective", fade=(0, 1e-6, 1e9), output_noise=(10,)),
    _set("objective", target=(1e-9, 1e12)), _set("objective", due=(0, 0.4, 1, 500)),
    _set("objective", methods_half_life=(0, 1e-3)), _set("objective", weight=(1e-300, 1e-12, 1e12)),
    _set("objective", substitution=(1e-9, 0.999999, 1.000001, 1e9)),
    _set("unit", inertia=(1e-9, 1e9), learning=(0, 1e-9), newcomer_skill=(0,)),
    _set("unit", resistance=(1,), sensing_noise=(10,)),
    _set("market", priority_volatility=(5,), perception_noise=(10,)), _set("market", demand_volatility=(5,)),
    _set("engagement", churn=(10,), overload=(1,)), _set("communication", clarity_noise=(10,)),
    _set("organisation", diversity_bonus=(1e6,), switching_loss=(1,), discount=(10,)),
    _set("organisation", revenue=(0,), wage=(0,), fixed_cost=(0,), cash=(0,), credit=(0,)),
)  # fmt: skip


def corner_of(number: int) -> Scenario:
    """Corner scenario `number`; where two extremes together are not valid, others are drawn."""
    dice = Random(number)
    while True:
        document = Author(number).write()
        for push in dice.sample(PUSHES, dice.choice((1, 2, 3))):
            push(document, dice)
        try:
            return parse(tomli_w.dumps(document))
        except ScenarioError:
            continue
