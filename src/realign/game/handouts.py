"""Handouts of a workshop: what a room is given on paper before anything is played.

Stage: game. In: a scenario. Out: one HTML page that prints on A4: the organisation, a card for each shock and each
plan, a slip for bets, a sheet for what is decided.
Idea: who holds the cards in hand argues about them; what is wrong on a card is put right in the scenario file.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from html import escape
from pathlib import Path

from realign.game.html import table_html
from realign.scenario.records import Contingency, Effect, Scenario, Shock
from realign.scenario.showing import condition, often

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Handouts: {title}</title><style>
body {{ font: 14px/1.5 system-ui, sans-serif; color: #1a1a1a; max-width: 50em; margin: 2em auto; padding: 0 1em; }}
section {{ break-after: page; }} section:last-child {{ break-after: auto; }}
.cards {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(17em, 1fr)); gap: .8em; }}
.card {{ border: 1.5px solid #5c6873; border-radius: 6px; padding: .6em .8em; break-inside: avoid; }}
.card h3 {{ margin: 0 0 .3em; }} .card p {{ margin: .2em 0; }}
td {{ min-width: 6em; height: 2em; }}
</style></head><body>{body}</body></html>
"""
_DOES = {
    "capacity": "{share} of the time of {who} is lost", "productivity": "work on {what} yields {share} less",
    "setback": "{what} falls by {share} at once", "priority": "{what} matters {more}", "demand": "demand {changes}",
    "cash": "costs {money}", "clarity": "messages are garbled", "methods": "methods for {what} lose {share}",
    "turnover": "{share} of {who} are newcomers", "leadership": "a new leadership, with its own idea of what matters",
}  # fmt: skip


def handouts(scenario: Scenario) -> str:
    """The page."""
    sections = [
        _organisation(scenario),
        "<h2>What may come</h2>" + _cards([_shock(shock, scenario) for shock in scenario.shocks]),
        "<h2>What could be kept ready</h2>" + _cards([_plan(plan, scenario) for plan in scenario.contingencies]),
        _bets(scenario),
        _decided(scenario),
    ]
    body = "".join(f"<section>{section}</section>" for section in sections)
    return _PAGE.format(title=escape(scenario.name), body=body)


def write_handouts(scenario: Scenario, path: str | os.PathLike[str]) -> Path:
    """Write the page, to be printed from a browser."""
    target = Path(path)
    target.write_text(handouts(scenario), encoding="utf-8")
    return target


def _organisation(scenario: Scenario) -> str:
    money = f"{scenario.organisation.cash:,.0f} {scenario.organisation.currency}"
    objectives = [
        (escape(o.name), f"{o.start:g}", f"{o.target:g}", "" if o.due is None else f"week {o.due:g}", "")
        for o in scenario.objectives
    ]
    units = [(escape(u.name), f"{u.people:g}", escape(u.reports_to or ""), "") for u in scenario.units]
    return (
        f"<h1>{escape(scenario.name)}</h1><p>{escape(scenario.summary)}</p>"
        f"<p>{scenario.weeks} weeks lie ahead; {money} in hand.</p>"
        + table_html(("objective", "now", "target", "due", "is that so?"), objectives, text=(0, 4))
        + table_html(("unit", "people", "reports to", "is that so?"), units, text=(0, 2, 3))
    )


def _cards(cards: Sequence[tuple[str, Sequence[str]]]) -> str:
    found = "".join(
        f'<div class="card"><h3>{escape(name)}</h3>{"".join(f"<p>{escape(line)}</p>" for line in lines)}</div>'
        for name, lines in cards
    )
    return f'<div class="cards">{found}</div>'


def _shock(shock: Shock, scenario: Scenario) -> tuple[str, Sequence[str]]:
    noticed = f"noticed after {_weeks(shock.recognised_after)}" if shock.recognised_after else "noticed at once"
    lines = [shock.summary, f"How often: {often(shock)}; {noticed}."]
    if shock.warning is not None:
        lines.append(f"May be announced {_weeks(shock.warning.lead)} before.")
    lines.append("Does: " + "; ".join(effect_words(effect, scenario) for effect in shock.effects) + ".")
    return shock.name, [line for line in lines if line]


def effect_words(effect: Effect, scenario: Scenario) -> str:
    """What an effect does at severity 1, in words."""
    names = effect.units if isinstance(effect.units, tuple) else ()
    who = {"all": "all people", "one": "one unit"}.get(str(effect.units), ", ".join(names))
    words = _DOES[effect.on].format(
        share=f"{effect.size:.0%}", who=", ".join(effect.functions) or who,
        what=", ".join(effect.objectives) or "every objective",
        more="more" if effect.size > 0 else "less", changes="rises" if effect.size > 0 else "falls",
        money=f"{effect.size:,.0f} {scenario.organisation.currency}",
    )  # fmt: skip
    if effect.half_life is not None:
        words += f", half of it gone after {_weeks(effect.half_life)}"
    return words + (f", for {_weeks(effect.lasts)}" if effect.lasts is not None else "")


def _plan(plan: Contingency, scenario: Scenario) -> tuple[str, Sequence[str]]:
    currency, lines = scenario.organisation.currency, [plan.summary, f"Starts when {condition(plan)}."]
    lines.append(f"Acts after {_weeks(plan.after)}, for {_weeks(plan.lasts)}.")
    lines += [f"Takes {share:.0%} off: {shock}." for shock, share in plan.absorbs.items()]
    if plan.credit:
        lines.append(f"A credit of {plan.credit:,.0f} {currency}.")
    lines += [f"{people:g} more people in {unit}." for unit, people in plan.people.items()]
    if plan.strategy is not None:
        lines.append(
            "Effort goes to " + ", ".join(f"{name} {share:.0%}" for name, share in plan.strategy.items()) + "."
        )
    if plan.release_slack:
        lines.append("Time that is held back is released.")
    lines.append(f"Costs {plan.upkeep * 52:,.0f} {currency} a year to keep ready, {plan.cost:,.0f} to start.")
    return plan.name, [line for line in lines if line]


def _weeks(weeks: float) -> str:
    return "as long as it takes" if weeks == float("inf") else f"{weeks:g} week{'' if weeks == 1 else 's'}"


def _bets(scenario: Scenario) -> str:
    rows = [(escape(plan.name), "", "", "") for plan in scenario.contingencies]
    head = ("plan", "adds most value (1, 2, ...)", "saves most futures from ruin (1, 2, ...)", "not worth its price?")
    return "<h2>My bets</h2><p>Name:</p><p>Before anything is played.</p>" + table_html(head, rows, text=range(4))


def _decided(scenario: Scenario) -> str:
    rows = [(escape(plan.name), "", "", "", "") for plan in scenario.contingencies]
    head = ("plan", "keep ready?", "because", "who watches for its condition", "look again on")
    return "<h2>What we decide</h2>" + table_html(head, rows, text=range(5))
