"""Processes of one's own: what they do to the organisation, and that nothing changes without them."""

import doctest
import math
import os
from itertools import pairwise
from pathlib import Path

import pytest

import realign as ra
import realign.lives
from realign.errors import UsageError
from realign.twin import live

ROOT = Path(__file__).parents[2]
EVERYTHING = ra.load(ROOT / "tests" / "model" / "everything.toml")
SHOP = """
name = "Shop"
weeks = 12
[organisation]
cash = 100
realigning_cost = 40
[engagement]
half_life = "never"
[communication]
half_life = "never"
[[unit]]
name = "Crew"
people = 4
inertia = "never"
believes = { Bread = 1 }
[[unit]]
name = "Team"
count = 2
inertia = "never"
believes = { Name = 1 }
[[objective]]
name = "Bread"
fade = "never"
[[objective]]
name = "Name"
fade = "never"
[[shock]]
name = "Flood"
weeks = [5]
severity = { dist = "fixed", value = 3 }
effects = [{ on = "cash", size = 1 }]
[[contingency]]
name = "Spare"
when = { cash_below = -1e9 }
lasts = 2
cost = 7
[[policy]]
name = "Still"
rule = "static"
contingencies = ["Spare"]
strategy = { Bread = 1 }
"""


def lived(process, *, text=SHOP, name="Still"):
    return live(ra.parse(text), policy=name, future=0, processes={"Visit": process})


def grown(life, objective="Bread"):
    """What a level gained in each week."""
    levels = [0.0, *(state["organisation", "level", objective] for state in life.states)]
    return [after - before for before, after in pairwise(levels)]


def hitting(week, *what, **how):
    def process(org):
        yield org.until(week)
        org.hit(*what, **how)

    return process


# ---- nothing changes without them


@pytest.mark.parametrize("idle", [{}, {"Watcher": lambda org: iter_weeks(org)}], ids=["none", "one that only watches"])
def test_without_a_process_or_with_one_that_only_watches_every_bit_is_the_plain_twins(idle):
    for policy in EVERYTHING.policies:
        plain = live(EVERYTHING, policy=policy.name, future=1)
        watched = live(EVERYTHING, policy=policy.name, future=1, processes=idle)
        assert watched.states == plain.states
        assert watched.events == plain.events
        assert watched.weekly == plain.weekly
        assert str(watched.outcomes) == str(plain.outcomes)


def iter_weeks(org):
    while True:
        assert org.alive in (True, False) and sum(org.strategy.values()) == pytest.approx(1.0)
        org.uniform(), org.normal("x"), org.exponential("y")
        yield org.wait(1)


def test_the_world_is_the_same_with_a_process_and_without():
    plain = live(EVERYTHING, policy=EVERYTHING.policies[0].name, future=2)
    hit = live(
        EVERYTHING, policy=EVERYTHING.policies[0].name, future=2, processes=[hitting(3, "methods", 0.5)]
    )  # fmt: skip
    assert hit.history == plain.history
    assert hit.states != plain.states
    assert hit.states[:3] == plain.states[:3]


# ---- what they touch


def test_capacity_is_lost_for_as_long_as_it_lasts():
    assert grown(lived(hitting(3, "capacity", 0.75, units=["Crew"], lasts=2))) == [4, 4, 4, 1, 1, 4, 4, 4, 4, 4, 4, 4]


def test_capacity_that_fades_is_felt_in_full_in_its_first_week():
    found = grown(lived(hitting(3, "capacity", 0.5, units=["Crew"], half_life=1)))
    assert found[2:7] == pytest.approx([4, 2, 3, 3.5, 3.75])


@pytest.mark.parametrize("process", [
    hitting(3.4, "capacity", 0.5, units=["Crew"], half_life=1),
    lambda org: (yield org.env.timeout(3)) or org.hit("capacity", 0.5, units=["Crew"], half_life=1),
], ids=["in the middle of the week", "after a bare timeout, before its morning"])  # fmt: skip
def test_when_in_a_week_it_acts_makes_no_difference(process):
    assert grown(lived(process))[2:7] == pytest.approx([4, 2, 3, 3.5, 3.75])


def test_units_alike_are_hit_together_and_by_name():
    both = grown(lived(hitting(0, "capacity", 1, units=["Team"], lasts=1)), "Name")
    one = grown(lived(hitting(0, "capacity", 1, units=["Team 2"], lasts=1)), "Name")
    assert (both[:2], one[:2]) == ([0, 2], [1, 2])


def test_productivity_and_setbacks_hit_the_objectives_named():
    assert grown(lived(hitting(2, "productivity", 0.5, objectives=["Bread"], lasts=1)))[1:4] == [4, 2, 4]
    life = lived(hitting(2, "setback", 0.5, objectives="Bread"))
    assert [state["organisation", "level", "Bread"] for state in life.states[1:3]] == [8, 8]
    assert [state["organisation", "level", "Name"] for state in life.states[1:3]] == [4, 6]


