"""What a shortfall or an excess is worth, in one sentence for each member."""

from __future__ import annotations

from decimal import Decimal

from indicators.entries.amounts import Quantity
from indicators.measures.registry import Measure
from indicators.pack.model import Pack
from indicators.rules.award import Award
from indicators.rules.judged import Judged
from indicators.rules.ladder import Ladder, Step
from indicators.rules.late import Late
from indicators.rules.per_occurrence import PerOccurrence
from indicators.rules.per_shortfall import Beyond, PerShortfall
from indicators.rules.proportional import Proportional
from indicators.rules.registry import MarksRule
from indicators.rules.relative import PeerMean, Relative
from indicators.rules.veto import Veto
from scoring.base.amounts import write_figure, write_marks, write_plain, write_range
from scoring.measures.registry import find_measure


def describe_marks(
    rule: MarksRule, full_marks: Decimal, measure: Measure, pack: Pack | None = None, *, deducts: bool = False
) -> str:
    """How marks are given, without a full stop; amounts of marks are absolute, for a part worth ``full_marks``.

    ``pack`` is asked for the unit of a column (学时); without it such figures stand alone.
    Where the section only ``deducts``, a judgement is said in the marks that it takes off.
    """
    unit = find_measure(measure).find_unit(pack)
    full = write_marks(full_marks)
    if rule.all_or_nothing is not None:
        otherwise = rule.all_or_nothing.otherwise.of(full_marks)
        return f"达到目标得{full}，没有达到{f'得{write_marks(otherwise)}' if otherwise else '不得分'}"
    if rule.proportional is not None:
        return _describe_proportional(rule.proportional, full_marks, measure, unit)
    if rule.ladder is not None:
        return _describe_ladder(rule.ladder, full_marks, measure, unit)
    if rule.per_shortfall is not None:
        return _describe_shortfall(rule.per_shortfall, full_marks, measure, unit)
    if rule.per_occurrence is not None:
        return _describe_occurrences(rule.per_occurrence, full_marks, measure)
    if rule.award is not None:
        return _describe_award(rule.award, full_marks, measure)
    if rule.late is not None:
        return _describe_late(rule.late, full_marks, measure)
    if rule.relative is not None:
        return _describe_relative(rule.relative, full_marks, measure, unit)
    if rule.judged is not None:
        return _describe_judged(rule.judged, full_marks, deducts)
    assert rule.veto is not None
    return _describe_veto(rule.veto)


def _describe_proportional(line: Proportional, full: Decimal, measure: Measure, unit: str) -> str:
    base = line.base.of(full)
    if line.start is None and not base and measure.change is None:
        return f"达到目标得{write_marks(full)}；没有达到的，按实际占目标的比例得分"
    start = write_figure(line.start, unit) if line.start is not None else f"0{unit}"
    lowest = f"得{write_marks(base)}" if base else "不得分"
    return f"达到目标得{write_marks(full)}；在{start}或者比它更差的{lowest}；两者之间按比例得分"


def _describe_ladder(ladder: Ladder, full: Decimal, measure: Measure, unit: str) -> str:
    single_date = measure.date is not None and measure.date.pick != "each"
    steps = [
        f"{_describe_days(step) if single_date else write_range(step, unit)}{_say_marks(step.marks, full)}"
        for step in ladder.steps
    ]
    return "；".join(steps)


def _describe_days(step: Step) -> str:
    """A step of a ladder over days late."""
    if step.low is None and step.high is not None and step.high[0] <= 0:
        return "按期完成的"
    if step.low is not None and step.low == (Decimal(0), False) and step.at_most is not None:
        return f"逾期{step.at_most}日以内（含）的"
    return f"逾期{write_range(step, '日')}的"


def _say_marks(worth: Quantity, full: Decimal) -> str:
    amount = worth.of(full)
    return f"得{write_marks(amount)}" if amount else "不得分"


def name_step(per: Quantity, measure: Measure, unit: str) -> str:
    """What one ``per`` is called: 1个百分点, 2条, 0.5."""
    if not per.percent:
        return f"{per}{unit}"
    return f"{write_plain(per)}个百分点"


_PARTIAL = {"up": "按{}算", "down": "不算", "exact": "按比例算"}


