"""What `--until` and `--select` came to, in words.

Stage: report. In: what run.json says of the run. Out: sentences, none where neither was asked for.
Idea: what was promised, what was reached, and what it took.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realign.report.words import counted, listed, percent, quoted


def certainty(info: Mapping[str, Any]) -> list[str]:
    """One or two sentences for whoever asked for a precision or a selection."""
    precision, selection = info.get("precision"), info.get("selection")
    if precision:
        wanted, futures = precision["wanted"], counted(int(info["futures"]), "future")
        if precision["reached"]:
            return [f"The precision of {wanted:g} was reached after {futures}."]
        return [f"The precision of {wanted:g} was not reached with {futures}; more are needed."]
    return _selected(selection) if selection else []


def _selected(selection: Mapping[str, Any]) -> list[str]:
    """Who was selected with which probability, or who is still in play; and how many futures each got."""
    leader, left, stress = quoted(selection["leader"]), selection["left"], selection["stress"]
    where = "without stress" if stress == "baseline" else f"under {quoted(stress)}"
    chance = percent(selection["probability"])
    estimated = percent(selection["estimated_probability"])
    if len(left) == 1:
        said = f"{leader} was selected as the best {where}: right with a probability of at least {chance}"
    elif selection["reached"] and selection["within"] is not None:
        said = (
            f"{leader} was selected {where}: with a probability of at least {chance} no policy is better by "
            f"{selection['within']:g} or more"
        )
    elif selection["reached"]:
        return [f"{listed([quoted(name) for name in left])} are exactly alike and the best {where}, with {chance}."]
    else:
        said = (
            f"No policy was selected yet: with a probability of at least {chance} the best {where} is among "
            f"{listed([quoted(name) for name in left])}. {leader} leads"
        )
    said += f". So the method promises over all its uses; the futures played here, by themselves, say {estimated}."
    counts = selection["futures"]
    most = max(counts.values())
    dropped = [f"{quoted(name)} after {count:,}" for name, count in counts.items() if count < most]
    if dropped:
        said += f" Dropped: {listed(dropped)}; played to the end, {most:,} futures: "
        said += f"{listed([quoted(name) for name, count in counts.items() if count == most])}."
    return [said]
