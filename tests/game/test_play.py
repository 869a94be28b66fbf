"""The game: it is the kernel's own future, moves take their time and their price, ways back give the same bits."""

import json
from collections import Counter

import numpy as np
import pytest

from realign.errors import UsageError
from realign.game import Game, play
from realign.model import build_plan, play_block
from realign.twin import live


def bits(game):
    """Everything of a position that the next week needs."""
    position = game._table.position
    return [a.tobytes() for a in position.state] + [repr(position.habits), repr(position.orders), position.week]


def played(scenario, policy, future, stress="baseline"):
    """What the kernel makes of a policy on a future."""
    under, force = scenario.under(stress), scenario.stress(stress).force
    plan = build_plan(under, force=force, policies=[policy])
    block = play_block(plan, seed=scenario.seed, first=future, count=1)
    return dict(zip(plan.measures, block.outcomes[0, :, 0].tolist())), block.weekly[0, :, :, 0]


@pytest.mark.parametrize("policy", ["Steady", "Awake"])
@pytest.mark.parametrize("stress", ["baseline", "Two storms"])
def test_a_seat_that_holds_plays_the_policy_bit_for_bit(small, policy, stress):
    for future in range(12):
        game = play(small, policy=policy, future=future, stress=stress).advance(3).hold("wait").advance(40)
        outcomes, weekly = played(small, policy, future, stress)
        assert repr(game._table.position.outcomes) == repr(outcomes)
        assert np.array_equal(game._table.position.state.weekly[0, :, :, 0], weekly, equal_nan=True)


def test_a_seat_that_holds_plays_what_the_twin_lives(small):
    game = play(small, policy="Awake", future=4).advance(40)
    life = live(small, policy="Awake", future=4)
    assert abs(game._table.position.outcomes["value"] - life.outcomes["value"]) < 1e-9


def some_game(small):
    game = play(small, policy="Awake", future=7).advance(5)
    game.decide(strategy={"Reach": 2, "Craft": 1}, hire={"Desk": 1}, reason="growth").advance(4)
    game.decide(review_every=5, slack=0.1, monitoring=3, drop="Alert", activate="Loan", move=("Bench", "Desk", 0.5))
    game.sit("red").inject("Storm", week=game.week + 2, severity=2.0)
    return game.advance(6)


def test_undo_then_redo_gives_the_same_bits(small):
    game = some_game(small)
    before = bits(game)
    for _ in range(3):
        game.undo()
    assert bits(game) != before
    for _ in range(3):
        game.redo()
    assert bits(game) == before


def test_a_branch_leaves_the_original_alone_and_goes_on_as_it_would(small):
    game = some_game(small)
    before = bits(game)
    other = game.branch("bold").decide(strategy={"Reach": 1}).advance(8)
    assert bits(game) == before
    assert bits(other) != bits(game.branch("calm").advance(8))
    assert bits(game.branch("again").advance(8)) == bits(game.advance(8))


def test_a_saved_game_is_plain_json_and_goes_on_with_the_same_bits(small, tmp_path):
    game = some_game(small)
    path = game.save(tmp_path / "game.json")
    assert set(json.loads(path.read_text())) >= {"scenario", "acts", "future", "seed"}
    again = Game.load(path)
    assert bits(again) == bits(game) and again.log == game.log
    assert bits(again.advance(10)) == bits(game.advance(10))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": "realign game 9"}', '{"format": "realign game 1", "acts": 3}']
)
def test_a_file_that_is_no_game_is_refused_in_words(text, tmp_path):
    path = tmp_path / "broken.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=r"broken\.json"):
        Game.load(path)


def test_one_week_at_a_time_is_the_same_as_many(small):
    many = play(small, policy="Awake", future=3).advance(30)
    single = play(small, policy="Awake", future=3)
    for _ in range(30):
        single.advance()
    assert bits(many) == bits(single)


# ---- moves take their time and cost


def test_a_strategy_is_published_after_the_latency_and_its_stride_and_costs_money(small):
    game = play(small, policy="Awake", future=2).advance(3)
    calm = game.branch("calm")
    game.decide(strategy={"Reach": 1})
    for week in (3, 4):
        assert game.board.kpis == calm.board.kpis, f"in week {week} the order has no effect yet"
        game.advance(1)
        calm.advance(1)
    before = calm.board.kpis[1].strategy
    game.advance(1)
    calm.advance(1)
    assert game.board.kpis[1].strategy == pytest.approx(before + 0.8 * (1.0 - before))
    moved = game.board.kpis[1].strategy - before
    game.advance(1)
    calm.advance(1)
    first = game._table.position.state.sums[0, 13, 0] - calm._table.position.state.sums[0, 13, 0]
    assert first == pytest.approx(300 * moved)


