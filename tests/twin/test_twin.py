"""The twin by itself: what `live` returns, and how fast."""

import math
import time
from pathlib import Path

import pytest

from realign.errors import RunError, UsageError
from realign.scenario import load, parse
from realign.twin import live

ROOT = Path(__file__).parents[2]
QUIET = """
name = "Quiet"
weeks = 30
[[unit]]
name = "Crew"
[[objective]]
name = "Goal"
start = 50
fade = inf
gain = 0
[[policy]]
name = "Still"
rule = "static"
"""


@pytest.fixture(scope="module")
def bakery():
    return load(ROOT / "scenarios" / "bakery.toml")


def test_one_future_of_the_bakery_takes_less_than_a_second(bakery):
    live(bakery, policy="Quarterly, prepared", future=0)
    seconds = []
    for future in range(3):
        begin = time.perf_counter()
        live(bakery, policy="Quarterly, prepared", future=future)
        seconds.append(time.perf_counter() - begin)
    assert min(seconds) < 1.0


def test_the_same_future_is_lived_the_same_way_twice(bakery):
    one, two = (live(bakery, policy="Annual plan", future=4) for _ in range(2))
    assert one.states == two.states
    assert one.events == two.events


def test_another_seed_is_another_life(bakery):
    assert (
        live(bakery, policy="Annual plan", future=4, seed=0).states
        != live(bakery, policy="Annual plan", future=4).states
    )


def test_the_trace_is_tidy_and_complete(bakery):
    life = live(bakery, policy="Annual plan", future=0)
    trace = life.trace()
    assert list(trace.columns) == ["week", "entity", "quantity", "item", "value"]
    assert len(trace) == sum(len(state) for state in life.states)
    assert not trace.duplicated(["week", "entity", "quantity", "item"]).any()
    cash = trace[(trace.entity == "organisation") & (trace.quantity == "cash")]
    assert list(cash.value) == life.weekly["cash"]


def test_events_come_in_order_of_weeks(bakery):
    weeks = list(live(bakery, policy="Quarterly, prepared", future=1).event_table().week)
    assert weeks == sorted(weeks)
    assert len(weeks) > 10


def test_an_unknown_policy_is_named_with_those_there_are(bakery):
    with pytest.raises(UsageError, match=r'policy "Anual plan": no such policy; the scenario has "Stay the course"'):
        live(bakery, policy="Anual plan", future=0)


def test_a_scenario_in_which_nothing_happens_stays_as_it_is():
    life = live(parse(QUIET), policy="Still", future=0)
    assert life.events == []
    assert life.outcomes["value"] == 0.5
    assert {state["organisation", "level", "Goal"] for state in life.states} == {50.0}


def test_history_tells_strikes_in_order_of_time():
    text = QUIET + '[[shock]]\nname = "Hail"\nrate = 150\n[[shock]]\nname = "Rain"\nrate = 150\n'
    times = [arrival.time for arrival in live(parse(text), policy="Still", future=0).history.arrivals]
    assert len(times) > 100
    assert times == sorted(times)


def test_before_the_first_week_no_effort_has_moved():
    """Only what moved is lost to switching: in week 0 everybody still works on what he always did."""
    text = QUIET.replace("gain = 0", "gain = 1").replace("[[unit]]", "[organisation]\nswitching_loss = 0.5\n[[unit]]")
    life = live(parse(text), policy="Still", future=0)
    assert life.states[0]["organisation", "level", "Goal"] == 51.0


def test_a_case_that_finds_all_teams_busy_waits_for_the_first_that_is_free():
    text = QUIET.replace('rule = "static"', 'rule = "static"\non_recognised = true\nteams = 2\nhandling = 3')
    life = live(parse(text + '[[shock]]\nname = "Fire"\nrate = 80\n'), policy="Still", future=0)
    assert any(case.begun > case.opened for case in life.cases)
    for n, case in enumerate(life.cases[2:], 2):
        free = sorted(earlier.done for earlier in life.cases[:n])[-2]
        assert case.begun == pytest.approx(max(case.opened, free), abs=1e-9)


def test_a_shock_too_frequent_to_be_one_is_refused():
    text = QUIET + '[[shock]]\nname = "Rain"\nrate = 5200\n[[regime]]\nname = "wet"\nlasts = 9\nshock_rate = 900\n'
    with pytest.raises(RunError, match='shock "Rain" is expected 90000 times in week 0 of future 0; at most 500'):
        live(parse(text), policy="Still", future=0)


def test_what_leadership_saw_stands_with_each_decision(bakery):
    life = live(bakery, policy="Quarterly, unprepared", future=2)
    assert life.decisions
    for decision in life.decisions:
        state = life.states[decision.week]
        assert decision.reasons
        assert decision.view.perceived == {k: state["leadership", "perceived", k] for k in decision.view.perceived}
        assert math.isclose(sum(decision.proposal.values()), 1.0)
