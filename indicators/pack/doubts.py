"""Doubts (疑点): what in reported data is worth a question. A doubt asks for evidence and never changes a mark."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from indicators.entries.amounts import Amount, Flag, Id, Integer, Name, Number, Quantity, Text, parse_number
from indicators.entries.one_of import OneOf
from indicators.entries.tables import Entry
from indicators.measures.rows import Where


class ComparedFigure(Entry):
    """A unit's figure of the year: rows counted, one column added up, or the different values of one counted.

    ``title`` is what the sentence calls it.
    """

    dataset: Name
    where: Where = Field(default_factory=dict)
    sum: Name | None = None
    distinct: Name | None = None
    title: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> ComparedFigure:
        if self.sum and self.distinct:
            raise ValueError("sum（相加）与 distinct（去重计数）不能同时写；请删去一个")
        return self


class Exceeds(Entry):
    """``figure`` is more than ``limit``, by more than ``tolerance`` (a number, or a percentage of the limit).

    ``either_way``: less is as doubtful as more, as where two sources count the same thing.
    """

    figure: ComparedFigure
    limit: ComparedFigure
    tolerance: Amount = Quantity(parse_number(0))
    either_way: Flag = False

    @model_validator(mode="after")
    def _agree(self) -> Exceeds:
        if self.tolerance.value < 0:
            raise ValueError("tolerance（容许的差）不能为负；请写 0 或正数")
        return self


class Jump(Entry):
    """More than ``factor`` times the year before, or less than one in ``factor``, and more than ``floor`` apart.

    After a year of 0 there is no factor: ``floor`` alone decides.
    """

    figure: ComparedFigure
    factor: Number
    floor: Number

    @model_validator(mode="after")
    def _agree(self) -> Jump:
        if self.factor <= 1 or self.floor < 0:
            raise ValueError("factor（倍数）请写大于 1 的数，floor（至少相差多少）请写 0 或正数")
        return self


class AtTarget(Entry):
    """Of at least ``least`` groups (people, quarters) at least ``share`` stand exactly at the target.

    A group is the rows with one value in ``per``; its figure is ``sum`` added up, at the target when it is
    from ``target`` to ``target`` + ``within``. With ``out_of`` it is a rate, and at the target when it reaches
    it, would not with one less, and is not whole.
    """

    dataset: Name
    where: Where = Field(default_factory=dict)
    per: Name
    sum: Name
    out_of: Name | None = None
    target: Amount
    within: Number = parse_number(0)
    share: Amount
    least: Integer

    @model_validator(mode="after")
    def _agree(self) -> AtTarget:
        if self.target.percent != (self.out_of is not None):
            raise ValueError("target 写百分数时请写 out_of（分母列），写数时不写 out_of")
        if self.out_of is not None and (not 0 < self.target.value < 1 or self.within):
            raise ValueError("比率的 target 请写 0% 与 100% 之间的百分数，并且不写 within")
        if self.target.value <= 0 or self.within < 0:
            raise ValueError("target 请写正数，within（高出多少以内也算）不能为负")
        _check_share(self.share)
        _check_least(self.least)
        return self


class Alike(Entry):
    """The same figures, or the same long text, in two units, or in one unit as the year before.

    ``columns``: figures that must all be the same, with at least ``least`` different ones that are not 0.
    ``by: report`` compares all rows of a unit's year at once. ``text`` compares a text of at least
    ``characters`` without spaces, punctuation and the unit's own name.
    """

    dataset: Name
    where: Where = Field(default_factory=dict)
    against: Literal["units", "year_before"] = "units"
    by: Literal["row", "report"] = "row"
    columns: tuple[Name, ...] = ()
    least: Integer = 4
    text: Name | None = None
    characters: Integer = 30

    @model_validator(mode="after")
    def _agree(self) -> Alike:
        if bool(self.columns) == (self.text is not None):
            raise ValueError("请写 columns（比数字）或 text（比文字），二者取一")
        if self.text is not None and self.by == "report":
            raise ValueError("比文字时逐行比；请删去 by: report")
        if self.least < 2 or self.characters < 10:
            raise ValueError(
                "least（至少几个不同的非零数）请写 2 以上，characters（至少多少字）请写 10 以上，免得巧合也算"
            )
        return self


class OutsideYear(Entry):
    """Rows of a year whose ``date`` lies in another year than that one and ``years_later``.

    ``new_year``: also rows dated 1 January. ``rest_days``: also where more than this share of at least
    ``least`` rows are dated on days off.
    """

    dataset: Name
    where: Where = Field(default_factory=dict)
    date: Name
    years_later: Integer = 0
    new_year: Flag = False
    rest_days: Amount | None = None
    least: Integer = 4

    @model_validator(mode="after")
    def _agree(self) -> OutsideYear:
        if not 0 <= self.years_later <= 5:
            raise ValueError("years_later（记录的日期在报告年度之后几年）请写 0 到 5 之间的整数")
        if self.rest_days is not None:
            _check_share(self.rest_days)
        _check_least(self.least)
        return self


class Heaping(Entry):
    """Of at least ``least`` figures not below ``step`` at least ``share`` are multiples of ``step``."""

    dataset: Name
    where: Where = Field(default_factory=dict)
    columns: tuple[Name, ...] = Field(min_length=1)
    step: Integer = 10
    share: Amount
    least: Integer

    @model_validator(mode="after")
    def _agree(self) -> Heaping:
        if self.step < 2:
            raise ValueError("step（几的倍数）请写 2 以上的整数")
        _check_share(self.share)
        _check_least(self.least)
        return self


class DuplicatePeople(Entry):
    """One person id with two names; one name with two ids in a unit, equal in the columns ``also_same`` too."""

    dataset: Name
    where: Where = Field(default_factory=dict)
    name: Name
    also_same: tuple[Name, ...] = ()


class SmallNumber(Entry):
    """A rate whose denominator is above 0 and below ``below``: one case more or less moves it far."""

    indicators: tuple[Id, ...] = Field(min_length=1)
    below: Integer = 5

    @model_validator(mode="after")
    def _agree(self) -> SmallNumber:
        if self.below < 2:
            raise ValueError("below（分母小于多少）请写 2 以上的整数")
        return self


class Check(OneOf):
    """What is looked for: exactly one kind, from the most to the least telling."""

    noun: ClassVar[str] = "疑点的查法（check）"

    exceeds: Exceeds | None = None
    duplicate_people: DuplicatePeople | None = None
    alike: Alike | None = None
    outside_year: OutsideYear | None = None
    jump: Jump | None = None
    at_target: AtTarget | None = None
    heaping: Heaping | None = None
    small_number: SmallNumber | None = None

    def list_datasets(self) -> tuple[str, ...]:
        """The datasets that are named here; those of a rate's indicators not."""
        if self.exceeds is not None:
            return (self.exceeds.figure.dataset, self.exceeds.limit.dataset)
        if self.jump is not None:
            return (self.jump.figure.dataset,)
        check = self.duplicate_people or self.alike or self.outside_year or self.at_target or self.heaping
        return (check.dataset,) if check is not None else ()


#: Kind -> what users call it, from the most to the least telling.
KINDS = {
    "exceeds": "两处的数对不上",
    "duplicate_people": "人员编号与姓名不对应",
    "alike": "内容雷同",
    "outside_year": "日期不在报告年度",
    "jump": "与上年相差悬殊",
    "at_target": "恰好达标",
    "heaping": "尾数过于整齐",
    "small_number": "基数太小",
}


class DoubtRule(Entry):
    """One thing to look for, why it is asked about, and the evidence that would settle it."""

    id: Id
    title: Text
    check: Check
    why: Text
    evidence: tuple[Text, ...] = Field(min_length=1)
    indicators: tuple[Id, ...] = ()


class DoubtsFile(Entry):
    """The file ``doubts.yaml``."""

    doubts: tuple[DoubtRule, ...]


def _check_share(share: Quantity) -> None:
    if not share.percent or not 0 < share.value <= 1:
        raise ValueError(f'比例写了「{share}」；请写 "80%" 这样不超过 100% 的百分数')


def _check_least(least: int) -> None:
    if least < 2:
        raise ValueError("least（至少多少个）请写 2 以上的整数，免得巧合也算")
