"""What scoring makes of a kind of measure: SQL of its figure, the words for it, and what it rests on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, NamedTuple, TypeVar

from indicators.entries.tables import Column
from indicators.measures.kind import Kind
from indicators.pack.model import Pack
from scoring.base.cells import Reader, Wanted
from scoring.base.cited import UsedRows
from scoring.base.parts import ScoredPart
from scoring.base.sql import quote_name
from scoring.measures.dated_rows import DatedRow
from scoring.measures.figure import Figure, Shown, show
from scoring.measures.layer import Layer
from scoring.measures.persons import CountedPeople
from scoring.measures.raw import Moment

AnyKind = TypeVar("AnyKind", bound=Kind)


class YearComparison(NamedTuple):
    """How a figure is compared with the year before, and what a year before of zero means."""

    form: str = ""
    from_zero: str | None = None


class Occurrence(NamedTuple):
    """One of the things that are counted: its classifier (人, 条, 件; empty where it has none), and what it did."""

    word: str
    did: str = ""


class Lever(NamedTuple):
    """What would have to change: its name, its unit, and the verb with a place for the amount."""

    subject: str
    unit: str
    verb: str


class Cited(NamedTuple):
    """What a figure rests on: rows, and for people and dates who and what they were."""

    sources: tuple[UsedRows, ...] = ()
    people: CountedPeople | None = None
    dated: tuple[DatedRow, ...] = ()


@dataclass(frozen=True)
class ScoredMeasure(ABC, Generic[AnyKind]):
    """One measure of a pack: a subclass for each kind in a module of this folder, found by the registry.

    ``name`` is the kind's key in a pack.
    """

    name: ClassVar[str]
    #: Whether things are counted, so that a target is 不少于 and not 不低于.
    counts_things: ClassVar[bool] = False

    kind: AnyKind

    @abstractmethod
    def compile(self, figure: int, part: ScoredPart, layer: Layer) -> None:
        """Add the SQL of its figure to a layer."""

    def compare(self) -> YearComparison:
        """What its figure is compared with: nothing, but for a change."""
        return YearComparison()

    def list_unsettled(self, figure: int, part: ScoredPart, pack: Pack, moment: Moment) -> list[str]:
        """Statements for (figure, unit) that may still change by other than an empty cell or a row to come."""
        return []

    @abstractmethod
    def describe(self, pack: Pack) -> str:
        """One sentence, without a full stop, that says how the figure is found."""

    @abstractmethod
    def find_unit(self, pack: Pack | None) -> str:
        """The unit in which the figure is read; empty for a share, and for a column of an unknown pack."""

    def write_level(self) -> str | None:
        """An expression for the level of a row; None where rows have none that marks could go by."""
        return quote_name(self.kind.level_column) if self.kind.level_column is not None else None

    def name_figure(self, pack: Pack) -> str:
        """What a plain figure is: 记录条数，「学时」合计，问题件数。"""
        raise NotImplementedError(f"the figure of {self.name} is no plain one")

    def find_lever(self, pack: Pack, way: int) -> Lever:
        """What would have to change, to the better if ``way`` is above zero."""
        return Lever(self.name_figure(pack), self.find_unit(pack), change_by(way))

    def find_occurrence(self) -> Occurrence:
        """What marks for each occurrence count."""
        return Occurrence("")

    def find_achievement(self) -> str:
        """What marks for each achievement count, with 每."""
        return "每1"

    @abstractmethod
    def read_figure(self, part: ScoredPart, row: Mapping[str, object], pack: Pack, precision: int) -> Figure | None:
        """The figure of a row of part results that has one, in the units in which people know it."""

    def list_figures(self, part: ScoredPart, figure: Figure, pack: Pack) -> list[Shown]:
        """The numbers of a part with what they are called, for the record."""
        return [show(self.name_figure(pack), figure.now, self.find_unit(pack))]

    def choose_figure(self, figures: list[Shown], figure: Figure) -> Shown:
        """The one number of these that says most: a share where there is one."""
        return next((each for each in figures if each["unit"] == "%"), figures[0])

    def list_feeds(self, part: ScoredPart, pack: Pack, moment: Moment) -> list[Wanted]:
        """The rows that feed it: the engine's own conditions, as rows to cite instead of aggregates."""
        return []

    def cite(self, reader: Reader, part: ScoredPart, moment: Moment, unit: str) -> Cited:
        """What the figure of one unit, which is among those of ``reader``, rests on."""
        return Cited(tuple(reader.cite(feed, unit) for feed in self.keep_feeds(reader, part, moment)))

    def keep_feeds(self, reader: Reader, part: ScoredPart, moment: Moment) -> list[Wanted]:
        """The rows that feed it, listed once for all units."""
        return reader.keep(("feeds", part.figure), lambda: self.list_feeds(part, reader.pack, moment))


def change_by(way: int) -> str:
    """The verb for more or less of something."""
    return "再增加 {}" if way > 0 else "要少 {}"


def find_column_unit(pack: Pack | None, dataset: str, name: str | None) -> str:
    """The unit of a column; empty where it or the pack is not known."""
    column: Column | None = pack.dataset(dataset).column(name) if pack is not None and name is not None else None
    return (column.unit_of_measure or "") if column is not None else ""
