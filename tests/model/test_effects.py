"""What shocks do, by hand, from capacity to leadership; and units that join and grow."""

import numpy as np
import pytest
from worlds import ONE_IN_A_MILLION, misses_mean, play, world

from realign.model import build_plan, play_until

EVER = float("inf")
GOAL = {"name": "Goal", "gain": 1.0, "fade": EVER, "target": 1e6}
QUIET = [{"name": "Still", "rule": "static", "communication": 0.0}]


def struck(*effects, weeks=(5,), severity=1.0, **sections):
    """A world that a shock with these effects strikes in these weeks."""
    shock = {"name": "Blow", "weeks": list(weeks), "severity": {"dist": "fixed", "value": severity}}
    return world(**{"objective": [GOAL], "shock": [shock | {"effects": list(effects)}], "weeks": 30, **sections})


def worked(scenario):
    """The week's gain of the level."""
    return np.diff(play(scenario).weekly("attainment[Goal]")[:, 0] * 1e6, prepend=0.0)


def state_at(scenario, week, futures=1):
    return play_until(build_plan(scenario), seed=1, futures=np.arange(futures), week=week)


WEEKS = np.arange(30)
SINCE = WEEKS - 5


@pytest.mark.parametrize("on", ["capacity", "productivity"])
def test_a_felt_loss_fades_with_its_half_life_in_proportion_to_severity(on):
    found = worked(struck({"on": on, "size": 0.2, "half_life": 4}, severity=2.5))
    wanted = np.where(SINCE < 0, 1.0, 1.0 - 0.5 * 2.0 ** (-SINCE / 4))
    assert found == pytest.approx(wanted, abs=1e-8)


@pytest.mark.parametrize("on", ["capacity", "productivity"])
def test_a_loss_that_lasts_ends_and_overlapping_ones_add_up(on):
    found = worked(struck({"on": on, "size": 0.3, "lasts": 4}, weeks=(5, 7)))
    lost = 0.3 * ((WEEKS >= 5) & (WEEKS < 9)) + 0.3 * ((WEEKS >= 7) & (WEEKS < 11))
    assert found == pytest.approx(1.0 - lost, abs=1e-8)


@pytest.mark.parametrize("on", ["capacity", "productivity"])
def test_losses_are_bounded_at_everything(on):
    found = worked(struck({"on": on, "size": 0.9, "lasts": 6}, weeks=(5, 7)))
    wanted = np.select([(WEEKS >= 7) & (WEEKS < 11), (WEEKS >= 5) & (WEEKS < 13)], [0.0, 0.1], 1.0)
    assert found == pytest.approx(wanted, abs=1e-8)


def test_capacity_is_lost_by_those_who_are_named_or_of_the_function():
    crews = [{"name": n, "function": f, "people": p} for n, f, p in (("A", "x", 1), ("B", "y", 2), ("C", "y", 4))]
    for who, lost in (({"units": ["A", "C"]}, 5), ({"function": "y"}, 6), ({"units": "all"}, 7), ({}, 7)):
        found = worked(struck({"on": "capacity", "size": 0.5, "lasts": 3, **who}, unit=crews))
        assert found == pytest.approx(np.where((SINCE >= 0) & (SINCE < 3), 7 - 0.5 * lost, 7.0), abs=1e-8)


def test_a_setback_takes_its_share_of_the_named_levels_at_once_and_no_more_than_all():
    goals = [GOAL | {"name": name, "start": 50.0, "gain": 0.0} for name in ("Goal", "Other")]
    for severity, left in ((1.0, 35.0), (2.0, 20.0), (9.0, 0.0)):
        setback = {"on": "setback", "objectives": ["Goal"], "size": 0.3}
        found = play(struck(setback, severity=severity, objective=goals))
        assert found["level[Goal]"][0] == pytest.approx(left, abs=1e-12)
        assert found["level[Other]"][0] == 50.0


def test_methods_stay_worse():
    found = worked(struck({"on": "methods", "size": 0.4}, weeks=(5, 9)))
    assert found == pytest.approx(np.where(WEEKS < 5, 1.0, np.where(WEEKS < 9, 0.6, 0.36)), abs=1e-8)


def test_methods_cannot_become_worse_than_useless():
    found = worked(struck({"on": "methods", "size": 0.4}, severity=9.0))
    assert found == pytest.approx(np.where(WEEKS < 5, 1.0, 0.0), abs=1e-8)


def test_a_loss_of_cash_is_paid_in_the_week_of_the_strike():
    found = play(struck({"on": "cash", "size": 70}, severity=2.0)).weekly("cash")[:, 0]
    assert found.tolist() == [0.0] * 5 + [-140.0] * 25


def test_newcomers_bring_less_skill_and_learn():
    """40 % are replaced by people at half the proficiency, who learn with a half-life of 6 weeks."""
    crew = [{"name": "Crew", "newcomer_skill": 0.5, "learning": 6}]
    found = worked(struck({"on": "turnover", "size": 0.4}, unit=crew))
    assert found == pytest.approx(np.where(SINCE < 0, 1.0, 1.0 - 0.2 * 2.0 ** (-SINCE / 6)), abs=1e-8)


