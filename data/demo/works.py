"""What is done in the course of a year: periodic works, matters with a time limit, inspections, rule-making."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from data.demo.world import UNSENT, YEARS, Row, Tables, World, pick_days, pick_marks
from indicators.pack.register import UnitEntry

_TITLES = {
    "规范性文件清理": "规范性文件集中清理",
    "指导案例发布": "行政执法指导案例",
    "监管数据效能评估": "监管数据报送年终效能评估",
    "向党委报告": "法治政府建设重大问题专题报告",
    "部署推进会议": "法治政府建设推进会",
    "专题培训": "行政复议应诉专题培训班",
}
_MATTERS = {
    "突发事件信息发布": (("暴雨内涝", "山体滑坡", "燃气泄漏", "森林火情"), 1),
    "重大敏感案件会商": (("征地补偿纠纷", "欠薪群访", "环境污染投诉", "消费纠纷"), 7),
    "法治建设重大问题": (("基层执法力量不足", "复议场所不达标", "规范性文件审核滞后"), 30),
}
#: The five steps of an inspection (article 二十五), each with a date and a document.
_STEPS = ("decided", "planned", "concluded", "checked", "applied")


def make_works(world: World) -> Tables:
    """The tables ``works``, ``matters``, ``inspections``, ``case_reviews`` and ``legislation``."""
    return {
        "works": [row for year in YEARS for unit in world.units for row in _work(world, unit, year)],
        "matters": [row for year in YEARS for unit in world.units for row in _handle(world, unit, year)],
        "inspections": list(_inspect(world)),
        "case_reviews": list(_review_cases(world)),
        "legislation": list(_legislate(world)),
    }


def _work(world: World, unit: UnitEntry, year: int) -> Iterator[Row]:
    if "works" in UNSENT.get(unit.id, ()):
        return
    for kind in world.list_subjects(unit, "works", "kind"):
        chance = world.chance("works", unit.id, kind, year)
        wanted = 2 if kind == "部署推进会议" else 1
        count = wanted if chance.random() < world.level(unit.id, kind, year) else wanted - 1
        for turn, day in enumerate(pick_days(chance, year, count), 1):
            yield {
                "unit": unit.name,
                "held_on": day.isoformat(),
                "kind": kind,
                "title": f"{year}年{_TITLES[kind]}" + (f"（第{turn}次）" if wanted > 1 else ""),
                "document": f"{unit.name}虚〔{year}〕{chance.randint(1, 90)}号",
            }


def _handle(world: World, unit: UnitEntry, year: int) -> Iterator[Row]:
    if "matters" in UNSENT.get(unit.id, ()):
        return
    for kind in world.list_subjects(unit, "matters", "kind"):
        chance = world.chance("matters", unit.id, kind, year)
        names, days = _MATTERS[kind]
        count = chance.randint(1, 3) if unit.kind != "department" else chance.randint(0, 2)
        in_time = pick_marks(chance, count, world.level(unit.id, kind, year))
        for turn, day in enumerate(pick_days(chance, year, count)):
            taken = chance.randint(0, days) if in_time[turn] == "是" else days + chance.randint(1, 5)
            handled = (day + timedelta(days=taken)).isoformat()
            if (unit.id, kind, year, turn) == ("lingchuan", "法治建设重大问题", 2024, 0):
                handled = ""
            yield {
                "unit": unit.name,
                "kind": kind,
                "name": f"{names[turn % len(names)]}（虚构）",
                "arose_on": day.isoformat(),
                "handled_on": handled,
            }


def _inspect(world: World) -> Iterator[Row]:
    for year in YEARS:
        for unit in world.sending("inspections", "city", "county", "zone"):
            chance = world.chance("inspections", unit.id, year)
            count = chance.randint(2, 4) if unit.kind == "city" else chance.randint(1, 3)
            whole = pick_marks(chance, count, world.level(unit.id, "inspections", year))
            for turn, day in enumerate(pick_days(chance, year, count)):
                row = {
                    "unit": unit.name,
                    "year": str(year),
                    "number": f"虚督〔{year}〕{turn + 1}号",
                    "title": chance.choice(("优化营商环境", "行政执法三项制度", "重大决策落实", "民生实事")) + "督查",
                }
                for place, step in enumerate(_STEPS):
                    if whole[turn] == "否" and place > 2:
                        # The inspection ends with its conclusion: nobody went back to look.
                        break
                    row[f"{step}_on"] = (day + timedelta(days=25 * place + chance.randint(0, 5))).isoformat()
                    row[f"{step}_doc"] = f"{unit.name}虚督〔{year}〕{turn + 1}-{place + 1}号"
                yield row


def _review_cases(world: World) -> Iterator[Row]:
    number = 0
    for year in YEARS:
        for unit in world.sending("case_reviews", "county", "zone", "department"):
            chance = world.chance("case_reviews", unit.id, year)
            count = chance.randint(8, 16) if unit.kind == "county" else chance.randint(0, 6)
            level = world.level(unit.id, "case_reviews", year)
            qualified, informed = pick_marks(chance, count, level), pick_marks(chance, count, level)
            for turn in range(count):
                number += 1
                must = chance.random() < 0.8
                firm = chance.random() < 0.5
                yield {
                    "unit": unit.name,
                    "year": str(year),
                    "case_no": f"虚罚〔{year}〕{number:04}号",
                    "qualified": qualified[turn],
                    "inform_required": "是" if must else "否",
                    "informed": informed[turn] if must else "否",
                    "firm": "是" if firm else "否",
                    "unequal": "是" if firm and level < 0.85 and turn == 0 else "否",
                }


def _legislate(world: World) -> Iterator[Row]:
    for year in YEARS:
        for unit in world.select("city"):
            chance = world.chance("legislation", unit.id, year)
            for name, kind in (
                ("晋城市历史文化街区保护条例（草案）", "地方性法规草案"),
                ("晋城市停车场管理办法", "政府规章"),
                ("晋城市养犬管理办法", "政府规章"),
            ):
                issued = kind == "政府规章" and (name.endswith("停车场管理办法") or year == YEARS[-1])
                yield {
                    "unit": unit.name,
                    "year": str(year),
                    "title": f"{name}（{year}年，虚构）",
                    "kind": kind,
                    "risk_assessed": "是" if chance.random() < 0.8 else "否",
                    "issued": "是" if issued else "否",
                    "filed": "是" if issued else "否",
                }
