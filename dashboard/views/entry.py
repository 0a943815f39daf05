"""督察录入: a finding in under a minute, on a phone too; and judgements with their reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import streamlit as st

from dashboard.pieces.fields import (
    CHOOSE,
    FieldContext,
    list_indicators,
    list_levels,
    list_usable,
    moment,
    name_indicator,
    name_unit,
    today_text,
)
from dashboard.pieces.keystrokes import show_saved
from dashboard.pieces.plain import say
from dashboard.runs.choices import keep, recall
from dashboard.runs.effect import show_effect
from dashboard.visits.session import current_visit
from dashboard.visits.shelf import keep_by
from dashboard.visits.work_keys import Doing, EntryKey
from dashboard.work.actions import show_stale, show_told, stop_others, tell
from dashboard.work.drafts import (
    EMPTY,
    RETURN_REASON,
    begin_like,
    find_last,
    find_prefix,
    list_drafts,
    open_draft,
    put_draft,
    read_draft,
    save_change,
)
from dashboard.work.judging import show_clause, show_judgement
from data.clock import office_time
from data.ledger.conditions import list_empty
from data.ledger.fields import KINDS, METHODS, name_field
from data.ledger.reading import list_visible
from data.ledger.references import list_full_marks
from data.ledger.rows import FindingRow, InspectionRow
from data.ledger.transitions import apply_transition
from data.trail.refusals import RefusedAction, StaleSave
from indicators.entries.amounts import has_no_end, name_marks
from indicators.meaning.uses import moves_marks
from scoring.wording.findings import IDLE

context, actor = current_visit()
stop_others(actor, "entry.py")
ledger, pack = context.ledger, context.pack


def list_inspections() -> list[InspectionRow]:
    """The inspections under way whose team this person is in."""
    rows = list_visible(ledger, actor.id, InspectionRow, state="active")
    return [row for row in rows if actor.id in (row.team or [])]


def choose_place(
    known: Mapping[str, Any] | None, inspections: list[InspectionRow]
) -> tuple[InspectionRow, str | None] | None:
    """The inspection and the unit; those of a draft stay what they are."""
    prefix = find_prefix()
    if known is not None:
        inspection = next((row for row in inspections if row.id == known["inspection"]), None)
        if inspection is None:
            st.warning("这份草稿的督察任务已不在进行中，或者您不在督察组里，不能再改。")
            return None
        name = name_unit(context, known["unit"])
        st.write(say("**{}** · {}（{}）", name, inspection.title, inspection.id))
        return inspection, str(known["unit"])
    first = st.session_state[EntryKey.FIRST] or {}
    titles = {row.id: f"{row.title}（{row.id}）" for row in inspections}
    index = list(titles).index(first["inspection"]) if first.get("inspection") in titles else 0
    if len(titles) > 1:
        id = st.selectbox(
            "督察任务", list(titles), index, key=f"{prefix}_{EntryKey.INSPECTION}", format_func=titles.__getitem__
        )
    else:
        (id,) = titles
        st.write(titles[id])
    inspection = next(row for row in inspections if row.id == id)
    units = inspection.units or []
    unit = st.selectbox(
        "单位",
        units,
        index=units.index(first["unit"]) if first.get("unit") in units else None,
        key=f"{prefix}_{EntryKey.UNIT}_{id}",
        placeholder=CHOOSE,
        format_func=lambda each: name_unit(context, each),
    )
    return inspection, unit


def show_refused(name: str) -> None:
    """What was refused of a field, beside it."""
    found = st.session_state.get(EntryKey.REFUSED, {}).get(name)
    if found is not None:
        st.error(found[1])


def show_drafts() -> None:
    """Drafts that were not handed in are offered again."""
    asked, current = st.query_params.get("draft"), read_draft().id
    if asked and asked != current:
        open_draft(context, actor, str(asked))
        if read_draft().id != asked:
            st.query_params.pop("draft")
        current = read_draft().id
    begun = keep_by((*context.key_ledger(), actor.id, "drafts"), lambda: list_drafts(context, actor))
    waiting = [row for row in begun if row.id != current]
    if not waiting:
        return
    with st.container(border=True):
        st.write(f"您有 {len(waiting)} 份没有提交的草稿，可以接着写：")
        for row in waiting[:5]:
            at = f"{office_time(row.updated_at):%m-%d %H:%M}"
            returned = "（退回修改）" if row.state == "returned" else ""
            words = name_indicator(context, row.indicator) or "还没选指标"
            label = f"继续 {at} 的草稿{returned}：{name_unit(context, row.unit)} {words}"
            st.button(label, key=f"{EntryKey.CONTINUE}_{row.id}", on_click=open_draft, args=(context, actor, row.id))
        if len(waiting) > 5:
            st.caption(f"另有 {len(waiting) - 5} 份更早的，在「问题」页里。")


#: By the name of a field what makes its widget save what is entered.
Saved = Callable[[str], dict[str, Any]]


def show_finding(inspections: list[InspectionRow]) -> None:
    """The form of a finding; every change is kept on the server."""
    if EntryKey.FIRST not in st.session_state:
        st.session_state[EntryKey.FIRST] = begin_like(find_last(context, actor))
    draft = read_draft().row
    if draft is not None and Doing.STALE in st.session_state:
        show_stale(context, actor, "finding", draft.id, lambda row: go_on(FindingRow.read(row)))
        return
    place = choose_place(draft, inspections)
    if place is None or place[1] is None:
        if draft is not None:
            st.button("写新的问题", key=EntryKey.NEW, on_click=put_draft, args=(None,))
        return
    inspection, unit = place[0], place[1]
    row = draft or {"unit": unit, "year": inspection.year, "inspection": inspection.id}
    desk = FieldContext(context, actor, "finding", row, find_prefix())

    def saved(name: str) -> dict[str, Any]:
        return {"key": desk.key(name), "on_change": save_change, "args": (desk, inspection.id, name)}

    first = st.session_state[EntryKey.FIRST] or {}
    indicator = _ask_indicator(inspection, unit, first.get("indicator"), saved)
    if indicator is None:
        return
    show_clause(pack.indicator(indicator))
    _ask_weight(indicator, unit, first, saved)
    st.text_area("事实：时间、地点、做了什么、没做什么", first.get("statement") or "", height=120, **saved("statement"))
    show_refused("statement")
    show_evidence_fields(desk, saved)
    show_refused("evidence")
    _ask_circumstances(desk, inspection, first, saved)
    show_handing_in(desk, inspection.id)


def _ask_indicator(inspection: InspectionRow, unit: str, known: str | None, saved: Saved) -> str | None:
    options = [each.id for each in list_indicators(context, unit, inspection.year)]
    indicator = st.selectbox(
        "指标（可输入字查找，如「第十条」「公开」）",
        options,
        index=options.index(known) if known in options else None,
        placeholder=CHOOSE,
        format_func=lambda each: name_indicator(context, each),
        **saved("indicator"),
    )
    show_refused("indicator")
    return indicator


def _ask_weight(indicator: str, unit: str, first: Mapping[str, Any], saved: Saved) -> None:
    """What kind of finding it is, how many marks it should cost or give, and how severe it is."""
    kind = st.segmented_control("问题类别", KINDS, default=first.get("kind") or "扣分", required=True, **saved("kind"))
    show_refused("kind")
    if kind in ("扣分", "加分"):
        full = list_full_marks(pack, pack.indicator(indicator), unit)
        cap = max((marks for _, marks in full), default=Decimal(0))
        most = "" if has_no_end(cap) else f"最多 {name_marks(cap)}，"
        label = f"建议{kind}：大于 0，{most}{pack.head.precision} 位小数以内"
        if not moves_marks(pack, indicator):
            st.warning(IDLE)
            label += "（不影响得分）"
        st.text_input(label, first.get("proposed_marks") or "", **saved("proposed_marks"))
        show_refused("proposed_marks")
    if levels := list_levels(context, indicator):
        st.segmented_control("严重程度", levels, default=first.get("severity"), **saved("severity"))
        show_refused("severity")


def _ask_circumstances(desk: FieldContext, inspection: InspectionRow, first: Mapping[str, Any], saved: Saved) -> None:
    """How, when and where it was found, and what it rests on."""
    st.segmented_control("发现方式", METHODS, default=first.get("method"), **saved("method"))
    show_refused("method")
    left, right = st.columns(2)
    with left:
        label = f"发现日期，{inspection.begins_on} 到今天"
        st.text_input(label, first.get("seen_on") or today_text(), **saved("seen_on"))
        show_refused("seen_on")
    with right:
        st.text_input("发现地点", first.get("place") or "", **saved("place"))
        show_refused("place")
    basis = desk.key("legal_basis")
    if basis not in st.session_state:
        st.session_state[basis] = "\n".join(first.get("legal_basis") or [])
    st.text_area("依据，一行一条（已按指标填好，可以改）", height="content", **saved("legal_basis"))
    show_refused("legal_basis")


def show_evidence_fields(desk: FieldContext, saved: Callable[[str], dict[str, Any]]) -> None:
    """Photographs and papers: kept as soon as they are chosen."""
    usable = list_usable(desk)
    key = desk.key("evidence")
    if key not in st.session_state:
        st.session_state[key] = list((st.session_state[EntryKey.FIRST] or {}).get("evidence") or [])
    options = list(dict.fromkeys([*st.session_state[key], *usable]))
    st.file_uploader("证据：拍照或选择文件，可多选，选好就存入", accept_multiple_files=True, **saved("evidence_files"))
    if options:
        st.multiselect(
            "已存入的证据",
            options,
            placeholder="可选已存入的",
            format_func=lambda each: f"{each} {usable[each].original_name}" if each in usable else each,
            **saved("evidence"),
        )


def show_handing_in(desk: FieldContext, inspection: str) -> None:
    """What is kept, and the way to the reviewer."""
    draft = read_draft().row
    returned = draft is not None and draft.state == "returned"
    if returned:
        st.text_input("修改理由（必填）", RETURN_REASON, key=f"{find_prefix()}_{EntryKey.REASON}")
    saved_at, refused = st.session_state.get(EntryKey.SAVED), st.session_state.get(EntryKey.REFUSED)
    rest = "，标出的还没有存" if refused else ""
    kept = f"已存草稿 {saved_at}（{draft.id if draft else ''}）{rest}，断线后打开本页可以接着写。" if saved_at else ""
    show_saved(kept)
    if draft is not None:
        show_effect(context, actor, draft)
    submit, fresh = st.columns([2, 1])
    submit.button(
        "提交复核",
        key=EntryKey.SUBMIT,
        type="primary",
        width="stretch",
        on_click=hand_in,
        args=(desk, inspection),
    )
    show_refused("")
    fresh.button("写新的问题", key=EntryKey.NEW, on_click=put_draft, args=(None, draft), width="stretch")


def go_on(row: FindingRow) -> None:
    """Keep a draft on the page; after one that was handed in the next begins, like it."""
    if row.state in ("draft", "returned"):
        put_draft(row)
    else:
        put_draft(None, row)


def hand_in(desk: FieldContext, inspection: str) -> None:
    """Submit the draft; what is refused stands beside its field and below the button, and all that was typed stays."""
    # Whatever was not kept yet (a prefilled date that nobody touched) goes along.
    refused = st.session_state.setdefault(EntryKey.REFUSED, {})
    for name in [name for name, (value, _) in refused.items() if value is EMPTY]:
        del refused[name]
    save_change(desk, inspection, "")
    draft = read_draft().row
    if Doing.STALE in st.session_state or draft is None:
        return
    if waiting := [sentence for name, (_, sentence) in refused.items() if name]:
        refused[""] = (None, f"还没有提交，先改好上面标出的：{waiting[0]}")
        return
    action, reason = "submit", None
    if draft.state == "returned":
        action, reason = "resubmit", str(st.session_state.get(f"{find_prefix()}_{EntryKey.REASON}", ""))
    try:
        done = apply_transition(
            ledger,
            actor.id,
            "finding",
            draft.id,
            action,
            base_version=draft.version,
            reason=reason,
            now=moment(),
        )
    except StaleSave as stale:
        st.session_state[Doing.STALE] = (stale, {}, action, reason)
        return
    except RefusedAction as error:
        missing = list_empty(draft, ledger.pack)
        refused.update({name: (EMPTY, f"请填写「{name_field('finding', name)}」") for name in missing})
        refused[""] = (None, error.sentence)
        return
    row = FindingRow.read(done)
    go_on(row)
    tell(f"已提交复核：{row.id} {name_unit(context, row.unit)}。要由另一人认定。")


def show_judging(inspections: list[InspectionRow]) -> None:
    """The form of a judgement about the unit that is chosen."""
    if EntryKey.FIRST not in st.session_state:
        st.session_state[EntryKey.FIRST] = begin_like(find_last(context, actor))
    place = choose_place(None, inspections)
    if place is not None and place[1] is not None:
        show_judgement(context, actor, place[0], place[1])


st.title("督察录入")
show_told()
found = list_inspections()
if not found:
    st.info("没有您参加的、正在进行的督察任务。请督察办负责人在「督察任务和豁免」里批准任务，并把您列入督察组。")
else:
    parts = ["问题", "评定"]
    recall(EntryKey.PART, EntryKey.PART, lambda text: text if text in parts else None, parts[0])
    part = st.segmented_control("录入什么", parts, key=EntryKey.PART, required=True)
    keep(EntryKey.PART, EntryKey.PART, str(part))
    if part == "问题":
        show_drafts()
        show_finding(found)
    else:
        show_judging(found)
