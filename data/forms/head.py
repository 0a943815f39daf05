"""What stands above the header of a form: its title, the cell for a nil report, and how far a register is complete."""

from __future__ import annotations

from collections.abc import Callable

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from data.cells.completeness import COMPLETE_LABEL
from data.forms.plan import SheetPlan
from data.forms.record import FORM_MARK, NIL_LABEL

_NIL_CHECK = {
    "validate": "list",
    "source": ["是"],
    "input_title": "零报告",
    "input_message": "确实一件也没有，才在这里选「是」，下面不要填。不填又不选，算还没有报。",
    "error_title": "零报告",
    "error_message": "只能选「是」，或者留空。",
}


def write_head(sheet: Worksheet, plan: SheetPlan, style: Callable[..., Format], mark: str) -> None:
    """Title, nil report, then remarks: three rows; ``mark`` stands behind the title of what is made up."""
    who = plan.unit.name if plan.unit is not None else plan.dataset.reported_by or "各单位"
    when = "最新状态" if plan.dataset.period.standing else f"{plan.year} 年"
    sheet.write_string(0, 0, (plan.heading or f"{plan.dataset.title}（{who}，{when}）") + mark, style("title"))
    sheet.set_row(0, 24)
    if plan.offers_nil:
        sheet.write_string(1, 0, NIL_LABEL, style("label"))
        sheet.write_blank(1, 1, None, style("answer"))
        sheet.data_validation(1, 1, 1, 1, _NIL_CHECK)
        sheet.write_string(1, 2, "← 确实没有可报的，在这一格选「是」；不选又不填，算还没有报", style("remark"))
    remarks = "；".join(_list_remarks(plan)) + "。每列怎么填见「填表说明」"
    if not plan.dataset.is_register:
        sheet.write_string(2, 0, remarks, style("remark"))
        return
    sheet.write_string(2, 0, f"{COMPLETE_LABEL}（日期）", style("label"))
    sheet.write_blank(2, 1, None, style("answer", "yyyy-mm-dd"))
    told = "← 到哪一天为止已全部登记，填那一天（零报告也要填）；不填的，没有写到的单位不算零，都待报"
    sheet.write_string(2, 2, f"{told}；{remarks}", style("remark"))


def _list_remarks(plan: SheetPlan) -> list[str]:
    remarks = [f"{FORM_MARK}；灰色斜体的示例行不会导入"]
    kinds = {kind for row in plan.rows for kind in row.kinds.values()}
    if "carried" in kinds:
        remarks.append("黄底是上年带入，请核对：有变化的改，不再有的删去整行")
    if "stored" in kinds:
        remarks.append("黄底是以前报的，现在仍然有效，请核对：有变化的改，新的加在下面")
    if "given" in kinds or plan.every:
        remarks.append("灰底已替您填好")
    return [*remarks, *plan.remarks]
