"""Step 6, decide: reviews, recognised shocks and alarms lead to decisions, decisions to a new strategy.

A review falls in every week t > 0 that is a multiple of review_every and takes effect `latency` weeks later. Other
cases (a recognised shock, an alarm) queue for the response teams in continuous time, first come first served, each
taking an exponential handling time; the decision takes effect at the first week boundary after its case is done. What
a decision sees is what is known in the week in which it takes effect. Several decisions of one week are one.

    s <- s + stride (s* - s),    cost = realigning_cost x half the L1 distance that the published strategy moved
"""

import numpy as np

from realign.model.compiled import compiled
from realign.model.contingency import ON_WARNING, close_accounts, heed_conditions, heed_signal
from realign.model.lanes import WIDTH, choose, get, put
from realign.model.philox import exponential
from realign.model.record import ADOPTION, ALARM, DECISION, FALSE_ALARM, RECOGNISING, WARNING, note
from realign.model.rules import look_ahead, propose
from realign.model.signals import FALSE, RECOGNISED, WARNED
from realign.model.state import (
    ADOPTED,
    DECIDED,
    DECIDING_WEEKS,
    DECISIONS,
    FOUND,
    REALIGNING_COST,
    RECOGNISED_COUNT,
    RECOGNISING_WEEKS,
    UNDECIDED,
    UNDECIDED_TIME,
)
from realign.model.work import act, acts


