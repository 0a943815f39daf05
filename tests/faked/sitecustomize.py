"""Read by every Python that starts under a false clock (``tests.hours``): makes ``time.sleep`` work there.

Debian 12's libfaketime takes its offset off every moment that ``clock_nanosleep`` is given, those of the monotonic
clock too, which it was told to leave alone; the call then fails or sleeps for years. Waiting for nothing takes as long.
"""

import select
import time


def sleep(seconds: float) -> None:
    """Like ``time.sleep``."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        select.select([], [], [], min(left, 1e6))


time.sleep = sleep
