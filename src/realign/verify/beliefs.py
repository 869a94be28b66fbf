"""Cases of beliefs: consensus, resistance, the cascade, peers, garbling, autonomy, and effort that follows belief.

Stage: verify. In: the files of these names. Out: `CASES`.
Idea: beliefs are read off the state at the beginning of a week: (policy, unit, objective, future), units and objectives
in the order of their names.
"""

from __future__ import annotations

from collections.abc import Callable
from math import comb, exp, log

import numpy as np
from numpy import ndarray

from realign.verify.case import Case, Quantity, exact, mean
from realign.verify.played import Played


def _belief(week: int, unit: int, objective: int = 0) -> Callable[[Played], ndarray]:
    return lambda played: played.at(week, "belief")[0, unit, objective]


def _log_odds(played: Played, unit: int) -> ndarray:
    belief = played.at(5, "belief")[0, unit]
    return np.log(belief[0] / belief[1])


_EQUILIBRIUM = (
    (0.49069040173201833, 0.5093095982679817), (0.2860356025980274, 0.7139643974019726),
    (0.4255232138561463, 0.5744767861438538), (0.523634832812124, 0.4763651671878758),
)  # fmt: skip
_CASCADE = {
    1: {1: 0.2062994740159002, 6: 0.75, 13: 0.9503937171259937, 26: 0.997539216699424},
    3: {2: 0.0, 3: 0.008779996890010529, 6: 0.1067723544884909, 13: 0.5213702120780817, 26: 0.9268787919134658},
}
_DELAY = 4.0 * log(2.0)
_IN_CONTINUOUS_TIME = 1.0 - exp(-_DELAY) * (1.0 + _DELAY + _DELAY**2 / 2.0)
_OFF = {3: -0.060108163058187336, 6: -0.028877214378166483, 12: -0.014154082128962076, 24: -0.007007123370558976}
_NEGATIVE_BINOMIAL = "chance that the sum of so many geometric delays is over, each 1 - 2^(-1/3) a week"


def _taken_up(depth: int) -> tuple[Quantity, ...]:
    moves = 1.0 - 2.0 ** (-1 / 3)

    def off(played: Played) -> ndarray:
        few = [sum(comb(t, j) * moves**j * (1.0 - moves) ** (t - j) for j in range(depth)) for t in range(1, 27)]
        return np.array([played.at(t, "belief")[0, depth - 1, 1, 0] - 1.0 + few[t - 1] for t in range(1, 27)])

    return (
        *(exact(f"taken up after {week} weeks", share, _belief(week, depth - 1, 1), _NEGATIVE_BINOMIAL)
          for week, share in _CASCADE[depth].items()),
        exact("off that in any of 26 weeks", 0.0, off, "1 less the chance of fewer than so many successes in t trials"),
    )  # fmt: skip


def _off_the_textbook(half_life: int) -> Callable[[Played], ndarray]:
    """How far the share taken up at depth 3 after four half-lives is from the one in continuous time."""

    def take(played: Played) -> ndarray:
        of = played if half_life == 3 else played.under(f"Half-life {half_life}")
        return of.at(4 * half_life, "belief")[0, 2, 1] - _IN_CONTINUOUS_TIME

    return take


CASES = (
    Case("degroot", 1, (
        exact("belief of every unit", 0.4967741935483873, lambda p: p.at(400, "belief")[0, :, 0],
              "left eigenvector of the weights x first beliefs"),
        exact("belief in the other objective", 0.5032258064516129, lambda p: p.at(400, "belief")[0, :, 1], "the same"),
    )),
    Case("friedkin-johnsen", 1, tuple(
        exact(f"belief of unit {unit + 1} in {name}", belief[k], _belief(400, unit, k), "(I - (I - R) W)^-1 R b(0)")
        for unit, belief in enumerate(_EQUILIBRIUM) for k, name in enumerate(("One", "Two"))
    )),
    Case("cascade-depth-1", 1, _taken_up(1)),
    Case("cascade-depth-3", 1, _taken_up(3)),
    Case("cascade-finer", 1, tuple(
        exact(f"off the textbook, half-life {weeks}", off, _off_the_textbook(weeks),
              "by weeks less in continuous time, 0.523987")
        for weeks, off in _OFF.items()
    )),
    Case("peers-and-superior", 1, (
        exact("belief of A", 0.75 * (0.6 * 0.5 + 0.4 * 0.5) + 0.25 * 0.9, _belief(1, 0),
              "(1 - rho)(tau heard + (1 - tau) peers) + rho b(0)"),
        exact("belief of B", 0.5, _belief(1, 1), "without peers all weight is on what is heard"),
    )),
    Case("network-complete", 1, tuple(
        exact(f"belief of {name}", belief, _belief(1, unit), "mean of the other two")
        for unit, (name, belief) in enumerate({"A": 0.4, "B": 0.75, "C": 0.55}.items())
    )),
    Case("garbling", 20_000, (
        mean("mean log-odds at depth 1", 0.0, lambda p: _log_odds(p, 0), "noise takes no side"),
        mean("variance at depth 1", 0.08, lambda p: _log_odds(p, 0) ** 2, "2 noise^2"),
        mean("variance at depth 3", 0.24, lambda p: _log_odds(p, 2) ** 2, "three steps of it"),
    )),
    Case("autonomy", 1, (
        exact("belief after 10 weeks", 0.3 + 0.7 * 0.9**10, _belief(10, 0), "w + (b(0) - w) (1 - 0.1)^10"),
    )),
    Case("turnover", 1, (
        exact("belief after the strike", 0.4 * 0.5 + 0.6 * 0.9, _belief(4, 0), "40 % newcomers, who believe evenly"),
    )),
    Case("inertia", 1, tuple(
        exact(f"effort left after {week} weeks", 2.0 ** (-week / 4),
              lambda p, w=week: p.at(w, "allocation")[0, 0, 0],  # type: ignore[misc]
              "2^(-weeks / half-life)")
        for week in (1, 4, 8)
    )),
    Case("retooling", 1, (
        exact("machines left after 20 weeks", 0.25, lambda p: p.at(20, "automated")[0, :, 0],
              "two half-lives, at every depth of the cascade"),
        exact("people left after 20 weeks", 1.0, lambda p: p.at(20, "allocation")[0, :, 0], "their inertia is endless"),
    )),
    Case("cohesion", 1, (
        exact("mean resultant length", 0.8703761438084403, lambda p: p["cohesion"], "by its definition"),
    )),
)  # fmt: skip
