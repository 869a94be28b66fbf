"""What is said follows from intervals."""

import numpy as np
import pytest
from report_folder import arrays

from realign.compare import summarise
from realign.report import verdict
from realign.report.standing import sentence, standing, standings


def said(found, policies=("Plan", "Follow", "Prepared"), **info):
    return verdict(summarise(found, policies), info)


def test_a_clear_winner_with_and_without_stress_is_named_with_its_lead():
    told = said(arrays())
    assert told.headline == "“Prepared” holds up best, with and without stress."
    assert "0.10" in told.answer and "above “Follow”" in told.answer
    assert told.buts == ()


def test_two_that_cannot_be_told_apart_are_both_named_and_nobody_is_called_best():
    told = said(arrays(means=(0.4, 0.55, 0.5502), noise=0.05))
    assert told.headline == "“Follow” and “Prepared” cannot be told apart." or told.headline.startswith(
        "“Prepared” and"
    )
    assert "best" not in told.headline
    assert "cannot be told apart" in told.answer


def test_it_says_how_many_futures_would_settle_it_and_so_many_do():
    few = arrays(means=(0.3, 0.55, 0.556), noise=0.08, stresses=("baseline",), futures=400, seed=3)
    stands = standing(summarise(few, ("Plan", "Follow", "Prepared")))
    needed = stands.settled_by()
    assert stands.open and needed > 400
    assert "would probably settle it" in sentence(stands)
    many = arrays(means=(0.3, 0.55, 0.556), noise=0.08, stresses=("baseline",), futures=int(4 * needed), seed=4)
    assert standing(summarise(many, ("Plan", "Follow", "Prepared"))).clear


def test_policies_that_act_alike_are_said_to_be_exactly_alike():
    found = arrays()
    for measures in found.values():
        for name in measures:
            measures[name] = measures[name][[2, 2, 0]]
    told = said(found, ("A", "B", "C"))
    assert told.headline == "“A” and “B” came out exactly alike."
    assert "exactly the same value in every one of 500 futures" in told.answer
    assert "above “C”" in told.answer


def test_a_stress_test_that_turns_the_order_around_is_told():
    found = arrays()
    for name in found["Storm"]:
        found["Storm"][name] = found["Storm"][name][::-1]
    told = said(found)
    assert told.headline == "“Prepared” holds up best in the baseline, but not under every stress test."
    assert any(but.startswith("Under “Storm”, “Plan” overtakes “Prepared”") for but in told.buts)


def test_a_stress_test_that_decides_between_two_not_told_apart_is_in_the_headline():
    found = arrays(means=(0.4, 0.55, 0.5502), noise=0.05)
    found["Storm"]["value"][1] += 0.05
    told = said(found)
    assert told.headline.endswith("cannot be told apart in the baseline, but “Follow” is ahead in every stress test.")


def test_a_mean_that_hides_a_worse_tail_is_told():
    found = arrays()
    unlucky = np.arange(500) < 40
    found["baseline"]["value"][2] += np.where(unlucky, -0.5, 0.05)
    told = said(found)
    assert told.headline.startswith("“Prepared” holds up best")
    assert any(but.startswith("If bad luck counts more than the average") for but in told.buts)


def test_a_policy_that_is_ruined_less_often_is_told_only_where_intervals_part():
    found = arrays(ruin=0.0)
    found["baseline"]["ruined"][2, :100] = 1
    assert any("“Follow” is ruined less often: in none of 500 futures" in but for but in said(found).buts)
    found["baseline"]["ruined"][2, :] = 0
    found["baseline"]["ruined"][2, :2] = 1
    assert not any("ruined less often" in but for but in said(found).buts)


def test_what_breaks_the_best_is_the_stress_that_costs_it_most():
    told = said(arrays(stresses=("baseline", "Drizzle", "Storm")))
    assert told.breaks.startswith("“Storm” hurts “Prepared” most: its mean value falls by 0.2")


def test_without_stress_tests_nothing_is_claimed_about_what_breaks_it():
    assert said(arrays(stresses=("baseline",))).breaks.startswith("No stress test was played")


def test_a_stress_that_changes_nothing_is_not_said_to_hurt():
    found = arrays()
    found["Mild"] = found["baseline"]
    del found["Storm"]
    assert "No stress test surely lowers" in said(found).breaks


def test_never_ruined_is_not_said_to_be_impossible():
    assert "at most" in said(arrays(ruin=0.0, stresses=("baseline",))).breaks


def test_one_future_says_nothing():
    told = said(arrays(futures=1))
    assert told.headline == "One future cannot say which policy is best."
    assert told.breaks == ""


def test_one_policy_is_not_called_best():
    found = arrays(policies=("Plan",), means=(0.4,))
    told = said(found, ("Plan",))
    assert "nothing to compare" in told.headline
    assert "best" not in told.headline + told.answer


def test_an_interrupted_run_and_few_futures_are_noted():
    notes = " ".join(said(arrays(futures=120), interrupted=True, futures_wanted=10_000).notes)
    assert "stopped early: 120 of 10,000 futures" in notes
    assert "play at least 400" in notes


def test_a_difference_that_rests_on_few_futures_is_noted():
    found = arrays(stresses=("baseline",))
    found["baseline"]["value"][1] = found["baseline"]["value"][2]
    found["baseline"]["value"][2, :9] += 0.2
    assert any("differ in only 9 futures of 500" in note for note in said(found).notes)


def test_a_lead_that_is_sure_but_small_is_called_small():
    assert "sure but small" in said(arrays(means=(0.3, 0.55, 0.552), noise=0.001)).answer


@pytest.mark.parametrize("seed", range(8))
def test_nobody_is_called_best_where_an_interval_reaches_0(seed):
    found = arrays(means=(0.5, 0.5, 0.502), noise=0.05, seed=seed, futures=450)
    for stands in standings(summarise(found, ("A", "B", "C"))):
        assert stands.clear == all(gap.low > 0 for gap in (*stands.open, *stands.behind))
        assert (" is best:" in sentence(stands)) == stands.clear


def test_nobody_holds_up_best_where_every_policy_is_always_ruined():
    found = arrays(ruin=1.0)
    told = said(found)
    assert told.headline == "Every policy is ruined in every future played in the baseline."
    assert told.breaks == ""


def test_a_run_of_few_futures_says_that_its_intervals_are_rough():
    assert any("fewer than 100 futures" in note for note in said(arrays(futures=60)).notes)
    assert not any("fewer than 100 futures" in note for note in said(arrays(futures=100)).notes)
