"""The model in C: what a processor can do if all is written out by hand, the limit to hold the kernel against.

Stage: bench. In: a plan, a seed and a range of futures. Out: the outcomes and weekly series that a block has.

The sources are beside this file, in `c`. They are compiled when they are first needed, for this processor, by gcc,
with the number of objectives as a constant; the machine code is kept in the user's cache folder under a hash of all it
was made from. The header that describes a plan's tables is written from the tables themselves.
"""

import ctypes
import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy import ndarray

from realign.model.compiled import CACHE_FOLDER
from realign.model.plan import Plan
from realign.model.rules import KINDS as RULES
from realign.model.rules import OWN

SOURCES = Path(__file__).parent / "c"
# no contraction: with fused multiply-adds the bits, though not the answers, would depend on the processor
FLAGS = ("-O3", "-march=native", "-fopenmp", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math",
         "-std=gnu11", "-shared", "-fPIC")  # fmt: skip
FUSED = tuple(flag.replace("contract=off", "contract=fast") for flag in FLAGS)
_TYPES = {"f": "double", "i": "int64_t", "u": "uint64_t", "b": "uint8_t"}
_NUMBERS = {"f": ctypes.c_double, "i": ctypes.c_int64, "u": ctypes.c_uint64}


class Refused(ValueError):
    """A plan uses something that the peer lacks."""


@dataclass(frozen=True)
class Played:
    """outcomes: (policy, measure, future); weekly: (policy, series, week, future), as a block has them."""

    outcomes: ndarray
    weekly: ndarray


def compiler() -> str | None:
    """Where gcc is, if it is."""
    return shutil.which("gcc")


def check(plan: Plan) -> None:
    """Refuse a plan that uses something that the peer lacks."""
    t, own = plan.tables, ", ".join(sorted({rule for rule in plan.rules if rule not in RULES}))
    lacks = {
        f"rule of the user's own ({own})": (t.policies.rule >= OWN).any(),
        "monitoring that changes in the course of time": t.policies.watch_from.shape[1] > 1,
        "severities by class": t.shocks.severity_lift.shape[1] > 0,
        "forced shocks that are announced or recognised at a stated time": t.shocks.forced_from.any()
        or not np.isnan(t.shocks.forced_recognised).all(),
    }
    found = [what for what, is_used in lacks.items() if is_used]
    if found:
        raise Refused(f"the C peer has no {' and no '.join(found)}")


def sizes_of(plan: Plan) -> dict[str, int]:
    """How many there are of what the tables list."""
    t = plan.tables
    return {
        "policies": len(t.policies.rule), "units": len(t.units.people), "functions": t.objectives.share.shape[1],
        "shocks": len(t.shocks.rate), "effects": len(t.effects.kind), "effects_on_one": int((t.effects.one >= 0).sum()),
        "regimes": len(t.world.regime_leave), "contingencies": len(t.contingencies.after),
        "opportunities": len(t.opportunities.gain), "teams": int(t.policies.teams.max()),
        "past": int(t.objectives.kpi_lag.max()) + 1,
    }  # fmt: skip


def _letter(value: Any) -> str:
    return np.asarray(value).dtype.kind


def header_of(plan: Plan) -> str:
    """plan.h: the tables' fields as C has them, in their order."""
    lines, outer = [], []
    for name, table in plan.tables._asdict().items():
        lines.append("typedef struct {")
        for field, value in table._asdict().items():
            pointer = "const " if isinstance(value, ndarray) else ""
            star = "*" if isinstance(value, ndarray) else ""
            lines.append(f"    {pointer}{_TYPES[_letter(value)]} {star}{field};")
        lines.append(f"}} {name}_table;")
        outer.append(f"    {name}_table {name};")
    lines += ["typedef struct {", *outer, "} tables;", "typedef struct {"]
    lines += [f"    int32_t {name};" for name in sizes_of(plan)]
    return "\n".join([*lines, "} sizes;", ""])


