# %% [markdown]
# # Comparing contingencies: a half-day workshop
#
# **For** a leadership team of 4 to 12 and one facilitator. **Aim**: agree which contingency plans are worth keeping ready,
# and say why in numbers. **At the end** there is a sheet that says what is kept ready, who watches for what, and when to
# look again.
#
# | time | what | who | needs |
# | --- | --- | --- | --- |
# | 0:00 | Worries: everybody writes three shocks on notes, the room clusters them | all | notes, a wall |
# | 0:30 | The scenario: read the handout, correct what is wrong | pairs | handout, pages 1 to 3 |
# | 1:00 | Bets: which plan pays most, which saves most futures? | each alone | handout, page 4 |
# | 1:15 | Exercise 1: prepared or not | facilitator plays | projector |
# | 1:45 | *break* | | |
# | 2:00 | Exercise 2: one plan at a time | groups of three | projector |
# | 2:35 | Exercise 3: what if we are wrong about the odds? | groups of three | projector |
# | 3:00 | Exercise 4: a crisis, played | all, one leads | projector |
# | 3:30 | What to keep ready, who watches for what, when to look again | all | handout, page 5 |
# | 4:00 | *end* | | |
#
# **A week before**: put your own shocks and plans into a copy of the scenario file, `realign check` it, run this notebook
# once from top to bottom (two minutes) and print the handouts, one set for each pair.
#
# **For the facilitator, throughout.** Bets come before results, or everybody was right all along. Say "chance", not
# "prediction". When someone doubts a number, change it and play again: it takes seconds. Ruin is a share of futures, not a
# verdict. Stop each exercise while it is lively, and write down what was learnt before the next begins.
# %%
import tempfile
from pathlib import Path

import pandas as pd

import realign as ra
from realign.game import write_handouts
from realign.report.style import Picture

bakery = ra.load("../scenarios/bakery.toml")
PREPARED, UNPREPARED = "Quarterly, prepared", "Quarterly, unprepared"
FUTURES = 600
pd.set_option("display.max_colwidth", None)
# %% [markdown]
# ## Handouts
#
# Five pages for each pair: the organisation, a card for each shock, a card for each plan, a slip for bets, a sheet for
# decisions. Open the file in a browser and print it; this is what pages 2 and 3 say:
# %%
handouts = write_handouts(bakery, Path(tempfile.gettempdir()) / "handouts.html")
print(handouts.name, "lies in your folder for temporary files; `handouts` is its path")
# %%
from realign.game.handouts import effect_words
from realign.scenario.showing import condition, often

pd.DataFrame(
    [
        (s.name, often(s), "; ".join(effect_words(e, bakery) for e in s.effects))
        for s in bakery.shocks
    ],
    columns=["what may come", "how often", "what it does"],
).set_index("what may come")
# %%
pd.DataFrame(
    [
        (
            c.name,
            condition(c),
            f"{c.upkeep * 52:,.0f}",
            f"{c.cost:,.0f}",
            f"{c.after:g}",
            f"{c.lasts:g}",
        )
        for c in bakery.contingencies
    ],
    columns=[
        "what could be kept ready",
        "starts when",
        "a year",
        "to start",
        "acts after weeks",
        "for weeks",
    ],
).set_index("what could be kept ready")
# %% [markdown]
# > **Facilitator.** *0:30.* Pairs mark on page 1 what is not so, and on the cards what is missing. Change at most three
# > numbers, those about which the room agrees: `bakery = bakery.replace("shock.Flour crisis.rate", 0.5)`. *1:00.* Everybody
# > fills in page 4 alone and signs it. Collect the slips; they are read out at 2:25.
#
# ## Exercise 1: prepared or not (30 minutes)
#
# The same leadership, with an eye on the market and three plans in the drawer, and without: on the same futures, in calm
# and under two stress tests.
# %%
result = ra.run(bakery, futures=FUTURES, policies=[PREPARED, UNPREPARED])
result
# %%
result.plot.survival()
# %% [markdown]
# > **Facilitator.** *Ask*: where do the two curves part, and how many weeks after the shock? What would you pay for the gap?
# > *Expect*: "it hardly matters" for the calm case, and silence at the winter of 2020. *Say*: value is an average over
# > futures; ruin is final. A plan may be poor on average and still be what you want, as a fire insurance is.
#
# ## Exercise 2: one plan at a time (35 minutes)
#
# The same leadership with no plan, each plan alone, and all three: on the same futures. Groups say first which line will
# be longest.
# %%
PLANS = [c.name for c in bakery.contingencies]
CHOICES = {**{plan: [plan] for plan in PLANS}, "all of them": PLANS}