def test_hiring_costs_wages_and_brings_newcomers_who_have_to_learn(small):
    game = play(small, policy="Steady", future=2)
    calm = game.branch("calm").advance(2)
    game.decide(hire={"Desk": 2}).advance(2)
    position, before = game._table.position, calm._table.position
    paid = before.state.cash[0, 0] - position.state.cash[0, 0]
    assert 0 < paid <= 2 * 600
    desk = sorted(u.name for u in small.units).index("Desk")
    assert position.state.proficiency[0, desk, 0] < before.state.proficiency[0, desk, 0]


def test_moving_people_keeps_the_payroll(small):
    game = play(small, policy="Steady", future=2)
    calm = game.branch("calm").advance(6)
    game.decide(move=("Bench", "Desk", 1)).advance(6)
    assert sum(game._table.position.habits.added.values()) == 0
    assert abs(game.board.cash - calm.board.cash) < 6 * 600


def test_a_contingency_activated_by_hand_acts_after_its_delay_for_its_duration(small):
    game = play(small, policy="Awake", future=2).advance(4).decide(activate="Loan").advance(1)
    loan = {plan.name: plan for plan in game.board.plans}["Loan"]
    assert loan.status == "not prepared", "the order takes effect in week 6"
    game.advance(2)
    loan = {plan.name: plan for plan in game.board.plans}["Loan"]
    assert (loan.status, loan.week) == ("not prepared", None) or loan.status == "acting"
    game.advance(1)
    loan = {plan.name: plan for plan in game.board.plans}["Loan"]
    assert (loan.status, loan.week) == ("acting", 37.0)


def test_a_dropped_contingency_stops_acting_and_leadership_speaks_for_itself_again(small):
    game = play(small, policy="Awake", future=2).decide(activate="Shelter").advance(6)
    assert game.board.kpis[0].published == pytest.approx(0.9)
    game.decide(drop="Shelter").advance(4)
    assert game.board.kpis[0].published == pytest.approx(game.board.kpis[0].strategy)
    assert {p.name: p.status for p in game.board.plans}["Shelter"] == "not prepared"


@pytest.mark.parametrize("reviews", [4, 5, None])
def test_a_new_cadence_counts_from_its_order_and_reviews_under_way_are_finished(small, reviews):
    calm = small.replace({"policy.Awake.on_recognised": False, "policy.Awake.trigger": None})
    game = play(calm, policy="Awake", future=2).advance(7).decide(review_every=reviews).advance(30)
    weeks = [t.week for t in game.board.news if t.kind == "decision"]
    later = [] if reviews is None else list(range(9 + reviews + 2, 37, reviews))
    assert weeks == [10, *later], "the review of week 8 was held under the old calendar"


def test_more_monitoring_makes_recognition_no_later_and_never_twice(small):
    for future in range(15):
        game = play(small, policy="Awake", future=future).advance(6)
        keen = game.branch("keen").decide(monitoring=8).advance(30)
        game.advance(30)

        def known(g):
            return [(s.shock, s.week) for s in g._table.position.known.strikes]

        truth = Counter((s.shock, s.week) for s in game._table.position.truth)
        assert Counter(known(keen)) <= truth and Counter(known(game)) <= truth
        assert set(known(game)) <= set(known(keen))


def test_what_strikes_does_not_hang_on_what_is_decided(small):
    game = play(small, policy="Awake", future=9)
    other = game.branch("other").decide(strategy={"Reach": 1}, monitoring=0, hire={"Bench": 5}).advance(40)
    assert game.advance(40)._table.position.truth == other._table.position.truth


# ---- seats


def test_an_inject_strikes_in_its_week_and_shifts_no_other_draw(small):
    game = play(small, policy="Awake", future=9)
    other = game.branch("other")
    other.sit("facilitator").inject("Turn", week=5, severity=1)
    before, after = (g.advance(40)._table.position.truth for g in (game, other))
    assert [s for s in after if s.injected] == [s for s in after if (s.week, s.shock) == (5, "Turn") and s.injected]
    assert [s for s in after if not s.injected] == list(before)


