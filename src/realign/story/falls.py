"""How far value fell, and when it was back.

Stage: story. In: a life, the week of a blow, the week up to which one looks. Out: a `Fall`.
Idea: against the value of the week before. The lowest point is looked for within half a year, because what comes later
has other causes; back means nine tenths of the value before, for the first time since then.
"""

from __future__ import annotations

from dataclasses import dataclass

from realign.twin.life import Life

BACK = 0.9  # of the value before
_WHILE, YEAR = 26, 52  # weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """A fall of value."""

    before: float
    low: float
    low_week: int
    back: int | None  # None: not within the weeks looked at

    @property
    def share(self) -> float:
        """The share of the value before that was gone at the lowest point."""
        return max(1.0 - self.low / self.before, 0.0)


def fall_of(life: Life, week: int, *, until: int) -> Fall | None:
    """The fall from the week before `week`, in the weeks before `until`; None where there was no value to lose."""
    value = life.weekly["value"]
    if week == 0 or value[week - 1] <= 0.0 or until <= week:
        return None
    before, after = value[week - 1], value[week : min(until, week + _WHILE)]
    low_week = week + after.index(min(after))
    back = next((later for later in range(low_week, until) if value[later] >= BACK * before), None)
    return Fall(before=before, low=value[low_week], low_week=low_week, back=back)


def back_for_good(life: Life, week: int) -> int | None:
    """When nine tenths of the value before were back for good, within a year, as the measure of recovery has it."""
    value = life.weekly["value"]
    if week == 0 or value[week - 1] <= 0.0:
        return None
    after = value[week : week + YEAR]
    below = [n for n, v in enumerate(after) if v < BACK * value[week - 1]]
    back = below[-1] + 1 if below else 0
    return week + back if back < len(after) else None
