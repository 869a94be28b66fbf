"""The bundled scenarios: each loads without a fault, says what it is for, and shows a trade-off."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from realign.model import build_plan, play_block
from realign.scenario import faults, load

FOLDER = Path(__file__).parents[2] / "scenarios"
NAMES = ("bakery", "bakery_chain", "black_swans", "challenges", "tech_corporation")
FUTURES = 2_000
WORST = FUTURES // 20


def path_of(name):
    return FOLDER / f"{name}.toml"


def header_of(name):
    lines = path_of(name).read_text(encoding="utf-8").splitlines()
    number = next(n for n, line in enumerate(lines) if not line.startswith("#"))
    return "\n".join(lines[:number])


@cache
def scores_of(name):
    """Mean value, mean of the worst 5 % and share not ruined: (stress test, score, policy), the baseline first."""
    scenario = load(path_of(name))
    scores = []
    for stress in (None, *scenario.stresses):
        played = scenario if stress is None else scenario.under(stress.name)
        plan = build_plan(played, force=() if stress is None else stress.force)
        outcomes = play_block(plan, seed=scenario.seed, first=0, count=FUTURES).outcomes
        value = outcomes[:, plan.measures.index("value")]
        ruined = outcomes[:, plan.measures.index("ruined")]
        scores.append((value.mean(axis=1), np.sort(value, axis=1)[:, :WORST].mean(axis=1), 1.0 - ruined.mean(axis=1)))
    return np.array(scores)


def best_of(name):
    """Which policies are best: (stress test, score, policy); equals count as best."""
    scores = scores_of(name)
    return scores == scores.max(axis=2, keepdims=True)


def test_every_file_of_the_folder_is_tested():
    assert sorted(path.stem for path in FOLDER.glob("*.toml")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_loads_without_a_fault(name):
    assert not faults(path_of(name))
    assert load(path_of(name)).summary


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("word", ["Question", "Rests on", "Expect"])
def test_header_says(name, word):
    assert f"{word}:" in header_of(name)


@pytest.mark.parametrize("name", NAMES)
def test_has_policies_stress_tests_requirements_and_unknowns(name):
    scenario = load(path_of(name))
    assert len(scenario.policies) >= 3
    assert len(scenario.stresses) >= 2
    assert scenario.requirements
    assert scenario.uncertain
    assert all(policy.summary for policy in scenario.policies)


@pytest.mark.parametrize("name", NAMES)
def test_every_shock_and_contingency_is_used(name):
    scenario = load(path_of(name))
    assert {name for policy in scenario.policies for name in policy.contingencies} == {
        contingency.name for contingency in scenario.contingencies
    }
    assert all(shock.effects for shock in scenario.shocks)


def test_tech_corporation_has_at_least_forty_units():
    assert len(load(path_of("tech_corporation")).units) >= 40


def test_chain_grows_from_one_region_to_three():
    units = load(path_of("bakery_chain")).units
    assert 12 <= len(units) <= 20
    assert {unit.joins.shock for unit in units if unit.joins is not None} == {"City opens", "Coast opens"}


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_no_policy_is_best_on_everything(name):
    assert not best_of(name).all(axis=(0, 1)).any()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_mean_and_tail_have_different_winners_somewhere(name):
    mean, tail = best_of(name)[:, 0], best_of(name)[:, 1]
    assert not (mean & tail).any(axis=1).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_established_firms_are_ruined_sometimes_but_not_mostly(name):
    ruined = 1.0 - scores_of(name)[0, 2]
    assert 0.01 < ruined.max() < 0.35
