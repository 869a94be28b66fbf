"""A user's own rule: what it sees, that kernel and twin ask the same one, and how it fails."""

from pathlib import Path
from time import process_time

import numpy as np
import pytest
from worlds import EVERYTHING

from realign.errors import RunError, UsageError
from realign.model import build_plan, play_block
from realign.model.own_rule import rule
from realign.scenario import load, parse
from realign.scenario.own_rules import Situation, own_rule
from realign.twin import live


@rule
def my_follow(situation):
    return situation.perceived


@rule
def my_gap(situation):
    short = situation.perceived * (1.0 - np.minimum(situation.readings / situation.targets, 1.0))
    if short.sum() > 0.0:
        return short
    return situation.perceived


@rule
def my_plan(situation):
    """The built-in rule `plan`, from what a situation tells."""
    left = 1.0 - situation.reach.sum()
    if left >= 0.0:
        return situation.reach + left * situation.perceived
    out, left = np.zeros(len(situation.reach)), 1.0
    need, per_effort = situation.reach.copy(), np.zeros(len(situation.reach))
    for k in range(len(need)):
        level = max(min(situation.readings[k], situation.targets[k]), 1e-9)
        keeps = 1.0 - situation.hold[k] * situation.yields[k] / level
        weeks = situation.weeks_left[k]
        per_week = (1.0 - keeps) / (1.0 - keeps**weeks) if keeps < 1.0 else 1.0 / weeks
        per_effort[k] = situation.worth[k] * situation.yields[k] / (situation.targets[k] * per_week)
    for _ in range(len(need)):
        best = -1
        for k in range(len(need)):
            if need[k] > 0.0 and (best < 0 or per_effort[k] > per_effort[best]):
                best = k
        if best < 0 or left <= 0.0:
            break
        out[best] = min(need[best], left)
        left -= out[best]
        need[best] = 0.0
    return out


@rule
def my_mixture(situation):
    """Uses everything that a situation tells."""
    wish = situation.hold + 0.1 * situation.worth + 0.2 * situation.first_plan + 0.1 * situation.strategy
    late = situation.week > situation.weeks / 2
    total = 1e-6 * max(situation.cash, 0.0) + situation.horizon / 1e3
    return (wish + situation.reach / (1.0 + situation.weeks_left)) * (2.0 if late else 1.0) + total


@rule
def my_late_fault(situation):
    if situation.week > 20:
        return situation.readings[7:8] * situation.readings[99]
    return situation.perceived


@rule
def my_negative(situation):
    return situation.perceived - 0.9


@rule
def my_short(situation):
    return situation.perceived[:1]


def scenario(name, policy=None):
    """The scenario with every mechanism, its first reviewing policy led by a rule."""
    found = parse(EVERYTHING)
    chosen = policy or next(p.name for p in found.policies if p.review_every)
    return found.replace(f"policy.{chosen}.rule", name), chosen


@pytest.mark.parametrize(("own", "built_in"), [("my_follow", "follow"), ("my_gap", "gap"), ("my_plan", "plan")])
def test_a_built_in_rule_written_as_an_own_rule_gives_the_same_futures(own, built_in):
    found = []
    for name in (own, built_in):
        changed, chosen = scenario(name)
        found.append(play_block(build_plan(changed, policies=[chosen]), seed=1, first=0, count=40).outcomes)
    assert np.allclose(found[0], found[1], rtol=1e-6, atol=1e-9, equal_nan=True)


def test_an_own_rule_is_not_the_built_in_one_that_it_differs_from():
    a, b = (play_block(build_plan(*[scenario(n)[0]]), seed=1, first=0, count=40).outcomes for n in ("my_follow", "gap"))
    assert not np.allclose(a, b, equal_nan=True)


@pytest.mark.parametrize("name", ["my_gap", "my_mixture"])
def test_the_twin_asks_the_same_rule_in_plain_python(name):
    changed, chosen = scenario(name)
    plan = build_plan(changed, policies=[chosen])
    value = play_block(plan, seed=changed.seed, first=0, count=6).outcomes[0, plan.measures.index("value")]
    for future in range(6):
        assert live(changed, policy=chosen, future=future).outcomes["value"] == pytest.approx(value[future], rel=1e-9)