@compiled
def _speaking(tables, state, here, policy, week):
    """1.0 in here.speaking where an active contingency speaks in leadership's stead, or did so until now."""
    lists, has_strategy, speaking = tables.policies.lists[policy], tables.contingencies.has_strategy, here.speaking
    active_from, active_until, spoken = state.active_from[policy], state.active_until[policy], state.spoken[policy]
    for lane in range(speaking.shape[0]):
        speaking[lane] = spoken[lane]
    for g in range(lists.shape[0]):
        if lists[g] and has_strategy[g]:
            for t in range(speaking.shape[0] // WIDTH):
                put(speaking, (t,), choose(act(active_from, active_until, g, t, week), 1.0, get(speaking, (t,))))


@compiled
def decide(tables, state, here, signals, log, policy, week, seed, keys):
    """Step 6 of one policy; here.alarm holds the detector's alarms."""
    policies, lists = tables.policies, tables.policies.lists[policy]
    every = policies.review_every[policy]
    since = week - policies.latency[policy] - policies.review_origin[policy]
    reviewing = every > 0 and since > 0 and since % every == 0
    watching = policies.trigger[policy] > 0
    due, ruin_week, alarm, speaking = state.due[policy, week], state.ruin_week[policy], here.alarm, here.speaking
    next_signal, heard, times = state.next_signal[policy], signals.number[policy], signals.time[policy]
    coming, looked_ahead = signals.coming[policy], False
    _speaking(tables, state, here, policy, week)
    for g in range(lists.shape[0]):
        if lists[g]:
            close_accounts(state, log, policy, g, week)
    for lane in range(keys.shape[0]):
        deciding, hears = reviewing or due[lane] == 1, coming[lane] < week + 1.0
        alarmed = watching and alarm[lane] > 0.0
        if not (deciding or hears or alarmed or speaking[lane] > 0.0) or not np.isnan(ruin_week[lane]):
            continue
        if deciding and not looked_ahead:
            look_ahead(tables, here, policy, week)
            looked_ahead = True
        if deciding:
            realign(tables, state, here, log, policy, lane, week)
        if deciding or speaking[lane] > 0.0:
            publish(tables, state, policy, lane, week)
        if hears:
            at = next_signal[lane]
            while at < heard[lane] and times[lane, at] < week:
                at += 1  # heard before this state was taken
            while at < heard[lane] and times[lane, at] < week + 1.0:
                heed(tables, state, signals, log, policy, lane, week, at)
                at += 1
            next_signal[lane] = at
            coming[lane] = times[lane, at] if at < heard[lane] else np.inf
        if alarmed:
            effort = exponential(seed, keys[lane], tables.world.alarm_stream, week, 0)
            done = open_case(policies, state, policy, lane, week + 1.0, effort)
            state.alarm_until[policy, lane] = done
            note(log, policy, lane, week, ALARM, -1, done - (week + 1.0))
    for g in range(lists.shape[0]):
        if lists[g] and tables.contingencies.condition[g] > ON_WARNING:
            heed_conditions(tables, state, log, policy, g, week)


@compiled
def open_case(policies, state, policy, lane, time, effort):
    """Hand a case to the team that is free first; returns when it is done, and marks the week of its decision."""
    free = 0
    for team in range(policies.teams[policy]):
        if state.team_free[policy, team, lane] < state.team_free[policy, free, lane]:
            free = team
    done = max(time, state.team_free[policy, free, lane]) + policies.handling[policy] * effort
    state.team_free[policy, free, lane] = done
    state.busy_until[policy, lane] = max(state.busy_until[policy, lane], done)
    if done <= state.due.shape[1] - 1:
        state.due[policy, np.int64(np.ceil(done)), lane] = 1
    return done


@compiled
def heed(tables, state, signals, log, policy, lane, week, at):
    """What a warning, a recognised shock or a false alarm sets off."""
    kind, shock = signals.kind[policy, lane, at], signals.shock[policy, lane, at]
    time, strike = signals.time[policy, lane, at], signals.strike[policy, lane, at]
    if kind == RECOGNISED:
        sums = state.sums[policy]
        sums[RECOGNISED_COUNT, lane] += 1.0
        sums[RECOGNISING_WEEKS, lane] += time - strike
        sums[UNDECIDED, lane] += 1.0
        sums[UNDECIDED_TIME, lane] += strike
        if tables.policies.on_recognised[policy]:
            open_case(tables.policies, state, policy, lane, time, signals.effort[policy, lane, at])
        note(log, policy, lane, week, RECOGNISING, shock, time - strike)
    elif kind == WARNED:
        note(log, policy, lane, week, WARNING, shock, strike - time)
    elif kind == FALSE:
        note(log, policy, lane, week, FALSE_ALARM, shock, 0.0)
    heed_signal(tables, state, log, policy, lane, week, kind, shock)


@compiled
def realign(tables, state, here, log, policy, lane, week):
    """One decision: move leadership's strategy toward what the rule proposes, adopt what was found."""
    propose(tables, state, here, policy, lane, week)
    stride = tables.policies.stride[policy]
    distance = 0.0
    for k in range(here.proposal.shape[0]):
        step = stride * (here.proposal[k] - state.strategy[policy, k, lane])
        state.strategy[policy, k, lane] += step
        distance += 0.5 * abs(step)
    for o in range(tables.opportunities.gain.shape[0]):
        if state.opportunity[policy, o, lane] == FOUND:
            adopt(tables, state, log, policy, o, lane, week)
    sums = state.sums[policy]
    sums[DECISIONS, lane] += 1.0
    sums[DECIDED, lane] += sums[UNDECIDED, lane]
    sums[DECIDING_WEEKS, lane] += week * sums[UNDECIDED, lane] - sums[UNDECIDED_TIME, lane]
    sums[UNDECIDED, lane] = 0.0
    sums[UNDECIDED_TIME, lane] = 0.0
    note(log, policy, lane, week, DECISION, -1, distance)


@compiled
def adopt(tables, state, log, policy, o, lane, week):
    """Adopt an opportunity: better methods for its objective."""
    state.opportunity[policy, o, lane] = ADOPTED
    state.methods[policy, tables.opportunities.objective[o], lane] *= 1.0 + tables.opportunities.gain[o]
    note(log, policy, lane, week, ADOPTION, o, tables.opportunities.gain[o])


@compiled
def publish(tables, state, policy, lane, week):
    """The strategy that units hear: the mean of what active contingencies say, else leadership's own."""
    has_strategy, said, lists = (
        tables.contingencies.has_strategy, tables.contingencies.strategy, tables.policies.lists[policy],
    )  # fmt: skip
    active_from, active_until = state.active_from[policy], state.active_until[policy]
    published, strategy = state.published[policy], state.strategy[policy]
    speaking = 0
    for g in range(lists.shape[0]):
        if has_strategy[g] and lists[g] and acts(active_from, active_until, g, lane, week):
            speaking += 1
    distance = 0.0
    for k in range(published.shape[0]):
        new = strategy[k, lane]
        if speaking > 0:
            new = 0.0
            for g in range(lists.shape[0]):
                if has_strategy[g] and lists[g] and acts(active_from, active_until, g, lane, week):
                    new += said[g, k] / speaking
        distance += 0.5 * abs(new - published[k, lane])
        published[k, lane] = new
    state.spoken[policy, lane] = 1 if speaking > 0 else 0
    if distance > 0.0:
        cost = tables.organisation.realigning_cost * distance
        state.bill[policy, lane] += cost
        state.sums[policy, REALIGNING_COST, lane] += cost
