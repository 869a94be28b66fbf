"""The kernel and the twin agree: future by future, week by week, on every state, series, measure and event."""

from dataclasses import replace
from pathlib import Path

import pytest
from corners import corner_of
from generator import scenario_of
from mechanisms import MECHANISMS
from proof import BUNDLED, RANDOM_SCENARIOS, random_scenarios, under_every_stress

import realign.twin.organisation as organisation
from agreement import compare
from realign.scenario import load
from realign.twin.leadership import Leadership
from realign.twin.objectives import Objective
from realign.twin.units import Unit

ROOT = Path(__file__).parents[2]
EVERYTHING = ROOT / "tests" / "model" / "everything.toml"


@pytest.mark.parametrize("stress", ["baseline", "Storm"])
def test_both_agree_where_every_mechanism_is_at_work(stress):
    found = compare(load(EVERYTHING), futures=12, stress=stress)
    assert not found.faults
    assert found.numbers > 100_000


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem) for path in BUNDLED],
)
def test_both_agree_on_the_bundled_scenarios(path):
    assert not compare(load(path), futures=1).faults


@pytest.mark.slow
@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_both_agree_on_the_bundled_scenarios_under_every_stress_test(path):
    assert not under_every_stress(load(path)).faults


@pytest.mark.parametrize("number", range(12))
def test_both_agree_on_random_scenarios(number):
    assert not compare(scenario_of(number), futures=2).faults


@pytest.mark.slow
def test_both_agree_on_hundreds_of_random_scenarios_that_reach_every_mechanism():
    """`python tests/twin/proof.py` prints what was reached."""
    found, lives = random_scenarios(RANDOM_SCENARIOS)
    assert not found.faults
    assert [name for name in MECHANISMS if not lives[name]] == []
    assert set(lives) <= set(MECHANISMS)


@pytest.mark.parametrize("number", range(16))
def test_both_agree_at_the_edges_of_what_is_valid(number):
    assert not under_every_stress(corner_of(number)).faults


@pytest.mark.slow
def test_both_agree_at_hundreds_of_edges():
    assert [fault for number in range(16, 200) for fault in under_every_stress(corner_of(number)).faults] == []


# ---- a comparison that finds nothing must be one that would have found something


def _too_eager(unit: Unit, published: object, _as_it_is=Unit.reallocate) -> None:
    unit.record = replace(unit.record, inertia=unit.record.inertia * (1 - 1e-6))
    _as_it_is(unit, published)  # type: ignore[arg-type]


def _too_bright(objective: Objective, xi: float, _as_it_is=Objective.read) -> None:
    _as_it_is(objective, xi * (1 + 1e-6))


def _too_late(leadership: Leadership, week: int, _as_it_is=Leadership.look_at_desk) -> None:
    _as_it_is(leadership, week - 1)


WRONG_TWINS = {
    "inertia off by a millionth": (Unit, "reallocate", _too_eager),
    "reading noise off by a millionth": (Objective, "read", _too_bright),
    "cases decided a week late": (Leadership, "look_at_desk", _too_late),
    "one function works for all": (organisation, "combine", lambda objective, efforts: sum(efforts.values())),
}


@pytest.mark.parametrize("fault", WRONG_TWINS)
def test_a_wrong_twin_is_found_out(monkeypatch, fault):
    owner, name, wrong = WRONG_TWINS[fault]
    monkeypatch.setattr(owner, name, wrong)
    assert compare(load(EVERYTHING), futures=2).faults
