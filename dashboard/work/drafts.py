"""A finding that is being written: kept on the server with every change, and offered again after a lost connection.

The draft is an object of the ledger like any other; what the page holds is only what was typed since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.pieces.fields import ChosenEvidence, FieldContext, list_levels, moment, store_files
from dashboard.visits.session import Context
from dashboard.visits.work_keys import Doing, EntryKey
from data.clock import office_time
from data.ledger.fields import FIELDS as TITLES
from data.ledger.reading import list_visible
from data.ledger.rows import FindingRow, UserRow
from data.ledger.transitions import apply_transition
from data.trail.refusals import FieldRefused, RefusedAction, StaleSave
from indicators.pack.model import Pack
from indicators.pack.sources import name_article

FIELDS = (
    "indicator",
    "kind",
    "proposed_marks",
    "severity",
    "statement",
    "method",
    "seen_on",
    "place",
    "legal_basis",
    "evidence",
)
#: A returned finding may be changed only with a reason; this one stands there until another is typed.
RETURN_REASON = "按退回意见修改"
#: Beside a sentence about a field: nothing was typed there that could be tried again.
EMPTY = object()


@dataclass(frozen=True)
class PageDraft:
    """The draft on the page: its row as this person saw or saved it last (None: nothing is kept yet)."""

    row: FindingRow | None

    @property
    def id(self) -> str | None:
        return None if self.row is None else str(self.row.id)


def list_drafts(context: Context, actor: UserRow) -> list[FindingRow]:
    """The findings that this person has begun and not handed in, newest first."""
    rows = list_visible(context.ledger, actor.id, FindingRow)
    own = [row for row in rows if row.state in ("draft", "returned") and actor.id in (row.authors or [])]
    return sorted(own, key=lambda row: row.updated_at, reverse=True)


def read_draft() -> PageDraft:
    """The draft that the page is about."""
    return PageDraft(st.session_state.get(EntryKey.DRAFT))


def open_draft(context: Context, actor: UserRow, id: str) -> None:
    """Put a draft on the page, as it stands now; another one's widgets are forgotten."""
    found = [row for row in list_drafts(context, actor) if row.id == id]
    if found:
        put_draft(found[0])


def find_last(context: Context, actor: UserRow) -> FindingRow | None:
    """The finding that this person wrote last: the next one is mostly of the same unit, day and place."""
    rows = list_visible(context.ledger, actor.id, FindingRow)
    own = [row for row in rows if row.state != "withdrawn" and (row.authors or [""])[0] == actor.id]
    return max(own, key=lambda row: row.created_at, default=None)


def begin_like(last: FindingRow | None) -> dict[str, str | None]:
    """What an empty form has in it already, from the finding before."""
    if last is None:
        return {}
    carried = {"inspection": last.inspection, "unit": last.unit, "method": last.method, "place": last.place}
    # Who writes up another day's visit goes on with that day; a new day begins with its own date.
    same_day = office_time(last.created_at).date() == moment().date()
    return carried | ({"seen_on": last.seen_on} if same_day else {})


def put_draft(row: FindingRow | None, last: FindingRow | None = None) -> None:
    """Show this row, or an empty form that begins like the ``last`` one."""
    st.session_state[EntryKey.DRAFT] = row
    # What the widgets begin with stays the same while they are on the page: a changed one would lose its focus.
    st.session_state[EntryKey.FIRST] = begin_like(last) if row is None else row
    st.session_state[EntryKey.ROUND] = int(st.session_state.get(EntryKey.ROUND, 0)) + 1
    st.session_state[EntryKey.REFUSED] = {}
    st.session_state.pop(EntryKey.SAVED, None)
    if row is None:
        st.query_params.pop("draft", None)
    else:
        st.query_params["draft"] = row.id


def find_prefix() -> str:
    """What the keys of the form's widgets begin with."""
    return f"entry_{int(st.session_state.get(EntryKey.ROUND, 0))}"


def save_change(desk: FieldContext, inspection: str, changed: str) -> None:
    """Keep what stands in the form, after the field ``changed`` was; what cannot be taken stays beside its field."""
    refused: dict[str, tuple[object, str]] = st.session_state.setdefault(EntryKey.REFUSED, {})
    held = read_draft().row
    if held is not None and desk.actor.id not in (held.authors or []):
        # Nobody's form holds another person's draft; where one does all the same, nothing is written into it.
        put_draft(None)
        st.session_state[Doing.TOLD] = "这份草稿是别人的，没有改动它；请在自己的草稿里写。"
        return
    if changed in ("indicator", "kind"):
        refused.clear()
    refused.pop("evidence" if changed == "evidence_files" else changed, None)
    refused.pop("", None)
    if changed == "indicator":
        _suggest_basis(desk)
    try:
        given = _collect(desk, changed)
    except RefusedAction as error:
        refused["evidence"] = (None, error.sentence)
        return
    given = {name: value for name, value in given.items() if name not in refused or refused[name][0] != value}
    while _keep_what_is_taken(desk, inspection, given, refused):
        pass


