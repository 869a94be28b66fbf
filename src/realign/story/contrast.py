"""The same future under another policy, in one paragraph.

Stage: story. In: two lives of the same future. Out: sentences.
Idea: both met the same shocks, so that whatever differs is the policies' doing. Two lives run together while their
values are within a hundredth of each other.
"""

from __future__ import annotations

from realign.report.words import listed, number, quoted
from realign.story.phrases import counted, date, money, named
from realign.twin.life import Life

_TOGETHER = 0.01  # of value


def contrast(life: Life, other: Life) -> list[str]:
    """What the other policy would have made of it."""
    return [_course(life, other), _outcome(life, other), _means(life, other)]


def _course(life: Life, other: Life) -> str:
    """Where values parted, and by how much in the end."""
    lead = f"The same future under {quoted(other.policy)}:"
    here, there = life.weekly["value"], other.weekly["value"]
    apart = [abs(one - two) for one, two in zip(here, there)]
    first = next((week for week, gap in enumerate(apart) if gap > _TOGETHER), None)
    if first is None:
        return f"{lead} value took the same course, week by week, to within a hundredth."
    most = max(range(len(apart)), key=lambda week: apart[week])
    began = "from the first week on" if first == 0 else f"from week {first} on"
    return (
        f"{lead} the two lives went different ways {began}, and were furthest apart in {date(most)}, when value was "
        f"{here[most]:.2f} here and {there[most]:.2f} there."
    )


def _outcome(life: Life, other: Life) -> str:
    """Value on average, and how it ended."""
    currency = life.scenario.organisation.currency
    value = f"There it averaged {number(other.outcomes['value'])} instead of {number(life.outcomes['value'])}"
    if other.outcomes["ruined"]:
        return f"{value}, and ruin came in {date(other.outcomes['ruin_week'])}."
    there = money(other.outcomes["final_cash"], currency)
    if life.outcomes["ruined"]:
        return f"{value}, ruin was escaped, and the till held {there} at the end."
    return f"{value}, with {there} in the till at the end instead of {money(life.outcomes['final_cash'], currency)}."


def _means(life: Life, other: Life) -> str:
    """What it took."""
    plans = sorted({event.name for event in other.events if event.kind == "activated"})
    took = counted(int(other.outcomes["decisions"]), "decision")
    with_plans = f" and activated {listed([named(plan) for plan in plans])}" if plans else " and activated no plan"
    here = counted(int(life.outcomes["decisions"]), "decision")
    return f"Leadership there had taken {took}{with_plans}, where here it took {here}."
