import gc

import pytest

import realign as ra


@pytest.fixture(scope="module")
def result(finished):
    return ra.open_result(finished)


def test_the_package_can_be_called_and_imported_from(tiny):
    from realign.running import run_to_folder

    assert callable(run_to_folder)
    assert ra.run(tiny, futures=10).info["futures"] == 10


def test_a_result_without_a_folder_goes_when_it_is_no_longer_used(tiny):
    result = ra.run(tiny, futures=10)
    folder = result.folder
    assert len(result.outcomes) == 40
    del result
    gc.collect()
    assert not folder.exists()


def test_a_result_in_a_folder_stays(tiny, tmp_path):
    ra.run(tiny, futures=10, out=tmp_path / "kept")
    gc.collect()
    assert ra.open_result(tmp_path / "kept").info["futures"] == 10


def test_a_comparison_turned_around_changes_its_sign(result):
    there, back = result.compare("Stay", "Follow"), result.compare("Follow", "Stay")
    assert there.difference == -back.difference and there.low == -back.high


def test_a_policy_compared_with_itself_differs_by_exactly_nothing(result):
    itself = result.compare("Stay", "Stay")
    assert (itself.difference, itself.low, itself.high) == (0.0, 0.0, 0.0)


def test_a_misspelled_name_gets_a_suggestion(result):
    with pytest.raises(ra.UsageError, match='did you mean "Follow"'):
        result.compare("Folow", "Stay")


def test_the_summary_has_a_row_for_each_stress_test_and_policy(result):
    assert list(result.summary().groupby("stress", observed=True).size()) == [2, 2]


@pytest.mark.parametrize(
    ("table", "rows"),
    [("best", 2 * 2), ("pairs", 2 * 2), ("chances", 2 * 2 * 3), ("regret", 2 * 2), ("quantiles", 2 * 2 * 7),
     ("dominance", 2 * 2 * 2), ("rankings", 3 * 2)],
)  # fmt: skip
def test_every_comparison_is_a_table(result, table, rows):
    assert len(getattr(result, table)()) == rows


def test_quantiles_of_any_measure_can_be_had(result):
    table = result.quantiles("final_cash", shares=[0.5])
    outcomes = result.outcomes
    own = outcomes[(outcomes.stress == "baseline") & (outcomes.policy == "Stay")]
    found = table[(table.stress == "baseline") & (table.policy == "Stay")].iloc[0]
    assert found["quantile"] == own["final_cash"].median()
    assert found["low"] <= found["quantile"] <= found["high"]


def test_a_scenario_without_requirements_has_an_empty_table_of_them(result):
    assert result.requirements().empty


def test_the_scenario_of_a_result_is_the_one_that_was_run(tiny, result):
    assert result.scenario == tiny


def test_a_folder_without_a_result_is_a_usage_error(tmp_path):
    with pytest.raises(ra.UsageError, match="holds no result"):
        ra.open_result(tmp_path)