def _keep_what_is_taken(
    desk: FieldContext, inspection: str, given: dict[str, object], refused: dict[str, tuple[object, str]]
) -> bool:
    """Keep what is ``given``; True where a field was refused and left out, so that the rest is still to keep."""
    row = read_draft().row
    news = {
        name: value
        for name, value in given.items()
        if (value or None) != ((None if row is None else row.get(name)) or None)
    }
    if row is not None and not news:
        return False
    try:
        kept = _write(desk, row, inspection, news)
    except StaleSave as stale:
        st.session_state[Doing.STALE] = (stale, news, "edit", _read_reason(row))
        return False
    except RefusedAction as error:
        name = _find_field(error) if isinstance(error, FieldRefused) else ""
        if name not in news:
            refused[""] = (None, error.sentence)
            return False
        refused[name] = (news[name], error.sentence)
        given.pop(name)
        return True
    st.session_state[EntryKey.DRAFT] = kept
    st.query_params["draft"] = kept.id
    st.session_state[EntryKey.SAVED] = f"{moment():%H:%M:%S}"
    return False


def _write(desk: FieldContext, row: FindingRow | None, inspection: str, news: dict[str, object]) -> FindingRow:
    ledger, actor = desk.context.ledger, desk.actor.id
    if row is None:
        given = {"inspection": inspection, "unit": desk.row["unit"], **{n: v for n, v in news.items() if v}}
        return FindingRow.read(apply_transition(ledger, actor, "finding", None, "draft", given, now=moment()))
    reason = _read_reason(row)
    version = row.version
    kept = apply_transition(
        ledger, actor, "finding", row.id, "edit", news, base_version=version, reason=reason, now=moment()
    )
    return FindingRow.read(kept)


def _read_reason(row: FindingRow | None) -> str | None:
    if row is None or row.state != "returned":
        return None
    return str(st.session_state.get(f"{find_prefix()}_{EntryKey.REASON}", RETURN_REASON))


def _collect(desk: FieldContext, changed: str) -> dict[str, object]:
    """What stands in the widgets; new files are stored at once, so that they survive whatever happens to the page."""
    state = st.session_state
    given: dict[str, Any] = {}
    for name in FIELDS:
        key = desk.key(name)
        if name == "evidence":
            draft = read_draft().row
            known = list(state.get(key, (draft.evidence if draft is not None else None) or []))
            given[name] = known
            if changed == "evidence_files":
                # Only now: a file that was taken off the list again must not come back with the next change.
                files = list(state.get(desk.key("evidence_files")) or [])
                given[name] = state[key] = store_files(desk, ChosenEvidence(known, files))
        elif key in state:
            value = state[key]
            if name == "legal_basis":
                value = [line.strip() for line in str(value or "").splitlines() if line.strip()]
            given[name] = value.strip() if isinstance(value, str) else value
    # What the form no longer asks for must not stay behind where nobody sees it.
    if given.get("kind") not in ("扣分", "加分"):
        given["proposed_marks"] = None
    if given.get("severity") not in list_levels(desk.context, given.get("indicator")):
        given["severity"] = None
    return given


def _find_field(error: FieldRefused) -> str:
    titles = {field.title: name for name, field in TITLES["finding"].items()}
    return titles.get(error.field, error.field)


def _suggest_basis(desk: FieldContext) -> None:
    """The clauses that the indicator cites are its legal basis, unless somebody wrote another one."""
    key, indicator = desk.key("legal_basis"), st.session_state.get(desk.key("indicator"))
    written = str(st.session_state.get(key) or "").strip()
    known = {"\n".join(list_clauses(desk.context.pack, each.id)) for each in desk.context.pack.indicators}
    if indicator and (not written or written in known):
        st.session_state[key] = "\n".join(list_clauses(desk.context.pack, indicator))


def list_clauses(pack: Pack, indicator: str) -> list[str]:
    """The clauses that an indicator rests on, as a legal basis is written."""
    titles = {source.id: source.title for source in pack.sources}
    cites = pack.indicator(indicator).cites
    return list(
        dict.fromkeys(
            f"{titles.get(cite.source, cite.source)} {name_article(cite.article)}".rstrip()
            for cite in cites
            if cite.source is not None
        )
    )
