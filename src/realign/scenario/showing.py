"""A scenario at a glance, as an HTML fragment for notebooks.

Stage: scenario. In: a scenario. Out: tables without scripts or links; every text of the scenario is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from realign.scenario.records import Contingency, Policy, Scenario, Shock

_STYLE = "font:13px/1.45 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:60em;padding:.6em"
_CELL = "padding:.15em .7em;text-align:left;border-bottom:1px solid #ddd;vertical-align:top"


def scenario_html(scenario: Scenario) -> str:
    """What the organisation pursues, what it may meet, how it may be led."""
    people = sum(unit.people for unit in scenario.units)
    parts = [
        f"<h3 style='margin:0'>{escape(scenario.name)}</h3><p>{escape(scenario.summary)}</p>",
        f"<p>{scenario.weeks} weeks · {len(scenario.units)} units, {people:g} people · "
        f"{scenario.organisation.cash:,.0f} {escape(scenario.organisation.currency)} in hand · "
        f"{len(scenario.stresses)} stress tests</p>",
        _table(("objective", "weight", "now", "target", "due in week"), [
            (o.name, f"{o.weight:g}", f"{o.start:g}", f"{o.target:g}", "" if o.due is None else f"{o.due:g}")
            for o in scenario.objectives
        ]),
        _table(("shock", "how often", "on"), [
            (s.name, often(s), ", ".join(effect.on for effect in s.effects)) for s in scenario.shocks
        ]),
        _table(("policy", "how it leads"), [(p.name, p.summary or led(p)) for p in scenario.policies]),
        _table(("contingency", "when", "kept ready for"), [
            (c.name, condition(c), f"{c.upkeep:g} a week") for c in scenario.contingencies
        ]),
    ]  # fmt: skip
    return f'<div style="{_STYLE}">{"".join(parts)}</div>'


def often(shock: Shock) -> str:
    """How often a shock comes."""
    words = []
    if shock.rate > 0.0:
        words.append(f"{shock.rate:g} a year")
    if shock.chance > 0.0:
        words.append(f"once, with chance {shock.chance:.0%}")
    if shock.weeks:
        words.append("in week " + ", ".join(str(week) for week in shock.weeks))
    return "; ".join(words) or "never by itself"


def led(policy: Policy) -> str:
    """How a policy leads, where it has no summary."""
    reviews = f"reviews every {policy.review_every:g} weeks" if policy.review_every else "no reviews"
    return f"rule {policy.rule}, {reviews}"


def condition(contingency: Contingency) -> str:
    """When a contingency is activated."""
    when = contingency.when
    if when.shock is not None:
        return f"{when.shock} is recognised"
    if when.warning is not None:
        return f"{when.warning} is warned of"
    if when.objective_below is not None:
        return " or ".join(f"{name} is below {level:g}" for name, level in when.objective_below.items())
    return f"cash is below {when.cash_below:,.0f}" if when.cash_below is not None else f"week {when.week} comes"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    cells = "".join(f'<th style="{_CELL}">{escape(cell)}</th>' for cell in head)
    body = "".join(
        "<tr>" + "".join(f'<td style="{_CELL}">{escape(cell)}</td>' for cell in row) + "</tr>" for row in rows
    )
    return f'<table style="border-collapse:collapse;margin:.4em 0"><tr>{cells}</tr>{body}</table>'
