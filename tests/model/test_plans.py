"""Contingencies: when they act, what they do, what they cost, and what was in vain."""

import numpy as np
import pytest
from worlds import play, world

EVER = float("inf")
GOAL = [{"name": "Goal", "gain": 1.0, "fade": EVER, "target": 1e6, "start": 10.0}]
FLOOD = {"name": "Flood", "weeks": [5]}


def prepared(when, *, shock=(FLOOD,), goals=GOAL, weeks=30, policy=None, organisation=None, **plan):
    contingency = [{"name": "Plan", "when": when, **plan}]
    keeper = [{"name": "Keeper", "rule": "static", "contingencies": ["Plan"], **(policy or {})}]
    return play(
        world(objective=goals, shock=list(shock), contingency=contingency, policy=keeper, weeks=weeks,
              organisation=organisation or {}),
        watch=True,
    )  # fmt: skip


def worked(found):
    """People at work in each week: the week's gain of the level."""
    level = found.weekly("attainment[Goal]")[:, 0] * 1e6
    return np.round(np.diff(level, prepend=10.0), 6).tolist()


def acting(weeks, total=30):
    return [4.0 if week in weeks else 1.0 for week in range(total)]


@pytest.mark.parametrize(("after", "lasts"), [(0, 1), (0, 4), (2, 3), (1, EVER)])
def test_a_plan_for_a_shock_acts_from_the_week_after_it_is_recognised_and_its_delay(after, lasts):
    found = prepared({"shock": "Flood"}, after=after, lasts=lasts, people={"Crew": 3})
    first = 5 + 1 + after
    assert worked(found) == acting(range(first, int(min(first + lasts, 30))))
    assert found["activations"][0] == 1.0


@pytest.mark.parametrize("week", [0, 1, 7])
def test_a_plan_for_a_week_acts_in_that_week_after_its_delay(week):
    found = prepared({"week": week}, after=2, lasts=3, people={"Crew": 3})
    assert worked(found) == acting(range(week + 2, week + 5))
    assert found["activations"][0] == 1.0


@pytest.mark.parametrize(("week", "after"), [(0, 0), (0, 2), (3, 0)])
def test_what_activation_costs_is_paid_once_in_the_week_for_which_it_is_activated(week, after):
    found = prepared({"week": week}, after=after, cost=50.0)
    cash = found.weekly("cash")[:, 0]
    assert cash[:week].tolist() == [0.0] * week
    assert cash[week:].tolist() == [-50.0] * (30 - week)
    assert found["activations"][0] == 1.0


@pytest.mark.parametrize("week", [0, 7])
def test_every_activation_is_an_event_of_the_week_before_it_acts(week):
    found = prepared({"week": week}, lasts=3)
    assert len(found.events("activated")) == found["activations"][0] == 1.0
    assert [at for _, at, _, _ in found.events("activated")] == [max(week - 1, 0)]


def test_a_plan_for_a_warning_acts_before_the_strike():
    flood = {"name": "Flood", "weeks": [15], "warning": {"lead": 6, "chance": 1.0}}
    found = prepared({"warning": "Flood"}, shock=[flood], after=1, lasts=4, people={"Crew": 3})
    assert worked(found) == acting(range(11, 15))


def test_a_plan_for_an_objective_acts_once_its_reading_is_below():
    """Setback in week 5 from 15 to 7.5, gaining 1 a week: read as 8.5, below 9, in week 5."""
    fall = FLOOD | {"effects": [{"on": "setback", "size": 0.5}]}
    found = prepared({"objective_below": {"Goal": 9}}, shock=[fall], lasts=2, people={"Crew": 3})
    assert [week for _, week, _, _ in found.events("activated")] == [5]


def test_a_plan_for_low_cash_acts_once_cash_is_below():
    found = prepared({"cash_below": 55}, organisation={"cash": 100, "wage": 10}, lasts=2, people={"Crew": 3})
    # 90, 80, 70, 60, 50 at the ends of weeks 0 to 4; then four are paid in weeks 5 and 6, and so on without an end
    assert found.events("activated")[0][1] == 4
    assert found.weekly("cash")[:8, 0].tolist() == [90, 80, 70, 60, 50, 10, -30, -70]


def test_a_condition_that_holds_on_activates_a_plan_again_when_it_has_ended():
    """Seen in week 0 it acts in 2, 3 and 4; seen again in 4 it waits in 5 and acts in 6, 7 and 8, and so on."""
    found = prepared({"objective_below": {"Goal": 1e6}}, after=1, lasts=3)
    assert [week for _, week, _, _ in found.events("activated")] == list(range(0, 30, 4))


def test_while_it_waits_or_acts_a_further_condition_changes_nothing():
    floods = {"name": "Flood", "weeks": [5, 6, 8, 9, 10]}
    found = prepared({"shock": "Flood"}, shock=[floods], after=2, lasts=2, people={"Crew": 3})
    # recognised in 5: acts in 8 and 9; the strike of week 9, its last, starts it again: acts in 12 and 13
    assert worked(found) == acting([8, 9, 12, 13])


def test_upkeep_is_paid_every_week_and_the_cost_at_activation():
    found = prepared({"shock": "Flood"}, upkeep=2, cost=50, lasts=3)
    assert found.weekly("cash")[:, 0].tolist() == [-2.0 * (w + 1) - (50 if w >= 6 else 0) for w in range(30)]


