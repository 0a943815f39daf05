"""A document as Word: styles after GB/T 9704, tables that can be edited and repeat their head.

The typefaces of the standard are named and not embedded: an office has them, others see what stands in for them.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from functools import lru_cache
from xml.sax.saxutils import escape

from docx import Document as open_document
from docx.document import Document as Book
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import _Footer, _Header
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

from scoring.documents.blocks import Block, Document, Heading, Paragraph, Signature, Table
from scoring.documents.workbook import clean

#: Margins of GB/T 9704: top, bottom, left, right in millimetres.
MARGINS = (37, 35, 28, 26)
LANDSCAPE = (15, 17, 12, 12)
#: A row with a longer text may be split over two pages.
LONG = 200
_ALIGN = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
_RED = RGBColor(0xC0, 0x00, 0x00)


def write_docx(document: Document, day: date) -> bytes:
    """The document as a .docx; the same document gives the same bytes. ``day`` is all that it says of time."""
    book = open_document(io.BytesIO(_make_base(document.landscape, document.one_page)))
    _write_running(book, document)
    properties = book.core_properties
    properties.title, properties.author, properties.comments = clean(document.title), "", ""
    properties.created = properties.modified = datetime.combine(day, time())
    properties.last_modified_by = ""
    room = 297 - 24 if document.landscape else 210 - 36 if document.one_page else 156
    lines = [_write_paragraph(document.letterhead, "版头")] if document.letterhead else []
    for place, line in enumerate(document.title.split("\n")):
        lines.append(_write_paragraph(line, "公文标题" if not place else "副标题"))
    if document.subtitle:
        lines.append(_write_paragraph(document.subtitle, "副标题"))
    for block in document.blocks:
        lines += _write_block(block, document.landscape, room)
    buffer = io.BytesIO()
    book.save(buffer)
    return _pack(buffer.getvalue(), "".join(lines).encode())


@lru_cache(maxsize=4)
def _make_base(landscape: bool, one_page: bool) -> bytes:
    """An empty document with all styles and its page, made once."""
    book = open_document()
    _set_styles(book)
    _set_page(book, landscape)
    if one_page:
        _set_small(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _pack(empty: bytes, body: bytes) -> bytes:
    """The archive with ``body`` at the start of its text, its files dated 1980: a clock must not decide over the bytes.

    Building the same tree in memory takes three times as long.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(empty)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            content = old.read(entry)
            if entry.filename == "word/document.xml":
                before, start, after = content.partition(b"<w:body>")
                assert start, "an empty document has a body"
                content = before + start + body + after
            new.writestr(info, content)
    return buffer.getvalue()


def _set_font(style: ParagraphStyle, name: str, size: float, bold: bool = False) -> None:
    style.font.name, style.font.size, style.font.bold = "Times New Roman", Pt(size), bold
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:eastAsia", "w:hAnsi", "w:ascii"):
        fonts.set(qn(script), name if script == "w:eastAsia" else "Times New Roman")
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)


def _set_styles(book: Book) -> None:
    """Body 仿宋_GB2312 of size 3 (16 pt), 28 pt apart, first line two characters in; title 小标宋 of size 2 (22 pt)."""
    styles = book.styles
    normal = styles["Normal"]
    _set_font(normal, "仿宋_GB2312", 16)
    form = normal.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(28)
    form.space_before = form.space_after = Pt(0)

    def add(
        name: str, font: str, size: float, align: str = "left", indent: float = 0, line: float = 28
    ) -> ParagraphStyle:
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        assert isinstance(style, ParagraphStyle)
        style.base_style = normal
        _set_font(style, font, size)
        style.paragraph_format.alignment = _ALIGN[align]
        style.paragraph_format.first_line_indent = Pt(indent)
        style.paragraph_format.line_spacing = Pt(line)
        return style

    add("版头", "方正小标宋简体", 22, "center", line=36).font.color.rgb = _RED
    title = add("公文标题", "方正小标宋简体", 22, "center", line=36)
    title.paragraph_format.space_before = Pt(10)
    add("副标题", "楷体_GB2312", 16, "center").paragraph_format.space_after = Pt(8)
    add("公文正文", "仿宋_GB2312", 16, indent=32)
    add("附注", "仿宋_GB2312", 12, line=18)
    add("落款", "仿宋_GB2312", 16, "right")
    add("表头", "黑体", 10.5, "center", line=14)
    add("表格", "仿宋_GB2312", 10.5, line=14)
    add("窄表头", "黑体", 7.5, "center", line=9.5)
    add("窄表格", "仿宋_GB2312", 7.5, line=9.5)
    for level, font in ((1, "黑体"), (2, "楷体_GB2312")):
        heading = styles[f"Heading {level}"]
        _set_font(heading, font, 16)
        heading.paragraph_format.first_line_indent = Pt(32)
        heading.paragraph_format.space_before = heading.paragraph_format.space_after = Pt(0)
        heading.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        heading.paragraph_format.line_spacing = Pt(28)
        heading.paragraph_format.keep_with_next = True


def _set_page(book: Book, landscape: bool) -> None:
    section = book.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    top, bottom, left, right = MARGINS
    if landscape:
        # A table of this width is no letter: the margins of the standard would cost a third of the paper.
        top, bottom, left, right = LANDSCAPE
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.footer_distance = Mm(7 if landscape else 25)
    section.header_distance = Mm(7 if landscape else 15)


