"""The workbook that a team takes along: findings to write down, judgements to give, and what to look at.

It is filled in without a network and comes home through ``data.forms.returned``.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from data.clock import office_time
from data.files.workbooks import LISTS_SHEET, RECORD_SHEET
from data.forms.book import LAST_CHECKED, NOTES_SHEET, BookWriter
from data.forms.judgements import describe_allowed, find_judged_datasets, list_checks, quote_indicator
from data.ledger.fields import KINDS, METHODS
from data.ledger.ledger import Ledger
from data.ledger.reading import list_visible, read_visible
from data.ledger.rows import FindingRow, InspectionRow, JudgementRow, LedgerRow
from data.store.database import reading
from data.store.tables import hash_content, write_canonical
from data.trail.events import list_events
from data.trail.refusals import RefusedAction
from indicators.meaning.judging import Judging, find_judging, list_judged, turn_marks
from indicators.pack.model import Indicator, Pack

#: Books of version 1 asked for the marks kept where now those that are lost are asked for.
MAGIC = "ducha-team-2"
FINDINGS_SHEET, JUDGEMENTS_SHEET, CHECKLIST_SHEET = "问题底稿", "评定", "清单"
SPARE = 60


@dataclass(frozen=True)
class TeamColumn:
    """A column: the field that it fills (empty for what only informs), its width, and how it is filled in."""

    title: str
    field: str
    width: int
    help: str = ""


NUMBER, REASON, FILES = "编号", "改动理由", "证据文件名"
FINDING_COLUMNS = (
    TeamColumn(NUMBER, "", 20, "新问题留空；已有的不要改"),
    TeamColumn("单位", "unit", 14, "从下拉框里选"),
    TeamColumn("指标", "indicator", 26, "从下拉框里选指标编号；见「清单」"),
    TeamColumn("问题类别", "kind", 10, "、".join(KINDS)),
    TeamColumn("严重程度", "severity", 10, "指标分等次的才填"),
    TeamColumn("事实", "statement", 40, "时间、地点、谁、什么事"),
    TeamColumn("发现方式", "method", 10, "、".join(METHODS)),
    TeamColumn("发现日期", "seen_on", 12, "日期，如 2024-05-06；不早于督察开始"),
    TeamColumn("发现地点", "place", 16),
    TeamColumn("建议扣分", "proposed_marks", 10, "不超过指标的满分"),
    TeamColumn("依据", "legal_basis", 30, "一条一行"),
    TeamColumn(FILES, "", 24, "照片、录音等的文件名；文件回来后用 ducha evidence add 存入"),
    TeamColumn(REASON, "", 20, "改已经退回的底稿时必填"),
)
JUDGEMENT_COLUMNS = (
    TeamColumn(NUMBER, "", 20, "不要改"),
    TeamColumn("单位", "unit", 12, "不要改"),
    TeamColumn("指标", "indicator", 18, "不要改"),
    TeamColumn("指标名称", "", 16),
    TeamColumn("条文", "", 28),
    TeamColumn("核查要点", "", 34),
    TeamColumn("可给的等级或分数", "", 16),
    TeamColumn("等级", "level", 8, "指标要等级的填等级"),
    TeamColumn("评分", "marks", 8, "指标要分数的填分数；只扣分的填扣多少分"),
    TeamColumn("理由", "grounds", 30, "必填"),
    TeamColumn(REASON, "", 20, "改评时必填"),
)


@dataclass(frozen=True)
class BaseRow:
    """An object as it stood when the form was handed out; ``values`` are its cells by field."""

    kind: str
    id: str
    version: int
    values: dict[str, str]


@dataclass(frozen=True)
class TeamRecord:
    """What the form remembers: for which inspection of which ledger, and what its rows were."""

    inspection: str
    ledger: str
    by: str
    rows: tuple[BaseRow, ...]


def identify_ledger(ledger: Ledger) -> str:
    """The hash of the first event: no two ledgers begin alike."""
    with reading(ledger.engine) as connection:
        first = next(list_events(connection), None)
    return "" if first is None else first.hash


def show_fields(pack: Pack, kind: str, columns: Sequence[TeamColumn], row: Mapping[str, object]) -> dict[str, str]:
    """The fields of an object as the texts of its cells, marks as people write them."""
    values = {column.field: show_field(row[column.field]) for column in columns if column.field}
    if kind == "judgement":
        values["marks"] = turn_given(pack, str(row["unit"]), str(row["indicator"]), values["marks"])
    return values


def turn_given(pack: Pack, unit: str, indicator: str, text: str) -> str:
    """A judgement's marks, from what is stored to what people write and back: :func:`judging.turn_marks`."""
    judging = find_judging(pack, unit, indicator) if text else None
    return text if judging is None else turn_marks(judging, text)


