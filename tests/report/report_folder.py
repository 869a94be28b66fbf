"""A small result folder, as a run leaves it, made of numbers with a known order."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

POLICIES = ("Plan", "Follow", "Prepared")
MEANS = (0.40, 0.45, 0.55)
SERIES = ("value", "cash", "alive", "strategic_alignment", "strategy_to_belief", "cohesion", "attainment[Bread]")


def arrays(
    *, policies=POLICIES, means=MEANS, stresses=("baseline", "Storm"), futures=500, noise=0.02, ruin=0.05, seed=1
):
    """stress -> measure -> (policy, future); shared luck, so that differences are known well."""
    rng = np.random.default_rng(seed)
    found = {}
    for index, stress in enumerate(stresses):
        luck = 0.1 * rng.standard_normal(futures)
        value = np.array(means)[:, None] + luck + noise * rng.standard_normal((len(policies), futures)) - 0.1 * index
        ruined = (rng.random((len(policies), futures)) < ruin * (1 + index)).astype(float)
        found[stress] = {
            "value": value,
            "ruined": ruined,
            "final_cash": 1e4 * value,
            "strategic_alignment": 0.5 + 0 * value,
            "drop": 0.2 + 0 * value,
            "weeks_to_recover": np.where(luck > 0, 6.0, np.nan) + 0 * value,
            "hit[Bread]": (value > 0.4).astype(float),
        }
    return found


def write_result(folder, *, policies=POLICIES, weeks=30, info=None, **options):
    """Writes outcomes.parquet, weekly.parquet and run.json."""
    found = arrays(policies=policies, **options)
    rows = [
        pd.DataFrame(
            {
                "stress": stress,
                "policy": np.repeat(policies, measures["value"].shape[1]),
                "future": np.tile(np.arange(measures["value"].shape[1], dtype=np.int32), len(policies)),
                **{name: table.ravel() for name, table in measures.items()},
            }
        )
        for stress, measures in found.items()
    ]
    table = pd.concat(rows, ignore_index=True).astype({"stress": "category", "policy": "category"})
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), folder / "outcomes.parquet")
    week = np.arange(weeks)
    lines = []
    for stress, measures in found.items():
        for index, policy in enumerate(policies):
            for series in SERIES:
                level = np.full(weeks, measures["value"][index].mean() * (20_000 if series == "cash" else 1))
                spread = {f"q{q:02}": level * (0.5 + q / 100) for q in (5, 25, 50, 75, 95)}
                lines.append(
                    pd.DataFrame(
                        {"stress": stress, "policy": policy, "week": week, "series": series, "mean": level, **spread}
                    )
                )
    pd.concat(lines, ignore_index=True).to_parquet(folder / "weekly.parquet", index=False)
    facts = {
        "name": "Bakery",
        "policies": list(policies),
        "stresses": list(found),
        "seed": 7,
        "weeks": weeks,
        "currency": "EUR",
    }
    (folder / "run.json").write_text(json.dumps({**facts, **(info or {})}))
    return folder
