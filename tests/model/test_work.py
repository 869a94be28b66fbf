"""Work and outcome against closed forms: CES, coordination, switching, engagement, levels, waste, money."""

import numpy as np
import pytest
from worlds import ONE_IN_A_MILLION, misses_mean, play, same_bits, world

from realign.model import build_plan, play_until

EVER = float("inf")
PLAIN = {"name": "Goal", "gain": 1.0, "fade": EVER, "target": 1e6}


def output(inputs, needs, sigma):
    """Output of one week when these people of functions a, b, ... work."""
    functions = "abcd"[: len(inputs)]
    crews = [{"name": f, "function": f, "people": people} for f, people in zip(functions, inputs)]
    goal = PLAIN | {"needs": dict(zip(functions, needs)), "substitution": sigma}
    return play(world(weeks=1, unit=crews, objective=[goal]))["level[Goal]"][0]


@pytest.mark.parametrize(("inputs", "needs", "sigma", "wanted"), [
    ((2.0, 1.5), (0.7, 0.3), 0.5, 3.2786885245901645),
    ((2.0, 1.5), (0.7, 0.3), 0.0, 2.857142857142857),
    ((2.0, 1.5), (0.7, 0.3), 1.0, 3.3794293398581376),
    ((1.0, 2.0, 3.0, 4.0), (0.25, 0.25, 0.25, 0.25), 2.0, 9.44414142630455),
    ((2.0, 1.5), (0.7, 0.3), EVER, 3.5),
])  # fmt: skip
def test_output_is_ces_in_share_form(inputs, needs, sigma, wanted):
    """(sum theta (E / theta)^r)^(1 / r), r = 1 - 1 / sigma; sigma 0: min E / theta; 1: Cobb-Douglas; inf: the sum."""
    ratio = np.array(inputs) / needs
    if sigma == 0.0:
        closed = ratio.min()
    elif sigma == 1.0:
        closed = np.exp((needs * np.log(ratio)).sum())
    else:
        r = 1.0 if np.isinf(sigma) else 1 - 1 / sigma
        closed = (needs * ratio**r).sum() ** (1 / r)
    assert closed == pytest.approx(wanted, rel=1e-12)
    assert output(inputs, needs, sigma) == pytest.approx(wanted, rel=1e-12)
    assert np.isinf(sigma) or output(inputs, needs, sigma + 0.1) != pytest.approx(wanted, rel=1e-3)


@pytest.mark.parametrize("sigma", [0.0, 0.1, 0.5, 1.0, 3.0, EVER])
def test_the_normal_mix_yields_the_sum_whatever_the_elasticity(sigma):
    assert output((7.0, 3.0), (0.7, 0.3), sigma) == pytest.approx(10.0, rel=1e-12)


@pytest.mark.parametrize("near", [1 - 1e-6, 1 + 1e-6])
def test_elasticities_near_one_are_near_cobb_douglas(near):
    assert output((2.0, 1.5), (0.7, 0.3), near) == pytest.approx(output((2.0, 1.5), (0.7, 0.3), 1.0), rel=1e-5)


@pytest.mark.parametrize("sigma", [0.0, 0.1, 0.5, 1.0])
def test_what_is_indispensable_and_missing_leaves_nothing(sigma):
    crews = [{"name": f, "function": f, "people": 5} for f in "ab"]
    crews[1]["skill"] = {"Goal": 0.0}
    goals = [PLAIN | {"needs": {"a": 0.5, "b": 0.5}, "substitution": sigma}, PLAIN | {"name": "Other"}]
    assert play(world(weeks=1, unit=crews, objective=goals))["level[Goal]"][0] < 1e-12


def test_skill_gain_and_methods_multiply_output():
    crew = [{"name": "Crew", "people": 4, "skill": {"Goal": 0.5}}]
    goal = PLAIN | {"gain": 3.0, "methods_half_life": 2}
    found = play(world(weeks=3, unit=crew, objective=[goal]))["level[Goal]"][0]
    assert found == pytest.approx(4 * 0.5 * 3 * (1 + 2**-0.5 + 0.5), rel=1e-12)


