"""Processes of one's own, set going beside those of the model.

Stage: twin. In: generator functions that take an `Access`. Out: SimPy processes that end with the last week.
Idea: nothing of the twin knows them. Without any, a life is the same bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from inspect import isgenerator, signature
from typing import Any

import simpy

from realign.errors import UsageError
from realign.twin.access import Access
from realign.twin.organisation import Organisation

Process = Callable[[Access], Generator[Any, Any, Any]]
Processes = Mapping[str, Process] | Iterable[Process]  # by name, or under the functions' own names


def named(processes: Processes) -> dict[str, Process]:
    """Processes by name; raises UsageError for what is no process, and where names are missing or double."""
    if not isinstance(processes, Iterable) or isinstance(processes, str):
        raise UsageError("processes: give generator functions in a list, or in a dict by name")
    several = list(processes.values() if isinstance(processes, Mapping) else processes)
    for process in several:
        if not callable(process):
            raise UsageError(f"processes: {process!r} is no generator function that takes an access")
    if isinstance(processes, Mapping):
        return dict(processes)
    found: dict[str, Process] = {}
    for process in several:
        name = getattr(process, "__name__", "<lambda>").replace("_", " ")
        if name == "<lambda>" or name in found:
            why = "has no name of its own" if name == "<lambda>" else "is there twice"
            raise UsageError(f'process "{name}" {why}; name processes with a dict: processes={{"Walkout": ...}}')
        found[name] = process
    return found


def set_going(processes: Mapping[str, Process], organisation: Organisation) -> None:
    """Start every process at time 0."""
    for name, process in processes.items():
        steps = _begun(name, process, Access(name, organisation))
        if not isgenerator(steps):
            raise UsageError(f'process "{name}" is no generator function: it must `yield` what it waits for')
        organisation.clock.env.process(_to_the_end(name, steps, organisation))


def _begun(name: str, process: Process, access: Access) -> Generator[Any, Any, Any]:
    try:
        signature(process).bind(access)
    except TypeError:
        raise UsageError(f'process "{name}" must take one argument, its access to the organisation') from None
    return process(access)


def _to_the_end(
    name: str, steps: Generator[Any, Any, Any], organisation: Organisation
) -> Generator[Any, Any, None]:
    """Process: a process as it is, left where it stands when the last week is over."""
    clock, given, failure = organisation.clock, None, None
    while clock.now < clock.weeks:
        try:
            event = steps.send(given) if failure is None else steps.throw(failure)
        except StopIteration:
            return
        except Exception as error:
            error.add_note(f'in process "{name}", week {int(clock.now)}, future {organisation.draws.future}')
            raise
        if not isinstance(event, simpy.Event):
            raise UsageError(f'process "{name}" yields {event!r}; it must yield what it waits for, as org.wait(weeks)')
        given = failure = None
        try:
            given = yield event
        except Exception as interruption:  # an interrupt, or the failure of what it waits for: its own affair
            failure = interruption
    steps.close()
