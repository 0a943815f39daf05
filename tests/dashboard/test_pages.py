"""Each page as each kind of person sees it, without a browser: what it says, what stands in its address, what it hides.

Not proved here: that a browser draws it (test_browser.py), and that the figures are right (tests of scoring).
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.runs import effect
from dashboard.runs.compared import write_extra
from dashboard.sitemap import PLACES
from dashboard.visits import session, shelf
from dashboard.visits.keys import Clauses, Compare, Overview, Robustness, Shell, Unit
from data.apart.process import Stopped
from data.clock import office_now
from data.demo.accounts import DEMO_PEOPLE, add_demo_accounts
from data.demo.ledger import PEOPLE
from data.ledger.ledger import open_ledger
from data.ledger.reading import list_visible
from data.ledger.rights.roles import SCORED
from data.ledger.rights.sight import list_scored_units
from data.ledger.rows import UserRow
from data.ledger.users import add_user, set_password
from data.runs.folder import RunFolder
from data.store.database import StoreTooNew, migration_table, writing
from data.store.workspace import Workspace, create_workspace, open_workspace
from indicators.reader import find_pack, load_pack
from scoring.engine.run import Result
from scoring.trials.firmness.apart_study import LIMITS, FirmnessPage, find_firmness
from scoring.trials.preview import score_now
from tests.dashboard.conftest import OpenPage, log_in, read_text

PAGES = [place.address for place in PLACES if place.group == "评分"]
OTHERS = ("城区", "高平市", "阳城县", "陵川县", "沁水县")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("user", ["demo-lead", "demo-leader", "demo-zezhou", "demo-admin"])
def test_every_page_answers_everybody_in_words(open_page: OpenPage, page: str, user: str) -> None:
    app = open_page(user, page)
    assert not app.exception
    assert app.header and read_text(app)
    if page != "clauses":
        assert not re.search("(?<!已排名单位)(?<!比)平均", read_text(app)), "a mean says what it is the mean of"


@pytest.mark.parametrize("page", PAGES)
def test_a_contact_reads_nothing_of_other_units(open_page: OpenPage, page: str) -> None:
    text = read_text(open_page("demo-zezhou", page))
    if page != "clauses":
        assert not [name for name in OTHERS if name in text.replace("高平市联络员", "")]


def test_a_contact_cannot_open_another_unit_by_its_address(open_page: OpenPage) -> None:
    app = open_page("demo-zezhou", "unit", unit="gaoping", item="29.bandwidth")
    assert [error.value for error in app.error] == ["找不到单位「gaoping」，或者您无权查看。"]
    assert "高平" not in read_text(app)
    own = open_page("demo-zezhou", "unit", unit="zezhou")
    assert "泽州县：93.41 分" in read_text(own)


def test_findings_that_came_by_file_stand_below_those_of_the_ledger(open_page: OpenPage) -> None:
    text = read_text(open_page("demo-lead", "findings"))
    assert "随报送文件收到的问题" in text and "问题编号：虚问〔2024〕001号；" in text
    assert re.search("督察认定的问题-演示数据.*第4行", text) and "下达罚没指标" in text
    # A county's contact reads of the own unit alone, as everywhere.
    own = read_text(open_page("demo-zezhou", "findings"))
    assert "虚问〔2024〕001号" not in own and "陵川县" not in own


def test_ranges_of_totals_and_ranks_stand_side_by_side_with_the_item_that_widens_them(open_page: OpenPage) -> None:
    widest = "「市到县、县到乡带宽」（最多1.45分）"
    assert f"区间主要取决于{widest}" in read_text(open_page("demo-lead", "overview"))
    text = read_text(open_page("demo-lead", "compare"))
    assert re.search(rf">93\.41–96\.44<[^「]*>2–3<[^「]*>{widest}<", text)
    text = read_text(open_page("demo-zezhou", "unit"))
    assert "总分在 93.41 到 96.44 分之间，名次为第 2 到 3 名。区间主要取决于" in text
    assert "可能的名次" in read_text(open_page("demo-lead", "robustness"))


@pytest.mark.parametrize(
    ("made", "counted", "told"),
    [(0, 0, ""), (250, 250, "+2.50"), (550, 300, "+5.50（计 +3.00）"), (-120, -120, "−1.20")],
)
def test_what_a_cap_leaves_of_a_section_stands_beside_what_was_made(made: int, counted: int, told: str) -> None:
    assert write_extra(made, counted, 2) == told


def test_an_administrator_sees_no_scores(open_page: OpenPage) -> None:
    for page in ("overview", "unit", "compare", "robustness"):
        text = read_text(open_page("demo-admin", page))
        assert not [name for name in (*OTHERS, "泽州县") if name in text]


def test_the_rights_lie_below_the_pages() -> None:
    person = UserRow.read({"state": "active"})
    for role in ("inspector", "reviewer", "lead", "appeal_officer", "verifier", "leader", "auditor"):
        assert list_scored_units(replace(person, roles=[role])) is None
    assert list_scored_units(replace(person, roles=["unit_contact"], unit="zezhou")) == {"zezhou"}
    assert list_scored_units(replace(person, roles=["admin"])) == frozenset()
    assert list_scored_units(replace(person, state="disabled", roles=["lead"])) == frozenset()


def test_the_ranking_says_veto_and_not_yet_ranked_in_words(open_page: OpenPage) -> None:
    text = read_text(open_page("demo-lead", "overview"))
    for words in (
        "第 1 名 阳城县",
        "暂不排名",
        "一票否决：等次不高于良好",
        "比上年",
        "截止日 20 项",
        "重大行政决策事项年度目录",
    ):
        assert words in text


def test_an_address_restores_the_state_of_a_page(open_page: OpenPage) -> None:
    app = open_page("demo-lead", "overview", cohort="departments")
    assert app.selectbox(key=Overview.COHORT).value == "departments"
    app = open_page("demo-lead", "compare", units="zezhou,chengqu,nonsense", indicator="4.lists")
    assert app.multiselect(key=Compare.UNITS).value == ["zezhou", "chengqu"]
    app = open_page("demo-lead", "unit", unit="gaoping", item="4.lists")
    assert (app.selectbox(key=Unit.UNIT).value, app.selectbox(key=Unit.ITEM).value) == ("gaoping", "4.lists")
    app = open_page("demo-lead", "clauses", indicator="29.bandwidth")
    assert app.selectbox(key=Clauses.INDICATOR).value == "29.bandwidth"


def test_what_is_tried_out_can_be_shared_by_its_address(open_page: OpenPage) -> None:
    tried = {"unit": "zezhou", "indicator": "4.lists", "marks": "0.50", "section": "digital", "weight": "300"}
    app = open_page("demo-lead", "robustness", **tried)
    assert app.number_input(key=f"{Robustness.MARKS}-zezhou-4.lists").value == 0.5
    assert app.slider(key=f"{Robustness.WEIGHT}-digital").value == 300
    # 4.lists is the first of the unit's items and needs no mention.
    assert app.query_params == {name: value for name, value in tried.items() if name != "indicator"}
    app = open_page("demo-lead", "robustness", **{**tried, "marks": "NaN", "weight": "1e9"})
    assert app.number_input(key=f"{Robustness.MARKS}-zezhou-4.lists").value == 1.5
    assert app.slider(key=f"{Robustness.WEIGHT}-digital").value == 100


def test_a_newer_address_wins_over_what_was_chosen_before(open_page: OpenPage) -> None:
    app = open_page("demo-lead", "compare", units="zezhou,chengqu")
    app.query_params["units"] = "gaoping,qinshui"
    app.run()
    assert app.multiselect(key=Compare.UNITS).value == ["gaoping", "qinshui"]
    app = open_page("demo-lead", "clauses", view="table")
    assert app.selectbox(key=Clauses.INDICATOR).value


def test_charts_have_words_and_tables_beside_them_and_widgets_and_tables_speak_as_they_should(
    open_page: OpenPage,
) -> None:
    names = tuple(str(name) for keys in (Overview, Compare, Unit, Clauses, Robustness, Shell) for name in keys)
    charts = 0
    for page in PAGES:
        app = open_page("demo-lead", page, section="digital", unit="zezhou")
        kinds = [element.type for element in app.main]
        for place in (place for place, kind in enumerate(kinds) if kind == "vega_lite_chart"):
            charts += 1
            near = kinds[place - 4 : place] + kinds[place + 1 : place + 4]
            assert "markdown" in near and "html" in kinds[place + 1 : place + 4]
        widgets = [*app.selectbox, *app.multiselect, *app.number_input, *app.slider, *app.text_input, *app.button]
        assert widgets and all(str(widget.key).startswith(names) for widget in widgets)
        tables = [str(html.body) for html in app.get("html") if "<table" in str(html.body)]
        if page in ("overview", "compare", "robustness"):
            assert tables and not re.findall("[A-Za-z]{3,}", re.sub("<[^>]*>", " ", " ".join(tables)))
    assert charts == 4


def test_self_given_marks_stand_beside_inspected_ones_and_differences_are_marked(open_page: OpenPage) -> None:
    text = read_text(open_page("demo-zezhou", "unit"))
    assert "项与督察得分不同，自评合计比督察高" in text
    assert "▲ +0.05" in text and "自评减得分" in text
    assert "本单位这一年度还没有自评" in read_text(open_page("demo-lead", "unit", unit="yangcheng"))


def test_marks_under_appeal_are_marked_where_they_stand(open_page: OpenPage) -> None:
    row = next(row for row in read_text(open_page("demo-lead", "overview")).split("<tr") if "沁水县</a>" in row)
    assert "1 项争议中" in row
    app = open_page("demo-lead", "unit", unit="qinshui", item="5.new-proofs")
    text = read_text(app)
    assert "有 1 项争议中" in text and "没有依据新设证明事项（争议中）" in text
    assert [each.value for each in app.warning] == ["争议中：单位申请了复核，还没有决定，这一项的得分可能变。"]
    assert "争议中" not in read_text(open_page("demo-lead", "unit", unit="yangcheng"))
    assert "争议中" not in read_text(open_page("demo-zezhou", "overview")), "of another unit"


def test_a_county_reads_how_to_win_back_what_it_lost(open_page: OpenPage) -> None:
    text = read_text(open_page("demo-zezhou", "unit"))
    assert "怎么得回来" in text and "再有 1 人达到要求（由 5 增至 6），可得 2.00 分" in text


def test_one_indicator_shows_figure_marks_rank_and_mean_on_one_line(open_page: OpenPage) -> None:
    text = read_text(open_page("demo-lead", "compare", indicator="35.reconsideration-training"))
    line = next(row for row in text.split("<tr") if "泽州县" in row and "约83.33%" in row)
    assert re.findall(">([^<>]+)</td>", line) == ["约83.33%", "1.67", "2.00", "4/4", "1.85", "−0.18"]
    assert "数值的 4 个已排名单位平均：92.26%" in text


def test_deadlines_of_the_ledger_are_counted_from_today(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "today", lambda: date(2025, 1, 10))
    text = read_text(open_page("demo-lead", "overview"))
    assert "▲ 已过 79 天" in text and "整改和复核的期限从今天 2025-01-10 数起" in text


def test_rank_ranges_pairs_and_sources_are_told_in_words(open_page: OpenPage) -> None:
    text = read_text(open_page("demo-lead", "robustness"))
    for words in (
        "第2、3名分不出先后。",
        "4 个的名次稳得住，2 个的名次有一段区间",
        "▲ 分不出",
        "的权重降到现在的71%就会",
        "数目小的偶然性",
        "人人满分、分不出单位的指标",
        "不改变任何得分",
    ):
        assert words in text
    assert "第2、3名分不出先后。（4000次随机试算" in read_text(open_page("demo-lead", "overview"))
    assert "分不出先后" not in read_text(open_page("demo-zezhou", "overview")), "a county reads of itself alone"
    assert "其余指标的实际权重变大" in read_text(open_page("demo-lead", "robustness", cohort="departments"))


def test_the_study_of_very_many_units_is_made_beside_the_page_which_says_so(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    shelf.forget_all()

    def study(workspace: Workspace, run: RunFolder, cohort: str, most: int) -> FirmnessPage:
        assert gate.wait(60)
        if cohort == "counties":
            raise Stopped("crowded", LIMITS)
        return find_firmness("ready", workspace, run, cohort, most)

    monkeypatch.setattr("scoring.trials.firmness.study.MANY", 1)
    monkeypatch.setattr("scoring.trials.firmness.apart_study.find_firmness_apart", study)
    for cohort in ("departments", "counties"):
        app = open_page("demo-lead", "robustness", cohort=cohort)
        assert "正在试算" in read_text(app) and "名次区间" not in read_text(app)
        assert "试一试" in read_text(app), "the rest of the page is there"
        gate.set()
        deadline = time.monotonic() + 60
        while "正在试算" in read_text(app) and time.monotonic() < deadline:
            time.sleep(0.05)
            app.run()
        told = "轮到" if cohort == "counties" else "名次区间"
        assert told in read_text(app) and "正在试算" not in read_text(app)
        gate.clear()
    shelf.forget_all()


def test_who_confirms_a_finding_reads_what_it_would_do(open_page: OpenPage) -> None:
    page = open_page("demo-reviewer", "findings")
    assert re.search(r"认定以后：\d+[.]\d\d → \d+[.]\d\d，.*截至 \d{4}-\d\d-\d\d 试算", read_text(page))


def test_of_very_many_units_what_a_finding_would_do_is_tried_out_beside_the_page_which_says_so(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, tried = threading.Event(), list[str]()

    def try_out(*given: Any) -> Result:
        tried.append(threading.current_thread().name)
        assert gate.wait(60)
        return score_now(*given)

    told = [each for each in read_text(open_page("demo-reviewer", "findings")).split("\n") if "认定以后" in each]
    shelf.forget_all()
    monkeypatch.setattr(effect, "MANY", 1)
    monkeypatch.setattr(effect, "score_now", try_out)
    page = open_page("demo-reviewer", "findings")
    assert "正在试算" in read_text(page) and "认定以后：" not in read_text(page)
    page.run()
    gate.set()
    deadline = time.monotonic() + 60
    while "正在试算" in read_text(page) and time.monotonic() < deadline:
        time.sleep(0.05)
        page.run()
    assert told and [each for each in read_text(page).split("\n") if "认定以后" in each] == told
    assert len(set(tried)) == 1, "however often it is asked for, one thread tries it out"
    shelf.forget_all()


def test_a_store_that_a_newer_version_was_at_is_read_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = create_workspace(tmp_path / "w", find_pack("jincheng-2021-2025"))
    monkeypatch.setenv("DUCHA_WORKSPACE", str(workspace.root))
    with session.visiting() as context:
        pass
    with writing(context.ledger.engine) as connection:
        connection.execute(migration_table.insert().values(name="of_tomorrow"))
    with pytest.raises(StoreTooNew), session.visiting():
        pass


def test_what_is_chosen_stands_in_the_address(open_page: OpenPage) -> None:
    app = open_page("demo-lead", "overview")
    assert "cohort" not in app.query_params
    app.selectbox(key=Overview.COHORT).select("departments").run()
    assert app.query_params["cohort"] == "departments"


def test_an_address_with_nonsense_shows_the_first_of_all(open_page: OpenPage) -> None:
    app = open_page("demo-lead", "overview", run="2024-x", cohort="<script>")
    assert app.selectbox(key=Overview.COHORT).value == "counties"


def test_an_item_opens_from_clause_to_cell_and_calculation(open_page: OpenPage) -> None:
    text = read_text(open_page("demo-lead", "unit", unit="chengqu", item="35.reconsideration-training"))
    for words in ("文件规定", "本办选择", "确保每人每年接受不少于60学时", "原始单元格", "算式", "下一步"):
        assert words in text


def test_what_if_moves_the_ranking_and_changes_nothing(open_page: OpenPage) -> None:
    app = open_page("demo-lead", "robustness")
    assert "与现在相同" in read_text(app)
    app.selectbox(key=Robustness.SECTION).select("digital").run()
    app.slider(key=f"{Robustness.WEIGHT}-digital").set_value(300).run()
    assert "与现在相同" not in read_text(app)
    assert "与现在相同" in read_text(open_page("demo-lead", "robustness"))


def test_a_wrong_password_and_an_unknown_name_are_told_alike_and_lock_the_account(
    own_workspace: Path,
) -> None:
    ledger, now = open_ledger(open_workspace(own_workspace), load_pack(own_workspace / "pack")), office_now()
    add_user(ledger, "demo-admin", "wang", "王主任", ["leader"], now=now)
    set_password(ledger, "demo-admin", "wang", "a-good-password", now=now)
    wrong, unknown = log_in("wang", "wrong-password"), log_in("nobody", "wrong-password")
    assert [error.value for error in wrong.error] == [error.value for error in unknown.error] == ["用户名或密码不对"]
    for _ in range(4):
        log_in("wang", "wrong-password")
    locked = log_in("wang", "a-good-password").error[0].value
    assert re.search(r"暂时锁定；请在 \d\d:\d\d 以后再试", locked)


def test_demo_accounts_do_not_open_a_workspace_that_is_no_demo(own_workspace: Path) -> None:
    """There are no made-up reports in it: it might be a real one."""
    app = log_in("demo-lead")
    assert "演示账号" in app.error[0].value
    assert "这是演示工作区" not in read_text(app)


def test_a_session_ends_and_the_page_asks_again(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("demo-lead", "overview")
    monkeypatch.setattr(session, "now", lambda: office_now() + timedelta(hours=1))
    app.run()
    assert app.text_input(key=Shell.USER) and "阳城县" not in read_text(app)
    assert [each.value for each in app.info][:1] == [
        "登录已经结束（超过 30 分钟没有操作，在别处被退出，或者账号有变动），请重新登录；存好的草稿都在。"
    ]
    app.run()
    assert "登录已经结束" not in "".join(str(each.value) for each in app.info), "it is said once"


def test_leaving_ends_the_session(open_page: OpenPage) -> None:
    app = open_page("demo-lead", "overview")
    app.button(key=Shell.LEAVE).click().run()
    assert app.text_input(key=Shell.USER) and "阳城县" not in read_text(app)


def test_every_person_of_the_demo_has_a_page() -> None:
    roles = {role for person in DEMO_PEOPLE for role in person.roles}
    assert roles >= SCORED


@pytest.fixture
def own_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A workspace with the demo's people and no data at all."""
    workspace = create_workspace(tmp_path / "w", find_pack("jincheng-2021-2025"))
    add_demo_accounts(open_ledger(workspace, load_pack(workspace.pack_folder)), now=office_now())
    monkeypatch.setenv("DUCHA_WORKSPACE", str(workspace.root))
    yield workspace.root


@pytest.mark.parametrize("page", [place.address for place in PLACES if "unit_contact" in place.roles])
def test_a_county_reads_no_name_of_the_offices_people(open_page: OpenPage, demo: Path, page: str) -> None:
    office = [name for _, name, roles, _ in PEOPLE if "unit_contact" not in roles]
    office += [person.name for person in DEMO_PEOPLE if "unit_contact" not in person.roles]
    kind = {"findings": "finding", "appeals": "appeal", "rectification": "rectification"}.get(page)
    ledger = open_ledger(open_workspace(demo), load_pack(open_workspace(demo).pack_folder))
    shown = list_visible(ledger, "demo-zezhou", kind) if kind else []
    judged = [{"unit": "zezhou", "item": "20.standard"}] if page == "unit" else []
    for query in [{}, *judged, *({"id": str(row["id"])} for row in shown[:2])]:
        app = open_page("demo-zezhou", page, **query)
        assert not app.exception, app.exception
        everything = "\n".join(
            str(getattr(element, name, "") or "")
            for element in app.main
            for name in ("value", "body", "label", "options")
        )
        assert not [name for name in office if name in everything or name.removesuffix("（演示）") in everything], query
