"""Values of a number that each row takes by its own date: what it is worth, or where the border of a condition lies.

A target is one number that the whole year is held against; which value of it would be an event's is no question that
has an answer. So only what is asked of one row at a time can go by the row's date; everything else is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from indicators.measures.dated_levels import DatedLevels
from indicators.pack.dated import (
    HeldValue,
    NoSuchNumber,
    NumberChange,
    Numbered,
    NumberPlace,
    Unchangeable,
    Valid,
    find_place,
    group_changes,
)

#: The comparison that holds where another does not.
_OPPOSITE = {"at_least": "below", "above": "at_most", "at_most": "above", "below": "at_least"}
_WAYS = {"per_occurrence": "takes", "award": "adds"}


def split_changes(body: object, changes: Iterable[NumberChange]) -> list[Valid]:
    """Put into ``body``, an indicator in plain values, what goes by the date of each row; says what was put.

    Amounts become levels with their spans, borders of conditions one excluded group a span. Raises Unchangeable.
    """
    return [_split(body, own) for own in group_changes(changes) if own[0].change.within_year == "by_date"]


def join_levels(found: Iterable[Valid]) -> dict[int, DatedLevels]:
    """By the index of the part the days that divide the levels of its rows."""
    days: dict[int, dict[str, tuple[str, ...]]] = {}
    dates: dict[int, str] = {}
    for valid in found:
        if valid.level is not None and valid.part is not None and valid.date is not None:
            days.setdefault(valid.part - 1, {})[valid.level] = tuple(span.first for span in valid.spans[1:])
            dates[valid.part - 1] = valid.date
    return {index: DatedLevels(dates[index], own) for index, own in days.items()}


def _split(body: object, own: list[Numbered]) -> Valid:
    change, at = own[0].change, own[0].at
    if len({each.change.day_column for each in own}) > 1:
        raise Unchangeable(own[-1].at, f"「{change.title}」的各次变动写了不同的 date；一个数只按一列日期适用")
    try:
        place = find_place(body, change.part, change.number)
    except NoSuchNumber as error:
        raise Unchangeable(at, str(error)) from None
    spans = _list_spans(str(place.value), [each.change for each in own])
    part = place.keys[:2]
    told = {
        "title": change.title,
        "part": change.part,
        "value": spans[-1].value,
        "spans": spans,
        "date": change.day_column,
    }
    if part[:1] == ("parts",) and "where" in place.keys:
        _split_border(body, own[0], place, spans)
        return Valid.model_validate(told)
    if part[:1] == ("parts",) and place.keys[2:4] in (("marks", "per_occurrence"), ("marks", "award")):
        return Valid.model_validate({**told, "level": _split_amount(body, own[0], place, spans)})
    raise Unchangeable(at, _tell_other(change))


def _tell_other(change: NumberChange) -> str:
    return (
        f"「{change.title}」（{change.number}）是对一整年的数，不能按每条记录的日期适用（by_date）；能这样写的只有每件扣多少、"
        "每项得多少（per_occurrence 和 award 的 each、levels）和条件（where）里的界限。"
        "请写 within_year: pro_rata 或 next_year，或拆成两个部分"
    )


def _tell_apart(change: NumberChange, way: str) -> str:
    before, after = (f'{{{change.day_column}: {{{key}: "{change.since}"}}}}' for key in ("below", "at_least"))
    return f"请写成共用一个分数（combine: {{pot: …}}）的两个部分，各写 {way}，where 里分别写 {before} 和 {after}"


def _list_spans(first: str, changes: list[NumberChange]) -> tuple[HeldValue, ...]:
    """What holds before, between and after the days; the first and the last span have no end of their own."""
    starts = [date.min, *(change.first_day for change in changes)]
    ends = [*(day - timedelta(days=1) for day in starts[1:]), date.max]
    values = [first, *(change.value for change in changes)]
    return tuple(
        HeldValue(value=value, first=str(begin), last=str(end), change=change)
        for value, begin, end, change in zip(values, starts, ends, [None, *changes], strict=True)
    )


def _split_amount(body: object, numbered: Numbered, place: NumberPlace, spans: tuple[HeldValue, ...]) -> str:
    """Let each span be a level with its own amount; returns the level that was divided."""
    change, at = numbered.change, numbered.at
    rule_name, key = place.keys[3:5]
    part = _walk(body, place.keys[:2])
    rule = _mapping(_walk(part, ("marks", rule_name)))
    ((kind, chosen),) = _mapping(_walk(part, ("measure",))).items()
    measure = _mapping(chosen)
    way = _WAYS[rule_name]
    if kind not in ("count", "findings") or measure.get("distinct") or measure.get("sum"):
        why = "把各条合成一个数" if kind in ("count", "findings", "sum") else "不是一条一条数的"
        raise Unchangeable(at, f"「{change.title}」的计量{why}，分不出每条记录的日期；{_tell_apart(change, way)}")
    if key not in ("each", "levels"):
        raise Unchangeable(at, _tell_other(change))
    each = rule.get("each")
    several = key == "each" and isinstance(each, list) and len(each) > 1
    if several or str(rule.get("free", "0")) != "0" or str(rule.get("beyond_target", "false")) == "true":
        text = f"「{change.title}」按第几次（第几项）不同，不能又按每条记录的日期不同；{_tell_apart(change, way)}"
        raise Unchangeable(at, text)
    level = place.keys[5] if key == "levels" else ""
    days = {level: tuple(span.first for span in spans[1:])}
    names = DatedLevels(str(change.day_column), days).list_names(level)
    amounts = dict(zip(names, (span.value for span in spans), strict=True))
    held = rule.pop(key)
    rule.update(levels=amounts if key == "each" else _replace(_mapping(held), level, amounts))
    return level


def _replace(levels: Mapping[str, object], level: str, amounts: Mapping[str, object]) -> dict[str, object]:
    """The levels in their order, one of them by what it was divided into."""
    return {
        name: worth
        for own, marks in levels.items()
        for name, worth in (amounts.items() if own == level else ((own, marks),))
    }


def _split_border(body: object, numbered: Numbered, place: NumberPlace, spans: tuple[HeldValue, ...]) -> None:
    """Leave out, for each span, the rows of its days beyond its border."""
    change, at = numbered.change, numbered.at
    start = place.keys.index("where")
    column, bound, *rest = place.keys[start + 1 :]
    where = _mapping(_walk(body, place.keys[: start + 1]))
    if bound not in _OPPOSITE or rest not in ([], ["days"], ["months"]) or column == change.day_column:
        text = f"「{change.title}」（{change.number}）不是条件里的界限（at_least、at_most、above、below）"
        raise Unchangeable(at, f"{text}；请写成两组条件")
    condition = _mapping(where[column])
    held = condition.pop(bound)
    if not condition:
        del where[column]
    groups = []
    for span in spans:
        border = {**_mapping(held), rest[0]: span.value} if rest else span.value
        days = {} if span.first == str(date.min) else {"at_least": span.first}
        days |= {} if span.last == str(date.max) else {"below": str(date.fromisoformat(span.last) + timedelta(days=1))}
        groups.append({change.day_column: days, column: {_OPPOSITE[bound]: border}})
    before = _mapping(where.get("not", {})).get("excluded", [])
    assert isinstance(before, list)
    where.update({"not": {"excluded": [*before, *groups]}})


def _walk(value: object, keys: Iterable[str]) -> object:
    for key in keys:
        value = value[int(key) - 1] if isinstance(value, list) else _mapping(value)[key]
    return value


def _mapping(value: object) -> dict[str, object]:
    assert isinstance(value, dict)
    return value
