"""The arrays of a plan: what the kernel reads, grouped by idea.

Stage: model. In: nothing (declarations). Out: named tuples that `plan` fills and every step of the kernel receives.

Sizes: P policies, N units, K objectives, F functions, S shocks, E effects, C causes, R regimes, G contingencies,
O opportunities. Units, objectives, shocks, contingencies and opportunities stand in the order of their *names*, so that
the order in the file cannot change a sum's last bit. Durations are weeks, money is per week or one-off, `persistence`
is the factor a week that a half-life gives and `pace` is 1 less it. Arrays are float64 unless they index or count
(int64), name streams (uint64) or say yes or no (bool).
"""

from typing import NamedTuple

from numpy import ndarray, uint64


class World(NamedTuple):
    """Regimes, priorities and demand."""

    weeks: int
    priority: ndarray  # (K,) true priorities at the start, summing to 1
    priority_persistence: float
    priority_volatility: float
    demand_persistence: float
    demand_volatility: float
    regime_leave: ndarray  # (R,) chance a week
    regime_next: ndarray  # (R, R) cumulated chances of the next regime
    regime_shock_rate: ndarray  # (R,) factor
    regime_volatility: ndarray  # (R,) factor
    objective_stream: ndarray  # (K,) four normals a week: priority, perception, reading, output
    demand_stream: uint64
    regime_stream: uint64
    alarm_stream: uint64


class Shocks(NamedTuple):
    """How shocks arrive, how severe they are, who hears of them and what they bring on."""

    rate: ndarray  # (S,) a week
    chance: ndarray  # (S,) of striking once
    scheduled_start: ndarray  # (S + 1,) ranges in scheduled_week
    scheduled_week: ndarray
    forced_start: ndarray  # (S + 1,) ranges in forced_week and forced_severity
    forced_week: ndarray
    forced_severity: ndarray  # NaN: drawn
    forced_from: ndarray  # week before which nothing can announce it
    forced_recognised: ndarray  # time at which it is recognised, unannounced; NaN: as drawn
    excitation: ndarray  # (S,) what an arrival adds to the mean of the week after
    excitation_persistence: ndarray  # (S,)
    severity_kind: ndarray  # (S,) see severity.KINDS
    severity_parameter: ndarray  # (S, 3)
    severity_cap: ndarray  # (S,)
    severity_lift: ndarray  # (S, 0), or (S, C): chance of each class of severity or a lower one, see severity.CLASSES
    empirical_start: ndarray  # (S + 1,) ranges in empirical_value
    empirical_value: ndarray
    recognised_after: ndarray  # (S,) mean weeks
    warning_lead: ndarray  # (S,) weeks
    warning_chance: ndarray  # (S,)
    false_alarm_rate: ndarray  # (S,) a week
    cause_start: ndarray  # (S + 1,) ranges in cause_*
    cause_shock: ndarray  # (C,) what is brought on
    cause_chance: ndarray  # (C,)
    cause_delay: ndarray  # (C,) weeks
    cause_stream: ndarray  # (C,)
    stream: ndarray  # (S, 6) see arrivals: count, moment, severity, notice, once, false alarm


class Effects(NamedTuple):
    """What each shock does at severity 1; the effects of shock s are effect_start[s] .. effect_start[s + 1]."""

    start: ndarray  # (S + 1,)
    shock: ndarray  # (E,)
    kind: ndarray  # (E,) see effects.KINDS
    size: ndarray  # (E,)
    persistence: ndarray  # (E,) of felt effects that fade
    lasts: ndarray  # (E,) weeks of felt effects that end; 0: it fades
    one: ndarray  # (E,) place among the effects on one unit at random, else -1
    unit: ndarray  # (E, N) 1 where it acts on the unit
    objective: ndarray  # (E, K) 1 where it acts on the objective
    belief: ndarray  # (E, K) what a new leadership believes


class Units(NamedTuple):
    """Who works, on what, how fast they change and whom they hear."""

    people: ndarray  # (N,)
    growth: ndarray  # (N,) people a week
    join_week: ndarray  # (N,) 0: from the start
    join_shock: ndarray  # (N,) -1, or the shock that brings the unit
    skill: ndarray  # (N, K)
    able: ndarray  # (N,) bool: has some skill for every objective
    function: ndarray  # (N,)
    superior: ndarray  # (N,) -1: hears leadership
    leads: ndarray  # (N,) bool: somebody's superior
    peer_start: ndarray  # (N + 1,) ranges in peer and peer_weight
    peer: ndarray
    peer_weight: ndarray
    crowd: ndarray  # (N,) the crowd a unit listens to beside, or -1; see crowds
    crowd_weight: ndarray  # (N,) factor on the sum over the crowd
    crowd_itself: ndarray  # (N,) 1.0 where the unit is one of its crowd and is to be taken out
    crowd_start: ndarray  # (G + 1, M) where in crowd_member each crowd has its members of the units of a group
    crowd_member: ndarray
    member_weight: ndarray
    resistance: ndarray  # (N,)
    belief: ndarray  # (N, K) at the start
    allocation: ndarray  # (N, K) at the start: the belief, restricted to what the unit has skill for
    inertia_pace: ndarray  # (N,)
    automation: ndarray  # (N,)
    retooling_pace: ndarray  # (N,)
    exploration: ndarray  # (N,) NaN: as the policy says
    sensing_noise: ndarray  # (N,)
    newcomer_belief: ndarray  # (N, K)
    newcomer_follows: ndarray  # (N,) bool: newcomers believe the published strategy
    newcomer_skill: ndarray  # (N,)
    learning_pace: ndarray  # (N,)
    garble_stream: ndarray  # (N,)
    sense_stream: ndarray  # (N,)


