"""A scenario as the kernel plays it.

Stage: model. In: a scenario (with a stress test's settings applied), the forced shocks and the policies to play.
Out: a `Plan`: the kernel's tables, and the names by which people know the rows.

Idea: inside, units, objectives, shocks, contingencies and opportunities stand in the order of their names, so that
nothing depends on the order in the file; the plan knows how to put results back into the file's order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy import ndarray

from realign.errors import UsageError
from realign.model.contingency import KINDS as CONDITIONS
from realign.model.lanes import WIDTH
from realign.model.measure import MEASURES
from realign.model.own_rule import address_of, packed, unpacked
from realign.model.philox import stream
from realign.model.rules import KINDS as RULES
from realign.model.rules import OWN
from realign.model.shocks import tabulate_effects, tabulate_shocks
from realign.model.state import SERIES
from realign.model.tables import (
    Contingencies,
    Objectives,
    Opportunities,
    Organisation,
    Policies,
    Tables,
    World,
)
from realign.model.units import persistence, shares, tabulate_units
from realign.model.work import CES, COBB_DOUGLAS, LEONTIEF, SUM
from realign.scenario.records import Contingency, Force, Objective, Policy, Scenario

TRIGGERS = (None, "cusum", "ewma")
LANE_BUDGET = 160_000  # bytes of one policy's beliefs and allocations side by side: a share of the second cache


@dataclass(frozen=True)
class Plan:
    """What the kernel plays, and what its rows are called; names in the order of the file."""

    name: str
    tables: Tables
    policies: tuple[str, ...]
    objectives: tuple[str, ...]
    shocks: tuple[str, ...]
    units: tuple[str, ...]
    contingencies: tuple[str, ...]
    opportunities: tuple[str, ...]
    rules: tuple[str, ...]  # of the policies

    def __reduce__(self) -> tuple[Any, ...]:
        """A plan travels with the user's own rules that it asks."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return _unpacked_plan, (values, {name: packed(name) for name in self.rules if name not in RULES})

    @property
    def weeks(self) -> int:
        return self.tables.world.weeks

    @property
    def unit_weeks(self) -> int:
        """Units x weeks x policies of one future: the work there is to do."""
        return len(self.units) * self.weeks * len(self.policies)

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """Columns of the outcomes."""
        named = [f"shocks[{name}]" for name in self.shocks]
        for measure in ("attainment", "hit", "level"):
            named += [f"{measure}[{name}]" for name in self.objectives]
        return (*MEASURES, *named)

    @cached_property
    def series(self) -> tuple[str, ...]:
        """Weekly series; the objectives by name, as the kernel has them."""
        return (*SERIES, *(f"attainment[{name}]" for name in sorted(self.objectives)))

    @cached_property
    def measure_columns(self) -> ndarray:
        """For each measure, its row in what the kernel returns."""
        first = len(MEASURES)
        columns = list(range(first)) + [first + rank for rank in _ranks(self.shocks)]
        first += len(self.shocks)
        for block in range(3):
            columns += [first + block * len(self.objectives) + rank for rank in _ranks(self.objectives)]
        return np.array(columns, np.int64)

    @cached_property
    def lanes(self) -> int:
        """Futures played side by side: as many as fit the cache, a power of two; results do not depend on it."""
        per_lane = 4 * 8 * len(self.units) * len(self.objectives)
        lanes = 128
        while lanes > WIDTH and lanes * per_lane > LANE_BUDGET:
            lanes //= 2
        return lanes


def _unpacked_plan(values: dict[str, Any], own: dict[str, bytes]) -> Plan:
    """A plan that has come from another process, where its rules had other addresses."""
    plan = Plan(**values)
    if not own:
        return plan
    addresses = [unpacked(own[name]).address if name in own else 0 for name in plan.rules]
    policies = plan.tables.policies._replace(rule_address=np.array(addresses, np.int64))
    return replace(plan, tables=plan.tables._replace(policies=policies))


def _ranks(names: Sequence[str]) -> list[int]:
    """The place of each name among the sorted names."""
    place = {name: rank for rank, name in enumerate(sorted(names))}
    return [place[name] for name in names]


