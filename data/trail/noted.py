"""What decides marks and stands outside of the workflow tables, noted on the trail: batches, packs and runs.

Such an event has the outcome ``noted``; its ``after`` is what was stored, so that it can be held against it later.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from data.store.database import writing
from data.store.tables import Record, event_table, user_table
from data.trail.events import Head, append_event, read_head, write_head
from data.trail.refusals import FieldRefused, RefusedAction, RoleRefused

#: For each kind its noun, and the verb of each action.
NOTED: dict[str, tuple[str, dict[str, str]]] = {
    "batch": ("报送批次", {"import": "收下"}),
    "calendar": ("工作日历", {"import": "导入"}),
    "compact": ("合并副本", {"make": "生成"}),
    "key": ("签名密钥", {"adopt": "启用", "renew": "更换"}),
    "pack": ("指标包", {"adopt": "启用", "enforce": "施行"}),
    "register": ("齐全声明", {"declare": "声明齐全"}),
    "run": ("评分运行", {"store": "保存"}),
    "trail": ("留痕", {"renew_head": "重立链头", "acknowledge_clock": "确认时钟倒退"}),
}

#: What of a noted event is told beside its reason, and what it is called; the rest is for programs.
TOLD: dict[str, dict[str, str]] = {
    "batch": {"file_sha256": "文件摘要"},
    "calendar": {"days_sha256": "放假安排校验码"},
    "compact": {"sha256": "副本摘要"},
    "key": {"public": "公钥"},
    "pack": {"sha256": "校验码"},
    "run": {"manifest_sha256": "校验码", "pack_sha256": "指标包校验码"},
}


@contextmanager
def noting(engine: Engine, root: Path) -> Iterator[Connection]:
    """A ``writing`` transaction that may note events; the head of the trail is kept in ``root`` after it.

    In a workspace where nothing was noted yet it begins the file that keeps the head.
    """
    with writing(engine) as connection:
        first = read_head(connection)
        yield connection
        last = read_head(connection)
    if last != first:
        if not first.seq:
            write_head(root, first)
        write_head(root, last)


def note_event(
    connection: Connection,
    kind: str,
    object_id: str,
    action: str,
    content: Record | None,
    *,
    now: datetime,
    actor: str,
    reason: str | None = None,
    outcome: Literal["noted", "refused"] = "noted",
) -> Head:
    """Write the event inside a ``writing`` transaction; KeyError for a kind or action that has no words."""
    assert NOTED[kind][1][action]
    return append_event(
        connection,
        now=now,
        actor=actor if actor.isprintable() else "�",
        kind=kind,
        object_id=object_id,
        action=action,
        outcome=outcome,
        reason=reason,
        before=None,
        after=None if content is None else {**content, "version": 1},
    )


def note_as_administrator(
    engine: Engine,
    kind: str,
    object_id: str,
    action: str,
    content: Record | None = None,
    *,
    actor: str,
    reason: str,
    now: datetime,
) -> Head:
    """Note that an administrator did something, and why; the file that keeps the head is left as it is.

    Raises a RefusedAction, after one ``refused`` event, for anybody else, and without a reason.
    """
    noun, verbs = NOTED[kind]
    with writing(engine) as connection:
        refused = _refuse(connection, actor, reason, verbs[action] + ("" if kind == "trail" else noun))
        event = (connection, kind, object_id, action)
        if refused is None:
            return note_event(*event, content, now=now, actor=actor, reason=reason.strip())
        note_event(*event, None, now=now, actor=actor, reason=refused.sentence, outcome="refused")
    raise refused.about(kind, object_id, action, actor)


def _refuse(connection: Connection, actor: str, reason: str, verb: str) -> RefusedAction | None:
    if not is_administrator(connection, actor):
        return RoleRefused(f"只有系统管理才能{verb}")
    return None if reason.strip() and reason.isprintable() else FieldRefused("请写明理由", "reason")


def is_administrator(connection: Connection, person: str) -> bool:
    """Whether this is the account of an administrator who may act."""
    query = sa.select(user_table.c.roles, user_table.c.state).where(user_table.c.id == person)
    found = connection.execute(query).one_or_none() if person.isprintable() else None
    return found is not None and found.state == "active" and "admin" in found.roles


def read_noted(connection: Connection, kind: str, object_id: str | None = None) -> Record | None:
    """What was noted last of an object, or of any of its kind.

    None where nothing was, as of all that older versions stored.
    """
    columns = event_table.c
    query = sa.select(columns.after).where(columns.object == kind, columns.outcome == "noted")
    if object_id is not None:
        query = query.where(columns.object_id == object_id)
    text = connection.scalar(query.order_by(columns.seq.desc()).limit(1))
    return None if text is None else dict(json.loads(text))
