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
# U in both. We ask it for leadership that sees well, for leadership whose analytics hide more than half of what one objective
# is worth, and for units whose own sight is three times as noisy and whose output suffers where they pull apart.
# %%
shares = [0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8]
clear = bakery.replace("market.perception_bias", {})
blind = bakery.replace("market.perception_bias", {"Online orders": 0.4})
noisy = clear.replace({
    **{f"unit.{unit.name}.sensing_noise": 1.0 for unit in bakery.units},
    "organisation.coordination_loss": 0.9,
})  # fmt: skip
dissent = {
    "leadership sees well": curve("autonomy", shares, scenario=clear),
    "leadership is biased": curve("autonomy", shares, scenario=blind),
    "units see badly and have to row together": curve("autonomy", shares, scenario=noisy),
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
# Expected: none in calm; more under change, then less again when change outruns learning (March 1991; Posen and Levinthal
# 2012). Change is what makes the old ways fade and opens new ones: at each turn a way of doing one objective half as well
# again can be found, for as long as it is open. *Calm* has no turns.
# %%
def turning(number, open_for, half_life):
    """Turns in two years, weeks in which each can be used, half-life in weeks of the methods of today."""
    turns = [
        {"name": f"Turn {n}", "weeks": [int((n + 0.5) * 104 / number)], "effects": []}
        for n in range(number)
    ]
    names = [o.name for o in bakery.objectives]
    ways = [
        {
            "name": f"Way {n}",
            "objective": names[n % 3],
            "gain": 0.5,
            "difficulty": 6,
            "opened_by": f"Turn {n}",
            "closes_after": open_for,
        }
        for n in range(number)
    ]
    fade = {f"objective.{name}.methods_half_life": half_life for name in names}
    return bakery.replace(
        {"shock": [*bakery.document["shock"], *turns], "opportunity": ways, **fade}
    )


searching = [0.0, 0.02, 0.05, 0.1, 0.2]
change = {
    "calm": curve("exploration", searching, scenario=bakery.replace("opportunity", [])),
    "4 turns in two years": curve("exploration", searching, scenario=turning(4, 52, 156)),
    "12 turns": curve("exploration", searching, scenario=turning(12, 52, 52)),
    "12 turns, each gone in 4 weeks": curve("exploration", searching, scenario=turning(12, 4, 52)),
}
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
#   leadership is biased. It is an inverted U, though a flat one in so small a firm: where units see badly and have to row
#   together, the best autonomy is no higher, and twice as much already throws half of the gain away.
# - **Communication** has no inverted U here: being told helps, as the second curve shows, and never too
#   much of it; but in so small a firm the time it takes costs more than it brings.
# - **Reviews** help at first and then no more; with the rule `plan` once a year is nearly all there is to gain, while
#   `gap`, which starts from its own rarest reviews, gains more. They do not cost more than they bring in this range.
# - **Exploration** follows what is expected: nothing in calm, where it only takes time; more the more there is to find, and
#   the sooner old methods fade; and hardly anything where what is found is gone before it can be used. Beyond the best
#   share, more of it brings less at every rate of change that was tried.
#
# These are laws of this bakery. Load another scenario in the first cell and look again.
