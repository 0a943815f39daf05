"""Who comes into a grade and who leaves it, and that the paper of a change says so in each of its forms.

Not proved here: where the grades themselves come from (tests/scoring), and the command (tests/cli/test_pack_diff.py).
"""

from __future__ import annotations

import io
from datetime import date

import openpyxl

from indicators.pack.grades import Grade
from indicators.reader import load_pack
from scoring.documents.changed_rules_paper import make_paper
from scoring.documents.html import write_html
from scoring.documents.xlsx import write_xlsx
from scoring.results.differences import RunDifference, UnitDifference, UnitState
from scoring.trials.changed_pack import CohortShift, compare_packs
from scoring.trials.grade_shifts import NONE, GradeShift, list_grade_shifts
from tests.cli.test_pack_versions import EXAMPLE

OLDER = [Grade.model_validate(each) for each in ({"name": "合格", "at_least": "60"}, {"name": "一般", "below": "60"})]
NEWER = [Grade.model_validate({"name": "优秀", "at_least": "90"}), *OLDER]
UNITS = [("甲县", "合格", "优秀"), ("乙县", "合格", "合格"), ("丙县", "一般", "合格"), ("丁县", NONE, "一般")]


def test_every_grade_of_both_packs_is_told_the_best_first() -> None:
    assert list_grade_shifts(OLDER, NEWER, UNITS) == (
        GradeShift("优秀", 0, 1, ("甲县（原「合格」）",), ()),
        GradeShift("合格", 2, 2, ("丙县（原「一般」）",), ("甲县（到「优秀」）",)),
        GradeShift("一般", 1, 1, ("丁县（原没有等次）",), ("丙县（到「合格」）",)),
        GradeShift(NONE, 1, 0, (), ("丁县（到「一般」）",)),
    )


def test_a_grade_that_went_is_told_and_a_cohort_without_grades_has_none() -> None:
    assert [each.grade for each in list_grade_shifts(NEWER, OLDER, [("甲县", "优秀", "合格")])] == [
        "合格",
        "一般",
        "优秀",
    ]
    assert list_grade_shifts([], [], [("甲县", NONE, NONE)]) == ()


def test_the_paper_names_who_changes_grade() -> None:
    pack = load_pack(EXAMPLE)
    cohort = pack.head.cohorts[0]
    graded = {grade: UnitState(80, 80, 80, 1, None if grade == NONE else grade, "") for each in UNITS for grade in each}
    units = (UnitDifference(cohort.id, name, name, graded[one], graded[other]) for name, one, other in UNITS)
    found = RunDifference((2, 2), tuple(units), ())
    shift = CohortShift(cohort.id, cohort.title, found, list_grade_shifts(OLDER, NEWER, UNITS))
    change, at = compare_packs(pack, pack), (2024, date(2025, 4, 1))
    page = write_html(make_paper(pack, pack, change, [shift], at, whole=False)).decode()
    assert "甲县（原「合格」）" in page and "丙县（到「合格」）" in page
    book = write_xlsx(make_paper(pack, pack, change, [shift], at, whole=True), date(2025, 4, 1), pack.head.precision)
    rows = openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows(values_only=True)
    assert any(
        "「优秀」0 个 → 1 个；进来的：甲县（原「合格」）；离开的：—" in str(cell) for row in rows for cell in row
    )
