"""A scenario can be changed by key paths: from the command line, from Python, by a stress test."""

from __future__ import annotations

import numpy as np
import pytest
from scenario_texts import FERRY, SMALL

from realign.errors import ScenarioError, UsageError
from realign.scenario import allow_rule, faults, parse
from realign.scenario.keys_of_policies import RULES


@pytest.mark.parametrize(
    ("setting", "read"),
    [
        ("weeks=90", lambda s: s.weeks == 90),
        (" weeks = 90 ", lambda s: s.weeks == 90),
        ("weeks=1.5 years", lambda s: s.weeks == 78),
        ("futures=1e3", lambda s: s.futures == 1000),
        ("organisation.cash=1_000", lambda s: s.organisation.cash == 1000),
        ("organisation.currency=EUR", lambda s: s.organisation.currency == "EUR"),
        ('organisation.currency="EUR"', lambda s: s.organisation.currency == "EUR"),
        ("name=2030", lambda s: s.name == "2030"),
        ("shock.Engine no. 2.rate=2", lambda s: s.shocks[0].rate == 2),
        ('shock."Engine no. 2".rate=2', lambda s: s.shocks[0].rate == 2),
        ("shock.Engine no. 2.severity.shape=0.1", lambda s: s.shocks[0].severity.parameters[2] == 0.1),
        ("shock.Bridge.effects.0.size=-0.1", lambda s: s.shocks[2].effects[0].size == -0.1),
        ("shock.Pay dispute.weeks=[1, 2]", lambda s: s.shocks[1].weeks == (1, 2)),
        ("shock.Pay dispute.weeks.1=61", lambda s: s.shocks[1].weeks == (40, 61)),
        ("unit.Boat.skill.New routes=0.5", lambda s: s.units[2].skill["New routes"] == 0.5),
        ("unit.Pier.skill.On time=0.5", lambda s: s.units[3].skill == {"On time": 0.5}),
        ("unit.Boat.count=3", lambda s: len(s.units) == 6),
        ("unit.Office.newcomer_belief.On time=2", lambda s: s.units[0].newcomer_belief.get("On time") == 2),
        ("unit.Office.newcomer_belief=strategy", lambda s: s.units[0].newcomer_belief == "strategy"),
        ("policy.Hold course.slack=0.1", lambda s: s.policies[0].slack == 0.1),
        ("policy.Hold course.review_every=2 months", lambda s: s.policies[0].review_every == 9),
        ("policy.Each quarter.contingencies=[]", lambda s: s.policies[1].contingencies == ()),
        ("policy.Each quarter.on_recognised=false", lambda s: s.policies[1].on_recognised is False),
        ('shock.Merger.clustering={branching=0.1, half_life="1 month"}',
         lambda s: s.shocks[3].clustering is not None),
        ("stress.Bad winter.force.0.week=30", lambda s: s.stresses[0].force[0].week == 30),
    ],
)  # fmt: skip
def test_a_setting_changes_what_its_path_names(setting, read):
    assert not read(parse(FERRY))
    assert read(parse(FERRY, settings=[setting]))


def test_the_longest_name_wins_and_names_may_hold_signs():
    text = SMALL.replace('name = "Crew"', 'name = "A"\n[[unit]]\nname = "A.people"\n[[unit]]\nname = "A=B"')
    scenario = parse(text, settings=["unit.A.people.people=3", "unit.A.people=2", "unit.A=B.people=5"])
    assert [unit.people for unit in scenario.units] == [2, 3, 5]


def test_later_settings_win():
    assert parse(SMALL, settings=["weeks=5", ("weeks", 6)]).weeks == 6


