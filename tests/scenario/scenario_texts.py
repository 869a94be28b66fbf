"""Scenario texts that the tests of `realign.scenario` share."""

from __future__ import annotations

SMALL = """\
name = "Two and a half"
[[unit]]
name = "Crew"
[[objective]]
name = "Work"
[[policy]]
name = "Plan"
"""

# Every section and nearly every key, in the nesting that users write.
FERRY = """\
# A ferry line: two boats, one crew ashore, a bridge being built upstream.
schema = 1
name = "Ferry line"
summary = "Two boats and a bridge being built upstream."
weeks = 104
futures = 500
seed = 0

[organisation]
currency = "NOK"
cash = 90_000
credit = 25_000
revenue = 21_000
fixed_cost = 3_000
wage = 900
switching_loss = 0.2
realigning_cost = 700
coordination_loss = 0.3
discount = 0.05
diversity_bonus = 0.5
strategy = { "On time" = 2, "New routes" = 1 }

[communication]
half_life = "2 weeks"
clarity_noise = 0.05
superior = 0.6
meeting_time = 0.05

[engagement]
churn = 0.2
overload = 0.1
disagreement = 0.1
half_life = 6

[market]
perceived_half_life = 5
perception_noise = 0.2
perception_bias = { "New routes" = 1.2 }
priority_volatility = 0.02
priority_half_life = "never"
demand_volatility = 0.03
demand_half_life = 12

[[regime]]
name = "summer"
lasts = "5 months"
shock_rate = 0.7
next = { winter = 1 }
[[regime]]
name = "winter"
lasts = "7 months"
volatility = 1.5

[[unit]]
name = "Office"
function = "management"
people = 2
skill = { "On time" = 0.4 }
newcomer_belief = { "New routes" = 1 }
[[unit]]
name = "Boat"
function = "operations"
people = 4
count = 2
reports_to = "Office"
listens_to = { "Boat" = 1, "Pier" = 2 }
skill = { "New routes" = 0.3 }
inertia = 6
resistance = 0.2
believes = { "On time" = 0.9, "New routes" = 0.1 }
automation = 0.1
retooling = 30
[[unit]]
name = "Pier"
function = "sales"
people = 1.5
reports_to = "Boat 1"
exploration = 0.2
sensing_noise = 0.1
joins = "6 months"
growth = 0.5
newcomer_belief = "own"
newcomer_skill = 0.5
learning = 20
[[unit]]
name = "Night line"
joins = { shock = "Merger" }

[network]
kind = "within function"
degree = 2
rewire = 0.2

[[objective]]
name = "On time"
weight = 0.6
start = 70
target = 98
due = "1 year"
fade = 30
gain = 1.3
needs = { operations = 3, management = 1 }
substitution = inf
output_noise = 0.05
methods_half_life = "4 years"
kpi_noise = 0.1
kpi_lag = "1 month"
[[objective]]
name = "New routes"
perspective = "learning"
weight = 0.4
start = 10
target = 50
depends_on = { "On time" = 0.4 }

[[shock]]
name = "Engine no. 2"
rate = 0.8
clustering = { branching = 0.2, half_life = 6 }
severity = { dist = "gpd", scale = 1.0, shape = 0.2, max = 9 }
recognised_after = 1
warning = { lead = 3, chance = 0.5, false_alarms = 1 }
causes = [{ shock = "Pay dispute", chance = 0.2, delay = "1 month" }]
effects = [
  { on = "capacity", units = ["Boat"], size = 0.4, lasts = 3 },   # one boat's crew idle
  { on = "cash", size = 4_000 },
]
[[shock]]
name = "Pay dispute"
weeks = [40, 60]
severity = { dist = "uniform", low = 0.5, high = 2 }
effects = [
  { on = "capacity", function = "operations", size = 0.5, lasts = 2 },
  { on = "turnover", functions = ["operations", "sales"], size = 0.1 },
  { on = "clarity", size = 0.2, half_life = 5 },
]
[[shock]]
name = "Bridge"
chance = 0.6
severity = { dist = "triangular", low = 1, mode = 1.5, high = 3 }
effects = [
  { on = "demand", size = -0.3, half_life = "never" },
  { on = "priority", objectives = ["New routes"], size = 1, half_life = 52 },
  { on = "productivity", objectives = "all", size = 0.1, half_life = 4 },
  { on = "setback", size = 0.1 },
  { on = "methods", objectives = ["On time"], size = 0.1 },
]
[[shock]]
name = "Merger"
chance = 0.2
effects = [{ on = "leadership", size = 0.5, believes = { "New routes" = 1 } }]

[[opportunity]]
name = "Island tours"
objective = "New routes"
gain = 0.5
difficulty = 25
opened_by = "Bridge"
closes_after = "1 year"

[[contingency]]
name = "Spare engine"
when = { warning = "Engine no. 2" }
after = 1
lasts = 26
absorbs = { "Engine no. 2" = 0.5 }
people = { "Boat" = 1 }
upkeep = 100
cost = 2_000
[[contingency]]
name = "Loan"
when = { cash_below = 5_000 }
credit = 40_000
release_slack = true
strategy = { "On time" = 1 }

[[policy]]
name = "Hold course"
rule = "static"
[[policy]]
name = "Each quarter"
rule = "gap"
review_every = "3 months"
latency = 2
stride = 0.6
communication = 1.5
monitoring = 2
monitoring_cost = 50
slack = 0.05
exploration = 0.05
autonomy = 0.1
on_recognised = true
teams = 2
handling = 1.5
trigger = { method = "ewma", weight = 0.3, threshold = 3 }
contingencies = ["Spare engine", "Loan"]
strategy = { "On time" = 1, "New routes" = 1 }
horizon = "6 months"

[[requirement]]
measure = "level[New routes]"
min = 20
share = 0.8
[[requirement]]
measure = "ruined"
max = 0

[[stress]]
name = "Bad winter"
force = [{ shock = "Engine no. 2", week = 20, severity = 5 }, { shock = "Pay dispute", week = 22 }]
[[stress]]
name = "Thin purse"
set = { "organisation.cash" = 8_000, "shock.Engine no. 2.rate" = 2.0 }

[[uncertain]]
set = "shock.Engine no. 2.severity.shape"
range = [0.0, 0.5]
[[uncertain]]
set = "policy.Each quarter.latency"
values = [0, 2, 4]
"""

CARET = "¦"  # in a test's snippet: where the caret must stand


def with_change(old: str, new: str, *, text: str = FERRY) -> tuple[str, tuple[int, int]]:
    """The text with its first `old` replaced by `new`, and the line and column that a CARET in `new` marks."""
    assert old in text
    marked = text.replace(old, new, 1)
    at = marked.index(CARET)
    before = marked[:at]
    return marked.replace(CARET, ""), (before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1)
