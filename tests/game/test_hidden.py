"""What is hidden is hidden: no seat's view hangs on the future, nor on what the seat was not told."""

import inspect
from dataclasses import replace

import numpy as np
import pytest

from realign import rule
from realign.errors import RunError, UsageError
from realign.game import play
from realign.game.board import leadership_board
from realign.game.candidates import candidates
from realign.game.habits import Injected
from realign.game.knowledge import OWN, Knowledge
from realign.game.position import Struck

HIDDEN = (  # the state but for leadership's own, and for what only counts how far the kernel is
    "priority_drift", "demand_drift", "felt", "felt_one", "belief", "inverse_length", "allocation", "automated",
    "proficiency", "engagement", "moved", "level", "level_past", "methods", "hit", "cohesion", "sums", "weekly",
    "lineage", "next_strike", "next_signal", "opened", "opportunity", "vain", "busy_until", "team_free",
    "alarm_until", "due",
)  # fmt: skip


def with_position(game, **changes):
    """The same table, but for its position."""
    other = game.branch(game.name)
    other._table.positions[-1] = replace(other._table.position, **changes)
    other._table.cache = {}
    return other


def scrambled(state, seed=3):
    """A state whose hidden part is noise."""
    rng = np.random.default_rng(seed)

    def noise(array):
        return (rng.random(array.shape) * 9).astype(array.dtype)

    return state._replace(**{name: noise(getattr(state, name)) for name in HIDDEN})


def seen(game, *, whatif=True):
    """All that a seat can see, as text and bits."""
    board = game.board
    log = [{key: value for key, value in act.items() if key != "time"} for act in game.log]
    found = [repr(replace(board, habits=None)), repr(board.habits), str(game), game._repr_html_(), repr(log)]
    if whatif and game.seat != "red":
        asked = game.what_if(continuations=64)
        found += [asked.value.tobytes(), asked.ruined.tobytes(), asked.series["cash"].tobytes(), repr(asked.options)]
    return found


@pytest.fixture
def games(small):
    """Games at different weeks, some with cases open, warnings heard and strikes not recognised."""
    found = []
    for future, week in ((1, 9), (4, 17), (13, 26)):
        game = play(small, policy="Awake", future=future).advance(week)
        found.append(game.decide(strategy={"Craft": 1, "Reach": 1}, hire={"Desk": 1}).advance(3))
    return found


def test_hidden_and_own_make_up_the_whole_state(games):
    known = {"felt_any"} | set(OWN) | set(HIDDEN)
    assert set(games[0]._table.position.state._fields) == known


@pytest.mark.parametrize("seat", ["leadership", "red"])
def test_no_view_hangs_on_the_future(games, seat):
    for game in games:
        other = with_position(game, future=999, seed=12345)
        assert seen(other.sit(seat)) == seen(game.sit(seat))


def test_no_leadership_view_hangs_on_the_hidden_present(games):
    for game in games:
        truth = (Struck(week=2, shock="Turn", severity=9.0),)
        coming = (Injected(shock="Storm", week=39, severity=5.0), Injected(shock="Turn", week=1, severity=5.0))
        other = with_position(game, state=scrambled(game._table.position.state), truth=truth, injected=coming, cases=())
        assert seen(other) == seen(game)


def test_the_facilitators_view_does_hang_on_the_present(games):
    """The twin of the test above that must fail."""
    for game in games:
        other = with_position(game, state=scrambled(game._table.position.state))
        mine, theirs = (seen(g.sit("facilitator"), whatif=False) for g in (game, other))
        assert mine != theirs


def test_a_planned_inject_shows_to_nobody_but_who_planned_it_until_it_strikes(games):
    for game in games:
        before = [seen(game.sit("leadership"))]
        other = game.branch(game.name)
        other.sit("red").inject("Storm", week=game.week + 3, severity=1.5)
        assert [seen(other)] == before
        other.sit("facilitator").inject("Secret", week=game.week + 3, effects=[{"on": "cash", "size": 10.0}])
        assert [seen(other)] == before
        assert len(other.sit("red").board.injects) == 1 and len(other.sit("facilitator").board.injects) == 2


def test_going_back_and_on_again_shows_nothing_of_what_others_did_meanwhile(games):
    for game in games:
        other = game.branch(game.name)
        other.sit("red").inject("Storm", week=game.week + 3, severity=1.5)
        other.sit("facilitator").inject("Secret", week=game.week + 2, effects=[{"on": "cash", "size": 10.0}])
        assert seen(other.undo()) == seen(game.undo())
        other.sit("facilitator").say("to nobody who leads", to="red")
        assert seen(other.undo()) == seen(game.undo())
        assert [act["strikes"] for act in other.sit("facilitator").board.injects] == [game.week + 6, game.week + 5]
        other.sit("red").inject("Storm", week=39, severity=1.5)
        for _ in range(2):
            assert seen(other.redo()) == seen(game.redo())
        for table in (game, other):
            with pytest.raises(UsageError, match="nothing was undone"):
                table.redo()


def test_what_one_seat_takes_back_is_its_own(games):
    game = games[0]
    red = game.sit("red").inject("Storm", week=39)
    game.decide(slack=0.2)
    red.undo()
    assert not red.board.injects and game.board.orders[-1].moves == {"slack": 0.2}
    game.advance(1)
    with pytest.raises(UsageError, match="nothing was undone"):
        red.redo()
    with pytest.raises(UsageError, match="can take it back"):
        red.undo()
    game.sit("facilitator").pause()
    with pytest.raises(UsageError, match="holds the game"):
        game.undo()
    assert game.sit("facilitator").undo().undo().week == 12


