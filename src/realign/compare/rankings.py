"""Risk-adjusted rankings: the same outcomes ordered under several attitudes, and where they disagree.

Stage: comparison. In: stress test -> measure -> (policy, future) array. Out: one table.
Idea: "best" depends on who asks. `mean`: who can afford the average. `worst 5 %`: who looks at bad luck (expected
shortfall). `minimax regret`: who holds that any of the stress tests may be the truth and would not stand far behind
the best choice in any of them (Savage). `requirements`: who wants certain things and no more (share of futures that
meet all). An attitude's leader is certain where no rival may be as good: for the mean by the intervals of the paired
differences that hold for all at once, as in the summary, so that both say the same; for the others by limits that part
(stricter than needed). Policies that cannot be told apart from the leader are named with it.
To add an attitude: write a function and name it in `ATTITUDES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from realign.compare.best import against_best, ranking
from realign.compare.intervals import LEVEL, Values, mean_interval, share_interval
from realign.compare.pairs import paired
from realign.compare.played import futures_of, own_futures, scores
from realign.compare.requirements import Asked, times_met
from realign.compare.shortfall import expected_shortfall
from realign.compare.simultaneous import critical_of_all_pairs

Measures = Mapping[str, Values]
COLUMNS = ("attitude", "rank", "policy", "score", "low", "high", "may_lead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What an attitude makes of each policy (higher is better), its limits, and who may lead."""

    score: Values
    low: Values
    high: Values
    may_lead: npt.NDArray[np.bool_]


@dataclass(slots=True, kw_only=True)
class Seen:
    """What the attitudes make of one stress test after another; no outcomes are kept, which may be millions."""

    level: float
    requirements: Sequence[Asked]
    first: dict[str, Scores | None] = field(default_factory=dict)  # by attitudes that look at the first one alone
    behind: list[Values] = field(default_factory=list)  # for each stress test (policy, 3): distance, low, high

    def see(self, measures: Measures) -> None:
        values = measures["value"]
        if not self.first:
            self.first = {attitude: judge(self, measures) for attitude, judge in OF_THE_FIRST.items()}
        best = values[ranking(values)[0]]
        critical = critical_of_all_pairs(values, level=self.level)
        gaps = [paired(best, own, critical=critical) for own in values]
        self.behind.append(np.array([(gap.difference, gap.low, gap.high) for gap in gaps]))


def rankings_table(
    outcomes_by_stress: Mapping[str, Measures],
    policies: Sequence[str],
    *,
    requirements: Sequence[Asked] = (),
    level: float = LEVEL,
) -> pd.DataFrame:
    """A row for each attitude and policy, best first: attitude, rank, policy, score, low, high, may_lead.

    All attitudes but "minimax regret" look at the first stress test; that one looks at all (and its score is negative:
    the largest distance behind). "requirements" is left out where the scenario asks for nothing.
    """
    seen = Seen(level=level, requirements=requirements)
    for measures in outcomes_by_stress.values():
        seen.see(measures)
    return rankings_of(seen, policies)


def rankings_of(seen: Seen, policies: Sequence[str]) -> pd.DataFrame:
    """The table, from what was seen of the stress tests."""
    rows: list[tuple[object, ...]] = []
    found = {**seen.first, "minimax regret": _regret(seen)}
    for attitude in ATTITUDES:
        scores = found[attitude]
        if scores is None:
            continue
        for p in np.argsort(-scores.score, kind="stable"):
            rank = 1 + int(np.count_nonzero(scores.score > scores.score[p]))
            limits = float(scores.low[p]), float(scores.high[p])
            rows.append((attitude, rank, policies[p], float(scores.score[p]), *limits, bool(scores.may_lead[p])))
    return pd.DataFrame(rows, columns=COLUMNS)


