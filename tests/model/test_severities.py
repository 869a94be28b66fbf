"""Severities: quantile functions against closed forms, and the kernel's draws against moments."""

import numpy as np
import pytest
from numba import njit
from worlds import ONE_IN_A_MILLION, misses_mean, misses_variance, play, world

from realign.model import build_plan
from realign.model.severity import severity

MANY = 40_000


@njit
def _severities(shocks, u):
    out = np.empty_like(u)
    for n in range(u.shape[0]):
        out[n] = severity(shocks, 0, u[n])
    return out


def scenario_of(dist, **parameters):
    return world(shock=[{"name": "Flood", "weeks": [0], "severity": {"dist": dist, **parameters}}], weeks=1)


def quantiles(u, dist, **parameters):
    return _severities(build_plan(scenario_of(dist, **parameters)).tables.shocks, np.asarray(u, float))


def drawn(dist, **parameters):
    found = play(scenario_of(dist, **parameters), futures=MANY, watch=True)
    return np.array([amount for *_, amount in found.events("strike")])


def mean_beyond(p, dist, **parameters):
    """Expected shortfall: the mean of the quantiles beyond p, by Gauss and Legendre in y, 1 - u = (1 - p) exp(-y)."""
    nodes, weights = np.polynomial.legendre.leggauss(100)
    y = 12.5 * (nodes + 1)  # up to 25: beyond, doubles next to 1 are too far apart
    return float((12.5 * weights * np.exp(-y) * quantiles(1 - (1 - p) * np.exp(-y), dist, **parameters)).sum())


U = np.array([1e-6, 0.01, 0.25, 0.5, 0.9, 0.999])


def test_a_fixed_severity_is_fixed():
    assert (quantiles(U, "fixed", value=2.5) == 2.5).all()


def test_uniform_quantiles():
    assert np.abs(quantiles(U, "uniform", low=1.0, high=3.0) - (1 + 2 * U)).max() < 1e-15


def test_exponential_quantiles():
    assert np.abs(quantiles(U, "exponential", mean=3.0) / (-3.0 * np.log1p(-U)) - 1).max() < 1e-9


def test_pareto_quantiles_and_cap():
    wanted = np.minimum((1 - U) ** (-1 / 2.2), 8.0)
    assert np.abs(quantiles(U, "pareto", min=1.0, alpha=2.2, max=8.0) / wanted - 1).max() < 1e-13
    assert quantiles([0.999], "pareto", min=1.0, alpha=2.2, max=8.0)[0] == 8.0
    assert quantiles([0.999], "pareto", min=1.0, alpha=2.2)[0] > 8.0


def test_lognormal_quantiles():
    """Quartiles of the standard normal: 0, and +-0.6744897501960817."""
    found = quantiles([0.25, 0.5, 0.75], "lognormal", median=2.0, sigma=0.6)
    assert np.abs(found / (2.0 * np.exp(0.6 * 0.6744897501960817 * np.array([-1, 0, 1]))) - 1).max() < 1e-14


def test_triangular_quantiles():
    """Low 1, mode 2, high 4: F(2) = 1/3 and the median is 4 - sqrt 3 = 2.2679491924311224."""
    found = quantiles([1e-12, 1 / 3, 0.5, 1 - 1e-12], "triangular", low=1.0, mode=2.0, high=4.0)
    assert np.abs(found - [1.0, 2.0, 2.2679491924311224, 4.0]).max() < 1e-5
    assert abs(found[2] - 2.2679491924311224) < 1e-14


def test_triangular_with_its_mode_at_an_end_and_without_width():
    assert np.abs(quantiles(U, "triangular", low=0.0, mode=0.0, high=1.0) - (1 - np.sqrt(1 - U))).max() < 1e-12
    assert np.abs(quantiles(U, "triangular", low=0.0, mode=1.0, high=1.0) - np.sqrt(U)).max() < 1e-12
    assert (quantiles(U, "triangular", low=2.0, mode=2.0, high=2.0) == 2.0).all()


@pytest.mark.parametrize(("location", "scale", "shape", "p", "quantile", "shortfall"), [
    (1.0, 0.5, 0.3, 0.99, 5.9684528425582855, 8.81207548936898),
    (0.0, 1.0, 0.5, 0.995, 26.284271247461888, 54.568542494923776),
])  # fmt: skip
def test_gpd_quantile_and_expected_shortfall(location, scale, shape, p, quantile, shortfall):
    """Q = location + scale ((1 - p)^-shape - 1) / shape,  ES = (Q + scale - shape location) / (1 - shape)."""
    law = {"location": location, "scale": scale, "shape": shape}
    closed = location + scale * ((1 - p) ** -shape - 1) / shape
    assert closed == pytest.approx(quantile, rel=1e-12)
    assert (closed + scale - shape * location) / (1 - shape) == pytest.approx(shortfall, rel=1e-12)
    assert quantiles([p], "gpd", **law)[0] == pytest.approx(quantile, rel=1e-12)
    assert mean_beyond(p, "gpd", **law) == pytest.approx(shortfall, rel=1e-4)
    assert mean_beyond(p, "gpd", **law | {"shape": shape + 0.01}) != pytest.approx(shortfall, rel=1e-3)


