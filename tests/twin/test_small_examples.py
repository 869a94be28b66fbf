"""Small examples of what the kernel once got wrong and the twin found."""

from agreement import compare
from realign.scenario import parse
from realign.twin import live

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


def test_who_can_do_nothing_of_what_he_believes_in_moves_no_effort():
    """The crew is on its way from Bread to Cake when a plan says Name, which it has no skill for: it stays put."""
    text = QUIET.replace('name = "Crew"', 'name = "Crew"\nskill = { Name = 0 }\nbelieves = { Bread = 1 }\ninertia = 9')
    text = text.replace('[[policy]]', '[[objective]]\nname = "Cake"\n[[policy]]').replace(
        "contingencies = []", 'contingencies = ["Campaign"]\nstrategy = { Cake = 1 }'
    )
    text += '[communication]\nhalf_life = 0\n[organisation]\nswitching_loss = 0.5\n'
    text += (CAMPAIGN % 15).replace("objective_below = { Bread = 1e6 }", "week = 5")
    scenario = parse(text)
    assert not compare(scenario, futures=1).faults
    moved = [state["Crew", "moved", ""] for state in live(scenario, policy="Still", future=0).states]
    assert moved[4] > 0.0
    assert moved[5:] == [0.0] * 15
