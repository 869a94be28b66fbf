# %% [markdown]
# # From worries to stress tests
#
# Most organisations have a risk list: a worry, how likely, how bad. This turns one into shocks that can be played, and finds
# out which worry would hurt which policy. No number here is better than the list; but now it can be argued with.
# %%
import pandas as pd

import realign as ra

bakery = ra.load("../scenarios/bakery.toml").replace("weeks", 104)
worries = pd.DataFrame(
    [
        ("Key supplier fails", "once in 5 years", "work on sourdough drops by a third for a quarter", "productivity", 0.35, 12, "Best sourdough"),
        ("Rent doubles", "once in 10 years", "12,000 at once", "cash", 12_000, None, None),
        ("Bad review goes viral", "every other year", "a fifth of the name is gone", "setback", 0.2, None, "Neighbourhood name"),
        ("Flu takes half the crew", "every year", "half the people away for two weeks", "capacity", 0.5, 2, None),
    ],
    columns=["worry", "how often", "how bad", "on", "size", "weeks", "objective"],
)  # fmt: skip
worries[["worry", "how often", "how bad"]]
# %% [markdown]
# ## Words to numbers
#
# A frequency becomes a rate a year; what fades gets a half-life, what ends a duration, what strikes at once neither.
# %%
PER_YEAR = {
    "once in 5 years": 0.2,
    "once in 10 years": 0.1,
    "every other year": 0.5,
    "every year": 1.0,
}


def shock_of(row):
    effect = {"on": row["on"], "size": float(row["size"])}
    if row["objective"] is not None:
        effect["objectives"] = [row["objective"]]
    if row["on"] == "productivity":
        effect["half_life"] = float(row["weeks"])
    if row["on"] == "capacity":
        effect["lasts"] = float(row["weeks"])
    return {
        "name": row["worry"],
        "rate": PER_YEAR[row["how often"]],
        "recognised_after": 1,
        "effects": [effect],
    }


shocks = [
    shock_of(row) for row in worries.astype(object).where(worries.notna(), None).to_dict("records")
]
worried = bakery.replace("shock", [*bakery.document["shock"], *shocks])
[shock.name for shock in worried.shocks]
# %% [markdown]
# ## One stress test for each worry, and one for a bad month
#
# A stress test forces a shock in a week, on the same futures; the rest of each future stays as it was.
# %%
tests = [
    {"name": row, "force": [{"shock": row, "week": 26}]} for row in worries["worry"]
]  # fmt: skip
tests.append(
    {
        "name": "A bad month",
        "force": [{"shock": row, "week": 26 + n} for n, row in enumerate(worries["worry"])],
    }
)
worried = worried.replace("stress", tests)
result = ra.run(
    worried, futures=300, policies=["Stay the course", "Annual plan", "Quarterly, prepared"]
)
table = result.outcomes.pivot_table(index="stress", columns="policy", values="value", sort=False)
(table - table.loc["baseline"]).drop("baseline").round(4)
# %% [markdown]
# What each worry takes from each policy's value. And what it does to survival:
# %%
result.outcomes.pivot_table(index="stress", columns="policy", values="ruined", sort=False).round(3)
# %%
result.plot.survival()
# %% [markdown]
# ## What next?
#
# Sort the worries by what they cost, not by how loudly they were voiced. For the dearest, ask: could it be seen coming
# (`warning`), felt less (`contingency`), noticed sooner (`monitoring`)? Change it, and play again.
