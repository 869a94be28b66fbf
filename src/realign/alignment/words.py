"""The findings of an audit in words.

Stage: alignment. In: the tables of units and of the whole. Out: sentences.
Idea: every sentence names its numbers; one is left out where there is nothing to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan

import pandas as pd

from realign.alignment.ties import BROKER, ISOLATE
from realign.report.words import counted, listed, number, quoted

_MOST = 4  # names in a sentence
_SMALL = 0.02  # of understanding: less is not worth a word


def sentences(units: pd.DataFrame, whole: pd.DataFrame, *, policies: Sequence[str]) -> list[str]:
    """Before, after each policy, and the network."""
    first = units[(units["when"] == "before") & (units["policy"] == policies[0])]
    found = [_before(first, whole)]
    for policy in policies:
        own = units[(units["when"] == "after") & (units["policy"] == policy)]
        found.append(_after(own, whole[(whole["policy"] == policy)], policy))
    return [*found, *_network(first, whole, policies)]


def _named(names: Sequence[str]) -> str:
    shown = [quoted(name) for name in names[:_MOST]]
    left = len(names) - _MOST
    return listed([*shown, f"{left} more"] if left > 0 else shown)


def _before(units: pd.DataFrame, whole: pd.DataFrame) -> str:
    there = units.dropna(subset=["understanding"])
    mean = float(whole[whole["when"] == "before"]["understanding"].iloc[0])
    text = f"Before anything is decided, understanding of the strategy is {number(mean, digits=2)} by people"
    if there["understanding"].max() - there["understanding"].min() < _SMALL:
        return f"{text}, and alike everywhere."
    ranked = there.sort_values("understanding", kind="stable").to_dict("records")
    ends = [f"{number(unit['understanding'], digits=2)} ({quoted(unit['unit'])})" for unit in (ranked[0], ranked[-1])]
    return f"{text}: from {ends[0]} to {ends[1]}."


def _after(units: pd.DataFrame, whole: pd.DataFrame, policy: str) -> str:
    end = whole[whole["when"] == "after"].iloc[0]
    if isnan(end["understanding"]):
        return f"After {quoted(policy)} nobody is left to understand: ruined in every future."
    text = f"After {quoted(policy)} it is {number(end['understanding'], digits=2)}"
    worst = units.dropna(subset=["lost"]).sort_values("lost", ascending=False, kind="stable").head(1).iloc[0]
    if worst["lost"] < _SMALL:
        return f"{text}; the cascade loses next to nothing."
    whom = quoted(worst["superior"]) if worst["superior"] else "leadership"
    return f"{text}; most is lost between {whom} and {quoted(worst['unit'])} ({number(worst['lost'], digits=2)})."


def _network(units: pd.DataFrame, whole: pd.DataFrame, policies: Sequence[str]) -> list[str]:
    silos, first = int(units["silo"].max()), whole[whole["when"] == "before"].iloc[0]
    found = []
    if silos > 1:
        text = f"{silos} silos (modularity {number(first['modularity'], digits=2)})"
        ends = whole[whole["when"] == "after"].set_index("policy")
        if max(abs(first["apart"]), ends["apart"].abs().max()) >= _SMALL:
            after = listed([f"{number(ends['apart'][policy], digits=2)} after {quoted(policy)}" for policy in policies])
            text += (
                f"; beliefs are more alike within a silo than across by {number(first['apart'], digits=2)} before, "
                f"{after}"
            )
        found.append(f"{text}.")
    elif silos == 1:
        found.append("One silo: everybody hears everybody through few steps.")
    for role, meaning in ((BROKER, "join silos"), (ISOLATE, "hear no other unit and are heard by none")):
        names = [str(name) for name in units[units["role"] == role]["unit"]]
        if names:
            found.append(f"{counted(len(names), role).capitalize()} ({meaning}): {_named(names)}.")
    return found
