"""The record ``explain.v1`` as it is read: the answer to 「凭什么扣这一分」 for one item, every field with its type.

Amounts of marks and figures are decimal texts, days are ISO dates; None where there is none. What a run of an older
version says beyond these fields is kept and printed with the rest. ``docs/schema/explain.v1.json`` is made from here.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _ToldPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")


class QuotedClause(_ToldPart):
    """Where a piece of the rule comes from: the quotation, or the choice of the office."""

    source: str | None
    article: str | None
    quote: str | None
    supports: tuple[str, ...]
    local_choice: str | None


class ShownFigure(_ToldPart):
    """A number of a part with what it is called."""

    label: str
    value: str
    unit: str


class ShownCell(_ToldPart):
    """A cell: its address (None where it lies in the ledger), the column's title and what stands in it."""

    cell: str | None
    column: str
    value: str


class ShownRow(_ToldPart):
    """A reported row; ``number`` is that of a finding of the ledger, ``remark`` how the row counts."""

    row: int | None
    cells: tuple[ShownCell, ...]
    remark: str | None
    origin: str | None = None
    number: str | None = None
    text: str


class PersonRow(ShownRow):
    """A row about a person, with its file and sheet."""

    file: str | None
    sheet: str | None


class _InUnit(_ToldPart):
    unit_name: str


class ClashPlace(ShownRow, _InUnit):
    """A row in which a number stands that stands elsewhere too, with its unit and file."""

    file: str | None


class CitedSource(_ToldPart):
    """The rows of one file and sheet that a part read; ``rows_total`` counts those of all files."""

    dataset: str
    title: str
    use: str
    rows_total: int
    file: str | None
    sheet: str | None
    listed: int
    rows: tuple[ShownRow, ...]


class PersonClash(_ToldPart):
    """People who cannot be told apart by their number, or who are in two units at once."""

    id: str
    reason: str
    places: tuple[ClashPlace, ...]


class MissedPerson(_ToldPart):
    """Somebody who did not reach what was asked."""

    id: str
    name: str
    required: str
    has: str
    unit: str
    in_post: str
    rows: tuple[PersonRow, ...]


class PeopleTold(_ToldPart):
    """How many reached it and how many did not; ``doubled`` stands in the runs of older versions alone."""

    short: int
    reached: int
    running: int
    clashes: tuple[PersonClash, ...] = ()
    missed: tuple[MissedPerson, ...]
    doubled: tuple[str, ...] = ()


class MissingTable(_ToldPart):
    """A table that was not reported or, with ``until``, not declared complete up to that day."""

    dataset: str
    title: str
    period: int | None
    unit: str | None
    until: str | None = None


class Operands(_ToldPart):
    """The numbers that marks were worked out from, exactly: a decimal, or ``a/b`` where it has no end."""

    form: str
    now: str | None
    of: str | None
    before: str | None
    before_of: str | None
    late: int
    missing: int
    days: int
    levels: dict[str, int]
    forced: Literal["full", "zero"] | None

    def find(self, name: str) -> str | None:
        """The figure of a column of the workbook."""
        return {"now": self.now, "of": self.of, "before": self.before, "before_of": self.before_of}[name]

    def count(self, level: str) -> int:
        """Rows of a level."""
        return self.levels.get(level, 0)

    def count_dates(self, what: str) -> int:
        """Where marks go by days: dates that were ``late`` or ``missing``, or the ``days``."""
        return {"late": self.late, "missing": self.missing, "days": self.days}.get(what, 0)


class ExplainedPart(_ToldPart):
    """A measure, its target and its marks. ``marks`` is None where the part has none of its own, or none yet."""

    title: str
    rule: str
    operands: Operands | None
    figures: tuple[ShownFigure, ...]
    sources: tuple[CitedSource, ...]
    people: PeopleTold | None
    missing: tuple[MissingTable, ...]
    calculation: str
    marks: str | None
    full_marks: str
    reached: bool | None
    outcome: str
    outcome_text: str
    reason: str
    reason_text: str
    next_step: str


class Explanation(_ToldPart):
    """One item of one unit. ``marks`` are those of the item, ``counted`` what it brings to the total, with its sign."""

    kind: Literal["explain.v1"] = Field(alias="schema")
    run: str
    pack: str
    year: int
    as_of: str
    cohort: str
    unit: str
    unit_name: str
    indicator: str
    indicator_name: str
    section: str
    clauses: tuple[QuotedClause, ...]
    rule: tuple[str, ...]
    parts: tuple[ExplainedPart, ...]
    exemption: tuple[CitedSource, ...]
    outcome: str
    outcome_text: str
    reason: str
    reason_text: str
    calculation: str
    marks: str | None
    full_marks: str
    applicable_marks: str
    counted: str | None
    effect_on_total: str
    next_step: str

    def write(self) -> dict[str, object]:
        """The record as it is stored, ready for JSON."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


#: The lines of one unit at once.
EXPLANATIONS = TypeAdapter(tuple[Explanation, ...])
