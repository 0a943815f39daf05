"""From midnight to eight the office's day is not that of UTC: what is done then is done that day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from data.clock import office_day
from tests.ledger.world import World, reach


@pytest.mark.parametrize(
    ("kind", "state"), [("finding", "notified"), ("appeal", "upheld"), ("rectification", "closed_done")]
)
def test_what_is_done_after_midnight_is_dated_that_day(world: World, kind: str, state: str) -> None:
    world.now += timedelta(hours=8)
    assert (world.now.hour, world.day()) == (1, "2024-05-07") and office_day(world.now) == date(2024, 5, 7)
    assert world.row(kind, reach(world, kind, state))["state"] == state
