"""How numbers are written."""

from math import inf, nan

import pytest

from realign.report.words import (
    cells_wide,
    counted,
    decimals,
    listed,
    number,
    percent,
    printable,
    roughly,
    short,
    with_span,
)


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (0.00005, "<0.01 %"), (0.0004, "0.04 %"), (0.021, "2.1 %"), (0.37, "37 %"), (0.9949, "99 %"),
     (0.9993, ">99.5 %"), (0.99999, ">99.9 %"), (1, "100 %"), (nan, "–")],
)  # fmt: skip
def test_only_what_never_or_always_happened_reads_0_or_100_percent(share, text):
    assert percent(share) == text


@pytest.mark.parametrize(
    ("half", "digits"),
    [(0.0018, 4), (0.02, 3), (0.31, 2), (4.0, 1), (900.0, 0), (0.0, 3), (nan, 3), (inf, 3), (1e-12, 6)],
)
def test_digits_follow_the_uncertainty(half, digits):
    assert decimals(half) == digits


@pytest.mark.parametrize(
    ("value", "digits", "text"), [(-0.0001, 2, "0.00"), (-1234.5, 1, "−1,234.5"), (nan, 2, "–"), (0.5, 0, "0")]
)
def test_numbers_have_a_true_minus_and_no_minus_before_0(value, digits, text):
    assert number(value, digits=digits) == text


def test_a_number_without_an_interval_says_so():
    assert with_span(0.5, 0.48, 0.52) == "0.50 (0.48 to 0.52)"
    assert with_span(0.5, nan, nan) == "0.500 (uncertainty not known)"


def test_counts_and_lists_read_as_english():
    assert (counted(1, "future"), counted(1200, "future"), counted(2, "policy", plural="policies")) == (
        "1 future", "1,200 futures", "2 policies",
    )  # fmt: skip
    assert (listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"], word="or")) == ("a", "a and b", "a, b or c")


def test_a_needed_number_of_futures_is_rounded_up():
    assert (roughly(41_300), roughly(99_001), roughly(7.2)) == ("42,000", "100,000", "8")


def test_a_name_cannot_steer_the_terminal():
    assert "\x1b" not in printable("\x1b[31mred\x1b[0m\n")


def test_long_names_that_begin_alike_stay_apart_when_cut():
    first, second = (f"Stay the course as it was laid down by the founders, part {n}" for n in ("one", "two"))
    assert short(first) != short(second)
    assert len(short(first)) <= 28 and "…" in short(first)
    assert short("Follow the market") == "Follow the market"


def test_letters_that_are_twice_as_wide_count_twice():
    assert cells_wide(short("四半期ごとの見直しと準備の計画の全体", 12)) <= 12
