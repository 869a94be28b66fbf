"""The state of an organisation under each policy, in the lanes of a group of futures.

Stage: model. In: a plan's tables and a number of lanes. Out: the arrays that a week changes, opened at week 0.

Axes keep one order: policy, (item,) lane; one lane is one future, and lanes stand innermost so that loops over them
become vector code. `State` is everything that the next week needs, so a state taken at any week can be kept and a run
can go on from it. The world's part (drift, felt effects) has no policy axis: every policy lives in the same world.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy import ndarray

from realign.model.lanes import LINE, aligned
from realign.model.tables import Tables

NEVER = 1 << 40

# what is summed over the weeks, each divided by the weeks lived at the end (measure.py)
SUMS = (
    "value", "discounted", "discount", "lived", "strategic_alignment", "strategy_to_belief", "cohesion", "engagement",
    "wasted", "switching", "misdirected", "churn", "decisions", "realigning_cost", "activations", "in_vain",
    "recognised", "recognising_weeks", "decided", "deciding_weeks", "undecided", "undecided_time",
)  # fmt: skip
(
    VALUE, DISCOUNTED, DISCOUNT, LIVED, STRATEGIC_ALIGNMENT, STRATEGY_TO_BELIEF, COHESION, ENGAGEMENT,
    WASTED, SWITCHING, MISDIRECTED, CHURN, DECISIONS, REALIGNING_COST, ACTIVATIONS, IN_VAIN,
    RECOGNISED_COUNT, RECOGNISING_WEEKS, DECIDED, DECIDING_WEEKS, UNDECIDED, UNDECIDED_TIME,
) = range(len(SUMS))  # fmt: skip

SERIES = ("value", "cash", "strategic_alignment", "strategy_to_belief", "cohesion", "engagement", "alive")
SERIES_VALUE, SERIES_CASH, SERIES_STRATEGIC, SERIES_BELIEF, SERIES_COHESION, SERIES_ENGAGEMENT, SERIES_ALIVE = range(7)

HIDDEN, OPEN, FOUND, ADOPTED, GONE = range(5)  # what an opportunity can be


class State(NamedTuple):
    """All that the next week needs; L lanes, H = longest reading lag + 1, M teams, Q series."""

    priority_drift: ndarray  # (K, L)
    demand_drift: ndarray  # (L,)
    felt: ndarray  # (E, L) how strongly each effect is felt, before absorption
    felt_one: ndarray  # (E1, N, L) the same for effects that hit one unit at random
    felt_any: ndarray  # (E,) bool: felt in some lane
    next_strike: ndarray  # (L,) int64
    lineage: ndarray  # (weeks, L) uint64: the future whose draws hold in each week
    belief: ndarray  # (P, N, K, L)
    inverse_length: ndarray  # (P, N, L) 1 / the length of the belief, kept beside it
    allocation: ndarray  # (P, N, K, L)
    automated: ndarray  # (P, N, K, L) allocation hard-wired into automation
    proficiency: ndarray  # (P, N, L) 1 = nobody is new
    engagement: ndarray  # (P, N, L)
    moved: ndarray  # (P, N, L) half the L1 distance the allocation moved last week
    level: ndarray  # (P, K, L)
    level_past: ndarray  # (P, H, K, L) ring of past levels
    methods: ndarray  # (P, K, L)
    reading: ndarray  # (P, K, L) the latest readings of the levels
    perceived: ndarray  # (P, K, L) perceived priorities
    strategy: ndarray  # (P, K, L) leadership's own
    published: ndarray  # (P, K, L) that of active contingencies, else its own
    spoken: ndarray  # (P, L) uint8: what is published is what contingencies say
    cash: ndarray  # (P, L)
    bill: ndarray  # (P, L) one-off costs of decisions, due at the next reckoning
    lowest_cash: ndarray  # (P, L)
    alive: ndarray  # (P, L) 1.0, or 0.0 from ruin on
    ruin_week: ndarray  # (P, L) NaN while alive
    baseline_mean: ndarray  # (P, L) of the detector
    baseline_variance: ndarray  # (P, L)
    detector: ndarray  # (P, L) the CUSUM or EWMA statistic
    alarm_until: ndarray  # (P, L) weeks: when the case of the last alarm is done
    team_free: ndarray  # (P, M, L) weeks: when each team is free
    busy_until: ndarray  # (P, L) weeks: when the last case is done
    due: ndarray  # (P, weeks + 1, L) uint8: a case's decision takes effect
    next_signal: ndarray  # (P, L) int64
    active_from: ndarray  # (P, G, L) weeks
    active_until: ndarray  # (P, G, L) weeks
    vain: ndarray  # (P, G, L) uint8: activated on a warning that has not come true
    opportunity: ndarray  # (P, O, L) int64: HIDDEN .. GONE
    opened: ndarray  # (P, O, L) int64 week
    hit: ndarray  # (P, K, L) 1.0: the target was reached by its due date
    cohesion: ndarray  # (P, L) as last recorded
    sums: ndarray  # (P, len(SUMS), L)
    weekly: ndarray  # (P, Q, weeks, L)


def opening(tables: Tables, lanes: int, *, weekly: bool = True) -> State:
    """The state before week 0, the same in every lane; without room for the weekly series if `weekly` is not set."""
    t = tables
    P, N, K = len(t.policies.rule), len(t.units.people), len(t.objectives.start)
    E, G, O = len(t.effects.kind), len(t.contingencies.after), len(t.opportunities.gain)  # noqa: E741
    weeks = t.world.weeks

    def full(shape: tuple[int, ...], value: object = 0.0, dtype: type = np.float64) -> ndarray:
        return np.zeros((*shape, lanes), dtype) if value == 0 else np.full((*shape, lanes), value, dtype)

    def spread(table: ndarray) -> ndarray:
        """A table of an item or of units and items, for every policy and lane."""
        return np.array(np.broadcast_to(table[None, ..., None], (P, *table.shape, lanes)), order="C")

    levels = spread(t.objectives.start)
    lag = int(t.objectives.kpi_lag.max()) + 1
    perceived = np.broadcast_to(_biased(t.world.priority, t.organisation.perception_bias)[None, :, None], levels.shape)
    strategy = np.broadcast_to(t.policies.strategy[:, :, None], levels.shape)
    at_once = (t.contingencies.week == 0) & (t.contingencies.condition == 4)
    active_from = np.where(at_once & t.policies.lists, t.contingencies.after[None, :], -1.0)
    active_until = np.where(active_from >= 0, active_from + t.contingencies.lasts[None, :], -1.0)
    sums = full((P, len(SUMS)))
    sums[:, ACTIVATIONS] = (active_from >= 0).sum(axis=1)[:, None]
    is_open = np.where(t.opportunities.opened_by < 0, OPEN, HIDDEN)
    return State(
        priority_drift=full((K,)),
        demand_drift=full(()),
        felt=full((E,)),
        felt_one=full((int((t.effects.one >= 0).sum()), N)),
        felt_any=np.zeros(E, bool),
        next_strike=full((), 0, np.int64),
        lineage=full((weeks,), 0, np.uint64),
        belief=spread(t.units.belief),
        inverse_length=spread(1.0 / np.linalg.norm(t.units.belief, axis=1)),
        allocation=spread(t.units.allocation),
        automated=spread(t.units.allocation),
        proficiency=full((P, N), 1.0),
        engagement=full((P, N), 1.0),
        moved=full((P, N)),
        level=levels,
        level_past=np.repeat(levels[:, None], lag, axis=1),
        methods=full((P, K), 1.0),
        reading=levels.copy(),
        perceived=np.array(perceived, order="C"),
        strategy=np.array(strategy, order="C"),
        published=np.array(strategy, order="C"),
        spoken=full((P,), 0, np.uint8),
        cash=full((P,), t.organisation.cash),
        bill=full((P,)) + np.where(active_from >= 0, t.contingencies.cost[None, :], 0.0).sum(axis=1)[:, None],
        lowest_cash=full((P,), t.organisation.cash),
        alive=full((P,), 1.0),
        ruin_week=full((P,), np.nan),
        baseline_mean=full((P,), _perceived_value(t)),
        baseline_variance=full((P,)) + (t.policies.baseline_sd**2)[:, None],
        detector=full((P,)),
        alarm_until=full((P,)),
        team_free=full((P, int(t.policies.teams.max()))),
        busy_until=full((P,)),
        due=full((P, weeks + 1), 0, np.uint8),
        next_signal=full((P,), 0, np.int64),
        active_from=np.ascontiguousarray(np.repeat(active_from[:, :, None], lanes, axis=2)),
        active_until=np.ascontiguousarray(np.repeat(active_until[:, :, None], lanes, axis=2)),
        vain=full((P, G), 0, np.uint8),
        opportunity=full((P, O), 0, np.int64) + is_open[None, :, None],
        opened=full((P, O), 0, np.int64),
        hit=spread((t.objectives.start >= t.objectives.target).astype(np.float64)),
        cohesion=full((P,), 1.0),
        sums=sums,
        weekly=full((P, len(SERIES) + K, weeks if weekly else 0)),
    )


def _biased(priority: ndarray, bias: ndarray) -> ndarray:
    """Priorities as leadership sees them before any noise; the true ones where the bias leaves nothing to see."""
    seen = priority * bias
    return seen / seen.sum() if seen.sum() > 0.0 else priority


def _perceived_value(tables: Tables) -> float:
    """Perceived value at the start: where the detector's baseline begins."""
    objectives = tables.objectives
    attained = np.clip(objectives.start / objectives.target, 0.0, 1.0)
    value = 0.0
    for k, weight in enumerate(_biased(tables.world.priority, tables.organisation.perception_bias)):
        share = attained[k]
        for n in range(objectives.depends_start[k], objectives.depends_start[k + 1]):
            share *= attained[objectives.depends_on[n]] ** objectives.depends_exponent[n]
        value += weight * share
    return float(value)


