"""Running scenarios: every stress test and policy on the same futures, on threads, into a folder.

Stage: run, after the model. In: a scenario. Out: a result folder, or a `Result`.
Idea: what to run (`folder`), where to run it (`blocks`) and where results go (`parts`, `files`) are kept apart.

The package can be called: `realign.run(scenario, futures=10_000)` gives a `Result`. In Python a package and a function
cannot both be called `realign.run`, and both names are wanted; so this package's module is of a class with `__call__`.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from realign.run.folder import run_to_folder

if TYPE_CHECKING:
    from realign.result import Result
    from realign.scenario import Scenario

__all__ = ["run_to_folder"]


class _Run(ModuleType):
    """The module `realign.run`, which is also the function."""

    def __call__(self, scenario: Scenario, **options: Any) -> Result:
        """Run a scenario and return its `Result`; see `realign.result.run` for the options."""
        from realign.result import run

        return run(scenario, **options)


sys.modules[__name__].__class__ = _Run
