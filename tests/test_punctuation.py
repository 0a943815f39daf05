"""Chinese is printed with full-width marks: in every text of the program, the shipped packs, the docs, the papers.

Quotations stay as they stand in their source, which lint compares byte by byte. Not proved here: that a mark is the
right one, or what users write themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from tests.punctuation import HOLE, find_half, list_literals

ROOT = Path(__file__).parents[1]
FLOORS = ("indicators", "data", "scoring", "dashboard")
SHOWN = [ROOT / "docs" / f"{name}-pack" for name in ("example", "forms", "composed", "county", "local")]
PACKS = [ROOT / "indicators" / "packs", *SHOWN]
#: Texts that are compared with what files hold, folded to half-width before; nobody reads them.
FOLDED = {
    "([【,;:、计量额币": "what may stand before a unit of measure",
    "[、,/和及]": "splits units of measure",
    "计|总数|示例|:|盖章|公章|签章|页": "finds rows that are no data",
    f"第({HOLE})条": "finds the articles of a law",
}


def test_what_is_half_width_is_found_and_what_may_be_is_not() -> None:
    for wrong in (
        "请检查,再导入",
        "共 3 行;下面",
        "原因:没有",
        "对吗?",
        "单位(全称)",
        "第 2 行, 第 3 行",
        '写作"是"',
        "甲县(counties)",
    ):
        assert find_half(wrong), wrong
    for right in (
        "请检查，再导入",
        "在 00:30 以前",
        "比例 3:1",
        "用 `a(b)`",
        "见 培训学时!E2",
        "5 分 - (一般 1 分 × 1 + 较重 3 分 × 2) = 1 分",
        "请写 true, false",
        "[文件](docs/a.md)",
        ":small[编号]",
        "a, b (c)",
    ):
        assert not find_half(right), right


def list_modules() -> list[Path]:
    return sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))


@pytest.mark.parametrize("floor", FLOORS)
def test_every_text_of_the_program(floor: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{literal.line}: {half}"
        for path in sorted((ROOT / floor).rglob("*.py"))
        for literal in list_literals(path.read_text(encoding="utf-8"))
        if not literal.pattern and literal.text not in FOLDED
        for half in find_half(literal.text)
    ]
    assert found == []


#: Texts that hold “ or ” to find it in files.
LOOKED_FOR = ("“", "”")
#: A text is a set of characters or a pattern, and no sentence.
_SET = re.compile(r"[A-Za-z]-[A-Za-z]|《》|\(\[")


@pytest.mark.parametrize("floor", FLOORS)
def test_what_the_program_quotes_stands_in_corner_brackets(floor: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{literal.line}"
        for path in sorted((ROOT / floor).rglob("*.py"))
        for literal in list_literals(path.read_text(encoding="utf-8"))
        if re.search("[“”]", literal.text) and not literal.pattern
        if literal.text not in LOOKED_FOR and not _SET.search(literal.text)
    ]
    assert found == []


def test_no_exception_is_kept_that_nothing_needs() -> None:
    texts = {literal.text for path in list_modules() for literal in list_literals(path.read_text(encoding="utf-8"))}
    assert [text for text in FOLDED if text not in texts] == []


def list_scalars(node: Node, key: str = "") -> Iterator[tuple[str, str, int]]:
    """Each text of a YAML file with the key it stands under and its line."""
    if isinstance(node, MappingNode):
        for name, value in node.value:
            yield from list_scalars(value, str(name.value))
    elif isinstance(node, SequenceNode):
        for value in node.value:
            yield from list_scalars(value, key)
    else:
        yield key, str(node.value), node.start_mark.line + 1


def test_every_text_of_the_packs_but_quotations() -> None:
    found = []
    for path in sorted(path for folder in PACKS for path in folder.rglob("*.yaml")):
        node = YAML(typ="safe", pure=True).compose(path.read_text(encoding="utf-8"))
        for key, text, line in list_scalars(node):
            if key != "quote":
                found += [f"{path.relative_to(ROOT)}:{line}: {half}" for half in find_half(text)]
    assert found == []


def read_sources() -> str:
    """All texts that may be quoted."""
    return "".join(
        path.read_text(encoding="utf-8") for folder in PACKS for path in sorted(folder.rglob("sources/*.txt"))
    )


def is_quoted(half: str, sources: str) -> bool:
    """Whether the mark stands so in a source, with three characters on either side."""
    return half[9:16].strip("」「|. ") in sources


def list_prose(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a page that are read as words: of code only its comments, of a sample of the screen all."""
    kind = None
    for number, line in enumerate(text.splitlines(), 1):
        if fence := re.match(r"\s*```+(\w*)", line):
            kind = None if kind is not None else fence[1] or "text"
        elif kind in (None, "text") and not line.startswith("$ "):
            yield number, line
        else:
            yield number, line.partition("# ")[2]


def is_chinese(line: str) -> bool:
    words = re.sub(r"`[^`]*`|\S+\.(?:md|png)\S*|https?://\S+", "", line)
    return len(re.findall("[\u4e00-\u9fff]", words)) * 2 > len(re.findall("[A-Za-z]", words))


def test_every_chinese_line_of_the_docs() -> None:
    sources = read_sources()
    found = [
        f"{path.name}:{number}: {half}"
        for path in sorted((*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))
        for number, line in list_prose(path.read_text(encoding="utf-8"))
        if is_chinese(line)
        for half in find_half(line)
        if not is_quoted(half, sources)
    ]
    assert found == []
