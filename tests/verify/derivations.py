"""How the expected values that are no plain formula were computed, apart from the kernel and from its tests.

Each function is the derivation that the header of the case's file gives in words; `test_verify` holds the table of
expected values to them.
"""

from itertools import pairwise
from math import erf, exp, factorial, lgamma, log, pi, sqrt

import numpy as np


def normal_cdf(x):
    return 0.5 * (1.0 + erf(x / sqrt(2.0)))


def hawkes(rate, branching, half_life, weeks, first=0.0):
    """Mean and variance of the count: h' = d h + n (1 - d) N, N | h Poisson(rate / 52 + h); `first`: in week 0."""
    d = 2.0 ** (-1.0 / half_life)
    a = branching * (1.0 - d)
    # moments of (h, C): E h, E C, E h^2, E h C, E C^2, from E N | h = m + h and E N^2 | h = (m + h) + (m + h)^2
    h, c, hh, hc, cc = 0.0, 0.0, 0.0, 0.0, 0.0
    for week in range(weeks):
        m = rate / 52
        s = first if week == 0 else 0.0  # certain strikes besides
        n, nn = m + h + s, m + h + m * m + 2 * m * h + hh + 2 * s * (m + h) + s * s
        hn, cn = (m + s) * h + hh, (m + s) * c + hc
        hh, hc, cc = d * d * hh + 2 * d * a * hn + a * a * nn, d * (hc + hn) + a * (cn + nn), cc + 2 * cn + nn
        h, c = d * h + a * n, c + n
    return c, cc - c * c


def share_in_first_regime(first, second, weeks):
    """Expected share of the weeks in the first of two regimes with these mean durations, starting in it."""
    p, total = 1.0, 0.0
    for _ in range(weeks):
        total += p
        p = p * (1 - 1 / first) + (1 - p) / second
    return total / weeks


def capped_pareto(low, alpha, cap):
    """Mean, second moment and mass at the cap of min(X, cap), P(X > x) = (low / x)^alpha."""
    at_cap = (low / cap) ** alpha
    mean = alpha * low**alpha * (low ** (1 - alpha) - cap ** (1 - alpha)) / (alpha - 1) + cap * at_cap
    second = alpha * low**alpha * (low ** (2 - alpha) - cap ** (2 - alpha)) / (alpha - 2) + cap**2 * at_cap
    return mean, second, at_cap


def capped_lognormal(median, sigma, cap):
    """Mean and mass at the cap of min(X, cap): median exp(s^2/2) Phi(k - s) + cap Phi(-k), k = log(cap/median)/s."""
    k = log(cap / median) / sigma
    return median * exp(sigma**2 / 2) * normal_cdf(k - sigma) + cap * normal_cdf(-k), normal_cdf(-k)


def gpd(location, scale, shape, p, cap=np.inf):
    """Quantile at p, and mean of min(X, cap) beyond it: Q plus the integral of the tail from Q to the cap / (1 - p)."""
    quantile = location + scale * ((1 - p) ** -shape - 1) / shape

    def beyond(x):  # the integral of P(X > y) from x on
        return scale / (1 - shape) * (1 + shape * (x - location) / scale) ** (1 - 1 / shape)

    rest = 0.0 if np.isinf(cap) else beyond(cap)
    return quantile, quantile + (beyond(quantile) - rest) / (1 - p)


def autoregression(half_life, volatility, weeks):
    """Variance after `weeks` steps from 0, stationary variance, correlation of neighbouring weeks."""
    phi = 2.0 ** (-1.0 / half_life)
    steps = sum(volatility**2 * phi ** (2 * n) for n in range(weeks))
    return steps, volatility**2 / (1 - phi**2), phi


def cascade(half_life, depth, weeks):
    """Share of a change taken up at this depth: each level moves a share toward its superior's belief of last week."""
    pace = 1.0 - 2.0 ** (-1.0 / half_life)
    belief = np.zeros(depth + 1)
    belief[0] = 1.0  # leadership's new strategy
    for _ in range(weeks):
        belief[1:] += pace * (belief[:-1] - belief[1:])
    return belief[depth]


def ces(shares, inputs, sigma):
    """(sum theta (E / theta)^r)^(1 / r), r = (sigma - 1) / sigma, and its limits."""
    ratios = [e / theta for theta, e in zip(shares, inputs)]
    if sigma == 0:
        return min(ratios)
    if sigma == 1:
        return exp(sum(theta * log(x) for theta, x in zip(shares, ratios)))
    r = 1.0 if np.isinf(sigma) else (sigma - 1) / sigma
    return sum(theta * x**r for theta, x in zip(shares, ratios)) ** (1 / r)


