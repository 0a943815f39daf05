"""导出: a run's results as files, and a new run of what is current now."""

from __future__ import annotations

from datetime import date
from typing import get_args

import streamlit as st

from dashboard.actions import show_told, stop_others, tell
from dashboard.fields import moment, today_text
from dashboard.session import current_actor, open_context, read_run_manifest
from dashboard.work_keys import Exports
from data.ledger.refusals import Refused
from scoring.calendar import CalendarEnds
from scoring.exports import Format, export_run
from scoring.rescoring import may_rescore, rescore
from scoring.run import RunOverflow, YearNotInPack
from scoring.runs import read_run

context, actor = open_context(), current_actor()
stop_others(actor, "exports.py")
WORDS: dict[str, str] = {"csv": "CSV(Excel、WPS 可打开)", "json": "JSON(程序用,含总分)", "parquet": "Parquet(程序用)"}


def show_exports() -> None:
    """Files of one run."""
    runs = list(context.runs)
    if not runs:
        st.info("还没有评分运行,没有可导出的结果。")
        return
    asked = str(st.query_params.get("run", ""))
    run = st.selectbox("评分运行", runs, index=runs.index(asked) if asked in runs else 0, key=Exports.RUN)
    st.query_params["run"] = str(run)
    manifest = read_run_manifest(context, str(run))
    contact = actor["roles"] == ["unit_contact"]
    st.caption(
        f"{manifest['year']} 年,截止日 {manifest['as_of']},指标包 {manifest['pack']['title']}。"
        + ("导出的只有您单位的得分。" if contact else "导出的是全部单位的得分。")
    )
    for format in sorted(get_args(Format)):
        try:
            export = export_run(context.ledger, actor["id"], read_run(context.workspace, str(run)), format)
        except Refused as refused:
            st.error(refused.sentence)
            return
        st.download_button(
            f"导出 {WORDS[format]}",
            data=export.content,
            file_name=export.file_name,
            mime=export.media_type,
            key=f"{Exports.TAKE}_{format}",
            on_click="ignore",
        )


def show_rescoring() -> None:
    """A new run, for whom may have one made."""
    st.subheader("重新评分")
    st.caption("按现在的报送数据和已认定的问题、评定、豁免重新计算。以前的结果不变,仍可复算。")
    newest = read_run_manifest(context, context.runs[0]) if context.runs else None
    last = context.pack.head.years.last or moment().year
    year = int(st.number_input("年度", value=int(newest["year"]) if newest else last, step=1, key=Exports.YEAR))
    day = st.text_input("截止日,如 2025-04-10", value=newest["as_of"] if newest else today_text(), key=Exports.AS_OF)
    if not st.button("重新评分", key=Exports.SCORE, type="primary"):
        return
    try:
        as_of = date.fromisoformat(day.strip())
    except ValueError:
        st.error(f"「{day}」不是日期,请写成 2025-04-10 这样。")
        return
    try:
        with st.spinner("正在评分…"):
            run = rescore(context.ledger, context.workspace, actor["id"], year, as_of, now=moment())
    except Refused as refused:
        st.error(refused.sentence)
        return
    except (YearNotInPack, CalendarEnds, RunOverflow) as error:
        st.error(str(error))
        return
    tell(f"已重新评分:{run.id}。「总览」和导出现在都是新的结果。")
    st.query_params["run"] = run.id
    st.session_state.pop(Exports.RUN, None)
    st.rerun()


st.title("导出")
show_told()
show_exports()
if may_rescore(context.ledger, actor["id"]):
    show_rescoring()
