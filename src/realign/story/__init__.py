"""The story: one future told as a dated story that can be read aloud.

Stage: after the report. In: a scenario, a policy, a future. Out: a `Story` of text, table, figure and files.
Idea: the twin lives the future through, `reading` joins its events to what caused them, `chapters` finds the words.
"""

from realign.story.choosing import FUTURES, Choice, choose, values, where_differs
from realign.story.telling import Story, story_of, tell, trace
from realign.story.writing import as_json, claim, wrapped, write

__all__ = [
    "FUTURES", "Choice", "Story", "as_json", "choose", "claim", "story_of", "tell", "trace", "values",
    "where_differs", "wrapped", "write",
]  # fmt: skip
