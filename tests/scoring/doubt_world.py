"""A small world for doubts: the example pack with tables of counts and of people, and rows that a test writes."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from data.batches.records import Inputs
from indicators.entries.tables import Dataset
from indicators.lint.doubts import check_doubts
from indicators.pack.doubts import DoubtRule
from indicators.pack.model import Pack
from indicators.reader import load_pack
from scoring.doubts import Doubt, find_doubts
from tests.worlds import Tables, store_tables

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-pack"
UNITS = ("yunshan", "xikou", "shuju", "shuiwu")
YEAR, AS_OF = 2024, date(2025, 4, 10)
Row = dict[str, Any]


def _column(name: str, kind: str, **more: Any) -> Row:
    return {"name": name, "title": more.pop("title", name), "type": kind, "required": "false", **more}


_COUNTS = {
    "id": "counts",
    "title": "统计表",
    "columns": [
        {"name": "unit", "title": "单位", "type": "unit"},
        {"name": "year", "title": "年度", "type": "year"},
        # A column called name, as the register's own: conditions on it must mean the table's.
        {"name": "name", "title": "行名", "type": "text"},
        _column("cases", "integer", title="案件数"),
        _column("done", "integer", title="办结数"),
        _column("fee", "decimal", title="费用"),
        _column("people", "integer", title="人数"),
        _column("held_on", "date", title="日期", month_allowed="true"),
        _column("report", "text", title="总结"),
    ],
    "key": ["unit", "year", "name"],
    "period": {"year": "year"},
}
_COURT = {**_COUNTS, "id": "court", "title": "法院统计"}
_ROSTER = {
    "id": "roster",
    "title": "花名册",
    "columns": [
        {"name": "unit", "title": "单位", "type": "unit"},
        {"name": "person_id", "title": "编号", "type": "text"},
        _column("full_name", "text", title="姓名"),
        _column("role", "text", title="岗位"),
    ],
    "key": ["unit", "person_id"],
    "period": {"standing": "true"},
    "people": {"person": "person_id"},
}


@cache
def load_world() -> Pack:
    """The example pack with the tables of this module."""
    pack = load_pack(EXAMPLE)
    own = tuple(Dataset.model_validate(body) for body in (_COUNTS, _COURT, _ROSTER))
    return pack.model_copy(update={"datasets": (*pack.datasets, *own)})


def declare(*checks: Row) -> Pack:
    """The world with these doubts declared; they have passed the rules about rules."""
    body = {"title": "疑点", "why": "要问清。", "evidence": ["原始台账"]}
    rules = tuple(DoubtRule.model_validate({"id": f"d{n}", **body, "check": check}) for n, check in enumerate(checks))
    pack = load_world().model_copy(update={"doubts": rules})
    assert [problem.text for problem in check_doubts(pack)] == []
    return pack


def row(unit: str, name: str = "一", year: int = YEAR, **values: Any) -> Row:
    """A row of ``counts`` or ``court``."""
    if "held_on" in values:
        values = {"held_on__last": values["held_on"], **values}
    return {"_unit": unit, "_period": year, "year": year, "name": name, **values}


def person(unit: str, number: str, name: str | None, role: str = "执法") -> Row:
    """A row of ``roster``."""
    return {"_unit": unit, "_period": 0, "person_id": number, "full_name": name, "role": role}


def store(folder: Path, tables: Tables, pack: Pack, silent: tuple[tuple[str, str, int], ...] = ()) -> Inputs:
    """Rows as inputs. All units have reported everything for both years, but for the ``silent`` scopes."""
    folder.mkdir(parents=True, exist_ok=True)
    periods = {"roster": (0,), "people": (0,)}
    scopes = {(d.id, unit, p) for d in pack.datasets for unit in UNITS for p in periods.get(d.id, (YEAR - 1, YEAR))}
    return store_tables(pack, tables, scopes - set(silent), folder)


def find(folder: Path, check: Row, tables: Tables, silent: tuple[tuple[str, str, int], ...] = ()) -> list[Doubt]:
    """The doubts that one check finds in these rows."""
    pack = declare(check)
    return find_doubts(pack, store(folder, tables, pack, silent), YEAR, AS_OF)
