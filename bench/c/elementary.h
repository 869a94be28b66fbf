/* Elementary functions from + - * / sqrt and bit patterns: the kernel's polynomials, so that draws agree. */

#define ROUND 6755399441055744.0 /* 1.5 * 2^52: adding it rounds to an integer held in the low bits */
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10

HOT v exp_of(v x) {
    x = least(most(x, spread(-708.0)), spread(709.0));
    v shifted = x * 1.4426950408889634 + ROUND;
    v n = shifted - ROUND;
    v r = (x - n * LN2_HIGH) - n * LN2_LOW;
    v p = r * (1.0 / 6227020800.0) + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r + 1.0;
    return p * (v)(((words)shifted + 1023) << 52);
}

HOT v log_of(v x) {
    words pattern = (words)most(x, spread(1e-307));
    words biased = (pattern + 0x00095F6200000000u) >> 52;
    v exponent = (v)(biased | 0x4330000000000000u) - (4503599627370496.0 + 1023.0);
    v mantissa = (v)(pattern - (biased << 52) + 0x3FF0000000000000u);
    v f = mantissa - 1.0;
    v d = 2.0 + f;
    v y = 0.9850615000483447 - 0.23901599922648414 * d;
    v e = 1.0 - d * y;
    y = y + y * (e + e * e);
    e = 1.0 - d * y;
    y = y + y * (e + e * e);
    v s = f * y;
    v z = s * s;
    v p = z * (2.0 / 23.0) + 2.0 / 21.0;
    p = p * z + 2.0 / 19.0;
    p = p * z + 2.0 / 17.0;
    p = p * z + 2.0 / 15.0;
    p = p * z + 2.0 / 13.0;
    p = p * z + 2.0 / 11.0;
    p = p * z + 2.0 / 9.0;
    p = p * z + 2.0 / 7.0;
    p = p * z + 2.0 / 5.0;
    p = p * z + 2.0 / 3.0;
    v half = 0.5 * f * f;
    v nothing = (least(x * 1e307, spread(1.0)) - 1.0) * 1e300;
    return exponent * LN2_HIGH - ((half - (s * (half + z * p) + exponent * LN2_LOW)) - f) + nothing;
}

/* 1 / sqrt(x) without a division or a root. */
HOT v inverse_root(v x) {
    v y = (v)(0x5FE6EB50C7B537A9u - ((words)x >> 1)), half = 0.5 * x;
    y = y * (1.5 - half * y * y);
    y = y * (1.5 - half * y * y);
    y = y * (1.5 - half * y * y);
    return y + y * (0.5 - half * y * y);
}

/* sin(2 pi u) for 0 <= u < 2. */
HOT v sine_of_turns(v u) {
    u = u - ((u + ROUND) - ROUND);
    v folded = magnitude(u);
    folded = least(folded, 0.5 - folded);
    v angle = 6.283185307179586 * folded;
    v z = angle * angle;
    v p = z * (-1.0 / 121645100408832000.0) + 1.0 / 355687428096000.0;
    p = p * z - 1.0 / 1307674368000.0;
    p = p * z + 1.0 / 6227020800.0;
    p = p * z - 1.0 / 39916800.0;
    p = p * z + 1.0 / 362880.0;
    p = p * z - 1.0 / 5040.0;
    p = p * z + 1.0 / 120.0;
    p = p * z - 1.0 / 6.0;
    p = p * z + 1.0;
    v value = p * angle;
    return (v)((words)value | ((words)u & 0x8000000000000000u)); /* value >= 0: the sign is that of u */
}

static double exp1(double x) { return exp_of(spread(x))[0]; }
static double log1(double x) { return log_of(spread(x))[0]; }

static double ratio_of(double x, const double *n, const double *d) {
    double above = n[7], below = d[6];
    for (int i = 6; i >= 0; i--) above = above * x + n[i];
    for (int i = 5; i >= 0; i--) below = below * x + d[i];
    return above / (below * x + 1.0);
}

/* Quantile of the standard normal distribution (AS 241, Wichura 1988). */
static double normal_quantile(double p) {
    static const double n0[] = {
        3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
        4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3};
    static const double d0[] = {
        4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
        3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3};
    static const double n1[] = {
        1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
        1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d1[] = {
        2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
        1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9};
    static const double n2[] = {
        6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
        2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double d2[] = {
        5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4,
        1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15};
    double q = p - 0.5;
    if (fabs(q) <= 0.425) return q * ratio_of(0.180625 - q * q, n0, d0);
    double r = sqrt(-log1(fmin(p, 1.0 - p)));
    double x = r <= 5.0 ? ratio_of(r - 1.6, n1, d1) : ratio_of(r - 5.0, n2, d2);
    return q < 0.0 ? -x : x;
}
