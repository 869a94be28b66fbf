"""The after-action review: it retells the game that was played, and what it says was worth something really was."""

import numpy as np
import pytest

from realign.errors import UsageError
from realign.game import play
from realign.game.review import OWN
from realign.model import build_plan, play_block


@pytest.fixture(scope="module")
def game(small):
    game = play(small, policy="Awake", future=13, aims=["<b>Learn</b>"]).advance(8)
    game.decide(strategy={"Reach": 1}, reason="a <i>hunch</i>").advance(6).hold("wait and see").advance(4)
    game.sit("facilitator").inject("Storm", week=20, severity=3)
    return game.decide(hire={"Desk": 2}, activate="Shelter").advance(40)


def test_the_play_stands_beside_every_policy_on_the_same_future(small, game):
    review = game.review(futures=50)
    assert {name for name, *_ in review.standing} == {OWN, "Steady", "Awake"}
    held = play(small, policy="Steady", future=13)
    held.sit("facilitator").inject("Storm", week=20, severity=3)
    value = {name: value for name, value, *_ in review.standing}
    assert value["Steady"] == held.advance(40)._table.position.outcomes["value"]
    assert value[OWN] == pytest.approx(game._table.position.outcomes["value"])


def test_luck_is_the_first_policy_over_the_scenarios_futures(small, game):
    found = play_block(build_plan(small, policies=["Awake"]), seed=small.seed, first=0, count=50).outcomes[0, 0]
    assert np.allclose(game.review(futures=50).luck, found)


def test_what_a_decision_was_worth_is_what_the_game_loses_without_it(small, game):
    review = game.review(futures=10)
    other = play(small, policy="Awake", future=13).advance(8).hold().advance(6).hold().advance(4)
    other.sit("facilitator").inject("Storm", week=20, severity=3)
    other.decide(hire={"Desk": 2}, activate="Shelter").advance(40)
    by_week = {m.week: m.worth for m in review.mattered}
    lost = game._table.position.outcomes["value"] - other._table.position.outcomes["value"]
    assert by_week[8] == pytest.approx(lost) and lost != 0.0
    assert len(review.mattered) == 2, "to hold is no decision to be replaced by hold"


def test_who_knew_what_when_is_in_order_and_names_every_strike(game):
    review = game.review(futures=10)
    assert len(review.episodes) == len(game._table.position.truth)
    for e in review.episodes:
        assert not e.warned > e.struck and not e.recognised < e.struck and not e.decided < e.recognised
    assert sum(e.injected for e in review.episodes) == 1


def test_reviewing_changes_nothing_and_waits_for_the_end(small, game):
    before = [a.tobytes() for a in game._table.position.state]
    game.review(futures=10)
    assert [a.tobytes() for a in game._table.position.state] == before
    young = play(small, policy="Awake", future=1).advance(3)
    with pytest.raises(UsageError, match="over"):
        young.review()
    assert young.sit("facilitator").review(futures=5).over is False


def test_a_review_is_also_a_notebook_to_write_in(game, tmp_path):
    nbformat = pytest.importorskip("nbformat")
    path = game.review(futures=10).write(tmp_path / "review.ipynb")
    kept = nbformat.read(path, as_version=4)
    nbformat.validate(kept)
    assert "After-action review" in kept.cells[0].source and len(kept.cells) > 10


def test_the_story_tells_every_strike_and_every_order_in_order_of_weeks(game):
    story = game.review(futures=10).story
    weeks = [int(line.split()[1]) for line in story]
    assert weeks == sorted(weeks)
    assert sum(" strikes, severity" in line for line in story) == len(game._table.position.truth)
    assert any("because a <i>hunch</i>" in line for line in story)


def test_the_page_stands_alone_and_escapes_what_people_wrote(game, tmp_path):
    text = game.review(futures=10).write(tmp_path / "review.html").read_text()
    assert "<i>hunch" not in text and "&lt;i&gt;hunch" in text and "&lt;b&gt;Learn" in text
    assert "<script" not in text and "http" not in text.replace("http-equiv", "")
    for heading in (
        "Findings",
        "Events planned",
        "Skill or luck?",
        "mattered most",
        "Who knew what when",
        "Improvement plan",
    ):
        assert heading in text
