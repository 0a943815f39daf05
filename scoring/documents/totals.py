"""The lines below a score sheet: from the sum of the items to the rank."""

from __future__ import annotations

from collections.abc import Iterator
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
    lines = [*_list_sums(view, total)]
    lines.append(TotalLine("总分", total.total or "没有可计的分", describe_total(total)))
    if total.exact_total is not None and (rounding := describe_rounding(total)):
        lines.append(TotalLine("取整前", total.exact_total, rounding))
    if disputed := sum(unit == total.unit for unit, _ in view.disputed):
        lines.append(TotalLine("争议中", f"{disputed} 项", "复核还没有决定，这些项目的得分和总分可能变"))
    if span := write_range(total):
        spans = (PROMISE, describe_widest(total, view.pack), describe_grades(total))
        lines.append(TotalLine("可能区间", span, "".join(f"{note.rstrip('。')}。" for note in spans if note)))
    lines.append(_tell_rank(view, cohort, total))
    if total.grade is not None:
        quotas = describe_quotas(view.cohort(cohort).grades)
        notes = (
            f"因否决事项不高于{total.grade_cap}" if total.grade_cap else "",
            describe_full(total, view.pack),
            f"名额：{quotas}" if quotas else "",
        )
        lines.append(TotalLine("等次", total.grade, "；".join(filter(None, notes))))
    mean = view.mean(cohort)
    if mean is not None:
        precision = view.pack.head.precision
        gap = mean.compare(Fraction(total.total), precision) if total.total is not None else mean.words
        lines.append(TotalLine(MEAN, mean.write_marks(precision), gap))
    return lines


def _list_sums(view: RunView, total: Total[str]) -> Iterator[TotalLine]:
    """What the total is made of."""
    if total.base is not None:
        note = f"满分 {total.full}"
        if total.earned is not None and (total.earned, total.applicable) != (total.base, total.full):
            yield TotalLine("各项得分合计", total.earned, f"适用的分值 {total.applicable}")
            note = f"不适用的项目不计，按满分 {total.full} 折算"
            note += "，并按各路评审的权重合成" if view.pack.head.reviews else ""
        yield TotalLine("基础分", total.base, note)
    if Fraction(total.bonus):
        yield TotalLine("加分" if Fraction(total.bonus) >= 0 else "加减分", total.bonus, "已按上限计")
    if Fraction(total.deduction):
        yield TotalLine("扣分", total.deduction, "已按上限计")


def _tell_rank(view: RunView, cohort: str, total: Total[str]) -> TotalLine:
    if total.rank is not None:
        order = f"；{BY_SHARE}" if goes_by_share(view.pack.head.policy) else ""
        return TotalLine("名次", str(total.rank), f"本组共 {view.ranked[cohort]} 个单位排名{order}")
    share = total.known_share
    note = f"已有结果的分值占 {write_printed(Fraction(share) * 100, 0)}%" if share is not None else ""
    return TotalLine("名次", STATUS[total.status], note)


def describe_total(total: Total[str]) -> str:
    """What has to be known beside the total."""
    if total.zeroed:
        return "触发否决，总分归零"
    if total.veto_open and total.status != "not_passed":
        return "是否触发否决还不能确定，暂不排名"
    return f"满分 {total.full}"
