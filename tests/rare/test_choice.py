"""What is seen of a world before it is played, the guess made of it, and the choice that follows."""

import numpy as np
import pytest

import realign as ra
from realign.model import build_plan, draw_worlds
from realign.rare.choose import chances_of_choice, chosen
from realign.rare.estimate import Weighed
from realign.rare.guess import learned
from realign.rare.signs import PARTS, drifts, signs

ONE_IN_A_MILLION = 4.9  # standard errors
RESTLESS = {
    "market.demand_volatility": 0.02, "market.priority_volatility": 0.03, "market.demand_half_life": 20,
    "market.priority_half_life": 30,
}  # fmt: skip


def bakery(**changes):
    """The bakery with a moving market and without its shocks, which would move demand and priorities as well."""
    scenario = ra.load("scenarios/bakery.toml")
    for shock in scenario.shocks:
        scenario = scenario.replace(f"shock.{shock.name}.rate", 0.0).replace(f"shock.{shock.name}.chance", 0.0)
    for key, value in {**RESTLESS, **changes}.items():
        scenario = scenario.replace(key, value)
    return scenario


def seen(scenario, seed=3, futures=40):
    plan = build_plan(scenario, policies=[scenario.policies[0].name])
    numbers = np.arange(futures, dtype=np.uint64)
    return plan, draw_worlds(plan, seed=seed, futures=numbers), numbers


# ------------------------------------------------------------------------------ signs


def test_drifts_are_those_that_playing_meets():
    scenario = bakery()
    plan, worlds, numbers = seen(scenario)
    found = drifts(plan, worlds, seed=3, futures=numbers)
    traced = ra.trace(scenario, policy=scenario.policies[0].name, future=17, seed=3)
    demand = traced[(traced["entity"] == "market") & (traced["quantity"] == "demand")].sort_values("week")
    weekly = np.log(demand["value"].to_numpy()[-plan.weeks :])
    part = np.arange(plan.weeks) * PARTS // plan.weeks
    assert found[0, :, 17] == pytest.approx(np.bincount(part, weekly), abs=1e-9)
    assert found[0, :, 16] != pytest.approx(np.bincount(part, weekly), abs=1e-2)


def test_what_does_not_move_is_no_sign():
    still = bakery(**{"market.demand_volatility": 0.0, "market.priority_volatility": 0.0})
    plan, worlds, numbers = seen(still)
    assert drifts(plan, worlds, seed=3, futures=numbers).shape == (0, PARTS, len(numbers))


def test_signs_add_up_to_all_severities_and_to_the_weeks_of_regimes():
    scenario = ra.load("scenarios/black_swans.toml")
    plan, worlds, numbers = seen(scenario)
    found, shocks = signs(plan, worlds, seed=3, futures=numbers), len(plan.shocks)
    assert found.shape == (len(numbers), (shocks + 1 + 1 + len(scenario.objectives)) * PARTS)
    total = np.bincount(worlds.future, worlds.severity, len(numbers))
    assert found[:, : shocks * PARTS].sum(axis=1) == pytest.approx(total, rel=1e-12)
    assert (found[:, shocks * PARTS : (shocks + 1) * PARTS].sum(axis=1) == (worlds.regime == 1).sum(axis=0)).all()


def test_severities_beyond_all_bounds_leave_a_guess_and_an_estimate():
    endless = {"dist": "pareto", "min": 1, "alpha": 5e-4}
    scenario = ra.load("scenarios/bakery.toml").replace("shock.Flour crisis.severity", endless)
    scenario, name = scenario.replace("shock.Flour crisis.rate", 6.0), scenario.policies[0].name
    tilt, plain = (
        ra.tail(scenario, policies=[name], futures=1000, method=method).iloc[0] for method in ("tilt", "plain")
    )
    apart = np.hypot(tilt["standard_error"], plain["standard_error"])
    assert abs(tilt["estimate"] - plain["estimate"]) < ONE_IN_A_MILLION * apart


def test_signs_of_a_future_do_not_depend_on_which_are_looked_at_with_it():
    plan, worlds, numbers = seen(ra.load("scenarios/black_swans.toml"))
    some = numbers[[31, 7, 12]]
    alone = signs(plan, draw_worlds(plan, seed=3, futures=some), seed=3, futures=some)
    assert np.array_equal(alone, signs(plan, worlds, seed=3, futures=numbers)[[31, 7, 12]])


# ------------------------------------------------------------------------------ guess


