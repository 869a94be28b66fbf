"""The after-action review: what happened, what mattered, skill or luck, who knew what when.

Stage: game. In: a table, at any time. Out: a `Review`: records, a page, tables.
Idea: exercise practice (HSEEP, 2020): aims set before; events planned and what became of them; decisions with time,
seat and reason; findings that point to evidence; an improvement plan that people fill in. Skill and luck are told apart
by playing every policy of the scenario on the same future (same luck, other lead), and the seat's first policy on many
futures (same lead, other luck). What a decision was worth is measured by playing the game again with "hold" in its
place, all else the same.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from realign.errors import UsageError
from realign.game.habits import habits_of, plan_of
from realign.game.position import Position
from realign.game.table import Table
from realign.game.text import act_words, news_words
from realign.model import pass_weeks, play_block
from realign.model.state import SERIES_CASH, SERIES_VALUE, opening

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure

FUTURES = 400  # of the distribution that the play is compared with
OWN = "As played"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mattered:
    """A decision, and what the game would have come to with "hold" in its place."""

    act: int
    week: int
    seat: str
    words: str
    reason: str
    worth: float  # value with it, less without
    cash: float  # likewise, at the end


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A strike: when it struck, was recognised, and decided upon; NaN: never."""

    shock: str
    severity: float
    injected: bool
    struck: int
    warned: float
    recognised: float
    decided: float
    drop: float  # value in the worst of the 12 weeks after, against the week before
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something to learn, and the evidence for it."""

    says: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a game was about."""

    name: str
    scenario: str
    currency: str
    first_policy: str
    future: int
    weeks: int
    over: bool
    aims: Sequence[str]
    standing: Sequence[tuple[str, float, float, bool]]  # policy, value, final cash, ruined, on the same future
    luck: ndarray  # value of the first policy over many futures
    skill: float  # value as played, less that of the first policy on the same future
    fortune: float  # share of futures in which the first policy does worse than on this one
    mattered: Sequence[Mattered]
    episodes: Sequence[Episode]
    acts: Sequence[dict[str, Any]]
    findings: Sequence[Finding]
    story: Sequence[str]  # the played future, week by week, as it really was
    series: dict[str, ndarray]  # "value", "cash": as played, by week; "read": by objective, see `objectives`
    objectives: Sequence[str]
    read: ndarray  # (week, objective)
    level: ndarray  # (week, objective)

    @property
    def table(self) -> pandas.DataFrame:
        """The play and every policy on the same future, best first."""
        import pandas

        frame = pandas.DataFrame(self.standing, columns=["policy", "value", "final_cash", "ruined"])
        return frame.sort_values("value", ascending=False, kind="stable", ignore_index=True)

    @property
    def decisions(self) -> pandas.DataFrame:
        """Decisions by what they were worth."""
        import pandas

        rows = [(m.week, m.seat, m.words, m.reason, m.worth, m.cash) for m in self.mattered]
        return pandas.DataFrame(rows, columns=["week", "seat", "decision", "reason", "worth", "cash"])

    @property
    def knew(self) -> pandas.DataFrame:
        """Who knew what when: a strike, its warning, recognition and decision."""
        import pandas

        rows = [
            (e.shock, e.severity, e.injected, e.struck, e.warned, e.recognised, e.decided, e.drop)
            for e in self.episodes
        ]
        return pandas.DataFrame(
            rows, columns=["shock", "severity", "injected", "struck", "warned", "recognised", "decided", "drop"]
        )

    def figure(self) -> Figure:
        """The played future: value and cash, what struck and was decided; what was read against what was."""
        from realign.game.figures import played

        return played(self)

    def write(self, path: str | os.PathLike[str]) -> Path:
        """The review as one HTML page that needs nothing else; or as a notebook to write in, for a path in .ipynb."""
        from realign.game.review_page import notebook, page

        target = Path(path)
        unfinished = target.with_name(target.name + ".unfinished")
        unfinished.write_text(notebook(self) if target.suffix == ".ipynb" else page(self), encoding="utf-8")
        unfinished.replace(target)
        return target

    def _repr_html_(self) -> str:
        from realign.game.review_page import body

        return body(self)


