"""Cases about whole tables: each thing that may be expected is looked at, and a difference is said by its name.

That the totals are right is shown by hand in the packs; here only that a wrong expectation does not pass.
"""

from __future__ import annotations

from pathlib import Path

from indicators.pack.cases import ExpectedTotal, TableCase, load_tables
from indicators.reader import load_pack
from scoring.cases.tables import check_table, run_tables

COMBINED = Path(__file__).parents[2] / "docs" / "combined-pack"
WRONG = {
    "total": ("1", "总分应为 1，实为 23.50"),
    "full": ("1", "满分应为 1，实为 26.00"),
    "base": ("1", "基础分应为 1，实为 22.00"),
    "bonus": ("1", "加分应为 1，实为 2.00"),
    "deduction": ("1", "扣分应为 1，实为 -0.50"),
    "sections": ({"work": "1"}, "一级指标 work 应为 1，实为 22.00"),
    "status": ("incomplete", "状态应为 incomplete，实为 ranked"),
    "grade": ("优", "等次应为 优，实为 没有"),
    "rank": ("7", "名次应为 7，实为 1"),
    "low": ("1", "总分至少应为 1，实为 23.50"),
    "high": ("1", "总分至多应为 1，实为 23.50"),
    "rank_best": ("7", "最好的名次应为 7，实为 1"),
    "rank_worst": ("7", "最差的名次应为 7，实为 1"),
    "grade_best": ("优", "最好的等次应为 优，实为 没有"),
    "grade_worst": ("优", "最差的等次应为 优，实为 没有"),
    "items": ({"1.disclosure": {"outcome": "scored", "sentence": "扣完"}}, "1.disclosure 算式里应有「扣完」"),
}


def read_table() -> TableCase:
    return next(each.case for each in load_tables(COMBINED) if each.case.id == "two-counties")


def test_the_tables_of_the_pack_hold() -> None:
    assert run_tables(load_pack(COMBINED), COMBINED) == (3, [])


def test_everything_that_may_be_expected_is_looked_at() -> None:
    assert WRONG.keys() == ExpectedTotal.model_fields.keys()
    pack, table = load_pack(COMBINED), read_table()
    together = ExpectedTotal.model_validate({field: wrong for field, (wrong, _) in WRONG.items()})
    said = check_table(pack, table.model_copy(update={"expect": {"shanyin": together}}))
    assert len(said) == len(WRONG)
    assert [words for _, words in WRONG.values() if not any(words in text for text in said)] == []


def test_a_unit_of_another_table_is_named() -> None:
    table = read_table().model_copy(update={"expect": {"nobody": ExpectedTotal()}})
    assert check_table(load_pack(COMBINED), table) == ["单位 nobody 不在考核组 counties 的评分表里"]
