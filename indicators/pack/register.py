"""The register of units that a pack ships: what they are called, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from pydantic import Field, model_validator

from indicators.entries.amounts import Id, Text
from indicators.entries.tables import Entry
from indicators.entries.targets import Day


class Former(Entry):
    """A name that a unit had until (and on) a day; its ``aliases`` were in use as long as the name was."""

    name: Text
    until: Day
    aliases: tuple[Text, ...] = ()


class Naming(NamedTuple):
    """A word that means a unit, and the first and the last day on which it was the unit's own."""

    word: str
    first: date
    last: date


class UnitEntry(Entry):
    """A unit of the register that the pack ships.

    It exists from ``since`` to ``until``, both included; left out, it has always existed, and still does.
    ``former`` holds its earlier names, the oldest first. ``successor`` is the unit that took over when it ended;
    ``successors`` are those among whom it was split, each founded on the next day: what it reported they report anew.
    """

    id: Id
    name: Text
    kind: Id
    parent: Id | None = None
    aliases: tuple[Text, ...] = ()
    since: Day | None = None
    until: Day | None = None
    former: tuple[Former, ...] = ()
    successor: Id | None = None
    successors: tuple[Id, ...] = Field(default=(), title="拆分成")

    @model_validator(mode="after")
    def _agree(self) -> UnitEntry:
        days = [self.since or "", *(name.until for name in self.former)]
        if self.since is not None and self.until is not None and self.since > self.until:
            raise ValueError(
                f"单位 {self.name}：since（{self.since}）晚于 until（{self.until}），没有一天存在过；请核对"
            )
        if (self.successor is not None or self.successors) and self.until is None:
            key = "successor（并入哪个单位）" if self.successor is not None else "successors（拆分成哪些单位）"
            raise ValueError(f"单位 {self.name} 写了 {key}却没有 until；请写明存在到哪一天")
        if self.successors and (self.successor is not None or len(set(self.successors)) < 2):
            raise ValueError(
                f"单位 {self.name} 的 successors（拆分成哪些单位）请写两个以上不同的单位；"
                f"只由一个单位接续的写 successor，两个键不能都写"
            )
        if any(later <= earlier for earlier, later in pairwise(days)):
            raise ValueError(f"单位 {self.name} 的 former（曾用名）请从早到晚写，until 一个比一个晚，也晚于 since")
        if self.former and self.until is not None and days[-1] >= self.until:
            raise ValueError(
                f"单位 {self.name} 的曾用名「{self.former[-1].name}」用到 {days[-1]}，不早于单位存在的最后一天"
                f" {self.until}；请核对，撤销时的名称请写在 name"
            )
        return self

    @property
    def first_day(self) -> date:
        """The first day on which it exists; the first of all days where that is not known."""
        return date.fromisoformat(self.since) if self.since else date.min

    @property
    def last_day(self) -> date:
        """The last day on which it exists; the last of all days where no end is known."""
        return date.fromisoformat(self.until) if self.until else date.max

    def exists_within(self, first: date, last: date) -> bool:
        """Whether there is a day from ``first`` to ``last`` on which it exists."""
        return self.first_day <= last and first <= self.last_day

    def exists_in(self, year: int) -> bool:
        """Whether it exists on some day of the year."""
        started = self.since is None or int(self.since[:4]) <= year
        return started and (self.until is None or year <= int(self.until[:4]))

    def namings(self) -> Iterator[Naming]:
        """Every word that means it, with the time in which the word was its own; its id always is."""
        yield Naming(self.id, date.min, date.max)
        first = self.first_day
        for name in self.former:
            last = date.fromisoformat(name.until)
            yield from (Naming(word, first, last) for word in (name.name, *name.aliases))
            first = last + timedelta(days=1)
        yield from (Naming(word, first, self.last_day) for word in (self.name, *self.aliases))

    def name_on(self, day: date) -> str:
        """Its name on a day; before it existed the first of its names, after it ended the last."""
        return next((name.name for name in self.former if day.isoformat() <= name.until), self.name)


class UnitKind(Entry):
    id: Id
    title: Text


class Register(Entry):
    """Kinds of unit, the units with what they were called and became, and the aliases under which a text names them."""

    kinds: tuple[UnitKind, ...]
    units: tuple[UnitEntry, ...]

    def unit(self, name: str) -> UnitEntry:
        """The unit of that id; KeyError if there is none."""
        return self._units[name]

    @cached_property
    def _units(self) -> dict[str, UnitEntry]:
        return {unit.id: unit for unit in self.units}
