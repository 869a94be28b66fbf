"""The audit: who understands the strategy, where the cascade loses it, who works in a silo; before and after.

Stage: alignment. In: a scenario. Out: `Audit`.
Idea: understanding is the cosine of a unit's belief and the strategy that is published (the model's alignment of
strategy and belief, unit by unit); `lost` is what is missing of the understanding of the one it hears from, so losses
along a line of command add up to what is lost at its end. `passed_on` is the share of the way from the first belief to
the strategy that a unit has gone, 1 - |strategy - belief| / |strategy - first belief|: where everybody pulls back with
resistance r it falls by the factor 1 - r at each step. Silos talk past each other as far as beliefs within them are
more alike than beliefs across (`apart`). "before" is week 0, the same for all policies but for their first strategy;
"after" the end, the mean over futures that were not ruined, with its 95 % interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from realign.alignment.beliefs import Minds, after, before, cosine
from realign.alignment.ties import Network, depths, network
from realign.compare import mean_interval
from realign.errors import UsageError
from realign.model import Plan, build_plan
from realign.running.choice import chosen_names
from realign.running.workers import default_number
from realign.scenario import Scenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FUTURES = 500
BEFORE, AFTER = "before", "after"
Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Tables.

    units: policy, when, unit, superior, function, depth, people, understanding, low, high, lost, passed_on, acting
    (cosine of allocation and strategy), seeing (cosine of belief and true priorities); and silo, ties, across,
    betweenness, role. map: policy, when, unit, objective, strategy, priority, belief, allocation (shares).
    whole: policy, when, understanding, low, high, modularity, within, across, apart. ties: unit, hears, weight, kind.
    """

    units: pd.DataFrame
    map: pd.DataFrame
    whole: pd.DataFrame
    ties: pd.DataFrame
    policies: tuple[str, ...]

    def sentences(self) -> list[str]:
        """The findings in words."""
        from realign.alignment.words import sentences

        return sentences(self.units, self.whole, policies=self.policies)

    def figures(self) -> dict[str, Figure]:
        """The figures by name."""
        from realign.report import alignment_figures

        return alignment_figures.figures(self.units, self.map, self.ties, policies=self.policies)


