"""A guess, from the signs of a world, of how likely its future is to be of interest.

Stage: rare events. In: signs of futures that were played, and which of them were of interest. Out: a `Guess`.
Idea: logistic regression, log(p / (1 - p)) = c + b . signs, with a penalty |b|^2 / 2 on coefficients of standardised
signs, so that a sign that says nothing is given no say; found by Newton's method. It decides which worlds are worth
playing, never what they count for: a bad guess costs precision and not correctness. Sums are not left to a library of
linear algebra, whose last digits depend on how many threads it takes.
Source: T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning, 2nd ed., Springer 2009, chapter 4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]

PENALTY = 1.0  # a coefficient of standardised signs is of the order of 1 before anything is known
_STEPS = 25  # of Newton's method, which needs some eight
_LIMIT = 30.0  # of log odds


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """usual, spread: (sign,) mean and standard deviation; coefficient: (1 + sign,), the constant first."""

    usual: Values
    spread: Values
    coefficient: Values

    def __call__(self, signs: Values) -> Values:
        """Chances by future; signs: (future, sign)."""
        return _chance(_standard(signs, self.usual, self.spread), self.coefficient)


def learned(signs: Values, of_interest: npt.NDArray[np.bool_]) -> Guess:
    """The guess that futures with these signs (future, sign) teach."""
    usual, spread = signs.mean(axis=0), signs.std(axis=0)
    spread = np.where(spread > 0.0, spread, 1.0)
    x = _standard(signs, usual, spread)
    seen = of_interest.astype(np.float64)
    part = (seen.sum() + 0.5) / (len(seen) + 1.0)
    coefficient = np.zeros(x.shape[1])
    coefficient[0] = np.log(part / (1.0 - part))
    penalty = np.where(np.arange(x.shape[1]) > 0, PENALTY, 0.0)
    for _ in range(_STEPS):
        chance = _chance(x, coefficient)
        slope = np.einsum("fi,f->i", x, seen - chance) - penalty * coefficient
        curvature = np.einsum("fi,fj->ij", x * (chance * (1.0 - chance))[:, None], x) + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curvature, slope)
        coefficient = coefficient + step
        if np.abs(step).max() < 1e-8:
            break
    return Guess(usual=usual, spread=spread, coefficient=coefficient)


def _standard(signs: Values, usual: Values, spread: Values) -> Values:
    return np.hstack([np.ones((len(signs), 1)), (signs - usual) / spread])


def _chance(x: Values, coefficient: Values) -> Values:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(np.einsum("fi,i->f", x, coefficient), -_LIMIT, _LIMIT))))
