"""Candidates: presents that fit what leadership knows.

Stage: game. In: leadership's knowledge. Out: a state with one candidate present per lane, none of it the hidden truth.

A particle filter (Gordon, Salmond and Smith 1993). Candidate worlds live under the very decisions that were taken,
some weeks at a time; each is weighed by how well it explains what leadership saw, and those that explain it badly give
way to copies of others, which then meet weeks of their own (`State.lineage`). What counts as seen, week by week:

    readings     x (1 + noise xi) of the level it is about, at least EXACT of the target, where nothing is noisy
    perception   seen_k ~ w_k bias_k exp(noise xi) in ratios, worked out backwards from perceived priorities
    cash         the change in a week, to LEDGER of a week's full revenue: it tells of demand and of what cost money
    strikes      a strike that is known strikes in every candidate, in its week; the candidate's rate there counts
    silence      a candidate whose own strike would have been announced or recognised by now is out

What is leadership's own (strategy, cash, plans, detector, cases) is the same in all. Approximations: LEDGER and EXACT
stand for perfect knowledge, without which no candidate would ever fit; a misfit counts for MISFIT standard errors at
most; perception is weighed once for several weeks; when a case will be done is drawn anew, exponentially.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy import ndarray

from realign.game.board import priorities
from realign.game.habits import Ground, Habits, Injected, change_state, plan_of, settle
from realign.game.knowledge import Knowledge, Week
from realign.model import Passage, Plan, pass_weeks
from realign.model.arrivals import BY_CHANCE, FORCED, SCHEDULED
from realign.model.effects import LEADERSHIP
from realign.model.signals import RECOGNISED, WARNED
from realign.model.state import ADOPTED, FOUND, OPEN, SERIES_CASH, State, copies_of, opening
from realign.scenario.records import Scenario

LANES = 512  # candidates: with more, bands of the present hold the truth no more often
STRIDE = 4  # weeks between weighings; quiet weeks are lived together
EXACT = 0.02  # of the target
LEDGER = 0.05  # of a week's revenue when everything is attained
MISFIT = 5.0  # standard errors
BARE = 0.05  # log-ratio noise where perception is exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Presents at the beginning of a week, equally likely; `fit` is the mean log weight per weighing."""

    week: int
    state: State
    effective: float  # candidates that carried weight at the last weighing
    lost: int  # weighings that no candidate survived


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """Weeks lived in one go, first .. last - 1, and the habits in force."""

    first: int
    last: int
    habits: Habits
    forced: tuple[Injected, ...]  # known strikes up to then
    over: frozenset[str]  # shocks that strike once, and have