def review(table: Table, *, futures: int = FUTURES) -> Review:
    """Review a game; what is hidden from seats is told here."""
    position, setup = table.position, table.setup
    if position.week == 0:
        raise UsageError("review: nothing was played yet")
    others = _on_the_same_future(table)
    value, cash = _value(position), float(position.state.cash[0, 0])
    standing = [(OWN, value, cash, position.ruined), *others]
    luck = _over_futures(table, futures)
    same = next(v for name, v, _, _ in others if name == setup.policy)
    mattered = _what_mattered(table)
    episodes = _episodes(position)
    known, level, objectives = position.known, [], sorted(position.plan.objectives)
    for at in _weekly_positions(table):
        level.append(at.state.level[0, :, 0])
    return Review(
        name=setup.name, scenario=setup.scenario.name, currency=setup.scenario.organisation.currency,
        first_policy=setup.policy, future=setup.future, weeks=position.week, over=position.over, aims=setup.aims,
        standing=standing, luck=luck, skill=value - same, fortune=float((luck < same).mean()), mattered=mattered,
        episodes=episodes, acts=[{"act": n, **act} for n, act in enumerate(table.acts)],
        story=_story(table),
        findings=_findings(position, standing, luck, same, mattered, episodes), objectives=objectives,
        series={
            "value": position.state.weekly[0, SERIES_VALUE, : position.week, 0].copy(),
            "cash": position.state.weekly[0, SERIES_CASH, : position.week, 0].copy(),
        },
        read=np.array([week.own["reading"][0, :, 0] for week in known.weeks]), level=np.array(level),
    )  # fmt: skip


def _value(position: Position) -> float:
    """Mean weekly value so far."""
    return float(position.state.weekly[0, SERIES_VALUE, : position.week, 0].mean())


def _weekly_positions(table: Table) -> list[Position]:
    """The positions at the end of every week that was played."""
    from realign.game.position import first_position, next_week
    from realign.game.table import after

    s = table.setup
    position = first_position(s.scenario, policy=s.policy, stress=s.stress, seed=s.seed, future=s.future)
    found = []
    for number, act in enumerate(table.acts):
        if act["do"] != "advance":
            position = after(position, act, number=number)
            continue
        for _ in range(act["weeks"]):
            if position.over:
                break
            position = next_week(position)
            found.append(position)
    return found


# ---- skill or luck


def _on_the_same_future(table: Table) -> list[tuple[str, float, float, bool]]:
    """Every policy of the scenario, held, on the same future with the same injects."""
    position, scenario = table.position, table.position.scenario
    habits = [habits_of(policy) for policy in scenario.policies]
    plan = plan_of(scenario, habits, position.injected)
    state = pass_weeks(
        plan, opening(plan.tables, 1), seed=position.seed, week=0, until=position.week,
        futures=np.array([position.future], np.uint64),
    ).state  # fmt: skip
    value = state.weekly[:, SERIES_VALUE, : position.week, 0].mean(axis=1)
    ruined = ~np.isnan(state.ruin_week[:, 0])
    rows = zip(scenario.policies, value.tolist(), state.cash[:, 0].tolist(), ruined.tolist())
    return [(policy.name, v, cash, bool(gone)) for policy, v, cash, gone in rows]


def _over_futures(table: Table, futures: int) -> ndarray:
    """Value so far of the first policy, held, over the scenario's first futures, without injects."""
    setup = table.setup
    scenario = setup.scenario.under(setup.stress)
    policy = next(p for p in scenario.policies if p.name == setup.policy)
    force = [i for i in table.position.injected if i.act < 0]
    block = play_block(plan_of(scenario, [habits_of(policy)], force), seed=setup.seed, first=0, count=futures)
    return block.weekly[0, SERIES_VALUE, : table.position.week].mean(axis=0)


# ---- what mattered


def _what_mattered(table: Table) -> list[Mattered]:
    """Each decision replaced by hold, and the game played again; those that mattered most come first."""
    value, cash = _value(table.position), float(table.position.state.cash[0, 0])
    found = []
    for number, act in enumerate(table.acts):
        if act["do"] != "decide" or not act["moves"]:
            continue
        without = [dict(a) for a in table.acts]
        without[number]["moves"] = {}
        other = Table(table.setup)
        for again in without:
            other.do(again)
        found.append(Mattered(
            act=number, week=act["week"], seat=act["seat"], words=act_words(act), reason=act.get("reason", ""),
            worth=value - _value(other.position), cash=cash - float(other.position.state.cash[0, 0]),
        ))  # fmt: skip
    return sorted(found, key=lambda m: -abs(m.worth))


# ---- who knew what when


