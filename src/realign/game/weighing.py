"""Weighing: how well a candidate's weeks explain what leadership saw.

Stage: game. In: some weeks as candidates lived them, what leadership knows of them. Out: log weights. What counts:

    readings     x (1 + noise xi) of the level it is about
    perception   seen_k ~ w_k bias_k exp(noise xi) in ratios, worked out backwards from perceived priorities
    cash         the change in a week, to LEDGER of a week's full revenue: it tells of demand and of what cost money
    strikes      a strike that is known strikes in every candidate, in its week; the candidate's rate there counts
    silence      a candidate whose own strike would have been announced or recognised by now is out

What is known exactly (cash always, other things where a scenario has no noise) would fit no candidate. So LEDGER, EXACT
and BARE are added as noise to what was seen, really and not only in the weights (`_blur`): weights that suppose a noise
that is not there take the world for calmer than it is, and bands become too narrow (noisy ABC: Fearnhead and Prangle
2012, JRSS B 74:419). A misfit counts for MISFIT standard errors at most; perception is weighed once a stretch.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy import ndarray

from realign.game.board import priorities
from realign.game.knowledge import Knowledge, Week
from realign.game.past import Stretch
from realign.model import Passage, Plan
from realign.model.arrivals import BY_CHANCE, FORCED, SCHEDULED
from realign.model.effects import LEADERSHIP
from realign.model.signals import RECOGNISED, WARNED
from realign.model.state import SERIES_CASH

EXACT = 0.02  # of the target
LEDGER = 0.05  # of a week's revenue when everything is attained
MISFIT = 5.0  # standard errors
BARE = 0.05  # log-ratio noise where perception is exact


def weigh(passage: Passage, plan: Plan, stretch: Stretch, known: Knowledge) -> ndarray:
    """Log weight of each lane; -inf where it cannot be."""
    weight = _silent(passage, stretch)
    weight += _of_strikes(passage, plan, stretch)
    weight += _of_readings(passage, plan, stretch, known)
    weight += _of_cash(passage, plan, stretch, known)
    weight += _of_perception(passage, plan, stretch, known)
    weight[~np.isnan(passage.state.ruin_week[0])] = -np.inf
    return weight


def _blur(week: Week, what: str, number: int) -> ndarray:
    """Standard normal draws of a week, the same whenever it is weighed and others in every game."""
    seen = hashlib.blake2b(what.encode(), digest_size=8)
    for name in ("reading", "perceived", "cash"):
        seen.update(week.own[name].tobytes())
    return np.random.Generator(np.random.Philox(key=int.from_bytes(seen.digest(), "little"))).standard_normal(number)


def _within(misfit: ndarray) -> ndarray:
    """Log density of standardised misfits, summed over all but the last axis."""
    squares = np.minimum(misfit * misfit, MISFIT * MISFIT)
    return -0.5 * squares.reshape(-1, squares.shape[-1]).sum(axis=0)


def _silent(passage: Passage, stretch: Stretch) -> ndarray:
    """0, or -inf where a strike of the lane's own would have been announced or recognised: leadership heard nothing."""
    signals, strikes = passage.signals, passage.strikes
    lanes = strikes.number.shape[0]
    weight = np.zeros(lanes)
    time, kind = signals.time[0], signals.kind[0]
    place = np.arange(time.shape[1])[None, :] < signals.number[0][:, None]
    heard = place & (time >= stretch.first) & (time < stretch.last) & ((kind == RECOGNISED) | (kind == WARNED))
    for lane, at in zip(*np.nonzero(heard)):
        own = np.nonzero(strikes.time[lane, : strikes.number[lane]] == signals.strike[0, lane, at])[0]
        source = strikes.address[lane, own[0]] if len(own) else BY_CHANCE
        dated = SCHEDULED <= source < BY_CHANCE
        if not dated and not FORCED <= source < FORCED + (1 << 16):
            weight[lane] = -np.inf
    return weight