def test_adding_an_own_rule_leaves_every_other_policys_bits_alone():
    changed, chosen = scenario("my_mixture")
    plain = parse(EVERYTHING)
    a, b = (play_block(build_plan(s), seed=1, first=0, count=20) for s in (changed, plain))
    for n, policy in enumerate(plain.policies):
        same = np.array_equal(a.outcomes[n], b.outcomes[n], equal_nan=True)
        assert same == (policy.name != chosen)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("my_late_fault", r"test_own_rule.*:\d+: rule \"my_late_fault\": return situation.readings\[7:8\].*IndexError"),
        ("my_negative", r"return situation.perceived - 0.9: the rule gave .*from 0 up"),
        ("my_short", r"the rule gave 1 numbers"),
    ],
)
def test_a_rule_that_fails_in_a_run_names_its_line_and_the_future_and_week(name, words):
    changed, chosen = scenario(name)
    with pytest.raises(RunError, match=words) as caught:
        play_block(build_plan(changed, policies=[chosen]), seed=1, first=5, count=8)
    assert "future 5, week " in str(caught.value)


def _misspelt(situation):
    x = 2.0
    return situation.percieved * x


def _undefined(situation):
    return something_else(situation.perceived)  # noqa: F821


def _of_text(situation):
    return "share" + situation.week


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (_misspelt, "return situation.percieved"),
        (_undefined, "return something_else"),
        (_of_text, 'return "share"'),
    ],
)
def test_a_rule_that_cannot_be_compiled_names_its_line(function, words):
    with pytest.raises(UsageError) as caught:
        rule(function)
    line = function.__code__.co_firstlineno + (2 if function is _misspelt else 1)
    assert f":{line}: rule" in str(caught.value) and words in str(caught.value)


def test_a_rule_takes_one_argument_and_a_name_of_its_own():
    def plan(situation):
        return situation.perceived

    with pytest.raises(UsageError, match="built-in"):
        rule(plan)
    with pytest.raises(UsageError, match="one argument"):
        rule(lambda: 1)
    with pytest.raises(UsageError, match="define it"):
        own_rule("nobody")


def test_a_rule_can_be_tried_by_hand():
    one = np.array([0.5, 0.5])
    situation = Situation(1, 52, 26.0, 0.0, one, one, one * 0, one * 100, one, one, one * 10, one, one * 0, one)
    assert my_gap(situation).tolist() == [0.5, 0.5]


def test_a_run_does_not_go_on_with_parts_that_another_rule_of_this_name_has_played(tmp_path):
    from realign.running.choice import order

    def keyed():
        options = dict.fromkeys(("seed", "stresses", "threads", "until"))
        return order(scenario("my_gap")[0], futures=8, policies=None, events=0, **options).key

    before = keyed()
    assert before["rules"].keys() == {"my_gap"} and keyed() == before
    kept = own_rule("my_gap")

    def my_gap(situation):
        return situation.perceived * 2.0

    try:
        rule(my_gap)
        assert keyed()["rules"] != before["rules"]
    finally:
        rule(kept.function)


def test_a_run_led_by_an_own_rule_takes_less_than_twice_as_long_as_one_led_by_a_built_in_rule():
    """Processor time, the least of several, with a decision in every week of every future."""

    @rule
    def by_perception(situation):
        return situation.perceived

    bakery = load(Path(__file__).parents[2] / "scenarios" / "bakery.toml")
    policy, often = "Quarterly, prepared", {"review_every": 1, "latency": 0}
    plans = []
    for name in ("follow", "by_perception"):
        changes = {f"policy.{policy}.{key}": value for key, value in {**often, "rule": name}.items()}
        plans.append(build_plan(bakery.replace(changes), policies=[policy]))
        play_block(plans[-1], seed=1, first=0, count=64)
    seconds = [[], []]
    for _ in range(7):
        for n, plan in enumerate(plans):
            begun = process_time()
            play_block(plan, seed=1, first=0, count=512)
            seconds[n].append(process_time() - begun)
    assert min(seconds[1]) < 2.0 * min(seconds[0])
