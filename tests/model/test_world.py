"""The world against closed forms: drifting demand and priorities, regimes, felt effects on both."""

import numpy as np
import pytest
from worlds import ONE_IN_A_MILLION, misses_mean, misses_variance, play, world

from realign.model import build_plan, play_until

MANY = 10_000
GOALS = [{"name": "One", "weight": 0.3, "fade": float("inf"), "gain": 0.0, "start": 100.0},
         {"name": "Two", "weight": 0.7, "fade": float("inf"), "gain": 0.0, "start": 0.0}]  # fmt: skip


def log_demand(half_life, volatility, weeks=104, **sections):
    """Log of demand by week and future: half the objective is attained, so value is half of demand."""
    market = {"demand_half_life": half_life, "demand_volatility": volatility}
    return np.log(2 * play(world(weeks=weeks, market=market, **sections), futures=MANY).weekly("value"))


@pytest.mark.parametrize(("half_life", "volatility", "variance", "correlation"), [
    (52, 0.02, 0.014254609748390963, 0.9867586942598652), (12, 0.03, 0.008249165681194064, 0.9438743126816935),
])  # fmt: skip
def test_log_demand_is_an_autoregression(half_life, volatility, variance, correlation):
    """Var y(T) = sigma^2 (1 - phi^(2T)) / (1 - phi^2) after T = 104 weeks from 0, phi = 2^(-1/half-life)."""
    phi = 2.0 ** (-1 / half_life)
    closed = volatility**2 * (1 - phi ** (2 * 104)) / (1 - phi**2)
    assert (closed, phi) == pytest.approx((variance, correlation), rel=1e-12)
    y = log_demand(half_life, volatility)
    assert misses_mean(y[103], 0.0) < ONE_IN_A_MILLION
    assert misses_variance(y[103], variance) < ONE_IN_A_MILLION
    assert misses_variance(y[103], variance * 1.15) > ONE_IN_A_MILLION
    # lag 1: what is left of y(t) after phi y(t - 1) is uncorrelated with y(t - 1), and twice as much fading is not
    assert misses_mean((y[103] - phi * y[102]) * y[102], 0.0) < ONE_IN_A_MILLION
    assert misses_mean((y[103] - phi**8 * y[102]) * y[102], 0.0) > ONE_IN_A_MILLION
    assert misses_variance(y[103] - phi * y[102], volatility**2) < ONE_IN_A_MILLION


def test_demand_starts_at_normal_and_moves_from_week_zero_on():
    y = log_demand(12, 0.03, weeks=1)
    assert misses_variance(y[0], 0.03**2) < ONE_IN_A_MILLION


def test_priorities_drift_as_an_autoregression_and_stay_shares():
    """With only the first objective attained V = w_1, and log(w_1 / w_2) - log(3 / 7) has twice the variance of z."""
    market = {"priority_half_life": 20, "priority_volatility": 0.05}
    first = play(world(objective=GOALS, market=market), futures=MANY).weekly("value")[51]
    log_odds = np.log(first / (1 - first)) - np.log(3 / 7)
    phi = 2.0 ** (-1 / 20)
    variance = 2 * 0.05**2 * (1 - phi**104) / (1 - phi**2)
    assert misses_mean(log_odds, 0.0) < ONE_IN_A_MILLION
    assert misses_variance(log_odds, variance) < ONE_IN_A_MILLION
    assert misses_variance(log_odds, variance / 2) > ONE_IN_A_MILLION


def test_priorities_of_different_objectives_drift_apart():
    scenario = world(objective=GOALS, market={"priority_volatility": 0.1})
    z = play_until(build_plan(scenario), seed=1, futures=np.arange(MANY), week=10).priority_drift
    assert misses_mean(z[0] * z[1], 0.0) < ONE_IN_A_MILLION
    assert misses_mean(z[0] * z[0], 0.0) > ONE_IN_A_MILLION


