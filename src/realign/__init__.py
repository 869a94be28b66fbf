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
    from realign.alignment.audit import Audit, audit
    from realign.batches import Batch, batch
    from realign.errors import RealignError, ScenarioError, UsageError
    from realign.game import Game, open_game, play
    from realign.lives import Lives, live_many
    from realign.margins.worth import Worth, worth
    from realign.model.own_rule import rule
    from realign.rare.tail import tail
    from realign.result import Result, open_result, run
    from realign.scenario import Scenario, load, parse
    from realign.scenario.own_rules import Situation
    from realign.story import Story, tell, trace
    from realign.twin import Access, Life, live

__version__ = "0.1.0"

_HOME = {
    "Audit": "realign.alignment.audit",
    "audit": "realign.alignment.audit",
    "Batch": "realign.batches",
    "Game": "realign.game",
    "batch": "realign.batches",
    "open_game": "realign.game",
    "play": "realign.game",
    "RealignError": "realign.errors",
    "ScenarioError": "realign.errors",
    "UsageError": "realign.errors",
    "Result": "realign.result",
    "open_result": "realign.result",
    "run": "realign.result",
    "Situation": "realign.scenario.own_rules",
    "rule": "realign.model.own_rule",
    "Scenario": "realign.scenario",
    "load": "realign.scenario",
    "parse": "realign.scenario",
    "Lives": "realign.lives",
    "live_many": "realign.lives",
    "Story": "realign.story",
    "tell": "realign.story",
    "trace": "realign.story",
    "Access": "realign.twin",
    "Life": "realign.twin",
    "live": "realign.twin",
    "tail": "realign.rare.tail",
    "Worth": "realign.margins.worth",
    "worth": "realign.margins.worth",
}

__all__ = [
    "Access", "Audit", "Batch", "Game", "Life", "Lives", "RealignError", "Result", "Scenario", "ScenarioError",
    "Situation", "Story", "UsageError", "Worth", "__version__", "audit", "batch", "live", "live_many", "load",
    "open_game", "open_result", "parse", "play", "rule", "run", "tail", "tell", "trace", "worth",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'realign' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
