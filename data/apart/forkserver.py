"""``python -m data.apart.forkserver FD MODULE``: a process that has a module loaded and ready, and forks when asked.

It does nothing else, so that a child begins in milliseconds and with nothing of the server in its memory.
"""

from __future__ import annotations

import errno
import gc
import importlib
import os
import pickle
import resource
import signal
import socket
import sys
import traceback
from typing import Any

from data.apart.answers import find_answers
from data.apart.messages import Broken, receive_message, send_message
from data.apart.refusals import write_refusal
from indicators.entries.refusal import Refusal

#: Our own side may send as much as it likes.
_ANY = 1 << 40
#: Less urgent than the pages.
_NICE = 10
_FILES = 256


def main() -> None:
    """Fork at every word, until the process that asks is gone; what still works then ends too."""
    control = socket.socket(fileno=int(sys.argv[1]))
    importlib.import_module(sys.argv[2]).make_ready()
    os.umask(0o077)
    # Children end by themselves, and nobody asks how.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    settle_memory()
    while True:
        word, handles, _, _ = socket.recv_fds(control, 1, 1)
        if not word:
            os.killpg(0, signal.SIGKILL)
        if os.fork() == 0:
            control.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _live(socket.socket(fileno=handles[0]))
            os._exit(0)
        for handle in handles:
            os.close(handle)


def settle_memory() -> None:
    """What is loaded stays: the collector need not look through it, nor often through what one file comes to.

    Cells, rows and elements form no circles. To look for some after every 700 of them was a tenth of what a form costs;
    50,000 things that wait for it are a few MiB.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _live(link: socket.socket) -> None:
    """Answer until nobody asks any more."""
    send_message(link, os.getpid().to_bytes(8, "big"))
    try:
        limits, hold, arguments = pickle.loads(receive_message(link, _ANY))
        _confine(limits)
        held: object = None
        while True:
            function, args, kwargs = pickle.loads(receive_message(link, _ANY))
            # Nothing in the process can hold this alarm off, and nothing has to be awake for it.
            signal.setitimer(signal.ITIMER_REAL, limits.seconds)
            try:
                if held is None:
                    held = hold(*arguments)
                    # It is there for as long as the process is: the collector need not look through it.
                    gc.freeze()
                answer = _answer(function, held, args, kwargs)
            except MemoryError:
                answer = b"m"
            signal.setitimer(signal.ITIMER_REAL, 0)
            send_message(link, answer)
    except (Broken, OSError):
        return


def _answer(function: Any, held: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
    try:
        found = function(held, *args, **kwargs)
        return b"+" + find_answers(function).dump_json(found)
    except Refusal as refusal:
        return b"-" + write_refusal(refusal)
    except MemoryError:
        raise
    except BaseException as error:
        if isinstance(error, OSError) and error.errno == errno.EFBIG:
            return b"m"
        return b"!" + traceback.format_exc().encode("utf-8", "replace")


def _confine(limits: Any) -> None:
    """Give up for good what one piece of work does not need."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    os.nice(_NICE)
    # A compiled module of which the limit on files lets only a part be written would be read by every later process.
    sys.dont_write_bytecode = True
    with open("/proc/self/statm", encoding="ascii") as file:
        begun = int(file.read().split()[0]) * resource.getpagesize()
    _limit(resource.RLIMIT_AS, begun + limits.memory)
    _limit(resource.RLIMIT_FSIZE, limits.file)
    _limit(resource.RLIMIT_NOFILE, _FILES)
    _limit(resource.RLIMIT_CORE, 0)


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
