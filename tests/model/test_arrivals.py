"""Arrivals of shocks against closed forms: Poisson, compound Poisson, Hawkes, once, scheduled, forced, caused."""

import numpy as np
import pytest
from worlds import ONE_IN_A_MILLION, misses_mean, misses_variance, play, world

from realign.scenario.records import Force

MANY = 10_000


def counts(shock, *, weeks=156, futures=MANY, seed=1):
    return play(world(shock=[{"name": "Flood", **shock}], weeks=weeks), futures=futures, seed=seed)["shocks[Flood]"]


def hawkes(rate, branching, half_life, weeks):
    """Mean and variance of the number of arrivals from an empty history, exactly.

    h' = d h + a N with a = n (1 - d), N | h ~ Poisson(rate / 52 + h); followed are m = E h, v = Var h, the covariance c
    of h and the count C, and the moments of C; Cov(h, N) = v and Var N = v + rate / 52 + m.
    """
    d = 2.0 ** (-1.0 / half_life)
    a, base = branching * (1.0 - d), rate / 52
    m = v = c = mean = variance = 0.0
    for _ in range(weeks):
        expected = base + m
        mean, variance = mean + expected, variance + 2 * c + v + expected
        c = (d + a) * c + d * v + a * (v + expected)
        v = (d + a) ** 2 * v + a**2 * expected
        m = d * m + a * expected
    return mean, variance


def test_poisson_arrivals_have_mean_variance_and_chance_of_none():
    """0.4 a year for 156 weeks: mean and variance 1.2, none with chance exp(-1.2) = 0.3012."""
    found = counts({"rate": 0.4}, futures=2 * MANY)
    assert misses_mean(found, 1.2) < ONE_IN_A_MILLION
    assert misses_variance(found, 1.2) < ONE_IN_A_MILLION
    assert misses_mean(found == 0, np.exp(-1.2)) < ONE_IN_A_MILLION
    assert misses_mean(found, 1.3) > ONE_IN_A_MILLION
    assert misses_mean(found == 0, 1 - 0.4 / 52 * 156 / 2) > ONE_IN_A_MILLION


def test_many_arrivals_a_week_are_poisson_too():
    """Mean 20 a week, where summing probabilities has far to go."""
    found = counts({"rate": 52 * 20}, weeks=5, futures=3000)
    assert misses_mean(found, 100) < ONE_IN_A_MILLION
    assert misses_variance(found, 100) < ONE_IN_A_MILLION
    assert misses_variance(found, 75) > ONE_IN_A_MILLION


@pytest.mark.parametrize(("rate", "branching", "half_life", "weeks", "mean", "variance"), [
    (2.0, 0.3, 8, 156, 8.28773033905284, 15.84552555411455),
    (1.0, 0.6, 4, 260, 12.046739427523189, 70.50416217637935),
])  # fmt: skip
def test_clustered_arrivals_have_the_moments_of_a_hawkes_process(rate, branching, half_life, weeks, mean, variance):
    assert hawkes(rate, branching, half_life, weeks) == pytest.approx((mean, variance), rel=1e-12)
    shock = {"rate": rate, "clustering": {"branching": branching, "half_life": half_life}}
    found = counts(shock, weeks=weeks)
    assert misses_mean(found, mean) < ONE_IN_A_MILLION
    assert misses_variance(found, variance) < ONE_IN_A_MILLION
    assert misses_mean(found, rate / 52 * weeks / (1 - branching)) > ONE_IN_A_MILLION  # as if without a beginning
    assert misses_variance(found, mean) > ONE_IN_A_MILLION  # as if Poisson


def test_every_arrival_excites_whatever_brought_it():
    """A scheduled strike in week 0 has n expected children, n^2 grandchildren, ...: n / (1 - n) in the long run."""
    clustering = {"branching": 0.5, "half_life": 2}
    found = counts({"weeks": [0], "clustering": clustering}, weeks=200) - 1
    assert misses_mean(found, 1.0) < ONE_IN_A_MILLION
    assert misses_mean(found, 0.5) > ONE_IN_A_MILLION  # children only


