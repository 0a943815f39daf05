"""A sentence of a marking sheet -> a part of an indicator that says the same, with the tables that it asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from indicators.entries.amounts import plain
from indicators.measures.rounds import MONTHS
from indicators.texts.clauses import Every
from indicators.texts.criterion import Criterion
from indicators.texts.draft import SHARED
from indicators.texts.written import Value, write_yaml

_FINDINGS: dict[str, Value] = {"findings": {"dataset": "findings"}}
_JUDGED: dict[str, Value] = {"judgement": {"dataset": "judgements"}}
_DONE: dict[str, Value] = {"judged": {"levels": {"做到": "100%", "没有做到": "0"}}}

_PERIODS: dict[Every, str] = {"half_year": "半年", "quarter": "季度", "month": "月"}

Part = dict[str, Value]


class DraftTables:
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


def flatten(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def shorten(text: str) -> str:
    return flatten(text)[:40]


@dataclass(frozen=True)
class RuledPart:
    """A part as it stands in the pack, the dataset that it reads, and in Chinese what its sentence was read as.

    ``ruled``: made of the words of its criterion; otherwise an inspector decides, who has them before him.
    """

    entry: Part
    dataset: str
    remark: str
    ruled: bool = True

    def add(self, more: Part) -> RuledPart:
        """The same with keys before its own."""
        return replace(self, entry={**more, **self.entry})


def judge(tables: DraftTables, why: str) -> RuledPart:
    """A part that an inspector decides."""
    tables.shared.add("judgements")
    entry: Part = {"measure": _JUDGED, "marks": {"judged": {"range": {}}}}
    return RuledPart(entry, "judgements", f"{why}：由督察员评定", ruled=False)


def make_part(criterion: Criterion, full: Decimal, tables: DraftTables) -> RuledPart:
    """A part for a criterion of so many marks."""
    if not criterion.certain:
        return judge(tables, f"没有把握（{criterion.doubt}）")
    amounts = [criterion.each, criterion.cap, *(step.marks for step in criterion.steps)]
    if any(amount is not None and amount > full for amount in amounts):
        return judge(tables, "扣的分比本项还多")
    made = _MAKERS.get(criterion.form)
    part = made(criterion, full, tables) if made else None
    if part is None:
        return judge(tables, "没有对应的规则")
    return RuledPart(part, _find_dataset(part), _describe(criterion))


def make_pot_part(criterion: Criterion, full: Decimal, tables: DraftTables) -> RuledPart:
    """The same for a criterion that takes from an amount which it shares with others."""
    part = make_part(replace(criterion, cap=None), full, tables)
    if criterion.form == "zero_if":
        return part.add({"voids": "true"})
    return part.add({"takes": plain(criterion.cap) if criterion.cap is not None else "100%"})


def _find_dataset(value: Value) -> str:
    """The first that is named within; a ratio names one twice."""
    if not isinstance(value, dict):
        return ""
    named = value.get("dataset")
    if isinstance(named, str):
        return named
    return next((found for each in value.values() if (found := _find_dataset(each))), "")


def shares_pot(criteria: Sequence[Criterion], full: Decimal) -> bool:
    """Whether all of these take from the whole item, and an inspector's finding can mean one of them only.

    A bound of all together (本项最多扣10分) below the full marks is left to people.
    """
    bounded = any(each.cap not in (None, full) and "本项" in each.text for each in criteria)
    taking = all(each.certain and each.form in _TAKING and each.worth is None for each in criteria)
    return taking and not bounded and not find_mixed(criteria)


MIXED = "几条都按查实的问题扣分，一个问题属于哪一条看不出"


def find_mixed(criteria: Sequence[Criterion]) -> list[Criterion]:
    """Those that count an item's findings where others do as well: a finding does not say which of them it is about."""
    found = [each for each in criteria if each.certain and each.form in _FOUND]
    return found if len(found) > 1 else []


