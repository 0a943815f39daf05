"""What the record of a part says of its end, read once and typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter, itemgetter

from scoring.explain.explanation import ExplainedPart
from scoring.measures.figure import Figure

_ENDS = itemgetter("outcome", "marks", "reached", "operands")
_FIELDS = ("form", "forced", "now", "of", "before", "before_of")
#: The values of these fields.
Given = tuple[str, str | None, str | None, str | None, str | None, str | None]
_OPERANDS, _NAMED = itemgetter(*_FIELDS), attrgetter(*_FIELDS)


@dataclass(frozen=True)
class ToldPart:
    """The outcome of a part, its own marks where it has any, and whether it reached its target.

    ``operands`` are what its figure was worked out from, as the record has it; None where there is none.
    """

    outcome: str
    marks: Fraction | None
    reached: bool | None
    operands: Given | None

    @property
    def scored(self) -> bool:
        """Whether it has a result."""
        return self.outcome == "scored"

    @property
    def value(self) -> Fraction | None:
        """The figure that was judged; None where there is none, or the rule settled the part without it."""
        return None if self.operands is None else _find_value(*self.operands)


def read_told(parts: Sequence[Mapping[str, object]]) -> list[ToldPart]:
    """The parts of a record, in their order."""
    return [
        ToldPart(outcome, None if marks is None else Fraction(marks), reached, _list_operands(operands))
        for outcome, marks, reached, operands in map(_ENDS, parts)
    ]


def take_told(parts: Sequence[ExplainedPart]) -> list[ToldPart]:
    """The same of parts that were read with their types."""
    return [
        ToldPart(
            part.outcome,
            None if part.marks is None else Fraction(part.marks),
            part.reached,
            None if part.operands is None else _NAMED(part.operands),
        )
        for part in parts
    ]


def _list_operands(operands: Mapping[str, object] | None) -> Given | None:
    return None if operands is None else _OPERANDS(operands)


def _find_value(form: str, forced: str | None, *numbers: str | None) -> Fraction | None:
    now, of, before, before_of = (None if number is None else Fraction(number) for number in numbers)
    if forced is not None or now is None or of is None:
        return None
    return Figure(form, now, of, before, before_of).actual.value
