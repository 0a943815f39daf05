"""Whether what was entered fits the register, the pack and the other objects: units, indicators, marks, evidence."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from data.ledger.case import PlannedChange
from data.ledger.fields import KINDS, MARKED_KINDS, NIL_KIND, name_field
from data.ledger.machines import FINDING
from data.ledger.rights.roles import is_contact
from data.ledger.rows import EvidenceRow, FindingRow, InspectionRow, JudgementRow, UserRow
from data.trail.refusals import FieldRefused
from indicators.entries.amounts import has_no_end, plain
from indicators.pack.model import Indicator, Pack, Part

_UNMARKED = tuple(kind for kind in KINDS if kind not in MARKED_KINDS)
#: They propose no marks and do not say that there are none to propose.
_UNDECIDED = tuple(kind for kind in _UNMARKED if kind != NIL_KIND)


def check_references(case: PlannedChange) -> None:
    """Raise FieldRefused for a value that names something unknown or goes beyond what its indicator allows.

    Names of units are replaced by their ids in ``case.after``.
    """
    _resolve_units(case)
    given, kind = case.given, case.machine.kind
    if "indicator" in given and given["indicator"] is not None:
        _find_indicator(case.ledger.pack, given["indicator"])
    if "inspection" in given and case.find(InspectionRow, given["inspection"]) is None:
        raise _refuse(case, "inspection", f"没有督察任务「{given['inspection']}」")
    if "team" in given:
        for name in given["team"] or []:
            user = case.find(UserRow, name)
            if user is None or user.state != "active" or "inspector" not in user.roles:
                raise _refuse(case, "team", f"督察组只能由启用的督察员组成，「{name}」不是")
    if kind in ("finding", "judgement") and case.inspection is not None:
        _check_inspected(case)
    if kind == "finding" and case.transition.sets:
        check_finding(case.ledger.pack, case.read(FindingRow))
    if kind == "judgement" and case.transition.sets:
        check_judgement(case.ledger.pack, case.read(JudgementRow))
    _check_evidence(case)
    _check_dates(case)


def _refuse(case: PlannedChange, field: str, sentence: str) -> FieldRefused:
    return FieldRefused(sentence, field)


def _resolve_units(case: PlannedChange) -> None:
    registry = case.ledger.registry
    for field in ("unit", "units"):
        value = case.given.get(field)
        if not value:
            continue
        names = value if isinstance(value, list) else [value]
        found = [registry.resolve(name) for name in names]
        if None in found:
            raise _refuse(case, field, f"单位名册里没有「{names[found.index(None)]}」")
        case.after[field] = case.given[field] = list(dict.fromkeys(found)) if isinstance(value, list) else found[0]


def _find_indicator(pack: Pack, name: str) -> Indicator:
    try:
        return pack.indicator(name)
    except KeyError:
        raise FieldRefused(f"指标包里没有指标「{name}」", "indicator") from None


def _check_inspected(case: PlannedChange) -> None:
    inspection = case.inspection
    assert inspection is not None
    unit = case.after["unit"]
    if unit is not None and unit not in (inspection.units or []):
        name = case.ledger.registry.name(unit)
        raise _refuse(case, "unit", f"{name}不在督察任务 {inspection.id} 的被督察单位里")


def list_full_marks(pack: Pack, indicator: Indicator, unit: str) -> Iterator[tuple[str, Decimal]]:
    """The full marks of an indicator in each cohort that the unit belongs to."""
    for cohort in pack.head.cohorts:
        if cohort.id in indicator.marks and any(member.id == unit for member in pack.members(cohort)):
            yield cohort.id, indicator.marks[cohort.id]


def check_finding(pack: Pack, finding: FindingRow) -> None:
    """Raise FieldRefused unless the proposed marks and the severity fit the finding's indicator."""
    if finding.indicator is None or finding.unit is None:
        return
    indicator = _find_indicator(pack, finding.indicator)
    full = max((marks for _, marks in list_full_marks(pack, indicator, finding.unit)), default=None)
    if full is None:
        raise FieldRefused(f"指标「{indicator.name}」不考核这个单位", "indicator")
    if finding.proposed_marks is not None:
        proposed = Decimal(finding.proposed_marks)
        if finding.kind in _UNMARKED:
            raise FieldRefused(f"「{finding.kind}」不写建议扣分", "proposed_marks")
        if proposed > full and not has_no_end(full):
            raise FieldRefused(
                f"建议扣分 {plain(proposed)} 分超过指标「{indicator.name}」的满分 {plain(full)} 分", "proposed_marks"
            )
        if proposed != round(proposed, pack.head.precision):
            raise FieldRefused(f"建议扣分最多保留 {pack.head.precision} 位小数", "proposed_marks")
    elif finding.kind in _UNDECIDED and "proposed_marks" in list_deciding(pack, indicator.id):
        text = f"指标「{indicator.name}」按建议扣分合计，不用「{finding.kind}」；问题类别请选「扣分」，不扣的写0"
        raise FieldRefused(text, "kind")
    levels = [level for part in indicator.parts for level in list_severities(part)]
    if levels and finding.severity is not None and finding.severity not in levels:
        raise FieldRefused(f"该指标的严重程度只能填：{'、'.join(levels)}", "severity")


