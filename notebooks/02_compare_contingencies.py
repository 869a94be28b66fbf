# %% [markdown]
# # Comparing contingencies: a half-day workshop
#
# **For** a leadership team of 4 to 12 and one facilitator. **You need** a projector, this notebook, printed handouts (below),
# sticky notes. **Aim**: agree which contingency plans are worth keeping ready, and say why in numbers.
#
# | time | what | who |
# | --- | --- | --- |
# | 0:00 | Worries: everybody writes three shocks on notes, the room clusters them | all |
# | 0:30 | The scenario: read the handout, correct what is wrong | pairs |
# | 1:00 | Bets: which plan pays most? Write it down before anything is played | each |
# | 1:15 | Exercise 1: play, look at the table, compare with the bets | facilitator |
# | 1:45 | *break* | |
# | 2:00 | Exercise 2: one plan at a time | groups |
# | 2:45 | Exercise 3: what if we are wrong about the odds? | groups |
# | 3:15 | What to keep ready, who watches for what, when to look again | all |
#
# **Facilitator's notes.** Bets come before results, or everybody was right all along. Say "chance", not "prediction". When
# someone doubts a number, change it and play again: it takes seconds. Ruin is a share of futures, not a verdict. Stop each
# exercise while it is lively; write down what was learnt before the next.
# %%
import pandas as pd

import realign as ra

bakery = ra.load("../scenarios/bakery.toml")
# %% [markdown]
# ## Handout 1: what may come
# %%
pd.DataFrame(
    [
        (
            s.name,
            s.rate or f"once, {s.chance:.0%}",
            ", ".join(e.on for e in s.effects),
            f"{s.recognised_after:g} weeks",
        )
        for s in bakery.shocks
    ],
    columns=["shock", "how often (a year)", "hits", "recognised after"],
)
# %% [markdown]
# ## Handout 2: what could be kept ready
# %%
pd.DataFrame(
    [(c.name, c.upkeep * 52, c.cost, c.after, c.lasts) for c in bakery.contingencies],
    columns=["plan", "upkeep a year", "cost to activate", "weeks until it acts", "weeks it acts"],
)
# %% [markdown]
# **Bet now.** Which plan adds most value? Which lowers the chance of ruin most? Which costs more than it brings?
#
# ## Exercise 1: prepared or not
# %%
result = ra.run(bakery, futures=400, policies=["Quarterly, prepared", "Quarterly, unprepared"])
result
# %% [markdown]
# ## Exercise 2: one plan at a time
#
# The same leadership with no plan, each plan alone, and all three: on the same futures.
# %%
plans = [c.name for c in bakery.contingencies]
choices = {"none": [], **{plan: [plan] for plan in plans}, "all": plans}
rows, base = [], None
for name, kept in choices.items():
    scenario = bakery.replace("policy.Quarterly, prepared.contingencies", kept)
    found = ra.run(
        scenario, futures=600, stresses=["baseline"], policies=["Quarterly, prepared"]
    ).outcomes
    base = found if base is None else base
    gain = found["value"] - base["value"]
    rows.append(
        (
            name,
            gain.mean(),
            1.96 * gain.std() / len(gain) ** 0.5,
            found["ruined"].mean(),
            found["activations"].mean(),
        )
    )
pd.DataFrame(
    rows, columns=["kept ready", "gain in value", "give or take", "ruined", "times activated"]
).round(4)
# %% [markdown]
# *Questions for the groups.* Which bets were right? Does any plan lower ruin but cost value? Would you pay for it?
#
# ## Exercise 3: what if we are wrong about the odds?
#
# Lockdowns twice as likely, flour crises four times as often. Does the order of the plans change?
# %%
worse = bakery.replace({"shock.Lockdown.chance": 0.3, "shock.Flour crisis.rate": 1.2})
rows, base = [], None
for name, kept in choices.items():
    scenario = worse.replace("policy.Quarterly, prepared.contingencies", kept)
    found = ra.run(
        scenario, futures=600, stresses=["baseline"], policies=["Quarterly, prepared"]
    ).outcomes
    base = found if base is None else base
    gain = found["value"] - base["value"]
    rows.append((name, gain.mean(), 1.96 * gain.std() / len(gain) ** 0.5, found["ruined"].mean()))
pd.DataFrame(rows, columns=["kept ready", "gain in value", "give or take", "ruined"]).round(4)
# %% [markdown]
# ## To take home
#
# | plan | keep ready? | because | who watches for its condition | look again on |
# | --- | --- | --- | --- | --- |
# | Second mill | | | | |
# | Delivery drive | | | | |
# | Line at the bank | | | | |
