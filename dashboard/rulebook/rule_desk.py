"""The desk at which one person writes rules: what is begun with, what is edited, and what the draft says and gives.

The draft is this person's own (``data/rulebook/rule_drafts.py``) and is kept with every entry that is saved, or left,
whatever is still wrong in it; what is wrong stands at its field.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count as count_from

import streamlit as st

from dashboard.pieces.fields import moment
from dashboard.pieces.plain import say
from dashboard.rulebook.rule_forms import FormFrame, Wrong, read_typed, show_line
from dashboard.rulebook.rule_text import show_text
from dashboard.runs.choices import choose
from dashboard.visits.admission import busy
from dashboard.visits.session import Context
from dashboard.visits.shelf import keep_by
from dashboard.visits.work_keys import DeskKey
from dashboard.work.actions import tell
from data.ledger.rows import UserRow
from data.rulebook.entry_forms import (
    HEAD_FILE,
    EntryPlace,
    FormLine,
    WrongField,
    add_entry,
    begin_line,
    drop_entry,
    drop_rule,
    list_places,
    open_entry,
    put_entry,
)
from data.rulebook.layout import HEAD_SHEET, PLANS, find_plan, list_children
from data.rulebook.rule_drafts import ExaminedDraft, RulesDraft, examine_draft, keep_draft

RULES_SHEET = "指标"
_DATASETS_SHEET = "台账"
#: In this order the sheets are offered: rules first, what they rest on behind.
SHEETS = (
    RULES_SHEET,
    HEAD_SHEET,
    *(plan.title for plan in PLANS if plan.parent is None and plan.title not in (RULES_SHEET, "原文")),
)


@dataclass
class Work:
    """An entry that is being edited: of which draft, its lines, and what could not be taken when it was saved last.

    ``turn`` names the fields anew when lines come or go; ``opened`` is the entry as it stood in the draft. Without a
    ``key`` all of it was saved.
    """

    key: str
    place: EntryPlace
    lines: list[FormLine]
    turn: int
    opened: list[FormLine]
    wrong: tuple[WrongField, ...] = field(default=())


def examine(context: Context, draft: RulesDraft) -> ExaminedDraft:
    """What is wrong with the draft, looked for once for the same content."""

    def look() -> ExaminedDraft:
        with busy("正在检查写法…"):
            return examine_draft(draft)

    return keep_by((context.root, draft.key, "desk"), look)


def show_desk(context: Context, actor: UserRow, draft: RulesDraft, examined: ExaminedDraft) -> EntryPlace | None:
    """Choose an entry and edit it; returns where the entry stands, None where the sheet has none."""
    _follow_draft(draft)
    left, right = st.columns(2)
    with left:
        sheet = choose("改哪一部分", SHEETS, DeskKey.SHEET, "part")
    if sheet == HEAD_SHEET:
        places = {HEAD_SHEET: EntryPlace(HEAD_SHEET, HEAD_FILE)}
        name = HEAD_SHEET
    else:
        places = {id: place for place, id in list_places(draft.files, sheet)}
        titles = name_entries(draft, sheet)
        with right:
            if not places:
                st.info("这一部分是空的；第一条请在工作簿里加。")
                return None
            drafts = list_unconfirmed(draft)
            name = choose(
                f"哪一条（{len(places)}）",
                list(places),
                DeskKey.ENTRY,
                "entry",
                lambda id: ("□ 待确认 " if sheet == RULES_SHEET and id in drafts else "") + titles.get(id, id),
            )
    place = places[name]
    _keep_left(context, actor, draft, place)
    left, right = st.columns([2, 3]) if sheet == RULES_SHEET else (st.container(), st.container())
    with left:
        if sheet == RULES_SHEET:
            show_text(draft, place)
    with right:
        _show_form(context, actor, draft, examined, place)
    return place


def name_entries(draft: RulesDraft, sheet: str) -> dict[str, str]:
    """What the entries of a sheet are called, by id."""
    found = {}
    for place, id in list_places(draft.files, sheet):
        entries = draft.files[place.file].get(find_plan(sheet).field)
        entry = entries[place.at] if isinstance(entries, Sequence) and not isinstance(entries, str) else None
        name = (entry.get("name") or entry.get("title") or entry.get("quote")) if isinstance(entry, Mapping) else None
        found[id] = f"{str(name)[:30]}（{id}）" if name else id
    return found


def name_columns(draft: RulesDraft, dataset: str) -> dict[str, str]:
    """What the columns of a dataset are called, by name; none of one that is not there."""
    for place, id in list_places(draft.files, _DATASETS_SHEET):
        entries = draft.files[place.file].get(find_plan(_DATASETS_SHEET).field)
        entry = entries[place.at] if id == dataset and isinstance(entries, Sequence) else None
        columns = entry.get("columns") if isinstance(entry, Mapping) else None
        if isinstance(columns, Sequence):
            return {
                str(each.get("name")): f"{each.get('title')}（{each.get('name')}）"
                for each in columns
                if isinstance(each, Mapping)
            }
    return {}


def list_unconfirmed(draft: RulesDraft) -> list[str]:
    """The indicators that nobody has confirmed yet."""
    found = []
    for place, id in list_places(draft.files, RULES_SHEET):
        entries = draft.files[place.file]["indicators"]
        entry = entries[place.at] if isinstance(entries, Sequence) and not isinstance(entries, str) else None
        if isinstance(entry, Mapping) and entry.get("draft") == "true":
            found.append(id)
    return found


def _show_form(context: Context, actor: UserRow, draft: RulesDraft, examined: ExaminedDraft, place: EntryPlace) -> None:
    work = _open_work(draft, place)
    frame = FormFrame(
        work.turn,
        lambda sheet: name_entries(draft, sheet),
        lambda dataset: name_columns(draft, dataset),
        _place_mistakes(draft, examined, work),
    )
    children = [] if place.sheet == HEAD_SHEET else [child.title for child in list_children(find_plan(place.sheet))]
    filled: list[FormLine] = []
    dropped: int | None = None
    added: int | None = None
    for kind in (place.sheet, *children):
        own = [(number, line) for number, line in enumerate(work.lines) if line.sheet == kind]
        for count, (number, line) in enumerate(own, 1):
            if number:
                st.markdown(say("**{}**", f"{kind} {count}" if len(own) > 1 else kind))
            filled.append(FormLine(kind, line.columns, show_line(frame, number, line)))
            if number and st.button(f"删去{kind} {count}", key=f"{DeskKey.DROP}_{work.turn}_{number}"):
                dropped = number
        if kind in children and st.button(f"加一行{kind}", key=f"{DeskKey.ADD}_{work.turn}_{kind}"):
            filled.append(begin_line(draft.files, kind))
            added = len(filled)
    if dropped is not None or added is not None:
        lines = [line for number, line in enumerate(filled) if number != dropped]
        st.session_state[DeskKey.WORK] = replace(work, lines=lines, turn=work.turn + 1, wrong=())
        st.rerun()
    _show_buttons(context, actor, draft, work, filled)


def _follow_draft(draft: RulesDraft) -> None:
    """Go on where the same person saved something else in another window, never over what was changed there.

    A click on 保存 would otherwise save, and say so, what stands in the draft instead of what stands in the fields.
    """
    work = st.session_state.get(DeskKey.WORK)
    if not isinstance(work, Work) or work.key in ("", draft.key):
        return
    places = [place for place, _ in list_places(draft.files, work.place.sheet)]
    here = work.place.sheet == HEAD_SHEET or work.place in places
    if here and open_entry(draft.files, work.place) == work.opened:
        st.session_state[DeskKey.WORK] = replace(work, key=draft.key)
        return
    st.session_state.pop(DeskKey.WORK)
    if read_typed(work.turn, work.lines) is not None:
        tell("草稿在别的窗口改过，这里打开的一条已经不同：刚才的操作没有做，没有保存的改动作废。请照现在的内容再改。")
        st.rerun()


def _open_work(draft: RulesDraft, place: EntryPlace) -> Work:
    known = st.session_state.get(DeskKey.WORK)
    if isinstance(known, Work) and (known.key, known.place) == (draft.key, place):
        return known
    turn = known.turn + 1 if isinstance(known, Work) else 0
    opened = open_entry(draft.files, place)
    work = Work(draft.key, place, opened, turn, opened)
    st.session_state[DeskKey.WORK] = work
    return work


def _place_mistakes(draft: RulesDraft, examined: ExaminedDraft, work: Work) -> Wrong:
    """What is wrong with this entry, by line and column: what could not be taken, else what the reader found."""
    found: Wrong = {}
    if work.wrong:
        for each in work.wrong:
            found.setdefault((each.line or 0, each.column), []).append(each.text)
        return found
    entry = put_entry(draft.files, work.place, open_entry(draft.files, work.place))
    for mistake in examined.mistakes:
        if mistake.file == work.place.file and (at := entry.find_field(mistake.place)) is not None:
            found.setdefault(at, []).append(mistake.text)
    return found


def _show_buttons(context: Context, actor: UserRow, draft: RulesDraft, work: Work, filled: Sequence[FormLine]) -> None:
    sheet = work.place.sheet
    with st.container(horizontal=True):
        if st.button("保存这一条", key=DeskKey.KEEP, type="primary"):
            _save(context, actor, draft, work, filled, confirm=False)
        if sheet == RULES_SHEET and _is_draft(work) and st.button("核对好了，确认", key=DeskKey.CONFIRM):
            _save(context, actor, draft, work, filled, confirm=True)
        waiting = list_unconfirmed(draft)
        if sheet == RULES_SHEET and waiting and not _is_draft(work):
            label = f"看下一条没有确认的（还有 {len(waiting)} 条）"
            st.button(label, key=DeskKey.NEXT, on_click=_choose_entry, args=(_find_next(draft, work.place, waiting),))
        if sheet != HEAD_SHEET and st.button("照此再加一条", key=DeskKey.COPY):
            taken = {id for _, id in list_places(draft.files, sheet)}
            name = next(each for each in (f"{_read_id(work)}-{n}" for n in count_from(2)) if each not in taken)
            files, _ = add_entry(draft.files, work.place, name)
            _store(context, actor, replace(draft, files=files), f"已在后面加一条 {name}，请改好编号和内容。")
        if sheet != HEAD_SHEET and st.button("不要这一条", key=DeskKey.AWAY):
            drop = drop_rule if sheet == RULES_SHEET else drop_entry
            _store(context, actor, replace(draft, files=drop(draft.files, work.place)), "已删去一条。")


def _find_next(draft: RulesDraft, place: EntryPlace, waiting: Sequence[str]) -> str:
    """The next entry after this one that nobody has confirmed; after the last one the first."""
    order = list_places(draft.files, RULES_SHEET)
    here = next((number for number, (each, _) in enumerate(order) if each == place), -1)
    return next((id for _, id in order[here + 1 :] if id in waiting), waiting[0])


def _choose_entry(id: str) -> None:
    st.session_state[DeskKey.ENTRY] = id


def _is_draft(work: Work) -> bool:
    cells = work.lines[0].cells
    return any(column.name == "draft" and column.shape.find_word(text) == "true" for column, text in cells.items())


def _read_id(work: Work) -> str:
    return next((text for column, text in work.lines[0].cells.items() if column.path == ("id",)), "new")


def _keep_left(context: Context, actor: UserRow, draft: RulesDraft, place: EntryPlace) -> None:
    """Save what was typed in another entry that was left without saving it, as far as it can be read."""
    work = st.session_state.get(DeskKey.WORK)
    if not isinstance(work, Work) or work.key != draft.key or work.place == place:
        return
    lines = read_typed(work.turn, work.lines)
    if lines is None or [line.cells for line in lines] == [line.cells for line in work.lines]:
        return
    entry = put_entry(draft.files, work.place, lines)
    st.session_state.pop(DeskKey.WORK)
    if entry.wrong:
        wrong = "；".join(each.text for each in entry.wrong[:3])
        st.warning(f"离开的那一条有 {len(entry.wrong)} 处读不懂，那里的改动没有保存：{wrong}。")
    else:
        _store(context, actor, replace(draft, files=entry.files), "离开的那一条，改动已保存。")


def _save(
    context: Context, actor: UserRow, draft: RulesDraft, work: Work, filled: Sequence[FormLine], *, confirm: bool
) -> None:
    lines = [FormLine(line.sheet, line.columns, {c: t for c, t in line.cells.items() if t.strip()}) for line in filled]
    if confirm:
        lines[0].cells = {column: text for column, text in lines[0].cells.items() if column.name != "draft"}
    entry = put_entry(draft.files, work.place, lines)
    if entry.wrong:
        st.session_state[DeskKey.WORK] = replace(work, lines=lines, turn=work.turn + 1, wrong=entry.wrong)
        st.rerun()
    _store(
        context,
        actor,
        replace(draft, files=entry.files),
        "已确认这一条。" if confirm else "已保存。",
    )


def _store(context: Context, actor: UserRow, draft: RulesDraft, words: str) -> None:
    keep_draft(context.ledger.engine, actor.id, draft, moment())
    if isinstance(work := st.session_state.get(DeskKey.WORK), Work):
        st.session_state[DeskKey.WORK] = replace(work, key="")
    tell(words)
    st.rerun()
