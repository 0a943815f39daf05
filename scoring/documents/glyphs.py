"""Whether every character of a document has a glyph, checked before it is set: a name must not lose a character."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import pylopdf_fonts_zh_cn
from fontTools.ttLib import TTFont

from indicators.entries.refusal import Refusal
from indicators.entries.shortlist import shorten_list
from scoring.documents.blocks import Document, Heading, Paragraph, Signature

#: Characters that need no glyph.
_BLANK = frozenset("\n\t\r\u200b")


class MissingGlyphs(Refusal):
    """A document holds characters that no typeface of the install has. ``found`` are (character, place)."""

    def __init__(self, document: str, found: list[tuple[str, str]]) -> None:
        self.document, self.found = document, found
        letters = [f"「{letter}」（U+{ord(letter):04X}）{place}" for letter, place in found]
        named = shorten_list(letters, 10, "处", mark="；")
        super().__init__(
            f"《{document}》不能做成 PDF：随程序安装的字体里没有这些字：{named}；"
            "请核对是不是错字，或者改用 docx、xlsx、html（用本机的字体显示）"
        )


@lru_cache(maxsize=1)
def list_glyphs() -> frozenset[int]:
    """The characters that the typefaces of the install have."""
    known: set[int] = set()
    for path in (pylopdf_fonts_zh_cn.serif_path(), pylopdf_fonts_zh_cn.sans_path()):
        with TTFont(path, lazy=True) as font:
            known |= set(font.getBestCmap())
    return frozenset(known)


def check_glyphs(document: Document) -> None:
    """Raises MissingGlyphs that names every missing character with its place, once for each place."""
    known = list_glyphs()
    found = [
        (letter, place)
        for place, text in list_texts(document)
        for letter in dict.fromkeys(text)
        if ord(letter) not in known and letter not in _BLANK
    ]
    if found:
        raise MissingGlyphs(document.title, found)


def list_texts(document: Document) -> Iterator[tuple[str, str]]:
    """Every text of a document with where it stands."""
    yield "（标题）", document.title
    yield "（副标题）", document.subtitle
    yield "（版头）", document.letterhead
    yield "（页脚）", document.stamp.line + document.stamp.warning
    tables = 0
    for block in document.blocks:
        if isinstance(block, Heading | Paragraph):
            yield "（正文）", block.text
        elif isinstance(block, Signature):
            yield "（签名栏）", "".join((*block.lines, block.issuer))
        else:
            tables += 1
            yield f"（表{tables}表头）", "".join(column.title for column in block.columns) + block.empty
            for line, row in enumerate(block.rows, 1):
                for place, text in enumerate(row.cells):
                    yield f"（表{tables}第{line}行「{block.columns[place].title}」）", text
