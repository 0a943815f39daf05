"""doubts.yaml: read with the rest of the pack, every mistake at its line and in words that mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from indicators.pack.model import Pack
from tests.indicators.small_pack import load_or_refuse, replace_once, write_pack

FILE = "doubts.yaml"
DOUBTS = """doubts:
- id: pages
  title: 页数雷同
  check: {alike: {dataset: documents, columns: [pages], by: report, least: 3}}
  why: 很难是巧合。
  evidence: [原件]
- id: late
  title: 公布日期不在当年
  check: {outside_year: {dataset: documents, date: shown_on, where: {kind: 规范性文件}, rest_days: "50%"}}
  why: 要求当年公布。
  evidence: [网页截图]
  indicators: [2.report]
- id: few
  title: 文件太少
  check: {small_number: {indicators: [1.filing], below: "4"}}
  why: 一件之差就大变。
  evidence: [同时写明件数]
- id: grown
  title: 文件数突增
  check: {jump: {figure: {dataset: documents, sum: pages}, factor: "3", floor: "50"}}
  why: 口径可能变了。
  evidence: [口径说明]
- id: trained
  title: 培训人数多于在册人数
  check: {exceeds: {figure: {dataset: training, distinct: person_id}, limit: {dataset: people, distinct: person_id}}}
  why: 参训的都应在册。
  evidence: [签到册]
- id: exact
  title: 恰好达标
  check: {at_target: {dataset: training, per: person_id, sum: hours, target: "40", share: "80%", least: "5"}}
  why: 像是倒填的。
  evidence: [课程表]
"""
SECOND_CHECK = 'small_number: {indicators: [1.filing], below: "4"'


def test_doubts_are_read_in_their_order(small_pack: Path) -> None:
    pack = load_or_refuse(write_pack(small_pack, {FILE: DOUBTS}))
    assert isinstance(pack, Pack), pack
    kinds = [rule.check.kind for rule in pack.doubts]
    assert kinds == ["alike", "outside_year", "small_number", "jump", "exceeds", "at_target"]


def test_a_pack_without_the_file_has_no_doubts(small_pack: Path) -> None:
    pack = load_or_refuse(small_pack)
    assert isinstance(pack, Pack) and pack.doubts == ()


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ("id: late", "id: pages", "id: pages\n  title: 公布", "疑点编号 pages 用了两次"),
        ("alike: {dataset: documents", "alike: {dataset: document", "check: {alike", "台账 document 不存在"),
        ("columns: [pages]", "columns: [page]", "check: {alike", "没有列 page（比较用）；是不是「pages」"),
        ("columns: [pages]", "columns: [number]", "check: {alike", "比较请用 integer/decimal 类型的列"),
        ("columns: [pages], ", "", "check: {alike", "请写 columns（比数字）或 text（比文字），二者取一"),
        ("by: report, least: 3", "by: report, least: 1", "check: {alike", "免得巧合也算"),
        ("date: shown_on", "date: kind", "check: {outside", "日期请用 date 类型的列"),
        ("where: {kind: 规范性文件}", "where: {kind: 规范文件}", "check: {outside", "没有「规范文件」这个值"),
        ('rest_days: "50%"', 'rest_days: "50"', "check: {outside", "不超过 100% 的百分数"),
        ("indicators: [2.report]", "indicators: [2.reports]", "check: {outside", "指标 2.reports 不存在；"),
        ("[1.filing]", "[2.report]", "check: {small", "没有按比率（ratio）计量的部分"),
        ('below: "4"', 'below: "1"', "check: {small", "below（分母小于多少）请写 2 以上的整数"),
        ("figure: {dataset: documents", "figure: {dataset: people", "check: {jump", "没有年度可比"),
        ('factor: "3"', 'factor: "1"', "check: {jump", "factor（倍数）请写大于 1 的数"),
        ("jump: {figure", "jumps: {figure", "check: {jumps", "不认识的键「jumps」；是不是「jump」"),
        ("people, distinct: person_id}", "people, sum: joined}", "check: {exceeds", "求和请用"),
        ("figure: {dataset: training, ", "figure: {dataset: training, sum: hours, ", "check: {exceeds", "不能同时写"),
        ('target: "40"', 'target: "40%"', "check: {at_target", "target 写百分数时请写 out_of"),
        ('least: "5"', 'least: "1"', "check: {at_target", "least（至少多少个）请写 2 以上的整数"),
        ("  evidence: [课程表]\n", "", "- id: exact", "缺少「evidence」"),
        ("evidence: [课程表]", "evidence: []", "evidence: []", "不能为空"),
        ('floor: "50"', 'floor: "50"}, ' + SECOND_CHECK, "check: {jump", "疑点的查法（check）只写一种"),
    ],
)  # fmt: skip
def test_a_mistake_has_its_line_and_the_words_that_mend_it(
    small_pack: Path, old: str, new: str, at: str, words: str
) -> None:
    text = replace_once(DOUBTS, old, new)
    mistakes = load_or_refuse(write_pack(small_pack, {FILE: text}))
    assert isinstance(mistakes, list), "the pack was taken"
    line = text.count("\n", 0, text.index(at)) + 1
    assert [(m.file, m.line) for m in mistakes if words in m.text] == [(FILE, line)], mistakes


def test_a_roster_of_people_is_needed_to_look_at_ids_and_a_date_that_makes_the_year_is_never_outside(
    small_pack: Path,
) -> None:
    text = """doubts:
- {id: a, title: 甲, check: {duplicate_people: {dataset: training, name: person_id}}, why: 问, evidence: [证]}
- {id: b, title: 乙, check: {outside_year: {dataset: training, date: held_on}}, why: 问, evidence: [证]}
"""
    mistakes = load_or_refuse(write_pack(small_pack, {FILE: text}))
    assert isinstance(mistakes, list)
    assert [(m.line, m.text.split("，")[0]) for m in mistakes] == [
        (2, "台账 training 没有写 people（人员列）"),
        (3, "台账 training 的年度就取自 held_on"),
    ]