def _choose(scenario: Scenario, names: Sequence[str] | None) -> list[Policy]:
    """The policies to play, in the order of the file."""
    known = {policy.name for policy in scenario.policies}
    for name in names or ():
        if name not in known:
            listed = ", ".join(f'"{policy.name}"' for policy in scenario.policies)
            raise UsageError(f'policy "{name}": no such policy; the scenario has {listed}')
    return [policy for policy in scenario.policies if names is None or policy.name in names]


def build_plan(scenario: Scenario, *, force: Sequence[Force] = (), policies: Sequence[str] | None = None) -> Plan:
    """The plan of a scenario; `force` are a stress test's forced shocks, `policies` those to play (None: all)."""
    played = _choose(scenario, policies)
    units = sorted(scenario.units, key=lambda unit: unit.name)
    objectives = sorted(scenario.objectives, key=lambda objective: objective.name)
    shocks = sorted(scenario.shocks, key=lambda shock: shock.name)
    contingencies = sorted(scenario.contingencies, key=lambda contingency: contingency.name)
    opportunities = sorted(scenario.opportunities, key=lambda opportunity: opportunity.name)
    names, shock_names = [o.name for o in objectives], [s.name for s in shocks]
    functions = sorted({u.function for u in units} | {f for o in objectives for f in o.needs})
    priority = shares({o.name: o.weight for o in objectives}, names)
    believed = scenario.organisation.strategy
    strategy = priority if believed is None else shares(believed, names)
    tables = Tables(
        world=_world(scenario, names, priority),
        shocks=tabulate_shocks(shocks, force),
        effects=tabulate_effects(shocks, units, names),
        units=tabulate_units(
            scenario, units, objectives=names, functions=functions, shocks=shock_names, strategy=strategy
        ),
        objectives=_objectives(objectives, functions, scenario.weeks),
        organisation=_organisation(scenario, names),
        policies=_policies(scenario, played, [c.name for c in contingencies], names, strategy, len(units)),
        contingencies=_contingencies(contingencies, shock_names, [u.name for u in units], names),
        opportunities=Opportunities(
            objective=np.array([names.index(o.objective) for o in opportunities], np.int64),
            gain=np.array([o.gain for o in opportunities], np.float64),
            difficulty=np.array([o.difficulty for o in opportunities], np.float64),
            opened_by=np.array(
                [-1 if o.opened_by is None else shock_names.index(o.opened_by) for o in opportunities], np.int64
            ),
            closes_after=np.array([np.inf if o.closes_after is None else o.closes_after for o in opportunities]),
            stream=np.array([stream("opportunity", o.name, "discovery") for o in opportunities], np.uint64),
        ),
    )
    return Plan(
        name=scenario.name,
        tables=tables,
        policies=tuple(p.name for p in played),
        objectives=tuple(o.name for o in scenario.objectives),
        shocks=tuple(s.name for s in scenario.shocks),
        units=tuple(u.name for u in scenario.units),
        contingencies=tuple(c.name for c in scenario.contingencies),
        opportunities=tuple(o.name for o in scenario.opportunities),
        rules=tuple(p.rule for p in played),
    )


def _world(scenario: Scenario, objectives: list[str], priority: ndarray) -> World:
    market, regimes = scenario.market, scenario.regimes
    number = max(len(regimes), 1)
    following = np.eye(number)
    for r, regime in enumerate(regimes):
        if regime.next:
            following[r] = [regime.next.get(other.name, 0.0) for other in regimes]
        elif number > 1:
            following[r] = [float(other.name != regime.name) for other in regimes]
        following[r] /= following[r].sum()
    return World(
        weeks=scenario.weeks,
        priority=priority,
        priority_persistence=persistence(market.priority_half_life),
        priority_volatility=market.priority_volatility,
        demand_persistence=persistence(market.demand_half_life),
        demand_volatility=market.demand_volatility,
        regime_leave=np.array([1.0 / r.lasts for r in regimes] or [0.0]),
        regime_next=np.cumsum(following, axis=1),
        regime_shock_rate=np.array([r.shock_rate for r in regimes] or [1.0], np.float64),
        regime_volatility=np.array([r.volatility for r in regimes] or [1.0], np.float64),
        objective_stream=np.array([stream("objective", name, "noise") for name in objectives], np.uint64),
        demand_stream=np.uint64(stream("market", "", "demand")),
        regime_stream=np.uint64(stream("world", "", "regime")),
        alarm_stream=np.uint64(stream("leadership", "", "alarm")),
    )


