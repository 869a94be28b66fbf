"""Reads a story as a stranger would, and checks every number in it against the life it tells.

Names are replaced by marks first, so that all digits left are the story's own. A claim is a pattern and a check of what
it says; it recalculates from states, events and series, not from what the story was made of. Whatever number no claim
accounts for is a fault too.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from realign.story import Story
from realign.twin.life import live

WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")

_TOKENS = {
    "{n}": r"⟨\w+⟩",  # a name
    "{w}": r"\d+",  # a week
    "{ws}": r"\d+(?:(?:, \d+)* and \d+|(?: to \d+)? \((?:twice|[a-z]+ times|[\d,]+ times)\))?",  # several, or very many
    "{d}": r"\d+ \((?:year \d+, )?month \d+\)",  # a week with its month
    "{s}": r"(?:less than 1|[\d.]+) %",
    "{t}": r"(?:a day|half a week|a week|[\d.,]+ weeks|[a-z]+ weeks|[a-z]+ years|\d+ years)",
    "{m}": r"−?[\d,.]+(?: million| billion)? ¤",
    "{x}": r"−?[\d,.]*\d",
    "{c}": r"[a-z]+|[\d,]+",  # a count
}


def pattern(text: str) -> re.Pattern[str]:
    """A pattern with named tokens, as in {week:w}."""

    def named(match: re.Match[str]) -> str:
        return f"(?P<{match[1]}>{_TOKENS['{' + match[2] + '}']})"

    return re.compile(re.sub(r"\{(\w+):(\w+)\}", named, text))


# ---- what a number as told allows


def same_share(told: str, true: float) -> bool:
    if told.startswith("less"):
        return 0.0 < abs(true) < 0.0096
    digits = told.removesuffix(" %")
    half = 0.5 if "." not in digits else 0.05
    return abs(float(digits) - 100 * abs(true)) <= half + 0.05 + 1e-9


def same_number(told: str, true: float) -> bool:
    """To the last digit told."""
    digits = told.replace("−", "-").replace(",", "")
    half = 0.5 * 10.0 ** -(len(digits.partition(".")[2]))
    return abs(float(digits) - true) <= half * (1 + 1e-6) + 1e-9


def same_money(told: str, true: float) -> bool:
    digits, *scale = told.removesuffix(" ¤").split(" ")
    factor = {"million": 1e6, "billion": 1e9}.get(scale[0] if scale else "", 1.0)
    amount = float(digits.replace("−", "-").replace(",", "")) * factor
    return abs(amount - true) <= 0.0051 * abs(true) + (0.005 if abs(true) < 10 and "." in digits else 0.5)


def same_span(told: str, weeks: float) -> bool:
    if told in ("a day", "half a week", "a week"):
        low, high = {"a day": (0, 0.25), "half a week": (0.25, 0.75), "a week": (0.95, 1.05)}[told]
        return low <= weeks <= high
    many, unit = told.split(" ")
    factor = 52.0 if unit == "years" else 1.0
    number = float(WORDS.index(many)) if many in WORDS else float(many.replace(",", ""))
    return abs(number * factor - weeks) <= (0.52 if factor > 1 else 0.051 if number < 10 else 0.51)


def count_of(told: str) -> int:
    return WORDS.index(told) if told in WORDS else int(told.replace(",", ""))


def weeks_of(told: str, happened: Iterable[int] = ()) -> list[int]:
    """Weeks told one by one; of very many, those in which it happened, if their number is as told."""
    if many := re.fullmatch(r"(\d+)(?: to (\d+))? \((twice|[a-z]+|[\d,]+)(?: times)?\)", told):
        first, last = int(many[1]), int(many[2] or many[1])
        inside = sorted(week for week in happened if first <= week <= last)
        most = 2 if many[3] == "twice" else count_of(many[3])
        assert len(inside) >= most and {first, last} <= set(inside), told
        return inside if len(inside) == most else []
    return [int(week) for week in re.findall(r"\d+", told)]


def week_of(told: str) -> int:
    """The week of a date, whose month must fit."""
    week, *rest = (int(n) for n in re.findall(r"\d+", told))
    year = rest[0] if len(rest) == 2 else 1
    assert (year, rest[-1]) == (week // 52 + 1, int(week % 52 / (52 / 12)) + 1), f"week {told}: not that month"
    return week


# ---- reading


@dataclass
class Reader:
    """The story, its life, and what the sentence before was about."""

    story: Story
    marks: dict[str, str] = field(default_factory=dict)
    shock: str = ""
    week: int = 0  # of the strike told last
    first: int = 0  # week of the first strike of the paragraph
    until: int = 0  # week of the first strike of the next episode
    decision: int = 0
    plan: str = ""
    let_go: str = ""  # what the last decision let go

    def __post_init__(self) -> None:
        self.life = self.story.life
        self.scenario = self.life.scenario
        self.out = self.life.outcomes
        self.value = self.life.weekly["value"]
        self.end = len(self.value) if not self.out["ruined"] else int(self.out["ruin_week"]) + 1
        self.policy = next(policy for policy in self.scenario.policies if policy.name == self.life.policy)
        self.plans = {plan.name: plan for plan in self.scenario.contingencies}
        self.shocks = {shock.name: shock for shock in self.scenario.shocks}
        self.targets = {goal.name: goal.target for goal in self.scenario.objectives}

    def masked(self, text: str) -> str:
        """Names become marks."""
        scenario = self.story.facts.scenario
        names = {self.life.policy, self.life.stress, scenario.name}
        for kind in ("units", "objectives", "shocks", "policies", "contingencies", "opportunities", "stresses"):
            names |= {record.name for record in getattr(scenario, kind)}
        names |= {unit.function for unit in scenario.units if re.search(r"\d", unit.function or "")}
        for n, name in enumerate(sorted(names, key=lambda name: (-len(name), name))):
            mark = "⟨" + "".join(chr(ord("a") + int(digit)) for digit in str(n)) + "⟩"
            self.marks[mark] = name
            text = re.sub(rf"(?<![\w⟨]){re.escape(name)}(?![\w⟩])", mark, text)
        text = re.sub("“(⟨\\w+⟩)”", r"\1", text)
        return text.replace(self.scenario.organisation.currency, "¤")

    def name(self, mark: str) -> str:
        return self.marks[mark]

    def names(self, text: str) -> list[str]:
        return [self.marks[mark] for mark in re.findall(r"⟨\w+⟩", text)]

    def state(self, week: int, entity: str, quantity: str, item: str = "") -> float:
        return self.life.states[week][entity, quantity, item]

    def has(self, kind: str, name: str | None, week: int, amount=None) -> bool:
        """Whether an event of a kind stands in the books."""
        return any(
            event.kind == kind and event.week == week and name in (None, event.name)
            and (amount is None or amount(event.amount))
            for event in self.life.events
        )  # fmt: skip

    def arrivals(self, name: str, week: int | None = None):
        return [a for a in self.life.history.arrivals if a.shock == name and week in (None, a.week)]

    def passes(self, name: str, week: int) -> float:
        """The share of a shock that acting plans let through."""
        through = 1.0
        for plan in self.policy.contingencies:
            if self.state(week, "organisation", "plan acts", plan):
                through *= 1.0 - self.plans[plan].absorbs.get(name, 0.0)
        return through

    def cash(self, arrival) -> float:
        """What a strike took at once."""
        size = sum(effect.size for effect in self.shocks[arrival.shock].effects if effect.on == "cash")
        return size * arrival.severity * self.passes(arrival.shock, arrival.week)

    def mean_belief(self, week: int) -> dict[str, float]:
        people = {unit.name: self.state(week, unit.name, "people") for unit in self.scenario.units}
        whole = sum(people.values()) or math.nan  # there may be nobody
        return {
            name: sum(n * self.state(week, unit, "belief", name) for unit, n in people.items()) / whole
            for name in self.targets
        }

    def gaps(self) -> dict[int, float]:
        """How far beliefs were from what the market rewards, in weeks in which somebody was there."""
        gaps = {week: self.off(week, self.mean_belief(week)) for week in range(self.end)}
        return {week: gap for week, gap in gaps.items() if not math.isnan(gap)}

    def off(self, week: int, shares) -> float:
        """Half the L1 distance of shares from what the market rewards."""
        return 0.5 * sum(abs(shares[name] - self.state(week, "market", "priority", name)) for name in self.targets)

    def other_life(self, *, policy: str | None = None, without: str | None = None):
        """The same future under another policy, or without a plan; by the twin."""
        scenario = self.story.facts.scenario
        if without is not None:
            kept = [name for name in self.policy.contingencies if name != without]
            scenario = scenario.replace(f"policy.{self.life.policy}.contingencies", kept)
        return live(
            scenario, policy=policy or self.life.policy, future=self.life.future, seed=self.life.seed,
            stress=self.life.stress,
        )  # fmt: skip


def faults_of(story: Story) -> list[str]:
    """Everything in a story that is not true, or that nothing accounts for."""
    from claims import CLAIMS

    reader, found = Reader(story), []
    texts = [reader.masked(paragraph.text) for paragraph in story.paragraphs]
    first_blows = [_first_blow(p.kind, text) for p, text in zip(story.paragraphs, texts)]
    for n, (paragraph, text) in enumerate(zip(story.paragraphs, texts)):
        reader.until = next((week for week in first_blows[n + 1 :] if week is not None), reader.end)
        reader.first = first_blows[n] if first_blows[n] is not None else 0
        covered: set[int] = set()
        matches = [
            (match.start(), -match.end(), k, match)
            for k, (kinds, compiled, _) in enumerate(CLAIMS)
            if not kinds or paragraph.kind in kinds
            for match in compiled.finditer(text)
        ]
        for _, _, k, match in sorted(matches, key=lambda found: found[:3]):
            covered |= set(range(match.start(), match.end()))
            try:
                true = CLAIMS[k][2](reader, **match.groupdict())
            except (AssertionError, KeyError, StopIteration, ValueError, IndexError) as error:
                true, match_error = False, repr(error)
                found.append(f"{paragraph.kind}: cannot check {match[0]!r}: {match_error}")
                continue
            if not true:
                found.append(f"{paragraph.kind}: not true: {match[0]!r}")
        loose = [m for m in re.finditer(r"\d(?:[\d.,]*\d)?", text) if not set(range(m.start(), m.end())) <= covered]
        found += [f"{paragraph.kind}: nothing accounts for {_around(text, m)}" for m in loose]
    return found


def _first_blow(kind: str, text: str) -> int | None:
    return int(re.search(r"week (\d+)", text, re.IGNORECASE)[1]) if kind == "strike" else None


def _around(text: str, match: re.Match[str]) -> str:
    return repr(text[max(match.start() - 50, 0) : match.end() + 30])
