"""Text that is no plain YAML is refused in words for authors, not in those of a parser.

These tests do not prove that every complaint of the parser has advice of its own; the others get a general one.
"""

from __future__ import annotations

import pytest

from tests.indicators.changes import Case, Refuse, check_case
from tests.indicators.small_pack import HEAD_FILE, OBLIGATIONS_FILE, UNITS_FILE

CASES = [
    Case(
        "a broken bracket",
        HEAD_FILE,
        "{first: 2024, last: 2025}",
        "{first: 2024, last: 2025",
        "years:",
        ("花括号没有收尾",),
    ),
    Case("an open quote", OBLIGATIONS_FILE, "quote: 每年", "quote: '每年", "每年", ("引号没有收尾", "补上")),
    Case(
        "an open quote that the next quote closes",
        HEAD_FILE,
        'version: "1"',
        'version: "1',
        "  full",
        ("前面有一处引号没有收尾",),
    ),
    Case(
        "a colon within a text",
        HEAD_FILE,
        "title: 小小指标包",
        "title: 小小: 指标包",
        "小小:",
        ("冒号的位置不对", "加引号"),
    ),
    Case("a tab", HEAD_FILE, "issuer: 督察办", "issuer:\t督察办", "issuer", ("制表符", "空格")),
    Case("uneven indentation", HEAD_FILE, "issuer: 督察办", "  issuer: 督察办", "  issuer", ("YAML 写法不对", "缩进")),
    Case(
        "a text that begins with a sign",
        HEAD_FILE,
        "issuer: 督察办",
        "issuer: @督察办",
        "@",
        ("不能以这个符号开头", "加上引号"),
    ),
    Case("an anchor", HEAD_FILE, '{counties: "6", city: "4"}', '&m {counties: "6", city: "4"}', "&m", ("锚点", "照抄")),
    Case("an alias that leads nowhere", HEAD_FILE, "issuer: 督察办", "issuer: *office", "*office", ("引用（*）",)),
    Case(
        "an alias that leads back to itself",
        HEAD_FILE,
        "reviews:\n",
        "loop: &loop [*loop]\nreviews:\n",
        "loop",
        ("锚点",),
    ),
    Case("a tag", HEAD_FILE, "issuer: 督察办", "issuer: !office 督察办", "!office", ("YAML 标签",)),
    Case("two documents", HEAD_FILE, "reviews:\n", "---\nreviews:\n", "---", ("一个文件只放一份内容",)),
    Case("a key that is a list", UNITS_FILE, "kinds:\n", "? [a, b]\n: c\nkinds:\n", "? [a, b]", ("键必须是一个词",)),
    Case("a NUL", HEAD_FILE, "督察办", "督察\x00办", "督察\x00办", ("U+0000", "删去")),
    Case("a NUL behind a backslash", HEAD_FILE, "issuer: 督察办", 'issuer: "督察\\0办"', "issuer", ("U+0000", "删去")),
    Case("half a surrogate pair", HEAD_FILE, "issuer: 督察办", 'issuer: "\\ud800"', "issuer", ("U+D800", "删去")),
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_the_mistake_is_named_with_its_line_and_how_to_mend_it(case: Case, refuse: Refuse) -> None:
    check_case(case, refuse)