def ruin(cash, claims, size, weeks):
    """Chance that whole cash falls below 0 at a week's end: + 1 a week, less `size` for each of Poisson claims."""
    chances = [exp(-claims) * claims**n / factorial(n) for n in range(30)]
    alive = {cash: 1.0}
    for _ in range(weeks):
        after = {}
        for now, chance in alive.items():
            for n, p in enumerate(chances):
                then = now + 1 - size * n
                if then < 0:
                    break
                after[then] = after.get(then, 0.0) + chance * p
        alive = after
    return 1.0 - sum(alive.values())


def erlang(arrivals, handling, teams):
    """Chance of waiting and mean wait of the M/M/c queue: Erlang's C, and C / (c mu - lambda)."""
    load = arrivals * handling
    last = load**teams / factorial(teams) * teams / (teams - load)
    chance = last / (sum(load**n / factorial(n) for n in range(teams)) + last)
    return chance, chance / (teams / handling - arrivals)


def wait_at(arrivals, handling, teams, week, most=300):
    """M/M/c from an empty start: chance that one who arrives at `week` waits, and for how long on average.

    The number in the system is a birth and death process, whose chances at `week` are summed by uniformisation; who
    finds n >= c there waits until n - c + 1 cases are done, c at a time.
    """
    served = np.minimum(np.arange(most), teams) / handling
    total = arrivals + teams / handling
    p = np.zeros(most)
    p[0] = 1.0
    at_week, reached = np.zeros(most), 0.0
    for n in range(int(total * week + 12 * sqrt(total * week) + 40)):
        weight = exp(n * log(total * week) - total * week - lgamma(n + 1))  # chance of n steps
        at_week, reached = at_week + weight * p, reached + weight
        after = (1.0 - (arrivals + served) / total) * p
        after[1:] += arrivals / total * p[:-1]
        after[:-1] += served[1:] / total * p[1:]
        p = after
    assert reached > 1 - 1e-10
    ahead = np.maximum(np.arange(most) - teams + 1, 0)
    return float(at_week[teams:].sum()), float(at_week @ ahead) * handling / teams


def _panels(low, high, panels):
    """Gauss and Legendre's nodes and weights on equal panels."""
    nodes, weights = np.polynomial.legendre.leggauss(20)
    edges = np.linspace(low, high, panels + 1)
    middle = [(a + b) / 2 + (b - a) / 2 * nodes for a, b in pairwise(edges)]
    return np.concatenate(middle), np.concatenate([(b - a) / 2 * weights for a, b in pairwise(edges)])


def _density(x):
    return np.exp(-0.5 * x * x) / sqrt(2 * pi)


def _mean_run(step, weeks):
    """Mean run from the first point: the sum of the chances to survive n weeks, of which the horizon cuts some off."""
    if weeks is None:
        return float(np.linalg.solve(np.eye(len(step)) - step, np.ones(len(step)))[0])
    survive, total = np.ones(len(step)), 0.0
    for _ in range(weeks):
        total += survive[0]
        survive = step @ survive
    return float(total)


def cusum(allowance, threshold, shift, weeks=None):
    """Mean number of weeks to an alarm, from 0; `weeks`: of the smaller of that and the horizon.

    Survival after n weeks solves s_n(x) = s_(n-1)(0) Phi(k - m - x) + int_0^h s_(n-1)(y) phi(y - x + k - m) dy.
    """
    nodes, weights = _panels(0.0, threshold, 4)
    points = np.concatenate([[0.0], nodes])
    step = np.empty((len(points), len(points)))
    step[:, 0] = [normal_cdf(allowance - shift - x) for x in points]
    step[:, 1:] = weights * _density(nodes[None, :] - points[:, None] + allowance - shift)
    return _mean_run(step, weeks)


def ewma(weight, threshold, weeks=None):
    """Mean weeks until Z <- (1 - w) Z + w xi, from 0, falls below -threshold sqrt(w / (2 - w)): Crowder's equation."""
    spread = sqrt(weight / (2 - weight))
    nodes, weights = _panels(-threshold * spread, 9 * spread, 6)
    points = np.concatenate([[0.0], nodes])
    step = np.zeros((len(points), len(points)))
    step[:, 1:] = weights * _density((nodes[None, :] - (1 - weight) * points[:, None]) / weight) / weight
    return _mean_run(step, weeks)


def discovery(people, difficulty):
    """Mean number of weeks to a find, the first counting 1; the chance within 52: p = 1 - exp(-people / difficulty)."""
    p = 1.0 - exp(-people / difficulty)
    return 1.0 / p, 1.0 - (1.0 - p) ** 52
