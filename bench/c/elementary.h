/* Elementary functions from + - * / sqrt and bit patterns: the kernel's polynomials, so that draws agree. */

#define ROUND 6755399441055744.0 /* 1.5 * 2^52: adding it rounds to an integer held in the low bits */
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10

/* Each works on `n` numbers at once, step by step for all: one waits less for the other than for itself. n is known
   when it is compiled; more than a few are taken in groups, for there are only so many registers. */
enum { GROUP = 8 }; /* no more at once */
#define ALL for (int i = 0; i < n; i++)
#define HORNER(constant) ALL p[i] = p[i] * z[i] + (constant)

HOT void exp_group(v *x, const int n) {
    v shifted[GROUP], z[GROUP], p[GROUP];
    ALL {
        v least_x = least(most(x[i], spread(-708.0)), spread(709.0));
        shifted[i] = least_x * 1.4426950408889634 + ROUND;
        v whole_part = shifted[i] - ROUND;
        z[i] = (least_x - whole_part * LN2_HIGH) - whole_part * LN2_LOW;
    }
    ALL p[i] = z[i] * (1.0 / 6227020800.0) + 1.0 / 479001600.0;
    HORNER(1.0 / 39916800.0);
    HORNER(1.0 / 3628800.0);
    HORNER(1.0 / 362880.0);
    HORNER(1.0 / 40320.0);
    HORNER(1.0 / 5040.0);
    HORNER(1.0 / 720.0);
    HORNER(1.0 / 120.0);
    HORNER(1.0 / 24.0);
    HORNER(1.0 / 6.0);
    HORNER(0.5);
    HORNER(1.0);
    HORNER(1.0);
    ALL x[i] = p[i] * (v)(((words)shifted[i] + 1023) << 52);
}

HOT void log_group(v *x, const int n) {
    v exponent[GROUP], f[GROUP], s[GROUP], z[GROUP], p[GROUP], nothing[GROUP];
    ALL {
        words pattern = (words)most(x[i], spread(1e-307));
        words biased = (pattern + 0x00095F6200000000u) >> 52;
        exponent[i] = (v)(biased | 0x4330000000000000u) - (4503599627370496.0 + 1023.0);
        f[i] = (v)(pattern - (biased << 52) + 0x3FF0000000000000u) - 1.0;
        nothing[i] = (least(x[i] * 1e307, spread(1.0)) - 1.0) * 1e300;
        s[i] = f[i] / (2.0 + f[i]);
        z[i] = s[i] * s[i];
    }
    ALL p[i] = z[i] * (2.0 / 23.0) + 2.0 / 21.0;
    HORNER(2.0 / 19.0);
    HORNER(2.0 / 17.0);
    HORNER(2.0 / 15.0);
    HORNER(2.0 / 13.0);
    HORNER(2.0 / 11.0);
    HORNER(2.0 / 9.0);
    HORNER(2.0 / 7.0);
    HORNER(2.0 / 5.0);
    HORNER(2.0 / 3.0);
    ALL {
        v half = 0.5 * f[i] * f[i], rest = s[i] * (half + z[i] * p[i]) + exponent[i] * LN2_LOW;
        x[i] = exponent[i] * LN2_HIGH - ((half - rest) - f[i]) + nothing[i];
    }
}

/* 1 / sqrt(x) without a division or a root. */
HOT void inverse_root_group(v *x, const int n) {
    v y[GROUP], half[GROUP];
    ALL y[i] = (v)(0x5FE6EB50C7B537A9u - ((words)x[i] >> 1)), half[i] = 0.5 * x[i];
    ALL y[i] = y[i] * (1.5 - half[i] * y[i] * y[i]);
    ALL y[i] = y[i] * (1.5 - half[i] * y[i] * y[i]);
    ALL y[i] = y[i] * (1.5 - half[i] * y[i] * y[i]);
    ALL x[i] = y[i] + y[i] * (0.5 - half[i] * y[i] * y[i]);
}

/* sin(2 pi u) for 0 <= u < 2. */
HOT void sine_group(v *u, const int n) {
    v angle[GROUP], z[GROUP], p[GROUP];
    ALL {
        u[i] = u[i] - ((u[i] + ROUND) - ROUND);
        v folded = magnitude(u[i]);
        angle[i] = 6.283185307179586 * least(folded, 0.5 - folded);
        z[i] = angle[i] * angle[i];
    }
    ALL p[i] = z[i] * (-1.0 / 121645100408832000.0) + 1.0 / 355687428096000.0;
    HORNER(-1.0 / 1307674368000.0);
    HORNER(1.0 / 6227020800.0);
    HORNER(-1.0 / 39916800.0);
    HORNER(1.0 / 362880.0);
    HORNER(-1.0 / 5040.0);
    HORNER(1.0 / 120.0);
    HORNER(-1.0 / 6.0);
    HORNER(1.0);
    ALL u[i] = (v)((words)(p[i] * angle[i]) | ((words)u[i] & 0x8000000000000000u)); /* p angle >= 0: the sign is u's */
}

#define IN_GROUPS(name, most_at_once)                                          \
    HOT void name##_all(v *x, const int n) {                                   \
        const int whole_groups = n / (most_at_once) * (most_at_once);          \
        for (int at = 0; at < whole_groups; at += (most_at_once)) name##_group(x + at, most_at_once); \
        if (n > whole_groups) name##_group(x + whole_groups, n - whole_groups); \
    }
IN_GROUPS(exp, 6)
IN_GROUPS(log, 4)
IN_GROUPS(inverse_root, 6)
IN_GROUPS(sine, 6)

HOT v exp_of(v x) { return exp_group(&x, 1), x; }
HOT v log_of(v x) { return log_group(&x, 1), x; }
HOT v inverse_root(v x) { return inverse_root_group(&x, 1), x; }

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
