from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from odd import named

import realign as ra
from realign.errors import UsageError
from realign.model import build_plan, play_block
from realign.story.fan import LEVELS, fan_of
from realign.story.reading import lived
from realign.story.ruin import purse
from realign.twin import live

SCENARIOS = Path(__file__).parent.parent.parent / "scenarios"
PREPARED = "Quarterly, prepared"


@pytest.fixture(scope="module")
def bakery():
    return ra.load(SCENARIOS / "bakery.toml")


@pytest.fixture(scope="module")
def values(bakery):
    """Value by the kernel: policy, future."""
    plan = build_plan(bakery)
    block = play_block(plan, seed=bakery.seed, first=0, count=100)
    return dict(zip(plan.policies, block.outcomes[:, plan.measures.index("value")]))


@pytest.fixture(scope="module")
def story(bakery):
    return ra.tell(bakery, policy=PREPARED, future=42, stress="Winter of 2020", futures=100)


# ---- choosing


def test_worst_median_and_best_go_by_value(bakery, values):
    found = values[PREPARED]
    ends = {"worst": found.min(), "median": np.sort(found)[49], "best": found.max()}
    for word, value in ends.items():
        assert found[ra.tell(bakery, policy=PREPARED, future=word, futures=100).future] == value


def test_two_policies_part_most_where_their_values_are_furthest_apart(bakery, values):
    gap = np.abs(values["Annual plan"] - values[PREPARED])
    told = ra.tell(bakery, policy="Annual plan", where_differs_from=PREPARED, futures=100)
    assert gap[told.future] == gap.max() and PREPARED in told.paragraphs[0].text


def test_a_seed_of_zero_is_a_seed(bakery):
    assert ra.tell(bakery, policy=PREPARED, future=1, seed=0).life.seed == 0


@pytest.mark.parametrize("future", [-1, 2**32, 1.5, "12", "worse", None])
def test_a_future_that_there_is_not_is_refused(bakery, future):
    with pytest.raises(UsageError, match="future"):
        ra.tell(bakery, policy=PREPARED, future=future)


def test_names_that_there_are_not_are_refused_with_a_suggestion(bakery):
    with pytest.raises(UsageError, match='did you mean "Annual plan"'):
        ra.tell(bakery, policy="Anual plan", future=1)
    with pytest.raises(UsageError, match='did you mean "Thin purse"'):
        ra.trace(bakery, policy="Annual plan", future=1, stress="Thin purze")
    with pytest.raises(UsageError, match="either future or where_differs_from"):
        ra.tell(bakery, policy="Annual plan", future=1, where_differs_from=PREPARED)


# ---- what is told


def test_another_policy_in_the_file_changes_no_word(bakery):
    fewer = bakery.replace("policy", [p for p in bakery.document["policy"] if p["name"] != "Annual plan"])
    one, other = (ra.tell(scenario, policy=PREPARED, future=42) for scenario in (bakery, fewer))
    assert one.text == other.text and one.events.equals(other.events)


def test_every_decision_strike_and_plan_is_told_in_the_text(story):
    course = " ".join(p.text for p in story.paragraphs if p.kind in ("strike", "calm"))
    for event in story.life.events:
        if event.kind in ("decision", "strike", "activated"):
            assert f" {event.week}" in course, f"{event.kind} {event.name} of week {event.week} is not told"


def test_a_story_can_be_read_aloud_in_a_quarter_of_an_hour():
    for path in sorted(SCENARIOS.glob("*.toml")):
        scenario = ra.load(path)
        told = ra.tell(scenario, policy=scenario.policies[-1].name, future=3)
        assert len(told.text.split()) < 15 * 130, path.name  # words a minute, read slowly


def test_a_notebook_shows_paragraphs_in_which_names_are_only_names():
    told = ra.tell(named("a.b", "<b>&amp;x", "s", "p", "w"), policy="w", future=0)
    assert "<b>" not in told._repr_html_() and "&lt;b&gt;&amp;amp;x" in told._repr_html_()


def test_a_plan_is_worth_the_same_by_the_twin_as_by_the_kernel(bakery, story, monkeypatch):
    monkeypatch.setattr("realign.model.is_cached", lambda: False)
    again = ra.tell(bakery, policy=PREPARED, future=42, stress="Winter of 2020", futures=100)
    assert again.text == story.text and len(again.facts.worth) == len(story.facts.worth) == 2
    for one, other in zip(again.facts.worth, story.facts.worth):
        assert (one.value, one.cash) == pytest.approx((other.value, other.cash), rel=1e-9)