def _technology(objective: Objective) -> tuple[int, float]:
    """Which form the CES takes, and its exponent r = (sigma - 1) / sigma."""
    sigma = objective.substitution
    if not objective.needs:
        return SUM, 1.0
    if sigma == 0.0:
        return LEONTIEF, 1.0
    if sigma == 1.0:
        return COBB_DOUGLAS, 1.0
    return CES, 1.0 if np.isinf(sigma) else (sigma - 1.0) / sigma


def _objectives(objectives: list[Objective], functions: list[str], weeks: int) -> Objectives:
    names = [o.name for o in objectives]
    depends = [[(names.index(n), o.depends_on[n]) for n in sorted(o.depends_on)] for o in objectives]
    start = np.concatenate([[0], np.cumsum([len(d) for d in depends])]).astype(np.int64)
    share = np.zeros((len(objectives), len(functions)))
    for k, objective in enumerate(objectives):
        if objective.needs:
            share[k] = shares(objective.needs, functions)

    def column(values: list[float], dtype: type = np.float64) -> ndarray:
        return np.array(values, dtype)

    return Objectives(
        start=column([o.start for o in objectives]),
        target=column([o.target for o in objectives]),
        due=column([weeks - 1 if o.due is None else round(o.due) for o in objectives], np.int64),
        has_due=np.array([o.due is not None for o in objectives], np.bool_),
        persistence=column([persistence(o.fade) for o in objectives]),
        gain=column([o.gain for o in objectives]),
        share=share,
        technology=column([_technology(o)[0] for o in objectives], np.int64),
        exponent=column([_technology(o)[1] for o in objectives]),
        output_noise=column([o.output_noise for o in objectives]),
        methods_persistence=column([persistence(o.methods_half_life) for o in objectives]),
        kpi_noise=column([o.kpi_noise for o in objectives]),
        kpi_lag=column([o.kpi_lag for o in objectives], np.int64),
        supports=np.isin(np.arange(len(objectives)), [on for row in depends for on, _ in row]),
        depends_start=start,
        depends_on=np.array([on for row in depends for on, _ in row], np.int64),
        depends_exponent=np.array([exponent for row in depends for _, exponent in row], np.float64),
    )


def _organisation(scenario: Scenario, objectives: list[str]) -> Organisation:
    o, c, e, m = scenario.organisation, scenario.communication, scenario.engagement, scenario.market
    return Organisation(
        cash=o.cash,
        credit=o.credit,
        revenue=o.revenue,
        fixed_cost=o.fixed_cost,
        wage=o.wage,
        switching_loss=o.switching_loss,
        realigning_cost=o.realigning_cost,
        coordination_loss=o.coordination_loss,
        discount=(1.0 + o.discount) ** (-1.0 / 52.0),
        diversity_bonus=o.diversity_bonus,
        clarity_noise=c.clarity_noise,
        superior=c.superior,
        meeting_time=c.meeting_time,
        churn=e.churn,
        overload=e.overload,
        disagreement=e.disagreement,
        engagement_pace=1.0 - persistence(e.half_life),
        perceived_pace=1.0 - persistence(m.perceived_half_life),
        perception_noise=m.perception_noise,
        perception_bias=np.array([m.perception_bias.get(name, 1.0) for name in objectives], np.float64),
    )


