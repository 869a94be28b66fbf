"""Beginning sooner.

Stage: run. In: nothing. Out: a first call of the kernel that takes less time.
Idea: before its first compiled function numba asks whether SciPy's linear algebra is there, by importing it: a fifth of
a second where SciPy is installed, for nothing that the kernel uses. Here numba is told without the import.
Before it loads a function from disk, numba learns all that it could compile, for another eighth of a second. A function
of ours needs none of that to be loaded; what has to be compiled after all makes numba learn it then.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pickle import UnpicklingError
from typing import Any

_TRIED = ((0, 68),)  # versions of numba into which `load_at_once` is known to reach rightly
_ASKS, _ASKED_FOR = "numba.np.arraymath", "scipy.linalg"


def spare_linear_algebra() -> None:
    """Let numba load without SciPy's linear algebra, which is still there for those who use it."""
    if _ASKS in sys.modules or _ASKED_FOR in sys.modules or find_spec("scipy") is None:
        return
    modules: dict[str, Any] = sys.modules
    modules[_ASKED_FOR] = None  # so that importing it fails
    try:
        asks: Any = import_module(_ASKS)
    finally:
        del modules[_ASKED_FOR]
    if hasattr(asks, "_HAVE_BLAS"):
        asks._HAVE_BLAS = True


def load_at_once() -> None:
    """Let numba load functions of this package without getting ready to compile."""
    import numba
    from numba.core import caching
    from numba.core.runtime import rtsys

    cache: Any = caching.Cache
    usual = cache.load_overload
    if tuple(map(int, numba.__version__.split(".")[:2])) not in _TRIED or usual.__module__ == __name__:
        return

    def load_overload(self: Any, signature: Any, context: Any) -> Any:
        if not self._py_func.__module__.startswith("realign."):
            return usual(self, signature, context)
        rtsys.initialize(context)  # what a loaded function may call: memory
        with self._guard_against_spurious_io_errors():
            try:
                return self._load_overload(signature, context)
            except (UnpicklingError, EOFError, ValueError, IndexError, AttributeError):
                self.flush()  # a file that was cut short, by a full disk or a kill: it is compiled anew
        return None

    cache.load_overload = load_overload
