"""Random scenarios, all valid, that together reach every mechanism of the model.

`scenario_of(number)` is the same scenario on every machine. Scenarios are small and short, so that hundreds can be
played, but dense: most mechanisms are on more often than a sober author would have them.
"""

import math
from random import Random
from typing import Any

import tomli_w

from realign.scenario import parse
from realign.scenario.records import Scenario

GOALS = ("Quality", "Reach", "Orders", "Trust", "Price", "Care")
CREWS = ("Office", "Makers", "Sellers", "Branch", "Lab", "Drivers", "Care desk")
FUNCTIONS = ("operations", "sales", "management")
DISASTERS = ("Fire", "Flood", "Rival", "Strike", "Merger", "Recall")
PLANS = ("Spare line", "Stockpile", "Drive", "Bank line", "Campaign", "Reserve")
FINDS = ("New channel", "Better oven", "Short cut")
RULES = ("static", "follow", "gap", "plan")
HALF_LIVES = (0, 0.5, 2, 5.5, 20, math.inf)

Document = dict[str, Any]


class Author:
    """Writes one scenario by the throw of dice."""

    def __init__(self, number: int) -> None:
        self.dice = Random(number)
        self.number = number

    # ---- dice

    def often(self, chance: float = 0.5) -> bool:
        return self.dice.random() < chance

    def between(self, low: float, high: float) -> float:
        return round(self.dice.uniform(low, high), 3)

    def some(self, names: list[str], least: int = 1) -> list[str]:
        return self.dice.sample(names, self.dice.randint(min(least, len(names)), len(names)))

    def weights(self, names: list[str]) -> dict[str, float]:
        """Weights of some names, not all 0."""
        return {name: self.between(0.1, 1.0) for name in self.some(names)}

    def fading(self) -> Document:
        if self.often():
            return {"half_life": self.dice.choice(HALF_LIVES)}
        return {"lasts": self.dice.choice((1, 2, 3.5, 8))}

    # ---- parts

    def write(self) -> Document:
        dice = self.dice
        self.weeks = dice.randint(16, 40)
        self.goals = dice.sample(GOALS, dice.choice((1, 2, 3, 3, 4, 5)))
        self.crews = dice.sample(CREWS, dice.choice((1, 2, 3, 4, 5)))
        self.functions = {crew: dice.choice(FUNCTIONS) for crew in self.crews}
        self.disasters = dice.sample(DISASTERS, dice.choice((0, 1, 2, 3, 4)))
        self.plans = dice.sample(PLANS, dice.choice((0, 1, 2, 3, 4)))
        document: Document = {
            "name": f"Random {self.number}",
            "weeks": self.weeks,
            "seed": dice.randrange(1000),
            "organisation": self.organisation(),
            "communication": {
                "half_life": dice.choice(HALF_LIVES),
                "clarity_noise": dice.choice((0, 0.2)),
                "superior": dice.choice((0, 0.4, 0.7, 1)),
                "meeting_time": dice.choice((0, 0.05)),
            },
            "engagement": {
                "churn": dice.choice((0, 0.5)),
                "overload": dice.choice((0, 0.2)),
                "disagreement": dice.choice((0, 0.3)),
                "half_life": dice.choice((0, 3, 8)),
            },
            "market": self.market(),
            "network": {
                "kind": dice.choice(("none", "complete", "small world", "random", "within function")),
                "degree": dice.choice((0, 1, 2, 4)),
                "rewire": dice.choice((0, 0.4, 1)),
            },
            "unit": [self.unit(n) for n in range(len(self.crews))],
            "objective": [self.objective(n) for n in range(len(self.goals))],
            "policy": [self.policy(n) for n in range(dice.choice((1, 2, 3)))],
        }
        if self.often():
            document["regime"] = self.regimes()
        if self.disasters:
            document["shock"] = [self.shock(n) for n in range(len(self.disasters))]
        if self.plans:
            document["contingency"] = [self.contingency(name) for name in self.plans]
        if self.often(0.6):
            document["opportunity"] = [self.opportunity(name) for name in dice.sample(FINDS, dice.randint(1, 3))]
        if self.disasters and self.often():
            document["stress"] = [self.stress()]
        return document

    def organisation(self) -> Document:
        dice = self.dice
        found = {
            "cash": dice.choice((0, 500, 3000)),
            "credit": dice.choice((0, 800, math.inf)),
            "revenue": dice.choice((0, 300, 700)),
            "fixed_cost": dice.choice((0, 60)),
            "wage": dice.choice((0, 20, 40)),
            "switching_loss": dice.choice((0, 0.4)),
            "realigning_cost": dice.choice((0, 100)),
            "coordination_loss": dice.choice((0, 0.5, 1)),
            "discount": dice.choice((0, 0.1)),
            "diversity_bonus": dice.choice((0, 2)),
        }
        return found | ({"strategy": self.weights(self.goals)} if self.often() else {})

    def market(self) -> Document:
        dice = self.dice
        found = {
            "perceived_half_life": dice.choice(HALF_LIVES),
            "perception_noise": dice.choice((0, 0.3)),
            "priority_volatility": dice.choice((0, 0.08)),
            "priority_half_life": dice.choice(HALF_LIVES),
            "demand_volatility": dice.choice((0, 0.05)),
            "demand_half_life": dice.choice(HALF_LIVES),
        }
        bias = {name: self.between(0.3, 1.7) for name in self.some(self.goals)}
        return found | ({"perception_bias": bias} if self.often() else {})

    def regimes(self) -> list[Document]:
        names = self.dice.sample(("calm", "rough", "strange"), self.dice.choice((1, 2, 3)))
        regimes: list[Document] = []
        for name in names:
            regime: Document = {"name": name, "lasts": self.dice.choice((1, 3, 8))}
            regime |= {"shock_rate": self.between(0, 2), "volatility": self.between(0, 2)}
            if self.often():
                regime["next"] = self.weights(names)
            regimes.append(regime)
        return regimes

    def unit(self, n: int) -> Document:
        dice, name = self.dice, self.crews[n]
        unit: Document = {
            "name": name,
            "function": self.functions[name],
            "people": dice.choice((0.5, 1, 3, 6)),
            "inertia": dice.choice(HALF_LIVES),
            "resistance": dice.choice((0, 0, 0.3, 1)),
            "sensing_noise": dice.choice((0, 0.3)),
        }
        if n and self.often(0.7):
            unit["reports_to"] = dice.choice(self.crews[:n])
        if len(self.crews) > 1 and self.often(0.4):
            unit["listens_to"] = self.weights(self.crews)
        if self.often(0.7):
            skill = {goal: dice.choice((0, 0.5, 1.5)) for goal in self.some(self.goals)}
            if all(skill.get(goal, 1) == 0 for goal in self.goals):
                skill[self.goals[0]] = 0.7
            unit["skill"] = skill
        if self.often():
            unit["believes"] = self.weights(self.goals)
        if self.often(0.4):
            unit |= {"automation": dice.choice((0.3, 1)), "retooling": dice.choice(HALF_LIVES)}
        if self.often(0.3):
            unit["exploration"] = dice.choice((0, 0.2))
        if self.often(0.4):
            by_shock = self.disasters and self.often()
            unit["joins"] = {"shock": dice.choice(self.disasters)} if by_shock else dice.choice((3, 7.4, 90))
        if self.often(0.4):
            unit["growth"] = dice.choice((2, 10))
        newcomers: list[Any] = ["uniform", "own", "strategy", self.weights(self.goals)]
        unit |= {"newcomer_belief": dice.choice(newcomers), "newcomer_skill": dice.choice((0, 0.6, 1))}
        return unit | {"learning": dice.choice(HALF_LIVES)}

    def objective(self, n: int) -> Document:
        dice = self.dice
        found: Document = {
            "name": self.goals[n],
            "weight": self.between(0.1, 1),
            "start": dice.choice((0, 30, 60, 120)),
            "target": dice.choice((50, 100)),
            "fade": dice.choice((1, 8, 30, math.inf)),
            "gain": dice.choice((0, 0.5, 1, 3)),
            "substitution": dice.choice((0, 0.5, 1, 2, math.inf)),
            "output_noise": dice.choice((0, 0.2, 2)),
            "methods_half_life": dice.choice((30, math.inf)),
            "kpi_noise": dice.choice((0, 0.2, 2)),
            "kpi_lag": dice.choice((0, 1, 4)),
        }
        if self.often():
            found["due"] = dice.choice((5, 12.5, 60))
        if self.often(0.6):
            present = sorted(set(self.functions.values()))
            found["needs"] = _whole({name: dice.choice((1, 2, 5)) for name in self.some(present)})
        if n and self.often():
            found["depends_on"] = {goal: dice.choice((0, 0.3, 1, 2)) for goal in self.some(self.goals[:n])}
        return found

    def severity(self) -> Document:
        kinds: list[Document] = [
            {"dist": "fixed", "value": 1.5},
            {"dist": "uniform", "low": 0.5, "high": 2},
            {"dist": "triangular", "low": 0, "mode": 1, "high": 3},
            {"dist": "lognormal", "median": 1, "sigma": 0.6},
            {"dist": "exponential", "mean": 1},
            {"dist": "pareto", "min": 0.5, "alpha": 1.5},
            {"dist": "gpd", "location": 0.2, "scale": 0.5, "shape": self.dice.choice((-0.3, 0, 0.4))},
            {"dist": "empirical", "values": [2, 0.5, 1]},
        ]
        return self.dice.choice(kinds) | ({"max": 2.5} if self.often() else {})

    def shock(self, n: int) -> Document:
        dice = self.dice
        found: Document = {
            "name": self.disasters[n],
            "severity": self.severity(),
            "recognised_after": dice.choice((0, 1, 6)),
            "effects": [self.effect() for _ in range(dice.randint(1, 4))],
        }
        if self.often(0.7):
            found["rate"] = dice.choice((1, 4, 12))
        if self.often(0.4):
            found["chance"] = dice.choice((0.5, 1))
        if self.often(0.4):
            found["weeks"] = dice.sample(range(self.weeks), dice.randint(1, 3))
        if self.often(0.4):
            found["clustering"] = {"branching": dice.choice((0.3, 0.7)), "half_life": dice.choice((0.5, 2, 6))}
        if self.often():
            warning = {"lead": dice.choice((1, 3, 8)), "chance": dice.choice((0, 0.5, 1))}
            found["warning"] = warning | {"false_alarms": dice.choice((0, 6))}
        later = self.disasters[n + 1 :]
        if later and self.often():
            found["causes"] = [
                {"shock": dice.choice(later), "chance": dice.choice((0.5, 1)), "delay": dice.choice((1, 3))}
                for _ in range(dice.randint(1, 2))
            ]
        return found

    def effect(self) -> Document:
        dice = self.dice
        on = dice.choice((
            "capacity", "productivity", "clarity", "priority", "demand",
            "setback", "cash", "methods", "turnover", "leadership",
        ))  # fmt: skip
        sizes = {"priority": (-0.5, 0.8), "demand": (-0.3, 0.2), "cash": (-50, 80, 400), "clarity": (0.2, 0.6)}
        found: Document = {"on": on, "size": dice.choice(sizes.get(on, (0.1, 0.4, 1.2)))}
        if on in ("capacity", "productivity", "clarity", "priority", "demand"):
            found |= self.fading()
        if on in ("capacity", "turnover"):
            present = sorted(set(self.functions.values()))
            ways: list[Document] = [
                {"units": "all"},
                {"units": "one"},
                {"units": self.some(self.crews)},
                {"function": dice.choice(present)},
                {"functions": self.some(present)},
            ]
            found |= dice.choice(ways)
        if on in ("productivity", "setback", "priority", "methods") and self.often(0.7):
            found["objectives"] = self.some(self.goals)
        if on == "leadership" and self.often():
            found["believes"] = self.weights(self.goals)
        return found

    def contingency(self, name: str) -> Document:
        dice = self.dice
        ways: list[Document] = [
            {"objective_below": {goal: dice.choice((20, 60)) for goal in self.some(self.goals)}},
            {"cash_below": dice.choice((-200, 400, 2000))},
            {"week": dice.choice((0, 1, 6))},
        ]
        if self.disasters:
            ways += [{"shock": dice.choice(self.disasters)}, {"warning": dice.choice(self.disasters)}] * 2
        found: Document = {
            "name": name,
            "when": dice.choice(ways),
            "after": dice.choice((0, 0, 1, 3)),
            "lasts": dice.choice((1, 2, 4.4, 10, math.inf)),
            "credit": dice.choice((0, 600)),
            "release_slack": self.often(0.3),
            "upkeep": dice.choice((0, 5)),
            "cost": dice.choice((0, 30)),
        }
        if self.disasters and self.often(0.6):
            found["absorbs"] = {disaster: dice.choice((0.4, 1)) for disaster in self.some(self.disasters)}
        if self.often(0.4):
            found["people"] = {crew: dice.choice((0.5, 2)) for crew in self.some(self.crews)}
        if self.often(0.4):
            found["strategy"] = self.weights(self.goals)
        return found

    def opportunity(self, name: str) -> Document:
        dice = self.dice
        found: Document = {"name": name, "objective": dice.choice(self.goals), "gain": dice.choice((0.3, 1))}
        found["difficulty"] = dice.choice((1, 8, 40))
        if self.disasters and self.often():
            found["opened_by"] = dice.choice(self.disasters)
        if self.often():
            found["closes_after"] = dice.choice((0, 4.5, 12))
        return found

    def policy(self, n: int) -> Document:
        dice = self.dice
        found: Document = {
            "name": f"Policy {n}",
            "rule": dice.choice(RULES),
            "stride": dice.choice((0.3, 0.7, 1)),
            "communication": dice.choice((0, 0.5, 1, 2)),
            "monitoring": dice.choice((0, 0.5, 1, 3)),
            "monitoring_cost": dice.choice((0, 5)),
            "slack": dice.choice((0, 0.2)),
            "exploration": dice.choice((0, 0.2)),
            "autonomy": dice.choice((0, 0, 0.2, 1)),
            "on_recognised": self.often(0.6),
            "teams": dice.choice((1, 2, 3)),
            "handling": dice.choice((0, 0, 1, 4)),
            "contingencies": self.some(self.plans, 0),
            "horizon": dice.choice((1, 13, 30.5)),
        }
        if self.often(0.7):
            found["review_every"] = dice.choice((1, 4, 9))
            found["latency"] = dice.randrange(found["review_every"])
        if self.often(0.6):
            found["trigger"] = {
                "method": dice.choice(("cusum", "ewma")),
                "allowance": dice.choice((0, 0.5)),
                "threshold": dice.choice((0.5, 2, 4)),
                "weight": dice.choice((0.2, 1)),
                "baseline": dice.choice((4, 20, math.inf)),
                "sd": dice.choice((0.02, 0.1)),
            }
        if self.often(0.4):
            found["strategy"] = self.weights(self.goals)
        return found

    def stress(self) -> Document:
        dice = self.dice
        force: list[Document] = []
        for _ in range(dice.randint(1, 3)):
            entry: Document = {"shock": dice.choice(self.disasters), "week": dice.randrange(self.weeks)}
            force.append(entry | ({"severity": dice.choice((0, 1, 4))} if self.often() else {}))
        return {"name": "Storm", "force": force, "set": {"organisation.switching_loss": 0.2}}


def _whole(parts: dict[str, int]) -> dict[str, float]:
    """Shares that sum to 1."""
    return {name: part / sum(parts.values()) for name, part in parts.items()}


def text_of(number: int) -> str:
    """The text of random scenario `number`."""
    return tomli_w.dumps(Author(number).write())


def scenario_of(number: int) -> Scenario:
    """Random scenario `number`."""
    return parse(text_of(number))