def _policies(
    scenario: Scenario, policies: list[Policy], contingencies: list[str], objectives: list[str], strategy: ndarray,
    units: int,
) -> Policies:  # fmt: skip
    half_life = scenario.communication.half_life
    triggers = [p.trigger for p in policies]

    def column(values: list[float], dtype: type = np.float64) -> ndarray:
        return np.array(values, dtype)

    return Policies(
        rule=column([RULES.index(p.rule) if p.rule in RULES else OWN for p in policies], np.int64),
        rule_address=column([0 if p.rule in RULES else address_of(p.rule) for p in policies], np.int64),
        review_every=column([0 if p.review_every is None else round(p.review_every) for p in policies], np.int64),
        review_origin=np.zeros(len(policies), np.int64),
        latency=column([p.latency for p in policies], np.int64),
        stride=column([p.stride for p in policies]),
        communication=column([p.communication for p in policies]),
        message_pace=column([_message_pace(p.communication, half_life) for p in policies]),
        monitoring=column([p.monitoring for p in policies]),
        watch_from=np.zeros((len(policies), 1), np.int64),
        watch=np.array([[p.monitoring] for p in policies], np.float64),
        monitoring_cost=column([p.monitoring * p.monitoring_cost for p in policies]),
        slack=column([p.slack for p in policies]),
        exploration=column([p.exploration for p in policies]),
        autonomy=column([p.autonomy for p in policies]),
        on_recognised=np.array([p.on_recognised for p in policies], np.bool_),
        teams=column([p.teams for p in policies], np.int64),
        handling=column([p.handling for p in policies]),
        trigger=column([TRIGGERS.index(t.method if t else None) for t in triggers], np.int64),
        allowance=column([t.allowance if t else 0.0 for t in triggers]),
        threshold=column([t.threshold if t else 1.0 for t in triggers]),
        weight=column([t.weight if t else 1.0 for t in triggers]),
        baseline_pace=column([1.0 - persistence(t.baseline) if t else 0.0 for t in triggers]),
        baseline_sd=column([t.sd if t else 1.0 for t in triggers]),
        lists=np.array([[name in p.contingencies for name in contingencies] for p in policies], np.bool_).reshape(
            len(policies), len(contingencies)
        ),
        added=np.zeros((len(policies), units)),
        strategy=np.array([strategy if p.strategy is None else shares(p.strategy, objectives) for p in policies]),
        horizon=column([p.horizon for p in policies]),
    )


def _message_pace(intensity: float, half_life: float) -> float:
    """How far a unit moves toward what it is told in a week: 1 - 2^(-intensity / half-life)."""
    if intensity == 0.0:
        return 0.0
    return 1.0 - persistence(half_life / intensity)


def _contingencies(
    contingencies: list[Contingency], shocks: list[str], units: list[str], objectives: list[str]
) -> Contingencies:
    G, K = len(contingencies), len(objectives)

    def condition(c: Contingency) -> int:
        return next(n for n, key in enumerate(CONDITIONS) if getattr(c.when, key) is not None)

    def floors(c: Contingency) -> list[float]:
        return [(c.when.objective_below or {}).get(name, -np.inf) for name in objectives]

    def grid(rows: list[list[float]], width: int) -> ndarray:
        return np.array(rows, np.float64).reshape(G, width)

    strategies = [np.zeros(K) if c.strategy is None else shares(c.strategy, objectives) for c in contingencies]
    named = [c.when.shock or c.when.warning for c in contingencies]
    return Contingencies(
        condition=np.array([condition(c) for c in contingencies], np.int64),
        shock=np.array([-1 if name is None else shocks.index(name) for name in named], np.int64),
        floor=grid([floors(c) for c in contingencies], K),
        cash_floor=np.array(
            [-np.inf if c.when.cash_below is None else c.when.cash_below for c in contingencies], np.float64
        ),
        week=np.array([-1 if c.when.week is None else c.when.week for c in contingencies], np.int64),
        after=np.array([c.after for c in contingencies], np.int64),
        lasts=np.array([c.lasts for c in contingencies], np.float64),
        absorbs=grid([[c.absorbs.get(name, 0.0) for name in shocks] for c in contingencies], len(shocks)),
        people=grid([[c.people.get(name, 0.0) for name in units] for c in contingencies], len(units)),
        has_strategy=np.array([c.strategy is not None for c in contingencies], np.bool_),
        strategy=np.array(strategies, np.float64).reshape(G, K),
        credit=np.array([c.credit for c in contingencies], np.float64),
        release_slack=np.array([c.release_slack for c in contingencies], np.bool_),
        upkeep=np.array([c.upkeep for c in contingencies], np.float64),
        cost=np.array([c.cost for c in contingencies], np.float64),
    )
