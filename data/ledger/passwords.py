"""Which passwords are guessed sooner than others: those that people use, and those that are made of what is known.

How many guesses a password withstands is reckoned by its cheapest cover with pieces of these kinds, in powers of ten.
``common-passwords.txt`` is the list that Django ships (its licence stands beside it).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

from data.trail.refusals import FieldRefused

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
#: So many guesses, as a power of ten, a password should withstand; where an account is locked after five.
ENOUGH = 8.0

_CHARACTER, _WORD, _SYLLABLE, _RUN, _DATE, _YEAR, _OWN, _AGAIN = 1.5, 3.0, 1.5, 2.0, 3.0, 1.5, 0.5, 0.5
_LEET = str.maketrans("@4310$5", "aaeioss")
#: Keys beside and below each other, the alphabet and the digits, in the order in which fingers walk over them.
_WALKS = (
    "`1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "abcdefghijklmnopqrstuvwxyz", "01234567890",
    "1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,", "9ol.", "!@#$%^&*()_+", "147", "258", "369", "789",
)  # fmt: skip
_SYLLABLES = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ian|iao|ing|ong|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|[aeiouv])"
)
_DATES = re.compile(
    r"(?:19|20)\d\d[-./年]?(?:0?[1-9]|1[0-2])[-./月]?(?:0?[1-9]|[12]\d|3[01])日?"
    r"|\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])[-./]?(?:19|20)\d\d"
)
_YEARS = re.compile(r"(?:19|20)\d\d年?")
#: A mobile number and the number of an identity card are known to more people than their owner.
_NUMBERS = re.compile(r"1[3-9]\d{9}|\d{17}[\dx]")


def check_strength(password: str, user: Mapping[str, object]) -> None:
    """Raise FieldRefused for a password that somebody who knows the person, or what people use, would try soon."""
    id = str(user["id"])
    if len(password) < SHORTEST_PASSWORD or len(set(password)) < 4 or (id and id.lower() in password.lower()):
        text = f"密码至少 {SHORTEST_PASSWORD} 位，不能只用一两个字符重复，也不能含有用户名"
        raise FieldRefused(text, "password")
    if len(password) > LONGEST_PASSWORD:
        raise FieldRefused(f"密码最多 {LONGEST_PASSWORD} 位", "password")
    own = [id, *(str(user[name]) for name in ("name", "person", "unit") if user.get(name))]
    if reckon_guesses(password, own) < ENOUGH:
        text = (
            "这个密码太容易猜到：常用密码、拼音、键盘上相邻的键、年份和日期、手机号、自己的用户名和姓名，"
            "换大小写、后面加数字，都是别人最先试的；请改用几个互不相干的词，或者更长、没有规律的字符"
        )
        raise FieldRefused(text, "password")


def reckon_guesses(password: str, own: Iterable[str] = ()) -> float:
    """About how many guesses find a password, as a power of ten; ``own`` is what is known of the person."""
    text = unicodedata.normalize("NFKC", password).casefold()
    pieces = sorted(_list_pieces(text, {part.casefold() for part in own if len(part) >= 2}))
    best = [0.0] + [float("inf")] * len(text)
    at = 0
    for begin in range(len(text)):
        best[begin + 1] = min(best[begin + 1], best[begin] + _CHARACTER)
        while at < len(pieces) and pieces[at][0] == begin:
            _, end, cost = pieces[at]
            best[end] = min(best[end], best[begin] + cost)
            at += 1
    return best[-1]


def _list_pieces(text: str, own: set[str]) -> Iterator[tuple[int, int, float]]:
    """The pieces that a password could be made of: from, to and what each takes to guess."""
    words, plain = _read_words(), text.translate(_LEET)
    for begin in range(len(text)):
        for pattern, cost in ((_SYLLABLES, _SYLLABLE), (_DATES, _DATE), (_YEARS, _YEAR), (_NUMBERS, _DATE)):
            found = pattern.match(plain if pattern is _SYLLABLES else text, begin)
            if found is not None and found.end() > begin:
                yield begin, found.end(), cost
        yield from ((begin, begin + len(part), _OWN) for part in own if text.startswith(part, begin))
        yield begin, _end_run(text, begin), _RUN
        for end in range(begin + 1, min(begin + 20, len(text)) + 1):
            if end - begin >= 4 and (text[begin:end] in words or plain[begin:end] in words):
                yield begin, end, _WORD
            if begin >= end - begin and text[begin:end] == text[2 * begin - end : begin]:
                yield begin, end, _AGAIN


def _end_run(text: str, begin: int) -> int:
    """Where a walk over neighbouring keys, or one key again and again, ends."""
    end = begin + 1
    while end < len(text) and (text[end] == text[end - 1] or text[end - 1 : end + 1] in _list_steps()):
        end += 1
    return end


@cache
def _list_steps() -> frozenset[str]:
    forward = {walk[at : at + 2] for walk in _WALKS for at in range(len(walk) - 1)}
    return frozenset(forward | {step[::-1] for step in forward})


@cache
def _read_words() -> frozenset[str]:
    text = files("data.ledger").joinpath("common-passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())
