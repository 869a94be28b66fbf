"""States at any week: going on is no interruption, and branching keeps the past and changes what follows."""

import numpy as np
import pytest
from worlds import EVERYTHING, ONE_IN_A_MILLION, play, same_bits, world

from realign.model import build_plan, go_on, play_block, play_until
from realign.model.state import RECOGNISED_COUNT, copies_of, lane_of
from realign.scenario import parse

SEED = 5
FUTURES = np.arange(30, dtype=np.uint64)
WEEKS = 60  # of the scenario of everything


@pytest.fixture(scope="module")
def plan():
    return build_plan(parse(EVERYTHING))


@pytest.fixture(scope="module")
def uninterrupted(plan):
    return play_block(plan, seed=SEED, first=0, count=len(FUTURES))


def same_state(first, second):
    return all(same_bits(getattr(first, name), getattr(second, name)) for name in first._fields)


def snapshot(state):
    return type(state)(*(array.copy() for array in state))


@pytest.mark.parametrize("week", [0, 1, 2, 7, 8, 30, 59, 60])
def test_going_on_from_any_week_gives_the_bits_of_the_uninterrupted_run(plan, uninterrupted, week):
    state = play_until(plan, seed=SEED, futures=FUTURES, week=week)
    outcomes, end = go_on(plan, state, seed=SEED, futures=FUTURES, week=week)
    assert same_bits(outcomes, uninterrupted.outcomes)
    assert same_bits(end.weekly, uninterrupted.weekly)


def test_going_on_week_by_week_gives_the_bits_of_the_uninterrupted_run(plan, uninterrupted):
    state = play_until(plan, seed=SEED, futures=FUTURES, week=0)
    for week in range(WEEKS):
        outcomes, state = go_on(plan, state, seed=SEED, futures=FUTURES, week=week, until=week + 1)
        assert np.isnan(outcomes).all() == (week + 1 < WEEKS)
    assert same_bits(outcomes, uninterrupted.outcomes)


def test_a_state_passed_in_is_left_as_it_is(plan):
    state = play_until(plan, seed=SEED, futures=FUTURES, week=20)
    before = snapshot(state)
    go_on(plan, state, seed=SEED, futures=FUTURES + np.uint64(500), week=20)
    assert same_state(state, before)


def test_lanes_in_any_order_give_the_same_bits(plan, uninterrupted):
    backwards = np.ascontiguousarray(FUTURES[::-1])
    state = play_until(plan, seed=SEED, futures=backwards, week=33)
    outcomes, _ = go_on(plan, state, seed=SEED, futures=backwards, week=33)
    assert same_bits(outcomes[:, :, ::-1], uninterrupted.outcomes)


def test_one_lane_taken_out_of_a_group_goes_on_alone(plan, uninterrupted):
    state = lane_of(play_until(plan, seed=SEED, futures=FUTURES, week=21), 4)
    outcomes, _ = go_on(plan, state, seed=SEED, futures=FUTURES[4:5], week=21)
    assert same_bits(outcomes, uninterrupted.outcomes[:, :, 4:5])


@pytest.mark.parametrize("week", [1, 13, 40])
def test_a_branch_keeps_the_past_and_changes_what_follows(plan, uninterrupted, week):
    state = play_until(plan, seed=SEED, futures=FUTURES, week=week)
    _, end = go_on(plan, state, seed=SEED, futures=FUTURES + np.uint64(1000), week=week)
    weekly = end.weekly
    assert same_bits(weekly[:, :, :week], uninterrupted.weekly[:, :, :week])
    value = plan.series.index("value")
    living = uninterrupted.weekly[:, plan.series.index("alive"), week - 1] == 1.0
    after, before = weekly[:, value, week], uninterrupted.weekly[:, value, week]
    assert (after[living] != before[living]).all()


def test_branches_of_one_past_into_different_futures_differ_from_each_other(plan):
    state = copies_of(lane_of(play_until(plan, seed=SEED, futures=FUTURES[:1], week=10), 0), 20)
    futures = np.arange(2000, 2020, dtype=np.uint64)
    outcomes, _ = go_on(plan, state, seed=SEED, futures=futures, week=10)
    assert len(set(outcomes[1, plan.measures.index("final_cash")])) == 20


