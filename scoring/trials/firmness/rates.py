"""What a small count tells of the rate behind it: 3 of 4 is a rate that may well be 50 % or 95 %.

By Jeffreys' prior the rate after ``hits`` of ``number`` is distributed as Beta(hits + ½, number − hits + ½). With the
rate as the square of a sine the prior is flat, and the density has no peak at the ends that a grid could miss.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Real = npt.NDArray[np.float64]
_GRID = 1025
#: So many standard deviations of the angle to each side hold all that is ever drawn.
_WIDE = 9.0


@lru_cache(maxsize=4096)
def spread_rate(hits: float, number: float, points: int) -> Real:
    """So many equally likely rates, ascending: the quantiles at (j + ½) / ``points``. ``number`` is above 0.

    What is given back is kept: it must not be changed.
    """
    middle = np.arcsin(np.sqrt((hits + 0.25) / (number + 0.5)))
    reach = _WIDE / (2 * np.sqrt(number + 0.5))
    angles = np.linspace(max(0.0, middle - reach), min(np.pi / 2, middle + reach), _GRID)
    with np.errstate(divide="ignore", invalid="ignore"):
        high = 2 * (number - hits) * np.log(np.cos(angles)) if number > hits else 0.0
        low = 2 * hits * np.log(np.sin(angles)) if hits > 0 else 0.0
        density = np.exp((log := low + high) - np.max(log)) if number else np.ones(_GRID)
    filled = np.concatenate([[0.0], np.cumsum((density[1:] + density[:-1]) / 2)])
    asked = (np.arange(points) + 0.5) / points * filled[-1]
    return np.asarray(np.sin(np.interp(asked, filled, angles)) ** 2)
