"""Elementary functions against the libraries of numpy and scipy, and against fractions without rounding."""

import math
from fractions import Fraction

import numpy as np
import pytest
from numba import njit

from realign.model.elementary import exp, inverse_root, log, normal_quantile, power, sine_and_cosine
from realign.model.lanes import LINE, WIDTH, _fused, aligned, fused, get, put


def over(function):
    """The function, compiled, on every number of an array."""

    @njit
    def loop(x):
        out = np.empty_like(x)
        for n in range(x.shape[0]):
            out[n] = function(x[n])
        return out

    return loop


@njit
def sine_of_turns(u):
    return sine_and_cosine(u, 1.0)[0]


@njit
def cosine_of_turns(u):
    return sine_and_cosine(u, 1.0)[1]


def ulps(found, wanted):
    """Distance in units in the last place of what is wanted."""
    return np.abs(found - wanted) / np.spacing(np.abs(wanted))


def test_exp_is_within_two_units_in_the_last_place():
    x = np.concatenate([np.linspace(-700, 709, 200_003), np.linspace(-1e-3, 1e-3, 1001), [0.0, 1.0, -1.0]])
    assert ulps(over(exp)(x), np.exp(x)).max() <= 2.0


def test_exp_of_zero_is_exactly_one():
    assert over(exp)(np.array([0.0, -0.0])).tolist() == [1.0, 1.0]


def test_exp_is_clipped_and_never_infinite_or_zero():
    found = over(exp)(np.array([-1e9, -709.0, 709.0, 1e9]))
    assert np.isfinite(found).all() and (found > 0.0).all()
    assert found[0] == found[1] and found[2] == found[3]


def test_log_is_within_two_units_in_the_last_place():
    x = np.concatenate([np.geomspace(1e-300, 1e300, 200_003), np.linspace(0.5, 2.0, 100_001)])
    found, wanted = over(log)(x), np.log(x)
    assert found[x == 1.0].tolist() == [0.0]
    away = wanted != 0.0
    assert ulps(found[away], wanted[away]).max() <= 2.0


def test_log_of_zero_is_a_large_negative_number():
    assert over(log)(np.array([0.0]))[0] <= -1e299


def test_inverse_root_is_within_two_units_in_the_last_place():
    x = np.concatenate([np.geomspace(1e-300, 1e300, 200_003), np.linspace(0.5, 4.0, 100_001)])
    assert ulps(over(inverse_root)(x), 1.0 / np.sqrt(x)).max() <= 2.0


