"""Scenarios at the edge of what is valid."""

from realign.scenario import parse

SMALLEST = """
schema = 1
name = "Smallest"
weeks = 12
[organisation]
{organisation}
[[unit]]
name = "Everybody"
people = 1
[[objective]]
name = "The one aim"
[[policy]]
name = "Static"
rule = "static"
"""

LONG = "A name of 77 letters, with a comma; a “quote”, 100 % of a $ign, a dot. And so"  # 80 are allowed


def smallest(organisation: str = ""):
    return parse(SMALLEST.format(organisation=organisation))


def named(unit: str, objective: str, shock: str, plan: str, policy: str, currency: str = "EUR"):
    """A small scenario in which everything happens, under given names."""
    from tomli_w import dumps

    return parse(dumps({
        "schema": 1, "name": unit, "weeks": 40,
        "organisation": {"cash": 900.0, "credit": 2000.0, "revenue": 500.0, "wage": 80.0, "currency": currency},
        "unit": [{"name": unit, "people": 3, "function": shock}, {"name": unit + "2", "people": 2, "reports_to": unit}],
        "objective": [{"name": objective, "start": 50}, {"name": objective + "2", "start": 20, "due": 20}],
        "shock": [{
            "name": shock, "rate": 4.0, "recognised_after": 2, "severity": {"dist": "exponential", "mean": 1.0},
            "effects": [
                {"on": "cash", "size": 50.0}, {"on": "capacity", "units": "one", "size": 0.2, "lasts": 3},
                {"on": "priority", "objectives": [objective], "size": 0.5, "half_life": 20},
            ],
        }],
        "contingency": [{
            "name": plan, "when": {"shock": shock}, "after": 1, "lasts": 6, "absorbs": {shock: 0.5}, "cost": 20.0,
            "people": {unit: 1},
        }],
        "policy": [{
            "name": policy, "review_every": 13, "on_recognised": True, "handling": 1, "contingencies": [plan],
        }, {"name": policy + "2"}],
    }))  # fmt: skip
