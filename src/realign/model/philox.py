"""Draws by address: the same (seed, future, stream, week, index) gives the same number, whoever asks and whenever.

Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"; Random123) turns a
128-bit counter and a 64-bit key into four random 32-bit words. Here

    key     = (seed, future)
    counter = (week, index, low half of the stream, high half of the stream)

and a stream is a 64-bit hash of the *name* of what draws and of the purpose ("shock|Flour crisis|severity"), so that
adding, removing or reordering anything else leaves every draw where it was. There is no generator with a state.

Words are carried as 64-bit integers below 2**32, which is what the multiplication needs; one number and a pack of
lanes alike.
"""

import hashlib

import numpy as np

from realign.model.compiled import compiled
from realign.model.elementary import log, log_of_normal, sine_and_cosine
from realign.model.lanes import NARROW, floats, get_narrow, put_narrow, root

_LOW = np.uint64(0xFFFF_FFFF)
_HALF = np.uint64(32)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_WORDS = 4294967296.0  # how many there are
_BELOW_ONE = 1.0 - 1.1102230246251565e-16
_EXPONENT = np.uint64(0x4330_0000_0000_0000)  # of 2**52: a word below 2**32 under it is that word as a float


def stream(kind: str, name: str, purpose: str) -> int:
    """The 64-bit number of the stream of `name`, a thing of this `kind`, for this `purpose`."""
    text = "\x1f".join((kind, name, purpose)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


@compiled
def _round(c0, c1, c2, c3, k0, k1):
    """One round of Philox; only the lower half of every number counts."""
    p0 = _MULTIPLIER_0 * (c0 & _LOW)
    p1 = _MULTIPLIER_1 * (c2 & _LOW)
    return (p1 >> _HALF) ^ c1 ^ k0, p1, (p0 >> _HALF) ^ c3 ^ k1, p0


@compiled
def _two_rounds(c0, c1, c2, c3, k0, k1):
    """Two rounds of Philox, and the keys of the next."""
    a, b, c, d = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = k0 + _WEYL_0, k1 + _WEYL_1
    e, f, g, h = _round(a, b, c, d, k0, k1)
    return e, f, g, h, k0 + _WEYL_0, k1 + _WEYL_1


@compiled
def philox(c0, c1, c2, c3, k0, k1):
    """Four random words from a counter of four words and a key of two (uint64 below 2**32, or packs of them).

    Where the counter is the same for a pack of lanes, so is much of the first rounds: what they give is one number for
    all lanes, or a pack, and has a name of its own. The rest is written out, for loops of the kernel are not unrolled.
    """
    a, b, c, d, k0, k1 = _two_rounds(c0, c1, c2, c3, k0, k1)
    e, f, g, h, k0, k1 = _two_rounds(a, b, c, d, k0, k1)
    e, f, g, h, k0, k1 = _two_rounds(e, f, g, h, k0, k1)
    e, f, g, h, k0, k1 = _two_rounds(e, f, g, h, k0, k1)
    e, f, g, h, k0, k1 = _two_rounds(e, f, g, h, k0, k1)
    return e & _LOW, f & _LOW, g & _LOW, h & _LOW


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
def fill_words(seed, futures, name, week, index, out):
    """Four random words for each lane. futures: (lanes,) uint64; out: (4, lanes) uint64; lanes a multiple of WIDTH."""
    week, index, low, high = np.uint64(week), np.uint64(index), name & _LOW, name >> _HALF
    for t in range(futures.shape[0] // NARROW):
        a, b, c, d = philox(week, index, low, high, seed, get_narrow(futures, (t,)))
        put_narrow(out, (0, t), a)
        put_narrow(out, (1, t), b)
        put_narrow(out, (2, t), c)
        put_narrow(out, (3, t), d)


@compiled
def _box_muller(radius_word, turn_word):
    """Two standard normals for each lane, from two words each."""
    radius = root(-2.0 * log_of_normal((floats(radius_word | _EXPONENT) - 4503599627370495.5) / _WORDS))
    sine, cosine = sine_and_cosine(floats(turn_word | _EXPONENT) - 4503599627370495.5, _WORDS)
    return radius * cosine, radius * sine


@compiled
def fill_normals(seed, futures, name, week, out, i, number):
    """The first `number` standard normals of a week, or one more, into out[i, :number] (Box and Muller 1958).

    Four come at an address. futures: (lanes,) uint64; out: (I, J, lanes).
    """
    time, low, high = np.uint64(week), name & _LOW, name >> _HALF
    for n in range(0, number, 4):
        index = np.uint64(n // 4)
        for t in range(futures.shape[0] // NARROW):
            a, b, c, d = philox(time, index, low, high, seed, get_narrow(futures, (t,)))
            first, second = _box_muller(a, b)
            put_narrow(out, (i, n, t), first)
            put_narrow(out, (i, n + 1, t), second)
            if n + 2 < number:
                first, second = _box_muller(c, d)
                put_narrow(out, (i, n + 2, t), first)
                put_narrow(out, (i, n + 3, t), second)
