"""Leadership: it perceives late and through noise, reviews by its calendar, decides, and publishes a strategy.

    v <- v + pace (seen - v),      seen proportional to w x bias x exp(noise xi / sqrt(monitoring))
    s <- s + stride (proposal - s)

A review falls in every week that is a multiple of `review_every` and is decided `latency` weeks later. A case is
decided in the week that begins after it is done. Several decisions of one week are one. What is published is the mean
of what active contingencies say, else leadership's own strategy; moving it costs money. An alarm becomes a case for the
response teams, unless the last one's is still open.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from realign.scenario.records import Effect, Policy
from realign.twin.attention import FALSE_ALARM, RECOGNISED, Attention, Case, Signal
from realign.twin.bookkeeper import Event
from realign.twin.clock import Turn
from realign.twin.contingencies import Contingency
from realign.twin.detector import Detector
from realign.twin.objectives import Objective, worth
from realign.twin.powers import exponential
from realign.twin.rules import RULES, View, own
from realign.twin.shares import Shares, alike, distance, followed, normalised, pace
from realign.twin.world import World

if TYPE_CHECKING:
    from realign.twin.organisation import Organisation


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision: what called for it, what the rule saw and proposed, from where and how far the strategy moved."""

    week: int
    reasons: tuple[str, ...]
    view: View
    proposal: Shares
    before: Shares
    strategy: Shares
    moved: float


