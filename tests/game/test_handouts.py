"""Handouts: every shock and every plan has its card, in words, on paper that is safe to print."""

import re
from pathlib import Path

import pytest

from realign.game import write_handouts
from realign.game.handouts import effect_words, handouts
from realign.scenario import load
from realign.scenario.records import Effect

SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").glob("*.toml"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_shock_and_plan_of_every_bundled_scenario_has_its_card(path):
    scenario = load(path)
    page = handouts(scenario)
    for item in (*scenario.shocks, *scenario.contingencies):
        assert page.count(f"<h3>{item.name}</h3>") == 1, item.name
    assert not re.search(r"\b(nan|inf|None)\b", page)


def test_an_effect_is_told_in_words(small):
    told = {effect.on: effect_words(effect, small) for shock in small.shocks for effect in shock.effects}
    assert told["productivity"] == "work on Craft yields 15% less, half of it gone after 6 weeks"
    assert told["cash"] == "costs 700 EUR"
    assert effect_words(Effect(on="capacity", size=0.5, lasts=1.0), small) == (
        "50% of the time of all people is lost, for 1 week"
    )


def test_names_cannot_break_the_page_and_the_page_is_written(small, tmp_path):
    page = write_handouts(small.replace("name", "<b>Shop"), tmp_path / "handouts.html").read_text("utf-8")
    assert "<b>Shop" not in page and "&lt;b&gt;Shop" in page