def test_a_branch_of_one_lane_does_not_depend_on_the_others(plan):
    state = play_until(plan, seed=SEED, futures=FUTURES, week=10)
    futures = FUTURES + np.uint64(77)
    together, _ = go_on(plan, state, seed=SEED, futures=futures, week=10)
    alone, _ = go_on(plan, lane_of(state, 3), seed=SEED, futures=futures[3:4], week=10)
    assert same_bits(alone, together[:, :, 3:4])


def test_a_branch_at_week_zero_is_the_fresh_future(plan):
    fresh = play_block(plan, seed=SEED, first=1000, count=len(FUTURES))
    state = play_until(plan, seed=SEED, futures=FUTURES, week=0)
    outcomes, _ = go_on(plan, state, seed=SEED, futures=FUTURES + np.uint64(1000), week=0)
    assert same_bits(outcomes, fresh.outcomes)


def test_branches_have_the_distribution_of_fresh_futures():
    """Branching every future at week 20 to another must not change the mean of anything: pasts are drawn alike."""
    plan = build_plan(parse(EVERYTHING))
    number = 3000
    futures = np.arange(number, dtype=np.uint64)
    fresh = play_block(plan, seed=SEED, first=10**6, count=number).outcomes
    state = play_until(plan, seed=SEED, futures=futures, week=20)
    branched, _ = go_on(plan, state, seed=SEED, futures=futures + np.uint64(5000), week=20)
    for name in ("value", "shocks", "shocks[Turn]", "shocks[Breakdown]", "final_cash", "decisions", "found"):
        column = plan.measures.index(name)
        for policy in range(len(plan.policies)):
            one, two = fresh[policy, column], branched[policy, column]
            error = np.sqrt((one.var() + two.var()) / number)
            assert abs(one.mean() - two.mean()) <= ONE_IN_A_MILLION * error, (name, policy)


ANNOUNCED = {
    "name": "Flood", "rate": 20.0, "recognised_after": 0, "warning": {"lead": 5, "chance": 0.5},
}  # fmt: skip


def test_a_branch_recognises_every_strike_exactly_once():
    """Warnings of strikes behind the branch may not shift what was heard before it: no signal twice, none lost."""
    plan = build_plan(world(shock=[ANNOUNCED]))
    futures = np.arange(200, dtype=np.uint64)
    state = play_until(plan, seed=1, futures=futures, week=26)
    outcomes, end = go_on(plan, state, seed=1, futures=futures + np.uint64(500), week=26)
    assert same_bits(end.sums[0, RECOGNISED_COUNT], outcomes[0, plan.measures.index("shocks")])


def test_a_future_recognises_every_strike_exactly_once():
    """The same without a branch: where the test above fails, the branch is at fault."""
    plan = build_plan(world(shock=[ANNOUNCED]))
    futures = np.arange(200, dtype=np.uint64)
    state = play_until(plan, seed=1, futures=futures, week=52)
    strikes = play_block(plan, seed=1, first=0, count=200).outcomes[0, plan.measures.index("shocks")]
    assert same_bits(state.sums[0, RECOGNISED_COUNT], strikes)


def test_a_once_shock_strikes_once_at_most_on_every_branch():
    plan = build_plan(world(shock=[{"name": "Comet", "chance": 0.9}]))
    futures = np.arange(2000, dtype=np.uint64)
    state = play_until(plan, seed=1, futures=futures, week=30)
    outcomes, _ = go_on(plan, state, seed=1, futures=futures + np.uint64(5000), week=30)
    strikes = outcomes[0, plan.measures.index("shocks")]
    assert set(strikes) == {0.0, 1.0}
    error = np.sqrt(0.9 * 0.1 / 2000)
    assert abs(strikes.mean() - 0.9) < ONE_IN_A_MILLION * error


def test_the_state_at_the_last_week_holds_the_series_of_the_block():
    found = play(parse(EVERYTHING), futures=5, seed=SEED)
    state = play_until(found.plan, seed=SEED, futures=np.arange(5), week=WEEKS)
    assert same_bits(state.weekly, found.block.weekly)