class Objectives(NamedTuple):
    """How effort becomes a level, and a level becomes attainment."""

    start: ndarray  # (K,)
    target: ndarray  # (K,)
    due: ndarray  # (K,) week; weeks - 1 where none is given
    has_due: ndarray  # (K,) bool
    persistence: ndarray  # (K,) of the level
    gain: ndarray  # (K,)
    share: ndarray  # (K, F) what it needs of each function, summing to 1
    technology: ndarray  # (K,) see work: SUM, CES, COBB_DOUGLAS, LEONTIEF
    exponent: ndarray  # (K,) r = (sigma - 1) / sigma
    output_noise: ndarray  # (K,)
    methods_persistence: ndarray  # (K,)
    kpi_noise: ndarray  # (K,)
    kpi_lag: ndarray  # (K,) weeks
    supports: ndarray  # (K,) bool: another objective depends on it
    depends_start: ndarray  # (K + 1,) ranges in depends_on and depends_exponent
    depends_on: ndarray
    depends_exponent: ndarray


class Organisation(NamedTuple):
    """Money, communication, engagement and perception: what all units share."""

    cash: float
    credit: float
    revenue: float
    fixed_cost: float
    wage: float
    switching_loss: float
    realigning_cost: float
    coordination_loss: float
    discount: float  # factor a week
    diversity_bonus: float
    clarity_noise: float
    superior: float
    meeting_time: float
    churn: float
    overload: float
    disagreement: float
    engagement_pace: float
    perceived_pace: float
    perception_noise: float
    perception_bias: ndarray  # (K,)


class Policies(NamedTuple):
    """How leadership senses, decides and realigns."""

    rule: ndarray  # (P,) see rules.KINDS
    rule_address: ndarray  # (P,) where the machine code of a user's own rule begins; 0: a built-in rule
    review_every: ndarray  # (P,) weeks; 0: never
    review_origin: ndarray  # (P,) the week from which reviews count
    latency: ndarray  # (P,) weeks
    stride: ndarray  # (P,)
    communication: ndarray  # (P,) intensity
    message_pace: ndarray  # (P,)
    monitoring: ndarray  # (P,)
    watch_from: ndarray  # (P, W) weeks from which `watch` holds, the first 0; NEVER where there are fewer
    watch: ndarray  # (P, W) monitoring in the course of time: what was heard when, depends on it
    monitoring_cost: ndarray  # (P,) a week, in all
    slack: ndarray  # (P,)
    exploration: ndarray  # (P,)
    autonomy: ndarray  # (P,)
    on_recognised: ndarray  # (P,) bool
    teams: ndarray  # (P,)
    handling: ndarray  # (P,) mean weeks
    trigger: ndarray  # (P,) 0 none, 1 CUSUM, 2 EWMA
    allowance: ndarray  # (P,)
    threshold: ndarray  # (P,)
    weight: ndarray  # (P,) of the newest reading in an EWMA
    baseline_pace: ndarray  # (P,)
    baseline_sd: ndarray  # (P,)
    lists: ndarray  # (P, G) bool: keeps the contingency prepared
    added: ndarray  # (P, N) people more than the scenario gives each unit, or fewer
    strategy: ndarray  # (P, K) the first plan
    horizon: ndarray  # (P,) weeks


class Contingencies(NamedTuple):
    """Prepared plans."""

    condition: ndarray  # (G,) see contingency.KINDS
    shock: ndarray  # (G,) of a shock or warning condition, else -1
    floor: ndarray  # (G, K) levels of an objective condition; -inf where none
    cash_floor: ndarray  # (G,)
    week: ndarray  # (G,)
    after: ndarray  # (G,)
    lasts: ndarray  # (G,) may be inf
    absorbs: ndarray  # (G, S)
    people: ndarray  # (G, N)
    has_strategy: ndarray  # (G,) bool
    strategy: ndarray  # (G, K)
    credit: ndarray  # (G,)
    release_slack: ndarray  # (G,) bool
    upkeep: ndarray  # (G,) a week
    cost: ndarray  # (G,)


class Opportunities(NamedTuple):
    """What exploration can find."""

    objective: ndarray  # (O,)
    gain: ndarray  # (O,)
    difficulty: ndarray  # (O,)
    opened_by: ndarray  # (O,) shock, or -1: open from the start
    closes_after: ndarray  # (O,) weeks; inf: never
    stream: ndarray  # (O,)


class Tables(NamedTuple):
    """Everything the kernel reads."""

    world: World
    shocks: Shocks
    effects: Effects
    units: Units
    objectives: Objectives
    organisation: Organisation
    policies: Policies
    contingencies: Contingencies
    opportunities: Opportunities
