"""A marking sheet -> the files of a draft pack: each item an indicator, each sure sentence a rule, the rest judged."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal

from indicators.entries.amounts import plain
from indicators.meaning.drafts import BLANK
from indicators.texts.criterion import Criterion
from indicators.texts.draft import COHORT, SOURCE, PackDraft
from indicators.texts.sheet_parts import (
    DraftTables,
    Part,
    find_mixed,
    flatten,
    judge,
    make_part,
    make_pot_part,
    shares_pot,
    shorten,
)
from indicators.texts.sheets import Item, MarkingSheet, SheetSection
from indicators.texts.written import Value, write_yaml


def draft_sheet(sheet: MarkingSheet, text: str, *, id: str, file: str, year: int) -> PackDraft:
    """The files of a draft of a sheet whose cells stand in ``text`` to the letter.

    Sections on top of the full marks (加分、扣分) are left out: :func:`list_left_out` names them.
    """
    tables = DraftTables()
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
    id: str, section: str, item: Item, owners: list[str], tables: DraftTables
) -> tuple[dict[str, Value], list[str]]:
    full = item.marks or Decimal(0)
    parts, said = _make_parts(item.criteria, full, owners, tables)
    remarks = [*item.problems, *said]
    cites: list[Value] = [
        {"source": SOURCE, "quote": criterion.text, "supports": ["marks"]} for criterion in item.criteria
    ]
    cites.append({"supports": ["target", "measure"], "local_choice": "草稿：按评分标准的字句写成，怎样计量请核对"})
    entry: dict[str, Value] = {
        "id": id,
        "name": shorten(item.name) or BLANK,
        "draft": "true",
        "section": section,
        "marks": dict.fromkeys(owners, plain(full)),
        **({"combine": {"pot": {}}} if len(item.criteria) > 1 and shares_pot(item.criteria) else {}),
        "cites": cites,
        "parts": parts,
        "checklist": [flatten(criterion.text) for criterion in item.criteria],
    }
    if item.assessor:
        entry["note"] = f"评分表写的考核部门（责任单位）：{flatten(item.assessor)}"
    return entry, remarks


def _make_parts(
    criteria: Sequence[Criterion], full: Decimal, owners: list[str], tables: DraftTables
) -> tuple[list[Value], list[str]]:
    """The parts of an item, and in Chinese what each of its criteria was read as."""
    if len(criteria) == 1:
        part, remark = make_part(criteria[0], full, tables)
        return [{"title": shorten(criteria[0].text), **part}], [_remark(criteria[0], remark)]
    known = [each.worth for each in criteria if each.worth is not None]
    if shares_pot(criteria):
        made = [(each, *make_pot_part(each, full, tables)) for each in criteria]
    elif len(known) == len(criteria) and sum(known, Decimal(0)) == full and all(known):
        mixed = find_mixed(criteria)
        made = [(each, *_make_share(each, each in mixed, owners, tables)) for each in criteria]
    else:
        unsure = [each.doubt or "没有写明分值，或各条合计与本项不符" for each in criteria]
        said = [_remark(each, f"没有把握（{why}）：由督察员评定") for each, why in zip(criteria, unsure, strict=True)]
        return [judge(tables)], said
    parts: list[Value] = [{"title": shorten(each.text), **part} for each, part, _ in made]
    return parts, [_remark(each, remark) for each, _, remark in made]


def _make_share(criterion: Criterion, mixed: bool, owners: list[str], tables: DraftTables) -> tuple[Part, str]:
    """A part with marks of its own."""
    worth = criterion.worth or Decimal(0)
    said = "几条都按查实的问题扣分，一个问题属于哪一条看不出：由督察员评定"
    part, remark = (judge(tables), said) if mixed else make_part(criterion, worth, tables)
    return {"worth": dict.fromkeys(owners, plain(worth)), **part}, remark


def _remark(criterion: Criterion, said: str) -> str:
    return f"{flatten(criterion.text)}  ——  {said}"