class Leadership:
    """Leadership of one organisation under one policy."""

    def __init__(self, policy: Policy, world: World, objectives: Mapping[str, Objective], attention: Attention) -> None:
        self.policy, self.world, self.objectives, self.attention = policy, world, objectives, attention
        first = world.scenario.organisation.strategy
        self.organisation_plan = dict(world.first_priority) if first is None else normalised(first, world.objectives)
        own = policy.strategy
        self.first_plan = dict(self.organisation_plan) if own is None else normalised(own, world.objectives)
        self.strategy = dict(self.first_plan)
        self.published = dict(self.first_plan)
        self.plans_speak = False  # whether contingencies spoke in its stead when something was last published
        self.perceived = self._through_bias(world.first_priority) or dict(world.first_priority)
        start = worth(self.perceived, {name: goal.level for name, goal in objectives.items()}, objectives)
        self.detector = None if policy.trigger is None else Detector(policy.trigger, start)
        self.decisions: list[Decision] = []
        self.signals: list[Signal] = []  # what it heard
        self.reasons: list[str] = []  # why it decides this week
        self._review_due = False
        self._alarms: list[tuple[Case, Event]] = []
        world.clock.env.process(self.review_calendar())

    def live(self, home: Organisation) -> Generator[Any, Any, None]:
        """Process: it looks at its desk in the morning; in the evening it senses, decides, and publishes."""
        for week in range(home.clock.weeks):
            yield home.clock.morning(week)
            self.look_at_desk(week)
            yield home.clock.evening(week, Turn.SENSE)
            if not home.alive:
                return
            self.perceive()
            alarm = self.watch()
            yield home.clock.evening(week, Turn.DECIDE)
            if home.books.ruin_week is not None:
                return
            if self.reasons:
                home.books.decide(week, self.decide(week, home.full_yields(), cash=home.books.cash).moved)
            for signal in self.attention.read_inbox():
                self._heed(signal, week, home)
            if alarm and not (self._alarms and self._alarms[-1][0].is_open):
                effort = self.world.draws.exponential(("leadership", "", "alarm"), week)
                self._alarms.append((self.attention.open_case("", effort), home.books.note(week, "alarm")))
            home.books.realign(self.publish(home.contingencies))

    # ---- sensing

    def _through_bias(self, shares: Shares) -> Shares | None:
        """Priorities through the bias of its analytics; None where that leaves nothing to see."""
        bias = self.world.scenario.market.perception_bias
        seen = {name: share * bias.get(name, 1.0) for name, share in shares.items()}
        return normalised(seen) if sum(seen.values()) > 0.0 else None

    def perceive(self) -> None:
        """Perceived priorities follow the true ones; who does not monitor learns nothing."""
        market, monitoring = self.world.scenario.market, self.policy.monitoring
        if monitoring == 0.0:
            return
        noise = market.perception_noise / math.sqrt(monitoring)
        noisy = {
            name: share * exponential(noise * self.world.noise[name][1]) for name, share in self.world.priority.items()
        }
        seen = self._through_bias(noisy)
        if seen is not None:
            self.perceived, _ = followed(self.perceived, seen, pace(market.perceived_half_life))

    @property
    def readings(self) -> dict[str, float]:
        """The latest readings of all levels."""
        return {name: objective.reading for name, objective in self.objectives.items()}

    def watch(self) -> bool:
        """Let the detector look at perceived value; whether it raises an alarm."""
        if self.detector is None:
            return False
        return self.detector.look(worth(self.perceived, self.readings, self.objectives) * self.world.demand)

    # ---- deciding

    def review_calendar(self) -> Generator[Any, Any, None]:
        """Process: reviews by the calendar."""
        every = self.policy.review_every
        if every is None:
            return
        for week in range(round(every), self.world.clock.weeks, round(every)):
            yield self.world.clock.at(week + self.policy.latency)
            self._review_due = True

    def _heed(self, signal: Signal, week: int, home: Organisation) -> None:
        """It hears of a shock."""
        self.signals.append(signal)
        if signal.kind == RECOGNISED:
            home.books.recognise(signal.time, signal.struck)
            home.books.note(week, RECOGNISED, signal.shock, signal.time - signal.struck)
        else:
            early = 0.0 if signal.kind == FALSE_ALARM else signal.struck - signal.time
            home.books.note(week, signal.kind, signal.shock, early)

    def settle_alarms(self) -> None:
        """Write down how long each alarm took to be handled, once all cases are done."""
        for case, event in self._alarms:
            event.amount = case.done - case.opened

    def look_at_desk(self, week: int) -> None:
        """In the morning: what calls for a decision this week."""
        self.reasons = ["review"] if self._review_due else []
        self.reasons += [case.reason or "alarm" for case in self.attention.take_done(week)]
        self._review_due = False

    def decide(self, week: int, yields: Mapping[str, float], *, cash: float) -> Decision:
        """Move the strategy toward what the rule proposes."""
        view = View(
            week, self.first_plan, dict(self.perceived), self.readings, yields, self.policy.horizon, self.objectives,
            dict(self.strategy), cash, self.world.clock.weeks,
        )  # fmt: skip
        rule = self.policy.rule
        proposal = RULES[rule](view) if rule in RULES else own(rule, view)
        before = dict(self.strategy)
        self.strategy, moved = followed(before, proposal, self.policy.stride)
        decision = Decision(week, tuple(self.reasons), view, proposal, before, dict(self.strategy), moved)
        self.decisions.append(decision)
        return decision

    def has_decided(self, week: int) -> bool:
        """Whether it decided this week."""
        return bool(self.decisions) and self.decisions[-1].week == week

    def publish(self, contingencies: Sequence[Contingency]) -> float:
        """Tell everybody the strategy; returns how far it moved."""
        said = [normalised(c.record.strategy) for c in contingencies if c.acts and c.record.strategy is not None]
        self.plans_speak = bool(said)
        new = dict(self.strategy)
        if said:
            new = {name: sum(shares.get(name, 0.0) for shares in said) / len(said) for name in self.strategy}
        moved = distance(new, self.published)
        self.published = new
        return moved

    def succeed(self, effect: Effect, share: float) -> None:
        """A successor takes over: strategy and perception are pulled to its own view, and what is published follows."""
        names = list(self.strategy)
        own = alike(names) if effect.believes is None else normalised(effect.believes, names)
        self.strategy, _ = followed(self.strategy, own, share)
        self.perceived, _ = followed(self.perceived, own, share)
        if not self.plans_speak:
            self.published = dict(self.strategy)
