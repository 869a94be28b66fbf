"""Whom units listen to together, so that what they hear beside is added up once for all of them.

Stage: model. In: the ties of all units. Out: crowds, and for each unit the one that it listens to.

Units that listen to the same others with the same weights share a crowd. So do those of a circle, in which each listens
to all but itself: the crowd is the whole circle, and each takes itself out of the sum again. Of n units that all listen
to each other, n additions are made instead of n (n - 1).
"""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
from numpy import ndarray

Ties = dict[int, float]
NO_CROWD = -1
AT_ONCE = 50  # units in a group: three objectives of their beliefs, in a pack of lanes, stay in the first cache


@dataclass
class Crowds:
    """Crowds, and who listens to which.

    members: of each crowd, units in rising order with their weights; of: (N,) the crowd of each unit, or NO_CROWD;
    weight: (N,) the factor on the sum over the crowd; itself: (N,) 1.0 where a unit is in its crowd and has to be taken
    out, else 0.0.
    """

    members: list[Ties] = field(default_factory=list)
    of: list[int] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)
    itself: list[float] = field(default_factory=list)

    def _starts(self) -> ndarray:
        """Where each crowd has its members of the first group of units, of the second .., and its end: (G + 1, M)."""
        groups = range(0, len(self.of) + AT_ONCE, AT_ONCE)
        before = [np.searchsorted(list(ties), groups) for ties in self.members]
        begins = np.cumsum([0, *map(len, self.members)])[: len(self.members)]
        return np.ascontiguousarray(np.array(before, np.int64).reshape(-1, len(groups)).T) + begins.astype(np.int64)

    def tabulate(self) -> dict[str, ndarray]:
        """The columns of the units' table."""
        return {
            "crowd": np.array(self.of, np.int64),
            "crowd_weight": np.array(self.weight, np.float64),
            "crowd_itself": np.array(self.itself, np.float64),
            "crowd_start": self._starts(),
            "crowd_member": np.array([unit for ties in self.members for unit in ties], np.int64),
            "member_weight": np.array([weight for ties in self.members for weight in ties.values()], np.float64),
        }


def _choices(unit: int, ties: Ties) -> list[tuple[Hashable, Ties, float, float]]:
    """The crowds that would do for a unit: a key, its members, the factor on their sum, and whether it is one of them.

    With equal weights, the unit itself can be counted in and taken out again; for one or two peers that saves nothing.
    """
    choices: list[tuple[Hashable, Ties, float, float]] = [(tuple(sorted(ties.items())), ties, 1.0, 0.0)]
    if len(set(ties.values())) == 1 and unit not in ties and len(ties) > 2:
        together = dict.fromkeys(sorted([*ties, unit]), 1.0)
        choices.append((tuple(together), together, next(iter(ties.values())), 1.0))
    return choices


def find_crowds(ties: list[Ties]) -> Crowds:
    """The crowds of all units; ties: of each unit, whom it listens to with what weight, by rising number of unit."""
    choices = [_choices(unit, heard) for unit, heard in enumerate(ties)]
    often = Counter(key for some in choices for key, *_ in some)
    crowds, places = Crowds(), dict[Hashable, int]()
    for some in choices:
        key, members, weight, itself = max(some, key=lambda choice: often[choice[0]])
        if members and key not in places:
            places[key] = len(crowds.members)
            crowds.members.append(members)
        crowds.of.append(places[key] if members else NO_CROWD)
        crowds.weight.append(weight)
        crowds.itself.append(itself)
    return crowds
