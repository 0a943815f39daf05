"""Messages go out as Streamlit means them, in their order, only with less work.

Not proven here: what a page costs (``docs/benchmarks.md``, *processor*). That pages still arrive whole is shown by
every test with a browser or a socket.
"""

from __future__ import annotations

import asyncio
import threading

from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from dashboard.web.outbox import Outbox, _fill_once
from dashboard.web.server import SETTINGS


def test_a_theme_that_was_filled_once_is_what_streamlit_fills_each_time() -> None:
    held = {name: config.get_option(name) for name in SETTINGS if name.startswith("theme.")}
    try:
        for name in held:
            config.set_option(name, SETTINGS[name])
        fill = _fill_once(app_session._populate_theme_msg)
        for section in ((), ("theme.sidebar",), ()):
            meant, filled = CustomThemeConfig(), CustomThemeConfig()
            app_session._populate_theme_msg(meant, *section)
            fill(filled, *section)
            assert filled == meant, section
        assert meant.primary_color == SETTINGS["theme.primaryColor"]
    finally:
        for name, value in held.items():
            config.set_option(name, value)


def test_calls_of_threads_are_made_in_their_order_and_one_that_fails_ends_no_other() -> None:
    made, failed = list[int](), list[object]()
    outbox, threads = Outbox(), 4

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, told: failed.append(told["exception"]))
        ended = asyncio.Event()

        def call(number: int) -> None:
            made.append(number)
            if number % 10 == 0:
                raise ValueError(number)
            if len(made) == 100 * threads:
                ended.set()

        def draw(first: int) -> None:
            for number in range(first, first + 100):
                outbox.put(loop, lambda number=number: call(number))  # type: ignore[misc]

        started = [threading.Thread(target=draw, args=(1000 * n,)) for n in range(threads)]
        for thread in started:
            thread.start()
        await asyncio.wait_for(ended.wait(), 30)

    asyncio.run(serve())
    for n in range(threads):
        own = [number for number in made if number // 1000 == n]
        assert own == list(range(1000 * n, 1000 * n + 100)), "each thread's in their order"
    assert len(failed) == 10 * threads


def test_a_loop_that_has_ended_is_told_nothing_and_keeps_nothing_from_another() -> None:
    outbox, made = Outbox(), list[int]()
    gone = asyncio.new_event_loop()
    gone.close()
    outbox.put(gone, lambda: made.append(1))

    async def serve() -> None:
        outbox.put(asyncio.get_running_loop(), lambda: made.append(2))
        await asyncio.sleep(0.05)

    asyncio.run(serve())
    assert made == [2]