def worth(scenario):
    """For each choice of plans: gain in value against none with its 95 % interval, futures saved, times activated."""

    def played(kept):
        changed = scenario.replace(f"policy.{PREPARED}.contingencies", kept)
        return ra.run(changed, futures=FUTURES, stresses=["baseline"], policies=[PREPARED]).outcomes

    none, rows = played([]), []
    for name, kept in CHOICES.items():
        found = played(kept)
        gain = found["value"] - none["value"]
        rows.append((
            name, gain.mean(), 1.96 * gain.std() / FUTURES**0.5, none["ruined"].mean() - found["ruined"].mean(),
            found["activations"].mean(),
        ))  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=["kept ready", "gain in value", "give or take", "futures saved", "times activated"],
    )


def bars(**tables):
    """Gains in value with their intervals, one panel for each table."""
    picture = Picture(3.6 * len(tables), 2.2)
    picture.set_layout_engine("constrained")
    for ax, (name, table) in zip(
        picture.subplots(1, len(tables), sharex=True, sharey=True, squeeze=False)[0], tables.items()
    ):
        ax.barh(
            table["kept ready"],
            table["gain in value"],
            xerr=table["give or take"],
            color="#0b5fa5",
            alpha=0.7,
        )
        ax.axvline(0, color="#5c6873", linewidth=0.7)
        ax.set_title(name.replace("_", " "), fontsize=9, loc="left")
        ax.set_xlabel("gain in value against no plan", fontsize=8)
        ax.tick_params(labelsize=8)
    picture.axes[0].invert_yaxis()  # shared by all
    return picture


as_stated = worth(bakery)
as_stated.round(4)
# %%
bars(as_stated=as_stated)
# %% [markdown]
# > **Facilitator.** *2:25*: read out the slips. *Ask*: which bets were right? Does any plan save futures but cost value? Is a
# > plan that is never activated money lost? *Expect*: most bet on the plan with the best story, few on the line at the bank,
# > which acts whatever the reason for the shortage is. *Watch for*: a bar whose whisker crosses 0 is not a result. Where the
# > room wants to know it all the same, `realign worth scenarios/bakery.toml` plays more, and asks it of every lever.
#
# ## Exercise 3: what if we are wrong about the odds? (25 minutes)
#
# Lockdowns twice as likely, flour crises four times as often. Does the order of the plans change? Groups choose their own
# pair of numbers and play it.
# %%
worse = bakery.replace({"shock.Lockdown.chance": 0.3, "shock.Flour crisis.rate": 1.2})
if_worse = worth(worse)
if_worse.round(4)
# %%
bars(as_stated=as_stated, if_worse=if_worse)
# %% [markdown]
# > **Facilitator.** *Ask*: which plan do you keep in both pictures? That one is robust; the others are bets on the odds. *Then*:
# > at which rate would you change your mind? Halve and double until the room has a number; that number, not the plan, is
# > what somebody has to watch.
#
# ## Exercise 4: a crisis, played (30 minutes)
#
# One future, hidden. Somebody leads aloud, the room advises, four weeks at a time; in a terminal beside the projector:
# `realign play scenarios/bakery.toml --policy "Quarterly, prepared" --stress "Winter of 2020"`. Or here:
# %%
game = ra.play(bakery, policy=PREPARED, stress="Winter of 2020", seed=5).advance(28)
game
# %%
game.what_if(continuations=1000)
# %% [markdown]
# > **Facilitator.** Ask for the order *and its reason* before anybody presses a key: the log keeps both, and the review
# > (`game.review()`, or `report review.html` in the terminal) shows what each order was worth, and who knew what when. Ten
# > minutes of play, five for the review.
#
# ## To take home (30 minutes)
#
# Page 5 of the handout. A plan goes on the list only with a name beside its condition, and a date.
#
# | plan | keep ready? | because | who watches for its condition | look again on |
# | --- | --- | --- | --- | --- |
# | Second mill | | | | |
# | Delivery drive | | | | |
# | Line at the bank | | | | |
#
# **Close** with one round: what did you believe at nine that you do not believe now?