def test_children_come_from_the_week_after_with_the_half_life():
    """Direct children of a strike in week 0: mean n (1 - d) in week 1; none in week 0."""
    clustering = {"branching": 0.5, "half_life": 2}
    scenario = world(shock=[{"name": "Flood", "weeks": [0], "clustering": clustering}], weeks=2)
    found = play(scenario, futures=MANY, watch=True)
    weeks = np.array([week for _, week, _, _ in found.events("strike")])
    assert (weeks == 0).sum() == MANY
    expected = 0.5 * (1 - 2**-0.5)
    assert abs((weeks == 1).sum() / MANY - expected) < ONE_IN_A_MILLION * np.sqrt(expected / MANY)
    assert abs((weeks == 1).sum() / MANY - 0.5 * 2**-0.5) > ONE_IN_A_MILLION * np.sqrt(expected / MANY)


def test_losses_are_compound_poisson():
    """Mean rate T E(X), variance rate T E(X^2); X exponential of mean 2 has second moment 8."""
    shock = {
        "name": "Flood", "rate": 3, "severity": {"dist": "exponential", "mean": 2},
        "effects": [{"on": "cash", "size": 1}],
    }  # fmt: skip
    lost = -play(world(shock=[shock], weeks=104), futures=MANY)["final_cash"]
    assert misses_mean(lost, 6 * 2) < ONE_IN_A_MILLION
    assert misses_variance(lost, 6 * 8) < ONE_IN_A_MILLION
    assert misses_variance(lost, 6 * 4) > ONE_IN_A_MILLION


def test_a_once_shock_strikes_with_its_chance_in_a_uniform_week():
    """By week 77 of 156, inclusive, with chance 0.15 x 78 / 156 = 0.075."""
    scenario = world(shock=[{"name": "Flood", "chance": 0.15}], weeks=156)
    found = play(scenario, futures=2 * MANY, watch=True)
    count = found["shocks[Flood]"]
    assert set(count) == {0.0, 1.0}
    assert misses_mean(count, 0.15) < ONE_IN_A_MILLION
    weeks = np.array([week for _, week, _, _ in found.events("strike")])
    by_then = np.zeros(2 * MANY)
    by_then[: (weeks <= 77).sum()] = 1.0
    assert misses_mean(by_then, 0.075) < ONE_IN_A_MILLION
    assert misses_mean(by_then, 0.15) > ONE_IN_A_MILLION
    assert misses_mean(weeks, 155 / 2) < ONE_IN_A_MILLION
    assert misses_variance(weeks.astype(float), (156**2 - 1) / 12) < ONE_IN_A_MILLION
    assert weeks.min() >= 0 and weeks.max() <= 155


def test_scheduled_and_forced_strikes_come_in_their_weeks():
    scenario = world(shock=[{"name": "Flood", "weeks": [3, 17]}])
    found = play(scenario, futures=3, watch=True, force=[Force(shock="Flood", week=9, severity=4.5)])
    events = [(week, amount) for future, week, _, amount in found.events("strike") if future == 2]
    assert events == [(3, 1.0), (9, 4.5), (17, 1.0)]


def test_a_forced_strike_without_a_severity_draws_one():
    shock = {"name": "Flood", "severity": {"dist": "uniform", "low": 1, "high": 2}}
    found = play(world(shock=[shock]), futures=4000, watch=True, force=[Force(shock="Flood", week=9)])
    drawn = np.array([amount for *_, amount in found.events("strike")])
    assert len(drawn) == 4000
    assert misses_mean(drawn, 1.5) < ONE_IN_A_MILLION


def test_a_cause_brings_on_another_shock_after_its_delay_with_its_chance():
    shocks = [{"name": "Flood", "weeks": [5], "causes": [{"shock": "Mud", "chance": 0.3, "delay": 4}]}, {"name": "Mud"}]
    found = play(world(shock=shocks), futures=MANY, watch=True)
    count = found["shocks[Mud]"]
    assert misses_mean(count, 0.3) < ONE_IN_A_MILLION
    assert misses_mean(count, 0.35) > ONE_IN_A_MILLION
    assert {week for _, week, name, _ in found.events("strike") if name == "Mud"} == {9}


