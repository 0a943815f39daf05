"""Pieces of pages: real HTML tables, marks that are words and shapes, and the style that all pages share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Literal, TypeVar
from urllib.parse import quote, urlencode

import streamlit as st

Row = TypeVar("Row")
Kept = TypeVar("Kept")

_STYLE = """<style>
div[data-testid="stMainBlockContainer"] {padding-top:2.6rem; padding-bottom:3rem}
.dc-demo {background:#fff4d6; border:1px solid #b98900; padding:.3rem .6rem; margin:0; font-size:.9rem}
body:has(.dc-login):not(:has(.st-key-leave)) section[data-testid="stSidebar"] {opacity:0; pointer-events:none}
.dc-scroll {overflow-x:auto}
table.dc {border-collapse:collapse; width:100%; font-size:.92rem; font-variant-numeric:tabular-nums}
table.dc caption {text-align:left; font-weight:600; padding:.2rem 0}
table.dc th, table.dc td {border:1px solid #c3c9d1; padding:.28rem .5rem; vertical-align:top; text-align:left}
table.dc th {background:#eef2f6; font-weight:600}
table.dc td {min-width:4.6em}
table.dc td.n, table.dc th.n {text-align:right}
table.dc td.n, table.dc td.s {white-space:nowrap; min-width:0}
table.dc th {min-width:3em}
table.dc th.n, table.dc th.s {white-space:nowrap}
table.dc.grid {font-size:.82rem}
table.dc.grid th, table.dc.grid td {padding:.2rem .3rem; min-width:0}
table.dc.grid th.n {white-space:normal; font-weight:500}
table.dc.grid th:first-child, table.dc.grid td:first-child {position:sticky; left:0; background:#fff; z-index:1}
table.dc.grid th:first-child {background:#eef2f6; min-width:5em}
div[data-testid="stHeading"] :is(h1, h2) {font-size:1.7rem} div[data-testid="stHeading"] h3 {font-size:1.3rem}
div[data-testid="stMarkdownContainer"] h4 {font-size:1.15rem}
div[data-testid="stMarkdownContainer"] h5 {font-size:1rem}
table.dc tr.own td {background:#e8f1fa; font-weight:600}
div[data-testid="stHtml"] a {color:#1f4e79}
[data-testid="stMain"]:focus {outline:none}
a.dc-file {display:inline-block; border:1px solid #8d99a6; border-radius:4px; padding:.35rem .8rem; color:#1f4e79;
  background:#fff; text-decoration:none; overflow-wrap:anywhere}
a.dc-file:hover, a.dc-file:focus {background:#eef2f6; border-color:#1f4e79}
div[data-testid="stFileUploaderDropzoneInstructions"] {display:none}
section[data-testid="stFileUploaderDropzone"] button {font-size:0}
section[data-testid="stFileUploaderDropzone"] button * {display:none}
section[data-testid="stFileUploaderDropzone"] button::after {content:"选择文件"; font-size:.9rem}
div[data-testid="InputInstructions"] {display:none}
@media (max-width:640px) {
  main :is(.stButton, .stDownloadButton, [data-testid="stButtonGroup"], [data-testid="stFileUploaderDropzone"]) button,
  main [role="radiogroup"] > label {min-height:2.75rem}
  div[data-testid="stExpander"] summary {min-height:2.75rem}
  div[data-testid="stMainBlockContainer"] {padding:4.2rem .8rem 2rem}
  table.dc {font-size:.85rem} table.dc th, table.dc td {padding:.25rem .35rem}
  table.dc.stack, table.dc.stack tbody, table.dc.stack caption {display:block}
  table.dc.stack thead {display:none}
  table.dc.stack tr {display:grid; grid-template-columns:repeat(3,minmax(0,1fr)); grid-auto-flow:dense;
    border:1px solid #c3c9d1; margin-bottom:.5rem}
  table.dc.stack td {display:block; border:0; min-width:0; overflow-wrap:anywhere}
  table.dc.stack td.n, table.dc.stack td.s {text-align:left; white-space:normal}
  table.dc.stack td.t {grid-column:1/-1}
  table.dc.stack td:empty {display:none}
  table.dc.plain td.n {white-space:normal}
  table.dc.stack td span {white-space:normal !important}
  table.dc.stack td::before {content:attr(data-title); display:block; color:#5a6470; font-size:.72rem; font-weight:400}
}
@media print {
  section[data-testid="stSidebar"], header[data-testid="stHeader"], .dc-noprint {display:none !important}
  table.dc tr {break-inside:avoid} table.dc thead {display:table-header-group}
  * {print-color-adjust:exact; -webkit-print-color-adjust:exact}
}
</style>"""


def show_style() -> None:
    """The style of all pages, once per run."""
    st.html(_STYLE)


@dataclass(frozen=True)
class ShownColumn:
    """A column of a table: its title, and whether it holds numbers, or words too short to be broken."""

    title: str
    kind: Literal["text", "number", "short"] = "text"


@dataclass(frozen=True)
class Markup:
    """HTML that was made here, of escaped text: the only text of a cell that is not escaped again."""

    html: str


Cell = str | Markup
#: So many signs in brackets stay on one line.
SHORT = 10
Shape = Literal["plain", "stack", "grid"]
#: A table of so many columns is laid out anew on a phone: a smaller one fits, a larger one is for comparing rows.
_STACKED = 5, 9


def link(address: str, text: str, **query: str) -> Markup:
    """A link to a page of ours with its state."""
    return _write_link(address, text, tuple(query.items()))


@lru_cache(maxsize=20_000)
def _write_link(address: str, text: str, query: tuple[tuple[str, str], ...]) -> Markup:
    found = f"/{address}" + (f"?{urlencode(query)}" if query else "")
    return Markup(f'<a href="{escape(found, quote=True)}">{escape(text)}</a>')


def name_items(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Indicators as people call them, by id: their names, and the id beside a name that is not the only one."""
    names = dict(pairs)
    counts = Counter(names.values())
    return {item: name if counts[name] == 1 else f"{name}（{item}）" for item, name in names.items()}


def keep_line(text: str) -> Markup:
    """Text that stays on one line: a narrow page then scrolls the table instead of standing words on end."""
    return Markup(f'<span style="white-space:nowrap">{escape(text)}</span>')


def keep_wide(text: str) -> Markup:
    """Text that a narrow page does not stand on end: the table scrolls instead."""
    words, bracket, rest = text.rpartition("（")
    shown = escape(text)
    if words and text.endswith("）") and len(rest) <= SHORT:
        # The clause behind a name is not torn apart.
        shown = f'{escape(words)}<span style="white-space:nowrap">{escape(bracket + rest)}</span>'
    return Markup(f'<span style="display:inline-block;min-width:11em">{shown}</span>')


def keep_parts(*parts: str) -> Markup:
    """Pieces of text none of which is broken: the line may end between them."""
    return Markup("<wbr>".join(f'<span style="white-space:nowrap">{escape(part)}</span>' for part in parts if part))


def show_table(
    columns: Sequence[ShownColumn],
    rows: Sequence[Sequence[Cell]],
    *,
    caption: str = "",
    own: Sequence[int] = (),
    shape: Shape | None = None,
) -> None:
    """A table that can be read aloud, copied and printed. ``own`` are the numbers of rows to set apart.

    On a phone a table of five to nine columns is laid out ``stack``, each row a card whose cells bear their titles;
    ``plain`` and ``grid`` (dense, the first column standing) scroll sideways within the page instead.
    """
    st.html(write_table(columns, rows, caption=caption, own=own, shape=shape))


def write_table(
    columns: Sequence[ShownColumn],
    rows: Sequence[Sequence[Cell]],
    *,
    caption: str = "",
    own: Sequence[int] = (),
    shape: Shape | None = None,
) -> str:
    """The HTML of :func:`show_table`."""
    chosen = shape or ("stack" if _STACKED[0] <= len(columns) <= _STACKED[1] else "plain")
    named = [f' data-title="{escape(c.title, quote=True)}"' if chosen == "stack" else "" for c in columns]
    # A browser looks at every attribute of what it is given: those that say nothing here are left out.
    kinds = ["" if chosen != "stack" and column.kind == "text" else _CLASSES[column.kind] for column in columns]
    head = "".join(f'<th scope="col"{kind}>{escape(c.title)}</th>' for c, kind in zip(columns, kinds, strict=True))
    body = []
    for number, row in enumerate(rows):
        cells = "".join(
            f"<td{kind}{title}>{_write_cell(cell)}</td>" for cell, kind, title in zip(row, kinds, named, strict=True)
        )
        body.append(f'<tr class="own">{cells}</tr>' if number in own else f"<tr>{cells}</tr>")
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="dc-scroll"><table class="dc {chosen}">{title}<thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


_CLASSES = {"text": ' class="t"', "number": ' class="n"', "short": ' class="s"'}


def _write_cell(cell: Cell) -> str:
    return cell.html if isinstance(cell, Markup) else escape(cell).replace("\n", "<br>")


def offer_file(label: str, *place: str, **query: str) -> None:
    """A link to a file of ``files.py``, by the parts of its address. Who may have it is asked when it is followed.

    Never Streamlit's own download button: what it offers can be had by anybody who is told the address.
    """
    address = "/".join(("/file", *(quote(part, safe="") for part in place))) + (f"?{urlencode(query)}" if query else "")
    st.html(f'<a class="dc-file" href="{escape(address, quote=True)}" target="_self">{escape(label)}</a>')


def say_size(size: int) -> str:
    """A file's size as people read it."""
    return f"{max(size / 1024, 1):.0f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


def show_rest(rows: Sequence[Row], first: int, show: Callable[[Sequence[Row]], None], what: str) -> None:
    """The ``first`` rows openly and the others behind a line that says how many there are."""
    show(rows[:first])
    if len(rows) > first:
        with st.expander(f"其余 {len(rows) - first} {what}"):
            show(rows[first:])
