"""Tail measures against closed forms and plain sampling; each with a twin that must fail."""

from dataclasses import replace
from math import exp, factorial
from statistics import NormalDist

import numpy as np
import pytest
import tomli_w

import realign as ra
from realign.errors import UsageError
from realign.rare import methods, tail
from realign.rare.estimate import Weighed, chance, quantile, shortfall
from realign.rare.guess import learned

ONE_IN_A_MILLION = 4.9  # standard errors


def world(shocks, *, credit=0.5, **sections):
    """One unit that does nothing; each shock takes 1 of cash times its severity; ruin is cash below -credit."""
    paid = [{"effects": [{"on": "cash", "size": 1.0}], **shock} for shock in shocks]
    document = {
        "name": "Quiet",
        "weeks": 104,
        "organisation": {"cash": 0.0, "credit": credit},
        "unit": [{"name": "Crew"}],
        "objective": [{"name": "Goal", "fade": float("inf"), "start": 50.0, "gain": 0.0}],
        "policy": [{"name": "Still", "rule": "static"}],
        "shock": paid,
    }
    return ra.parse(tomli_w.dumps(document | sections))


def poisson_at_least(n, mean):
    return 1.0 - sum(exp(-mean) * mean**k / factorial(k) for k in range(n))


CHEAP = {"effects": [{"on": "cash", "size": 0.3}]}
CASES = {  # scenario, chance of ruin
    "seven floods in two years": (world([{"name": "Flood", "rate": 0.5}], credit=6.5), poisson_at_least(7, 1.0)),
    "one flood in a thousand is that high": (
        world([{"name": "Flood", "chance": 0.1, "severity": {"dist": "pareto", "min": 1.0, "alpha": 2.0}}], credit=30),
        0.1 * 30.0**-2,
    ),
    "fire after flood": (
        world([
            {"name": "Flood", "chance": 0.05, "causes": [{"shock": "Fire", "chance": 0.02, "delay": 26}], **CHEAP},
            {"name": "Fire"},
        ]),
        0.05 * 0.02 * 78 / 104,
    ),
    "six floods of exponential height": (
        world([{"name": "Flood", "rate": 0.5, "severity": {"dist": "exponential", "mean": 1.0}}], credit=12),
        sum(
            exp(-1.0) / factorial(n) * exp(-12.0) * sum(12.0**k / factorial(k) for k in range(n)) for n in range(1, 60)
        ),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_importance_sampling_finds_the_chance_of_ruin(name):
    scenario, expected = CASES[name]
    found = tail(scenario, futures=12_000).iloc[0]
    assert expected < 2e-3 and found["standard_error"] < 0.25 * expected
    assert abs(found["estimate"] - expected) < ONE_IN_A_MILLION * found["standard_error"]
    assert abs(found["estimate"] - 2 * expected) > ONE_IN_A_MILLION * found["standard_error"]
    assert found["gain"] > 4


def changed(drawn, **fields):
    """What a method drew, with some fields of its sample put another way."""
    return replace(drawn, futures=replace(drawn.futures, **fields))


FORGOTTEN = {  # what is left out of what a future counts for
    "its weight": lambda drawn: changed(drawn, weight=np.ones_like(drawn.futures.weight)),
    "its chance of being chosen": lambda drawn: changed(
        drawn, weight=drawn.futures.weight * drawn.futures.chance / drawn.futures.chance.mean()
    ),
}


@pytest.mark.parametrize("what", FORGOTTEN)
def test_an_estimate_that_forgets_a_part_of_the_weight_is_far_off(what, monkeypatch):
    scenario, expected = CASES["seven floods in two years"]
    real = methods.by_tilt
    monkeypatch.setitem(methods.METHODS, "tilt", lambda *asked: FORGOTTEN[what](real(*asked)))
    found = tail(scenario, futures=6_000).iloc[0]
    assert abs(found["estimate"] - expected) > ONE_IN_A_MILLION * found["standard_error"]


def test_a_guess_that_is_the_wrong_way_round_costs_precision_and_not_correctness(monkeypatch):
    scenario, expected = CASES["six floods of exponential height"]
    right = tail(scenario, futures=12_000).iloc[0]

    def reversed_guess(signs, of_interest):
        guess = learned(signs, of_interest)
        return replace(guess, coefficient=-guess.coefficient)

    monkeypatch.setattr(methods, "learned", reversed_guess)
    wrong = tail(scenario, futures=12_000).iloc[0]
    assert wrong["standard_error"] > 1.5 * right["standard_error"]
    assert abs(wrong["estimate"] - expected) < ONE_IN_A_MILLION * wrong["standard_error"]
    assert abs(wrong["estimate"] - 2 * expected) > ONE_IN_A_MILLION * wrong["standard_error"]


def test_strata_find_the_chance_of_ruin():
    scenario = world([{"name": "Flood", "rate": 2.0}], credit=9.5)
    expected = poisson_at_least(10, 4.0)
    found = tail(scenario, futures=2_000, method="strata").iloc[0]
    assert abs(found["estimate"] - expected) < ONE_IN_A_MILLION * found["standard_error"]
    assert abs(found["estimate"] - 1.3 * expected) > ONE_IN_A_MILLION * found["standard_error"]
    assert found["gain"] > 4  # here the number of shocks is all that matters


def test_methods_agree_where_clusters_regimes_causes_and_fat_tails_meet():
    """Chance near 2 %, so that plain sampling can say whether the others are right."""
    scenario = world(
        [
            {
                "name": "Flood", "rate": 0.8, "clustering": {"branching": 0.5, "half_life": 4},
                "severity": {"dist": "gpd", "location": 0.3, "scale": 0.7, "shape": 0.4, "max": 8},
                "causes": [{"shock": "Fire", "chance": 0.3, "delay": 3}],
                "warning": {"lead": 5, "chance": 0.5},
            },
            {"name": "Fire", "rate": 0.2, "severity": {"dist": "lognormal", "median": 1, "sigma": 0.8, "max": 6}},
            {"name": "War", "chance": 0.1, "severity": {"dist": "triangular", "low": 1, "mode": 2, "high": 5}},
        ],
        credit=26,
        regime=[
            {"name": "calm", "lasts": 60, "shock_rate": 0.6},
            {"name": "storm", "lasts": 20, "shock_rate": 2.5},
        ],
    )  # fmt: skip
    plain = tail(scenario, futures=20_000, method="plain", seed=11).iloc[0]
    assert 0.005 < plain["estimate"] < 0.05
    for method in ("tilt", "strata"):
        found = tail(scenario, futures=5_000, method=method, seed=12).iloc[0]
        error = np.hypot(found["standard_error"], plain["standard_error"])
        assert abs(found["estimate"] - plain["estimate"]) < ONE_IN_A_MILLION * error
        assert abs(found["estimate"] - 2.5 * plain["estimate"]) > ONE_IN_A_MILLION * error


def test_plain_sampling_is_what_a_run_does():
    scenario = ra.load("scenarios/bakery.toml").replace("weeks", 30)
    policy = scenario.policies[0].name
    found = tail(scenario, policies=[policy], futures=1_000, method="plain", of="value", share=0.05)
    values = ra.run(scenario, futures=1_000, policies=[policy], stresses=["baseline"]).outcomes["value"].to_numpy()
    assert found["estimate"][0] == np.sort(values)[49]
    assert found["estimate"][1] == pytest.approx(np.sort(values)[:50].mean(), rel=1e-12)


def gaussian(futures, *, shift=-2.0, seed=0):
    """Standard normal values drawn around `shift` instead of 0, and weighed."""
    values = np.random.default_rng(seed).normal(shift, 1.0, futures)
    weight = np.exp(-shift * values + shift**2 / 2)
    return Weighed(values=values, weight=weight, group=np.zeros(futures, np.int64), share=np.ones(1))


def test_quantile_and_shortfall_of_the_normal_distribution():
    normal = NormalDist()
    for share in (0.05, 0.01, 0.001):
        z = normal.inv_cdf(share)
        drawn = gaussian(40_000)
        at, worst = (measure(drawn, share=share, level=0.95) for measure in (quantile, shortfall))
        assert abs(at.value - z) < ONE_IN_A_MILLION * at.error
        assert abs(worst.value + normal.pdf(z) / share) < ONE_IN_A_MILLION * worst.error
        assert abs(at.value - z * 1.05) > ONE_IN_A_MILLION * at.error
        assert abs(worst.value + 1.05 * normal.pdf(z) / share) > ONE_IN_A_MILLION * worst.error


@pytest.mark.parametrize("measure", [quantile, shortfall])
def test_intervals_cover_as_often_as_they_say(measure):
    z = NormalDist().inv_cdf(0.01)
    truth = z if measure is quantile else -NormalDist().pdf(z) / 0.01
    repeats = 600
    found = [measure(gaussian(3_000, seed=seed), share=0.01, level=0.95) for seed in range(repeats)]
    covered = np.mean([estimate.low <= truth <= estimate.high for estimate in found])
    narrow = np.mean([abs(estimate.value - truth) <= estimate.error for estimate in found])
    error = np.sqrt(0.95 * 0.05 / repeats)
    assert abs(covered - 0.95) < 2 * error
    assert abs(narrow - 0.95) > ONE_IN_A_MILLION * error


def test_the_interval_of_a_chance_covers_as_often_as_it_says():
    truth, repeats = NormalDist().cdf(-3.0), 600
    covered = []
    for seed in range(repeats):
        drawn = gaussian(2_000, seed=seed, shift=-3.0)
        hit = Weighed(values=(drawn.values < -3.0) * 1.0, weight=drawn.weight, group=drawn.group, share=drawn.share)
        found = chance(hit, bound=1e9, level=0.95)
        covered.append(found.low <= truth <= found.high)
    assert abs(np.mean(covered) - 0.95) < 2 * np.sqrt(0.95 * 0.05 / repeats)


def test_degenerate_weights_are_warned_of():
    drawn = gaussian(2_000, shift=6.0)  # tilted away from the tail that is asked for
    assert "weights degenerate" in shortfall(drawn, share=0.01, level=0.95).warning
    assert shortfall(gaussian(2_000), share=0.01, level=0.95).warning == ""


def test_what_was_never_seen_may_still_be_and_the_interval_says_how_likely():
    found = tail(world([{"name": "Flood", "rate": 0.5}], credit=1e9), futures=1_000).iloc[0]
    assert found["estimate"] == 0.0 and 0.0 < found["high"] < 0.1
    assert "not seen in any future" in found["warning"]


def test_no_weight_exceeds_what_the_untilted_tenth_allows():
    scenario, _ = CASES["seven floods in two years"]
    plan = methods.METHODS["tilt"]
    from realign.model import build_plan
    from realign.rare.sample import Player

    drawn = plan(Player(plan=build_plan(scenario), seed=1, threads=1), methods.Aim(ruin=True, share=0.01), 2_000)
    assert drawn.futures.weight.max() <= drawn.bound * (1 + 1e-12) <= 10.1
    assert drawn.futures.mean(drawn.futures.weight) == pytest.approx(1.0, abs=0.2)


def test_threads_change_no_bit_and_seeds_do():
    scenario, _ = CASES["fire after flood"]
    one, two = (tail(scenario, futures=1_000, threads=n).iloc[0] for n in (1, 2))
    assert one["estimate"] == two["estimate"] and one["standard_error"] == two["standard_error"]
    assert tail(scenario, futures=1_000, seed=9).iloc[0]["estimate"] != one["estimate"]


@pytest.mark.parametrize(
    "wrong", [{"of": "cash"}, {"method": "magic"}, {"share": 0.0}, {"futures": 10}, {"policies": ["Nobody"]}]
)
def test_what_cannot_be_done_is_said(wrong):
    with pytest.raises(UsageError):
        tail(CASES["fire after flood"][0], **wrong)


@pytest.mark.slow
def test_ruin_at_one_in_ten_thousand_takes_a_twentieth_of_the_futures():
    """black_swans.toml with more money: as sure, each time, as plain sampling with 20 times as many futures."""
    scenario, ten = ra.load("scenarios/black_swans.toml").replace("organisation.cash", 2_800_000), range(10)
    found = [tail(scenario, policies=["Prepared for all"], futures=20_000, seed=seed).iloc[0] for seed in ten]
    estimate = np.mean([row["estimate"] for row in found])
    variance = np.mean([row["standard_error"] ** 2 for row in found])  # of one of them
    assert 5e-5 < estimate < 2e-4
    assert min(row["gain"] for row in found) > 20
    spread = np.var([row["estimate"] for row in found], ddof=1)  # what they really differ by: chi-square, 9 degrees
    assert 0.19 < 9 * spread / variance < 46.5  # false alarm: one in a million
    assert estimate * (1 - estimate) / spread > 20 * 20_000
    plain = tail(scenario, policies=["Prepared for all"], futures=400_000, method="plain", seed=99).iloc[0]
    error = np.hypot(plain["standard_error"], np.sqrt(variance / 10))
    assert abs(plain["estimate"] - estimate) < ONE_IN_A_MILLION * error
    assert abs(plain["estimate"] - 3 * estimate) > ONE_IN_A_MILLION * error  # 40 ruins tell a factor of 3, not of 2