def _mean(seen: Seen, measures: Measures) -> Scores:
    values = measures["value"]
    ends = np.array([mean_interval(own, level=seen.level) for own in own_futures(values)])
    may = np.array([not gap.high < 0 for gap in against_best(values, level=seen.level)])
    return Scores(score=scores(values), low=ends[:, 0], high=ends[:, 1], may_lead=may)


def _shortfall(seen: Seen, measures: Measures) -> Scores:
    tails = [expected_shortfall(own, level=seen.level) for own in own_futures(measures["value"])]
    return _parted(*(np.array([tail[i] for tail in tails]) for i in range(3)))


def _regret(seen: Seen) -> Scores | None:
    if len(seen.behind) < 2:
        return None
    behind = np.array(seen.behind)  # stress, policy, (distance, low, high)
    most = behind[:, :, 0].max(axis=0)
    low, high = np.maximum(behind[:, :, 1], 0.0).max(axis=0), behind[:, :, 2].max(axis=0)
    return _parted(-most, -high, -low)


def _requirements(seen: Seen, measures: Measures) -> Scores | None:
    if not seen.requirements:
        return None
    futures = futures_of(measures["value"])
    times = np.array(times_met(measures, seen.requirements, futures))
    limits = np.array([share_interval(int(count), int(n), level=seen.level) for count, n in zip(times, futures)])
    return _parted(times / futures, limits[:, 0], limits[:, 1])


def _parted(score: Values, low: Values, high: Values) -> Scores:
    """May lead: whoever's upper limit reaches the leader's lower one; everyone where there are no limits."""
    leader = int(np.argmax(score))
    return Scores(score=score, low=low, high=high, may_lead=~(high < low[leader]))


OF_THE_FIRST: dict[str, Callable[[Seen, Measures], Scores | None]] = {
    "mean": _mean,
    "worst 5 %": _shortfall,
    "requirements": _requirements,
}
ATTITUDES = ("mean", "worst 5 %", "minimax regret", "requirements")


def disagreement(rankings: pd.DataFrame) -> str:
    """Whether the attitudes choose alike, in plain words; "" with one policy or none."""
    if rankings["policy"].nunique() < 2:
        return ""
    leads = {str(name): part for name, part in rankings.groupby("attitude", sort=False)}
    chosen = {name: str(part["policy"].iloc[0]) for name, part in leads.items()}
    if all(part["may_lead"].all() for part in leads.values()):
        return "The futures played leave open who leads under every attitude."
    groups: dict[str, list[str]] = {}
    for name, policy in chosen.items():
        groups.setdefault(policy, []).append(_WHO[name])
    if len(groups) == 1:
        text = f"Every attitude ranks “{next(iter(groups))}” first: {_listed(next(iter(groups.values())))}."
    else:
        text = "Attitudes disagree. " + "; ".join(f"“{p}” for {_listed(who)}" for p, who in groups.items()) + "."
    unsure: dict[str, list[str]] = {}  # who may lead -> by which attitudes
    order = list(dict.fromkeys(rankings["policy"]))
    for name, part in leads.items():
        if part["may_lead"].sum() > 1:
            may = set(part.loc[part["may_lead"], "policy"])
            names = _between([policy for policy in order if policy in may], len(part))
            unsure.setdefault(names, []).append(_WHO[name])
    if unsure:
        others = [f"for {_listed(who)} it may be {names}" for names, who in unsure.items()]
        text += f" The futures played leave open who leads: {'; '.join(others)}."
    return text


_WHO = {
    "mean": "whoever goes by the average",
    "worst 5 %": "whoever fears bad luck (mean of the worst 5 %)",
    "minimax regret": "whoever would not stand far behind in any stress test",
    "requirements": "whoever only wants the requirements met",
}


def _between(names: Sequence[str], policies: int) -> str:
    """Who may lead; more than three are counted, since nobody would read so many names."""
    if len(names) > 3:
        return f"any of the {policies} policies" if len(names) == policies else f"any of {len(names)} policies"
    return _listed([f"“{name}”" for name in names], word="or")


def _listed(items: Sequence[str], *, word: str = "and") -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}"
