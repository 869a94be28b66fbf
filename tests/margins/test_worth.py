"""What parts of a policy are worth, where the answer is known exactly."""

from math import inf

import numpy as np
import pandas as pd
import pytest
import tomli_w

import realign as ra
from realign.errors import UsageError
from realign.margins import worth

ONE_IN_A_MILLION = 4.9  # standard errors
WEEKS = 52


def world(*, contingencies=(), policy=None, shock=None, **sections):
    """One unit that does nothing, one shock that takes 100 of cash twice a year."""
    document = {
        "name": "Quiet",
        "weeks": WEEKS,
        "organisation": {"cash": 0.0},
        "unit": [{"name": "Crew"}],
        "objective": [{"name": "Goal", "fade": inf, "start": 50.0, "gain": 0.0}],
        "shock": [{"name": "Flood", "rate": 2.0, "effects": [{"on": "cash", "size": 100.0}], **(shock or {})}],
        "contingency": [{"name": "Plan", **contingency} for contingency in contingencies],
        "policy": [{"name": "Still", "rule": "static", **(policy or {})}],
    }
    if contingencies:
        document["policy"][0]["contingencies"] = ["Plan"]
    return ra.parse(tomli_w.dumps(document | sections))


def of(table, **where):
    """The one row of a table for which these columns have these values."""
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_a_contingency_that_absorbs_nothing_and_costs_nothing_is_worth_exactly_0():
    found = worth(world(contingencies=[{"when": {"shock": "Flood"}}]), futures=200).contingencies
    assert set(found["futures_in"]) == {"all", "its shock came"}
    assert (found[["worth", "low", "high"]] == 0.0).all(axis=None)


def test_upkeep_alone_is_worth_what_it_costs():
    plan = {"when": {"cash_below": -1e9}, "upkeep": 3.0}
    found = worth(world(contingencies=[plan]), futures=50).contingencies
    cash = of(found, futures_in="all", measure="final_cash")
    assert cash["worth"] == pytest.approx(-3.0 * WEEKS, rel=1e-12)
    assert cash["low"] == pytest.approx(cash["high"], rel=1e-9)
    assert "its shock came" not in set(found["futures_in"])  # it waits for no shock


def test_full_absorption_is_worth_the_damage_in_all_futures_and_where_the_shock_came():
    """100 a flood, 2 floods a year, acting from week 1: 200 x 51/52; where one came: that over 1 - exp(-2)."""
    plan = {"when": {"week": 0}, "absorbs": {"Flood": 1.0}}
    found = worth(world(contingencies=[plan]), futures=4_000).contingencies
    whole = of(found, futures_in="all", measure="final_cash")
    came = of(found, futures_in="its shock came", measure="final_cash")
    error = (whole["high"] - whole["low"]) / 2 / 1.96
    assert abs(whole["worth"] - 200) < ONE_IN_A_MILLION * error + 200 / 52
    assert abs(whole["worth"] - 100) > ONE_IN_A_MILLION * error
    assert came["futures"] < whole["futures"] == 4_000
    assert came["worth"] == pytest.approx(whole["worth"] * 4_000 / came["futures"], rel=1e-12)


def test_perfect_warning_of_a_shock_nobody_prepared_for_is_worth_exactly_0():
    found = worth(world(shock={"recognised_after": 5.0}), futures=200).warning
    assert (found[["worth", "low", "high"]] == 0.0).all(axis=None)


def test_perfect_warning_is_worth_the_damage_that_a_plan_in_time_takes_away():
    plan = {"when": {"warning": "Flood"}, "lasts": 4, "absorbs": {"Flood": 1.0}}
    scenario = world(contingencies=[plan], shock={"warning": {"lead": 3, "chance": 0.0, "false_alarms": 0.0}})
    result = worth(scenario, futures=2_000)
    assert (result.contingencies["worth"] == 0.0).all()  # without warning the plan never acts
    gain = of(result.warning, measure="final_cash")
    floods = ra.run(scenario, futures=2_000).outcomes["shocks[Flood]"].mean()
    # all floods but those of the first weeks, which nobody could be told of in time
    assert 0.9 * 100 * floods < gain["worth"] < 100 * floods


def test_more_monitoring_where_it_only_costs_is_worth_its_cost():
    found = worth(world(policy={"monitoring": 2.0, "monitoring_cost": 10.0}), futures=50).knobs
    up = of(found, what="monitoring", after=2.5, measure="final_cash")
    down = of(found, what="monitoring", after=1.5, measure="final_cash")
    assert (up["worth"], down["worth"]) == pytest.approx((-5.0 * WEEKS, 5.0 * WEEKS), rel=1e-12)


def test_idle_hands_lose_nothing_to_slack():
    found = worth(world(), futures=50).knobs
    assert (found[found["what"] == "slack"]["worth"] == 0.0).all()


def test_a_knob_is_not_turned_beyond_what_a_week_has_room_for():
    found = worth(world(policy={"slack": 0.99}), futures=10).knobs
    slack = found[found["what"] == "slack"]
    assert set(slack["after"]) == {0.97}
    assert "exploration" not in set(found["what"])  # 1.01 of the week


def test_variants_leave_the_policy_itself_as_it_is():
    """The worth of a plan is the difference of two runs of `realign run`, to the last bit."""
    scenario = ra.load("scenarios/bakery.toml").replace("weeks", 40)
    name = "Quarterly, prepared"
    policy = next(policy for policy in scenario.policies if policy.name == name)
    without = [other for other in policy.contingencies if other != policy.contingencies[0]]
    options = {"futures": 128, "policies": [name], "stresses": ["baseline"]}
    here = ra.run(scenario, **options).outcomes["value"].to_numpy()
    there = ra.run(scenario.replace(f"policy.{name}.contingencies", without), **options).outcomes["value"].to_numpy()
    found = worth(scenario, policies=[name], futures=128).contingencies
    assert of(found, what=policy.contingencies[0], futures_in="all", measure="value")["worth"] == (here - there).mean()


def test_threads_change_nothing():
    scenario = world(contingencies=[{"when": {"shock": "Flood"}, "absorbs": {"Flood": 0.5}}])
    one, two = (worth(scenario, futures=300, threads=n) for n in (1, 2))
    for table in ("contingencies", "knobs", "warning"):
        pd.testing.assert_frame_equal(getattr(one, table), getattr(two, table))


def test_unpaired_futures_would_see_much_less():
    """What pairing buys: the interval of the difference of two samples of their own is many times wider."""
    plan = {"when": {"week": 0}, "upkeep": 1.0, "absorbs": {"Flood": 0.1}}
    row = of(worth(world(contingencies=[plan]), futures=2_000).contingencies, futures_in="all", measure="final_cash")
    values = ra.run(world(contingencies=[plan]), futures=2_000).outcomes["final_cash"].to_numpy()
    alone = 1.96 * np.sqrt(2 * values.var() / 2_000)
    assert alone > 5 * (row["high"] - row["low"]) / 2


def test_one_future_tells_no_difference():
    with pytest.raises(UsageError, match="at least 2"):
        worth(world(), futures=1)


def test_figures_are_drawn_for_what_there_is():
    plan = {"when": {"shock": "Flood"}, "absorbs": {"Flood": 0.5}, "upkeep": 1.0}
    drawn = worth(world(contingencies=[plan]), futures=64).figures()
    assert set(drawn) == {"worth_contingencies", "worth_tornado", "worth_warning"}
    for figure in drawn.values():
        assert figure.png().startswith(b"\x89PNG")
    assert "worth_contingencies" not in worth(world(), futures=16).figures()
