"""Rare events: tail measures by importance sampling and stratification.

Stage: rare events, after the comparison. In: a scenario. Out: a DataFrame of estimates.
Idea: arrivals are drawn before any policy acts, from tables; other tables give other futures, and a future's likelihood
under both is known exactly. `tilt` changes the tables, `likelihood` weighs, `search` finds the tilt, `sample` draws and
plays. Worlds are cheaper to draw than to play: `guess` tells from their `signs` which promise what is of interest,
`choose` takes most of those, and `estimate` puts everything back in proportion.
"""

from realign.rare.methods import METHODS
from realign.rare.tail import FUTURES, tail

__all__ = ["FUTURES", "METHODS", "tail"]