@pytest.mark.parametrize(
    ("setting", "fragments"),
    [
        ("weks=3", ["--set weks: ", 'did you mean "weeks"?']),
        ("organisation.csh=3", ["--set organisation.csh: ", 'no such key "csh"', '"cash"?']),
        ("shock.Engine no. 3.rate=3", ["no shock is named", '"Engine']),
        ("unit.Boat 1.people=3", ['no unit is named "Boat 1"', '"Boat"?']),
        ("shock.Bridge.effects.9.size=3", ['"9" is no entry', "0 to 4"]),
        ("organisation.cash.low=3", ["single value"]),
        ("organisation.cash.=3", ["ends in a dot"]),
        ("weeks", ["has no ="]),
        ("weeks=soon", ['--set weeks: weeks = "soon": must be a whole number']),
        ("organisation.discount=true", ["--set organisation.discount: ", "not true or false"]),
        ("unit.Pier.skill.On tyme=1", ['--set unit.Pier.skill.On tyme: unit "Pier".skill."On tyme"', '"On time"?']),
        ("policy.Each quarter.rule=wish", ["--set policy.Each quarter.rule", "static"]),
        ("shock.Merger.clustering.branching=0.5", ["--set shock.Merger.clustering.branching", "is missing"]),
        ("weeks=1\nfutures=7", ["must be a whole number"]),
        ("weeks=" + "[" * 5000, ["must be a whole number"]),
        ("weeks=" + "9" * 5000, ["must be a whole number"]),
        ("x" * 5000 + "=1", ["no key path is that long"]),
    ],
)
def test_a_bad_setting_is_named_as_it_was_given(setting, fragments):
    with pytest.raises(ScenarioError) as caught:
        parse(FERRY, settings=[setting])
    assert len(caught.value.faults) == 1, str(caught.value)
    for fragment in fragments:
        assert fragment in str(caught.value)
    assert caught.value.faults[0].line == 0


def test_faults_of_settings_come_with_those_of_the_file(tmp_path):
    path = tmp_path / "ferry.toml"
    path.write_text(FERRY.replace("cash = 90_000", "cash = true"), encoding="utf-8")
    found = faults(path, ["weks=3", "seed=-1"])
    assert [fault.place for fault in found] == ["--set weks", "--set seed", f"{path}:11:8"]
    assert faults(path, ["organisation.cash=3"]) == []


def test_a_replaced_scenario_differs_only_where_it_was_changed():
    scenario = parse(FERRY)
    changed = scenario.replace("shock.Engine no. 2.rate", 1.0)
    assert changed.shocks[0].rate == 1.0 and scenario.shocks[0].rate == 0.8
    assert changed.replace("shock.Engine no. 2.rate", 0.8) == scenario
    assert changed.units == scenario.units and changed.policies == scenario.policies


def test_several_keys_may_be_replaced_at_once():
    changed = parse(FERRY).replace({"weeks": 80, "unit.Pier.people": np.float64(2.5), "shock.Bridge.weeks": (1, 2)})
    assert (changed.weeks, changed.units[3].people, changed.shocks[2].weeks) == (80, 2.5, (1, 2))


def test_none_takes_a_key_or_an_entry_away():
    scenario = parse(FERRY)
    assert scenario.replace("policy.Each quarter.review_every", None).policies[1].review_every is None
    assert len(scenario.replace("shock.Bridge.effects.0", None).shocks[2].effects) == 4
    assert len(scenario.replace("policy.Hold course", None).policies) == 1


@pytest.mark.parametrize(
    ("path", "value", "fragment"),
    [
        ("weeks", 0, "replace weeks: weeks = 0: must be"),
        ("weks", 3, "replace weks: "),
        ("organisation.cash", object(), "must be a number"),
        ("unit.Boat", None, "no such unit"),
        ("organisation.cash", float("nan"), "must be a number"),
    ],
)
def test_a_scenario_cannot_be_replaced_by_a_faulty_one(path, value, fragment):
    with pytest.raises(ScenarioError, match=fragment.replace("(", "\\(")):
        parse(FERRY).replace(path, value)


def test_a_stress_test_sets_what_it_says_and_keeps_its_forced_shocks():
    scenario = parse(FERRY)
    thin = scenario.under("Thin purse")
    assert thin.organisation.cash == 8000 and thin.shocks[0].rate == 2.0
    assert scenario.under("Bad winter") == scenario
    assert [(force.shock, force.week, force.severity) for force in scenario.stress("Bad winter").force] == [
        ("Engine no. 2", 20, 5.0), ("Pay dispute", 22, None),
    ]  # fmt: skip


def test_the_baseline_is_the_scenario_itself():
    scenario = parse(FERRY)
    assert scenario.under("baseline") is scenario
    assert scenario.stress("baseline").force == ()


def test_an_unknown_stress_test_is_an_error_that_lists_the_known_ones():
    with pytest.raises(UsageError, match='"baseline", "Bad winter", "Thin purse"'):
        parse(FERRY).under("Good winter")


def test_a_rule_of_the_users_own_is_known_once_it_is_allowed():
    text = SMALL + 'rule = "mine"\n'
    with pytest.raises(ScenarioError, match='"plan"'):
        parse(text)
    allow_rule("mine")
    try:
        assert parse(text).policies[0].rule == "mine"
    finally:
        RULES.remove("mine")