def test_an_inject_is_announced_no_sooner_than_it_was_decided(small):
    warned = 0
    for future in range(30):
        game = play(
            small.replace("shock.Storm.rate", 0.0).replace("shock.Storm.warning.false_alarms", 0.0),
            policy="Awake",
            future=future,
        )
        game.advance(6).sit("facilitator").inject("Storm", week=7, severity=1)
        game.advance(10)
        weeks = [t.week for t in game.board.news if t.kind == "warning"]
        assert all(week in (6, 7) for week in weeks)
        warned += bool(weeks)
    assert warned > 5


def test_a_free_inject_does_what_its_effects_say(small):
    game = play(small, policy="Steady", future=1).advance(3)
    calm = game.branch("calm").advance(2)
    game.sit("facilitator").inject("Fine", effects=[{"on": "cash", "size": 1234.0}])
    game.advance(2)
    assert calm.board.cash - game.board.cash == pytest.approx(1234.0)
    assert "Fine" in [t.name for t in game.board.news]


def test_a_free_inject_forgets_nothing_that_is_felt(small):
    game = play(small, policy="Steady", future=1, stress="Two storms").advance(14)
    calm = game.branch("calm").advance(20)
    game.sit("facilitator").inject("Aaa nothing", effects=[{"on": "productivity", "size": 0.0, "half_life": 3}])
    game.advance(20)
    a, b = game._table.position.state, calm._table.position.state
    assert np.array_equal(a.weekly, b.weekly) and np.array_equal(a.level, b.level)


def test_the_red_cell_cannot_spend_more_than_its_budget(small):
    red = play(small, seat="red", budget=3.0, future=1)
    dear = red.board.deck
    assert dear["Storm"] < dear["New head"]
    with pytest.raises(UsageError, match="bits of surprise"):
        red.inject("Storm", severity=5.9)
    red.inject("Storm")
    assert red.board.budget == pytest.approx(3.0 - dear["Storm"])


def test_only_the_facilitator_goes_on_while_the_game_is_held_and_what_is_cancelled_never_happens(small):
    game = play(small, policy="Awake", future=1)
    facilitator = game.sit("facilitator").pause()
    with pytest.raises(UsageError, match="facilitator"):
        game.advance()
    facilitator.resume()
    calm = game.branch("calm")
    game.decide(strategy={"Reach": 1})
    facilitator.cancel(facilitator.log[-1]["act"], reason="not agreed")
    game.advance(10)
    calm.advance(10)
    game.sit("red").inject("Storm", week=11)
    game.advance(4)
    calm.sit("red").inject("Storm", week=11)
    calm.advance(4)
    for act in (-1, 0, facilitator.log[-2]["act"], 99):
        with pytest.raises(UsageError, match="yet to take effect"):
            facilitator.cancel(act)
    assert np.array_equal(game._table.position.state.strategy, calm._table.position.state.strategy)


def test_seats_decide_only_what_is_theirs(small):
    game = play(small, seat="Finance", seats={"Chief": ["strategy"], "Finance": ["prepare", "drop"]}, policy="Awake")
    with pytest.raises(UsageError, match="not for this seat"):
        game.decide(strategy={"Reach": 1})
    game.sit("Chief").decide(strategy={"Reach": 1}, reason="it is time")
    assert game.log[0]["seat"] == "Chief" and game.log[0]["reason"] == "it is time" and game.log[0]["time"]


@pytest.mark.parametrize(
    ("moves", "words"),
    [
        ({"slak": 0.1}, 'did you mean "slack"'),
        ({"slack": 2.0}, "slack = 2.0"),
        ({"strategy": {"Craf": 1}}, 'did you mean "Craft"'),
        ({"strategy": {"Craft": -1}}, "0 or more"),
        ({"strategy": {}}, "shares by objective"),
        ({"rule": "plam"}, "rule"),
        ({"policy": "Awak"}, 'did you mean "Awake"'),
        ({"hire": {"Desk": 0}}, "above 0"),
        ({"hire": {"Late": 1}}, "has not joined"),
        ({"move": ("Bench", "Desk", 9)}, "at most"),
        ({"activate": "Sheltr"}, 'did you mean "Shelter"'),
        ({"drop": "Loan"}, "not prepared"),
        ({"review": 3}, "review=True"),
        ({"strategy": {"Craft": 1}, "rule": "plan"}, "either"),
    ],
)
def test_a_wrong_move_is_refused_in_words_and_changes_nothing(small, moves, words):
    game = play(small, policy="Awake", future=1)
    before = bits(game)
    with pytest.raises(UsageError) as caught:
        game.decide(**moves)
    assert words in str(caught.value)
    assert bits(game) == before and not game.log
