"""The records of a scenario: what a scenario file says, checked and in weeks.

Stage: scenario. In: a checked document (`reading`). Out: frozen records that the model turns into arrays.
Idea: field names are the keys of the file (plural where the file repeats a table); every duration and half-life
is in weeks, `inf` where the file says "never". Defaults live here and nowhere else; ranges, texts and the JSON
Schema live in `keys`. A change makes a new scenario: `scenario.replace("shock.Flour crisis.rate", 1.0)`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from realign.errors import UsageError

Shares = Mapping[str, float]  # a weight, share or level for each name


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Money, and the frictions that all units share; flows are a week, `discount` a year."""

    currency: str = "EUR"
    cash: float = 0.0
    credit: float = inf  # ruin is cash below -credit; inf: cannot be ruined
    revenue: float = 0.0
    fixed_cost: float = 0.0
    wage: float = 0.0
    switching_loss: float = 0.0
    realigning_cost: float = 0.0
    coordination_loss: float = 0.0
    discount: float = 0.0
    diversity_bonus: float = 0.0
    strategy: Shares | None = None  # published before week 0; None: the objectives' weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Communication:
    """How a message sinks in, at intensity 1."""

    half_life: float = 4.0
    clarity_noise: float = 0.0
    superior: float = 0.7
    meeting_time: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """What churn, overload and disagreement take from engagement (1 = normal)."""

    churn: float = 0.0
    overload: float = 0.0
    disagreement: float = 0.0
    half_life: float = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """How priorities and demand drift, and how leadership perceives the priorities."""

    perceived_half_life: float = 8.0
    perception_noise: float = 0.0
    perception_bias: Shares = field(default_factory=dict)  # objective -> factor; 1 where not named
    priority_volatility: float = 0.0
    priority_half_life: float = 52.0
    demand_volatility: float = 0.0
    demand_half_life: float = 26.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Informal ties for units that do not say whom they listen to."""

    kind: str = "none"
    degree: int = 4
    rewire: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """A state of the world that scales shock rates and volatility; the first one is where the world starts."""

    name: str
    lasts: float
    shock_rate: float = 1.0
    volatility: float = 1.0
    next: Shares = field(default_factory=dict)  # empty: the other regimes evenly, or itself if alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A unit joins when this shock first strikes (a merger)."""

    shock: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """An agent. A unit with `count = n` in the file is read as n units "Name 1" ... "Name n" of count 1."""

    name: str
    function: str = "general"
    people: float = 1.0
    count: int = 1
    reports_to: str | None = None
    listens_to: Shares | None = None  # None: by the network; empty: to nobody
    skill: Shares = field(default_factory=dict)  # objective -> skill; 1 where not named
    inertia: float = 4.0
    resistance: float = 0.0
    believes: Shares | None = None  # None: the first strategy
    automation: float = 0.0
    retooling: float = 26.0
    exploration: float | None = None  # None: as the policy says
    sensing_noise: float = 0.3
    joins: float | Join | None = None  # None: there from the start
    growth: float = 0.0  # people a year
    newcomer_belief: str | Shares = "uniform"  # "uniform", "own", "strategy" or shares
    newcomer_skill: float = 1.0
    learning: float = 26.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """Something pursued: a KPI level, its target, its weight, how it fades and what work it needs."""

    name: str
    perspective: str = "process"
    weight: float = 1.0
    start: float = 0.0
    target: float = 100.0
    due: float | None = None
    fade: float = 52.0
    gain: float = 1.0
    needs: Shares = field(default_factory=dict)  # function -> share, summing to 1; empty: any work will do
    substitution: float = 1.0
    output_noise: float = 0.0
    methods_half_life: float = inf
    kpi_noise: float = 0.0
    kpi_lag: int = 0
    depends_on: Shares = field(default_factory=dict)  # objective -> exponent


