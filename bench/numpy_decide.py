"""Step 6 of the NumPy peer: detectors, decisions, the response queue and contingencies.

Stage: bench. In: a plan's tables, state `o` and week `w` of the peer. Out: the state changed.

Rare events (cases, signals, activations) act on index arrays of the (policy, future) pairs they concern; events of one
week that must keep their order are taken turn by turn: first everybody's first one, then everybody's second.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy import ndarray

from bench.numpy_arrivals import FALSE_ALARM, RECOGNISED, WARNED, Signals
from bench.numpy_measures import ADOPTED, FOUND
from bench.numpy_output import full_yield
from realign.model.contingency import KINDS as CONDITIONS
from realign.model.rules import KINDS as RULES

ON_SHOCK, ON_WARNING, ON_LEVEL, ON_CASH, ON_WEEK = range(len(CONDITIONS))
CUSUM, EWMA = 1, 2


def worth(t: Any, attained: ndarray) -> ndarray:
    """Attainment times that of what it depends on, to the power of how much; (P, K, B) or (K, B)."""
    x, out = t.objectives, attained.copy()
    for k in range(len(x.start)):
        for n in range(x.depends_start[k], x.depends_start[k + 1]):
            out[..., k, :] *= attained[..., x.depends_on[n], :] ** x.depends_exponent[n]
    return out


def perceived_value(t: Any, o: SimpleNamespace, demand: ndarray) -> ndarray:
    """(P, B) the value rate at what leadership perceives."""
    attained = np.clip(o.reading / t.objectives.target[:, None], 0.0, 1.0)
    return demand * (o.perceived * worth(t, attained)).sum(axis=1)


def detect(t: Any, o: SimpleNamespace, w: SimpleNamespace, week: int) -> ndarray:
    """(P, B) bool: where a detector raises an alarm that opens a case."""
    p = SimpleNamespace(**{
        name: getattr(t.policies, name)[:, None]
        for name in ("trigger", "allowance", "threshold", "weight", "baseline_pace")
    })  # fmt: skip
    off = perceived_value(t, o, w.demand) - o.baseline
    z = off / np.sqrt(np.maximum(o.variance, 1e-24))
    o.baseline += p.baseline_pace * off
    o.variance += p.baseline_pace * (off * off - o.variance)
    cusum = np.maximum(0.0, o.detector - z - p.allowance)
    ewma = (1.0 - p.weight) * o.detector + p.weight * z
    low = ewma < -p.threshold * np.sqrt(p.weight / (2.0 - p.weight))
    raised = np.where(p.trigger == CUSUM, cusum > p.threshold, low) & (p.trigger > 0)
    o.detector = np.where(raised, 0.0, np.where(p.trigger == CUSUM, cusum, ewma))
    return raised & (o.alive > 0.0) & (o.alarm_until <= week + 1.0)


def decide(t: Any, o: SimpleNamespace, w: SimpleNamespace, draws: Any, signals: Signals, week: int) -> None:
    """Decisions that are due, then what was heard this week, then what is published."""
    p, living = t.policies, np.isnan(o.ruin_week)
    since = week - p.latency
    every = np.maximum(p.review_every, 1)
    reviewing = (p.review_every > 0) & (since > 0) & (since % every == 0)
    deciding = living & (reviewing[:, None] | o.due[:, week])
    for policy in np.flatnonzero(deciding.any(axis=1)):
        realign(t, o, w, policy, np.flatnonzero(deciding[policy]), week)
    heed(t, o, signals, living, week)
    if w.alarm is not None and (alarmed := living & w.alarm).any():
        policy, lane = np.nonzero(alarmed)
        effort = -np.log(draws.uniforms(t.world.alarm_stream, week, 0, lane)[0])
        o.alarm_until[policy, lane] = open_case(t, o, policy, lane, np.full(len(lane), week + 1.0), effort)
    if p.lists.any():
        heed_conditions(t, o, living, week)
    publish(t, o, w, living & (deciding | p.lists.any(axis=1)[:, None]))


def open_case(t: Any, o: SimpleNamespace, policy: ndarray, lane: ndarray, time: ndarray, effort: ndarray) -> ndarray:
    """Hand a case in each of these (policy, future) pairs to the team that is free first; when it is done."""
    free = o.team_free[policy, :, lane]
    free[np.arange(free.shape[1]) >= t.policies.teams[policy][:, None]] = np.inf
    team = free.argmin(axis=1)
    done = np.maximum(time, free.min(axis=1)) + t.policies.handling[policy] * effort
    o.team_free[policy, team, lane] = done
    o.busy_until[policy, lane] = np.maximum(o.busy_until[policy, lane], done)
    soon = done <= t.world.weeks
    o.due[policy[soon], np.ceil(done[soon]).astype(np.int64), lane[soon]] = True
    return done


def heed(t: Any, o: SimpleNamespace, signals: Signals, living: ndarray, week: int) -> None:
    """What warnings, recognised shocks and false alarms of this week set off, in order of time."""
    here = slice(signals.start[week], signals.start[week + 1])
    rank, alive = signals.rank[here], living[signals.policy[here], signals.future[here]]
    for turn in range(rank.max() + 1 if len(rank) else 0):
        rows = np.flatnonzero((rank == turn) & alive) + here.start
        policy, lane, kind, shock = (c[rows] for c in (signals.policy, signals.future, signals.kind, signals.shock))
        known = rows[kind == RECOGNISED]
        at = signals.policy[known], signals.future[known]
        time, strike = signals.time[known], signals.strike[known]
        heard = {"recognised": 1.0, "recognising": time - strike, "undecided": 1.0, "undecided_time": strike}
        for name, amount in heard.items():
            o.sums[name][at] += amount
        asks = t.policies.on_recognised[at[0]]
        open_case(t, o, at[0][asks], at[1][asks], time[asks], signals.effort[known][asks])
        for g, condition in enumerate(t.contingencies.condition):
            if condition not in (ON_SHOCK, ON_WARNING):
                continue
            kinds = (RECOGNISED,) if condition == ON_SHOCK else (WARNED, FALSE_ALARM)
            starts = t.policies.lists[policy, g] & (shock == t.contingencies.shock[g]) & np.isin(kind, kinds)
            activate(t, o, g, policy[starts], lane[starts], week, on_warning=condition == ON_WARNING)


def activate(
    t: Any, o: SimpleNamespace, g: int, policy: ndarray, lane: ndarray, week: int, *, on_warning: bool
) -> None:
    """Start contingency g where it neither waits nor acts."""
    c, idle = t.contingencies, o.active_until[policy, g, lane] <= week + 1
    at = policy[idle], lane[idle]
    o.sums["in_vain"][at] += o.vain[at[0], g, at[1]]
    o.vain[at[0], g, at[1]] = on_warning
    o.active_from[at[0], g, at[1]] = week + 1 + c.after[g]
    o.active_until[at[0], g, at[1]] = week + 1 + c.after[g] + c.lasts[g]
    o.bill[at] += c.cost[g]
    o.sums["activations"][at] += 1.0


def heed_conditions(t: Any, o: SimpleNamespace, living: ndarray, week: int) -> None:
    """Contingencies that wait for a level, for cash or for a week; and those that are over."""
    c = t.contingencies
    for g, condition in enumerate(c.condition):
        mine = living & t.policies.lists[:, g, None]
        vain, until = o.vain[:, g], o.active_until[:, g]
        over = mine & vain & (until <= week + 1) & (until > week)
        o.sums["in_vain"] += over
        vain[over] = False
        if condition == ON_LEVEL:
            met = (o.reading < c.floor[g][:, None]).any(axis=1)
        elif condition == ON_CASH:
            met = o.cash < c.cash_floor[g]
        else:
            met = np.full(mine.shape, condition == ON_WEEK and week + 1 == c.week[g])
        if (met & mine).any():
            activate(t, o, g, *np.nonzero(met & mine), week, on_warning=False)


def speaking(t: Any, w: SimpleNamespace) -> ndarray:
    """(P, G, B) bool: the contingencies that speak in leadership's stead this week."""
    return w.acting & t.contingencies.has_strategy[:, None]


