"""What others say about the units: surveys, honours, findings, an inspector's judgements, exemptions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from data.demo.world import YEARS, Row, Tables, World, pick_day
from indicators.pack.register import UnitEntry

#: unit, year, indicator, state, severity, proposed marks, statement.
_FINDINGS = (
    ("lingchuan", 2024, "26.fine-quota", "已认定", "较重", "", "年初会议材料列出罚没收入增长目标"),
    ("lingchuan", 2024, "9.forbidden", "已认定", "", "", "一份通知增设企业备案义务"),
    ("lingchuan", 2024, "9.forbidden", "已反馈", "", "", "一份文件以会签代替合法性审核"),
    ("qinshui", 2024, "10.unlawful-decisions", "已认定", "", "1.5", "一项决策未经集体讨论即调整实施范围"),
    ("zezhou", 2024, "15.bans", "已认定", "", "", "一件处罚案卷以会议纪要为依据"),
    ("chengqu", 2024, "15.bans", "已定案", "", "", "责令一条街道的门店统一停业两日"),
    ("chengqu", 2024, "15.bans", "已定案", "", "", "一项检查事项没有法定依据"),
    ("gaoping", 2024, "4.negative-list", "待复核", "", "", "招标文件限定本地注册，单位已提出说明"),
    ("zhujian", 2024, "26.fine-quota", "已认定", "特别严重", "", "严重程度没有按规定的三档填写"),
    ("shuiwu", 2024, "4.negative-list", "已认定", "", "", "采购文件设置本地业绩门槛"),
    ("jiaotong", 2024, "10.unlawful-decisions", "已认定", "", "0.75", "一项收费标准调整没有公开征求意见"),
    ("shangwu", 2023, "34.fraud", "已撤销", "", "", "补贴材料涂改，经核实为重新打印，已撤销"),
    ("lingchuan", 2023, "26.fine-quota", "已认定", "一般", "", "考核表列有罚没收入一栏"),
    ("minzheng", 2023, "34.fraud", "已认定", "", "", "培训签到册为事后补签"),
)
_LEVELS = ((0.93, "优"), (0.85, "良"), (0.7, "中"), (0.0, "差"))


def make_reviews(world: World) -> Tables:
    """The tables ``surveys``, ``honours``, ``findings``, ``judgements`` and ``exemptions``."""
    return {
        "surveys": list(_survey(world)),
        "honours": list(_honour(world)),
        "findings": list(_find(world)),
        "judgements": list(_judge(world)),
        "exemptions": list(_exempt(world)),
    }


def _survey(world: World) -> Iterator[Row]:
    for year in YEARS:
        for unit in world.select("county", "zone"):
            chance = world.chance("surveys", unit.id, year)
            for kind, organisation in (("群众满意度", "虚构调查公司甲"), ("政务公开第三方评估", "虚构大学评估中心")):
                score = 58 + 38 * world.level(unit.id, kind, year) + chance.uniform(-2, 1)
                row = {"unit": unit.name, "year": str(year), "kind": kind, "organisation": organisation}
                yield {**row, "sample": str(chance.randint(380, 420)), "score": f"{min(score, 99):.2f}"}


def _honour(world: World) -> Iterator[Row]:
    names = {unit.id: unit.name for unit in world.units}
    for unit, day, kind, level, name in (
        ("jincheng", "2021-11-03", "先进集体", "省级", "省法治政府建设先进集体（虚构）"),
        ("gaoping", "2023-09-12", "示范命名", "省级", "山西省法治政府建设示范县（虚构）"),
        ("jincheng", "2023-09-12", "示范命名", "省级", "高平市获省级命名（虚构）"),
        ("yangcheng", "2024-08-20", "示范命名", "省级", "山西省法治政府建设示范县（虚构）"),
        ("jincheng", "2024-08-20", "示范命名", "省级", "阳城县获省级命名（虚构）"),
        ("yangcheng", "2024-11-05", "先进集体", "省级", "省法治政府建设先进集体（虚构）"),
        ("sifa", "2024-11-05", "先进集体", "省级", "省法治政府建设先进集体（虚构）"),
        ("shengtai", "2024-11-05", "先进个人", "省级", "省法治政府建设先进个人（虚构）"),
    ):
        yield {"unit": names[unit], "named_on": day, "kind": kind, "level": level, "name": name}


def _find(world: World) -> Iterator[Row]:
    names = {unit.id: unit.name for unit in world.units}
    for number, (unit, year, indicator, state, severity, marks, statement) in enumerate(_FINDINGS, 1):
        chance = world.chance("findings", number)
        yield {
            "unit": names[unit],
            "year": str(year),
            "number": f"虚问〔{year}〕{number:03}号",
            "indicator": indicator,
            "state": state,
            "severity": severity,
            "proposed_marks": marks,
            "found_on": pick_day(chance, date(year, 10, 8), date(year, 12, 20)).isoformat(),
            "statement": f"{statement}（虚构）",
        }


def _judge(world: World) -> Iterator[Row]:
    for year in YEARS:
        for unit in world.sending("judgements", "city", "county", "zone", "department"):
            for indicator in world.list_asked(unit):
                rule = indicator.parts[0].marks.chosen
                if rule.find_judged_column() is None:
                    continue
                row = {"unit": unit.name, "year": str(year), "indicator": indicator.id}
                row["reason"] = "现场抽查材料后评定，演示数据"
                row["evidence"] = f"虚底稿〔{year}〕{unit.id}（虚构）"
                level = world.level(unit.id, indicator.id, year)
                if rule.find_levels() is not None:
                    yield from _judge_level(row, level, (unit.id, indicator.id, year))
                else:
                    full = next(marks for cohort, marks in indicator.marks.items() if _belongs(world, unit, cohort))
                    yield from _judge_marks(world, row, level, full, (unit.id, indicator.id, year))


def _belongs(world: World, unit: UnitEntry, cohort: str) -> bool:
    return any(entry.id == cohort and unit in world.pack.members(entry) for entry in world.pack.head.cohorts)


def _judge_level(row: Row, level: float, place: tuple[str, str, int]) -> Iterator[Row]:
    word = next(word for border, word in _LEVELS if level >= border)
    yield {**row, "inspector": "督察员甲", "level": word, "marks": ""}
    if place == ("zezhou", "20.standard", 2024):
        yield {**row, "inspector": "督察员乙", "level": "差", "marks": ""}


def _judge_marks(world: World, row: Row, level: float, full: Decimal, place: tuple[str, str, int]) -> Iterator[Row]:
    for inspector in ("督察员甲", "督察员乙"):
        chance = world.chance("judgements", *place, inspector)
        tenths = min(int(full * 10), round(level * float(full) * 10 + chance.choice((-1, 0, 0, 1))))
        yield {**row, "inspector": inspector, "level": "", "marks": f"{Decimal(tenths) / 10:f}"}


def _exempt(world: World) -> Iterator[Row]:
    names = {unit.id: unit.name for unit in world.units}
    for unit, indicator, reason, expires in (
        ("qinshui", "18.drills", "汛期连续参加实战救援，批准不再另行组织演练（虚构）", "2025-12-31"),
        ("shuiwu", "16.publicity", "机构职能调整期间（虚构），年内已经恢复", "2024-09-30"),
    ):
        yield {
            "unit": names[unit],
            "indicator": indicator,
            "year": "2024",
            "reason": reason,
            "approver": "市委依法治市办负责人（虚构）",
            "expires_on": expires,
        }
