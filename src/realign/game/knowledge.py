"""What leadership knows, week by week: the only thing that its view and its what-if may lean on.

Stage: game. In: one week as the kernel played it. Out: knowledge, as plain frozen records.
Idea: the truth stops here. From the state are copied its readings, its perception, its strategy, its books, its plans
and its detector, all of which are leadership's own; never levels, priorities, beliefs, felt effects or what will come.
Two kinds of shock are noticed in the week they strike, because nobody can overlook them: a new leadership, and one that
brings units along. A warning and a false alarm look alike. When a case will be done is not known either, only that
it is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy import ndarray

from realign.game.habits import Habits, Order
from realign.model import Passage, Plan
from realign.model.effects import LEADERSHIP
from realign.model.record import EVENTS
from realign.model.signals import RECOGNISED
from realign.model.state import ADOPTED, FOUND, State

OWN = (
    "reading", "perceived", "strategy", "published", "spoken", "cash", "bill", "lowest_cash", "alive", "ruin_week",
    "baseline_mean", "baseline_variance", "detector", "active_from", "active_until",
)  # fmt: skip
TOLD = ("alarm", "decision", "activated", "expired", "found", "adopted", "ruin", "joined")  # events that are its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something leadership learnt in a week: kind, name and, where it is known, an amount."""

    week: int
    kind: str  # warning, recognised, new leadership, message, or one of TOLD
    name: str = ""
    amount: float = float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A strike that leadership knows of: its shock, the week it struck, when it was recognised."""

    shock: str
    week: int
    recognised: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case on the desks of the response teams; when it is done, only the game knows."""

    alarm: bool
    done: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What leadership knows at the end of a week; `own` holds copies of the arrays named in OWN, one lane each."""

    week: int
    habits: Habits
    own: Mapping[str, ndarray]
    found: tuple[str, ...]
    adopted: tuple[str, ...]
    open_cases: int
    open_alarm: bool
    decided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """All that leadership knows."""

    start: Mapping[str, ndarray] = field(default_factory=dict)  # OWN, before the first week
    weeks: tuple[Week, ...] = ()
    told: tuple[Told, ...] = ()
    strikes: tuple[Known, ...] = ()
    joined: Mapping[str, int] = field(default_factory=dict)
    orders: tuple[Order, ...] = ()  # all that were given and not cancelled

    @property
    def now(self) -> int:
        """The week that begins."""
        return len(self.weeks)

    @property
    def own(self) -> Mapping[str, ndarray]:
        """What it knows of itself now: OWN, one lane each."""
        return self.weeks[-1].own if self.weeks else self.start


def first_knowledge(plan: Plan, state: State) -> Knowledge:
    """What leadership knows before the first week."""
    there = {name: 0 for name, week in zip(sorted(plan.units), plan.tables.units.join_week.tolist()) if week == 0}
    return Knowledge(start=copies(state), joined=there)


def copies(state: State) -> dict[str, ndarray]:
    """Copies of what is leadership's own."""
    return {name: getattr(state, name).copy() for name in OWN}


def noticed_at_once(plan: Plan) -> set[str]:
    """Shocks that nobody can overlook: they bring a new leadership, or units."""
    effects, units, names = plan.tables.effects, plan.tables.units, sorted(plan.shocks)
    leading = {names[s] for s, kind in zip(effects.shock.tolist(), effects.kind.tolist()) if kind == LEADERSHIP}
    return leading | {names[s] for s in units.join_shock.tolist() if s >= 0}


def learn(
    before: Knowledge, plan: Plan, passage: Passage, *, week: int, habits: Habits, open_cases: tuple[Case, ...]
) -> Knowledge:  # fmt: skip
    """What leadership knows after one week of one lane under one policy."""
    state = passage.state
    told, strikes, joined = list(before.told), list(before.strikes), dict(before.joined)
    obvious, shocks = noticed_at_once(plan), sorted(plan.shocks)
    names = {"activated": plan.contingencies, "expired": plan.contingencies, "found": plan.opportunities,
             "adopted": plan.opportunities, "joined": plan.units}  # fmt: skip
    decided = False
    for _, _, _, number, item, amount in passage.rows.tolist():
        kind = EVENTS[int(number)]
        decided = decided or kind == "decision"
        if kind == "strike" and shocks[int(item)] in obvious:
            told.append(Told(week=week, kind="struck", name=shocks[int(item)]))
            strikes.append(Known(shock=shocks[int(item)], week=week, recognised=float(week)))
        elif kind in ("warning", "false alarm"):
            told.append(Told(week=week, kind="warning", name=shocks[int(item)]))
        elif kind in TOLD:
            name = sorted(names[kind])[int(item)] if kind in names else ""
            told.append(Told(week=week, kind=kind, name=name, amount=amount if kind == "decision" else np.nan))
            if kind == "joined":
                joined[name] = week
    for shock, time, struck in _recognised(passage, week):
        told.append(Told(week=week, kind="recognised", name=shocks[shock], amount=float(int(struck))))
        if shocks[shock] not in obvious:
            strikes.append(Known(shock=shocks[shock], week=int(struck), recognised=time))
    status, opportunities = state.opportunity[0, :, 0], sorted(plan.opportunities)
    units = plan.tables.units
    for name, joins in zip(sorted(plan.units), units.join_week.tolist()):
        if joins <= week:
            joined.setdefault(name, int(joins))
    now = Week(
        week=week, habits=habits, own=copies(state),
        found=tuple(n for n, s in zip(opportunities, status) if s == FOUND),
        adopted=tuple(n for n, s in zip(opportunities, status) if s == ADOPTED),
        open_cases=len(open_cases), open_alarm=any(case.alarm for case in open_cases), decided=decided,
    )  # fmt: skip
    return replace(before, weeks=(*before.weeks, now), told=tuple(told), strikes=tuple(strikes), joined=joined)


def _recognised(passage: Passage, week: int) -> list[tuple[int, float, float]]:
    """Shock, time and time of the strike of what was recognised in a week by those alive."""
    signals, found = passage.signals, []
    if not np.isnan(passage.state.ruin_week[0, 0]):
        return []
    for at in range(int(signals.number[0, 0])):
        time = float(signals.time[0, 0, at])
        if signals.kind[0, 0, at] == RECOGNISED and week <= time < week + 1.0:
            found.append((int(signals.shock[0, 0, at]), time, float(signals.strike[0, 0, at])))
    return found


def handle(
    cases: tuple[Case, ...], team_free: ndarray, passage: Passage, *, week: int, habits: Habits
) -> tuple[Case, ...]:  # fmt: skip
    """The cases that are open at the end of a week: those that came, less those that are done.

    team_free: (M,) when each team was free before the week; cases are handed out as the kernel does.
    """
    signals, free = passage.signals, team_free.tolist()
    opened = list(cases)
    if habits.policy.on_recognised and np.isnan(passage.state.ruin_week[0, 0]):
        for at in range(int(signals.number[0, 0])):
            time = float(signals.time[0, 0, at])
            if signals.kind[0, 0, at] == RECOGNISED and week <= time < week + 1.0:
                team = int(np.argmin(free[: habits.policy.teams]))
                free[team] = max(time, free[team]) + habits.policy.handling * float(signals.effort[0, 0, at])
                opened.append(Case(alarm=False, done=free[team]))
    for _, _, _, number, _, amount in passage.rows.tolist():
        if EVENTS[int(number)] == "alarm":
            opened.append(Case(alarm=True, done=week + 1.0 + amount))
    return tuple(case for case in opened if case.done > week + 1.0)
