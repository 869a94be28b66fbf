"""The same future gives the same bits: however it is played, and whatever else stands in the file."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tomli_w
from worlds import EVERYTHING, Played, play, same_bits, world

from realign.model import Desk, block, build_plan, play_block
from realign.scenario import parse

FUTURES = 100
SEED = 5


@pytest.fixture(scope="module")
def whole():
    """The reference: the first futures in one block."""
    return play(parse(EVERYTHING), futures=FUTURES, seed=SEED, watch=True)


def edited(edit):
    """The scenario of everything after an edit of its document."""
    document = dict(parse(EVERYTHING).document)
    return parse(tomli_w.dumps(edit(document)))


def assert_same(found: Played, whole: Played, *, policies=None):
    """What `found` and `whole` have in common by name is the same, bit for bit; events too."""
    policies = policies or whole.plan.policies
    for policy in policies:
        for measure in whole.plan.measures:
            assert same_bits(found[measure, policy], whole[measure, policy]), (policy, measure)
        for series in whole.plan.series:
            assert same_bits(found.weekly(series, policy), whole.weekly(series, policy)), (policy, series)
        assert events_of(found, policy) == events_of(whole, policy)


def events_of(played, policy):
    """The events of a policy, in an order that does not depend on the order of the file."""
    at = played.plan.policies.index(policy)
    return sorted(row[1:] for row in played.block.events if row[0] == at)


@pytest.mark.parametrize("size", [1, 7, 64])
def test_blocks_of_any_size_give_the_same_bits(whole, size):
    plan = whole.plan
    rows = []
    for first in range(0, FUTURES, size):
        count = min(size, FUTURES - first)
        block = play_block(plan, seed=SEED, first=first, count=count, events=FUTURES)
        assert same_bits(block.outcomes, whole.block.outcomes[:, :, first : first + count])
        assert same_bits(block.weekly, whole.block.weekly[:, :, :, first : first + count])
        rows += block.events
    assert sorted(rows) == sorted(whole.block.events)


def test_nothing_of_one_block_is_left_on_the_desk_for_the_next(whole, monkeypatch):
    """Whatever lay there before: other futures, groups of another size, tables that proved too small."""
    monkeypatch.setattr(block, "expected_strikes", lambda plan: 1)
    desk = Desk(whole.plan)
    for first, count in ((60, 40), (0, 7), (0, FUTURES), (0, FUTURES), (31, 1)):
        found = play_block(whole.plan, seed=SEED, first=first, count=count, events=FUTURES, desk=desk)
        assert same_bits(found.outcomes, whole.block.outcomes[:, :, first : first + count])
        assert same_bits(found.weekly, whole.block.weekly[:, :, :, first : first + count])
    assert sorted(found.events) == [row for row in sorted(whole.block.events) if row[1] == first]


def test_a_larger_block_begins_with_the_same_bits(whole):
    larger = play_block(whole.plan, seed=SEED, first=0, count=256)
    assert same_bits(larger.outcomes[:, :, :FUTURES], whole.block.outcomes)


@pytest.mark.parametrize("lanes", [32, 64, 256])
def test_any_number_of_lanes_gives_the_same_bits(lanes):
    scenario = parse(EVERYTHING)
    reference = play(scenario, futures=40, seed=SEED, watch=True)
    plan = build_plan(scenario)
    plan.__dict__["lanes"] = lanes  # in place of the cached property
    found = Played(plan, play_block(plan, seed=SEED, first=0, count=40, events=40))
    assert_same(found, reference)
    assert found.block.events == reference.block.events


def test_two_threads_give_the_same_bits_as_one(whole):
    def part(first):
        return play_block(whole.plan, seed=SEED, first=first, count=25)

    with ThreadPoolExecutor(2) as threads:
        blocks = list(threads.map(part, range(0, FUTURES, 25)))
    assert same_bits(np.concatenate([block.outcomes for block in blocks], axis=2), whole.block.outcomes)
    assert same_bits(np.concatenate([block.weekly for block in blocks], axis=3), whole.block.weekly)


def test_watching_events_changes_nothing(whole):
    assert same_bits(play_block(whole.plan, seed=SEED, first=0, count=FUTURES).outcomes, whole.block.outcomes)


@pytest.mark.parametrize("chosen", [["Still"], ["Planning"], ["Chasing", "Reviewing"]])
def test_a_subset_of_the_policies_gives_the_same_bits(whole, chosen):
    found = play(parse(EVERYTHING), futures=FUTURES, seed=SEED, watch=True, policies=chosen)
    assert found.plan.policies == tuple(chosen)
    assert_same(found, whole, policies=chosen)


@pytest.mark.parametrize("section", ["unit", "objective", "shock", "policy", "contingency", "opportunity"])
def test_the_order_of_a_section_changes_no_bit(whole, section):
    scenario = edited(lambda document: document | {section: list(reversed(document[section]))})
    assert_same(play(scenario, futures=FUTURES, seed=SEED, watch=True), whole)


def test_the_order_of_everything_at_once_changes_no_bit(whole):
    sections = ("unit", "objective", "shock", "policy", "contingency", "opportunity")

    def rotated(document):
        return document | {name: document[name][1:] + document[name][:1] for name in sections}

    assert_same(play(edited(rotated), futures=FUTURES, seed=SEED, watch=True), whole)


def test_a_further_shock_without_effects_changes_nothing_but_its_own_count(whole):
    extra = {"name": "Comet", "rate": 4.0, "recognised_after": 1}
    scenario = edited(lambda document: document | {"shock": [extra, *document["shock"]]})
    found = play(scenario, futures=FUTURES, seed=SEED)
    assert found["shocks[Comet]"].sum() > 0
    counted = {"shocks", "drop", "weeks_to_recognise", "weeks_to_decide", "weeks_to_recover"}
    for measure in set(whole.plan.measures) - counted:
        assert same_bits(found[measure, "Still"], whole[measure, "Still"]), measure


def test_a_shock_that_never_comes_changes_no_bit(whole):
    extra = {"name": "Comet", "rate": 0.0, "effects": [{"on": "capacity", "size": 1.0, "half_life": 8}]}
    scenario = edited(lambda document: document | {"shock": [extra, *document["shock"]]})
    assert_same(play(scenario, futures=FUTURES, seed=SEED, watch=True), whole)


def test_an_opportunity_that_never_opens_changes_no_bit(whole):
    never = {"name": "Comet", "rate": 0.0}
    extra = {"name": "Ark", "objective": "Reach", "gain": 1.0, "difficulty": 1.0, "opened_by": "Comet"}

    def with_both(document):
        opportunities = [extra, *document["opportunity"]]
        return document | {"shock": [never, *document["shock"]], "opportunity": opportunities}

    assert_same(play(edited(with_both), futures=FUTURES, seed=SEED, watch=True), whole)


def test_a_further_policy_changes_no_bit_of_the_others(whole):
    extra = {"name": "Another", "rule": "gap", "review_every": 3, "autonomy": 0.5, "teams": 5, "handling": 1}
    scenario = edited(lambda document: document | {"policy": [extra, *document["policy"]]})
    assert_same(play(scenario, futures=FUTURES, seed=SEED, watch=True), whole)


def test_a_further_stress_test_changes_no_bit(whole):
    extra = {"name": "Worse", "set": {"organisation.cash": 0}}
    scenario = edited(lambda document: document | {"stress": [extra, *document["stress"]]})
    assert_same(play(scenario, futures=FUTURES, seed=SEED, watch=True), whole)


def test_a_contingency_that_no_policy_keeps_changes_no_bit(whole):
    extra = {
        "name": "Ark", "when": {"week": 0}, "people": {"Makers": 100}, "upkeep": 50, "cost": 1000, "credit": 1e6,
        "strategy": {"Orders": 1}, "absorbs": {"Turn": 1}, "release_slack": True,
    }  # fmt: skip
    scenario = edited(lambda document: document | {"contingency": [extra, *document["contingency"]]})
    assert_same(play(scenario, futures=FUTURES, seed=SEED, watch=True), whole)


def test_an_objective_of_no_weight_without_workers_changes_no_bit_of_other_levels():
    """Units that cannot work on it ignore it; its draws are its own."""
    rough = {"priority_volatility": 0.1, "demand_volatility": 0.1}
    goals = [{"name": "Goal", "output_noise": 0.2}, {"name": "Zeal", "output_noise": 0.2, "kpi_noise": 0.3}]
    idle = {"name": "Idle", "weight": 0.0, "output_noise": 0.5}
    crew = [{"name": "Crew", "skill": {"Idle": 0.0}}]
    without = play(world(objective=goals, market=rough), futures=50)
    within = play(world(objective=[*goals, idle], market=rough, unit=crew), futures=50)
    for measure in ("level[Goal]", "level[Zeal]", "value", "attainment[Goal]", "final_cash"):
        assert same_bits(within[measure], without[measure]), measure


def test_forcing_one_shock_shifts_no_arrival_of_another(whole):
    scenario = parse(EVERYTHING)
    stormy = play(scenario, futures=FUTURES, seed=SEED, force=scenario.stress("Storm").force)
    assert (stormy["shocks[Turn]"] == whole["shocks[Turn]"] + 1).all()
    for name in ("Departure", "New chief", "Merger"):
        assert same_bits(stormy[f"shocks[{name}]"], whole[f"shocks[{name}]"])


def test_a_change_of_one_shock_leaves_the_strikes_of_the_others():
    scenario = parse(EVERYTHING).replace("shock.Departure.rate", 5.0)
    one, two = play(parse(EVERYTHING), futures=50, watch=True), play(scenario, futures=50, watch=True)
    assert len(two.events("strike")) > len(one.events("strike"))
    for name in ("Breakdown", "Turn", "Squeeze", "New chief"):
        assert [e for e in one.events("strike") if e[2] == name] == [e for e in two.events("strike") if e[2] == name]


def test_seed_zero_is_a_seed_and_differs_from_one():
    scenario = parse(EVERYTHING)
    zero, again, one = (play(scenario, futures=20, seed=seed) for seed in (0, 0, 1))
    assert same_bits(zero.block.outcomes, again.block.outcomes)
    assert not same_bits(zero["value"], one["value"])


def test_the_largest_seed_and_far_futures_can_be_played():
    plan = build_plan(parse(EVERYTHING))
    values = play_block(plan, seed=2**32 - 1, first=10**9 - 3, count=3).outcomes[0, plan.measures.index("value")]
    assert np.isfinite(values).all()
    assert len(set(values)) == 3


def test_futures_differ_from_each_other():
    found = play(parse(EVERYTHING), futures=100)
    assert len(set(found["lowest_cash"])) == 100


def test_however_little_room_it_begins_with_the_bits_are_the_same(whole, monkeypatch):
    """Room that is just filled is enough, and what does not fit has it grow: nothing is written beyond it."""
    count, grew = 6, set()
    plan = build_plan(parse(EVERYTHING))
    for room in range(20, 60):
        first = block._Room(strikes=room // 2, signals=room, events=room)
        monkeypatch.setattr(block, "_first_room", lambda plan, events=False, first=first: first)
        found = play_block(plan, seed=SEED, first=0, count=count, events=count)
        for p, policy in enumerate(plan.policies):
            for m, measure in enumerate(plan.measures):
                assert same_bits(found.outcomes[p, m], whole[measure, policy][:count]), (room, policy, measure)
        grew.add(first.signals > room)
    assert grew == {True, False}


@pytest.mark.parametrize("half_life", [0, 6])
def test_who_is_there_in_some_futures_only_changes_no_bit_of_the_others(half_life):
    """A superior and peers who join when a shock strikes, early in some futures, late or never in others."""
    joins, believes = {"shock": "Merger"}, {"One": 0.3, "Two": 0.1, "Three": 0.6}
    units = [
        {"name": "Head", "people": 3, "joins": joins, "believes": {"One": 0.7, "Two": 0.2, "Three": 0.1}},
        {"name": "Hall", "people": 9, "reports_to": "Head", "growth": 4, "automation": 0.2},
        {"name": "Annexe", "people": 5, "reports_to": "Head", "joins": joins, "growth": 3, "believes": believes},
        {"name": "Yard", "people": 4, "joins": joins, "believes": {"One": 0.15, "Two": 0.6, "Three": 0.25}},
    ]
    scenario = world(
        unit=units, network={"kind": "complete"}, weeks=40, objective=[{"name": n} for n in ("One", "Two", "Three")],
        shock=[{"name": "Merger", "rate": 1.5}], organisation={"coordination_loss": 0.5, "cash": 1e6},
        communication={"half_life": half_life, "clarity_noise": 0.2},
        engagement={"churn": 1.0, "disagreement": 0.5, "half_life": 5},
        policy=[{"name": "Eyes open", "rule": "static", "autonomy": 0.4}],
    )  # fmt: skip
    plan = build_plan(scenario)
    together = play_block(plan, seed=SEED, first=0, count=40)
    for future in range(40):
        alone = play_block(plan, seed=SEED, first=future, count=1)
        assert same_bits(alone.outcomes[..., 0], together.outcomes[..., future])
        assert same_bits(alone.weekly[..., 0], together.weekly[..., future])