def seed_of(scenario: Scenario, purpose: str) -> int:
    """A seed that no future of the scenario is drawn with."""
    digest = hashlib.blake2b(f"realign {purpose} {scenario.seed}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "little")


def candidates(
    scenario: Scenario, known: Knowledge, policy: Habits, *, cache: dict[int, Candidates], lanes: int = LANES
) -> Candidates:
    """Candidate presents, given all that is known; `cache` keeps those of earlier weeks."""
    found, key = _first(scenario, policy, lanes), hash((lanes, *(shock.name for shock in scenario.shocks)))
    for stretch in _stretches(scenario, known):
        key = hash((key, _fingerprint(stretch, known)))
        if key not in cache:
            cache[key] = _live(found, stretch, scenario, known)
        found = cache[key]
    return found


def _first(scenario: Scenario, habits: Habits, lanes: int) -> Candidates:
    plan = plan_of(scenario, [habits], ())
    state = opening(plan.tables, lanes)
    rooms = int(plan.tables.objectives.kpi_lag.max()) + 1 + STRIDE
    past = np.repeat(state.level[:, None], rooms, axis=1)
    return Candidates(week=0, state=_light(state._replace(level_past=past)), effective=float(lanes), lost=0)


def _light(state: State) -> State:
    """Without the weekly series of the past, which nothing ahead needs and which are most of a state."""
    return state._replace(weekly=state.weekly[:, :, :0])


def heavy(state: State, weeks: int) -> State:
    """With room for so many weeks of series."""
    P, Q, _, L = state.weekly.shape
    return state._replace(weekly=np.zeros((P, Q, weeks, L)))


# ---- what is lived in one go


def _stretches(scenario: Scenario, known: Knowledge) -> list[_Stretch]:
    """The past in stretches: eventful weeks by themselves, quiet ones up to STRIDE together."""
    eventful = {t.week for t in known.told if t.kind in ("decision", "activated", "expired", "adopted", "struck")}
    eventful |= {strike.week for strike in known.strikes}
    once = {shock.name for shock in scenario.shocks if shock.chance > 0.0 and shock.rate == 0.0}
    found, first = [], 0
    for week in range(1, known.now + 1):
        before, now = known.weeks[week - 1], known.weeks[min(week, known.now - 1)]
        earlier = known.weeks[max(week - 2, 0)]
        changed = now.habits is not before.habits or (before.open_cases > 0) != (earlier.open_cases > 0)
        if week % STRIDE == 0 or week in eventful or week - 1 in eventful or changed or week == known.now:
            struck = [s for s in known.strikes if s.week < week]
            found.append(_Stretch(
                first=first, last=week, habits=known.weeks[first].habits,
                forced=tuple(Injected(shock=s.shock, week=s.week, recognised=s.recognised) for s in struck),
                over=frozenset(s.shock for s in struck if s.shock in once),
            ))  # fmt: skip
            first = week
    return found


def _fingerprint(stretch: _Stretch, known: Knowledge) -> tuple[object, ...]:
    """All that the weighing of a stretch hangs on, as something that can be hashed."""
    weeks = known.weeks[stretch.first : stretch.last]
    own = tuple(week.own[name].tobytes() for week in weeks for name in week.own)
    return (
        stretch.first, stretch.last, stretch.forced, stretch.over, repr(stretch.habits), own,
        tuple((w.found, w.adopted, w.decided) for w in weeks),
    )  # fmt: skip


# ---- living


def _live(before: Candidates, stretch: _Stretch, scenario: Scenario, known: Knowledge) -> Candidates:
    """Live through a stretch under what was decided, weigh, and choose."""
    first, last, seed = stretch.first, stretch.last, seed_of(scenario, "candidates")
    plan = _replayed(plan_of(scenario, [stretch.habits], stretch.forced), stretch, known)
    lanes = before.state.lineage.shape[1]
    state = heavy(copies_of(before.state, 1), plan.weeks if last == plan.weeks else last)
    _settle_orders(state, plan, scenario, known, first)
    impose(state, known.weeks[first - 1].own if first else known.start)
    state.due[:, first:] = 0
    if known.weeks[first].decided:
        state.due[0, first] = 1
    responding = first > 0 and known.weeks[first - 1].open_cases > 0
    state.busy_until[:] = last if responding else 0.0
    futures = state.lineage[first] if first else np.arange(lanes, dtype=np.uint64)
    passage = pass_weeks(_curtailed(plan, last), state, seed=seed, week=first, until=last, futures=futures)
    _adopt(passage.state, plan, known.weeks[last - 1], known.weeks[first - 1] if first else None)
    weight = _weigh(passage, plan, stretch, known)
    chosen, effective, lost = _choose(weight, seed, last)
    state = take(_light(passage.state), chosen)
    again = np.concatenate([[False], chosen[1:] == chosen[:-1]])
    fresh = np.arange(lanes, dtype=np.uint64) + np.uint64(lanes * (last + 1))
    state.lineage[last:] = np.where(again, fresh, state.lineage[last - 1])
    return Candidates(week=last, state=state, effective=effective, lost=before.lost + lost)


def take(state: State, chosen: ndarray) -> State:
    """The state of some lanes."""
    return State(**{
        name: array.copy() if name == "felt_any" else np.ascontiguousarray(array[..., chosen])
        for name, array in state._asdict().items()
    })  # fmt: skip


def _replayed(plan: Plan, stretch: _Stretch, known: Knowledge) -> Plan:
    """A plan under which nothing is decided but what was: no reviews, cases, conditions, discoveries, false alarms."""
    tables = plan.tables
    policies, shocks = tables.policies, tables.shocks
    zeros = np.zeros_like(policies.review_every)
    strategy = known.weeks[stretch.first].own["strategy"][:, :, 0].copy()
    once = np.array([name in stretch.over for name in sorted(plan.shocks)], bool)
    return replace(plan, tables=tables._replace(
        policies=policies._replace(
            rule=zeros, rule_address=zeros, review_every=zeros, trigger=zeros, stride=np.ones(1),
            on_recognised=np.zeros(1, bool), strategy=strategy,
        ),
        contingencies=tables.contingencies._replace(
            condition=np.full_like(tables.contingencies.condition, 4), week=np.full_like(tables.contingencies.week, -9),
        ),
        opportunities=tables.opportunities._replace(difficulty=np.full_like(tables.opportunities.difficulty, np.inf)),
        shocks=shocks._replace(
            false_alarm_rate=np.zeros_like(shocks.false_alarm_rate), chance=np.where(once, 0.0, shocks.chance)
        ),
    ))  # fmt: skip


def _curtailed(plan: Plan, last: int) -> Plan:
    """The same plan, whose world is drawn no further than its warnings reach."""
    world, lead = plan.tables.world, plan.tables.shocks.warning_lead
    weeks = min(world.weeks, last + 1 + int(lead.max(initial=0)))
    return replace(plan, tables=plan.tables._replace(world=world._replace(weeks=weeks)))


def _settle_orders(state: State, plan: Plan, scenario: Scenario, known: Knowledge, week: int) -> None:
    """Who was hired or moved at the beginning of this week comes in the candidates, too."""
    if week == 0 or known.weeks[week].habits is known.weeks[week - 1].habits:
        return
    habits = known.weeks[week - 1].habits
    ground = Ground(plan=plan, scenario=scenario, joined=known.joined)
    for order in known.orders:
        if order.week + 1 == week:
            people = replace(order, moves={k: v for k, v in order.moves.items() if k in ("hire", "move")})
            after = settle(habits, order, scenario)
            calendar = replace(after, review_origin=habits.review_origin)
            change_state(state, 0, people, ground, before=habits, after=calendar)
            habits = after


def impose(state: State, own: Mapping[str, ndarray]) -> None:
    """What is leadership's own is the same in every candidate."""
    for name, array in own.items():
        getattr(state, name)[...] = array


def _adopt(state: State, plan: Plan, now: Week, before: Week | None) -> None:
    """What was adopted in these weeks improves methods; what was found counts as adopted, or the kernel would do so."""
    table = plan.tables.opportunities
    for o, name in enumerate(sorted(plan.opportunities)):
        status = state.opportunity[0, o]
        if name in now.adopted and (before is None or name not in before.adopted):
            state.methods[0, table.objective[o]] *= 1.0 + table.gain[o]
        if name in now.adopted or name in now.found:
            status[:] = ADOPTED
        else:
            status[:] = np.where((status == FOUND) | (status == ADOPTED), OPEN, status)


# ---- weighing


def _weigh(passage: Passage, plan: Plan, stretch: _Stretch, known: Knowledge) -> ndarray:
    """Log weight of each lane; -inf where it cannot be."""
    weight = _silent(passage, stretch)
    weight += _of_strikes(passage, plan, stretch)
    weight += _of_readings(passage, plan, stretch, known)
    weight += _of_cash(passage, plan, stretch, known)
    weight += _of_perception(passage, plan, stretch, known)
    weight[~np.isnan(passage.state.ruin_week[0])] = -np.inf
    return weight


def _within(misfit: ndarray) -> ndarray:
    """Log density of standardised misfits, summed over all but the last axis."""
    squares = np.minimum(misfit * misfit, MISFIT * MISFIT)
    return -0.5 * squares.reshape(-1, squares.shape[-1]).sum(axis=0)


def _silent(passage: Passage, stretch: _Stretch) -> ndarray:
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


def _of_strikes(passage: Passage, plan: Plan, stretch: _Stretch) -> ndarray:
    """How likely each lane's world was to bring the known strikes of these weeks."""
    strikes, shocks, names = passage.strikes, plan.tables.shocks, sorted(plan.shocks)
    lanes = strikes.number.shape[0]
    weight = np.zeros(lanes)
    there = np.arange(strikes.week.shape[1])[None, :] < strikes.number[:, None]
    for forced in stretch.forced:
        if not stretch.first <= forced.week < stretch.last:
            continue
        s = names.index(forced.shock)
        mine = there & (strikes.shock == s) & (strikes.week < forced.week)
        fade = shocks.excitation_persistence[s]
        age = np.where(mine, forced.week - 1 - strikes.week, 0)
        excited = shocks.excitation[s] * (np.where(mine, fade**age, 0.0)).sum(axis=1)
        rate = shocks.rate[s] * plan.tables.world.regime_shock_rate[passage.regime[forced.week]] + excited
        if forced.shock in stretch.over:
            by_chance = mine & (strikes.address >= BY_CHANCE) & (strikes.address < FORCED)
            weight[by_chance.any(axis=1)] = -np.inf
        elif rate.max() > 0.0 and not len(_causing(plan, s)):
            weight += np.log(np.maximum(rate, 1e-12))
    return weight


def _causing(plan: Plan, shock: int) -> ndarray:
    return np.nonzero(plan.tables.shocks.cause_shock == shock)[0]


def _of_readings(passage: Passage, plan: Plan, stretch: _Stretch, known: Knowledge) -> ndarray:
    objectives, past = plan.tables.objectives, passage.state.level_past[0]
    rooms, K, lanes = past.shape
    misfit, weight = np.zeros((K, stretch.last - stretch.first, lanes)), np.zeros(lanes)
    for week in range(stretch.first, stretch.last):
        for k in range(K):
            level = past[(week + rooms - int(objectives.kpi_lag[k])) % rooms, k]
            spread = np.maximum(objectives.kpi_noise[k] * level, EXACT * objectives.target[k])
            read = known.weeks[week].own["reading"][0, k, 0]
            misfit[k, week - stretch.first] = (read - level) / spread
            weight -= np.log(spread)
    return weight + _within(misfit)


def _of_cash(passage: Passage, plan: Plan, stretch: _Stretch, known: Knowledge) -> ndarray:
    spread = LEDGER * plan.tables.organisation.revenue
    if spread <= 0.0:
        return np.zeros(passage.strikes.number.shape[0])
    cash = passage.state.weekly[0, SERIES_CASH, stretch.first : stretch.last]
    start = known.weeks[stretch.first - 1].own if stretch.first else known.start
    read = np.array([known.weeks[w].own["cash"][0, 0] for w in range(stretch.first, stretch.last)])
    changes = np.diff(np.concatenate([np.full((1, cash.shape[1]), start["cash"][0, 0]), cash]), axis=0)
    seen = np.diff(np.concatenate([start["cash"][0], read]))
    return _within((changes - seen[:, None]) / spread)


def _of_perception(passage: Passage, plan: Plan, stretch: _Stretch, known: Knowledge) -> ndarray:
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
    apart -= apart.mean(axis=0, keepdims=True)
    return _within(apart / max(noise, BARE))


# ---- choosing


def _choose(weight: ndarray, seed: int, week: int) -> tuple[ndarray, float, int]:
    """Lanes by systematic resampling, if weights are uneven; effective number; 1 if none survived."""
    lanes = len(weight)
    if not np.isfinite(weight).any():
        return np.arange(lanes), 0.0, 1
    shares = np.exp(weight - weight.max())
    shares /= shares.sum()
    mark = (np.arange(lanes) + _uniform(seed, week)) / lanes
    chosen = np.minimum(np.searchsorted(np.cumsum(shares), mark), lanes - 1)
    return chosen, float(1.0 / (shares**2).sum()), 0


def _uniform(seed: int, week: int) -> float:
    digest = hashlib.blake2b(f"{seed} {week}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") / 2.0**64
