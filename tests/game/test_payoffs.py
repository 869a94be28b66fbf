"""Games between policies and campaigns: prices, equilibria with a known answer, and the search for the worst."""

import numpy as np
import pytest

from realign.errors import UsageError
from realign.game.campaigns import campaign, deck, worst_year
from realign.game.payoffs import payoffs, saddle_points, solve
from realign.game.price import DEAREST, most_severe, price, share_above
from realign.model import build_plan, play_block
from realign.scenario.records import Force, Severity, Shock


def test_rock_paper_scissors_is_played_evenly_and_worth_nothing():
    found = solve(np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]))
    assert np.allclose(found.blue, 1 / 3) and np.allclose(found.red, 1 / 3) and abs(found.value) < 1e-9


def test_a_game_of_two_by_two_has_its_textbook_solution():
    """a = 3, b = -1, c = -2, d = 1: blue plays the first row with (d - c) / (a - b - c + d) = 3/7, worth 1/7."""
    found = solve(np.array([[3.0, -1.0], [-2.0, 1.0]]))
    assert found.blue == pytest.approx([3 / 7, 4 / 7]) and found.red == pytest.approx([2 / 7, 5 / 7])
    assert found.value == pytest.approx(1 / 7)


def test_a_saddle_point_is_found_and_only_where_there_is_one():
    assert saddle_points(np.array([[4.0, 2.0], [3.0, 1.0]])) == [(0, 1)]
    assert saddle_points(np.array([[1.0, -1.0], [-1.0, 1.0]])) == []


def test_a_coin_toss_costs_one_bit_and_what_cannot_be_the_most(small):
    year = small.replace("weeks", 52)
    toss = Shock(name="Toss", chance=0.5, effects=())
    assert price(year, toss) == pytest.approx(1.0)
    assert price(year, Shock(name="Yearly", rate=np.log(2), effects=())) == pytest.approx(1.0)
    assert price(year, toss, 2.0) == DEAREST, "its severity is always 1"
    assert price(year, Shock(name="Never", effects=())) == DEAREST


@pytest.mark.parametrize("alpha", [1.5, 3.0])
def test_the_price_of_a_severity_follows_its_tail(small, alpha):
    """P(severity >= x) = x^-alpha: doubling it costs alpha bits more, where the shock is rare."""
    rare = Shock(name="Rare", rate=1e-3, severity=Severity(dist="pareto", parameters=(1.0, alpha)), effects=())
    assert share_above(rare.severity, 2.0) == pytest.approx(2.0**-alpha)
    assert price(small, rare, 4.0) - price(small, rare, 2.0) == pytest.approx(alpha, abs=1e-3)
    bits = price(small, rare, 3.0)
    assert most_severe(small, rare, bits) == pytest.approx(3.0, rel=1e-4)


def test_every_campaign_of_the_deck_can_be_paid_and_a_larger_budget_buys_no_milder_ones(small):
    for budget in (2.0, 6.0, 12.0):
        assert all(c.bits <= budget + 1e-6 for c in deck(small, budget=budget))
    mild, hard = ({c.name: c.force[0].severity for c in deck(small, budget=b) if c.force} for b in (4.0, 10.0))
    assert all(hard[name] >= severity for name, severity in mild.items())


def test_payoffs_are_those_of_the_forced_scenario_and_calm_is_the_monte_carlo(small):
    found = payoffs(small, budget=8.0, futures=60)
    assert found.campaigns[0].name == "Calm"
    for n, c in enumerate(found.campaigns):
        block = play_block(build_plan(small, force=c.force), seed=small.seed, first=0, count=60)
        assert np.array_equal(found.payoffs[:, n], block.outcomes[:, 0])
    assert found.minimax == found.table.min(axis=1).idxmax()


def test_the_equilibrium_leaves_neither_side_a_better_answer(small):
    found = payoffs(small, budget=8.0, futures=60)
    mean, s = found.payoffs.mean(axis=2), found.solution
    assert (mean @ s.red <= s.value + 1e-9).all() and (s.blue @ mean >= s.value - 1e-9).all()
    value, low, high = found.value
    assert low <= value <= high and 0 < found.sure <= 1
    assert {"chance", "low", "high"} <= set(found.strategies)


def test_more_futures_make_the_game_surer(small):
    few, many = (payoffs(small, budget=6.0, futures=n).value for n in (30, 480))
    assert many[2] - many[1] < 0.6 * (few[2] - few[1])


def test_the_worst_year_found_is_affordable_and_no_milder_than_any_single_blow(small):
    worst = worst_year(small, "Awake", budget=7.0, week=4, futures=48)
    assert worst.campaign.bits <= 7.0 + 1e-6 and worst.harm > 0.0
    calm = play_block(build_plan(small, policies=["Awake"]), seed=small.seed, first=0, count=48).outcomes[0, 0]
    for shock in small.shocks:
        severity = most_severe(small, shock, 7.0)
        if severity is not None:
            plan = build_plan(small, force=[Force(shock=shock.name, week=4, severity=severity)], policies=["Awake"])
            harm = (calm - play_block(plan, seed=small.seed, first=0, count=48).outcomes[0, 0]).mean()
            assert worst.harm >= harm - 1e-12
    assert worst_year(small, "Awake", budget=0.0, week=4, futures=16).campaign.force == ()


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda s: payoffs(s, policies=["Awak"]), "did you mean"),
        (lambda s: payoffs(s, measure="valu"), "did you mean"),
        (lambda s: payoffs(s, measure="ruin_week", futures=4), "not known in every future"),
        (lambda s: payoffs(s, futures=1), "2 futures"),
        (lambda s: payoffs(s, campaigns=[campaign(s, "x", [Force(shock="Turn", week=2)])], budget=0.1), "budget"),
        (lambda s: campaign(s, "x", [Force(shock="Strom", week=2)]), "did you mean"),
        (lambda s: campaign(s, "x", [Force(shock="Storm", week=99)]), "week 99"),
        (lambda s: worst_year(s, "Awak"), "did you mean"),
        (lambda s: worst_year(s, "Awake", week=400), "week 400"),
    ],
)  # fmt: skip
def test_a_wrong_question_is_refused_in_words(small, ask, words):
    with pytest.raises(UsageError, match=words):
        ask(small)
