"""The model: a scenario as arrays, and the compiled kernel that plays it.

Stage: model (after scenario, before run). In: a scenario. Out: outcomes, weekly series and events of futures.
The story of a week is in `week`; each step has a module of its own.
"""

from realign.model.block import Block, Desk, Passage, go_on, pass_weeks, play_block, play_futures, play_until
from realign.model.compiled import is_cached
from realign.model.plan import Plan, build_plan
from realign.model.worlds import Worlds, draw_worlds, severities

__all__ = [
    "Block", "Desk", "Passage", "Plan", "Worlds", "build_plan", "draw_worlds", "go_on", "is_cached", "pass_weeks",
    "play_block", "play_futures", "play_until", "severities",
]  # fmt: skip
