"""Approved rules come into force: on their day, by whoever first opens the workspace, with an event that names them.

The version that was approved for the latest day that has come is the one that is scored by. Before its day the former
one stays; what was scored by that stays as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.engine import Connection, Engine, Row

from data.clock import office_day
from data.runs.adoption import exchange_pack, name_version
from data.store.database import reading
from data.store.drafts import draft_folder
from data.store.tables import event_table, rules_table
from data.store.workspace import Workspace, copy_folder, open_workspace_store
from data.trail.events import find_last_event
from data.trail.noted import note_event, noting, read_noted
from indicators.entries.refusal import Refusal
from indicators.pack.model import Pack
from indicators.reader import hash_pack

Due = Sequence[Row[tuple[object, ...]]]


class _Enforced(BaseModel):
    """What an event of coming into force holds, as far as it is asked for."""

    rules: str


@dataclass(frozen=True)
class TakenRules:
    """Who brought rules into use, when, and why."""

    at: str
    actor: str
    reason: str


def find_taken(connection: Connection, pack: Pack) -> TakenRules | None:
    """How a version came into use last; None in a workspace of before that was noted."""
    columns = event_table.c
    mine = (columns.object == "pack", columns.object_id == name_version(pack), columns.outcome == "noted")
    query = sa.select(columns.at, columns.actor, columns.reason).where(*mine).order_by(columns.seq.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else TakenRules(row.at, row.actor, row.reason or "")


class RulesLost(Refusal):
    """The folder of rules that were handed in is gone, or another one."""

    def __init__(self, id: str, release: str, place: Path) -> None:
        self.id = id
        super().__init__(
            f"规则版本 {id}（{release} 版）提交时的指标包 packs/{place.name} 不见了或被改动过，不能批准，也不能施行；"
            f"请保留现场，用 ducha verify 全面核对，再从备份恢复"
        )


class OtherRulesInForce(Refusal):
    """A run was to be scored by rules that are not those in force."""

    def __init__(self, pack: Pack) -> None:
        super().__init__(
            f"指标包 {pack.head.id} 的 {pack.head.version} 版不是现在施行的规则，没有评分；"
            "请重新打开页面，或再运行一次；再次出现的，请用 ducha verify 全面核对"
        )


def find_submitted(workspace: Workspace, id: str, release: str, sha256: str) -> Path:
    """The folder of rules that were handed in, checked by its hash. Raises RulesLost."""
    place = workspace.packs_folder / sha256[:16]
    if not place.is_dir() or hash_pack(place) != sha256:
        raise RulesLost(id, release, place)
    return place


def bring_into_force(workspace: Workspace, *, now: datetime) -> tuple[str, ...]:
    """Let the workspace inspect by the approved rules whose day has come; returns their names, mostly none.

    Exchange and event are under one lock, the event last: what is broken off is done again by the next that comes.
    A workspace that can only be read is left as it is. Raises RulesLost.
    """
    engine = open_workspace_store(workspace)
    if engine.get_execution_options().get("ducha_read_only") is not None:
        return ()
    today = office_day(now)
    with reading(engine) as connection:
        if not _list_due(connection, today):
            return ()
    names = []
    with draft_folder(workspace.root) as draft, noting(engine, workspace.root) as connection:
        due = _list_due(connection, today)
        if due:
            _exchange(workspace, due[-1], draft)
        for row in due:
            names.append(f"{row.pack} {row.release}")
            content = {"sha256": row.sha256, "title": row.title, "rules": row.id}
            reason = f"{row.id}：{row.grounds}"
            actor = row.approved_by
            note_event(connection, "pack", names[-1], "enforce", content, now=now, actor=actor, reason=reason)
    return tuple(names)


def _exchange(workspace: Workspace, row: Row[tuple[object, ...]], draft: Path) -> None:
    current = hash_pack(workspace.pack_folder)
    if current == row.sha256:
        return
    place = find_submitted(workspace, row.id, row.release, row.sha256)
    copy_folder(place, draft / "pack")
    if hash_pack(draft / "pack") != row.sha256:
        raise RulesLost(row.id, row.release, place)
    exchange_pack(workspace, draft / "pack", draft / "former", current)


def _list_due(connection: Connection, today: date) -> Due:
    """Approved rules whose day has come and that no event says to be in force, those that win last."""
    columns = rules_table.c
    query = sa.select(rules_table).where(columns.state == "approved", columns.in_force_from <= today.isoformat())
    rows = connection.execute(query.order_by(columns.in_force_from, columns.updated_at)).all()
    enforced = list_enforced(connection) if rows else set()
    return [row for row in rows if row.id not in enforced and _was_approved(connection, row.id, row.sha256)]


def _was_approved(connection: Connection, id: str, sha256: str) -> bool:
    """Whether the trail says so: a row alone, which somebody with the store may write, brings nothing into force."""
    event = find_last_event(connection, "rules", id)
    return event is not None and event.action == "approve" and sha256 in str(event.after)


def list_enforced(connection: Connection) -> set[str]:
    """The numbers of the rules that have come into force."""
    columns = event_table.c
    wanted = columns.object == "pack", columns.action == "enforce", columns.outcome == "noted"
    texts = connection.scalars(sa.select(columns.after).where(*wanted))
    return {_Enforced.model_validate_json(text).rules for text in texts if text is not None}


def check_in_force(engine: Engine, pack: Pack, now: datetime) -> None:
    """Raise OtherRulesInForce where rules were once approved by two people and these are not the newest in force."""
    with reading(engine) as connection:
        due = _list_due(connection, office_day(now))
        wanted = find_wanted(connection)
    if due or wanted not in (None, pack.sha256):
        raise OtherRulesInForce(pack)


def find_wanted(connection: Connection) -> object:
    """The hash of the rules that came into use last; None as long as none were ever approved by two people."""
    last = read_noted(connection, "pack") if list_enforced(connection) else None
    return None if last is None else last.get("sha256")


def keep_submitted(workspace: Workspace, copy: Path, pack: Pack) -> None:
    """Keep the copy of rules that are handed in under its hash. Raises RulesLost where other bytes lie there."""
    place = workspace.packs_folder / pack.sha256[:16]
    if place.exists():
        find_submitted(workspace, "（新）", pack.head.version, pack.sha256)
        return
    place.parent.mkdir(exist_ok=True)
    copy.rename(place)