def test_share_of_weeks_in_a_regime():
    """Starting in the first of two that last 78 and 26 weeks: 0.78124152 of 156 weeks, 0.75 in the long run.

    p(t + 1) = p(t) (1 - 1 / 78) + (1 - p(t)) / 26. Demand moves in the first regime only, which shows where one is.
    """
    p, share = 1.0, 0.0
    for _ in range(156):
        share += p / 156
        p = p * (1 - 1 / 78) + (1 - p) / 26
    assert share == pytest.approx(0.7812415230371503, rel=1e-12)
    regimes = [{"name": "first", "lasts": 78}, {"name": "second", "lasts": 26, "volatility": 0.0}]
    y = log_demand(0, 0.1, weeks=156, regime=regimes)
    occupied = (y != 0.0).mean(axis=0)
    assert (y[0] != 0.0).all()
    assert misses_mean(occupied, share) < ONE_IN_A_MILLION
    assert misses_mean(occupied, 0.75) > ONE_IN_A_MILLION


def test_the_next_regime_is_drawn_by_weight():
    regimes = [
        {"name": "start", "lasts": 1, "next": {"still": 1, "moving": 3}},
        {"name": "still", "lasts": 1e6, "volatility": 0.0},
        {"name": "moving", "lasts": 1e6},
    ]
    y = log_demand(0, 0.1, weeks=2, regime=regimes)
    assert misses_mean(y[1] != 0.0, 0.75) < ONE_IN_A_MILLION
    assert misses_mean(y[1] != 0.0, 0.5) > ONE_IN_A_MILLION


def test_regimes_scale_volatility():
    regimes = [{"name": "rough", "lasts": 1e9, "volatility": 3.0}]
    y = log_demand(0, 0.02, weeks=1, regime=regimes)
    assert misses_variance(y[0], 0.06**2) < ONE_IN_A_MILLION


def test_a_shock_to_demand_fades_with_its_half_life():
    effects = [{"on": "demand", "size": -0.4, "half_life": 6}]
    shock = [{"name": "Slump", "weeks": [3], "effects": effects, "severity": {"dist": "fixed", "value": 1.5}}]
    y = np.log(2 * play(world(shock=shock)).weekly("value")[:, 0])
    weeks = np.arange(52)
    assert np.abs(y - np.where(weeks < 3, 0.0, -0.6 * 2.0 ** (-(weeks - 3) / 6))).max() < 1e-13


def test_a_shock_to_demand_that_lasts_ends():
    effects = [{"on": "demand", "size": -0.4, "lasts": 5}]
    shock = [{"name": "Slump", "weeks": [3, 6], "effects": effects}]
    y = np.log(2 * play(world(shock=shock)).weekly("value")[:, 0])
    wanted = np.zeros(52)
    wanted[3:8] -= 0.4
    wanted[6:11] -= 0.4
    assert np.abs(y - wanted).max() < 1e-13


def test_a_shock_to_priorities_moves_them_as_a_factor():
    effects = [{"on": "priority", "objectives": ["One"], "size": 0.8, "half_life": float("inf")}]
    shock = [{"name": "Turn", "weeks": [3], "effects": effects}]
    value = play(world(objective=GOALS, shock=shock)).weekly("value")[:, 0]
    assert np.abs(value[:3] - 0.3).max() < 1e-13
    moved = 0.3 * np.exp(0.8)
    assert np.abs(value[3:] - moved / (moved + 0.7)).max() < 1e-13


def test_the_world_does_not_depend_on_the_policy():
    market = {"demand_volatility": 0.1, "priority_volatility": 0.1}
    policy = [{"name": "Still", "rule": "static"}, {"name": "Busy", "review_every": 1, "monitoring": 5, "autonomy": 1}]
    found = play(world(objective=GOALS, market=market, policy=policy), futures=50)
    assert (found.weekly("value", "Still") == found.weekly("value", "Busy")).all()
