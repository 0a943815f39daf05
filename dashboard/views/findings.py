"""问题: from the draft to the end, by whose turn it is; a county appeals here against what it was told."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.pieces.parts import Cell, ShownColumn, link, show_rest, show_table
from dashboard.runs.effect import may_move_marks, show_effect
from dashboard.runs.newer import read_reported
from dashboard.visits.session import current_visit, list_visible_units, today
from dashboard.visits.shelf import keep_by
from dashboard.work.actions import Start, stop_others
from dashboard.work.queue import show_queue
from data.ledger.clocks import appeal_until
from data.ledger.queues import Turn
from data.ledger.rights.roles import is_contact
from data.ledger.rows import FindingRow
from scoring.runs.filed import FiledFinding, list_filed
from scoring.wording.findings import IDLE

context, actor = current_visit()
stop_others(actor, "findings.py")
contact = is_contact(actor.roles)
#: So many findings of files are listed; the rest is in the files.
FILED = 50
st.title("反馈给本单位的问题" if contact else "问题")


def list_starts(turn: Turn) -> list[Start]:
    """What can be begun about a finding."""
    about: dict[str, object] = {"finding": turn.row.id}
    starts = [Start("appeal", "file", about)] if contact else []
    return [*starts, Start("rectification", "require", about)] if "lead" in actor.roles else starts


def show_more(turn: Turn) -> None:
    """Until when the unit may appeal; where a draft is written on."""
    if turn.row.state in ("draft", "returned") and turn.waits_for(actor):
        st.html(link("entry", "在「督察录入」里接着写", draft=turn.row.id).html)
    finding = turn.row
    assert isinstance(finding, FindingRow)
    if finding.indicator is not None and not may_move_marks(context, finding.indicator):
        st.warning(IDLE)
    if finding.state == "submitted" and not contact:
        show_effect(context, actor, finding)
    until = appeal_until(finding)
    if finding.state == "notified" and until is not None:
        over = "，已经过了" if until < today() else ""
        st.caption(f"送达之日起 30 日内可以申请复核，最晚 {until}{over}。")


def show_filed() -> None:
    """The findings that came in by file: they count like those of the ledger, and have no turn."""
    visible = list_visible_units(actor)
    found = keep_by(
        (context.root, context.pack.sha256, context.batches, visible, "filed"),
        lambda: list_filed(context.pack, read_reported(context), visible),
    )
    if not found:
        return
    st.subheader("随报送文件收到的问题")
    st.caption("这些问题在报送的文件里，不在督察台账上办理；评分时与台账上的问题一样读取。")
    units = {unit.id: unit.name for unit in context.pack.registry.units}
    names = {indicator.id: indicator.name for indicator in context.pack.indicators}

    def show(part: Sequence[FiledFinding]) -> None:
        rows: list[list[Cell]] = [
            [
                units.get(each.unit, each.unit),
                names.get(each.indicator or "", each.indicator or "—"),
                "；".join(f"{title}：{value}" for title, value in each.cells),
                each.place,
            ]
            for each in part
        ]
        show_table([ShownColumn("单位"), ShownColumn("指标"), ShownColumn("内容"), ShownColumn("出处")], rows)

    show_rest(found, FILED, show, "个问题")


show_queue(
    context,
    actor,
    "finding",
    "findings",
    empty="没有反馈给您单位的问题。" if contact else "还没有您能看的问题。督察员在「督察录入」里起草。",
    list_starts=list_starts,
    show_more=show_more,
)
show_filed()
