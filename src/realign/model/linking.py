"""Helpers of the kernel are linked into their entry, and only there optimised and made machine code.

Numba finishes every function by itself: each helper, with all that it calls, is optimised in full and emitted, to be
optimised once more inside its caller, and inside the caller's caller. Nobody ever calls those single copies. While an
entry of ours is compiled, its helpers are therefore left as they are until they are linked into it. The kernel then
compiles in two thirds of the time; bits and speed are the same, since the entry is optimised as a whole either way.

Loops of an entry are not unrolled: the inner ones go over a few objectives or units, and code for many of them at once,
which hardly ever runs, makes the kernel a twentieth slower.

This reaches into numba, so it is done for versions that have been tried; with others code just takes longer.
"""

from typing import Any

import llvmlite.binding as llvm
import numba
from numba.core import codegen, event

_TRIED = ((0, 68),)


class _Compiling(event.Listener):
    """Which functions are being compiled, the outermost first; numba compiles under one lock."""

    def __init__(self) -> None:
        self.entries: list[Any] = []
        self.stack: list[Any] = []

    def on_start(self, event: Any) -> None:  # of a compilation
        self.stack.append(event.data["dispatcher"])

    def on_end(self, event: Any) -> None:
        self.stack.pop()

    @property
    def entry(self) -> bool:
        """Whether an entry of ours is being compiled, or one of its helpers."""
        return len(self.stack) > 0 and any(self.stack[0] is entry for entry in self.entries)

    @property
    def helper(self) -> bool:
        """Whether a helper of an entry of ours is being compiled."""
        return len(self.stack) > 1 and self.entry


_COMPILING = _Compiling()


def link_helpers_of(entry: Any) -> None:
    """From now on, leave the helpers of this entry to be optimised within it."""
    if tuple(map(int, numba.__version__.split(".")[:2])) not in _TRIED or not hasattr(entry, "py_func"):
        return
    if not _COMPILING.entries:
        event.register("numba:compile", _COMPILING)
        _teach(codegen.CPUCodeLibrary, codegen.JITCPUCodegen, codegen)
    _COMPILING.entries.append(entry)


def _teach(library: Any, engine: Any, passes: Any) -> None:
    """Make numba's libraries of code pass over helpers, and its passes leave the loops of entries as they are."""
    optimise, finish, set_environment = library._optimize_final_module, library._finalize_final_module, engine.set_env

    create_pass_builder = passes.create_pass_builder

    def without_unrolling(machine: Any, opt: int = 2, loop_vectorize: bool = False, slp_vectorize: bool = False) -> Any:
        if not _COMPILING.entry:
            return create_pass_builder(machine, opt, loop_vectorize, slp_vectorize)
        tuning = llvm.create_pipeline_tuning_options()
        tuning.speed_level, tuning.loop_unrolling = opt, False
        tuning.loop_vectorization, tuning.slp_vectorization = loop_vectorize, slp_vectorize
        return llvm.create_pass_builder(machine, tuning)

    def optimise_unless_helper(self: Any) -> None:
        if not _COMPILING.helper:
            optimise(self)

    def finish_unless_helper(self: Any) -> None:
        if _COMPILING.helper:
            self._finalize_dynamic_globals()
            self._finalized = True
        else:
            finish(self)

    def set_environment_unless_helper(self: Any, name: str, environment: Any) -> None:
        if not _COMPILING.helper:  # of code that was not emitted there is none
            set_environment(self, name, environment)

    library._optimize_final_module = optimise_unless_helper
    library._finalize_final_module = finish_unless_helper
    engine.set_env = set_environment_unless_helper
    passes.create_pass_builder = without_unrolling
