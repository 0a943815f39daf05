"""What was confirmed since the newest run and is not in its ranking, and the button that has it counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from dashboard.keys import Overview
from dashboard.session import Context, keep_by, now, read_run_manifest
from data.ledger.refusals import Refused
from data.ledger.schema import Record
from scoring.calendar import CalendarEnds
from scoring.rescoring import may_rescore, rescore
from scoring.run import RunOverflow, YearNotInPack
from scoring.uncounted import Uncounted, list_uncounted

#: So many units are named.
NAMED = 5


def show_uncounted(context: Context, actor: Record, run: str) -> None:
    """A warning above the ranking of the newest run; nothing where it is up to date, and for an older run."""
    if run != context.runs[0]:
        return
    manifest = read_run_manifest(context, run)
    root = str(context.workspace.root.resolve())
    found = keep_by(
        (root, run, context.head, "uncounted"), lambda: list_uncounted(context.workspace, context.ledger, manifest)
    )
    if not found:
        return
    st.warning(describe_uncounted({unit.id: unit.name for unit in context.pack.registry.units}, found))
    if may_rescore(context.ledger, actor["id"]) and st.button("重新评分", key=Overview.RESCORE):
        _rescore(context, actor, int(manifest["year"]), date.fromisoformat(manifest["as_of"]))


def describe_uncounted(names: Mapping[str, str], found: Sequence[Uncounted]) -> str:
    """The sentence, with the units named as far as they are few."""
    units = list(dict.fromkeys(each.unit for each in found))
    numbers: dict[str, int] = {}
    for each in found:
        numbers[each.title] = numbers.get(each.title, 0) + each.number
    what = "、".join(f"{title} {number} 条" for title, number in numbers.items())
    who = "、".join(names.get(unit, unit) for unit in units[:NAMED])
    more = f" 等 {len(units)} 个单位" if len(units) > NAMED else ""
    return f"这次评分以后有变动,还没有计入排名:{what}({who}{more})。"


def _rescore(context: Context, actor: Record, year: int, as_of: date) -> None:
    try:
        with st.spinner("正在评分…"):
            rescore(context.ledger, context.workspace, actor["id"], year, as_of, now=now())
    except Refused as refused:
        st.error(refused.sentence)
        return
    except (YearNotInPack, CalendarEnds, RunOverflow) as error:
        st.error(str(error))
        return
    st.session_state.pop(Overview.RUN, None)
    st.rerun()
