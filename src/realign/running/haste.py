"""Beginning sooner.

Stage: run. In: nothing. Out: a first call of the kernel that takes less time.
Idea: before its first compiled function numba asks whether SciPy's linear algebra is there, by importing it: a fifth of
a second where SciPy is installed, for nothing that the kernel uses. Here numba is told without the import.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any

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
