"""`realign play`: a script gives the same screen every time; faults name their line and end it with status 2."""

import io
import sys
from pathlib import Path

import pytest

from realign.cli.main import main

SCRIPT = """
# a few weeks in a small bakery
advance 3
strategy Online orders=2, Best sourdough=1 because orders move online
hire Bakers 1
move 1 Bakers to Counter because the counter is short
prepare Second mill, Line at the bank
reviews 8
slack 5%
say to facilitator: what now?
branch bold
activate Second mill
advance 4
branch Corner bakery
undo
redo
hold because we wait
sit red
inject Flour crisis in week 9 severity 2
sit facilitator
pause
resume
cancel 1
sit leadership
advance 2
log
options
help
quit
never reached
"""
BAKERY = Path(__file__).parents[2] / "scenarios" / "bakery.toml"


def play(capsys, tmp_path, text, *options):
    script = tmp_path / "moves.txt"
    script.write_text(text)
    status = main(["play", str(BAKERY), "--policy", "Quarterly, prepared", "--script", str(script), *options])
    return status, *capsys.readouterr()


def test_a_script_plays_every_kind_of_line_and_gives_the_same_screen_again(capsys, tmp_path):
    status, first, faults = play(capsys, tmp_path, SCRIPT, "--seed", "4")
    assert (status, faults) == (0, "")
    assert play(capsys, tmp_path, SCRIPT, "--seed", "4")[1] == first
    assert play(capsys, tmp_path, SCRIPT, "--seed", "5")[1] != first
    assert "\x1b" not in first and "because orders move online" in first and "never reached" not in first
    assert max(map(len, first.splitlines())) <= 120


WIDE = """
advance 30
what if 60
help
help what
options
activate Second mill, Delivery drive, Line at the bank
strategy Online orders=2, Best sourdough=1, Neighbourhood name=1
board
sit red
inject Lockdown in week 40 severity 1.5
board
sit facilitator
advance 12
help
options
log
what if 10
"""


@pytest.mark.parametrize("columns", [80, 132])
def test_every_screen_fits_the_terminal(capsys, tmp_path, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    status, shown, _ = play(capsys, tmp_path, WIDE, "--seed", "3")
    shown = [line for line in shown.splitlines() if not line.startswith("week ")]
    assert status == 0 and max(map(len, shown)) <= min(columns, 120)
    assert any("█" in line for line in shown) == (columns > 80), "bars go where there is no room for them"
    tables = [n for n, line in enumerate(shown) if line.startswith("What if")]
    assert len(tables) == 2 and all("value in" in "".join(shown[n : n + 14]) for n in tables)


@pytest.mark.parametrize("seat", ["leadership", "red", "facilitator"])
def test_help_lists_what_a_seat_may_do_and_no_more(capsys, tmp_path, seat):
    script = tmp_path / "moves.txt"
    script.write_text("help\n")
    assert main(["play", str(BAKERY), "--seat", seat, "--script", str(script), "--seed", "1"]) == 0
    told = capsys.readouterr().out.partition("> help")[2]
    assert ("strategy A=SHARE" in told, "inject SHOCK" in told, "cancel ACT" in told) == {
        "leadership": (True, False, False), "red": (False, True, False), "facilitator": (False, True, True),
    }[seat]  # fmt: skip


def test_ctrl_c_stops_what_is_asked_and_leaves_only_when_pressed_again(capsys, monkeypatch):
    typed = iter(["advance 2", KeyboardInterrupt, "board", KeyboardInterrupt, KeyboardInterrupt])

    def line(prompt):
        found = next(typed)
        if found is KeyboardInterrupt:
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr("builtins.input", line)
    monkeypatch.setattr("realign.cli.play.is_terminal", lambda stream: stream is not sys.stdout)
    assert main(["play", str(BAKERY), "--seed", "1"]) == 130
    shown = capsys.readouterr().out
    assert shown.count("Stopped.") == 2 and shown.count("week 2 of 156") == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("slak 0.1", 'did you mean "slack"'),
        ("slack much", "must be a number"),
        ("advance many", "whole number"),
        ("strategy Online orders", "OBJECTIVE=SHARE"),
        ("hire Bakers", "hire UNIT PEOPLE"),
        ("move Bakers", "move PEOPLE UNIT to UNIT"),
        ("inject Flour crisis", "red or the facilitator"),
        ("drop Second mil", "did you mean"),
        ("sit nowhere", "no such seat"),
        ("save", "save FILE"),
        ("cancel 1", "facilitator"),
        ("what if hire Bakr 1", 'did you mean "Bakers"'),
        ("what if advance 3", "no such order"),
    ],
)
def test_a_wrong_line_names_its_place_and_what_is_allowed(capsys, tmp_path, line, words):
    status, _, faults = play(capsys, tmp_path, f"advance 1\n{line}\n", "--seed", "1")
    assert status == 2 and "moves.txt:2:" in faults and words in faults and "Traceback" not in faults


def test_lines_may_come_from_standard_input(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("advance 2\n"))
    assert main(["play", str(BAKERY), "--seed", "1"]) == 0
    assert "week 2 of 156" in capsys.readouterr().out


def test_a_saved_game_goes_on_at_any_seat(capsys, tmp_path):
    path = tmp_path / "game.json"
    assert play(capsys, tmp_path, f"advance 6\nsave {path}\n", "--seed", "2")[0] == 0
    script = tmp_path / "more.txt"
    script.write_text("advance 1\n")
    assert main(["play", str(path), "--seat", "facilitator", "--script", str(script)]) == 0
    assert "The truth, for the facilitator alone" in capsys.readouterr().out
    assert main(["play", str(path), "--seed", "3"]) == 2
    assert "a saved game is what it is" in capsys.readouterr().err


def test_what_if_can_be_asked_of_orders_before_they_are_given(capsys, tmp_path):
    asked = "what if hire Bakers 1; slack 5%"
    status, shown, faults = play(capsys, tmp_path, f"advance 150\n{asked}\nlog\n", "--seed", "1")
    assert (status, faults) == (0, "")
    table = shown.partition("continuations of each")[2]
    assert "hire Bakers 1; slack 5%" in table and "Hold" in table and "Policy:" not in table
    assert "orders" not in shown.rpartition("> log")[2], "nothing was ordered"


def test_the_sheet_of_options_names_units_plans_and_the_time_an_order_takes(capsys, tmp_path):
    shown = play(capsys, tmp_path, "options\nsit red\noptions\n", "--seed", "1")[1]
    for name in ("Bakers (3)", "Second mill", "Online orders", "Follow the market", "2 weeks after", "Lockdown (from"):
        assert name in shown, name
    assert "Apprentice" not in shown, "who has not joined yet cannot be moved"
