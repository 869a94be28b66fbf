"""The keys of a scenario file, with their kinds, ranges and meanings: the one table behind it all.

Stage: scenario. In: nothing. Out: ROOT, the table of the whole file.
Idea: a row per key. Reading, the wording of faults, key paths and the JSON Schema all follow from these rows; the
defaults stand in `records`. Shocks and policies have rows enough for files of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realign.scenario.desk import Desk
from realign.scenario.keys_of_policies import CONTINGENCY, OPPORTUNITY, POLICY, REQUIREMENT, STRESS, UNCERTAIN
from realign.scenario.keys_of_shocks import AMOUNT, ANY, POSITIVE, SHARE, SHOCK
from realign.scenario.kinds import Choice, Duration, Name, Number, Reference, Text
from realign.scenario.positions import Path
from realign.scenario.records import (
    Communication,
    Engagement,
    Join,
    Market,
    Network,
    Objective,
    Organisation,
    Regime,
    Scenario,
    Unit,
)  # fmt: skip
from realign.scenario.shapes import Either, Key, Table, Tables, Weights

_LEVELS = Weights("objective", AMOUNT)
_SHARES = Weights("objective", AMOUNT, filled=True)
_NEEDS = Weights("function", AMOUNT, filled=True, normalised=True, empty=True)
_NEXT = Weights("regime", AMOUNT, filled=True, empty=True)
_HALF_LIFE = Duration(infinite=True)
_NOISE = Number(low=0, high=10)


def _some_skill(given: Mapping[str, Any], at: Path, desk: Desk) -> None:
    """Rule: a unit can do something; skill is 1 where the file does not name it."""
    skill = given.get("skill", {})
    objectives = desk.names["objective"]
    if objectives and all(skill.get(name, 1.0) == 0 for name in objectives):
        desk.fault((*at, "skill"), "must be above 0 for at least one objective: this unit can do nothing")


ORGANISATION = Table(
    meaning="Money, and the frictions that all units share.",
    record=Organisation,
    keys=(
        Key("currency", Text(longest=20), "The one currency of all money."),
        Key("cash", ANY, "Money in hand at the start."),
        Key("credit", Number(low=0, infinite=True), "Ruin is cash below minus this; inf: cannot be ruined."),
        Key("revenue", AMOUNT, "A week, when every objective is attained and demand is normal."),
        Key("fixed_cost", AMOUNT, "A week."),
        Key("wage", AMOUNT, "Per person-week."),
        Key("switching_loss", SHARE, "Effort lost per share of effort moved."),
        Key("realigning_cost", AMOUNT, "Money per unit of strategy moved (half the L1 distance)."),
        Key("coordination_loss", SHARE, "Share of output lost when beliefs point every which way."),
        Key("discount", Number(low=0, high=10), "Discount rate, a year."),
        Key("diversity_bonus", AMOUNT, "How much diverse beliefs speed discovery."),
        Key("strategy", _SHARES, "Published before week 0; the objectives' weights where not given."),
    ),
)
COMMUNICATION = Table(
    meaning="How a message sinks in.",
    record=Communication,
    keys=(
        Key("half_life", _HALF_LIFE, "Time for a message to sink in, at intensity 1."),
        Key("clarity_noise", _NOISE, "Garbling per step of the cascade."),
        Key("superior", SHARE, "Weight of the superior against peers."),
        Key("meeting_time", SHARE, "Share of time that communication takes, at intensity 1."),
    ),
)
ENGAGEMENT = Table(
    meaning="What takes from engagement (1 = normal).",
    record=Engagement,
    keys=(
        Key("churn", _NOISE, "Per share of effort moved a week."),
        Key("overload", SHARE, "While a response is under way."),
        Key("disagreement", SHARE, "Per unit of disagreement (1 - cosine of belief and allocation)."),
        Key("half_life", _HALF_LIFE, "Half-life of engagement's adjustment."),
    ),
)
MARKET = Table(
    meaning="How priorities and demand drift, and how leadership perceives them.",
    record=Market,
    keys=(
        Key("perceived_half_life", _HALF_LIFE, "Half-life with which perception follows the truth."),
        Key("perception_noise", _NOISE, "Noise of perceived priorities, at monitoring 1."),
        Key("perception_bias", _LEVELS, "Factor on what is perceived, by objective; 1 where not given."),
        Key("priority_volatility", Number(low=0, high=5), "A week."),
        Key("priority_half_life", _HALF_LIFE, "Half-life of the priorities' drift back."),
        Key("demand_volatility", Number(low=0, high=5), "A week."),
        Key("demand_half_life", _HALF_LIFE, "Half-life of demand's drift back."),
    ),
)
NETWORK = Table(
    meaning="Informal ties for units without listens_to.",
    record=Network,
    keys=(
        Key("kind", Choice(["none", "complete", "small world", "random", "within function"]), "Shape of the network."),
        Key("degree", Number(low=0, high=1000, whole=True), "Ties per unit."),
        Key("rewire", SHARE, "Share of a small world's ties that are rewired at random."),
    ),
)
REGIME = Table(
    meaning="A state of the world that scales shock rates and volatility; the first one is the start.",
    record=Regime,
    keys=(
        Key("name", Name(), "Name of the regime."),
        Key("lasts", Duration(low=1), "Its mean duration."),
        Key("shock_rate", Number(low=0, high=1000), "Factor on the rates of shocks."),
        Key("volatility", Number(low=0, high=100), "Factor on volatility."),
        Key("next", _NEXT, "Weights of the regimes that follow; the others alike if not given."),
    ),
)
JOIN = Table(
    meaning="The unit joins when a shock first strikes.",
    record=Join,
    keys=(Key("shock", Reference("shock"), "The shock, such as a merger."),),
)
_JOINING = Either(number=Duration(), text=Duration(), table=JOIN)
UNIT = Table(
    meaning="An agent: a person, team or department.",
    record=Unit,
    keys=(
        Key("name", Name(), "Name of the unit."),
        Key("function", Name(), "What kind of work it does."),
        Key("people", Number(low=0, low_open=True, high=1e7), "Number of people."),
        Key("count", Number(low=1, high=1000, whole=True), 'This many units alike: "Name 1", "Name 2" ...'),
        Key("reports_to", Reference("unit"), "Its superior; a unit without one hears the strategy itself."),
        Key("listens_to", Weights("unit", POSITIVE), "Weights of its peers; by the network where not given."),
        Key("skill", _LEVELS, "Skill by objective: 1 where not given, 0 = cannot."),
        Key("inertia", _HALF_LIFE, "Half-life of reallocation."),
        Key("resistance", SHARE, "Pull of the initial belief."),
        Key("believes", _SHARES, "Its initial belief; the strategy where not given."),
        Key("automation", SHARE, "Share of its effort that is hard-wired."),
        Key("retooling", _HALF_LIFE, "Half-life with which hard-wired effort follows the strategy."),
        Key("exploration", SHARE, "Share of time spent exploring, instead of the policy's."),
        Key("sensing_noise", _NOISE, "Noise of its own view of true priorities."),
        Key("joins", _JOINING, "When it joins; from the start where not given."),
        Key("growth", Number(low=0, high=1e6), "People a year."),
        Key(
            "newcomer_belief",
            Either(text=Choice(["uniform", "own", "strategy"]), table=_SHARES),
            "What newcomers believe: uniform, own (as the unit at the start), strategy, or shares by objective.",
        ),
        Key("newcomer_skill", SHARE, "Proficiency of newcomers, 1 = full."),
        Key("learning", _HALF_LIFE, "Half-life with which newcomers become proficient."),
    ),
    rules=(_some_skill,),
)
OBJECTIVE = Table(
    meaning="Something the organisation pursues.",
    record=Objective,
    keys=(
        Key("name", Name(), "Name of the objective."),
        Key("perspective", Choice(["financial", "customer", "process", "learning"]), "Balanced-scorecard perspective."),
        Key("weight", AMOUNT, "Its true priority at the start, against the others."),
        Key("start", AMOUNT, "Level at the start."),
        Key("target", POSITIVE, "Level at which it is attained."),
        Key("due", Duration(low_open=True, absent=True), "When it is due."),
        Key("fade", _HALF_LIFE, "Half-life of the level without effort."),
        Key("gain", AMOUNT, "Level gained per effective person-week."),
        Key("needs", _NEEDS, "Shares of work by function; any work will do where not given."),
        Key("substitution", Number(low=0, infinite=True), "Elasticity between functions; inf: any will do."),
        Key("output_noise", _NOISE, "Noise of a week's output, of its human share only."),
        Key("methods_half_life", _HALF_LIFE, "Methods go out of date without discovery."),
        Key("kpi_noise", _NOISE, "Noise of the level's readings."),
        Key("kpi_lag", Duration(high=520, whole=True), "Weeks by which readings are late."),
        Key("depends_on", Weights("objective", AMOUNT), "Objectives whose attainment this one's worth depends on."),
    ),
)

ROOT = Table(
    meaning="A scenario: an organisation, its objectives, the shocks it may meet, the policies to compare.",
    record=Scenario,
    keys=(
        Key("schema", Number(low=1, high=1, whole=True), "Version of this file's format."),
        Key("name", Name(), "Name of the scenario."),
        Key("summary", Text(), "What it is about."),
        Key("weeks", Duration(low=1, high=5200, whole=True), "Horizon."),
        Key("futures", Number(low=1, high=10**9, whole=True), "Number of futures."),
        Key("seed", Number(low=0, high=2**32 - 1, whole=True), "Seed of all randomness."),
        Key("organisation", ORGANISATION, ORGANISATION.meaning),
        Key("communication", COMMUNICATION, COMMUNICATION.meaning),
        Key("engagement", ENGAGEMENT, ENGAGEMENT.meaning),
        Key("market", MARKET, MARKET.meaning),
        Key("network", NETWORK, NETWORK.meaning),
        Key("regime", Tables(table=REGIME, most=100, named="regime"), REGIME.meaning, "regimes"),
        Key("unit", Tables(table=UNIT, most=2000, least=1, named="unit"), UNIT.meaning, "units"),
        Key(
            "objective",
            Tables(table=OBJECTIVE, most=200, least=1, named="objective"),
            OBJECTIVE.meaning,
            "objectives",
        ),
        Key("shock", Tables(table=SHOCK, most=500, named="shock"), SHOCK.meaning, "shocks"),
        Key(
            "opportunity",
            Tables(table=OPPORTUNITY, most=200, named="opportunity"),
            OPPORTUNITY.meaning,
            "opportunities",
        ),
        Key(
            "contingency",
            Tables(table=CONTINGENCY, most=200, named="contingency"),
            CONTINGENCY.meaning,
            "contingencies",
        ),
        Key("policy", Tables(table=POLICY, most=100, least=1, named="policy"), POLICY.meaning, "policies"),
        Key("requirement", Tables(table=REQUIREMENT, most=200), REQUIREMENT.meaning, "requirements"),
        Key("stress", Tables(table=STRESS, most=100, named="stress test"), STRESS.meaning, "stresses"),
        Key("uncertain", Tables(table=UNCERTAIN, most=200), UNCERTAIN.meaning),
    ),
)
