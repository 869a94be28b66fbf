"""Candidates: presents that fit what leadership knows.

Stage: game. In: leadership's knowledge. Out: a state with one candidate present per lane, none of it the hidden truth.

A particle filter (Gordon, Salmond and Smith 1993). Candidate worlds live under the very decisions that were taken,
some weeks at a time; each is weighed by how well it explains what leadership saw (`weighing`), and now and then those
that explain it badly give way to copies of others (`resampling`), which meet weeks of their own (`State.lineage`).
Some groups of candidates do so apart from each other and count alike: where one has gone astray, the others have not.

What is leadership's own (strategy, cash, plans, detector, cases) is the same in all. Approximations, besides those of
weighing and resampling: when a case will be done is drawn anew, exponentially.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy import ndarray

from realign.game.habits import Ground, Habits, change_state, plan_of, settle
from realign.game.knowledge import Knowledge, Week
from realign.game.past import STRIDE, Stretch, fingerprint, stretches_of
from realign.game.resampling import EVEN, choose, effective, tempered, unlike
from realign.game.weighing import weigh
from realign.model import Plan, pass_weeks
from realign.model.state import ADOPTED, FOUND, OPEN, State, copies_of, opening
from realign.scenario.records import Scenario

LANES = 512  # candidates of a group
GROUPS = 2  # groups, lived side by side


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Presents at the beginning of a week."""

    week: int
    state: State
    weight: ndarray  # (L,) logarithms, since candidates were last chosen
    effective: float  # candidates that would carry weight by the last weighing alone
    lost: int  # weighings that no candidate survived


def seed_of(scenario: Scenario, purpose: str) -> int:
    """A seed that no future of the scenario is drawn with."""
    digest = hashlib.blake2b(f"realign {purpose} {scenario.seed}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "little")


def seed_of_pasts(scenario: Scenario) -> int:
    """By which the pasts of candidates are drawn. What goes on from them needs it: it says what has struck them."""
    return seed_of(scenario, "candidates")


def candidates(
    scenario: Scenario, known: Knowledge, policy: Habits, *, cache: dict[int, Candidates], lanes: int = LANES,
    groups: int = GROUPS,
) -> Candidates:  # fmt: skip
    """Candidate presents, equally likely, given all that is known; `cache` keeps those of earlier weeks."""
    stretches = stretches_of(scenario, known)
    with ThreadPoolExecutor(groups) as pool:
        found = list(pool.map(
            lambda group: _group(scenario, known, policy, stretches, cache=cache, lanes=lanes, group=group),
            range(groups),
        ))  # fmt: skip
    states = [take(one.state, _alike(one, scenario, group)) for group, one in enumerate(found)]
    return Candidates(
        week=found[0].week, state=beside(states), weight=np.zeros(lanes * groups),
        effective=sum(one.effective for one in found), lost=max(one.lost for one in found),
    )  # fmt: skip


def _group(
    scenario: Scenario, known: Knowledge, policy: Habits, stretches: list[Stretch], *, cache: dict[int, Candidates],
    lanes: int, group: int,
) -> Candidates:  # fmt: skip
    """One group of candidates, up to now."""
    found, key = _first(scenario, policy, lanes), hash((lanes, group, *(shock.name for shock in scenario.shocks)))
    for stretch in stretches:
        key = hash((key, fingerprint(stretch, known)))
        if key not in cache:
            cache[key] = _live(found, stretch, scenario, known, group)
        found = cache[key]
    return found


def _alike(found: Candidates, scenario: Scenario, group: int) -> ndarray:
    """Lanes by which candidates of a group become equally likely."""
    return choose(found.weight, _generator(scenario, group, found.week, 1))


def _generator(scenario: Scenario, group: int, week: int, purpose: int = 0) -> np.random.Generator:
    key = seed_of(scenario, "candidates chosen")
    return np.random.Generator(np.random.Philox(key=[key, (week * 1_000 + group) * 2 + purpose]))


def _first(scenario: Scenario, habits: Habits, lanes: int) -> Candidates:
    plan = plan_of(scenario, [habits], ())
    state = opening(plan.tables, lanes)
    rooms = int(plan.tables.objectives.kpi_lag.max()) + 1 + STRIDE
    past = np.repeat(state.level[:, None], rooms, axis=1)
    return Candidates(
        week=0, state=light(state._replace(level_past=past)), weight=np.zeros(lanes), effective=float(lanes), lost=0
    )


def light(state: State) -> State:
    """Without the weekly series of the past, which nothing ahead needs and which are most of a state."""
    return state._replace(weekly=state.weekly[:, :, :0])


def heavy(state: State, weeks: int) -> State:
    """With room for so many weeks of series, which takes up memory only when the kernel copies the state."""
    P, Q, _, L = state.weekly.shape
    return state._replace(weekly=np.broadcast_to(np.zeros((P, Q, weeks, 1)), (P, Q, weeks, L)))


# ---- living


def _live(before: Candidates, stretch: Stretch, scenario: Scenario, known: Knowledge, group: int) -> Candidates:
    """Live through a stretch under what was decided, and weigh; choose anew once weights are uneven."""
    first, last, seed = stretch.first, stretch.last, seed_of_pasts(scenario)
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
    own = lanes * group * (plan.weeks + 1)  # futures that no other group meets
    futures = state.lineage[first] if first else np.arange(own, own + lanes, dtype=np.uint64)
    passage = pass_weeks(_curtailed(plan, last), state, seed=seed, week=first, until=last, futures=futures)
    _adopt(passage.state, plan, known.weeks[last - 1], known.weeks[first - 1] if first else None)
    found = weigh(passage, plan, stretch, known)
    weight, state = tempered(before.weight, found), light(passage.state)
    if not np.isfinite(weight).any():
        return Candidates(week=last, state=state, weight=np.zeros(lanes), effective=0.0, lost=before.lost + 1)
    if effective(weight) < EVEN * lanes:
        rng = _generator(scenario, group, last)
        chosen = choose(weight, rng)
        state, weight = take(state, chosen), np.zeros(lanes)
        unlike(state, plan, rng)
        again = np.concatenate([[False], chosen[1:] == chosen[:-1]])
        fresh = np.arange(lanes, dtype=np.uint64) + np.uint64(own + lanes * last)
        state.lineage[last:] = np.where(again, fresh, state.lineage[last - 1])
    return Candidates(
        week=last, state=state, weight=weight, effective=effective(found), lost=before.lost
    )  # fmt: skip


def take(state: State, chosen: ndarray) -> State:
    """The state of some lanes."""
    return State(**{
        name: array.copy() if name == "felt_any" else np.ascontiguousarray(array[..., chosen])
        for name, array in state._asdict().items()
    })  # fmt: skip


def beside(states: list[State]) -> State:
    """States side by side, as one of all their lanes."""
    return State(**{
        name: np.logical_or.reduce(arrays) if name == "felt_any" else np.concatenate(arrays, axis=-1)
        for name, arrays in ((name, [getattr(state, name) for state in states]) for name in State._fields)
    })  # fmt: skip


def _replayed(plan: Plan, stretch: Stretch, known: Knowledge) -> Plan:
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