def _set_small(book: Book) -> None:
    """Everything small enough for a page that must stay alone."""
    section = book.sections[0]
    section.top_margin = section.bottom_margin = section.left_margin = section.right_margin = Mm(18)
    section.header_distance = section.footer_distance = Mm(7)
    sizes = {"公文标题": (18, 26), "副标题": (11, 15), "公文正文": (10.5, 15), "附注": (8, 11), "Heading 1": (12, 19)}
    for name, (size, line) in {**sizes, "表头": (9, 12), "表格": (9, 12)}.items():
        style = book.styles[name]
        style.font.size, style.paragraph_format.line_spacing = Pt(size), Pt(line)
        if style.paragraph_format.first_line_indent:
            style.paragraph_format.first_line_indent = Pt(2 * size)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)


def _write_running(book: Book, document: Document) -> None:
    """Head and foot of every page: fictional data say so, the run and the page number below."""
    section = book.sections[0]
    if document.stamp.warning:
        red = f'<w:color w:val="{_RED}"/><w:sz w:val="21"/>'
        _fill(section.header, _write_paragraph(document.stamp.warning, "附注", '<w:jc w:val="right"/>', red))
    centered = '<w:jc w:val="center"/>'
    number = f'<w:r><w:t xml:space="preserve">— </w:t></w:r>{_write_field("PAGE")}<w:r><w:t xml:space="preserve"> / '
    number += f'</w:t></w:r>{_write_field("NUMPAGES")}<w:r><w:t xml:space="preserve"> —</w:t></w:r>'
    stamp = (document.stamp.line,) if document.landscape else document.stamp.lines
    close = f'<w:spacing w:line="200" w:lineRule="exact"/>{centered}'
    line = "".join(_write_paragraph(words, "附注", close, '<w:sz w:val="15"/>') for words in stamp)
    _fill(section.footer, f'<w:p><w:pPr><w:pStyle w:val="附注"/>{centered}</w:pPr>{number}</w:p>{line}')


def _fill(part: _Header | _Footer, markup: str) -> None:
    """Put paragraphs in the place of what a head or a foot holds."""
    part.is_linked_to_previous = False
    for paragraph in part.paragraphs:
        part._element.remove(paragraph._p)
    part._element.extend(list(parse_xml(f"<w:hdr {nsdecls('w')}>{markup}</w:hdr>")))


def _write_field(name: str) -> str:
    """A number that Word works out itself."""
    kinds = {kind: f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")}
    code = f'<w:r><w:instrText xml:space="preserve">{name}</w:instrText></w:r>'
    return f"{kinds['begin']}{code}{kinds['separate']}<w:r><w:t>1</w:t></w:r>{kinds['end']}"


def _write_paragraph(text: str, style: str, layout: str = "", letters: str = "") -> str:
    """A paragraph as markup: through the library, finding its style alone takes ten times as long.

    ``layout`` and ``letters`` are what differs from the style.
    """
    run = f'<w:r><w:rPr>{letters}</w:rPr><w:t xml:space="preserve">{escape(clean(text))}</w:t></w:r>' if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{layout}</w:pPr>{run}</w:p>'


def _write_block(block: Block, landscape: bool, room: int) -> list[str]:
    if isinstance(block, Heading):
        return [_write_paragraph(block.text, f"Heading{block.level}")]
    if isinstance(block, Paragraph):
        return [_write_paragraph(line, "附注" if block.note else "公文正文") for line in block.text.split("\n")]
    if isinstance(block, Signature):
        return _write_signature(block)
    return _write_table(block, landscape, room) if block.rows else [_write_paragraph(block.empty, "公文正文")]


def _write_signature(block: Signature) -> list[str]:
    """Kept together on one page."""
    together, apart = "<w:keepNext/>", '<w:spacing w:after="120"/>'
    lines = [_write_paragraph("", "附注", together)]
    lines += [_write_paragraph(f"{line}：______________", "附注", together + apart) for line in block.lines]
    lines.append(_write_paragraph(f"{block.issuer}（盖章）", "落款", together))
    return [*lines, _write_paragraph("    年  月  日", "落款")]


def _write_table(block: Table, landscape: bool, room_mm: int) -> list[str]:
    """The table as markup of its own making, for the same reason."""
    whole = sum(column.width for column in block.columns)
    room = Mm(room_mm).twips
    widths = [column.width * room // whole for column in block.columns]
    narrow = "窄" if landscape else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = [
        _write_cell(column.title, width, f"{narrow}表头", "center")
        for column, width in zip(block.columns, widths, strict=True)
    ]
    rows = [_write_row(head, "<w:cantSplit/><w:tblHeader/>")]
    for row in block.on_paper().rows:
        if row.kind == "group":
            cell = _write_cell(row.cells[0], sum(widths), f"{narrow}表头", "left", len(widths))
            rows.append(_write_row([cell], "<w:cantSplit/>"))
            continue
        style = narrow + ("表头" if row.kind == "subtotal" else "表格")
        cells = [
            _write_cell(text, width, style, column.align)
            for column, width, text in zip(block.columns, widths, row.cells, strict=True)
        ]
        # A longer row may go over the edge of a page: kept together, it would leave half of one empty.
        rows.append(_write_row(cells, "<w:cantSplit/>" if max(map(len, row.cells)) < LONG else ""))
    table = (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="45" w:type="dxa"/><w:right w:w="45" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
        f"{''.join(rows)}</w:tbl>"
    )
    return [table, _write_paragraph("", "附注")]


def _write_row(cells: list[str], properties: str) -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def _write_cell(text: str, width: int, style: str, align: str, span: int = 1) -> str:
    lines = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/><w:jc w:val="{align}"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(clean(line))}</w:t></w:r></w:p>'
        for line in text.split("\n")
    )
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}</w:tcPr>{lines}</w:tc>'
