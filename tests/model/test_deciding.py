"""Deciding: reviews, cases and their queue, strides, and the rules that propose a strategy."""

import numpy as np
import pytest
from worlds import ONE_IN_A_MILLION, misses_mean, play, world

from realign.model import build_plan, play_until

GOALS = [{"name": "One", "weight": 0.3, "start": 60.0}, {"name": "Two", "weight": 0.7, "start": 20.0}]
STILL = [goal | {"gain": 0.0, "fade": float("inf")} for goal in GOALS]


def weeks_of(found, kind, future=0):
    return [week for at, week, _, _ in found.events(kind) if at == future]


@pytest.mark.parametrize(("every", "latency"), [(6, 0), (6, 2), (1, 0), (13, 12), (30, 4)])
def test_reviews_take_effect_their_latency_later(every, latency):
    policy = [{"name": "P", "rule": "static", "review_every": every, "latency": latency}]
    found = play(world(policy=policy), watch=True)
    assert weeks_of(found, "decision") == [t + latency for t in range(every, 52, every) if t + latency < 52]
    assert found["decisions"][0] == len(weeks_of(found, "decision"))


def test_a_stride_moves_the_strategy_that_share_of_the_way():
    """Toward v = (0.3, 0.7) from (1, 0): what is left shrinks by 0.6 at each of the reviews in weeks 4 and 8."""
    policy = [{"name": "P", "rule": "follow", "review_every": 4, "stride": 0.4, "strategy": {"One": 1}}]
    plan = build_plan(world(objective=STILL, policy=policy))
    for week, left in ((4, 1.0), (5, 0.6), (8, 0.6), (9, 0.36)):
        state = play_until(plan, seed=1, futures=np.arange(1), week=week)
        assert abs(state.strategy[0, 0, 0] - (0.3 + 0.7 * left)) < 1e-12


def proposal(rule, goals, **keys):
    """The strategy decided in week 4 of a world that nothing moves."""
    policy = [{"name": "P", "rule": rule, "review_every": 4, **keys}]
    crew = [{"name": "Crew", "people": 10}]
    plan = build_plan(world(objective=goals, policy=policy, unit=crew))
    return play_until(plan, seed=1, futures=np.arange(1), week=5).strategy[0, :, 0]


def test_the_static_rule_proposes_the_first_plan():
    assert np.abs(proposal("static", STILL, strategy={"One": 0.9, "Two": 0.1}) - [0.9, 0.1]).max() < 1e-15


def test_the_follow_rule_proposes_perceived_priorities():
    assert np.abs(proposal("follow", STILL) - [0.3, 0.7]).max() < 1e-12


def test_the_gap_rule_weighs_priorities_by_the_shortfall():
    wanted = np.array([0.3 * 0.4, 0.7 * 0.8])
    assert np.abs(proposal("gap", STILL) - wanted / wanted.sum()).max() < 1e-12


def test_the_gap_rule_follows_priorities_when_there_is_no_gap():
    reached = [goal | {"start": 100.0} for goal in STILL]
    assert np.abs(proposal("gap", reached) - [0.3, 0.7]).max() < 1e-12


def test_the_plan_rule_holds_what_is_attained_and_closes_gaps_within_the_horizon():
    """Ten people yield 10 a week. Without fading, 40 and 80 within 20 weeks take 0.2 and 0.4 of all effort."""
    goals = [goal | {"gain": 1.0, "fade": float("inf")} for goal in GOALS]
    found = proposal("plan", goals, horizon=20, exploration=1.0)  # nobody works: levels stay as they are
    assert np.abs(found - [0.2 + 0.4 * 0.3, 0.4 + 0.4 * 0.7]).max() < 1e-12


def test_the_plan_rule_counts_with_fading_and_due_dates():
    """x(h) = x d^h + y (1 - d^h) / (1 - d) reaches the target: y = (target - x d^h)(1 - d) / (1 - d^h)."""
    goals = [GOALS[0] | {"gain": 1.0, "fade": 30.0, "due": 24}, GOALS[1] | {"gain": 2.0, "fade": 60.0}]
    found = proposal("plan", goals, horizon=40, exploration=1.0)
    need = []
    for start, gain, fade, weeks in ((60.0, 1.0, 30.0, 20), (20.0, 2.0, 60.0, 40)):
        d = 2.0 ** (-1 / fade)
        level = start * d**4  # as read at the end of week 3 and once more in week 4
        level *= d
        need.append((100 - level * d**weeks) * (1 - d) / (1 - d**weeks) / (10 * gain))
    assert sum(need) < 1
    wanted = [n + (1 - sum(need)) * v for n, v in zip(need, (0.3, 0.7))]
    assert np.abs(found - wanted).max() < 1e-12


def test_the_plan_rule_cuts_where_value_per_effort_is_least():
    """Needs of 0.8 and 1.6 of all effort at priorities 0.3 and 0.7: densities 0.375 and 0.4375, so all goes to Two."""
    goals = [goal | {"gain": 1.0, "fade": float("inf")} for goal in GOALS]
    assert np.abs(proposal("plan", goals, horizon=5, exploration=1.0) - [0.0, 1.0]).max() < 1e-12
    likelier = [goals[0] | {"weight": 0.6}, goals[1] | {"weight": 0.4}]
    assert np.abs(proposal("plan", likelier, horizon=5, exploration=1.0) - [0.8, 0.2]).max() < 1e-12