def publish(t: Any, o: SimpleNamespace, w: SimpleNamespace, where: ndarray) -> None:
    """The strategy that units hear: the mean of what active contingencies say, else leadership's own."""
    new = o.strategy
    if w.any_acting:
        speaks = speaking(t, w)
        number = speaks.sum(axis=1)
        said = np.einsum("pgb,gk->pkb", speaks, t.contingencies.strategy)
        new = np.where(number[:, None] > 0, said / np.maximum(number, 1)[:, None], o.strategy)
        o.spoken = np.where(where, number > 0, o.spoken)
    else:
        o.spoken = o.spoken & ~where
    cost = np.where(where, 0.5 * np.abs(new - o.published).sum(axis=1), 0.0) * t.organisation.realigning_cost
    o.published = np.where(where[:, None], new, o.published)
    o.bill += cost
    o.sums["realigning_cost"] += cost


def realign(t: Any, o: SimpleNamespace, w: SimpleNamespace, policy: int, lanes: ndarray, week: int) -> None:
    """One decision of one policy in some futures."""
    proposed = propose(t, o, w, policy, lanes, week)
    strategy = o.strategy[policy]
    strategy[:, lanes] += t.policies.stride[policy] * (proposed - strategy[:, lanes])
    for i in range(len(t.opportunities.gain)):
        adopts = lanes[o.opportunity[policy, i, lanes] == FOUND]
        o.opportunity[policy, i, adopts] = ADOPTED
        o.methods[policy, t.opportunities.objective[i], adopts] *= 1.0 + t.opportunities.gain[i]
    mine = {name: total[policy] for name, total in o.sums.items()}
    mine["decisions"][lanes] += 1.0
    mine["decided"][lanes] += mine["undecided"][lanes]
    mine["deciding"][lanes] += week * mine["undecided"][lanes] - mine["undecided_time"][lanes]
    mine["undecided"][lanes] = mine["undecided_time"][lanes] = 0.0


