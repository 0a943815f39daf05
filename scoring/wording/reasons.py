"""Outcomes and reasons: what happened to an item without marks, and what to do about it."""

from __future__ import annotations

OUTCOMES = {
    "scored": "已计分",
    "pending": "未报或未到期",
    "not_applicable": "不适用",
    "conflict": "数据矛盾",
    "exempt": "已批准豁免",
    "error": "出错",
}

#: reason -> sentence; ``outcome/reason`` where a reason means something else for that outcome.
REASONS = {
    "not_reported": "需要的台账还没有报送。请报送；确实没有发生的，请做零报告。",
    "register_open": "这份台账由一家替所有单位报送，还没有声明齐全：没有写到的单位是没有，还是没有登记，现在不知道。",
    "calendar_missing": "期限要按放假安排算，而本办的工作日历里还没有那一年的（国务院办公厅一般在上一年11月公布）。"
    "公布后请督察办导入放假安排，再重新评分；规则和数据都不用改。",
    "row_missing": "台账里没有报这一项的行。请补上这一行后重新报送；确实没有的，数填0。",
    "not_due": "期限还没有到，到期后再计分。请按期完成并及时更新台账。",
    "no_value": "台账里没有可用的数值。请补填后重新报送；由督察员评定的，请督察员登记评定。",
    "counts_missing": "有该填的格空着：空着不等于0，也不等于没有。请补填后重新报送，确实没有的数填0。",
    "marks_undecided": "有认定的问题尚未定扣分，扣多少还定不了。请督察办定下扣分，不扣的写0。",
    "zero_denominator": "分母为0，算不出比率。请核对台账；确实没有这类工作的，请督察办确定是否适用。",
    "not_applicable/zero_denominator": "分母为0，本年度没有这类工作，按规则不适用。台账有遗漏的，请补报。",
    "too_few_rows": "评分或记录太少：去掉最高的和最低的就没有剩下的，或者有一类还没有。请补齐后重新报送。",
    "evidence_needed": "日期不够明确，判断不了是否按期。请补填确切日期，并提供证明材料。",
    "contradicting_rows": "几条记录说法不一致。请核对，只留下正确的一种说法后重新报送。",
    "person_in_two_units": "同一个人同时在两个单位的花名册上。请两个单位核对任职和离岗日期，改正后重新报送。",
    "number_of_two_people": "同一单位的名册上，一个人员编号对应两个姓名。请核对，一人一号，改正后重新报送。",
    "numerator_above_denominator": "分子大于分母，比率超过100%。请核对这两个数，改正后重新报送。",
    "outside_scale": "数值低于下限，或者超过满分、超过这一列的上限，不可能是真的。请核对，改正后重新报送。",
    "negative": "数值为负。请核对台账，改正后重新报送。",
    "dates_disagree": "同一条记录里的几个日期互相矛盾。请对照证明材料核对，改正后重新报送。",
    "before_year_end": "日期早于所报年度结束的那一天，这样的报告不可能已经完成。请核对年度和日期。",
    "unit_excluded": "按规则，这个单位不考核本项，不需要做什么。",
    "nobody": "名册上没有应计入的人员，按规则不适用。名册有遗漏的，请补报。",
    "no_rows": "本年度没有这样的记录，按规则不适用。台账有遗漏的，请补报。",
    "from_zero": "上年度为0，没有可比的数。请督察办研究后确定。",
    "not_applicable/from_zero": "上年度为0，没有可比的数，按规则不适用。上年度台账有遗漏的，请补报。",
    "no_year_before": "这个单位上年度还没有成立，没有可比的数，按规则不适用，不需要做什么。",
    "items_open": "本项要用其他指标的得分，其中有的还没有定。请先办好那些指标。",
    "exemption": "本项已经批准豁免，不计分。豁免在考核年度结束前到期的，到期后照常计分。",
    "outside_range": "督察员评定的分数不在规定的区间内。请督察员核对后重新登记。",
    "unknown_level": "登记的等级不在规则所列的等级里。请对照规则核对等级后重新登记。",
}


def describe_outcome(outcome: str) -> str:
    """The outcome's Chinese name. KeyError for an outcome that the engine does not know."""
    return OUTCOMES[outcome]


def describe_reason(reason: str, outcome: str = "") -> str:
    """What is the matter and what to do about it; ``outcome`` where it is known. KeyError for an unknown reason."""
    return REASONS.get(f"{outcome}/{reason}") or REASONS[reason]