def reads_same(criteria: Sequence[Criterion]) -> bool:
    """Whether several would be judged, or count findings, of which an indicator has but one judgement, one list."""
    tables = DraftTables()
    read = [make_part(each, each.worth or Decimal(0), tables).dataset for each in criteria]
    return read.count("judgements") > 1 or len(find_mixed(criteria)) > 1


def _describe(criterion: Criterion) -> str:
    said = _READ[criterion.form]
    if criterion.every is not None:
        said = f"读作：每少一个{_PERIODS[criterion.every]}扣分"
    if criterion.step != 1:
        said = f"读作：每低{plain(criterion.step)}个百分点扣分，不足的按比例"
    wanted = criterion.wanted
    return f"{said}；目标{wanted.text}取自同一行的考核内容" if criterion.beside and wanted is not None else said


def _per_occurrence(criterion: Criterion, full: Decimal, tables: DraftTables) -> Part | None:
    if not criterion.each:
        return None
    tables.shared.add("findings")
    rule: dict[str, Value] = {"each": [plain(criterion.each)]}
    if criterion.cap is not None:
        rule["cap"] = plain(criterion.cap)
    return {"measure": _FINDINGS, "target": {"none": {}}, "marks": {"per_occurrence": rule}}


def _zero(criterion: Criterion, full: Decimal, tables: DraftTables) -> Part:
    tables.shared.add("findings")
    return {"measure": _FINDINGS, "target": {"none": {}}, "marks": {"all_or_nothing": {}}}


def _done(criterion: Criterion, full: Decimal, tables: DraftTables) -> Part:
    tables.shared.add("judgements")
    return {"measure": _JUDGED, "marks": _DONE}


def _range(criterion: Criterion, full: Decimal, tables: DraftTables) -> Part | None:
    if criterion.each is None or criterion.low is None:
        return None
    tables.shared.add("judgements")
    return {"measure": _JUDGED, "marks": {"judged": {"range": {"low": plain(full - criterion.each)}}}}


