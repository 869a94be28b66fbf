"""Elementary functions from + - * / sqrt, multiply-and-add and bit patterns only.

They are within 2 units in the last place of the library's, contain no branch, so that they serve one number and a
pack of lanes alike, and give the same bits on every machine: all their operations are exactly rounded (IEEE 754-2008),
and which products and sums are rounded together is written here, not left to the compiler.

Sources: argument reduction and the form of the logarithm as in fdlibm (Sun Microsystems); coefficients of polynomials
by the exchange of Remez (1934), for the least relative error of the function, below 2**-57; the normal quantile is
AS 241, PPND16 (Wichura 1988, Applied Statistics 37:477).
"""

import numpy as np

from realign.model.compiled import compiled
from realign.model.lanes import bits, choose, floats, fused, least, most

_LOG2_E = 1.4426950408889634
_LN2 = 0.6931471805599453
_LN2_HIGH = 6.93147180369123816490e-01  # _LN2 in two parts, of which the first has zeros at its end
_LN2_LOW = 1.90821492927058770002e-10
_ROUND = 6755399441055744.0  # 1.5 * 2**52: adding it rounds to an integer held in the low bits
_TWO_52 = 4503599627370496.0
_INVERSE_ROOT = np.uint64(0x5FE6_EB50_C7B5_37A9)  # Lomont 2003, "Fast inverse square root"


@compiled
def exp(x):
    """e**x for -708 <= x <= 709; clipped outside."""
    x = least(most(x, -708.0), 709.0)
    shifted = fused(x, _LOG2_E, _ROUND)
    n = shifted - _ROUND
    r = fused(-n, _LN2_LOW, fused(-n, _LN2_HIGH, x))
    z = r * r  # even and odd powers apart: two short chains instead of a long one
    even = fused(z, 2.763024841480113e-07, 2.4801493098808352e-05)
    odd = fused(z, 2.5000058877124674e-08, 2.755758638209805e-06)
    even = fused(even, z, 0.0013888888943630203)
    odd = fused(odd, z, 0.0001984126950656992)
    even = fused(even, z, 0.041666666666530155)
    odd = fused(odd, z, 0.008333333333494465)
    even = fused(even, z, 0.5000000000000011)
    odd = fused(odd, z, 0.16666666666666413)
    p = fused(z, fused(r, odd, even), r) + 1.0
    return p * floats((bits(shifted) + np.uint64(1023)) << np.uint64(52))


@compiled
def log_of_normal(x):
    """Natural logarithm of a normal positive number."""
    pattern = bits(x)
    biased = (pattern + np.uint64(0x0009_5F62_0000_0000)) >> np.uint64(52)  # the mantissa: [sqrt(1/2), sqrt(2))
    exponent = floats(biased | np.uint64(0x4330_0000_0000_0000)) - (_TWO_52 + 1023.0)
    mantissa = floats(pattern - (biased << np.uint64(52)) + np.uint64(0x3FF0_0000_0000_0000))
    f = mantissa - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z  # even and odd powers apart
    even = fused(w, 0.1479598922685116, 0.181835644631988)
    odd = fused(w, 0.15314046818361085, 0.22222198570726429)
    even = fused(even, w, 0.28571428742409716)
    odd = fused(odd, w, 0.39999999999414587)
    even = fused(even, w, 0.6666666666666734)
    p = fused(z, odd, even)
    return fused(exponent, _LN2, fused(-s, fused(-z, p, f), f))


@compiled
def log(x):
    """Natural logarithm of a normal positive number; of zero, and what is smaller than normal, at most -1e300.

    So a small power of zero is still nothing: exp(exponent * log(0)) < 1e-307 for every exponent above 1e-297.
    """
    nothing = (least(x * 1e307, 1.0) - 1.0) * 1e300  # 0 but for zero
    return log_of_normal(most(x, 1e-307)) + nothing


@compiled
def inverse_root(x):
    """1 / sqrt(x) for a normal positive number, within 2 units in the last place, without a division or a root.

    Halving the exponent in the bit pattern is right to 3.5 %; each step of Newton's method squares the error. They are
    written out, for loops of the kernel are not unrolled.
    """
    y, half = floats(_INVERSE_ROOT - (bits(x) >> np.uint64(1))), 0.5 * x
    y = y * fused(-half * y, y, 1.5)
    y = y * fused(-half * y, y, 1.5)
    y = y * fused(-half * y, y, 1.5)
    return fused(y, fused(-half * y, y, 0.5), y)


@compiled
def power(x, exponent):
    """x**exponent for x >= 0 and exponent >= 0, as exp(exponent * log x)."""
    return exp(exponent * log(x))


@compiled
def sine_and_cosine(x, turn):
    """sin and cos of x turns / turn for 0 <= x < turn, a power of two: polynomials around the nearest quarter turn."""
    shifted = fused(x, 4.0 / turn, _ROUND)
    quarter, pattern = shifted - _ROUND, bits(shifted)
    angle = (6.283185307179586 / turn) * fused(-0.25 * turn, quarter, x)
    z = angle * angle
    w = z * z  # even and odd powers apart
    one = fused(w, 1.5896811786475861e-10, 2.755731369357205e-06)
    two = fused(w, -2.5050758384210485e-08, -0.0001984126982981238)
    one = fused(one, w, 0.008333333333322418)
    two = fused(two, w, -0.16666666666666632)
    sine = fused(angle, z * fused(z, one, two), angle)
    one = fused(w, -1.1359658829534788e-11, -2.755731435378699e-07)
    two = fused(w, 2.0875723478745826e-09, 2.4801587289487006e-05)
    one = fused(one, w, -0.0013888888888874131)
    two = fused(two, w, 0.0416666666666666)
    cosine = fused(w, fused(z, one, two), fused(-0.5, z, 1.0))
    odd = (pattern & np.uint64(1)) == np.uint64(1)
    first, second = choose(odd, cosine, sine), choose(odd, sine, cosine)
    below = (pattern & np.uint64(2)) << np.uint64(62)  # the sign: sines are below 0 in the second half of the turn
    left = ((pattern + np.uint64(1)) & np.uint64(2)) << np.uint64(62)
    return floats(bits(first) ^ below), floats(bits(second) ^ left)


@compiled
def _ratio(x, n0, n1, n2, n3, n4, n5, n6, n7, d1, d2, d3, d4, d5, d6, d7):
    """Ratio of two polynomials of degree 7, the lower one starting at 1."""
    above = ((((((n7 * x + n6) * x + n5) * x + n4) * x + n3) * x + n2) * x + n1) * x + n0
    below = ((((((d7 * x + d6) * x + d5) * x + d4) * x + d3) * x + d2) * x + d1) * x + 1.0
    return above / below


@compiled
def normal_quantile(p):
    """Quantile of the standard normal distribution at 0 < p < 1, to about 1e-16 relative (AS 241)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _ratio(
            r, 3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
            4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
            4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
            3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
        )  # fmt: skip
    r = np.sqrt(-log(min(p, 1.0 - p)))
    if r <= 5.0:
        x = _ratio(
            r - 1.6, 1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
            3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2,
            7.74545014278341407640e-4, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
            1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
        )  # fmt: skip
    else:
        x = _ratio(
            r - 5.0, 6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
            2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5,
            2.01033439929228813265e-7, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
            7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
        )  # fmt: skip
    return -x if q < 0.0 else x
