"""Duties without exception: how many cases each unit has, how many the law excludes, how many are done."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from data.demo.world import UNSENT, YEARS, Row, Tables, World
from indicators.pack.register import UnitEntry

#: Subject -> how many cases a county has, from and to; a department has about a third of that.
_SIZES = {
    "一网通办": (700, 1200),
    "一窗通办": (700, 1200),
    "全省通办": (60, 150),
    "跨省通办": (40, 120),
    "证明事项告知承诺": (20, 90),
    "重点监管": (60, 300),
    "法定主动公开": (200, 900),
    "承诺事项履行": (10, 60),
    "裁量权基准": (100, 600),
    "行政执法责任分解": (30, 160),
    "法治课程": (4, 20),
    "县级以上政府督察": (7, 7),
}
_USUAL = (8, 40)
#: Nobody has to be called to account every year: here most units have nothing to count.
_RARE = ("重大决策责任追究", "应诉违纪问责", "公职人员违法追责", "政府失信信息公开", "标准地出让", "规范性文件改废")
#: Subject -> what the plan lets units leave out, and why.
_EXCLUDED = {
    "一类事项一个部门统筹": "原则上允许例外，已书面说明",
    "法定主动公开": "涉密，依法不公开",
    "局队合一": "经批准保留单设",
    "证明事项告知承诺": "直接涉及公共安全",
    "政务云平台整合": "涉密平台",
}
#: Not every department has cases of these; it then reports 0.
_NOT_EVERYWHERE = ("证明事项告知承诺", "重点监管", "妨碍统一市场规定清理", "免罚清单公布", "政务云平台整合", "电子证照")


def make_coverage(world: World) -> Tables:
    """The table ``coverage``: one row per subject that some indicator asks of the unit."""
    return {
        "coverage": [
            row
            for year in YEARS
            for unit in world.units
            if "coverage" not in UNSENT.get(unit.id, ())
            for subject in world.list_subjects(unit, "coverage", "subject")
            for row in _count(world, unit, subject, year)
        ]
    }


def _count(world: World, unit: UnitEntry, subject: str, year: int) -> Iterator[Row]:
    chance = world.chance("coverage", unit.id, subject, year)
    total = _pick_total(chance, unit, subject)
    reason = _EXCLUDED.get(subject)
    excluded = min(total, chance.randint(0, 2)) if reason else 0
    done = round((total - excluded) * world.level(unit.id, subject, year))
    if (unit.id, subject, year) == ("gaoping", "局队合一", 2024):
        # Everything that this county has is left out with approval: there is nothing to be measured.
        excluded, done = total, 0
    if (unit.id, subject, year) == ("chengqu", "大厅和平台标准化", 2024):
        # More halls reach the standard than remain after the exclusions: somebody counted those as well.
        excluded, done, reason = 2, total - 1, "临时关闭"
    if (unit.id, subject, year) == ("qinshui", "电子证照", 2024):
        # The row was forgotten; it must not turn into 「不适用」.
        return
    yield {
        "unit": unit.name,
        "year": str(year),
        "subject": subject,
        "total": str(total),
        "excluded": str(excluded),
        "basis": reason if excluded and reason else "",
        "done": str(done),
    }


def _pick_total(chance: Random, unit: UnitEntry, subject: str) -> int:
    if subject in _RARE:
        return chance.choice((0, 0, 0, 1, 2))
    first, last = _SIZES.get(subject, _USUAL)
    total = chance.randint(first, last)
    if unit.kind != "department":
        return total
    return 0 if subject in _NOT_EVERYWHERE and chance.random() < 0.6 else max(1, total // 3)