def list_deciding(pack: Pack, indicator: str | None) -> list[str]:
    """The fields of a finding that its indicator adds up or goes by: while one is empty nobody knows what it costs."""
    found = []
    for part in (part for known in pack.indicators if known.id == indicator for part in known.parts):
        for rows in part.list_rows():
            if rows.of_indicator and pack.dataset(rows.dataset).ledger == "findings":
                found += [name for name in rows.list_needed() if name in FINDING.content]
    return list(dict.fromkeys(found))


def list_severities(part: Part) -> list[str]:
    """The severities that the part's marks know, if it counts findings by their severity."""
    of_findings = part.measure.chosen.way == "found" and part.measure.chosen.counted_by == "severity"
    return list(part.marks.chosen.find_levels() or {}) if of_findings else []


def check_judgement(pack: Pack, judgement: JudgementRow) -> None:
    """Raise FieldRefused unless the indicator allows the level or the marks, which are those that are kept."""
    indicator = _find_indicator(pack, judgement.indicator)
    judged = [
        (position, part.marks.chosen)
        for position, part in enumerate(indicator.parts)
        if part.measure.chosen.judged_in is not None and part.beside.judged is not None
    ]
    if not judged:
        raise FieldRefused(f"指标「{indicator.name}」不由督察员评定", "indicator")
    position, rule = judged[0]
    cohorts = [cohort for cohort, _ in list_full_marks(pack, indicator, judgement.unit)]
    if not cohorts:
        raise FieldRefused(f"指标「{indicator.name}」不考核这个单位", "indicator")
    ends = rule.find_judged_range()
    if ends is None:
        levels = rule.find_levels() or {}
        if judgement.level not in levels or judgement.marks is not None:
            raise FieldRefused(f"请评定等级：{'、'.join(levels)}（不写分数）", "level")
        return
    full = indicator.worth(cohorts[0])[position]
    low, high = (end.of(full) for end in ends)
    given = judgement.marks
    if given is None or judgement.level is not None or not low <= Decimal(given) <= high:
        if pack.takes_off(indicator, indicator.parts[position]):
            lost = f"请写扣 {plain(full - high)} 到 {plain(full - low)} 分（不写等级；扣 1 分就写 1，不扣写 0）"
            raise FieldRefused(lost, "marks")
        if given is not None and Decimal(given) < 0:
            raise FieldRefused(f"「{name_field('judgement', 'marks')}」不能是负数", "marks")
        raise FieldRefused(f"请评 {plain(low)} 到 {plain(high)} 分（不写等级）", "marks")


def _check_evidence(case: PlannedChange) -> None:
    """Evidence that is newly cited must be there, be usable and be about the same unit."""
    for id in _list_cited(case.given):
        evidence = case.find(EvidenceRow, id)
        if evidence is None or not _is_known(case, evidence):
            # A unit must not learn from the refusal what others keep.
            raise _refuse(case, "evidence", f"没有证据「{id}」")
        if evidence.state != "kept":
            raise _refuse(case, "evidence", f"证据 {id} 已排除，不能引用")
        if case.after.get("unit") is not None and evidence.unit != case.after["unit"]:
            raise _refuse(case, "evidence", f"证据 {id} 是另一个单位的，不能引用")


def _is_known(case: PlannedChange, evidence: EvidenceRow) -> bool:
    if not is_contact(case.actor.roles):
        return True
    giver = case.find(UserRow, evidence.created_by)
    units = {evidence.unit, giver.unit if giver is not None else None}
    return units == {case.actor.unit}


def _list_cited(given: object) -> Iterator[str]:
    if isinstance(given, dict):
        for name, value in given.items():
            if name == "evidence" and isinstance(value, list):
                yield from value
            else:
                yield from _list_cited(value)
    elif isinstance(given, list):
        for value in given:
            yield from _list_cited(value)


def _check_dates(case: PlannedChange) -> None:
    after, given, today = case.after, case.given, case.today.isoformat()
    inspection = case.inspection if case.machine.kind in ("finding", "inspection") else None
    if given.get("seen_on"):
        if given["seen_on"] > today:
            raise _refuse(case, "seen_on", f"发现日期 {given['seen_on']} 还没有到")
        if inspection is not None and inspection.begins_on and given["seen_on"] < inspection.begins_on:
            begins = inspection.begins_on
            raise _refuse(case, "seen_on", f"发现日期 {given['seen_on']} 早于督察开始的 {begins}")
    if case.machine.kind == "inspection" and after["ends_on"] and after["ends_on"] < (after["begins_on"] or ""):
        raise _refuse(case, "ends_on", f"结束日期 {after['ends_on']} 早于开始日期 {after['begins_on']}")
    for field in ("more_by", "due_on", "in_force_from"):
        if given.get(field) and given[field] < today:
            title = name_field(case.machine.kind, field)
            raise _refuse(case, field, f"「{title}」{given[field]} 已经过了")
    if given.get("captured_on") and given["captured_on"] > today:
        raise _refuse(case, "captured_on", f"取得日期 {given['captured_on']} 还没有到")
    for field in ("reports", "verification"):
        if given.get(field) and given[field]["on"] > today:
            raise _refuse(
                case, field, f"「{name_field(case.machine.kind, field)}」的日期 {given[field]['on']} 还没有到"
            )
