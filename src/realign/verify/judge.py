"""Cases played and held to their answers.

Stage: verify. In: cases. Out: a `Result` for each quantity of each case.
Idea: a case is played in blocks of futures, on threads (the kernel lets go of Python's lock); blocks are put together
in the order of their futures, so that threads change no digit. What was asked of a block is all that is kept of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy import ndarray

from realign.errors import UsageError
from realign.scenario import Scenario
from realign.scenario.desk import suggestion
from realign.verify.case import LIMIT, Case, Quantity
from realign.verify.known import AREA_OF, CASES, scenario_of
from realign.verify.played import Change, Played, as_it_is

BLOCK = 2_048  # futures played at once: their weekly series fit into memory, and two threads find enough to share
_FEWEST = 100  # futures below which the mean of a sample is not near enough to normal


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One quantity: what was expected, what was found, and whether the two agree.

    tolerance: how far apart they may be: LIMIT standard errors, or what an exact quantity may miss by rounding.
    """

    case: str
    area: str
    quantity: str
    kind: str
    expected: float
    found: float
    standard_error: float
    tolerance: float
    futures: int
    source: str

    @property
    def passed(self) -> bool:
        """Never where nothing was found (NaN)."""
        return abs(self.found - self.expected) <= self.tolerance


def _standard_error(quantity: Quantity, sample: ndarray) -> float:
    if quantity.kind == "chance":
        return sqrt(quantity.expected * (1.0 - quantity.expected) / sample.size)
    return float(sample.std(ddof=1) / sqrt(sample.size))


def _judged(case: Case, quantity: Quantity, sample: ndarray, futures: int) -> Result:
    """Hold a sample, by future, to what is expected of it."""
    expected, error = quantity.expected, 0.0
    if quantity.kind == "exact":
        found = float(sample[np.argmax(np.abs(sample - expected))]) if sample.size else float("nan")
        tolerance = quantity.within * max(1.0, abs(expected))
    else:
        found, error = float(sample.mean()), _standard_error(quantity, sample)
        tolerance = LIMIT * error
    return Result(
        case=case.name, area=AREA_OF.get(case.name, ""), quantity=quantity.name, kind=quantity.kind, expected=expected,
        found=found, standard_error=error, tolerance=tolerance, futures=futures, source=quantity.source,
    )  # fmt: skip


def _take(case: Case, scenario: Scenario, futures: range, change: Change) -> list[ndarray]:
    """What each quantity of a case is in some futures."""
    played = Played(scenario, futures, change=change)
    return [np.asarray(quantity.take(played), np.float64).ravel() for quantity in case.quantities]


def _blocks(futures: int) -> list[range]:
    return [range(first, min(first + BLOCK, futures)) for first in range(0, futures, BLOCK)]


def _futures(case: Case, factor: float) -> int:
    """How many futures a case is played with: more or fewer only where chance is at work."""
    if all(quantity.kind == "exact" for quantity in case.quantities):
        return case.futures
    return max(ceil(case.futures * factor), _FEWEST)


def try_case(case: Case, scenario: Scenario, *, change: Change = as_it_is) -> list[Result]:
    """One case, on this thread; `change` is what a test of the case changes in the plan."""
    parts = [_take(case, scenario, futures, change) for futures in _blocks(case.futures)]
    return _results(case, parts, case.futures)


def _results(case: Case, parts: Sequence[list[ndarray]], futures: int) -> list[Result]:
    samples = [np.concatenate(pieces) for pieces in zip(*parts)]
    return [_judged(case, quantity, sample, futures) for quantity, sample in zip(case.quantities, samples)]


def _processors() -> int:
    """As many threads as this process may use processors."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def chosen(names: Iterable[str] | None) -> list[Case]:
    """The cases of these names, or all; raises UsageError."""
    wanted = None if names is None else list(names)
    for name in wanted or ():
        if name not in CASES:
            raise UsageError(f'case "{name}": no such case{suggestion(name, CASES, all_of="cases")}')
    return [case for case in CASES.values() if wanted is None or case.name in wanted]


def verify(
    cases: Iterable[str] | None = None, *, seed: int | None = None, futures_factor: float = 1.0,
    threads: int | None = None, progress: Callable[[int, int, str], None] | None = None,
) -> list[Result]:  # fmt: skip
    """Play the cases of these names (None: all) and hold every quantity to its known answer.

    seed: instead of the files' own: a fresh trial; futures_factor: times as many futures, for narrower tolerances;
    progress: called with cases done, cases in all, and the name of the case just done.
    """
    played = chosen(cases)
    change = {} if seed is None else {"seed": seed}
    results: list[Result] = []
    with ThreadPoolExecutor(threads or _processors()) as pool:
        waiting: list[tuple[Case, int, list[Future[list[ndarray]]]]] = []
        for case in played:
            scenario, futures = scenario_of(case.name), _futures(case, futures_factor)
            scenario = scenario.replace(change) if change else scenario
            blocks = [pool.submit(_take, case, scenario, block, as_it_is) for block in _blocks(futures)]
            waiting.append((case, futures, blocks))
        try:
            for number, (case, futures, blocks) in enumerate(waiting, start=1):
                results += _results(case, [block.result() for block in blocks], futures)
                if progress is not None:
                    progress(number, len(played), case.name)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return results
