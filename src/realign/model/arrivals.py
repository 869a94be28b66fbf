"""Step 1, arrivals: every shock that strikes in a future, week by week, before any policy acts.

The count of shock s in week t is Poisson with mean

    rate_s x regime + h_s(t),        h_s(t + 1) = d_s h_s(t) + n_s (1 - d_s) N_s(t)

where N_s counts all arrivals of s in week t, whatever brought them: a discrete Hawkes process with branching ratio n_s.
Besides come scheduled weeks, "once, with a chance, in a uniform week", forced arrivals of a stress test, and arrivals
that another shock caused some weeks before. Each arrival has an address (its week, its source and its number within
them), and everything drawn about it is drawn at that address; so forcing one shock shifts no other.

Source: Hawkes (1971), Biometrika 58:83, in discrete time.
"""

from typing import NamedTuple

import numpy as np
from numpy import ndarray

from realign.model.compiled import compiled
from realign.model.elementary import exp
from realign.model.lanes import WIDTH, get, put
from realign.model.philox import fill_words, uniform, uniforms, uniforms_of_words
from realign.model.severity import severity

COUNT, MOMENT, SEVERITY, NOTICE, ONCE, FALSE_ALARM = range(6)  # purposes of a shock's streams
PURPOSES = ("count", "moment", "severity", "notice", "once", "false alarm")
POISSON, SCHEDULED, BY_CHANCE, FORCED, CAUSED = (source << 16 for source in range(5))
NEVER = 1 << 40  # a week that does not come
MOST_EXPECTED = 500.0  # arrivals of one shock in one week; beyond it a scenario describes a state, not a shock


class Strikes(NamedTuple):
    """The arrivals of each lane's future, by time. All but the last three: (lanes, capacity)."""

    week: ndarray  # int64
    shock: ndarray  # int64
    time: ndarray  # weeks, fraction within the week
    severity: ndarray
    address: ndarray  # int64, source and number within the week
    unit: ndarray  # int64, the unit hit where an effect hits one
    number: ndarray  # (lanes,) int64
    first: ndarray  # (S, lanes) int64, week of the first arrival, or NEVER
    join_week: ndarray  # (N, lanes) int64


@compiled
def poisson(u, mean):
    """Quantile of the Poisson distribution by summing its probabilities."""
    p = exp(-mean)
    cumulated = p
    n = 0
    while u > cumulated and n < 4000:
        n += 1
        p *= mean / n
        cumulated += p
    return n


@compiled
def _once_week(seed, lineage, lane, name, chance):
    """The week in which a once-shock strikes, or NEVER.

    A future that branches off another draws anew for the weeks ahead, given that nothing struck before.
    """
    weeks = lineage.shape[0]
    whether, when = uniforms(seed, lineage[0, lane], name, 0, 0)
    strikes = min(np.int64(when * weeks), weeks - 1) if whether < chance else NEVER
    for week in range(1, weeks):
        if strikes < week:
            break
        if lineage[week, lane] != lineage[week - 1, lane]:
            left = weeks - week
            whether, when = uniforms(seed, lineage[week, lane], name, week, 0)
            ahead = chance * left / (weeks - chance * week)
            strikes = week + min(np.int64(when * left), left - 1) if whether < ahead else NEVER
    return strikes


@compiled
def _add(seed, key, shocks, strikes, lane, week, shock, index, forced):
    """Append one arrival; False if there is no room."""
    at = strikes.number[lane]
    if at >= strikes.week.shape[1]:
        return False
    strikes.week[lane, at] = week
    strikes.shock[lane, at] = shock
    strikes.time[lane, at] = week + uniforms(seed, key, shocks.stream[shock, MOMENT], week, index)[0]
    u = uniform(seed, key, shocks.stream[shock, SEVERITY], week, index)
    strikes.severity[lane, at] = severity(shocks, shock, u) if np.isnan(forced) else forced
    strikes.address[lane, at] = index
    strikes.unit[lane, at] = -1
    strikes.number[lane] = at + 1
    return True