def test_a_recognised_shock_is_decided_at_the_first_week_boundary_after_it_is_handled():
    policy = [{"name": "P", "rule": "static", "on_recognised": True, "handling": 4}]
    found = play(world(shock=[{"name": "Flood", "weeks": [5]}], policy=policy, weeks=400), futures=4000, watch=True)
    assert (found["decisions"] == 1).all()
    wait = found["weeks_to_decide"]
    # time in the week U and handling H: ceil(U + H) - U, of mean E ceil(U + H) - 1/2; H exponential of mean 4
    grid = (np.arange(4000) + 0.5) / 4000
    tail = [np.exp(-np.maximum(n - grid, 0.0) / 4).mean() for n in range(400)]  # P(U + H > n)
    assert misses_mean(wait, sum(tail) - 0.5) < ONE_IN_A_MILLION
    assert misses_mean(wait, 4.0) > ONE_IN_A_MILLION


def test_a_policy_that_does_not_respond_does_not_decide():
    policy = [{"name": "P", "rule": "static", "handling": 1}]
    assert play(world(shock=[{"name": "Flood", "rate": 20}], policy=policy), futures=20)["decisions"].sum() == 0.0


def erlang(load, teams):
    """Chance of waiting with `teams` servers and offered load `load` (Erlang C)."""
    block = 1.0
    for server in range(1, teams + 1):
        block = load * block / (server + load * block)
    return teams * block / (teams - load * (1 - block))


def waiting(rate, handling, teams, *, week, futures):
    """For each future, how long a case that arrives at the beginning of `week` would wait for a team."""
    policy = [{"name": "P", "rule": "static", "on_recognised": True, "handling": handling, "teams": teams}]
    plan = build_plan(world(shock=[{"name": "Case", "rate": 52 * rate}], policy=policy, weeks=week + 1))
    waits = []
    for first in range(0, futures, 250):
        state = play_until(plan, seed=1, futures=np.arange(first, first + 250), week=week)
        waits.append(np.maximum(state.team_free[0].min(axis=0) - week, 0.0))
    return np.concatenate(waits)


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "teams", "chance", "mean", "week"), [
    (0.3, 1, 0.6, 3.0, 600), (0.8, 2, 0.7111111111111111, 3.5555555555555567, 1200),
])  # fmt: skip
def test_the_queue_of_cases_is_that_of_erlang(rate, teams, chance, mean, week):
    """Handling takes 2 weeks on average; Poisson arrivals see what one sees at any time (PASTA)."""
    assert erlang(2 * rate, teams) == pytest.approx(chance, rel=1e-12)
    assert chance / (teams / 2 - rate) == pytest.approx(mean, rel=1e-12)
    wait = waiting(rate, 2, teams, week=week, futures=10_000)
    assert misses_mean(wait > 0.0, chance) < ONE_IN_A_MILLION
    assert misses_mean(wait, mean) < ONE_IN_A_MILLION
    assert misses_mean(wait, mean / 2) > ONE_IN_A_MILLION  # as if every case took the same time


def test_a_short_queue_is_that_of_erlang():
    """Light load settles soon: 0.2 cases a week of 1.5 weeks for one team."""
    wait = waiting(0.2, 1.5, 1, week=80, futures=5000)
    assert misses_mean(wait > 0.0, 0.3) < ONE_IN_A_MILLION
    assert misses_mean(wait, 0.3 / (1 / 1.5 - 0.2)) < ONE_IN_A_MILLION
    assert misses_mean(wait > 0.0, 0.35) > ONE_IN_A_MILLION


def test_more_teams_never_decide_later():
    shock = [{"name": "Flood", "rate": 30}]
    policy = [{"name": f"{n}", "rule": "static", "on_recognised": True, "handling": 3, "teams": n} for n in (1, 2, 4)]
    plan = build_plan(world(shock=shock, policy=policy))
    done = play_until(plan, seed=1, futures=np.arange(100), week=52).busy_until  # when the last case is done
    assert (done[1] <= done[0]).all() and (done[2] <= done[1]).all()
    assert (done[2] < done[0]).any()


def test_weeks_to_recover_and_the_depth_of_the_drop_by_hand():
    """Value 0.5 falls by 0.4 of it and comes back with a half-life of 6 weeks: below 90 % until 0.4 2^(-n/6) <= 0.1."""
    effects = [{"on": "demand", "size": float(np.log(0.6)), "half_life": 6}]
    found = play(world(shock=[{"name": "Slump", "weeks": [10], "effects": effects}]))
    assert found["drop"][0] == pytest.approx(0.4, rel=1e-12)
    back = next(n for n in range(100) if np.log(0.6) * 2.0 ** (-n / 6) >= np.log(0.9))
    assert found["weeks_to_recover"][0] == back


def test_a_strike_never_recovered_from_counts_the_weeks_that_were_left():
    effects = [{"on": "demand", "size": -1.0, "half_life": float("inf")}]
    found = play(world(shock=[{"name": "Slump", "weeks": [40], "effects": effects}]))
    assert found["weeks_to_recover"][0] == 12.0
