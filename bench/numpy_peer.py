"""The model in vectorised NumPy: a second witness of the kernel, and the yardstick of its speed.

Stage: bench. In: a plan's tables, a seed and a range of futures. Out: the outcomes that the kernel's block has.

Written from the model's description as a NumPy user would: whole arrays over policies, units, objectives and futures,
no loop over futures, rare events by masks and index arrays. Axes: policy, unit, objective, future (P, N, K, B); what
belongs to the world has no policy axis. The weekly story is `play`; what leadership decides is in `numpy_decide`.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy import ndarray

from bench.numpy_arrivals import Arrivals, draw_arrivals, draw_signals
from bench.numpy_decide import decide, detect, perceived_value, worth
from bench.numpy_draws import Addressed, Generated
from bench.numpy_measures import ADOPTED, FOUND, GONE, HIDDEN, OPEN, measure
from bench.numpy_output import combine
from bench.numpy_shocks import TINY, direction, normalised, renew, strike, world
from realign.model.plan import Plan

SUMS = (
    "value", "discounted", "discount", "lived", "strategic", "believed", "cohesion", "engagement", "wasted",
    "switching", "misdirected", "churn", "decisions", "realigning_cost", "activations", "in_vain",
    "recognised", "recognising", "decided", "deciding", "undecided", "undecided_time",
)  # fmt: skip


def opening(t: Any, arrivals: Arrivals, B: int) -> SimpleNamespace:
    """The state before week 0."""
    P, (N, K) = len(t.policies.rule), t.units.skill.shape
    E, G, O = len(t.effects.kind), len(t.contingencies.after), len(t.opportunities.gain)  # noqa: E741

    def full(*shape: int, value: object = 0.0) -> ndarray:
        return np.array(np.broadcast_to(value, (*shape, B)), np.float64)

    biased = t.world.priority * t.organisation.perception_bias
    biased = biased / biased.sum() if biased.sum() > 0.0 else t.world.priority
    levels = full(P, K, value=t.objectives.start[:, None])
    first_plan = full(P, K, value=t.policies.strategy[:, :, None])
    at_once = (t.contingencies.week == 0)[None] & t.policies.lists
    begin = np.where(at_once, t.contingencies.after, -1.0)[:, :, None]
    end = np.where(at_once, t.contingencies.after + t.contingencies.lasts, -1.0)[:, :, None]
    o = SimpleNamespace(
        drift=full(K), demand_drift=full(), felt=full(E), felt_one={},
        belief=full(P, N, K, value=t.units.belief[:, :, None]),
        allocation=full(P, N, K, value=t.units.allocation[:, :, None]),
        automated=full(P, N, K, value=t.units.allocation[:, :, None]),
        proficiency=full(P, N, value=1.0), engagement=full(P, N, value=1.0), moved=full(P, N),
        level=levels, past=[levels.copy() for _ in range(int(t.objectives.kpi_lag.max()) + 1)],
        methods=full(P, K, value=1.0), reading=levels.copy(), perceived=full(P, K, value=biased[:, None]),
        strategy=first_plan, published=first_plan.copy(), spoken=full(P) > 0.0,
        cash=full(P, value=t.organisation.cash), lowest=full(P, value=t.organisation.cash),
        bill=full(P, value=np.where(at_once, t.contingencies.cost, 0.0).sum(axis=1)[:, None]),
        alive=full(P, value=1.0), ruin_week=full(P, value=np.nan),
        baseline=full(P), variance=full(P, value=(t.policies.baseline_sd**2)[:, None]), detector=full(P),
        alarm_until=full(P), team_free=full(P, int(t.policies.teams.max())), busy_until=full(P),
        due=np.zeros((P, t.world.weeks + 1, B), bool),
        active_from=full(P, G, value=begin), active_until=full(P, G, value=end), vain=full(P, G) > 0.0,
        opened=full(P, O),
        hit=full(P, K, value=(t.objectives.start >= t.objectives.target)[:, None]),
        sums={name: full(P) for name in SUMS}, value=np.zeros((P, t.world.weeks, B)),
    )  # fmt: skip
    o.opportunity = np.where(t.opportunities.opened_by[None, :, None] < 0, 1, 0) + np.zeros((P, O, B), np.int64)
    o.baseline += perceived_value(t, o, np.ones(B))
    o.sums["activations"] += at_once.sum(axis=1)[:, None]
    return o


def play(plan: Plan, *, seed: int, first: int, count: int, addressed: bool = True) -> ndarray:
    """Outcomes (policy, measure, future) of futures first .. first + count - 1."""
    t = plan.tables
    futures = np.arange(first, first + count)
    draws = Addressed(seed, futures) if addressed else Generated(seed, futures)
    arrivals = draw_arrivals(t, draws)
    signals = draw_signals(t, draws, arrivals)
    o = opening(t, arrivals, count)
    for week in range(t.world.weeks):
        w = world(t, o, draws, arrivals, week)  # 1
        strike(t, o, w, arrivals, week)  # 2
        work(t, o, w)  # 3
        outcome(t, o, w, week)  # 4
        sense(t, o, w, week)  # 5
        decide(t, o, w, draws, signals, week)  # 6
        communicate(t, o, w)  # 7
        reallocate(t, o, w, arrivals, week)  # 8
        look(t, o, w)
        discover(t, o, w, draws, arrivals, week)  # 9
        record(t, o, w, week)  # 10
    return measure(t, o, arrivals)[:, plan.measure_columns]


def work(t: Any, o: SimpleNamespace, w: SimpleNamespace) -> None:
    """Step 3: effort by objective and function, and output."""
    u, p, c, z = t.units, t.policies, t.contingencies, t.organisation
    present = np.broadcast_to(w.people, o.engagement.shape)
    meetings = (z.meeting_time * p.communication)[:, None]
    w.responding = o.busy_until > w.week
    share = 1.0 - meetings - p.slack[:, None] * ~w.responding
    if w.any_acting:
        present = present + np.einsum("pgb,gn->pnb", w.acting, c.people) * (w.people > 0.0)
        released = (w.acting & c.release_slack[:, None]).any(axis=1)
        share = np.where(released, 1.0 - meetings, share)
    w.wages = present.sum(axis=1)
    w.present = present * o.engagement * (1.0 - w.lost)
    w.exploration = np.where(np.isnan(u.exploration), p.exploration[:, None], u.exploration)[:, :, None]
    whole = w.present * np.maximum(share[:, None] - w.exploration, 0.0)
    lost = z.switching_loss * o.moved
    o.sums["switching"] += o.alive * (whole * lost).sum(axis=1) / np.maximum(whole.sum(axis=1), TINY)
    time = (whole * (1.0 - lost) * o.proficiency)[:, :, None]
    by_people = time * (u.skill * (1.0 - u.automation)[:, None])[:, :, None] * o.allocation
    effort, automatic = by_people, 0.0
    if u.automation.any():
        by_machines = time * (u.skill * u.automation[:, None])[:, :, None] * o.automated
        effort, automatic = by_people + by_machines, by_machines.sum(axis=1)
    w.total = effort.sum(axis=1)
    w.output = combine(t, effort, w.total)
    if z.coordination_loss > 0.0:
        pull = np.einsum("pnkb,pnjb->pkjb", by_people, direction(o.belief, 2), optimize=False)
        if u.automation.any():
            pull += automatic[:, :, None] * direction(o.published, 1)[:, None]
        together = np.sqrt((pull * pull).sum(axis=2)) / np.maximum(w.total, TINY)
        w.output *= 1.0 - z.coordination_loss * (1.0 - np.minimum(together, 1.0))
    w.output *= t.objectives.gain[:, None] * o.methods * w.productivity
    noise = t.objectives.output_noise
    if noise.any():
        human = 1.0 - automatic / np.maximum(w.total, TINY)
        w.output *= np.maximum(1.0 + noise[:, None] * human * w.noise[:, 3], 0.0)


def outcome(t: Any, o: SimpleNamespace, w: SimpleNamespace, week: int) -> None:
    """Step 4: levels, value and cash."""
    x, c, z, target = t.objectives, t.contingencies, t.organisation, t.objectives.target[:, None]
    living = o.alive > 0.0
    level = o.level * x.persistence[:, None] + w.output
    above = np.minimum(np.maximum(level - target, 0.0) / np.maximum(w.output, TINY), 1.0)
    share = w.total / np.maximum(w.total.sum(axis=1, keepdims=True), TINY)
    o.sums["wasted"] += o.alive * (share * above).sum(axis=1)
    o.sums["misdirected"] += o.alive * 0.5 * np.abs(share - w.priority).sum(axis=1)
    o.level = np.where(living[:, None], level, o.level)
    in_time = (week <= x.due)[:, None] & (o.level >= target) & living[:, None]
    o.hit = np.where(in_time, 1.0, o.hit)
    w.attained = np.clip(o.level / target, 0.0, 1.0)
    w.value = o.alive * w.demand * (w.priority * worth(t, w.attained)).sum(axis=1)
    upkeep = t.policies.lists @ c.upkeep
    running = (z.fixed_cost + t.policies.monitoring_cost + upkeep)[:, None]
    new = o.cash + z.revenue * w.value - z.wage * w.wages - running - o.bill
    o.cash = np.where(living, new, o.cash)
    o.bill[:] = 0.0
    np.minimum(o.lowest, o.cash, out=o.lowest)
    credit = z.credit + np.einsum("pgb,g->pb", w.acting, c.credit) if w.any_acting else z.credit
    o.ruin_week[living & (o.cash < -credit)] = week


def sense(t: Any, o: SimpleNamespace, w: SimpleNamespace, week: int) -> None:
    """Step 5: readings, perceived priorities, detectors."""
    x, z, monitoring = t.objectives, t.organisation, t.policies.monitoring
    o.past = [o.level.copy(), *o.past[:-1]]
    late = np.stack([o.past[lag][:, k] for k, lag in enumerate(x.kpi_lag)], axis=1)
    o.reading = np.maximum(late * (1.0 + x.kpi_noise[:, None] * w.noise[:, 2]), 0.0)
    watching = monitoring > 0.0
    spread = z.perception_noise / np.sqrt(np.where(watching, monitoring, 1.0))
    seen = w.priority * z.perception_bias[:, None] * np.exp(spread[:, None, None] * w.noise[:, 1])
    total = seen.sum(axis=1, keepdims=True)
    seen = np.divide(seen, total, out=o.perceived.copy(), where=(total > 0.0) & watching[:, None, None])
    o.perceived += z.perceived_pace * (seen - o.perceived)
    w.alarm = detect(t, o, w, week) if (t.policies.trigger > 0).any() else None


def communicate(t: Any, o: SimpleNamespace, w: SimpleNamespace) -> None:
    """Step 7: beliefs move toward what is heard, seen and remembered."""
    u, tau = t.units, t.organisation.superior
    before, there = o.belief, w.people > 0.0
    everybody = there.all()
    messages = np.concatenate([before, o.published[:, None]], axis=1)  # superior -1 is leadership, the last
    if everybody:
        heard = messages[:, u.superior]
    else:
        boss = np.repeat(u.superior[:, None], there.shape[1], axis=1)
        lanes = np.arange(there.shape[1])
        while (gone := (boss >= 0) & ~there[boss, lanes]).any():
            boss = np.where(gone, u.superior[boss], boss)
        heard = messages[:, boss, :, lanes].transpose(2, 0, 3, 1)
    if (w.garbling > 0.0).any():
        garbled = heard * np.exp(w.garbling[:, None, None] * w.garble())
        heard = np.where(w.garbling[:, None, None] > 0.0, normalised(garbled, 2), heard)
    peers, weight = hear_peers(t, before, there, everybody=everybody)
    trust = np.where(weight > 0.0, tau, 1.0)
    told = trust * heard + (1.0 - trust) * peers
    rho, pace = u.resistance[:, None, None], t.policies.message_pace[:, None, None, None]
    belief = before + pace * ((1.0 - rho) * told + rho * u.belief[:, :, None] - before)
    autonomy = t.policies.autonomy[:, None, None, None]
    if autonomy.any():
        belief = np.maximum(belief + autonomy * (w.seen - before), 0.0)
    belief = normalised(belief, 2)
    o.belief = belief if everybody else np.where(there[:, None], belief, before)


def hear_peers(t: Any, before: ndarray, there: ndarray, *, everybody: bool) -> tuple[ndarray, ndarray]:
    """Mean belief of those whom each unit listens to and who are there, and their weight (N, 1, B or 1)."""
    u = t.units
    N = len(u.people)
    ties = np.zeros((N, N))
    for i in range(N):
        mine = slice(u.peer_start[i], u.peer_start[i + 1])
        ties[i, u.peer[mine]] = u.peer_weight[mine]
    P, _, K, B = before.shape
    if everybody:
        weight = ties.sum(axis=1)[:, None, None]
    else:
        weight = (ties @ there)[:, None]
        before = before * there[:, None]
    peers = (ties @ before.reshape(P, N, K * B)).reshape(before.shape)
    return peers / np.where(weight > 0.0, weight, 1.0), weight


def follow(shares: ndarray, wished: ndarray, skill: ndarray, pace: ndarray, there: ndarray) -> ndarray:
    """Shares of the units that are there, moved toward what is wished, as far as there is skill for it."""
    target = wished * (skill > 0.0)[:, :, None]
    total = target.sum(axis=2, keepdims=True)
    target = np.divide(target, total, out=shares.copy(), where=(total > 0.0) & there[:, None])
    return shares + pace[:, None, None] * (target - shares)


def reallocate(t: Any, o: SimpleNamespace, w: SimpleNamespace, arrivals: Arrivals, week: int) -> None:
    """Step 8: effort follows belief, machines follow strategy; engagement; newcomers."""
    u, z, there = t.units, t.organisation, w.people > 0.0
    allocation = follow(o.allocation, o.belief, u.skill, u.inertia_pace, there)
    o.moved = 0.5 * np.abs(allocation - o.allocation).sum(axis=2)
    o.allocation = allocation
    if u.automation.any():
        o.automated = follow(o.automated, o.published[:, None], u.skill, u.retooling_pace, there)
    if z.churn > 0.0 or z.overload > 0.0 or z.disagreement > 0.0:
        overload = np.maximum(z.overload - t.policies.slack, 0.0)[:, None]
        taken = z.churn * o.moved + (overload * w.responding)[:, None]
        if z.disagreement > 0.0:
            cosine = (direction(o.belief, 2) * direction(o.allocation, 2)).sum(axis=2)
            taken += z.disagreement * (1.0 - np.minimum(cosine, 1.0))
        o.engagement += z.engagement_pace * (np.maximum(1.0 - taken, 0.0) - o.engagement) * there
    o.proficiency += u.learning_pace[:, None] * (1.0 - o.proficiency)
    for i in np.flatnonzero(u.growth > 0.0):
        came = (w.people[i] > 0.0) & (arrivals.join_week[i] < week)
        share = np.where(came, u.growth[i] / np.where(came, w.people[i], 1.0), 0.0)
        renew(t, o, i, slice(None), amount=share[None])


def look(t: Any, o: SimpleNamespace, w: SimpleNamespace) -> None:
    """How aligned the organisation is, weighted by people."""
    weight = w.people / np.maximum(w.people.sum(axis=0), TINY)
    pointing = direction(o.belief, 2)
    resultant = np.einsum("nb,pnkb->pkb", weight, pointing)
    o.cohesion = np.minimum(np.sqrt((resultant * resultant).sum(axis=1)), 1.0)
    strategic = (direction(o.allocation, 2) * direction(w.priority, 0)).sum(axis=2)
    believed = (pointing * direction(o.published, 1)[:, None]).sum(axis=2)
    seen = {"strategic": strategic, "believed": believed, "engagement": o.engagement, "churn": o.moved}
    for name, each in seen.items():
        o.sums[name] += o.alive * (weight * each).sum(axis=1)
    o.sums["cohesion"] += o.alive * o.cohesion


def discover(t: Any, o: SimpleNamespace, w: SimpleNamespace, draws: Any, arrivals: Arrivals, week: int) -> None:
    """Step 9: opportunities open, are found, adopted or missed; methods go out of date."""
    q, autonomy = t.opportunities, t.policies.autonomy[:, None]
    o.methods *= t.objectives.methods_persistence[:, None]
    for i in range(len(q.gain)):
        status, living = o.opportunity[:, i], np.isnan(o.ruin_week)
        if q.opened_by[i] >= 0:
            opens = (status == HIDDEN) & (arrivals.first[q.opened_by[i]] <= week)
            status[opens] = OPEN
            o.opened[:, i][opens] = week
        closes = (status == OPEN) & living & (week - o.opened[:, i] >= q.closes_after[i])
        status[closes] = GONE
        skilled = w.exploration * t.units.skill[:, q.objective[i], None]
        hazard = (skilled * w.present).sum(axis=1) / q.difficulty[i]
        hazard *= 1.0 + t.organisation.diversity_bonus * (1.0 - o.cohesion)
        searching = (status == OPEN) & living & (hazard > 0.0)
        if searching.any():
            finds, adopts = draws.uniforms(q.stream[i], week, 0)
            found = searching & (finds < -np.expm1(-hazard))
            status[found] = FOUND
            at_once = found & (adopts < autonomy)
            status[at_once] = ADOPTED
            o.methods[:, q.objective[i]][at_once] *= 1.0 + q.gain[i]


def record(t: Any, o: SimpleNamespace, w: SimpleNamespace, week: int) -> None:
    """Step 10: sums over the weeks, and who is ruined."""
    discount = t.organisation.discount**week
    o.value[:, week] = w.value
    counted = {"value": w.value, "discounted": discount * w.value, "discount": discount, "lived": o.alive}
    for name, amount in counted.items():
        o.sums[name] += amount
    o.alive = np.isnan(o.ruin_week).astype(np.float64)
