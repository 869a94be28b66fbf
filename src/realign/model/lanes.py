"""Packs: lanes side by side as one number, so that code reads as if for one future and runs for all of them.

Stage: model. In: arrays whose last axis is lanes, a whole number of packs. Out: `Pack`, WIDTH float64 in a few vector
registers, `Words`, as many uint64, and `Mask`, as many truths, with the usual operators.

`get(array, (i, k, t))` takes the t-th pack of lanes of array[i, k], `put` puts it back, `pack` spreads a number,
`choose(mask, a, b)` is a where the mask holds and b elsewhere. A compiler vectorises only the innermost loop, and would
need every sum over units or objectives to pass through memory; so written, sums stay in registers. `get_narrow` and its
like do so with NARROW lanes, where many packs are needed at once.

Uncompiled (NUMBA_DISABLE_JIT=1) a pack is a NumPy array, which gives the same bits.
"""

from typing import Any

import numpy as np

from realign.model import vectors
from realign.model.compiled import numba
from realign.model.vectors import NARROW, WIDTH

LINE = 64  # bytes of a line of the cache


def tiles(lanes: int) -> int:
    """How many packs hold so many lanes."""
    return -(-lanes // WIDTH)


def aligned(shape: Any, dtype: Any = np.float64) -> np.ndarray:
    """An array that begins where a line of the cache does: a pack that straddles two lines takes twice the time."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    memory = np.empty(size + LINE, np.uint8)
    start = -memory.ctypes.data % LINE
    return memory[start : start + size].view(dtype).reshape(shape)


# ------------------------------------------------------------------------------ uncompiled: arrays


def _spreading(value: Any) -> np.ndarray:
    return np.full(WIDTH, value)


def _getting(width: int) -> Any:
    def take(array: Any, index: Any) -> np.ndarray:
        *items, t = index
        return array[(*items, slice(width * t, width * t + width))].copy()

    return take


def _putting(width: int) -> Any:
    def place(array: Any, index: Any, value: Any) -> None:
        *items, t = index
        array[(*items, slice(width * t, width * t + width))] = value

    return place


def _sum(a: Any, b: Any) -> Any:
    """The rounded sum and its error (Knuth 1969)."""
    whole = a + b
    part = whole - a
    return whole, (a - (whole - part)) + (b - part)


def _halves(a: Any) -> Any:
    """A number as the sum of two of half its length (Veltkamp 1968)."""
    shifted = 134217729.0 * a  # 2**27 + 1
    high = shifted - (shifted - a)
    return high, a - high


def _fused(a: Any, b: Any, c: Any) -> Any:
    """a * b + c, rounded once, far from overflow and underflow.

    Product and sums without error, the small parts rounded to odd (Boldo and Melquiond 2008, Emulation of FMA and
    correctly rounded sums, IEEE Transactions on Computers 57:462).
    """
    product, (a_high, a_low), (b_high, b_low) = a * b, _halves(a), _halves(b)
    rest = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low
    lower, lowest = _sum(c, rest)
    upper, low = _sum(product, lower)
    small, error = _sum(lowest, low)
    even = np.asarray(small, np.float64).view(np.uint64) & np.uint64(1) == 0
    return upper + np.where((error != 0.0) & even, np.nextafter(small, np.copysign(np.inf, error)), small)


def _as_words(x: Any) -> np.ndarray:
    return np.asarray(x, np.float64).view(np.uint64)


def _as_floats(x: Any) -> np.ndarray:
    return np.asarray(x, np.uint64).view(np.float64)


def _either(name: str, uncompiled: Any) -> Any:
    """The function of this name for compiled code, or its stand-in on arrays."""
    return uncompiled if numba.config.DISABLE_JIT else getattr(vectors, name)


get, put = _either("get", _getting(WIDTH)), _either("put", _putting(WIDTH))
get_narrow, put_narrow = _either("get_narrow", _getting(NARROW)), _either("put_narrow", _putting(NARROW))
pack = _either("pack", _spreading)
bits, floats = _either("bits", _as_words), _either("floats", _as_floats)
least, most = _either("least", np.minimum), _either("most", np.maximum)
choose, both, any_of = _either("choose", np.where), _either("both", np.logical_and), _either("any_of", np.any)
root, magnitude = _either("root", np.sqrt), _either("magnitude", np.abs)
fused = _either("fused", _fused)
