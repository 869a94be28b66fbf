# %% [markdown]
# # A first scenario: ten minutes from zero to an insight
#
# A corner bakery with great bread, an old website and one bicycle faces three bad years. How much planning can so small a
# firm afford? We load the scenario (minute 0), play every policy on the same futures (minute 2), ask whether the best is
# surely the best (minute 5), and learn one thing that is not obvious (minute 7).
# %%
import realign as ra

bakery = ra.load("../scenarios/bakery.toml")
bakery
# %% [markdown]
# ## Play it
#
# Every policy meets the same 400 futures, so luck cancels in the differences. *Value* is what the objectives are worth in
# a week: 1 means that all are attained and demand is normal. *Ruined* is the share of futures in which the credit line was
# overdrawn.
# %%
result = ra.run(bakery, futures=400, stresses=["baseline"])
result
# %%
result.plot.fan("value")
# %% [markdown]
# The bands are wide: a single future tells little about a policy. What tells is the difference on the same futures.
#
# ## Is the best surely the best?
# %%
best, second, *_, worst = result.summary()["policy"]
for other in (second, worst):
    print(f"{best} against {other}: {result.compare(best, other)}")
# %% [markdown]
# An interval that holds 0 says that these futures do not tell the two apart.
#
# ## An insight: what is preparation good for?
#
# *Quarterly, prepared* keeps three plans in the drawer and an eye on the market; *Quarterly, unprepared* has neither, but
# reviews as often. We make flour crises rarer and commoner, and look at the difference between the two: in value, and in
# futures lost to ruin.
# %%
from realign.report.style import Picture

rates, gains, saved = (0.1, 0.3, 1.0, 2.0), [], []
for rate in rates:
    two = ra.run(
        bakery.replace("shock.Flour crisis.rate", rate), futures=400, stresses=["baseline"],
        policies=["Quarterly, prepared", "Quarterly, unprepared"],
    )  # fmt: skip
    gains.append(two.compare("Quarterly, prepared", "Quarterly, unprepared"))
    ruined = two.outcomes.groupby("policy", observed=True)["ruined"].mean()
    saved.append(ruined["Quarterly, unprepared"] - ruined["Quarterly, prepared"])

picture = Picture(6.2, 2.8)
picture.set_layout_engine("constrained")
left, right = picture.subplots(1, 2)
left.fill_between(rates, [g.low for g in gains], [g.high for g in gains], alpha=0.2, linewidth=0)
left.plot(rates, [g.difference for g in gains], marker="o")
left.set_ylabel("gain in value, 95 % band")
right.plot(rates, [100 * share for share in saved], marker="o", color="#d9730d")
right.set_ylabel("futures saved from ruin, %")
for ax in (left, right):
    ax.axhline(0, color="#5c6873", linewidth=0.7)
    ax.set_xlabel("flour crises a year")
    ax.set_ylim(bottom=min(0, ax.get_ylim()[0]))
picture
# %%
first, last = gains[0], gains[-1]
print(
    f"{rates[0]:g} crises a year: preparation brings {first.difference:+.4f} of value, saves {saved[0]:.1%} of futures."
)
print(
    f"{rates[-1]:g} crises a year: it brings {last.difference:+.4f} of value, saves {saved[-1]:.1%} of futures."
)
print(
    f"Compare that with the spread between best and worst policy: {result.compare(best, worst).difference:.4f}."
)
# %% [markdown]
# So preparation is an insurance: a modest gain where crises are rare, and worth more than the whole distance between the
# best and the worst policy where they are common. How often crises come is what to find out next, rather than by which
# calendar to review.
#
# **Next**: change `cash` or a half-life with `bakery.replace(...)`; have a whole report from
# `realign run scenarios/bakery.toml`; write a scenario of your own with `realign new mine`.