@compiled
def _arrive(seed, key, shocks, strikes, lane, week, shock, number, by_chance, caused):
    """All arrivals of one shock in one week of one lane: `number` of its own accord; False if there is no room."""
    for n in range(number):
        if not _add(seed, key, shocks, strikes, lane, week, shock, POISSON + n, np.nan):
            return False
    index = SCHEDULED
    for n in range(shocks.scheduled_start[shock], shocks.scheduled_start[shock + 1]):
        if shocks.scheduled_week[n] == week:
            if not _add(seed, key, shocks, strikes, lane, week, shock, index, np.nan):
                return False
            index += 1
    if by_chance and not _add(seed, key, shocks, strikes, lane, week, shock, BY_CHANCE, np.nan):
        return False
    index = FORCED
    for n in range(shocks.forced_start[shock], shocks.forced_start[shock + 1]):
        if shocks.forced_week[n] == week:
            if not _add(seed, key, shocks, strikes, lane, week, shock, index, shocks.forced_severity[n]):
                return False
            index += 1
    for n in range(caused):
        if not _add(seed, key, shocks, strikes, lane, week, shock, CAUSED + n, np.nan):
            return False
    return True


@compiled
def _is_dated(shocks, shock, week):
    """Whether a shock is scheduled or forced in this week."""
    for n in range(shocks.scheduled_start[shock], shocks.scheduled_start[shock + 1]):
        if shocks.scheduled_week[n] == week:
            return True
    for n in range(shocks.forced_start[shock], shocks.forced_start[shock + 1]):
        if shocks.forced_week[n] == week:
            return True
    return False


@compiled
def _sort_week(strikes, lane, begin):
    """Put the arrivals from `begin` on into order of time."""
    for at in range(begin + 1, strikes.number[lane]):
        week, shock, time = strikes.week[lane, at], strikes.shock[lane, at], strikes.time[lane, at]
        size, index = strikes.severity[lane, at], strikes.address[lane, at]
        to = at
        while to > begin and strikes.time[lane, to - 1] > time:
            strikes.week[lane, to] = strikes.week[lane, to - 1]
            strikes.shock[lane, to] = strikes.shock[lane, to - 1]
            strikes.time[lane, to] = strikes.time[lane, to - 1]
            strikes.severity[lane, to] = strikes.severity[lane, to - 1]
            strikes.address[lane, to] = strikes.address[lane, to - 1]
            to -= 1
        strikes.week[lane, to], strikes.shock[lane, to], strikes.time[lane, to] = week, shock, time
        strikes.severity[lane, to], strikes.address[lane, to] = size, index


@compiled
def _hit_unit(units, strikes, lane, week, u):
    """A unit at random by people among those present; -1 if there is none."""
    total = 0.0
    for unit in range(units.people.shape[0]):
        joined = strikes.join_week[unit, lane]
        if joined <= week:
            total += units.people[unit] + units.growth[unit] * (week - joined)
    mark, last = u * total, -1
    for unit in range(units.people.shape[0]):
        joined = strikes.join_week[unit, lane]
        if joined <= week:
            last = unit
            mark -= units.people[unit] + units.growth[unit] * (week - joined)
            if mark < 0.0:
                break
    return last


@compiled
def _settle_week(seed, key, shocks, units, strikes, lane, week, begin, caused):
    """What the arrivals of a week entail: who joins, who is hit, what they bring on later."""
    for at in range(begin, strikes.number[lane]):
        shock = strikes.shock[lane, at]
        if strikes.first[shock, lane] == NEVER:
            strikes.first[shock, lane] = week
            for unit in range(units.people.shape[0]):
                if units.join_shock[unit] == shock:
                    strikes.join_week[unit, lane] = week
    for at in range(begin, strikes.number[lane]):
        shock, index = strikes.shock[lane, at], strikes.address[lane, at]
        u = uniforms(seed, key, shocks.stream[shock, MOMENT], week, index)[1]
        strikes.unit[lane, at] = _hit_unit(units, strikes, lane, week, u)
        for cause in range(shocks.cause_start[shock], shocks.cause_start[shock + 1]):
            due = week + shocks.cause_delay[cause]
            u = uniform(seed, key, shocks.cause_stream[cause], week, index)
            if due < caused.shape[1] and u < shocks.cause_chance[cause]:
                caused[shocks.cause_shock[cause], due, lane] += 1


