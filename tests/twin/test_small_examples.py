"""Small examples of what the kernel once got wrong and the twin found."""

from agreement import compare
from realign.scenario import parse

QUIET = """
name = "Quiet"
weeks = 20
[[unit]]
name = "Crew"
function = "operations"
[[objective]]
name = "Bread"
[[objective]]
name = "Name"
[[policy]]
name = "Still"
rule = "static"
contingencies = []
"""
CAMPAIGN = """
[[contingency]]
name = "Campaign"
when = { objective_below = { Bread = 1e6 } }
strategy = { Name = 1 }
lasts = %d
"""


def test_a_unit_that_joins_in_a_quiet_week_is_an_event():
    text = QUIET.replace('name = "Crew"', 'name = "Crew"\njoins = 3')
    assert not compare(parse(text), futures=1).faults


def test_a_plan_renewed_in_its_last_week_speaks_to_its_end():
    """It lasts a week, is renewed every week, and so speaks in every week."""
    text = QUIET.replace("contingencies = []", 'contingencies = ["Campaign"]') + CAMPAIGN % 1
    assert not compare(parse(text), futures=1).faults


def test_no_effort_of_a_needed_function_is_no_output_at_all():
    needs = 'name = "Bread"\nneeds = { operations = 0.5, sales = 0.5 }\nsubstitution = 1'
    text = QUIET.replace('name = "Bread"', needs).replace('name = "Name"', 'name = "Name"\ngain = 0')
    text += '[[unit]]\nname = "Sellers"\nfunction = "sales"\njoins = 99\n'
    assert not compare(parse(text + '[[shock]]\nname = "Fire"\nweeks = [9]\n'), futures=1).faults


def test_a_successor_does_not_silence_a_plan_that_says_what_leadership_says():
    text = QUIET.replace("contingencies = []", 'contingencies = ["Campaign"]\nstrategy = { Name = 1 }') + CAMPAIGN % 15
    effects = '[{ on = "leadership", size = 1 }, { on = "turnover", size = 1 }]'
    text += f'[[shock]]\nname = "Chief"\nweeks = [9]\neffects = {effects}\n'
    text = text.replace('name = "Crew"', 'name = "Crew"\nnewcomer_belief = "strategy"')
    assert not compare(parse(text), futures=1).faults
