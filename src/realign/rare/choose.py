"""Which of many worlds to play: systematic sampling with chances in proportion to a size.

Stage: rare events. In: a size for each world and how many to choose. Out: the chosen, and each world's chance.
Idea: each world is given a length, its chance of being chosen; lengths laid end to end add up to n, and a ruler with
marks at u, u + 1, ... u + n - 1, u uniform between 0 and 1, chooses the worlds under its marks: n of them, none
twice, each with exactly its chance. No chance exceeds 1: what would is chosen for certain, and the rest share what is
left. Laid in order of the guess, neighbours are alike, and the chosen are spread over all guesses evenly.
Source: W. Madow, Annals of Mathematical Statistics 20 (1949); W. Cochran, Sampling Techniques, 3rd ed., Wiley 1977,
section 9A.10.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from realign.model.compiled import entry
from realign.model.philox import stream, uniform

Values = npt.NDArray[np.float64]


def chances_of_choice(size: Values, number: int) -> Values:
    """Chances of being chosen that add up to `number`, in proportion to the sizes (above 0) as far as 1 allows."""
    certain = np.zeros(len(size), np.bool_)
    while True:
        left = number - int(certain.sum())
        chance = np.where(certain, 1.0, size * (left / size[~certain].sum() if left > 0 else 0.0))
        more = chance > 1.0
        if not more.any():
            return chance
        certain |= more


def chosen(chance: Values, *, seed: int) -> npt.NDArray[np.intp]:
    """The places of the chosen, in order."""
    ends = np.cumsum(chance)
    number = round(float(ends[-1]))
    ends *= number / ends[-1]  # sums of many chances are a little off
    start = _uniform(np.uint64(seed), np.uint64(stream("rare", "", "choice")))
    return np.minimum(np.searchsorted(ends, np.arange(number) + start, side="right"), len(chance) - 1)


@entry
def _uniform(seed: Any, name: Any) -> Any:
    """The uniform of this stream that belongs to no future in particular."""
    return uniform(seed, np.uint64(0), name, 0, 0)
