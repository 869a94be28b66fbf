"""The likelihood of a future under a tilt: its mean is 1 whatever the tilt, part by part, stopped or not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from realign.model import build_plan, draw_worlds, play_futures, severities
from realign.model.arrivals import BY_CHANCE, CAUSED, POISSON
from realign.model.severity import CLASSES
from realign.rare import likelihood
from realign.rare.likelihood import history, log_ratio, until_ruin
from realign.rare.tilt import CHANCES, Tilt, chances, no_tilt, tilted
from realign.scenario import parse

ONE_IN_A_MILLION = 4.9  # standard errors
EVERYTHING = (Path(__file__).parent.parent / "model" / "everything.toml").read_text()
MANY = np.arange(4_000, dtype=np.uint64)


@pytest.fixture(scope="module")
def plan():
    scenario = parse(EVERYTHING)
    return build_plan(scenario, policies=[scenario.policies[0].name])


@pytest.fixture(scope="module")
def tilt(plan):
    """More of everything, moderately, so that weights stay tame."""
    shocks, regimes = len(plan.shocks), len(plan.tables.world.regime_leave)
    return Tilt(
        often=np.linspace(1.3, 0.8, shocks), again=np.full(shocks, 1.2), harder=np.full(shocks, 0.2),
        restless=np.linspace(1.4, 0.8, regimes),
    )  # fmt: skip


@pytest.fixture(scope="module")
def told(plan, tilt):
    return history(plan, draw_worlds(tilted(plan, tilt), seed=3, futures=MANY))


def misses_one(weight):
    return abs(weight.mean() - 1.0) / (weight.std(ddof=1) / np.sqrt(len(weight)))


def test_the_scenario_of_these_tests_has_every_mechanism(plan):
    shocks, world = plan.tables.shocks, plan.tables.world
    assert (shocks.rate > 0).any() and (shocks.chance > 0).any() and (shocks.excitation > 0).any()
    assert len(shocks.cause_chance) and len(world.regime_leave) > 1 and (shocks.warning_chance > 0).any()


def test_without_a_tilt_every_ratio_is_1(plan):
    told = history(plan, draw_worlds(plan, seed=3, futures=MANY[:200]))
    assert np.abs(log_ratio(plan, told, no_tilt(plan))).max() < 1e-12


def test_the_mean_likelihood_ratio_is_1_in_every_week(plan, tilt, told):
    ratio = np.cumsum(log_ratio(plan, told, tilt), axis=0)
    for week in (0, 1, 10, 30, plan.weeks - 1):
        assert misses_one(np.exp(ratio[week])) < ONE_IN_A_MILLION


def arrivals_from(source):
    return lambda worlds: np.bincount(worlds.future[worlds.source == source], minlength=worlds.futures)


PARTS = {  # part of the ratio -> which factor it answers to, by how much, and what that factor changes in a future
    "_of_counts": ("often", 1.4, arrivals_from(POISSON)),
    "_of_once": ("often", 4.0, arrivals_from(BY_CHANCE)),
    "_of_causes": ("often", 2.0, arrivals_from(CAUSED)),
    "_of_regimes": ("restless", 2.0, lambda worlds: (worlds.regime == 1).sum(axis=0)),
    "_of_severities": ("harder", 0.5, lambda worlds: np.bincount(worlds.future, worlds.kind, worlds.futures)),
}


@pytest.mark.parametrize("part", PARTS)
def test_no_part_of_the_ratio_can_be_left_out(plan, part, monkeypatch):
    factor, amount, quantity = PARTS[part]
    alone = no_tilt(plan)
    alone = replace(alone, **{factor: np.full_like(getattr(alone, factor), amount)})
    if part == "_of_once":
        alone = replace(alone, often=np.where(plan.tables.shocks.chance > 0.0, amount, 1.0))
    here = history(plan, draw_worlds(tilted(plan, alone), seed=4, futures=MANY))
    plain = quantity(draw_worlds(plan, seed=5, futures=MANY))

    def missed():
        weighed = quantity(here.worlds) * np.exp(log_ratio(plan, here, alone).sum(axis=0))
        return abs(weighed.mean() - plain.mean()) / np.hypot(weighed.std(), plain.std()) * np.sqrt(len(plain))

    assert missed() < ONE_IN_A_MILLION
    monkeypatch.setattr(likelihood, part, lambda plan, told, tilt: np.zeros(told.shape))
    assert missed() > ONE_IN_A_MILLION


def test_the_ratio_may_stop_where_ruin_made_the_rest_irrelevant(plan, tilt, told):
    outcomes = play_futures(tilted(plan, tilt), seed=3, futures=MANY)[0]
    week = outcomes[plan.measures.index("ruin_week")]
    assert 0 < np.isfinite(week).sum() < len(week)
    stopped = np.where(until_ruin(plan, week), log_ratio(plan, told, tilt), 0.0).sum(axis=0)
    assert misses_one(np.exp(stopped)) < ONE_IN_A_MILLION


def test_means_of_the_untilted_world_come_back(plan, tilt, told):
    plain = history(plan, draw_worlds(plan, seed=5, futures=MANY)).worlds
    weight = np.exp(log_ratio(plan, told, tilt).sum(axis=0))
    for s in range(len(plan.shocks)):
        here = plain.counts(len(plan.shocks)).sum(axis=1)[s]
        there = told.worlds.counts(len(plan.shocks)).sum(axis=1)[s] * weight
        error = np.sqrt(here.var(ddof=1) / len(here) + there.var(ddof=1) / len(there))
        assert abs(here.mean() - there.mean()) <= ONE_IN_A_MILLION * error


def test_the_tilted_world_has_more_shocks_where_it_should(plan, told, tilt):
    plain = draw_worlds(plan, seed=5, futures=MANY).counts(len(plan.shocks)).sum(axis=(1, 2))
    first = int(np.flatnonzero(plan.tables.shocks.rate > 0)[0])
    assert tilt.often[first] > 1.0
    assert told.worlds.counts(len(plan.shocks)).sum(axis=(1, 2))[first] > plain[first]


def test_chances_of_classes_sum_to_1_and_rise_with_the_exponent(plan):
    assert CHANCES.sum() == pytest.approx(1.0, abs=1e-12)
    harder = chances(plan, np.full(len(plan.shocks), 0.5))
    assert harder.sum(axis=1) == pytest.approx(1.0, abs=1e-12)
    assert (harder[:, -1] >= CHANCES[-1] * (1 - 1e-12)).all()


def test_a_lifted_draw_is_as_severe_as_one_at_its_place_in_its_class(plan, tilt):
    """A third of the way through a class's new chance is a third of the way through the class."""
    harder, ends = tilted(plan, tilt), np.concatenate(([0.0], -np.expm1(-CLASSES), [1.0]))
    place = ends[:-1] + np.diff(ends) / 3.0
    for shock, upper in enumerate(harder.tables.shocks.severity_lift):
        lower = np.concatenate(([0.0], upper[:-1]))
        found = severities(harder, lower + (upper - lower) / 3.0)[shock]
        assert found == pytest.approx(severities(plan, place)[shock], rel=1e-9)


def test_worlds_are_those_that_playing_meets(plan):
    worlds = draw_worlds(plan, seed=3, futures=MANY[:300])
    outcomes = play_futures(plan, seed=3, futures=MANY[:300])[0]
    struck = outcomes[plan.measures.index("shocks")]
    assert (np.bincount(worlds.future, minlength=300) == struck).all()


def test_chosen_futures_have_the_bits_they_have_in_a_block(plan):
    from realign.model import play_block

    block = play_block(plan, seed=3, first=0, count=40)
    chosen = np.array([31, 7, 12], np.uint64)
    assert np.array_equal(play_futures(plan, seed=3, futures=chosen), block.outcomes[:, :, chosen], equal_nan=True)
