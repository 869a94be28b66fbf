"""The table in the terminal."""

import re

import pytest
from report_folder import arrays

from realign.compare import summarise
from realign.report.table import cut, render
from realign.report.words import cells_wide

LONG = ("A policy with a name that goes on and on and on", "Follow", "麦の計画 für später")


def summary(policies=("Plan", "Follow", "Prepared"), **options):
    return summarise(arrays(policies=policies, **options), policies)


@pytest.mark.parametrize("width", [60, 72, 80, 100, 140, 200])
@pytest.mark.parametrize("policies", [("Plan", "Follow", "Prepared"), LONG])
def test_no_line_is_wider_than_the_terminal(width, policies):
    for line in render(summary(policies), colour=False, width=width).splitlines():
        assert cells_wide(line) <= width, line


def test_a_wide_terminal_shows_the_interval_of_every_difference():
    text = render(summary(), colour=False, width=140)
    assert len(re.findall(r"−0\.\d+ \[−0\.\d+, −0\.\d+\]", text)) == 4
    for heading in ("mean value", "against the best", "best in", "worst 5 %", "ruin"):
        assert heading in text


def test_a_narrow_terminal_keeps_rank_policy_and_value():
    text = render(summary(), colour=False, width=40)
    assert "1  Prepared" in text and "mean value" in text


def test_without_colour_there_is_no_escape_sequence_and_with_it_only_ours():
    named = summary(("\x1b[31mred", "Follow", "Prepared"))
    assert "\x1b" not in render(named, colour=False, width=100)
    assert set(re.findall(r"\x1b\[[\d;]*m", render(named, colour=True, width=100))) == {
        "\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[32m",
    }  # fmt: skip


def test_colour_changes_no_text():
    plain, coloured = (render(summary(), colour=colour, width=90) for colour in (False, True))
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


def test_every_column_shown_is_explained_and_no_other():
    wide, narrow = (render(summary(), colour=False, width=width) for width in (140, 40))
    assert "  ruin: share" in wide and "  best in: share" in wide
    assert "best in" not in narrow


def test_a_policy_alone_is_not_compared():
    text = render(summary(("Plan",), means=(0.5,)), colour=False, width=100)
    assert "against the best" not in text
    assert "only policy played" in text


def test_best_two_that_cannot_be_told_apart_are_said_to_be_so():
    text = render(summary(means=(0.3, 0.55, 0.5501), noise=0.05), colour=False, width=100)
    assert "cannot be told apart" in " ".join(text.split())


def test_one_future_shows_no_invented_interval():
    text = render(summary(futures=1), colour=False, width=100)
    assert "[?]" in text and "nan" not in text


def test_cutting_counts_cells_and_not_characters():
    assert cut("麦の計画", 5) == "麦の…"
    assert cut("abc", 3) == "abc"