def _filled(plan: Plan) -> tuple[Any, Any, list[ndarray]]:
    """The tables and sizes as C has them, and the arrays that they point to."""
    kept, tables = [], {}
    for name, table in plan.tables._asdict().items():
        fields, values = [], []
        for field, value in table._asdict().items():
            if isinstance(value, ndarray):
                kept.append(np.ascontiguousarray(value))
                fields.append((field, ctypes.c_void_p))
                values.append(kept[-1].ctypes.data)
            else:
                fields.append((field, _NUMBERS[_letter(value)]))
                values.append(value.item() if isinstance(value, np.generic) else value)
        tables[name] = type(name, (ctypes.Structure,), {"_fields_": fields})(*values)
    whole = type("Tables", (ctypes.Structure,), {"_fields_": [(n, type(t)) for n, t in tables.items()]})
    sizes = sizes_of(plan)
    counts = type("Sizes", (ctypes.Structure,), {"_fields_": [(name, ctypes.c_int32) for name in sizes]})
    return whole(*tables.values()), counts(*sizes.values()), kept


@cache
def _library(header: str, objectives: int, flags: tuple[str, ...]) -> Any:
    """The compiled peer for plans of these tables and so many objectives."""
    gcc = compiler()
    if gcc is None:
        raise FileNotFoundError("the C peer is compiled when it is needed, by gcc, which this machine lacks")
    sources = sorted(SOURCES.glob("*.[ch]"))
    digest = hashlib.blake2b(header.encode(), digest_size=8)
    version = subprocess.run([gcc, "--version"], capture_output=True, check=True).stdout
    for part in (*(s.read_bytes() for s in sources), str((objectives, flags)).encode(), version):
        digest.update(part + b"\0")
    folder = CACHE_FOLDER.parent / f"c-{digest.hexdigest()}"
    made = folder / "peer.so"
    if not made.exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "plan.h").write_text(header)
        partly = folder / f"peer-{os.getpid()}.so"
        command = [gcc, *flags, f"-DOBJECTIVES={objectives}", f"-I{folder}", f"-I{SOURCES}", str(SOURCES / "peer.c"),
                   "-o", str(partly), "-lm"]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"gcc refuses the C peer:\n{done.stderr}")
        partly.replace(made)
    return ctypes.CDLL(str(made))


class Peer:
    """One plan made ready to be played, again and again, in memory that is warm.

    The weekly series of a range of futures hold until the next range is played.
    """

    def __init__(self, plan: Plan, *, flags: tuple[str, ...] = FLAGS) -> None:
        check(plan)
        self.plan = plan
        self.library = _library(header_of(plan), len(plan.objectives), flags)
        self.tables, self.sizes, self.kept = _filled(plan)
        self.tile = ctypes.c_int.in_dll(self.library, "tile_lanes").value
        self.weekly = np.empty(0)

    def play(self, *, seed: int, first: int, count: int, threads: int = 1) -> Played:
        """Play futures first .. first + count - 1."""
        plan, columns = self.plan, -(-count // self.tile) * self.tile
        shape = (len(plan.policies), len(plan.series), plan.weeks, columns)
        if self.weekly.shape != shape:
            self.weekly = np.empty(shape)
        outcomes = np.empty((len(plan.policies), len(plan.measures), count))
        status = self.library.play(
            ctypes.byref(self.tables), ctypes.byref(self.sizes), ctypes.c_uint64(seed), ctypes.c_uint64(first),
            ctypes.c_int64(count), ctypes.c_int(threads), ctypes.c_void_p(outcomes.ctypes.data),
            ctypes.c_void_p(self.weekly.ctypes.data),
        )  # fmt: skip
        if status != 0:
            raise Refused("some shock arrives too often to be reckoned with")
        return Played(outcomes=outcomes[:, plan.measure_columns], weekly=self.weekly[..., :count])


def play(plan: Plan, *, seed: int, first: int, count: int, threads: int = 1) -> Played:
    """Play futures first .. first + count - 1 of a plan."""
    return Peer(plan).play(seed=seed, first=first, count=count, threads=threads)
