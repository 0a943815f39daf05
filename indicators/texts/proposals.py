"""A task -> a proposal: measure x target x marks, the table that would be reported for it, and a case.

A proposal is a beginning for people. Whatever the text does not say is a local choice that says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from indicators.entries.amounts import plain
from indicators.texts.clauses import Every
from indicators.texts.figures import StatedFigure
from indicators.texts.obligations import FoundTask
from indicators.texts.written import Value

#: How often a period comes within a year.
TIMES: dict[Every, int] = {"half_year": 2, "quarter": 4, "month": 12, "week": 52, "day": 365}
FULL = "100%"
#: A deadline that runs for longer is none of those that a pack takes.
MOST_DAYS = 3660
_FALLING = re.compile("减少|下降|降低|压减|精简|递减|双降|缩短")
LEVELS: dict[str, Value] = {"做到": FULL, "部分做到": "50%", "没有做到": "0"}

Row = dict[str, str]
Columns = tuple[dict[str, Value], ...]


@dataclass
class Proposal:
    """What is proposed for one task. ``choices`` are sentences on what the text leaves open, by what they support.

    ``rows`` of the case are of a year that ``expect`` full marks.
    """

    measure: Mapping[str, Value]
    marks: Mapping[str, Value]
    target: Mapping[str, Value] | None = None
    datasets: list[dict[str, Value]] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    reported: list[str] = field(default_factory=list)
    reported_before: list[str] = field(default_factory=list)
    checklist: list[str] = field(default_factory=list)
    checked: bool = True
    due_year: int | None = None


def propose(task: FoundTask, name: str, year: int) -> Proposal | None:
    """A proposal for a task; ``name`` begins the names of its tables, ``year`` is the first that is scored.

    None for what is no task of its own: the consequence of a breach.
    """
    if task.kind == "penalty":
        return None
    maker = _MAKERS.get(task.kind, _judge) if all(map(_may_stand, task.figures)) else _judge
    found = maker(task, name, year)
    return found if found is not None else _judge(task, name, year)


def _may_stand(figure: StatedFigure) -> bool:
    """Whether a pack can hold a figure: above 0, not endless, not with more decimals than are kept."""
    return 0 < figure.value < 10**9 and figure.value == round(figure.value, 4)


def _column(name: str, title: str, kind: str, **more: Value) -> dict[str, Value]:
    return {"name": name, "title": title, "type": kind, **more}


def _table(name: str, title: str, columns: Columns, key: list[str], period: Mapping[str, Value]) -> dict[str, Value]:
    unit = _column("unit", "单位", "unit")
    return {"id": name, "title": title[:40], "columns": [unit, *columns], "key": ["unit", *key], "period": period}


_YEAR = _column("year", "年度", "year")


def _title(task: FoundTask) -> str:
    return re.sub(r"\s+", "", task.quote)[:24]


def _weaken(task: FoundTask) -> dict[str, Value]:
    """All or nothing, unless it is but a hope."""
    return {"all_or_nothing": {"otherwise": "50%"} if is_weak(task) else {}}


def is_weak(task: FoundTask) -> bool:
    """Whether the words only hope."""
    return task.strength == "weak"


def _aim(task: FoundTask, figure: StatedFigure, percent: bool) -> tuple[dict[str, Value] | None, dict[str, Value]]:
    """Target and marks for a figure; what the text wants strictly above or below stands in a ladder."""
    amount = plain(figure.value) + ("%" if percent else "")
    otherwise = "50%" if is_weak(task) else "0"
    if figure.comparison == ">":
        return None, {"ladder": {"steps": [{"above": amount, "marks": FULL}, {"at_most": amount, "marks": otherwise}]}}
    if figure.comparison == "<":
        return None, {"ladder": {"steps": [{"below": amount, "marks": FULL}, {"at_least": amount, "marks": otherwise}]}}
    if figure.comparison == "<=":
        return {"at_most": amount}, _weaken(task)
    return {"at_least": amount}, {"proportional": {}}


def _ratio(task: FoundTask, name: str, year: int) -> Proposal | None:
    figure = task.figures[0] if task.figures else StatedFigure(0, 0, Decimal(100), "%")
    if not 0 < figure.value <= 100 or (figure.comparison == ">" and figure.value == 100):
        return None
    target, marks = _aim(task, figure, percent=True)
    whole, done = (
        _column("total", "应做数", "integer", at_least="0"),
        _column("done", "已做数", "integer", at_least="0"),
    )
    columns: Columns = (_YEAR, whole, done)
    denominator: dict[str, Value] = {"dataset": name, "sum": "total"}
    if task.exception:
        columns += (_column("excluded", "依原文剔除数", "integer", at_least="0"),)
        denominator["less"] = "excluded"
    table = _table(name, _title(task), columns, ["year"], {"year": "year"})
    table["checks"] = {"rows": [{"left": "done", "at_most": "total", "say": "已做数不能多于应做数"}]}
    found = Proposal(
        {"ratio": {"numerator": {"dataset": name, "sum": "done"}, "denominator": denominator}}, marks, target, [table]
    )
    found.choices.append(("measure", "草稿：分子、分母是什么，原文没有写明；请写清按什么计数、哪些不计"))
    scale = Decimal(10) ** max(0, -int(figure.value.normalize().as_tuple().exponent))
    enough = figure.value * scale + (1 if figure.comparison == ">" else -1 if figure.comparison == "<" else 0)
    row = {"total": plain(100 * scale), "done": plain(enough)}
    found.rows = {name: [row | ({"excluded": "0"} if task.exception else {})]}
    return found


def _count(task: FoundTask, name: str, year: int) -> Proposal | None:
    figure = task.figures[0] if task.figures else StatedFigure(0, 0, Decimal(1), "次", ">=")
    if figure.value != int(figure.value):
        return None
    times = TIMES.get(task.every, 1) if task.every else 1
    wanted = figure if times == 1 else StatedFigure(0, 0, figure.value * times, figure.unit, figure.comparison)
    target, marks = _aim(task, wanted, percent=False)
    columns = (_column("held_on", "日期", "date"), _column("topic", "内容", "text"))
    table = _table(name, _title(task), columns, ["held_on", "topic"], {"date": "held_on"})
    table["event_date"] = "held_on"
    found = Proposal({"count": {"dataset": name}}, marks, target, [table])
    if times > 1:
        found.choices.append(
            ("measure", f"草稿：原文按期要求，这里按全年合计{plain(wanted.value)}{figure.unit}；要逐期核对请改")
        )
    if task.every is None and task.figures:
        found.choices.append(("target", "草稿：原文没有写多长时间内，这里按一年计"))
    if not task.figures:
        found.choices.append(("target", "草稿：原文没有写次数，这里先按每期一次；请写明本办要求的次数"))
    enough = int(wanted.value) + (1 if figure.comparison == ">" else -1 if figure.comparison == "<" else 0)
    # A case of a thousand rows would say no more.
    found.checked = 0 < enough <= 60
    found.rows = {name: [{"held_on": f"{year}-06-{1 + n % 28:02d}", "topic": f"第{n + 1}次"} for n in range(enough)]}
    return found


def _people(task: FoundTask, name: str, year: int) -> Proposal | None:
    figure = task.figures[0]
    if figure.comparison in ("<", "<=", ">"):
        return None
    counted = figure.unit in ("次", "期", "场", "轮", "批次")
    roster, records = _make_roster(task, name), _make_records(task, name, "" if counted else figure.unit)
    tally: dict[str, Value] = {"dataset": name} if counted else {"dataset": name, "sum": "amount"}
    share: dict[str, Value] = {
        "roster": {"dataset": f"{name}_people"},
        "records": tally,
        "reaching": {"at_least": plain(figure.value)},
    }
    if task.every == "term":
        share["within"] = "term"
    found = Proposal({"share_of_people": share}, {"proportional": {}}, {"at_least": FULL}, [roster, records])
    found.choices.append(("measure", "草稿：名册上应有谁、年中到岗离岗怎样折算，原文没有写明"))
    n = int(figure.value) if counted else 1
    days = [{"person_id": "1", "held_on": f"{year}-05-{1 + day:02d}"} for day in range(n)]
    found.checked = n <= 28 and task.every != "term"
    found.rows = {
        f"{name}_people": [{"person_id": "1"}],
        name: days if counted else [day | {"amount": plain(figure.value)} for day in days],
    }
    return found


def _make_roster(task: FoundTask, name: str) -> dict[str, Value]:
    """Who has to do it, from when to when."""
    columns = (
        _column("person_id", "工号", "text"),
        _column("joined", "到岗日期", "date", required="false"),
        _column("left", "离岗日期", "date", required="false"),
    )
    title = f"名册：{_title(task)}"
    roster = _table(f"{name}_people", title, columns, ["person_id"], {"standing": "true"})
    roster["people"] = {"person": "person_id", "joined": "joined", "left": "left"}
    return roster


def _make_records(task: FoundTask, name: str, unit: str) -> dict[str, Value]:
    """What each did, row by row; with how much of it where it has a unit."""
    columns: Columns = (_column("person_id", "工号", "text"), _column("held_on", "日期", "date"))
    if unit:
        columns = (*columns, _column("amount", unit, "decimal", decimals="2", at_least="0"))
    records = _table(name, _title(task), columns, ["person_id", "held_on"], {"date": "held_on"})
    records["event_date"] = "held_on"
    return records


def _total(task: FoundTask, name: str, year: int) -> Proposal | None:
    if not task.figures:
        return None
    figure = task.figures[0]
    target, marks = _aim(task, figure, percent=False)
    columns = (_YEAR, _column("amount", f"本年完成数（{figure.unit}）", "decimal", decimals="2", at_least="0"))
    table = _table(name, _title(task), columns, ["year"], {"year": "year"})
    found = Proposal({"sum": {"dataset": name, "column": "amount", "over": "to_date"}}, marks, target, [table])
    found.choices.append(("scope", "草稿：总数归谁完成、怎样分到各单位，原文没有写明"))
    more = {">": 1, "<": -1}.get(figure.comparison, 0)
    found.rows = {name: [{"amount": plain(figure.value + more)}]}
    found.reported_before = []
    return found


def _threshold(task: FoundTask, name: str, year: int) -> Proposal | None:
    figure = task.figures[0]
    target, marks = _aim(task, figure, percent=False)
    columns = (
        _YEAR,
        _column("measured_on", "测得日期", "date"),
        _column("amount", f"数值（{figure.unit}）", "decimal", decimals="2"),
    )
    table = _table(name, _title(task), columns, ["year", "measured_on"], {"year": "year"})
    found = Proposal({"latest": {"dataset": name, "column": "amount", "order": "measured_on"}}, marks, target, [table])
    found.choices.append(("measure", "草稿：在哪里测、按哪一次算，原文没有写明；这里取最近一次"))
    if len(task.figures) > 1:
        figures = "、".join(each.text for each in task.figures)
        found.choices.append(("target", f"草稿：原文有几个数（{figures}），这里只用第一个；请拆成几部分"))
    more = {">": 1, "<": -1}.get(figure.comparison, 0)
    found.rows = {name: [{"measured_on": f"{year}-06-30", "amount": plain(figure.value + more)}]}
    found.checked = figure.value.normalize().as_tuple().exponent >= -2  # type: ignore[operator]
    return found


def _by_day(task: FoundTask, name: str, year: int) -> Proposal | None:
    due = task.deadline
    if due is None or (due.kind == "recurring" and due.every != "year"):
        return _each_time(task, name, year)
    columns: Columns = (_YEAR, _column("done_on", "完成日期", "date", required="false"))
    table = _table(name, _title(task), columns, ["year"], {"year": "year"})
    by: dict[str, Value] = {"day_itself": "in_time"}
    found = Proposal(
        {"date": {"dataset": name, "column": "done_on"}}, {"late": {"per_day": "10%"}}, {"by": by}, [table]
    )
    found.choices.append(("deadline", "草稿：期限当日算按时；原文没有写含不含当日"))
    day = date(year, 12, 31)
    if due.on is not None:
        by["on"], day, found.due_year = due.on.isoformat(), due.on, due.on.year
        if not due.exact:
            found.choices.append(("deadline", f"草稿：原文没有写到日，按{due.on.isoformat()}算"))
    elif due.kind == "external" or due.month is None:
        by["every"] = "12-31"
        found.choices.append(("deadline", "草稿：原文没有写日期，日期在别的文件里；请查明后改成那里写的日期"))
    else:
        by["every"] = due.month_day
        if due.years_later:
            by["years_later"] = "1"
        if due.kind == "fixed":
            found.choices.append(("deadline", "草稿：原文没有写年份，这里写成每年；只有一年的请改成 on"))
        day = date(year + due.years_later, due.month, 1)
    found.rows = {name: [{"done_on": day.isoformat()}]}
    return found


def _each_time(task: FoundTask, name: str, year: int) -> Proposal | None:
    """Days after an event, for each time that it comes."""
    due = task.deadline
    if due is None or due.ahead:
        return None
    by: dict[str, Value] = {"after": "started_on", "day_itself": "in_time"}
    choice, event = "", due.event or "起算事件"
    if due.kind == "recurring" and due.day is not None and due.month is None:
        by["days"], event = str(due.day), "上一期最后一日"
        choice = f"草稿：每期{due.day}日前，写成上一期最后一日之后{due.day}日内"
    elif due.kind == "relative" and due.count is not None:
        days = {"working_days": 1, "days": 1, "weeks": 7, "months": 30, "years": 365}.get(due.span or "")
        if due.span == "hours" and due.count:
            by["days"], choice = str(-(-due.count // 24)), f"草稿：原文是{due.count}小时，台账只记到日"
        elif days is None:
            return None
        else:
            by["working_days" if due.span == "working_days" else "days"] = str(due.count * days)
            choice = f"草稿：一个月按30日、一年按365日算，共{due.count * days}日" if days > 7 else ""
    if not 0 < int(str(by.get("days") or by.get("working_days") or 0)) <= MOST_DAYS:
        return None
    columns = (
        _YEAR,
        _column("number", "编号", "text"),
        _column("started_on", f"起算日期（{event[:20]}）", "date"),
        _column("done_on", "办结日期", "date", required="false"),
    )
    table = _table(name, _title(task), columns, ["year", "number"], {"year": "year"})
    measure: dict[str, Value] = {"date": {"dataset": name, "column": "done_on", "pick": "each"}}
    found = Proposal(measure, {"proportional": {}}, {"by": by}, [table])
    found.choices += [("deadline", choice)] if choice else []
    found.rows = {name: [{"number": "1", "started_on": f"{year}-06-03", "done_on": f"{year}-06-03"}]}
    return found


def _trend(task: FoundTask, name: str, year: int) -> Proposal | None:
    falling = bool(_FALLING.search(task.quote))
    figure = task.figures[0] if task.figures else None
    rate = figure is not None and figure.unit == "%"
    columns = (_YEAR, _column("amount", "本年数", "decimal", decimals="2", at_least="0"))
    table = _table(name, _title(task), columns, ["year"], {"year": "year"})
    change: dict[str, Value] = {"sum": {"dataset": name, "sum": "amount"}, "from_zero": "pending"}
    aim: dict[str, Value] = {"at_least": f"{plain(figure.value)}%"} if figure is not None and rate else {}
    if rate:
        change["by"] = "rate"
    found = Proposal({"change": change}, _weaken(task), {"falling" if falling else "rising": aim}, [table])
    found.choices.append(("measure", "草稿：与上一年比；原文没有写与哪一年比、比数量还是比率"))
    if figure is not None and not rate:
        found.choices.append(("target", f"草稿：原文写了{figure.text}，要按比率之差计量，请改成 change 的 ratio"))
    # The numbers double or vanish: whatever the rate asks for is reached.
    found.rows = {name: [{"amount": "0" if falling else "1000"}, {"amount": "10", "year": str(year - 1)}]}
    found.checked = not rate or figure is None or figure.value <= 100
    return found


def _forbid(task: FoundTask, name: str, year: int) -> Proposal | None:
    found = Proposal({"findings": {"dataset": "findings"}}, {"per_occurrence": {"each": ["50%"]}}, {"none": {}})
    found.choices.append(("measure", "草稿：由督察组查实，每件扣一半；原文没有写怎样查、扣多少"))
    found.reported = ["findings"]
    return found


def _judge(task: FoundTask, name: str, year: int) -> Proposal:
    found = Proposal({"judgement": {"dataset": "judgements"}}, {"judged": {"levels": LEVELS}})
    found.checklist = [f"查看材料，核对是否做到「{task.quote}」"]
    found.choices.append(("measure", "草稿：机器判断不了，由督察员评定；请写清看什么材料、什么算做到"))
    found.rows = {"judgements": [{"inspector": "1", "level": "做到", "reason": "已核对"}]}
    return found


_MAKERS: dict[str, Callable[[FoundTask, str, int], Proposal | None]] = {
    "ratio": _ratio,
    "coverage": _ratio,
    "count": _count,
    "annual_frequency": _count,
    "periodic_unquantified": _count,
    "per_person_minimum": _people,
    "citywide_count": _total,
    "threshold": _threshold,
    "fixed_deadline": _by_day,
    "annual_deadline": _by_day,
    "relative_deadline": _each_time,
    "trend": _trend,
    "prohibition": _forbid,
}
