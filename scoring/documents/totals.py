"""The lines below a score sheet: from the sum of the items to the rank."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from indicators.pack.grades import describe_quotas
from scoring.base.amounts import write_printed
from scoring.base.total import Total
from scoring.documents.view import RunView
from scoring.results.means import TITLE as MEAN
from scoring.wording.full_grades import describe_full
from scoring.wording.ranges import PROMISE, describe_grades, describe_widest, write_range
from scoring.wording.totals import BY_SHARE, STATUS, describe_rounding, goes_by_share


@dataclass(frozen=True)
class TotalLine:
    """A line of the totals: 总分 92.24 (满分 100.00)."""

    label: str
    value: str
    note: str = ""


def list_totals(view: RunView, cohort: str, total: Total[str]) -> list[TotalLine]:
    """From the sum of the items to the rank, line by line, as they are stored."""
    lines = []
    if (
        total.earned is not None
        and total.base is not None
        and (total.earned, total.applicable) != (total.base, total.full)
    ):
        note = f"适用的分值 {total.applicable}"
        lines.append(TotalLine("各项得分合计", total.earned, note))
        note = f"不适用的项目不计，按满分 {total.full} 折算"
        if view.pack.head.reviews:
            note += "，并按各路评审的权重合成"
        lines.append(TotalLine("基础分", total.base, note))
    elif total.base is not None:
        lines.append(TotalLine("基础分", total.base, f"满分 {total.full}"))
    if Fraction(total.bonus):
        lines.append(TotalLine("加分" if Fraction(total.bonus) >= 0 else "加减分", total.bonus, "已按上限计"))
    if Fraction(total.deduction):
        lines.append(TotalLine("扣分", total.deduction, "已按上限计"))
    lines.append(TotalLine("总分", total.total or "没有可计的分", describe_total(total)))
    if total.exact_total is not None and (rounding := describe_rounding(total)):
        lines.append(TotalLine("取整前", total.exact_total, rounding))
    disputed = sum(unit == total.unit for unit, _ in view.disputed)
    if disputed:
        lines.append(TotalLine("争议中", f"{disputed} 项", "复核还没有决定，这些项目的得分和总分可能变"))
    if span := write_range(total):
        spans = (PROMISE, describe_widest(total, view.pack), describe_grades(total))
        lines.append(TotalLine("可能区间", span, "".join(f"{note.rstrip('。')}。" for note in spans if note)))
    ranked = view.ranked[cohort]
    if total.rank is not None:
        order = f"；{BY_SHARE}" if goes_by_share(view.pack.head.policy) else ""
        lines.append(TotalLine("名次", str(total.rank), f"本组共 {ranked} 个单位排名{order}"))
    else:
        share = total.known_share
        note = f"已有结果的分值占 {write_printed(Fraction(share) * 100, 0)}%" if share is not None else ""
        lines.append(TotalLine("名次", STATUS[total.status], note))
    if total.grade is not None:
        told = [f"因否决事项不高于{total.grade_cap}"] if total.grade_cap else []
        full = describe_full(total, view.pack)
        quotas = describe_quotas(view.cohort(cohort).grades)
        notes = [*told, *([full] if full else []), *([f"名额：{quotas}"] if quotas else [])]
        lines.append(TotalLine("等次", total.grade, "；".join(notes)))
    mean = view.mean(cohort)
    if mean is not None:
        precision = view.pack.head.precision
        gap = mean.compare(Fraction(total.total), precision) if total.total is not None else mean.words
        lines.append(TotalLine(MEAN, mean.write_marks(precision), gap))
    return lines


def describe_total(total: Total[str]) -> str:
    """What has to be known beside the total."""
    if total.zeroed:
        return "触发否决，总分归零"
    if total.veto_open and total.status != "not_passed":
        return "是否触发否决还不能确定，暂不排名"
    return f"满分 {total.full}"
