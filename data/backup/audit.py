"""The trail for those who may read it: events in words, and whether everything still agrees with them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, BinaryIO, Literal, TextIO

import sqlalchemy as sa

from data.backup.verification import verify_workspace
from data.clock import office_time
from data.ledger.fields import FIELDS, STEPS, name_field
from data.ledger.ledger import Ledger, find_record, list_records
from data.ledger.machines import MACHINES
from data.ledger.rights.roles import ROLES
from data.ledger.rows import UserRow
from data.signing.trust import NOBODY, Trusted
from data.store.database import reading
from data.store.tables import event_table
from data.trail.events import Head, TrailEvent, export_trail, list_events, read_head, read_state
from data.trail.faults import TrailProblem
from data.trail.noted import NOTED, TOLD
from data.trail.refusals import RoleRefused

#: Columns that every change touches and nobody needs to read.
_BOOKKEEPING = ("version", "updated_at", "updated_by", "created_at", "created_by", "serial", "state", "id", "year")


#: What an event is told by.
COLUMNS = ("序号", "时间", "谁", "对象", "做了什么", "结果", "理由", "改动")
_DIGESTS = ("credential", "sha256", "data_sha256", "file_sha256", "pack_sha256", "manifest_sha256")
#: How a name begins that is no person's.
THINGS = ("unit ", "indicator ")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Audit:
    """What a verification found: the head it ends with and every fault, none if all is in order."""

    head: Head
    checked_at: datetime
    problems: tuple[TrailProblem, ...]
    notices: tuple[str, ...] = ()
    caution: str = ""

    @property
    def sentence(self) -> str:
        """The result in words."""
        if not self.problems:
            return f"留痕完整：共 {self.head.seq} 条，逐条相接，数据、密码、证据文件、报送批次和评分运行都与留痕相符"
        return f"发现 {len(self.problems)} 处不符：请保留现场，不要再改动，并报告负责人"


def list_trail(
    ledger: Ledger,
    actor: str,
    *,
    kind: str | None = None,
    object_id: str | None = None,
    who: str | None = None,
    outcome: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[TrailEvent]:
    """The newest events of everything, those before event number ``before``; for auditors only. Raises RoleRefused."""
    columns = event_table.c
    wanted = {columns.object: kind, columns.object_id: object_id, columns.actor: who, columns.outcome: outcome}
    query = sa.select(event_table).where(*(column == value for column, value in wanted.items() if value is not None))
    if before is not None:
        query = query.where(columns.seq < before)
    _check_auditor(ledger, actor)
    with reading(ledger.engine) as connection:
        rows = connection.execute(query.order_by(columns.seq.desc()).limit(limit)).mappings().all()
        return [TrailEvent(**row) for row in rows]


def audit_ledger(
    ledger: Ledger, actor: str, now: datetime, known_heads: tuple[Head, ...] = (), trusted: Trusted = NOBODY
) -> Audit:
    """Verify everything that is stored; for auditors only. Raises RoleRefused."""
    _check_auditor(ledger, actor)
    found = verify_workspace(ledger.engine, ledger.root, now, known_heads, trusted=trusted)
    with reading(ledger.engine) as connection:
        return Audit(read_head(connection), now, found.problems, found.notices, found.caution)


def read_trail_head(ledger: Ledger, actor: str) -> Head:
    """The head to print or note down; for auditors only. Raises RoleRefused."""
    _check_auditor(ledger, actor)
    with reading(ledger.engine) as connection:
        return read_head(connection)


def write_trail(ledger: Ledger, actor: str, format: Literal["csv", "jsonl"], file: BinaryIO) -> None:
    """The whole trail to take along, oldest first, for auditors only: a table to read, or one JSON object a line.

    Only the lines can be verified: the table has what people read. However long, it is never held in memory.
    Raises RoleRefused.
    """
    _check_auditor(ledger, actor)
    text = io.TextIOWrapper(file, encoding="utf-8" if format == "jsonl" else "utf-8-sig", newline="")
    if format == "jsonl":
        export_trail(ledger.engine, text)
    else:
        _write_table(ledger, text)
    # Flushed, and the file left open to who gave it.
    text.detach()


def _write_table(ledger: Ledger, text: TextIO) -> None:
    names = read_names(ledger)
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    with reading(ledger.engine) as connection:
        for event in list_events(connection):
            row = describe_event(event, names)
            # What people have typed must not become a formula in a spreadsheet.
            writer.writerow({name: f"'{cell}" if cell.startswith(_FORMULA) else cell for name, cell in row.items()})


def describe_change(event: TrailEvent, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Which fields an event changed, in their titles, from what to what; units and people by their names."""
    before = read_state(event.before) or {}
    after = read_state(event.after) or {}
    changed = [
        (name, before.get(name), value)
        for name, value in after.items()
        if name not in _BOOKKEEPING and value != before.get(name) and value not in (None, [], {})
    ]
    changed += [(name, value, None) for name, value in before.items() if value and not after.get(name) and after]
    kind = event.object
    changed = [each for each in changed if not _name(kind, each[0]).isascii()]
    order = list(FIELDS.get(kind, TOLD.get(kind, ())))
    changed.sort(key=lambda each: order.index(each[0]) if each[0] in order else len(order))
    words = [
        f"{_name(kind, name)}：{_say(name, old, names)}→{_say(name, new, names)}"
        if old not in (None, [], {})
        else f"{_name(kind, name)}：{_say(name, new, names)}"
        for name, old, new in changed
    ]
    return "；".join(words)


