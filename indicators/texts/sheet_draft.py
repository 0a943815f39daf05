"""A marking sheet -> the files of a draft pack: each item an indicator, each sure sentence a rule, the rest judged."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from indicators.entries.amounts import plain
from indicators.meaning.drafts import BLANK
from indicators.texts.criterion import Criterion
from indicators.texts.draft import COHORT, SOURCE, PackDraft
from indicators.texts.sheet_cases import SampledPart, sample_criterion, write_cases
from indicators.texts.sheet_parts import (
    MIXED,
    DraftTables,
    RuledPart,
    find_mixed,
    flatten,
    judge,
    make_part,
    make_pot_part,
    reads_same,
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
    drafts = _ItemDrafts(tables, year)
    sections: list[Value] = []
    full = dict.fromkeys(cohorts.values(), Decimal(0))
    for place, section in enumerate(scored, 1):
        marks = dict.fromkeys(cohorts.values(), Decimal(0))
        for number, item in enumerate(section.items, 1):
            if not item.marks:
                continue
            owners = [cohorts[item.group]] if section.grouped else list(cohorts.values())
            for id_, own in _split_item(f"s{place}.{number:02d}", item):
                drafts.take(id_, f"s{place}", own, owners)
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
        "indicators/draft.yaml": write_yaml({"indicators": drafts.entries}, drafts.comments),
    }
    if drafts.cases:
        files["cases/draft.yaml"] = write_yaml({"cases": drafts.cases})
    return PackDraft(files, len(drafts.entries))


class _ItemDrafts:
    """The indicators of the items taken so far, with what they were read as and their cases."""

    def __init__(self, tables: DraftTables, year: int) -> None:
        self.entries: list[Value] = []
        self.comments: dict[str, list[str]] = {}
        self.cases: list[Value] = []
        self._tables, self._year = tables, year

    def take(self, id: str, section: str, item: Item, owners: list[str]) -> None:
        """An item as an indicator of the cohorts ``owners``."""
        drafted = _make_parts(item, owners, self._tables)
        self.entries.append(_make_indicator(id, section, item, owners, drafted))
        self.comments[id] = _list_remarks(item, drafted)
        parts = _sample_parts(drafted, self._year)
        self.cases += write_cases(id, owners[0], item.marks or Decimal(0), self._year, parts)


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


def _split_item(id: str, item: Item) -> list[tuple[str, Item]]:
    """An item whose criteria have marks of their own as items of one criterion each, where they would be mixed up.

    An inspector judges an indicator once, and a finding is about an indicator: two parts would read the same.
    """
    if not _has_shares(item.criteria, item.marks or Decimal(0)) or not reads_same(item.criteria):
        return [(id, item)]
    return [
        (
            f"{id}.{number}",
            replace(item, name=f"{item.name}：{each.text}", marks=each.worth, criteria=(each,), problems=()),
        )
        for number, each in enumerate(item.criteria, 1)
    ]


def _has_shares(criteria: Sequence[Criterion], full: Decimal) -> bool:
    known = [each.worth for each in criteria if each.worth is not None]
    return len(known) == len(criteria) > 1 and sum(known, Decimal(0)) == full and all(known)


@dataclass(frozen=True)
class _DraftedPart:
    """A part, the criterion that it was made of, and the marks from which that takes."""

    criterion: Criterion
    full: Decimal
    part: RuledPart


def _make_indicator(
    id: str, section: str, item: Item, owners: list[str], drafted: Sequence[_DraftedPart]
) -> dict[str, Value]:
    full = item.marks or Decimal(0)
    cites: list[Value] = [
        {"source": SOURCE, "quote": criterion.text, "supports": ["marks"]} for criterion in item.criteria
    ]
    cites.append({"supports": ["target", "measure"], "local_choice": "草稿：按评分标准的字句写成，怎样计量请核对"})
    parts: list[Value] = [each.part.entry for each in drafted]
    if len(drafted) == len(item.criteria):
        parts = [{"title": shorten(each.criterion.text), **each.part.entry} for each in drafted]
    entry: dict[str, Value] = {
        "id": id,
        "name": shorten(item.name) or BLANK,
        "draft": "true",
        "section": section,
        "marks": dict.fromkeys(owners, plain(full)),
        **({"combine": {"pot": {}}} if len(item.criteria) > 1 and shares_pot(item.criteria, full) else {}),
        "cites": cites,
        "parts": parts,
        "checklist": [flatten(criterion.text) for criterion in item.criteria],
    }
    if item.assessor:
        entry["note"] = f"评分表写的考核部门（责任单位）：{flatten(item.assessor)}"
    return entry


def _make_parts(item: Item, owners: list[str], tables: DraftTables) -> list[_DraftedPart]:
    """The parts of an item: one of each criterion, or one that is judged where they do not go together."""
    criteria, full = item.criteria, item.marks or Decimal(0)
    if len(criteria) == 1:
        return [_DraftedPart(criteria[0], full, make_part(criteria[0], full, tables))]
    if shares_pot(criteria, full):
        return [_DraftedPart(each, full, make_pot_part(each, full, tables)) for each in criteria]
    if not _has_shares(criteria, full):
        return [_DraftedPart(criteria[0], full, judge(tables, ""))]
    drafted = []
    for each in criteria:
        worth = each.worth or Decimal(0)
        part = make_part(each, worth, tables).add({"worth": dict.fromkeys(owners, plain(worth))})
        drafted.append(_DraftedPart(each, worth, part))
    return drafted


def _list_remarks(item: Item, drafted: Sequence[_DraftedPart]) -> list[str]:
    """In Chinese what each criterion was read as."""
    if len(drafted) == len(item.criteria):
        said = [each.part.remark for each in drafted]
    else:
        mixed = find_mixed(item.criteria)
        other = "没有写明分值，或各条合计与本项不符"
        unsure = [each.doubt or (MIXED if each in mixed else other) for each in item.criteria]
        said = [f"没有把握（{why}）：由督察员评定" for why in unsure]
    told = [f"{flatten(each.text)}  ——  {words}" for each, words in zip(item.criteria, said, strict=True)]
    return [*item.problems, *told]


def _sample_parts(drafted: Sequence[_DraftedPart], year: int) -> list[SampledPart]:
    return [
        SampledPart(
            each.part.dataset,
            each.full,
            sample_criterion(each.criterion, each.full, year) if each.part.ruled else (),
        )
        for each in drafted
    ]
