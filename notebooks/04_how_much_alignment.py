# %% [markdown]
# # How much alignment?
#
# Three questions about one organisation, each with its figure and 95 % band: how tight should alignment be, how often should
# one review, how much should one explore? The worth of dissent is the worth of units that act on what they see themselves.
# Nothing here is tuned to give a shape: where the literature expects another, the text says so.
# %%
import numpy as np

import realign as ra
from realign.report.style import Picture

bakery = ra.load("../scenarios/bakery.toml").replace("weeks", 104)
FUTURES = 300


def curve(setting, values, *, scenario=bakery, policy="Quarterly, unprepared", measure="value"):
    """Mean and half-width of a 95 % interval of the difference to the first value, on the same futures."""
    found = []
    for value in values:
        changed = scenario.replace(f"policy.{policy}.{setting}", value)
        run = ra.run(changed, futures=FUTURES, stresses=["baseline"], policies=[policy])
        found.append(run.outcomes[measure].to_numpy())
    gains = [x - found[0] for x in found]
    return np.array([x.mean() for x in gains]), np.array(
        [1.96 * x.std() / FUTURES**0.5 for x in gains]
    )


def figure(curves, x, label, *, log=False):
    """Curves with their bands."""
    picture = Picture(6.2, 3.0)
    picture.set_layout_engine("constrained")
    ax = picture.subplots()
    for name, (mean, half) in curves.items():
        (line,) = ax.plot(x, mean, marker="o", markersize=3, label=name)
        ax.fill_between(x, mean - half, mean + half, alpha=0.2, color=line.get_color(), linewidth=0)
    ax.axhline(0, color="#5c6873", linewidth=0.7)
    ax.set_xlabel(label)
    ax.set_ylabel("gain in value")
    if log:
        ax.set_xscale("symlog", linthresh=0.5)
    ax.legend(fontsize=8)
    return picture


# %% [markdown]
# ## 1. How tight? The worth of dissent
#
# *Autonomy* lets units act on what they see; *communication* makes them believe what leadership says. Expected: an inverted
# U in both. We ask it for leadership that sees well, and for leadership whose analytics hide half of what one objective is
# worth.
# %%
shares = [0.0, 0.02, 0.05, 0.1, 0.2, 0.4]
blind = bakery.replace("market.perception_bias", {"Online orders": 0.4})
dissent = {
    "leadership sees well": curve(
        "autonomy", shares, scenario=bakery.replace("market.perception_bias", {})
    ),
    "leadership is biased": curve("autonomy", shares, scenario=blind),
}
figure(dissent, shares, "autonomy: how far units act on what they see themselves")
# %%
for name, (mean, half) in dissent.items():
    best = int(mean.argmax())
    print(
        f"{name}: best autonomy {shares[best]:g}, worth {mean[best]:+.4f} ± {half[best]:.4f} against none"
    )
# %%
intensity = [0.1, 0.5, 1.0, 1.5, 2.5, 4.0]
talk = {
    "talking takes time from work": curve("communication", intensity),
    "if talking took no time": curve(
        "communication", intensity, scenario=bakery.replace("communication.meeting_time", 0.0)
    ),
}
figure(talk, intensity, "intensity of communication")
# %% [markdown]
# ## 2. How often to review?
#
# Expected: more often helps, then costs more than it brings. The rule matters: `gap` forgets that what is attained fades.
# %%
every = [104, 52, 26, 13, 6, 3]
reviews = {}
for rule in ("plan", "gap"):
    led = bakery.replace("policy.Quarterly, unprepared.rule", rule)
    led = led.replace(
        {
            "policy.Quarterly, unprepared.latency": 1,
            "policy.Quarterly, unprepared.on_recognised": False,
        }
    )
    reviews[rule] = curve("review_every", every, scenario=led)
figure(
    reviews,
    [52 / weeks for weeks in every],
    "reviews a year (the curves are differences to one in two years)",
)
# %% [markdown]
# ## 6. How much exploration?
#
# Expected: none in calm; more under change, then less again when change outruns learning. Change here is how fast methods go
# out of date.
# %%
searching = [0.0, 0.02, 0.05, 0.1, 0.2]
change = {}
for name, half_life in (("calm", "never"), ("methods fade in 3 years", 156), ("in 9 months", 39)):
    aging = bakery.replace(
        {f"objective.{o.name}.methods_half_life": half_life for o in bakery.objectives}
    )
    change[name] = curve("exploration", searching, scenario=aging)
figure(change, searching, "share of time for exploration")
# %%
for name, (mean, half) in change.items():
    best = int(mean.argmax())
    print(
        f"{name}: best share {searching[best]:g}, worth {mean[best]:+.4f} ± {half[best]:.4f} against none"
    )
# %% [markdown]
# ## What came out
#
# - **Dissent is worth something.** Units that act on what they see help even leadership that sees well, and more where
#   leadership is biased. The expected fall on the far side does not show up to an autonomy of 0.4: few units, whose own
#   sight is only a little noisy, lose little coordination. Raise `sensing_noise` and `coordination_loss` and look again.
# - **Communication** has no inverted U here either: being told helps, as the second curve shows, and never too
#   much of it; but in so small a firm the time it takes costs more than it brings.
# - **Reviews** help at first and then no more; with the rule `plan` once a year is nearly all there is to gain, while
#   `gap`, which starts from its own rarest reviews, gains more. They do not cost more than they bring in this range.
# - **Exploration** finds opportunities that have a name; it does not renew methods by itself. So how fast methods fade
#   changes little about how much to explore, and "more under change" cannot show in this model without more to find.
#
# These are laws of this bakery. Load another scenario in the first cell and look again.
