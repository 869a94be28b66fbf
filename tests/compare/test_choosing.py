"""Chances, regrets, requirements, dominance and attitudes: what the tables say about arrays with a known answer."""

from dataclasses import dataclass
from math import isnan, sqrt

import numpy as np
import pytest

from realign.compare import (
    against_best,
    best_table,
    chances_table,
    disagreement,
    dominance,
    pairs_table,
    rankings_table,
    regret_table,
    requirements_table,
    share_interval,
)


@dataclass(frozen=True)
class Asked:
    measure: str
    min: float | None = None
    max: float | None = None
    share: float = 0.9


@pytest.fixture
def few():
    """Two stress tests of three policies with numbers that can be checked by eye."""
    calm = np.array([[3.0, 1.0, 2.0, 2.0], [2.0, 2.0, 2.0, 0.0], [0.0, 0.0, 4.0, 0.0]])
    storm = np.array([[0.0, 0.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0], [0.5, 0.5, 0.5, 0.5]])
    ruined = np.array([[0.0, 0.0, 0.0, 1.0], [0.0] * 4, [1.0] * 4])
    return {name: {"value": v, "ruined": ruined, "hit[Bread]": 1 - ruined} for name, v in (("a", calm), ("b", storm))}


POLICIES = ("P", "Q", "R")
SLOW = pytest.mark.slow


def at(table, **keys):
    for name, value in keys.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_a_chance_is_a_share_of_futures_with_its_exact_interval(few):
    table = chances_table(few, POLICIES)
    assert list(dict.fromkeys(table.event)) == ["ruined", "hit[Bread]"]
    own = at(table, stress="a", policy="P", event="hit[Bread]")
    assert (own.times, own.share) == (3, 0.75)
    assert (own.low, own.high) == share_interval(3, 4)
    assert at(table, stress="a", policy="Q", event="ruined").share == 0


def test_regret_is_against_the_best_of_each_future_and_behind_against_the_best_mean(few):
    table = regret_table(few, POLICIES)
    own = at(table, stress="a", policy="P")
    assert own.regret == pytest.approx((0 + 1 + 2 + 0) / 4)
    assert (own.regret_most, own.future_of_most, own.behind) == (2.0, 2, 0.0)
    assert at(table, stress="a", policy="R").behind == pytest.approx(1.0)
    assert at(table, stress="b", policy="P").behind == 1.0


def test_beating_is_strict_and_ties_are_counted_beside_it(few):
    table = pairs_table(few, POLICIES)
    own, turned = at(table, stress="a", policy="P", other="Q"), at(table, stress="a", policy="Q", other="P")
    assert (own.beats, own.tied, turned.beats) == (0.5, 0.25, 0.25)
    assert own.difference == -turned.difference
    assert (own.difference_low, own.difference_high) == pytest.approx((-turned.difference_high, -turned.difference_low))


def test_chances_of_being_best_sum_to_1_and_split_ties(few):
    table = best_table(few, POLICIES)
    part = table[table.stress == "a"]
    assert part.chance_best.sum() == pytest.approx(1)
    assert at(part, policy="P").chance_best == pytest.approx(2 / 4)
    assert at(table, stress="b", policy="Q").against_rest == 0.5
    assert list(table.loc[table.stress == "b", "policy"]) == ["Q", "R", "P"]


# ---- requirements ----


def test_a_requirement_is_kept_only_where_the_interval_lies_above_the_wanted_share():
    ruined = np.zeros((3, 1000))
    ruined[1, :100], ruined[2, :300] = 1, 1
    asked = [Asked("ruined", max=0, share=0.9)]
    table = requirements_table({"a": {"ruined": ruined, "value": ruined}}, POLICIES, requirements=asked)
    assert list(table.kept) == ["yes", "open", "no"]
    assert list(table.share) == [1.0, 0.9, 0.7]
    assert set(table.requirement) == {"not ruined"}


def test_bounds_are_allowed_and_what_is_missing_breaks_none():
    measures = {"ruin_week": np.array([[np.nan, 52.0, 51.0]]), "value": np.array([[1.0, 0.5, 0.5]])}
    asked = [Asked("ruin_week", min=52), Asked("value", min=0.5, max=0.9)]
    table = requirements_table({"a": measures}, ["P"], requirements=asked)
    assert list(table.share) == pytest.approx([2 / 3, 2 / 3, 1 / 3])
    assert list(table.requirement) == ["ruin_week at least 52", "value at least 0.5 and at most 0.9", "all of them"]
    assert isnan(table.wanted.iloc[2])


def test_a_scenario_that_asks_for_nothing_has_an_empty_table():
    assert requirements_table({"a": {"value": np.ones((1, 3))}}, ["P"], requirements=[]).empty


# ---- dominance ----


def told(values, order):
    table = dominance(values, ("a", "b"), order=order)
    return table.iloc[0], table.iloc[1]


def test_a_shift_upwards_dominates_in_the_first_order():
    values = np.random.default_rng(1).standard_normal((2, 1500))
    values[0] = values[1] + 0.3
    over, under = told(values, 1)
    assert over.dominates and over.crossing == 0 and over.p_value > 0.5
    assert not under.dominates and under.crossing == 1 and under.p_value == 0


def test_less_spread_dominates_in_the_second_order_only():
    narrow = np.linspace(0.25, 0.75, 2001)
    values = np.array([narrow, np.linspace(0, 1, 2001)])
    first, second = told(values, 1)[0], told(values, 2)[0]
    assert not first.dominates and first.crossing == pytest.approx(0.5, abs=0.01) and first.p_value < 0.01
    assert second.dominates and second.p_value > 0.4


