"""督察录入: a finding in under a minute, on a phone too; and judgements with their reason."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import streamlit as st

from dashboard.actions import show_stale, show_told, stop_others, tell
from dashboard.drafts import (
    RETURN_REASON,
    find_prefix,
    list_drafts,
    open_draft,
    put_draft,
    read_draft,
    save_change,
)
from dashboard.fields import (
    CHOOSE,
    Desk,
    ask_evidence,
    list_indicators,
    moment,
    name_indicator,
    name_unit,
    store_files,
    today_text,
)
from dashboard.session import current_actor, open_context
from dashboard.work_keys import Doing, Entry
from data.clock import office_time
from data.forms.judgements import find_judged_datasets
from data.ledger.fields import KINDS, METHODS
from data.ledger.reading import list_visible
from data.ledger.references import list_full_marks, list_severities
from data.ledger.refusals import Refused
from data.ledger.schema import Record
from data.ledger.transitions import apply_transition
from indicators.amounts import plain
from indicators.judging import Judging, list_judged
from indicators.model import Indicator
from scoring.explain.record import SUPPORTS

context, actor = open_context(), current_actor()
stop_others(actor, "entry.py")
ledger, pack = context.ledger, context.pack


def list_inspections() -> list[Record]:
    """The inspections under way whose team this person is in."""
    rows = list_visible(ledger, actor["id"], "inspection", state="active")
    return [row for row in rows if actor["id"] in (row["team"] or [])]


def choose_place(known: Record | None, inspections: list[Record]) -> tuple[Record, str | None] | None:
    """The inspection and the unit; those of a draft stay what they are."""
    prefix = find_prefix()
    if known is not None:
        inspection = next((row for row in inspections if row["id"] == known["inspection"]), None)
        if inspection is None:
            st.warning("这份草稿的督察任务已不在进行中,或者您不在督察组里,不能再改。")
            return None
        st.write(f"**{name_unit(context, known['unit'])}** · {inspection['title']}({inspection['id']})")
        return inspection, str(known["unit"])
    titles = {row["id"]: f"{row['title']}({row['id']})" for row in inspections}
    id = st.selectbox("督察任务", list(titles), key=f"{prefix}_{Entry.INSPECTION}", format_func=titles.__getitem__)
    inspection = next(row for row in inspections if row["id"] == id)
    unit = st.selectbox(
        "单位",
        inspection["units"],
        index=None,
        key=f"{prefix}_{Entry.UNIT}_{id}",
        placeholder=CHOOSE,
        format_func=lambda each: name_unit(context, each),
    )
    return inspection, unit


def show_clause(indicator: Indicator) -> None:
    """What the document says, what the office chose, and what to look at."""
    lines = []
    for cite in indicator.cites:
        about = "、".join(SUPPORTS[each] for each in cite.supports)
        if cite.quote:
            where = f"第{cite.article}条" if cite.article else ""
            lines.append(f"- {where}「{cite.quote}」({about})")
        else:
            lines.append(f"- 本办选择:{cite.local_choice}({about})")
    st.markdown("\n".join(lines))
    if indicator.checklist:
        st.markdown("**核查清单**\n" + "\n".join(f"- {each}" for each in indicator.checklist))
    if indicator.evidence:
        st.caption(f"要看的材料:{'、'.join(indicator.evidence)}")


def show_refused(name: str) -> None:
    """What was refused of a field, beside it."""
    found = st.session_state.get(Entry.REFUSED, {}).get(name)
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
    waiting = [row for row in list_drafts(context, actor) if row["id"] != current]
    if not waiting:
        return
    with st.container(border=True):
        st.write(f"您有 {len(waiting)} 份没有提交的草稿,可以接着写:")
        for row in waiting[:5]:
            at = f"{office_time(row['updated_at']):%m-%d %H:%M}"
            returned = "(退回修改)" if row["state"] == "returned" else ""
            words = name_indicator(context, row["indicator"]) or "还没选指标"
            label = f"继续 {at} 的草稿{returned}:{name_unit(context, row['unit'])} {words}"
            st.button(label, key=f"{Entry.CONTINUE}_{row['id']}", on_click=open_draft, args=(context, actor, row["id"]))
        if len(waiting) > 5:
            st.caption(f"另有 {len(waiting) - 5} 份更早的,在「问题」页里。")


def show_finding(inspections: list[Record]) -> None:
    """The form of a finding; every change is kept on the server."""
    draft = read_draft().row
    if draft is not None and Doing.STALE in st.session_state:
        show_stale(context, actor, "finding", draft["id"], put_draft)
        return
    place = choose_place(draft, inspections)
    if place is None or place[1] is None:
        if draft is not None:
            st.button("写新的问题", key=Entry.NEW, on_click=put_draft, args=(None,))
        return
    inspection, unit = place
    row = draft or {"unit": unit, "year": inspection["year"], "inspection": inspection["id"]}
    desk = Desk(context, actor, "finding", row, find_prefix())

    def saved(name: str) -> dict[str, Any]:
        return {"key": desk.key(name), "on_change": save_change, "args": (desk, inspection["id"], name)}

    options = [each.id for each in list_indicators(context, unit, inspection["year"])]
    first = st.session_state.get(Entry.FIRST) or {}
    known = first.get("indicator")
    indicator = st.selectbox(
        "指标(可输入字查找)",
        options,
        index=options.index(known) if known in options else None,
        placeholder=CHOOSE,
        format_func=lambda each: name_indicator(context, each),
        **saved("indicator"),
    )
    show_refused("indicator")
    if indicator is None:
        return
    entry = pack.indicator(indicator)
    with st.expander("条款和核查清单", expanded=True):
        show_clause(entry)
    kind = st.segmented_control("问题类别", KINDS, default=first.get("kind") or "扣分", required=True, **saved("kind"))
    show_refused("kind")
    if kind in ("扣分", "加分"):
        cap = max((marks for _, marks in list_full_marks(pack, entry, str(unit))), default=Decimal(0))
        st.text_input(f"建议{kind},最多 {plain(cap)} 分", first.get("proposed_marks") or "", **saved("proposed_marks"))
        show_refused("proposed_marks")
    levels = [level for part in entry.parts for level in list_severities(part)]
    if levels:
        st.segmented_control("严重程度", levels, default=first.get("severity"), **saved("severity"))
        show_refused("severity")
    st.text_area("事实:时间、地点、做了什么、没做什么", first.get("statement") or "", height=120, **saved("statement"))
    show_refused("statement")
    st.segmented_control("发现方式", METHODS, default=first.get("method"), **saved("method"))
    show_refused("method")
    left, right = st.columns(2)
    with left:
        st.text_input("发现日期,如 2024-05-06", first.get("seen_on") or today_text(), **saved("seen_on"))
        show_refused("seen_on")
    with right:
        st.text_input("发现地点", first.get("place") or "", **saved("place"))
        show_refused("place")
    basis = desk.key("legal_basis")
    if basis not in st.session_state:
        st.session_state[basis] = "\n".join(first.get("legal_basis") or [])
    st.text_area("依据,一行一条", height=120, **saved("legal_basis"))
    show_refused("legal_basis")
    show_evidence_fields(desk, saved, row)
    show_refused("evidence")
    show_refused("")
    show_handing_in(desk, inspection["id"])


def show_evidence_fields(desk: Desk, saved: Callable[[str], dict[str, Any]], row: Record) -> None:
    """Photographs and papers: kept as soon as they are chosen."""
    first = st.session_state.get(Entry.FIRST) or {}
    rows = list_visible(ledger, actor["id"], "evidence")
    usable = {each["id"]: each for each in rows if each["state"] == "kept" and each["unit"] == row["unit"]}
    key = desk.key("evidence")
    if key not in st.session_state:
        st.session_state[key] = list(first.get("evidence") or [])
    options = list(dict.fromkeys([*st.session_state[key], *usable]))
    if options:
        st.multiselect(
            "证据",
            options,
            placeholder="可选已存入的",
            format_func=lambda each: f"{each} {usable[each]['original_name']}" if each in usable else each,
            **saved("evidence"),
        )
    st.file_uploader("添加证据:拍照或选择文件,可多选,选好就存入", accept_multiple_files=True, **saved("evidence_files"))


def show_handing_in(desk: Desk, inspection: str) -> None:
    """What is kept, and the way to the reviewer."""
    draft = read_draft().row
    returned = draft is not None and draft["state"] == "returned"
    if returned:
        st.text_input("修改理由(必填)", RETURN_REASON, key=f"{find_prefix()}_{Entry.REASON}")
    if saved_at := st.session_state.get(Entry.SAVED):
        st.caption(f"✓ 已存草稿 {saved_at}({draft['id'] if draft else ''}),断线后打开本页可以接着写。")
    submit, fresh = st.columns([2, 1])
    if submit.button("提交复核", key=Entry.SUBMIT, type="primary", width="stretch"):
        # Whatever was not kept yet (a prefilled date that nobody touched) goes along.
        save_change(desk, inspection, "")
        hand_in()
    fresh.button("写新的问题", key=Entry.NEW, on_click=put_draft, args=(None,), width="stretch")


def hand_in() -> None:
    """Submit the draft; a refusal stands below the button, and all that was typed stays."""
    draft = read_draft().row
    if Doing.STALE in st.session_state:
        st.rerun()
    if waiting := [each[1] for each in st.session_state.get(Entry.REFUSED, {}).values()]:
        st.error(f"还有没存上的内容:{waiting[0]}")
        return
    if draft is None:
        st.error("还没有内容,请先填写事实。")
        return
    returned = draft["state"] == "returned"
    try:
        row = apply_transition(
            ledger,
            actor["id"],
            "finding",
            draft["id"],
            "resubmit" if returned else "submit",
            base_version=draft["version"],
            reason=str(st.session_state.get(f"{find_prefix()}_{Entry.REASON}", "")) if returned else None,
            now=moment(),
        )
    except Refused as refused:
        st.error(refused.sentence)
        return
    put_draft(None)
    tell(f"已提交复核:{row['id']} {name_unit(context, row['unit'])}。要由另一人认定。")
    st.rerun()


def find_own(judging: Judging, year: int) -> Record | None:
    """What this person judged of it before."""
    rows = list_visible(ledger, actor["id"], "judgement", state="given", indicator=judging.indicator.id, year=year)
    own = [row for row in rows if row["unit"] == judging.unit.id and row["inspector"] == actor["id"]]
    return own[0] if own else None


def show_judgement(inspections: list[Record]) -> None:
    """A level or marks for an indicator that data cannot tell, with the reason."""
    place = choose_place(None, inspections)
    if place is None or place[1] is None:
        return
    inspection, unit = place
    year = inspection["year"]
    judged = {
        each.indicator.id: each
        for table in find_judged_datasets(pack, year)
        for each in list_judged(pack, table.id, year)
        if each.unit.id == unit
    }
    if not judged:
        st.info(f"{year} 年没有要评定{name_unit(context, unit)}的指标。")
        return
    done = {key for key, each in judged.items() if find_own(each, year)}
    st.caption(f"要评定 {len(judged)} 项,您已评定 {len(done)} 项。")
    id = st.selectbox(
        "指标(可输入字查找)",
        list(judged),
        index=None,
        key=f"{find_prefix()}_{Entry.JUDGED_INDICATOR}_{unit}",
        placeholder=CHOOSE,
        format_func=lambda each: ("✓ 已评定 " if each in done else "") + name_indicator(context, each),
    )
    if id is None:
        return
    judging = judged[id]
    own = find_own(judging, year)
    with st.expander("条款和核查清单", expanded=True):
        show_clause(judging.indicator)
    row = own or {"unit": unit, "inspection": inspection["id"], "indicator": id, "year": year}
    desk = Desk(context, actor, "judgement", row, f"{find_prefix()}_judge_{unit}_{id}_{own['version'] if own else 0}")
    given: dict[str, object] = {}
    if judging.by_level:
        given["level"] = st.radio(
            "等级",
            list(judging.levels),
            index=list(judging.levels).index(own["level"]) if own else None,
            format_func=lambda each: f"{each}({plain(judging.levels[each])} 分)",
            horizontal=True,
            key=desk.key(Entry.LEVEL),
        )
    else:
        low, high = plain(judging.low), plain(judging.high)
        text = st.text_input(f"评分,{low} 到 {high} 分", own["marks"] if own else "", key=desk.key(Entry.MARKS))
        given["marks"] = text.strip() or None
    given["grounds"] = st.text_area("理由(必填)", own["grounds"] if own else "", key=desk.key(Entry.GROUNDS))
    given["evidence"] = ask_evidence(desk, "证据", "evidence", (own or {}).get("evidence") or [])
    reason = st.text_input("为什么改评(必填)", key=desk.key(Entry.JUDGE_REASON)) if own else None
    if not st.button("改评" if own else "存为评定", key=Entry.JUDGE, type="primary"):
        return
    try:
        entered = {name: value for name, value in store_files(desk, given).items() if value not in (None, "")}
        new = {"inspection": inspection["id"], "unit": unit, "indicator": id} if own is None else {}
        result = apply_transition(
            ledger,
            actor["id"],
            "judgement",
            own["id"] if own else None,
            "revise" if own else "judge",
            {**new, **entered},
            base_version=own["version"] if own else None,
            reason=reason,
            now=moment(),
        )
    except (Refused, InvalidOperation) as refused:
        st.error(getattr(refused, "sentence", "请填数,如 0.5"))
        return
    tell(f"已{'改评' if own else '评定'}:{result['id']} {name_unit(context, unit)} {name_indicator(context, id)}。")
    st.rerun()


st.title("督察录入")
show_told()
found = list_inspections()
if not found:
    st.info("没有您参加的、正在进行的督察任务。请督察办负责人在「督察任务和豁免」里批准任务,并把您列入督察组。")
else:
    asked = st.query_params.get(Entry.PART, "问题")
    part = st.segmented_control(
        "录入什么",
        ["问题", "评定"],
        default=asked if asked in ("问题", "评定") else "问题",
        key=Entry.PART,
        required=True,
    )
    st.query_params[Entry.PART] = str(part)
    if part == "问题":
        show_drafts()
        show_finding(found)
    else:
        show_judgement(found)
