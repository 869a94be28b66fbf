"""What a seat may do, by name: the sheet that lies beside the board.

Stage: game. In: a game. Out: lines of text. Idea: whoever sits down as a stranger knows neither the units nor the plans
of the organisation, nor how soon an order takes effect; this says it, from what the seat may know.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from realign.game.habits import SETTABLE, Ground

if TYPE_CHECKING:
    from realign.game.game import Game
    from realign.scenario.records import Contingency

MARGIN = 16


def options_text(game: Game, *, width: int = 100) -> str:
    """The sheet."""
    setup, position = game._table.setup, game._table.position
    rows: list[tuple[str, str]] = []
    leads = game.seat in setup.seats
    if not leads:
        deck = game.board.deck or {}
        rows.append(("inject", ", ".join(f"{name} (from {bits:.1f} bits)" for name, bits in deck.items())))
        rows.append(("say", "to " + ", ".join(setup.seats) + ", or to all"))
        if game.seat == "facilitator":
            rows.append(("also", "pause, resume, cancel ACT (the log numbers them), report FILE"))
        return _sheet(rows, width)
    policy, allowed = position.habits.policy, setup.seats[game.seat]
    ground = Ground(plan=position.plan, scenario=setup.scenario, joined=position.known.joined)
    there = {unit: ground.people(unit, position.week, position.habits) for unit in sorted(ground.joined)}
    people = ", ".join(f"{unit} ({number:g})" for unit, number in there.items())
    wage = f"a wage of {setup.scenario.organisation.wage:,.0f} a week each"
    every = {
        "strategy": "shares by objective, which are scaled: " + ", ".join(o.name for o in setup.scenario.objectives),
        "rule": "plan, follow, gap or static; now " + str(policy.rule),
        "policy": "; ".join(p.name for p in setup.scenario.policies),
        "review": "have the rule decide, outside the calendar",
        "hire": f"{people}; {wage}; newcomers have to learn",
        "move": "between the same units",
        "prepare": "; ".join(_plan(plan) for plan in setup.scenario.contingencies),
        "activate": "any of these at once, prepared or not",
        "drop": ", ".join(policy.contingencies) or "nothing is prepared",
    }
    rows += [(name, text) for name, text in every.items() if name in allowed and text]
    words = [f"{_word(name)} {_now(getattr(policy, name))}" for name in SETTABLE if name in allowed]
    if words:
        rows.append(("settings", "now " + ", ".join(words)))
    rows.append(("hold", "change nothing, and say why"))
    late = f"An order takes effect {_weeks(policy.latency)} after it is given. Ask first: what if ORDER; ORDER"
    return _sheet(rows, width) + "\n" + late


def _word(setting: str) -> str:
    return "reviews" if setting == "review_every" else setting


def _now(value: float | None) -> str:
    return "never" if value is None else f"{value:g}"


def _plan(plan: Contingency) -> str:
    return f"{plan.name} ({plan.upkeep:,.0f} a week, {plan.cost:,.0f} once, acts after {_weeks(plan.after)})"


def _weeks(number: float) -> str:
    return f"{number:g} week{'' if number == 1 else 's'}"


def _sheet(rows: list[tuple[str, str]], width: int) -> str:
    lines = []
    for name, text in rows:
        for n, line in enumerate(wrap(text, max(width - MARGIN, 40))):
            lines.append(f"  {name if n == 0 else '':<{MARGIN - 2}}{line}")
    return "\n".join(lines)
