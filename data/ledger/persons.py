"""Who a person is: two accounts are one where the office says so, and where it has not said that they are two.

An administrator gives an account a number of its person (人员编号: a staff number, or name and unit). While one of two
accounts has none, the same name counts as the same person: four eyes are not to be had by a second account.
"""

from __future__ import annotations

import re
import unicodedata

from data.ledger.rows import UserRow

#: What stands in brackets behind a name tells accounts apart, not people: 「李明（复核）」 is 「李明」.
_BRACKETS = re.compile(r"[(\[【〔].*?[)\]】〕]")
_GAPS = re.compile(r"[\s·・.\-_]+")


def is_same_person(one: UserRow, other: UserRow) -> bool:
    """Whether two accounts are one person, as far as is known: the only rule of it that there is."""
    if one.id == other.id:
        return True
    if one.person and other.person:
        return _fold(one.person) == _fold(other.person)
    name = _fold_name(one.name)
    return bool(name) and name == _fold_name(other.name)


def has_number(user: UserRow, number: str) -> bool:
    """Whether an account is this person's, by the number that another service gives; not as long as it has none."""
    return bool(user.person) and _fold(user.person or "") == _fold(number)


def explain_sameness(one: UserRow, other: UserRow) -> str:
    """Why two accounts are one person, in brackets, for whom that keeps from something."""
    if one.person and other.person:
        return f"（账号「{other.id}」和您的账号人员编号相同，是同一个人）"
    return (
        f"（账号「{other.id}」和您的账号姓名相同，按同一个人算；"
        "不是同一个人的，请系统管理员给两个账号分别填写人员编号）"
    )


def _fold(text: str) -> str:
    return _GAPS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _fold_name(text: str | None) -> str:
    plain = unicodedata.normalize("NFKC", text or "")
    return _fold(_BRACKETS.sub("", plain)) or _fold(plain)