def audit(
    scenario: Scenario,
    *,
    policies: Iterable[str] | None = None,
    stress: str = "baseline",
    futures: int = FUTURES,
    seed: int | None = None,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Audit:
    """Audit an organisation before anything is decided, and after each policy."""
    names = chosen_names("policy", policies, [policy.name for policy in scenario.policies])
    if futures < 1:
        raise UsageError(f"futures {futures}: must be at least 1")
    here = scenario.under(stress)
    plan, done = build_plan(here, force=scenario.stress(stress).force, policies=names), [0]

    def step(played: int) -> None:
        done[0] += played
        if progress is not None:
            progress(done[0], futures)

    net = network(plan)
    ended = after(
        plan, seed=scenario.seed if seed is None else seed, futures=futures, threads=threads or default_number(),
        step=step,
    )  # fmt: skip
    both = {BEFORE: before(plan), AFTER: ended}
    frames = {when: _units(plan, here, minds, net, when) for when, minds in both.items()}
    return Audit(
        units=pd.concat(frames.values(), ignore_index=True),
        map=pd.concat([_map(plan, minds, when) for when, minds in both.items()], ignore_index=True),
        whole=pd.concat([_whole(plan, minds, net, when) for when, minds in both.items()], ignore_index=True),
        ties=net.ties,
        policies=plan.policies,
    )


def _places(plan: Plan) -> list[tuple[str, int]]:
    """Units in the order of the file, with their rows."""
    row = {name: i for i, name in enumerate(sorted(plan.units))}
    return [(name, row[name]) for name in plan.units]


def _mean(values: Values, there: npt.NDArray[np.bool_]) -> tuple[float, float, float]:
    """Mean over futures in which the unit is there, and its interval; of no width where all are alike."""
    known = values[there & np.isfinite(values)]
    if not len(known):
        return np.nan, np.nan, np.nan
    mean = float(known.mean())
    low, high = mean_interval(known) if len(known) > 1 else (mean, mean)
    return mean, low, high


def _units(plan: Plan, scenario: Scenario, minds: Minds, net: Network, when: str) -> pd.DataFrame:
    strategy = minds.strategy[:, None]
    knows = cosine(minds.belief, strategy, axis=2)
    acts = cosine(minds.allocation, strategy, axis=2)
    sees = cosine(minds.belief, minds.priority[None, None], axis=2)
    first = plan.tables.units.belief[None, :, :, None]
    way = np.abs(strategy - first).sum(axis=2)
    gone = 1.0 - np.divide(
        np.abs(strategy - minds.belief).sum(axis=2), way, out=np.full_like(way, np.nan), where=way > 1e-9
    )
    superior, deep = plan.tables.units.superior, depths(plan)
    records = {unit.name: unit for unit in scenario.units}
    rows: list[dict[str, Any]] = []
    for p, policy in enumerate(plan.policies):
        for name, i in _places(plan):
            there = minds.there[p, i]
            heard = np.ones_like(knows[p, i]) if superior[i] < 0 else knows[p, superior[i]]
            mean, low, high = _mean(knows[p, i], there)
            rows.append({
                "policy": policy, "when": when, "unit": name, "superior": records[name].reports_to or "",
                "function": records[name].function, "depth": deep[name], "people": records[name].people,
                "understanding": mean, "low": low, "high": high, "lost": _mean(heard - knows[p, i], there)[0],
                "passed_on": _mean(gone[p, i], there)[0], "acting": _mean(acts[p, i], there)[0],
                "seeing": _mean(sees[p, i], there)[0],
            })  # fmt: skip
    return pd.DataFrame(rows).merge(net.units, on="unit", how="left")


def _map(plan: Plan, minds: Minds, when: str) -> pd.DataFrame:
    objectives = {name: k for k, name in enumerate(sorted(plan.objectives))}
    rows = []
    for p, policy in enumerate(plan.policies):
        for name, i in _places(plan):
            there = minds.there[p, i]
            for objective in plan.objectives:
                k = objectives[objective]
                rows.append({
                    "policy": policy, "when": when, "unit": name, "objective": objective,
                    "strategy": _mean(minds.strategy[p, k], there)[0], "priority": _mean(minds.priority[k], there)[0],
                    "belief": _mean(minds.belief[p, i, k], there)[0],
                    "allocation": _mean(minds.allocation[p, i, k], there)[0],
                })  # fmt: skip
    return pd.DataFrame(rows)


def _whole(plan: Plan, minds: Minds, net: Network, when: str) -> pd.DataFrame:
    """The organisation as a whole: understanding by people, and how much more alike beliefs are within silos."""
    people = plan.tables.units.people[None, :, None] * minds.there
    weight = people.sum(axis=1)
    knows = cosine(minds.belief, minds.strategy[:, None], axis=2)
    mean = np.divide((knows * people).sum(axis=1), weight, out=np.full_like(weight, np.nan), where=weight > 0.0)
    silo = net.units.set_index("unit")["silo"]
    groups = np.array([silo[name] for name in sorted(plan.units)])
    direction = minds.belief / np.linalg.norm(minds.belief, axis=2, keepdims=True)
    rows = []
    for p, policy in enumerate(plan.policies):
        alive = weight[p] > 0.0
        value, low, high = _mean(mean[p], alive)
        within, across = _likeness(direction[p][:, :, alive], groups, minds.there[p][:, alive])
        rows.append({
            "policy": policy, "when": when, "understanding": value, "low": low, "high": high,
            "modularity": net.modularity, "within": within, "across": across, "apart": within - across,
        })  # fmt: skip
    return pd.DataFrame(rows)


def _likeness(direction: Values, groups: npt.NDArray[np.int64], there: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Mean cosine of the beliefs of two units of one silo, and of two units of different silos."""
    together = (groups[:, None] == groups[None, :]) & (groups[:, None] > 0)
    pairs = np.triu(np.ones_like(together), k=1)
    same, other = np.nonzero(pairs & together), np.nonzero(pairs & ~together)

    def mean(pair: tuple[npt.NDArray[np.intp], ...]) -> float:
        a, b = pair
        known = there[a] & there[b]
        return float((direction[a] * direction[b]).sum(axis=1)[known].mean()) if known.any() else float("nan")

    return mean(same), mean(other)
