"""The alignment audit against closed forms: cascades, cliques, stars, chains."""

from math import inf

import numpy as np
import pytest
import tomli_w

import realign as ra
from realign.alignment import audit
from realign.alignment.ties import network
from realign.errors import UsageError
from realign.model import build_plan


def organisation(units, *, superior=1.0, weeks=400, half_life=1.0, **sections):
    """Two objectives; the strategy is all on the first; units believe half and half where they do not say."""
    document = {
        "name": "Still",
        "weeks": weeks,
        "organisation": {"strategy": {"One": 1.0}},
        "communication": {"half_life": half_life, "superior": superior},
        "unit": [{"believes": {"One": 1.0, "Two": 1.0}, **unit} for unit in units],
        "objective": [{"name": name, "fade": inf, "start": 50.0, "gain": 0.0} for name in ("One", "Two")],
        "policy": [{"name": "Still", "rule": "static"}],
    }
    return ra.parse(tomli_w.dumps(document | sections))


def chain(length, **unit):
    above = [{}, *({"reports_to": f"Step {n}"} for n in range(1, length))]
    return [{"name": f"Step {n + 1}", **tie, **unit} for n, tie in enumerate(above)]


def after(found, column):
    return found.units[found.units["when"] == "after"].set_index("unit")[column]


def clique(letter, size):
    names = [f"{letter}{n}" for n in range(size)]
    return [{"name": name, "listens_to": {other: 1.0 for other in names if other != name}} for name in names]


def test_what_is_passed_on_falls_geometrically_with_depth():
    """With resistance r, unit d of a chain ends (1 - r)^d of the way from its first belief to the strategy."""
    found = audit(organisation(chain(5, resistance=0.3)), futures=2)
    assert after(found, "passed_on").to_numpy() == pytest.approx(0.7 ** np.arange(1, 6), abs=1e-9)
    assert list(after(found, "depth")) == [1, 2, 3, 4, 5]
    assert after(found, "passed_on").to_numpy() != pytest.approx(0.6 ** np.arange(1, 6), abs=1e-3)


def test_without_resistance_everybody_understands_in_the_end_and_nothing_is_lost():
    found = audit(organisation(chain(4)), futures=2)
    assert after(found, "understanding").to_numpy() == pytest.approx(1.0, abs=1e-6)
    assert after(found, "lost").to_numpy() == pytest.approx(0.0, abs=1e-6)
    start = found.units[found.units["when"] == "before"]
    assert start["understanding"].to_numpy() == pytest.approx(np.sqrt(0.5), abs=1e-12)  # cosine of (1,0) and (1,1)


def test_losses_along_a_line_of_command_add_up_to_what_is_lost_at_its_end():
    found = audit(organisation(chain(6, resistance=0.2)), futures=2)
    assert after(found, "lost").sum() == pytest.approx(1.0 - after(found, "understanding")["Step 6"], abs=1e-12)
    assert (after(found, "lost") > 0).all()


def test_the_whole_is_the_models_own_alignment_of_strategy_and_belief():
    """In the last week, for futures that were not ruined: people-weighted, as the weekly series has it."""
    scenario = ra.load("scenarios/bakery.toml")
    name = scenario.policies[0].name
    found = audit(scenario, policies=[name], futures=64).whole.set_index("when")
    weekly = ra.run(scenario, futures=64, policies=[name], stresses=["baseline"]).weekly
    last = weekly[(weekly["series"] == "strategy_to_belief") & (weekly["week"] == 155)]["mean"].iloc[0]
    assert found["understanding"]["after"] == pytest.approx(last, abs=0.01)  # growth since week 0 is not weighed


def test_two_cliques_that_never_talk_are_two_silos_of_modularity_one_half():
    found = network(build_plan(organisation(clique("a", 4) + clique("b", 4), superior=0.5)))
    assert found.modularity == pytest.approx(0.5, abs=1e-12)
    silo = found.units.set_index("unit")["silo"]
    assert len({silo[f"a{n}"] for n in range(4)}) == len({silo[f"b{n}"] for n in range(4)}) == 1
    assert silo["a0"] != silo["b0"] and (found.units["across"] == 0).all()


def test_one_clique_is_one_silo_of_modularity_0():
    found = network(build_plan(organisation(clique("a", 6), superior=0.5)))
    assert found.modularity == pytest.approx(0.0, abs=1e-12) and set(found.units["silo"]) == {1}


