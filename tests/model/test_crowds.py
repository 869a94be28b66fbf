"""Crowds: sums that several units share say the same as the ties of each."""

import numpy as np
import pytest
from worlds import world

from realign.model import build_plan, play_block, play_until
from realign.model.crowds import NO_CROWD, Crowds, find_crowds
from realign.scenario import load

GOALS = [{"name": "One"}, {"name": "Two"}, {"name": "Three"}]


def weights_of(crowds: Crowds, number: int) -> np.ndarray:
    """What each unit hears of each other, put together from crowds as the kernel does."""
    heard = np.zeros((number, number))
    for i, crowd in enumerate(crowds.of):
        for j, weight in crowds.members[crowd].items() if crowd != NO_CROWD else ():
            heard[i, j] = crowds.weight[i] * (weight - (crowds.itself[i] if i == j else 0.0))
    return heard


def weights_in(ties: list[dict[int, float]]) -> np.ndarray:
    heard = np.zeros((len(ties), len(ties)))
    for i, listened in enumerate(ties):
        heard[i, list(listened)] = list(listened.values())
    return heard


def circle(members):
    """Each listens to all of them but itself, alike."""
    return {i: {j: 1.0 / (len(members) - 1) for j in members if j != i} for i in members}


def test_a_circle_is_one_crowd_of_which_each_takes_itself_out():
    ties = [circle(range(5))[i] for i in range(5)]
    crowds = find_crowds(ties)
    assert crowds.members == [dict.fromkeys(range(5), 1.0)] and crowds.of == [0] * 5
    assert crowds.itself == [1.0] * 5 and crowds.weight == [0.25] * 5
    assert np.abs(weights_of(crowds, 5) - weights_in(ties)).max() == 0.0


def test_units_that_listen_to_the_same_share_a_crowd_and_those_without_ties_have_none():
    same = {0: 0.25, 1: 0.75}
    crowds = find_crowds([{}, {}, dict(same), dict(same), {0: 0.5, 1: 0.5}])
    assert crowds.of == [NO_CROWD, NO_CROWD, 0, 0, 1] and crowds.itself == [0.0] * 5
    assert np.abs(weights_of(crowds, 5) - weights_in([{}, {}, same, same, {0: 0.5, 1: 0.5}])).max() == 0.0


def test_a_unit_that_weighs_its_peers_differently_has_a_crowd_of_its_own():
    ties = [circle(range(4))[i] for i in range(4)]
    ties[3] = {0: 0.5, 1: 0.25, 2: 0.25}
    crowds = find_crowds(ties)
    assert crowds.of == [0, 0, 0, 1] and crowds.itself == [1.0, 1.0, 1.0, 0.0]
    assert np.abs(weights_of(crowds, 4) - weights_in(ties)).max() == 0.0


def test_crowds_give_back_the_ties_they_were_made_of():
    """Circles, copies and random ties mixed, also of units that listen to themselves."""
    rng = np.random.default_rng(5)
    for _ in range(50):
        ties: list[dict[int, float]] = [{} for _ in range(12)]
        for i, heard in circle(sorted(rng.choice(12, size=rng.integers(3, 8), replace=False).tolist())).items():
            ties[i] = heard
        for i in rng.choice(12, size=4, replace=False):
            peers = sorted(rng.choice(12, size=rng.integers(1, 6), replace=False).tolist())
            weight = rng.integers(1, 4, len(peers)) / 1.0
            ties[i] = dict(zip(peers, (weight / weight.sum()).tolist()))
        assert np.abs(weights_of(find_crowds(ties), 12) - weights_in(ties)).max() < 1e-15


def each_by_itself(ties):
    """What `find_crowds` would find if no two units ever listened alike."""
    crowds = Crowds()
    for heard in ties:
        crowds.of.append(len(crowds.members) if heard else NO_CROWD)
        crowds.weight.append(1.0)
        crowds.itself.append(0.0)
        crowds.members += [heard] if heard else []
    return crowds


@pytest.mark.parametrize("name", ["tech_corporation", "bakery_chain", "bakery"])
def test_results_are_those_of_every_unit_by_itself(name, monkeypatch):
    """But for the last digits: sums are made in another order."""
    scenario = load(f"scenarios/{name}.toml")
    shared = play_block(build_plan(scenario), seed=3, first=0, count=40).outcomes
    monkeypatch.setattr("realign.model.units.find_crowds", each_by_itself)
    apart = play_block(build_plan(scenario), seed=3, first=0, count=40).outcomes
    assert np.allclose(shared, apart, rtol=1e-9, atol=1e-9, equal_nan=True)


def complete(joins=None):
    """Six units that hear nobody but each other; the last one may join later."""
    units = [
        {"name": f"Unit {i}", "believes": {"One": 1 + i, "Two": 7 - i, "Three": 2}, "listens_to": {
            f"Unit {j}": 1.0 for j in range(6) if j != i}}
        for i in range(6)
    ]  # fmt: skip
    if joins is not None:
        units[5]["joins"] = joins
    return world(objective=GOALS, unit=units, weeks=30, communication={"superior": 0.0, "half_life": 1})


@pytest.mark.parametrize("joins", [None, 4])
def test_a_circle_follows_its_closed_form(joins):
    """b <- b + (mean of the others who are there - b) / 2, week by week; who is not there stays as it is."""
    plan = build_plan(complete(joins))
    assert plan.tables.units.crowd_start.shape == (2, 1) and plan.tables.units.crowd_itself.all()
    belief = plan.tables.units.belief.copy()
    for week in range(8):
        there = np.arange(6) < (6 if joins is None or week >= joins else 5)
        others = (there @ belief - there[:, None] * belief) / (there.sum() - there)[:, None]
        belief += np.where(there[:, None], 0.5 * (others - belief), 0.0)
        found = play_until(plan, seed=1, futures=np.arange(3), week=week + 1).belief[0, :, :, 1]
        assert np.abs(found - belief).max() < 1e-14
    with_itself = np.full((6, 6), 1 / 6) @ plan.tables.units.belief  # the twin: nobody taken out
    first = play_until(plan, seed=1, futures=np.arange(3), week=1).belief[0, :, :, 1]
    assert np.abs(first - 0.5 * (plan.tables.units.belief + with_itself)).max() > 1e-3
