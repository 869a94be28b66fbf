"""What was assumed: the scenario in tables, as it was run.

Stage: report. In: the scenario. Out: HTML, in cards.
Idea: whoever doubts an answer must be able to see what it was made from without opening another file: how often what
strikes and how hard, who works on what, what each policy does. A column that says the same of everybody is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isinf
from typing import Any

from realign.report.markup import card, paragraph, table
from realign.report.words import counted, listed, percent
from realign.scenario import Scenario

Describe = Callable[[Any], str]

HOW = (
    "Every week the world moves first: regimes switch, true priorities and demand drift, shocks arrive, alone, in "
    "clusters or caused by others, and the same for every policy. What strikes takes people, productivity, cash, "
    "clarity or what has been attained. Units then work on what they believe matters; effort of several functions "
    "becomes output, less what is lost where units pull in different directions. Levels fade and grow; value is "
    "what the market rewards of what is attained; cash is reckoned, and ruin is final. Leadership senses late, "
    "noisily and with its biases, decides at reviews, alarms and recognised shocks, when it has time, and its "
    "strategy is passed down, garbled at each step. Beliefs follow slowly, effort follows beliefs, machines "
    "follow last. Prepared contingencies act on their condition and absorb part of a shock. Exploration finds "
    "better methods."
)
LIMITS = (
    "The probabilities are those of the scenario: a rate that is wrong by a factor of two gives a chance of ruin "
    "that is wrong too, with a narrow interval around it. Intervals express only that finitely many futures were "
    "played."
)


def assumptions(scenario: Scenario) -> list[str]:
    """Cards: the model in a paragraph, then what the scenario says of shocks, policies, objectives, units."""
    cards = [card("<h3>The model in a paragraph</h3>", paragraph(HOW), paragraph(LIMITS))]
    for title, things, columns in (
        ("Shocks", scenario.shocks, _SHOCKS),
        ("Policies", scenario.policies, _POLICIES),
        ("Contingencies", scenario.contingencies, _CONTINGENCIES),
        ("Objectives", scenario.objectives, _OBJECTIVES),
        ("Units", scenario.units, _UNITS),
        ("Stress tests", scenario.stresses, _STRESSES),
        ("What is uncertain beyond chance", scenario.uncertain, _UNCERTAIN),
    ):
        if things:
            cards.append(card(_described(title, things, columns)))
    return cards


def _described(title: str, things: Sequence[Any], columns: Mapping[str, Describe]) -> str:
    """A table of things, without the columns that say nothing."""
    filled = {name: [describe(thing) for thing in things] for name, describe in columns.items()}
    kept = {name: cells for place, (name, cells) in enumerate(filled.items()) if place == 0 or any(cells)}
    rows = list(zip(*kept.values()))
    return table(list(kept), rows, title=title, words=len(kept))


def _amount(value: float) -> str:
    return f"{value:,.6g}".replace("-", "−")


def _weeks(value: float | None) -> str:
    if value is None:
        return "never"
    return "for ever" if isinf(value) else counted(int(value), "week") if value == int(value) else f"{value:.3g} weeks"


def _shares(shares: Mapping[str, float] | None) -> str:
    return ", ".join(f"{name} {_amount(share)}" for name, share in (shares or {}).items())


def _how_often(shock: Any) -> str:
    said = [f"{_amount(shock.rate)} a year"] if shock.rate else []
    said += [f"once, with {percent(shock.chance)}"] if shock.chance else []
    said += [f"in week {listed([str(week) for week in shock.weeks])}"] if shock.weeks else []
    if shock.clustering is not None:
        said.append(f"each brings {_amount(shock.clustering.branching)} more")
    return "; ".join(said) or "only when caused or forced"


def _severity(shock: Any) -> str:
    severity = shock.severity
    numbers = ", ".join(_amount(number) for number in severity.parameters)
    cap = f", at most {_amount(severity.max)}" if severity.max != float("inf") else ""
    if severity.dist == "empirical":
        return f"one of {len(severity.values)} values{cap}"
    return f"{severity.dist} {numbers}{cap}"


def _effects(shock: Any) -> str:
    said = []
    for effect in shock.effects:
        named = (*effect.objectives, *effect.functions, *([] if isinstance(effect.units, str) else effect.units))
        whom = f" of {', '.join(named)}" if named else " of one unit" if effect.units == "one" else ""
        said.append(f"{effect.on}{whom} {_amount(effect.size)}")
    said += [f"causes {cause.shock} with {percent(cause.chance)}" for cause in shock.causes]
    return "; ".join(said)


def _condition(contingency: Any) -> str:
    when = contingency.when
    said = [f"{when.shock} is recognised"] if when.shock else []
    said += [f"{when.warning} is warned of"] if when.warning else []
    said += [f"{name} is below {_amount(level)}" for name, level in (when.objective_below or {}).items()]
    said += [f"cash is below {_amount(when.cash_below)}"] if when.cash_below is not None else []
    said += [f"week {when.week}"] if when.week is not None else []
    return " or ".join(said)


def _does(contingency: Any) -> str:
    said = [f"absorbs {percent(share)} of {name}" for name, share in contingency.absorbs.items()]
    said += [f"{_amount(people)} more people for {name}" for name, people in contingency.people.items()]
    said += [f"strategy {_shares(contingency.strategy)}"] if contingency.strategy else []
    said += [f"credit {_amount(contingency.credit)}"] if contingency.credit else []
    said += ["releases slack"] if contingency.release_slack else []
    return "; ".join(said)


def _joins(unit: Any) -> str:
    if unit.joins is None:
        return ""
    return f"after {_weeks(unit.joins)}" if isinstance(unit.joins, int | float) else f"with {unit.joins.shock}"


def _if(value: Any, said: str) -> str:
    return said if value else ""


_SHOCKS: dict[str, Describe] = {
    "shock": lambda s: s.name,
    "how often": _how_often,
    "severity": _severity,
    "effects, at severity 1": _effects,
    "recognised after": lambda s: _if(s.recognised_after, f"{_weeks(s.recognised_after)} on average"),
    "warning": lambda s: "" if s.warning is None else f"{s.warning.lead} weeks ahead with {percent(s.warning.chance)}",
}
_POLICIES: dict[str, Describe] = {
    "policy": lambda p: p.name,
    "rule": lambda p: p.rule,
    "reviews": lambda p: _weeks(p.review_every) if p.review_every is None else f"every {_weeks(p.review_every)}",
    "acts on recognised shocks": lambda p: _if(p.on_recognised, "yes"),
    "alarm": lambda p: "" if p.trigger is None else p.trigger.method,
    "monitoring": lambda p: _amount(p.monitoring),
    "communication": lambda p: _amount(p.communication),
    "slack": lambda p: _if(p.slack, percent(p.slack)),
    "exploration": lambda p: _if(p.exploration, percent(p.exploration)),
    "autonomy": lambda p: _if(p.autonomy, percent(p.autonomy)),
    "contingencies": lambda p: ", ".join(p.contingencies),
}
_CONTINGENCIES: dict[str, Describe] = {
    "contingency": lambda c: c.name,
    "when": _condition,
    "does": _does,
    "after": lambda c: _if(c.after, _weeks(c.after)),
    "lasts": lambda c: _weeks(c.lasts),
    "upkeep a week": lambda c: _if(c.upkeep, _amount(c.upkeep)),
    "cost": lambda c: _if(c.cost, _amount(c.cost)),
}
_OBJECTIVES: dict[str, Describe] = {
    "objective": lambda o: o.name,
    "weight": lambda o: _amount(o.weight),
    "from": lambda o: _amount(o.start),
    "target": lambda o: _amount(o.target),
    "due": lambda o: _if(o.due is not None, _weeks(o.due)),
    "half lost without effort in": lambda o: _weeks(o.fade),
    "needs": lambda o: _shares(o.needs),
    "depends on": lambda o: _shares(o.depends_on),
}
_UNITS: dict[str, Describe] = {
    "unit": lambda u: u.name if u.count == 1 else f"{u.name} ({u.count} alike)",
    "function": lambda u: u.function,
    "people": lambda u: _amount(u.people),
    "reports to": lambda u: u.reports_to or "",
    "half-life of reallocation": lambda u: _weeks(u.inertia),
    "resistance": lambda u: _if(u.resistance, percent(u.resistance)),
    "automation": lambda u: _if(u.automation, percent(u.automation)),
    "joins": _joins,
}
_STRESSES: dict[str, Describe] = {
    "stress test": lambda s: s.name,
    "forces": lambda s: "; ".join(
        f"{f.shock} in week {f.week}" + ("" if f.severity is None else f", severity {_amount(f.severity)}")
        for f in s.force
    ),
    "changes": lambda s: "; ".join(f"{key} = {value}" for key, value in s.set.items()),
}
_UNCERTAIN: dict[str, Describe] = {
    "what": lambda u: u.set,
    "may lie": lambda u: "" if u.range is None else f"between {_amount(u.range[0])} and {_amount(u.range[1])}",
    "may be": lambda u: "" if u.values is None else ", ".join(map(str, u.values)),
}
