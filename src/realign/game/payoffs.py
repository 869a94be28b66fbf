"""A game between policies and campaigns: payoffs, equilibria, and how sure one is of them.

Stage: game. In: a scenario, blue's policies, red's campaigns. Out: a `Matrix` of payoffs with its sampling error, pure
and mixed equilibria, the minimax policy.
Idea: blue chooses a policy, red a campaign it can afford; what blue gains, red loses (a zero-sum game). Every cell is
played on the same futures, so errors are shared and differences sure. Sampling error is carried through by bootstrap:
futures are drawn again, means taken again, and the game solved again. A library for games (nashpy) solves the linear
programme; it is an extra: pip install 'realign[games]'.
Source: von Neumann (1928), Zur Theorie der Gesellschaftsspiele.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from realign.errors import UsageError
from realign.game.campaigns import Campaign, deck
from realign.model import build_plan, play_block
from realign.running.choice import chosen_names
from realign.scenario.desk import suggestion
from realign.scenario.records import Scenario

if TYPE_CHECKING:
    import pandas

FUTURES = 512
RESAMPLES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """An equilibrium in mixed strategies: chances of each policy and campaign, and what the game is worth to blue."""

    blue: ndarray
    red: ndarray
    value: float


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Matrix:
    """Payoffs to blue: (policy, campaign, future)."""

    policies: Sequence[str]
    campaigns: Sequence[Campaign]
    measure: str
    payoffs: ndarray
    solution: Solution
    resampled: Sequence[Solution]
    pure: Sequence[tuple[str, str]]  # equilibria without chance

    @property
    def table(self) -> pandas.DataFrame:
        """Mean payoffs: policies by campaigns."""
        import pandas

        names = [c.name for c in self.campaigns]
        return pandas.DataFrame(self.payoffs.mean(axis=2), index=list(self.policies), columns=names)

    @property
    def errors(self) -> pandas.DataFrame:
        """Standard errors of the mean payoffs."""
        import pandas

        spread = self.payoffs.std(axis=2, ddof=1) / np.sqrt(self.payoffs.shape[2])
        return pandas.DataFrame(spread, index=list(self.policies), columns=[c.name for c in self.campaigns])

    @property
    def minimax(self) -> str:
        """The one policy whose worst campaign hurts least."""
        return self.policies[int(self.payoffs.mean(axis=2).min(axis=1).argmax())]

    @property
    def sure(self) -> float:
        """How often, when the futures are drawn again, the same policy is minimax."""
        return float(np.mean([name == self.minimax for name in self._resampled_minimax()]))

    def _resampled_minimax(self) -> list[str]:
        means = _resamples(self.payoffs)
        return [self.policies[int(m.min(axis=1).argmax())] for m in means]

    @property
    def strategies(self) -> pandas.DataFrame:
        """Blue's and red's chances in equilibrium, with 95 % intervals from drawing the futures again."""
        import pandas

        rows = []
        sides: list[tuple[str, Sequence[str], ndarray, ndarray]] = [
            ("blue", list(self.policies), self.solution.blue, np.array([s.blue for s in self.resampled])),
            ("red", [c.name for c in self.campaigns], self.solution.red, np.array([s.red for s in self.resampled])),
        ]
        for side, names, chances, again in sides:
            low, high = np.quantile(again, (0.025, 0.975), axis=0)
            rows += [(side, *row) for row in zip(names, chances, low, high)]
        return pandas.DataFrame(rows, columns=["side", "choice", "chance", "low", "high"])

    @property
    def value(self) -> tuple[float, float, float]:
        """What the game is worth to blue, and its 95 % interval from drawing the futures again."""
        again = np.quantile([s.value for s in self.resampled], (0.025, 0.975))
        return self.solution.value, float(again[0]), float(again[1])

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"

    def __str__(self) -> str:
        value, low, high = self.value
        pure = "; ".join(f"{a} against {b}" for a, b in self.pure) or "none"
        if not self.pure:
            sides = (("blue", self.policies, self.solution.blue), ("red", self.table.columns, self.solution.red))
            pure += "".join(
                f"; {side} mixes " + ", ".join(f"{name} {chance:.0%}" for name, chance in zip(names, chances) if chance)
                for side, names, chances in sides
            )
        return (
            f"{self.table.T.round(4).to_string()}\n\n"
            f"Minimax policy: {self.minimax} (again in {self.sure:.0%} of redraws).\n"
            f"Pure equilibria: {pure}.\nThe game is worth {value:.4f} to blue ({low:.4f} to {high:.4f})."
        )

    __repr__ = __str__


def payoffs(
    scenario: Scenario, *, policies: Sequence[str] | None = None, campaigns: Sequence[Campaign] | None = None,
    budget: float = 8.0, measure: str = "value", futures: int = FUTURES, seed: int | None = None,
) -> Matrix:  # fmt: skip
    """Play every policy against every campaign on the same futures, and solve the game; red's deck if None is given."""
    solver = _library()
    names = chosen_names("policy", policies, [p.name for p in scenario.policies])
    red = deck(scenario, budget=budget) if campaigns is None else list(campaigns)
    if futures < 2 or not red:
        raise UsageError(
            f"payoffs: {futures} futures, {len(red)} campaigns: wanted are 2 futures and 1 campaign at least"
        )
    for c in red:
        if c.bits > budget + 1e-9:
            raise UsageError(f'campaign "{c.name}": costs {c.bits:.1f} bits, more than the budget of {budget:g}')
    cells = []
    for c in red:
        plan = build_plan(scenario, force=c.force, policies=names)
        if measure not in plan.measures:
            raise UsageError(f'measure "{measure}": no such measure{suggestion(measure, list(plan.measures))}')
        block = play_block(plan, seed=scenario.seed if seed is None else seed, first=0, count=futures)
        cells.append(block.outcomes[:, plan.measures.index(measure)])
    found = np.stack(cells, axis=1)
    if not np.isfinite(found).all():
        raise UsageError(f'measure "{measure}": is not known in every future, so it has no mean; take another')
    mean = found.mean(axis=2)
    return Matrix(
        policies=names, campaigns=red, measure=measure, payoffs=found, solution=solve(mean, solver),
        resampled=[solve(again, solver) for again in _resamples(found)],
        pure=[(names[i], red[j].name) for i, j in saddle_points(mean)],
    )  # fmt: skip


