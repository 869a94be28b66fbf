"""Step 1, signals: when each policy hears of each shock.

A warning is heard with probability 1 - (1 - chance)^monitoring, and a shock of which one was warned is recognised as it
strikes; otherwise recognition takes an exponential time whose mean monitoring divides. Without monitoring nothing
unwarned is ever recognised, unless its nature is to be recognised at once (mean 0). False alarms are Poisson at their
rate, for whoever monitors at all. What is drawn is the same for every policy; what policies make of it differs.
Where monitoring changes in the course of time, a warning takes what it is when the warning is due, and recognition
comes when monitoring, summed over the weeks since the strike, has used up what was drawn.
"""

from typing import NamedTuple

import numpy as np
from numpy import ndarray

from realign.model.arrivals import CAUSED, FALSE_ALARM, FORCED, NOTICE, poisson
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
    coming: ndarray  # (P, lanes) the time of the next one that was not heeded yet; inf: none


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
def watched(policies, policy, week):
    """Monitoring in a week."""
    start, era = policies.watch_from[policy], 0
    while era + 1 < start.shape[0] and start[era + 1] <= week:
        era += 1
    return policies.watch[policy, era]


@compiled
def _recognised(policies, policy, time, effort):
    """When what struck at `time` is recognised, if it takes `effort` weeks at monitoring 1; inf: never."""
    start, watch, era = policies.watch_from[policy], policies.watch[policy], 0
    while era + 1 < start.shape[0]:
        end = np.float64(start[era + 1])
        if end > time:
            if watch[era] > 0.0 and time + effort / watch[era] <= end:
                break
            effort -= (end - time) * watch[era]
            time = end
        era += 1
    return time + effort / watch[era] if watch[era] > 0.0 else np.inf


@compiled
def _which_forced(shocks, shock, week, address):
    """The place of a forced arrival among all that are forced; -1 for others."""
    if address < FORCED or address >= CAUSED:
        return -1
    place = address - FORCED
    for n in range(shocks.forced_start[shock], shocks.forced_start[shock + 1]):
        if shocks.forced_week[n] == week:
            if place == 0:
                return n
            place -= 1
    return -1


@compiled
def _notice(shocks, policies, lane, at, seed, lineage, strikes, signals):
    """Warnings and recognitions of one arrival under every policy; False if there is no room."""
    week, shock, address = strikes.week[lane, at], strikes.shock[lane, at], strikes.address[lane, at]
    key, name, time = lineage[week, lane], shocks.stream[shock, NOTICE], strikes.time[lane, at]
    lead, forced = shocks.warning_lead[shock], _which_forced(shocks, shock, week, address)
    if forced >= 0:
        lead = min(lead, max(week - shocks.forced_from[forced], 0))
    delay = exponential(seed, key, name, week, address)
    heard = uniforms(seed, key, name, week, address)[1]
    effort = exponential(seed, key, name, week, address + (1 << 24))
    for policy in range(policies.rule.shape[0]):
        monitoring, known = watched(policies, policy, max(week - lead, 0)), time
        if forced >= 0 and not np.isnan(shocks.forced_recognised[forced]):
            known = shocks.forced_recognised[forced]
        elif heard < 1.0 - power(1.0 - shocks.warning_chance[shock], monitoring):
            early = _announced(lineage, lane, week, lead)
            if not _signal(signals, policy, lane, early, WARNED, shock, time, effort):
                return False
        elif shocks.recognised_after[shock] > 0.0:
            known = _recognised(policies, policy, time, delay * shocks.recognised_after[shock])
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
                    if watched(policies, policy, week) > 0.0:
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
    for policy in range(policies.rule.shape[0]):
        for lane in range(lineage.shape[1]):
            some = signals.number[policy, lane] > 0
            signals.coming[policy, lane] = signals.time[policy, lane, 0] if some else np.inf
    return True
