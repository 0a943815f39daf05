"""What every kind of measure (计量) says of itself: what it reads, within which limits, and what a pack may not say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import ClassVar, Literal, NamedTuple, Protocol

from pydantic import PrivateAttr

from indicators.entries.directions import Direction, Directions, find_direction
from indicators.entries.scales import Scale
from indicators.entries.tables import NUMERIC, ColumnType, Dataset, Entry
from indicators.measures.dated_levels import DatedLevels
from indicators.measures.rows import ALONE, Beside, Rows, Tally, Where

#: How a figure is known: from reported data, from confirmed findings, or because an inspector judges.
Way = Literal["measured", "found", "judged"]
#: What there may be none of, so that an indicator does not apply: the keys of ``not_applicable_when``.
Lack = Literal["roster", "denominator", "rows"]

NOTHING, ALL = Decimal(0), Decimal(1)
#: What marks can make of a figure: compare one number, take off for days late, keep what an inspector gives, or count
#: occurrences that cost and achievements that earn; ``missed`` - what occurs is that somebody of all did not reach it.
Fit = Literal["number", "date", "judged", "occurrences", "achievements", "missed"]
#: Between nothing and the whole.
WHOLE: Scale = (NOTHING, ALL)


class Tables(Protocol):
    """Whoever knows the datasets by their ids: a pack."""

    def dataset(self, name: str) -> Dataset:
        """The dataset of that id; KeyError if there is none."""
        ...


class Need(NamedTuple):
    """A column that a dataset must have, the types that fit, and what it is for."""

    dataset: str
    column: str
    types: tuple[ColumnType, ...]
    use: str


class Fraction(NamedTuple):
    """A figure that is one tally over another."""

    numerator: Tally
    denominator: Tally


class Kind(Entry):
    """One kind of measure: a subclass in a module of this folder, found by :mod:`indicators.measures.registry`.

    ``name`` is the key in a pack and ``title`` what people read.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    #: What marks can make of its figure.
    fits: ClassVar[tuple[Fit, ...]]
    way: ClassVar[Way] = "measured"
    #: Whether it reads who people are: of the datasets that declare it, also the columns that do.
    reads_people: ClassVar[bool] = False
    #: Whether this year's figure is compared with that of the year before.
    looks_back: ClassVar[bool] = False
    #: Which way its numbers move so that the figure can only fall.
    falls: ClassVar[Directions] = {}

    @classmethod
    def list_sorts(cls) -> Iterator[tuple[str, tuple[Fit, ...]]]:
        """The sorts of figure that it can yield, and what marks can make of each: one, called as the kind."""
        yield cls.name, cls.fits

    def find_falling(self, keys: Sequence[str]) -> Direction | None:
        """Which way the number that ``keys`` lead to moves so that the figure can only fall; None: not known."""
        return find_direction(self.falls, keys)

    @property
    def figure(self) -> str:
        """What marks can be made of it: its name, but for kinds that yield several sorts of figure."""
        return self.name

    @property
    def is_share(self) -> bool:
        """Whether the figure is a share, so that 90% is what a target says of it."""
        return False

    @property
    def is_deadline(self) -> bool:
        """Whether the figure is how late one thing was done, which decides by itself when it is due."""
        return False

    @property
    def judged_one_by_one(self) -> bool:
        """Whether each row has its own deadline, and the figure is the share of those in time."""
        return False

    @property
    def counts_missed(self) -> bool:
        """Whether the occurrences are those of all that did not reach it, and not the figure itself."""
        return "missed" in dict(self.list_sorts())[self.figure]

    @property
    def in_points(self) -> bool:
        """Whether a change of a share is told in percentage points, and not as a percentage of it."""
        return False

    @property
    def only_adds(self) -> bool:
        """Whether its figure is made of rows that are added as things happen, and of nothing that may be withdrawn."""
        return False

    @property
    def owed_by_each(self) -> bool:
        """Whether a unit that took over others owes the thing once for each of them."""
        return False

    @property
    def reach(self) -> Scale | None:
        """Between which shares the figure lies, whatever is reported; None where it is no share."""
        return WHOLE if self.is_share else None

    def find_most(self, tables: Tables) -> int | None:
        """How many there are at most where it counts some of a fixed number; None where nothing bounds it."""
        return None

    @property
    def lacks(self) -> frozenset[Lack]:
        """What a unit may have none of, so that its figure is none."""
        return frozenset()

    @property
    def may_start_from_nothing(self) -> bool:
        """Whether it may not apply because the year before was zero."""
        return False

    @property
    def zero_decides(self) -> bool:
        """Whether a year before of zero decides alone if the target is reached, so that there is no figure."""
        return False

    @property
    def counted_by(self) -> str | None:
        """The column of levels, where rows are counted per level."""
        return None

    @property
    def dated_levels(self) -> DatedLevels | None:
        """The days that divide the levels of its rows, where what they are worth goes by their dates."""
        return None

    @property
    def dated_by(self) -> str | None:
        """The column with the dates of rows, where what they are worth goes by these."""
        return self.dated_levels.date if self.dated_levels is not None else None

    def divide_levels(self, levels: DatedLevels) -> None:
        """Let days divide the levels of the rows; only kinds that count rows one by one are asked."""
        raise NotImplementedError

    @property
    def told_apart_by(self) -> str | None:
        """The column whose different values are counted."""
        return None

    @property
    def level_column(self) -> str | None:
        """The column whose values are the levels that marks may go by."""
        return self.counted_by

    @property
    def judged_in(self) -> str | None:
        """The dataset in which inspectors judge it; None where nobody does."""
        return None

    @property
    def persons(self) -> tuple[tuple[str, str], ...]:
        """(dataset, column) that must name people as a roster does."""
        return ()

    @property
    def small_base(self) -> Fraction | None:
        """The rate whose denominator may be too small to say much."""
        return None

    @property
    def event(self) -> str | None:
        """The dataset whose rows have dates to be judged."""
        return None

    def list_rows(self, beside: Beside = ALONE) -> tuple[Rows, ...]:
        """The rows that it reads, in the order of the pack; none where it reads other items' marks."""
        raise NotImplementedError

    def list_tallies(self) -> tuple[Tally, ...]:
        """The plain tallies that it consists of (none for people, dates, judgements…)."""
        return ()

    def list_used(self) -> tuple[str, ...]:
        """The indicators whose marks it is made of."""
        return ()

    @property
    def read_below(self) -> tuple[str, ...]:
        """Those of them whose marks are not the unit's own but those of the units below it."""
        return ()

    def list_needs(self) -> Iterator[Need]:
        """The columns that it reads, besides those in its conditions."""
        yield from need_tallies(self.list_tallies())

    def list_cells(self, tables: Tables, beside: Beside) -> Iterator[tuple[str, str]]:
        """(dataset, column) of the cells without which a figure is not known, besides those in its conditions."""
        for rows in self.list_rows(beside):
            people = tables.dataset(rows.dataset).people
            if rows.people and people is not None:
                yield rows.dataset, people.person
            yield from ((rows.dataset, name) for name in rows.list_needed())

    def find_mistakes(self, tables: Tables, beside: Beside) -> Iterator[str]:
        """What is wrong with it beside its datasets, in a sentence each."""
        yield from find_unlike_scales(self.list_tallies(), tables)

    def find_faults(self) -> Iterator[str]:
        """What is wrong with it by itself, in a sentence each."""
        yield from ()

    def find_scale(self, tables: Tables) -> Scale | None:
        """Between which numbers a figure of a column lies; None where it is not one value of a column."""
        return None

    def list_notices(self, tables: Tables) -> Iterator[str]:
        """What an author should know of it that is no mistake."""
        yield from ()

    def tell_empty(self, column: str) -> str:
        """What one empty cell of a column that may be left empty does, for the author of the pack."""
        return "要计入的记录有一条空着，本项就定不了，不当作0"

    def is_exact(self, tables: Tables) -> bool:
        """Whether what is judged is one whole day that nothing else can contradict."""
        return False

    def datasets(self) -> tuple[str, ...]:
        """The datasets that are read, each once, in the order of the pack."""
        return tuple(dict.fromkeys(rows.dataset for rows in self.list_rows()))

    def list_conditions(self) -> Iterator[tuple[str, Where]]:
        """Dataset and conditions, for every place that can hold conditions."""
        yield from ((rows.dataset, rows.where) for rows in self.list_rows() if rows.where is not None)