def test_a_guess_finds_the_law_that_made_what_it_learns_from():
    draws = np.random.default_rng(1)
    x = draws.normal(size=(40_000, 3)) * [1.0, 5.0, 0.2] + [0.0, 2.0, 7.0]
    odds = -1.0 + 0.8 * x[:, 0] - 0.2 * (x[:, 1] - 2.0)
    true = 1 / (1 + np.exp(-odds))
    came = draws.uniform(size=len(x)) < true
    guess = learned(x, came)
    slope = guess.coefficient[1:] / guess.spread
    error = 1 / np.sqrt((true * (1 - true)).sum()) / x.std(axis=0)
    assert (np.abs(slope - [0.8, -0.2, 0.0]) < ONE_IN_A_MILLION * error).all()
    assert (np.abs(slope - [0.0, 0.0, 1.0]) > ONE_IN_A_MILLION * error).all()
    assert guess(x).sum() == pytest.approx(came.sum(), rel=1e-6)  # likelihood equation of the constant


@pytest.mark.parametrize("part", [0.0, 1.0])
def test_where_nothing_or_everything_came_the_guess_is_the_same_for_all(part):
    x = np.random.default_rng(1).normal(size=(500, 4))
    guessed = learned(x, np.full(500, bool(part)))(x)
    assert np.ptp(guessed) < 1e-3 and abs(guessed.mean() - part) < 0.01


# ------------------------------------------------------------------------------ choice

SIZES = np.concatenate([np.random.default_rng(2).pareto(1.2, 400) + 0.01, [1e6, 1e-6]])


def test_chances_are_in_proportion_as_far_as_1_allows():
    chance = chances_of_choice(SIZES, 60)
    free = chance < 1.0
    assert chance.sum() == pytest.approx(60, rel=1e-12)
    assert 1 < (~free).sum() < 60 and chance.max() == 1.0 and chance.min() > 0.0
    assert np.ptp(chance[free] / SIZES[free]) < 1e-12
    assert SIZES[~free].min() >= SIZES[free].max()
    assert (chances_of_choice(SIZES, len(SIZES)) == 1.0).all()


def test_as_many_are_chosen_as_asked_for_and_none_twice():
    chance = chances_of_choice(SIZES, 60)
    for seed in range(50):
        assert len(set(chosen(chance, seed=seed))) == 60


def test_each_is_chosen_as_often_as_its_chance_says():
    chance, repeats = chances_of_choice(SIZES, 60), 4_000
    times = np.bincount(np.concatenate([chosen(chance, seed=seed) for seed in range(repeats)]), minlength=len(SIZES))
    error = np.sqrt(np.maximum(repeats * chance * (1 - chance), 1e-9))
    limit = 6.3  # standard errors: one in a million for the largest of 402
    assert (np.abs(times - repeats * chance) < limit * error + 1).all()
    alike = np.full(len(SIZES), 60 / len(SIZES))
    assert (np.abs(times - repeats * alike) > limit * error + 1).any()


def two_phases(seed, *, worlds=2_000, number=400):
    """Worlds z, standard normal drawn at -1; of interest below -2 after noise; chosen by a guess from z alone."""
    draws = np.random.default_rng(seed)
    z = draws.normal(-1.0, 1.0, worlds)
    weight, guess = np.exp(z + 0.5), 1 / (1 + np.exp(20 * (z + 2.0)))
    size = 0.2 / worlds + 0.1 * weight / weight.sum() + 0.7 * weight * guess / (weight * guess).sum()
    chance, order = chances_of_choice(size, number), np.argsort(guess)
    picked = order[chosen(chance[order], seed=seed)]
    values = (z[picked] + draws.normal(0.0, 0.1, number) < -2.0) * 1.0
    pair = np.arange(number) // 2
    return Weighed(
        values=values, weight=number * weight[picked] / (worlds * chance[picked]), group=pair,
        share=np.full(number // 2, 2 / number), worlds=worlds, chance=chance[picked],
    )  # fmt: skip


def test_the_error_of_two_phases_is_what_repeated_runs_differ_by():
    from statistics import NormalDist

    truth, repeats = NormalDist(sigma=np.hypot(1.0, 0.1)).cdf(-2.0), 1_000
    found = [two_phases(seed) for seed in range(repeats)]
    x = [drawn.weight * drawn.values for drawn in found]
    mean = np.array([drawn.mean(one) for drawn, one in zip(found, x)])
    claimed = np.mean([drawn.error(one) ** 2 for drawn, one in zip(found, x)])
    assert abs(mean.mean() - truth) < ONE_IN_A_MILLION * np.sqrt(claimed / repeats)
    spread = mean.var(ddof=1)
    limit = ONE_IN_A_MILLION * np.sqrt(2 / (repeats - 1))  # relative error of a variance, nearly normal
    assert abs(spread / claimed - 1) < limit
    worlds_forgotten = np.mean([
        Weighed(values=d.values, weight=d.weight, group=d.group, share=d.share).error(one) ** 2
        for d, one in zip(found, x)
    ])  # fmt: skip
    assert abs(spread / worlds_forgotten - 1) > limit
