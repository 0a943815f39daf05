"""What is said beside a total: whether it is ranked, what is not known yet, what a veto did."""

from __future__ import annotations

from decimal import Decimal

from indicators.pack.model import Pack, Policy
from scoring.base.total import Mark, Total
from scoring.wording.full_grades import describe_full

STATUS = {
    "ranked": "",
    "incomplete": "暂不排名",
    "not_passed": "没有通过前面的阶段，不参加排名",
    "not_ranked": "不排名",
    "no_marks": "没有可计的分",
}
#: What stands wherever made-up data take part.
FICTIONAL = "演示数据（虚构）：单位是真的，数据由程序生成，不反映任何单位的真实情况。"
#: How units are put in order where their full marks may differ.
BY_SHARE = "各单位满分不同的，名次按总分占满分的比例排定"


def goes_by_share(policy: Policy) -> bool:
    """Whether full marks may differ from unit to unit."""
    return "out_of_scope" in (policy.not_applicable, policy.exempt)


def describe_rounding(row: Total[Mark]) -> str:
    """What grade and place would be if the marks of the items had not been rounded; empty where the same.

    A run of before this was noted says nothing.
    """
    if (exact := row.exact_total) is None:
        return ""
    told = [f"按未取整的各项得分计算，总分为{exact}分"]
    if row.exact_grade != row.grade:
        told.append(f"等次应为{row.exact_grade or '空缺'}")
    if row.exact_rank != row.rank:
        told.append(f"名次应为第{row.exact_rank}名")
    return f"{'，'.join(told)}；本办按已取整的各项得分计算"


def describe_total(row: Total[Mark], pack: Pack, outside: int = 0) -> str:
    """What must be said beside a total of a result; ``outside`` items do not apply to the unit or are exempt."""
    notes = [STATUS[row.status]] if STATUS[row.status] else []
    if row.veto_open and row.status != "not_passed":
        notes.append("一票否决项还没有查清")
    elif row.status == "incomplete" and row.known_share is not None:
        notes.append(f"已有结果的分值占 {Decimal(row.known_share) * 100:.0f}%")
    if row.zeroed:
        notes.append("一票否决：总分归零")
    if row.grade_cap:
        notes.append(f"一票否决：等次不高于{row.grade_cap}")
    if full := describe_full(row, pack):
        notes.append(full)
    if outside:
        notes.append(f"{outside} 项不适用或豁免")
    if rounding := describe_rounding(row):
        notes.append(rounding)
    return "；".join(notes)