def test_a_pack_of_lanes_gives_the_bits_of_its_lanes():
    """Every function on packs, against itself on one number after the other."""
    x = np.geomspace(1e-3, 700.0, 64 * WIDTH)
    for function in (exp, log, inverse_root, sine_of_turns, cosine_of_turns):

        @njit
        def packed(x, out, function=function):
            for t in range(x.shape[0] // WIDTH):
                put(out, (t,), function(get(x, (t,))))

        out = np.empty_like(x)
        inputs = x % 1.0 if function in (sine_of_turns, cosine_of_turns) else x
        packed(inputs, out)
        assert np.array_equal(out, over(function)(inputs))


def test_power_agrees_with_the_library():
    @njit
    def powers(x, y):
        out = np.empty_like(x)
        for n in range(x.shape[0]):
            out[n] = power(x[n], y[n])
        return out

    rng = np.random.default_rng(1)
    x, y = rng.uniform(0.01, 10.0, 10_000), rng.uniform(-3.0, 3.0, 10_000)
    assert np.abs(powers(x, y) / x**y - 1.0).max() < 1e-14


@pytest.mark.parametrize(("function", "library"), [(sine_of_turns, np.sin), (cosine_of_turns, np.cos)])
def test_sine_and_cosine_agree_with_the_library(function, library):
    """On the middles of 2**32 steps, as the kernel draws them; the library gets a turn that was folded exactly."""
    words = np.random.default_rng(1).integers(0, 2**32, 200_000)
    u = (words + 0.5) / 2.0**32
    assert np.abs(over(function)(u) - library(2.0 * np.pi * (u - np.round(u)))).max() < 6e-16


def test_quarter_turns_are_exact_to_the_last_place():
    u = np.array([0.0, 0.25, 0.5, 0.75])
    assert np.abs(over(sine_of_turns)(u) - [0.0, 1.0, 0.0, -1.0]).max() < 2e-16
    assert np.abs(over(cosine_of_turns)(u) - [1.0, 0.0, -1.0, 0.0]).max() < 2e-16


def test_normal_quantile_inverts_the_normal_distribution():
    """Checked against erfc, which the standard library has: Phi(x) = erfc(-x / sqrt 2) / 2."""
    p = np.concatenate([np.geomspace(1e-300, 0.5, 5001), np.linspace(1e-4, 0.5, 5001)])
    x = over(normal_quantile)(p)
    back = np.array([0.5 * math.erfc(-value / math.sqrt(2.0)) for value in x])
    # an error of one unit in x moves p by x^2 units, hence the factor
    assert (np.abs(back / p - 1.0) / (1.0 + x**2)).max() < 1e-15


def test_normal_quantile_agrees_with_scipy():
    special = pytest.importorskip("scipy.special")
    p = np.concatenate([np.geomspace(1e-300, 0.5, 20_001), np.linspace(0.5, 1.0, 20_001)[:-1]])
    x, wanted = over(normal_quantile)(p), special.ndtri(p)
    assert np.abs(x - wanted).max() < 1e-13
    assert (np.abs(x - wanted) / np.maximum(np.abs(wanted), 1e-3)).max() < 1e-14


def test_normal_quantile_is_odd_and_rises():
    p = np.linspace(0.001, 0.5, 2001)
    below, above = over(normal_quantile)(p), over(normal_quantile)(1.0 - p)
    assert np.abs(below + above).max() < 1e-13
    assert (np.diff(below) > 0.0).all()


@njit
def _multiply_and_add(a, b, c, out):
    for t in range(a.shape[0] // WIDTH):
        put(out, (t,), fused(get(a, (t,)), get(b, (t,)), get(c, (t,))))


@njit
def _multiply_and_add_one(a, b, c):
    return fused(a, b, c)


def terms(number, *, seed=1):
    """Factors and addends of all sizes, many of which nearly cancel the product."""
    draws = np.random.default_rng(seed)
    a, b = (draws.normal(size=number) * 10.0 ** draws.uniform(-40, 40, number) for _ in range(2))
    cancelling = -a * b * (1.0 + draws.normal(size=number) * 10.0 ** draws.uniform(-18, 0, number))
    c = np.where(draws.random(number) < 0.8, cancelling, draws.normal(size=number))
    c[::50] = 0.0
    return a, b, c


def test_a_fused_product_and_sum_is_the_exact_one_rounded_once():
    a, b, c = terms(64 * WIDTH)
    found = np.empty_like(a)
    _multiply_and_add(a, b, c, found)
    exact = [float(Fraction(x) * Fraction(y) + Fraction(z)) for x, y, z in zip(a.tolist(), b.tolist(), c.tolist())]
    assert found.tolist() == exact
    assert [_multiply_and_add_one(*three) for three in zip(a, b, c)] == exact
    assert (found != a * b + c).mean() > 0.1, "rounding twice gives something else: the test can fail"


def test_uncompiled_a_fused_product_and_sum_has_the_same_bits():
    a, b, c = terms(64 * WIDTH, seed=2)
    found = np.empty_like(a)
    _multiply_and_add(a, b, c, found)
    assert _fused(a, b, c).tolist() == found.tolist()
    assert float(_fused(0.1, 10.0, -1.0)) == _multiply_and_add_one(0.1, 10.0, -1.0) != 0.1 * 10.0 - 1.0


@pytest.mark.parametrize("dtype", [np.float64, np.uint64, np.uint8])
def test_an_aligned_array_begins_where_a_line_of_the_cache_does(dtype):
    for shape in ((3, 5, 32), (1,), (0, 4), (7,)):
        made = aligned(shape, dtype)
        assert made.shape == shape and made.dtype == dtype and made.flags.c_contiguous
        assert made.ctypes.data % LINE == 0 or made.size == 0
