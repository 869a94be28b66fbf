"""The twin's draws: published known answers, and the kernel's draws at the same addresses."""

import math
from random import Random

import numpy as np
import pytest
from numba import njit

from realign.model import arrivals
from realign.model import philox as kernel
from realign.model.lanes import WIDTH
from realign.twin.draws import Draws, number_of, philox, poisson

WORD = 0xFFFF_FFFF


@njit
def kernel_uniforms(seed, future, name, week, index):
    return kernel.uniforms(seed, future, name, week, index)


@njit
def kernel_exponential(seed, future, name, week, index):
    return kernel.exponential(seed, future, name, week, index)


@njit
def kernel_normals(seed, futures, name, week, out, number):
    """The first normals of a week for each future."""
    kernel.fill_normals(seed, futures, name, week, out, 0, number)


@njit
def kernel_poisson(u, mean):
    return arrivals.poisson(u, mean)


KNOWN_ANSWERS = [  # Random123, kat_vectors, philox4x32 10 rounds
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((WORD,) * 4, (WORD,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN_ANSWERS)
def test_philox_gives_the_published_answers(counter, key, words):
    assert philox(counter, key) == words


def test_every_draw_is_the_kernels_at_the_same_address():
    dice = Random(1)
    for _ in range(200):
        seed, future = dice.randrange(2**32), dice.randrange(2**32)
        week, index = dice.randrange(5200), dice.randrange(2**25)
        stream = ("shock", f"Name {dice.random()}", "severity")
        draws, name = Draws(seed, future), np.uint64(number_of(stream))
        assert number_of(stream) == kernel.stream(*stream)
        key = np.uint64(seed), np.uint64(future), name, week, index
        assert draws.uniforms(stream, week, index) == kernel_uniforms(*key)
        assert draws.exponential(stream, week, index) == pytest.approx(kernel_exponential(*key), rel=1e-12)
        many = np.empty((1, 12, WIDTH))
        kernel_normals(key[0], np.full(WIDTH, future, np.uint64), name, week, many, 12)
        for address in range(3):
            four = many[0, 4 * address : 4 * address + 4, 0]
            assert draws.normals(stream, week, address) == pytest.approx(four, rel=1e-9, abs=1e-12)


def test_normals_by_name_come_four_to_a_draw():
    draws, stream, names = Draws(3, 4), ("unit", "Crew", "sensing"), ["a", "b", "c", "d", "e"]
    first, second = draws.normals(stream, 9, 0), draws.normals(stream, 9, 1)
    assert list(draws.normals_by_name(stream, 9, names).values()) == [*first, second[0]]


@pytest.mark.parametrize("mean", [0.01, 1.0, 7.5, 60.0])
def test_poisson_is_the_quantile(mean):
    for u in (0.001, 0.2, 0.5, 0.9, 0.999):
        n = poisson(u, mean)
        chances = [math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(n + 1)]
        assert sum(chances) >= u > sum(chances[:-1])
        assert n == kernel_poisson(u, mean)