def test_causes_that_read_alike_are_drawn_apart():
    """Two causes with the same chance and delay bring two arrivals, one or none: not always both or none."""
    cause = {"shock": "Mud", "chance": 0.5, "delay": 4}
    shocks = [{"name": "Flood", "weeks": [5], "causes": [cause, cause]}, {"name": "Mud"}]
    count = play(world(shock=shocks), futures=2000)["shocks[Mud]"]
    assert set(count) == {0.0, 1.0, 2.0}


def test_strikes_of_a_week_come_in_order_of_time_at_uniform_times():
    """A case that is handled at once is decided at the week's end: its wait is uniform on a week."""
    policy = [{"name": "Quick", "rule": "static", "on_recognised": True}]
    found = play(world(shock=[{"name": "Flood", "weeks": [5]}], policy=policy), futures=MANY, watch=True)
    wait = found["weeks_to_decide"]
    assert {week for _, week, _, _ in found.events("decision")} == {6}
    assert wait.min() > 0.0 and wait.max() < 1.0
    assert misses_mean(wait, 1 / 2) < ONE_IN_A_MILLION
    assert misses_mean(wait**2, 1 / 3) < ONE_IN_A_MILLION


def test_regimes_scale_the_rate_of_arrivals():
    regimes = [{"name": "calm", "lasts": 10, "shock_rate": 0.5}, {"name": "rough", "lasts": 10, "shock_rate": 3.0}]
    scenario = world(shock=[{"name": "Flood", "rate": 2.0}], regime=regimes, weeks=104)
    in_calm, share = 1.0, 0.0
    for _ in range(104):
        share += in_calm / 104
        in_calm = 0.9 * in_calm + 0.1 * (1.0 - in_calm)
    found = play(scenario, futures=MANY)["shocks[Flood]"]
    assert misses_mean(found, 4.0 * (0.5 * share + 3.0 * (1.0 - share))) < ONE_IN_A_MILLION
    assert misses_mean(found, 4.0 * (0.5 + 3.0) / 2) > ONE_IN_A_MILLION
    assert found.var() > 1.1 * found.mean()  # mixed Poisson


def test_an_effect_on_one_unit_hits_by_people():
    """One of three units at random, in proportion to its people: 1, 2 and 5."""
    goal = [{"name": "Goal", "gain": 1.0, "fade": float("inf"), "target": 1e6}]
    crews = [{"name": name, "people": people} for name, people in (("A", 1), ("B", 2), ("C", 5))]
    effect = {"on": "capacity", "units": "one", "size": 1.0, "lasts": 1}
    shock = [{"name": "Flood", "weeks": [0], "effects": [effect]}]
    lost = 8.0 - play(world(objective=goal, unit=crews, shock=shock, weeks=1), futures=MANY)["level[Goal]"]
    for people in (1, 2, 5):
        assert misses_mean(np.abs(lost - people) < 1e-9, people / 8) < ONE_IN_A_MILLION
    assert misses_mean(np.abs(lost - 5) < 1e-9, 1 / 3) > ONE_IN_A_MILLION


def test_a_shock_that_outgrows_all_room_is_explained():
    from realign.errors import RunError

    with pytest.raises(RunError, match="more than 500 times in a week"):
        counts({"rate": 52 * 100, "clustering": {"branching": 0.99, "half_life": 0.5}}, weeks=200, futures=2)


def test_busy_futures_find_room():
    """Far more arrivals than expected on average: the tables grow, and nothing is lost."""
    shock = {"name": "Flood", "rate": 1.0, "clustering": {"branching": 0.95, "half_life": 1}}
    found = play(world(shock=[shock], weeks=300), futures=256, watch=True)
    assert len(found.events("strike")) == found["shocks[Flood]"].sum()
    assert found["shocks[Flood]"].max() > 200
