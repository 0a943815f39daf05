"""What may be entered: the fields of every kind of object, and how a value is checked before it is kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from data.files.names import drop_invisible
from data.ledger.rights.roles import ROLES
from data.trail.refusals import FieldRefused
from indicators.entries.amounts import parse_number, plain

LONGEST = 20_000
LONGEST_LIST = 1_000
LONGEST_NUMBER = 64
#: No date or year of an inspection lies outside; what does is a slip of the finger.
FIRST_YEAR, LAST_YEAR = 1949, 2099

_SHA256 = re.compile("[0-9a-f]{64}")

#: The five steps of an inspection (article 二十五), in order.
STEPS: dict[str, str] = {
    "decide": "确定督查事项",
    "plan": "制定督查方案",
    "conclude": "作出督查结论",
    "check": "核查整改情况",
    "apply": "运用督查结论",
}
#: What the entries of a list or mapping consist of.
PARTS = {
    "step": "步骤",
    "on": "日期",
    "number": "文号",
    "text": "内容",
    "due_on": "完成时限",
    "person": "责任人",
    "evidence": "证据",
}
KINDS = ("扣分", "加分", "一票否决", "建议")
#: The kinds of a finding that propose marks; the others propose none, and the last says by itself that it costs none.
MARKED_KINDS = ("扣分", "加分")
NIL_KIND = "建议"
METHODS = ("查阅", "访谈", "实地", "数据核验")
SECRECY = ("公开", "内部", "工作秘密")
OUTCOMES = {"uphold": "撤销", "vary": "变更", "dismiss": "维持"}
STOPPED_FOR = ("依据废止", "单位撤并", "申诉撤销")
REFUSED_FOR = ("超过申请期限", "不属于督查结论", "申请人不适格", "已经复核", "逾期未补正")


@dataclass(frozen=True)
class Field:
    """``appends``: what is entered is one more entry of the list that the row keeps."""

    title: str
    check: Callable[[str, object], object]
    appends: bool = False


def clean_text(title: str, value: object) -> str:
    """The text without white space around it. FieldRefused for what cannot be read by everybody alike."""
    if not isinstance(value, str):
        raise FieldRefused(f"「{title}」请填文字", title)
    text = unicodedata.normalize("NFC", value).strip()
    odd = (char for char in text if char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cs"))
    # The blank of braille counts as a symbol, and shows nothing.
    if drop_invisible(text) != text or any(odd) or "\u2800" in text:
        raise FieldRefused(f"「{title}」含有看不见的字符或改变书写方向的字符，请删去后重填", title)
    if made := next((char for char in text if unicodedata.category(char) == "Co" or char == "\ufffd"), None):
        code = f"U+{ord(made):04X}"
        raise FieldRefused(f"「{title}」含有自造字或乱码（{code}），别的电脑显示不出来，请改用标准汉字", title)
    if len(text) > LONGEST:
        raise FieldRefused(f"「{title}」超过 {LONGEST} 字，请写简短些，长材料请作为证据存入", title)
    return text


def _text(title: str, value: object) -> str | None:
    return clean_text(title, value) or None


def _day(title: str, value: object) -> str:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise FieldRefused(f"「{title}」请填日期，如 2024-05-06", title) from None
    _year(title, day.year)
    return day.isoformat()[:10]


def _marks(title: str, value: object) -> str:
    number = _signed(title, value)
    if number.startswith("-"):
        raise FieldRefused(f"「{title}」不能是负数", title)
    return number


def _signed(title: str, value: object) -> str:
    if isinstance(value, float):
        raise TypeError("marks are never a float")
    try:
        number = value if isinstance(value, Decimal) else parse_number(str(value))
    except ValueError:
        raise FieldRefused(f"「{title}」请填数，如 0.5", title) from None
    if not number.is_finite():
        raise FieldRefused(f"「{title}」请填数，如 0.5", title)
    return plain(number)


def _whole(title: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldRefused(f"「{title}」请填整数", title)
    return value


def _year(title: str, value: object) -> int:
    year = _whole(title, value)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise FieldRefused(f"「{title}」的年份应当在 {FIRST_YEAR} 到 {LAST_YEAR} 之间", title)
    return year


def _digest(title: str, value: object) -> str:
    if not isinstance(value, str) or not _SHA256.fullmatch(value):
        raise FieldRefused(f"「{title}」应当是 64 位的 SHA-256 摘要", title)
    return value


def _check_length(title: str, value: Sized) -> None:
    if len(value) > LONGEST_LIST:
        raise FieldRefused(f"「{title}」超过 {LONGEST_LIST} 项，请分开办理", title)


def _texts(title: str, value: object) -> list[str]:
    if not isinstance(value, list | tuple):
        raise FieldRefused(f"「{title}」请填一列文字", title)
    _check_length(title, value)
    return list(dict.fromkeys(text for each in value if (text := clean_text(title, each))))


def _one_of(*choices: str) -> Callable[[str, object], str]:
    def check(title: str, value: object) -> str:
        if value not in choices:
            raise FieldRefused(f"「{title}」只能填：{'、'.join(choices)}", title)
        return str(value)

    return check


def _roles(title: str, value: object) -> list[str]:
    roles = _texts(title, value)
    if unknown := [role for role in roles if role not in ROLES]:
        raise FieldRefused(f"没有角色「{'、'.join(unknown)}」；可用：{'、'.join(ROLES)}", title)
    return sorted(roles, key=list(ROLES).index)


def _person(title: str, value: object) -> str | None:
    text = clean_text(title, value)
    if len(text) > LONGEST_NUMBER or "\n" in text:
        raise FieldRefused(f"「{title}」请填工号，或者姓名加单位，不超过 {LONGEST_NUMBER} 个字", title)
    return text or None


Shape = Mapping[str, Callable[[str, object], object]]


def _entry(**shape: Callable[[str, object], object]) -> Callable[[str, object], dict[str, object]]:
    """A mapping of exactly these keys; empty ones are refused, save an empty list of evidence."""

    def check(title: str, value: object) -> dict[str, object]:
        if not isinstance(value, Mapping) or set(value) != set(shape):
            raise FieldRefused(f"「{title}」请填齐：{'、'.join(PARTS[name] for name in shape)}", title)
        made = {name: shape[name](f"{title}的{PARTS[name]}", value[name]) for name in shape}
        if empty := [PARTS[name] for name, part in made.items() if part is None]:
            raise FieldRefused(f"「{title}」还没有填写{'、'.join(empty)}", title)
        return made

    return check


def _entries(**shape: Callable[[str, object], object]) -> Callable[[str, object], list[dict[str, object]]]:
    one = _entry(**shape)

    def check(title: str, value: object) -> list[dict[str, object]]:
        if not isinstance(value, list | tuple):
            raise FieldRefused(f"「{title}」请填一列内容", title)
        _check_length(title, value)
        return [one(title, each) for each in value]

    return check


_FOUND: dict[str, Field] = {
    "unit": Field("单位", _text),
    "indicator": Field("指标", _text),
    "kind": Field("问题类别", _one_of(*KINDS)),
    "severity": Field("严重程度", _text),
    "statement": Field("事实", _text),
    "method": Field("发现方式", _one_of(*METHODS)),
    "seen_on": Field("发现日期", _day),
    "place": Field("发现地点", _text),
    "proposed_marks": Field("建议扣分", _marks),
    "legal_basis": Field("依据", _texts),
    "evidence": Field("证据", _texts),
}


def _changes(title: str, value: object) -> dict[str, object]:
    if not isinstance(value, Mapping) or not value or set(value) - set(_FOUND):
        raise FieldRefused(
            f"「{title}」请写明变更原认定的哪几项：{'、'.join(field.title for field in _FOUND.values())}", title
        )
    return {
        name: None if each is None else _FOUND[name].check(_FOUND[name].title, each) for name, each in value.items()
    }


def _comparison(title: str, value: object) -> dict[str, object]:
    if not isinstance(value, Mapping) or set(value) != {"before", "after", "unit", "items", "totals", "moved"}:
        raise FieldRefused(f"「{title}」由程序比较两次评分运行得出，不能自己填写", title)
    return dict(value)


_SEEN = _entry(on=_day, text=_text, evidence=_texts)

#: Every field that an action may set, by kind of object and name.
FIELDS: dict[str, dict[str, Field]] = {
    "user": {
        "name": Field("姓名", _text),
        "roles": Field("角色", _roles),
        "unit": Field("单位", _text),
        "credential": Field("密码摘要", _text),
        "person": Field("人员编号", _person),
    },
    "inspection": {
        "year": Field("年度", _year),
        "title": Field("名称", _text),
        "scope": Field("范围", _text),
        "begins_on": Field("开始日期", _day),
        "ends_on": Field("结束日期", _day),
        "units": Field("被督察单位", _texts),
        "team": Field("督察组", _texts),
        "steps": Field("步骤", _entry(step=_one_of(*STEPS), number=_text, on=_day), appends=True),
        "data_sha256": Field("数据快照", _text),
    },
    "finding": {
        **_FOUND,
        "inspection": Field("督察任务", _text),
        "notice_number": Field("反馈文号", _text),
        "notified_on": Field("送达日期", _day),
    },
    "evidence": {
        "sha256": Field("文件摘要", _digest),
        "size": Field("大小", _whole),
        "media_type": Field("文件类型", _text),
        "original_name": Field("原文件名", _text),
        "inspection": Field("督察任务", _text),
        "unit": Field("单位", _text),
        "captured_on": Field("取得日期", _day),
        "part": Field("页码或时段", _text),
        "secrecy": Field("密级", _one_of(*SECRECY)),
        "description": Field("说明", _text),
        "order_number": Field("销毁批准文号", _text),
    },
    "judgement": {
        "inspection": Field("督察任务", _text),
        "unit": Field("单位", _text),
        "indicator": Field("指标", _text),
        "level": Field("等级", _text),
        # Marks below zero are more lost than there are: what may be lost is told where the indicator is known.
        "marks": Field("评分", _signed),
        "grounds": Field("理由", _text),
        "evidence": Field("证据", _texts),
    },
    "appeal": {
        "finding": Field("问题", _text),
        "grounds": Field("申请理由", _text),
        "requested": Field("请求", _one_of("撤销", "变更")),
        "evidence": Field("证据", _texts),
        "missing": Field("需要补正的内容", _text),
        "more_by": Field("补正期限", _day),
        "refused_for": Field("不予受理的情形", _one_of(*REFUSED_FOR)),
        "outcome": Field("复核决定", _one_of(*OUTCOMES.values())),
        "decision": Field("决定理由", _text),
        "changes": Field("变更内容", _changes),
        "comparison": Field("决定前后的得分", _comparison),
    },
    "rectification": {
        "finding": Field("问题", _text),
        "required_action": Field("整改要求", _text),
        "owner": Field("整改责任人", _text),
        "due_on": Field("整改时限", _day),
        "due_source": Field("时限依据", _text),
        "steps": Field("整改措施", _entries(text=_text, due_on=_day, person=_text)),
        "reports": Field("整改进展", _SEEN, appends=True),
        "asked_due_on": Field("申请延至", _day),
        "claim": Field("销号佐证", _entries(step=_whole, evidence=_texts)),
        "verification": Field("核查情况", _SEEN, appends=True),
        "stopped_for": Field("终止情形", _one_of(*STOPPED_FOR)),
    },
    "exemption": {
        "year": Field("年度", _year),
        "unit": Field("单位", _text),
        "indicator": Field("指标", _text),
        "grounds": Field("理由", _text),
        "expires_on": Field("有效期至", _day),
    },
    "rules": {
        "pack": Field("指标包编号", _text),
        "release": Field("版本号", _text),
        "title": Field("名称", _text),
        "sha256": Field("指标包校验码", _digest),
        "in_force_from": Field("施行日期", _day),
        "grounds": Field("理由", _text),
        "checks": Field("检查结果", _text),
    },
}


def name_field(kind: str, name: str) -> str:
    """The Chinese title of a field; its own name where nobody fills it in, as in what is only noted."""
    field = FIELDS.get(kind, {}).get(name)
    return field.title if field else name


def check_fields(
    kind: str, allowed: tuple[str, ...], needed: tuple[str, ...], given: Mapping[str, object]
) -> dict[str, object]:
    """The values that were entered, as the row will keep them. Raises FieldRefused with a sentence.

    An empty text clears a field. TypeError for a float.
    """
    if unknown := [name for name in given if name not in allowed]:
        words = "、".join(name_field(kind, name) for name in unknown)
        raise FieldRefused(f"这一步不能填写或修改「{words}」", unknown[0])
    fields = FIELDS[kind]
    checked = {
        name: None if value is None or value == "" else fields[name].check(fields[name].title, value)
        for name, value in given.items()
    }
    if missing := [name for name in needed if checked.get(name) in (None, [], {})]:
        raise FieldRefused(f"请填写「{'、'.join(name_field(kind, name) for name in missing)}」", missing[0])
    return checked