def _resamples(found: ndarray) -> list[ndarray]:
    """Mean payoffs with the futures drawn again, the same ones in every cell."""
    rng = np.random.Generator(np.random.Philox(key=[2023, found.shape[2]]))
    number = found.shape[2]
    return [found[:, :, rng.integers(0, number, number)].mean(axis=2) for _ in range(RESAMPLES)]


def saddle_points(mean: ndarray) -> list[tuple[int, int]]:
    """Pure equilibria: the least of its row, and the greatest of its column."""
    least, greatest = mean.min(axis=1, keepdims=True), mean.max(axis=0, keepdims=True)
    return [(int(i), int(j)) for i, j in zip(*np.nonzero((mean == least) & (mean == greatest)))]


def solve(mean: ndarray, solver: Any = None) -> Solution:
    """The mixed equilibrium of a zero-sum game with these payoffs to the rows."""
    solver = solver or _library()
    blue, red = solver.Game(mean).linear_program()
    blue, red = (np.maximum(side, 0.0) / np.maximum(side, 0.0).sum() for side in (np.array(blue), np.array(red)))
    return Solution(blue=blue, red=red, value=float(blue @ mean @ red))


def _library() -> Any:
    try:
        import nashpy
    except ImportError as error:
        raise UsageError("games between policies need a solver: pip install 'realign[games]'") from error
    return nashpy