def side_by_side(arrays: Any) -> tuple[ndarray, Any]:
    """A copy of a named tuple of arrays whose arrays lie in one buffer, each at the start of a cache line.

    Returns the buffer and the copy: where all is to be copied again and again, the buffer is copied at once.
    """
    starts = np.cumsum([0, *(-(-array.nbytes // LINE) * LINE for array in arrays)])
    buffer = aligned(int(starts[-1]), np.uint8)
    copies = [
        buffer[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
        for start, array in zip(starts, arrays)
    ]
    for copy, array in zip(copies, arrays):
        copy[...] = array
    return buffer, type(arrays)(*copies)


def pick(state: State, lanes: ndarray) -> State:
    """The state of these lanes, in this order and as often as they are named, as a copy."""
    shared = {"felt_any"}
    return State(**{
        name: array.copy() if name in shared else np.ascontiguousarray(array[..., lanes])
        for name, array in state._asdict().items()
    })  # fmt: skip


def lane_of(state: State, lane: int) -> State:
    """The state of one lane alone, as a copy with one lane."""
    return pick(state, np.array([lane]))


def copies_of(state: State, lanes: int) -> State:
    """Each lane of a state in many lanes, from which different futures can go on; with 1, a copy."""
    return pick(state, np.repeat(np.arange(state.lineage.shape[1]), lanes))
