"""What if is calibrated: over many hidden futures, what comes falls into its bands as often as they say.

A game of the bakery is played to a week, what if is asked of holding, and the game goes on to the end. The rank of what
really came among the continuations has to be uniform (simulation-based calibration: Talts and others 2018,
arXiv:1804.06788): 50 % and 90 % bands hold it that often, also among the games that stood well and among those that
stood badly. That last question tells conditioning from guessing: bands of futures at large hold the truth often enough,
but lie too low where things stand well. Every game has a seed of its own, so neither truth nor candidates are shared.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from realign.game import play
from realign.game.candidates import take
from realign.game.whatif import HOLD, _known_present, _play
from realign.model import build_plan, play_block
from realign.scenario import load

GAMES, CONTINUATIONS = 200, 500
ALARM = 1e-6  # of a false alarm in any one comparison, two-sided
BANDS = {0.5: 4.9, 0.9: 4.9}  # share -> standard errors that are exceeded with a chance of ALARM
SPANS = (1, 4, 13, 26, 52)  # weeks ahead
POLICY = "Quarterly, prepared"


def quantities(value, cash, beyond=0):
    """By name: value and cash so many weeks ahead, the mean value to the end. value, cash: (week, ...)."""
    found = {"mean value to the end": value[beyond:].mean(axis=0)}
    for span in SPANS:
        found |= {
            f"value {span} weeks ahead": value[beyond + span - 1],
            f"cash {span} weeks ahead": cash[beyond + span - 1],
        }
    return found  # fmt: skip


def rank(truth, continuations):
    """Share of continuations below what came; half of those that are equal (none, where nobody is ruined)."""
    return (continuations < truth).mean() + 0.5 * (continuations == truth).mean()


def games_played(scenario, week):
    """Of each game not ruined by then: cash when asked, and by name the ranks of the bands of leadership, of somebody
    who has seen nothing, and of somebody who takes one candidate for the truth; and how wide the first two are."""
    seen, ranks, widths = [], {}, {}
    block = play_block(build_plan(scenario, policies=[POLICY]), seed=2**31, first=0, count=2000)
    large = quantities(*block.weekly[0, :2], week)
    for seed in range(GAMES):
        game = play(scenario.replace("seed", seed), policy=POLICY, future=0).advance(week)
        if game.board.ruined:
            continue
        asked = game.what_if({}, continuations=CONTINUATIONS, threads=1)
        present = _known_present(game._table)
        single = replace(present, state=take(present.state, np.zeros(1, np.int64)))
        value, cash, _ = _play(single, {HOLD: {}}, group=0, lanes=256, last=game.weeks)
        bands = {
            "leadership": quantities(asked.series["value"][0], asked.series["cash"][0]),
            "nothing seen": large, "one candidate": quantities(value[0], cash[0]),
        }  # fmt: skip
        seen.append(game.board.cash)
        true = game.advance(game.weeks)._table.position.state.weekly[0, :2, week:, 0]
        for name, truth in quantities(*true).items():
            for who, band in bands.items():
                ranks.setdefault((who, name), []).append(rank(truth, band[name]))
                widths.setdefault((who, name), []).append(np.subtract(*np.quantile(band[name], (0.95, 0.05))))
    return np.array(seen), {key: np.array(found) for key, found in ranks.items()}, widths


def from_uniform(ranks):
    """Largest distance of the ranks' distribution from the uniform one (Kolmogorov and Smirnov)."""
    steps = np.arange(len(ranks) + 1) / len(ranks)
    ranks = np.sort(ranks)
    return max((steps[1:] - ranks).max(), (ranks - steps[:-1]).max())


def faults(seen, ranks):
    """In words, what is further off than chance explains but with probability ALARM."""
    found, n = [], len(ranks)
    for share, errors in BANDS.items():
        held = (np.abs(ranks - 0.5) < share / 2).mean()
        if abs(held - share) > errors * np.sqrt(share * (1 - share) / n):
            found.append(f"{share:.0%} bands hold {held:.1%}")
    for who, some in (("all", np.ones(n, bool)), ("well", seen > np.median(seen)), ("badly", seen <= np.median(seen))):
        limit = np.sqrt(np.log(2 / ALARM) / (2 * some.sum()))  # Massart 1990
        if from_uniform(ranks[some]) > limit:
            found.append(f"ranks of {who} are {from_uniform(ranks[some]):.2f} from uniform, {limit:.2f} is the limit")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("week", [26, 52])
def test_what_comes_falls_into_the_bands_of_what_if_as_often_as_they_say(week):
    scenario = load(Path(__file__).parents[2] / "scenarios" / "bakery.toml")
    seen, ranks, widths = games_played(scenario, week)
    wrong = {}
    for (who, name), found in ranks.items():
        half, most = ((np.abs(found - 0.5) < share / 2).mean() for share in BANDS)
        print(f"week {week}, {len(found)} games, {who}, {name}: 50 % bands hold {half:.1%}, 90 % {most:.1%}, "
              f"{from_uniform(found):.3f} from uniform, {np.mean(widths[who, name]):.3g} wide")  # fmt: skip
        wrong.setdefault(who, {})[name] = faults(seen, found)
    assert not any(wrong["leadership"].values()), wrong["leadership"]
    assert any("well" in fault for fault in wrong["nothing seen"]["cash 4 weeks ahead"]), "the twin that must fail"
    assert any("bands" in fault for fault in wrong["one candidate"]["value 1 weeks ahead"]), "the twin that must fail"
