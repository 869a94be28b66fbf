"""Draws for the NumPy peer: by address, as the kernel draws, or from NumPy's own generator.

Stage: bench. In: a seed and an array of futures. Out: uniforms and normals as whole arrays.

`Addressed` follows the convention that the documentation of the model publishes (Philox4x32-10 with key (seed, future)
and counter (week, index, stream)), so that futures can be compared one by one. `Generated` has the same methods on
`numpy.random.Generator`, which is what a NumPy user would take: it is the faster of the two, and the fairer to time.
"""

import numpy as np
from numpy import ndarray

LOW, HALF = np.uint64(0xFFFF_FFFF), np.uint64(32)
MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)


def philox(counter: tuple, key: tuple) -> tuple[ndarray, ndarray, ndarray, ndarray]:
    """Philox4x32-10 (Salmon et al. 2011): four words of a counter and two of a key, arrays that broadcast."""
    a, b, c, d = np.broadcast_arrays(*counter)
    first, second = key
    for _ in range(10):
        left, right = MULTIPLIERS[0] * a, MULTIPLIERS[1] * c
        a, b, c, d = (right >> HALF) ^ b ^ first, right & LOW, (left >> HALF) ^ d ^ second, left & LOW
        first, second = (first + WEYL[0]) & LOW, (second + WEYL[1]) & LOW
    return a, b, c, d


def whole(numbers: object) -> ndarray:
    """As unsigned 64-bit integers."""
    return np.asarray(numbers).astype(np.uint64)


class Addressed:
    """Draws as functions of (seed, future, stream, week, index)."""

    def __init__(self, seed: int, futures: ndarray) -> None:
        self.seed, self.futures = np.uint64(seed), whole(futures)

    def _words(self, stream: object, week: object, index: object, futures: ndarray) -> tuple:
        name = whole(stream)
        counter = np.broadcast_arrays(whole(week), whole(index), name & LOW, name >> HALF, futures)
        return philox(tuple(counter[:4]), (self.seed, futures))

    def uniforms(self, stream: object, week: object, index: object, lanes: object = slice(None)) -> tuple:
        """Two uniforms in (0, 1) of 53 bits at each address; `lanes` picks futures, which broadcast with the rest."""
        a, b, c, d = self._words(stream, week, index, self.futures[lanes])
        pairs = (a << np.uint64(21)) | (b >> np.uint64(11)), (c << np.uint64(21)) | (d >> np.uint64(11))
        return tuple((pair.astype(np.float64) + 0.5) * 2.0**-53 for pair in pairs)

    def normals(self, streams: ndarray, week: int, each: int) -> ndarray:
        """Standard normals (stream, each, future) of one week, four at an address (Box and Muller 1958)."""
        blocks = -(-each // 4)
        index = np.arange(blocks)[None, :, None]
        words = self._words(streams[:, None, None], week, index, self.futures[None, None, :])
        u = [(word.astype(np.float64) + 0.5) * 2.0**-32 for word in words]
        out = np.empty((len(streams), blocks, 4, len(self.futures)))
        for n in (0, 2):
            radius, angle = np.sqrt(-2.0 * np.log(u[n])), 2.0 * np.pi * u[n + 1]
            out[:, :, n] = radius * np.cos(angle)
            out[:, :, n + 1] = radius * np.sin(angle)
        return out.reshape(len(streams), 4 * blocks, -1)[:, :each]


class Generated:
    """The same interface on numpy.random.Generator; addresses only give the shape."""

    def __init__(self, seed: int, futures: ndarray) -> None:
        self.futures = futures
        self.generator = np.random.Generator(np.random.SFC64([seed, int(futures[0])]))

    def uniforms(self, stream: object, week: object, index: object, lanes: object = slice(None)) -> tuple:
        shape = np.broadcast_shapes(*(np.shape(x) for x in (stream, week, index, self.futures[lanes])))
        return self.generator.random(shape), self.generator.random(shape)

    def normals(self, streams: ndarray, week: int, each: int) -> ndarray:
        return self.generator.standard_normal((len(streams), each, len(self.futures)))
