"""The ranking as a notice (排名通报): who stands where, what changed, and what most of a cohort lost marks at."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from indicators.entries.amounts import OPEN_MARKS
from indicators.pack.grades import describe_quotas
from indicators.pack.model import Policy
from scoring.base.amounts import count_points, write_printed
from scoring.base.total import Total
from scoring.documents.blocks import Block, Document, Heading, Paragraph, Row, Signature, Table, TableColumn
from scoring.documents.totals import describe_total
from scoring.documents.view import RunView
from scoring.results.changed_rules import CHANGED
from scoring.results.means import TITLE as MEAN
from scoring.results.rises import describe_extremes, describe_places
from scoring.results.scores import write_marks
from scoring.wording.full_grades import describe_full
from scoring.wording.ranges import PROMISE, name_widest, write_range
from scoring.wording.totals import BY_SHARE, STATUS, describe_rounding, goes_by_share

#: So many losses, gaps and common problems are told.
WORST = 5


def make_notice(view: RunView, cohort: str) -> Document:
    """The ranking of a cohort (排名通报)."""
    head, group = view.pack.head, view.cohort(cohort)
    totals, quotas = view.totals[cohort], describe_quotas(group.grades)
    ranked = sum(row.rank is not None for row in totals)
    told = (
        view.firmness(cohort) if ranked > 1 else "",
        tell_moved(view, cohort),
        tell_ranges(view, totals, WORST),
    )
    blocks: list[Block] = [
        *(Paragraph(text) for text in view.describe_vetoes(cohort)),
        Paragraph(_open_notice(view, cohort, ranked)),
        *([Paragraph(head.not_a_ranking)] if head.not_a_ranking else []),
        Heading("一、排名"),
        _table_standings(view, cohort, ranked),
        *(Paragraph(text) for text in told if text),
        Heading("二、共性问题"),
        *list_common(view, cohort),
        Heading("三、几点说明"),
        Paragraph(f"同分的名次相同，下一名顺延空出；{_tell_order(head.policy)}。"),
        *([Paragraph(f"等次的名额：{quotas}。")] if quotas else []),
        Paragraph(f"没有报送或者还没有到期的项目现在不计分，也不折算掉。「可能区间」：{PROMISE}"),
        Paragraph("对得分有异议的，可以对照本单位评分表逐项核对依据、规则、数据出处和算式，在规定期限内申请复核。"),
        Signature((), head.sheets.issuer or head.issuer),
    ]
    return Document(
        "notice",
        f"{group.title}-排名通报",
        f"{view.year}年度{group.title}评分排名通报",
        head.title,
        head.sheets.letterhead or "",
        view.stamp,
        tuple(blocks),
    )


def _open_notice(view: RunView, cohort: str, ranked: int) -> str:
    """What was scored, how many are ranked, and the mean."""
    title, units, mean = view.cohort(cohort).title, len(view.totals[cohort]), view.mean(cohort)
    if not units:
        return f"考核组「{title}」里没有单位，没有可以通报的结果。"
    stopped = sum(row.status == "not_passed" for row in view.totals[cohort])
    others = units - ranked - stopped
    return (
        f"按照《{view.pack.head.title}》，{view.year}年度对「{title}」{units} 个单位评分，数据截至{view.stamp.as_of}。"
        f"参加排名 {ranked} 个"
        + (f"，没有通过前面的阶段 {stopped} 个" if stopped else "")
        + (f"，暂不排名或不排名 {others} 个" if others or not stopped else "")
        + (f"；{mean.words} {mean.write_marks(view.pack.head.precision)} 分。" if mean is not None else "。")
    )


def _table_standings(view: RunView, cohort: str, ranked: int) -> Table:
    columns = [
        TableColumn("名次", 4, "center", True),
        TableColumn("单位", 8),
        TableColumn("总分", 5, "center", True),
        TableColumn("满分", 5, "center", True),
        TableColumn("可能区间", 10, "center"),
        TableColumn("等次", 5, "center"),
        TableColumn(f"比{MEAN}", 6, "center"),
        TableColumn(f"比{view.earlier}", 10, "center"),
        TableColumn("说明", 9),
    ]
    rows = [_list_standing(view, cohort, row) for row in view.totals[cohort]]
    if view.before is None:
        # Without an earlier run there is nothing to compare with.
        columns = [*columns[:-2], columns[-1]]
        rows = [(*cells[:-2], cells[-1]) for cells in rows]
    # Shares of full marks are ranked in the score sheet's own workbook; RANK knows of totals alone.
    reckoned = (0, 2, ranked) if ranked and not goes_by_share(view.pack.head.policy) else None
    return Table(tuple(columns), tuple(map(Row, rows)), "没有单位。", reckoned)


def _tell_order(policy: Policy) -> str:
    return BY_SHARE if goes_by_share(policy) else "名次按公布的总分排定"


def _list_standing(view: RunView, cohort: str, row: Total[str]) -> tuple[str, ...]:
    mean = view.mean(cohort)
    gap = ""
    if mean is not None and row.total is not None:
        precision = view.pack.head.precision
        points = Fraction(row.total) - Fraction(mean.write_marks(precision))
        gap = write_marks(count_points(points, precision), precision, signed=True)
    return (
        str(row.rank) if row.rank is not None else "—",
        row.unit_name,
        row.total or "—",
        row.full or "—",
        write_range(row, between="\n"),
        row.grade or "—",
        gap,
        describe_change(view, cohort, row),
        _describe_status(view, row),
    )


def _describe_status(view: RunView, row: Total[str]) -> str:
    told, status = [], row.status
    if status == "not_passed":
        told.append(STATUS[status])
    elif row.zeroed or row.veto_open:
        told.append(describe_total(row))
    elif status == "incomplete":
        told.append("暂不排名")
    elif status == "not_ranked":
        told.append("本组不排名")
    elif status == "no_marks":
        told.append("没有可计的分")
    if full := describe_full(row, view.pack):
        told.append(full)
    if rounding := describe_rounding(row):
        told.append(rounding)
    share = row.known_share
    if share is not None and Fraction(share) < 1:
        told.append(f"已有结果的分值占 {write_printed(Fraction(share) * 100, 0)}%")
    return "；".join(told)


def describe_change(view: RunView, cohort: str, row: Total[str]) -> str:
    """How the total moved since the earlier run, and the rank where it did; empty where there is no such run."""
    if view.before is None:
        return ""
    rise = view.rises.get((cohort, row.unit))
    if rise is None:
        return "不可比"
    told = [describe_places(rise.places)] if rise.places else []
    if view.before.rules is not None and (rise.marks or rise.places):
        told.append(CHANGED)
    marks = write_marks(rise.marks, view.pack.head.precision, signed=True)
    return f"{marks}（{'；'.join(told)}）" if told else marks


def tell_moved(view: RunView, cohort: str) -> str:
    """Who rose and who fell most since the earlier run, and that its rules were other ones."""
    rises = [rise for (group, _), rise in view.rises.items() if group == cohort]
    return describe_extremes(rises, view.earlier, view.pack.head.precision) + view.describe_rules()


def list_common(view: RunView, cohort: str) -> list[Block]:
    """What most of the cohort lost marks at."""
    names = {indicator.id: indicator.name for indicator in view.pack.indicators}
    losses = [loss for loss in view.losses.get(cohort, ()) if loss.marks][:WORST]
    if not losses:
        return [Paragraph("没有单位在已计分的项目上失分。")]
    return [
        Paragraph(
            f"{place}. {names[loss.indicator]}：{loss.of} 个已计分的单位中有 {loss.units} 个失分，"
            f"合计失 {write_printed(loss.marks, view.pack.head.precision)} 分。"
        )
        for place, loss in enumerate(losses, 1)
    ]


def tell_ranges(view: RunView, totals: Sequence[Total[str]], most: int) -> str:
    """The units whose ranges are widest, and what these hang on."""
    wide = [row for row in totals if row.widest is not None and row.low is not None]
    wide.sort(key=lambda row: Fraction(row.low or 0) - Fraction(row.high or OPEN_MARKS))
    found = [
        f"{row.unit_name}{write_range(row, between='、')}，主要看{name_widest(row, view.pack)}" for row in wide[:most]
    ]
    rest = f"；其余 {len(wide) - most} 个单位见各自的评分表" if len(wide) > most else ""
    return f"可能区间最宽的：{'；'.join(found)}{rest}。" if found else ""
