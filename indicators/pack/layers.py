"""Packs over packs: what a base leaves to the pack that extends it, and what that one made of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from indicators.entries.amounts import Amount, ArticleNumber, Flag, Id, Integer, Text, parse_quantity
from indicators.entries.tables import Entry


def spell_way(part: int | None, number: str) -> str:
    """The way to a value from its indicator, however it is written."""
    return number if part is None else f"parts.{part}.{number}"


class Opening(Entry):
    """A value of an indicator that is left to the pack that extends this one; what stands there holds until then.

    ``number`` leads to it from the part (``part``, counted from 1), or without one from the indicator, as in a change.
    It may be put between ``at_least`` and ``at_most``, to one of ``choices``, or, with neither, to whatever fits.
    ``must``: a pack that extends this one has to say what it is.
    """

    title: Text
    indicator: Id
    part: Integer | None = Field(default=None, title="第几部分")
    number: Text = Field(title="哪个数")
    at_least: Amount | None = None
    at_most: Amount | None = None
    choices: tuple[Text, ...] = ()
    must: Flag = Field(default=False, title="下级必须定")

    @property
    def place(self) -> tuple[str, str]:
        """Which value it is about: the indicator and the whole way."""
        return self.indicator, spell_way(self.part, self.number)

    def allows(self, value: str) -> bool:
        """Whether a value is one of those that it may be put to."""
        if self.choices:
            return value in self.choices
        bounds = [bound for bound in (self.at_least, self.at_most) if bound is not None]
        if not bounds:
            return True
        try:
            number = parse_quantity(value)
        except ValueError:
            return False
        low, high = self.at_least or number, self.at_most or number
        return {number.percent} == {bound.percent for bound in bounds} and low <= number <= high

    def describe(self) -> str:
        """40到90之间; empty where anything may stand there."""
        if self.choices:
            return f"只能是：{'、'.join(self.choices)}"
        if self.at_least is not None and self.at_most is not None:
            return f"应在{self.at_least}到{self.at_most}之间"
        if self.at_least is not None:
            return f"应不低于{self.at_least}"
        return f"应不高于{self.at_most}" if self.at_most is not None else ""

    def holds_within(self, outer: Opening) -> bool:
        """Whether whatever it allows ``outer`` allows, too."""
        if self.choices:
            return all(outer.allows(each) for each in self.choices)
        ends = ((self.at_least, outer.at_least), (self.at_most, outer.at_most))
        return not outer.choices and all(
            limit is None or (own is not None and outer.allows(str(own))) for own, limit in ends
        )

    @model_validator(mode="after")
    def _agree(self) -> Opening:
        if self.choices and (self.at_least is not None or self.at_most is not None):
            raise ValueError(f"「{self.title}」请写范围（at_least、at_most）或可选的值（choices），二者取一")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"「{self.title}」的 at_least 大于 at_most，没有值填得进去；请调换")
        return self


class Openings(Entry):
    """What a pack that extends this one may do beyond making it stricter. Nothing, unless it is said here.

    ``numbers`` it may put otherwise; the indicators in ``removable`` it may leave out; in ``sections`` it may add
    indicators; of those in ``locked`` it may not even tighten anything. ``units``: all units stay (``kept``), or the
    other pack lists those that it inspects (``own``).
    """

    numbers: tuple[Opening, ...] = Field(default=(), title="下级可以定的数")
    removable: tuple[Id, ...] = Field(default=(), title="下级可以去掉的指标")
    sections: tuple[Id, ...] = Field(default=(), title="下级可以加指标的一级指标")
    locked: tuple[Id, ...] = Field(default=(), title="下级不能改的指标")
    units: Literal["kept", "own"] = Field(default="kept", title="下级考核的单位")

    def find(self, place: tuple[str, str]) -> Opening | None:
        """What is said of a value; None where it is not left open."""
        return next((each for each in self.numbers if each.place == place), None)


class OverlayChange(Entry):
    """A value of an indicator of the base that is another one here, and the document or the choice behind it."""

    title: Text
    indicator: Id
    part: Integer | None = Field(default=None, title="第几部分")
    number: Text = Field(title="哪个数")
    value: Text = Field(title="改为")
    source: Id | None = None
    article: ArticleNumber | None = None
    quote: Text | None = None
    local_choice: Text | None = None

    @property
    def place(self) -> tuple[str, str]:
        """Which value it is about: the indicator and the whole way."""
        return self.indicator, spell_way(self.part, self.number)

    @model_validator(mode="after")
    def _one(self) -> OverlayChange:
        quoted = self.source is not None and self.quote is not None
        if quoted == (self.local_choice is not None) or (self.source is None) != (self.quote is None):
            raise ValueError(f"「{self.title}」请写改它的文件（source、article 和 quote），或写 local_choice，二者取一")
        return self


class Removal(Entry):
    """An indicator of the base that is left out, and why."""

    indicator: Id
    why: Text


class ChangedNumber(Entry):
    """What a change made of a value: ``tightened`` as anyone may, or ``filled`` where it was left open."""

    change: OverlayChange
    before: Text
    how: Literal["tightened", "filled"]


class RemovedIndicator(Entry):
    """An indicator that was left out: it can be asked of no other place any more what it was called."""

    indicator: Id
    name: Text
    why: Text


class PackLayer(Entry):
    """One of the packs that a pack is made of, and what it made of those below it; the lowest made nothing."""

    id: Id
    title: Text
    issuer: Text
    version: Text
    sha256: str
    changed: tuple[ChangedNumber, ...] = ()
    added: tuple[Id, ...] = ()
    removed: tuple[RemovedIndicator, ...] = ()
