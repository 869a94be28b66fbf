"""The world's arrivals and what leadership hears of them, in whole arrays over futures (NumPy peer).

Stage: bench. In: a plan's tables and draws. Out: `Arrivals` and `Signals`, rows in order of week, future and time.

Only the recursion over weeks is a loop: regimes, self-excitation and arrivals that others bring on. Everything that is
drawn about an arrival is drawn for all arrivals of all futures at once.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy import ndarray

from realign.model.arrivals import PURPOSES
from realign.model.severity import KINDS

COUNT, MOMENT, SEVERITY, NOTICE, ONCE, FALSE = (PURPOSES.index(name) for name in (*PURPOSES[:5], "false alarm"))
NEVER = 1 << 40
RECOGNISED, WARNED, FALSE_ALARM = range(3)
SOURCES = POISSON, SCHEDULED, BY_CHANCE, FORCED, CAUSED = tuple(source << 16 for source in range(5))


@dataclass
class Arrivals:
    """Rows (n,): one arrival each. first: (S, B); join_week: (N, B); regime: (W, B); start: (W + 1,) rows of a week."""

    week: ndarray
    shock: ndarray
    future: ndarray
    index: ndarray
    time: ndarray
    severity: ndarray
    unit: ndarray
    rank: ndarray
    start: ndarray
    first: ndarray
    join_week: ndarray
    regime: ndarray


@dataclass
class Signals:
    """Rows (n,): one thing that one policy hears of in one future, each with its place among those of its week."""

    policy: ndarray
    future: ndarray
    time: ndarray
    kind: ndarray
    shock: ndarray
    strike: ndarray
    effort: ndarray
    rank: ndarray
    start: ndarray


def poisson(u: ndarray, mean: ndarray) -> ndarray:
    """Quantile of the Poisson distribution."""
    chance = np.exp(-mean)
    cumulated, number = chance.copy(), np.zeros(mean.shape, np.int64)
    for step in range(1, 4001):
        more = u > cumulated
        if not more.any():
            break
        number += more
        chance = chance * mean / step
        cumulated += np.where(more, chance, 0.0)
    return number


def ranks(*groups: ndarray) -> ndarray:
    """The place of each row within its run of equal groups."""
    if not len(groups[0]):
        return np.zeros(0, np.int64)
    begins = np.ones(len(groups[0]), bool)
    begins[1:] = np.any([group[1:] != group[:-1] for group in groups], axis=0)
    starts = np.flatnonzero(begins)
    return np.arange(len(begins)) - np.repeat(starts, np.diff([*starts, len(begins)]))


def expand(counts: ndarray) -> tuple[ndarray, ...]:
    """One row per counted thing: its place along each axis, and its number within its cell."""
    cells = np.nonzero(counts)
    repeats = counts[cells]
    rows = tuple(np.repeat(axis, repeats) for axis in cells)
    return (*rows, np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats))


def draw_regimes(world: Any, draws: Any) -> ndarray:
    """The regime of each week and future: a Markov chain from regime 0."""
    regime = np.zeros((world.weeks, len(draws.futures)), np.int64)
    if len(world.regime_leave) > 1:
        leaves, where = draws.uniforms(world.regime_stream, np.arange(world.weeks)[:, None], 0)
        for week in range(1, world.weeks):
            now = regime[week - 1]
            to = (where[week] >= world.regime_next[now][:, :-1].T).sum(axis=0)
            regime[week] = np.where(leaves[week] < world.regime_leave[now], to, now)
    return regime


def given(start: ndarray, weeks: ndarray, horizon: int) -> ndarray:
    """(S, W): how often each shock comes in each week by decree."""
    counts = np.zeros((len(start) - 1, horizon), np.int64)
    for shock in range(len(start) - 1):
        for week in weeks[start[shock] : start[shock + 1]]:
            if 0 <= week < horizon:
                counts[shock, week] += 1
    return counts


def once_weeks(world: Any, shocks: Any, draws: Any) -> ndarray:
    """(S, B): the week in which a shock that may strike once does."""
    whether, when = draws.uniforms(shocks.stream[:, ONCE, None], 0, 0)
    week = np.minimum((when * world.weeks).astype(np.int64), world.weeks - 1)
    return np.where(whether < shocks.chance[:, None], week, NEVER)


def count_arrivals(world: Any, shocks: Any, draws: Any, regime: ndarray) -> ndarray:
    """(5, S, W, B): arrivals by source; excitation and causes make this a recursion over weeks."""
    S, W, B = len(shocks.rate), world.weeks, regime.shape[1]
    counts = np.zeros((5, S, W, B), np.int64)
    counts[1] = given(shocks.scheduled_start, shocks.scheduled_week, W)[:, :, None]
    counts[3] = given(shocks.forced_start, shocks.forced_week, W)[:, :, None]
    once = once_weeks(world, shocks, draws)
    comes, (s, f) = once < NEVER, np.nonzero(once < NEVER)
    counts[2, s, once[comes], f] = 1
    random = np.flatnonzero((shocks.rate > 0.0) | (shocks.excitation > 0.0))
    u = np.zeros((S, W, B))
    if len(random):
        u[random] = draws.uniforms(shocks.stream[random, COUNT][:, None, None], np.arange(W)[None, :, None], 0)[0]
    causing = np.flatnonzero(np.diff(shocks.cause_start))
    excitation = np.zeros((S, B))
    for week in range(W):
        mean = shocks.rate[:, None] * world.regime_shock_rate[regime[week]] + excitation
        counts[0, random, week] = poisson(u[random, week], mean[random])
        arrived = counts[:, :, week].sum(axis=0)
        excitation = shocks.excitation_persistence[:, None] * excitation + shocks.excitation[:, None] * arrived
        if len(causing) and arrived[causing].any():
            bring_on(shocks, draws, counts, week, causing)
    return counts


def bring_on(shocks: Any, draws: Any, counts: ndarray, week: int, causing: ndarray) -> None:
    """Arrivals of later weeks that those of this week cause."""
    source, place, future, number = expand(counts[:, causing, week])
    shock, index = causing[place], (source << 16) + number
    for s in causing:
        rows = shock == s
        for cause in range(shocks.cause_start[s], shocks.cause_start[s + 1]):
            due = week + shocks.cause_delay[cause]
            if due < counts.shape[2]:
                u = draws.uniforms(shocks.cause_stream[cause], week, index[rows], future[rows])[0]
                struck = future[rows][u < shocks.cause_chance[cause]]
                np.add.at(counts[4, shocks.cause_shock[cause], due], struck, 1)


def severity_of(shocks: Any, s: int, u: ndarray) -> ndarray:
    """Severities of shock s at probabilities u, by inversion."""
    kind, (a, b, c) = KINDS[shocks.severity_kind[s]], shocks.severity_parameter[s]
    tail = -np.log(1.0 - u)
    if kind == "fixed":
        x = np.full(u.shape, a)
    elif kind == "uniform":
        x = a + u * (b - a)
    elif kind == "triangular":
        rising, width = u * (c - a) < b - a, c - a
        x = np.where(rising, a + np.sqrt(u * width * (b - a)), c - np.sqrt((1.0 - u) * width * (c - b)))
    elif kind == "lognormal":
        x = a * np.exp(b * normal_quantiles(u))
    elif kind == "exponential":
        x = a * tail
    elif kind == "pareto":
        x = a * np.exp(tail / b)
    elif kind == "gpd":
        x = a + b * (tail if c == 0.0 else np.expm1(c * tail) / c)
    else:
        values = shocks.empirical_value[shocks.empirical_start[s] : shocks.empirical_start[s + 1]]
        x = values[np.minimum((u * len(values)).astype(np.int64), len(values) - 1)]
    return np.clip(x, 0.0, shocks.severity_cap[s])


def normal_quantiles(u: ndarray) -> ndarray:
    """Quantiles of the standard normal distribution, from the library that Python has for one at a time."""
    from statistics import NormalDist

    inverse = NormalDist().inv_cdf
    return np.array([inverse(p) for p in u.tolist()])


def hit_units(units: Any, join_week: ndarray, week: ndarray, future: ndarray, u: ndarray) -> ndarray:
    """The unit that each arrival hits where it hits one: at random by the people present; -1 where nobody is."""
    since = week - join_week[:, future]
    people = np.where(since >= 0, units.people[:, None] + units.growth[:, None] * since, 0.0)
    below = u * people.sum(axis=0) < np.cumsum(people, axis=0)
    last = len(people) - 1 - np.argmax(people[::-1] > 0.0, axis=0)
    hit = np.where(below.any(axis=0), np.argmax(below, axis=0), last)
    return np.where(people.sum(axis=0) > 0.0, hit, -1)


def draw_arrivals(tables: Any, draws: Any) -> Arrivals:
    """Every arrival of every future."""
    world, shocks, units = tables.world, tables.shocks, tables.units
    regime = draw_regimes(world, draws)
    source, shock, week, future, number = expand(count_arrivals(world, shocks, draws, regime))
    index = (source << 16) + number
    moment, where = draws.uniforms(shocks.stream[shock, MOMENT], week, index, future)
    chance = draws.uniforms(shocks.stream[shock, SEVERITY], week, index, future)[0]
    severity = np.zeros(len(week))
    for s in range(len(shocks.rate)):
        severity[shock == s] = severity_of(shocks, s, chance[shock == s])
        forced = np.flatnonzero((shock == s) & (source == 3))
        decreed = np.arange(shocks.forced_start[s], shocks.forced_start[s + 1])
        for row in forced:
            size = shocks.forced_severity[decreed[shocks.forced_week[decreed] == week[row]][number[row]]]
            severity[row] = severity[row] if np.isnan(size) else size
    time = week + moment
    order = np.lexsort((time, future, week))
    week, shock, future, time = week[order], shock[order], future[order], time[order]
    B = len(draws.futures)
    first = np.full((len(shocks.rate), B), NEVER)
    np.minimum.at(first, (shock, future), week)
    join_week = np.repeat(units.join_week[:, None], B, axis=1)
    by_shock = np.flatnonzero(units.join_shock >= 0)
    join_week[by_shock] = first[units.join_shock[by_shock]]
    return Arrivals(
        week=week, shock=shock, future=future, index=index[order], time=time, severity=severity[order],
        unit=hit_units(units, join_week, week, future, where[order]), rank=ranks(week, future),
        start=np.searchsorted(week, np.arange(world.weeks + 1)), first=first, join_week=join_week, regime=regime,
    )  # fmt: skip


def draw_signals(tables: Any, draws: Any, arrivals: Arrivals) -> Signals:
    """When each policy is warned of, or recognises, each arrival, and its false alarms."""
    shocks, horizon = tables.shocks, tables.world.weeks
    shock, week, future, index = arrivals.shock, arrivals.week, arrivals.future, arrivals.index
    notice = shocks.stream[shock, NOTICE]
    first, heard = draws.uniforms(notice, week, index, future)
    delay = -np.log(first) * shocks.recognised_after[shock]
    effort = -np.log(draws.uniforms(notice, week, index + (1 << 24), future)[0])
    early = np.maximum(week - shocks.warning_lead[shock], 0).astype(np.float64)
    false = [row for s in range(len(shocks.rate)) for row in false_alarms(shocks, s, draws, horizon)]
    rows = []
    for policy, monitoring in enumerate(tables.policies.monitoring):
        warned = heard < 1.0 - (1.0 - shocks.warning_chance[shock]) ** monitoring
        late = delay / monitoring if monitoring > 0.0 else np.where(delay > 0.0, np.inf, 0.0)
        known = arrivals.time + np.where(warned, 0.0, late)
        order = np.arange(len(shock)) * 2.0
        for kind, at, time, place in ((WARNED, warned, early, order), (RECOGNISED, known < horizon, known, order + 1)):
            columns = (time, future, np.full(len(shock), kind), shock, arrivals.time, effort, place)
            rows.append([np.full(at.sum(), policy), *(column[at] for column in columns)])
        if monitoring > 0.0:
            rows += [[np.full(len(row[0]), policy), *row] for row in false]
    policy, time, future, kind, shock, strike, effort, place = (np.concatenate(column) for column in zip(*rows))
    week = np.floor(time).astype(np.int64)
    order = np.lexsort((place, time, future, policy, week))
    policy, future, week = policy[order], future[order], week[order]
    return Signals(
        policy=policy, future=future, time=time[order], kind=kind[order], shock=shock[order], strike=strike[order],
        effort=effort[order], rank=ranks(week, policy, future), start=np.searchsorted(week, np.arange(horizon + 1)),
    )  # fmt: skip


def false_alarms(shocks: Any, s: int, draws: Any, horizon: int) -> list[tuple[ndarray, ...]]:
    """Warnings of shock s that nothing follows, as columns."""
    if shocks.false_alarm_rate[s] <= 0.0:
        return []
    u = draws.uniforms(shocks.stream[s, FALSE], np.arange(horizon)[:, None], 0)[0]
    week, future, number = expand(poisson(u, np.full(u.shape, shocks.false_alarm_rate[s])))
    when = draws.uniforms(shocks.stream[s, FALSE], week, number, future)[1]
    time, last = week + when, np.full(len(week), np.inf)
    kind, shock = np.full(len(week), FALSE_ALARM), np.full(len(week), s)
    return [(time, future, kind, shock, last, last, last)]
