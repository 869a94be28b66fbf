"""A small scenario for games, with every mechanism that a seat can touch or must not see."""

import pytest

from realign.scenario import parse

SMALL = """
schema = 1
name = "Small shop"
weeks = 40
futures = 1000
seed = 5
[organisation]
cash = 20_000
credit = 5_000
revenue = 6_000
fixed_cost = 500
wage = 600
switching_loss = 0.2
realigning_cost = 300
coordination_loss = 0.3
[communication]
half_life = 3
clarity_noise = 0.1
meeting_time = 0.03
[engagement]
churn = 0.2
overload = 0.1
[market]
perceived_half_life = 4
perception_noise = 0.3
priority_volatility = 0.03
demand_volatility = 0.03
[[regime]]
name = "calm"
lasts = 60
shock_rate = 0.7
[[regime]]
name = "rough"
lasts = 20
shock_rate = 2.0
[[unit]]
name = "Bench"
people = 3
[[unit]]
name = "Desk"
people = 2
reports_to = "Bench"
newcomer_skill = 0.6
[[unit]]
name = "Late"
people = 1
joins = 20
[[objective]]
name = "Craft"
weight = 0.6
start = 70
fade = 30
gain = 0.9
kpi_noise = 0.08
kpi_lag = 2
output_noise = 0.05
[[objective]]
name = "Reach"
weight = 0.4
start = 30
fade = 30
gain = 1.0
due = 30
kpi_noise = 0.08
[[shock]]
name = "Storm"
rate = 1.5
severity = { dist = "pareto", min = 1.0, alpha = 2.5, max = 6.0 }
recognised_after = 3
warning = { lead = 3, chance = 0.4, false_alarms = 0.6 }
effects = [{ on = "productivity", objectives = ["Craft"], size = 0.15, half_life = 6 }, { on = "cash", size = 700 }]
[[shock]]
name = "Turn"
chance = 0.5
recognised_after = 6
effects = [{ on = "priority", objectives = ["Reach"], size = 0.7, half_life = 100 }]
[[shock]]
name = "New head"
rate = 0.3
effects = [{ on = "leadership", size = 0.7 }]
[[opportunity]]
name = "Idea"
objective = "Reach"
gain = 0.3
difficulty = 3
[[contingency]]
name = "Shelter"
when = { shock = "Storm" }
after = 1
lasts = 10
absorbs = { "Storm" = 0.6 }
strategy = { "Craft" = 0.9, "Reach" = 0.1 }
upkeep = 20
cost = 200
[[contingency]]
name = "Alert"
when = { warning = "Storm" }
lasts = 6
absorbs = { "Storm" = 0.3 }
cost = 100
[[contingency]]
name = "Loan"
when = { cash_below = 0 }
credit = 8_000
lasts = 30
cost = 100
[[policy]]
name = "Steady"
rule = "static"
[[policy]]
name = "Awake"
review_every = 8
latency = 2
stride = 0.8
monitoring = 2
monitoring_cost = 20
slack = 0.05
exploration = 0.05
autonomy = 0.1
on_recognised = true
handling = 1.5
trigger = { method = "cusum" }
contingencies = ["Shelter", "Alert"]
[[stress]]
name = "Two storms"
force = [{ shock = "Storm", week = 10, severity = 2 }, { shock = "Storm", week = 12 }]
"""


@pytest.fixture(scope="session")
def small():
    return parse(SMALL)
