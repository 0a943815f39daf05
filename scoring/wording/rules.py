"""A whole indicator in words, for one cohort."""

from __future__ import annotations

from datetime import date

from indicators.meaning.overlaid import describe_indicator_layers
from indicators.pack.duties import Assessors, Duties
from indicators.pack.model import Indicator, NotApplicableWhen, Pack, Part
from indicators.rules.rule import Effect
from scoring.base.amounts import write_day, write_marks, write_month_day
from scoring.base.effects import describe_effect, find_effect
from scoring.measures.registry import find_measure
from scoring.wording.dated import describe_changes
from scoring.wording.decisions import describe_table
from scoring.wording.marks import describe_marks
from scoring.wording.pots import describe_pot
from scoring.wording.targets import REST_DAYS, describe_target


def describe_rule(indicator: Indicator, cohort: str, pack: Pack) -> list[str]:
    """One sentence for each part, then how they combine, when it applies and is due, and what packs made of it."""
    fulls, deducts = indicator.worth(cohort), pack.section(indicator.section).kind == "deduction"
    sentences = []
    for number, (part, full) in enumerate(zip(indicator.parts, fulls, strict=True), 1):
        title = f"第{number}部分{name_part(part)}：" if len(indicator.parts) > 1 else ""
        sentence = f"{title}取数：{find_measure(part.measure).describe(pack)}。"
        if part.target is not None:
            sentence += f"目标：{describe_target(part.target, part.measure, pack)}。"
        if indicator.has_own_marks(part):
            takes = pack.takes_off(indicator, part)
            sentence += f"计分：{describe_marks(part.marks, full, part.measure, pack, deducts=takes)}。"
        sentences.append(sentence)
    sentences += describe_combination(indicator, cohort, pack)
    if exclusion := describe_exclusions(indicator.not_applicable_when, pack):
        sentences.append(exclusion)
    if indicator.duties is not None:
        sentences.append(describe_duties(indicator.duties, pack))
    if indicator.assessed_by is not None:
        sentences.append(describe_assessors(indicator.assessed_by, pack))
    sentences += describe_due(indicator, pack)
    sentences += describe_changes(indicator, pack)
    sentences += describe_indicator_layers(pack, indicator.id)
    if deducts and indicator.marks[cohort]:
        sentences.append("本项只扣分：得满分时不扣，少得多少就从总分里扣多少。")
    return sentences


def name_part(part: Part) -> str:
    """「按时报送」, or nothing where the part has no title."""
    return f"「{part.title}」" if part.title else ""


def describe_combination(indicator: Indicator, cohort: str, pack: Pack) -> list[str]:
    """How the parts make one item; empty for a single one that is the item."""
    if indicator.pot is not None:
        return describe_pot(indicator, cohort)
    if indicator.table is not None:
        return describe_table(indicator, cohort, pack)
    count, full = len(indicator.parts), write_marks(indicator.marks[cohort])
    if count == 1:
        return []
    if indicator.combine == "sum":
        shares = [write_marks(worth) for worth in indicator.worth(cohort)]
        return [f"{count}个部分（{'、'.join(shares)}）的得分相加，合计满分{full}；不适用的部分不计，满分相应减少。"]
    if (effect := find_effect(indicator)) is not None:
        return [_describe_veto(effect, indicator.find_needed() or count, count, pack)]
    if (needed := indicator.find_needed()) is not None and needed < count:
        return [f"{count}个部分中至少有{needed}个达到目标，得{full}；达不到这个数的不得分；不适用的部分不计。"]
    return [f"{count}个部分都达到目标得{full}，有一个没有达到就不得分；不适用的部分不计。"]


def _describe_veto(effect: Effect, needed: int, count: int, pack: Pack) -> str:
    """When several parts together strike, and what."""
    missed = {1: f"{count}个部分都没有达到目标", count: "有一个部分没有达到目标"}
    when = missed.get(needed, f"{count}个部分中达到目标的不到{needed}个")
    return f"本项不计分；{when}的，{describe_effect(effect, pack)}；不适用的部分不计。"


def describe_exclusions(rule: NotApplicableWhen, pack: Pack) -> str:
    """When the indicator does not apply; empty where it always does."""
    kinds = {kind.id: kind.title for kind in pack.registry.kinds}
    names = {unit.id: unit.name for unit in pack.registry.units}
    excluded = [kinds.get(kind, kind) for kind in rule.kinds] + [names.get(unit, unit) for unit in rule.units]
    cases = [f"单位是{'、'.join(excluded)}"] if excluded else []
    if rule.roster is not None:
        cases.append("名册上没有应计入的人员")
    if rule.denominator is not None:
        cases.append("分母为0")
    if rule.rows is not None:
        cases.append("没有这样的记录")
    if not cases:
        return ""
    return f"有下列情形的不适用：{'；'.join(cases)}{f'（理由：{rule.reason}）' if rule.reason else ''}。"


def describe_assessors(assessors: Assessors, pack: Pack) -> str:
    """Who scores it, and of whom others do."""
    kinds = {kind.id: kind.title for kind in pack.registry.kinds}
    others = [f"{kinds[kind]}由{office}评" for kind, office in assessors.kinds.items()]
    others += [f"{pack.registry.unit(unit).name}由{office}评" for unit, office in assessors.units.items()]
    return f"评分单位：{'；'.join(filter(None, (assessors.office, '、'.join(others))))}。"


def describe_duties(duties: Duties, pack: Pack) -> str:
    """Who leads and who takes part; others of their kinds are not asked."""
    units = {unit.id: unit for unit in pack.registry.units}
    titles = {kind.id: kind.title for kind in pack.registry.kinds}
    roles = ((duties.lead, "牵头"), (duties.joint, "参加"))
    named = "、".join(f"{units[name].name}（{role}）" for names, role in roles for name in names)
    kinds = "、".join(dict.fromkeys(titles[units[name].kind] for name in duties.lead + duties.joint))
    moved = "".join(
        f"{units[each.giver].name}的这项任务从{write_day(date.fromisoformat(each.on))}起由{units[each.to].name}承担"
        f"{f'（{each.source}）' if each.source else ''}，移交的当年起只考核后者。"
        for each in duties.transfers
    )
    return f"{kinds}中只考核承担这项任务的：{named}；其他的不适用。{moved}"


def describe_due(indicator: Indicator, pack: Pack) -> list[str]:
    """By when a figure must stand; deadlines that are targets have been named there."""
    days = []
    early = False
    for part in indicator.parts:
        by = part.target.by if part.target is not None else None
        each = part.measure.chosen.judged_one_by_one
        if by is not None and not (each and by.after is not None):
            continue
        gains = part.target is not None and part.target.at_least is not None
        early |= part.measure.chosen.only_adds and gains and part.marks.chosen.gives_marks
        if part.due is None:
            days.append("当年12月31日")
        else:
            year = ("当年", "次年")[part.due.years_later] if part.due.years_later < 2 else f"{part.due.years_later}年后"
            days.append(f"{year}{write_month_day(part.due.every)}")
    if not days:
        return []
    named = "、".join(dict.fromkeys(days))
    exception = "；提前达到目标并且得满分的，当时就计分" if early else ""
    return [f"数据算到{named}，过了这一天才计分（{REST_DAYS[pack.head.policy.rest_day]}）{exception}。"]
