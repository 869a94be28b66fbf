"""Discovery against closed forms: time to discovery, adoption, opening and closing, ageing methods."""

import numpy as np
import pytest
from worlds import ONE_IN_A_MILLION, misses_mean, misses_variance, play, world

MANY = 10_000
GOAL = [{"name": "Goal", "gain": 1.0, "fade": float("inf"), "target": 1e6}]
FIND = {"name": "Find", "objective": "Goal", "gain": 0.5, "difficulty": 30}


def exploring(*, people=20.0, exploration=0.1, weeks=600, find=None, futures=MANY, watch=True, **sections):
    """Two exploring people at difficulty 30, unless told otherwise."""
    keys = sections.pop("policy", {})
    policy = [{"name": "Search", "rule": "static", "exploration": exploration, **keys}]
    crew = sections.pop("unit", [{"name": "Crew", "people": people}])
    opportunity = [FIND | (find or {})]
    scenario = world(**{"objective": GOAL, **sections}, unit=crew, policy=policy, opportunity=opportunity, weeks=weeks)
    return play(scenario, futures=futures, watch=watch)


def weeks_to_find(found):
    return np.array([week + 1 for _, week, _, _ in found.events("found")], float)


def test_time_to_discovery_is_geometric():
    """p = 1 - exp(-2 / 30): mean 15.505555 weeks, and 0.968779 of futures within 52."""
    found = weeks_to_find(exploring())
    p = 1 - np.exp(-2 / 30)
    assert (1 / p, 1 - (1 - p) ** 52) == pytest.approx((15.505555144076475, 0.9687790728387691), rel=1e-12)
    assert len(found) == MANY
    assert misses_mean(found, 1 / p) < ONE_IN_A_MILLION
    assert misses_variance(found, (1 - p) / p**2) < ONE_IN_A_MILLION
    assert misses_mean(found <= 52, 1 - (1 - p) ** 52) < ONE_IN_A_MILLION
    assert misses_mean(found, 30 / 2 * 1.15) > ONE_IN_A_MILLION


def test_skill_and_absence_count():
    """Half the skill and half the people present leave a quarter of the hazard."""
    away = {"on": "capacity", "size": 0.5, "half_life": float("inf")}
    crew = [{"name": "Crew", "people": 20, "skill": {"Goal": 0.5}}]
    flu = [{"name": "Flu", "weeks": [0], "effects": [away]}]
    found = weeks_to_find(exploring(unit=crew, shock=flu, weeks=900, futures=4000))
    assert misses_mean(found, 1 / (1 - np.exp(-0.5 / 30))) < ONE_IN_A_MILLION
    assert misses_mean(found, 1 / (1 - np.exp(-1 / 30))) > ONE_IN_A_MILLION


def test_a_maverick_explores_as_much_as_it_likes():
    crews = [{"name": "Crew", "people": 20}, {"name": "Maverick", "people": 4, "exploration": 0.5}]
    found = weeks_to_find(exploring(unit=crews))
    assert misses_mean(found, 1 / (1 - np.exp(-4 / 30))) < ONE_IN_A_MILLION


def test_diversity_speeds_discovery():
    """Two units that believe opposite things have cohesion 1 / sqrt 2; in the first week it still counts as 1."""
    goals = [*GOAL, GOAL[0] | {"name": "Other"}]
    crews = [{"name": n, "people": 10, "believes": {b: 1}} for n, b in (("A", "Goal"), ("B", "Other"))]
    sections = {"objective": goals, "unit": crews, "organisation": {"diversity_bonus": 2.0}}
    found = weeks_to_find(exploring(**sections, policy={"communication": 0.0}))
    p = 1 - np.exp(-2 / 30 * (1 + 2 * (1 - np.sqrt(0.5))))
    late = found[found > 1] - 1
    assert misses_mean(late, 1 / p) < ONE_IN_A_MILLION
    assert misses_mean(late, 1 / (1 - np.exp(-2 / 30))) > ONE_IN_A_MILLION


def test_who_does_not_explore_finds_nothing():
    found = exploring(exploration=0.0, futures=50, weeks=52)
    assert found["found"].sum() == 0 and (found["missed"] == 1).all()


def test_a_find_is_adopted_at_the_next_decision_and_improves_methods():
    """Certain to be found in week 0, adopted by the review of week 10: half as much again from week 11 on."""
    certain = {"difficulty": 1e-6}
    found = exploring(people=1, find=certain, weeks=30, futures=1, policy={"review_every": 10})
    assert [week for _, week, _, _ in found.events("found")] == [0]
    assert [week for _, week, _, _ in found.events("adopted")] == [10]
    assert found["level[Goal]"][0] == pytest.approx(0.9 * (11 + 1.5 * 19), rel=1e-12)
    assert (found["found"][0], found["adopted"][0], found["missed"][0]) == (1.0, 1.0, 0.0)


def test_a_find_without_a_decision_is_found_and_not_adopted():
    found = exploring(people=1, find={"difficulty": 1e-6}, weeks=30, futures=1)
    assert (found["found"][0], found["adopted"][0], found["missed"][0]) == (1.0, 0.0, 0.0)


def test_a_find_is_adopted_at_once_with_the_chance_of_autonomy():
    found = exploring(people=1, find={"difficulty": 1e-6}, weeks=2, policy={"autonomy": 0.3})
    assert misses_mean(found["adopted"], 0.3) < ONE_IN_A_MILLION
    assert misses_mean(found["adopted"], 0.33) > ONE_IN_A_MILLION


def test_an_opportunity_opens_with_its_shock_and_closes_in_time():
    """Open in weeks 8 to 12: with chance 1 - (1 - p)^5 it is found, else missed; never outside."""
    find = {"opened_by": "Gate", "closes_after": 5}
    found = exploring(find=find, shock=[{"name": "Gate", "weeks": [8, 20]}], weeks=52)
    weeks = {week for _, week, _, _ in found.events("found")}
    assert weeks == set(range(8, 13))
    chance = 1 - np.exp(-5 * 2 / 30)
    assert misses_mean(found["found"], chance) < ONE_IN_A_MILLION
    assert misses_mean(found["found"], 1 - np.exp(-6 * 2 / 30)) > ONE_IN_A_MILLION
    assert (found["missed"] == 1 - found["found"]).all()
    assert {week for _, week, _, _ in found.events("closed")} == {13}


def test_an_opportunity_that_never_opened_was_not_missed():
    found = exploring(find={"opened_by": "Gate"}, shock=[{"name": "Gate"}], weeks=10, futures=5)
    assert found["missed"].sum() == 0 and found["found"].sum() == 0


def test_methods_go_out_of_date_with_their_half_life():
    goal = [GOAL[0] | {"methods_half_life": 13}]
    level = play(world(objective=goal))["level[Goal]"][0]
    assert level == pytest.approx((1 - 2.0 ** (-52 / 13)) / (1 - 2.0 ** (-1 / 13)), rel=1e-12)
