"""How much likelier a future is as the scenario stands than under a tilt.

Stage: rare events. In: worlds (model.worlds) and a tilt. Out: the log-likelihood ratio of each week's news.
Idea: given the past, every week's draws are independent, with a known law as the scenario stands and under the tilt:

    a Poisson count N, mean m against m':       (m' - m) + N log(m / m')
    a chance p against p':                      log(p / p') if it came true, else log((1 - p) / (1 - p'))
    a chance whose odds were multiplied by f:   log(1 + p (f - 1)), less log f if it came true
    a class of severity, p against p':          log(p / p')

so a future's ratio is a sum over weeks, and it may stop with the week after which nothing that is measured changes: a
future that is ruined in week t needs no more than t weeks, and as many as the longest warning looks ahead. What two
causes brought on in the same week need not be told apart: with odds multiplied alike, only the number matters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from realign.model import Plan, Worlds
from realign.model.arrivals import BY_CHANCE, CAUSED, POISSON
from realign.rare.tilt import CHANCES, Tilt, chances, odds

Values = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Worlds, with what their likelihood needs, as the scenario stands.

    factor: (week, future) of the regime; past: (row, week, future) the mean that past arrivals add, and row: (shock,)
    where each shock stands in it, row 0 being 0 for those without clustering; once: (shock, future) week in which it
    struck by chance, the number of weeks if never; trials: (3, n) cause, week and future of every chance that a shock
    had to bring on another.
    """

    worlds: Worlds
    factor: Values
    past: Values
    row: Counts
    once: Counts
    trials: Counts

    @property
    def shape(self) -> tuple[int, int]:
        weeks, futures = self.worlds.regime.shape
        return weeks, futures


def history(plan: Plan, worlds: Worlds) -> History:
    """The history of worlds drawn from `plan` or from any tilt of it."""
    shocks, (weeks, futures) = plan.tables.shocks, worlds.regime.shape
    clustered = shocks.excitation > 0.0
    row = np.where(clustered, np.cumsum(clustered), 0)
    past = np.zeros((1 + int(clustered.sum()), weeks, futures))
    for s in np.flatnonzero(clustered):
        mine = worlds.shock == s
        struck = _placed(worlds, mine, np.ones(int(mine.sum())))
        for week in range(1, weeks):
            kept = shocks.excitation_persistence[s] * past[row[s], week - 1]
            past[row[s], week] = kept + shocks.excitation[s] * struck[week - 1]
    once = np.full((len(shocks.rate), futures), weeks)
    by_chance = worlds.source == BY_CHANCE
    once[worlds.shock[by_chance], worlds.future[by_chance]] = worlds.week[by_chance]
    causing = np.repeat(np.arange(len(shocks.rate)), np.diff(shocks.cause_start))
    trials = [np.empty((3, 0), np.int64)]
    for cause, delay in enumerate(shocks.cause_delay):
        due = (worlds.shock == causing[cause]) & (worlds.week + delay < weeks)
        trials.append(
            np.stack([np.full(int(due.sum()), cause), worlds.week[due] + delay, worlds.future[due]]).astype(np.int64)
        )
    factor = plan.tables.world.regime_shock_rate[worlds.regime]
    return History(
        worlds=worlds, factor=factor, past=past, row=row, once=once, trials=np.concatenate(trials, axis=1)
    )


def _placed(worlds: Worlds, which: npt.NDArray[np.bool_], amount: Values) -> Values:
    """Amounts of the chosen arrivals summed into (week, future)."""
    weeks, futures = worlds.regime.shape
    place = worlds.week[which] * futures + worlds.future[which]
    return np.asarray(np.bincount(place, amount, minlength=weeks * futures).reshape(weeks, futures), np.float64)


def log_ratio(plan: Plan, told: History, tilt: Tilt) -> Values:
    """log(likelihood as the scenario stands / likelihood under the tilt) of each week's news: (week, future)."""
    return (
        _of_counts(plan, told, tilt)
        + _of_once(plan, told, tilt)
        + _of_causes(plan, told, tilt)
        + _of_regimes(plan, told, tilt)
        + _of_severities(plan, told, tilt)
    )


