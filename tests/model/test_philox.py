"""Draws by address: published known answers, the open interval, moments, and streams that do not collide."""

import numpy as np
import pytest
from numba import njit
from worlds import ONE_IN_A_MILLION, misses_mean, misses_variance

from realign.model.lanes import WIDTH, tiles
from realign.model.philox import (
    _round,
    _two_rounds,
    exponential,
    fill_normals,
    fill_words,
    philox,
    stream,
    uniforms,
    uniforms_of_words,
)

# kat_vectors of Random123: counter (4 words), key (2 words), output of philox4x32 with 10 rounds
KNOWN_ANSWERS = {
    "zero": ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    "ones": ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    "pi": ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
}
MANY = 6_250 * WIDTH
SEED, STREAM = np.uint64(11), np.uint64(stream("shock", "Flood", "count"))


def words(text):
    return [np.uint64(int(word, 16)) for word in text.split()]


@njit
def _philox(c0, c1, c2, c3, k0, k1):
    return philox(c0, c1, c2, c3, k0, k1)


@njit
def _uniforms(seed, name, number):
    out = np.empty((2, number))
    for future in range(number):
        out[0, future], out[1, future] = uniforms(seed, np.uint64(future), name, 3, 0)
    return out


@njit
def _exponentials(seed, name, number):
    out = np.empty(number)
    for future in range(number):
        out[future] = exponential(seed, np.uint64(future), name, 3, 0)
    return out


@njit
def _fill_words(seed, futures, name, week, index, out):
    fill_words(seed, futures, name, week, index, out)


@njit
def _normals(seed, futures, name, week, out):
    fill_normals(seed, futures, name, week, out, 0, 4)


def fill(seed, futures, name, week, index):
    padded = np.resize(futures, tiles(len(futures)) * WIDTH)
    out = np.zeros((4, len(padded)), np.uint64)
    _fill_words(seed, padded, name, week, index, out)
    return out[:, : len(futures)]


def four_normals(number, *, week=0):
    futures = np.arange(number, dtype=np.uint64)
    out = np.empty((1, 4, number))
    _normals(SEED, futures, STREAM, week, out)
    return out[0]


@pytest.mark.parametrize("vector", KNOWN_ANSWERS)
def test_philox_gives_the_published_known_answers(vector):
    counter, key, answer = map(words, KNOWN_ANSWERS[vector])
    assert list(_philox(*counter, *key)) == answer


@pytest.mark.parametrize("vector", KNOWN_ANSWERS)
def test_lanes_give_the_published_known_answers(vector):
    counter, key, answer = map(words, KNOWN_ANSWERS[vector])
    name = counter[2] | (counter[3] << np.uint64(32))
    found = fill(key[0], np.full(5, key[1]), name, counter[0], counter[1])
    assert (found == np.array(answer)[:, None]).all()


@pytest.mark.parametrize("vector", KNOWN_ANSWERS)
def test_philox_uncompiled_gives_the_published_known_answers(vector, monkeypatch):
    counter, key, answer = map(words, KNOWN_ANSWERS[vector])
    for helper in (_round, _two_rounds):
        monkeypatch.setitem(philox.py_func.__globals__, helper.__name__, helper.py_func)
    with np.errstate(over="ignore"):
        assert list(philox.py_func(*counter, *key)) == answer


def test_nine_rounds_would_not_give_the_known_answer():
    """The twin that must fail: the known answers tell ten rounds from nine."""
    low, half = 0xFFFFFFFF, 32
    c, k = [0, 0, 0, 0], [0, 0]
    rounds = []
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(p1 >> half) ^ c[1] ^ k[0], p1 & low, (p0 >> half) ^ c[3] ^ k[1], p0 & low]
        k = [(k[0] + 0x9E3779B9) & low, (k[1] + 0xBB67AE85) & low]
        rounds.append(c)
    answer = [int(word) for word in words(KNOWN_ANSWERS["zero"][2])]
    assert rounds[9] == answer and rounds[8] != answer


