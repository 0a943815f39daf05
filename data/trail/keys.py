"""Which key the office signs with, on the trail: taken into use, and replaced when it was lost or leaked.

The trail says it so that a change of keys can be found; it proves nothing to somebody who does not trust the trail.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from data.signing.key import KeyRefused, PublicKey
from data.signing.trust import Trusted
from data.store.database import reading
from data.store.tables import user_table
from data.trail.events import Head, write_head
from data.trail.faults import TrailProblem
from data.trail.noted import note_as_administrator, note_event, noting, read_noted


def read_key(connection: Connection) -> PublicKey | None:
    """The key that the trail noted last; None where the workspace has none."""
    last = read_noted(connection, "key")
    return None if last is None else PublicKey(last["public"])


def read_leaked(connection: Connection) -> PublicKey | None:
    """The key whose place that one took, if it was said to have leaked."""
    last = read_noted(connection, "key")
    return PublicKey(last["former"]) if last is not None and last["leaked"] and last["former"] else None


def adopt_key(engine: Engine, root: Path, key: PublicKey, *, now: datetime, actor: str) -> None:
    """Note the first key of a workspace; the same one again changes nothing. Raises KeyRefused where it has another."""
    with noting(engine, root) as connection:
        known = read_key(connection)
        if known is not None and known != key:
            raise KeyRefused(f"留痕登记的签名密钥是 {known.id}，不是 {key.id}；更换请用 ducha key renew")
        if known is None:
            content = {"public": key.text, "former": None, "leaked": False}
            note_event(connection, "key", key.id, "adopt", content, now=now, actor=actor)


def renew_key(
    engine: Engine, root: Path, key: PublicKey, actor: str, reason: str, *, leaked: bool = False, now: datetime
) -> Head:
    """Note that the office signs with another key from now on; ``leaked``: what the former one signed is in doubt.

    Raises a Refused, after one ``refused`` event, for anybody but an administrator, and without a reason. Where nobody
    has an account yet, whoever holds the folder may.
    """
    with reading(engine) as connection:
        known = read_key(connection)
        alone = connection.scalar(sa.select(sa.func.count()).select_from(user_table)) == 0
    content = {"public": key.text, "former": known.text if known is not None else None, "leaked": leaked}
    if alone:
        with noting(engine, root) as connection:
            return note_event(connection, "key", key.id, "renew", content, now=now, actor=actor, reason=reason)
    head = note_as_administrator(engine, "key", key.id, "renew", content, actor=actor, reason=reason, now=now)
    write_head(root, head)
    return head


def check_key(engine: Engine, trusted: Trusted) -> list[TrailProblem]:
    """Whether the key on the trail is the office's, as far as whoever checks knows it from elsewhere."""
    with reading(engine) as connection:
        known = read_key(connection)
    if known is None or not trusted or known in trusted.keys:
        return []
    named = "、".join(each.id for each in trusted.keys)
    return [TrailProblem("key_other", f"留痕登记的是 {known.id}，本办的是 {named}", None, "key", known.id)]


def describe_key(known: PublicKey | None, trusted: Trusted) -> str:
    """What the check of a workspace cannot prove, for its first line; empty where there is nothing to say."""
    if known is None:
        return (
            "注意：本工作区没有督察办的签名密钥，备份和链头都没有签名：谁能改这里的全部文件，谁就能另造一份自相一致的。"
            "请用 ducha key renew 做一把"
        )
    if not trusted:
        return (
            f"注意：本机没有本办的公钥可对照，留痕登记的密钥 {known.id} 是不是本办的，请用 --public-key 写明公钥再核对"
        )
    return ""
