"""Draws by address, in plain Python: the one thing that the twin shares with the kernel.

A draw belongs to an address: seed and future (the key), week and index within the week, and a stream, which is a
64-bit hash of the name of what draws and of its purpose ("shock", "Flour crisis", "severity"). Philox4x32-10 turns the
address into four random 32-bit words; uniforms, exponentials and normals are made of those.

>>> philox((0, 0, 0, 0), (0, 0))  # the first known answer published with Random123
(1722148565, 3796864328, 2623184488, 2650288380)
>>> draws = Draws(seed=7, future=0)
>>> 0.0 < draws.uniform(("shock", "Flour crisis", "severity"), week=3) < 1.0
True

Source: Salmon, Moraes, Dror and Shaw (2011), Parallel random numbers: as easy as 1, 2, 3; Random123.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

Stream = tuple[str, str, str]  # what kind of thing draws, its name, and for what purpose

_WORD = 0xFFFF_FFFF
_BELOW_ONE = 1.0 - 2.0**-53  # what the largest of all uniforms would otherwise round up from


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Four random words from a counter of four words and a key of two: ten rounds of multiply and mix."""
    a, b, c, d = counter
    left, right = key
    for _ in range(10):
        p, q = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = (q >> 32) ^ b ^ left, q & _WORD, (p >> 32) ^ d ^ right, p & _WORD
        left, right = (left + 0x9E3779B9) & _WORD, (right + 0xBB67AE85) & _WORD
    return a, b, c, d


@cache
def number_of(stream: Stream) -> int:
    """The 64-bit number of a stream."""
    return int.from_bytes(blake2b("\x1f".join(stream).encode(), digest_size=8).digest(), "little")


def chance_of(*names: str) -> float:
    """A uniform number that belongs to names alone, whatever the seed: what a network's ties are drawn with."""
    return (number_of(("network", "\x1e".join(names), "tie")) + 0.5) / 2.0**64


@dataclass(frozen=True, slots=True)
class Draws:
    """All draws of one future."""

    seed: int
    future: int

    def _words(self, stream: Stream, week: int, index: int) -> tuple[int, int, int, int]:
        number = number_of(stream)
        return philox((week, index, number & _WORD, number >> 32), (self.seed, self.future))

    def uniforms(self, stream: Stream, week: int, index: int = 0) -> tuple[float, float]:
        """Two uniforms in (0, 1), each of 53 bits."""
        a, b, c, d = self._words(stream, week, index)
        first, second = (a << 21) | (b >> 11), (c << 21) | (d >> 11)
        return min((first + 0.5) * 2.0**-53, _BELOW_ONE), min((second + 0.5) * 2.0**-53, _BELOW_ONE)

    def uniform(self, stream: Stream, week: int, index: int = 0) -> float:
        """One uniform in (0, 1)."""
        return self.uniforms(stream, week, index)[0]

    def exponential(self, stream: Stream, week: int, index: int = 0) -> float:
        """One exponential draw of mean 1."""
        return -math.log(self.uniform(stream, week, index))

    def normals(self, stream: Stream, week: int, index: int = 0) -> tuple[float, float, float, float]:
        """Four standard normals: two radii and two turns (Box and Muller 1958)."""
        a, b, c, d = ((word + 0.5) / 2.0**32 for word in self._words(stream, week, index))
        near, far = math.sqrt(-2.0 * math.log(a)), math.sqrt(-2.0 * math.log(c))
        turn, other = 2.0 * math.pi * b, 2.0 * math.pi * d
        return near * math.cos(turn), near * math.sin(turn), far * math.cos(other), far * math.sin(other)

    def normals_by_name(self, stream: Stream, week: int, names: list[str]) -> dict[str, float]:
        """A standard normal for each name: four to a draw, in the order of the names."""
        found: dict[str, float] = {}
        for first in range(0, len(names), 4):
            found.update(zip(names[first : first + 4], self.normals(stream, week, first // 4)))
        return found


def poisson(u: float, mean: float) -> int:
    """Quantile of the Poisson distribution: the smallest n at which the chance of n or fewer reaches u."""
    n, chance = 0, math.exp(-mean)
    reached = chance
    while u > reached and n < 4000:  # the chance of more than 4000 at a mean of 500 is 0 to all digits
        n += 1
        chance *= mean / n
        reached += chance
    return n
