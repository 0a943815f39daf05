"""When Python looks for circles among its objects: to find none costs more than most commands do themselves."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def collect_seldom() -> None:
    """To look for circles among all that a large run holds is a sixth of explaining it, and the process ends then."""
    gc.set_threshold(50_000, 20, 50)


@contextmanager
def collecting_later() -> Iterator[None]:
    """Around imports: what they make stays to the end, so it is neither looked through meanwhile nor ever again."""
    before, running = len(sys.modules), gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # Only where something was imported: whoever calls a command a hundred times must not keep what each leaves.
        if len(sys.modules) > before:
            gc.freeze()
        if running:
            gc.enable()