TWO = [PLAIN | {"name": "One"}, PLAIN | {"name": "Two"}]
QUIET = [{"name": "Still", "rule": "static", "communication": 0.0}]


def test_coordination_loses_what_the_resultant_of_beliefs_says():
    """H = 1 - loss (1 - R), R the length of the effort-weighted mean of beliefs at length 1."""
    beliefs, people, loss = np.array([[0.8, 0.2], [0.1, 0.9]]), np.array([3.0, 5.0]), 0.4
    crews = [{"name": n, "people": p, "believes": {"One": b[0], "Two": b[1]}} for n, p, b in zip("AB", people, beliefs)]
    scenario = world(weeks=1, unit=crews, objective=TWO, policy=QUIET, organisation={"coordination_loss": loss})
    found = play(scenario)
    directions = beliefs / np.linalg.norm(beliefs, axis=1, keepdims=True)
    for k, name in enumerate(("One", "Two")):
        effort = people * beliefs[:, k]
        resultant = np.linalg.norm(effort @ directions) / effort.sum()
        assert found[f"level[{name}]"][0] == pytest.approx(effort.sum() * (1 - loss * (1 - resultant)), rel=1e-12)
        assert found[f"level[{name}]"][0] != pytest.approx(effort.sum() * resultant, rel=1e-3)


def test_automated_effort_points_along_the_strategy():
    loss, belief, strategy, auto = 0.6, np.array([0.9, 0.1]), np.array([0.5, 0.5]), 0.3
    crew = [{"name": "Crew", "people": 2, "believes": {"One": 0.9, "Two": 0.1}, "automation": auto}]
    scenario = world(weeks=1, unit=crew, objective=TWO, policy=QUIET, organisation={"coordination_loss": loss})
    pull = (1 - auto) * belief / np.linalg.norm(belief) + auto * strategy / np.linalg.norm(strategy)
    wanted = 2 * 0.9 * (1 - loss * (1 - np.linalg.norm(pull)))
    assert play(scenario)["level[One]"][0] == pytest.approx(wanted, rel=1e-12)


def test_those_who_row_the_same_way_lose_nothing():
    crews = [{"name": n, "people": 2, "believes": {"One": 0.3, "Two": 0.7}} for n in "AB"]
    found = play(world(weeks=1, unit=crews, objective=TWO, policy=QUIET, organisation={"coordination_loss": 0.9}))
    assert found["level[Two]"][0] == pytest.approx(2.8, rel=1e-12)


def mover(**sections):
    """One unit that is told at once to do Two instead of One, and moves half of its effort a week."""
    crew = [{"name": "Crew", "believes": {"One": 1}, "inertia": 1}]
    policy = [{"name": "Still", "rule": "static", "strategy": {"Two": 1}}]
    return world(unit=crew, objective=TWO, policy=policy, communication={"half_life": 0}, **sections)


def test_moving_effort_loses_a_share_of_the_next_week():
    """Moved in weeks 0, 1, 2: 1/2, 1/4, 1/8; so the efforts of weeks 0 to 3 are 1, 1 - 0.3 / 2, 1 - 0.3 / 4, ..."""
    found = play(mover(weeks=4, organisation={"switching_loss": 0.3}))
    kept = 4 - 0.3 * (0.5 + 0.25 + 0.125)
    assert found["level[One]"][0] + found["level[Two]"][0] == pytest.approx(kept, rel=1e-12)
    assert found["switching"][0] == pytest.approx((4 - kept) / 4, rel=1e-12)
    assert found["churn"][0] == pytest.approx((0.5 + 0.25 + 0.125 + 0.0625) / 4, rel=1e-12)