@compiled
def _open_lanes(shocks, units, seed, lineage, strikes, once_week):
    """Nothing has struck yet; the weeks of once-shocks are drawn."""
    for lane in range(lineage.shape[1]):
        strikes.number[lane] = 0
        for unit in range(units.people.shape[0]):
            strikes.join_week[unit, lane] = units.join_week[unit]
        for shock in range(shocks.rate.shape[0]):
            strikes.first[shock, lane] = NEVER
            once_week[shock, lane] = NEVER
            if shocks.chance[shock] > 0.0:
                name = shocks.stream[shock, ONCE]
                once_week[shock, lane] = _once_week(seed, lineage, lane, name, shocks.chance[shock])


@compiled
def _change_regimes(world, seed, keys, week, words, now):
    """The regime of each lane this week, from that of last week, in place."""
    leave, following = world.regime_leave, world.regime_next
    fill_words(seed, keys, world.regime_stream, week, 0, words)
    for lane in range(keys.shape[0]):
        leaves, where = uniforms_of_words(words, lane)
        if leaves < leave[now[lane]]:
            to = 0
            while to < following.shape[1] - 1 and where >= following[now[lane], to]:
                to += 1
            now[lane] = to


@compiled
def _count(shocks, seed, keys, week, shock, factor, excited, words, none, number):
    """How many times a shock arrives of its own accord this week in each lane, into `number`.

    factor: (L,) of the regime; excited: (L,) self-excitation. False if some mean is beyond MOST_EXPECTED.
    """
    rate, reasonable = shocks.rate[shock], True
    fill_words(seed, keys, shocks.stream[shock, COUNT], week, 0, words)
    for t in range(keys.shape[0] // WIDTH):
        put(none, (t,), exp(-(rate * get(factor, (t,)) + get(excited, (t,)))))
    for lane in range(keys.shape[0]):
        number[lane] = 0
        u = uniforms_of_words(words, lane)[0]
        if u > none[lane]:
            mean = rate * factor[lane] + excited[lane]
            reasonable = reasonable and mean <= MOST_EXPECTED
            number[lane] = poisson(u, min(mean, MOST_EXPECTED))
    return reasonable


@compiled
def draw_arrivals(world, shocks, units, seed, lineage, regime, strikes):
    """Draw regimes and arrivals of all weeks for each lane.

    lineage: (weeks, lanes) uint64, the future whose draws hold in each week; regime: (weeks, lanes) int64, out;
    strikes: out. Returns 0, or 1 if the arrivals outgrew their room, or 2 if a shock comes more than MOST_EXPECTED
    times a week.
    """
    S, L = shocks.rate.shape[0], lineage.shape[1]
    once_week, begin, number = np.empty((S, L), np.int64), np.empty(L, np.int64), np.zeros(L, np.int64)
    excitation, factor, none = np.zeros((S, L)), np.ones(L), np.empty(L)
    caused = np.zeros((S, world.weeks if shocks.cause_shock.shape[0] > 0 else 1, L), np.int64)
    words, now, count = np.empty((4, L), np.uint64), np.zeros(L, np.int64), strikes.number
    _open_lanes(shocks, units, seed, lineage, strikes, once_week)
    for week in range(world.weeks):
        keys = lineage[week]
        for lane in range(L):
            begin[lane] = count[lane]
        if week > 0 and world.regime_leave.shape[0] > 1:
            _change_regimes(world, seed, keys, week, words, now)
        for lane in range(L):
            regime[week, lane] = now[lane]
            factor[lane] = world.regime_shock_rate[now[lane]]
        for shock in range(S):
            excited, due = excitation[shock], caused[shock, min(week, caused.shape[1] - 1)]
            if shocks.rate[shock] > 0.0 or shocks.excitation[shock] > 0.0:
                if not _count(shocks, seed, keys, week, shock, factor, excited, words, none, number):
                    return 2
            else:
                number[:] = 0
            dated = _is_dated(shocks, shock, week)
            for lane in range(L):
                by_chance = once_week[shock, lane] == week
                before = count[lane]
                if number[lane] > 0 or due[lane] > 0 or by_chance or dated:
                    if not _arrive(
                        seed, keys[lane], shocks, strikes, lane, week, shock, number[lane], by_chance, due[lane]
                    ):
                        return 1
                kept = shocks.excitation_persistence[shock] * excited[lane]
                excited[lane] = kept + shocks.excitation[shock] * (count[lane] - before)
        for lane in range(L):
            if count[lane] > begin[lane]:
                _sort_week(strikes, lane, begin[lane])
                _settle_week(seed, keys[lane], shocks, units, strikes, lane, week, begin[lane], caused)
    return 0