@pytest.mark.parametrize("stress", ["baseline", "Winter of 2020", "Thin purse"])
def test_all_money_is_accounted_for(bakery, stress):
    for future in range(4):
        told = ra.tell(bakery, policy=PREPARED, future=future, stress=stress)
        life, end = told.life, lived(told.life)
        due = sum(event.amount for event in life.events if event.kind == "activated" and event.week == end - 1)
        realigning = life.outcomes["realigning_cost"] - (life.states[end - 1]["organisation", "bill", ""] - due)
        flows = purse(life, told.facts.strikes, 0, end)
        assert flows["realigning"] == pytest.approx(-realigning, rel=1e-9, abs=1e-6)


# ---- table, trace, figure


def test_the_event_table_has_every_event_of_the_twin_with_words(story):
    table = story.events
    assert list(table.columns) == ["week", "kind", "name", "amount", "text"]
    assert table["week"].is_monotonic_increasing and (table["text"].str.len() > 0).all()
    of_the_twin = table[~table["kind"].isin(["team", "recovered", "parted"])]
    expected = story.life.event_table()
    pd.testing.assert_frame_equal(of_the_twin[expected.columns].reset_index(drop=True), expected)


def test_recoveries_in_the_table_are_those_of_the_measure(story):
    life, value = story.life, story.life.weekly["value"]
    weeks = [strike.back - strike.week if strike.back is not None else 52 for strike in story.facts.strikes]
    assert all(arrival.week + 52 < len(value) or strike.back is not None for arrival, strike in zip(
        life.history.arrivals, story.facts.strikes
    ))  # fmt: skip
    assert np.mean(weeks) == pytest.approx(life.outcomes["weeks_to_recover"])


def test_the_table_says_what_the_rule_saw(story):
    table, decision = story.events, story.life.decisions[0]
    row = table[(table["kind"] == "decision") & (table["week"] == decision.week)].iloc[0]
    for name, reading in decision.view.readings.items():
        assert f"{name} at {reading:.0f} of" in row["text"] or f"{name} at {reading:.1f} of" in row["text"]


def test_a_trace_is_tidy_and_complete(bakery):
    found = ra.trace(bakery, policy=PREPARED, future=3)
    assert list(found.columns) == ["week", "entity", "quantity", "item", "value"]
    assert not found.duplicated(["week", "entity", "quantity", "item"]).any()
    life = live(bakery, policy=PREPARED, future=3)
    assert len(found) == sum(len(state) for state in life.states)
    row = found.query("week == 7 and entity == 'Bakers' and quantity == 'belief' and item == 'Best sourdough'")
    assert row["value"].item() == life.states[7]["Bakers", "belief", "Best sourdough"]
    assert ra.trace(bakery, policy=PREPARED, future="worst", futures=20)["week"].max() == bakery.weeks - 1


def test_the_bands_are_the_kernels_quantiles(bakery, story):
    fan = fan_of(bakery, story.life, futures=300)
    plan = build_plan(
        bakery.under("Winter of 2020"), force=bakery.stress("Winter of 2020").force, policies=[PREPARED]
    )  # fmt: skip
    weekly = play_block(plan, seed=bakery.seed, first=0, count=300).weekly[0]
    for bands, series in ((fan.value, "value"), (fan.cash, "cash")):
        assert np.array_equal(bands, np.quantile(weekly[plan.series.index(series)], LEVELS, axis=1))


def test_the_figure_shows_lanes_value_cash_and_minds(story):
    lanes, value, _cash, minds = story.figure().axes
    names = [label.get_text() for label in lanes.get_yticklabels()]
    assert names[: names.index("decisions")] == list(dict.fromkeys(a.shock for a in story.life.history.arrivals))
    line = next(line for line in value.lines if line.get_linewidth() == 1.6)
    assert list(line.get_ydata()) == story.life.weekly["value"]
    assert minds.lines[0].get_ydata().max() == pytest.approx(story.facts.parting.distance)


def test_a_ruined_line_ends_at_ruin(bakery):
    told = ra.tell(bakery, policy="Stay the course", future="worst", futures=100)
    assert told.life.outcomes["ruined"]
    value = told.figure().axes[1]
    assert "ruin" in [text.get_text() for text in value.texts]
    line = next(line for line in value.lines if line.get_linewidth() == 1.6)
    assert len(line.get_ydata()) == told.life.outcomes["ruin_week"] + 1


def test_an_organisation_without_money_has_no_panel_of_cash():
    from odd import smallest

    assert len(ra.tell(smallest(), policy="Static", future=0, futures=5).figure().axes) == 3


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_the_same_story_is_drawn_with_the_same_bytes(story, suffix):
    one, other = (getattr(story.figure(), suffix)() for _ in range(2))
    assert one == other