def test_engagement_is_pulled_down_by_churn():
    """At once (half-life 0): 1 - churn x moved, then it multiplies next week's effort."""
    found = play(mover(weeks=3, engagement={"churn": 0.8, "half_life": 0}))
    assert found.weekly("engagement")[:, 0] == pytest.approx([0.6, 0.8, 0.9], rel=1e-12)
    assert found["level[One]"][0] + found["level[Two]"][0] == pytest.approx(1 + 0.6 + 0.8, rel=1e-12)


def test_engagement_is_pulled_down_by_disagreement_with_its_half_life():
    """A unit that can only do One but believes in both: 1 - cosine = 1 - 0.6 for the belief (0.6, 0.8)."""
    crew = [{"name": "Crew", "believes": {"One": 0.6, "Two": 0.8}, "skill": {"Two": 0}}]
    pull = {"disagreement": 0.5, "half_life": 4}
    found = play(world(unit=crew, objective=TWO, policy=QUIET, engagement=pull)).weekly("engagement")[:, 0]
    weeks = np.arange(1, 53)
    assert np.abs(found - (1 - 0.5 * 0.4 * (1 - 2.0 ** (-weeks / 4)))).max() < 1e-12


def test_engagement_is_pulled_down_by_overload_while_a_response_is_under_way():
    """A case of a strike at week 5 keeps its team busy from then on; before, engagement is 1."""
    policy = [{"name": "Busy", "rule": "static", "on_recognised": True, "handling": 1e6}]
    shock, pull = [{"name": "Flood", "weeks": [5]}], {"overload": 0.3, "half_life": 0}
    found = play(world(shock=shock, policy=policy, engagement=pull)).weekly("engagement")[:, 0]
    assert (found[:6] == 1.0).all() and np.abs(found[6:] - 0.7).max() < 1e-12


def test_slack_is_worked_only_while_a_response_is_under_way():
    policy = [{"name": "Busy", "rule": "static", "on_recognised": True, "handling": 1e6, "slack": 0.2}]
    found = play(world(objective=[PLAIN], shock=[{"name": "Flood", "weeks": [5]}], policy=policy))
    worked = np.diff(found.weekly("attainment[Goal]")[:, 0] * 1e6, prepend=0.0)
    assert np.abs(worked - np.where(np.arange(52) <= 5, 0.8, 1.0)).max() < 1e-6


def test_a_response_is_under_way_until_its_decision():
    """From the week after the strike is recognised to the one in which its case is done, however early in it."""
    policy = [{"name": "Busy", "rule": "static", "on_recognised": True, "handling": 3, "slack": 0.2}]
    shock = [{"name": "Flood", "weeks": [5]}]
    found = play(world(objective=[PLAIN], shock=shock, policy=policy), futures=100, watch=True)
    worked = np.diff(found.weekly("attainment[Goal]") * 1e6, prepend=0.0, axis=0)
    for future, decided, _, _ in found.events("decision"):
        responding = (np.arange(52) > 5) & (np.arange(52) < decided)
        assert np.abs(worked[:, future] - np.where(responding, 1.0, 0.8)).max() < 1e-6


def test_a_constant_output_leads_to_the_steady_level():
    """Y / (1 - 2^(-1/h)): 192.09051076 for Y = 3.3 and h = 40, approached as d^t."""
    steady = 3.3 / (1 - 2.0 ** (-1 / 40))
    assert steady == pytest.approx(192.09051076036022, rel=1e-12)
    goal = PLAIN | {"fade": 40}
    found = play(world(weeks=2600, objective=[goal], unit=[{"name": "Crew", "people": 3.3}]))
    level = found.weekly("attainment[Goal]")[:, 0] * 1e6
    assert level[-1] == pytest.approx(steady, rel=1e-12)
    assert level[79] == pytest.approx(steady * 0.75, rel=1e-12)
    assert level[-1] != pytest.approx(3.3 * 40 / np.log(2), rel=1e-3)  # continuous time


