"""Telling one future: text, table and figure of a life.

Stage: story, its last word. In: a scenario, a policy, a future by number or by what makes it worth telling. Out: a
`Story`; or, from `trace`, every state of every week.

    story = tell(scenario, policy="Quarterly, prepared", future="worst")
    print(story)
    story.events, story.figure()
"""

from __future__ import annotations

import html
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from realign.errors import UsageError
from realign.scenario import Scenario
from realign.story.chapters import Facts, Paragraph, paragraphs
from realign.story.choosing import FUTURES, Choice, check_names, choose, where_differs
from realign.story.reading import parting_of, strikes_of, terms_of
from realign.story.without import worth_of_plans
from realign.twin.life import Life, live

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Story:
    """One future under one policy, told. `life` has every state, `choice` says why this future."""

    life: Life
    choice: Choice
    facts: Facts = field(repr=False)
    paragraphs: Sequence[Paragraph] = field(repr=False)
    futures: int = FUTURES  # searched, and played for the bands of the figure

    @property
    def future(self) -> int:
        """The number of the future."""
        return self.life.future

    @property
    def text(self) -> str:
        """The story in plain paragraphs."""
        return "\n\n".join(paragraph.text for paragraph in self.paragraphs)

    @cached_property
    def events(self) -> pandas.DataFrame:
        """What happened, tidy: week, kind, name, amount, text."""
        from realign.story.table import event_table

        return event_table(self.life, self.facts.strikes, self.facts.parting)

    def figure(self) -> Figure:
        """Shocks, responses and plans; value and cash in the bands of other futures; minds against the market."""
        from realign.story.fan import fan_of
        from realign.story.figure import draw

        return draw(self.facts, fan_of(self.facts.scenario, self.life, futures=self.futures))

    def write(self, out: str | os.PathLike[str]) -> list[Path]:
        """Write story.txt, events.csv, story.png, story.svg and story.json into a folder, all or none."""
        from realign.story.writing import write

        return write(self, Path(out))

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        title, *rest = (html.escape(paragraph.text) for paragraph in self.paragraphs)
        return f"<h3>{title}</h3>\n" + "\n".join(f"<p>{text}</p>" for text in rest)


def tell(
    scenario: Scenario,
    *,
    policy: str,
    future: int | str | None = None,
    seed: int | None = None,
    stress: str = "baseline",
    where_differs_from: str | None = None,
    futures: int = FUTURES,
) -> Story:
    """Tell one future under one policy.

    future: its number, or "worst", "median" or "best" by value among the first `futures`. where_differs_from: instead,
    the future in which this other policy parts most from `policy`. seed: the scenario's if None.
    """
    others = [] if where_differs_from is None else [where_differs_from]
    check_names(scenario, policies=[policy, *others], stress=stress)
    if (future is None) == (where_differs_from is None):
        raise UsageError("which future is to be told? give either future or where_differs_from")
    seed = scenario.seed if seed is None else seed
    if future is not None:
        choice = choose(scenario, future, policy=policy, stress=stress, seed=seed, futures=futures)
    else:
        assert where_differs_from is not None
        choice = where_differs(scenario, (policy, where_differs_from), stress=stress, seed=seed, futures=futures)
    return story_of(
        scenario, choice, policy=policy, seed=seed, stress=stress, rival=where_differs_from, futures=futures
    )  # fmt: skip


def story_of(
    scenario: Scenario,
    choice: Choice,
    *,
    policy: str,
    seed: int,
    stress: str,
    rival: str | None = None,
    futures: int = FUTURES,
) -> Story:
    """The story of a future that has been chosen; `rival` is a policy whose life in it is told beside."""
    other = None if rival is None else live(scenario, policy=rival, future=choice.future, seed=seed, stress=stress)
    life = live(scenario, policy=policy, future=choice.future, seed=seed, stress=stress)
    terms = terms_of(life)
    used = list(dict.fromkeys(term.plan.name for term in terms))
    facts = Facts(
        scenario=scenario, life=life, choice=choice, strikes=strikes_of(life), terms=terms,
        parting=parting_of(life), worth=worth_of_plans(scenario, life, used), rival=other,
    )  # fmt: skip
    return Story(life, choice, facts, paragraphs(facts), futures)


def trace(
    scenario: Scenario,
    *,
    policy: str,
    future: int | str,
    seed: int | None = None,
    stress: str = "baseline",
    futures: int = FUTURES,
) -> pandas.DataFrame:
    """Every state of every week of one future, tidy: week, entity, quantity, item, value."""
    check_names(scenario, policies=[policy], stress=stress)
    seed = scenario.seed if seed is None else seed
    choice = choose(scenario, future, policy=policy, stress=stress, seed=seed, futures=futures)
    return live(scenario, policy=policy, future=choice.future, seed=seed, stress=stress).trace()
