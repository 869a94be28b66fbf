"""How a result was made: what run.json says.

Stage: run. In: the order and what became of it. Out: plain values for JSON.
Idea: every result can say how it was made.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from math import isfinite
from typing import Any

from realign.errors import BlockError
from realign.running.blocks import StressTest
from realign.running.choice import Order

_LIBRARIES = ("realign", "numpy", "numba", "llvmlite", "pandas", "pyarrow", "matplotlib")


def describe(
    order: Order, stresses: Sequence[StressTest], *, futures: int, seconds: float, speed: float, command: str,
    interrupted: bool, precision: dict[str, Any] | None, selection: dict[str, Any] | None,
    failed: Sequence[BlockError],
) -> dict[str, Any]:  # fmt: skip
    """What run.json says."""
    plan = stresses[0].plan
    return {
        "name": order.scenario.name,
        "summary": order.scenario.summary,
        "currency": order.scenario.organisation.currency,
        "scenario_file": order.scenario.file,
        "scenario_hash": order.hash,
        "seed": order.seed,
        "futures": futures,
        "futures_wanted": order.futures,
        "interrupted": interrupted,
        "policies": list(order.policies),
        "stresses": [stress.name for stress in stresses],
        "failed": [{**failure.as_dict(), "cause": failure.cause} for failure in failed],
        "measures": list(plan.measures),
        "series": list(plan.series),
        "weeks": int(plan.weeks),
        "events": order.events,
        "precision": _plain(precision),
        "selection": _plain(selection),
        "command": command,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "seconds_by_stress": {stress.name: round(stress.seconds, 3) for stress in stresses},  # of all threads together
        "unit_weeks_per_second": round(speed),
        "threads": order.threads,
        "histogram_bins": stresses[0].fan.counts.shape[1],
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in _LIBRARIES}},
        "platform": platform.platform(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "key": order.key,
    }


def _plain(watched: dict[str, Any] | None) -> dict[str, Any] | None:
    """Looks as plain values, less what they did not look at; an infinite half-width has no place in JSON."""
    if watched is None:
        return None
    looks = [{key: value for key, value in asdict(look).items() if value} for look in watched["looks"]]
    for look in looks:
        if "half_widths" in look:
            look["half_widths"] = {k: v if isfinite(v) else None for k, v in look["half_widths"].items()}
    return {**watched, "looks": looks}


def _version(name: str) -> str | None:
    if name == "realign":
        from realign import __version__

        return __version__
    try:
        return version(name)
    except PackageNotFoundError:
        return None
