"""What a reader chooses on a page. Every choice stands in the address: an address shared is a page restored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from dashboard.runs.newer import show_newer
from dashboard.visits.session import (
    Context,
    current_visit,
    read_cohort_scores,
    read_run_manifest,
    read_run_pack,
    read_run_scores,
)
from indicators.entries.numbers import read_whole
from indicators.pack.model import Cohort, Pack
from scoring.results.scores import Scores

Row = TypeVar("Row")
Kept = TypeVar("Kept")


def recall(key: str, query: str, read: Callable[[str], Kept | None], first: Kept) -> None:
    """Before a widget: give it what the page's address says under ``query``, where that is newer, or else ``first``.

    What ``read`` cannot understand is passed over in silence.
    """
    asked, told = st.query_params.get(query, ""), f"{key}:address"
    # An address that is not what was last written there is newer than the widget: the reader went back, or came anew.
    if key not in st.session_state or st.session_state.get(told) != asked:
        found = read(asked) if asked else None
        st.session_state[key] = first if found is None else found


def keep(key: str, query: str, text: str) -> None:
    """After a widget: put its value into the page's address, or take it out where there is no ``text``."""
    st.session_state[f"{key}:address"] = text
    if not text:
        if query in st.query_params:
            del st.query_params[query]
    elif st.query_params.get(query) != text:
        st.query_params[query] = text


def choose(label: str, options: Sequence[str], key: str, query: str, names: Callable[[str], str] = str) -> str:
    """One of ``options``, kept in the page's address under ``query``; the first one needs no mention there.

    What an address names and there is no more is passed over in silence: the first option stands.
    """
    recall(key, query, lambda text: text if text in options else None, options[0])
    if st.session_state[key] not in options:
        st.session_state[key] = options[0]
    chosen: str = st.selectbox(label, options, key=key, format_func=names)
    keep(key, query, chosen if chosen != options[0] else "")
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

    def read(text: str) -> list[str] | None:
        return [name for name in text.split(",") if name in options][:most] or None

    recall(key, query, read, list(first))
    if any(name not in options for name in st.session_state[key]):
        st.session_state[key] = list(first)
    chosen: list[str] = st.multiselect(
        label, options, key=key, format_func=names, max_selections=most, placeholder="请选择"
    )
    keep(key, query, ",".join(chosen) if chosen != list(first) else "")
    return chosen


def choose_number(label: str, low: int, high: int, first: int, key: str, query: str) -> int:
    """A whole number from ``low`` to ``high``, kept in the address."""

    def read(text: str) -> int | None:
        return read_whole(text, low, high)

    recall(key, query, read, first)
    if not low <= st.session_state[key] <= high:
        st.session_state[key] = first
    chosen = int(st.number_input(label, low, high, key=key))
    keep(key, query, str(chosen) if chosen != first else "")
    return chosen


def page_through(
    rows: Sequence[Row],
    size: int,
    key: str,
    search: str,
    text: Callable[[Row], str],
    hint: str = "单位名称的一部分",
) -> Sequence[Row]:
    """The rows of one page; with more than ``size`` a search and a page number stand above. No table is endless."""
    if len(rows) <= size:
        return rows
    left, right = st.columns([3, 1])
    with left:
        recall(search, "find", str, "")
        word = st.text_input("查找", key=search, placeholder=hint).strip()
        keep(search, "find", word)
    found = [row for row in rows if word in text(row)] if word else rows
    pages = max(1, -(-len(found) // size))
    with right:
        number = choose_number(f"第几页（共 {pages} 页）", 1, pages, 1, key, "page")
    st.caption(f"共 {len(found)} 行，显示第 {(number - 1) * size + 1}–{min(number * size, len(found))} 行。")
    return found[(number - 1) * size : number * size]


def choose_run(context: Context, key: str) -> str | None:
    """The run that a page shows, the newest unless the address names another; None, and a sentence, without runs.

    Beside it stands what is newer, so that no page shows a ranking without it.
    """
    run = _choose_run(context, key)
    if run is not None:
        show_newer(context, current_visit()[1], run)
    return run


def _choose_run(context: Context, key: str) -> str | None:
    if not context.runs:
        st.info("还没有评分运行。请在服务器上运行 ducha score，或在「数据报送」页收齐数据后评分。")
        return None
    run = choose("评分运行", context.runs, key, "run", name_run)
    manifest = read_run_manifest(context, run)
    if manifest["pack"].get("not_a_ranking"):
        st.info(manifest["pack"]["not_a_ranking"])
    return run


def name_run(run: str) -> str:
    """A run's id as people read it: 2024 年度,截至 2025-04-10(b94a12)."""
    year, day, digest = run.split("-")
    return f"{year} 年度，截至 {day[:4]}-{day[4:6]}-{day[6:]}（{digest[:6]}）"


@dataclass(frozen=True)
class PageChoice:
    """The run and the group that a page shows; ``scores`` are those of the whole group."""

    run: str
    pack: Pack
    cohort: Cohort
    scores: Scores


def choose_scores(context: Context, run_key: str, cohort_key: str) -> PageChoice | None:
    """Let the reader choose a run and a group, side by side; None, and a sentence, where there is nothing."""
    left, right = st.columns(2)
    with left:
        run = _choose_run(context, run_key)
    if run is None:
        return None
    pack, everything = read_run_pack(context, run), read_run_scores(context, run)
    present = set(everything.totals["cohort"])
    cohorts = {cohort.id: cohort for cohort in pack.head.cohorts if cohort.id in present}
    if not cohorts:
        st.info("这次评分里没有单位。")
        return None
    with right:
        name = choose("考核组", list(cohorts), cohort_key, "cohort", lambda name: cohorts[name].title)
    show_newer(context, current_visit()[1], run)
    return PageChoice(run, pack, cohorts[name], read_cohort_scores(context, run, name))
