"""The summary table and the reading of result folders."""

import json
from math import isnan

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from realign.compare import Outcomes, critical_of_all_pairs, outcomes_by_stress, paired, summarise, summarise_folder
from realign.errors import UsageError

POLICIES = ["Plan", "Follow", "Wait"]
STRESSES = ["baseline", "Storm"]


def arrays(*, futures=500, seed=3):
    rng = np.random.default_rng(seed)
    found = {}
    for shift, stress in enumerate(STRESSES):
        value = (
            rng.random(futures)
            + np.array([[0.1], [0.3], [0.0]])
            + 0.05 * rng.standard_normal((3, futures))
            - 0.2 * shift
        )
        ruined = (rng.random((3, futures)) < 0.1).astype(float)
        week = np.where(ruined > 0, 20.0, np.nan)
        found[stress] = {"value": value, "ruined": ruined, "ruin_week": week, "final_cash": 100 * value}
    return found


def write(folder, found, *, shuffle=False, row_group_size=None, info=True):
    rows = []
    for stress, measures in found.items():
        policies, futures = measures["value"].shape
        rows.append(
            pd.DataFrame(
                {
                    "stress": stress,
                    "policy": np.repeat(POLICIES[:policies], futures),
                    "future": np.tile(np.arange(futures, dtype=np.int32), policies),
                    **{name: table.ravel() for name, table in measures.items()},
                }
            )
        )
    table = pd.concat(rows, ignore_index=True)
    if shuffle:
        table = table.sample(frac=1, random_state=1)
    schema = pa.Table.from_pandas(table, preserve_index=False)
    for name in ("stress", "policy"):
        schema = schema.set_column(schema.column_names.index(name), name, schema[name].dictionary_encode())
    pq.write_table(schema, folder / "outcomes.parquet", row_group_size=row_group_size)
    if info:
        (folder / "run.json").write_text(json.dumps({"policies": POLICIES, "stresses": STRESSES, "seed": 0}))
    return table


def row(summary, stress, policy):
    return summary[(summary.stress == stress) & (summary.policy == policy)].iloc[0]


def test_rows_are_ranked_by_mean_value_within_each_stress_test():
    summary = summarise(arrays(), POLICIES)
    assert list(summary.stress) == ["baseline"] * 3 + ["Storm"] * 3
    assert list(summary["rank"]) == [1, 2, 3] * 2
    assert list(summary.policy[:3]) == ["Follow", "Plan", "Wait"]
    for _, part in summary.groupby("stress"):
        assert part.value.is_monotonic_decreasing
        assert part.chance_best.sum() == pytest.approx(1)


def test_numbers_of_a_row_are_those_of_the_arrays():
    found = arrays()
    summary = summarise(found, POLICIES)
    own = row(summary, "Storm", "Plan")
    values = found["Storm"]["value"]
    gap = paired(values[0], values[1], critical=critical_of_all_pairs(values))
    assert own.value == pytest.approx(values[0].mean())
    assert (own.difference_to_best, own.difference_low, own.difference_high) == (gap.difference, gap.low, gap.high)
    assert own.expected_shortfall == pytest.approx(np.sort(values[0])[:25].mean())
    assert own.ruined == found["Storm"]["ruined"][0].mean()
    assert own.change == pytest.approx((values[0] - found["baseline"]["value"][0]).mean())
    assert own.regret == pytest.approx((values.max(axis=0) - values[0]).mean())
    assert own.variance_reduction == gap.variance_reduction


def test_the_best_policy_differs_from_itself_by_exactly_0():
    best = summarise(arrays(), POLICIES).iloc[0]
    assert (best.difference_to_best, best.difference_low, best.difference_high) == (0, 0, 0)


def test_identical_policies_share_a_rank_and_differ_by_exactly_0():
    found = arrays()
    for measures in found.values():
        for name in measures:
            measures[name] = measures[name][[1, 1, 0]]
    summary = summarise(found, ["A", "B", "C"])
    twin = row(summary, "baseline", "B")
    assert twin["rank"] == 1
    assert (twin.difference_to_best, twin.difference_low, twin.difference_high) == (0, 0, 0)
    assert row(summary, "baseline", "C")["rank"] == 3


def test_adding_a_policy_leaves_what_is_said_of_one_policy_alone():
    found = arrays()
    fewer = {stress: {name: table[:2] for name, table in measures.items()} for stress, measures in found.items()}
    alone = [
        "value",
        "value_low",
        "value_high",
        "expected_shortfall",
        "shortfall_low",
        "ruined",
        "ruined_high",
        "change",
    ]
    for policy in POLICIES[:2]:
        one, other = (
            row(summarise(data, POLICIES[: len(data["Storm"]["value"])]), "Storm", policy) for data in (found, fewer)
        )
        assert list(one[alone]) == list(other[alone])


def test_a_measure_that_was_not_kept_is_missing_not_0():
    assert isnan(summarise(arrays(), POLICIES).iloc[0].strategic_alignment)


def test_stress_tests_of_different_length_are_compared_on_the_futures_they_share():
    found = arrays()
    found["Storm"] = {name: table[:, :200] for name, table in found["Storm"].items()}
    own = row(summarise(found, POLICIES), "Storm", "Plan")
    assert own.futures == 200
    assert own.change == pytest.approx((found["Storm"]["value"][0] - found["baseline"]["value"][0][:200]).mean())


def test_a_missing_value_is_an_error_and_not_a_number():
    found = arrays()
    found["Storm"]["value"][1, 7] = np.nan
    with pytest.raises(UsageError, match="Storm"):
        summarise(found, POLICIES)


@pytest.mark.parametrize(("shuffle", "row_group_size"), [(False, None), (False, 64), (True, None), (True, 100)])
def test_what_is_read_does_not_depend_on_the_order_of_rows(tmp_path, shuffle, row_group_size):
    found = arrays(futures=120)
    write(tmp_path, found, shuffle=shuffle, row_group_size=row_group_size)
    outcomes = Outcomes(tmp_path)
    assert list(outcomes) == STRESSES
    for stress in STRESSES:
        for name in ("value", "ruined", "ruin_week"):
            np.testing.assert_array_equal(outcomes[stress][name], found[stress][name])


def test_a_folder_and_its_arrays_give_the_same_summary(tmp_path):
    found = arrays()
    table = write(tmp_path, found)
    expected = summarise(found, POLICIES)
    pd.testing.assert_frame_equal(summarise_folder(tmp_path), expected)
    pd.testing.assert_frame_equal(summarise(outcomes_by_stress(table), POLICIES), expected)


def test_without_run_json_policies_come_in_the_order_of_the_file(tmp_path):
    write(tmp_path, arrays(futures=50), info=False)
    assert Outcomes(tmp_path).policies == tuple(POLICIES)


def test_outcomes_that_were_cut_off_are_refused(tmp_path):
    found = arrays(futures=50)
    table = write(tmp_path, found)
    table.iloc[:-3].to_parquet(tmp_path / "outcomes.parquet", index=False)
    with pytest.raises(UsageError, match="every future once"):
        Outcomes(tmp_path)["Storm"]


def test_a_folder_without_outcomes_and_an_unknown_name_say_so(tmp_path):
    with pytest.raises(UsageError, match=r"outcomes\.parquet"):
        Outcomes(tmp_path)
    write(tmp_path, arrays(futures=20))
    with pytest.raises(UsageError, match="Strom"):
        Outcomes(tmp_path)["Strom"]
    with pytest.raises(UsageError, match="valeu"):
        Outcomes(tmp_path)["Storm"]["valeu"]
