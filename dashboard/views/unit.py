"""单位: the score sheet on the screen, from full marks to the total, and why for every mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import polars as pl
import streamlit as st

from dashboard.pieces.charts import draw_waterfall_chart
from dashboard.pieces.parts import Cell, Markup, ShownColumn, link, name_items, offer_file, show_table, write_table
from dashboard.pieces.plain import Words, say
from dashboard.runs.choices import choose, choose_run
from dashboard.runs.disputed import WHY, find_disputed, mark_disputed
from dashboard.runs.explained import show_explanation
from dashboard.visits.keys import Unit
from dashboard.visits.session import (
    Context,
    current_visit,
    explain,
    list_visible_units,
    read_cohort_scores,
    read_run_pack,
    read_run_scores,
)
from dashboard.visits.shelf import Key, keep_by
from data.intake.reporting import reports_for
from data.intake.self_marks import read_self_marks
from data.ledger.reading import list_findings, list_visible
from data.ledger.rows import EvidenceRow, UserRow
from indicators.entries.refusal import Refusal
from indicators.meaning.uses import moves_marks
from indicators.pack.model import Cohort, Pack
from scoring.base.total import Total
from scoring.office.self_marks import SelfMark, compare_self_marks
from scoring.results.comparison import (
    PeerResult,
    compare_indicator,
    draw_waterfall,
    find_next_grade,
    measure_spread,
)
from scoring.results.losses import Loss, add_losses, describe_loss, list_losses
from scoring.results.scale import Scale, measure_scores
from scoring.results.scores import Scores, write_marks
from scoring.results.vetoes import describe_own_vetoes, list_vetoes
from scoring.wording import describe_outcome
from scoring.wording.findings import IDLE
from scoring.wording.full_grades import describe_full
from scoring.wording.ranges import say_range
from scoring.wording.totals import describe_total

WORST = 5


def show() -> None:
    """The page."""
    context, actor = current_visit()
    st.header("单位")
    run = choose_run(context, Unit.RUN)
    if run is None:
        return
    pack, everything = read_run_pack(context, run), read_run_scores(context, run)
    mine = everything.of_units(list_visible_units(actor))
    names = dict(mine.totals.select("unit", "unit_name").unique(maintain_order=True).iter_rows())
    asked = st.query_params.get("unit", "")
    if asked and asked not in names:
        st.error(f"找不到单位「{asked}」，或者您无权查看。")
        return
    if not names:
        st.info("这次评分里没有您可以查看的单位。")
        return
    unit = choose("单位（可以输入名称查找）", list(names), Unit.UNIT, "unit", lambda name: names[name])
    titles = {cohort.id: cohort.title for cohort in pack.head.cohorts}
    cohorts = mine.totals.filter(pl.col("unit") == unit)["cohort"].to_list()
    cohort = (
        cohorts[0] if len(cohorts) == 1 else choose("考核组", cohorts, Unit.COHORT, "cohort", lambda name: titles[name])
    )
    scores = read_cohort_scores(context, run, cohort)
    for words in describe_own_vetoes(list_vetoes(scores, pack, unit)):
        st.error(words)
    _show_head(context, pack, scores, cohort, unit, titles[cohort])
    _show_disputed(context, scores, unit)
    _show_waterfall(context, pack, scores, unit)
    try:
        _show_losses(context, actor, pack, scores, unit)
        _show_items(context, actor, pack, scores, unit)
    except Refusal as refusal:
        st.error(str(refusal))
    _show_sheet(context, actor, pack, scores, unit)


def _show_head(context: Context, pack: Pack, scores: Scores, cohort: str, unit: str, title: str) -> None:
    key = *_key_own(context, scores, unit), "head"
    st.markdown(keep_by(key, lambda: _write_head(pack, scores, cohort, unit, title)))


def _write_head(pack: Pack, scores: Scores, cohort: str, unit: str, title: str) -> Words:
    total = next(row for row in scores.list_totals() if row.unit == unit)
    precision, spread = scores.precision, measure_spread(scores)
    outside = scores.items.filter((pl.col("unit") == unit) & pl.col("outcome").is_in(["not_applicable", "exempt"]))
    notes = describe_total(total, pack, len(outside))
    place = "没有名次" if total.rank is None else f"第 {total.rank} 名"
    among = f"（共 {spread.mean.number} 个单位有名次）" if spread is not None else ""
    shown, full = write_marks(total.total, precision), write_marks(total.full, precision)
    words = [f"{title}，{place}{among}，等次：{total.grade or '未定'}。"]
    if spread is not None and total.total is not None:
        words.append(
            f"{spread.mean.words} {spread.mean.write_marks(precision)} 分，"
            f"相差 {write_marks(total.total - spread.mean.count_points(precision), precision, signed=True)}。"
        )
    words.append(say_range(total, pack, lambda marks: write_marks(marks, precision)))
    said = "".join(words) + (f"说明：{notes}。" if notes else "")
    group = next(entry for entry in pack.head.cohorts if entry.id == cohort)
    further = _say_further(pack, group, total, precision)
    return say("### {}：{} 分，满分 {}\n\n{}\n\n{}", total.unit_name, shown, full, said, further)


def _say_further(pack: Pack, cohort: Cohort, total: Total[int], precision: int) -> Words:
    """How far it is to the next grade; nothing where there are no grades."""
    better = find_next_grade(cohort, total.grade, total.total, precision)
    if full := describe_full(total, pack):
        return say("**差多少到上一档**：{}，名次要再靠前。", full)
    if total.grade_cap:
        return say("**差多少到上一档**：有一票否决，等次不高于「{}」，先要解除否决。", total.grade_cap)
    if better is not None:
        missing = write_marks(better.missing, precision)
        return say("**差多少到上一档**：再得 {} 分就是「{}」。", missing, better.name)
    if total.grade is not None:
        return say("**差多少到上一档**：已经是最高一档。")
    return say("**差多少到上一档**：等次还没有定，要先补齐数据或查清一票否决项。" if cohort.grades else "")


def _show_disputed(context: Context, scores: Scores, unit: str) -> None:
    names = dict(scores.items.filter(pl.col("unit") == unit).select("indicator", "indicator_name").iter_rows())
    items = [item for item in find_disputed(context, scores.year).get(unit, []) if item in names]
    if items:
        links = "、".join(_link_item(scores, unit, item, names[item]).html for item in items)
        st.html(f"<p><b>有 {len(items)} 项争议中</b>（复核还没有决定，得分和总分可能变）：{links}</p>")


def _show_waterfall(context: Context, pack: Pack, scores: Scores, unit: str) -> None:
    st.subheader("从满分到总分")
    steps = keep_by((*_key_own(context, scores, unit), "waterfall"), lambda: draw_waterfall(pack, scores, unit))
    precision = scores.precision
    if len(steps) == 1:
        st.write("还没有可计的分。")
        return
    falls = sorted((step for step in steps if step.kind == "change" and step.change < 0), key=lambda step: step.change)
    if falls:
        st.write(f"减得最多的是「{falls[0].title}」（{write_marks(falls[0].change, precision, signed=True)} 分）。")
    draw_waterfall_chart(steps, precision)
    rows: list[list[Cell]] = [
        [
            step.title,
            write_marks(step.change, precision, signed=True) if step.kind == "change" else "",
            write_marks(step.level, precision),
        ]
        for step in steps
    ]
    with st.expander("同样的内容，列成表"):
        show_table([ShownColumn("步骤"), ShownColumn("增减", "number"), ShownColumn("到此", "number")], rows)
    st.caption("「折算和加权」：不适用的项目不计，其余按比例折算到满分；有几路评审的，按权重合成。")


def _key_own(context: Context, scores: Scores, unit: str) -> Key:
    """What is read of a unit in its group is kept by it."""
    return (*context.key_run(scores.run), scores.cohort, unit)


def _measure(context: Context, pack: Pack, scores: Scores) -> Scale:
    key = *context.key_run(scores.run), scores.cohort, "scale"
    return keep_by(key, lambda: measure_scores(pack, scores), "large")


def _find_losses(context: Context, pack: Pack, scores: Scores, unit: str) -> list[Loss]:
    key = *_key_own(context, scores, unit), "losses"
    return keep_by(key, lambda: list_losses(scores, unit, _measure(context, pack, scores)))


#: Of what was lost: the item, its section, the marks as such and in the total, and the way back.
_LOSSES = (
    *(ShownColumn("指标"), ShownColumn("一级指标")),
    *(ShownColumn("失分", "number"), ShownColumn("折合总分", "number")),
    *(ShownColumn("结果", "short"), ShownColumn("怎么得回来")),
)


def _show_losses(context: Context, actor: UserRow, pack: Pack, scores: Scores, unit: str) -> None:
    st.subheader("失分最多的项")
    cohort, precision = scores.cohort, scores.precision
    losses = _find_losses(context, pack, scores, unit)
    if not losses:
        st.write("没有失分。")
        return
    lost, worth = add_losses(_measure(context, pack, scores), cohort, unit, losses)
    said = f"共 {len(losses)} 项失分或还没有得分，合计 {write_marks(lost, precision)} 分"
    st.write(said + (f"，折合总分 {write_marks(worth, precision)} 分。" if worth is not None else "。"))
    names = _name_own(context, scores, unit)
    for loss in losses:
        if loss.provisional:
            item = _link_item(scores, unit, loss.indicator, names[loss.indicator])
            st.html(f"<p><b>{escape(describe_loss(loss, precision))}</b>：{item.html}</p>")
    rows: list[list[Cell]] = [
        [
            _link_item(scores, unit, loss.indicator, names[loss.indicator]),
            pack.section(loss.section).title,
            write_marks(loss.lost, precision),
            write_marks(loss.in_total, precision),
            describe_outcome(loss.outcome),
            _say_how(context, actor, scores, unit, loss),
        ]
        for loss in losses[:WORST]
    ]
    show_table(_LOSSES, rows, caption=f"失分最多的 {min(WORST, len(losses))} 项（已暂扣、还没有核实的在最前）")
    st.caption(
        "「折合总分」：这一项得回全部失分，总分会增加多少（不适用的项目折算、各路评审的权重、各类的封顶都算在内；总分的上下限和一票否决另计）。"
    )


def _say_how(context: Context, actor: UserRow, scores: Scores, unit: str, loss: Loss) -> str:
    """How the marks are won back; of marks that are only held back first that."""
    record = explain(context, actor, scores.run, scores.cohort, unit, loss.indicator)
    held = f"{describe_loss(loss, scores.precision)}。" if loss.provisional else ""
    return held + (record.next_step if record is not None else "")


def _name_own(context: Context, scores: Scores, unit: str) -> dict[str, str]:
    own = pl.col("unit") == unit
    names = keep_by(
        (*_key_own(context, scores, unit), "names"),
        lambda: name_items(scores.items.filter(own).select("indicator", "indicator_name").iter_rows()),
    )
    return mark_disputed(names, find_disputed(context, scores.year).get(unit, []))


def _link_item(scores: Scores, unit: str, indicator: str, text: str) -> Markup:
    return link("unit", text, unit=unit, cohort=scores.cohort, run=scores.run, item=indicator)


def _show_items(context: Context, actor: UserRow, pack: Pack, scores: Scores, unit: str) -> None:
    st.subheader("凭什么得这些分")
    names = _name_own(context, scores, unit)
    lost = [loss.indicator for loss in _find_losses(context, pack, scores, unit)]
    order = [*lost, *(name for name in names if name not in lost)]
    item = choose("打开一项（失分多的在前）", order, Unit.ITEM, "item", lambda name: names[name])
    record = explain(context, actor, scores.run, scores.cohort, unit, item)
    if record is not None:
        standing = _find_standing(context, scores, unit, item)
        if standing.mean is not None:
            place = f"，本单位第 {standing.rank} 名（共 {standing.of} 个）" if standing.rank is not None else ""
            st.write(f"这一项 {standing.mean.words} {standing.mean.write_marks(scores.precision)} 分{place}。")
        findings = list_findings(context.ledger, actor.id, unit=unit, indicator=item, year=scores.year)
        evidence = {row.id: row for row in list_visible(context.ledger, actor.id, EvidenceRow)} if findings else {}
        with st.container(border=True):
            if item in find_disputed(context, scores.year).get(unit, ()):
                st.warning(WHY)
            if findings and not moves_marks(pack, item):
                st.warning(f"{len(findings)} 个督察问题{IDLE}")
            show_explanation(record, findings, evidence)


def _find_standing(context: Context, scores: Scores, unit: str, item: str) -> PeerResult:
    """Where a unit stands with an item among all of its group."""
    key = *context.key_run(scores.run), scores.cohort, item, "standings"
    return keep_by(key, lambda: {row.unit: row for row in compare_indicator(scores, item)})[unit]


def _show_sheet(context: Context, actor: UserRow, pack: Pack, scores: Scores, unit: str) -> None:
    st.subheader("评分表：自评和督察得分")
    disputed = tuple(find_disputed(context, scores.year).get(unit, ()))
    key = *_key_own(context, scores, unit), context.batches, disputed, "sheet"
    said, table = keep_by(key, lambda: _write_sheet(context, pack, scores, unit))
    st.write(said)
    st.html(table)
    st.caption("▲ 自评高于督察得分，▼ 自评低于督察得分。自评只供对照，不影响得分；填好的自评表在「数据报送」页上传。")
    if reports_for(actor, unit):
        offer_file("下载自评表", "self", unit, str(scores.year))


def _write_sheet(context: Context, pack: Pack, scores: Scores, unit: str) -> tuple[str, str]:
    """A sentence, and the table under it."""
    own = keep_by(
        (context.root, pack.sha256, context.batches, scores.year, "self marks"),
        lambda: read_self_marks(context.workspace, pack, scores.year),
        "large",
    )
    lines = compare_self_marks(pack, scores, unit, own)
    return _say_sheet(lines, scores.precision), _write_lines(
        pack, scores, unit, lines, _name_own(context, scores, unit)
    )


def _say_sheet(lines: Sequence[SelfMark], precision: int) -> str:
    known = [line for line in lines if line.own is not None]
    if not known:
        return "本单位这一年度还没有自评。"
    apart = [line for line in known if line.gap]
    total = sum(line.gap or 0 for line in known)
    return (
        f"自评了 {len(known)} 项，{len(apart)} 项与督察得分不同，"
        f"自评合计比督察{'高' if total > 0 else '低'} {write_marks(abs(total), precision)} 分（已计分的项）。"
    )


def _write_lines(pack: Pack, scores: Scores, unit: str, lines: Sequence[SelfMark], names: Mapping[str, str]) -> str:
    precision = scores.precision
    rows: list[list[Cell]] = []
    apart_rows, section = [], ""
    for line in lines:
        if line.section != section:
            section = line.section
            rows.append([Markup(f"<b>{escape(pack.section(section).title)}</b>"), "", "", "", ""])
        if line.gap:
            apart_rows.append(len(rows))
        rows.append(
            [
                _link_item(scores, unit, line.indicator, names[line.indicator]),
                write_marks(line.full, precision),
                write_marks(line.own, precision),
                write_marks(line.marks, precision) if line.outcome == "scored" else describe_outcome(line.outcome),
                _write_gap(line, precision),
            ]
        )
    columns = [ShownColumn("指标"), ShownColumn("满分", "number"), ShownColumn("自评", "number")]
    columns += [ShownColumn("得分", "number"), ShownColumn("自评减得分", "number")]
    return write_table(
        columns, rows, caption="全部指标（自评与得分不同的行加了底色和符号）", own=apart_rows, shape="plain"
    )


def _write_gap(line: SelfMark, precision: int) -> str:
    if line.gap is None:
        return "—"
    sign = "▲ " if line.gap > 0 else "▼ " if line.gap < 0 else ""
    return sign + write_marks(line.gap, precision, signed=True)


show()
