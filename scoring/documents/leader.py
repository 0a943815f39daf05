"""The leader's page (领导一页纸): the ranking with lamps, and a few sentences that fit below it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from indicators.entries.shortlist import shorten_list
from indicators.pack.grades import describe_quotas, sort_grades
from scoring.base.total import Total
from scoring.documents.blocks import Block, Document, Heading, Paragraph, Row, Table, TableColumn
from scoring.documents.notice import describe_change, list_common, tell_moved, tell_ranges
from scoring.documents.score import NAMED
from scoring.documents.view import RunView
from scoring.results.rises import LAST_RUN, LAST_YEAR
from scoring.wording.full_grades import describe_full
from scoring.wording.ranges import write_places, write_span
from scoring.wording.totals import describe_rounding

#: A leader's page has room for so many lines of units, and a line for so many characters of a name; a sentence takes
#: the room of one such line for so many characters.
LEADER_LINES, LEADER_NAME, LEADER_TEXT = 30, 24, 36
#: So many ranges are told on it; beside names of so many characters those of all units find room.
RANGES, LEADER_SHORT = 2, 15
#: So many sentences about vetoes stand on it; the notice has them all.
VETOES = 5
LIGHTS = {"green": "● 绿", "yellow": "▲ 黄", "red": "■ 红", "none": "◇ 未定"}


def make_leader_page(view: RunView, cohort: str) -> Document:
    """One page for those who look for a minute: who stands where, what changed, who is last, what all share."""
    head, group = view.pack.head, view.cohort(cohort)
    blocks: list[Block] = [Paragraph(f"考核组「{group.title}」里没有单位。")]
    if view.totals[cohort]:
        first = [*view.describe_vetoes(cohort)][:VETOES]
        lines, room = _tell_lines(view, cohort, len(first))
        blocks = [
            *(Paragraph(text) for text in first),
            Heading("一、排名"),
            _table_lamps(view, cohort, room),
            Paragraph(
                "● 绿：最高等次；▲ 黄：中间等次；■ 红：最低等次；◇ 未定：暂不排名或不评等次。" + _name_before(view),
                note=True,
            ),
            Heading("二、进退、末位与未定"),
            *(Paragraph(text) for text in lines or ["没有需要单独说明的单位。"]),
            Heading("三、共性问题"),
            *list_common(view, cohort),
        ]
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


def _name_before(view: RunView) -> str:
    if view.before is None:
        return f"没有可比的{LAST_RUN}或{LAST_YEAR}评分。"
    return f"「{view.earlier}」指 {view.before.year} 年度的评分（{view.before.run}）。"


def _tell_lines(view: RunView, cohort: str, vetoes: int) -> tuple[list[str], int]:
    """The sentences below the ranking, and for how many lines of units they leave room under so many vetoes."""
    totals = view.totals[cohort]
    moved, rounded = tell_moved(view, cohort), _tell_rounded(totals)
    ranges, firm = tell_ranges(view, totals, RANGES), view.firmness(cohort)
    full = _tell_full(view, cohort)
    told = (firm, moved, _tell_last(view, cohort), _tell_open(totals), _tell_stopped(totals), ranges, full, rounded)
    long = (rounded, ranges, full, view.describe_rules(), firm)
    room = LEADER_LINES - 2 * (vetoes + bool(moved)) - sum(-(-len(text) // LEADER_TEXT) for text in long)
    return [text for text in told if text], room


def _table_lamps(view: RunView, cohort: str, room: int) -> Table:
    short = _are_short(view.totals[cohort])
    columns = (
        TableColumn("名次", 3, "center", True),
        TableColumn("单位", 15 if short else 26),
        TableColumn("总分", 5, "center", True),
        *([TableColumn("可能总分", 11, "center")] if short else []),
        TableColumn("可能名次", 6, "center"),
        TableColumn("等次", 4, "center"),
        TableColumn("灯", 5, "center"),
        TableColumn(f"比{view.earlier or LAST_RUN}", 8, "center"),
    )
    return Table(columns, tuple(_list_lamps(view, cohort, room)))


def _are_short(totals: Sequence[Total[str]]) -> bool:
    """Whether the names leave room for the ranges of totals."""
    return all(len(row.unit_name) <= LEADER_SHORT for row in totals)


def _list_lamps(view: RunView, cohort: str, lines: int) -> list[Row]:
    """A line for each unit; of more than a page holds the first and the last, and how many stand between."""
    totals = view.totals[cohort]
    tall = [-(-len(row.unit_name) // LEADER_NAME) for row in totals]
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
        rank = str(row.rank) if row.rank is not None else "—"
        change = describe_change(view, cohort, row) or "—"
        cells = (
            rank,
            row.unit_name,
            row.total or "—",
            *([write_span(row) or row.total or "—"] if _are_short(totals) else []),
            write_places(row) or ("—" if row.rank_best is None else rank),
            row.grade or "—",
            "—" if row.status == "not_passed" else find_light(view, cohort, row),
            change,
        )
        rows.append(Row(cells))
    return rows


def find_light(view: RunView, cohort: str, row: Total[str]) -> str:
    """Red, yellow or green as a shape and a word, by the grade."""
    names = [grade.name for grade in reversed(sort_grades(view.cohort(cohort).grades))]
    if row.grade is None or row.grade not in names:
        return LIGHTS["none"]
    place = names.index(row.grade)
    return LIGHTS["green" if not place else "red" if place == len(names) - 1 else "yellow"]


def _tell_last(view: RunView, cohort: str) -> str:
    ranks = [row.rank for row in view.totals[cohort] if row.rank is not None]
    if len(ranks) < 2:
        return ""
    last = [row for row in view.totals[cohort] if row.rank == max(ranks)]
    names = shorten_list([row.unit_name for row in last], NAMED, "个")
    mean = view.mean(cohort)
    gap = f"，{mean.compare(Fraction(last[0].total or 0), view.pack.head.precision)}" if mean is not None else ""
    return f"末位：{names}，{last[0].total} 分{gap}。"


def _tell_full(view: RunView, cohort: str) -> str:
    """How many may have which grade, and who reaches the marks of one that is full; empty without quotas."""
    quotas = describe_quotas(view.cohort(cohort).grades)
    found = [f"{row.unit_name}{full}" for row in view.totals[cohort] if (full := describe_full(row, view.pack))]
    named = f"{_refer(found, '、')}。" if found else ""
    return f"等次名额：{quotas}。{named}" if quotas else ""


def _tell_rounded(totals: Sequence[Total[str]]) -> str:
    """Whose grade or place would be another one unrounded."""
    found = [f"{row.unit_name}{rounding}" for row in totals if (rounding := describe_rounding(row))]
    return f"取整：{_refer(found, '。')}。" if found else ""


def _refer(found: Sequence[str], mark: str) -> str:
    """The first of them, and where the others stand."""
    return shorten_list(found, NAMED, "个单位，见《排名通报》", mark=mark)


def _tell_open(totals: Sequence[Total[str]]) -> str:
    listed = _list_some(totals, "incomplete")
    return f"暂不排名：{listed}，数据没有报齐或有否决事项未定。" if listed else ""


def _tell_stopped(totals: Sequence[Total[str]]) -> str:
    listed = _list_some(totals, "not_passed")
    return f"不参加排名：{listed}，没有通过前面的阶段。" if listed else ""


def _list_some(totals: Sequence[Total[str]], status: str) -> str:
    return shorten_list([row.unit_name for row in totals if row.status == status], NAMED, "个")