def test_the_hub_of_a_star_lies_on_every_path():
    leaves = [{"name": f"Leaf {n}", "reports_to": "Hub"} for n in range(5)]
    between = network(build_plan(organisation([{"name": "Hub"}, *leaves]))).units.set_index("unit")["betweenness"]
    assert between["Hub"] == 1.0 and (between.drop("Hub") == 0.0).all()


def test_who_joins_two_cliques_is_a_broker_and_who_hears_nobody_an_isolate():
    bridge = {"name": "Bridge", "listens_to": {"a0": 1.0, "b0": 1.0}}
    units = [*clique("a", 4), *clique("b", 4), bridge, {"name": "Hermit"}]
    found = network(build_plan(organisation(units, superior=0.5)))
    role = found.units.set_index("unit")["role"]
    assert role["Bridge"] == "broker" and role["Hermit"] == "isolate"
    assert role["a1"] == role["b1"] == ""
    assert found.units.set_index("unit")["silo"]["Hermit"] == 0


def test_ties_carry_what_a_unit_hears():
    units = [{"name": "Boss"}, {"name": "Peer", "reports_to": "Boss"}]
    units.append({"name": "Crew", "reports_to": "Boss", "listens_to": {"Peer": 1.0, "Boss": 3.0}})
    ties = network(build_plan(organisation(units, superior=0.6))).ties
    crew = ties[ties["unit"] == "Crew"]
    assert crew["weight"].sum() == pytest.approx(1.0)
    assert dict(zip(crew[crew["kind"] == "peer"]["hears"], crew[crew["kind"] == "peer"]["weight"])) == pytest.approx(
        {"Boss": 0.3, "Peer": 0.1}
    )
    assert ties[ties["unit"] == "Peer"]["weight"].tolist() == [1.0]


def test_silos_that_believe_otherwise_are_apart_and_those_that_agree_are_not():
    ours = [{**unit, "believes": {"One": 1.0}} for unit in clique("a", 3)]
    theirs = [{**unit, "believes": {"Two": 1.0}} for unit in clique("b", 3)]
    whole = audit(organisation(ours + theirs, superior=0.5), futures=2).whole.set_index("when")
    assert whole["within"]["before"] == pytest.approx(1.0) and whole["across"]["before"] == pytest.approx(0.0)
    assert whole["apart"]["before"] == pytest.approx(1.0)
    assert whole["apart"]["after"] == pytest.approx(0.0, abs=1e-6)  # all have heard the strategy for long


def test_the_map_holds_shares_that_sum_to_1():
    found = audit(ra.load("scenarios/bakery.toml"), futures=8).map
    sums = found.groupby(["policy", "when", "unit"])[["strategy", "priority", "belief", "allocation"]].sum(min_count=1)
    assert sums.dropna().to_numpy() == pytest.approx(1.0, abs=1e-9)


def test_a_unit_that_has_not_joined_has_no_understanding_yet():
    units = [{"name": "Old"}, {"name": "New", "joins": 10}]
    found = audit(organisation(units, weeks=20), futures=2).units.set_index(["when", "unit"])["understanding"]
    assert np.isnan(found["before", "New"]) and np.isfinite(found["after", "New"])


def test_before_is_what_the_file_says_and_policies_share_it():
    found = audit(ra.load("scenarios/bakery.toml"), futures=8).units
    start = found[found["when"] == "before"].groupby("unit")["understanding"]
    assert (start.max().dropna() - start.min().dropna() == 0.0).all()


def test_threads_change_nothing_and_ruin_leaves_nobody():
    scenario = ra.load("scenarios/bakery.toml")
    one, two = (audit(scenario, futures=100, threads=n).units for n in (1, 2))
    assert one.equals(two)
    broke = scenario.replace({"organisation.cash": -1e9})
    found = audit(broke, futures=4)
    assert found.units[found.units["when"] == "after"]["understanding"].isna().all()
    assert any("nobody is left" in line for line in found.sentences())


def test_figures_and_sentences_are_made(tmp_path):
    found = audit(ra.load("scenarios/bakery.toml"), futures=8)
    assert set(found.figures()) == {"audit_understanding", "audit_map", "audit_network"}
    for figure in found.figures().values():
        assert figure.png().startswith(b"\x89PNG")
    assert found.sentences()[0].startswith("Before anything is decided")


def test_no_future_is_no_audit():
    with pytest.raises(UsageError):
        audit(organisation(chain(2)), futures=0)
