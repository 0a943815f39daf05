"""A marking sheet -> the files of a draft pack: each item an indicator, each sure sentence a rule, the rest judged."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from indicators.entries.amounts import plain
from indicators.meaning.drafts import BLANK
from indicators.texts.criteria import Criterion
from indicators.texts.draft import COHORT, SHARED, SOURCE, PackDraft
from indicators.texts.sheets import Item, MarkingSheet, SheetSection
from indicators.texts.written import Value, write_yaml

_FINDINGS: dict[str, Value] = {"findings": {"dataset": "findings"}}
_JUDGED: dict[str, Value] = {"judgement": {"dataset": "judgements"}}
_DONE: dict[str, Value] = {"judged": {"levels": {"做到": "100%", "没有做到": "0"}}}

Part = dict[str, Value]


class _Tables:
    """The tables that the parts ask for."""

    def __init__(self) -> None:
        self.all: list[dict[str, Value]] = []
        self.shared: set[str] = set()

    def add(self, title: str, columns: list[Value], **more: Value) -> str:
        """A table with the columns unit and year; its name."""
        name = f"d{len(self.all) + 1:03d}"
        unit: Value = {"name": "unit", "title": "单位", "type": "unit"}
        self.all.append({"id": name, "title": title[:40], "columns": [unit, *columns], **more})
        return name

    def write(self) -> str:
        shared = [SHARED[name] for name in sorted(self.shared)]
        return write_yaml({"datasets": [*self.all, *shared]})


def draft_sheet(sheet: MarkingSheet, text: str, *, id: str, file: str, year: int) -> PackDraft:
    """The files of a draft of a sheet whose cells stand in ``text`` to the letter.

    Sections on top of the full marks (加分、扣分) are left out: :func:`list_left_out` names them.
    """
    tables = _Tables()
    scored = [section for section in sheet.sections if section.marks is not None and not section.extra]
    objects = list(dict.fromkeys(item.group for section in scored if section.grouped for item in section.items))
    cohorts = {name: f"c{place:02d}" for place, name in enumerate(objects, 1)} or {"被考核单位": COHORT}
    entries: list[Value] = []
    comments: dict[str, list[str]] = {}
    sections: list[Value] = []
    full = dict.fromkeys(cohorts.values(), Decimal(0))
    for place, section in enumerate(scored, 1):
        marks = dict.fromkeys(cohorts.values(), Decimal(0))
        for number, item in enumerate(section.items, 1):
            if not item.marks:
                continue
            owners = [cohorts[item.group]] if section.grouped else list(cohorts.values())
            entry, remarks = _make_indicator(f"s{place}.{number:02d}", f"s{place}", item, owners, tables)
            entries.append(entry)
            comments[str(entry["id"])] = remarks
            for owner in owners:
                marks[owner] += item.marks
        sections.append(_make_section(f"s{place}", section, marks))
        full = {owner: full[owner] + marks[owner] for owner in full}
    files = {
        "pack.yaml": _write_head(id, sheet.title, year, cohorts, full, sections, bool(objects)),
        f"sources/{file}": text,
        "sources/sources.yaml": _write_source(sheet.title, file, text),
        "units.yaml": _write_units(objects),
        "datasets.yaml": tables.write(),
        "indicators/draft.yaml": write_yaml({"indicators": entries}, comments),
    }
    return PackDraft(files, len(entries))


def list_left_out(sheet: MarkingSheet) -> list[str]:
    """In Chinese what of a sheet is not in its draft."""
    found = []
    for section in sheet.sections:
        if section.marks is None or section.extra:
            found.append(f"「{section.title}」没有写进草稿：加分、扣分怎样封顶、按什么台账算，请照原文另写")
        found += [
            f"「{item.group}」没有分值，没有写进草稿" for item in section.items if not item.marks and section.marks
        ]
    return found


def _write_head(
    id: str, title: str, year: int, cohorts: dict[str, str], full: dict[str, Decimal], sections: list[Value], own: bool
) -> str:
    return write_yaml(
        {
            "id": id,
            "title": title or BLANK,
            "issuer": BLANK,
            "version": "0.1",
            "years": {"first": str(year)},
            "cohorts": [
                {
                    "id": cohort,
                    "title": name,
                    "members": {"units": [f"u{cohort[1:]}"]} if own else {"kinds": ["unit"]},
                    "full": plain(full[cohort]),
                    "ranked": "false",
                }
                for name, cohort in cohorts.items()
            ],
            "sections": sections,
        }
    )


def _make_section(id: str, section: SheetSection, marks: dict[str, Decimal]) -> Value:
    given: dict[str, Value] = {cohort: plain(amount) for cohort, amount in marks.items() if amount}
    return {"id": id, "title": section.title or "考核内容", "marks": given}


def _write_source(title: str, file: str, text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()
    source: Value = {"id": SOURCE, "title": title or BLANK, "issuer": BLANK, "file": file, "sha256": digest}
    return write_yaml({"sources": [source]})


def _write_units(objects: Sequence[str]) -> str:
    units: list[Value] = [
        {"id": f"u{place:02d}", "name": name, "kind": "unit"} for place, name in enumerate(objects, 1)
    ]
    units = units or [{"id": "u01", "name": "待填单位", "kind": "unit"}]
    head = "# 草稿：评分表里写明的考核对象；请补上全部被考核单位和它们的别名。\n"
    return head + write_yaml({"kinds": [{"id": "unit", "title": "单位"}], "units": units})


def _make_indicator(
    id: str, section: str, item: Item, owners: list[str], tables: _Tables
) -> tuple[dict[str, Value], list[str]]:
    full = item.marks or Decimal(0)
    known = [criterion.worth for criterion in item.criteria if criterion.worth is not None]
    apart = len(known) == len(item.criteria) and sum(known, Decimal(0)) == full and all(known)
    remarks = list(item.problems)
    parts: list[Value] = []
    if apart or len(item.criteria) == 1:
        for criterion in item.criteria:
            part, remark = _make_part(criterion, criterion.worth if apart and criterion.worth else full, tables)
            if len(item.criteria) > 1 and criterion.worth is not None:
                part = {"worth": dict.fromkeys(owners, plain(criterion.worth)), **part}
            parts.append({"title": _shorten(criterion.text), **part})
            remarks.append(f"{_flatten(criterion.text)}  ——  {remark}")
    else:
        parts.append(_judge(tables))
        remarks += [
            f"{_flatten(criterion.text)}  ——  没有写明分值，或各条合计与本项不符：由督察员评定"
            for criterion in item.criteria
        ]
    cites: list[Value] = [
        {"source": SOURCE, "quote": criterion.text, "supports": ["marks"]} for criterion in item.criteria
    ]
    cites.append({"supports": ["target", "measure"], "local_choice": "草稿：按评分标准的字句写成，怎样计量请核对"})
    entry: dict[str, Value] = {
        "id": id,
        "name": _shorten(item.name) or BLANK,
        "draft": "true",
        "section": section,
        "marks": dict.fromkeys(owners, plain(full)),
        "cites": cites,
        "parts": parts,
        "checklist": [_flatten(criterion.text) for criterion in item.criteria],
    }
    if item.assessor:
        entry["note"] = f"评分表写的考核部门（责任单位）：{_flatten(item.assessor)}"
    return entry, remarks


def _flatten(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _shorten(text: str) -> str:
    return _flatten(text)[:40]


def _judge(tables: _Tables) -> Part:
    tables.shared.add("judgements")
    return {"measure": _JUDGED, "marks": {"judged": {"range": {}}}}


def _make_part(criterion: Criterion, full: Decimal, tables: _Tables) -> tuple[Part, str]:
    """A part for a criterion, and in Chinese what it was read as."""
    if not criterion.certain:
        return _judge(tables), f"没有把握（{criterion.doubt}）：由督察员评定"
    if any(amount is not None and amount > full for amount in (criterion.each, criterion.cap)):
        return _judge(tables), "扣的分比本项还多：由督察员评定"
    made = _MAKERS.get(criterion.form)
    part = made(criterion, full, tables) if made else None
    if part is None:
        return _judge(tables), "没有对应的规则：由督察员评定"
    return part, _describe(criterion)


def _describe(criterion: Criterion) -> str:
    said = _READ[criterion.form]
    if criterion.step != 1:
        said = f"读作：每低{plain(criterion.step)}个百分点扣分，不足的按比例"
    wanted = criterion.wanted
    return f"{said}；目标{wanted.text}取自同一行的考核内容" if criterion.beside and wanted is not None else said


def _per_occurrence(criterion: Criterion, full: Decimal, tables: _Tables) -> Part | None:
    if not criterion.each:
        return None
    tables.shared.add("findings")
    rule: dict[str, Value] = {"each": [plain(criterion.each)]}
    if criterion.cap is not None:
        rule["cap"] = plain(criterion.cap)
    return {"measure": _FINDINGS, "target": {"none": {}}, "marks": {"per_occurrence": rule}}


def _zero(criterion: Criterion, full: Decimal, tables: _Tables) -> Part:
    tables.shared.add("findings")
    return {"measure": _FINDINGS, "target": {"none": {}}, "marks": {"all_or_nothing": {}}}


def _done(criterion: Criterion, full: Decimal, tables: _Tables) -> Part:
    tables.shared.add("judgements")
    return {"measure": _JUDGED, "marks": _DONE}


def _range(criterion: Criterion, full: Decimal, tables: _Tables) -> Part | None:
    if criterion.each is None or criterion.low is None:
        return None
    tables.shared.add("judgements")
    return {"measure": _JUDGED, "marks": {"judged": {"range": {"low": plain(full - criterion.each)}}}}


def _missing(criterion: Criterion, full: Decimal, tables: _Tables) -> Part | None:
    wanted = criterion.wanted
    if wanted is None or wanted.comparison != ">=" or wanted.unit == "%" or not criterion.each:
        return None
    rule: dict[str, Value] = {"each": plain(criterion.each), "partial": "up"}
    if criterion.cap is not None:
        rule["cap"] = plain(criterion.cap)
    return {**_count(criterion, tables), "target": {"at_least": plain(wanted.value)}, "marks": {"per_shortfall": rule}}


def _count(criterion: Criterion, tables: _Tables) -> Part:
    columns: list[Value] = [
        {"name": "held_on", "title": "日期", "type": "date"},
        {"name": "topic", "title": "内容", "type": "text"},
    ]
    more: dict[str, Value] = {
        "key": ["unit", "held_on", "topic"],
        "period": {"date": "held_on"},
        "event_date": "held_on",
    }
    return {"measure": {"count": {"dataset": tables.add(_flatten(criterion.about or criterion.text), columns, **more)}}}


def _ratio(criterion: Criterion, tables: _Tables) -> Part:
    columns: list[Value] = [
        {"name": "year", "title": "年度", "type": "year"},
        {"name": "total", "title": "应做数", "type": "integer", "at_least": "0"},
        {"name": "done", "title": "已做数", "type": "integer", "at_least": "0"},
    ]
    check: Value = {"rows": [{"left": "done", "at_most": "total", "say": "已做数不能多于应做数"}]}
    more: dict[str, Value] = {"key": ["unit", "year"], "period": {"year": "year"}, "checks": check}
    name = tables.add(_flatten(criterion.about or criterion.text), columns, **more)
    done: Value = {"dataset": name, "sum": "done"}
    return {"measure": {"ratio": {"numerator": done, "denominator": {"dataset": name, "sum": "total"}}}}


def _by_point(criterion: Criterion, full: Decimal, tables: _Tables) -> Part | None:
    wanted = criterion.wanted
    if wanted is None or wanted.unit != "%" or wanted.comparison != ">=" or not criterion.each:
        return None
    rule: dict[str, Value] = {"each": plain(criterion.each), "per": f"{plain(criterion.step)}%", "partial": "exact"}
    target: Part = {"at_least": f"{plain(wanted.value)}%"}
    return {**_ratio(criterion, tables), "target": target, "marks": {"per_shortfall": rule}}


def _late_daily(criterion: Criterion, full: Decimal, tables: _Tables) -> Part | None:
    due = criterion.deadline
    if due is None or not criterion.each:
        return None
    columns: list[Value] = [
        {"name": "year", "title": "年度", "type": "year"},
        {"name": "done_on", "title": "完成日期", "type": "date", "required": "false"},
    ]
    name = tables.add(
        _flatten(criterion.beside or criterion.text), columns, key=["unit", "year"], period={"year": "year"}
    )
    by: Part = {"day_itself": "in_time"}
    if due.on is not None:
        by["on"] = due.on.isoformat()
    else:
        by["every"] = due.month_day
        if due.years_later:
            by["years_later"] = str(due.years_later)
    rule: dict[str, Value] = {"per_day": plain(criterion.each)}
    if criterion.cap is not None:
        rule["cap"] = plain(criterion.cap)
    return {
        "measure": {"date": {"dataset": name, "column": "done_on"}},
        "target": {"by": by},
        "marks": {"late": rule},
    }


def _aim(marks: Value) -> Callable[[Criterion, Decimal, _Tables], Part | None]:
    def make(criterion: Criterion, full: Decimal, tables: _Tables) -> Part | None:
        wanted = criterion.wanted
        if wanted is None or wanted.comparison != ">=" or criterion.deadline is not None:
            return None
        percent = wanted.unit == "%"
        measure = _ratio(criterion, tables) if percent else _count(criterion, tables)
        return {**measure, "target": {"at_least": plain(wanted.value) + ("%" if percent else "")}, "marks": marks}

    return make


_MAKERS: dict[str, Callable[[Criterion, Decimal, _Tables], Part | None]] = {
    "per_incident": _per_occurrence,
    "deduct_if": _per_occurrence,
    "per_missing": _missing,
    "per_point": _by_point,
    "late_daily": _late_daily,
    "zero_if": _zero,
    "done": _done,
    "range": _range,
    "threshold": _aim({"all_or_nothing": {}}),
    "proportional": _aim({"proportional": {}}),
}
_READ = {
    "per_incident": "读作：每查实一件扣分",
    "deduct_if": "读作：查实一件扣分",
    "per_missing": "读作：每少一次扣分",
    "per_point": "读作：每低一个百分点扣分，不足一个百分点的按比例",
    "late_daily": "读作：每逾期一日扣分，期限当日算按时",
    "zero_if": "读作：查实一件即不得分",
    "done": "读作：做到得满分，没有做到不得分",
    "range": "读作：督察员在区间内扣分",
    "threshold": "读作：达到得满分，达不到不得分",
    "proportional": "读作：按完成比例得分",
}
