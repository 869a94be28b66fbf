"""Who believes what, before anything is decided and in the end.

Stage: alignment. In: a plan and a seed. Out: `Minds`, arrays by policy, unit, objective and future.
Idea: the model's state at the end of the plan holds every belief; the state at its beginning is that before. Futures
that were ruined on the way are left out, and so are units that are not there.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from realign.model import Plan, draw_worlds, play_until
from realign.model.effects import PRIORITY
from realign.model.state import State, opening

Values = npt.NDArray[np.float64]
PIECE = 64  # futures at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Minds:
    """Shares of effort: belief, allocation (P, N, K, L); strategy (P, K, L); priority (K, L); there (P, N, L)."""

    belief: Values
    allocation: Values
    strategy: Values
    priority: Values
    there: npt.NDArray[np.bool_]


def before(plan: Plan) -> Minds:
    """Beliefs at the beginning: one future stands for all."""
    state = opening(plan.tables, 1)
    units = plan.tables.units
    there = (units.join_shock < 0) & (units.join_week <= 0)
    return _minds(plan, state, np.broadcast_to(there[:, None], (len(there), 1)))


def after(plan: Plan, *, seed: int, futures: int, threads: int, step: Callable[[int], None]) -> Minds:
    """Beliefs after the last week, in futures 0, 1, 2 ..."""

    def piece(first: int) -> Minds:
        chosen = np.arange(first, min(first + PIECE, futures), dtype=np.uint64)
        state = play_until(plan, seed=seed, futures=chosen, week=plan.weeks)
        step(len(chosen))
        return _minds(plan, state, _joined(plan, seed=seed, futures=chosen))

    with ThreadPoolExecutor(threads, thread_name_prefix="realign") as pool:
        parts = list(pool.map(piece, range(0, futures, PIECE)))

    def whole(name: str) -> Values:
        return np.concatenate([getattr(part, name) for part in parts], axis=-1)

    return Minds(
        belief=whole("belief"), allocation=whole("allocation"), strategy=whole("strategy"), priority=whole("priority"),
        there=np.concatenate([part.there for part in parts], axis=-1),
    )  # fmt: skip


def _joined(plan: Plan, *, seed: int, futures: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Whether each unit is there in the last week: (N, L)."""
    units = plan.tables.units
    there = np.repeat((units.join_week < plan.weeks)[:, None], len(futures), axis=1)
    waiting = np.flatnonzero(units.join_shock >= 0)
    if len(waiting):
        struck = draw_worlds(plan, seed=seed, futures=futures).counts(len(plan.shocks)).sum(axis=1) > 0
        there[waiting] = struck[units.join_shock[waiting]]
    return there


def _minds(plan: Plan, state: State, there: npt.NDArray[np.bool_]) -> Minds:
    return Minds(
        belief=state.belief, allocation=state.allocation, strategy=state.published, priority=_priority(plan, state),
        there=there[None] & (state.alive > 0.0)[:, None, :],
    )  # fmt: skip


def _priority(plan: Plan, state: State) -> Values:
    """True priorities: proportional to w0 exp(drift + felt priority effects)."""
    effects = plan.tables.effects
    moved = state.priority_drift.copy()
    for e in np.flatnonzero(effects.kind == PRIORITY):
        moved += effects.objective[e][:, None] * state.felt[e]
    weight = plan.tables.world.priority[:, None] * np.exp(moved)
    return np.asarray(weight / weight.sum(axis=0))


def cosine(a: Values, b: Values, axis: int) -> Values:
    """Cosine of two shares, 1 where they point the same way."""
    length = np.sqrt((a * a).sum(axis=axis) * (b * b).sum(axis=axis))
    return np.asarray((a * b).sum(axis=axis) / np.maximum(length, 1e-300))
