"""What a login may cost the server: two passwords reckoned at a time, and few wrong ones from an address.

Kept in memory, for each server process by itself: it holds off who has no account, not a person, whom the lock of the
account holds off in the store.
"""

from __future__ import annotations

import ipaddress
import math
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock, Semaphore
from typing import TypeVar

from data.trail.refusals import LoginRefused

#: So many passwords are reckoned at the same time, and for so long, in seconds, another one waits for its turn.
AT_ONCE = 2
PATIENCE = 20.0
#: By so much a reckoning is nicer than the rest: it has a third of what a page has where both want the processor.
BEHIND = 5
#: So many wrong passwords, or logins that are not decided yet, an address has free; each comes back after so long.
BURST = 20
RECOVERY = timedelta(seconds=6)
#: As many addresses are remembered; where more come at once the ones that have waited longest are forgotten.
_REMEMBERED = 10_000


Found = TypeVar("Found")


class Turnstile:
    """Lets a few through at a time."""

    def __init__(self, at_once: int = AT_ONCE, patience: float = PATIENCE) -> None:
        self._slots = Semaphore(at_once)
        self._patience = patience

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One of the turns, waited for. Raises LoginRefused after ``patience`` seconds."""
        if not self._slots.acquire(timeout=self._patience):
            raise LoginRefused("现在登录的人太多，还没有轮到；请过几秒再试")
        try:
            yield
        finally:
            self._slots.release()


def stand_back(reckon: Callable[[], Found]) -> Found:
    """What ``reckon`` yields or raises, worked out behind whatever else the machine has to do: pages go first.

    In a thread of its own, for no thread may take back what it has given up. Other systems than Linux know of no
    threads' priorities: there it is done like everything else.
    """
    found: Future[Found] = Future()

    def work() -> None:
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), os.nice(0) + BEHIND)
        try:
            found.set_result(reckon())
        except BaseException as error:
            found.set_exception(error)

    threading.Thread(target=work, name="password", daemon=True).start()
    return found.result()


class Attempts:
    """How often each address was wrong of late."""

    def __init__(self, burst: int = BURST, recovery: timedelta = RECOVERY) -> None:
        self._lock = Lock()
        self._burst, self._recovery = burst, recovery
        self._spent: dict[str, tuple[float, datetime]] = {}

    def begin(self, address: str, now: datetime) -> None:
        """Count an attempt that is not decided yet. Raises LoginRefused for one too many."""
        key = _name_net(address)
        with self._lock:
            spent = self._read(key, now)
            if spent + 1 > self._burst:
                seconds = math.ceil((spent + 1 - self._burst) * self._recovery.total_seconds())
                raise LoginRefused(f"您所在的网络地址输错密码的次数太多，请在 {seconds} 秒以后再试")
            self._spent.pop(key, None)
            self._spent[key] = (spent + 1, now)
            while len(self._spent) > _REMEMBERED:
                del self._spent[next(iter(self._spent))]

    def forgive(self, address: str, now: datetime) -> None:
        """Take an attempt back that was right: an office of two hundred people may share one address."""
        key = _name_net(address)
        with self._lock:
            self._spent[key] = (max(0.0, self._read(key, now) - 1), now)

    def _read(self, key: str, now: datetime) -> float:
        spent, since = self._spent.get(key, (0.0, now))
        return max(0.0, spent - max(now - since, timedelta()) / self._recovery)


def _name_net(address: str) -> str:
    """An address of IPv4, or the net of one of IPv6: whoever has one of these has all of its addresses."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else None
    if mapped is not None or isinstance(known, ipaddress.IPv4Address):
        return str(mapped or known)
    return str(ipaddress.ip_network((known, 64), strict=False))
