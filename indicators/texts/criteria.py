"""Sentences of marking sheets (评分标准) -> what rule they state, with its numbers; what is not sure is marked so.

A form is certain only if its words can mean nothing else and all its numbers are read. Everything else keeps its
sentence and is left to people.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from indicators.texts.clauses import find_period
from indicators.texts.criterion import RULES, Criterion, Form
from indicators.texts.deadlines import find_deadlines
from indicators.texts.figures import StatedFigure, find_figures, read_number
from indicators.texts.folding import fold
from indicators.texts.mark_steps import read_mark_steps
from indicators.texts.unread import find_lost_time, find_unread

_N = r"(\d+(?:\.\d+)?)"
_ONE = "(?:[一1]|每)"
_MARKS = re.compile(rf"(?:得|计|满分|共)?\s*{_N}\s*分")
_WORTH = re.compile(rf"\(\s*{_N}\s*分?\s*\)|(?<!不)得\s*{_N}\s*分(?!以)|\({_N}分[,;，]")
_CAP = re.compile(
    rf"以\s*{_N}\s*分为限|(?:累计|合计|最多|最高|至多)[^,;。]{{0,8}}?(?:不超过|扣|得|加)?\s*{_N}\s*分|不超过\s*{_N}\s*分"
)
_LATE = "(?:每(?:逾期|迟|晚|超期|超时|超|延迟|拖延|推迟)|(?:逾期|迟报|晚报|超期|超时|延迟|拖延)[^,;。]{0,3}每)"
_DUTY = re.compile("健全|落实|开展|完善|推进|加强|建立|严格|严厉|及时|确保")
_LONGEST_REMARK = 24
_NO_TARGET = "没有写目标是多少"
#: Forms that need a target, and whether it is a number of something or a ratio.
_AIMED: dict[str, str] = {"per_missing": "count", "per_point": "ratio", "proportional": "ratio"}
#: Rules that are reckoned over a whole year from what is reported.
_RECKONED: frozenset[Form] = frozenset({"per_missing", "per_point", "threshold", "steps", "proportional"})
_LEVELS = ("国家级", "省部级", "省级", "市级", "县级", "乡级", "国家", "中央", "省", "市", "县")
_UNITS = "次|篇|项|件|期|例|起|处|条|人次|人|份|个|家|场|户|宗|名|天|日"


def read_criterion(text: str) -> Criterion:
    """What a sentence of a marking sheet states; as a rule it is certain only if nothing of it was left over."""
    words = re.sub(r"\s+", "", fold(text))
    found = _read(text, words)
    if found.doubt or found.form not in RULES:
        return found
    period = find_period(words)
    if found.form == "per_missing" and found.wanted is not None and found.wanted.value == 1:
        found = replace(found, every=period if period in ("half_year", "quarter", "month") else None)
    reckoned = found.form in _RECKONED and found.deadline is None
    lost = find_lost_time(words, found.every) if reckoned and found.wanted is not None else ""
    return replace(found, doubt=lost or find_unread(words, found.list_numbers(), marks_only=not reckoned))


def _read(text: str, words: str) -> Criterion:
    steps, doubt = read_mark_steps(words)
    if steps:
        return Criterion(text, "steps", steps=steps, doubt=doubt)
    for form, pattern, make in _FORMS:
        found = re.search(pattern, words)
        if found:
            return make(form, text, words, found)
    worth, wanted = _read_worth(words), _wanted(words)
    if worth is not None and wanted is not None:
        doubt = _doubt_several(words) or "没有写达不到时怎么给分" if wanted.unit != "%" else _doubt_several(words)
        return Criterion(text, "threshold", worth=worth, wanted=wanted, doubt=doubt)
    if worth is not None:
        return Criterion(text, "done", worth=worth, doubt=_doubt_marks(words, 1))
    return _bare(text, words)


def _doubt_several(words: str) -> str:
    """Several targets in one sentence: whether all of them must be reached it seldom says."""
    several = sum(figure.explicit and figure.comparison != "=" for figure in find_figures(words))
    return (
        "几个目标写在一起，是不是都要做到看不出"
        if several > 1 or len(re.findall("率(?=[、,和及达])", words)) > 1
        else ""
    )


def _read_worth(words: str) -> Decimal | None:
    """What it gives in full; where 满分 stands, all of the item, and an amount beside it is less than that."""
    if re.search("(?:得|计|为)满分", words):
        return None
    found = _WORTH.search(words)
    return next((Decimal(each) for each in found.groups() if each), None) if found else None


def _read_cap(words: str) -> Decimal | None:
    found = _CAP.search(words)
    return next((Decimal(each) for each in found.groups() if each), None) if found else None


def _doubt_marks(words: str, expected: int) -> str:
    """More amounts of marks than were read mean that something was not."""
    count = len(_MARKS.findall(words))
    return f"这一句里有{count}个分值，只认出{expected}个" if count > expected else ""


def _wanted(words: str) -> StatedFigure | None:
    marks = [match.span() for match in re.finditer(rf"{_N}\s*(?:分|个百分点)", words)]
    figures = [figure for figure in find_figures(words) if all(not a <= figure.start < b for a, b in marks)]
    return next((figure for figure in figures if figure.explicit and figure.comparison != "="), None)


def _deduct(form: Form, text: str, words: str, found: re.Match[str]) -> Criterion:
    groups = [group for group in found.groups() if group]
    each, step = Decimal(groups[-1]), Decimal(groups[0]) if form == "per_point" and len(groups) > 1 else Decimal(1)
    worth, cap = _read_worth(words), _read_cap(words)
    known = 1 + (worth is not None) + (cap is not None and f"{cap}" != f"{each}")
    wanted = _wanted(words[: found.start()]) if form in ("per_missing", "per_point") else None
    doubt = _doubt_marks(words, known) or _escalates(words)
    if form == "deduct_if" and re.search("每(?!年|季|月|周|日|个?(?:单位|县|乡镇))", words[: found.end()]):
        doubt = doubt or "每多少扣一次没有读"
    if form == "deduct_if" and re.search(rf"(?:[二两三四五六七八九十]|\d){{1,3}}(?:{_UNITS})(?:及|或)?以上", words):
        doubt = doubt or "到多少才扣没有读"
    if wanted is not None and wanted.comparison == "<":
        # 不足4次的，每缺1次: four are wanted.
        wanted = replace(wanted, comparison=">=")
    if wanted is not None:
        doubt = doubt or _doubt_several(words)
    if form == "deduct_if" and re.search("按时|按期|逾期|迟|超期|及时报", words):
        doubt = doubt or "期限是哪一天看不出"
    return Criterion(text, form, worth=worth, each=each, step=step, cap=cap, wanted=wanted, doubt=doubt)


def aim_criterion(criterion: Criterion, content: str) -> Criterion:
    """The same with the target that the cell beside it states (学法不少于4次 | 每少1次扣1分), where it states just one.

    The unit must be the one that marks are taken by; whatever else was doubtful stays so.
    """
    aimed = _AIMED.get(criterion.form)
    doubted = criterion.doubt not in ("", _NO_TARGET)
    if aimed is None or criterion.wanted is not None or doubted:
        return criterion
    figures = [each for each in find_figures(re.sub(r"\s+", "", fold(content))) if each.explicit]
    if len(figures) != 1 or figures[0].comparison not in (">=", "=") or (figures[0].unit == "%") == (aimed == "count"):
        return criterion
    words = re.sub(r"\s+", "", fold(criterion.text))
    if aimed == "count" and f"{figures[0].unit}" not in words:
        return criterion
    doubt = _doubt_base(figures[0]) if criterion.form == "proportional" else ""
    return replace(criterion, wanted=replace(figures[0], comparison=">="), beside=content, doubt=doubt)


def _escalates(words: str) -> str:
    if re.search("再扣|加倍|第二次|从重|扣[完光](?:本|该|此|全)", words):
        return "后面还有加重的规定，没有读"
    if re.search("不得分|得0分|计0分|为0分", words):
        return "后面还有不得分的规定，没有读"
    return "后面还有免扣的条件，没有读" if re.search("不扣分|免扣", words) else ""


def _tiers(form: Form, text: str, words: str, found: re.Match[str]) -> Criterion:
    clauses = re.findall(rf"([^,;。]+?)的?,?扣\s*{_N}\s*分", words)
    levels = {clause.strip("的"): Decimal(amount) for clause, amount in clauses}
    doubt = _doubt_marks(words, len(levels) + (_read_worth(words) is not None)) or _escalates(words)
    if re.search("每|逾期|超过", words):
        doubt = doubt or "每多少扣一次、到多少才扣没有读"
    return Criterion(text, form, worth=_read_worth(words), levels=levels, doubt=doubt)


def _level(form: Form, text: str, words: str, found: re.Match[str]) -> Criterion:
    """获省、市表彰的分别奖10分、5分: as many levels as amounts, in their order, or it is not certain."""
    amounts = [Decimal(each) for each in re.findall(rf"{_N}(?=\s*分|、)", words[found.start() :])]
    worth, cap = _read_worth(words), _read_cap(words)
    names = [name for name in re.findall("|".join(_LEVELS), words)]
    names = list(dict.fromkeys(names))
    levels = dict(zip(names, amounts, strict=False)) if len(names) == len(amounts) else {}
    doubt = "" if levels else "级别和分值对不上"
    if re.search(rf"前{_N}名|名次|排名", words):
        doubt = "「分别」说的是名次还是级别，看不出"
    if re.search("以上", words):
        doubt = doubt or "「以上」包括哪些级别，看不出"
    return Criterion(
        text, form, worth=worth if form == "levels" and not levels else None, cap=cap, levels=levels, doubt=doubt
    )


def _range(form: Form, text: str, words: str, found: re.Match[str]) -> Criterion:
    low, high = Decimal(found[1]), Decimal(found[2])
    doubt = "" if low < high else "区间的两头颠倒了"
    return Criterion(text, form, low=low, each=high, doubt=doubt or _doubt_marks(words, 2) or _escalates(words))


def _gate(form: Form, text: str, words: str, found: re.Match[str]) -> Criterion:
    worth = _read_worth(words)
    wanted, dates = _wanted(words), find_deadlines(words)
    doubt = ""
    if form == "zero_if" and re.search("无[^,]{0,8}(?:案例|案件)", words):
        doubt = "没有发生反而不得分，写法可疑，请核对"
    if form == "threshold" and wanted is None and not dates:
        doubt = "看不出要达到什么"
    several = sum(figure.explicit and figure.comparison != "=" for figure in find_figures(words))
    if form == "threshold" and (several > 1 or re.search("率[^,]*,[^,]*(?:基本|全部|实现)", words)):
        doubt = "要同时做到几件事，只认出一件"
    return Criterion(
        text,
        form,
        worth=worth,
        wanted=wanted,
        deadline=dates[0] if dates else None,
        doubt=doubt or _doubt_marks(words, 1),
    )


def _share(form: Form, text: str, words: str, found: re.Match[str]) -> Criterion:
    wanted = _wanted(words)
    doubt = _escalates(words) or _doubt_base(wanted) if wanted else _NO_TARGET
    return Criterion(text, form, worth=_read_worth(words), wanted=wanted, doubt=doubt)


def _doubt_base(wanted: StatedFigure) -> str:
    """Of 80% reached by 72 % nine tenths is one proportion, 72 % another; of 100% they are the same."""
    aimed = wanted.unit == "%" and wanted.value != 100
    return f"按比例是除以目标{wanted.value.normalize():f}%还是直接乘，看不出" if aimed else ""


def _quotient(form: Form, text: str, words: str, found: re.Match[str]) -> Criterion:
    """得分=兑现金额/应兑现金额×15: as much of the marks as is reached of the whole."""
    whole = StatedFigure(*found.span(), Decimal(100), "%", ">=")
    return Criterion(text, form, worth=Decimal(found[1]), wanted=whole)


def _say(form: Form, text: str, words: str, found: re.Match[str]) -> Criterion:
    return Criterion(text, form, worth=_read_worth(words))


def _unsure(why: str) -> Callable[[Form, str, str, re.Match[str]], Criterion]:
    def make(form: Form, text: str, words: str, found: re.Match[str]) -> Criterion:
        return Criterion(text, form, worth=_read_worth(words), doubt=why)

    return make


def _item(form: Form, text: str, words: str, found: re.Match[str]) -> Criterion:
    each = read_number(next(group for group in found.groups() if group))
    cap = _read_cap(words)
    total = re.search(rf"(?:合计|共计)\s*{_N}\s*分", words)
    cap = Decimal(total[1]) if total else cap
    return Criterion(text, form, each=each, cap=cap, doubt=_escalates(words) if each is not None else "看不出每项几分")


def _late(form: Form, text: str, words: str, found: re.Match[str]) -> Criterion:
    late, missing = Decimal(found[1]), Decimal(found[2])
    worth = _read_worth(words)
    return Criterion(
        text,
        form,
        worth=worth,
        levels={"迟": late, "漏": missing},
        doubt=_doubt_marks(words, 2 + (worth is not None)) or _escalates(words),
    )


def _late_daily(form: Form, text: str, words: str, found: re.Match[str]) -> Criterion:
    """The day stands in the same sentence, or the rule is not certain."""
    due = next((each for each in find_deadlines(words) if each.on is not None or each.month is not None), None)
    worth, cap = _read_worth(words), _read_cap(words)
    doubt = "期限是哪一天看不出" if due is None or due.every not in (None, "year") else ""
    if found[1] is not None:
        doubt = f"每{found[1]}日扣一次的，请人写"
    known = 1 + (worth is not None) + (cap is not None)
    return Criterion(
        text,
        form,
        worth=worth,
        each=Decimal(found[2]),
        cap=cap,
        deadline=due,
        doubt=doubt or _doubt_marks(words, known) or _escalates(words),
    )


def _bare(text: str, words: str) -> Criterion:
    """A sentence without an amount of marks: what it asks for, or how the assessment goes."""
    if re.search(r"扣\d", words):
        return Criterion(text, "unknown", doubt="扣多少没有读")
    if re.search("占(?:总分值?的?)?(?:百分之|\\d+%)|权重|\\d+%(?:计入|折算)", words):
        return Criterion(text, "weight")
    dates = find_deadlines(words)
    if dates and dates[0].kind != "external":
        return Criterion(text, "deadline", deadline=dates[0])
    wanted = _wanted(words)
    if wanted is not None:
        return Criterion(text, "ratio" if wanted.unit == "%" else "frequency", wanted=wanted)
    if re.search("百分之百|100%", words):
        return Criterion(text, "ratio", doubt="几个比率写在一起" if "、" in words or "," in words else "")
    arranged = "考核部门|责任部门|责任单位|材料|资料|自评|查看|检查|评议|公布|公开发布|分类|分开|有机结合|标准|满意度"
    # A longer sentence asks for something, whatever words it uses.
    if re.search(arranged, words) and len(words) <= _LONGEST_REMARK and not _DUTY.search(words):
        return Criterion(text, "arrangement")
    return Criterion(text, "unknown", doubt="不是认得的写法")


_Make = Callable[[Form, str, str, re.Match[str]], Criterion]
#: Tried in this order: the special before the general.
_FORMS: tuple[tuple[Form, str, _Make], ...] = (
    ("veto", "总分(?:即)?为?(?:零|0)分?|一票否(?:决|优)", _say),
    ("waiver", "^(?:(?!扣\\d).)*(?:可以不扣|免扣|不予扣分)", _say),
    (
        "compared",
        "高于基数|低于基数|每高于[^,]*每低|平均|第[一1]名[^,]*的比例|基数=",
        _unsure("要与别的单位或基数比，请人写"),
    ),
    (
        "ranked",
        "(?:排名|名次)[^,;。]*(?:赋予|计|得|奖|加|扣)|前\\d+名[^,;。]*(?:奖|加|得)|倒数第",
        _unsure("按名次给分，名次从哪里来、并列怎么办没有写"),
    ),
    (
        "over_quota",
        "多[^,;。]{0,6}[一1](?:篇|次|件|项|条)[^;。]*加|超过规定数量[^;。]*加",
        _unsure("超额加分有几档，请人写"),
    ),
    ("late_missing", rf"迟报?[^,;。]*?扣\s*{_N}\s*分[,;]漏报?[^,;。]*?扣\s*{_N}\s*分", _late),
    ("late_daily", rf"{_LATE}[^,;。\d]{{0,4}}(?:[一1]|{_N})?个?(?:日|天)[^,;。\d]{{0,4}}扣\s*{_N}\s*分", _late_daily),
    ("per_point", rf"每?(?:低|降|少|差|下降|降低)于?(?:[一1]|{_N})个?百分点,?[^,;。]{{0,6}}?扣\s*{_N}\s*分", _deduct),
    ("level_penalty", "(?:通报批评|点名批评|书面通报批评|曝光)[^;。]*扣", _level),
    (
        "levels",
        "(?:表扬|表彰|奖励|批示|[获受被][^;。]*推广|媒体[^;。]*(?:报道|刊发|采用|用稿))[^;。]*(?:奖|加|得)\\s*\\d",
        _level,
    ),
    ("total_limit", "不计负分|(?:加|减|附加)[^,;。]{0,6}分?[^,;。]{0,10}不超过|^总分不超过", _say),
    ("range", rf"扣\s*{_N}\s*(?:-|~|至|到|—)\s*{_N}\s*分", _range),
    ("per_period", rf"(?:[一1每]个?(?:月|季度?|周))[^,;。]{{0,4}}扣\s*{_N}\s*分", _deduct),
    ("per_missing", rf"(?:少|缺|差)(?:报|开|于)?{_ONE}(?:{_UNITS})[^,;。]{{0,4}}?扣\s*{_N}\s*分", _deduct),
    ("per_incident", rf"(?:有|缺){_ONE}项(?:欠缺|不符|缺失)?[^,;。]{{0,6}}?扣\s*{_N}\s*分", _deduct),
    (
        "per_incident",
        rf"(?:每|出现|发生|发现|有){_ONE}?[一1]?个?(?:{_UNITS})[^,;。]*?扣\s*{_N}\s*分|(?:每)(?:{_UNITS})扣\s*{_N}\s*分",
        _deduct,
    ),
    ("per_incident", rf"(?:出现|发生|发现)[^,;。]{{0,3}}[一1](?:{_UNITS})[^;。]*?扣\s*{_N}\s*分", _deduct),
    ("discretion", "酌情|从重扣分|视情(?:节|况)?[^,;。]{0,6}扣", _say),
    (
        "external",
        "由[^,;。]{2,20}考核|考核结果[^;。]*(?:折算|拆算|按[^;。]*比例)|得分[^;。]*折算",
        _unsure("要引用别处的考核结果，折算办法请人写"),
    ),
    ("proportional", rf"^(?:本项)?得分=[^,;。=]+[/÷][^,;。=]+[×*]\s*{_N}\s*分?$", _quotient),
    ("proportional", "按[^,;。]{0,12}比例[^,;。]{0,4}(?:得分|扣分|计分|给分)", _share),
    (
        "threshold",
        "否则(?:,)?(?:不得分|得0分|为0分|不计分)|(?:比例|率)(?:不低于|达到?|大于|超过)[^;。]*得\\s*\\d",
        _gate,
    ),
    ("done", rf"得\s*{_N}\s*分[;,。](?:未|没有)[^,;。]*(?:不得分|得0分)", _say),
    ("zero_if", "(?:出现|发生|有|无|未|没有|不)[^,;。]*(?:不得分|得0分|计0分|为0分)", _gate),
    ("deduct_tiers", rf"扣\s*{_N}\s*分[;,。][^扣]*扣\s*{_N}\s*分", _tiers),
    ("deduct_if", rf"扣\s*{_N}\s*分", _deduct),
    (
        "bands",
        "\\d+分?(?:以上|以下|-\\d+分?)[^;。]*(?:优秀|良好|合格|等奖|等次|不达标)|分[^,]*(?:优秀|良好)[^;。]*等次|不达标",
        _say,
    ),
    ("per_item", rf"(?:[一每](?:项|次|个|篇|件)[^,;。]{{0,12}}?(?:可?得|加|计)?)\s*{_N}\s*分", _item),
)
