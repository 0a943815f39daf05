"""The table as a whole: marks add up, grades cover every total, weights are complete."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from indicators.entries.amounts import MARK_SCALE, OPEN, has_no_end, plain
from indicators.entries.intervals import HasEnds, find_gaps
from indicators.entries.nearest import suggest
from indicators.lint.problem import Problem
from indicators.meaning.uses import list_readers
from indicators.pack.combining import Reached
from indicators.pack.grades import Grade, sort_grades
from indicators.pack.model import Cohort, Indicator, Pack
from indicators.rules.rule import Effect


def check_worth(pack: Pack) -> Iterator[Problem]:
    """The parts of an indicator add up to its marks."""
    cohorts = {cohort.id for cohort in pack.head.cohorts}
    for position, indicator in enumerate(pack.indicators):
        if indicator.pot is not None or indicator.table is not None:
            continue
        if indicator.combine != "sum":
            yield from _check_whole(indicator, position)
            continue
        for number, part in enumerate(indicator.parts):
            # A misspelt cohort is told elsewhere; here only one that exists and was left out of the marks.
            forgotten = cohorts & set(part.worth or {}) - set(indicator.marks)
            for cohort in sorted(forgotten if indicator.marks and cohorts >= set(indicator.marks) else ()):
                text = f"worth 写了 {cohort}，但指标的 marks 里没有它；请补上 marks 或删去 worth"
                yield Problem(text, position, ("parts", number, "worth", cohort))
        for cohort, full in indicator.marks.items():
            for text in _describe_shares(indicator, cohort, full):
                yield Problem(text, position, ("parts",))


def _check_whole(indicator: Indicator, position: int) -> Iterator[Problem]:
    """Parts that have no marks of their own only have to reach their target."""
    if any(part.worth for part in indicator.parts):
        yield Problem("combine 不是 sum 时各部分不单独给分，请删去 worth", position, ("parts",))
    rules = [part.marks.chosen for part in indicator.parts]
    if any(not rule.only_asks_target and rule.find_effect() is None for rule in rules):
        yield Problem("combine 不是 sum 时各部分只看是否达标；计分请都写 all_or_nothing", position, ("parts",))
    combine, count = indicator.combine, len(indicator.parts)
    if isinstance(combine, Reached) and not 1 <= combine.at_least <= count:
        text = f"combine 要求 {combine.at_least} 部分达标，但共有 {count} 部分；请改 at_least"
        yield Problem(text, position, ("combine",))


def _describe_shares(indicator: Indicator, cohort: str, full: Decimal) -> Iterator[str]:
    """What is wrong with the marks of the parts for one cohort."""
    given = [part.worth[cohort] for part in indicator.parts if part.worth and cohort in part.worth]
    if given and len(given) != len(indicator.parts):
        yield f"有的部分写了 {cohort} 的 worth，有的没写；请都写，或都不写（平均分配）"
    elif given and sum(given) != full:
        whole = plain(Decimal(sum(given)))
        yield f"{cohort}：各部分合计 {whole} 分，指标写 {plain(full)} 分，对不上；请改一处"
    elif not given and (full * MARK_SCALE) % len(indicator.parts):
        yield f"{cohort}：{plain(full)} 分不能平均分给 {len(indicator.parts)} 个部分；请逐一写 worth"


def check_precision(pack: Pack) -> Iterator[Problem]:
    """Full marks of parts, section marks and caps carry no more decimals than the marks that are given.

    Otherwise full marks could not be reached: what a part gives is rounded to the pack's precision.
    """
    scale = 10**pack.head.precision
    advice = f"得分只保留 {pack.head.precision} 位小数（precision）；请改用整一些的分值，或改 precision"
    for position, indicator in enumerate(pack.indicators):
        if indicator.pot is not None:
            continue
        for cohort in indicator.marks:
            for number, worth in enumerate(indicator.worth(cohort)):
                if worth * scale % 1 and not worth * MARK_SCALE % 1:
                    place = ("parts", number, "worth", cohort) if indicator.combine == "sum" else ("marks", cohort)
                    text = f"第 {number + 1} 部分 {cohort} 的满分 {plain(worth)} 太细，{advice}"
                    yield Problem(text, position, place)
                    break
    for index, section in enumerate(pack.head.sections):
        for key, amounts in (("marks", section.marks), ("cap", section.cap)):
            for cohort, amount in amounts.items():
                if amount * scale % 1:
                    text = f"一级指标「{section.title}」{cohort} 的 {key} {plain(amount)} 太细，{advice}"
                    yield Problem(text, place=("sections", index, key, cohort))


def check_sections(pack: Pack) -> Iterator[Problem]:
    """Base sections add up to the full marks, and their indicators to them; bonus and deduction are capped."""
    for cohort in pack.head.cohorts:
        total = Decimal(0)
        for index, section in enumerate(pack.head.sections):
            inside = [indicator for indicator in pack.indicators if indicator.section == section.id]
            worth = sum((indicator.marks.get(cohort.id, Decimal(0)) for indicator in inside), Decimal(0))
            stated = section.marks.get(cohort.id, Decimal(0))
            place = ("sections", index)
            if section.kind == "base":
                total += stated
                if worth != stated:
                    text = (
                        f"一级指标「{section.title}」{cohort.id} 写 {plain(stated)} 分，"
                        f"所含指标合计 {plain(worth)} 分，对不上；请改一处"
                    )
                    yield Problem(text, place=place)
                if section.cap:
                    yield Problem(f"一级指标「{section.title}」是基本分；请删去 cap", place=place)
            elif section.kind == "input" and (section.marks or section.cap):
                text = f"一级指标「{section.title}」是中间项，不计入总分；请删去 marks 和 cap"
                yield Problem(text, place=place)
            elif section.marks:
                yield Problem(f"一级指标「{section.title}」不是基本分；请删去 marks，限额写 cap", place=place)
            elif section.kind in ("bonus", "deduction") and worth and cohort.id not in section.cap:
                text = f"一级指标「{section.title}」请写 {cohort.id} 的 cap（加分或扣分的上限）"
                yield Problem(text, place=place)
        if total != cohort.full:
            sums = f"满分 {plain(cohort.full)}，各一级指标合计 {plain(total)}"
            text = f"考核组「{cohort.title}」{sums}，对不上；请改一处"
            yield Problem(text, place=("cohorts", pack.head.cohorts.index(cohort)))


def check_open_marks(pack: Pack) -> Iterator[Problem]:
    """Marks without an upper end stand in bonus sections, for a single part that gives so much for each, and all."""
    for index, section in enumerate(pack.head.sections):
        if section.kind != "bonus" and any(map(has_no_end, section.cap.values())):
            text = f"一级指标「{section.title}」不是加分，cap 不能写 {OPEN}（不封顶）；请写上限"
            yield Problem(text, place=("sections", index, "cap"))
    for position, indicator in enumerate(pack.indicators):
        if not any(map(has_no_end, indicator.marks.values())):
            continue
        if pack.section(indicator.section).kind != "bonus":
            text = f"marks 写了 {OPEN}（不封顶）：只有 kind: bonus（加分）的一级指标里可以；请写满分"
            yield Problem(text, position, ("marks",))
        marks = indicator.parts[0].marks.chosen
        if len(indicator.parts) > 1 or indicator.combine != "sum" or not marks.goes_on():
            text = (
                f"marks 写了 {OPEN}（不封顶）：只能有一个部分，用 award 计分，不写 cap 和百分数；请写满分，或改计分方式"
            )
            yield Problem(text, position, ("parts",))


def check_inputs(pack: Pack) -> Iterator[Problem]:
    """What counts only as input of others is read by an indicator, in every cohort that it is asked of."""
    for position, indicator in enumerate(pack.indicators):
        if pack.section(indicator.section).kind != "input":
            continue
        readers = list_readers(pack, indicator.id)
        unread = [cohort for cohort in indicator.marks if not any(cohort in reader.marks for reader in readers)]
        if unread:
            text = (
                f"中间项 {indicator.id} 在 {'、'.join(unread)} 没有指标取它的得分；"
                "请在用它的指标里写 of_marks，或放到计分的一级指标"
            )
            yield Problem(text, position, ("section",))


def check_grades(pack: Pack) -> Iterator[Problem]:
    """Grade bands cover every total once, each border inclusive on one side."""
    for index, cohort in enumerate(pack.head.cohorts):
        if not cohort.grades:
            continue
        bands: list[tuple[str, HasEnds]] = [(grade.name, grade) for grade in cohort.grades]
        for text in find_gaps(bands):
            yield Problem(f"考核组「{cohort.title}」的等次：{text}", place=("cohorts", index, "grades"))
        names = [grade.name for grade in cohort.grades]
        if len(set(names)) != len(names):
            yield Problem(f"考核组「{cohort.title}」的等次名称有重复；请改其中一个", place=("cohorts", index, "grades"))


def check_quotas(pack: Pack) -> Iterator[Problem]:
    """A quota takes of a ranking, lets in a part of it, and leaves a lower grade for who stands beyond."""
    for index, cohort in enumerate(pack.head.cohorts):
        lowest = sort_grades(cohort.grades)[:1]
        for number, grade in enumerate(cohort.grades):
            for text in _describe_quota(cohort, grade, grade in lowest) if grade.quota is not None else ():
                place = ("cohorts", index, "grades", number, "quota")
                yield Problem(f"考核组「{cohort.title}」的等次「{grade.name}」：{text}", place=place)


def _describe_quota(cohort: Cohort, grade: Grade, is_lowest: bool) -> Iterator[str]:
    """What is wrong with the quota of a grade."""
    assert grade.quota is not None
    most = grade.quota.at_most
    if not cohort.ranked:
        yield "有名额（quota）的考核组要排名；请删去 ranked: false 或 quota"
    if is_lowest:
        yield "最低一等没有下一等可列，不能有名额；请删去 quota"
    if most.percent and not 0 < most.value < 1:
        yield f"名额 {most} 应大于 0%、小于 100%；请改 quota 的 at_most"
    if not most.percent and (most.value <= 0 or most.value != int(most.value)):
        yield f"名额 {most} 应为大于0的整数（个）或百分数；请改 quota 的 at_most"
    if not most.percent and "partial" in grade.quota.model_fields_set:
        yield "名额是个数时没有不足1个的部分；请删去 partial"


def check_reviews(pack: Pack) -> Iterator[Problem]:
    """With reviews, every base section belongs to one, and the weights of a cohort add up to 100 %."""
    reviews = [review.id for review in pack.head.reviews]
    placed = True
    for index, section in enumerate(pack.head.sections):
        if section.review is not None and section.review not in reviews:
            text = f"评审 {section.review} 不存在{suggest(section.review, reviews)}"
            placed = False
            yield Problem(text, place=("sections", index, "review"))
        elif reviews and section.kind == "base" and section.review is None:
            text = f"一级指标「{section.title}」请写属于哪一路评审（review），可用：{'、'.join(reviews)}"
            placed = False
            yield Problem(text, place=("sections", index))
    for cohort in pack.head.cohorts if reviews else ():
        weights = [review.weight[cohort.id].value for review in pack.head.reviews if cohort.id in review.weight]
        if sum(weights, Decimal(0)) != 1:
            shown = plain(sum(weights, Decimal(0)) * 100)
            text = f"考核组「{cohort.title}」各路评审的权重合计 {shown}%，应为 100%；请改 weight"
            yield Problem(text, place=("reviews",))
        for review in pack.head.reviews if placed else ():
            worth = sum(
                section.marks.get(cohort.id, Decimal(0))
                for section in pack.head.sections
                if section.review == review.id
            )
            weight = review.weight.get(cohort.id)
            if bool(worth) != bool(weight is not None and weight.value > 0):
                text = f"考核组「{cohort.title}」的评审「{review.title}」有分值就要有权重，有权重就要有分值"
                yield Problem(f"{text}；请改 weight 或 review", place=("reviews",))


def check_sheets(pack: Pack) -> Iterator[Problem]:
    """A score sheet shows indicator, full marks and marks, each column once, and names only columns that it shows."""
    sheets = pack.head.sheets
    needed = [name for name in ("indicator", "full", "mark") if name not in sheets.columns]
    if needed:
        text = f"评分表不能没有 {'、'.join(needed)} 这{len(needed)}列；请在 columns 里补上"
        yield Problem(text, place=("sheets", "columns"))
    doubled = sorted({name for name in sheets.columns if sheets.columns.count(name) > 1})
    if doubled:
        yield Problem(f"评分表的列 {'、'.join(doubled)} 写了两次；请删去一处", place=("sheets", "columns"))
    for name in sheets.titles:
        if name not in sheets.columns:
            text = f"titles 给 {name} 起了列名，但 columns 里没有这一列；请补上这一列或删去列名"
            yield Problem(text, place=("sheets", "titles", name))


def check_vetoes(pack: Pack) -> Iterator[Problem]:
    """Vetoes stand in veto sections, alone in their indicator, without marks, and what they strike is there."""
    kinds = {section.id: section.kind for section in pack.head.sections}
    for position, indicator in enumerate(pack.indicators):
        found = [part.marks.chosen.find_effect() for part in indicator.parts]
        effects = [effect for effect in found if effect is not None]
        inside = kinds[indicator.section] == "veto"
        if inside != bool(effects) or 0 < len(effects) < len(found):
            text = "一票否决（veto）请单独成一个指标，放在 kind: veto 的一级指标下；那里也只放 veto"
            yield Problem(text, position, ("parts",))
        elif len(effects) > 1 and indicator.find_needed() is None:
            text = "一票否决有几个部分的，请写 combine: all（有一个没有达到就触发）或 {at_least: 1}（都没有达到才触发）"
            yield Problem(text, position, ("combine",))
        elif len(set(effects)) > 1:
            yield Problem("同一项一票否决的各部分后果不同；请改成一样，或分成几个指标", position, ("parts",))
        if inside and any(indicator.marks.values()):
            yield Problem('一票否决没有分值；marks 请写 "0"', position, ("marks",))
        for effect in dict.fromkeys(effects):
            for text in _describe_effect(effect, indicator, pack):
                yield Problem(text, position, ("parts",))


def _describe_effect(effect: Effect, indicator: Indicator, pack: Pack) -> Iterator[str]:
    """What is wrong with what a veto names."""
    for cohort in pack.head.cohorts:
        grades, name = [grade.name for grade in cohort.grades], effect.best_grade
        if name is not None and cohort.id in indicator.marks and name not in grades:
            yield f"等次「{name}」不在考核组「{cohort.title}」的等次里{suggest(name, grades)}"
    struck = {section.id: section.kind for section in pack.head.sections if section.kind in ("base", "bonus")}
    if effect.section is not None and effect.section not in struck:
        yield f"否决的一级指标 {effect.section} 不是这里的基本分或加分部分{suggest(effect.section, list(struck))}"