def test_the_first_order_implies_the_second():
    rng = np.random.default_rng(2)
    for _ in range(20):
        values = np.sort(rng.standard_normal((2, 30)), axis=1)
        values[0] = np.maximum(values[0], values[1] + 1e-9)
        assert told(values, 1)[0].dominates and told(values, 2)[0].dominates


def test_policies_that_are_the_same_do_not_dominate_each_other():
    values = np.tile(np.random.default_rng(3).standard_normal(100), (2, 1))
    for order in (1, 2):
        for row in told(values, order):
            assert not row.dominates and isnan(row.crossing) and row.p_value == 1


@pytest.mark.parametrize(("order", "runs"), [(1, 100), (2, 100), *(pytest.param(o, 1500, marks=SLOW) for o in (1, 2))])
def test_equal_policies_are_refuted_1_time_in_20(order, runs):
    rng = np.random.default_rng(40)
    refuted = 0
    for _ in range(runs):
        values = rng.standard_normal(300) + 0.7 * rng.standard_normal((2, 300))
        refuted += told(values, order)[0].p_value < 0.05
    assert refuted / runs < 0.05 + 4.9 * sqrt(0.05 * 0.95 / runs)
    assert refuted > 0 and refuted / runs > 0.05 - 4.9 * sqrt(0.05 * 0.95 / runs)


def test_a_policy_that_is_worse_is_refuted_nearly_always():
    rng = np.random.default_rng(41)
    values = rng.standard_normal(300) + 0.7 * rng.standard_normal((2, 300)) - [[0.4], [0.0]]
    assert told(values, 1)[0].p_value < 0.01 and told(values, 2)[0].p_value < 0.01


# ---- attitudes ----


def gamble():
    """The first is best on average, the second in its worst futures, the third is never far behind."""
    rng = np.random.default_rng(9)
    luck = 0.05 * rng.standard_normal(2000)
    unlucky = rng.random(2000) < 0.1
    calm = np.array([np.where(unlucky, 0.0, 1.0), np.full(2000, 0.7), np.where(unlucky, 0.3, 0.88)]) + luck
    storm = np.array([np.full(2000, 0.1), np.full(2000, 0.3), np.full(2000, 0.6)]) + luck
    return {name: {"value": v, "ruined": 0 * v} for name, v in (("baseline", calm), ("Storm", storm))}


def test_attitudes_that_disagree_are_told_with_whom_each_chooses():
    table = rankings_table(gamble(), POLICIES, requirements=[Asked("value", min=0.5)])
    leaders = {name: part.policy.iloc[0] for name, part in table.groupby("attitude")}
    assert leaders == {"mean": "P", "worst 5 %": "Q", "minimax regret": "R", "requirements": "Q"}
    text = disagreement(table)
    assert text.startswith("Attitudes disagree. “P” for whoever goes by the average; “Q” for whoever fears bad luck")
    assert at(table, attitude="minimax regret", policy="R").score == pytest.approx((0.9 * 0.88 + 0.03) - 0.9, abs=0.03)


def test_attitudes_that_agree_say_so():
    values = np.random.default_rng(1).random((3, 900)) + np.array([[2.0], [0.0], [1.0]])
    table = rankings_table({"baseline": {"value": values, "ruined": 0 * values}}, POLICIES)
    assert set(table.attitude) == {"mean", "worst 5 %"}
    assert disagreement(table).startswith("Every attitude ranks “P” first")


def test_a_lead_that_is_not_certain_is_named_with_its_rivals():
    values = np.random.default_rng(2).random((3, 600)) + np.array([[1.0], [1.0], [0.0]])
    table = rankings_table({"baseline": {"value": values, "ruined": 0 * values}}, POLICIES)
    assert "leave open who leads: for whoever goes by the average" in disagreement(table)
    assert "it may be “P” or “Q”" in disagreement(table) or "it may be “Q” or “P”" in disagreement(table)
    assert table.loc[table.attitude == "mean", "may_lead"].sum() == 2


def test_many_who_may_lead_are_counted_not_listed():
    values = np.random.default_rng(3).random((6, 600)) + np.array([[1.0]] * 5 + [[0.0]])
    text = disagreement(rankings_table({"baseline": {"value": values, "ruined": 0 * values}}, tuple("ABCDEF")))
    assert "it may be any of 5 policies" in text


def test_who_may_lead_by_the_mean_is_who_the_summary_does_not_tell_apart():
    rng = np.random.default_rng(5)
    for shift in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3):
        values = rng.standard_normal((4, 200)) + np.array([[shift], [0.0], [0.1], [0.2]])
        found = {"baseline": {"value": values, "ruined": 0 * values}}
        table = rankings_table(found, tuple("ABCD"))
        by_mean = table[table.attitude == "mean"].set_index("policy").may_lead
        gaps = dict(zip("ABCD", against_best(values)))
        assert {name: bool(by_mean[name]) for name in "ABCD"} == {name: gaps[name].high >= 0 for name in "ABCD"}


def test_one_future_leaves_open_who_leads_under_every_attitude():
    values = np.array([[1.0], [2.0], [0.5]])
    text = disagreement(rankings_table({"baseline": {"value": values, "ruined": 0 * values}}, POLICIES))
    assert text == "The futures played leave open who leads under every attitude."
