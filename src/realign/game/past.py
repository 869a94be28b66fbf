"""The past in stretches: weeks that candidates live in one go, between two weighings.

Stage: game. In: leadership's knowledge. Out: stretches, oldest first. Idea: quiet weeks are lived together, because a
weighing costs about as much as four weeks; whatever leadership did or learnt of ends a stretch, so that each is lived
under the habits and with the strikes that were in force.
"""

from __future__ import annotations

from dataclasses import dataclass

from realign.game.habits import Habits, Injected
from realign.game.knowledge import Knowledge
from realign.scenario.records import Scenario

STRIDE = 4  # weeks between weighings at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Weeks lived in one go, first .. last - 1, and the habits in force."""

    first: int
    last: int
    habits: Habits
    forced: tuple[Injected, ...]  # known strikes up to then
    over: frozenset[str]  # shocks that strike once, and have before these weeks


def stretches_of(scenario: Scenario, known: Knowledge) -> list[Stretch]:
    """The past in stretches: eventful weeks by themselves, quiet ones up to STRIDE together."""
    eventful = {t.week for t in known.told if t.kind in ("decision", "activated", "expired", "adopted", "struck")}
    eventful |= {strike.week for strike in known.strikes}
    once = {shock.name for shock in scenario.shocks if shock.chance > 0.0 and shock.rate == 0.0}
    found, first = [], 0
    for week in range(1, known.now + 1):
        before, now = known.weeks[week - 1], known.weeks[min(week, known.now - 1)]
        earlier = known.weeks[max(week - 2, 0)]
        changed = now.habits is not before.habits or (before.open_cases > 0) != (earlier.open_cases > 0)
        if week % STRIDE == 0 or week in eventful or week - 1 in eventful or changed or week == known.now:
            struck = [s for s in known.strikes if s.week < week]
            found.append(Stretch(
                first=first, last=week, habits=known.weeks[first].habits,
                forced=tuple(Injected(shock=s.shock, week=s.week, recognised=s.recognised) for s in struck),
                over=frozenset(s.shock for s in struck if s.shock in once and s.week < first),
            ))  # fmt: skip
            first = week
    return found


def fingerprint(stretch: Stretch, known: Knowledge) -> tuple[object, ...]:
    """All that the weighing of a stretch hangs on, as something that can be hashed."""
    weeks = known.weeks[stretch.first : stretch.last]
    own = tuple(week.own[name].tobytes() for week in weeks for name in week.own)
    return (
        stretch.first, stretch.last, stretch.forced, stretch.over, repr(stretch.habits), own,
        tuple((w.found, w.adopted, w.decided) for w in weeks),
    )  # fmt: skip
