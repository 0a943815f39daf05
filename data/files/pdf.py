"""PDF documents with text in them -> their paragraphs. What was scanned, locked or written without words is refused."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO, cast

from data.files.contents import Content, open_content
from data.files.pdf_lines import PageTexts, PdfLine, Sign, list_lines, read_pages
from data.files.pdf_tables import PageRules, take_rows
from indicators.entries.refusal import Signal

if TYPE_CHECKING:
    from pdfminer.layout import LTChar, LTItem, LTPage

#: A plan has no more, and each page takes time.
MOST_PAGES = 300
#: Of so many signs one may be unreadable, and is told.
_READABLE = 200
#: What a damaged file makes the library raise, beside its own errors.
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, OSError, zlib.error)
_UNKNOWN = "\ufffd"
_SCANNED = "里面没有文字，是扫描件或图片；请取得有文字的 docx、txt 或 PDF，或者用文字识别软件转好、核对以后再用"
_LOCKED = "加了密码，读不了；请取得没有密码的文件"
_DAMAGED = "文件已损坏，读不了；请用 WPS 或阅读器打开，另存后再试"
_NO_WORDS = "字体没有带文字编码，读出来是乱码；请用 WPS 打开原文，另存为 docx 或 txt"


class PdfUnreadable(Signal):
    """Why a PDF is not read, and what to do, in Chinese."""


def read_pdf(content: Content) -> tuple[str, tuple[str, ...]]:
    """The text, a paragraph a line, and in Chinese what was left out or has to be looked at. Raises PdfUnreadable."""
    pages = _read_lines(content)
    signs = "".join(line.text for page in pages for line in page)
    if not signs.strip():
        raise PdfUnreadable(_SCANNED)
    strange = sum(sign == _UNKNOWN or unicodedata.category(sign) in ("Co", "Cc", "Cn") for sign in signs)
    if strange * _READABLE > len(signs):
        raise PdfUnreadable(_NO_WORDS)
    found = read_pages(pages)
    return "\n".join(found.paragraphs) + "\n", tuple(_tell(pages, found, strange))


def _tell(pages: Sequence[Sequence[PdfLine]], found: PageTexts, strange: int) -> Iterator[str]:
    yield "这是 PDF：段落是按字的位置拼起来的，请对着原件核对一遍"
    if found.left_out:
        yield f"没有读页眉、页脚：{'、'.join(f'「{text}」' for text in found.left_out)}"
    if found.tables:
        numbers = "、".join(map(str, found.tables))
        yield f"第 {numbers} 页有表格或分栏，是按框线和位置拼的；请逐行核对，有 docx 或 xlsx 的请改用那一份"
    if empty := [str(number) for number, page in enumerate(pages, 1) if not page]:
        yield f"第 {'、'.join(empty)} 页没有文字，可能是图片，没有读"
    if strange:
        yield f"有 {strange} 个字没有编码，读不出来"


def _read_lines(content: Content) -> list[list[PdfLine]]:
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage
    from pdfminer.psexceptions import PSException

    pages: list[list[PdfLine]] = []
    resources = PDFResourceManager()
    layout = PDFPageAggregator(resources, laparams=None)
    interpreter = PDFPageInterpreter(resources, layout)
    try:
        with open_content(content) as file:
            for page in PDFPage.get_pages(cast(BinaryIO, file)):
                if len(pages) == MOST_PAGES:
                    raise PdfUnreadable(f"超过 {MOST_PAGES} 页；请拆成几个文件")
                interpreter.process_page(page)
                pages.append(_read_page(layout.get_result()))
    except PDFPasswordIncorrect as error:
        raise PdfUnreadable(_LOCKED) from error
    except (PDFException, PSException) as error:
        raise PdfUnreadable(_DAMAGED) from error
    except _BROKEN as error:
        raise PdfUnreadable(_DAMAGED) from error
    return pages


def _read_page(page: LTPage) -> list[PdfLine]:
    """The lines of a page, rows of tables among them; slanted signs are watermarks."""
    from pdfminer.layout import LTChar, LTCurve

    items = list(_list_items(page))
    signs = [_make_sign(item) for item in items if isinstance(item, LTChar) and _stands(item)]
    rules = _list_rules((item.x0, item.y0, item.x1, item.y1) for item in items if isinstance(item, LTCurve))
    rows, outside = take_rows(signs, rules)
    return sorted([*rows, *list_lines(outside)], key=lambda line: -line.y)


def _list_items(container: Iterable[LTItem]) -> Iterator[LTItem]:
    from pdfminer.layout import LTFigure

    for item in container:
        if isinstance(item, LTFigure):
            yield from _list_items(cast("Iterable[LTItem]", item))
        else:
            yield item


def _stands(sign: LTChar) -> bool:
    a, b, c, d, _, _ = sign.matrix
    return a > 0 and abs(b) < a / 10 and abs(c) < abs(d) / 10


def _make_sign(sign: LTChar) -> Sign:
    text = sign.get_text()
    words = _UNKNOWN if text.startswith("(cid:") else "".join(map(_fold, text))
    return Sign(sign.x0, sign.x1, sign.matrix[5], sign.size, words)


def _fold(sign: str) -> str:
    """Radicals that look like a character are that character: some programs write them in its place."""
    return unicodedata.normalize("NFKC", sign) if "\u2e80" <= sign <= "\u2fdf" else sign


def _list_rules(boxes: Iterable[tuple[float, float, float, float]]) -> PageRules:
    """The rules of what is drawn: thin boxes, and the edges of others."""
    across: list[tuple[float, float, float]] = []
    upright: list[tuple[float, float, float]] = []
    for left, bottom, right, top in boxes:
        if top - bottom < 2 < right - left:
            across.append((left, right, (bottom + top) / 2))
        elif right - left < 2 < top - bottom:
            upright.append((bottom, top, (left + right) / 2))
        elif right - left > 2 and top - bottom > 2:
            across += [(left, right, bottom), (left, right, top)]
            upright += [(bottom, top, left), (bottom, top, right)]
    return PageRules(across, upright)
