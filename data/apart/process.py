"""Work done apart: in a process that can be killed, so that no file takes the server or the machine with it.

A child comes of a process kept for that alone (``forkserver.py``), which has loaded the modules and nothing of ours: no
database, no session, no secret of the environment. What is sent there is ours and is pickled; what comes back is
JSON, read by the type that the function promises, so that a child that was taken over can say nothing else.
"""

from __future__ import annotations

import atexit
import os
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from data.apart.answers import find_answers
from data.apart.messages import Broken, receive_message, send_message
from data.apart.refusals import read_refusal
from indicators.entries.refusal import Refusal

Answer = TypeVar("Answer")
P = ParamSpec("P")
Reason = Literal["slow", "large", "died", "crowded"]

_MIB = 1024**2
#: Settings of libraries that a process of ours begins with: no threads that it does not use, and no pool of memory
#: beside the system's, which would keep some 20 MiB of what it was given.
SPARING = {"OPENBLAS_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
#: How much longer than the child's own alarm is waited for it.
_GRACE = 5.0
#: So many children of a process work at the same time, and so long a further one is waited for.
AT_ONCE = 2
_PATIENCE = 60.0
#: Whether the system can; where it cannot, the work is done here, unlimited.
FORKS = hasattr(os, "fork")
_WORDS: dict[Reason, str] = {
    "slow": "超过 {seconds:.0f} 秒还没有做完，已经停下",
    "large": "要用的内存或写出的内容超过了限度（{memory} MB），已经停下",
    "died": "处理到一半，那个进程意外停了",
    "crowded": "现在同时要处理的文件太多，没有轮到；请过几分钟再试",
}


@dataclass(frozen=True)
class ChildLimits:
    """What a child may take for one thing that it is asked: seconds on the clock, bytes of memory beyond what it began
    with, bytes of a file that it writes, bytes of its answer.
    """

    seconds: float
    memory: int
    file: int = 2048 * _MIB
    answer: int = 64 * _MIB


def count_at_once() -> int:
    """How many children of this process are worth while at the same time: no more than there are cores."""
    return min(AT_ONCE, os.cpu_count() or 1) if FORKS else 1


class Stopped(Refusal):
    """Work that was stopped, or that stopped its process. Nothing of it was taken."""

    def __init__(self, reason: Reason, limits: ChildLimits) -> None:
        self.reason = reason
        self.limits = limits
        super().__init__(_WORDS[reason].format(seconds=limits.seconds, memory=limits.memory // _MIB))


class Child:
    """A process that answers one thing after another, about what it holds. It is there from the first question on.

    After it was stopped, another one takes its place with the next question.
    """

    def __init__(self, limits: ChildLimits, hold: Callable[..., object], *arguments: object) -> None:
        self._limits = limits
        self._hold = hold, arguments
        self._here: object = None
        self._link: socket.socket | None = None
        self._pid = 0

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def ask(self, function: Callable[Concatenate[Any, P], Answer], *args: P.args, **kwargs: P.kwargs) -> Answer:
        """What the function yields of what the child holds and of these arguments.

        Raises Stopped, the Refusal that it raised there, with its class and fields; RuntimeError, a fault
        like any other, with the child's own traceback in its text.
        """
        if not FORKS:
            self._here = self._here or self._hold[0](*self._hold[1])
            return function(self._here, *args, **kwargs)
        message = pickle.dumps((function, args, kwargs), pickle.HIGHEST_PROTOCOL)
        with _take_place(self._limits):
            answer = self._exchange(message)
        if answer[:1] == b"+":
            found: Answer = find_answers(function).validate_json(answer[1:])
            return found
        if answer[:1] == b"-":
            raise read_refusal(answer[1:])
        if answer[:1] == b"m":
            self._stop()
            raise Stopped("large", self._limits)
        raise RuntimeError(answer[1:].decode("utf-8", "replace"))

    def _exchange(self, message: bytes) -> bytes:
        began = time.monotonic()
        try:
            link = self._link or self._begin()
            began = time.monotonic()
            link.settimeout(self._limits.seconds + _GRACE)
            send_message(link, message)
            answer = receive_message(link, self._limits.answer)
        except TimeoutError:
            self._stop()
            raise Stopped("slow", self._limits) from None
        except Broken as broken:
            self._stop()
            late = time.monotonic() - began >= self._limits.seconds
            raise Stopped("large" if broken.too_long else "slow" if late else "died", self._limits) from None
        except OSError:
            self._stop()
            raise Stopped("died", self._limits) from None
        return answer

    def _begin(self) -> socket.socket:
        link = _find_nursery(self._hold[0].__module__).bear()
        self._link, self._pid = link, 0
        link.settimeout(_PATIENCE)
        self._pid = int.from_bytes(receive_message(link, 8), "big")
        send_message(link, pickle.dumps((self._limits, *self._hold), pickle.HIGHEST_PROTOCOL))
        return link

    def _stop(self) -> None:
        """End the process. As long as its end of the link is open it is alive, and its number nobody else's."""
        if self._link is None:
            return
        link, self._link = self._link, None
        try:
            link.setblocking(False)
            gone = link.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            gone = False
        except OSError:
            gone = True
        if not gone and self._pid:
            os.kill(self._pid, 9)
        link.close()


class _Nursery:
    """The process that children come of, as this process knows it."""

    def __init__(self, module: str) -> None:
        here, there = socket.socketpair()
        self._control = here
        with there:
            # Of the environment no more than a Python needs: it may name the store with its password.
            kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
            # Streamlit puts the folder of its script there, where a module of a package passes for one of Python's.
            paths = [path for path in sys.path if path and not os.path.exists(os.path.join(path, "__init__.py"))]
            kept |= {"PYTHONPATH": os.pathsep.join(paths), **SPARING}
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "data.apart.forkserver", str(there.fileno()), module],
                pass_fds=(there.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=kept,
                start_new_session=True,
            )

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def bear(self) -> socket.socket:
        """Our end of the link to a new child."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._control, [b"+"], [theirs.fileno()])
        return ours

    def close(self) -> None:
        """Let it end, with whatever still works there."""
        self._control.close()
        self._process.wait()


_places = BoundedSemaphore(AT_ONCE)
_lock = Lock()
#: By process as well: what a fork has inherited belongs to its parent.
_nurseries: dict[tuple[int, str], _Nursery] = {}


def prepare(module: str) -> None:
    """Have a process ready that has loaded the module; it is ready some time after this has returned."""
    if FORKS:
        _find_nursery(module)


def _find_nursery(module: str) -> _Nursery:
    with _lock:
        found = _nurseries.get((os.getpid(), module))
        if found is None or not found.lives:
            found = _nurseries[os.getpid(), module] = _Nursery(module)
        return found


@atexit.register
def _close_nurseries() -> None:
    for (pid, _), nursery in _nurseries.items():
        if pid == os.getpid():
            nursery.close()


@contextmanager
def _take_place(limits: ChildLimits) -> Iterator[None]:
    if not _places.acquire(timeout=_PATIENCE):
        raise Stopped("crowded", limits)
    try:
        yield
    finally:
        _places.release()
