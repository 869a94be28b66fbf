"""Informal ties: kernel and twin draw the same ones from the names alone, and they are what they are called."""

from itertools import product

import pytest

from realign.model.units import network_ties
from realign.scenario.records import Network, Unit
from realign.twin.network import ties_of

SIZES = (1, 2, 3, 5, 8, 13)
CREWS = [[f"{word} {n}" for n in range(number)] for word in ("Team", "Branch", "Desk") for number in SIZES]


def units_of(names):
    return [Unit(name=name, function="ab"[n % 2]) for n, name in enumerate(sorted(names))]


def by_name(units, ties):
    return {unit.name: {units[j].name for j in row} for unit, row in zip(units, ties)}


@pytest.mark.parametrize("kind", ["none", "complete", "small world", "random", "within function"])
def test_both_draw_the_same_ties(kind):
    for names, degree, rewire in product(CREWS, (0, 1, 2, 4, 6), (0.0, 0.3, 1.0)):
        units, network = units_of(names), Network(kind=kind, degree=degree, rewire=rewire)
        assert by_name(units, network_ties(units, network)) == ties_of(units, network)


@pytest.mark.parametrize("rewire", [0.0, 0.5, 1.0])
def test_ties_of_a_small_world_are_mutual_and_nobody_is_tied_to_itself(rewire):
    """The ring where none is moved; a tie that is moved is not doubled."""
    for names in CREWS:
        units = units_of(names)
        if len(units) < 6:
            continue
        ties = network_ties(units, Network(kind="small world", degree=4, rewire=rewire))
        assert all(i not in row and all(i in ties[j] for j in row) for i, row in enumerate(ties))
        if rewire == 0.0:
            number = len(units)
            assert ties == [{(i + step) % number for step in (-2, -1, 1, 2)} for i in range(number)]
        assert sum(map(len, ties)) <= 4 * len(units)


def test_a_random_network_has_the_degree_asked_for_on_average():
    units = units_of([f"Unit {n}" for n in range(200)])
    ties = network_ties(units, Network(kind="random", degree=6))
    pairs, chance = 200 * 199 / 2, 6 / 199
    error = (pairs * chance * (1 - chance)) ** 0.5
    assert abs(sum(map(len, ties)) / 2 - pairs * chance) < 4.9 * error
    assert abs(sum(map(len, ties)) / 2 - pairs * chance * 1.3) > 4.9 * error
