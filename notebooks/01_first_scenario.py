# %% [markdown]
# # A first scenario: ten minutes from zero to an insight
#
# A corner bakery with great bread, an old website and one bicycle faces three bad years. How much planning can so small a
# firm afford? We load the scenario, play every policy on the same futures, and learn one thing that is not obvious.
# %%
import realign as ra

bakery = ra.load("../scenarios/bakery.toml")
bakery
# %% [markdown]
# ## Play it
#
# Every policy meets the same 400 futures, so luck cancels in the differences. *Value* is what the objectives are worth in
# a week: 1 means that all are attained and demand is normal.
# %%
result = ra.run(bakery, futures=400, stresses=["baseline"])
result
# %%
result.plot.fan("value")
# %% [markdown]
# ## Is the best surely the best?
#
# The difference of two policies on the same futures, with its interval:
# %%
best, *_, worst = result.summary()["policy"]
print(best, "against", worst)
print(result.compare(best, worst))
# %% [markdown]
# ## An insight: does preparation pay?
#
# *Quarterly, prepared* keeps three plans in the drawer and an eye on the market; *Quarterly, unprepared* has neither, but
# reviews as often. We make flour crises rarer and commoner, and look at the difference between the two.
# %%
import pandas as pd

with_plans, without = "Quarterly, prepared", "Quarterly, unprepared"
rows = []
for rate in (0.1, 0.3, 1.0, 2.0):
    changed = bakery.replace("shock.Flour crisis.rate", rate)
    two = ra.run(changed, futures=300, stresses=["baseline"], policies=[with_plans, without])
    gain = two.compare(with_plans, without)
    ruined = two.outcomes.groupby("policy", observed=True)["ruined"].mean()
    rows.append((rate, gain.difference, gain.low, gain.high, ruined[with_plans], ruined[without]))
pd.DataFrame(
    rows,
    columns=[
        "crises a year",
        "gain in value",
        "low",
        "high",
        "ruined, prepared",
        "ruined, unprepared",
    ],
).round(4)
# %% [markdown]
# Where the interval of the gain lies above 0, preparation pays in value, and the more the commoner the crises; the last two
# columns say what it does to survival. Next: change `cash`, or a half-life, with `bakery.replace(...)`, or write a scenario of your
# own with `realign new mine`.
