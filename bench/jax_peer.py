"""The model in JAX: compiled array code over policies and futures, `lax.scan` over weeks, in double precision.

Stage: bench. In: a plan, a seed and a range of futures. Out: the outcomes that the kernel's block has.

Written as a JAX user who cares for speed would: one jitted program, the plan's tables as constants in it, rare events
as dense tables by week (`jax_inputs`), branches by `lax.cond`. Futures are the last axis and written out, not added by
`vmap`: `vmap` under a scan puts its axis first, and vectors would then run along six objectives. Draws by address come
as tables, for agreement; for timing they come from JAX's own generator, inside the compiled program.
"""

import os
from functools import partial
from types import SimpleNamespace
from typing import Any

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from numpy import ndarray

from bench.jax_decide import combine, decide, detect, perceived_value, worth
from bench.jax_inputs import prepare
from bench.jax_shocks import TINY, direction, strike, world
from bench.jax_week import communicate, discover, look, reallocate, record
from bench.numpy_measures import measure
from bench.numpy_peer import SUMS
from realign.model.plan import Plan
from realign.model.rules import KINDS as RULES

jax.config.update("jax_enable_x64", True)


def refuse(plan: Plan) -> None:
    """Say so where the plan asks for what this peer does not have."""
    p, shocks = plan.tables.policies, plan.tables.shocks
    missing = {
        "a user's own rule": bool((p.rule >= len(RULES)).any() or (p.rule < 0).any()),
        "monitoring in the course of time": p.watch.shape[1] > 1,
        "reviews that count from a later week": bool(p.review_origin.any()),
        "people added by a policy": bool(p.added.any()),
        "chances of severities of their own": shocks.severity_lift.shape[1] > 0,
    }
    if any(missing.values()):
        raise NotImplementedError(f"the JAX peer has no {', no '.join(n for n, asked in missing.items() if asked)}")


def opening(t: Any, fixed: dict[str, jax.Array], B: int) -> dict[str, Any]:
    """The state before week 0."""
    P, (N, K) = len(t.policies.rule), t.units.skill.shape
    E, G, O = len(t.effects.kind), len(t.contingencies.after), len(t.opportunities.gain)  # noqa: E741

    def full(*shape: int, value: Any = 0.0) -> jax.Array:
        return jnp.broadcast_to(jnp.asarray(value, np.float64), (*shape, B))

    biased = t.world.priority * t.organisation.perception_bias
    biased = biased / biased.sum() if biased.sum() > 0.0 else t.world.priority
    levels = full(P, K, value=t.objectives.start[:, None])
    at_once = (t.contingencies.week == 0)[None] & t.policies.lists
    begin = np.where(at_once, t.contingencies.after, -1.0)[:, :, None]
    end = np.where(at_once, t.contingencies.after + t.contingencies.lasts, -1.0)[:, :, None]
    o = SimpleNamespace(
        **fixed, drift=full(K), demand_drift=full(), felt=full(E),
        felt_one=full(int(t.effects.one.max(initial=-1)) + 1, N),
        belief=full(P, N, K, value=t.units.belief[:, :, None]),
        allocation=full(P, N, K, value=t.units.allocation[:, :, None]),
        automated=full(P, N, K, value=t.units.allocation[:, :, None]),
        proficiency=full(P, N, value=1.0), engagement=full(P, N, value=1.0), moved=full(P, N),
        level=levels, past=full(int(t.objectives.kpi_lag.max()) + 1, P, K, value=t.objectives.start[:, None]),
        methods=full(P, K, value=1.0), reading=levels, perceived=full(P, K, value=biased[:, None]),
        strategy=full(P, K, value=t.policies.strategy[:, :, None]),
        published=full(P, K, value=t.policies.strategy[:, :, None]), spoken=full(P) > 0.0,
        cash=full(P, value=t.organisation.cash), lowest=full(P, value=t.organisation.cash),
        bill=full(P, value=np.where(at_once, t.contingencies.cost, 0.0).sum(axis=1)[:, None]),
        alive=full(P, value=1.0), ruin_week=full(P, value=np.nan),
        baseline=full(P), variance=full(P, value=(t.policies.baseline_sd**2)[:, None]), detector=full(P),
        alarm_until=full(P), team_free=full(P, int(t.policies.teams.max())), busy_until=full(P),
        due=jnp.zeros((P, t.world.weeks + 1, B), bool),
        active_from=full(P, G, value=begin), active_until=full(P, G, value=end), vain=full(P, G) > 0.0,
        cohesion=full(P), opened=full(P, O),
        opportunity=jnp.zeros((P, O, B), np.int64) + (t.opportunities.opened_by < 0)[:, None],
        hit=full(P, K, value=(t.objectives.start >= t.objectives.target)[:, None]),
        sums={name: full(P) for name in SUMS},
    )  # fmt: skip
    o.baseline = o.baseline + perceived_value(t, o, jnp.ones(B))
    o.sums["activations"] = o.sums["activations"] + at_once.sum(axis=1)[:, None]
    return vars(o)


