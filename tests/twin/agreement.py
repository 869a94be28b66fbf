"""The kernel and the twin side by side: every state of every week, every series, measure and event.

`compare(scenario, futures=3)` plays both and returns what was compared and what differs. After ruin the organisation is
compared only in what ruin leaves defined: cash, levels, what was attained in time, and the world, which goes on.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from realign.model import Plan, build_plan, go_on, play_block, play_until
from realign.model.state import State
from realign.scenario.records import Scenario
from realign.twin import Life, live
from realign.twin.world import is_felt

TOLERANCE = 1e-9  # relative
SMALLEST = 1e-3  # numbers below this are compared as if they were this large
FINAL = ("cash", "lowest cash", "level", "hit", "alive")  # what is defined of a ruined organisation
FINAL_SERIES = ("value", "cash", "alive")

Key = tuple[str, str, str]


@dataclass
class Comparison:
    """What was compared, by how much it differs at most, and what differs too much."""

    futures: int = 0
    weeks: int = 0
    numbers: int = 0
    events: int = 0
    largest: float = 0.0
    faults: list[str] = field(default_factory=list)

    def number(self, where: str, kernel: float, twin: float) -> None:
        """Compare two numbers; NaN agrees with NaN."""
        self.numbers += 1
        if kernel == twin or (math.isnan(kernel) and math.isnan(twin)):
            return
        difference = abs(kernel - twin) / max(abs(kernel), abs(twin), SMALLEST)
        if difference <= TOLERANCE:
            self.largest = max(self.largest, difference)
        else:
            self.faults.append(f"{where}: kernel {kernel!r}, twin {twin!r}")

    def add(self, other: "Comparison") -> None:
        """Count another comparison in."""
        self.futures += other.futures
        self.weeks += other.weeks
        self.numbers += other.numbers
        self.events += other.events
        self.largest = max(self.largest, other.largest)
        self.faults += other.faults


def _felt(scenario: Scenario, state: State, lane: int) -> Iterator[tuple[Key, float]]:
    """The kernel's felt effects under the twin's names; it keeps shocks by name and their effects end to end."""
    units = sorted(unit.name for unit in scenario.units)
    row, one_row = 0, 0
    for shock in sorted(scenario.shocks, key=lambda shock: shock.name):
        number = 0
        for effect in shock.effects:
            item = f"{number} {effect.on}"
            if is_felt(effect) and effect.on == "capacity" and effect.units == "one":
                for i, unit in enumerate(units):
                    yield (shock.name, "felt", f"{item} {unit}"), state.felt_one[one_row, i, lane]
            elif is_felt(effect):
                yield (shock.name, "felt", item), state.felt[row, lane]
            one_row += effect.units == "one" and not effect.functions
            number += is_felt(effect)
            row += 1


def kernel_state(scenario: Scenario, state: State, *, policy: int, lane: int) -> dict[Key, float]:
    """A state of the kernel under the twin's names."""
    goals = sorted(objective.name for objective in scenario.objectives)
    units = sorted(unit.name for unit in scenario.units)
    named = dict(_felt(scenario, state, lane))
    named["market", "demand drift", ""] = state.demand_drift[lane]
    by_goal: list[tuple[str, str, np.ndarray]] = [
        ("market", "drift", state.priority_drift[:, lane]),
        ("leadership", "perceived", state.perceived[policy, :, lane]),
        ("leadership", "strategy", state.strategy[policy, :, lane]),
        ("leadership", "published", state.published[policy, :, lane]),
        ("leadership", "reading", state.reading[policy, :, lane]),
        ("organisation", "level", state.level[policy, :, lane]),
        ("organisation", "methods", state.methods[policy, :, lane]),
        ("organisation", "hit", state.hit[policy, :, lane]),
    ]
    for i, unit in enumerate(units):
        by_goal.append((unit, "belief", state.belief[policy, i, :, lane]))
        by_goal.append((unit, "allocation", state.allocation[policy, i, :, lane]))
        by_goal.append((unit, "automated", state.automated[policy, i, :, lane]))
        for quantity in ("proficiency", "engagement", "moved"):
            named[unit, quantity, ""] = getattr(state, quantity)[policy, i, lane]
    for entity, quantity, row in by_goal:
        named.update(((entity, quantity, goal), row[k]) for k, goal in enumerate(goals))
    for quantity in ("cash", "bill", "lowest_cash", "cohesion", "alive"):
        named["organisation", quantity.replace("_", " "), ""] = getattr(state, quantity)[policy, lane]
    for o, chance in enumerate(sorted(chance.name for chance in scenario.opportunities)):
        named["organisation", "opportunity", chance] = state.opportunity[policy, o, lane]
    if scenario.policies[policy].trigger is not None:
        named["leadership", "baseline mean", ""] = state.baseline_mean[policy, lane]
        named["leadership", "baseline variance", ""] = state.baseline_variance[policy, lane]
        named["leadership", "detector", ""] = state.detector[policy, lane]
    return named


