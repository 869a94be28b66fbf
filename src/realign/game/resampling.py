"""Resampling: which candidates go on, how often, and how copies come to differ.

Stage: game. In: log weights of candidates and their state. Out: who is chosen; a state in which copies differ.

Three things keep many candidates at work where a plain particle filter is left with copies of a few:

    rarely      candidates keep their weights until those are uneven: until fewer than EVEN of them carry weight
    tempered    a weighing that would leave fewer than LEAST of them is raised to the power at which it does not
    unlike      copies are moved in what they would otherwise share for good, the slow quantities q: levels, methods,
                priorities, and what is felt of known strikes, whose severity nobody sees. With u, v two others,

                q <- mean + sqrt(1 - h^2) (q - mean) + h (q_u - q_v) / sqrt 2

which leaves mean and covariance where they were and nothing outside of what candidates had. Without the last, the
severity of a strike two years ago is what two or three early candidates happened to draw, and bands are too narrow.

Source: Liu and West (2001), Combined parameter and state estimation in simulation-based filtering; the difference of
two others in the place of a Gaussian is ter Braak (2006), Statistics and Computing 16:239.
"""

from __future__ import annotations

import numpy as np
from numpy import ndarray

from realign.model import Plan
from realign.model.state import State

EVEN = 0.5  # of the candidates
LEAST = 1.0 / 16.0  # of the candidates
MOVED = 0.2  # h: of the spread among candidates
TINY = 1e-300


def effective(weight: ndarray) -> float:
    """How many candidates carry weight: Kish's number, 0 if none does."""
    if not np.isfinite(weight).any():
        return 0.0
    shares = np.exp(weight - weight.max())
    return float(shares.sum() ** 2 / (shares**2).sum())


def tempered(before: ndarray, found: ndarray) -> ndarray:
    """Weights so far and found, the latter to the largest power at which LEAST of the candidates carry weight."""
    possible = np.where(np.isfinite(found), before, -np.inf)
    if effective(before + found) >= LEAST * len(found) or not np.isfinite(possible).any():
        return before + found
    finite, low, high = np.where(np.isfinite(found), found, 0.0), 0.0, 1.0
    for _ in range(30):
        middle = 0.5 * (low + high)
        if effective(possible + middle * finite) >= LEAST * len(found):
            low = middle
        else:
            high = middle
    return possible + low * finite


def choose(weight: ndarray, rng: np.random.Generator, number: int | None = None) -> ndarray:
    """Lanes by systematic resampling, in their order."""
    shares = np.exp(weight - weight.max())
    cumulated = np.cumsum(shares / shares.sum())
    wanted = len(weight) if number is None else number
    return np.minimum(np.searchsorted(cumulated, (np.arange(wanted) + rng.random()) / wanted), len(weight) - 1)


def unlike(state: State, plan: Plan, rng: np.random.Generator) -> None:
    """Move slow quantities, in place, so that copies differ."""
    lanes = state.lineage.shape[1]
    others = rng.permutation(lanes), rng.permutation(lanes)
    factor = _factor(state.level[0], others)
    state.level[0] *= factor
    state.level_past[0] *= factor
    state.methods[0] *= _factor(state.methods[0], others)
    state.priority_drift[:] = _moved(state.priority_drift, others)
    effects = plan.tables.effects
    for e in range(len(effects.kind)):
        if effects.lasts[e] == 0.0 and (np.abs(state.felt[e]) > TINY).all():
            state.felt[e] *= _factor(np.abs(state.felt[e])[None], others)[0]


def _moved(quantity: ndarray, others: tuple[ndarray, ndarray]) -> ndarray:
    """Quantities (any, lane), moved within their range."""
    mean = quantity.mean(axis=-1, keepdims=True)
    apart = (quantity[..., others[0]] - quantity[..., others[1]]) / np.sqrt(2.0)
    moved = mean + np.sqrt(1.0 - MOVED**2) * (quantity - mean) + MOVED * apart
    return np.clip(moved, quantity.min(axis=-1, keepdims=True), quantity.max(axis=-1, keepdims=True))


def _factor(quantity: ndarray, others: tuple[ndarray, ndarray]) -> ndarray:
    """By what positive quantities change when their logarithms are moved."""
    logs = np.log(np.maximum(quantity, TINY))
    return np.exp(_moved(logs, others) - logs)
