"""Scenario planning under shocks: which realignment policy holds up, by how much, how surely, and when it breaks.

    import realign as ra
    scenario = ra.load("scenario.toml")
    result = ra.run(scenario, futures=10_000)
    print(result.summary())

Names are imported when they are first used, so that `import realign` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from realign.errors import RealignError, ScenarioError, UsageError
    from realign.result import Result, open_result, run
    from realign.scenario import Scenario, load, parse

__version__ = "0.1.0"

_HOME = {
    "RealignError": "realign.errors",
    "ScenarioError": "realign.errors",
    "UsageError": "realign.errors",
    "Result": "realign.result",
    "open_result": "realign.result",
    "run": "realign.result",
    "Scenario": "realign.scenario",
    "load": "realign.scenario",
    "parse": "realign.scenario",
}

__all__ = [
    "RealignError", "Result", "Scenario", "ScenarioError", "UsageError", "__version__", "load", "open_result", "parse",
    "run",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'realign' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