def _episodes(position: Position) -> list[Episode]:
    """Every strike, from its warning to the decision after it was recognised."""
    known, told = position.known, position.known.told
    value = position.state.weekly[0, SERIES_VALUE, : position.week, 0]
    waiting = list(known.strikes)
    found = []
    for strike in position.truth:
        match = next((k for k in waiting if (k.shock, k.week) == (strike.shock, strike.week)), None)
        if match is not None:
            waiting.remove(match)
        recognised = float("nan") if match is None else match.recognised
        signs = next((s.warning for s in position.scenario.shocks if s.name == strike.shock), None)
        lead = signs.lead if signs is not None else 0
        warned = [t.week for t in told if t.kind == "warning" and t.name == strike.shock and t.week <= strike.week]
        warned = [week for week in warned if strike.week - week <= lead]
        decided = [t.week for t in told if t.kind == "decision" and match is not None and t.week >= recognised]
        before = value[strike.week - 1] if strike.week else value[0]
        after = value[strike.week : strike.week + 12]
        found.append(Episode(
            shock=strike.shock, severity=strike.severity, injected=strike.injected, struck=strike.week,
            warned=float(warned[-1]) if warned else float("nan"), recognised=recognised,
            decided=float(decided[0]) if decided else float("nan"),
            drop=float(1.0 - after.min() / before) if before > 0.0 and len(after) else float("nan"),
            cost=float(before * len(after) - after.sum()),
        ))  # fmt: skip
    return found


def _story(table: Table) -> list[str]:
    """What struck, what leadership learnt and what was decided, in order of weeks."""
    position, lines = table.position, []
    for strike in position.truth:
        hidden = "" if any((k.shock, k.week) == (strike.shock, strike.week) for k in position.known.strikes) else (
            " (leadership never knew)"
        )  # fmt: skip
        by = ", injected" if strike.injected else ""
        words = f"week {strike.week:<3} {strike.shock} strikes, severity {strike.severity:.2g}{by}{hidden}"
        lines.append((strike.week, 0, words))
    lines += [(told.week, 1, news_words(told)) for told in position.known.told if told.kind != "struck"]
    for act in table.acts:
        if act["do"] in ("decide", "say"):
            why = f", because {act['reason']}" if act.get("reason") else ""
            lines.append((act["week"], 2, f"week {act['week']:<3} {act['seat']} orders: {act_words(act)}{why}"))
    return [words for _, _, words in sorted(lines, key=lambda line: line[:2])]


# ---- findings


def _findings(
    position: Position, standing: Sequence[tuple[str, float, float, bool]], luck: ndarray, same: float,
    mattered: Sequence[Mattered], episodes: Sequence[Episode],
) -> list[Finding]:  # fmt: skip
    """What the records say by themselves; people add what they learnt."""
    own = standing[0][1]
    place = 1 + sum(row[1] > own for row in standing)
    best_other = max(standing[1:], key=lambda row: row[1])
    found = [
        Finding(
            says=f"Played, the future was worth {own:.3f} a week: place {place} of {len(standing)}, with every policy "
            f"on the same future; the best of these, {best_other[0]}, made {best_other[1]:.3f}.",
            evidence="policies on the same future",
        ),
        Finding(
            says=f"Leading differently from the first policy was worth {own - same:+.3f} (skill); the future itself "
            f"was {_fortune(float((luck < same).mean()))} (luck).",
            evidence=f"the first policy made {same:.3f} here, {luck.mean():.3f} on average of {len(luck)} futures",
        ),
    ]
    if mattered:
        best, worst = max(mattered, key=lambda m: m.worth), min(mattered, key=lambda m: m.worth)
        if best.worth > 0.0:
            says = f"What helped most: in week {best.week}, {best.words} ({best.worth:+.4f} a week)."
            found.append(Finding(says=says, evidence=f"act {best.act} replaced by hold"))
        if worst.worth < 0.0:
            says = f"What cost most: in week {worst.week}, {worst.words} ({worst.worth:+.4f} a week)."
            found.append(Finding(says=says, evidence=f"act {worst.act} replaced by hold"))
    unseen = [e for e in episodes if np.isnan(e.recognised)]
    if unseen:
        names = ", ".join(f"{e.shock} (week {e.struck})" for e in unseen)
        found.append(Finding(says=f"Never recognised: {names}.", evidence="who knew what when"))
    slow = [e for e in episodes if e.decided - e.struck > 8]
    for e in slow[:3]:
        says = f"{e.shock} struck in week {e.struck} and was decided upon {e.decided - e.struck:.0f} weeks later."
        found.append(Finding(says=says, evidence="who knew what when"))
    if position.ruined:
        week = int(position.state.ruin_week[0, 0])
        found.append(Finding(says=f"The organisation was ruined in week {week}.", evidence="cash, week by week"))
    return found


def _fortune(share: float) -> str:
    if share > 0.8:
        return f"a kind one: better than {share:.0%} of futures"
    if share < 0.2:
        return f"a hard one: worse than {1.0 - share:.0%} of futures"
    return f"an ordinary one: better than {share:.0%} of futures"