@pytest.mark.parametrize(("theirs", "one"), [
    ("uniform", 0.5), ("own", 0.9), ("strategy", 0.2), ({"One": 1, "Two": 3}, 0.25),
])  # fmt: skip
def test_newcomers_pull_belief_to_their_own(theirs, one):
    goals = [GOAL | {"name": "One"}, GOAL | {"name": "Two"}]
    crew = [{"name": "Crew", "believes": {"One": 0.9, "Two": 0.1}, "newcomer_belief": theirs}]
    policy = [QUIET[0] | {"strategy": {"One": 0.2, "Two": 0.8}}]
    scenario = struck({"on": "turnover", "size": 0.3}, objective=goals, unit=crew, policy=policy)
    assert state_at(scenario, 6).belief[0, 0, 0, 0] == pytest.approx(0.9 + 0.3 * (one - 0.9), abs=1e-12)


def test_a_new_leadership_pulls_strategy_and_perception_to_its_own_view():
    goals = [GOAL | {"name": "One"}, GOAL | {"name": "Two"}]
    own = {"on": "leadership", "size": 0.6, "believes": {"One": 1}}
    state = state_at(struck(own, objective=goals, policy=[QUIET[0] | {"monitoring": 0.0}]), 6)
    for shares in (state.strategy, state.perceived, state.published):
        assert shares[0, :, 0] == pytest.approx([0.8, 0.2], abs=1e-12)


def test_unclarity_garbles_until_it_fades():
    """Units that hear at once: in the week of the strike, log-odds of variance 2 noise^2; long after, none."""
    goals = [GOAL | {"name": "One"}, GOAL | {"name": "Two"}]
    effect = {"on": "clarity", "size": 0.3, "lasts": 4}
    scenario = struck(effect, objective=goals, communication={"half_life": 0})
    belief = state_at(scenario, 6, futures=10_000).belief[0, 0]
    log_odds = np.log(belief[0] / belief[1])
    assert misses_mean(log_odds**2, 0.18) < ONE_IN_A_MILLION
    assert misses_mean(log_odds**2, 0.15) > ONE_IN_A_MILLION
    for week in (5, 10):
        assert np.abs(state_at(scenario, week, futures=10).belief[0, 0, 0] - 0.5).max() < 1e-12


def test_a_unit_works_from_the_week_in_which_it_joins():
    crews = [{"name": "A", "people": 1}, {"name": "B", "people": 3, "joins": 7}]
    assert worked(struck(unit=crews)) == pytest.approx(np.where(WEEKS < 7, 1.0, 4.0), abs=1e-8)


def test_a_unit_joins_with_the_first_strike_of_its_shock():
    crews = [{"name": "A", "people": 1}, {"name": "B", "people": 3, "joins": {"shock": "Blow"}}]
    assert worked(struck(unit=crews, weeks=(5, 8))) == pytest.approx(np.where(SINCE < 0, 1.0, 4.0), abs=1e-8)


def test_growth_adds_people_who_work_and_are_paid():
    """26 a year is half a person a week, from the week after the beginning."""
    crew = [{"name": "Crew", "people": 2, "growth": 26}]
    scenario = struck(unit=crew, organisation={"wage": 10})
    assert worked(scenario) == pytest.approx(2 + WEEKS / 2, abs=1e-8)
    paid = -np.diff(play(scenario).weekly("cash")[:, 0], prepend=0.0)
    assert paid == pytest.approx(10 * (2 + WEEKS / 2), abs=1e-9)


def test_growth_dilutes_belief_by_the_share_of_newcomers():
    """With P people at first and g more a week, P / (P + g T) of them still hold the old belief after week T."""
    goals = [GOAL | {"name": "One"}, GOAL | {"name": "Two"}]
    crew = [{"name": "Crew", "people": 4, "growth": 26, "believes": {"One": 1}}]
    state = state_at(struck(objective=goals, unit=crew, policy=QUIET), 21)
    assert state.belief[0, 0, 0, 0] == pytest.approx(0.5 + 0.5 * 4 / (4 + 20 / 2), abs=1e-12)


def test_who_reports_to_somebody_not_there_yet_hears_from_further_above():
    """Two levels down with the middle missing until week 12: told directly by leadership until then."""
    goals = [GOAL | {"name": "One"}, GOAL | {"name": "Two"}]
    old = {"believes": {"One": 1}}
    crews = [{"name": "Middle", "joins": 12, **old}, {"name": "Low", "reports_to": "Middle", **old}]
    policy = [{"name": "Still", "rule": "static", "strategy": {"Two": 1}}]
    scenario = struck(objective=goals, unit=crews, policy=policy, communication={"half_life": 4})
    low, middle = 0, 1  # units stand in the order of their names
    assert state_at(scenario, 12).belief[0, low, 0, 0] == pytest.approx(2.0 ** (-12 / 4), abs=1e-12)
    assert state_at(scenario, 12).belief[0, middle, 0, 0] == 1.0
    # from week 12 on it hears the newly joined superior, who still believes the old
    kept = 2.0 ** (-1 / 4)
    assert state_at(scenario, 13).belief[0, low, 0, 0] == pytest.approx(1.0 - (1.0 - 1 / 8) * kept, abs=1e-12)
