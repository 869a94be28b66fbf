"""How the kernel is compiled: one decorator, and a cache that cannot serve stale code.

Numba's disk cache does not notice that a helper in another file was edited, so the folder it writes to is named after
a hash of every source file of this package and of the versions that shape machine code. An edit, an upgrade or another
processor therefore starts an empty folder, and an unchanged package finds its compiled kernel again.

`error_model="numpy"` lets divisions vectorise (0/0 is NaN, not an exception), `nogil` lets threads run the kernel side
by side. There is no `fastmath`: it would change bits between machines and remove tests for NaN.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import llvmlite
import numba as _typed_numba
import numpy

from realign.model.linking import link_helpers_of

numba: Any = _typed_numba  # its annotations know neither its settings nor all its options
_Function = TypeVar("_Function", bound=Callable[..., Any])


def _fingerprint() -> str:
    """Hash of what decides the machine code: the sources beside this file and the versions used."""
    digest = hashlib.blake2b(digest_size=8)
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    for part in (sys.version, numpy.__version__, llvmlite.__version__, platform.machine()):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


def _cache_folder() -> Path:
    """The folder for compiled code: REALIGN_CACHE_DIR, else the user's cache folder."""
    root = os.environ.get("REALIGN_CACHE_DIR")
    if root:
        return Path(root) / _fingerprint()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "realign" / _fingerprint()


CACHE_FOLDER = _cache_folder()


def _is_writable() -> bool:
    """Whether compiled code can be kept at all; without, every process compiles anew."""
    try:
        CACHE_FOLDER.mkdir(parents=True, exist_ok=True)
        return os.access(CACHE_FOLDER, os.W_OK)
    except OSError:
        return False


CACHE_IS_WRITABLE = _is_writable()


def entry(function: _Function) -> _Function:
    """Compile a function that Python calls, and keep the machine code on disk.

    With NUMBA_DISABLE_JIT=1 it stays plain Python and gives the same bits. Numba's own setting of a cache folder is
    put back, so that other users of numba in the process keep theirs.
    """
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(CACHE_FOLDER)
    try:
        made = numba.njit(error_model="numpy", nogil=True, cache=CACHE_IS_WRITABLE)(function)
    finally:
        numba.config.CACHE_DIR = before
    link_helpers_of(made)
    return made


def compiled(function: _Function) -> _Function:
    """Compile a helper of the kernel, for use by compiled code alone: without a door for Python it compiles sooner."""
    return numba.njit(error_model="numpy", nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)


def is_cached() -> bool:
    """Whether the compiled kernel is on disk already (so that a first run can say that it compiles)."""
    return any(CACHE_FOLDER.rglob("*play*.nbc"))