def test_one_week_of_waste_and_misdirection_by_hand():
    """10 people at shares 0.6 and 0.4, priorities 0.3 and 0.7; the first level ends 1 above its target by output 6."""
    goals = [
        {"name": "One", "start": 95, "target": 100, "gain": 1.0, "fade": EVER},
        {"name": "Two", "start": 10, "target": 100, "gain": 1.0, "fade": EVER},
    ]
    goals = [goal | {"weight": weight} for goal, weight in zip(goals, (0.3, 0.7))]
    crew = [{"name": "Crew", "people": 10, "believes": {"One": 0.6, "Two": 0.4}}]
    found = play(world(weeks=1, objective=goals, unit=crew, policy=QUIET))
    assert found["wasted"][0] == pytest.approx(6 * (1 / 6) / 10, rel=1e-12)
    assert found["misdirected"][0] == pytest.approx(0.3, rel=1e-12)
    assert found["value"][0] == pytest.approx(0.3 * 1.0 + 0.7 * 0.14, rel=1e-12)
    cosine = (0.6 * 0.3 + 0.4 * 0.7) / np.sqrt((0.36 + 0.16) * (0.09 + 0.49))
    assert found["strategic_alignment"][0] == pytest.approx(cosine, rel=1e-12)
    assert found["strategy_to_belief"][0] == pytest.approx(cosine, rel=1e-12)  # the strategy is the priorities
    assert found["hit[One]"][0] == 1.0 and found["hit[Two]"][0] == 0.0


def test_output_noise_moves_the_human_share_only():
    noise, auto = 0.2, 0.25
    crew = [{"name": "Crew", "people": 1, "automation": auto}]
    found = play(world(weeks=1, objective=[PLAIN | {"output_noise": noise}], unit=crew), futures=20_000)["level[Goal]"]
    assert misses_mean(found, 1.0) < ONE_IN_A_MILLION
    assert misses_mean((found - 1.0) ** 2, (noise * (1 - auto)) ** 2) < ONE_IN_A_MILLION
    assert misses_mean((found - 1.0) ** 2, noise**2) > ONE_IN_A_MILLION


def test_worth_depends_on_the_attainment_of_others():
    """V = w_1 g_1 + w_2 g_2 g_1^0.5 with attainments 0.64 and 0.5."""
    goals = [
        {"name": "One", "start": 64, "gain": 0.0, "fade": EVER, "weight": 1},
        {"name": "Two", "start": 50, "gain": 0.0, "fade": EVER, "weight": 3, "depends_on": {"One": 0.5}},
    ]
    assert play(world(weeks=1, objective=goals))["value"][0] == pytest.approx(0.25 * 0.64 + 0.75 * 0.5 * 0.8, rel=1e-12)


def test_targets_count_as_hit_until_they_are_due():
    """A level that gains 1 a week from 95 reaches 100 at the end of week 4."""
    for due, hit in ((3, 0.0), (4, 1.0), (50, 1.0)):
        goal = {"name": "Goal", "start": 95, "gain": 1.0, "fade": EVER, "due": due}
        assert play(world(objective=[goal]))["hit[Goal]"][0] == hit


def test_perception_and_readings_do_not_touch_what_is_true():
    noisy = PLAIN | {"kpi_noise": 0.5, "kpi_lag": 3}
    one, two = play(world(objective=[PLAIN]), futures=5), play(world(objective=[noisy]), futures=5)
    assert same_bits(one["level[Goal]"], two["level[Goal]"])


def test_readings_are_late_by_their_lag():
    goal = PLAIN | {"kpi_lag": 3, "start": 7.0}
    for week, wanted in ((1, 7.0), (3, 7.0), (4, 8.0), (10, 14.0)):
        state = play_until(build_plan(world(objective=[goal])), seed=1, futures=np.arange(1), week=week)
        assert state.reading[0, 0, 0] == wanted
