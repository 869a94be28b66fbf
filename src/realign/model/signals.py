"""Step 1, signals: when each policy hears of each shock.

A warning is heard with probability 1 - (1 - chance)^monitoring, and a shock of which one was warned is recognised as it
strikes; otherwise recognition takes an exponential time whose mean monitoring divides. Without monitoring nothing
unwarned is ever recognised, unless its nature is to be recognised at once (mean 0). False alarms are Poisson at their
rate, for whoever monitors at all. What is drawn is the same for every policy; what policies make of it differs.
"""

from typing import NamedTuple

import numpy as np
from numpy import ndarray

from realign.model.arrivals import FALSE_ALARM, NOTICE, poisson
from realign.model.compiled import compiled
from realign.model.elementary import exp, power
from realign.model.philox import exponential, fill_words, uniforms, uniforms_of_words

RECOGNISED, WARNED, FALSE = range(3)


class Signals(NamedTuple):
    """What leadership hears of shocks, by policy and lane in order of time. All but the last: (P, lanes, capacity)."""

    time: ndarray  # weeks
    kind: ndarray  # int64: RECOGNISED, WARNED, FALSE
    shock: ndarray  # int64
    strike: ndarray  # time of the strike; NaN for a false alarm
    effort: ndarray  # exponential draw of mean 1: how much handling the case takes
    number: ndarray  # (P, lanes) int64


@compiled
def _signal(signals, policy, lane, time, kind, shock, strike, effort):
    """Insert one signal in order of time; False if there is no room."""
    to = signals.number[policy, lane]
    if to >= signals.time.shape[2]:
        return False
    while to > 0 and signals.time[policy, lane, to - 1] > time:
        signals.time[policy, lane, to] = signals.time[policy, lane, to - 1]
        signals.kind[policy, lane, to] = signals.kind[policy, lane, to - 1]
        signals.shock[policy, lane, to] = signals.shock[policy, lane, to - 1]
        signals.strike[policy, lane, to] = signals.strike[policy, lane, to - 1]
        signals.effort[policy, lane, to] = signals.effort[policy, lane, to - 1]
        to -= 1
    signals.time[policy, lane, to] = time
    signals.kind[policy, lane, to] = kind
    signals.shock[policy, lane, to] = shock
    signals.strike[policy, lane, to] = strike
    signals.effort[policy, lane, to] = effort
    signals.number[policy, lane] += 1
    return True


@compiled
def _announced(lineage, lane, week, lead):
    """The week in which a strike is announced: `lead` weeks ahead, but not before its future began or branched off."""
    early = week
    while early > max(week - lead, 0) and lineage[early - 1, lane] == lineage[week, lane]:
        early -= 1
    return np.float64(early)


@compiled
def _notice(shocks, policies, lane, at, seed, lineage, strikes, signals):
    """Warnings and recognitions of one arrival under every policy; False if there is no room."""
    week, shock, address = strikes.week[lane, at], strikes.shock[lane, at], strikes.address[lane, at]
    key, name, time = lineage[week, lane], shocks.stream[shock, NOTICE], strikes.time[lane, at]
    delay = exponential(seed, key, name, week, address)
    heard = uniforms(seed, key, name, week, address)[1]
    effort = exponential(seed, key, name, week, address + (1 << 24))
    for policy in range(policies.rule.shape[0]):
        monitoring, known = policies.monitoring[policy], time
        if heard < 1.0 - power(1.0 - shocks.warning_chance[shock], monitoring):
            early = _announced(lineage, lane, week, shocks.warning_lead[shock])
            if not _signal(signals, policy, lane, early, WARNED, shock, time, effort):
                return False
        elif shocks.recognised_after[shock] > 0.0:
            known = time + delay * shocks.recognised_after[shock] / monitoring if monitoring > 0.0 else np.inf
        if known < lineage.shape[0] and not _signal(signals, policy, lane, known, RECOGNISED, shock, time, effort):
            return False
    return True


@compiled
def _cry_wolf(shocks, policies, shock, seed, lineage, words, signals):
    """False alarms of one shock in all weeks and lanes; False if there is no room."""
    mean, name = shocks.false_alarm_rate[shock], shocks.stream[shock, FALSE_ALARM]
    none = exp(-mean)
    for week in range(lineage.shape[0]):
        fill_words(seed, lineage[week], name, week, 0, words)
        for lane in range(lineage.shape[1]):
            u = uniforms_of_words(words, lane)[0]
            if u <= none:
                continue
            for n in range(poisson(u, mean)):
                time = week + uniforms(seed, lineage[week, lane], name, week, n)[1]
                for policy in range(policies.rule.shape[0]):
                    if policies.monitoring[policy] > 0.0:
                        if not _signal(signals, policy, lane, time, FALSE, shock, np.nan, 0.0):
                            return False
    return True


@compiled
def draw_signals(shocks, policies, seed, lineage, strikes, signals):
    """All signals of all lanes by policy; False if they outgrew their room."""
    words = np.empty((4, lineage.shape[1]), np.uint64)
    signals.number[:, :] = 0
    for lane in range(lineage.shape[1]):
        for at in range(strikes.number[lane]):
            if not _notice(shocks, policies, lane, at, seed, lineage, strikes, signals):
                return False
    for shock in range(shocks.rate.shape[0]):
        if shocks.false_alarm_rate[shock] > 0.0:
            if not _cry_wolf(shocks, policies, shock, seed, lineage, words, signals):
                return False
    return True
