"""Draws by address: the same (seed, future, stream, week, index) gives the same number, whoever asks and whenever.

Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"; Random123) turns a
128-bit counter and a 64-bit key into four random 32-bit words. Here

    key     = (seed, future)
    counter = (week, index, low half of the stream, high half of the stream)

and a stream is a 64-bit hash of the *name* of what draws and of the purpose ("shock|Flour crisis|severity"), so that
adding, removing or reordering anything else leaves every draw where it was. There is no generator with a state.

Words are carried as 64-bit integers below 2**32, which is what the multiplication needs and what vectorises.
"""

import hashlib

import numpy as np

from realign.model.compiled import compiled
from realign.model.elementary import cosine_of_turns, log, sine_of_turns

_LOW = np.uint64(0xFFFF_FFFF)
_HALF = np.uint64(32)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_BELOW_ONE = 1.0 - 1.1102230246251565e-16
_EXPONENT = np.uint64(0x4330_0000_0000_0000)  # of 2**52: a word below 2**32 under it is that word as a float


def stream(kind: str, name: str, purpose: str) -> int:
    """The 64-bit number of the stream of `name`, a thing of this `kind`, for this `purpose`."""
    text = "\x1f".join((kind, name, purpose)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


@compiled
def philox(c0, c1, c2, c3, k0, k1):
    """Four random words from a counter of four words and a key of two (uint64 below 2**32, all of them)."""
    for _ in range(10):
        p0 = _MULTIPLIER_0 * c0
        p1 = _MULTIPLIER_1 * c2
        c0, c1, c2, c3 = (p1 >> _HALF) ^ c1 ^ k0, p1 & _LOW, (p0 >> _HALF) ^ c3 ^ k1, p0 & _LOW
        k0 = (k0 + _WEYL_0) & _LOW
        k1 = (k1 + _WEYL_1) & _LOW
    return c0, c1, c2, c3


@compiled
def _to_uniforms(a, b, c, d):
    """Two uniforms in the open interval (0, 1) from four words, with 53 bits each."""
    first = np.float64((a << np.uint64(21)) | (b >> np.uint64(11)))
    second = np.float64((c << np.uint64(21)) | (d >> np.uint64(11)))
    # the largest of them would round to 1
    u, v = (first + 0.5) * 1.1102230246251565e-16, (second + 0.5) * 1.1102230246251565e-16
    return min(u, _BELOW_ONE), min(v, _BELOW_ONE)


@compiled
def uniforms(seed, future, name, week, index):
    """Two independent uniforms in (0, 1), with 53 bits each.

    seed, future, name: uint64 (`name` is a stream); week, index: whole numbers below 2**32.
    """
    a, b, c, d = philox(np.uint64(week), np.uint64(index), name & _LOW, name >> _HALF, seed, future)
    return _to_uniforms(a, b, c, d)


@compiled
def uniforms_of_words(words, lane):
    """The two uniforms that one lane's words give; words: (4, lanes) as `fill_words` left them."""
    return _to_uniforms(words[0, lane], words[1, lane], words[2, lane], words[3, lane])


@compiled
def uniform(seed, future, name, week, index):
    """One uniform in (0, 1) with 53 bits."""
    return uniforms(seed, future, name, week, index)[0]


@compiled
def exponential(seed, future, name, week, index):
    """One exponential draw of mean 1."""
    return -log(uniforms(seed, future, name, week, index)[0])


@compiled
def _two_rounds(w0, w1, w2, w3, futures, k0, k1_steps):
    """Two rounds on every lane: loops this short over plain rows become vector code, ten rounds at once do not."""
    for lane in range(futures.shape[0]):
        k1 = (futures[lane] + k1_steps) & _LOW
        p0 = _MULTIPLIER_0 * w0[lane]
        p1 = _MULTIPLIER_1 * w2[lane]
        c0, c1, c2, c3 = (p1 >> _HALF) ^ w1[lane] ^ k0, p1 & _LOW, (p0 >> _HALF) ^ w3[lane] ^ k1, p0 & _LOW
        p0 = _MULTIPLIER_0 * c0
        p1 = _MULTIPLIER_1 * c2
        w0[lane] = (p1 >> _HALF) ^ c1 ^ ((k0 + _WEYL_0) & _LOW)
        w1[lane] = p1 & _LOW
        w2[lane] = (p0 >> _HALF) ^ c3 ^ ((k1 + _WEYL_1) & _LOW)
        w3[lane] = p0 & _LOW


@compiled
def fill_words(seed, futures, name, week, index, words):
    """Four random words for each lane. futures: (lanes,) uint64; words: (4, lanes) uint64."""
    w0, w1, w2, w3 = words[0], words[1], words[2], words[3]
    c0, c1, c2, c3 = np.uint64(week), np.uint64(index), name & _LOW, name >> _HALF
    for lane in range(futures.shape[0]):
        w0[lane] = c0
        w1[lane] = c1
        w2[lane] = c2
        w3[lane] = c3
    k0, k1_steps = seed, np.uint64(0)
    for _ in range(5):
        _two_rounds(w0, w1, w2, w3, futures, k0, k1_steps)
        k0 = (k0 + _WEYL_0 + _WEYL_0) & _LOW
        k1_steps = k1_steps + _WEYL_1 + _WEYL_1


@compiled
def _box_muller(radius_words, turn_words, first, second):
    """Two standard normals for each lane from two rows of words."""
    scale = 1.0 / 4294967296.0
    for lane in range(first.shape[0]):
        word = np.uint64(radius_words[lane] | _EXPONENT).view(np.float64)
        first[lane] = np.sqrt(-2.0 * log((word - 4503599627370495.5) * scale))
    for lane in range(first.shape[0]):
        turn = (np.uint64(turn_words[lane] | _EXPONENT).view(np.float64) - 4503599627370495.5) * scale
        second[lane] = first[lane] * sine_of_turns(turn)
        first[lane] = first[lane] * cosine_of_turns(turn)


@compiled
def normals(seed, futures, name, week, index, words, out):
    """Four standard normals for each lane (Box and Muller 1958).

    futures: (lanes,) uint64; words: (4, lanes) uint64, scratch; out: (4, lanes) float64.
    """
    fill_words(seed, futures, name, week, index, words)
    _box_muller(words[0], words[1], out[0], out[1])
    _box_muller(words[2], words[3], out[2], out[3])