def _missing(criterion: Criterion, full: Decimal, tables: DraftTables) -> Part | None:
    wanted = criterion.wanted
    if wanted is None or wanted.comparison != ">=" or wanted.unit == "%" or not criterion.each:
        return None
    rule: dict[str, Value] = {"each": plain(criterion.each), "partial": "up"}
    if criterion.cap is not None:
        rule["cap"] = plain(criterion.cap)
    if criterion.every in MONTHS:
        # Each period must have one: so many of the year's periods are wanted.
        rounds: dict[str, Value] = {"dataset": _add_events(criterion, tables), "date": "held_on"}
        measure: Part = {"rounds": {**rounds, "each": criterion.every, "pick": "reached", "reaching": "1"}}
        aim = str(12 // MONTHS[criterion.every])
    else:
        measure, aim = _count(criterion, tables), plain(wanted.value)
    return {"measure": measure, "target": {"at_least": aim}, "marks": {"per_shortfall": rule}}


def _count(criterion: Criterion, tables: DraftTables) -> Part:
    return {"count": {"dataset": _add_events(criterion, tables)}}


def _add_events(criterion: Criterion, tables: DraftTables) -> str:
    columns: list[Value] = [
        {"name": "held_on", "title": "日期", "type": "date"},
        {"name": "topic", "title": "内容", "type": "text"},
    ]
    more: dict[str, Value] = {
        "key": ["unit", "held_on", "topic"],
        "period": {"date": "held_on"},
        "event_date": "held_on",
    }
    return tables.add(flatten(criterion.about or criterion.text), columns, **more)


def _ratio(criterion: Criterion, tables: DraftTables) -> Part:
    columns: list[Value] = [
        {"name": "year", "title": "年度", "type": "year"},
        {"name": "total", "title": "应做数", "type": "integer", "at_least": "0"},
        {"name": "done", "title": "已做数", "type": "integer", "at_least": "0"},
    ]
    check: Value = {"rows": [{"left": "done", "at_most": "total", "say": "已做数不能多于应做数"}]}
    more: dict[str, Value] = {"key": ["unit", "year"], "period": {"year": "year"}, "checks": check}
    name = tables.add(flatten(criterion.about or criterion.text), columns, **more)
    done: Value = {"dataset": name, "sum": "done"}
    return {"ratio": {"numerator": done, "denominator": {"dataset": name, "sum": "total"}}}


def _by_point(criterion: Criterion, full: Decimal, tables: DraftTables) -> Part | None:
    wanted = criterion.wanted
    if wanted is None or wanted.unit != "%" or wanted.comparison != ">=" or not criterion.each:
        return None
    rule: dict[str, Value] = {"each": plain(criterion.each), "per": f"{plain(criterion.step)}%", "partial": "exact"}
    target: Part = {"at_least": f"{plain(wanted.value)}%"}
    return {"measure": _ratio(criterion, tables), "target": target, "marks": {"per_shortfall": rule}}


def _by_steps(criterion: Criterion, full: Decimal, tables: DraftTables) -> Part | None:
    steps: list[Value] = []
    for step in criterion.steps:
        ends: dict[str, Value] = {}
        if step.low is not None:
            ends["at_least" if step.low_in else "above"] = f"{plain(step.low)}%"
        if step.high is not None:
            ends["at_most" if step.high_in else "below"] = f"{plain(step.high)}%"
        steps.append({**ends, "marks": "100%" if step.marks is None else plain(step.marks)})
    top = criterion.steps[0]
    if top.low is None or not top.low_in:
        return None
    aim: Part = {"at_least": f"{plain(top.low)}%"}
    return {"measure": _ratio(criterion, tables), "target": aim, "marks": {"ladder": {"steps": steps}}}


def _late_daily(criterion: Criterion, full: Decimal, tables: DraftTables) -> Part | None:
    due = criterion.deadline
    if due is None or not criterion.each:
        return None
    columns: list[Value] = [
        {"name": "year", "title": "年度", "type": "year"},
        {"name": "done_on", "title": "完成日期", "type": "date", "required": "false"},
    ]
    name = tables.add(
        flatten(criterion.beside or criterion.text), columns, key=["unit", "year"], period={"year": "year"}
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


def _aim(marks: Value) -> Callable[[Criterion, Decimal, DraftTables], Part | None]:
    def make(criterion: Criterion, full: Decimal, tables: DraftTables) -> Part | None:
        wanted = criterion.wanted
        if wanted is None or wanted.comparison != ">=" or criterion.deadline is not None:
            return None
        percent = wanted.unit == "%"
        measure = _ratio(criterion, tables) if percent else _count(criterion, tables)
        return {
            "measure": measure,
            "target": {"at_least": plain(wanted.value) + ("%" if percent else "")},
            "marks": marks,
        }

    return make


_MAKERS: dict[str, Callable[[Criterion, Decimal, DraftTables], Part | None]] = {
    "per_incident": _per_occurrence,
    "deduct_if": _per_occurrence,
    "per_missing": _missing,
    "per_point": _by_point,
    "late_daily": _late_daily,
    "zero_if": _zero,
    "done": _done,
    "range": _range,
    "steps": _by_steps,
    "threshold": _aim({"all_or_nothing": {}}),
    "proportional": _aim({"proportional": {}}),
}
#: What takes marks one by one, or all of them, from what there is.
_TAKING = frozenset({"per_incident", "deduct_if", "per_missing", "per_point", "late_daily", "zero_if"})
#: What counts the findings about an item.
_FOUND = frozenset({"per_incident", "deduct_if", "zero_if"})
_READ = {
    "per_incident": "读作：每查实一件扣分",
    "deduct_if": "读作：查实一件扣分",
    "per_missing": "读作：每少一次扣分",
    "per_point": "读作：每低一个百分点扣分，不足一个百分点的按比例",
    "late_daily": "读作：每逾期一日扣分，期限当日算按时",
    "zero_if": "读作：查实一件即不得分",
    "done": "读作：做到得满分，没有做到不得分",
    "range": "读作：督察员在区间内扣分",
    "steps": "读作：按完成率分档",
    "threshold": "读作：达到得满分，达不到不得分",
    "proportional": "读作：按完成比例得分",
}
