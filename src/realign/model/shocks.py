"""Shocks and their effects as arrays.

Stage: model. In: the shocks of a scenario and what a stress test forces. Out: `tables.Shocks` and `tables.Effects`.
"""

from collections.abc import Sequence

import numpy as np
from numpy import ndarray

from realign.model import effects as felt
from realign.model.arrivals import PURPOSES
from realign.model.philox import stream
from realign.model.severity import KINDS as SEVERITIES
from realign.model.tables import Effects, Shocks
from realign.model.units import persistence, shares
from realign.scenario.records import Effect, Force, Shock, Unit


def _ranges(lists: Sequence[Sequence[object]]) -> ndarray:
    """Where the list of each shock begins when they are laid end to end."""
    return np.concatenate([[0], np.cumsum([len(items) for items in lists], dtype=np.int64)]).astype(np.int64)


def _flat(lists: Sequence[Sequence[float]], dtype: type = np.float64) -> ndarray:
    return np.array([item for items in lists for item in items], dtype)


def tabulate_shocks(shocks: list[Shock], force: Sequence[Force]) -> Shocks:
    """The table of how shocks arrive."""
    names = [shock.name for shock in shocks]
    forced = [[f for f in force if f.shock == name] for name in names]
    parameters = np.zeros((len(shocks), 3))
    for s, shock in enumerate(shocks):
        parameters[s, : len(shock.severity.parameters)] = shock.severity.parameters
    fade = np.array([persistence(s.clustering.half_life) if s.clustering else 0.0 for s in shocks])
    branching = np.array([s.clustering.branching if s.clustering else 0.0 for s in shocks])
    warnings = [shock.warning for shock in shocks]
    causes = [[(shock, cause) for cause in shock.causes] for shock in shocks]
    streams = [[stream("shock", name, purpose) for purpose in PURPOSES] for name in names]
    return Shocks(
        rate=np.array([s.rate / 52.0 for s in shocks], np.float64),
        chance=np.array([s.chance for s in shocks], np.float64),
        scheduled_start=_ranges([s.weeks for s in shocks]),
        scheduled_week=_flat([s.weeks for s in shocks], np.int64),
        forced_start=_ranges(forced),
        forced_week=_flat([[f.week for f in forces] for forces in forced], np.int64),
        forced_severity=_flat([[np.nan if f.severity is None else f.severity for f in forces] for forces in forced]),
        forced_from=np.zeros(sum(len(forces) for forces in forced), np.int64),
        forced_recognised=np.full(sum(len(forces) for forces in forced), np.nan),
        excitation=branching * (1.0 - fade),
        excitation_persistence=fade,
        severity_kind=np.array([SEVERITIES.index(s.severity.dist) for s in shocks], np.int64),
        severity_parameter=parameters,
        severity_cap=np.array([s.severity.max for s in shocks], np.float64),
        severity_lift=np.empty((len(shocks), 0)),
        empirical_start=_ranges([s.severity.values for s in shocks]),
        empirical_value=_flat([sorted(s.severity.values) for s in shocks]),
        recognised_after=np.array([s.recognised_after for s in shocks], np.float64),
        warning_lead=np.array([w.lead if w else 0 for w in warnings], np.int64),
        warning_chance=np.array([w.chance if w else 0.0 for w in warnings], np.float64),
        false_alarm_rate=np.array([w.false_alarms / 52.0 if w else 0.0 for w in warnings], np.float64),
        cause_start=_ranges(causes),
        cause_shock=np.array([names.index(c.shock) for pairs in causes for _, c in pairs], np.int64),
        cause_chance=np.array([c.chance for pairs in causes for _, c in pairs], np.float64),
        cause_delay=np.array([c.delay for pairs in causes for _, c in pairs], np.int64),
        cause_stream=np.array(
            [stream("cause", f"{s.name}\x1e{c.shock}\x1e{n}", "chance") for p in causes for n, (s, c) in enumerate(p)],
            np.uint64,
        ),
        stream=np.array(streams, np.uint64).reshape(len(shocks), len(PURPOSES)),
    )


def _units_hit(effect: Effect, units: list[Unit]) -> list[float]:
    """1 for each unit on which the effect can act."""
    if effect.functions:
        return [float(unit.function in effect.functions) for unit in units]
    if isinstance(effect.units, str):
        return [1.0] * len(units)
    return [float(unit.name in effect.units) for unit in units]


def tabulate_effects(shocks: list[Shock], units: list[Unit], objectives: list[str]) -> Effects:
    """The table of what shocks do."""
    pairs = [(s, effect) for s, shock in enumerate(shocks) for effect in shock.effects]
    uniform = np.full(len(objectives), 1.0 / len(objectives))
    ones = [e for e, (_, x) in enumerate(pairs) if x.units == "one" and not x.functions]
    return Effects(
        start=_ranges([shock.effects for shock in shocks]),
        shock=np.array([s for s, _ in pairs], np.int64),
        kind=np.array([felt.KINDS.index(x.on) for _, x in pairs], np.int64),
        size=np.array([x.size for _, x in pairs], np.float64),
        persistence=np.array([0.0 if x.half_life is None else persistence(x.half_life) for _, x in pairs], np.float64),
        lasts=np.array([0.0 if x.lasts is None else x.lasts for _, x in pairs], np.float64),
        one=np.array([ones.index(e) if e in ones else -1 for e in range(len(pairs))], np.int64),
        unit=np.array([_units_hit(x, units) for _, x in pairs], np.float64).reshape(len(pairs), len(units)),
        objective=np.array(
            [[float(not x.objectives or name in x.objectives) for name in objectives] for _, x in pairs], np.float64
        ).reshape(len(pairs), len(objectives)),
        belief=np.array(
            [uniform if x.believes is None else shares(x.believes, objectives) for _, x in pairs], np.float64
        ).reshape(len(pairs), len(objectives)),
    )