@dataclass(frozen=True, slots=True, kw_only=True)
class Severity:
    """A distribution of severities.

    `parameters`, by `dist`: fixed (value) · uniform (low, high) · triangular (low, mode, high) · lognormal
    (median, sigma) · exponential (mean) · pareto (min, alpha) · gpd (location, scale, shape) · empirical (), which
    draws from `values` instead. `max` caps them all.
    """

    dist: str = "fixed"
    parameters: tuple[float, ...] = (1.0,)
    max: float = inf
    values: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """Self-excitation: `branching` further arrivals expected per arrival, fading with a half-life."""

    branching: float
    half_life: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningSign:
    """An arrival is announced `lead` weeks ahead with a chance; false alarms have a rate a year."""

    lead: int
    chance: float
    false_alarms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """This shock brings on another, with a chance, after a delay in weeks."""

    shock: str
    chance: float
    delay: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a shock of severity 1 does. Felt effects have exactly one of `half_life` and `lasts`, others neither."""

    on: str
    size: float
    units: str | tuple[str, ...] = "all"  # "all", "one" or names; not used where `functions` are given
    functions: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()  # empty: all
    half_life: float | None = None
    lasts: float | None = None
    believes: Shares | None = None  # leadership only; None: uniform


@dataclass(frozen=True, slots=True, kw_only=True)
class Shock:
    """A disruption: how it arrives, how hard it hits, how soon it is noticed and what it does."""

    name: str
    summary: str = ""
    rate: float = 0.0  # a year
    chance: float = 0.0  # once, in a uniformly drawn week
    weeks: tuple[int, ...] = ()  # scheduled
    clustering: Clustering | None = None
    severity: Severity = Severity()
    recognised_after: float = 0.0
    warning: WarningSign | None = None
    causes: tuple[Cause, ...] = ()
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """Something that exploration can discover and that improves an objective's methods by `gain`."""

    name: str
    summary: str = ""
    objective: str
    gain: float
    difficulty: float  # exploring person-weeks, mean
    opened_by: str | None = None
    closes_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What activates a contingency: exactly one of these is given."""

    shock: str | None = None
    warning: str | None = None
    objective_below: Shares | None = None  # objective -> level
    cash_below: float | None = None
    week: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contingency:
    """A prepared plan: its condition, its delay and duration in weeks, what it does and what it costs."""

    name: str
    summary: str = ""
    when: Condition
    after: int = 0
    lasts: float = inf
    absorbs: Shares = field(default_factory=dict)  # shock -> share
    people: Shares = field(default_factory=dict)  # unit -> people
    strategy: Shares | None = None
    credit: float = 0.0
    release_slack: bool = False
    upkeep: float = 0.0  # a week
    cost: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A detector on perceived value; its alarm calls for a decision."""

    method: str
    allowance: float = 0.5
    threshold: float = 5.0
    weight: float = 0.2
    baseline: float = 26.0
    sd: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How leadership senses, decides and realigns; delays in weeks."""

    name: str
    summary: str = ""
    rule: str = "plan"
    review_every: float | None = None  # None: never
    latency: int = 0
    stride: float = 1.0
    communication: float = 1.0
    monitoring: float = 1.0
    monitoring_cost: float = 0.0
    slack: float = 0.0
    exploration: float = 0.0
    autonomy: float = 0.0
    on_recognised: bool = False
    teams: int = 1
    handling: float = 0.0
    trigger: Trigger | None = None
    contingencies: tuple[str, ...] = ()
    strategy: Shares | None = None
    horizon: float = 26.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What a policy must achieve to satisfice: a measure within bounds in at least this share of futures."""

    measure: str
    min: float | None = None
    max: float | None = None
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Force:
    """A shock that a stress test makes strike in a given week; severity None: drawn."""

    shock: str
    week: int
    severity: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stress:
    """A stress test: forced shocks, and key paths with the values they take."""

    name: str
    summary: str = ""
    force: tuple[Force, ...] = ()
    set: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertain:
    """A parameter of which only a range, or a list of values, is known: exactly one of the two is given."""

    set: str
    range: tuple[float, float] | None = None
    values: tuple[Any, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A whole scenario. `document` is the file's content as run (after settings), `file` its name for messages."""

    schema: int = 1
    name: str
    summary: str = ""
    weeks: int = 156
    futures: int = 10_000
    seed: int = 0
    organisation: Organisation = Organisation()
    communication: Communication = Communication()
    engagement: Engagement = Engagement()
    market: Market = Market()
    network: Network = Network()
    regimes: tuple[Regime, ...] = ()
    units: tuple[Unit, ...]
    objectives: tuple[Objective, ...]
    shocks: tuple[Shock, ...] = ()
    opportunities: tuple[Opportunity, ...] = ()
    contingencies: tuple[Contingency, ...] = ()
    policies: tuple[Policy, ...]
    requirements: tuple[Requirement, ...] = ()
    stresses: tuple[Stress, ...] = ()
    uncertain: tuple[Uncertain, ...] = ()
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    file: str = field(default="", repr=False, compare=False)

    def replace(self, path: str | Mapping[str, Any] | Sequence[tuple[str, Any]], value: Any = None) -> Scenario:
        """The scenario with one key, or several, changed: `replace("weeks", 52)`, `replace({"weeks": 52})`.

        A value of None removes the key, which gives it its default again.
        """
        from realign.scenario.loading import replaced

        if isinstance(path, str):
            return replaced(self, [(path, value)])
        return replaced(self, list(path.items()) if isinstance(path, Mapping) else list(path))

    def _repr_html_(self) -> str:
        """The scenario at a glance, in a notebook."""
        from realign.scenario.showing import scenario_html

        return scenario_html(self)

    def stress(self, name: str) -> Stress:
        """The stress test of this name; "baseline" is the one that changes nothing."""
        if name == "baseline":
            return Stress(name="baseline", summary="The scenario as it stands.")
        for stress in self.stresses:
            if stress.name == name:
                return stress
        known = ", ".join(f'"{known}"' for known in ("baseline", *(s.name for s in self.stresses)))
        raise UsageError(f'stress test "{name}": no such stress test; the scenario has {known}')

    def under(self, name: str) -> Scenario:
        """The scenario with what this stress test sets; its forced shocks stay in `stress(name).force`."""
        settings = self.stress(name).set
        return self.replace(settings) if settings else self
