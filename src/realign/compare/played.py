"""Who has played which futures.

Stage: comparison. In: (policy, future) values of one stress test. Out: numbers of futures, and what was played.
Idea: usually all policies play all futures. Where some were dropped on the way (`--select`), each has its first
futures and nan from there on: means and chances of a policy are those of its own futures, two policies are compared
on the futures that both have, and what is about all policies at once (who is best in a future) on those that all have.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from realign.compare.intervals import Values


def futures_of(values: Values) -> npt.NDArray[np.int64]:
    """(policy,) how many futures each has played; values: (policy, future) float64, nan from there on."""
    if not np.isnan(values[:, -1]).any():
        return np.full(len(values), values.shape[1], np.int64)
    return np.asarray(np.count_nonzero(~np.isnan(values), axis=1), np.int64)


def common(values: Values) -> Values:
    """The futures that all policies have played."""
    return values[:, : int(futures_of(values).min())]


def own_futures(values: Values) -> list[Values]:
    """What each policy has played."""
    return [own[:count] for own, count in zip(values, futures_of(values))]


def scores(values: Values) -> Values:
    """What policies are ranked by: mean value; of a dropped one, the leader's less their mean distance.

    The leader is the policy of highest mean among those that played most futures. A dropped policy's own mean would be
    held against means over other futures, easier or harder; the distance on the futures that both have is not.
    """
    counts = futures_of(values)
    means = np.array([float(own.mean()) for own in own_futures(values)])
    if (counts == counts[0]).all():
        return means
    leader = max(np.flatnonzero(counts == counts.max()), key=lambda p: means[p])
    gaps = [float((values[leader, :n] - own[:n]).mean()) for own, n in zip(values, counts)]
    return np.asarray(means[leader] - np.array(gaps), dtype=np.float64)
