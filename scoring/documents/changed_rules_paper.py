"""Two versions of a pack as a paper (规则变动对照): what changes, whom it moves, and where to decide it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from indicators.entries.shortlist import shorten_list
from indicators.pack.model import Pack
from scoring.base.amounts import write_day
from scoring.documents.blocks import Block, Document, Heading, Paragraph, Row, Signature, Stamp, Table, TableColumn
from scoring.documents.view import FICTIONAL
from scoring.results.differences import ItemDifference, UnitDifference
from scoring.trials.changed_pack import CohortShift, PackChange, RuleChange
from scoring.trials.grade_shifts import TITLES, GradeShift, write_grade_shift

#: A single page has room for so many rules, units, values, names of a grade, and changes of words.
RULES, UNITS, VALUES, NAMES, WORDED = 8, 12, 4, 4, 3


def make_paper(
    older: Pack,
    newer: Pack,
    change: PackChange,
    shifts: Sequence[CohortShift],
    at: tuple[int, date] | None,
    *,
    whole: bool,
) -> Document:
    """The paper of a change. ``at``: the year and day whose data were tried, if any were; ``whole`` - all of it, not
    what fits one page."""
    blocks: list[Block] = [Paragraph(describe_change(change, shifts)), *_tell_rules(change, whole)]
    blocks.append(Heading("二、谁得谁失"))
    if at is None:
        blocks.append(Paragraph("没有用数据试算。"))
    for shift in shifts:
        blocks += _tell_cohort(shift, newer, whole)
    blocks.append(Signature((), newer.head.sheets.issuer or newer.head.issuer))
    day = f"{at[0]}年度，{write_day(at[1])}" if at is not None else "没有用数据"
    stamp = Stamp(
        run="",
        as_of=day,
        checksum="",
        fictional=FICTIONAL if newer.head.fictional else "",
        paper=f"规则对照，不是评分 · 指标包 {older.sha256[:12]} → {newer.sha256[:12]} · 试算数据：{day}",
    )
    return Document(
        "rules",
        "规则变动对照",
        f"{newer.head.title}规则变动对照",
        f"{change.versions[0]} 版 → {change.versions[1]} 版",
        newer.head.sheets.letterhead or "",
        stamp,
        tuple(blocks),
        one_page=not whole,
    )


def _tell_rules(change: PackChange, whole: bool) -> list[Block]:
    """What changes, with a heading: rule by rule, for all units, and in words alone."""
    blocks: list[Block] = [Heading("一、改了什么")]
    rules = [rule for rule in change.rules if rule.moves]
    if not rules:
        blocks.append(Paragraph("没有一条计分规则不同。"))
    else:
        blocks.append(_list_rules(rules) if whole else _table_rules(rules[:RULES]))
    blocks += _tell_rest(len(rules) - RULES, "项规则", whole)
    if change.common:
        values = shorten_list(change.values, len(change.values) if whole else VALUES, "处", mark="；")
        blocks.append(Paragraph(f"对全部单位：改了{'、'.join(change.common)}（{values}）。"))
    if worded := [rule for rule in change.rules if not rule.moves]:
        told = [f"「{rule.name}」{'、'.join(rule.words)}" for rule in worded]
        named = shorten_list(told, len(told) if whole else WORDED, "项", mark="；")
        blocks.append(Paragraph(f"只改文字，不影响得分：{named}。", note=True))
    return blocks


def describe_change(change: PackChange, shifts: Sequence[CohortShift]) -> str:
    """The whole in a sentence or two."""
    moving = sum(rule.moves for rule in change.rules)
    if not change.rules and not change.common and not change.words:
        return "两份指标包的内容完全相同。"
    if not change.moves:
        return "只改了文字，得分、名次和等次都不会变。"
    said = f"有 {moving} 项指标的计分规则不同" if moving else "各项指标的计分规则相同"
    if change.common:
        said += f"，另外改了{'、'.join(change.common)}"
    told = [
        f"「{each.title}」{len(each.units)} 个单位中，{each.gaining} 个总分上升、{each.losing} 个下降，"
        f"{each.moving} 个名次或等次变动"
        for each in shifts
    ]
    return "；".join((said, *told)) + "。"


def _tell_rest(rest: int, unit: str, whole: bool) -> list[Block]:
    return [Paragraph(f"还有 {rest} {unit}，见完整的对照。", note=True)] if rest > 0 and not whole else []


def _table_rules(rules: Iterable[RuleChange]) -> Table:
    columns = (TableColumn("指标", 10), TableColumn("原来", 20), TableColumn("改为", 20))
    rows = tuple(Row((f"{rule.name}\n（{rule.indicator}）", *map("\n".join, tell_sides(rule)))) for rule in rules)
    return Table(columns, rows)


def _list_rules(rules: Iterable[RuleChange]) -> Table:
    """The same below each other: in a workbook all tables share their columns."""
    rows = []
    for rule in rules:
        rows.append(Row((f"{rule.name}（{rule.indicator}）",), "group"))
        for title, lines in zip(("原来", "改为"), tell_sides(rule), strict=True):
            rows += [Row((f"{title}：{line}",)) for line in lines]
    return Table((TableColumn("指标和规则", 40),), tuple(rows))


def tell_sides(rule: RuleChange) -> tuple[Sequence[str], Sequence[str]]:
    """The lines of both sides, none of them empty."""
    same = ("（文字相同，写法不同）",)
    before = rule.before or (("（没有这一项）",) if rule.after else same)
    after = rule.after or (("（不再考核）",) if rule.before else same)
    return before, after


def _tell_cohort(shift: CohortShift, pack: Pack, whole: bool) -> list[Block]:
    moved = [unit for unit in shift.units if unit.moved]
    if not moved:
        return [Paragraph(f"「{shift.title}」{len(shift.units)} 个单位：总分、名次和等次都不变。")]
    ordered = sorted(moved, key=lambda unit: -abs(unit.marks or 0))
    blocks: list[Block] = [
        Paragraph(f"「{shift.title}」{len(shift.units)} 个单位，{len(moved)} 个有变动（变动大的在前）："),
        _table_units(shift, ordered[: None if whole else UNITS]),
        *_tell_rest(len(moved) - UNITS, "个单位", whole),
    ]
    if any(grade.coming or grade.going for grade in shift.grades):
        blocks.append(_table_grades(shift.grades) if not whole else _list_grades(shift.grades))
    elif shift.grades:
        blocks.append(Paragraph(f"「{shift.title}」没有单位换等次。"))
    if whole and shift.items:
        blocks += [Paragraph(f"「{shift.title}」逐项："), _table_items(shift, pack)]
    return blocks


def _table_units(shift: CohortShift, units: Iterable[UnitDifference]) -> Table:
    columns = (
        TableColumn("单位", 8),
        TableColumn("原总分", 5, "center", True),
        TableColumn("新总分", 5, "center", True),
        TableColumn("变动", 5, "center", True),
        TableColumn("名次", 6, "center"),
        TableColumn("等次", 8, "center"),
    )
    return Table(columns, tuple(Row(tuple(shift.write_unit(unit))) for unit in units))


def _table_grades(grades: Sequence[GradeShift]) -> Table:
    """Who comes into which grade and who leaves it; on one page only so many names."""
    columns = (
        TableColumn(TITLES[0], 6),
        TableColumn(TITLES[1], 4, "center"),
        TableColumn(TITLES[2], 4, "center"),
        TableColumn(TITLES[3], 15),
        TableColumn(TITLES[4], 15),
    )
    return Table(columns, tuple(Row(write_grade_shift(_shorten(grade))) for grade in grades))


def _list_grades(grades: Sequence[GradeShift]) -> Table:
    """The same below each other, with all names: in a workbook all tables share their columns."""
    rows = []
    for grade in grades:
        name, before, after, coming, going = write_grade_shift(grade)
        rows.append(Row((f"「{name}」{before} 个 → {after} 个；进来的：{coming}；离开的：{going}",)))
    return Table((TableColumn("逐个等次", 40),), tuple(rows))


def _shorten(grade: GradeShift) -> GradeShift:
    def cut(names: tuple[str, ...]) -> tuple[str, ...]:
        return (shorten_list(names, NAMES, "个"),) if names else ()

    return replace(grade, coming=cut(grade.coming), going=cut(grade.going))


def _table_items(shift: CohortShift, pack: Pack) -> Table:
    titles = {indicator.id: indicator.name for indicator in pack.indicators}
    columns = (TableColumn("单位", 8), TableColumn("原得分", 9), TableColumn("新得分", 9), TableColumn("指标", 14))
    return Table(columns, tuple(_write_item(shift, item, titles) for item in shift.items))


def _write_item(shift: CohortShift, item: ItemDifference, titles: dict[str, str]) -> Row:
    title = f"{titles[item.indicator]}（{item.indicator}）" if item.indicator in titles else item.indicator
    return Row((item.unit_name, *shift.write_item(item), title))
