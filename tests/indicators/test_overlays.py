"""A pack over another may be stricter, add, and fill what was left open; every other way is refused, in a sentence.

Not proved here: that a stricter number never gives more marks, which ``tests/reference/test_directions.py`` tries out.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indicators.entries.directions import find_direction
from indicators.meaning.overlaid import describe_chain, list_layer_differences
from indicators.measures.registry import KINDS
from indicators.overlays.tightening import compare_values
from indicators.pack.cases import load_cases
from indicators.pack.compact import read_compact, write_compact
from indicators.reader import hash_pack, load_pack
from indicators.rules.registry import RULES
from tests.indicators.layered import CITY, COUNTY, PROVINCE, refuse_change, tell_mistakes, write_change


def put(indicator: str, number: str, value: str, title: str = "这个数") -> str:
    """A change of one number of the first part."""
    return (
        f"  - {{title: {title}, indicator: {indicator}, part: 1, number: {number}, "
        f'value: "{value}", local_choice: 本市的理由}}\n'
    )


def test_both_are_one_pack() -> None:
    pack, province = load_pack(CITY), load_pack(PROVINCE)
    assert pack.sha256 == hash_pack(CITY)
    assert [str(pack.indicator(name).parts[0].target.at_least) for name in ("1.hotline", "2.visits")] == ["90%", "18"]  # type: ignore[union-attr]
    assert [each.id for each in pack.indicators] == ["1.hotline", "2.visits", "4.fraud", "c3.permits", "c4.criticism"]
    assert [unit.id for unit in pack.registry.units] == ["baishi", "heshui"]
    assert pack.head.cohorts == province.head.cohorts
    assert pack.texts.keys() == {"rules", "city"}
    assert pack.indicator("1.hotline").cites[-1].source == "city"
    assert [layer.sha256 for layer in pack.layers] == [province.sha256, pack.sha256]
    assert read_compact(write_compact(pack)) == pack


def test_a_key_in_quotes_is_the_key(tmp_path: Path) -> None:
    assert load_pack(write_change(tmp_path, "pack.yaml", "extends:", '"extends":')).layers


def test_a_third_lies_over_both() -> None:
    pack = load_pack(COUNTY)
    assert [layer.id for layer in pack.layers] == ["yunjiang-service", "qingyuan-service", "baishi-service"]
    assert describe_chain(pack).count(" → ") == 2
    told = [(each.indicator, each.kind) for each in list_layer_differences(pack) if each.issuer.startswith("白石")]
    assert told == [("1.hotline", "tightened"), ("2.visits", "filled"), ("x3.complaints", "added")]
    known = [case.id for _, _, case in load_cases(COUNTY)]
    assert "fraud-found" in known
    assert not {"hotline-at-80", "hotline-at-90", "local-one"} & set(known)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'value: "90%"',
            'value: "75%"',
            "上级是80%，本级写75%，放宽了上级的要求（《云江省政务服务考核办法（示例）》（一）",
        ),
        ('value: "90%"', 'value: "80%"', "与上级同为80%，没有改动"),
        ('value: "90%"', 'value: "80.0%"', "与上级同为80.0%，没有改动"),
        ('value: "90%"', 'value: "90"', "分不出哪个更严"),
        ('value: "90%"', "value: 很多", "分不出哪个更严"),
        ('value: "18"', 'value: "5"', "写了5；上级留给下级定，应在6到24之间"),
        ('value: "18"', 'value: "18%"', "应在6到24之间"),
        ("number: target.at_least", "number: target.at_most", "没有 target.at_most 这个数"),
        ("indicator: 1.hotline", "indicator: 1.hotlin", "上级指标包没有指标 1.hotlin"),
        ("indicator: 1.hotline", "indicator: c3.permits", "上级指标包没有指标 c3.permits"),
        ("{indicator: 3.local, why", "{indicator: 2.visits, why", "上级没有允许去掉指标 2.visits「走访企业」"),
        ("{case: local-one,", "{case: local-two,", "上级指标包没有用例 local-two"),
        ("by: hotline-at-90,", "by: hotline-at-91,", "改用的用例 hotline-at-91 没有写"),
        ("  - {case: local-one, why: 这一项已经去掉}\n", "", "用例 local-one：指标 3.local 不存在"),
    ],
)
def test_what_overlay_yaml_may_not_say(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert said in refuse_change(tmp_path, "overlay.yaml", old, new)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("1.hotline", "marks.per_shortfall.each", "0.4"), "上级是0.5，本级写0.4，放宽了上级的要求"),
        (put("1.hotline", "marks.per_shortfall.per", "2%"), "上级是1%，本级写2%，放宽了上级的要求"),
        (put("1.hotline", "marks.per_shortfall.partial", "down"), "说不出往哪边改更严"),
        (put("1.hotline", "measure.ratio.numerator.where.in_time", "否"), "说不出往哪边改更严"),
        (put("1.hotline", "target.at_least", "95%"), "改了两次"),
        (put("4.fraud", "marks.veto.total", "zero").replace('"zero"', '"none"'), "上级规定这项指标不能改"),
        (put("1.hotline", "marks.units", "8").replace("part: 1, ", ""), "说不出往哪边改更严"),
        (put("1.hotline", "section", "vetoes").replace("part: 1, ", ""), "说不出往哪边改更严"),
        (put("1.hotline", "not_applicable_when.denominator", "zero").replace("part: 1, ", ""), "说不出往哪边改更严"),
        (put("1.hotline", "not_applicable_when.kinds", "x").replace("part: 1, ", ""), "没有 not_applicable_when.kinds"),
    ],
)
def test_there_is_no_second_way_to_a_looser_rule(tmp_path: Path, change: str, said: str) -> None:
    assert said in refuse_change(tmp_path, "overlay.yaml", "changes:\n", f"changes:\n{change}")


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "pack.yaml",
            "fictional",
            "policy: {not_applicable: full}\nfictional",
            "「policy」由上级指标包规定，本级不能",
        ),
        ("pack.yaml", "fictional", "exemptions: permits\nfictional", "「exemptions」由上级指标包规定"),
        ("pack.yaml", "fictional", "precision: 0\nfictional", "「precision」由上级指标包规定"),
        ("pack.yaml", "fictional", "cohorts: []\nfictional", "「cohorts」由上级指标包规定"),
        ("pack.yaml", "fictional", "years: {first: 2023, last: 2026}\nfictional", "超出上级的 2024 到 2026"),
        ("pack.yaml", "fictional", "years: {first: 2025}\nfictional", "超出上级的 2024 到 2026"),
        ("pack.yaml", "kind: deduction", "kind: bonus", "只能是扣分（deduction）、否决（veto）或中间项（input）"),
        ("pack.yaml", "{id: criticism,", "{id: vetoes,", "一级指标 vetoes 上级已经有了"),
        ("pack.yaml", 'at_least: "18"', 'at_least: "5"', "比上级留出的宽（上级：应在6到24之间）"),
        ("pack.yaml", 'at_least: "18", ', "", "比上级留出的宽"),
        ("pack.yaml", "  units: own", "  removable: [1.hotline]\n  units: own", "去掉指标 1.hotline，上级没有留"),
        (
            "pack.yaml",
            "  units: own",
            "  sections: [service]\n  units: own",
            "往一级指标 service 里加指标，上级没有",
        ),
        ("pack.yaml", "id: qingyuan-service", "id: yunjiang-service", "指标包 yunjiang-service 又是自己的上级"),
        (
            "pack.yaml",
            "pack: yunjiang-service",
            "pack: other",
            "extends 写的是指标包 other，base 里是 yun",
        ),
        (
            "pack.yaml",
            'version: "2.0"',
            'version: "2.1"',
            "2.1 版，base 里是 2.0 版",
        ),
        ("units.yaml", "name: 白石县, kind: county", "name: 白石县, kind: township", "单位 白石县 与上级登记的不同"),
        ("datasets.yaml", "id: permits", "id: hotline", "台账 hotline 上级已经有了，本级不能改写"),
        ("datasets.yaml", "title: 全程网办事项", "title: 热线工单", "台账《热线工单》与上级的 hotline 同名"),
        ("sources/sources.yaml", "id: city", "id: rules", "依据 rules 上级已经有了"),
        (
            "indicators/local.yaml",
            "id: c3.permits",
            "id: 1.hotline",
            "local.yaml:2：指标 1.hotline 上级已经有了",
        ),
        (
            "indicators/local.yaml",
            "section: local",
            "section: service",
            "放在上级的一级指标「政务服务」里，上级没",
        ),
        ("indicators/local.yaml", '{units: "8"}', '{units: "9"}', "所含指标合计 9 分，对不上"),
        ("calendar.yaml", "", "calendar: []\n", "指标包里没有这样的文件"),
        ("doubts.yml", "", "doubts: []\n", "指标包里没有这样的文件"),
    ],
)
def test_what_the_base_decides_stays_as_it_is(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    assert said in refuse_change(tmp_path, file, old, new)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("base/pack.yaml", "  units: own ", "  units: kept ", "单位 白石县 上级已经有了，不用再写"),
        ("base/pack.yaml", "removable: [3.local]", "removable: []", "上级没有允许去掉指标 3.local"),
        ("base/pack.yaml", "sections: [local]", "sections: []", "上级没有留给下级加"),
        ("base/pack.yaml", "locked: [4.fraud]", "locked: [1.hotline]", "上级规定这项指标不能改"),
        (
            "base/pack.yaml",
            'at_least: "6", ',
            'at_least: "13", ',
            "openings 的「走访次数」现在是12，应在13到24之间",
        ),
        ("base/pack.yaml", "indicator: 2.visits", "indicator: 2.visit", "指标 2.visit 不存在"),
        (
            "base/indicators/service.yaml",
            "    not_applicable_when: {denominator: zero}\n",
            '    changes: [{title: 目标, part: 1, number: target.at_least, from: "2025-01-01", value: "70%", '
            "within_year: next_year, local_choice: 放宽}]\n    not_applicable_when: {denominator: zero}\n",
            "上级的这个数随时间变动（changes）",
        ),
        (
            "base/indicators/service.yaml",
            'measure: {count: {dataset: local_matters}}\n        target: {at_least: "1"}',
            'measure: {of_marks: {indicators: [1.hotline]}}\n        target: {at_least: "60%"}',
            "指标 3.local 按这项的得分计算，这里加严，那里可能放宽",
        ),
    ],
)
def test_what_the_base_says_decides(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    assert said in refuse_change(tmp_path, file, old, new)


def test_a_number_that_must_be_filled_is_asked_for(tmp_path: Path) -> None:
    text = (CITY / "overlay.yaml").read_text(encoding="utf-8")
    start, end = text.index("  - title: 走访次数"), text.index("removed:")
    assert "上级要求下级定「走访次数」" in refuse_change(tmp_path, "overlay.yaml", text[start:end], "")


def test_the_lowest_may_not_go_back_behind_the_middle(tmp_path: Path) -> None:
    said = refuse_change(tmp_path, "overlay.yaml", 'value: "95%"', 'value: "85%"', COUNTY)
    assert "上级是90%，本级写85%，放宽了上级的要求（《清源市政务服务考核细则（示例）》" not in said
    assert "上级是90%，本级写85%，放宽了上级的要求" in said
    said = refuse_change(tmp_path / "2", "overlay.yaml", 'value: "20"', 'value: "12"', COUNTY)
    assert "应在18到24之间" in said


def test_what_the_top_locked_stays_locked_below_the_middle(tmp_path: Path) -> None:
    change = put("4.fraud", "marks.veto.total", "none")
    said = refuse_change(tmp_path, "overlay.yaml", "changes:\n", f"changes:\n{change}", COUNTY)
    assert "上级规定这项指标不能改" in said


def test_a_base_that_was_changed_is_no_longer_the_one_that_is_named(tmp_path: Path) -> None:
    changed = write_change(tmp_path, "base/indicators/service.yaml", '"80%"', '"60%"')
    assert "与 extends 登记的 sha256 不符：上级指标包被改动过" in tell_mistakes(changed)


def test_a_base_is_there_and_lies_in_the_folder_itself(tmp_path: Path) -> None:
    city = tmp_path / "city"
    shutil.copytree(CITY, city)
    shutil.rmtree(city / "base")
    assert "base 里没有上级指标包" in tell_mistakes(city)
    (city / "base").symlink_to(PROVINCE, target_is_directory=True)
    assert "base：这是一个链接" in tell_mistakes(city)


def test_a_pack_by_itself_has_no_links_either(tmp_path: Path) -> None:
    province = tmp_path / "province"
    shutil.copytree(PROVINCE, province)
    units = province / "units.yaml"
    units.rename(tmp_path / "elsewhere.yaml")
    units.symlink_to(tmp_path / "elsewhere.yaml")
    assert "units.yaml：这是一个链接，指标包换了地方就没有了" in tell_mistakes(province)


def test_a_base_without_a_word_of_it_is_not_passed_over(tmp_path: Path) -> None:
    province = tmp_path / "province"
    shutil.copytree(PROVINCE, province)
    shutil.copytree(PROVINCE, province / "base")
    assert "没有写 extends，base 里的指标包不会被读到" in tell_mistakes(province)


def test_packs_lie_no_deeper_than_anyone_can_follow(tmp_path: Path) -> None:
    pack = tmp_path / "0"
    shutil.copytree(PROVINCE, pack)
    for level in range(1, 6):
        upper = tmp_path / str(level)
        shutil.copytree(pack, upper / "base")
        below = "yunjiang-service" if level == 1 else f"level-{level - 1}"
        version = "2.0" if level == 1 else "1.0"
        fill = put("2.visits", "target.at_least", "18") if level == 1 else ""
        (upper / "pack.yaml").write_text(
            f'id: level-{level}\ntitle: 第{level}层\nissuer: 某办\nversion: "1.0"\n'
            f'extends: {{pack: {below}, version: "{version}", sha256: {hash_pack(pack)}}}\n',
            encoding="utf-8",
        )
        (upper / "overlay.yaml").write_text(f"changes:\n{fill}" if fill else "removed: []\n", encoding="utf-8")
        pack = upper
    assert len(load_pack(tmp_path / "4").layers) == 5
    assert "指标包叠了" in tell_mistakes(pack)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    changed = write_change(tmp_path, "overlay.yaml", 'value: "90%"', 'value: "70%"')
    write_change(tmp_path, "pack.yaml", "kind: deduction", "kind: bonus")
    write_change(tmp_path, "indicators/local.yaml", "dataset: permits", "dataset: permit")
    said = tell_mistakes(changed)
    assert all(part in said for part in ("overlay.yaml:2：", "pack.yaml:11：", "local.yaml:10：台账 permit 不存在"))


@pytest.mark.parametrize(
    ("before", "after", "order"),
    [
        ("80%", "90%", 1),
        ("2", "1.5", -1),
        ("04-end", "04-30", 0),
        ("02-28", "02-end", 1),
        ("04-30", "03-31", -1),
        ("2024-05-01", "2024-04-30", -1),
        ("80%", "0.9", None),
        ("04-30", "2024-04-30", None),
        ("up", "down", None),
    ],
)
def test_two_values_are_compared_only_where_they_are_of_one_kind(before: str, after: str, order: int | None) -> None:
    assert compare_values(before, after) == order


def test_a_direction_is_said_only_of_what_a_kind_has() -> None:
    for kinds, ways in ((RULES, "tighter"), (KINDS, "falls")):
        for kind in kinds.values():
            for place in getattr(kind, ways):
                fields = {field.alias or name for name, field in kind.model_fields.items()}
                assert place.split(".")[0] in fields, (kind, place)
    assert find_direction({"steps.*.marks": "down"}, ["steps", "1", "at_least"]) is None