def _of_counts(plan: Plan, told: History, tilt: Tilt) -> Values:
    """Arrivals of their own accord."""
    rate, worlds = plan.tables.shocks.rate, told.worlds
    found = told.factor * float((rate * (tilt.often - 1.0)).sum())
    for s in np.flatnonzero(plan.tables.shocks.excitation > 0.0):
        found = found + told.past[told.row[s]] * (tilt.again[s] - 1.0)
    own = worlds.source == POISSON
    by_rate, by_past = parts_of_mean(plan, told, own)
    shock = worlds.shock[own]
    ratio = (by_rate + by_past) / (by_rate * tilt.often[shock] + by_past * tilt.again[shock])
    return np.asarray(found + _placed(worlds, own, np.log(ratio)))


def parts_of_mean(plan: Plan, told: History, which: npt.NDArray[np.bool_]) -> tuple[Values, Values]:
    """For the chosen arrivals, what rate and past arrivals gave to the mean count of their week."""
    worlds = told.worlds
    shock, week, future = worlds.shock[which], worlds.week[which], worlds.future[which]
    return plan.tables.shocks.rate[shock] * told.factor[week, future], told.past[told.row[shock], week, future]


def hazard(plan: Plan, chance: Values) -> Values:
    """The chance of striking once in each week, given that it has not struck before: (shock, week)."""
    weeks = np.arange(plan.weeks)
    return np.asarray(chance[:, None] / (plan.weeks - chance[:, None] * weeks))


def _of_once(plan: Plan, told: History, tilt: Tilt) -> Values:
    """Shocks that strike once, with a chance."""
    chance = plan.tables.shocks.chance
    here, there = hazard(plan, chance), hazard(plan, odds(chance, tilt.often))
    found = np.zeros(told.shape)
    weeks = np.arange(plan.weeks)[:, None]
    for s in np.flatnonzero(chance > 0.0):
        struck = weeks == told.once[s]
        waits = weeks < told.once[s]
        # a chance of 1 leaves the last week no other way
        missed = np.log1p(-np.minimum(here[s], 1.0 - 1e-16)) - np.log1p(-np.minimum(there[s], 1.0 - 1e-16))
        found += np.where(struck, np.log(here[s] / there[s])[:, None], np.where(waits, missed[:, None], 0.0))
    return found


def _of_causes(plan: Plan, told: History, tilt: Tilt) -> Values:
    """Shocks that others brought on, or might have."""
    shocks, worlds, (weeks, futures) = plan.tables.shocks, told.worlds, told.shape
    brought = worlds.source == CAUSED
    cause, week, future = told.trials
    each = np.log1p(shocks.cause_chance * (tilt.often[shocks.cause_shock] - 1.0))[cause]
    tried = np.bincount(week * futures + future, each, minlength=weeks * futures).reshape(weeks, futures)
    return np.asarray(tried - _placed(worlds, brought, np.log(tilt.often)[worlds.shock[brought]]))


def _of_regimes(plan: Plan, told: History, tilt: Tilt) -> Values:
    """Regimes that were left, or stayed in."""
    world, regime = plan.tables.world, told.worlds.regime
    found = np.zeros(told.shape)
    if len(world.regime_leave) < 2:
        return found
    itself = np.diff(world.regime_next, axis=1, prepend=0.0).diagonal()
    here, there = ((1.0 - itself) * leave for leave in (world.regime_leave, odds(world.regime_leave, tilt.restless)))
    moves = np.log(np.divide(here, there, out=np.ones_like(here), where=there > 0.0))
    stays = np.log(np.divide(1.0 - here, 1.0 - there, out=np.ones_like(here), where=there < 1.0))
    before = regime[:-1]
    found[1:] = np.where(regime[1:] != before, moves[before], stays[before])
    return found


def _of_severities(plan: Plan, told: History, tilt: Tilt) -> Values:
    """How hard arrivals struck."""
    worlds = told.worlds
    drawn = worlds.kind >= 0
    table = np.log(CHANCES / np.maximum(chances(plan, tilt.harder), 1e-300))
    return _placed(worlds, drawn, table[worlds.shock[drawn], worlds.kind[drawn]])


def longest_warning(plan: Plan) -> int:
    """How many weeks ahead anybody can know of a strike."""
    shocks = plan.tables.shocks
    return int(np.where(shocks.warning_chance > 0.0, shocks.warning_lead, 0).max(initial=0))


def until_ruin(plan: Plan, ruin_week: Values) -> npt.NDArray[np.bool_]:
    """Whether a week's news can have mattered to futures ruined in some week, or never (NaN): (week, future)."""
    last = np.where(np.isnan(ruin_week), plan.weeks, ruin_week + longest_warning(plan))
    return np.asarray(np.arange(plan.weeks)[:, None] <= last[None, :])
