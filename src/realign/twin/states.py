"""States: everything that the next week needs, under names that say whose it is.

A key is (entity, quantity, item): ("Bakers", "belief", "Best sourdough"), ("organisation", "cash", ""). Entities are
the units and shocks by name, and "market", "leadership" and "organisation"; items are objectives, contingencies and
opportunities by name, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from realign.twin.discovery import ADOPTED, CLOSED, FOUND, HIDDEN, OPEN
from realign.twin.organisation import Organisation
from realign.twin.shares import Shares
from realign.twin.world import EVERYBODY

Key = tuple[str, str, str]
State = dict[Key, float]

STATUS = (HIDDEN, OPEN, FOUND, ADOPTED, CLOSED)  # of opportunities, as numbers


def _shares(entity: str, quantity: str, shares: Shares) -> Iterator[tuple[Key, float]]:
    return (((entity, quantity, name), share) for name, share in shares.items())


def _market(organisation: Organisation) -> Iterator[tuple[Key, float]]:
    world = organisation.world
    yield from _shares("market", "priority", world.priority)
    yield from _shares("market", "drift", world.priority_drift)
    yield ("market", "demand", ""), world.demand
    yield ("market", "demand drift", ""), world.demand_drift
    for shock in organisation.scenario.shocks:
        for number, felt in enumerate(felt for felt in world.felt if felt.shock == shock.name):
            item = f"{number} {felt.effect.on}"
            for unit in organisation.units if felt.hits_one else (EVERYBODY,):
                yield (shock.name, "felt", f"{item} {unit}".rstrip()), felt.on(unit)


def _leadership(organisation: Organisation) -> Iterator[tuple[Key, float]]:
    leadership = organisation.leadership
    yield from _shares("leadership", "perceived", leadership.perceived)
    yield from _shares("leadership", "strategy", leadership.strategy)
    yield from _shares("leadership", "published", leadership.published)
    yield from _shares("leadership", "reading", leadership.readings)
    if leadership.detector is not None:
        yield ("leadership", "baseline mean", ""), leadership.detector.mean
        yield ("leadership", "baseline variance", ""), leadership.detector.variance
        yield ("leadership", "detector", ""), leadership.detector.statistic


def _units(organisation: Organisation) -> Iterator[tuple[Key, float]]:
    for name, unit in organisation.units.items():
        yield from _shares(name, "belief", unit.belief)
        yield from _shares(name, "allocation", unit.allocation)
        yield from _shares(name, "automated", unit.automated)
        yield (name, "people", ""), unit.people
        yield (name, "present", ""), unit.present
        yield (name, "proficiency", ""), unit.proficiency
        yield (name, "engagement", ""), unit.engagement
        yield (name, "moved", ""), unit.moved


def _rest(organisation: Organisation) -> Iterator[tuple[Key, float]]:
    books = organisation.books
    for name, objective in organisation.objectives.items():
        yield ("organisation", "level", name), objective.level
        yield ("organisation", "methods", name), objective.methods
        yield ("organisation", "hit", name), float(objective.hit)
    yield ("organisation", "cash", ""), books.cash
    yield ("organisation", "bill", ""), books.bill
    yield ("organisation", "lowest cash", ""), books.lowest_cash
    yield ("organisation", "cohesion", ""), books.weekly["cohesion"][-1]
    yield ("organisation", "alive", ""), float(organisation.alive)
    yield ("organisation", "responding", ""), float(organisation.responding)
    for contingency in organisation.contingencies:
        yield ("organisation", "plan acts", contingency.name), float(contingency.acts)
    for opportunity in organisation.opportunities:
        yield ("organisation", "opportunity", opportunity.name), float(STATUS.index(opportunity.status))


def snapshot(organisation: Organisation) -> State:
    """The state at the end of a week."""
    state: State = {}
    for part in (_market, _leadership, _units, _rest):
        state.update(part(organisation))
    return state
