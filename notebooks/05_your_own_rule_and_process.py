# %% [markdown]
# # Your own rule, your own process
#
# A **rule** is how leadership makes a strategy from what it knows. Yours is a Python function, compiled and called by the
# kernel as the built-in ones are. A **process** is something that happens to an organisation; yours is a generator in the
# twin.
# %%
import realign as ra

bakery = ra.load("../scenarios/bakery.toml")


@ra.rule
def hold_then_worth(situation):
    """Hold what is attained; what is left goes where it is worth most and most is missing."""
    missing = 1.0 - (situation.readings / situation.targets)
    for k in range(len(missing)):
        missing[k] = max(missing[k], 0.0)
    left = max(1.0 - situation.hold.sum(), 0.0)
    wish = situation.worth * missing
    if wish.sum() > 0.0:
        wish = wish / wish.sum()
    return situation.hold + left * wish + 1e-6


# %% [markdown]
# What a rule may know, in the order of the objectives' names:
# %%
for name in ra.Situation._fields:
    print(name, end="  ")
# %% [markdown]
# Against the built-in rules, on the same futures:
# %%
import pandas as pd

rows, base = [], None
for rule in ("plan", "gap", "follow", "hold_then_worth"):
    led = bakery.replace("policy.Quarterly, unprepared.rule", rule)
    found = (
        ra.run(led, futures=500, stresses=["baseline"], policies=["Quarterly, unprepared"])
        .outcomes["value"]
        .to_numpy()
    )
    base = found if base is None else base
    gain = found - base
    rows.append((rule, found.mean(), gain.mean(), 1.96 * gain.std() / len(gain) ** 0.5))
pd.DataFrame(rows, columns=["rule", "value", "against plan", "give or take"]).round(4)
# %% [markdown]
# ## When a rule is wrong
#
# A fault names its line: at once where it cannot be compiled, and from the run where it fails in some week of some future.
# %%
from textwrap import fill

try:

    @ra.rule
    def misspelt(situation):
        return situation.percieved
except ra.RealignError as error:
    print(fill(str(error).partition("rule ")[2], 110))


# %%
@ra.rule
def careless(situation):
    return situation.perceived - 0.5


try:
    ra.run(
        bakery.replace("policy.Annual plan.rule", "careless"), futures=10, policies=["Annual plan"]
    )
except ra.RealignError as error:
    print(fill(str(error).partition("rule ")[2], 110))


# %% [markdown]
# ## A process of your own
#
# The bakers stop work at a moment nobody knows, until they are heard. It happens in the twin, on the same futures as without.
# %%
def walkout(org):
    """Four weeks without bakers, then a settlement."""
    yield org.until(20 + 40 * org.uniform("beginning"))
    for _ in range(4):
        org.hit("capacity", 0.9, units=["Bakers"], lasts=1)
        yield org.wait(1)
    org.hit("cash", 2_000)


lives = ra.live_many(
    bakery.replace("weeks", 78),
    processes=[walkout],
    policies=["Annual plan", "Quarterly, prepared"],
    futures=12,
)
lives.summary("value").round(4)
