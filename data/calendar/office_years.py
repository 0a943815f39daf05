"""Years of the office's calendar: each import noted on the trail, the newest of a year in force, none ever deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from data.clock import store_moment
from data.store.database import calendar_table, reading
from data.store.tables import Record
from data.store.workspace import Workspace, check_workspace_writable, open_workspace_store
from data.trail.noted import note_event, noting
from indicators.entries.mistakes import Mistake
from indicators.entries.refusal import Refusal
from indicators.pack.calendar import CalendarFile, CalendarYear
from indicators.pack.model import Pack
from indicators.pack.plain_values import write_plain
from indicators.reader import load_pack

#: Bytes that a file may have.
MAX_FILE = 1_000_000


class CalendarRefused(Refusal):
    """A file is no calendar, or has mistakes; ``mistakes`` holds every one."""

    def __init__(self, name: str, mistakes: list[Mistake]) -> None:
        self.mistakes = sorted(set(mistakes))
        listed = "\n".join(f"  {mistake}" for mistake in self.mistakes)
        super().__init__(f"{name} 有 {len(self.mistakes)} 处错误，没有导入：\n{listed}")


@dataclass(frozen=True)
class CalendarRecord:
    """An import of a year: ``holds`` unless a newer one took its place."""

    seq: int
    year: CalendarYear
    imported_at: datetime
    imported_by: str
    holds: bool


def read_calendar_file(path: Path) -> tuple[CalendarYear, ...]:
    """The years of a file as ``calendar.yaml`` of a pack has them. Raises CalendarRefused with all mistakes."""
    from indicators.pack.documents import YamlFile, parse_document

    try:
        content = path.read_bytes()
        if len(content) > MAX_FILE:
            raise CalendarRefused(path.name, [Mistake(path.name, 0, "文件超过 1 MB，不像是放假安排；请核对")])
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CalendarRefused(path.name, [Mistake(path.name, 0, "不是 UTF-8 编码；请另存为 UTF-8")]) from None
    except OSError:
        raise CalendarRefused(path.name, [Mistake(path.name, 0, "文件打不开；请核对路径和权限")]) from None
    document = YamlFile(path.name, text)
    held = parse_document(document, CalendarFile)
    if held is None or document.mistakes:
        raise CalendarRefused(path.name, document.mistakes)
    return held.calendar


def import_calendar(workspace: Workspace, path: Path, *, now: datetime, user: str) -> tuple[CalendarYear, ...]:
    """Let a file's years hold in the workspace from now on; returns those that were not in force already.

    Each is an event on the trail. Raises CalendarRefused.
    """
    check_workspace_writable(workspace)
    years = read_calendar_file(path)
    with noting(open_workspace_store(workspace), workspace.root) as connection:
        known = {each.year.year: each.year for each in _read_records(connection) if each.holds}
        new = tuple(year for year in years if known.get(year.year) != year)
        last = connection.scalar(sa.select(sa.func.max(calendar_table.c.seq))) or 0
        for seq, year in enumerate(new, start=last + 1):
            row = {
                "seq": seq,
                "year": year.year,
                "content": write_plain(year),
                "days_sha256": year.hash(),
                "imported_at": store_moment(now),
                "imported_by": user,
            }
            connection.execute(calendar_table.insert(), row)
            words = f"{year.year} 年放假安排：{year.title}"
            name = name_calendar(year.year, seq)
            note_event(connection, "calendar", name, "import", row, now=now, actor=user, reason=words)
    return new


def name_calendar(year: object, seq: object) -> str:
    """What the trail knows an import by."""
    return f"{year} {seq}"


def list_calendars(engine: Engine) -> list[CalendarRecord]:
    """Every import ever made, oldest first."""
    with reading(engine) as connection:
        return _read_records(connection)


def _read_records(connection: Connection) -> list[CalendarRecord]:
    if not sa.inspect(connection).has_table(calendar_table.name):
        # A store of an earlier version, which cannot be brought up to date where it lies.
        return []
    rows = connection.execute(sa.select(calendar_table).order_by(calendar_table.c.seq)).all()
    newest = {row.year: row.seq for row in rows}
    return [
        CalendarRecord(
            row.seq,
            CalendarYear.model_validate(row.content),
            datetime.fromisoformat(row.imported_at),
            row.imported_by,
            newest[row.year] == row.seq,
        )
        for row in rows
    ]


def read_calendar_rows(connection: Connection) -> dict[str, Record]:
    """The rows of the store by the names that the trail knows them by."""
    if not sa.inspect(connection).has_table(calendar_table.name):
        return {}
    rows = connection.execute(sa.select(calendar_table)).all()
    return {name_calendar(row.year, row.seq): dict(row._mapping) for row in rows}


def reckon_by_office(pack: Pack, engine: Engine) -> Pack:
    """The pack with the office's own years in the place of its own and of the program's."""
    own = tuple(each.year for each in list_calendars(engine) if each.holds)
    return pack.reckoned_by(pack.calendar.overlaid(own)) if own else pack


def load_workspace_pack(workspace: Workspace) -> Pack:
    """The pack of a workspace with its calendar: what everything that scores by it has to take."""
    return reckon_by_office(load_pack(workspace.pack_folder), open_workspace_store(workspace))
