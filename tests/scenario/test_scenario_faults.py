"""A faulty file is refused with every fault, each with its place, what was found, what is allowed and a cure."""

from __future__ import annotations

import pytest
from scenario_texts import FERRY, SMALL, with_change

from realign.errors import ScenarioError
from realign.scenario import parse

# What is changed in the ferry line's file, how (¦ marks where the caret must stand), and what the message must say.
FAULTS = [
    # unknown keys and sections
    ("credit = 25", "¦credits = 25", ["organisation.credits", "no such key", 'did you mean "credit"?']),
    ("[organisation]", "¦[organization]", ["organization", 'did you mean "organisation"?']),
    ('[[regime]]\nname = "summer"', '¦[[season]]\nname = "summer"\n[[regime]]\nname = "summer"', ["no such key"]),
    ("shape = 0.2", "¦shap = 0.2", ["severity.shap", 'did you mean "shape"?']),
    ("lead = 3", "¦leed = 3, lead = 3", ['shock "Engine no. 2".warning.leed', 'did you mean "lead"?']),
    ("seed = 0", "¦zebra = 0", ["zebra", "keys here: schema, name"]),
    # wrong types
    ("cash = 90_000", 'cash = ¦"90_000"', ['organisation.cash = "90_000"', "a number", "without quotes"]),
    ("cash = 90_000", "cash = ¦true", ["= true", "must be a number", "not true or false"]),
    ("on_recognised = true", 'on_recognised = ¦"true"', ["true or false (without quotes)"]),
    ("on_recognised = true", "on_recognised = ¦1", ["true or false (without quotes)", "not a number"]),
    ('currency = "NOK"', "currency = ¦5", ["text in quotes", "not a number"]),
    ("weeks = 104", "weeks = ¦104.5", ["weeks = 104.5", "a whole number of weeks, from 1 to 5200"]),
    ("weeks = [40, 60]", "weeks = ¦40", ["must be an array in square brackets", "write [40]"]),
    ("[communication]", "¦[[communication]]", ["communication", "must be a table"]),
    ("[network]", "¦[[network]]", ["network", "must be a table, not an array"]),
    ('skill = { "On time" = 0.4 }', "skill = ¦0.4", ["table of numbers by objective", '{ "On time" = 0.5 }']),
    ("people = 2", "people = ¦1979-05-27", ["not a date or time"]),
    ('reports_to = "Office"', "reports_to = ¦3", ["must be the name of a unit in quotes"]),
    ('when = { cash_below = 5_000 }', 'when = ¦"flood"', ["must be a table, not text"]),
    # numbers out of range
    ("weight = 0.6", "weight = ¦-0.6", ['objective "On time".weight = -0.6', "at least 0"]),
    ("weight = 0.6", "weight = ¦nan", ["= nan", "must be a number"]),
    ("revenue = 21_000", "revenue = ¦inf", ["= inf", "must be a number"]),
    ("credit = 25_000", "credit = ¦-inf", ["= -inf", "or inf"]),
    ("superior = 0.6", "superior = ¦60", ["from 0 to 1", "60 % is written 0.6"]),
    ("target = 98", "target = ¦0", ["above 0"]),
    ("branching = 0.2", "branching = ¦1", ["below 1"]),
    ("stride = 0.6", "stride = ¦0", ["above 0"]),
    ("seed = 0", "seed = ¦-1", ["from 0 to 4294967295"]),
    ("cash = 90_000", "cash = ¦1e16", ["beyond 1e+15"]),
    ("futures = 500", "futures = ¦99999999999999999999", ["more than 18 digits", "to 1000000000"]),
    ("schema = 1", "schema = ¦2", ["schema = 2"]),
    ("size = 0.4, lasts", "size = ¦-0.4, lasts", ["effects.0.size = -0.4", "from 0 to 1000"]),
    # durations
    ('half_life = "2 weeks"', 'half_life = ¦"18 days"', ['"18 days"', '"6 weeks", "3 months", "2 years"', '"never"']),
    ('lasts = "5 months"', 'lasts = ¦"never"', ['"6 weeks"']),
    ('half_life = "2 weeks"', 'half_life = ¦"2"', ["write it without quotes"]),
    ('half_life = "2 weeks"', 'half_life = ¦"2 wks"', ['did you mean "2 weeks"?']),
    ('half_life = "2 weeks"', 'half_life = ¦"1.5 Yrs."', ['did you mean "1.5 years"?']),
    ('review_every = "3 months"', 'review_every = ¦"1 quarter"', ['did you mean "3 months"?']),
    ('half_life = "2 weeks"', 'half_life = ¦"2 days"', ["the shortest step is a week"]),
    ('half_life = "2 weeks"', 'half_life = ¦"2 parsecs"', ['"2 years" or "never"']),
    ("range = [0.0, 0.5]", "range = ¦[0.0, 0.2, 0.5]", ["must have 2 entries, not 3"]),
    ("latency = 2", "latency = ¦1.5", ["a whole number of weeks"]),
    ('review_every = "3 months"', "review_every = ¦0", ["a whole number of weeks"]),
    # dangling names
    ('reports_to = "Office"', 'reports_to = ¦"Offcie"',
     ['unit "Boat".reports_to = "Offcie"', "no such unit", '"Office"?']),
    ('"Pier" = 2', '¦"Peer" = 2', ['listens_to.Peer', "no such unit", '"Pier"?']),
    ('{ "On time" = 0.4 }', '{ ¦"On tyme" = 0.4 }', ['unit "Office".skill."On tyme"', "no such objective"]),
    ("next = { winter = 1 }", "next = { ¦wintr = 1 }", ["no such regime", '"winter"?']),
    ("management = 1 }", "¦managment = 1 }", ["no such function", '"management"?']),
    ('depends_on = { "On time" = 0.4 }', "depends_on = { ¦Speed = 0.4 }",
     ["no such objective", "objectives in this file"]),
    ('{ shock = "Pay dispute", chance', '{ shock = ¦"Pay disputes", chance', ["causes.0.shock", "no such shock"]),
    ('units = ["Boat"]', 'units = [¦"Boot"]', ["effects.0.units.0", "no such unit"]),
    ('units = ["Boat"]', 'units = ¦"Boat"', ['must be one of "all", "one"']),
    ('function = "operations", size', 'function = ¦"operation", size', ["no such function", '"operations"?']),
    ('objectives = ["New routes"]', 'objectives = [¦"Old routes"]', ["no such objective"]),
    ('opened_by = "Bridge"', 'opened_by = ¦"Brigde"', ["no such shock", '"Bridge"?']),
    ('objective = "New routes"', 'objective = ¦"New route"', ["no such objective"]),
    ('when = { warning = "Engine no. 2" }', 'when = { warning = ¦"Engine" }', ["no such shock"]),
    ('contingencies = ["Spare engine", "Loan"]', 'contingencies = ["Spare engine", ¦"Lone"]', ["no such contingency"]),
    ('{ shock = "Merger" }', '{ shock = ¦"Murger" }', ["joins.shock", "no such shock"]),
    ('force = [{ shock = "Engine no. 2"', 'force = [{ shock = ¦"Engine no. 3"', ["force.0.shock", "no such shock"]),
    ('measure = "level[New routes]"', 'measure = ¦"level[New roads]"', ["no such objective", '"New routes"?']),
    ('measure = "ruined"', 'measure = ¦"ruind"', ["no such measure", '"ruined"?']),
    ('rule = "gap"', 'rule = ¦"gaps"', ['must be one of "static", "follow", "gap", "plan"', 'did you mean "gap"?']),
    ('dist = "gpd"', 'dist = ¦"gdp"', ['must be one of "fixed"', 'did you mean "gpd"?']),
    ('on = "cash"', 'on = ¦"money"', ['must be one of "capacity"']),
    # names
    ('name = "Night line"', 'name = ¦"Office"', ["another unit already has this name"]),
    ('name = "Thin purse"', 'name = ¦"baseline"', ["reserved"]),
    ('name = "Ferry line"', 'name = ¦""', ["must not be empty"]),
    ('name = "Ferry line"', 'name = ¦" Ferry"', ["start or end with a space"]),
    ('name = "Ferry line"', 'name = ¦"Ferry [2]"', ["[ or ]"]),
    ('name = "Ferry line"', 'name = ¦"Ferry\\u001b[2J"', ["control characters"]),
    ('name = "Ferry line"', f'name = ¦"{"x" * 81}"', ["at most 80 characters, not 81"]),
    # how keys fit together
    ("low = 1, mode = 1.5, high = 3", "low = 1, mode = 1.5, high = ¦1.2",
     ["high = 1.2", "must not be below mode = 1.5"]),
    ("size = 0.4, lasts = 3", "size = 0.4, half_life = 2, ¦lasts = 3", ["not both"]),
    ('{ on = "demand", size = -0.3, half_life = "never" }', '¦{ on = "demand", size = -0.3 }', ["needs half_life"]),
    ('{ on = "cash", size', '{ on = "cash", ¦lasts = 2, size', ["does not go with", "capacity"]),
    ('{ on = "setback", size', '{ on = "setback", ¦units = ["Pier"], size', ["does not go with", "capacity, turnover"]),
    ("latency = 2", "latency = ¦13", ["must be below review_every = 13"]),
    ("when = { cash_below = 5_000 }", "when = { cash_below = 5_000, ¦week = 3 }", ["only one of cash_below, week"]),
    ("when = { cash_below = 5_000 }", "¦when = {}", ["needs one of shock, warning"]),
    ("values = [0, 2, 4]", "¦values = [0, 2, 4]\nrange = [0, 1]", ["only one of range, values"]),
    ("range = [0.0, 0.5]", "range = ¦[0.5, 0.0]", ["swap them"]),
    ("range = [0.0, 0.5]", "range = ¦[0.5]", ["must have 2 entries, not 1"]),
    ('strategy = { "On time" = 2, "New routes" = 1 }', 'strategy = ¦{ "On time" = 0 }',
     ["at least one number above 0"]),
    ('believes = { "On time" = 0.9, "New routes" = 0.1 }', "believes = ¦{}", ["leave the key out"]),
    ('skill = { "New routes" = 0.3 }', 'skill = ¦{ "New routes" = 0, "On time" = 0 }', ["can do nothing"]),
    ('contingencies = ["Spare engine", "Loan"]', 'contingencies = ["Loan", ¦"Loan"]', ["already in this list"]),
    ("max = 0", "max = ¦0\nmin = 1", ["must not be below min = 1"]),
    # relations
    ('name = "Office"\n', 'name = "Office"\nreports_to = ¦"Pier"\n',
     ["report in a circle", '"Office" -> "Pier" -> "Boat 1"']),
    ('reports_to = "Boat 1"', 'reports_to = ¦"Boat"', ["there are 2 of these", '"Boat 1"']),
    ("kpi_noise = 0.1", 'depends_on = ¦{ "New routes" = 1 }', ["depend on each other in a circle"]),
    ("weeks = [40, 60]", "weeks = [40, ¦104]", ["beyond the horizon", "0 to 103"]),
    ("week = 20", "week = ¦2000", ["beyond the horizon"]),
    ("when = { cash_below = 5_000 }", "when = { week = ¦200 }", ["beyond the horizon"]),
    ("weeks = [40, 60]", 'causes = ¦[{ shock = "Pay dispute", chance = 1 }]', ["brings itself on faster", "below 1"]),
    ('"shock.Engine no. 2.rate" = 2.0', '¦"shock.Engine no. 3.rate" = 2.0', ["no shock is named"]),
    ('"shock.Engine no. 2.rate" = 2.0', '"shock.Engine no. 2.rate" = ¦-2.0',
     ['stress "Thin purse".set', "from 0 to 5200"]),
    ('"shock.Engine no. 2.rate" = 2.0', '¦"shock.Engine no. 2.rat" = 2.0', ['did you mean "rate"?']),
    ('"organisation.cash" = 8_000', '¦organisation.cash = 8_000', ["is a whole section", "in quotes"]),
    ('"organisation.cash" = 8_000', '¦"weeks" = 8', ["cannot differ between variants"]),
    ('"shock.Engine no. 2.rate" = 2.0', '"policy.Each quarter.slack" = ¦0.9',
     ["with this, policy", "more than all of it"]),
    ('set = "shock.Engine no. 2.severity.shape"', 'set = ¦"shock.Engine no. 2.severity.shapes"', ['"shape"?']),
    ("range = [0.0, 0.5]", "range = [0.0, ¦50]", ["from -10 to 10"]),
    ("values = [0, 2, 4]", "values = [0, 2, ¦14]", ["must be below review_every"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "fragments"), FAULTS)
def test_a_fault_is_found_alone_at_its_place_and_in_words(old, new, fragments):
    text, place = with_change(old, new)
    with pytest.raises(ScenarioError) as caught:
        parse(text, "ferry.toml")
    assert len(caught.value.faults) == 1, str(caught.value)
    fault = caught.value.faults[0]
    assert (fault.line, fault.column) == place, str(fault)
    for fragment in fragments:
        assert fragment in str(fault)


def _only_fault(text):
    with pytest.raises(ScenarioError) as caught:
        parse(text, "ferry.toml")
    assert len(caught.value.faults) == 1, str(caught.value)
    return caught.value.faults[0]


def test_the_message_shows_the_line_and_a_caret_under_the_fault():
    fault = _only_fault(FERRY.replace('reports_to = "Office"', '  reports_to = "Offcie"'))
    assert str(fault).splitlines() == [
        'ferry.toml:65:16: unit "Boat".reports_to = "Offcie": no such unit; did you mean "Office"?',
        '      reports_to = "Offcie"',
        "                   ^",
    ]


def test_the_caret_stays_under_the_fault_after_tabs_and_in_long_lines():
    spaces = " " * 500
    text = FERRY.replace('skill = { "On time" = 0.4 }', f'skill = {{\t{spaces}"On time" = -1 }}')
    excerpt = str(_only_fault(text)).splitlines()
    assert excerpt[1][excerpt[2].index("^") :].startswith("-1")
    assert len(excerpt[1]) < 130


def test_a_missing_name_is_a_fault_of_its_table():
    text = FERRY.replace('[[unit]]\nname = "Night line"\n', "[[unit]]\n")
    fault = _only_fault(text)
    assert FERRY.splitlines()[fault.line - 1] == "[[unit]]"
    assert "unit 4.name: is missing" in str(fault)


@pytest.mark.parametrize("section", ["unit", "objective", "policy"])
def test_a_scenario_needs_units_objectives_and_policies(section):
    text = "\n".join(line for line in SMALL.split(f"[[{section}]]")[0].splitlines())
    rest = SMALL.split(f"[[{section}]]")[1]
    text += "\n[[" + rest.split("[[", 1)[1] if "[[" in rest else "\n"
    assert f"{section}: is missing; add at least one [[{section}]]" in str(_only_fault(text))


def test_a_unit_needs_a_name_even_among_named_ones():
    faults = _faults(FERRY.replace('name = "Pier"\n', ""))
    assert [fault.key for fault in faults] == ['unit "Boat".listens_to.Pier', "unit 3.name"]


def test_all_weights_of_0_are_refused():
    text = FERRY.replace("weight = 0.6", "weight = 0").replace("weight = 0.4", "weight = 0.0")
    assert "all objectives have weight 0" in _only_fault(text).message


def test_a_leadership_that_sees_no_priority_is_refused():
    text = FERRY.replace('{ "New routes" = 1.2 }', '{ "New routes" = 0, "On time" = 0 }')
    assert _only_fault(text).key == "market.perception_bias"


def test_time_shares_over_1_name_the_unit_that_has_too_little_time():
    fault = _only_fault(FERRY.replace("slack = 0.05", "slack = 0.8"))
    assert fault.key == 'policy "Each quarter"' and 'unit "Pier"' in fault.message and "1.075" in fault.message


def test_shocks_in_a_ring_that_never_dies_out_are_refused_though_none_is_explosive_alone():
    cause = '{ shock = "Engine no. 2", chance = 1.0 }'
    ring = f"causes = [{cause}, {cause}]\nweeks = [40, 60]"
    fine = FERRY.replace("weeks = [40, 60]", ring.replace("1.0", "0.9"))
    parse(fine)  # 0.2 + 0.2 x 1.8 at its largest eigenvalue: 0.708
    explosive = fine.replace("chance = 0.2", "chance = 0.5")
    assert "faster than they die out" in _only_fault(explosive).message


def test_a_chain_of_certain_causes_is_no_ring():
    chain = 'causes = [{ shock = "Bridge", chance = 1.0 }]\nweeks = [40, 60]'
    parse(FERRY.replace("weeks = [40, 60]", chain).replace("chance = 0.2", "chance = 1.0"))


def test_too_many_units_after_counting_are_refused():
    text = FERRY.replace('reports_to = "Office"\n', "").replace("count = 2", "count = 1000")
    parse(text.replace("people = 1.5", "people = 1.5\ncount = 998"))
    fault = _only_fault(text.replace("people = 1.5", "people = 1.5\ncount = 999"))
    assert "makes 2001 units in all, and at most 2000" in fault.message


def test_a_count_must_not_make_a_name_that_another_unit_has():
    fault = _only_fault(FERRY.replace('name = "Night line"', 'name = "Boat 2"'))
    assert 'a second unit named "Boat 2"' in fault.message


def _faults(text, settings=()):
    with pytest.raises(ScenarioError) as caught:
        parse(text, "ferry.toml", settings)
    return caught.value.faults


def test_all_faults_come_at_once_and_in_file_order():
    text = FERRY
    alone = FAULTS[3::9]
    keys = 0
    for old, new, _ in alone:
        if old in text:
            text = text.replace(old, new.replace("¦", ""), 1)
            keys += 1
    faults = _faults(text)
    assert len(faults) >= keys > 8
    places = [(fault.line, fault.column) for fault in faults]
    assert places == sorted(places)


def test_a_fault_of_one_kind_does_not_hide_a_fault_of_another():
    text = FERRY.replace("cash = 90_000", "csh = 90_000")
    text = text.replace('name = "Office"\n', 'name = "Office"\nreports_to = "Pier"\n')
    text = text.replace('"shock.Engine no. 2.rate"', '"shock.Engine.rate"')
    assert [fault.key for fault in _faults(text.replace("range = [0.0, 0.5]", "range = [0.0, 11]"))] == [
        "organisation.csh",
        'unit "Office".reports_to',
        'stress "Thin purse".set."shock.Engine.rate"',
        "uncertain 1.range.1",
    ]


def test_a_fault_of_the_scenario_is_not_repeated_for_every_stress_test():
    assert len(_faults(FERRY.replace("superior = 0.6", "superior = 1.6"))) == 1


@pytest.mark.parametrize(
    ("text", "place", "fragment"),
    [
        ("name = \n", (1, 8), "not valid TOML"),
        ('name = "abc\n', (1, 12), "closing quote"),
        ("weeks = 3\nweeks = 4\n", (2, 10), "stands here already"),
        ("[unit]\nname = 1\n[unit]\n", (3, 6), "[[unit]]"),
        ("a = [1, 2\n", (1, 5), "closing ]"),
        ("a = [\n  { b = 1 },\n[[unit]]\n", (1, 5), "before line 3 begins; a closing ]"),
        ("a = [\n  1,\nweeks = 3\n", (1, 5), "before line 3 begins; a closing ]"),
        ("a = [\n  { b = c },\n]\n", (2, 9), "needs quotes"),
        ('a = """b\n[[unit]]\n', (1, 5), "a closing quote"),
        ("a = { b = 1,\n  c = 2 }\n", (1, 13), "on one line"),
        ("start = 0,5\n", (1, 10), "1_000 and 0.5"),
        ("a = " + "[" * 25 + "]" * 25, (1, 25), "levels deep"),
        (".".join("abcdefghijklmnopqrstuvwxyz") + " = 1", (1, 40), "levels deep"),
        ("weeks = " + "9" * 5000, (1, 9), "thousands of digits"),
    ],
)
def test_a_fault_of_syntax_has_its_place_too(text, place, fragment):
    fault = _faults(text)[0]
    assert (fault.line, fault.column) == place and fragment in str(fault)
