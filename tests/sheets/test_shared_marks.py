"""Why marks are missing where parts share one pot: what each part leaves of it does not add up to the item."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from indicators.reader import load_pack
from scoring.documents.score import write_loss
from scoring.engine.run import score
from scoring.explain.explanation import EXPLANATIONS
from scoring.explain.record import explain_run
from tests.worlds import Tables, store_tables

PACK = Path(__file__).parents[2] / "docs" / "combined-pack"


def row(number: str, **cells: Any) -> dict[str, Any]:
    return {"_unit": "shanyin", "_period": 2024, "year": 2024, "number": number, **cells}


def write_losses(tables: Tables, folder: Path) -> dict[str, list[str]]:
    pack = load_pack(PACK)
    scopes = [(dataset.id, unit.id, 2024) for dataset in pack.datasets for unit in pack.registry.units]
    inputs = store_tables(pack, tables, scopes, folder)
    result = score(pack, inputs, 2024, date(2025, 4, 1))
    (told,) = [each.records for each in explain_run(pack, inputs, result) if each.unit == "shanyin"]
    records = EXPLANATIONS.validate_python(told)
    kinds = {each.id: pack.section(each.section).kind for each in pack.indicators}
    return {record.indicator: write_loss(record, kinds[record.indicator]) for record in records}


def test_the_sum_says_how_two_deductions_leave_the_marks(tmp_path: Path) -> None:
    visit = {"_unit": "shanyin", "_period": 2024, "year": 2024, "indicator": "1.disclosure"}
    tables: Tables = {
        "notices": [row("1", state="迟公开"), row("2", state="迟公开")],
        "visits": [{**visit, "marks": 7, "reason": "栏目不全"}],
    }
    assert write_losses(tables, tmp_path)["1.disclosure"] == [
        "「迟公开」16 分 - 2 分 × 2 = 12.00 分",
        "「现场查看」督察员评定，扣 3 分；10 分 - 3 分 = 7.00 分",
        "合计：16 分 - 4.00 分（迟公开） - 3.00 分（现场查看） = 9.00 分",
    ]


def test_a_bonus_that_came_out_below_nothing_says_why(tmp_path: Path) -> None:
    tables: Tables = {"press": [row("1", kind="更正"), row("2", kind="更正"), row("3", kind="采用")]}
    assert write_losses(tables, tmp_path)["2.publicity"][-1].startswith("合计：")


def test_a_bonus_that_adds_has_nothing_to_say(tmp_path: Path) -> None:
    assert write_losses({"press": [row("1", kind="采用")]}, tmp_path)["2.publicity"] == []
