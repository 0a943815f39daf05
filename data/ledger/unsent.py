"""What somebody has written on a page and not handed in yet: kept for this person, and part of nothing else.

It is no object of the ledger and on no trail: nothing follows from it until it is handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from data.clock import store_moment
from data.store.database import reading, writing
from data.store.tables import unsent_table


@dataclass(frozen=True)
class Unsent:
    """What was written, by field, and when it was kept."""

    content: dict[str, Any]
    kept_at: datetime


def keep_unsent(engine: Engine, person: str, place: str, content: Mapping[str, object], now: datetime) -> None:
    """Keep what stands in a form; ``place`` names the form, and what was kept of it before goes."""
    with writing(engine) as connection:
        connection.execute(unsent_table.delete().where(*_is(person, place)))
        row = {"person": person, "place": place, "content": dict(content), "kept_at": store_moment(now)}
        connection.execute(unsent_table.insert().values(row))


def read_unsent(engine: Engine, person: str, place: str) -> Unsent | None:
    """What a person has written in a form and not handed in; None where there is nothing."""
    with reading(engine) as connection:
        row = connection.execute(sa.select(unsent_table).where(*_is(person, place))).one_or_none()
    return None if row is None else Unsent(row.content, datetime.fromisoformat(row.kept_at))


def drop_unsent(engine: Engine, person: str, place: str) -> None:
    """Forget what was handed in, or given up."""
    with writing(engine) as connection:
        connection.execute(unsent_table.delete().where(*_is(person, place)))


def _is(person: str, place: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (unsent_table.c.person == person, unsent_table.c.place == place)
