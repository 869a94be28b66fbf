"""The model: a scenario as arrays, and the compiled kernel that plays it.

Stage: model (after scenario, before run). In: a scenario. Out: outcomes, weekly series and events of futures.
The story of a week is in `week`; each step has a module of its own.
"""

from realign.model.block import Block, go_on, play_block, play_until
from realign.model.compiled import is_cached
from realign.model.plan import Plan, build_plan

__all__ = ["Block", "Plan", "build_plan", "go_on", "is_cached", "play_block", "play_until"]
