"""A scenario back as text: the file as run, its hash, and a template to start from.

Stage: scenario. In: a scenario. Out: TOML text; 12 hexadecimal digits; the text of the template.
Idea: what is written is the document that was read, after settings, so that reading it again gives the same records.
The hash does not depend on the order of keys within a table, nor on writing 3 or 3.0.
"""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from typing import Any

from realign.errors import UsageError
from realign.scenario.records import Scenario


def dump(scenario: Scenario) -> str:
    """The scenario as run, as TOML."""
    import tomli_w  # only wanted when a file is written

    if not scenario.document:
        raise UsageError("this scenario was made by hand, without a document to write")
    return tomli_w.dumps(dict(scenario.document))


def scenario_hash(scenario: Scenario) -> str:
    """12 hexadecimal digits that tell scenarios apart."""
    text = json.dumps(_canonical(scenario.document), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode("ascii"), digest_size=6).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _canonical(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_canonical(entry) for entry in value]
    if isinstance(value, bool | str):
        return value
    return repr(float(value) + 0.0)  # a valid document holds nothing else


def template() -> str:
    """A short, commented scenario to start from."""
    return files("realign.scenario").joinpath("template.toml").read_text(encoding="utf-8")
