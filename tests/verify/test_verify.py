"""The engine gives the known answers, and says so when it does not."""

import pytest

from realign.cli.main import main
from realign.verify import CASES, verify
from realign.verify.known import scenario_of

CHEAP = ["degroot", "two-plans", "absorption", "credit-line", "dated-contingency", "identical-policies", "adoption"]


def test_there_are_at_least_forty_cases_and_each_has_a_valid_scenario():
    assert len(CASES) >= 40
    for name in CASES:
        scenario_of(name)


def test_cheap_cases_are_as_expected():
    results = verify(CHEAP)
    assert {result.case for result in results} == set(CHEAP)
    assert all(result.passed for result in results)


def test_a_case_that_does_not_exist_is_the_users_mistake(capsys):
    assert main(["verify", "--case", "no such case", "--quiet"]) == 2
    assert "no such case" in capsys.readouterr().err


@pytest.mark.slow
def test_every_known_answer_is_given():
    assert [result for result in verify() if not result.passed] == []