def _describe_shortfall(rule: PerShortfall, full: Decimal, measure: Measure, unit: str) -> str:
    step = name_step(rule.per, measure, unit)
    at_target = rule.at_target.of(full)
    cap = (rule.cap or rule.at_target).of(full)
    limit = "扣完为止" if cap >= at_target else f"最多扣{write_marks(cap)}"
    # Whole things cannot fall short by part of one.
    partial = ""
    if unit not in ("条", "件", "个") or write_plain(rule.per) != "1":
        partial = f"（不足{step}的{_PARTIAL[rule.partial].format(step)}）"
    text = f"达到目标得{write_marks(at_target)}，每差{step}扣{write_marks(rule.each, full)}{partial}，{limit}"
    if rule.beyond is not None:
        text += f"；{_describe_beyond(rule.beyond, full, measure, unit)}"
    return text


def _describe_beyond(beyond: Beyond, full: Decimal, measure: Measure, unit: str) -> str:
    step = name_step(beyond.per, measure, unit)
    partial = f"（不足{step}的{_PARTIAL[beyond.partial].format(step)}）"
    if unit in ("条", "件", "个") and write_plain(beyond.per) == "1":
        partial = ""
    return f"比目标每好{step}加{write_marks(beyond.each, full)}{partial}，最高得{write_marks(full)}"


def _name_occurrence(measure: Measure) -> tuple[str, str]:
    """What is counted, as 一件 or 一条, and what it did."""
    if measure.share_of_people is not None:
        return "人", "没有达到要求"
    if measure.date is not None:
        return "条", "没有按期完成"
    if measure.findings is not None:
        return ("件", "") if measure.findings.sum is None else ("分建议扣分，", "")
    return ("条", "") if measure.count is not None else ("", "")


def _describe_occurrences(rule: PerOccurrence, full: Decimal, measure: Measure) -> str:
    word, did = _name_occurrence(measure)
    cap = rule.cap.of(full)
    limit = "扣完为止" if cap >= full else f"最多扣{write_marks(cap)}"
    if rule.levels is not None:
        levels = "、".join(f"{level}每{word}{write_marks(worth, full)}" for level, worth in rule.levels.items())
        return f"满分{write_marks(full)}，按轻重扣分：{levels}，{limit}"
    free = f"前{rule.free}{word}不扣分；" if rule.free else ""
    if len(rule.each) == 1:
        costs = f"{'以后' if rule.free else ''}每有1{word}{did}扣{write_marks(rule.each[0], full)}"
        if not word:
            costs = f"{'以后' if rule.free else ''}每1扣{write_marks(rule.each[0], full)}"
    else:
        first = enumerate(rule.each[:-1], 1 + rule.free)
        counted = [f"第{number}{word}扣{write_marks(each, full)}" for number, each in first]
        counted.append(f"第{len(rule.each) + rule.free}{word}起每{word}扣{write_marks(rule.each[-1], full)}")
        costs = f"{did}的，" * bool(did) + "、".join(counted)
    return f"满分{write_marks(full)}，{free}{costs}，{limit}"


def _describe_award(rule: Award, full: Decimal, measure: Measure) -> str:
    limit = f"最多得{write_marks(rule.cap, full)}"
    if rule.levels is not None:
        levels = "、".join(f"{level}每条{write_marks(worth, full)}" for level, worth in rule.levels.items())
        return f"按级别得分：{levels}，{limit}"
    assert rule.each is not None
    if measure.share_of_people is not None:
        what = "每有1人达到要求"
    elif measure.date is not None:
        what = "每有1条按期完成"
    elif measure.count is not None:
        what = "每有1条"
    elif measure.findings is not None and measure.findings.sum is None:
        what = "每有1件"
    else:
        what = "每1"
    if rule.beyond_target:
        return f"只算超过目标的部分，{what}得{write_marks(rule.each, full)}，{limit}"
    return f"{what}得{write_marks(rule.each, full)}，{limit}"


