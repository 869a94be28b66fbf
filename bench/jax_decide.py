"""Step 6 of the JAX peer: detectors, decisions, the response queue and contingencies.

Stage: bench. In: a plan's tables, state `o`, week `w` and the week's tables `x`. Out: the state changed.

What concerns a few (policy, future) pairs is computed for all of them and kept where it holds; where it concerns
nobody it is left out by a branch. Who is granted effort first is found by comparing objectives in pairs: for a handful
of them that is one fused loop, and sorting is not.
"""

from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from bench.jax_shocks import loop, when
from bench.numpy_arrivals import FALSE_ALARM, RECOGNISED, WARNED
from bench.numpy_decide import CUSUM, ON_CASH, ON_LEVEL, ON_SHOCK, ON_WARNING, ON_WEEK
from bench.numpy_measures import ADOPTED, FOUND
from realign.model.rules import KINDS as RULES
from realign.model.work import CES, COBB_DOUGLAS, LEONTIEF, SUM

CASES = ("team_free", "busy_until", "due")
PLANS = ("vain", "active_from", "active_until", "bill", "sums")


def aggregate(technology: int, r: float, shares: np.ndarray, mixes: list[jax.Array]) -> jax.Array:
    """(sum_f theta_f (E_f / theta_f)^r)^(1/r) and its limits; mixes: E_f / theta_f, one array a function."""
    if technology == LEONTIEF:
        return jnp.min(jnp.stack(mixes), axis=0)
    if technology == COBB_DOUGLAS:
        return jnp.prod(jnp.stack([mix**theta for theta, mix in zip(shares, mixes)]), axis=0)
    assert technology == CES
    total = sum(theta * mix**r for theta, mix in zip(shares, mixes))
    return jnp.asarray(total) ** (1.0 / r)


def combine(t: Any, effort: jax.Array, total: jax.Array) -> jax.Array:
    """The CES aggregate of effort (..., N, K, B) by function, for every objective."""
    x, output = t.objectives, []
    for k, technology in enumerate(x.technology):
        if technology == SUM:
            output.append(total[..., k, :])
            continue
        parts = [f for f in range(x.share.shape[1]) if x.share[k, f] > 0.0]
        mixes = [effort[..., np.flatnonzero(t.units.function == f), k, :].sum(axis=-2) / x.share[k, f] for f in parts]
        output.append(aggregate(technology, x.exponent[k], x.share[k, parts], mixes))
    return jnp.stack(output, axis=-2)


def worth(t: Any, attained: jax.Array) -> jax.Array:
    """Attainment times that of what it depends on, to the power of how much; (P, K, B)."""
    x, out = t.objectives, []
    for k in range(len(x.start)):
        each = attained[..., k, :]
        for n in range(x.depends_start[k], x.depends_start[k + 1]):
            each = each * attained[..., x.depends_on[n], :] ** x.depends_exponent[n]
        out.append(each)
    return jnp.stack(out, axis=-2)


def perceived_value(t: Any, o: SimpleNamespace, demand: jax.Array) -> jax.Array:
    """(P, B) the value rate at what leadership perceives."""
    attained = jnp.clip(o.reading / t.objectives.target[:, None], 0.0, 1.0)
    return demand * (o.perceived * worth(t, attained)).sum(axis=1)


def detect(t: Any, o: SimpleNamespace, w: SimpleNamespace) -> jax.Array:
    """(P, B) bool: where a detector raises an alarm that opens a case."""
    p = SimpleNamespace(**{
        name: getattr(t.policies, name)[:, None]
        for name in ("trigger", "allowance", "threshold", "weight", "baseline_pace")
    })  # fmt: skip
    off = perceived_value(t, o, w.demand) - o.baseline
    z = off / jnp.sqrt(jnp.maximum(o.variance, 1e-24))
    o.baseline = o.baseline + p.baseline_pace * off
    o.variance = o.variance + p.baseline_pace * (off * off - o.variance)
    cusum = jnp.maximum(0.0, o.detector - z - p.allowance)
    ewma = (1.0 - p.weight) * o.detector + p.weight * z
    low = ewma < -p.threshold * np.sqrt(p.weight / (2.0 - p.weight))
    raised = jnp.where(p.trigger == CUSUM, cusum > p.threshold, low) & (p.trigger > 0)
    o.detector = jnp.where(raised, 0.0, jnp.where(p.trigger == CUSUM, cusum, ewma))
    return raised & (o.alive > 0.0) & (o.alarm_until <= w.week + 1.0)


