"""The score sheet, the ranking and the leader's page, put together from a stored run: what they say."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from indicators.pack.model import Policy
from indicators.pack.sheets import SheetColumn
from scoring.base.amounts import write_printed
from scoring.documents.blocks import Block, Document, Heading, Paragraph, Row, Signature, Table, TableColumn
from scoring.documents.score import NAMED, ScoreSheet
from scoring.documents.totals import describe_total
from scoring.documents.view import RunView, Total
from scoring.results.changed_rules import CHANGED
from scoring.results.means import TITLE as MEAN
from scoring.results.rises import LAST_RUN, LAST_YEAR, Rise, describe_extremes, describe_places
from scoring.results.scores import write_marks
from scoring.wording.ranges import PROMISE, name_widest, write_places, write_range, write_span
from scoring.wording.totals import BY_SHARE, describe_rounding, goes_by_share

#: So many losses, gaps and common problems are told.
WORST = 5
#: A leader's page has room for so many lines of units, and a line for so many characters of a name; a sentence takes
#: the room of one such line for so many characters.
LEADER_LINES, LEADER_NAME, LEADER_TEXT = 30, 24, 36
#: So many ranges are told on it; beside names of so many characters those of all units find room.
RANGES, LEADER_SHORT = 2, 15
#: So many sentences about vetoes stand on it; the notice has them all.
VETOES = 5
_WIDTHS: dict[SheetColumn, int] = {
    "section": 4,
    "indicator": 17,
    "full": 8,
    "basis": 26,
    "rule": 37,
    "actual": 38,
    "self_mark": 7,
    "mark": 10,
    "peer_mean": 9,
    "lost": 23,
    "evidence": 13,
    "remark": 13,
}
_CENTERED: tuple[SheetColumn, ...] = ("full", "self_mark", "mark", "peer_mean")
LIGHTS = {"green": "● 绿", "yellow": "▲ 黄", "red": "■ 红", "none": "◇ 未定"}


def lay_out_score(sheet: ScoreSheet) -> Document:
    """The score sheet as a table with its totals and signatures."""
    columns = tuple(
        TableColumn(title, _WIDTHS[name], "center" if name in _CENTERED else "left", name in _CENTERED)
        for name, title in sheet.columns
        if name != "section"
    )
    names = [name for name, _ in sheet.columns if name != "section"]
    rows: list[Row] = []
    for section in sheet.sections:
        rows.append(Row((section.title,), "group"))
        rows += [Row(tuple(item.cells[name] for name in names)) for item in section.rows]
        if section.kind != "veto":
            sums = {
                "indicator": "小计",
                "full": section.full if section.kind == "base" else "",
                "mark": section.subtotal,
            }
            rows.append(Row(tuple(sums.get(name, "") for name in names), "subtotal"))
    totals = Table(
        (TableColumn("项目", 6), TableColumn("结果", 8, "center", True), TableColumn("说明", 30)),
        tuple(Row((line.label, line.value, line.note)) for line in sheet.totals),
    )
    return Document(
        "score",
        f"{sheet.unit_name}-评分表",
        sheet.title,
        sheet.subtitle,
        sheet.letterhead,
        sheet.stamp,
        (
            Heading("一、合计"),
            totals,
            Heading("二、逐项评分"),
            Paragraph(sheet.sources, note=True),
            Table(columns, tuple(rows), "本年度没有考核指标。"),
            Signature(sheet.signatures, sheet.issuer),
        ),
        landscape=True,
    )


def make_notice(view: RunView, cohort: str) -> Document:
    """The ranking of a cohort (排名通报)."""
    head, group = view.pack.head, view.cohort(cohort)
    totals = view.totals[cohort]
    ranked = [row for row in totals if row["rank"] is not None]
    blocks: list[Block] = [Paragraph(text) for text in view.describe_vetoes(cohort)]
    if not totals:
        blocks.append(Paragraph(f"考核组「{group.title}」里没有单位，没有可以通报的结果。"))
    else:
        mean = view.mean(cohort)
        blocks.append(
            Paragraph(
                f"按照《{head.title}》，{view.year}年度对「{group.title}」{len(totals)} 个单位评分，"
                f"数据截至{view.stamp.as_of}。"
                f"参加排名 {len(ranked)} 个，暂不排名或不排名 {len(totals) - len(ranked)} 个"
                + (f"；{mean.words} {mean.write_marks(head.precision)} 分。" if mean is not None else "。")
            )
        )
    if head.not_a_ranking:
        blocks.append(Paragraph(head.not_a_ranking))
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
    rows = [_list_standing(view, cohort, row) for row in totals]
    if view.before is None:
        # Without an earlier run there is nothing to compare with.
        columns = [*columns[:-2], columns[-1]]
        rows = [(*cells[:-2], cells[-1]) for cells in rows]
    told = (
        view.firmness(cohort) if len(ranked) > 1 else "",
        _tell_moved(view, cohort),
        _tell_ranges(view, totals, WORST),
    )
    # Shares of full marks are ranked in the score sheet's own workbook; RANK knows of totals alone.
    reckoned = (0, 2, len(ranked)) if ranked and not goes_by_share(view.pack.head.policy) else None
    blocks += [
        Heading("一、排名"),
        Table(tuple(columns), tuple(map(Row, rows)), "没有单位。", reckoned),
        *(Paragraph(text) for text in told if text),
        Heading("二、共性问题"),
        *_list_common(view, cohort),
        Heading("三、几点说明"),
        Paragraph(f"同分的名次相同，下一名顺延空出；{_tell_order(head.policy)}。"),
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


def _tell_order(policy: Policy) -> str:
    return BY_SHARE if goes_by_share(policy) else "名次按公布的总分排定"


def _list_standing(view: RunView, cohort: str, row: Total) -> tuple[str, ...]:
    mean = view.mean(cohort)
    gap = ""
    if mean is not None and row["total"] is not None:
        precision = view.pack.head.precision
        points = Fraction(row["total"]) - Fraction(mean.write_marks(precision))
        gap = ("+" if points > 0 else "") + write_printed(points, precision)
    return (
        str(row["rank"]) if row["rank"] is not None else "—",
        row["unit_name"],
        row["total"] or "—",
        row["full"] or "—",
        write_range(row, between="\n"),
        row["grade"] or "—",
        gap,
        describe_change(view, cohort, row),
        _describe_status(row),
    )


def _describe_status(row: Total) -> str:
    told = []
    if row["zeroed"] or row["veto_open"]:
        told.append(describe_total(row))
    elif row["status"] == "incomplete":
        told.append("暂不排名")
    elif row["status"] == "not_ranked":
        told.append("本组不排名")
    elif row["status"] == "no_marks":
        told.append("没有可计的分")
    if rounding := describe_rounding(row):
        told.append(rounding)
    share = row["known_share"]
    if share is not None and Fraction(share) < 1:
        told.append(f"已有结果的分值占 {write_printed(Fraction(share) * 100, 0)}%")
    return "；".join(told)


def describe_change(view: RunView, cohort: str, row: Total) -> str:
    """How the total moved since the earlier run, and the rank where it did; empty where there is no such run."""
    if view.before is None:
        return ""
    rise = _find_rise(view, cohort, row)
    if rise is None:
        return "不可比"
    told = [describe_places(rise.places)] if rise.places else []
    if view.before.rules is not None and (rise.marks or rise.places):
        told.append(CHANGED)
    marks = write_marks(rise.marks, view.pack.head.precision, signed=True)
    return f"{marks}（{'；'.join(told)}）" if told else marks


def _find_rise(view: RunView, cohort: str, row: Total) -> Rise | None:
    """Since the earlier run; None unless the unit is ranked in both."""
    earlier = view.before.totals.get((cohort, row["unit"])) if view.before is not None else None
    if earlier is None or earlier["rank"] is None or row["rank"] is None:
        return None
    marks = (Fraction(row["total"]) - Fraction(earlier["total"])) * 10**view.pack.head.precision
    return Rise(row["unit_name"], int(marks), earlier["rank"] - row["rank"])


def _tell_moved(view: RunView, cohort: str) -> str:
    """Who rose and who fell most since the earlier run, and that its rules were other ones."""
    rises = [rise for row in view.totals[cohort] if (rise := _find_rise(view, cohort, row)) is not None]
    return describe_extremes(rises, view.earlier, view.pack.head.precision) + view.describe_rules()


def _list_common(view: RunView, cohort: str) -> list[Block]:
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


def make_leader_page(view: RunView, cohort: str) -> Document:
    """One page for those who look for a minute: who stands where, what changed, who is last, what all share."""
    head, group = view.pack.head, view.cohort(cohort)
    totals = view.totals[cohort]
    before = (
        f"「{view.earlier}」指 {view.before.year} 年度的评分（{view.before.run}）。"
        if view.before is not None
        else f"没有可比的{LAST_RUN}或{LAST_YEAR}评分。"
    )
    blocks: list[Block] = []
    if totals:
        first = [*view.describe_vetoes(cohort)][:VETOES]
        moved = _tell_moved(view, cohort)
        short = _are_short(totals)
        lamps = (
            TableColumn("名次", 3, "center", True),
            TableColumn("单位", 18 if short else 26),
            TableColumn("总分", 5, "center", True),
            *([TableColumn("可能总分", 8, "center")] if short else []),
            TableColumn("可能名次", 6, "center"),
            TableColumn("等次", 4, "center"),
            TableColumn("灯", 5, "center"),
            TableColumn(f"比{view.earlier or LAST_RUN}", 8, "center"),
        )
        rounded = _tell_rounded(totals)
        ranges = _tell_ranges(view, totals, RANGES)
        firm = view.firmness(cohort)
        told = (firm, moved, _tell_last(view, cohort), _tell_open(totals), ranges, rounded)
        lines = [text for text in told if text]
        long = (rounded, ranges, view.describe_rules(), firm)
        room = LEADER_LINES - 2 * (len(first) + bool(moved)) - sum(-(-len(text) // LEADER_TEXT) for text in long)
        blocks += [
            *(Paragraph(text) for text in first),
            Heading("一、排名"),
            Table(lamps, tuple(_list_lamps(view, cohort, room))),
            Paragraph(
                f"● 绿：最高等次；▲ 黄：中间等次；■ 红：最低等次；◇ 未定：暂不排名或不评等次。{before}", note=True
            ),
            Heading("二、进退、末位与未定"),
            *(Paragraph(text) for text in lines or ["没有需要单独说明的单位。"]),
            Heading("三、共性问题"),
            *_list_common(view, cohort),
        ]
    else:
        blocks.append(Paragraph(f"考核组「{group.title}」里没有单位。"))
    return Document(
        "leader",
        f"{group.title}-领导一页纸",
        f"{view.year}年度{group.title}评分一页纸",
        head.title,
        "",
        view.stamp,
        tuple(blocks),
        one_page=True,
    )


def _are_short(totals: Sequence[Total]) -> bool:
    """Whether the names leave room for the ranges of totals."""
    return all(len(row["unit_name"]) <= LEADER_SHORT for row in totals)


def _list_lamps(view: RunView, cohort: str, lines: int) -> list[Row]:
    """A line for each unit; of more than a page holds the first and the last, and how many stand between."""
    totals = view.totals[cohort]
    tall = [-(-len(row["unit_name"]) // LEADER_NAME) for row in totals]
    shown = set(range(len(totals)))
    if sum(tall) > lines:
        shown, room = set(), lines - 1
        # Two from the top, one from the bottom, as long as there is room.
        order = sorted(range(len(totals)), key=lambda place: min(place, 2 * (len(totals) - place)))
        for place in order:
            if room < tall[place]:
                break
            shown.add(place)
            room -= tall[place]
    rows: list[Row] = []
    for place, row in enumerate(totals):
        if place not in shown:
            if place - 1 in shown or not place:
                rows.append(Row((f"其余 {len(totals) - len(shown)} 个单位见《排名通报》",), "group"))
            continue
        rank = str(row["rank"]) if row["rank"] is not None else "—"
        change = describe_change(view, cohort, row) or "—"
        cells = (
            rank,
            row["unit_name"],
            row["total"] or "—",
            *([write_span(row) or row["total"] or "—"] if _are_short(totals) else []),
            write_places(row) or ("—" if row.get("rank_best") is None else rank),
            row["grade"] or "—",
            find_light(view, cohort, row),
            change,
        )
        rows.append(Row(cells))
    return rows


def find_light(view: RunView, cohort: str, row: Total) -> str:
    """Red, yellow or green as a shape and a word, by the grade."""
    names = [
        grade.name
        for grade in sorted(
            view.cohort(cohort).grades, key=lambda grade: (grade.low is not None, grade.low or (0, False)), reverse=True
        )
    ]
    if row["grade"] is None or row["grade"] not in names:
        return LIGHTS["none"]
    place = names.index(row["grade"])
    return LIGHTS["green" if not place else "red" if place == len(names) - 1 else "yellow"]


def _tell_last(view: RunView, cohort: str) -> str:
    ranks = [row["rank"] for row in view.totals[cohort] if row["rank"] is not None]
    if len(ranks) < 2:
        return ""
    last = [row for row in view.totals[cohort] if row["rank"] == max(ranks)]
    names = "、".join(row["unit_name"] for row in last[:NAMED])
    names += f"等 {len(last)} 个" if len(last) > NAMED else ""
    mean = view.mean(cohort)
    gap = f"，{mean.compare(Fraction(last[0]['total']), view.pack.head.precision)}" if mean is not None else ""
    return f"末位：{names}，{last[0]['total']} 分{gap}。"


def _tell_rounded(totals: Sequence[Total]) -> str:
    """Whose grade or place would be another one unrounded."""
    found = [f"{row['unit_name']}{rounding}" for row in totals if (rounding := describe_rounding(row))]
    rest = f"等 {len(found)} 个单位，见《排名通报》" if len(found) > NAMED else ""
    return f"取整：{'。'.join(found[:NAMED])}{rest}。" if found else ""


def _tell_ranges(view: RunView, totals: Sequence[Total], most: int) -> str:
    """The units whose ranges are widest, and what these hang on."""
    wide = [row for row in totals if row.get("widest") is not None and row["low"] is not None]
    wide.sort(key=lambda row: Fraction(row["low"]) - Fraction(row["high"]))
    found = [
        f"{row['unit_name']}{write_range(row, between='、')}，主要看{name_widest(row, view.pack)}"
        for row in wide[:most]
    ]
    rest = f"；其余 {len(wide) - most} 个单位见各自的评分表" if len(wide) > most else ""
    return f"可能区间最宽的：{'；'.join(found)}{rest}。" if found else ""


def _tell_open(totals: Sequence[Total]) -> str:
    names = [row["unit_name"] for row in totals if row["status"] == "incomplete"]
    if not names:
        return ""
    listed = "、".join(names[:NAMED]) + (f"等 {len(names)} 个" if len(names) > NAMED else "")
    return f"暂不排名：{listed}，数据没有报齐或有否决事项未定。"
