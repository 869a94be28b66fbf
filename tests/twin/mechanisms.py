"""Which mechanisms of the model a life went through: what a proof of agreement has to have reached.

`reached(life)` names them. Most are read off what happened; the others off the scenario and the policy that was lived.
"""

import math
from collections.abc import Iterator

from realign.scenario.records import Join, Scenario
from realign.twin import Life
from realign.twin.history import BY_CHANCE, BY_RATE, CAUSED, FORCED, SCHEDULED

SEVERITIES = ("fixed", "uniform", "triangular", "lognormal", "exponential", "pareto", "gpd", "empirical")
FELT = ("capacity", "productivity", "clarity", "priority", "demand")
ONE_OFF = ("setback", "cash", "methods", "turnover", "leadership")
EVENTS = (
    "strike", "warning", "recognised", "false alarm", "alarm", "decision", "activated", "expired",
    "found", "adopted", "closed", "ruin", "joined",
)  # fmt: skip
NETWORKS = ("none", "complete", "small world", "random", "within function")
SOURCES = {BY_RATE: "by rate", SCHEDULED: "scheduled", BY_CHANCE: "once", FORCED: "forced", CAUSED: "caused"}
CONDITIONS = ("shock", "warning", "objective_below", "cash_below", "week")

MECHANISMS = (
    *(f"event {kind}" for kind in EVENTS),
    *(f"arrival {source}" for source in SOURCES.values()),
    "arrival clustered", "arrival of a forced severity", "several arrivals in a week",
    *(f"severity {dist}" for dist in SEVERITIES), "severity capped",
    *(f"effect {on} with half_life" for on in FELT), *(f"effect {on} that lasts" for on in FELT),
    *(f"effect {on}" for on in ONE_OFF), *(f"effect on units {which}" for which in ("all", "one", "named", "function")),
    "effect on named objectives", "leadership with a view of its own",
    "regime changes", "regime alone", "priorities drift", "demand drifts",
    *(f"needs with substitution {sigma}" for sigma in ("0.0", "0.5", "1.0", "2.0", "inf")), "no needs",
    "depends_on", "output noise", "coordination loss", "switching loss", "methods age", "automation", "due date",
    *(f"network {kind}" for kind in NETWORKS), "listens_to", "depth of reporting 2 or more", "superior not there",
    "joins in a week", "joins by shock", "growth",
    *(f"newcomers {kind}" for kind in ("uniform", "own", "strategy", "shares")),
    "own exploration", "resistance", "inertia of every kind", "half-lives 0 and never",
    "perception bias", "perception noise", "reading noise", "reading lag",
    *(f"monitoring {level}" for level in ("0", "below 1", "above 1")), "autonomy", "clarity noise",
    "engagement churn", "engagement overload", "engagement disagreement",
    *(f"rule {rule}" for rule in ("static", "follow", "gap", "plan")), "what does not fit is cut", "stride below 1",
    "review with latency", "decision after a case", "on_recognised", "trigger cusum", "trigger ewma",
    "several teams", "handling 0", "handling above 0", "a case waits", "a response is under way", "slack held back",
    *(f"condition {condition}" for condition in CONDITIONS), "plan with delay", "plan renewed", "plan in vain",
    "plan absorbs", "plan adds people", "plan has a strategy", "plan opens credit", "plan releases slack",
    "opportunity opened by a shock", "adopted at once", "own first strategy", "more than four objectives",
    "stress test",
)  # fmt: skip


def _of_world(life: Life, scenario: Scenario) -> Iterator[str]:
    shocks = {shock.name: shock for shock in scenario.shocks}
    weeks = [arrival.week for arrival in life.history.arrivals]
    if len(set(weeks)) < len(weeks):
        yield "several arrivals in a week"
    for arrival in life.history.arrivals:
        shock = shocks[arrival.shock]
        source = SOURCES[arrival.number & ~0xFFFF]
        yield f"arrival {source}"
        yield f"severity {shock.severity.dist}"
        if source == "by rate" and shock.clustering is not None:
            yield "arrival clustered"
        if arrival.severity == shock.severity.max:
            yield "severity capped"
        for effect in shock.effects:
            if effect.on in FELT:
                yield f"effect {effect.on} " + ("with half_life" if effect.half_life is not None else "that lasts")
            else:
                yield f"effect {effect.on}"
            if effect.on in ("capacity", "turnover"):
                named = effect.units if isinstance(effect.units, str) else "named"
                yield f"effect on units {'function' if effect.functions else named}"
            if effect.objectives:
                yield "effect on named objectives"
            if effect.believes is not None:
                yield "leadership with a view of its own"
    if len({regime.name for regime in life.history.regimes}) > 1:
        yield "regime changes"
    if len(scenario.regimes) == 1:
        yield "regime alone"
    if scenario.market.priority_volatility > 0.0:
        yield "priorities drift"
    if scenario.market.demand_volatility > 0.0:
        yield "demand drifts"
    if life.stress != "baseline":
        yield "stress test"
        forced = [force for force in life.scenario.stress(life.stress).force if force.severity is not None]
        if forced:
            yield "arrival of a forced severity"


