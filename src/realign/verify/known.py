"""All cases with a known answer, by area, and the scenario file of each.

Stage: verify. In: the tables of the areas. Out: `AREAS`, `CASES`, `scenario_of`.
"""

from __future__ import annotations

from pathlib import Path

from realign.scenario import Scenario, load
from realign.verify import (
    arrivals,
    attention,
    beliefs,
    discovery,
    money,
    pairing,
    plans,
    production,
    severities,
    world,
)
from realign.verify.case import Case

FOLDER = Path(__file__).parent / "cases"
AREAS: dict[str, tuple[Case, ...]] = {
    "arrivals": arrivals.CASES,
    "severities": severities.CASES,
    "world": world.CASES,
    "beliefs": beliefs.CASES,
    "production": production.CASES,
    "money": money.CASES,
    "attention": attention.CASES,
    "discovery": discovery.CASES,
    "plans": plans.CASES,
    "pairing": pairing.CASES,
}
CASES: dict[str, Case] = {case.name: case for cases in AREAS.values() for case in cases}
AREA_OF: dict[str, str] = {case.name: area for area, cases in AREAS.items() for case in cases}


def scenario_of(name: str) -> Scenario:
    """The scenario of a case, as it is shipped."""
    return load(FOLDER / f"{name}.toml")
