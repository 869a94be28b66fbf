"""Detectors on perceived value: they alarm when it falls against an exponentially weighted baseline.

With z = (perceived value - mean) / sd of the baseline before this week,

    CUSUM (Page 1954):   C <- max(0, C - z - allowance),        alarm above the threshold
    EWMA (Roberts 1959): Z <- (1 - weight) Z + weight z,        alarm below -threshold sqrt(weight / (2 - weight))

An alarm starts the statistic anew.
"""

from __future__ import annotations

import math

from realign.scenario.records import Trigger
from realign.twin.shares import pace

_LEAST_VARIANCE = 1e-24  # a baseline that never moved must not divide by 0


class Detector:
    """One detector and its baseline."""

    def __init__(self, trigger: Trigger, start: float) -> None:
        self.trigger = trigger
        self.mean, self.variance = start, trigger.sd**2
        self.statistic = 0.0

    def look(self, value: float) -> bool:
        """Take in this week's perceived value; whether it raises an alarm."""
        trigger, off = self.trigger, value - self.mean
        z = off / math.sqrt(max(_LEAST_VARIANCE, self.variance))
        step = pace(trigger.baseline)
        self.mean += step * off
        self.variance += step * (off * off - self.variance)
        if trigger.method == "cusum":
            self.statistic = max(0.0, self.statistic - z - trigger.allowance)
            raised = self.statistic > trigger.threshold
        else:
            self.statistic = (1.0 - trigger.weight) * self.statistic + trigger.weight * z
            raised = self.statistic < -trigger.threshold * math.sqrt(trigger.weight / (2.0 - trigger.weight))
        if raised:
            self.statistic = 0.0
        return raised
