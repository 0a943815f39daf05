"""数据报送: a form for the own unit, files in with every mistake by its cell, and who has reported."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.pieces.fields import CHOOSE, moment, name_unit
from dashboard.pieces.parts import ShownColumn, offer_file, show_table, write_table
from dashboard.runs.account import show_account
from dashboard.runs.choices import keep, recall
from dashboard.runs.report_states import FIRST_YEAR, find_year, key_report_states, show_report_states
from dashboard.runs.reported_elsewhere import show_elsewhere
from dashboard.visits.admission import ADMISSION
from dashboard.visits.neighbours import list_guests
from dashboard.visits.session import current_visit, is_demo
from dashboard.visits.shelf import keep_by
from dashboard.visits.work_keys import Reporting
from dashboard.work.actions import show_told, stop_others, tell
from dashboard.work.checked import CHECKS
from dashboard.work.registers import show_registers
from data.clock import office_time
from data.files.mistakes import FileRefused, Understood
from data.forms.judgements import find_judged_datasets
from data.intake.check_reports import list_lines, list_understood
from data.intake.imports import Accepted, Fiction
from data.intake.mapped_sheets import read_mapping
from data.intake.reporting import (
    ReportState,
    check_report,
    list_report_states,
    list_reportable_units,
    list_visible_batches,
    read_reporter,
    report_files,
)
from data.intake.self_marks import add_self_marks
from data.ledger.demonstration import WHAT_ENDS, DemoWouldEnd, FictionRefused
from data.runs.elsewhere import describe_uses
from data.store.drafts import draft_folder
from data.trail.refusals import RefusedAction
from indicators.entries.numbers import read_whole
from indicators.entries.refusal import Refusal
from indicators.entries.shortlist import shorten_list

context, actor = current_visit()
stop_others(actor, "reporting.py")
pack, ledger, workspace = add_self_marks(context.pack), context.ledger, context.workspace
STATUS = {"checked": "可以收", "new": "已收", "unchanged": "与已收的一样，不再收", "left_out": "没有填，没有收"}
#: So many mistakes, and so many batches, are listed on the page.
SHOWN = 200
#: Of so many files the copies are offered.
SHOWN_COPIES = 20


def choose_year() -> int:
    """The year that the page is about, within those of the pack."""
    first, last = pack.head.years.first or FIRST_YEAR, pack.head.years.last or moment().year
    years = list(range(last, first - 1, -1))
    recall(Reporting.YEAR, "year", lambda text: read_whole(text, first, last), find_year(context))
    year = int(st.selectbox("年度", years, key=Reporting.YEAR, format_func=lambda each: f"{each} 年"))
    keep(Reporting.YEAR, "year", str(year))
    return year


def show_forms(year: int, states: Sequence[ReportState]) -> None:
    """Forms to take along."""
    units = [unit.id for unit in list_reportable_units(ledger, actor.id)]
    unit = units[0]
    if len(units) > 1:
        unit = st.selectbox(
            "单位", units, key=Reporting.UNIT, placeholder=CHOOSE, format_func=lambda each: name_unit(context, each)
        )
    name = name_unit(context, unit)
    if not any(each.unit.id == unit and each.status != "not_asked" for each in states):
        st.caption(f"{year} 年没有要{name}填的表。")
    else:
        offer_file(f"下载{name} {year} 年填报表", "form", unit, str(year))
    if "unit_contact" in actor.roles:
        return
    if keep_by((pack.sha256, year, "judged datasets"), lambda: find_judged_datasets(pack, year)):
        offer_file(f"下载 {year} 年督察评定表", "judgements", str(year))


def show_upload(year: int, states: Sequence[ReportState]) -> None:
    """Files in: first looked at, then accepted as a whole."""
    turn = int(st.session_state.get(Reporting.ROUND, 0))
    files = st.file_uploader(
        "上传填好的表（Excel 或 CSV，可多选）",
        accept_multiple_files=True,
        type=["xlsx", "xls", "csv", "et", "ods"],
        key=f"{Reporting.FILES}_{turn}",
    )
    nil_of = choose_nil(states)
    platform = ask_mapping(turn) if nil_of is None else None
    if not files:
        st.caption("先核对：有一格不对，全部不收，每一格错在哪里、怎么改都会列出来。没有错才能确认报送。")
        return
    understood = read_files(files, year, nil_of, None, platform)
    if understood is None:
        return
    st.success(f"核对过了，没有错：{sum(sheet.status == 'checked' for sheet in understood)} 张表可以收。")
    show_sheets(understood)
    reports = [(pack.dataset(each.dataset), each.scopes) for each in understood if each.status == "checked"]
    for said in describe_uses(pack, list_guests(context), reports):
        st.info(said)
    offer_check(files, list_understood(understood, pack))
    fiction = ask_fiction(understood, turn)
    if not st.button("确认报送", key=Reporting.ACCEPT, type="primary", disabled=fiction is None) or fiction is None:
        return
    taken = read_files(files, year, nil_of, fiction, platform)
    if taken is None:
        return
    st.session_state[Reporting.ROUND] = turn + 1
    done = [sheet for sheet in taken if sheet.status == "new"]
    same = len([sheet for sheet in taken if sheet.status == "unchanged"])
    words = f"已收 {len(done)} 张表，共 {sum(sheet.rows for sheet in done)} 行。" if done else ""
    tell(words + (f"{same} 张与已收的一样，没有重复收。" if same else ""))
    st.rerun()


def ask_fiction(sheets: Sequence[Accepted], turn: int) -> Fiction | None:
    """In a demonstration: whether the files are part of it, or end it; None as long as nobody has said."""
    if not is_demo(context):
        return Fiction()
    keep, end = "演示数据（虚构的），演示照旧", "真实数据，演示到此结束"
    own = all(sheet.fictional for sheet in sheets if sheet.status != "left_out")
    chosen = st.radio(
        "这是演示工作区。这些文件里是",
        (keep, end),
        index=0 if own else None,
        key=f"{Reporting.FICTION}_{turn}",
        help="演示工作区发出的填报表，按演示数据收；别的文件要先说明。",
    )
    if chosen == end:
        st.warning(f"{WHAT_ENDS}。正式使用，最好另建工作区（ducha init）。")
    return None if chosen is None else Fiction(declared=chosen == keep, ends=chosen == end)


def choose_nil(states: Sequence[ReportState]) -> str | None:
    """Whether the files are the nil report of one dataset; the forms have a cell for it, plain tables have not."""
    own = [each.dataset for each in states if each.status != "not_asked"]
    if "unit_contact" not in actor.roles or not own:
        return None
    titles = {table.id: table.title for table in own}
    return st.selectbox(
        "零报告：确实没有可报的，选台账，再上传只有表头的表",
        list(titles),
        index=None,
        key=Reporting.NIL,
        placeholder="不是零报告",
        format_func=titles.__getitem__,
    )


def ask_mapping(turn: int) -> UploadedFile | None:
    """The table by which exports of another platform are read; None where the files are our own."""
    with st.expander("这些文件是别的平台（省平台、一表通）导出的"):
        st.caption(
            "同时传上对照表：平台的列名、用词在这里叫什么。平台上已有的数不用重抄。"
            "对照表由办公室写一次，怎样写见 docs/files.md。"
        )
        return st.file_uploader("对照表（yaml）", type=["yaml", "yml"], key=f"{Reporting.MAPPING}_{turn}")


def read_files(
    files: Sequence[UploadedFile], year: int, nil_of: str | None, fiction: Fiction | None, platform: UploadedFile | None
) -> list[Accepted] | None:
    """What was understood of the files, taken or (``fiction`` None) only checked; None, and the page says why, where
    it was refused.
    """
    try:
        return act(files, year, nil_of, fiction, platform)
    except FileRefused as refused:
        show_mistakes(refused)
        offer_check(files, refused)
    except RefusedAction as refused:
        st.error(refused.sentence)
    except (DemoWouldEnd, FictionRefused):
        st.error("刚才有人结束了演示，或者开始了演示，没有收。请重新上传，再看一遍。")
    except Refusal as refusal:
        # As that the pack beside which this one lies cannot be read: nobody knows what is reported there.
        st.error(str(refusal))
    return None


def offer_check(files: Sequence[UploadedFile], found: Sequence[Understood] | FileRefused) -> None:
    """Links to the report of the check, and to copies of the files with their mistakes as comments."""
    # Of two files of one name nobody could tell whose mistakes are meant.
    names = [name_upload(file) for file in files]
    single = {name: file.getvalue() for name, file in zip(names, files, strict=True) if names.count(name) == 1}
    held = CHECKS.keep(actor.id, found, single)
    offer_file("下载核对报告（每张表读成了什么，每处错误在哪一格）", "check", held.key)
    for number, name in enumerate([*held.files][:SHOWN_COPIES]):
        offer_file(f"下载带批注的「{name}」，在原处改正", "check", held.key, str(number))


def act(
    files: Sequence[UploadedFile], year: int, nil_of: str | None, fiction: Fiction | None, platform: UploadedFile | None
) -> list[Accepted]:
    """Check the uploaded files, or take them, under the names that they have; by the table of ``platform``, if any."""
    with draft_folder() as folder:
        paths = []
        for number, file in enumerate(files):
            # Two files of the same name are both looked at; a name cannot lead out of the folder.
            place = folder / str(number)
            place.mkdir()
            path = place / name_upload(file)
            path.write_bytes(file.getvalue())
            paths.append(path)
        options: dict[str, Any] = {"year": year if nil_of else None, "nil_of": nil_of}
        if platform is not None:
            table = folder / name_upload(platform)
            table.write_bytes(platform.getvalue())
            options["mapping"] = read_mapping(table, ledger.pack)
        if fiction is not None:
            options["fiction"] = fiction
            with ADMISSION.aside():
                return report_files(ledger, workspace, actor.id, paths, now=moment(), **options)
        with ADMISSION.aside():
            return check_report(ledger, workspace, actor.id, paths, **options)


def name_upload(file: UploadedFile) -> str:
    """What an uploaded file is called, without any folder."""
    return Path(file.name.replace("\\", "/")).name


def show_mistakes(refused: FileRefused) -> None:
    """Every mistake by its cell."""
    st.error(f"没有收：共 {len(refused.mistakes)} 处错误。请照下表改正后，重新上传全部文件。")
    show_table(
        [ShownColumn("文件"), ShownColumn("工作表"), ShownColumn("单元格"), ShownColumn("怎么改")],
        [
            [each.file or "", each.sheet or "", each.cell or "（整张表）", each.text]
            for each in refused.mistakes[:SHOWN]
        ],
    )
    if len(refused.mistakes) > SHOWN:
        st.caption(f"另有 {len(refused.mistakes) - SHOWN} 处没有列出，先改上面的。")
    if lines := list_lines(refused.understood, refused.mistakes):
        columns = [ShownColumn(title, "number" if title in ("数据行", "错误") else "text") for title in lines[0]]
        show_table(columns, [[str(cell) for cell in line.values()] for line in lines[:SHOWN]], caption="读懂的内容")


def show_sheets(sheets: Sequence[Accepted]) -> None:
    """What was understood, sheet by sheet."""
    titles = {table.id: table.title for table in pack.datasets}
    rows = []
    for sheet in sheets:
        units = sorted({unit for unit, _ in sheet.scopes})
        years = sorted({str(period) if period else "不分年度" for _, period in sheet.scopes})
        who = shorten_list([name_unit(context, unit) for unit in units], 3, "个")
        status = "零报告" if sheet.nil_report and sheet.status == "checked" else STATUS[sheet.status]
        what = [sheet.file_name, sheet.sheet or "", titles[sheet.dataset], who, "、".join(years)]
        rows.append([*what, str(sheet.rows), status, "\n".join(sheet.remarks)])
    names = ("文件", "工作表", "台账", "单位", "年度")
    show_table(
        [
            *(ShownColumn(name) for name in names),
            ShownColumn("行数", "number"),
            ShownColumn("结果"),
            ShownColumn("说明"),
        ],
        rows,
        caption="读懂的内容",
    )


def show_batches() -> None:
    """What was accepted, newest first."""
    number, table = keep_by((*context.key_ledger(), pack.sha256, actor.id, "batches"), write_batches)
    with st.expander(f"报送记录（{number} 批）"):
        st.html(table)


def write_batches() -> tuple[int, str]:
    """How many there are, and a table of the newest."""
    titles = {table.id: table.title for table in pack.datasets}
    records = list_visible_batches(ledger, workspace, actor.id)
    rows = [
        [
            record.id,
            titles.get(record.dataset, record.dataset),
            record.file_name,
            str(record.rows),
            f"{office_time(record.accepted_at):%Y-%m-%d %H:%M}",
            record.accepted_by,
            "已被新的顶替" if record.superseded else "部分被顶替" if record.partly_superseded else "现行",
        ]
        for record in records[:SHOWN]
    ]
    columns = [*map(ShownColumn, ("批次", "台账", "文件")), ShownColumn("行数", "number")]
    return len(records), write_table(
        [*columns, ShownColumn("收到时间"), ShownColumn("报送人"), ShownColumn("现状")], rows
    )


st.title("数据报送")
show_told()
year = choose_year()
states_key = key_report_states(context, list_reportable_units(ledger, actor.id), year)
states = keep_by(states_key, lambda: tuple(list_report_states(ledger, actor.id, year)))
try:
    read_reporter(ledger, actor.id)
except RefusedAction:
    pass
else:
    show_elsewhere(context, actor, states)
    take, bring = st.columns(2, gap="large")
    with take:
        st.subheader("一、下载填报表")
        show_forms(year, states)
    with bring:
        st.subheader("二、上传填好的表")
        show_upload(year, states)
    show_registers(context, actor, year)
st.subheader("谁报了，谁还没报")
show_report_states(context, actor, year, states_key, states)
show_batches()
if set(actor.roles) - {"unit_contact"}:
    show_account(context)
