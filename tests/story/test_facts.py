"""Every number in a story is true, and none is there that nothing accounts for."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from checking import faults_of
from generator import scenario_of
from odd import LONG, named, smallest

from realign.scenario import load
from realign.story import tell

BUNDLED = sorted((Path(__file__).parent.parent.parent / "scenarios").glob("*.toml"))


def tell_each(scenario, *, futures, policies=None):
    """A story for each policy and future; stress tests take turns."""
    stresses = ["baseline", *(stress.name for stress in scenario.stresses)]
    for n, policy in enumerate(scenario.policies[:policies]):
        for future in futures:
            yield tell(scenario, policy=policy.name, future=future, stress=stresses[(n + future) % len(stresses)])


def assert_true(story):
    assert not faults_of(story), f"{story.paragraphs[0].text}:\n" + "\n".join(faults_of(story))


@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_stories_of_the_bundled_scenarios_are_true(path):
    scenario = load(path)
    short = len(scenario.units) < 10
    for story in tell_each(scenario, futures=(0, 1) if short else (5,), policies=None if path.stem == "bakery" else 2):
        assert_true(story)


@pytest.mark.slow
@pytest.mark.parametrize("path", BUNDLED, ids=lambda path: path.stem)
def test_many_stories_of_the_bundled_scenarios_are_true(path):
    for story in tell_each(load(path), futures=range(100, 104)):
        assert_true(story)


@pytest.mark.parametrize("number", range(8))
def test_stories_of_random_scenarios_are_true(number):
    for story in tell_each(scenario_of(number), futures=(number,)):
        assert_true(story)


@pytest.mark.slow
def test_stories_of_hundreds_of_random_scenarios_are_true():
    for number in range(8, 400):
        for story in tell_each(scenario_of(number), futures=(number,)):
            assert_true(story)


@pytest.mark.parametrize("future", ["worst", "median", "best"])
def test_stories_of_extreme_futures_are_true(future):
    bakery = load(BUNDLED[0])
    assert_true(tell(bakery, policy="Quarterly, prepared", future=future, futures=200))


def test_a_story_told_against_another_policy_is_true():
    bakery = load(BUNDLED[0])
    for one, other in (("Annual plan", "Quarterly, prepared"), ("Quarterly, prepared", "Stay the course")):
        assert_true(tell(bakery, policy=one, where_differs_from=other, futures=100))


ODD = {
    "nothing happens": (smallest(), "Static"),
    "ruined in the first week": (smallest("cash = 10\ncredit = 0\nwage = 50"), "Static"),
    "one week": (smallest().replace("weeks", 1), "Static"),
    "billions": (smallest("cash = 3e9\ncredit = 1e12\nrevenue = 5e6"), "Static"),
    "long names": (named(LONG, f"O{LONG}", f"S{LONG}", f"P{LONG}", f"W{LONG}", "$"), f"W{LONG}"),
    "signs": (named("a.b=c", "<b>&amp;x", 's"q', "p.x\\", "pol(1).name='x'", "£"), "pol(1).name='x'"),
}


@pytest.mark.parametrize("which", ODD)
@pytest.mark.parametrize("future", [0, 2**32 - 1, "worst"])
def test_stories_of_odd_scenarios_are_true(which, future):
    scenario, policy = ODD[which]
    assert_true(tell(scenario, policy=policy, future=future, futures=20))


def test_a_story_of_hundreds_of_strikes_is_true_and_no_longer_than_others():
    busy = load(BUNDLED[0]).replace({"shock.Flour crisis.rate": 80, "organisation.credit": 1e9})
    story = tell(busy, policy="Quarterly, prepared", future=0)
    assert story.life.outcomes["shocks"] > 300 and len(story.text.split()) < 15 * 130
    assert_true(story)


def test_a_story_in_which_one_number_is_wrong_is_found_out():
    """The twin that must fail: each number in turn is told wrongly."""
    story = tell(load(BUNDLED[0]), policy="Quarterly, unprepared", future=11)
    assert_true(story)
    numbers = [
        (n, match.start())
        for n, paragraph in enumerate(story.paragraphs)
        for match in re.finditer(r"(?<![\d.,])\d", paragraph.text)
    ]
    for n, at in numbers[:: max(len(numbers) // 40, 1)]:
        text = story.paragraphs[n].text
        wrong = f"{text[:at]}{(int(text[at]) + 3) % 9 + 1}{text[at + 1 :]}"
        told = [replace(p, text=wrong) if k == n else p for k, p in enumerate(story.paragraphs)]
        assert faults_of(replace(story, paragraphs=told)), f"not found: {wrong[max(at - 40, 0) : at + 40]}"


def test_a_story_that_lets_the_wrong_objective_go_is_found_out():
    story = tell(load(BUNDLED[0]), policy="Quarterly, prepared", future=109)
    told = "Online orders was to get nothing"
    assert told in story.text and not faults_of(story)
    for wrong in ("Neighbourhood name was to get nothing", "Online orders was to get less than it needed"):
        paragraphs = [replace(p, text=p.text.replace(told, wrong, 1)) for p in story.paragraphs]
        assert faults_of(replace(story, paragraphs=paragraphs)), wrong
