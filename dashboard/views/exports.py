"""导出: a run's results and documents as files, and a new run of what is current now."""

from __future__ import annotations

from datetime import date
from typing import get_args

import polars as pl
import streamlit as st

from dashboard.pieces.fields import moment, today_text
from dashboard.pieces.parts import offer_file
from dashboard.pieces.scoring_refusals import score_or_say
from dashboard.runs.choices import keep, name_run, recall
from dashboard.runs.newer import show_newer
from dashboard.visits.session import current_visit, read_run_manifest, read_run_pack, read_run_scores
from dashboard.visits.work_keys import Exports
from dashboard.work.actions import show_told, stop_others, tell
from data.apart.process import prepare
from data.ledger.rights.roles import is_contact
from data.trail.refusals import RefusedAction
from scoring.documents.export import OF_COHORT, TITLES
from scoring.office.exports import find_export_unit, list_kinds
from scoring.runs.cut import Format
from scoring.runs.rescoring import may_rescore, rescore

context, actor = current_visit()
stop_others(actor, "exports.py")
# What makes the files is loaded while somebody chooses one.
prepare("scoring.documents.apart")
FORMS = {"xlsx": "Excel", "docx": "Word", "pdf": "PDF", "html": "网页", "json": "JSON（程序用）"}
WORDS: dict[str, str] = {
    "csv": "CSV（Excel、WPS 可打开）",
    "json": "JSON（程序用，含总分）",
    "parquet": "Parquet（程序用）",
}


def show_exports() -> None:
    """Files of one run."""
    runs = list(context.runs)
    if not runs:
        st.info("还没有评分运行，没有可导出的结果。")
        return
    recall(Exports.RUN, "run", lambda text: text if text in runs else None, runs[0])
    run = st.selectbox("评分运行", runs, key=Exports.RUN, format_func=name_run)
    keep(Exports.RUN, "run", str(run))
    show_newer(context, actor, run)
    manifest = read_run_manifest(context, str(run))
    contact = is_contact(actor.roles)
    st.caption(
        f"{manifest['year']} 年，截止日 {manifest['as_of']}，指标包 {manifest['pack']['title']}。"
        + ("导出的只有您单位的得分。" if contact else "导出的是全部单位的得分。")
    )
    with st.container(horizontal=True):
        for format in sorted(get_args(Format)):
            offer_file(f"导出 {WORDS[format]}", "run", f"{run}.{format}")
    show_sheets(str(run))


def show_sheets(run: str) -> None:
    """Documents of the run: of one unit or group, or of all in one archive."""
    st.subheader("评分表和文书")
    try:
        kinds = list_kinds(context.ledger, actor.id)
    except RefusedAction as refused:
        st.info(f"{refused.sentence}。")
        return
    first, second = st.columns(2)
    kind = first.selectbox("文件", kinds, key=Exports.KIND, format_func=TITLES.__getitem__)
    form = second.selectbox("形式", list(FORMS), key=Exports.FORMAT, format_func=FORMS.__getitem__)
    name = f"{kind}.{form}"
    own = find_export_unit(context.ledger, actor.id)
    if own is not None:
        offer_file(f"导出本单位{TITLES[kind]}", "sheets", run, name)
        return
    scores = read_run_scores(context, run)
    cohorts = dict(zip(scores.totals["cohort"], scores.totals["cohort"], strict=True))
    titles = {cohort.id: cohort.title for cohort in read_run_pack(context, run).head.cohorts if cohort.id in cohorts}
    cohort = first.selectbox(
        "考核组", list(titles), index=None, key=Exports.COHORT, placeholder="全部", format_func=titles.__getitem__
    )
    query = {"cohort": cohort} if cohort else {}
    if kind not in OF_COHORT:
        rows = scores.totals.filter(pl.col("cohort") == cohort) if cohort else scores.totals
        names = dict(rows.select("unit", "unit_name").iter_rows())
        unit = second.selectbox(
            "单位", list(names), index=None, key=Exports.UNIT, placeholder="全部", format_func=names.__getitem__
        )
        query |= {"unit": unit} if unit else {}
        count = 1 if unit else len(names)
        what = f"{names[unit]}{TITLES[kind]}" if unit else f"{count} 个单位的{TITLES[kind]}"
    else:
        count = 1 if cohort else len(titles)
        what = f"{titles[cohort]}{TITLES[kind]}" if cohort else f"{count} 个考核组的{TITLES[kind]}"
    offer_file(f"导出 {what}" + ("（一个 zip 文件）" if count > 1 else ""), "sheets", run, name, **query)
    if count > 50:
        st.caption("文件多，要等一会儿；PDF 每百份约需十几秒。")


def show_rescoring() -> None:
    """A new run, for whom may have one made."""
    st.subheader("重新评分")
    st.caption("按现在的报送数据和已认定的问题、评定、豁免重新计算。以前的结果不变，仍可复算。")
    newest = read_run_manifest(context, context.runs[0]) if context.runs else None
    last = context.pack.head.years.last or moment().year
    year = int(st.number_input("年度", value=int(newest["year"]) if newest else last, step=1, key=Exports.YEAR))
    day = st.text_input("截止日，如 2025-04-10", value=newest["as_of"] if newest else today_text(), key=Exports.AS_OF)
    if not st.button("重新评分", key=Exports.SCORE, type="primary"):
        return
    try:
        as_of = date.fromisoformat(day.strip())
    except ValueError:
        st.error(f"「{day}」不是日期，请写成 2025-04-10 这样。")
        return
    run = score_or_say(lambda: rescore(context.ledger, context.workspace, actor.id, year, as_of, now=moment()))
    if run is None:
        return
    tell(f"已重新评分：{name_run(run.id)}。「总览」和导出现在都是新的结果。")
    st.query_params["run"] = run.id
    st.session_state.pop(Exports.RUN, None)
    st.rerun()


st.title("导出")
show_told()
show_exports()
if may_rescore(context.ledger, actor.id):
    show_rescoring()