def _of_organisation(life: Life, scenario: Scenario) -> Iterator[str]:
    terms, market = scenario.organisation, scenario.market
    yield f"network {scenario.network.kind}"
    flags = {
        "coordination loss": terms.coordination_loss > 0.0,
        "switching loss": terms.switching_loss > 0.0,
        "perception bias": bool(market.perception_bias),
        "perception noise": market.perception_noise > 0.0,
        "clarity noise": scenario.communication.clarity_noise > 0.0,
        "engagement churn": scenario.engagement.churn > 0.0,
        "engagement overload": scenario.engagement.overload > 0.0,
        "engagement disagreement": scenario.engagement.disagreement > 0.0,
        "more than four objectives": len(scenario.objectives) > 4,
    }
    yield from (name for name, on in flags.items() if on)
    for objective in scenario.objectives:
        yield f"needs with substitution {objective.substitution}" if objective.needs else "no needs"
        flags = {
            "depends_on": bool(objective.depends_on),
            "output noise": objective.output_noise > 0.0,
            "methods age": not math.isinf(objective.methods_half_life),
            "due date": objective.due is not None,
            "reading noise": objective.kpi_noise > 0.0,
            "reading lag": objective.kpi_lag > 0,
        }
        yield from (name for name, on in flags.items() if on)
    superior = {unit.name: unit.reports_to for unit in scenario.units}
    inertia = {unit.inertia for unit in scenario.units}
    if {0.0, math.inf} <= inertia:
        yield "half-lives 0 and never"
    if any(0.0 < half_life < math.inf for half_life in inertia):
        yield "inertia of every kind"
    for unit in scenario.units:
        boss = superior[unit.name]
        joined = life.history.joins[unit.name]
        grows = unit.growth > 0.0 and joined < scenario.weeks
        newcomers = unit.newcomer_belief if isinstance(unit.newcomer_belief, str) else "shares"
        flags = {
            "automation": unit.automation > 0.0,
            "listens_to": bool(unit.listens_to),
            "depth of reporting 2 or more": boss is not None and superior[boss] is not None,
            "superior not there": boss is not None and life.history.joins[boss] > joined,
            "joins in a week": isinstance(unit.joins, float | int) and 0 < joined < scenario.weeks,
            "joins by shock": isinstance(unit.joins, Join) and joined < scenario.weeks,
            "growth": grows,
            f"newcomers {newcomers}": grows,
            "own exploration": unit.exploration is not None,
            "resistance": unit.resistance > 0.0,
        }
        yield from (name for name, on in flags.items() if on)


def _of_policy(life: Life, scenario: Scenario) -> Iterator[str]:
    policy = next(policy for policy in scenario.policies if policy.name == life.policy)
    reasons = {reason for decision in life.decisions for reason in decision.reasons}
    flags = {
        "monitoring 0": policy.monitoring == 0.0,
        "monitoring below 1": 0.0 < policy.monitoring < 1.0,
        "monitoring above 1": policy.monitoring > 1.0,
        "autonomy": policy.autonomy > 0.0,
        f"rule {policy.rule}": bool(life.decisions),
        "what does not fit is cut": policy.rule == "plan"
        and any(min(decision.proposal.values()) == 0.0 for decision in life.decisions),
        "stride below 1": policy.stride < 1.0 and bool(life.decisions),
        "review with latency": policy.latency > 0 and "review" in reasons,
        "decision after a case": bool(reasons - {"review"}),
        "on_recognised": policy.on_recognised and any(case.reason for case in life.cases),
        "several teams": policy.teams > 1 and bool(life.cases),
        "handling 0": policy.handling == 0.0 and bool(life.cases),
        "handling above 0": policy.handling > 0.0 and bool(life.cases),
        "a case waits": any(case.begun > case.opened for case in life.cases),
        "a response is under way": any(state["organisation", "responding", ""] for state in life.states),
        "slack held back": policy.slack > 0.0,
        "own first strategy": policy.strategy is not None,
        "plan in vain": life.outcomes["in_vain"] > 0.0,
    }
    yield from (name for name, on in flags.items() if on)
    if policy.trigger is not None:
        yield f"trigger {policy.trigger.method}"


def _of_events(life: Life, scenario: Scenario) -> Iterator[str]:
    plans = {plan.name: plan for plan in scenario.contingencies}
    ended: set[tuple[int, str]] = set()
    for event in life.events:
        yield f"event {event.kind}"
        if event.kind == "expired":
            ended.add((event.week, event.name))
        if event.kind == "found" and ("adopted", event.name) in {
            (other.kind, other.name) for other in life.events if other.week == event.week
        }:
            yield "adopted at once"
    for event in life.events:
        if event.kind == "found" and any(o.name == event.name and o.opened_by for o in scenario.opportunities):
            yield "opportunity opened by a shock"
        if event.kind != "activated":
            continue
        plan = plans[event.name]
        yield from (f"condition {name}" for name in CONDITIONS if getattr(plan.when, name) is not None)
        flags = {
            "plan with delay": plan.after > 0,
            "plan renewed": (event.week, event.name) in ended,
            "plan absorbs": bool(plan.absorbs),
            "plan adds people": bool(plan.people),
            "plan has a strategy": plan.strategy is not None,
            "plan opens credit": plan.credit > 0.0,
            "plan releases slack": plan.release_slack,
        }
        yield from (name for name, on in flags.items() if on)


def reached(life: Life) -> set[str]:
    """The mechanisms that a life went through."""
    scenario = life.scenario
    parts = (_of_world, _of_organisation, _of_policy, _of_events)
    return {name for part in parts for name in part(life, scenario)}