def test_gpd_of_shape_zero_is_exponential_and_the_limit_of_small_shapes():
    exponential = quantiles(U, "gpd", location=1.0, scale=2.0, shape=0.0)
    assert np.abs(exponential - (1.0 - 2.0 * np.log1p(-U))).max() < 1e-12
    assert np.abs(quantiles(U, "gpd", location=1.0, scale=2.0, shape=1e-7) - exponential).max() < 1e-4


def test_gpd_of_negative_shape_has_an_end():
    assert quantiles([1 - 1e-15], "gpd", location=0.0, scale=1.0, shape=-0.5)[0] == pytest.approx(2.0, abs=1e-6)


def test_empirical_severities_are_the_values_in_equal_shares():
    values = [3.0, 1.0, 2.0, 2.0]
    assert quantiles([0.1, 0.3, 0.6, 0.9, 1 - 1e-16], "empirical", values=values).tolist() == [1.0, 2.0, 2.0, 3.0, 3.0]
    found = drawn("empirical", values=values)
    assert misses_mean(found == 2.0, 0.5) < ONE_IN_A_MILLION
    assert misses_mean(found == 3.0, 0.25) < ONE_IN_A_MILLION


@pytest.mark.parametrize(("dist", "law"), [
    ("uniform", {"low": 1, "high": 3}),
    ("triangular", {"low": 1, "mode": 2, "high": 4}),
    ("lognormal", {"median": 1, "sigma": 0.6}),
    ("exponential", {"mean": 2}),
    ("pareto", {"min": 1, "alpha": 2.2}),
    ("gpd", {"location": 1, "scale": 0.5, "shape": 0.3}),
    ("empirical", {"values": [1, 5, 2]}),
])  # fmt: skip
def test_severities_rise_with_their_probability_and_a_cap_binds(dist, law):
    u = np.linspace(1e-9, 1 - 1e-9, 10_001)
    found = quantiles(u, dist, **law)
    assert (np.diff(found) >= 0.0).all() and found[-1] > found[0]
    assert (quantiles(u, dist, **law, max=1.5) == np.minimum(found, 1.5)).all()


def test_capped_pareto_draws_have_mean_second_moment_and_mass_at_the_cap():
    """min(X, 8), X Pareto(1, 2.2): with c = 8, a = 2.2, the mean is a/(a-1) - c^(1-a)/(a-1) and so on."""
    c, a = 8.0, 2.2
    mean = (a - c ** (1 - a)) / (a - 1)
    second = (a - 2 * c ** (2 - a)) / (a - 2)
    assert (mean, second) == pytest.approx((1.7646089629805786, 4.402460446135528), rel=1e-12)
    found = drawn("pareto", min=1.0, alpha=a, max=c)
    assert misses_mean(found, mean) < ONE_IN_A_MILLION
    assert misses_mean(found**2, second) < ONE_IN_A_MILLION
    assert misses_mean(found == c, 0.010308655552913232) < ONE_IN_A_MILLION
    assert misses_mean(found, a / (a - 1)) > ONE_IN_A_MILLION  # uncapped


def test_capped_lognormal_draws_have_mean_and_mass_at_the_cap():
    """E min(X, 6) with median 1 and sigma 0.6 is 1.1955009892; P(X >= 6) = 0.0014120354."""
    found = drawn("lognormal", median=1.0, sigma=0.6, max=6.0)
    assert misses_mean(found, 1.1955009891728403) < ONE_IN_A_MILLION
    assert misses_mean(found == 6.0, 0.0014120353920540581) < ONE_IN_A_MILLION
    assert misses_mean(found, 1.0) > ONE_IN_A_MILLION


def test_triangular_draws_have_mean_and_variance():
    """(1 + 2 + 4) / 3 and (1 + 4 + 16 - 2 - 4 - 8) / 18."""
    found = drawn("triangular", low=1, mode=2, high=4)
    assert misses_mean(found, 7 / 3) < ONE_IN_A_MILLION
    assert misses_variance(found, 7 / 18) < ONE_IN_A_MILLION
    assert misses_mean(found, 2.4) > ONE_IN_A_MILLION


def test_uniform_exponential_and_gpd_draws_have_their_means():
    assert misses_mean(drawn("uniform", low=1, high=3), 2.0) < ONE_IN_A_MILLION
    assert misses_mean(drawn("exponential", mean=2), 2.0) < ONE_IN_A_MILLION
    gpd = drawn("gpd", location=1, scale=0.5, shape=0.3)
    assert misses_mean(gpd, 1 + 0.5 / 0.7) < ONE_IN_A_MILLION
    assert misses_mean(gpd, 1 + 0.5) > ONE_IN_A_MILLION