def show_field(value: object) -> str:
    """A field as the text of its cell."""
    if value is None:
        return ""
    return "\n".join(value) if isinstance(value, list) else str(value)


def write_team_form(ledger: Ledger, actor: str, inspection: str, *, now: datetime) -> bytes:
    """The workbook for a team of an inspection that is under way, by one of its members. Raises a RefusedAction."""
    task = read_visible(ledger, actor, InspectionRow, inspection)
    if task.state != "active" or actor not in (task.team or []):
        raise RefusedAction("只有进行中的督察任务，其督察组成员才能导出底稿", object="inspection", object_id=inspection)
    drafts = [
        row
        for row in list_visible(ledger, actor, FindingRow, inspection=inspection)
        if row.state in ("draft", "returned")
    ]
    given = list_visible(ledger, actor, JudgementRow, inspector=actor, state="given", year=task.year)
    record = TeamRecord(
        inspection,
        identify_ledger(ledger),
        actor,
        tuple(
            [_keep(ledger.pack, "finding", FINDING_COLUMNS, row) for row in drafts]
            + [_keep(ledger.pack, "judgement", JUDGEMENT_COLUMNS, row) for row in given if row.inspection == inspection]
        ),
    )
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        book.calc_on_load = False
        book.set_properties({"title": f"{task.title} 督察底稿", "created": office_time(now).replace(tzinfo=None)})
        _TeamBook(BookWriter(book, ledger.pack, fictional=False), ledger, task, record).write()
    return content.getvalue()


def _keep(pack: Pack, kind: str, columns: Sequence[TeamColumn], row: LedgerRow) -> BaseRow:
    return BaseRow(kind, row.id, row.version, show_fields(pack, kind, columns, row))


def write_record(record: TeamRecord) -> list[str]:
    """The lines of the hidden sheet; the last one is the hash of the others."""
    head = {"inspection": record.inspection, "ledger": record.ledger, "by": record.by}
    rows = [{"kind": row.kind, "id": row.id, "version": row.version, "values": row.values} for row in record.rows]
    lines = [MAGIC, write_canonical(head), *(write_canonical(row) for row in rows)]
    return [*lines, hash_content(lines)]


def parse_record(lines: Sequence[str]) -> TeamRecord | None:
    """The record of those lines; None if it is none, or was changed."""
    if len(lines) < 3 or lines[0] != MAGIC or hash_content(list(lines[:-1])) != lines[-1]:
        return None
    try:
        head = json.loads(lines[1])
        return TeamRecord(
            head["inspection"], head["ledger"], head["by"], tuple(BaseRow(**json.loads(line)) for line in lines[2:-1])
        )
    except (ValueError, KeyError, TypeError):
        return None


