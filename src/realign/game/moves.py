"""Moves: what a leadership seat may order, checked before it is on its way.

Stage: game. In: what a seat asks for. Out: the same as plain JSON values, or a UsageError that says what is allowed.
Idea: settings are checked as the scenario file checks them, so that the game allows what a policy may be, and no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from realign.errors import ScenarioError, UsageError
from realign.game.habits import SETTABLE, Ground
from realign.game.position import Position
from realign.scenario.desk import suggestion
from realign.scenario.records import Scenario

MOVES = {
    "strategy": "shares of effort by objective: decided and published after the latency, and kept to",
    "rule": "let a rule propose the strategy from now on",
    "policy": "take over the habits of one of the scenario's policies",
    "review": "call a decision by the rule in force, outside the calendar",
    "review_every": "weeks between reviews; None: no more reviews",
    "slack": "share of time held back",
    "exploration": "share of time for exploration",
    "communication": "intensity of communication",
    "monitoring": "intensity of monitoring",
    "autonomy": "how far units may act on what they see",
    "hire": "people by unit, who come as newcomers and stay on the payroll",
    "move": "(from unit, to unit, people), one or several",
    "prepare": "contingencies to keep ready, at their upkeep",
    "activate": "contingencies to start, prepared or not",
    "drop": "contingencies to give up",
}


def checked(moves: Mapping[str, Any], *, position: Position, policy: str, allowed: Iterable[str]) -> dict[str, Any]:
    """Moves as plain values; raises UsageError or ScenarioError. `policy`: whose habits the seat began with."""
    permitted = list(allowed)
    found: dict[str, Any] = {}
    for name, value in moves.items():
        if name not in MOVES:
            raise UsageError(f'decide: "{name}": no such move{suggestion(name, list(MOVES), all_of="moves")}')
        if name not in permitted:
            raise UsageError(f'decide: "{name}" is not for this seat to decide; it decides {", ".join(permitted)}')
        found[name] = _READERS[name](value, name, position, policy) if name in _READERS else value
        if name == "review" and value is not True:
            raise UsageError(f"decide: review = {value!r}: say review=True to call a decision")
    if "strategy" in found and "rule" in found:
        raise UsageError('decide: "strategy" and "rule": either you set the strategy or a rule proposes it')
    both = set(found.get("drop", ())) & {*found.get("prepare", ()), *found.get("activate", ())}
    if both:
        raise UsageError(f'decide: contingency "{min(both)}" cannot be dropped and prepared at once')
    for name in found.get("drop", ()):
        if name not in position.habits.policy.contingencies and not _coming(position, name):
            raise UsageError(f'decide: drop "{name}": it is not prepared')
    return found


def _coming(position: Position, plan: str) -> bool:
    """Whether an order on its way prepares this contingency."""
    return any(plan in (*o.moves.get("prepare", ()), *o.moves.get("activate", ())) for o in position.orders)


def shares_of(value: Any, name: str, scenario: Scenario) -> dict[str, float]:
    """Shares by objective, scaled to sum 1."""
    known = [objective.name for objective in scenario.objectives]
    if not isinstance(value, Mapping) or not value:
        raise UsageError(f'decide: {name}: give shares by objective, such as {{"{known[0]}": 0.6, ...}}')
    shares = {}
    for objective, share in value.items():
        if objective not in known:
            raise UsageError(f'decide: {name}: "{objective}": no such objective{suggestion(str(objective), known)}')
        number = _number(share, f'{name} "{objective}"')
        if number < 0.0:
            raise UsageError(f'decide: {name} "{objective}" = {number:g}: a share is 0 or more')
        shares[objective] = number
    total = sum(shares.values())
    if total <= 0.0:
        raise UsageError(f"decide: {name}: all shares are 0; at least one must be above")
    return {objective: share / total for objective, share in shares.items() if share > 0.0}


def _number(value: Any, what: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if isinstance(value, bool) or not isfinite(number):
        raise UsageError(f"decide: {what} = {value!r}: must be a number")
    return number


def _strategy(value: Any, name: str, position: Position, policy: str) -> dict[str, float]:
    return shares_of(value, name, position.scenario)


def _setting(value: Any, name: str, position: Position, policy: str) -> Any:
    """A key of a policy, as the scenario file would read it."""
    try:
        changed = position.scenario.replace(f"policy.{policy}.{name}", value)
    except ScenarioError as error:
        fault = error.faults[0]
        raise UsageError(f"decide: {name} = {value!r}: {fault.message}") from error
    return getattr(next(p for p in changed.policies if p.name == policy), name)


def _policy(value: Any, name: str, position: Position, policy: str) -> str:
    known = [p.name for p in position.scenario.policies]
    if value not in known:
        raise UsageError(f'decide: policy "{value}": no such policy{suggestion(str(value), known)}')
    return str(value)


def _plans(value: Any, name: str, position: Position, policy: str) -> list[str]:
    known = [c.name for c in position.scenario.contingencies]
    names = [value] if isinstance(value, str) else list(value)
    for plan in names:
        if plan not in known:
            hint = suggestion(str(plan), known, all_of="contingencies")
            raise UsageError(f'decide: {name} "{plan}": no such contingency{hint}')
    return list(dict.fromkeys(names))


def _ground(position: Position) -> Ground:
    return Ground(plan=position.plan, scenario=position.scenario, joined=position.known.joined)


def _there(unit: Any, name: str, position: Position) -> float:
    """People of a unit now; raises UsageError where there is none."""
    known = [u.name for u in position.scenario.units]
    if unit not in known:
        raise UsageError(f'decide: {name} "{unit}": no such unit{suggestion(str(unit), known)}')
    people = _ground(position).people(unit, position.week, position.habits)
    if unit not in _ground(position).joined:
        raise UsageError(f'decide: {name} "{unit}": this unit has not joined yet')
    return people


def _hire(value: Any, name: str, position: Position, policy: str) -> dict[str, float]:
    if not isinstance(value, Mapping) or not value:
        raise UsageError('decide: hire: give people by unit, such as {"Bakers": 1}')
    hired = {}
    for unit, people in value.items():
        _there(unit, name, position)
        hired[unit] = _number(people, f'hire "{unit}"')
        if not 0.0 < hired[unit] <= 1e6:
            raise UsageError(f'decide: hire "{unit}" = {people!r}: must be above 0')
    return hired


def _move(value: Any, name: str, position: Position, policy: str) -> list[list[Any]]:
    moves = [value] if value and isinstance(value[0], str) else list(value)
    found: list[list[Any]] = []
    leaving: dict[str, float] = {}
    for order in position.orders:
        for source, _, people in order.moves.get("move", ()):
            leaving[source] = leaving.get(source, 0.0) + people
    for entry in moves:
        if len(entry) != 3:
            raise UsageError('decide: move: give (from unit, to unit, people), such as ("Bakers", "Counter", 1)')
        source, target, people = entry
        there = _there(source, name, position) - leaving.get(source, 0.0)
        _there(target, name, position)
        number = _number(people, f'move "{source}"')
        if source == target or not 0.0 < number <= there + 1e-9:
            raise UsageError(
                f'decide: move {number:g} from "{source}" to "{target}": must be above 0, at most the {there:g} who '
                "are there, and to another unit"
            )
        leaving[source] = leaving.get(source, 0.0) + number
        found.append([source, target, number])
    return found


_READERS = {
    "strategy": _strategy, "rule": _setting, "policy": _policy, "hire": _hire, "move": _move, "prepare": _plans,
    "activate": _plans, "drop": _plans, **dict.fromkeys(SETTABLE, _setting),
}  # fmt: skip
