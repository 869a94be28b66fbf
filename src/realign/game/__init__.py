"""The game: one hidden future, played by people, on the same engine as the Monte Carlo.

Stage: game. In: a scenario. Out: a `Game` to advance, decide in, branch, undo, question and review.
Where to begin reading: `game` is what a player holds, `table` what was done, `position` how a week passes, `knowledge`
what leadership knows, `candidates` and `whatif` how the future is weighed with no more than that; `campaigns` and
`payoffs` are games between policies and red cells.
"""

from realign.game.campaigns import Campaign, Worst, campaign, deck, worst_year
from realign.game.game import Game, open_game, play
from realign.game.handouts import handouts, write_handouts
from realign.game.moves import MOVES
from realign.game.payoffs import Matrix, payoffs

__all__ = [
    "MOVES", "Campaign", "Game", "Matrix", "Worst", "campaign", "deck", "handouts", "open_game", "payoffs", "play",
    "worst_year", "write_handouts",
]  # fmt: skip
