"""The JSON Schema of scenario files, for editors that complete and check while one types.

Stage: scenario. In: the table of keys. Out: a JSON Schema, draft 2020-12.
Idea: the table of keys describes itself. What the schema cannot say (names that must exist, cycles, sums) is left to
`realign check`.
Source: https://json-schema.org/draft/2020-12/schema.
"""

from __future__ import annotations

from typing import Any

from realign.scenario.keys import ROOT


def schema() -> dict[str, Any]:
    """The JSON Schema of scenario files."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "realign scenario"}
    return head | ROOT.schema()
