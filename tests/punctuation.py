"""Which half-width marks stand in a Chinese text where GB/T 15834 wants full-width ones: ，：；？！（）“”.

Half-width stay numbers, times, ratios, ids, addresses, code between backquotes, references of spreadsheets (表!A1), the
signs of Markdown, and brackets that group a calculation.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
#: What makes a mark beside it a mark of Chinese: a character, or a sign that only Chinese has.
_SIGN = f"{_HAN}、。，：；（）？！「」『』《》〈〉【】〔〕"
#: Stands for what an f-string fills in.
HOLE = "\ufffc"
_CHINESE = re.compile(f"[{_HAN}]")
_ASIDE = re.compile(
    r"https?://[^\s，。；（）「」"
    + _HAN
    + r"]+|`[^`\n]*`|\]\([^()\s]*\)|:material/\w+:|:[a-z-]+\[|&#?\w+;|<[a-zA-Z/][^<>]*>"
    r"|\b\d{1,2}:\d\d\b|%[a-zA-Z]:%[a-zA-Z]"
)
_MARK = re.compile(
    rf"(?<=[{_SIGN}])[*]*\s?[,;:?](?![:=])|(?<![\s:])[,;:?][*]*\s?(?=[{_SIGN}])|(?<=[{_SIGN}])!(?![A-Z$'{HOLE}])"
)
_HOLED = re.compile(rf"(?<={HOLE})[,;]|[,;](?={HOLE})|(?<={HOLE}):(?={HOLE}[^:：])")
_QUOTED = re.compile(r'"[^"\n]*"')
#: A key of YAML with its value, as sentences about packs show them.
_KEY = re.compile(r"(?<![\w])[a-z_]+: ?(?=\S)|[{}]")
_OPERATORS = tuple("-+×÷=≈≤≥<>*/")
_CALCULATION = re.compile(r" [-+×÷] ")


def find_half(text: str) -> list[str]:
    """Each half-width mark that should be full-width, with what stands round it."""
    if not _CHINESE.search(text):
        return []
    shown = _ASIDE.sub(lambda found: "\x00" * len(found[0]), text)
    shown = _KEY.sub(lambda found: "\x00" * len(found[0]), shown)
    places = {found.start() for marks in (_MARK, _HOLED) for found in marks.finditer(shown)}
    places.update(found.start() for found in _QUOTED.finditer(shown) if _CHINESE.search(found[0]))
    places.update(_find_brackets(shown))
    return [text[max(0, at - 12) : at + 12] for at in sorted(places)]


def _find_brackets(text: str) -> Iterator[int]:
    opened: list[int] = []
    for at, letter in enumerate(text):
        if letter == "(":
            opened.append(at)
        elif letter == ")" and opened:
            start = opened.pop()
            inner, before, after = text[start + 1 : at], text[:start].rstrip(), text[at + 1 :].lstrip()
            if _CALCULATION.search(inner) and (before.endswith(_OPERATORS) or after.startswith(_OPERATORS)):
                continue
            if _CHINESE.search(inner) or re.search(f"[{_SIGN}]$", before) or re.match(f"[{_HAN}]", text[at + 1 :]):
                yield start


@dataclass(frozen=True)
class Literal:
    """A text on a ``line`` of a program; ``pattern`` if it is a regular expression or SQL, which nobody reads."""

    line: int
    text: str
    pattern: bool


@cache
def list_literals(source: str) -> tuple[Literal, ...]:
    """All texts of a module but its docstrings; those that are filled in with a hole where something goes."""
    return tuple(_find_literals(source))


def _find_literals(source: str) -> Iterator[Literal]:
    tree = ast.parse(source)
    told = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    within = {id(value) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for value in node.values}
    for node in ast.walk(tree):
        if id(node) in told or id(node) in within:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = re.sub(r"\{[\w.]*\}", HOLE, node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = (str(each.value) if isinstance(each, ast.Constant) else HOLE for each in node.values)
            text = "".join(parts)
        else:
            continue
        yield Literal(node.lineno, text, _is_code(text))


_CODE = re.compile(
    r"\(\?[:<!=P]|\[\^|\]\+|\)\+|\(\.\*\)|\)\?\)|\b(?:SELECT|FROM|WHERE|CASE WHEN|coalesce)\b"
    r"|^=|\b(?:IF|COUNTIFS?|SUMIFS?|ROUND)\(|\{[\w-]+:[^{}]*;|\S\|\S+\||font-family|\]\?|\(\.\+|\]\{\d"
)


def _is_code(text: str) -> bool:
    return _CODE.search(text) is not None