def own_draws(t: Any, key: jax.Array, B: int) -> dict[str, jax.Array]:
    """One week's draws from JAX's generator."""
    (N, K), O = t.units.skill.shape, len(t.opportunities.gain)  # noqa: E741
    shapes = {"noise": (K, 4, B), "demand_noise": (B,), "garble_noise": (N, K, B)}
    if t.policies.autonomy.any():
        shapes["seen_noise"] = (N, K, B)
    keys = jax.random.split(key, len(shapes) + 2)
    normals = {name: jax.random.normal(each, shape) for each, (name, shape) in zip(keys, shapes.items())}
    alarm, search = jax.random.uniform(keys[-2], (B,)), jax.random.uniform(keys[-1], (O, 2, B))
    return {**normals, "alarm": 1.0 - alarm, "search": search}


def compiled(plan: Plan) -> Any:
    """The program that plays a plan: inputs of `jax_inputs.prepare` and a key -> the state after the last week."""
    refuse(plan)
    t = plan.tables

    def week(carry: dict[str, Any], inputs: dict[str, jax.Array], *, key: jax.Array | None) -> tuple[dict, jax.Array]:
        o, x = SimpleNamespace(**carry), SimpleNamespace(**inputs)
        if key is not None:
            vars(x).update(own_draws(t, jax.random.fold_in(key, x.week), o.alive.shape[1]))
        w = world(t, o, x)  # 1
        strike(t, o, w, x)  # 2
        work(t, o, w)  # 3
        outcome(t, o, w)  # 4
        sense(t, o, w)  # 5
        decide(t, o, w, x)  # 6
        communicate(t, o, w, x)  # 7
        reallocate(t, o, w)  # 8
        look(t, o, w)
        discover(t, o, w, x)  # 9
        record(t, o, w)  # 10
        return vars(o), w.value

    def play_all(inputs: dict[str, Any], key: jax.Array | None) -> tuple[dict, jax.Array]:
        fixed = {name: inputs[name] for name in ("join_week", "first")}
        start = opening(t, fixed, inputs["join_week"].shape[1])
        return lax.scan(partial(week, key=key), start, inputs["weeks"])

    return jax.jit(play_all)


def finish(plan: Plan, played: tuple[dict, Any], arrivals: Any) -> ndarray:
    """Outcomes (policy, measure, future) of what was played."""
    state, value = jax.tree.map(np.asarray, played)
    o = SimpleNamespace(**state, value=value.transpose(1, 0, 2))
    return measure(plan.tables, o, arrivals)[:, plan.measure_columns]


def play(plan: Plan, *, seed: int, first: int, count: int) -> ndarray:
    """Outcomes (policy, measure, future) of futures first .. first + count - 1, on the kernel's draws."""
    program = compiled(plan)
    inputs, arrivals = prepare(plan, seed=seed, first=first, count=count, addressed=True)
    return finish(plan, program(inputs, None), arrivals)


def play_with(program: Any, plan: Plan, *, seed: int, first: int, count: int) -> ndarray:
    """The same with a compiled program and JAX's own generator (of those it has, the one that is cheapest here)."""
    inputs, arrivals = prepare(plan, seed=seed, first=first, count=count, addressed=False)
    return finish(plan, program(inputs, jax.random.key(seed, impl="rbg")), arrivals)


