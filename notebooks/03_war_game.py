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
weeks = widgets.IntSlider(value=4, min=1, max=26, description="weeks")
sliders = {
    o.name: widgets.FloatSlider(value=o.weight, min=0, max=1, step=0.05, description=o.name[:14])
    for o in bakery.objectives
}
plan = widgets.Dropdown(options=[c.name for c in bakery.contingencies], description="plan")
screen = widgets.HTML(mine._repr_html_())
reason = widgets.Text(description="because")


def shown(act):
    def pressed(_=None):
        try:
            screen.value = act()._repr_html_()
        except ra.RealignError as error:
            screen.value = f"<b>{error}</b>"

    return pressed


def button(text, act):
    made = widgets.Button(description=text)
    made.on_click(shown(act))
    return made


buttons = {
    "advance": button("advance", lambda: mine.advance(weeks.value)),
    "strategy": button(
        "set strategy",
        lambda: mine.decide(strategy={n: s.value for n, s in sliders.items()}, reason=reason.value),
    ),
    "activate": button(
        "activate plan", lambda: mine.decide(activate=plan.value, reason=reason.value)
    ),
    "undo": button("undo", lambda: mine.undo()),
    "what if": button("what if", lambda: mine.what_if(continuations=500)),
}
widgets.VBox([widgets.HBox(list(buttons.values())), weeks, *sliders.values(), plan, reason, screen])
# %% [markdown]
# What the buttons do can be done without a hand on the mouse:
# %%
buttons["advance"].click()
buttons["strategy"].click()
mine.week, mine.log[-1]["moves"]
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
asked.plot("value")
# %%
game.decide(**options["Go online"], reason="orders grow slowly, but they grow")
game.sit("red").inject("Lockdown", week=50, severity=1.5, reason="a winter like 2020")
game.advance(26)
print(game)
# %%
game.decide(activate="Delivery drive", reason="the lockdown holds")
game.advance(game.weeks - game.week)
game
# %% [markdown]
# ## The after-action review
#
# Skill or luck? What mattered? Who knew what when? `review.write("review.html")` makes a page of it.
# %%
review = game.review(futures=200)
for finding in review.findings:
    print("-", finding.says)
# %%
review.figure()
# %%
review.table.round(3)
# %%
review.knew.round(2)