def test_lanes_and_single_draws_have_the_same_words():
    futures = np.arange(17, dtype=np.uint64)
    lanes = fill(SEED, futures, STREAM, 8, 3)
    low = np.uint64(0xFFFFFFFF)
    single = [_philox(np.uint64(8), np.uint64(3), STREAM & low, STREAM >> np.uint64(32), SEED, f) for f in futures]
    assert (lanes == np.array(single, np.uint64).T).all()


def test_uniforms_lie_in_the_open_interval():
    draws = _uniforms(SEED, STREAM, MANY)
    assert draws.min() > 0.0 and draws.max() < 1.0


@pytest.mark.parametrize("word", [0, 0xFFFFFFFF])
def test_extreme_words_give_uniforms_in_the_open_interval(word):
    """Words of all ones must not be rounded up to 1, nor words of all zeros be 0."""

    @njit
    def draw(words):
        return uniforms_of_words(words, 0)

    for found in draw(np.full((4, 1), word, np.uint64)):
        assert 0.0 < found < 1.0


def test_uniforms_have_the_moments_of_the_uniform_distribution():
    first, second = _uniforms(SEED, STREAM, MANY)
    for draws in (first, second):
        assert misses_mean(draws, 1 / 2) < ONE_IN_A_MILLION
        assert misses_mean(draws**2, 1 / 3) < ONE_IN_A_MILLION
    assert misses_mean((first - 0.5) * (second - 0.5), 0.0) < ONE_IN_A_MILLION
    assert misses_mean(first, 0.505) > ONE_IN_A_MILLION


def test_exponentials_have_mean_and_variance_one():
    draws = _exponentials(SEED, STREAM, MANY)
    assert misses_mean(draws, 1.0) < ONE_IN_A_MILLION
    assert misses_variance(draws, 1.0) < ONE_IN_A_MILLION
    assert misses_mean(draws, 1.02) > ONE_IN_A_MILLION


def test_normals_have_the_moments_of_the_normal_distribution():
    for draws in four_normals(MANY):
        assert misses_mean(draws, 0.0) < ONE_IN_A_MILLION
        assert misses_mean(draws**2, 1.0) < ONE_IN_A_MILLION
        assert misses_mean(draws**3, 0.0) < ONE_IN_A_MILLION
        assert misses_mean(draws**4, 3.0) < ONE_IN_A_MILLION
        assert misses_mean(draws**2, 1.03) > ONE_IN_A_MILLION


def test_four_normals_of_an_address_and_those_of_the_next_week_are_uncorrelated():
    draws = np.concatenate([four_normals(MANY), four_normals(MANY, week=1)])
    for i in range(8):
        for j in range(i):
            assert misses_mean(draws[i] * draws[j], 0.0) < ONE_IN_A_MILLION
            assert misses_mean(draws[i] ** 2 * draws[j] ** 2, 1.0) < ONE_IN_A_MILLION


def test_every_part_of_an_address_changes_the_draw():
    futures = np.arange(4, dtype=np.uint64)
    here = fill(SEED, futures, STREAM, 8, 3)
    other = np.uint64(stream("shock", "Flood", "severity"))
    for seed, keys, name, week, index in (
        (SEED + np.uint64(1), futures, STREAM, 8, 3),
        (SEED, futures + np.uint64(4), STREAM, 8, 3),
        (SEED, futures, other, 8, 3),
        (SEED, futures, STREAM, 9, 3),
        (SEED, futures, STREAM, 8, 4),
    ):
        assert (fill(seed, keys, name, week, index) != here).all()


def test_streams_depend_on_kind_name_and_purpose_apart():
    names = [("a", "b", "c"), ("ab", "", "c"), ("", "ab", "c"), ("a", "bc", ""), ("b", "a", "c"), ("a", "c", "b")]
    assert len({stream(*name) for name in names}) == len(names)
