# %% [markdown]
# # A war game
#
# One future of the scenario is drawn and hidden. You lead; a red cell may inject shocks within a budget of surprise; a
# facilitator sees all. First a game with widgets to play yourself, then one that was played, and its review.
# %%
import realign as ra

bakery = ra.load("../scenarios/bakery.toml")
game = ra.play(
    bakery,
    seat="leadership",
    policy="Quarterly, prepared",
    seed=12,
    aims=["See slow change in time"],
)
game
# %% [markdown]
# ## Play with the mouse
#
# Without a browser at the other end the buttons simply wait; the cells below do not need them.
# %%
import ipywidgets as widgets

mine = game.branch("with the mouse")
units = [u.name for u in bakery.units if not u.joins]
weeks = widgets.IntSlider(value=4, min=1, max=26, description="weeks")
sliders = {
    o.name: widgets.FloatSlider(value=o.weight, min=0, max=1, step=0.05, description=o.name[:14])
    for o in bakery.objectives
}
plan = widgets.Dropdown(options=[c.name for c in bakery.contingencies], description="plan")
unit = widgets.Dropdown(options=units, description="unit")
monitoring = widgets.FloatSlider(value=2, min=0, max=6, step=0.5, description="monitoring")
reason = widgets.Text(description="because")
screen, said = widgets.HTML(mine._repr_html_()), widgets.HTML()


def button(text, act):
    """A button that does something to the game, or says why it cannot be done."""

    def pressed(_=None):
        try:
            screen.value, said.value = act()._repr_html_(), ""
        except ra.RealignError as error:
            said.value = f"<b style='color:#b4510a'>{error}</b>"

    made = widgets.Button(description=text)
    made.on_click(pressed)
    return made


def order(**moves):
    return mine.decide(**moves, reason=reason.value)


buttons = {
    "advance": button("advance", lambda: mine.advance(weeks.value)),
    "what if": button("what if", lambda: mine.what_if(continuations=500)),
    "undo": button("undo", lambda: mine.undo()),
    "strategy": button(
        "set strategy", lambda: order(strategy={n: s.value for n, s in sliders.items()})
    ),
    "activate": button("activate plan", lambda: order(activate=plan.value)),
    "drop": button("drop plan", lambda: order(drop=plan.value)),
    "hire": button("hire one", lambda: order(hire={unit.value: 1})),
    "monitoring": button("set monitoring", lambda: order(monitoring=monitoring.value)),
}
row = widgets.HBox
widgets.VBox([
    row([weeks, buttons["advance"], buttons["what if"], buttons["undo"]]),
    row([widgets.VBox(list(sliders.values())), buttons["strategy"]]),
    row([plan, buttons["activate"], buttons["drop"]]), row([unit, buttons["hire"]]),
    row([monitoring, buttons["monitoring"]]), reason, said, screen,
])  # fmt: skip
# %% [markdown]
# What the buttons do can be done without a hand on the mouse, as a test does it:
# %%
unit.value, reason.value = "Delivery", "the delivery round is too long"
buttons["hire"].click()
for _ in range(2):
    buttons["advance"].click()
for slider in sliders.values():
    slider.value = 0
buttons["strategy"].click()
decisions = [act for act in mine.log if act["do"] == "decide"]
print(mine.week, [(act["week"], act["moves"], act["reason"]) for act in decisions])
print(said.value or "nothing to complain about")
# %% [markdown]
# ## A game that was played
# %%
game.advance(26)
game
# %%
options = {
    "Go online": {"strategy": {"Online orders": 2, "Neighbourhood name": 2, "Best sourdough": 1}},
    "Go online, hire": {
        "strategy": {"Online orders": 2, "Neighbourhood name": 2, "Best sourdough": 1},
        "hire": {"Delivery": 1},
    },
    "Look harder": {"monitoring": 4},
    "Follow the market": {"policy": "Follow the market"},
}
asked = game.what_if(options, continuations=1000)
asked
# %%
asked.plot("cash", options=["Hold", "Go online, hire", "Follow the market"])
# %% [markdown]
# Every option meets the same continuations, which begin from presents that fit what leadership has seen, not from the
# hidden one. We take the second option, for a reason that stands in the log, and a red cell spends its budget.
# %%
game.decide(**options["Go online, hire"], reason="orders grow slowly, but they grow")
game.sit("red").inject("Lockdown", week=50, severity=1.5, reason="a winter like 2020")
game.advance(26)
print(game)
# %%
game.decide(
    rule="plan",
    slack=0.05,
    reason="orders have come; let the plan decide again, with some time in hand",
)
game.advance(game.weeks - game.week)
game
# %% [markdown]
# ## The after-action review
#
# Skill or luck? What mattered? Who knew what when? `review.write("review.html")` makes a page of it.
# %%
from textwrap import fill

review = game.review(futures=200)
for finding in review.findings:
    print(fill(finding.says, 110, initial_indent="- ", subsequent_indent="  "))
# %%
review.figure()
# %%
import pandas as pd

pd.set_option("display.max_colwidth", None)
review.decisions.round({"worth": 4, "cash": 0})
# %%
review.knew.round(2)
# %% [markdown]
# ## Policies against campaigns
#
# The same as a game without people: every policy meets every campaign of forced shocks that a red cell can afford with 8
# bits of surprise (a shock that comes in one of two futures costs one bit), on the same futures. *Minimax* is the policy
# whose worst campaign hurts least.
# %%
from realign.game import payoffs, worst_year

payoffs(bakery, budget=8, futures=200)
# %%
print(fill(str(worst_year(bakery, "Quarterly, prepared", budget=8)), 110))
