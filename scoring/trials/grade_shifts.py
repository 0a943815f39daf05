"""Who comes into which grade and who leaves it, grade by grade, when the same data are scored by other rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from indicators.pack.grades import Grade, sort_grades

#: Where a unit stands that has no grade.
NONE = "—"


@dataclass(frozen=True)
class GradeShift:
    """A grade by both packs: how many have it, and by name who comes from which other one and who goes to which."""

    grade: str
    before: int
    after: int
    coming: tuple[str, ...]
    going: tuple[str, ...]


def list_grade_shifts(
    older: Sequence[Grade], newer: Sequence[Grade], units: Iterable[tuple[str, str | None, str | None]]
) -> tuple[GradeShift, ...]:
    """The grades of both packs, the best first, then those without one; ``units`` are names with both grades.

    Empty where neither pack has grades.
    """
    names = [grade.name for grades in (newer, older) for grade in reversed(sort_grades(grades))]
    known = [(unit, before or NONE, after or NONE) for unit, before, after in units]
    found = []
    if not names:
        return ()
    for name in dict.fromkeys((*names, NONE)):
        before = [each for each in known if each[1] == name]
        after = [each for each in known if each[2] == name]
        if name == NONE and not before and not after:
            continue
        coming = tuple(f"{unit}（原{_call(was)}）" for unit, was, _ in after if was != name)
        going = tuple(f"{unit}（到{_call(now)}）" for unit, _, now in before if now != name)
        found.append(GradeShift(name, len(before), len(after), coming, going))
    return tuple(found)


def _call(grade: str) -> str:
    return "没有等次" if grade == NONE else f"「{grade}」"


def write_grade_shift(shift: GradeShift) -> tuple[str, str, str, str, str]:
    """A line of a table: the grade, how many before and after, who comes, who goes."""
    name = "没有等次" if shift.grade == NONE else shift.grade
    return name, str(shift.before), str(shift.after), "、".join(shift.coming) or NONE, "、".join(shift.going) or NONE


#: The titles of that table.
TITLES = ("等次", "原来", "现在", "进来的", "离开的")