def _name(kind: str, field: str) -> str:
    return TOLD.get(kind, {}).get(field) or name_field(kind, field)


def describe_event(event: TrailEvent, names: Mapping[str, str]) -> dict[str, str]:
    """An event as a row to read: 序号，时间，谁，对象，做了什么，结果，理由，改动。"""
    machine = MACHINES.get(event.object)
    noun, verbs = NOTED.get(event.object, (event.object, {}))
    noun = machine.noun if machine else noun
    verb = machine.verb(event.action) if machine else verbs.get(event.action, event.action)
    at = office_time(event.at)
    return {
        "序号": str(event.seq),
        "时间": f"{at:%Y-%m-%d %H:%M:%S}",
        "谁": names.get(event.actor, event.actor),
        "对象": f"{noun} {event.object_id}".strip(),
        "做了什么": verb if not verb.isascii() else "查看",
        "结果": "被拒绝" if event.outcome == "refused" else "已办",
        "理由": event.reason or "",
        "改动": describe_change(event, names),
    }


def _say(field: str, value: Any, names: Mapping[str, str]) -> str:
    if value in (None, [], {}):
        return "（空）"
    if field == "comparison":
        return f"评分运行 {value['before']} → {value['after']}"
    if field == "changes":
        return " ".join(f"{name_field('finding', name)} {_say(name, each, names)}" for name, each in value.items())
    if isinstance(value, dict):
        return " ".join(_say(name, each, names) for name, each in value.items())
    if isinstance(value, list):
        return "、".join(_say(field, each, names) for each in value)
    return _say_text(field, str(value), names)


def _say_text(field: str, text: str, names: Mapping[str, str]) -> str:
    words = {
        "unit": names.get(f"unit {text}", text),
        "units": names.get(f"unit {text}", text),
        "indicator": names.get(f"indicator {text}", text),
        "team": names.get(text, text),
        "roles": ROLES.get(text, text),
        "step": STEPS.get(text, f"第 {text} 项"),
        "size": f"{text} 字节",
    }
    if field in words:
        return words[field]
    if field in _DIGESTS:
        # Enough to tell two apart; the whole one is in the lines that can be verified.
        return f"{text[:12]}…"
    return text if len(text) <= 60 else text[:57] + "…"


def read_names(ledger: Ledger) -> dict[str, str]:
    """The name of every user by the id, for whoever may see who did something.

    Of every unit and indicator by ``unit <id>`` and ``indicator <id>``: see THINGS.
    """
    names = {f"unit {unit.id}": unit.name for unit in ledger.pack.registry.units}
    names |= {f"indicator {each.id}": each.name for each in ledger.pack.indicators}
    with reading(ledger.engine) as connection:
        return names | {row.id: row.name for row in list_records(connection, UserRow)}


def _check_auditor(ledger: Ledger, actor: str) -> None:
    with reading(ledger.engine) as connection:
        person = find_record(connection, UserRow, actor)
    if person is None or person.state != "active" or "auditor" not in person.roles:
        raise RoleRefused("全部留痕只供审计查看和核验", actor=actor)