def test_demand_and_money():
    life = lived(hitting(4, "demand", -math.log(2), lasts=1))
    assert [state["market", "demand", ""] for state in life.states[3:6]] == pytest.approx([1, 0.5, 1])
    assert [state["organisation", "cash", ""] for state in lived(hitting(4, "cash", 30)).states[3:6]] == [100, 70, 67]


def test_levels_engagement_beliefs_and_strategy_are_put_where_they_are_wanted():
    def process(org):
        yield org.until(2)
        org.set_level("Bread", 50)
        org.set_engagement("Crew", 0.5)
        org.persuade("Team 1", {"Bread": 3, "Name": 1})
        org.set_strategy({"Name": 1}, share=0.5)
        org.inform({"Bread": 1})

    state, before = lived(process).states[2], lived(process).states[1]
    assert before["organisation", "level", "Bread"] == 8
    assert state["organisation", "level", "Bread"] == 52
    assert state["Crew", "engagement", ""] == 0.5
    assert state["Team 1", "belief", "Bread"] == 0.75
    assert state["leadership", "published", "Name"] == 0.5
    assert state["organisation", "bill", ""] == 20  # realigning: half the L1 distance, at 40
    assert state["leadership", "perceived", "Bread"] == pytest.approx(1 + (0.5 - 1) * (1 - 2 ** (-1 / 8)))


def test_a_plan_asked_for_acts_from_the_next_week_and_is_paid():
    def process(org):
        yield org.until(2)
        org.activate("Spare")

    life = lived(process)
    assert [state["organisation", "plan acts", "Spare"] for state in life.states[1:6]] == [0, 0, 1, 1, 0]
    assert life.outcomes["activations"] == 1
    assert life.outcomes["final_cash"] == 100 - 7 - 3


def test_a_call_for_a_decision_is_a_case_and_its_name_the_reason():
    def process(org):
        yield org.until(2)
        org.call_for_decision()

    (decision,) = lived(process).decisions
    assert (decision.reasons, decision.week) == (("Visit",), 3)


def test_a_team_kept_busy_keeps_a_case_waiting():
    def visit(org):
        with org.teams.request() as turn:
            yield turn
            yield org.wait(9)

    def shout(org):
        yield org.until(4)
        org.call_for_decision()

    life = live(ra.parse(SHOP), policy="Still", future=0, processes=[visit, shout])
    assert [(case.opened, case.begun) for case in life.cases] == [(4, 9)]


def test_a_process_hears_of_the_next_strike_and_of_its_severity():
    heard = []

    def process(org):
        heard.append((yield org.struck("Flood")))
        heard.append(org.week)

    life = lived(process)
    assert heard == [3, 5]
    assert life.outcomes["final_cash"] == 97


def test_a_ruined_organisation_cannot_be_touched():
    def process(org):
        yield org.until(8)
        assert not org.alive
        org.set_level("Bread", 99)
        org.hit("setback", 1)
        org.set_strategy({"Name": 1})
        assert org.call_for_decision() is None

    life = lived(process, text=SHOP.replace("cash = 100", "cash = 100\ncredit = 0\nfixed_cost = 30"))
    assert life.outcomes["ruin_week"] == 3
    assert life.states[-1]["organisation", "level", "Bread"] == 16
    assert life.states[-1]["leadership", "strategy", "Name"] == 0


def test_what_was_done_is_among_the_events():
    def process(org):
        yield org.until(1)
        org.hit("cash", 5)
        org.note("is content", 2)

    events = [(event.week, event.name, event.amount) for event in lived(process).events if event.kind == "process"]
    assert events == [(1, "Visit: hits cash", 5), (1, "Visit: is content", 2)]


def test_whatever_it_touches_is_among_the_events():
    def process(org):
        org.set_level("Bread", 4)
        org.set_engagement("Crew", 0.5)
        org.persuade("Crew", {"Name": 1}, share=0.25)
        org.set_strategy({"Name": 1}, share=0.75)
        org.inform({"Name": 1}, share=0.1)
        org.call_for_decision()
        org.activate("Spare")
        yield org.wait(1)

    events = [(event.name, event.amount) for event in lived(process).events if event.kind == "process"]
    assert events == [
        ("Visit: sets level of Bread", 4), ("Visit: sets engagement of Crew", 0.5), ("Visit: persuades Crew", 0.25),
        ("Visit: sets strategy", 0.75), ("Visit: informs leadership", 0.1), ("Visit: calls for a decision", 0),
        ("Visit: asks for Spare", 0),
    ]  # fmt: skip


