"""Powers of e, as far as numbers reach.

Tails are heavy and a scenario may ask for anything: a shock of severity 1e5 may multiply demand by e**1e5, which no
number holds. Where numbers end, so does the model: exponents count up to 709 and down to -708.
"""

from __future__ import annotations

import math


def exponential(x: float) -> float:
    """e**x for -708 <= x <= 709, and what it is at the nearer end elsewhere."""
    return math.exp(min(max(x, -708.0), 709.0))