def _describe_late(rule: Late, full: Decimal, measure: Measure) -> str:
    cap = rule.cap.of(full)
    limit = "扣完为止" if cap >= full else f"最多扣{write_marks(cap)}"
    each = measure.date is not None and measure.date.pick == "each"
    if rule.per_day is not None:
        return (
            f"{'全部' if each else ''}按期得{write_marks(full)}，每{'条每' if each else ''}逾期1日"
            f"扣{write_marks(rule.per_day, full)}，{limit}；还没有完成的，逾期天数算到截止日"
        )
    assert rule.late is not None and rule.missing is not None
    if each:
        return (
            f"全部按期得{write_marks(full)}，逾期完成的每条扣{write_marks(rule.late, full)}，"
            f"没有完成的每条扣{write_marks(rule.missing, full)}，{limit}"
        )
    late, missing = (min(cap, worth.of(full)) for worth in (rule.late, rule.missing))
    return f"按期完成得{write_marks(full)}，逾期完成{_say_cost(late, full)}，没有完成{_say_cost(missing, full)}"


def _say_cost(cost: Decimal, full: Decimal) -> str:
    """What is deducted and what is left."""
    if not cost:
        return "不扣分"
    left = f"得{write_marks(full - cost)}" if cost < full else "不得分"
    return f"扣{write_marks(cost)}（{left}）"


def _describe_relative(rule: Relative, full: Decimal, measure: Measure, unit: str) -> str:
    better = "越高" if rule.better == "higher" else "越低"
    start = f"与同组有数据的单位比较，数值{better}越好："
    equal = f"；全组数值都相同或者只有一个单位有数据的，得{write_marks(rule.all_equal, full)}"
    if rule.rank_table is not None:
        places = "、".join(f"第{place}名{write_marks(w, full)}" for place, w in enumerate(rule.rank_table.marks, 1))
        beyond = rule.rank_table.beyond.of(full)
        rest = f"以后的名次{f'得{write_marks(beyond)}' if beyond else '不得分'}"
        return f"{start}{places}，{rest}，数值相同的名次并列{equal}"
    if (step := rule.rank_step) is not None:
        floor = step.floor.of(full)
        lowest = f"最低得{write_marks(floor)}" if floor else "扣完为止"
        return (
            f"{start}第1名得{write_marks(step.first, full)}，每退一名少{write_marks(step.step, full)}，{lowest}，"
            f"数值相同的名次并列{equal}"
        )
    if rule.ratio_to_best is not None:
        way = "本单位数值 ÷ 最好数值" if rule.better == "higher" else "最好数值 ÷ 本单位数值"
        return f"{start}最好的单位得{write_marks(full)}，其他单位按「{way}」的比例得分{equal}"
    if rule.min_max is not None:
        base = rule.min_max.base.of(full)
        return (
            f"{start}最好的单位得{write_marks(full)}，最差的单位{f'得{write_marks(base)}' if base else '不得分'}，"
            f"其他单位按所处的位置比例得分{equal}"
        )
    assert rule.peer_mean is not None
    return f"{start}{_describe_peer_mean(rule.peer_mean, full, measure, unit)}{equal}"


def _describe_peer_mean(mean: PeerMean, full: Decimal, measure: Measure, unit: str) -> str:
    step = name_step(mean.per, measure, unit)
    cap = mean.cap.of(full)
    limit = "扣完为止" if cap >= full else f"最多扣{write_marks(cap)}"
    return (
        f"不差于全组平均数得{write_marks(full)}，比平均数每差{step}扣{write_marks(mean.each, full)}"
        f"（不足{step}的{_PARTIAL[mean.partial].format(step)}），{limit}"
    )


def _describe_judged(rule: Judged, full: Decimal, deducts: bool) -> str:
    if deducts:
        if rule.levels is not None:
            lost = [f"{level}扣{write_marks(full - worth.of(full))}" for level, worth in rule.levels.items()]
            return f"由督察员评定等级：{'、'.join(lost)}"
        assert rule.range is not None
        least, most = (full - rule.range.high.of(full), full - rule.range.low.of(full))
        return f"由督察员评定扣多少分，在{write_marks(least)}到{write_marks(most)}之间，并写明理由"
    if rule.levels is not None:
        return "由督察员评定等级：" + "、".join(f"{level}得{write_marks(w, full)}" for level, w in rule.levels.items())
    assert rule.range is not None
    return f"由督察员在{write_marks(rule.range.low, full)}到{write_marks(rule.range.high, full)}之间评定，并写明理由"


def _describe_veto(rule: Veto) -> str:
    effect = "总分归零" if rule.total is not None else f"等次不得高于{rule.grade_at_most}"
    return f"本项不计分；没有达到目标的，{effect}"
