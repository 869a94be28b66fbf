"""The keys of policies and of what they are put to: contingencies, requirements, stress tests, uncertainty.

Stage: scenario. In: nothing. Out: the tables of these sections, with ranges and meanings.
Idea: a row per key, see `keys`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realign.scenario.desk import Desk, quoted, shown, suggestion
from realign.scenario.keys_of_shocks import AMOUNT, ANY, POSITIVE, SHARE
from realign.scenario.kinds import BAD, Choice, Duration, Flag, Kind, Name, Number, Reference, Text, no_such
from realign.scenario.positions import Path
from realign.scenario.records import (
    Condition,
    Contingency,
    Force,
    Opportunity,
    Policy,
    Requirement,
    Stress,
    Trigger,
    Uncertain,
)  # fmt: skip
from realign.scenario.shapes import ANYTHING, Key, Listing, Settings, Table, Tables, Weights

BUILT_IN = ("static", "follow", "gap", "plan")
RULES = [*BUILT_IN]  # a user's own rule adds its name, see `allow_rule`

MEASURES = (
    "value", "discounted_value", "ruined", "ruin_week", "final_cash", "lowest_cash", "strategic_alignment",
    "strategy_to_belief", "cohesion", "engagement", "wasted", "switching", "misdirected", "decisions", "churn",
    "shocks", "drop", "weeks_to_recognise", "weeks_to_decide", "weeks_to_recover", "found", "adopted", "missed",
    "realigning_cost", "activations", "in_vain",
)  # fmt: skip
MEASURES_OF = {"shocks": "shock", "attainment": "objective", "hit": "objective", "level": "objective"}


def allow_rule(name: str) -> None:
    """Let policies name this rule of the user's own; raises ValueError where the name is taken."""
    if name in BUILT_IN:
        raise ValueError(f'rule "{name}": a built-in rule has this name; call yours something else')
    if name not in RULES:
        RULES.append(name)


class Measure(Kind):
    """A column of the outcomes: "value", or "level[NAME]"."""

    def read(self, raw: Any, at: Path, desk: Desk) -> Any:
        if isinstance(raw, str) and raw in MEASURES:
            return raw
        if not isinstance(raw, str):
            desk.fault(at, 'must be a measure in quotes, such as "value" or "level[NAME]"', found=shown(raw))
            return BAD
        stem, bracket, name = raw.removesuffix("]").partition("[")
        if bracket and raw.endswith("]") and stem in MEASURES_OF:
            if name in desk.names[MEASURES_OF[stem]]:
                return raw
            message = no_such(name, MEASURES_OF[stem], desk)
        else:
            known = (*MEASURES, *(f"{stem}[NAME]" for stem in MEASURES_OF))
            message = f"no such measure{suggestion(raw, known, all_of='measures')}"
        desk.fault(at, message, found=shown(raw))
        return BAD

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": rf"^({'|'.join(MEASURES)}|({'|'.join(MEASURES_OF)})\[.+\])$"}


def _exactly_one(given: Mapping[str, Any], at: Path, desk: Desk, *, of: tuple[str, ...]) -> None:
    """Rule: one of these keys, and only one."""
    ways = [key for key in of if key in given]
    if len(ways) > 1:
        desk.fault((*at, ways[1]), f"give only one of {', '.join(ways)}; remove the others", at_key=True)
    elif not ways and desk.sound(*at):
        desk.fault(at, f"needs one of {', '.join(of)}; add one", at_key=True)


def _one_condition(given: Mapping[str, Any], at: Path, desk: Desk) -> None:
    _exactly_one(given, at, desk, of=("shock", "warning", "objective_below", "cash_below", "week"))


def _range_or_values(given: Mapping[str, Any], at: Path, desk: Desk) -> None:
    _exactly_one(given, at, desk, of=("range", "values"))
    if "range" in given and given["range"][0] > given["range"][1]:
        low, high = given["range"]
        message = f"the low end {shown(low)} is above the high end {shown(high)}; swap them"
        desk.fault((*at, "range"), message)


def _review_outlasts_latency(given: Mapping[str, Any], at: Path, desk: Desk) -> None:
    every, latency = given.get("review_every"), given.get("latency", 0)
    if every is not None and latency >= every:
        message = f"must be below review_every = {every:g} weeks: a review must end before the next begins"
        desk.fault((*at, "latency"), message, found=shown(latency))


def _some_bound(given: Mapping[str, Any], at: Path, desk: Desk) -> None:
    if "min" not in given and "max" not in given and desk.sound(*at):
        desk.fault(at, "needs min or max, or both; add one", at_key=True)
    elif "min" in given and "max" in given and given["min"] > given["max"]:
        message = f"must not be below min = {shown(given['min'])}; swap them?"
        desk.fault((*at, "max"), message, found=shown(given["max"]))


