"""A reading of a text -> the files of a draft pack, which loads, tells its drafts and scores nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from indicators.lint.strength import VAGUE, WEAK
from indicators.meaning.drafts import BLANK
from indicators.texts.kinds import TITLES
from indicators.texts.obligations import FoundTask, TextReading
from indicators.texts.proposals import Proposal, is_weak, propose
from indicators.texts.registers import DraftRegister, make_register
from indicators.texts.written import Value, write_yaml

#: The one cohort of a draft, the source, and what is written where somebody has to fill in.
COHORT, SOURCE = "units", "source"
_FINDINGS: dict[str, Value] = {
    "id": "findings",
    "ledger": "findings",
    "title": "督察认定的问题",
    "reported_by": "督察组",
    "covers": "all_units",
    "columns": [
        {"name": "unit", "title": "单位", "type": "unit"},
        {"name": "year", "title": "年度", "type": "year"},
        {"name": "number", "title": "问题编号", "type": "text"},
        {"name": "indicator", "title": "指标", "type": "indicator"},
        {"name": "state", "title": "状态", "type": "text"},
        {"name": "severity", "title": "严重程度", "type": "text", "required": "false"},
        {"name": "found_on", "title": "发现日期", "type": "date"},
        {"name": "statement", "title": "事实", "type": "text", "required": "false"},
    ],
    "key": ["number"],
    "period": {"year": "year"},
    "event_date": "found_on",
}
_JUDGEMENTS: dict[str, Value] = {
    "id": "judgements",
    "ledger": "judgements",
    "title": "督察评定",
    "reported_by": "督察组",
    "columns": [
        {"name": "unit", "title": "单位", "type": "unit"},
        {"name": "year", "title": "年度", "type": "year"},
        {"name": "indicator", "title": "指标", "type": "indicator"},
        {"name": "inspector", "title": "督察员", "type": "text"},
        {"name": "level", "title": "等级", "type": "text", "required": "false"},
        {"name": "marks", "title": "评分", "type": "decimal", "required": "false", "at_least": "0"},
        {"name": "reason", "title": "理由", "type": "text"},
        {"name": "evidence", "title": "佐证材料", "type": "text", "required": "false"},
    ],
    "key": ["unit", "year", "indicator", "inspector"],
    "period": {"year": "year"},
    "checks": {"judgements": "true"},
}
SHARED = {"findings": _FINDINGS, "judgements": _JUDGEMENTS}


@dataclass(frozen=True)
class PackDraft:
    """The files of a pack by their names, and how many indicators it proposes."""

    files: Mapping[str, str]
    indicators: int


@dataclass(frozen=True)
class _Numbered:
    id: str
    task: FoundTask
    proposal: Proposal | None


def clean_text(text: str) -> str:
    """A text as a pack may hold it: without marks that nobody sees, with one kind of line break."""
    text = re.sub("\r\n?|\u2028|\u2029|\x0b|\x0c", "\n", text)
    return re.sub("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060\ufeff\ud800-\udfff\xad]", "", text)


def draft_pack(text: str, reading: TextReading, *, id: str, title: str, file: str, year: int) -> PackDraft:
    """The files of a draft of ``text`` (cleaned) as ``reading`` has it, for the years from ``year`` on."""
    numbered = [_propose(f"t{place:03d}", task, year) for place, task in enumerate(reading.obligations, 1)]
    proposed = [each for each in numbered if each.proposal is not None]
    register = make_register([each.task.units for each in proposed])
    chapters = list(dict.fromkeys(each.task.chapter for each in proposed))
    files = {
        "pack.yaml": _write_head(id, title, year, chapters, proposed),
        f"sources/{file}": text,
        "sources/sources.yaml": _write_sources(title, file, text),
        "units.yaml": register.write(),
        "datasets.yaml": _write_datasets(proposed),
        "obligations.yaml": _write_obligations(numbered, reading),
        "indicators/draft.yaml": _write_indicators(proposed, register, chapters),
        "cases/draft.yaml": _write_cases(proposed, register, year),
    }
    return PackDraft(files, len(proposed))


def _propose(id: str, task: FoundTask, year: int) -> _Numbered:
    return _Numbered(id, task, propose(task, id, year))


def _write_head(id: str, title: str, year: int, chapters: list[str], proposed: list[_Numbered]) -> str:
    counts = [sum(each.task.chapter == chapter for each in proposed) for chapter in chapters]
    last = max([each.proposal.due_year or year for each in proposed if each.proposal], default=year)
    first = min([each.proposal.due_year or year for each in proposed if each.proposal], default=year)
    return write_yaml(
        {
            "id": id,
            "title": title,
            "issuer": BLANK,
            "version": "0.1",
            "years": {"first": str(min(first, year)), "last": str(max(last, year))},
            "cohorts": [
                {
                    "id": COHORT,
                    "title": "被考核单位",
                    "members": {"kinds": ["unit"]},
                    "full": str(len(proposed)),
                    "ranked": "false",
                }
            ],
            "sections": [
                {"id": f"s{place}", "title": chapter or "未分章", "marks": {COHORT: str(count)}}
                for place, (chapter, count) in enumerate(zip(chapters, counts, strict=True), 1)
            ],
        }
    )


def _write_sources(title: str, file: str, text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return write_yaml({"sources": [{"id": SOURCE, "title": title, "issuer": BLANK, "file": file, "sha256": digest}]})


def _write_datasets(proposed: list[_Numbered]) -> str:
    tables: list[Value] = []
    comments: dict[str, list[str]] = {}
    for each in proposed:
        for table in each.proposal.datasets if each.proposal else ():
            comments[str(table["id"])] = [f"草稿，供指标 {each.id}：{_flatten(each.task.quote)}"]
            tables.append(table)
    used = {name for each in proposed if each.proposal for name in _list_shared(each.proposal)}
    # A pack has one table at least.
    tables += [SHARED[name] for name in SHARED if name in used or not (tables or used)]
    return write_yaml({"datasets": tables}, comments)


def _list_shared(proposal: Proposal) -> set[str]:
    return {name for name in SHARED if f"'{name}'" in repr(proposal.measure)}


def _write_obligations(numbered: list[_Numbered], reading: TextReading) -> str:
    entries: list[Value] = []
    for each in numbered:
        entry: dict[str, Value] = _cite(each.task.article, each.task.quote, id=each.id.upper())
        entry["kind"] = each.task.kind
        if each.proposal is None:
            entry["waived"] = "草稿：这是后果条款，不单独考核，写扣分时引用"
        entries.append(entry)
    for place, sentence in enumerate(reading.unmeasured, 1):
        entry = _cite(sentence.article, sentence.quote, id=f"W{place:03d}")
        entry["kind"] = "unmeasured"
        entry["waived"] = "草稿：机器判断不了；请决定要不要列入核查清单"
        entries.append(entry)
    return write_yaml({"obligations": entries})


def _cite(article: str, quote: str, **head: Value) -> dict[str, Value]:
    return {**head, "source": SOURCE, "article": article, "quote": quote}


def _write_indicators(proposed: list[_Numbered], register: DraftRegister, chapters: list[str]) -> str:
    entries: list[Value] = []
    comments: dict[str, list[str]] = {}
    for each in proposed:
        if each.proposal is not None:
            entries.append(_make_indicator(each, each.proposal, register, chapters.index(each.task.chapter) + 1))
            comments[each.id] = _comment(each.task)
    return write_yaml({"indicators": entries}, comments)


def _comment(task: FoundTask) -> list[str]:
    """The clause and how it was read, above the proposal."""
    read = [TITLES[task.kind]]
    read += ["、".join(figure.text for figure in task.figures)] if task.figures else []
    read += [f"期限 {task.deadline.text}"] if task.deadline else []
    read += [f"除外：{task.exception}"] if task.exception else []
    lines = [f"原文：{_flatten(task.quote)}", f"读作：{'；'.join(read)}"]
    if task.units:
        joint = f"；参加 {'、'.join(task.units.joint)}" if task.units.joint else ""
        lines.append(f"单位：牵头 {'、'.join(task.units.lead) or '（没有写）'}{joint}")
    return lines


def _flatten(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _make_indicator(each: _Numbered, proposal: Proposal, register: DraftRegister, section: int) -> dict[str, Value]:
    task = each.task
    part: dict[str, Value] = {"measure": proposal.measure}
    if proposal.target is not None:
        part["target"] = proposal.target
    part["marks"] = proposal.marks
    cites: list[Value] = [{**_cite(task.article, task.quote), "supports": ["target"]}]
    cites.append({"supports": ["marks"], "local_choice": "草稿：原文没有规定分值，暂各按1分；怎样扣分也是暂定的"})
    cites += [{"supports": [supports], "local_choice": sentence} for supports, sentence in proposal.choices]
    if task.deadline is not None and "date" not in proposal.measure:
        due = f"草稿：原文的期限是{task.deadline.text}；这里每年都按这个目标看，只在到期那一年计分的，请填「适用年度」"
        cites.append({"supports": ["deadline"], "local_choice": due})
    supported = {supports for supports, _ in proposal.choices}
    if any(word in task.quote for word in VAGUE) and not supported & {"target", "deadline", "measure"}:
        cites.append({"supports": ["target"], "local_choice": "草稿：原文没有写次数或期限，请写明本办要求的次数或期限"})
    entry: dict[str, Value] = {
        "id": each.id,
        "name": _flatten(task.quote)[:30],
        "draft": "true",
        "section": f"s{section}",
        "marks": {COHORT: "1"},
        "obligations": [each.id.upper()],
    }
    if is_weak(task) or any(word in task.quote for word in WEAK):
        entry["strength"] = "weak"
    if duties := register.find_duties(task.units):
        entry["duties"] = duties
    if proposal.due_year is not None:
        entry["years"] = {"first": str(proposal.due_year), "last": str(proposal.due_year)}
    entry["cites"] = cites
    entry["parts"] = [part]
    if proposal.checklist:
        entry["checklist"] = proposal.checklist
    return entry


def _write_cases(proposed: list[_Numbered], register: DraftRegister, year: int) -> str:
    entries: list[Value] = []
    for each in proposed:
        proposal = each.proposal
        if proposal is None or not proposal.checked:
            continue
        of_year = proposal.due_year or year
        entry: dict[str, Value] = {"id": f"{each.id}-full", "indicator": each.id, "cohort": COHORT}
        if unit := register.find_first(each.task.units):
            entry["unit"] = unit
        entry |= {"year": str(of_year), "as_of": f"{of_year + 2}-01-31"}
        if proposal.rows:
            entry["rows"] = {
                name: [dict(row) for row in _add_indicator(name, rows, each.id)] for name, rows in proposal.rows.items()
            }
        if proposal.reported:
            entry["reported"] = proposal.reported
        entry["expect"] = {"outcome": "scored", "marks": "1"}
        entry["why"] = "草稿：做到原文要求的，得满分"
        entries.append(entry)
    return write_yaml({"cases": entries})


def _add_indicator(name: str, rows: list[dict[str, str]], id: str) -> list[dict[str, str]]:
    return [{"indicator": id, **row} for row in rows] if name in SHARED else rows
