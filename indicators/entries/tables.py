"""The tables that units report (台账): columns, keys, periods and the checks on their rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, model_validator

from indicators.entries.amounts import Flag, Integer, Name, Number, Text


class Entry(BaseModel):
    """An entry of a pack file: no key beyond the declared ones, never changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def model_copy(self, *, update: Mapping[str, object] | None = None, deep: bool = False) -> Self:
        """A copy with some fields changed; what was worked out from fields and kept does not travel with it."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


ColumnType = Literal["text", "integer", "decimal", "date", "year", "choice", "flag", "unit", "indicator"]


NUMERIC: tuple[ColumnType, ...] = ("integer", "decimal")
WORDS: tuple[ColumnType, ...] = ("text", "choice")
ORDERED: tuple[ColumnType, ...] = ("integer", "decimal", "date", "year")
ANY: tuple[ColumnType, ...] = get_args(ColumnType)

#: Types whose values can be compared with each other.
_COMPARABLE: tuple[set[ColumnType], ...] = ({"integer", "decimal"}, {"date"}, {"year"})


class Column(Entry):
    """A column of a dataset.

    ``date`` columns hold a whole day; with ``month_allowed`` a month alone (2024-03) is taken too
    and kept as the span of its days, so that a rule never pretends to know the day.
    ``zero_words`` are words (未收到, 无) that a report uses for 0. ``empty_words`` are words (/, 不适用) that leave
    the cell empty; None stands for the usual ones, see docs/pack-format.md. What ``carries_over`` is likely the same
    next year (a township's name), so that a form comes with last year's value filled in.
    """

    name: Name
    title: Text
    type: ColumnType
    required: Flag = True
    decimals: Integer = 2
    at_least: Number | None = None
    at_most: Number | None = None
    choices: tuple[Text, ...] = ()
    aliases: tuple[Text, ...] = ()
    zero_words: tuple[Text, ...] = ()
    empty_words: tuple[Text, ...] | None = None
    month_allowed: Flag = False
    carries_over: Flag = False
    unit_of_measure: Text | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _agree(self) -> Column:
        if (self.type == "choice") != bool(self.choices):
            raise ValueError(f"列 {self.name}：type 为 choice 时请写 choices，其他类型请删去 choices")
        if self.type not in ("integer", "decimal") and (self.at_least is not None or self.at_most is not None):
            raise ValueError(f"列 {self.name}：只有 integer 和 decimal 列可以写 at_least/at_most，请删去或改类型")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"列 {self.name}：at_least 大于 at_most，没有数填得进去，请调换")
        if self.zero_words and self.type not in ("integer", "decimal"):
            raise ValueError(f"列 {self.name}：只有 integer 和 decimal 列可以写 zero_words，请删去或改类型")
        if self.empty_words and self.required:
            raise ValueError(f"列 {self.name}：empty_words 使单元格为空，这一列却必填；请写 required: false，或删去")
        if doubled := sorted(set(self.empty_words or ()) & set(self.zero_words)):
            words = "、".join(doubled)
            raise ValueError(f"列 {self.name}：{words} 不能既当零又当空，请从 zero_words 或 empty_words 删去")
        if self.name == "not":
            raise ValueError("列不能叫 not：条件里的 not 表示除去；请换个列名")
        if self.month_allowed and self.type != "date":
            raise ValueError(f"列 {self.name}：只有 date 列可以写 month_allowed，请删去或改类型")
        if not 0 <= self.decimals <= 6:
            raise ValueError(f"列 {self.name}：decimals（几位小数）请写 0 到 6 之间的整数")
        return self


def can_compare(one: Column, other: Column) -> bool:
    """Whether the values of two columns can be compared with each other, or be the same."""
    types = {one.type, other.type}
    return len(types) == 1 or types <= {"text", "choice"} or any(types <= family for family in _COMPARABLE)


class Period(Entry):
    """What part of time a row reports: a ``year`` column, the year of a ``date`` column, or ``standing``.

    A standing table (a roster, a register of milestones) always shows the newest state.
    """

    year: Name | None = None
    date: Name | None = None
    standing: Flag = False

    @model_validator(mode="after")
    def _one(self) -> Period:
        if sum([self.year is not None, self.date is not None, self.standing]) != 1:
            raise ValueError("period 请只写一项：{year: 列} 或 {date: 列} 或 {standing: true}")
        return self


class People(Entry):
    """Which columns make a table a roster: the person, and from when to when in post (empty = still).

    A person's number is unique within its unit only: ``indicators.entries.persons`` says who is the same in two units.
    """

    person: Name
    name: Name | None = None
    joined: Name | None = None
    left: Name | None = None
    office_wide: Flag = False


class RowCheck(Entry):
    """A condition on every row: the ``left`` column is at most / not after the ``right`` one."""

    left: Name
    at_most: Name
    say: Text | None = None


class SumCheck(Entry):
    """Within one file, the sum of ``column`` over rows equal in ``per`` is at most a number (25 小时的一天)."""

    column: Name
    per: tuple[Name, ...]
    at_most: Number
    say: Text | None = None


class Checks(Entry):
    """What an accepted file must fulfil beyond its cells.

    ``judgements``: an inspector's level or marks must be one that the indicator allows, with evidence where the
    marks are not full. Without it a level or marks that the indicator does not know are found when scoring.
    """

    rows: tuple[RowCheck, ...] = ()
    sums: tuple[SumCheck, ...] = ()
    judgements: Flag = False


LedgerKind = Literal["findings", "judgements", "exemptions"]

#: The columns that the ledger fills, with their types; the first ones must be there.
LEDGER_COLUMNS: dict[LedgerKind, tuple[dict[str, ColumnType], dict[str, ColumnType]]] = {
    "findings": (
        {"unit": "unit", "year": "year", "number": "text", "indicator": "indicator", "state": "text"},
        {
            "severity": "text",
            "proposed_marks": "decimal",
            "found_on": "date",
            "found_before": "date",
            "relapsed": "flag",
            "statement": "text",
            "kind": "text",
            "method": "text",
            "place": "text",
            "evidence": "text",
        },
    ),
    "judgements": (
        {"unit": "unit", "year": "year", "indicator": "indicator", "inspector": "text", "reason": "text"},
        {"level": "text", "marks": "decimal", "evidence": "text", "number": "text"},
    ),
    "exemptions": (
        {"unit": "unit", "year": "year", "indicator": "indicator", "reason": "text", "approver": "text"},
        {"expires_on": "date", "number": "text"},
    ),
}


class Dataset(Entry):
    """A table that units report.

    ``covers`` states what an accepted file says about units that do not occur in it:
    ``rows`` - only units that occur (or are named at import) have reported;
    ``all_units`` - a register: one office reports for everybody, and once it has declared the register complete up
    to a day a unit without a row has a true zero.
    ``since`` is the first year of it that a measure up to a year reads; the pack's first year where it is left out.
    ``one_row_per`` names a choice column of a table of statistics: each of its values has a row of its own,
    so a value without a row has not been reported, and is no zero.
    ``ledger`` names what of the ledger is read as rows of this table, beside the files that are imported.
    """

    id: Name
    title: Text
    unit: Name = "unit"
    columns: tuple[Column, ...]
    key: tuple[Name, ...]
    period: Period
    covers: Literal["rows", "all_units"] = "rows"
    people: People | None = None
    event_date: Name | None = None
    one_row_per: Name | None = None
    since: Integer | None = None
    reported_by: Text | None = None
    ledger: LedgerKind | None = None
    checks: Checks = Checks()
    note: Text | None = None

    @property
    def is_register(self) -> bool:
        """Whether one office reports it for everybody, and must declare it complete."""
        return self.covers == "all_units"

    @property
    def identity(self) -> set[str | None]:
        """The columns without which there is no row, and which tell it apart: unit, period and key."""
        return {self.unit, self.period.year, self.period.date, *self.key}

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        # Names are unique, but the first one counts until that is checked.
        return {column.name: column for column in reversed(self.columns)}

    @model_validator(mode="after")
    def _agree(self) -> Dataset:
        problems = [*self._find_doubled(), *self._find_misfits(), *self._find_gaps(), *self._find_unfed()]
        if problems:
            raise ValueError(f"台账 {self.id}：{'；'.join(dict.fromkeys(problems))}")
        return self

    def _find_doubled(self) -> Iterator[str]:
        names = [column.name for column in self.columns]
        if doubled := sorted({name for name in names if names.count(name) > 1}):
            yield f"列 {'、'.join(doubled)} 写了两次，请删去一处"
            return
        words = [word for column in self.columns for word in {column.name, column.title, *column.aliases}]
        if doubled := sorted({word for word in words if words.count(word) > 1}):
            yield f"列名或别名 {'、'.join(doubled)} 指向两列，导入时分不清，请改其中一个"

    def _find_misfits(self) -> Iterator[str]:
        for where, name, types in self._list_uses():
            column = self.column(name)
            if column is None:
                known = "、".join(column.name for column in self.columns)
                yield f"{where} 指的列 {name} 不存在，请改为已有的列：{known}"
            elif types and column.type not in types:
                yield f"{where} 指的列 {name} 是 {column.type} 类型，请改用 {'/'.join(types)} 类型的列"
        for row in self.checks.rows:
            pair = [column.type for name in (row.left, row.at_most) if (column := self.column(name)) is not None]
            if len(pair) == 2 and not any(set(pair) <= family for family in _COMPARABLE):
                yield f"checks.rows 不能比较列 {row.left} 与 {row.at_most}，请选同为数、日期或年度的两列"

    def _list_uses(self) -> Iterator[tuple[str, str, tuple[ColumnType, ...]]]:
        """Where a column is named, its name, and the types that fit (none: any)."""
        people = self.people
        named: tuple[tuple[str, str | None, tuple[ColumnType, ...]], ...] = (
            ("unit", self.unit, ("unit",)),
            ("period.year", self.period.year, ("year",)),
            ("period.date", self.period.date, ("date",)),
            ("event_date", self.event_date, ("date",)),
            ("one_row_per", self.one_row_per, ("choice",)),
            ("people.person", people.person if people else None, ("text",)),
            ("people.name", people.name if people else None, ("text",)),
            ("people.joined", people.joined if people else None, ("date",)),
            ("people.left", people.left if people else None, ("date",)),
        )
        yield from ((where, name, types) for where, name, types in named if name is not None)
        yield from (("key", name, ()) for name in self.key)
        for row in self.checks.rows:
            yield from (("checks.rows", name, ()) for name in (row.left, row.at_most))
        for check in self.checks.sums:
            yield "checks.sums", check.column, ("integer", "decimal")
            yield from (("checks.sums", name, ()) for name in check.per)
        if self.checks.judgements:
            yield "checks.judgements", "indicator", ("indicator",)
            yield "checks.judgements", "reason", ("text",)

    def _find_gaps(self) -> Iterator[str]:
        if self.one_row_per is not None and self.one_row_per not in self.key:
            yield f"one_row_per 指的列 {self.one_row_per} 要写进 key（每个值一行）"
        for name in dict.fromkeys((self.unit, self.period.year, self.period.date, *self.key)):
            column = self.column(name) if name is not None else None
            if column is not None and not column.required:
                yield f"列 {name} 用于单位、期间或主键，不能是可空的，请删去 required: false"
        called = self.column(self.people.name) if self.people is not None and self.people.name is not None else None
        if called is not None and not called.required:
            yield f"列 {called.name} 用来认出人（people.name），不能是可空的，请删去 required: false"
        if self.since is not None and self.period.standing:
            yield "写了 since（从哪一年起），period 就不能是 standing（只有最新状态）；请删去 since"
        if self.checks.judgements and self.period.standing:
            yield "写了 checks.judgements 就要按年度报送，period 请改为 {year: 列} 或 {date: 列}"

    def _find_unfed(self) -> Iterator[str]:
        """What keeps the ledger from filling this table."""
        if self.ledger is None:
            return
        needed, known = LEDGER_COLUMNS[self.ledger]
        if missing := [name for name in needed if self.column(name) is None]:
            yield f"ledger: {self.ledger} 还需要列 {'、'.join(missing)}，请补上"
        if self.period.year != "year" or self.unit != "unit":
            yield f"ledger: {self.ledger} 的台账按年度报送，请写 period: {{year: year}}，单位列写 unit"
        for column in self.columns:
            kind = {**needed, **known}.get(column.name)
            if kind is None and column.required:
                yield f"列 {column.name} 督察台账填不出来，请写 required: false 或删去"
            elif kind is not None and column.type != kind:
                yield f"列 {column.name} 由督察台账填写，type 请写 {kind}"