def test_an_order_that_was_void_is_forgotten_with_the_order_and_other_numbers_move_up(small):
    game = play(small, policy="Awake", future=3).advance(4)
    hall = game.sit("facilitator")
    game.decide(slack=0.2)
    hall.inject("Storm", week=9).inject("Storm", week=10)
    hall.cancel(1).cancel(3)
    game.undo()
    assert [(act["do"], act.get("cancels")) for act in hall.log] == [
        ("advance", None), ("inject", None), ("inject", None), ("cancel", 2),
    ]  # fmt: skip
    assert [act["strikes"] for act in hall.board.injects] == [9]


def test_what_was_cancelled_stays_cancelled_whatever_is_taken_back(small):
    game = play(small, policy="Awake", future=3)
    hall = game.sit("facilitator")
    game.decide(slack=0.2)
    hall.cancel(0).inject("Storm", week=9).cancel(2)
    game.undo()
    assert [(act["do"], act.get("cancels")) for act in hall.log] == [("inject", None), ("cancel", 0)]
    assert not game._table.position.injected


def test_a_cancel_is_done_again_on_what_it_cancelled_even_where_numbers_have_changed(small):
    game = play(small, policy="Awake", future=3)
    red, hall = game.sit("red").inject("Storm", week=9), game.sit("facilitator")
    game.decide(slack=0.2)
    hall.cancel(1).undo()
    red.undo()
    hall.redo()
    assert not game._table.position.orders
    hall.undo()
    game.undo()
    with pytest.raises(UsageError, match="taken back meanwhile"):
        hall.redo()


def test_what_was_made_up_strikes_for_nobody_once_it_is_taken_back(small):
    game = play(small, policy="Awake", future=3)
    red, hall = game.sit("red"), game.sit("facilitator")
    red.inject("Secret", week=5, effects=[{"on": "cash", "size": 10.0}], price=1)
    hall.inject("Secret", week=6)
    red.undo()
    assert not hall.board.injects
    assert game.advance(7).week == 7


def test_the_red_cell_cannot_find_out_what_the_facilitator_made_up(games):
    for game in games:
        other = game.branch(game.name)
        other.sit("facilitator").inject("Rot", week=39, effects=[{"on": "cash", "size": 10.0}])
        for table in (game, other):
            with pytest.raises(UsageError, match=r'in the deck; known: Storm, Turn, "New head"; a free'):
                table.sit("red").inject("Rot", week=39)
        for table in (game, other):
            table.sit("red").inject("Rot", week=38, effects=[{"on": "cash", "size": 99.0}], price=1)
            with pytest.raises(UsageError, match="there is a shock of this name already"):
                table.sit("red").inject("Storm", effects=[{"on": "cash", "size": 99.0}], price=1)


def test_the_red_cell_sees_its_own_injects_strike_and_not_those_of_the_facilitator(small):
    game = play(small.replace("shock.Storm.rate", 0.02), policy="Awake", future=3).advance(4)
    game.sit("red").inject("Storm", week=6, severity=1.5)
    game.sit("facilitator").inject("Storm", week=8, severity=2.0)
    game.advance(6)
    storms = {s: [x.week for x in game.sit(s).board.struck if x.shock == "Storm"] for s in ("red", "facilitator")}
    assert storms == {"red": [6], "facilitator": [6, 8]}


def test_a_rule_that_fails_does_not_give_away_which_future_is_played(small):
    @rule
    def brittle(situation):
        return situation.perceived - 2.0 * (situation.week > 3)

    game = play(small.replace({"policy.Awake.rule": "brittle", "seed": 4711}), policy="Awake", future=271)
    with pytest.raises(RunError, match="this future, week 10") as caught:
        game.advance(20)
    assert "271" not in str(caught.value) and "4711" not in str(caught.value)


def test_a_strike_that_nobody_recognises_and_that_changes_nothing_seen_does_not_show(small):
    game = play(small, policy="Awake", future=6).advance(10)
    other = game.branch(game.name)
    other.sit("facilitator").inject(
        "Rot", effects=[{"on": "clarity", "size": 0.0, "half_life": 5}], recognised_after=1e9, reason="a test"
    )
    assert seen(other.advance(4)) == seen(game.advance(4))
    assert "Rot" in [s.shock for s in other.sit("facilitator").board.struck]


def test_the_red_cell_sees_nothing_of_what_leadership_knows_or_orders(games):
    for game in games:
        other = with_position(game, known=Knowledge(start=game._table.position.known.start), orders=())
        assert seen(other.sit("red")) == seen(game.sit("red"))
        before = seen(game.sit("red"))
        assert seen(game.branch(game.name).decide(slack=0.2).sit("red")) == before


def test_messages_reach_only_whom_they_are_for(small):
    game = play(small, seats={"Chief": ["strategy"], "Finance": ["slack"]}, seat="Chief")
    game.sit("facilitator").say("look at the cash", to="Finance")
    assert not game.board.news and len(game.sit("Finance").board.news) == 1


def test_a_warning_and_a_false_alarm_look_alike(small):
    kinds = set()
    for future in range(40):
        board = play(small, policy="Awake", future=future).advance(40).board
        kinds |= {(t.kind, str(t.amount)) for t in board.news if t.kind in ("warning", "false alarm")}
    assert kinds == {("warning", "nan")}


def test_when_a_case_will_be_done_is_told_to_nobody(games):
    for game in games:
        position = game._table.position
        later = tuple(replace(case, done=case.done + 7.0) for case in position.cases)
        assert seen(with_position(game, cases=later)) == seen(game)


def test_what_leadership_sees_is_made_from_what_it_knows_alone():
    for function in (leadership_board, candidates):
        for name, parameter in inspect.signature(function).parameters.items():
            assert "Position" not in str(parameter.annotation) and "State" not in str(parameter.annotation), name