def decide(t: Any, o: SimpleNamespace, w: SimpleNamespace, x: SimpleNamespace) -> None:
    """Decisions that are due, then what was heard this week, then what is published."""
    p, living = t.policies, jnp.isnan(o.ruin_week)
    since = x.week - p.latency
    reviewing = (p.review_every > 0) & (since > 0) & (since % np.maximum(p.review_every, 1) == 0)
    deciding = living & (reviewing[:, None] | lax.dynamic_index_in_dim(o.due, x.week, axis=1, keepdims=False))
    names = ("strategy", "opportunity", "methods", "sums")
    when(o, names, deciding.any(), lambda o: realign(t, o, w, deciding))
    loop(o, (*CASES, *PLANS), x.hears, lambda o, turn: heed(t, o, x, living, turn))
    if (p.trigger > 0).any():
        alarmed = living & w.alarm
        when(o, (*CASES, "alarm_until"), alarmed.any(), lambda o: sound(t, o, x, alarmed))
    if p.lists.any():
        heed_conditions(t, o, living, x.week)
    publish(t, o, w, living & (deciding | p.lists.any(axis=1)[:, None]))


def sound(t: Any, o: SimpleNamespace, x: SimpleNamespace, alarmed: jax.Array) -> None:
    """An alarm opens a case."""
    done = open_case(t, o, alarmed, jnp.full(alarmed.shape, x.week + 1.0), -jnp.log(x.alarm))
    o.alarm_until = jnp.where(alarmed, done, o.alarm_until)


def open_case(t: Any, o: SimpleNamespace, where: jax.Array, time: jax.Array, effort: jax.Array) -> jax.Array:
    """Hand a case in each of these (policy, future) pairs to the team that is free first; when it is done."""
    teams = np.arange(o.team_free.shape[1])[None, :, None]
    free = jnp.where(teams < t.policies.teams[:, None, None], o.team_free, jnp.inf)
    team = free.argmin(axis=1)
    done = jnp.maximum(time, free.min(axis=1)) + t.policies.handling[:, None] * effort
    o.team_free = jnp.where(where[:, None] & (teams == team[:, None]), done[:, None], o.team_free)
    o.busy_until = jnp.where(where, jnp.maximum(o.busy_until, done), o.busy_until)
    soon = where & (done <= t.world.weeks)
    weeks = np.arange(o.due.shape[1], dtype=np.float64)[None, :, None]
    o.due = o.due | (soon[:, None] & (weeks == jnp.ceil(done)[:, None]))
    return done


def heed(t: Any, o: SimpleNamespace, x: SimpleNamespace, living: jax.Array, turn: jax.Array) -> None:
    """What everybody's next warning, recognised shock or false alarm of this week sets off."""
    kind, about, time, strike = x.kind[turn], x.about[turn], x.time[turn], x.strike[turn]
    known = living & (kind == RECOGNISED)
    heard = {"recognised": 1.0, "recognising": time - strike, "undecided": 1.0, "undecided_time": strike}
    o.sums = {**o.sums, **{name: o.sums[name] + known * amount for name, amount in heard.items()}}
    open_case(t, o, known & t.policies.on_recognised[:, None], time, x.effort[turn])
    for g, condition in enumerate(t.contingencies.condition):
        if condition in (ON_SHOCK, ON_WARNING):
            right = kind == RECOGNISED if condition == ON_SHOCK else (kind == WARNED) | (kind == FALSE_ALARM)
            starts = living & t.policies.lists[:, g, None] & (about == t.contingencies.shock[g]) & right
            activate(t, o, g, starts, x.week, on_warning=condition == ON_WARNING)


def activate(t: Any, o: SimpleNamespace, g: int, where: jax.Array, week: jax.Array, *, on_warning: bool) -> None:
    """Start contingency g where it neither waits nor acts."""
    c = t.contingencies
    idle = where & (o.active_until[:, g] <= week + 1)
    counted = {"in_vain": idle & o.vain[:, g], "activations": idle}
    o.sums = {**o.sums, **{name: o.sums[name] + amount for name, amount in counted.items()}}
    o.vain = o.vain.at[:, g].set(jnp.where(idle, on_warning, o.vain[:, g]))
    begin, end = week + 1.0 + c.after[g], week + 1.0 + c.after[g] + c.lasts[g]
    o.active_from = o.active_from.at[:, g].set(jnp.where(idle, begin, o.active_from[:, g]))
    o.active_until = o.active_until.at[:, g].set(jnp.where(idle, end, o.active_until[:, g]))
    o.bill = o.bill + c.cost[g] * idle


def heed_conditions(t: Any, o: SimpleNamespace, living: jax.Array, week: jax.Array) -> None:
    """Contingencies that wait for a level, for cash or for a week; and those that are over."""
    c = t.contingencies
    for g, condition in enumerate(c.condition):
        mine = living & t.policies.lists[:, g, None]
        vain, until = o.vain[:, g], o.active_until[:, g]
        over = mine & vain & (until <= week + 1) & (until > week)
        o.sums = {**o.sums, "in_vain": o.sums["in_vain"] + over}
        o.vain = o.vain.at[:, g].set(vain & ~over)
        if condition == ON_LEVEL:
            met = (o.reading < c.floor[g][:, None]).any(axis=1)
        elif condition == ON_CASH:
            met = o.cash < c.cash_floor[g]
        elif condition == ON_WEEK:
            met = week + 1 == c.week[g]
        else:
            continue
        activate(t, o, g, met & mine, week, on_warning=False)


