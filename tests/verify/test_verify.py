"""The engine gives the known answers, and says so when it does not."""

import json
from dataclasses import replace
from itertools import pairwise
from math import exp, log

import derivations as derived
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


def test_a_wrong_engine_is_told_by_the_table_and_by_the_exit_status(monkeypatch, capsys):
    case = CASES["degroot"]
    first, *others = case.quantities
    wrong = replace(case, quantities=(replace(first, expected=first.expected + 1e-6), *others))
    assert main(["verify", "--case", "degroot", "--quiet"]) == 0
    assert "all as expected" in capsys.readouterr().out
    monkeypatch.setitem(CASES, "degroot", wrong)
    assert main(["verify", "--case", "degroot", "--quiet"]) == 1
    said = capsys.readouterr().out
    assert "FAILED" in said and "1 not as expected" in said and "Not as expected: degroot" in said


def test_json_holds_expected_found_error_and_verdict_and_nothing_else(capsys):
    assert main(["verify", "--case", "two-plans", "--case", "uniform", "--quiet", "--json"]) == 0
    records = json.loads(capsys.readouterr().out)
    assert [record["case"] for record in records] == ["uniform", "uniform", "two-plans"]
    assert set(records[0]) >= {"expected", "found", "standard_error", "tolerance", "passed", "source", "futures"}
    assert records[0]["tolerance"] == pytest.approx(4.9 * records[0]["standard_error"])


def test_the_tolerance_narrows_with_the_number_of_futures():
    few, many = (verify(["poisson"], futures_factor=factor)[0] for factor in (0.05, 0.2))
    assert few.tolerance / many.tolerance == pytest.approx(2.0, rel=0.1)


_CONTINUOUS = 1 - exp(-4 * log(2)) * (1 + 4 * log(2) + 8 * log(2) ** 2)
_SHARES, _TWO = (0.7, 0.3), (2.0, 1.5)
DERIVED = {  # case -> the values of its quantities, in their order, reckoned anew
    "hawkes-slow": lambda: derived.hawkes(2, 0.3, 8, 156),
    "hawkes-strong": lambda: derived.hawkes(1, 0.6, 4, 260),
    "hawkes-quick": lambda: derived.hawkes(6, 0.5, 1, 104),
    "hawkes-quarter-weeks": lambda: derived.hawkes(1.5, 0.5, 4, 416),
    "pareto-capped": lambda: derived.capped_pareto(1, 2.2, 8),
    "lognormal-capped": lambda: (*derived.capped_lognormal(1, 0.6, 6), None),
    "gpd": lambda: (None, derived.gpd(1, 0.5, 0.3, 0.99)[1]),
    "gpd-heavy": lambda: (None, derived.gpd(0, 1, 0.5, 0.995, cap=200)[1]),
    "demand-slow": lambda: (None, derived.autoregression(52, 0.02, 104)[0], derived.autoregression(52, 0.02, 104)[2]),
    "demand-quick": lambda: (derived.autoregression(12, 0.03, 104)[0], derived.autoregression(12, 0.03, 104)[2]),
    "drift-settled": lambda: [derived.autoregression(*which, 1)[1] for which in ((52, 0.02), (12, 0.03))],
    "cascade-depth-1": lambda: [*(derived.cascade(3, 1, weeks) for weeks in (1, 6, 13, 26)), None],
    "cascade-depth-3": lambda: [*(derived.cascade(3, 3, weeks) for weeks in (2, 3, 6, 13, 26)), None],
    "cascade-finer": lambda: [derived.cascade(h, 3, 4 * h) - _CONTINUOUS for h in (3, 6, 12, 24)],
    "ces-leontief": lambda: [derived.ces(_SHARES, _TWO, 0)],
    "ces-complements": lambda: [derived.ces(_SHARES, _TWO, 0.5)],
    "ces-cobb-douglas": lambda: [derived.ces(_SHARES, _TWO, 1)],
    "ces-substitutes": lambda: [derived.ces((0.25,) * 4, (1, 2, 3, 4), 2)],
    "ces-sum": lambda: [derived.ces(_SHARES, _TWO, float("inf"))],
    "ruin-thin": lambda: [derived.ruin(20, 0.12, 8, 156)],
    "ruin-half-weeks": lambda: [derived.ruin(40, 0.06, 16, 312)],
    "ruin-quarter-weeks": lambda: [derived.ruin(80, 0.03, 32, 624)],
    "ruin-thick": lambda: [derived.ruin(40, 0.1, 8, 260)],
    "erlang-one-team": lambda: derived.wait_at(0.3, 2, 1, 200),
    "erlang-two-teams": lambda: derived.wait_at(0.8, 2, 2, 300),
    "erlang-early": lambda: derived.wait_at(0.3, 2, 1, 13),
    "cusum-quiet": lambda: [derived.cusum(0.5, 4, 0, weeks) for weeks in (1500, 500, 200)],
    "cusum-quieter": lambda: [derived.cusum(0.5, 5, 0, weeks) for weeks in (3000, 1000)],
    "cusum-shift": lambda: [derived.cusum(0.5, 5, 1, 100)],
    "ewma": lambda: [derived.ewma(0.2, 2, 800)],
    "discovery": lambda: derived.discovery(2, 30),
    "regime-share": lambda: (derived.share_in_first_regime(78, 26, 156), None),
    "regime-rates": lambda: [4 * (3 - 2.5 * derived.share_in_first_regime(10, 10, 104))],
}


@pytest.mark.parametrize("name", DERIVED)
def test_expected_values_are_what_their_derivations_give(name):
    quantities, values = CASES[name].quantities, DERIVED[name]()
    assert len(quantities) == len(values)
    for quantity, value in zip(quantities, values):
        assert value is None or quantity.expected == pytest.approx(value, rel=1e-9, abs=1e-12), quantity.name


def test_what_weeks_keep_from_the_textbook_shrinks_as_they_grow_finer():
    """The queue, the detector, ruin, clusters and the cascade, each against its continuous or endless limit."""
    limits = {
        0.6: [derived.wait_at(0.3, 2, 1, weeks)[0] for weeks in (13, 50, 200)],
        335.3676: [derived.cusum(0.5, 4, 0, weeks) for weeks in (200, 500, 1500)],
        0.47155: [derived.ruin(20 * n, 0.12 / n, 8 * n, 156 * n) for n in (1, 2, 4)],
        23.66707: [derived.hawkes(6 / n, 0.5, n, 104 * n)[0] for n in (1, 2, 4)],
        _CONTINUOUS: [derived.cascade(h, 3, 4 * h) for h in (3, 6, 12, 24)],
    }
    for limit, found in limits.items():
        off = [abs(value - limit) for value in found]
        assert all(later < 0.6 * earlier for earlier, later in pairwise(off)), (limit, found)


@pytest.mark.slow
def test_every_known_answer_is_given():
    assert [result for result in verify() if not result.passed] == []