OPPORTUNITY = Table(
    meaning="Something not yet known that exploration can discover and that improves an objective.",
    record=Opportunity,
    keys=(
        Key("name", Name(), "Name of the opportunity."),
        Key("summary", Text(), "What it is, in a sentence."),
        Key("objective", Reference("objective"), "The objective whose methods it improves."),
        Key("gain", Number(low=0, high=1000), "By how much: 0.4 is 40 %."),
        Key("difficulty", POSITIVE, "Exploring person-weeks that it takes, on average."),
        Key("opened_by", Reference("shock"), "It exists only after this shock."),
        Key("closes_after", Duration(absent=True), "It closes this long after it opened."),
    ),
)
CONDITION = Table(
    meaning="What activates the contingency: exactly one of these.",
    record=Condition,
    keys=(
        Key("shock", Reference("shock"), "This shock is recognised."),
        Key("warning", Reference("shock"), "This shock is warned of."),
        Key("objective_below", Weights("objective", AMOUNT, filled=True), "An objective's reading is below a level."),
        Key("cash_below", ANY, "Cash is below this."),
        Key("week", Number(low=0, high=5199, whole=True), "This week has come."),
    ),
    rules=(_one_condition,),
)
CONTINGENCY = Table(
    meaning="A prepared plan: a condition, an activation delay, actions, and what it costs.",
    record=Contingency,
    keys=(
        Key("name", Name(), "Name of the contingency."),
        Key("summary", Text(), "What it is, in a sentence."),
        Key("when", CONDITION, CONDITION.meaning),
        Key("after", Duration(high=5200, whole=True), "Weeks between condition and activation."),
        Key("lasts", Duration(low=1, infinite=True), "How long it stays active."),
        Key("absorbs", Weights("shock", SHARE), "Share of each shock's severity that it takes away."),
        Key("people", Weights("unit", Number(low=0, high=1e7)), "People it adds to units."),
        Key("strategy", Weights("objective", AMOUNT, filled=True), "The strategy it shifts to."),
        Key("credit", AMOUNT, "A credit line that it opens."),
        Key("release_slack", Flag(), "Whether slack is put to work while it is active."),
        Key("upkeep", AMOUNT, "Money a week to keep it ready."),
        Key("cost", AMOUNT, "Money when it is activated."),
    ),
)
TRIGGER = Table(
    meaning="A detector on perceived value; its alarm calls for a decision.",
    record=Trigger,
    keys=(
        Key("method", Choice(["cusum", "ewma"]), "The detector: cusum or ewma."),
        Key("allowance", AMOUNT, "Slack of the CUSUM, in standard deviations."),
        Key("threshold", POSITIVE, "Alarm threshold, in standard deviations."),
        Key("weight", Number(low=0, low_open=True, high=1), "Weight of the newest reading in the EWMA."),
        Key("baseline", Duration(low_open=True, infinite=True), "Half-life of the baseline."),
        Key("sd", POSITIVE, "Standard deviation of perceived value from week to week."),
    ),
)
POLICY = Table(
    meaning="How leadership senses, decides and realigns; every policy meets the same futures.",
    record=Policy,
    keys=(
        Key("name", Name(), "Name of the policy."),
        Key("summary", Text(), "What it is, in a sentence."),
        Key("rule", Choice(RULES), "How a strategy is proposed: static, follow, gap, plan, or a rule of your own."),
        Key("review_every", Duration(low=1, high=5200, whole=True, absent=True), "Weeks between reviews."),
        Key("latency", Duration(high=5200, whole=True), "Weeks from a review to its decision."),
        Key("stride", Number(low=0, low_open=True, high=1), "How far a decision goes toward the proposal."),
        Key("communication", Number(low=0, high=20), "Intensity of communication, 1 = normal."),
        Key("monitoring", Number(low=0, high=100), "Intensity of monitoring, 1 = normal."),
        Key("monitoring_cost", AMOUNT, "Money a week per unit of monitoring."),
        Key("slack", SHARE, "Share of time held back for responses."),
        Key("exploration", SHARE, "Share of time spent exploring."),
        Key("autonomy", SHARE, "How far units follow what they see instead of what they hear."),
        Key("on_recognised", Flag(), "Whether a recognised shock calls for an unscheduled decision."),
        Key("teams", Number(low=1, high=1000, whole=True), "Response teams for unscheduled cases."),
        Key("handling", Duration(), "Mean weeks that a case occupies a team."),
        Key("trigger", TRIGGER, TRIGGER.meaning),
        Key("contingencies", Listing(Reference("contingency"), most=200, distinct=True), "Plans kept ready."),
        Key("strategy", Weights("objective", AMOUNT, filled=True), "The first strategy, where not the organisation's."),
        Key("horizon", Duration(low=1), "Weeks within which the plan rule closes gaps that have no due date."),
    ),
    rules=(_review_outlasts_latency,),
)
REQUIREMENT = Table(
    meaning="What a policy must achieve to satisfice.",
    record=Requirement,
    keys=(
        Key("measure", Measure(), "The measure."),
        Key("min", ANY, "It must be at least this."),
        Key("max", ANY, "It must be at most this."),
        Key("share", SHARE, "In at least this share of futures."),
    ),
    rules=(_some_bound,),
)
FORCE = Table(
    meaning="A shock that strikes in a given week.",
    record=Force,
    keys=(
        Key("shock", Reference("shock"), "The shock."),
        Key("week", Number(low=0, high=5199, whole=True), "The week, counted from 0."),
        Key("severity", AMOUNT, "Its severity; drawn where not given."),
    ),
)
STRESS = Table(
    meaning="A named variant of the scenario: forced shocks and changed parameters.",
    record=Stress,
    keys=(
        Key("name", Name(reserved=("baseline",)), "Name of the stress test."),
        Key("summary", Text(), "What it is, in a sentence."),
        Key("force", Tables(table=FORCE, most=1000), "Shocks that strike in given weeks."),
        Key("set", Settings(), f"Key paths and values, like {quoted('organisation.cash')} = 8000."),
    ),
)
UNCERTAIN = Table(
    meaning="A parameter of which only a range or a list of values is known.",
    record=Uncertain,
    keys=(
        Key("set", Text(), "Its key path, like organisation.cash."),
        Key("range", Listing(ANY, most=2, least=2), "Lowest and highest value."),
        Key("values", Listing(ANYTHING, most=100, least=1), "The values it may take."),
    ),
    rules=(_range_or_values,),
)