class _TeamBook:
    """The sheets of one workbook."""

    def __init__(self, writer: BookWriter, ledger: Ledger, task: InspectionRow, record: TeamRecord) -> None:
        self.writer = writer
        self.ledger = ledger
        self.task = task
        self.record = record
        self.units = [unit for unit in ledger.pack.registry.units if unit.id in (task.units or ())]
        self.names = {unit.id: unit.name for unit in ledger.pack.registry.units}

    def write(self) -> None:
        book = self.writer.book
        notes, findings = book.add_worksheet(NOTES_SHEET), book.add_worksheet(FINDINGS_SHEET)
        judgements, checklist = book.add_worksheet(JUDGEMENTS_SHEET), book.add_worksheet(CHECKLIST_SHEET)
        self.writer.lists_sheet = book.add_worksheet(LISTS_SHEET)
        self.writer.lists_sheet.hide()
        hidden = book.add_worksheet(RECORD_SHEET)
        hidden.very_hidden()
        self._write_notes(notes)
        self._write_findings(findings)
        self._write_judgements(judgements)
        self._write_checklist(checklist)
        for line, text in enumerate(write_record(self.record)):
            hidden.write_string(line, 0, text)
        findings.activate()

    def _write_notes(self, sheet: Worksheet) -> None:
        sheet.set_column(0, 0, 96)
        sheet.write_string(0, 0, f"督察底稿：{self.task.title}（{self.task.id}）", self.writer.style("title"))
        units = "、".join(unit.name for unit in self.units)
        lines = [
            f"被督察单位：{units}；督察开始：{self.task.begins_on}；导出人：{self.record.by}。",
            "这个文件在没有网络的地方填写，回来后用 ducha inspection import-forms 合并。",
            "「问题底稿」一行一个问题：新问题接着往下填，编号留空；黄底是已有的底稿，可以改，编号不要改。",
            "「评定」一行是一个单位的一项评定指标：等级和评分只填指标要的那一样，理由必填；没有评的留空。",
            "合并时：别人没动过的直接改；别人改了别的地方的合在一起，标明「并行修改」；"
            "改了同一处的标明「冲突」，不覆盖，由您选择。",
            "有一处填得不对，整个文件都不收；按提示的格子改好再导入。同一份导入两次不会重复。",
        ]
        for line, text in enumerate(lines, 2):
            sheet.write_string(line, 0, text, self.writer.style("wrapped"))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def _write_head(self, sheet: Worksheet, title: str, columns: Sequence[TeamColumn]) -> None:
        sheet.write_string(0, 0, title, self.writer.style("title"))
        for place, column in enumerate(columns):
            style = "required" if column.field else "shown_head"
            number_format = "yyyy-mm-dd" if column.field == "seen_on" else "@" if column.field else ""
            sheet.set_column(place, place, column.width, self.writer.style_bare(number_format))
            sheet.write_string(1, place, column.title, self.writer.style(style))
            if column.help:
                sheet.write_comment(1, place, column.help, {"x_scale": 2})
        sheet.freeze_panes(2, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.set_footer("&C第 &P 页，共 &N 页")

    def _write_findings(self, sheet: Worksheet) -> None:
        self._write_head(sheet, f"问题底稿（{self.task.title}）", FINDING_COLUMNS)
        places = {column.field: place for place, column in enumerate(FINDING_COLUMNS) if column.field}
        choices = {
            "unit": tuple(unit.name for unit in self.units),
            "indicator": tuple(indicator.id for indicator in self._list_indicators()),
            "kind": KINDS,
            "method": METHODS,
        }
        for field, words in choices.items():
            place = places[field]
            source = self.writer.place_list(words)
            sheet.data_validation(2, place, LAST_CHECKED, place, {"validate": "list", "source": source})
        begins = datetime.fromisoformat(str(self.task.begins_on))
        dates = {"validate": "date", "criteria": ">=", "value": begins, "error_title": "发现日期"}
        message = f"请填日期，不早于督察开始的 {self.task.begins_on}"
        sheet.data_validation(
            2, places["seen_on"], LAST_CHECKED, places["seen_on"], {**dates, "error_message": message}
        )
        marks = {"validate": "decimal", "criteria": ">=", "value": 0, "error_message": "请填不小于 0 的数"}
        sheet.data_validation(2, places["proposed_marks"], LAST_CHECKED, places["proposed_marks"], marks)
        drafts = [row for row in self.record.rows if row.kind == "finding"]
        for line in range(2, 2 + len(drafts) + SPARE):
            base = drafts[line - 2] if line - 2 < len(drafts) else None
            self._write_row(sheet, line, FINDING_COLUMNS, base, {})

    def _write_judgements(self, sheet: Worksheet) -> None:
        self._write_head(sheet, f"评定（{self.task.title}，评定人 {self.record.by}）", JUDGEMENT_COLUMNS)
        bases = {
            (row.values["unit"], row.values["indicator"]): row for row in self.record.rows if row.kind == "judgement"
        }
        place = next(place for place, column in enumerate(JUDGEMENT_COLUMNS) if column.field == "level")
        for line, judging in enumerate(self._list_judged(), 2):
            indicator = judging.indicator
            shown = {
                "单位": judging.unit.name,
                "指标": indicator.id,
                "指标名称": indicator.name,
                "条文": quote_indicator(indicator),
                "核查要点": list_checks(indicator),
                "可给的等级或分数": describe_allowed(judging),
            }
            self._write_row(sheet, line, JUDGEMENT_COLUMNS, bases.get((judging.unit.id, indicator.id)), shown)
            sheet.set_row(line, 90)
            if judging.by_level:
                source = self.writer.place_list(tuple(judging.levels))
                sheet.data_validation(line, place, line, place, {"validate": "list", "source": source})

    def _write_row(
        self, sheet: Worksheet, line: int, columns: Sequence[TeamColumn], base: BaseRow | None, shown: dict[str, str]
    ) -> None:
        for place, column in enumerate(columns):
            text = shown.get(column.title, "")
            if base is not None and not text:
                text = base.id if column.title == NUMBER else base.values.get(column.field, "")
                text = self.names.get(text, text) if column.field == "unit" else text
            if column.title in shown:
                style = "given" if column.field else "shown"
            else:
                style = "empty" if base is None else "given" if column.title == NUMBER else "stored"
            if column.field == "seen_on":
                cell = self.writer.style(style, "yyyy-mm-dd")
                if text:
                    sheet.write_datetime(line, place, datetime.fromisoformat(text), cell)
                else:
                    sheet.write_blank(line, place, None, cell)
            elif text:
                sheet.write_string(line, place, text, self.writer.style(style, "@"))
            else:
                sheet.write_blank(line, place, None, self.writer.style(style, "@" if column.field else ""))

    def _write_checklist(self, sheet: Worksheet) -> None:
        widths = (26, 26, 50, 60)
        for place, (title, width) in enumerate(zip(("指标编号", "指标名称", "条文", "核查要点"), widths, strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, title, self.writer.style("optional"))
        for line, indicator in enumerate(self._list_indicators(), 1):
            texts = (indicator.id, indicator.name, quote_indicator(indicator), list_checks(indicator))
            for place, text in enumerate(texts):
                sheet.write_string(line, place, text, self.writer.style("wrapped"))
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def _list_indicators(self) -> list[Indicator]:
        """The indicators of the year that are asked of one of the units."""
        cohorts = {
            cohort.id
            for cohort in self.ledger.pack.head.cohorts
            for member in self.ledger.pack.members(cohort)
            if member in self.units
        }
        return [
            indicator
            for indicator in self.ledger.pack.indicators
            if indicator.years.holds(self.task.year) and cohorts & set(indicator.marks)
        ]

    def _list_judged(self) -> list[Judging]:
        pack, year = self.ledger.pack, self.task.year
        return [
            judging
            for dataset in find_judged_datasets(pack, year)
            for judging in list_judged(pack, dataset.id, year)
            if judging.unit in self.units
        ]