def need_tallies(tallies: tuple[Tally, ...]) -> Iterator[Need]:
    """The columns that tallies add up and take away."""
    for tally in tallies:
        if tally.sum is not None:
            yield Need(tally.dataset, tally.sum, NUMERIC, "求和")
        if tally.less is not None:
            yield Need(tally.dataset, tally.less, NUMERIC, "减去")


def find_unlike_scales(tallies: tuple[Tally, ...], tables: Tables) -> Iterator[str]:
    """A column and what is taken away from it have the same decimals."""
    for tally in tallies:
        columns = [tables.dataset(tally.dataset).column(name or "") for name in (tally.sum, tally.less)]
        scales = {column.decimals if column.type == "decimal" else 0 for column in columns if column is not None}
        if tally.less is not None and len(scales) > 1:
            yield f"列 {tally.sum} 与要减去的列 {tally.less} 的小数位数不同，减不了；请改成一样"


class CountedKind(Kind):
    """A kind that counts rows one by one, so that each may go by the value of its own day."""

    _dated: DatedLevels | None = PrivateAttr(default=None)

    @property
    def dated_levels(self) -> DatedLevels | None:
        """Those of a year in which a number goes by the dates of rows."""
        return self._dated

    def divide_levels(self, levels: DatedLevels) -> None:
        """Count the rows of each span by themselves."""
        self._dated = levels
