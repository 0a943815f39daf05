"""Documents of words (txt, docx, pdf) -> their text: a paragraph a line, the cells of a table's row set apart by |.

Numbers that Word gives by itself (自动编号) are written out, as the reader of the document sees them. What is not read
is said.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from xml.etree.ElementTree import Element

from data.files.contents import Content, measure_content, open_content, read_start
from data.files.encodings import find_encoding, open_text
from data.files.mistakes import FileRefused
from data.files.numbering import Numbering, read_numbering
from data.files.packages import Package, local_name
from data.files.pdf import PdfUnreadable, read_pdf
from indicators.entries.numbers import read_whole
from indicators.entries.refusal import Refusal

#: No plan is longer, and everything is held in memory.
LARGEST_TEXT = 8 * 1024**2
LARGEST_PART = 64 * 1024**2
_CELL_BAR = " | "
_NUMBER = re.compile("[\\d.,]+分?")
#: Parts of a paragraph that show nothing of their own, or show again what stands beside them.
_UNSEEN = frozenset({"delText", "instrText", "Fallback", "rPr", "pPr", "del", "moveFrom"})
_ASIDE = {
    "txbxContent": "文本框",
    "footnoteReference": "脚注",
    "endnoteReference": "尾注",
    "drawing": "图片",
    "pict": "图片",
}
_OTHERS = {
    ".doc": "旧式 Word 文件（doc）不读；请用 WPS 或 Word 打开，另存为 docx",
    ".wps": "WPS 文字的旧格式不读；请用 WPS 打开，另存为 docx",
    ".ofd": "OFD 版式文件不读；请取得原文的 docx 或 txt",
}


class UnreadableDocument(Refusal):
    """A document that is not read: which, and what to do."""

    def __init__(self, file_name: str, text: str) -> None:
        self.file_name = file_name
        super().__init__(f"{file_name}：{text}")


@dataclass(frozen=True)
class TextDocument:
    """The words of a document, its tables as rows of cells, and in Chinese what was seen and not read."""

    text: str
    remarks: tuple[str, ...] = ()


def read_document(file_name: str, content: Content) -> TextDocument:
    """The words of a txt, docx or pdf. Raises UnreadableDocument."""
    ending = PurePath(file_name).suffix.lower()
    if ending == ".pdf" or read_start(content, 5) == b"%PDF-":
        return _read_pdf(file_name, content)
    if ending in _OTHERS:
        raise UnreadableDocument(file_name, _OTHERS[ending])
    if ending == ".docx":
        return _read_docx(file_name, content)
    if ending not in (".txt", ".md"):
        raise UnreadableDocument(file_name, "只读 txt、docx 和 pdf；请另存为其中一种")
    if measure_content(content) > LARGEST_TEXT:
        raise UnreadableDocument(file_name, f"超过 {LARGEST_TEXT // 1024**2} MB，不像一份文件；请换成正确的文件")
    try:
        with open_text(content, find_encoding(file_name, content)) as file:
            return TextDocument(file.read())
    except FileRefused as error:
        raise UnreadableDocument(file_name, "文字编码读不通；请用记事本或 WPS 打开，另存为 UTF-8 的 txt") from error


def _read_pdf(file_name: str, content: Content) -> TextDocument:
    if measure_content(content) > LARGEST_PART:
        raise UnreadableDocument(file_name, f"超过 {LARGEST_PART // 1024**2} MB，读不了；请拆成几个文件")
    try:
        return TextDocument(*read_pdf(content))
    except PdfUnreadable as error:
        raise UnreadableDocument(file_name, f"这份 PDF {error}") from error


@dataclass
class _Reader:
    """Goes through the body once. ``seen`` counts what is not read."""

    numbering: Numbering
    seen: dict[str, int] = field(default_factory=dict)

    def list_lines(self, parent: Element) -> Iterator[str]:
        """A line for each paragraph and each row of a table below ``parent``."""
        for child in parent:
            name = local_name(child)
            if name == "p":
                yield from self.read_paragraph(child).split("\n")
            elif name == "tbl":
                yield from self._list_rows(child)
            elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "body"):
                yield from self.list_lines(child)

    def read_paragraph(self, paragraph: Element) -> str:
        """The words of a paragraph, with the number that Word puts before it."""
        return self.numbering.number(paragraph) + "".join(self._list_words(paragraph))

    def _list_words(self, element: Element) -> Iterator[str]:
        for child in element:
            name = local_name(child)
            # A drawing holds pictures, or boxes of words that would be read out of their place.
            if name in _ASIDE:
                self.seen[_ASIDE[name]] = self.seen.get(_ASIDE[name], 0) + 1
            elif name == "t":
                yield child.text or ""
            elif name in ("br", "cr"):
                yield "\n"
            elif name == "tab":
                yield " "
            elif name == "noBreakHyphen":
                yield "-"
            elif name not in _UNSEEN:
                yield from self._list_words(child)

    def _list_rows(self, table: Element) -> Iterator[str]:
        above: dict[int, str] = {}
        for row in table:
            if local_name(row) != "tr":
                continue
            cells: list[str] = []
            for cell in row:
                if local_name(cell) != "tc":
                    continue
                words = " ".join(line.strip() for line in self.list_lines(cell) if line.strip())
                # A cell that goes on from the row above holds what that one holds; a number is one for all rows.
                goes_on, words = _goes_on(cell), words.replace("|", "｜")
                words = above.get(len(cells), "") if goes_on else words
                for _ in range(_count_columns(cell)):
                    above[len(cells)] = words
                    cells.append("" if goes_on and _NUMBER.fullmatch(words) else words)
            yield _CELL_BAR.join(cells)


def _find(element: Element, *names: str) -> Element | None:
    found: Element | None = element
    for name in names:
        found = next((child for child in found if local_name(child) == name), None) if found is not None else None
    return found


def _value(element: Element | None) -> str | None:
    if element is None:
        return None
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == "val"), None)


def _goes_on(cell: Element) -> bool:
    merged = _find(cell, "tcPr", "vMerge")
    return merged is not None and _value(merged) != "restart"


def _count_columns(cell: Element) -> int:
    return min(read_whole(_value(_find(cell, "tcPr", "gridSpan")) or "1", 1) or 1, 64)


def _read_docx(file_name: str, content: Content) -> TextDocument:
    damaged = UnreadableDocument(file_name, "文件已损坏或加了密码，读不了；请用 WPS 或 Word 打开，另存为 docx 后再试")
    try:
        with open_content(content) as file, zipfile.ZipFile(file) as archive:
            if any(part.file_size > LARGEST_PART for part in archive.infolist() if part.filename.endswith(".xml")):
                raise UnreadableDocument(file_name, f"展开后超过 {LARGEST_PART // 1024**2} MB，读不了；请拆成几个文件")
            package = Package(archive)
            main = package.find_main()
            body = _find(package.parse(main), "body") if main is not None else None
            if main is None or body is None:
                raise damaged
            reader = _Reader(read_numbering(package, main))
            text = "\n".join(reader.list_lines(body)) + "\n"
    except (zipfile.BadZipFile, zlib.error, SyntaxError, LookupError, ValueError, EOFError, RuntimeError) as error:
        raise damaged from error
    except NotImplementedError as error:
        raise damaged from error
    return TextDocument(text, tuple(f"有{count}处{name}，其中的文字没有读" for name, count in reader.seen.items()))
