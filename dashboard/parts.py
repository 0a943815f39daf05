"""Pieces of pages: real HTML tables, marks that are words and shapes, and the style that all pages share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal, TypeVar
from urllib.parse import quote, urlencode

import streamlit as st

from dashboard.session import Context, read_run_manifest
from indicators.model import Pack
from scoring.scores import Scores

Row = TypeVar("Row")

_STYLE = """<style>
div[data-testid="stMainBlockContainer"] {padding-top:2.6rem; padding-bottom:3rem}
.dc-demo {background:#fff4d6; border:1px solid #b98900; padding:.3rem .6rem; margin:0; font-size:.9rem}
.dc-scroll {overflow-x:auto}
table.dc {border-collapse:collapse; width:100%; font-size:.92rem; font-variant-numeric:tabular-nums}
table.dc caption {text-align:left; font-weight:600; padding:.2rem 0}
table.dc th, table.dc td {border:1px solid #c3c9d1; padding:.28rem .5rem; vertical-align:top; text-align:left}
table.dc th {background:#eef2f6; font-weight:600}
table.dc td {min-width:4.6em}
table.dc td.n, table.dc th.n {text-align:right}
table.dc td.n, table.dc td.s {white-space:nowrap; min-width:0}
table.dc th {min-width:3em}
div[data-testid="stHeading"] h2 {font-size:1.7rem} div[data-testid="stHeading"] h3 {font-size:1.3rem}
table.dc tr.own td {background:#e8f1fa; font-weight:600}
table.dc a {color:#1f4e79}
a.dc-file {display:inline-block; border:1px solid #8d99a6; border-radius:4px; padding:.35rem .8rem; color:#1f4e79;
  background:#fff; text-decoration:none; overflow-wrap:anywhere}
a.dc-file:hover, a.dc-file:focus {background:#eef2f6; border-color:#1f4e79}
div[data-testid="stFileUploaderDropzoneInstructions"] {display:none}
section[data-testid="stFileUploaderDropzone"] button {font-size:0}
section[data-testid="stFileUploaderDropzone"] button * {display:none}
section[data-testid="stFileUploaderDropzone"] button::after {content:"选择文件"; font-size:.9rem}
div[data-testid="InputInstructions"] {display:none}
@media (max-width:640px) {
  div[data-testid="stMainBlockContainer"] {padding:4.2rem .8rem 2rem}
  table.dc {font-size:.85rem} table.dc th, table.dc td {padding:.25rem .35rem}
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
class Column:
    """A column of a table: its title, and whether it holds numbers, or words too short to be broken."""

    title: str
    kind: Literal["text", "number", "short"] = "text"


@dataclass(frozen=True)
class Markup:
    """HTML that was made here, of escaped text: the only text of a cell that is not escaped again."""

    html: str


Cell = str | Markup


def link(address: str, text: str, **query: str) -> Markup:
    """A link to a page of ours with its state."""
    found = f"/{address}" + (f"?{urlencode(query)}" if query else "")
    return Markup(f'<a href="{escape(found, quote=True)}" target="_self">{escape(text)}</a>')


def keep_line(text: str) -> Markup:
    """Text that stays on one line: a narrow page then scrolls the table instead of standing words on end."""
    return Markup(f'<span style="white-space:nowrap">{escape(text)}</span>')


def show_table(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, caption: str = "", own: Sequence[int] = ()
) -> None:
    """A table that can be read aloud, copied and printed. ``own`` are the numbers of rows to set apart."""
    st.html(write_table(columns, rows, caption=caption, own=own))


def write_table(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], *, caption: str = "", own: Sequence[int] = ()
) -> str:
    """The HTML of :func:`show_table`."""
    kinds = [_CLASSES[column.kind] for column in columns]
    head = "".join(f'<th scope="col"{kind}>{escape(c.title)}</th>' for c, kind in zip(columns, kinds, strict=True))
    body = []
    for number, row in enumerate(rows):
        cells = "".join(f"<td{kind}>{_write_cell(cell)}</td>" for cell, kind in zip(row, kinds, strict=True))
        body.append(f'<tr class="own">{cells}</tr>' if number in own else f"<tr>{cells}</tr>")
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="dc-scroll"><table class="dc">{title}<thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


_CLASSES = {"text": "", "number": ' class="n"', "short": ' class="s"'}


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


def choose(label: str, options: Sequence[str], key: str, query: str, names: Callable[[str], str] = str) -> str:
    """One of ``options``, kept in the page's address under ``query``; the first one needs no mention there.

    What an address names and there is no more is passed over in silence: the first option stands.
    """
    asked, told = st.query_params.get(query, ""), f"{key}:address"
    # An address that is not what was last written there is newer than the widget: the reader went back, or came anew.
    if key not in st.session_state or st.session_state[key] not in options or st.session_state.get(told) != asked:
        st.session_state[key] = asked if asked in options else options[0]
    chosen: str = st.selectbox(label, options, key=key, format_func=names)
    st.session_state[told] = chosen if chosen != options[0] else ""
    remember(query, st.session_state[told])
    return chosen


def choose_some(
    label: str,
    options: Sequence[str],
    key: str,
    query: str,
    names: Callable[[str], str],
    most: int,
    first: Sequence[str],
) -> list[str]:
    """Up to ``most`` of ``options``, kept in the address, separated by commas."""
    if key not in st.session_state:
        asked = [name for name in st.query_params.get(query, "").split(",") if name in options]
        st.session_state[key] = (asked or list(first))[:most]
    chosen: list[str] = st.multiselect(
        label, options, key=key, format_func=names, max_selections=most, placeholder="请选择"
    )
    remember(query, ",".join(chosen) if chosen != list(first) else "")
    return chosen


def remember(query: str, value: str) -> None:
    """Put a value into the page's address, or take it out."""
    if not value:
        if query in st.query_params:
            del st.query_params[query]
    elif st.query_params.get(query) != value:
        st.query_params[query] = value


def page_through(rows: Sequence[Row], size: int, key: str, search: str, text: Callable[[Row], str]) -> Sequence[Row]:
    """The rows of one page; with more than ``size`` a search and a page number stand above. No table is endless."""
    if len(rows) <= size:
        return rows
    left, right = st.columns([3, 1])
    word = left.text_input("查找", key=search, placeholder="单位名称的一部分").strip()
    found = [row for row in rows if word in text(row)] if word else rows
    pages = max(1, -(-len(found) // size))
    if st.session_state.get(key, 1) > pages:
        st.session_state[key] = 1
    number = int(right.number_input(f"第几页(共 {pages} 页)", 1, pages, key=key))
    st.caption(f"共 {len(found)} 行,显示第 {(number - 1) * size + 1}–{min(number * size, len(found))} 行。")
    return found[(number - 1) * size : number * size]


def choose_run(context: Context, key: str) -> str | None:
    """The run that a page shows, the newest unless the address names another; None, and a sentence, without runs."""
    if not context.runs:
        st.info("还没有评分运行。请在服务器上运行 ducha score,或在「数据报送」页收齐数据后评分。")
        return None
    run = choose("评分运行", context.runs, key, "run", name_run)
    manifest = read_run_manifest(context, run)
    if manifest["pack"].get("not_a_ranking"):
        st.info(manifest["pack"]["not_a_ranking"])
    return run


def name_run(run: str) -> str:
    """A run's id as people read it: 2024 年度,截至 2025-04-10(b94a12)."""
    year, day, digest = run.split("-")
    return f"{year} 年度,截至 {day[:4]}-{day[4:6]}-{day[6:]}({digest[:6]})"


def choose_cohort(pack: Pack, scores: Scores, key: str) -> str:
    """The group that a page shows."""
    present = set(scores.totals["cohort"])
    titles = {cohort.id: cohort.title for cohort in pack.head.cohorts if cohort.id in present}
    return choose("考核组", list(titles), key, "cohort", lambda name: titles[name])
