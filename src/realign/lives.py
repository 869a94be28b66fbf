'''Many lives of the twin: the same futures with processes of one's own and without.

Stage: above all others; a shell for scripts and notebooks. In: a scenario and processes. Out: `Lives`, tables.
Idea: what a process brings about is the difference between two lives of one future. `realign.twin.access` lists what a
process may wait for, see and touch.

>>> import realign as ra
>>> def walkout(org):
...     """The bakers stop work at a moment nobody knows, until they are heard and paid."""
...     yield org.until(10 + 20 * org.uniform("beginning"))
...     for _ in range(4):
...         org.hit("capacity", 0.9, units=["Bakers"], lasts=1)
...         yield org.wait(1)
...     org.hit("cash", 2_000)
>>> def inspection(org):
...     """The regulator comes after the first flour crisis and keeps a response team busy for three weeks."""
...     yield org.struck("Flour crisis")
...     with org.teams.request() as turn:
...         yield turn
...         yield org.wait(3)
>>> bakery = ra.load("scenarios/bakery.toml").replace("weeks", 40)
>>> lives = ra.live_many(bakery, processes=[walkout, inspection], policies=["Quarterly, prepared"], futures=3)
>>> lives.compare("Quarterly, prepared").difference < 0
True
'''

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from realign.compare import Paired, paired
from realign.errors import UsageError
from realign.scenario import Scenario
from realign.scenario.desk import suggestion
from realign.twin import Processes, live, named

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Lives:
    """What some futures came to under some policies, with the added processes and without.

    outcomes: one row for each policy, future and `with_processes` (False, True), one column for each measure of a
    run; events: policy, future, with_processes, week, kind, name, amount; what a process did has the kind "process".
    """

    processes: tuple[str, ...]
    outcomes: pd.DataFrame
    events: pd.DataFrame

    def compare(self, policy: str, *, measure: str = "value") -> Paired:
        """With the processes less without them, future by future."""
        known = list(dict.fromkeys(self.outcomes["policy"]))
        for what, name, names in (("policy", policy, known), ("measure", measure, list(self.outcomes.columns[3:]))):
            if name not in names:
                raise UsageError(f'{what} "{name}": not among these lives{suggestion(name, names)}')
        rows = self.outcomes[self.outcomes["policy"] == policy]
        return paired(*(rows[rows["with_processes"] == added][measure].to_numpy(float) for added in (True, False)))

    def summary(self, measure: str = "value") -> pd.DataFrame:
        """By policy: the mean with and without the processes, and the paired difference with its 95 % interval."""
        import pandas as pd

        rows = []
        for policy in dict.fromkeys(self.outcomes["policy"]):
            found = self.compare(policy, measure=measure)
            rows.append((policy, found.futures, found.other, found.mean, found.difference, found.low, found.high))
        return pd.DataFrame(rows, columns=["policy", "futures", "without", "with", "difference", "low", "high"])


def live_many(
    scenario: Scenario, *, processes: Processes, futures: int = 200, policies: Iterable[str] | None = None,
    seed: int | None = None, stress: str = "baseline",
) -> Lives:  # fmt: skip
    """Live through futures 0 .. futures - 1 under these policies (None: all), with the processes and without.

    processes: generator functions in a list, or by name in a dict. The lives without them are those of `live`, and of
    the kernel; all draws of the model are the same in both.
    """
    import pandas as pd

    added = named(processes)
    outcomes, events = [], []
    for policy in [policy.name for policy in scenario.policies] if policies is None else policies:
        for future in range(futures):
            for given in ({}, added):
                life = live(scenario, policy=policy, future=future, seed=seed, stress=stress, processes=given)
                place = (policy, future, given is added)
                outcomes.append((*place, *life.outcomes.values()))
                events += [(*place, event.week, event.kind, event.name, event.amount) for event in life.events]
                measures = list(life.outcomes)
    if not outcomes:
        raise UsageError("no lives to live: give at least one future and one policy")
    place_names = ["policy", "future", "with_processes"]
    return Lives(
        tuple(added),
        pd.DataFrame(outcomes, columns=[*place_names, *measures]),
        pd.DataFrame(events, columns=[*place_names, "week", "kind", "name", "amount"]),
    )
