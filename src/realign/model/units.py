"""Units and their ties as arrays.

Stage: model. In: the units and the network of a scenario. Out: `tables.Units`.

A unit that does not say whom it listens to has ties by the scenario's network: none, everybody, those of its function,
a random graph (Erdos and Renyi 1959) or a small world (Watts and Strogatz 1998, on the ring of units by name). Ties are
drawn once for a scenario, from the names alone, so that every seed and policy meets the same organisation.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy import ndarray

from realign.model.crowds import Ties, find_crowds
from realign.model.philox import stream
from realign.model.tables import Units
from realign.scenario.records import Join, Network, Scenario, Unit


def persistence(half_life: float) -> float:
    """The factor a week that a half-life in weeks gives: 2^(-1 / h), 0 at once, 1 never."""
    if half_life == 0.0:
        return 0.0
    return 1.0 if math.isinf(half_life) else 2.0 ** (-1.0 / half_life)


def shares(weights: Mapping[str, float], names: list[str]) -> ndarray:
    """Weights by name as shares that sum to 1, in the order of `names`."""
    row = np.array([float(weights.get(name, 0.0)) for name in names])
    return row / row.sum()


def _chance(*names: str) -> float:
    """A uniform number that belongs to these names."""
    return (stream("network", "\x1e".join(names), "tie") + 0.5) / 2.0**64


def small_world(names: list[str], degree: int, rewire: float) -> list[set[int]]:
    """Neighbours of each unit: a ring with `degree` neighbours, each tie moved to a random end with a chance."""
    number = len(names)
    ties: list[set[int]] = [set() for _ in names]
    for step in range(1, min(max(degree // 2, 1), (number - 1) // 2 or 1) + 1):
        for i in range(number):
            j = (i + step) % number
            if _chance(names[i], names[j], "moved") < rewire:
                free = [k for k in range(number) if k != i and k not in ties[i]]
                if free:
                    j = free[int(_chance(names[i], names[j], "where") * len(free))]
            if j != i:
                ties[i].add(j)
                ties[j].add(i)
    return ties


def network_ties(units: list[Unit], network: Network) -> list[set[int]]:
    """Neighbours of each unit in the scenario's network."""
    names = [unit.name for unit in units]
    number = len(units)
    if network.kind == "none" or number < 2 or network.degree == 0:
        return [set() for _ in units]
    if network.kind == "small world":
        return small_world(names, network.degree, network.rewire)
    ties: list[set[int]] = [set() for _ in units]
    for i in range(number):
        for j in range(i + 1, number):
            if network.kind == "complete":
                tied = True
            elif network.kind == "within function":
                tied = units[i].function == units[j].function
            else:
                tied = _chance(names[i], names[j], "random") < network.degree / (number - 1)
            if tied:
                ties[i].add(j)
                ties[j].add(i)
    return ties


def listened_to(units: list[Unit], network: Network) -> list[Ties]:
    """Whom each unit listens to, by number, and with what weight; weights sum to 1."""
    place = {unit.name: i for i, unit in enumerate(units)}
    ties = network_ties(units, network)
    heard = []
    for i, unit in enumerate(units):
        if unit.listens_to is None:
            listens = {units[j].name: 1.0 for j in ties[i]}
        else:
            listens = {name: weight for name, weight in unit.listens_to.items() if weight > 0.0}
        total = sum(listens[name] for name in sorted(listens))
        heard.append({place[name]: listens[name] / total for name in sorted(listens)})
    return heard


def _newcomer(unit: Unit, belief: ndarray, names: list[str]) -> ndarray:
    """What a newcomer to the unit believes (those who follow the strategy get the uniform belief as a stand-in)."""
    if unit.newcomer_belief == "own":
        return belief
    if isinstance(unit.newcomer_belief, str):
        return np.full(len(names), 1.0 / len(names))
    return shares(unit.newcomer_belief, names)


def tabulate_units(
    scenario: Scenario, units: list[Unit], *, objectives: list[str], functions: list[str], shocks: list[str],
    strategy: ndarray,
) -> Units:  # fmt: skip
    """The units' table; `strategy` (K,) is what units believe that say nothing else."""
    place = {unit.name: i for i, unit in enumerate(units)}
    skill = np.array([[unit.skill.get(name, 1.0) for name in objectives] for unit in units], np.float64)
    belief = np.array([strategy if u.believes is None else shares(u.believes, objectives) for u in units])
    able = np.where(skill > 0.0, belief, 0.0)
    able = np.where(able.sum(axis=1, keepdims=True) > 0.0, able, skill > 0.0)
    ties, leaders = listened_to(units, scenario.network), {u.reports_to for u in units}

    def column(values: "list[float]", dtype: type = np.float64) -> ndarray:
        return np.array(values, dtype)

    def joins(unit: Unit) -> int:
        if isinstance(unit.joins, Join):
            return 1 << 40
        return 0 if unit.joins is None else round(unit.joins)

    return Units(
        people=column([u.people for u in units]),
        growth=column([u.growth / 52.0 for u in units]),
        join_week=column([joins(u) for u in units], np.int64),
        join_shock=column([shocks.index(u.joins.shock) if isinstance(u.joins, Join) else -1 for u in units], np.int64),
        skill=skill,
        function=column([functions.index(u.function) for u in units], np.int64),
        able=np.array([(row > 0.0).all() for row in skill], np.bool_),
        superior=column([-1 if u.reports_to is None else place[u.reports_to] for u in units], np.int64),
        leads=np.array([u.name in leaders for u in units], np.bool_),
        peer_start=np.cumsum([0, *map(len, ties)]).astype(np.int64),
        peer=column([peer for heard in ties for peer in heard], np.int64),
        peer_weight=column([weight for heard in ties for weight in heard.values()]),
        **find_crowds(ties).tabulate(),
        resistance=column([u.resistance for u in units]),
        belief=belief,
        allocation=able / able.sum(axis=1, keepdims=True),
        inertia_pace=column([1.0 - persistence(u.inertia) for u in units]),
        automation=column([u.automation for u in units]),
        retooling_pace=column([1.0 - persistence(u.retooling) for u in units]),
        exploration=column([np.nan if u.exploration is None else u.exploration for u in units]),
        sensing_noise=column([u.sensing_noise for u in units]),
        newcomer_belief=np.array([_newcomer(u, belief[i], objectives) for i, u in enumerate(units)]),
        newcomer_follows=np.array([u.newcomer_belief == "strategy" for u in units], np.bool_),
        newcomer_skill=column([u.newcomer_skill for u in units]),
        learning_pace=column([1.0 - persistence(u.learning) for u in units]),
        garble_stream=np.array([stream("unit", u.name, "garbling") for u in units], np.uint64),
        sense_stream=np.array([stream("unit", u.name, "sensing") for u in units], np.uint64),
    )