def work(t: Any, o: SimpleNamespace, w: SimpleNamespace) -> None:
    """Step 3: effort by objective and function, and output."""
    u, p, c, z = t.units, t.policies, t.contingencies, t.organisation
    present = jnp.broadcast_to(w.people, o.engagement.shape)
    meetings = (z.meeting_time * p.communication)[:, None]
    w.responding = o.busy_until > w.week
    share = 1.0 - meetings - p.slack[:, None] * ~w.responding
    for g in np.flatnonzero(c.people.any(axis=1)):
        present = present + w.acting[:, g, None] * c.people[g][:, None] * (w.people > 0.0)
    for g in np.flatnonzero(c.release_slack):
        share = jnp.where(w.acting[:, g], 1.0 - meetings, share)
    w.wages = present.sum(axis=1)
    w.present = present * o.engagement * (1.0 - w.lost)
    w.exploration = np.where(np.isnan(u.exploration), p.exploration[:, None], u.exploration)[:, :, None]
    whole = w.present * jnp.maximum(share[:, None] - w.exploration, 0.0)
    lost = z.switching_loss * o.moved
    switching = o.alive * (whole * lost).sum(axis=1) / jnp.maximum(whole.sum(axis=1), TINY)
    o.sums = {**o.sums, "switching": o.sums["switching"] + switching}
    time = (whole * (1.0 - lost) * o.proficiency)[:, :, None]
    by_people = time * (u.skill * (1.0 - u.automation)[:, None])[:, :, None] * o.allocation
    by_machines = time * (u.skill * u.automation[:, None])[:, :, None] * o.automated
    machines = bool(u.automation.any())
    effort = by_people + by_machines if machines else by_people
    automatic = by_machines.sum(axis=1) if machines else 0.0
    w.total = effort.sum(axis=1)
    w.output = combine(t, effort, w.total)
    if z.coordination_loss > 0.0:
        pull = jnp.einsum("pnkb,pnjb->pkjb", by_people, direction(o.belief, 2))
        if machines:
            pull = pull + automatic[:, :, None] * direction(o.published, 1)[:, None]
        together = jnp.sqrt((pull * pull).sum(axis=2)) / jnp.maximum(w.total, TINY)
        w.output = w.output * (1.0 - z.coordination_loss * (1.0 - jnp.minimum(together, 1.0)))
    w.output = w.output * t.objectives.gain[:, None] * o.methods * w.productivity
    noise = t.objectives.output_noise
    if noise.any():
        human = 1.0 - automatic / jnp.maximum(w.total, TINY)
        w.output = w.output * jnp.maximum(1.0 + noise[:, None] * human * w.noise[:, 3], 0.0)


def outcome(t: Any, o: SimpleNamespace, w: SimpleNamespace) -> None:
    """Step 4: levels, value and cash."""
    x, c, z, target = t.objectives, t.contingencies, t.organisation, t.objectives.target[:, None]
    living = o.alive > 0.0
    level = o.level * x.persistence[:, None] + w.output
    above = jnp.minimum(jnp.maximum(level - target, 0.0) / jnp.maximum(w.output, TINY), 1.0)
    share = w.total / jnp.maximum(w.total.sum(axis=1, keepdims=True), TINY)
    wasted = o.sums["wasted"] + o.alive * (share * above).sum(axis=1)
    misdirected = o.sums["misdirected"] + o.alive * 0.5 * jnp.abs(share - w.priority).sum(axis=1)
    o.sums = {**o.sums, "wasted": wasted, "misdirected": misdirected}
    o.level = jnp.where(living[:, None], level, o.level)
    in_time = (w.week <= x.due)[:, None] & (o.level >= target) & living[:, None]
    o.hit = jnp.where(in_time, 1.0, o.hit)
    w.value = o.alive * w.demand * (w.priority * worth(t, jnp.clip(o.level / target, 0.0, 1.0))).sum(axis=1)
    running = (z.fixed_cost + t.policies.monitoring_cost + t.policies.lists @ c.upkeep)[:, None]
    new = o.cash + z.revenue * w.value - z.wage * w.wages - running - o.bill
    o.cash = jnp.where(living, new, o.cash)
    o.bill = jnp.zeros_like(o.bill)
    o.lowest = jnp.minimum(o.lowest, o.cash)
    credit = z.credit + (w.acting * c.credit[:, None]).sum(axis=1)
    o.ruin_week = jnp.where(living & (o.cash < -credit), w.week * 1.0, o.ruin_week)


def sense(t: Any, o: SimpleNamespace, w: SimpleNamespace) -> None:
    """Step 5: readings, perceived priorities, detectors."""
    x, z, monitoring = t.objectives, t.organisation, t.policies.monitoring
    o.past = jnp.concatenate([o.level[None], o.past[:-1]])
    late = jnp.stack([o.past[lag, :, k] for k, lag in enumerate(x.kpi_lag)], axis=1)
    o.reading = jnp.maximum(late * (1.0 + x.kpi_noise[:, None] * w.noise[:, 2]), 0.0)
    watching = monitoring > 0.0
    spread = z.perception_noise / np.sqrt(np.where(watching, monitoring, 1.0))
    seen = w.priority * z.perception_bias[:, None] * jnp.exp(spread[:, None, None] * w.noise[:, 1])
    total = seen.sum(axis=1, keepdims=True)
    sees = (total > 0.0) & watching[:, None, None]
    seen = jnp.where(sees, seen / jnp.where(total > 0.0, total, 1.0), o.perceived)
    o.perceived = o.perceived + z.perceived_pace * (seen - o.perceived)
    if (t.policies.trigger > 0).any():
        w.alarm = detect(t, o, w)
