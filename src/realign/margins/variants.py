"""Policies with one thing changed.

Stage: margins. In: a scenario and the policies to look into. Out: `Variant`s, each with a policy of its own.
Idea: the name of a variant tells what was changed, and nothing is drawn by the name of a policy, so a variant lives
through the very futures of its original. A step of a share (slack, exploration) is 0.02 up and down, of an intensity
(monitoring, communication) a quarter of what it is, or 0.5 where it is 0. Steps that the time of a week does not allow
(communication x meeting time + exploration + slack above 1) or that fall below 0 are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from realign.scenario import Scenario
from realign.scenario.records import Contingency, Policy

SHARE_STEP = 0.02
INTENSITY_STEP = 0.25  # of what it is
FIRST_STEP = 0.5  # where an intensity is 0
KNOBS = ("slack", "monitoring", "communication", "exploration")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A policy with one thing changed. before, after: of a knob; a contingency's are 1 and 0: with it and without."""

    base: str
    changed: str
    before: float
    after: float
    policy: Policy


def without_contingencies(policies: list[Policy]) -> Iterator[Variant]:
    """Each policy without each of its contingencies."""
    for policy in policies:
        for name in policy.contingencies:
            left = tuple(other for other in policy.contingencies if other != name)
            changed = replace(policy, name=f"{policy.name}\x1fwithout\x1f{name}", contingencies=left)
            yield Variant(base=policy.name, changed=name, before=1.0, after=0.0, policy=changed)


def turned(scenario: Scenario, policies: list[Policy]) -> Iterator[Variant]:
    """Each policy with each knob turned a little down and a little up."""
    for policy in policies:
        for knob in KNOBS:
            now = float(getattr(policy, knob))
            for sign in (-1, 1):
                after = round(now + sign * _step(knob, now), 10)
                setting: dict[str, Any] = {"name": f"{policy.name}\x1f{knob}\x1f{after!r}", knob: after}
                changed = replace(policy, **setting)
                if after >= 0.0 and _time_spent(scenario, changed) <= 1.0:
                    yield Variant(base=policy.name, changed=knob, before=now, after=after, policy=changed)


def _step(knob: str, now: float) -> float:
    if knob in ("slack", "exploration"):
        return min(SHARE_STEP, now) if 0.0 < now < SHARE_STEP else SHARE_STEP
    return INTENSITY_STEP * now if now > 0.0 else FIRST_STEP


def _time_spent(scenario: Scenario, policy: Policy) -> float:
    """The largest share of a unit's time that does not go into work."""
    own = [unit.exploration for unit in scenario.units]
    exploring = max(policy.exploration if share is None else share for share in own)
    return policy.communication * scenario.communication.meeting_time + exploring + policy.slack


def shocks_of(contingency: Contingency) -> list[str]:
    """The shocks that a contingency is there for: the one it waits for, and those that it absorbs."""
    waited = [name for name in (contingency.when.shock, contingency.when.warning) if name is not None]
    return list(dict.fromkeys([*waited, *(name for name, share in contingency.absorbs.items() if share > 0.0)]))
