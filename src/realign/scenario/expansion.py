"""Units alike: a unit with `count = n` becomes n units, and whoever names it means them all.

Stage: scenario. In: a faultless scenario as written. Out: the scenario with every unit on its own.
Idea: "Team" with a count of 3 becomes "Team 1", "Team 2", "Team 3". Each of them gets what is said of "Team": the
weight of whom a unit listens to, the people of a contingency, the effect of a shock. What is said of "Team 2" by
name is said of it alone, and wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from realign.scenario.desk import copies
from realign.scenario.records import Effect, Scenario, Unit


def expanded(scenario: Scenario) -> Scenario:
    """The scenario without counts; the same one where no unit has a count above 1."""
    several = {unit.name: copies(unit.name, unit.count) for unit in scenario.units if unit.count > 1}
    if not several:
        return scenario
    units: list[Unit] = []
    for unit in scenario.units:
        if unit.listens_to is not None:
            unit = replace(unit, listens_to=_each(unit.listens_to, several))
        names = several.get(unit.name, [unit.name])
        units += [replace(unit, name=name, count=1) for name in names]
    shocks = tuple(replace(s, effects=tuple(of_each(e, several) for e in s.effects)) for s in scenario.shocks)
    contingencies = tuple(replace(c, people=_each(c.people, several)) for c in scenario.contingencies)
    return replace(scenario, units=tuple(units), shocks=shocks, contingencies=contingencies)


def _each(numbers: Mapping[str, Any], several: Mapping[str, list[str]]) -> dict[str, Any]:
    everyone = {name: number for group, number in numbers.items() for name in several.get(group, [])}
    return everyone | {name: number for name, number in numbers.items() if name not in several}


def of_each(effect: Effect, several: Mapping[str, list[str]]) -> Effect:
    """An effect on units alike is one on each of them."""
    if isinstance(effect.units, str):
        return effect
    names = [name for group in effect.units for name in several.get(group, [group])]
    return replace(effect, units=tuple(dict.fromkeys(names)))