def propose(t: Any, o: SimpleNamespace, w: SimpleNamespace, policy: int, lanes: ndarray, week: int) -> ndarray:
    """(K, n) the strategy that the policy's rule proposes."""
    rule, v = RULES[t.policies.rule[policy]], o.perceived[policy][:, lanes]
    reading, target = o.reading[policy][:, lanes], t.objectives.target[:, None]
    if rule == "static":
        return np.repeat(t.policies.strategy[policy][:, None], len(lanes), axis=1)
    if rule == "follow":
        return v / v.sum(axis=0)
    if rule == "gap":
        wish = v * np.maximum(1.0 - reading / target, 0.0)
        total = wish.sum(axis=0)
        return np.where(total > 0.0, wish / np.where(total > 0.0, total, 1.0), v)
    return planned(t, o, w, policy, lanes, week)


def planned(t: Any, o: SimpleNamespace, w: SimpleNamespace, policy: int, lanes: ndarray, week: int) -> ndarray:
    """The rule `plan`: hold what is attained, close gaps in time, cut where value per effort is least."""
    x, v = t.objectives, o.perceived[policy][:, lanes]
    target = x.target[:, None]
    level = np.minimum(o.reading[policy][:, lanes], target)
    weeks = np.where(x.has_due & (x.due > week), x.due - week, t.policies.horizon[policy])
    kept = x.persistence**weeks
    fades = x.persistence < 1.0
    per_week = np.where(fades, (1.0 - x.persistence) / np.where(fades, 1.0 - kept, 1.0), 1.0 / weeks)[:, None]
    yields = full_yield(t, w, lanes) * (x.gain[:, None] * o.methods[policy][:, lanes])
    wish = np.maximum(target - level * kept[:, None], 0.0) * per_week
    need = np.where(yields > 1e-12, wish / np.maximum(yields, 1e-12), 0.0)
    wanted = need.sum(axis=0)
    worth = v.copy()
    for k in range(len(worth)):
        for n in range(x.depends_start[k], x.depends_start[k + 1]):
            worth[x.depends_on[n]] += x.depends_exponent[n] * v[k]
    density = np.where(need > 0.0, worth * yields / (target * per_week), -np.inf)
    order = np.argsort(-density, axis=0, kind="stable")
    ranked = np.take_along_axis(need, order, axis=0)
    before = np.cumsum(ranked, axis=0) - ranked
    granted = np.clip(1.0 - before, 0.0, ranked)
    cut = np.empty_like(need)
    np.put_along_axis(cut, order, granted, axis=0)
    return np.where(wanted <= 1.0, need + (1.0 - wanted) * v, cut)