def publish(t: Any, o: SimpleNamespace, w: SimpleNamespace, where: jax.Array) -> None:
    """The strategy that units hear: the mean of what active contingencies say, else leadership's own."""
    new, number = o.strategy, jnp.zeros(o.alive.shape)
    says = np.flatnonzero(t.contingencies.has_strategy)
    if len(says):
        speaks = w.acting[:, says].astype(np.float64)
        number = speaks.sum(axis=1)
        said = (speaks[:, :, None] * t.contingencies.strategy[says][None, :, :, None]).sum(axis=1)
        new = jnp.where(number[:, None] > 0, said / jnp.maximum(number, 1.0)[:, None], o.strategy)
    o.spoken = jnp.where(where, number > 0, o.spoken)
    cost = jnp.where(where, 0.5 * jnp.abs(new - o.published).sum(axis=1), 0.0) * t.organisation.realigning_cost
    o.published = jnp.where(where[:, None], new, o.published)
    o.bill = o.bill + cost
    o.sums = {**o.sums, "realigning_cost": o.sums["realigning_cost"] + cost}


def realign(t: Any, o: SimpleNamespace, w: SimpleNamespace, deciding: jax.Array) -> None:
    """One decision, of all who decide."""
    proposed = jnp.stack([propose(t, o, w, policy) for policy in range(len(t.policies.rule))])
    stride = t.policies.stride[:, None, None] * deciding[:, None]
    o.strategy = o.strategy + stride * (proposed - o.strategy)
    for i in range(len(t.opportunities.gain)):
        adopts = deciding & (o.opportunity[:, i] == FOUND)
        k = t.opportunities.objective[i]
        o.opportunity = o.opportunity.at[:, i].set(jnp.where(adopts, ADOPTED, o.opportunity[:, i]))
        o.methods = o.methods.at[:, k].multiply(jnp.where(adopts, 1.0 + t.opportunities.gain[i], 1.0))
    s = o.sums
    o.sums = {
        **s,
        "decisions": s["decisions"] + deciding,
        "decided": s["decided"] + deciding * s["undecided"],
        "deciding": s["deciding"] + deciding * (w.week * s["undecided"] - s["undecided_time"]),
        "undecided": jnp.where(deciding, 0.0, s["undecided"]),
        "undecided_time": jnp.where(deciding, 0.0, s["undecided_time"]),
    }


def propose(t: Any, o: SimpleNamespace, w: SimpleNamespace, policy: int) -> jax.Array:
    """(K, B) the strategy that the policy's rule proposes."""
    rule, v = RULES[t.policies.rule[policy]], o.perceived[policy]
    if rule == "static":
        return jnp.broadcast_to(t.policies.strategy[policy][:, None], v.shape)
    if rule == "follow":
        return v / v.sum(axis=0)
    if rule == "gap":
        wish = v * jnp.maximum(1.0 - o.reading[policy] / t.objectives.target[:, None], 0.0)
        total = wish.sum(axis=0)
        return jnp.where(total > 0.0, wish / jnp.where(total > 0.0, total, 1.0), v)
    return planned(t, o, w, policy)


def planned(t: Any, o: SimpleNamespace, w: SimpleNamespace, policy: int) -> jax.Array:
    """The rule `plan`: hold what is attained, close gaps in time, cut where value per effort is least."""
    x, v, week = t.objectives, o.perceived[policy], w.week
    target = x.target[:, None]
    level = jnp.minimum(o.reading[policy], target)
    weeks = jnp.where(x.has_due & (x.due > week), x.due - week, t.policies.horizon[policy])
    kept = x.persistence**weeks
    fades = x.persistence < 1.0
    per_week = jnp.where(fades, (1.0 - x.persistence) / jnp.where(fades, 1.0 - kept, 1.0), 1.0 / weeks)[:, None]
    skilled = t.units.skill[:, :, None] * w.people[:, None]
    yields = combine(t, skilled, skilled.sum(axis=0)) * (x.gain[:, None] * o.methods[policy])
    wish = jnp.maximum(target - level * kept[:, None], 0.0) * per_week
    need = jnp.where(yields > 1e-12, wish / jnp.maximum(yields, 1e-12), 0.0)
    wanted = need.sum(axis=0)
    gains = v
    for k in range(len(x.start)):
        for n in range(x.depends_start[k], x.depends_start[k + 1]):
            gains = gains.at[x.depends_on[n]].add(x.depends_exponent[n] * v[k])
    density = jnp.where(need > 0.0, gains * yields / (target * per_week), -jnp.inf)
    earlier = np.tril(np.ones((len(x.start),) * 2, bool), -1)[:, :, None]  # of equals, the first in the table
    mine, theirs = density[:, None], density[None]
    before = (((theirs > mine) | ((theirs == mine) & earlier)) * need[None]).sum(axis=1)
    granted = jnp.clip(1.0 - before, 0.0, need)
    return jnp.where(wanted <= 1.0, need + (1.0 - wanted) * v, granted)
