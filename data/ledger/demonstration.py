"""A demonstration: a workspace of made-up data alone, the accounts that it has, and how it ends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from data.clock import store_moment
from data.ledger.ledger import list_records
from data.ledger.rows import UserRow
from data.store.tables import TABLES
from data.trail.events import Head, append_event
from indicators.entries.refusal import Refusal
from indicators.entries.shortlist import shorten_list

_PREFIX = "demo-"
_REASON = "演示结束：这个工作区收下了真实数据"


class DemoWouldEnd(Refusal):
    """Real data were given to a workspace of made-up data, and nobody has said that its demonstration is to end."""

    def __init__(self, files: list[str]) -> None:
        self.files = files
        named = shorten_list(files, 3, "个文件")
        super().__init__(
            f"这是演示工作区，{named} 没有标明是演示数据，没有收。是演示数据，请加 --fictional；"
            f"是真实数据，请另建工作区（ducha init）再导入。确实要在这里改用真实数据，请加 --end-demo：{WHAT_ENDS}"
        )


class FictionRefused(Refusal):
    """Made-up data were given to a workspace that holds real ones."""

    def __init__(self) -> None:
        super().__init__("这个工作区里有真实数据，不收演示数据，没有收；演示请另建工作区（make demo 或 ducha init）")


#: What is told before a demonstration ends.
WHAT_ENDS = (
    "演示到此结束，所有演示账号立即停用，正在用演示账号登录的人立即退出，今后也不能再用；"
    "原有的演示数据和演示问题仍在，用到它们的评分仍标「演示数据」"
)
#: Said of a form of this demonstration that came back.
FROM_DEMO_FORM = "这份表是演示工作区发出的，按演示数据收"
#: Said of a form that another workspace made of made-up data.
FOREIGN_FORM = (
    "这份表是演示工作区发出的，里面可能带着虚构的数据，没有收；请从本工作区下载空表，重新填写"
    "（确实要作演示，命令行导入时加 --fictional）"
)


def is_demo_account(id: str) -> bool:
    """Whether an account is one of those whose password everybody knows."""
    return id.startswith(_PREFIX)


def close_demo_accounts(connection: Connection, actor: str, now: datetime) -> Head | None:
    """Disable the accounts of the demonstration, each with its event, inside a ``writing`` transaction.

    Whatever they have open ends with that, on pages as on the command line. Returns the trail's new head, if any.
    """
    head = None
    for user in list_records(connection, UserRow, state="active"):
        if not is_demo_account(user.id):
            continue
        after = {**user, "state": "inactive", "updated_at": store_moment(now), "updated_by": actor}
        table = TABLES["user"]
        connection.execute(table.update().where(table.c.id == user.id).values(after))
        head = append_event(
            connection,
            now=now,
            actor=actor,
            kind="user",
            object_id=user.id,
            action="end_demo",
            outcome="done",
            reason=_REASON,
            before=user,
            after=after,
        )
    return head
