"""A document as one HTML file: nothing is fetched, everything from the data is escaped, and it prints well."""

from __future__ import annotations

from html import escape

from scoring.documents.blocks import Block, Document, Heading, Paragraph, Signature, Table
from scoring.documents.workbook import clean

_STYLE = """
@page { size: A4 %(page)s; margin: 15mm 12mm 17mm;
  @bottom-right { content: "第 " counter(page) " 页 共 " counter(pages) " 页"; font-size: 8pt; }
  @bottom-left { content: "%(stamp)s"; font-size: 7pt; }
  @top-right { content: "%(fictional)s"; font-size: 9pt; color: #b00; } }
body { font-family: "Noto Serif CJK SC", "Source Han Serif SC", "FangSong", "仿宋", serif; color: #111;
  max-width: %(width)s; margin: 1.5em auto; padding: 0 1em; line-height: 1.6; }
h1 { font-family: "方正小标宋简体", "Noto Serif CJK SC", "SimSun", serif; text-align: center; font-size: 1.7em; }
h2 { font-family: "Noto Sans CJK SC", "SimHei", "黑体", sans-serif; font-size: 1.1em; break-after: avoid; }
.letterhead { text-align: center; color: #b00; font-size: 1.2em; }
.subtitle { text-align: center; }
.fictional { text-align: center; color: #b00; font-weight: bold; }
.stamp, .note { font-size: .8em; color: #444; }
.stamp { border-top: 1px solid #999; margin-top: 2em; padding-top: .4em; }
.issuer { text-align: right; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%%; font-size: .82em; margin: .6em 0; table-layout: fixed; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { border: 1px solid #666; padding: .3em .4em; vertical-align: top; overflow-wrap: anywhere;
  white-space: pre-line; }
th { background: #e7edf5; font-family: "Noto Sans CJK SC", "SimHei", sans-serif; font-weight: normal; }
tr.group td, tr.subtotal td { background: #f5f7fa; font-family: "Noto Sans CJK SC", "SimHei", sans-serif; }
td.center { text-align: center; } td.right { text-align: right; }
td.number { white-space: nowrap; }
@media print { body { margin: 0; max-width: none; padding: 0; font-size: %(print)s; line-height: 1.35; }
  .scroll { overflow: visible; } th, td { padding: .15em .25em; }
  tr.long { break-inside: auto; } }
"""


def write_html(document: Document) -> bytes:
    """The whole document as UTF-8."""
    style = _STYLE % {
        "page": "landscape" if document.landscape else "portrait",
        "width": "80em" if document.landscape else "48em",
        "print": "8.5pt" if document.landscape else "9.5pt" if document.one_page else "12pt",
        "stamp": _quote(document.stamp.line),
        "fictional": _quote(document.stamp.warning),
    }
    body = [f'<p class="letterhead">{_text(document.letterhead)}</p>'] if document.letterhead else []
    body.append(f"<h1>{_text(document.title)}</h1>")
    if document.subtitle:
        body.append(f'<p class="subtitle">{_text(document.subtitle)}</p>')
    if document.stamp.warning:
        body.append(f'<p class="fictional">{_text(document.stamp.warning)}</p>')
    body += [_write_block(block) for block in document.blocks]
    body.append(f'<p class="stamp">{_text(document.stamp.line)}</p>')
    lines = [
        "<!DOCTYPE html>",
        '<html lang="zh-CN">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(document.title)}</title>",
        f"<style>{style}</style></head>",
        "<body>",
        *body,
        "</body></html>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _text(text: str) -> str:
    return escape(clean(text))


def _quote(text: str) -> str:
    """A text for a CSS string inside a style element."""
    return "".join(f"\\{ord(letter):x} " if letter in "\\\"'<>&\n" else letter for letter in clean(text))


def _write_block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level + 1}>{_text(block.text)}</h{block.level + 1}>"
    if isinstance(block, Paragraph):
        kind = ' class="note"' if block.note else ""
        return "\n".join(f"<p{kind}>{_text(line)}</p>" for line in block.text.split("\n"))
    if isinstance(block, Signature):
        lines = [f"<p>{_text(line)}：______________</p>" for line in block.lines]
        lines.append(f'<p class="issuer">{_text(block.issuer)}（盖章）<br>&emsp;&emsp;年&emsp;月&emsp;日</p>')
        return "\n".join(lines)
    return _write_table(block) if block.rows else f"<p>{_text(block.empty)}</p>"


def _write_table(block: Table) -> str:
    whole = sum(column.width for column in block.columns)
    columns = "".join(f'<col style="width:{100 * column.width / whole:.2f}%">' for column in block.columns)
    head = "".join(f'<th scope="col">{_text(column.title)}</th>' for column in block.columns)
    lines = [f'<div class="scroll"><table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>']
    for row in block.on_paper().rows:
        if row.kind == "group":
            lines.append(f'<tr class="group"><td colspan="{len(block.columns)}">{_text(row.cells[0])}</td></tr>')
            continue
        cells = "".join(
            f'<td class="{column.align}{" number" if column.number else ""}">{_text(text)}</td>'
            for column, text in zip(block.columns, row.cells, strict=True)
        )
        names = " ".join(name for name in (row.kind, "long" if max(map(len, row.cells)) > 400 else "") if name)
        lines.append(f'<tr class="{names}">{cells}</tr>')
    return "\n".join([*lines, "</tbody></table></div>"])
