"""Campaigns: what a red cell can afford, and the worst credible year.

Stage: game. In: a scenario, a budget of surprise. Out: campaigns, each a choice of forced shocks; the worst of them.
Idea: a campaign is priced by how surprising it is (`price`), so "credible" has a meaning: a budget of B bits buys
what has about a chance of one in 2^B in a year. The search is greedy with one exchange: shocks are added where they
hurt most, each at the largest severity that is left to be paid, then each is moved in time; every trial is played on
the same futures, so small differences are seen. A greedy search need not find the worst: it finds a lower bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy import ndarray

from realign.compare.intervals import Interval, mean_interval
from realign.errors import UsageError
from realign.game.price import most_severe, price
from realign.model import build_plan, play_block
from realign.scenario.desk import suggestion
from realign.scenario.records import Force, Scenario, Shock

FUTURES = 256
_TRIALS = 6  # weeks tried for each shock


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """Forced shocks under a name, and what they cost."""

    name: str
    force: tuple[Force, ...]
    bits: float

    @property
    def words(self) -> str:
        """The campaign in words."""
        if not self.force:
            return "nothing is forced"
        parts = []
        for f in sorted(self.force, key=lambda f: f.week):
            severity = "" if f.severity is None else f", severity {f.severity:.2g}"
            parts.append(f"{f.shock} in week {f.week}{severity}")
        return "; ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    """The worst credible campaign that was found for a policy."""

    policy: str
    campaign: Campaign
    harm: float  # value without it, less value with it
    interval: Interval
    trials: int
    calm: float  # value without it
    ruined: float  # share of futures ruined under it
    ruined_calm: float

    def __str__(self) -> str:
        return (
            f"{self.policy}: the worst found for {self.campaign.bits:.1f} bits takes {self.harm:.4f} of {self.calm:.4f}"
            f" a week ({self.interval.low:.4f} to {self.interval.high:.4f}): {self.campaign.words}; ruined in "
            f"{self.ruined:.1%} of futures against {self.ruined_calm:.1%}"
        )


def campaign(scenario: Scenario, name: str, force: Sequence[Force]) -> Campaign:
    """A campaign with its price; raises UsageError for unknown shocks and weeks beyond the scenario."""
    shocks = {shock.name: shock for shock in scenario.shocks}
    bits = 0.0
    for f in force:
        if f.shock not in shocks:
            raise UsageError(f'campaign "{name}": "{f.shock}": no such shock{suggestion(f.shock, list(shocks))}')
        if not 0 <= f.week < scenario.weeks:
            raise UsageError(f'campaign "{name}": week {f.week}: must be from 0 to {scenario.weeks - 1}')
        bits += price(scenario, shocks[f.shock], f.severity)
    return Campaign(name=name, force=tuple(force), bits=bits)


def deck(scenario: Scenario, *, budget: float, week: int | None = None) -> list[Campaign]:
    """Campaigns within a budget: none, each shock as hard as affordable, and twice where it can strike twice."""
    start = scenario.weeks // 4 if week is None else week
    found = [Campaign(name="Calm", force=(), bits=0.0)]
    for shock in scenario.shocks:
        severity = most_severe(scenario, shock, budget)
        if severity is not None:
            found.append(campaign(scenario, shock.name, [Force(shock=shock.name, week=start, severity=severity)]))
        half = most_severe(scenario, shock, budget / 2.0)
        if half is not None and not _once(shock) and start + 8 < scenario.weeks:
            pair = [Force(shock=shock.name, week=start + n, severity=half) for n in (0, 8)]
            found.append(campaign(scenario, f"{shock.name}, twice", pair))
    return found


def _once(shock: Shock) -> bool:
    """Whether a shock strikes once at most, by its nature."""
    return shock.chance > 0.0 and shock.rate == 0.0


def worst_year(
    scenario: Scenario, policy: str, *, budget: float = 10.0, week: int = 26, futures: int = FUTURES,
    measure: str = "value",
) -> Worst:  # fmt: skip
    """Search for the affordable campaign within a year that hurts a policy most, by the mean of a measure."""
    known = [p.name for p in scenario.policies]
    if policy not in known:
        raise UsageError(f'policy "{policy}": no such policy{suggestion(policy, known)}')
    if futures < 2:
        raise UsageError(f"futures {futures}: an interval needs at least 2")
    last = min(week + 52, scenario.weeks)
    if not 0 <= week < scenario.weeks:
        raise UsageError(f"week {week}: must be from 0 to {scenario.weeks - 1}")
    weeks = sorted({int(w) for w in np.linspace(week, last - 1, _TRIALS)})
    play = _Player(scenario, policy, futures, measure)
    calm = play(())
    force: tuple[Force, ...] = ()
    while True:
        left = budget - campaign(scenario, "", force).bits
        options = [
            (*force, Force(shock=shock.name, week=at, severity=severity))
            for shock in scenario.shocks
            if not (_once(shock) and any(f.shock == shock.name for f in force))
            and (severity := most_severe(scenario, shock, left)) is not None
            for at in weeks
        ]
        better = _hardest(play, options, force)
        if better == force:
            break
        force = better
    for n in range(len(force)):
        moved = [(*force[:n], replace(force[n], week=at), *force[n + 1 :]) for at in weeks]
        force = _hardest(play, moved, force)
    lost = calm - play(force)
    return Worst(
        policy=policy, campaign=campaign(scenario, "Worst credible year", force), harm=float(lost.mean()),
        interval=mean_interval(lost), trials=play.trials, calm=float(calm.mean()),
        ruined=play.ruined(force), ruined_calm=play.ruined(()),
    )  # fmt: skip


def _hardest(play: Any, options: Sequence[tuple[Force, ...]], now: tuple[Force, ...]) -> tuple[Force, ...]:
    """The option under which the mean is least, if it is below that of now."""
    best, least = now, float(play(now).mean())
    for option in options:
        mean = float(play(option).mean())
        if mean < least - 1e-12:
            best, least = option, mean
    return best


class _Player:
    """Plays one policy under campaigns, on the same futures; remembers what it played."""

    def __init__(self, scenario: Scenario, policy: str, futures: int, measure: str) -> None:
        self.scenario, self.policy, self.futures = scenario, policy, futures
        measures = build_plan(scenario, policies=[policy]).measures
        if measure not in measures:
            raise UsageError(f'measure "{measure}": no such measure{suggestion(measure, list(measures))}')
        self.column, self.ruin = measures.index(measure), measures.index("ruined")
        self.known: dict[tuple[Force, ...], ndarray] = {}

    @property
    def trials(self) -> int:
        return len(self.known)

    def _outcomes(self, force: tuple[Force, ...]) -> ndarray:
        if force not in self.known:
            plan = build_plan(self.scenario, force=force, policies=[self.policy])
            found = play_block(plan, seed=self.scenario.seed, first=0, count=self.futures).outcomes[0]
            self.known[force] = found[[self.column, self.ruin]]
        return self.known[force]

    def __call__(self, force: tuple[Force, ...]) -> ndarray:
        return self._outcomes(force)[0]

    def ruined(self, force: tuple[Force, ...]) -> float:
        """Share of futures ruined."""
        return float(self._outcomes(force)[1].mean())
