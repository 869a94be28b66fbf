"""Cases of attention: perceiving, recognising, warnings, detectors, and the queue for response teams.

Stage: verify. In: the files of these names. Out: `CASES`.
"""

from __future__ import annotations

from math import erf, exp, sqrt

import numpy as np
from numpy import ndarray

from realign.verify.case import Case, chance, exact, mean
from realign.verify.played import Played


def _work(played: Played) -> ndarray:
    """How long one who comes when the last week begins waits for a team: what Poisson arrivals wait (PASTA)."""
    week = played.plan.weeks - 1
    return np.maximum(played.at(week, "team_free")[0].min(axis=0) - week, 0.0)


def _waits(played: Played) -> ndarray:
    return _work(played) > 0.0


def _run(played: Played) -> ndarray:
    """Weeks to the first alarm, the first counting 1; those without one count with the horizon."""
    return np.fmin(played.first("alarm") + 1.0, played.plan.weeks)


def _seen(played: Played) -> ndarray:
    """How far leadership's log-odds of two objectives are from the true ones."""
    seen = played.at(3, "perceived")[0]
    return np.log(seen[0] / seen[1]) - np.log(3 / 7)


_SHEWHART = 0.5 * (1.0 - erf(2.0 / sqrt(2.0)))
_HEARD = 1.0 - 0.7**2
_MOVED = 0.3 * exp(1.0) / (0.3 * exp(1.0) + 0.7)

CASES = (
    Case("erlang-one-team", 5_000, (
        chance("chance of waiting", 0.5999759181284695, _waits, "Erlang's C = 0.6, less 2e-5 after 200 weeks"),
        mean("mean wait in weeks", 2.999228208496361, _work, "C / (mu - lambda) = 3, less 0.001 after 200 weeks"),
    )),
    Case("erlang-two-teams", 4_000, (
        chance("chance of waiting", 0.7109386832678461, _waits, "Erlang's C = 0.7111, less 0.0002 after 300 weeks"),
        mean("mean wait in weeks", 3.547483144174449, _work, "C / (2 mu - lambda) = 3.556, less 0.008"),
    )),
    Case("erlang-early", 20_000, (
        chance("chance of waiting in week 13", 0.5439139574081512, _waits, "M/M/1 from empty, by uniformisation"),
        mean("mean wait in week 13", 2.131611627107938, _work, "cases then in the system x 2 weeks"),
    )),
    Case("handling", 10_000, (
        mean("mean weeks to decide", 4.5, lambda p: p["weeks_to_decide"], "mean handling + half a week to its end"),
        exact("decisions", 1.0, lambda p: p["decisions"], "one case"),
    )),
    Case("recognition", 10_000, (
        mean("mean weeks", 3.0, lambda p: p["weeks_to_recognise"], "mean 6, divided by monitoring 2"),
        mean("variance", 9.0, lambda p: (p["weeks_to_recognise"] - 3.0) ** 2, "that of an exponential time"),
    )),
    Case("warnings", 10_000, (
        chance("chance of being warned", _HEARD, lambda p: p.number("warning", "Flood"), "1 - (1 - 0.3)^2"),
        exact("week of the warning", 16.0, lambda p: p.first("warning", "Flood")[p.number("warning", "Flood") > 0],
              "4 weeks before week 20"),
        mean("mean weeks to recognise", 1.5 * (1.0 - _HEARD), lambda p: p["weeks_to_recognise"],
             "0 if warned, else 3 / monitoring 2"),
    )),
    Case("false-alarms", 4_000, (
        mean("mean number", 6.0, lambda p: p.number("false alarm", "Flood"), "6 a year"),
        mean("variance", 6.0, lambda p: (p.number("false alarm", "Flood") - 6.0) ** 2, "Poisson: the same"),
    )),
    Case("cusum-quiet", 2_048, (
        mean("mean weeks to a false alarm", 331.77544554059295, _run,
             "integral equation, k = 0.5, h = 4: 335.37; cut at 1500 weeks"),
        mean("mean, cut at 500 weeks", 261.43507833134960, lambda p: np.minimum(_run(p), 500.0), "cut at 500 weeks"),
        mean("mean, cut at 200 weeks", 152.18662432311888, lambda p: np.minimum(_run(p), 200.0), "cut at 200 weeks"),
    )),
    Case("cusum-quieter", 1_024, (
        mean("mean weeks to a false alarm", 894.6221963130117, _run,
             "integral equation, k = 0.5, h = 5: 930.89; cut at 3000 weeks"),
        mean("mean, cut at 1000 weeks", 615.3124353777897, lambda p: np.minimum(_run(p), 1000.0), "cut at 1000 weeks"),
    )),
    Case("cusum-shift", 5_000, (
        mean("mean weeks to an alarm", 10.375975277945543, _run, "integral equation, k = 0.5, h = 5, shift 1"),
    )),
    Case("ewma-one-week", 4_000, (
        mean("mean weeks to an alarm", (1 - (1 - _SHEWHART) ** 500) / _SHEWHART, _run,
             "weight 1 is Shewhart's chart: 1 / Phi(-2), cut at 500 weeks"),
        chance("chance in the first week", _SHEWHART, lambda p: p.first("alarm") == 0, "Phi(-2)"),
    )),
    Case("ewma", 4_000, (
        mean("mean weeks to an alarm", 95.91594819065341, _run,
             "integral equation, weight 0.2, limit 2: 95.94; cut at 800 weeks"),
    )),
    Case("perception", 1, tuple(
        exact(f"perceived after {week} weeks", _MOVED + (0.3 - _MOVED) * 2.0 ** (-week / 5),
              lambda p, w=week: p.at(w, "perceived")[0, 0],  # type: ignore[misc]
              "w + (v(0) - w) 2^(-weeks / 5)")
        for week in (1, 5, 20)
    )),
    Case("perception-noise", 10_000, (
        mean("mean log-odds", 0.0, _seen, "noise takes no side"),
        mean("variance of log-odds", 2 * 0.2**2 / 4, lambda p: _seen(p) ** 2, "2 noise^2 / monitoring 4"),
    )),
    Case("reading-noise", 10_000, (
        mean("mean reading", 50.0, lambda p: p.at(4, "reading")[0, 0], "noise takes no side"),
        mean("variance of readings", 100.0, lambda p: (p.at(4, "reading")[0, 0] - 50.0) ** 2, "(0.2 x 50)^2"),
    )),
    Case("reviews", 1, (
        exact("decisions", 10.0, lambda p: p["decisions"], "weeks 15, 28, ... 132 of 145"),
        exact("strategy after 3 decisions", 0.3 + 0.7 * 0.4**3, lambda p: p.at(42, "strategy")[0, 0],
              "v + (s(0) - v) (1 - 0.6)^3"),
    )),
)  # fmt: skip
