"""Quantiles against scipy and against closed forms."""

from math import inf, pi, tan

import pytest

from realign.compare.quantiles import beta_quantile, normal_quantile, student_quantile
from realign.errors import UsageError

PROBABILITIES = (1e-9, 1e-4, 0.025, 0.3, 0.5, 0.7, 0.975, 0.9999)


@pytest.mark.parametrize("degrees", [1, 2, 3.5, 19, 400, 99_999, 1e8])
def test_student_quantiles_are_those_of_scipy(degrees):
    stats = pytest.importorskip("scipy.stats")
    for p in PROBABILITIES:
        assert student_quantile(p, degrees) == pytest.approx(stats.t.ppf(p, degrees), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (1, 30), (3, 2), (50, 9951), (1, 1_000_000), (2e5, 8e5)])
def test_beta_quantiles_are_those_of_scipy(a, b):
    stats = pytest.importorskip("scipy.stats")
    for p in PROBABILITIES[1:]:
        assert beta_quantile(p, a, b) == pytest.approx(stats.beta.ppf(p, a, b), rel=1e-7)


def test_student_with_one_degree_of_freedom_is_cauchy():
    assert student_quantile(0.975, 1) == pytest.approx(tan(pi * 0.475), rel=1e-12)


def test_student_with_many_degrees_of_freedom_is_normal():
    assert student_quantile(0.975, inf) == normal_quantile(0.975)
    assert student_quantile(0.975, 1e9) == pytest.approx(normal_quantile(0.975), rel=1e-8)


def test_student_is_symmetric():
    assert student_quantile(0.25, 7) == -student_quantile(0.75, 7)


def test_a_beta_with_one_free_parameter_is_a_power():
    assert beta_quantile(0.3, 5, 1) == pytest.approx(0.3 ** (1 / 5), rel=1e-12)
    assert beta_quantile(0.3, 1, 5) == pytest.approx(1 - 0.7 ** (1 / 5), rel=1e-12)


@pytest.mark.parametrize("probability", [0, 1, -0.1, float("nan")])
def test_a_probability_outside_0_to_1_is_refused(probability):
    with pytest.raises(UsageError):
        student_quantile(probability, 5)
    with pytest.raises(UsageError):
        beta_quantile(probability, 1, 1)
