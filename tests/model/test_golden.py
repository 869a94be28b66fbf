"""Golden summaries: means of the chief measures of two small scenarios, on file and readable.

Any change of these numbers is a change of results and belongs in the change log. Renew the file with

    python tests/model/test_golden.py
"""

import json
from pathlib import Path

import numpy as np
import pytest
from worlds import EVERYTHING, play

from realign.scenario import parse

GOLDEN = Path(__file__).parent / "golden" / "means.json"
FUTURES, SEED = 256, 7
MEASURES = (
    "value", "discounted_value", "ruined", "final_cash", "lowest_cash", "strategic_alignment", "strategy_to_belief",
    "cohesion", "engagement", "wasted", "switching", "misdirected", "churn", "decisions", "realigning_cost", "shocks",
    "drop", "weeks_to_recognise", "weeks_to_decide", "weeks_to_recover", "found", "adopted", "missed", "activations",
)  # fmt: skip
WORKSHOP = """
name = "Workshop"
weeks = 104
[organisation]
cash = 500
credit = 300
revenue = 60
wage = 6
coordination_loss = 0.3
[market]
priority_volatility = 0.05
[[unit]]
name = "Bench"
people = 4
[[unit]]
name = "Shop"
people = 2
reports_to = "Bench"
[[objective]]
name = "Craft"
start = 40
fade = 20
[[objective]]
name = "Fame"
weight = 0.5
start = 20
fade = 30
[[shock]]
name = "Fire"
rate = 0.5
severity = { dist = "exponential", mean = 1.0 }
recognised_after = 2
effects = [{ on = "setback", size = 0.3 }, { on = "cash", size = 150 }]
[[policy]]
name = "Static"
rule = "static"
[[policy]]
name = "Yearly"
review_every = 52
latency = 4
[[policy]]
name = "Responsive"
review_every = 13
on_recognised = true
handling = 2
"""
SCENARIOS = {"Everything": EVERYTHING, "Workshop": WORKSHOP}


def means(text):
    """Mean of each chief measure by policy, over the futures where there is something to measure."""
    found = play(parse(text), futures=FUTURES, seed=SEED)

    def row(policy):
        known = {name: found[name, policy][~np.isnan(found[name, policy])] for name in MEASURES}
        return {name: float(values.mean()) for name, values in known.items() if len(values)}

    return {policy: row(policy) for policy in found.plan.policies}


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_means_on_file_are_what_is_played(name):
    wanted = json.loads(GOLDEN.read_text())[name]
    found = means(SCENARIOS[name])
    assert found.keys() == wanted.keys()
    for policy, row in wanted.items():
        assert found[policy] == pytest.approx(row, rel=1e-9, abs=1e-9), policy


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps({name: means(text) for name, text in SCENARIOS.items()}, indent=1) + "\n")
