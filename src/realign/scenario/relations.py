"""What no single key can know: cycles, clusters that never end, time and weeks that do not suffice.

Stage: scenario. In: records, each read on its own. Out: faults in how they fit together.
Idea: every relation is a function of the scenario and the desk, in one table. Records may hold None where a fault
was noted before; a relation skips what it cannot judge.
Source: Collatz-Wielandt bounds of the spectral radius: E. Seneta, Non-negative Matrices and Markov Chains, 1981.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from realign.scenario.desk import Desk, copies, quoted, shown
from realign.scenario.records import Scenario

MOST_UNITS = 2000
_ROUNDING = 1e-9  # shares that sum to 1 on paper may exceed it by rounding


def _cycles(edges: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """A cycle for every edge that closes one, by depth-first search without recursion."""
    state: dict[str, int] = {}  # 1: on the way, 2: done
    found = []
    for root in edges:
        if root in state:
            continue
        state[root] = 1
        way = [root]
        todo = [iter(edges[root])]
        while todo:
            after = next(todo[-1], None)
            if after is None:
                todo.pop()
                state[way.pop()] = 2
            elif state.get(after) == 1:
                found.append([*way[way.index(after) :], after])
            elif after in edges and after not in state:
                state[after] = 1
                way.append(after)
                todo.append(iter(edges[after]))
    return found


def _round(cycle: list[str]) -> str:
    names = [quoted(name) for name in cycle]
    return " -> ".join(names if len(names) <= 12 else [*names[:6], "...", *names[-5:]])


def nobody_reports_to_himself(scenario: Scenario, desk: Desk) -> None:
    edges = {}
    numbers = {}
    for number, unit in enumerate(scenario.units):
        for name in copies(unit.name, unit.count) or [unit.name]:
            edges[name] = [unit.reports_to] if unit.reports_to else []
            numbers[name] = number
    for cycle in _cycles(edges):
        number = min(numbers[name] for name in cycle)
        message = f"units report in a circle, {_round(cycle)}; one of them must report to nobody in it"
        desk.fault(("unit", number, "reports_to"), message, found=shown(scenario.units[number].reports_to))


def no_objective_depends_on_itself(scenario: Scenario, desk: Desk) -> None:
    edges = {objective.name: list(objective.depends_on) for objective in scenario.objectives if objective.name}
    for cycle in _cycles(edges):
        message = f"objectives depend on each other in a circle, {_round(cycle)}; take one of these out"
        number = min(_number(scenario.document, "objective", name) for name in cycle)
        desk.fault(("objective", number, "depends_on"), message)


def superiors_are_single(scenario: Scenario, desk: Desk) -> None:
    """ "Team" with a count of 3 is three units: whom should one report to?"""
    counts = {unit.name: unit.count for unit in scenario.units if unit.count > 1}
    for number, unit in enumerate(scenario.units):
        if unit.reports_to in counts:
            n = counts[unit.reports_to]
            message = f'there are {n} of these; report to one of them, such as "{unit.reports_to} 1"'
            desk.fault(("unit", number, "reports_to"), message, found=shown(unit.reports_to))


def units_can_be_told_apart(scenario: Scenario, desk: Desk) -> None:
    """After counts are expanded there are not too many units, and none has the name of another."""
    total = sum(unit.count for unit in scenario.units)
    if total > MOST_UNITS:
        number = max(range(len(scenario.units)), key=lambda n: scenario.units[n].count)
        message = f"makes {total} units in all, and at most {MOST_UNITS} are allowed; give units more people instead"
        desk.fault(("unit", number, "count"), message, found=shown(scenario.units[number].count))
        return
    singles = {unit.name for unit in scenario.units if unit.count == 1 and unit.name}
    for number, unit in enumerate(scenario.units):
        for n in range(1, unit.count + 1) if unit.count > 1 and unit.name else ():
            if f"{unit.name} {n}" in singles:
                message = f'would make a second unit named "{unit.name} {n}"; rename one of them'
                desk.fault(("unit", number, "count"), message, found=shown(unit.count))


def shocks_die_out(scenario: Scenario, desk: Desk) -> None:
    """The matrix of expected offspring has a spectral radius below 1, or one arrival would bring on ever more."""
    offspring: dict[str, dict[str, float]] = {}
    for shock in scenario.shocks:
        brings = offspring.setdefault(shock.name, {})
        if shock.clustering is not None and shock.clustering.branching:
            brings[shock.name] = shock.clustering.branching
        for cause in shock.causes:
            if cause.shock and cause.chance:
                brings[cause.shock] = brings.get(cause.shock, 0.0) + cause.chance
    for ring in _rings(offspring):
        radius = _spectral_radius({name: offspring[name] for name in ring}, set(ring))
        if radius >= 1 - _ROUNDING:
            number = min(_number(scenario.document, "shock", name) for name in ring)
            who = " and ".join(quoted(name) for name in sorted(ring)[:5]) + (" ..." if len(ring) > 5 else "")
            what = "brings itself on faster than it dies out"
            if len(ring) > 1:
                what = "bring each other on faster than they die out"
            message = (
                f"{who} {what}: each arrival is followed by {radius:.3g} more per generation, which must be below "
                "1; lower a chance or the branching"
            )
            clustered = "causes" if scenario.shocks[number].causes else "clustering"
            desk.fault(("shock", number, clustered), message)


def _rings(edges: Mapping[str, Mapping[str, float]]) -> list[list[str]]:
    """Groups of shocks that can each bring on every other (strongly connected; Tarjan 1972, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    waiting: set[str] = set()
    rings = []
    for root in edges:
        if root in index:
            continue
        todo = [(root, iter(edges[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        waiting.add(root)
        while todo:
            name, after = todo[-1]
            following = next(after, None)
            if following is None:
                todo.pop()
                if todo:
                    low[todo[-1][0]] = min(low[todo[-1][0]], low[name])
                if low[name] == index[name]:
                    cut = stack.index(name)
                    rings.append(stack[cut:])
                    waiting.difference_update(stack[cut:])
                    del stack[cut:]
            elif following not in index and following in edges:
                index[following] = low[following] = len(index)
                stack.append(following)
                waiting.add(following)
                todo.append((following, iter(edges[following])))
            elif following in waiting:
                low[name] = min(low[name], index[following])
    return rings


def _spectral_radius(offspring: Mapping[str, Mapping[str, float]], ring: set[str]) -> float:
    """Of an irreducible non-negative matrix M: power iteration on M + I, which cannot oscillate."""
    rows = {name: [(to, n) for to, n in brings.items() if to in ring] for name, brings in offspring.items()}
    x = dict.fromkeys(ring, 1.0)
    radius = 0.0
    for _ in range(500):  # the bounds below close in long before, but for rings of hundreds of shocks
        y = {name: x[name] + sum(n * x[to] for to, n in rows[name]) for name in ring}
        ratios = [y[name] / x[name] - 1 for name in ring]
        radius = (min(ratios) + max(ratios)) / 2
        if max(ratios) < 1 - _ROUNDING or min(ratios) >= 1 or max(ratios) - min(ratios) < _ROUNDING:
            break
        top = max(y.values())
        x = {name: max(value / top, 1e-300) for name, value in y.items()}
    return radius


def something_is_worth_pursuing(scenario: Scenario, desk: Desk) -> None:
    if not desk.sound("objective") or not scenario.objectives:
        return
    if not any(objective.weight for objective in scenario.objectives):
        desk.fault(("objective", 0, "weight"), "all objectives have weight 0; at least one must be above 0")
        return
    bias = scenario.market.perception_bias
    if not any(objective.weight and bias.get(objective.name, 1.0) for objective in scenario.objectives):
        message = "leadership would see no priority at all; give an objective of positive weight a bias above 0"
        desk.fault(("market", "perception_bias"), message)


def nobody_has_more_than_all_his_time(scenario: Scenario, desk: Desk) -> None:
    """communication x meeting_time + exploration + slack <= 1, for every unit under every policy."""
    own = [(unit.exploration, unit.name) for unit in scenario.units if unit.exploration is not None]
    keenest, who = max(own, default=(0.0, ""))
    everyone_own = len(own) == len(scenario.units) > 0
    for number, policy in enumerate(scenario.policies):
        exploration = keenest if everyone_own else max(policy.exploration, keenest)
        meetings = policy.communication * scenario.communication.meeting_time
        total = meetings + exploration + policy.slack
        if total > 1 + _ROUNDING:
            whose = f"the time of unit {quoted(who)}" if who and exploration == keenest else "everyone's time"
            message = (
                f"takes {total:.4g} of {whose}, more than all of it: {meetings:.3g} for communication, "
                f"{exploration:.3g} for exploration, {policy.slack:.3g} slack; lower one of them"
            )
            desk.fault(("policy", number), message, at_key=True)


def weeks_are_within_the_horizon(scenario: Scenario, desk: Desk) -> None:
    if not desk.sound("weeks"):
        return
    last = scenario.weeks - 1
    planned: list[tuple[tuple[str | int, ...], int | None]] = []
    for n, shock in enumerate(scenario.shocks):
        planned += [(("shock", n, "weeks", m), week) for m, week in enumerate(shock.weeks)]
    for n, contingency in enumerate(scenario.contingencies):
        if contingency.when is not None:
            planned.append((("contingency", n, "when", "week"), contingency.when.week))
    for n, stress in enumerate(scenario.stresses):
        planned += [(("stress", n, "force", m, "week"), force.week) for m, force in enumerate(stress.force)]
    for path, week in planned:
        if week is not None and week > last:
            message = f"is beyond the horizon; weeks run from 0 to {last}, so make it earlier or weeks longer"
            desk.fault(path, message, found=shown(week))


def _number(document: Mapping[str, Any], section: str, name: str) -> int:
    """The place of a named table in its section."""
    for number, entry in enumerate(document[section]):
        if isinstance(entry, dict) and entry.get("name") == name:
            return number
    return 0


RELATIONS: tuple[Callable[[Scenario, Desk], None], ...] = (
    superiors_are_single,
    nobody_reports_to_himself,
    no_objective_depends_on_itself,
    units_can_be_told_apart,
    shocks_die_out,
    something_is_worth_pursuing,
    nobody_has_more_than_all_his_time,
    weeks_are_within_the_horizon,
)
