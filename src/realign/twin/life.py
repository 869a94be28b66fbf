"""One future under one policy, lived through.

life = live(load("scenarios/bakery.toml"), policy="Annual plan", future=3)
life.outcomes["value"], life.events[:3], life.trace()
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import simpy

from realign.errors import UsageError
from realign.scenario.records import Policy, Scenario
from realign.twin.attention import Case, Signal
from realign.twin.bookkeeper import SERIES, Event
from realign.twin.clock import Clock, Turn
from realign.twin.draws import Draws
from realign.twin.history import History
from realign.twin.leadership import Decision
from realign.twin.organisation import Organisation
from realign.twin.processes import Processes, named, set_going
from realign.twin.states import State, snapshot
from realign.twin.world import World

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Life:
    """What happened in one future under one policy.

    states: the state at the end of every week, by (entity, quantity, item); events: in order of weeks; weekly: series
    by name; outcomes: measures by name, NaN where there is nothing to measure; decisions, signals, cases: what
    leadership saw and did, what it heard, what its teams handled; history: what the world had in store.
    """

    scenario: Scenario
    policy: str
    future: int
    seed: int
    stress: str
    states: list[State]
    events: list[Event]
    weekly: dict[str, list[float]]
    outcomes: dict[str, float]
    decisions: list[Decision]
    signals: list[Signal]
    cases: list[Case]
    history: History
    processes: tuple[str, ...] = ()  # those that were added

    def trace(self) -> pandas.DataFrame:
        """Every state of every week, tidy: week, entity, quantity, item, value."""
        import pandas

        rows = [(week, *key, value) for week, state in enumerate(self.states) for key, value in state.items()]
        return pandas.DataFrame(rows, columns=["week", "entity", "quantity", "item", "value"])

    def event_table(self) -> pandas.DataFrame:
        """Every event, tidy: week, kind, name, amount."""
        import pandas

        rows = [(event.week, event.kind, event.name, event.amount) for event in self.events]
        return pandas.DataFrame(rows, columns=["week", "kind", "name", "amount"])


def live(
    scenario: Scenario, *, policy: str, future: int, seed: int | None = None, stress: str = "baseline",
    processes: Processes = (),
) -> Life:  # fmt: skip
    """Live through one future under one policy; `seed` is the scenario's where none is given.

    processes: generator functions of your own that take an `Access` to the organisation, run beside the model's; by
    name in a dict, or in a list under their own names. See `realign.twin.access`.
    """
    force = scenario.stress(stress).force
    scenario = scenario.under(stress)
    seed = scenario.seed if seed is None else seed
    draws, env = Draws(seed, future), simpy.Environment()
    clock = Clock(env, scenario.weeks)
    world = World(scenario, force, draws, clock)
    organisation = Organisation(_policy(scenario, policy), world, draws, clock)
    states: list[State] = []
    added = named(processes)
    set_going(added, organisation)
    env.process(_keep_states(organisation, states))
    while env.peek() <= scenario.weeks or (organisation.attention.is_open() and env.peek() < math.inf):
        _step(env)
    organisation.leadership.settle_alarms()
    series = [*SERIES, *(f"attainment[{objective.name}]" for objective in scenario.objectives)]
    return Life(
        scenario, policy, future, seed, stress, states,
        events=sorted(organisation.books.events, key=lambda event: event.week),
        weekly={name: organisation.books.weekly[name] for name in series},
        outcomes=organisation.outcomes(),
        decisions=organisation.leadership.decisions,
        signals=organisation.leadership.signals,
        cases=organisation.attention.cases,
        history=world.history,
        processes=tuple(added),
    )  # fmt: skip


def _step(env: simpy.Environment) -> None:
    """One event. A process that fails does so with its own error, not with the copy of it that SimPy raises."""
    failure = None
    try:
        env.step()
    except Exception as raised:
        cause = raised.__cause__
        is_copy = cause is not None and type(cause) is type(raised) and cause.args == raised.args
        failure = cause if is_copy else raised
    if failure is not None:
        raise failure


def _policy(scenario: Scenario, name: str) -> Policy:
    for policy in scenario.policies:
        if policy.name == name:
            return policy
    listed = ", ".join(f'"{policy.name}"' for policy in scenario.policies)
    raise UsageError(f'policy "{name}": no such policy; the scenario has {listed}')


def _keep_states(organisation: Organisation, states: list[State]) -> Generator[Any, Any, None]:
    """Process: at the end of every week, when all is recorded, the state is written down."""
    clock = organisation.clock
    for week in range(clock.weeks):
        yield clock.evening(week, Turn.LOOK_BACK)
        states.append(snapshot(organisation))
