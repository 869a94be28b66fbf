"""Informal ties: whom a unit listens to that does not say so itself, by the shape of the scenario's network.

Ties are drawn from the names alone: every seed, future and policy meets the same organisation.

Sources: Erdos and Renyi (1959) for random graphs; Watts and Strogatz (1998) for small worlds, on the ring of names.
"""

from __future__ import annotations

from itertools import combinations

from realign.scenario.records import Network, Unit
from realign.twin.draws import chance_of
from realign.twin.shares import Shares, normalised

Ties = dict[str, set[str]]


def _small_world(names: list[str], network: Network) -> Ties:
    """Everybody is tied to the next ones round the ring; some ties are moved to somebody drawn at random."""
    number = len(names)
    ties: Ties = {name: set() for name in names}
    reach = min(max(network.degree // 2, 1), max((number - 1) // 2, 1))
    for step in range(1, reach + 1):
        for place, name in enumerate(names):
            other = names[(place + step) % number]
            strangers = [stranger for stranger in names if stranger != name and stranger not in ties[name]]
            if strangers and chance_of(name, other, "moved") < network.rewire:
                other = strangers[int(chance_of(name, other, "where") * len(strangers))]
            ties[name].add(other)
            ties[other].add(name)
    return ties


def ties_of(units: list[Unit], network: Network) -> Ties:
    """With whom each unit is tied; `units` in the order of their names."""
    names = [unit.name for unit in units]
    if network.kind == "none" or network.degree == 0 or len(units) < 2:
        return {name: set() for name in names}
    if network.kind == "small world":
        return _small_world(names, network)
    ties: Ties = {name: set() for name in names}
    for one, other in combinations(units, 2):
        know_each_other = {
            "complete": True,
            "within function": one.function == other.function,
            "random": chance_of(one.name, other.name, "random") < network.degree / (len(units) - 1),
        }
        if know_each_other[network.kind]:
            ties[one.name].add(other.name)
            ties[other.name].add(one.name)
    return ties


def peers_of(units: list[Unit], network: Network) -> dict[str, Shares]:
    """Whom each unit listens to, and with which weight; the weights of a unit sum to 1."""
    ties = ties_of(units, network)
    peers: dict[str, Shares] = {}
    for unit in units:
        weights = dict.fromkeys(sorted(ties[unit.name]), 1.0) if unit.listens_to is None else dict(unit.listens_to)
        peers[unit.name] = normalised(weights) if weights else {}
    return peers
