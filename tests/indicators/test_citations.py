"""Every rule says where it comes from, and every quotation stands in its source.

These tests do not prove that a quotation supports what it is said to support.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import indicators
from indicators.pack.sources import name_article
from tests.indicators.changes import Case, Refuse, check_case
from tests.indicators.small_pack import FILES, FIRST_FILE, OBLIGATIONS_FILE, PLAN_FILE, SECOND_FILE, SOURCES_FILE

CASES = [
    Case(
        "a quotation that is not in the source",
        FIRST_FILE,
        "备案率不低于90%, supports",
        "备案率不低于95%, supports",
        "不低于95%",
        ("原文中找不到", "逐字照抄"),
    ),
    Case(
        "a quotation in another article",
        FIRST_FILE,
        "article: 一, quote: 规范",
        "article: 二, quote: 规范",
        "quote: 规范",
        ("不在第二条", "它在第一条", "请改 article"),
    ),
    Case(
        "an article that the source lacks",
        FIRST_FILE,
        "article: 一, quote: 规范",
        "article: 九, quote: 规范",
        "quote: 规范",
        ("plan 没有第九条", "请"),
    ),
    Case(
        "a source whose text is not stored",
        FIRST_FILE,
        "source: plan, article: 一, quote: 规范",
        "source: rules, article: 一, quote: 规范",
        "quote: 规范",
        ("依据 rules 没有存原文", "local_choice"),
    ),
    Case(
        "an unknown source",
        FIRST_FILE,
        "source: plan, article: 一, quote: 规范",
        "source: plann, article: 一, quote: 规范",
        "quote: 规范",
        ("依据 plann 没有登记", "是不是「plan」"),
    ),
    Case(
        "a source that was changed",
        PLAN_FILE,
        "两次",
        "三次",
        "sha256",
        ("与登记的 sha256 不符", "核对", "请写 sha256"),
        SOURCES_FILE,
    ),
    Case(
        "a source without its hash",
        SOURCES_FILE,
        FILES[SOURCES_FILE].splitlines()[6] + "\n",
        "",
        "- id: plan",
        ("没有写 sha256",),
    ),
    Case(
        "a source outside the pack",
        SOURCES_FILE,
        "file: plan.txt",
        "file: ../../plan.txt",
        "../../plan.txt",
        ("只能指 sources/ 里的文件",),
    ),
    Case(
        "a source file that is missing",
        SOURCES_FILE,
        "file: plan.txt",
        "file: plan2.txt",
        "",
        ("缺少这个文件",),
        "sources/plan2.txt",
    ),
    Case(
        "a source file with an endless name",
        SOURCES_FILE,
        "file: plan.txt",
        "file: " + "p" * 300,
        "",
        ("缺少这个文件",),
        "sources/" + "p" * 300,
    ),
    Case(
        "no support for the marks",
        FIRST_FILE,
        "quote: 每年公开讲座不少于两次, supports: [target, marks]",
        "quote: 每年公开讲座不少于两次, supports: [target]",
        "  cites:\n  - {source: plan, article: 一, quote: 每年",
        ("没有写分值从何而来", "local_choice"),
    ),
    Case(
        "no support for the target",
        FIRST_FILE,
        "quote: 每年公开讲座不少于两次, supports: [target, marks]",
        "quote: 每年公开讲座不少于两次, supports: [marks]",
        "  cites:\n  - {source: plan, article: 一, quote: 每年",
        ("没有写目标从何而来",),
    ),
    Case(
        "choices only",
        FIRST_FILE,
        "{source: plan, article: 一, quote: 每年公开讲座不少于两次, supports",
        "{local_choice: 本办规定, supports",
        "  cites:\n  - {local",
        ("没有一条引文",),
    ),
    Case(
        "an obligation that is not in the source", OBLIGATIONS_FILE, "4月底", "5月底", "T1", ("任务 T1", "原文中找不到")
    ),
    Case(
        "an obligation that is not listed",
        SECOND_FILE,
        "obligations: [T1]",
        "obligations: [T2]",
        "[T2]",
        ("任务 T2 没有登记", "请改用已有的：T1"),
    ),
]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_the_mistake_is_named_with_its_line_and_how_to_mend_it(case: Case, refuse: Refuse) -> None:
    check_case(case, refuse)


@pytest.mark.parametrize(
    ("article", "written"),
    [
        ("三十五", "第三十五条"),
        ("12", "第12条"),
        ("十之一", "第十之一条"),
        ("前言", "（前言）"),
        ("（一）", "（一）"),
        (None, ""),
    ],
)
def test_a_place_in_a_document_is_written_by_what_it_is(article: str | None, written: str) -> None:
    """A marking sheet has no articles, and a plan has headings: nobody is to read 第None条 or 第前言条."""
    assert name_article(article) == written


def test_nothing_above_writes_the_place_by_itself() -> None:
    root = Path(indicators.__file__).parents[1]
    files = (path for floor in ("data", "scoring", "dashboard") for path in sorted((root / floor).rglob("*.py")))
    assert [path.name for path in files if re.search(r"第\{[\w.]*article", path.read_text(encoding="utf-8"))] == []