def test_a_plan_absorbs_its_share_of_one_off_effects_while_it_acts():
    flood = {"name": "Flood", "weeks": [3, 6, 20], "effects": [{"on": "cash", "size": 100}]}
    found = prepared({"shock": "Flood"}, shock=[flood], absorbs={"Flood": 0.6}, lasts=4)
    spent = -np.diff(found.weekly("cash")[:, 0], prepend=0.0)
    assert [(w, spent[w]) for w in np.flatnonzero(spent)] == [(3, 100.0), (6, pytest.approx(40.0)), (20, 100.0)]


def test_a_plan_eases_felt_effects_in_the_weeks_in_which_it_acts():
    flood = FLOOD | {"effects": [{"on": "capacity", "size": 0.5, "half_life": EVER}]}
    found = prepared({"shock": "Flood"}, shock=[flood], absorbs={"Flood": 0.6}, after=1, lasts=4)
    wanted = [1.0] * 5 + [0.5] * 2 + [0.8] * 4 + [0.5] * 19
    assert worked(found) == pytest.approx(wanted, abs=1e-6)


def test_two_plans_let_through_the_product_of_what_each_lets_through():
    flood = {"name": "Flood", "weeks": [5], "effects": [{"on": "cash", "size": 100}]}
    plans = [{"name": n, "when": {"week": 0}, "absorbs": {"Flood": 0.5}} for n in "AB"]
    policy = [{"name": "P", "rule": "static", "contingencies": ["A", "B"]}]
    assert play(world(shock=[flood], contingency=plans, policy=policy))["final_cash"][0] == -25.0


def test_what_belongs_to_the_world_cannot_be_absorbed():
    flood = FLOOD | {"effects": [{"on": "demand", "size": -0.5, "half_life": EVER}]}
    with_plan = prepared({"week": 0}, shock=[flood], absorbs={"Flood": 1.0})
    without = play(world(objective=GOAL, shock=[flood], weeks=30))
    assert (with_plan.weekly("value") == without.weekly("value")).all()


def test_a_credit_line_puts_ruin_off_while_it_is_open():
    money = {"cash": 0, "credit": 25, "wage": 10}
    assert play(world(organisation=money))["ruin_week"][0] == 2.0
    longer = prepared({"week": 0}, shock=[], organisation=money, credit=100)
    assert longer["ruin_week"][0] == 12.0
    closes = prepared({"week": 0}, shock=[], organisation=money, credit=100, lasts=5)
    assert closes["ruin_week"][0] == 5.0


def test_released_slack_is_worked():
    found = prepared({"shock": "Flood"}, release_slack=True, lasts=3, policy={"slack": 0.4})
    assert worked(found) == pytest.approx([1.0 if week in (6, 7, 8) else 0.6 for week in range(30)], abs=1e-6)


def test_a_plan_speaks_in_place_of_leadership_while_it_acts():
    """Units that hear at once and move at once do Two in the weeks after the plan is published."""
    goals = [{"name": "Goal", "gain": 1.0, "fade": EVER, "target": 1e6, "start": 10.0}, {"name": "Two"}]
    crew = [{"name": "Crew", "inertia": 0, "believes": {"Goal": 1}}]
    keeper = [{"name": "Keeper", "rule": "static", "contingencies": ["Plan"], "strategy": {"Goal": 1}}]
    plan = [{"name": "Plan", "when": {"week": 10}, "lasts": 4, "strategy": {"Two": 1}}]
    at_once = {"half_life": 0}
    found = play(world(objective=goals, unit=crew, contingency=plan, policy=keeper, weeks=30, communication=at_once))
    assert worked(found) == [0.0 if week in (11, 12, 13, 14) else 1.0 for week in range(30)]


def test_an_activation_on_a_warning_that_comes_true_was_not_in_vain():
    flood = {"name": "Flood", "weeks": [15], "warning": {"lead": 6, "chance": 1.0}}
    found = prepared({"warning": "Flood"}, shock=[flood], lasts=10)
    assert (found["activations"][0], found["in_vain"][0]) == (1.0, 0.0)


def test_an_activation_that_ends_before_the_strike_was_in_vain():
    flood = {"name": "Flood", "weeks": [15], "warning": {"lead": 6, "chance": 1.0}}
    found = prepared({"warning": "Flood"}, shock=[flood], lasts=3)
    assert (found["activations"][0], found["in_vain"][0]) == (1.0, 1.0)


@pytest.mark.parametrize("lasts", [1, 2, 5])
def test_every_activation_on_a_false_alarm_was_in_vain(lasts):
    """Also when the next false alarm comes in the plan's last week."""
    false = {"name": "Flood", "warning": {"lead": 1, "chance": 0.5, "false_alarms": 40}}
    found = prepared({"warning": "Flood"}, shock=[false], lasts=lasts, weeks=52)
    assert found["activations"][0] > 5
    assert found["in_vain"][0] == found["activations"][0]


def test_every_plan_that_ends_is_said_to_have_ended():
    """Also when it is activated again in its last week."""
    found = prepared({"objective_below": {"Goal": 1e6}}, lasts=3)
    ended = [week for _, week, _, _ in found.events("expired")]
    assert ended == [w + 3 for _, w, _, _ in found.events("activated") if w + 3 < 30]


def test_a_plan_on_a_shock_that_ends_in_a_recognised_week_is_said_to_have_ended():
    floods = {"name": "Flood", "weeks": [5, 8, 20]}
    found = prepared({"shock": "Flood"}, shock=[floods], lasts=3)
    assert [week for _, week, _, _ in found.events("activated")] == [5, 8, 20]
    assert [week for _, week, _, _ in found.events("expired")] == [8, 11, 23]
