"""Ways to choose which futures to play: under a tilt, by strata of the number of shocks, or as they come.

Stage: rare events. In: a `Player`, what is of interest and how many futures may be played. Out: a `Weighed` sample.
Idea: a method is a function in `METHODS`. All of them spend some futures on learning where to look and never use
those in the estimate, so what was learned cannot bias it. The first two look at more worlds than they play, which is
cheaper (double sampling), and a future counts for as much as its chance of being chosen was small.

tilt     searches a tilt and learns to guess; draws a tenth of the worlds as the scenario stands, the rest under 0.6 and
         0.8 of the tilt: what is fitted to few weighed futures overshoots, and futures just bad enough count for most.
         It plays most of those that promise most, by weight times guess; but a tenth of what it plays is chosen by
         weight alone, as the scenario stands, which bounds what a future can count for, and a fifth by nothing,
         for where the guess is wrong (a defensive mixture)
strata   sorts worlds by their number of shocks; plays more of those strata where more is at stake (Neyman's
         allocation), and weighs each by how many worlds it holds
plain    plays futures 0, 1, 2 ... : what `realign run` does
Sources: W. Cochran, Sampling Techniques, 3rd ed., Wiley 1977, sections 9A and 12.2; T. Hesterberg, Technometrics 37
(1995), and A. Owen, Y. Zhou, J. American Statistical Association 95 (2000), for defensive mixtures.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from realign.model import Plan, draw_worlds
from realign.rare.choose import chances_of_choice, chosen
from realign.rare.estimate import Weighed
from realign.rare.guess import Guess, learned
from realign.rare.sample import FIRST_SEARCHED, Looked, Piece, Player
from realign.rare.search import ELITE, Evidence, evidence, fit
from realign.rare.tilt import Tilt, no_tilt

Values = npt.NDArray[np.float64]

STEPS = 12  # of the search, at most
STEP, SMALL_STEP = 1 / 40, 1 / 15  # of all futures, in one step
ENOUGH_TO_LEARN = 300  # futures in a step: with fewer, a search of small steps misses ways to ruin
REFINED = 1  # steps after the first that reaches what is of interest
STRENGTHS, PARTS = (0.0, 0.6, 0.8), (0.1, 0.3, 0.6)
BY_WEIGHT, AT_RANDOM = 0.1, 0.2  # of what is played; the rest by weight and guess
TILTED = 10  # worlds for each future that is played: their number limits precision sooner than that of futures
SORTED = 20  # the same with strata, where worlds are drawn and counted only
LOOKING = 0.8  # of the work, roughly
FEWEST = 30  # futures in a stratum


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What is of interest: ruin, or the worst share of futures by value."""

    ruin: bool
    share: float

    @property
    def measure(self) -> str:
        return "ruined" if self.ruin else "value"

    def order(self, piece: Values, columns: Sequence[str]) -> npt.NDArray[np.intp]:
        """Futures from the worst on; outcomes (measure, future)."""
        row = {name: piece[n] for n, name in enumerate(columns)}
        if self.ruin:
            return np.lexsort((row["final_cash"], row["lowest_cash"], -row["ruined"]))
        return np.argsort(row["value"], kind="stable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What a method gives: the futures of the estimate, those spent on learning, the largest weight that can occur."""

    futures: Weighed
    searched: int
    bound: float


def by_tilt(player: Player, aim: Aim, futures: int) -> Drawn:
    """Importance sampling in two phases: worlds are drawn under tilts, and those that promise most are played."""
    tilt, guess, searched = search(player, aim, futures)
    tilts, left = [tilt.to_the(strength) for strength in STRENGTHS], futures - searched
    worlds = min(TILTED * left, FIRST_SEARCHED)
    counts = [round(worlds * part) for part in PARTS[:-1]]
    counts.append(worlds - sum(counts))
    looked = player.counting(LOOKING / TILTED).look(tilts, counts, guess)
    chance = chances_of_choice(_size(looked), left)
    order = np.argsort(looked.guessed, kind="stable")
    picked = order[chosen(chance[order], seed=player.seed)]
    values = np.empty(left)
    for j, under in enumerate(tilts):
        here = looked.tilt[picked] == j
        values[here] = player.counting(1.0 - LOOKING).play(under, picked[here], measure=aim.measure)
    chance, pair = chance[picked], np.minimum(np.arange(left) // 2, left // 2 - 1)
    drawn = Weighed(
        values=values, weight=left * looked.weight[picked] / (worlds * chance), group=pair,
        share=np.bincount(pair) / left, worlds=worlds, chance=chance,
    )  # fmt: skip
    return Drawn(futures=drawn, searched=searched, bound=float(looked.weight.mean()) / BY_WEIGHT)


def _size(looked: Looked) -> Values:
    """What the chance of being played is in proportion to."""
    promise = looked.weight * looked.guessed
    return (
        BY_WEIGHT * looked.weight / looked.weight.sum()
        + AT_RANDOM / len(looked.weight)
        + (1.0 - BY_WEIGHT - AT_RANDOM) * promise / promise.sum()
    )


def search(player: Player, aim: Aim, futures: int) -> tuple[Tilt, Guess, int]:
    """The tilt toward what is of interest, the guess what is, and the futures played to find them.

    Every step draws on all futures played so far, weighed as one sample under all tilts so far.
    """
    plan, size = player.plan, int(max(futures * STEP, min(futures * SMALL_STEP, ENOUGH_TO_LEARN)))
    tilts, pieces, reached = [no_tilt(plan)], list[Piece](), 0
    for step in range(min(STEPS, futures // (2 * size))):  # half of the futures at least are left for the estimate
        new = player.pieces(tilts[-1], tilts, first=FIRST_SEARCHED + step * size, count=size)
        pieces = [piece.against(plan, tilts[-1]) for piece in pieces] + new
        weight = 1.0 / np.exp(-np.concatenate([piece.ratios for piece in pieces], axis=1)).mean(axis=0)
        outcomes = np.concatenate([piece.outcomes for piece in pieces], axis=1)
        bad, enough = _worst(outcomes, weight, aim, columns=plan.measures, last=size)
        tilts.append(fit(plan, _evidence(plan, pieces, tilts[-1], weight=weight * bad), seen=enough))
        reached += enough
        if reached > REFINED:
            break
    return tilts[-1], learned(np.concatenate([piece.signs for piece in pieces]), bad), (step + 1) * size


def _worst(
    outcomes: Values, weight: Values, aim: Aim, *, columns: Sequence[str], last: int
) -> tuple[npt.NDArray[np.bool_], bool]:
    """Which futures to tilt toward, and whether those are the ones of interest.

    Those as bad as the worst tenth of the `last` played; or those of interest, where that is more.
    """
    order = aim.order(outcomes, columns)
    rank = np.argsort(order)
    if aim.ruin:
        of_interest = int(outcomes[columns.index("ruined")].sum())
    else:
        of_interest = int(np.searchsorted(np.cumsum(weight[order]) / len(order), aim.share)) + 1
    worst = int(np.sort(rank[-last:])[ceil(ELITE * last) - 1]) + 1
    return rank < max(worst, of_interest), of_interest >= worst


def _evidence(plan: Plan, pieces: Sequence[Piece], tilt: Tilt, *, weight: Values) -> list[Evidence]:
    """What weighed futures say about the factors of a tilt, piece by piece."""
    ends = np.cumsum([piece.ratios.shape[1] for piece in pieces])
    parts = np.split(weight, ends[:-1])
    pairs = [(piece, own) for piece, own in zip(pieces, parts) if own.any()]
    return [evidence(plan, piece.told, tilt, weight=own, lived=piece.lived) for piece, own in pairs]


def by_strata(player: Player, aim: Aim, futures: int) -> Drawn:
    """Stratification over the number of shocks."""
    worlds, as_is = min(futures * SORTED, FIRST_SEARCHED), no_tilt(player.plan)
    stratum = _strata(_shocks(player.counting(LOOKING / SORTED), worlds), fewest=FEWEST)
    player = player.counting(1.0 - LOOKING)
    members = [np.flatnonzero(stratum == h) for h in range(int(stratum.max()) + 1)]
    share = np.array([len(own) for own in members]) / worlds
    trial = [own[-min(len(own) // 2, max(futures // (4 * len(members)), 1)) :] for own in members]
    tried = [player.play(as_is, own, measure=aim.measure) for own in trial]
    searched = sum(len(own) for own in trial)
    stake = share * _spread(tried, share, aim)
    wanted = (futures - searched) * (0.9 * stake / max(stake.sum(), 1e-300) + 0.1 / len(members))
    picked = [own[: max(min(round(n), len(own) - len(t)), 2)] for own, n, t in zip(members, wanted, trial)]
    values = [player.play(as_is, own, measure=aim.measure) for own in picked]
    group = np.repeat(np.arange(len(members)), [len(own) for own in picked])
    counts = np.array([len(own) for own in picked])
    drawn = Weighed(
        values=np.concatenate(values), weight=np.ones(len(group)), group=group, share=share, worlds=worlds,
        chance=(counts / (share * worlds))[group],
    )  # fmt: skip
    return Drawn(futures=drawn, searched=searched, bound=float((share / counts).max() * counts.sum()))


def _shocks(player: Player, worlds: int) -> npt.NDArray[np.int64]:
    """The number of shocks in each world."""
    counts = []
    for begin in range(0, worlds, 1024):
        futures = np.arange(begin, min(begin + 1024, worlds), dtype=np.uint64)
        drawn = draw_worlds(player.plan, seed=player.seed, futures=futures)
        counts.append(np.bincount(drawn.future, minlength=drawn.futures))
        player.step(len(futures))
    return np.concatenate(counts)


def _strata(counts: npt.NDArray[np.int64], *, fewest: int) -> npt.NDArray[np.int64]:
    """The stratum of each world: half of them, half of the rest, and so on, by number of shocks."""
    ordered, marks, left = np.sort(counts), list[int](), len(counts) / 2
    while left >= 4 * fewest:
        mark = int(ordered[len(ordered) - int(left)])
        if mark > ordered[0] and (not marks or mark > marks[-1]) and (counts >= mark).sum() >= 4 * fewest:
            marks.append(mark)
        left /= 2
    return np.searchsorted(np.array(marks), counts, side="right").astype(np.int64)


def _spread(tried: Sequence[Values], share: Values, aim: Aim) -> Values:
    """The standard deviation, within each stratum, of what the estimate is a mean of."""
    if aim.ruin:
        chance = np.array([(values.sum() + 0.5) / (len(values) + 1) for values in tried])
        return np.sqrt(chance * (1 - chance))
    values = np.concatenate(tried)
    weight = np.repeat(share / [len(own) for own in tried], [len(own) for own in tried])
    order = np.argsort(values)
    mark = values[order[min(int(np.searchsorted(np.cumsum(weight[order]), aim.share)), len(order) - 1)]]
    gaps = [np.maximum(mark - own, 0.0) for own in tried]
    largest = max(float(gap.max()) for gap in gaps)
    return np.array([gap.std() + 0.1 * largest / np.sqrt(len(gap) + 1) for gap in gaps])


def by_plain(player: Player, aim: Aim, futures: int) -> Drawn:
    """As they come."""
    values = player.play(no_tilt(player.plan), np.arange(futures), measure=aim.measure)
    ones = np.ones(futures)
    drawn = Weighed(values=values, weight=ones, group=np.zeros(futures, np.int64), share=np.ones(1))
    return Drawn(futures=drawn, searched=0, bound=1.0)


METHODS: dict[str, Callable[[Player, Aim, int], Drawn]] = {"tilt": by_tilt, "strata": by_strata, "plain": by_plain}
