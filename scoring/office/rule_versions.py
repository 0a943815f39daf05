"""A version of the rules handed in, and approved by a second person: what page and command both do.

What is handed in is copied first, and the copy is what is linted, whose cases are run, and which is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.engine import Connection

from data.ledger.ledger import Ledger
from data.ledger.machines import RULES
from data.ledger.reading import list_visible, read_visible
from data.ledger.rights.deeds import check_action
from data.ledger.rights.sight import read_actor
from data.ledger.rows import LedgerRow, RulesRow
from data.ledger.transitions import apply_transition, record_refusal
from data.runs.adoption import check_shipped, check_successor, check_taken
from data.runs.companions import check_companion
from data.runs.force import bring_into_force, find_submitted, keep_submitted, list_enforced
from data.store.database import reading
from data.store.drafts import draft_folder
from data.store.workspace import NotAPackFolder, Workspace, copy_folder
from data.trail.events import find_last_event, write_head
from data.trail.refusals import RefusedAction
from indicators.entries.refusal import Refusal
from indicators.meaning.drafts import refuse_drafts
from indicators.pack.model import Pack
from indicators.reader import lint_folder
from scoring.cases.run import run_cases
from scoring.cases.tables import run_tables

Progress = Callable[[Sequence[object]], Iterable[object]]


class CasesFailed(Refusal):
    """Rules whose own cases do not come out as they say; ``failures`` are all of them, a line each."""

    def __init__(self, pack: Pack, failures: Sequence[str]) -> None:
        self.failures = tuple(failures)
        listed = "".join(f"\n  {line}" for line in self.failures[:20])
        more = f"\n  另有 {len(self.failures) - 20} 处" if len(self.failures) > 20 else ""
        super().__init__(
            f"指标包 {pack.head.id} 的 {pack.head.version} 版有 {len(self.failures)} 处与自己的用例不符，没有提交；"
            f"请改规则，或者改用例：{listed}{more}"
        )


class NothingNew(Refusal):
    """What is handed in is what is in force."""

    def __init__(self, pack: Pack) -> None:
        super().__init__(f"这一份就是现在施行的《{pack.head.title}》{pack.head.version} 版，不用提交")


@dataclass(frozen=True)
class CheckedRules:
    """Rules without a mistake, and in words how their cases came out."""

    pack: Pack
    checks: str


@dataclass(frozen=True)
class ListedRules:
    """A version that was handed in, as a person may see it; ``standing`` is what it is now, in words.

    ``told``: what was said when it was sent back or revoked.
    """

    version: RulesRow
    standing: str
    told: str


def list_rules(ledger: Ledger, actor: str, today: date) -> list[ListedRules]:
    """The versions that a person may see, the newest first. Raises RoleRefused for no user."""
    versions = list_visible(ledger, actor, RulesRow)[::-1]
    with reading(ledger.engine) as connection:
        enforced = list_enforced(connection)
        told = [_read_reason(connection, each) for each in versions]
    standings = (_describe_standing(each, ledger.pack, today, each.id in enforced) for each in versions)
    return [ListedRules(*each) for each in zip(versions, standings, told, strict=True)]


def _read_reason(connection: Connection, version: RulesRow) -> str:
    if version.state not in ("returned", "revoked"):
        return ""
    event = find_last_event(connection, "rules", version.id)
    return (event.reason if event is not None else None) or ""


def _describe_standing(version: RulesRow, current: Pack, today: date, enforced: bool) -> str:
    if version.state != "approved":
        return RULES.state(version.state).word
    if enforced:
        return "施行中" if version.sha256 == current.sha256 else "以前施行过"
    return "已批准，还没有到施行日期" if today < version.day else "已批准，还没有施行"


def check_rules(folder: Path, current: Pack, progress: Progress = iter) -> CheckedRules:
    """Lint a folder and run its cases. Nothing is stored.

    Raises PackRefused with every mistake, OtherPack, LeftBase, NothingNew, DraftPack, PackChanged for a version that
    the program ships otherwise, and CasesFailed.
    """
    pack = lint_folder(folder)
    check_successor(current, pack)
    if pack.sha256 == current.sha256:
        raise NothingNew(pack)
    refuse_drafts(pack)
    check_shipped(pack)
    report = run_cases(pack, folder, progress)
    tables, differences = run_tables(pack, folder)
    if failures := [str(each) for each in (*report.failures, *differences)]:
        raise CasesFailed(pack, failures)
    said = f"写法没有错误；{report.run + tables} 个用例全部相符" if report.run + tables else "写法没有错误；没有用例"
    return CheckedRules(pack, said + (f"；{len(report.untested)} 个指标没有用例" if report.untested else ""))


def submit_rules(
    ledger: Ledger,
    workspace: Workspace,
    actor: str,
    folder: Path,
    grounds: str,
    in_force_from: date | str,
    *,
    now: datetime,
    progress: Progress = iter,
) -> LedgerRow:
    """Hand in a version of the rules; returns its row. It counts for nothing before somebody else approves it.

    Raises a RefusedAction, what :func:`check_rules` raises, PackChanged where another content was taken under the same
    version, RulesLost, NotAPackFolder, and PacksDisagree.
    """
    _check_right(ledger, actor, now)
    if not (folder / "pack.yaml").is_file():
        raise NotAPackFolder(folder, "文件夹里没有 pack.yaml")
    with draft_folder(workspace.root) as draft:
        copy = draft / "pack"
        copy_folder(folder, copy)
        checked = check_rules(copy, ledger.pack, progress)
        pack = checked.pack
        check_companion(workspace, pack)
        given = {
            "pack": pack.head.id,
            "release": pack.head.version,
            "title": pack.head.title,
            "sha256": pack.sha256,
            "in_force_from": in_force_from,
            "grounds": grounds,
            "checks": checked.checks,
        }

        def keep(connection: Connection) -> None:
            check_taken(connection, pack)
            keep_submitted(workspace, copy, pack)

        return apply_transition(ledger, actor, "rules", None, "submit", given, now=now, also=keep)


def approve_rules(
    ledger: Ledger, workspace: Workspace, actor: str, id: str, *, base_version: int | None, now: datetime
) -> LedgerRow:
    """Approve a version; where its day has come it is in force at once. Returns its row.

    Raises a RefusedAction, and RulesLost where what lies in the workspace is not what was handed in.
    """
    version = read_visible(ledger, actor, RulesRow, id)
    find_submitted(workspace, id, version.release, version.sha256)
    approved = apply_transition(ledger, actor, "rules", id, "approve", base_version=base_version, now=now)
    bring_into_force(workspace, now=now)
    return approved


def _check_right(ledger: Ledger, actor: str, now: datetime) -> None:
    """Refuse, with an event, before minutes are spent on cases; the writer asks again."""
    try:
        with reading(ledger.engine) as connection:
            check_action(RULES, "submit", read_actor(connection, actor))
    except RefusedAction as refused:
        write_head(ledger.root, record_refusal(ledger, refused.about("rules", "", "submit", actor), now))
        raise
