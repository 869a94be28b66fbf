"""Scenario files: read and check them, change scenarios, write them back.

Stage: the first; it imports nothing of `realign` but the errors, and only the standard library.
In: a TOML file. Out: a `Scenario`, a tree of frozen records; or a `ScenarioError` with every fault and its place.
Idea: one table of keys (`keys`) drives reading, the wording of faults, key paths and the JSON Schema.

    scenario = load("scenarios/bakery.toml", ["organisation.cash=8000"])
    dearer = scenario.replace("shock.Flour crisis.rate", 1.0)
    stressed = scenario.under("Thin purse")
"""

from realign.scenario.keys_of_policies import MEASURES, MEASURES_OF, allow_rule
from realign.scenario.loading import effect_of, faults, load, parse
from realign.scenario.paths import whole_numbers_only
from realign.scenario.records import Scenario
from realign.scenario.schema import schema
from realign.scenario.writing import dump, scenario_hash, template

__all__ = [
    "MEASURES", "MEASURES_OF", "Scenario", "allow_rule", "dump", "effect_of", "faults", "load", "parse",
    "scenario_hash", "schema", "template", "whole_numbers_only",
]  # fmt: skip