def _of_strikes(passage: Passage, plan: Plan, stretch: Stretch) -> ndarray:
    """How likely each lane's world was to bring the known strikes of these weeks."""
    strikes, shocks, names = passage.strikes, plan.tables.shocks, sorted(plan.shocks)
    lanes = strikes.number.shape[0]
    weight = np.zeros(lanes)
    there = np.arange(strikes.week.shape[1])[None, :] < strikes.number[:, None]
    for forced in stretch.forced:
        if not stretch.first <= forced.week < stretch.last:
            continue
        s = names.index(forced.shock)
        mine = there & (strikes.shock == s)
        if shocks.chance[s] > 0.0 and shocks.rate[s] == 0.0:
            by_chance = (strikes.address >= BY_CHANCE) & (strikes.address < FORCED)
            weight[(mine & by_chance & (strikes.week < stretch.last)).any(axis=1)] = -np.inf  # it strikes once
            continue
        mine &= strikes.week < forced.week
        fade = shocks.excitation_persistence[s]
        age = np.where(mine, forced.week - 1 - strikes.week, 0)
        excited = shocks.excitation[s] * (np.where(mine, fade**age, 0.0)).sum(axis=1)
        rate = shocks.rate[s] * plan.tables.world.regime_shock_rate[passage.regime[forced.week]] + excited
        for n in np.nonzero(shocks.cause_shock == s)[0]:
            source = np.searchsorted(shocks.cause_start, n, side="right") - 1
            causing = there & (strikes.shock == source) & (strikes.week == forced.week - shocks.cause_delay[n])
            rate = rate + shocks.cause_chance[n] * causing.sum(axis=1)
        if rate.max() > 0.0:
            weight += np.log(np.maximum(rate, 1e-12))
    return weight


def _of_readings(passage: Passage, plan: Plan, stretch: Stretch, known: Knowledge) -> ndarray:
    objectives, past = plan.tables.objectives, passage.state.level_past[0]
    rooms, K, lanes = past.shape
    misfit, weight = np.zeros((K, stretch.last - stretch.first, lanes)), np.zeros(lanes)
    blurs = {week: _blur(known.weeks[week], "readings", K) for week in range(stretch.first, stretch.last)}
    for week in range(stretch.first, stretch.last):
        for k in range(K):
            level = past[(week + rooms - int(objectives.kpi_lag[k])) % rooms, k]
            spread = np.hypot(objectives.kpi_noise[k] * level, EXACT * objectives.target[k])
            read = known.weeks[week].own["reading"][0, k, 0] + EXACT * objectives.target[k] * blurs[week][k]
            misfit[k, week - stretch.first] = (read - level) / spread
            weight -= np.log(spread)
    return weight + _within(misfit)


def _of_cash(passage: Passage, plan: Plan, stretch: Stretch, known: Knowledge) -> ndarray:
    spread = LEDGER * plan.tables.organisation.revenue
    if spread <= 0.0:
        return np.zeros(passage.strikes.number.shape[0])
    cash = passage.state.weekly[0, SERIES_CASH, stretch.first : stretch.last]
    start = known.weeks[stretch.first - 1].own if stretch.first else known.start
    read = np.array([known.weeks[w].own["cash"][0, 0] for w in range(stretch.first, stretch.last)])
    changes = np.diff(np.concatenate([np.full((1, cash.shape[1]), start["cash"][0, 0]), cash]), axis=0)
    blur = [_blur(known.weeks[w], "cash", 1)[0] for w in range(stretch.first, stretch.last)]
    seen = np.diff(np.concatenate([start["cash"][0], read])) + spread * np.array(blur)
    return _within((changes - seen[:, None]) / spread)


def _of_perception(passage: Passage, plan: Plan, stretch: Stretch, known: Knowledge) -> ndarray:
    """Against the priorities of the last week: what was seen since the first, worked out of the moving average."""
    organisation, policies = plan.tables.organisation, plan.tables.policies
    lanes, n, pace = passage.strikes.number.shape[0], stretch.last - stretch.first, organisation.perceived_pace
    start = known.weeks[stretch.first - 1].own if stretch.first else known.start
    named = sorted(plan.shocks)
    leading = {named[s] for s, kind in zip(plan.tables.effects.shock, plan.tables.effects.kind) if kind == LEADERSHIP}
    replaced = any(f.shock in leading and stretch.first <= f.week < stretch.last for f in stretch.forced)
    if policies.monitoring[0] == 0.0 or pace == 0.0 or replaced:
        return np.zeros(lanes)
    kept = (1.0 - pace) ** n
    seen = (known.weeks[stretch.last - 1].own["perceived"] - kept * start["perceived"])[0, :, 0] / (1.0 - kept)
    visible = (organisation.perception_bias > 0.0) & (seen > 1e-9)
    if visible.sum() < 2:
        return np.zeros(lanes)
    shares = pace * (1.0 - pace) ** np.arange(n) / (1.0 - kept)
    noise = organisation.perception_noise / np.sqrt(policies.monitoring[0]) * np.sqrt((shares**2).sum())
    noise = np.hypot(noise, plan.tables.world.priority_volatility * np.sqrt(0.5 * (n - 1)))  # they move meanwhile
    apart = np.log(seen[visible] / organisation.perception_bias[visible])[:, None]
    apart = apart - np.log(priorities(plan, passage.state)[visible])
    apart = apart + BARE * _blur(known.weeks[stretch.last - 1], "perception", len(apart))[:, None]
    apart -= apart.mean(axis=0, keepdims=True)
    return _within(apart / np.hypot(noise, BARE))