def kernel_morning(scenario: Scenario, state: State, week: int, *, policy: int, lane: int) -> dict[Key, float]:
    """What a state of the kernel says of the week that begins with it: who responds, which plans act."""
    named = {("organisation", "responding", ""): float(state.busy_until[policy, lane] > week)}
    for g, plan in enumerate(sorted(plan.name for plan in scenario.contingencies)):
        if plan in scenario.policies[policy].contingencies:
            acts = state.active_from[policy, g, lane] <= week < state.active_until[policy, g, lane]
            named["organisation", "plan acts", plan] = float(acts)
    return named


def _is_final(key: Key) -> bool:
    return (key[0] == "organisation" and key[1] in FINAL) or key[0] == "market" or key[1] == "felt"


def _compare_states(found: Comparison, life: Life, weeks: list[dict[Key, float]], where: str) -> None:
    ruin = life.outcomes["ruin_week"]
    for week, (kernel, twin) in enumerate(zip(weeks, life.states, strict=True)):
        found.weeks += 1
        for key, value in kernel.items():
            if not week > ruin or _is_final(key):
                found.number(f"{where}, week {week}, {'/'.join(key)}", float(value), twin[key])


def _compare_events(found: Comparison, kernel: list[tuple[int, str, str, float]], life: Life, where: str) -> None:
    """Exactly the same events, and the same amounts."""
    twin = sorted((event.week, event.kind, event.name, event.amount) for event in life.events)
    kernel = sorted(kernel)
    found.events += len(twin)
    here, there = Counter(event[:3] for event in kernel), Counter(event[:3] for event in twin)
    found.faults += [f"{where}: only the kernel has {event}" for event in (here - there).elements()]
    found.faults += [f"{where}: only the twin has {event}" for event in (there - here).elements()]
    if here == there:
        for event, other in zip(kernel, twin):
            found.number(f"{where}, amount of {event[:3]}", event[3], other[3])


def compare(
    scenario: Scenario,
    *,
    futures: int,
    first: int = 0,
    stress: str = "baseline",
    note: Callable[[Life], None] | None = None,
) -> Comparison:
    """Play futures under every policy with both, and compare all they say."""
    found, seed = Comparison(futures=futures), scenario.seed
    played = scenario.under(stress)
    plan = build_plan(played, force=scenario.stress(stress).force)
    keys = np.arange(first, first + futures, dtype=np.uint64)
    block = play_block(plan, seed=seed, first=first, count=futures, events=first + futures)
    states = _all_states(plan, seed, keys)
    for p, policy in enumerate(plan.policies):
        for lane, future in enumerate(range(first, first + futures)):
            life = live(scenario, policy=policy, future=future, stress=stress)
            where = f"{scenario.name}, {stress}, {policy}, future {future}"
            weeks = [
                kernel_state(played, state, policy=p, lane=lane)
                | kernel_morning(played, before, week, policy=p, lane=lane)
                for week, (before, state) in enumerate(pairwise(states))
            ]
            _compare_states(found, life, weeks, where)
            for s, name in enumerate(plan.series):
                for week, value in enumerate(block.weekly[p, s, :, lane]):
                    final = name in FINAL_SERIES or name.startswith("attainment")
                    if final or not week > life.outcomes["ruin_week"]:
                        found.number(f"{where}, week {week}, series {name}", value, life.weekly[name][week])
            for m, name in enumerate(plan.measures):
                found.number(f"{where}, {name}", block.outcomes[p, m, lane], life.outcomes[name])
            events = [event[2:] for event in block.events if event[:2] == (p, future)]
            _compare_events(found, events, life, where)
            if note is not None:
                note(life)
    return found


def _all_states(plan: Plan, seed: int, futures: np.ndarray) -> list[State]:
    """The kernel's state at the beginning of every week, and at the end."""
    states = [play_until(plan, seed=seed, futures=futures, week=0)]
    for week in range(plan.weeks):
        _, state = go_on(plan, states[-1], seed=seed, week=week, until=week + 1)
        states.append(state)
    return states