def test_its_draws_are_the_same_under_every_policy_and_others_in_another_future():
    seen = {}

    def process(org):
        seen[org.policy, org.future] = (org.uniform("a"), org.uniform("a"), org.uniform("b"))
        yield org.wait(1)

    ra.live_many(EVERYTHING, processes=[process], futures=2)
    policies = [policy.name for policy in EVERYTHING.policies]
    assert len({seen[policy, 0] for policy in policies}) == 1
    assert seen[policies[0], 0] != seen[policies[0], 1]
    assert len(set(seen[policies[0], 0])) == 3


# ---- many lives


def test_many_lives_are_paired_with_those_without_the_process():
    lives = ra.live_many(ra.parse(SHOP), processes={"Fine": hitting(4, "cash", 30)}, futures=3)
    assert list(lives.outcomes.groupby("with_processes").final_cash.unique().map(list)) == [[97], [67]]
    found = lives.compare("Still", measure="final_cash")
    assert (found.futures, found.difference, found.low, found.high) == (3, -30, -30, -30)
    assert list(lives.summary("final_cash").iloc[0]) == ["Still", 3, 97, 67, -30, -30, -30]
    assert set(lives.events.kind) >= {"strike", "process"}


def test_the_example_runs():
    old = os.getcwd()
    os.chdir(ROOT)
    try:
        assert doctest.testmod(realign.lives).failed == 0
    finally:
        os.chdir(old)


def test_the_example_in_the_readme_runs(monkeypatch):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = [block for block in text.split("```python\n")[1:] if "def walkout" in block]
    code = example.split("```")[0]
    assert "futures=200" in code
    names = {}
    monkeypatch.chdir(ROOT)
    exec(code.replace("futures=200", "futures=2"), names)
    assert len(names["lives"].outcomes) == 2 * 2


# ---- mistakes


@pytest.mark.parametrize(("call", "says"), [
    (lambda org: org.hit("capasity", 1, lasts=1), 'effect: on = "capasity": must be one of "capacity"'),
    (lambda org: org.hit("capacity", 1), "capacity needs half_life"),
    (lambda org: org.hit("capacity", 1, units=["Crw"], lasts=1), 'did you mean "Crew"?'),
    (lambda org: org.hit("capacity", 1, units="one", lasts=1), "name the unit"),
    (lambda org: org.hit("cash", 1, lasts=2), "lasts: does not go with"),
    (lambda org: org.set_level("Bred", 1), 'objective "Bred": no such objective; did you mean "Bread"?'),
    (lambda org: org.set_level("Bread", math.nan), "set_level: nan is not allowed"),
    (lambda org: org.set_level("Bread", "high"), "set_level: 'high' is not allowed; it must be a number at least 0"),
    (lambda org: org.wait("3"), "wait: '3' is not allowed; it must be a number"),
    (lambda org: org.persuade("Crew", {"Bread": 1}, share=2), "2 is not allowed; it must be a number between 0 and 1"),
    (lambda org: org.set_strategy({"Bread": 0}), "must not all be 0"),
    (lambda org: org.activate("Spar"), 'did you mean "Spare"?'),
    (lambda org: org.struck("Fire"), 'shock "Fire": no such shock; there are: Flood'),
])  # fmt: skip
def test_a_mistake_is_told_with_its_cure_and_its_place(call, says):
    def process(org):
        yield org.until(3)
        call(org)

    with pytest.raises(UsageError) as caught:
        lived(process)
    assert says in str(caught.value)
    assert caught.value.__notes__ == ['in process "Visit", week 3, future 0']


def test_an_error_in_a_process_is_the_users_own_and_names_its_line():
    def process(org):
        yield org.until(3)
        raise KeyError("no such rival")  # the line that is named

    with pytest.raises(KeyError, match="no such rival") as caught:
        lived(process)
    line = (Path(__file__).read_text(encoding="utf-8").split("\n"))[caught.traceback[-1].lineno]
    assert line.endswith("# the line that is named")
    assert caught.value.__notes__ == ['in process "Visit", week 3, future 0']


def test_what_is_no_process_is_refused():
    with pytest.raises(UsageError, match='process "Visit" is no generator function'):
        lived(lambda org: None)
    with pytest.raises(UsageError, match=r'process "Visit" yields 3; it must yield what it waits for, as org.wait'):
        lived(lambda org: (yield 3))
    with pytest.raises(UsageError, match='process "Visit" must take one argument'):
        lived(lambda: (yield))
    for nothing in (None, "walkout", lambda org: (yield)):
        with pytest.raises(UsageError, match="give generator functions in a list"):
            live(ra.parse(SHOP), policy="Still", future=0, processes=nothing)
    with pytest.raises(UsageError, match="'walkout' is no generator function"):
        live(ra.parse(SHOP), policy="Still", future=0, processes=["walkout"])
    with pytest.raises(UsageError, match="has no name of its own"):
        live(ra.parse(SHOP), policy="Still", future=0, processes=[lambda org: None])
