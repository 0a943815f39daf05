"""What is entered wrongly, or in bad faith, is refused in words that say where and what; one event, nothing stored.

Not proven here: that a page or an imported form shows the sentence. A form's own mistakes are tested with the forms.
"""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from data.ledger.evidence import add_evidence, place_of, store_file
from data.ledger.ledger import EVIDENCE_LIMIT
from data.ledger.reading import list_visible, read_visible
from data.ledger.transitions import apply_transition
from data.ledger.users import add_user
from data.ledger.verify import list_unreferenced
from data.trail.refusals import EvidenceRefused, FieldRefused, NotFound, RefusedAction
from tests.ledger.test_refusals import refuse
from tests.ledger.world import PDF, World, finding_fields, inspection_fields, reach, step_fields, walk

UNSEEN = "含有看不见的字符或改变书写方向的字符，请删去后重填"
NUMBER = "「建议扣分」请填数，如 0.5"
DATE = "请填日期，如 2024-05-06"

FINDINGS: list[tuple[str, dict[str, Any], str]] = [
    # Marks
    ("beyond the cap", {"proposed_marks": "4.01"},
     "建议扣分 4.01 分超过指标「违法决策、擅自变更决策、减损群众权益」的满分 4 分"),
    ("far beyond", {"proposed_marks": "999999999999"}, "超过指标"),
    ("negative", {"proposed_marks": "-1"}, "「建议扣分」不能是负数"),
    ("negative, as a number", {"proposed_marks": Decimal("-0.5")}, "「建议扣分」不能是负数"),
    ("finer than the pack's marks", {"proposed_marks": "0.001"}, "建议扣分最多保留 2 位小数"),
    ("scientific", {"proposed_marks": "1e3"}, NUMBER),
    ("no number", {"proposed_marks": "NaN"}, NUMBER),
    ("infinite", {"proposed_marks": "Infinity"}, NUMBER),
    ("in words", {"proposed_marks": "一分"}, NUMBER),
    ("full width", {"proposed_marks": "\uff11\uff0e\uff15"}, NUMBER),
    ("with a comma", {"proposed_marks": "1,5"}, NUMBER),
    ("a truth value", {"proposed_marks": True}, NUMBER),
    ("a list", {"proposed_marks": ["1"]}, NUMBER),
    ("forty digits", {"proposed_marks": "1" * 40}, NUMBER),
    ("where none belong", {"kind": "建议"}, "「建议」不写建议扣分"),
    # Dates
    ("before the inspection began", {"seen_on": "2024-04-30"}, "发现日期 2024-04-30 早于督察开始的 2024-05-01"),
    ("in the future", {"seen_on": "2024-12-30"}, "发现日期 2024-12-30 还没有到"),
    ("30 February", {"seen_on": "2024-02-30"}, DATE),
    ("29 February of another year", {"seen_on": "2023-02-29"}, DATE),
    ("month 13", {"seen_on": "2024-13-01"}, DATE),
    ("in Chinese", {"seen_on": "5月3日"}, DATE),
    ("a number", {"seen_on": 45415}, DATE),
    ("year 1", {"seen_on": "0001-01-01"}, "「发现日期」的年份应当在 1949 到 2099 之间"),
    ("year 9999", {"seen_on": date(9999, 12, 31)}, "「发现日期」的年份应当在 1949 到 2099 之间"),
    # Whom and what
    ("a unit that is not inspected", {"unit": "yangcheng"},
     "阳城县不在督察任务 督察〔2024〕0001号 的被督察单位里"),
    ("a unit of another workspace", {"unit": "某县"}, "单位名册里没有「某县」"),
    ("no unit", {"unit": ""}, "请填写「单位」"),
    ("a unit that is a list", {"unit": ["zezhou"]}, "「单位」请填文字"),
    ("an unknown indicator", {"indicator": "99.none"}, "指标包里没有指标「99.none」"),
    ("an indicator that the unit is not asked", {"indicator": "29.cloud"}, "不考核这个单位"),
    ("an unknown kind", {"kind": "表扬"}, "「问题类别」只能填：扣分、加分、一票否决、建议"),
    ("an unknown inspection", {"inspection": "督察〔2023〕0001号"}, "没有督察任务「督察〔2023〕0001号」"),
    ("unknown evidence", {"evidence": ["督证〔2024〕9999号"]}, "没有证据「督证〔2024〕9999号」"),
    ("evidence of another unit", {"evidence": ["督证〔2024〕0003号"]}, "证据 督证〔2024〕0003号 是另一个单位的"),
    ("evidence that is no list", {"evidence": "督证〔2024〕0001号"}, "「证据」请填一列文字"),
    ("evidence without end", {"evidence": [str(n) for n in range(1001)]}, "「证据」超过 1000 项"),
    ("what is not entered", {"state": "confirmed"}, "这一步不能填写或修改「state」"),
    ("an approval", {"approved_by": "rev"}, "这一步不能填写或修改「approved_by」"),
    # Texts
    ("NUL", {"statement": "a\x00b"}, f"「事实」{UNSEEN}"),
    ("right to left", {"place": "县\u202e政府"}, f"「发现地点」{UNSEEN}"),
    ("half a character", {"place": "县\ud800"}, f"「发现地点」{UNSEEN}"),
    ("only what is not seen", {"statement": "\u200b\u2060"}, f"「事实」{UNSEEN}"),
    ("the blank of braille", {"statement": "\u2800"}, f"「事实」{UNSEEN}"),
    ("a character of one's own", {"statement": "张\ue000"}, "「事实」含有自造字或乱码（U+E000），别的电脑显示不出来"),
    ("what was text once", {"statement": "张\ufffd"}, "「事实」含有自造字或乱码（U+FFFD）"),
    ("too long", {"statement": "长" * 20_001}, "「事实」超过 20000 字"),
    ("a number for a text", {"statement": 5}, "「事实」请填文字"),
    ("NUL in a list", {"legal_basis": ["a\x00"]}, f"「依据」{UNSEEN}"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "change", "words"), FINDINGS, ids=[what for what, *_ in FINDINGS])
def test_a_bad_finding_is_refused_in_words(world: World, what: str, change: dict[str, Any], words: str) -> None:
    fields = {**finding_fields(world), **change}
    refused = refuse(world, words.replace("(", r"\(").replace(")", r"\)").replace("+", r"\+"),
                     lambda: world.do("ins1", "finding", None, "draft", fields))  # fmt: skip
    assert isinstance(refused, FieldRefused)


def test_a_finding_with_the_longest_text_and_a_rare_character_is_taken(world: World) -> None:
    fields = {**finding_fields(world), "statement": "长" * 20_000, "place": "𠮷田\U0002b820村\n第二行"}
    row = world.do("ins1", "finding", None, "draft", fields)
    assert (row["place"], len(row["statement"])) == ("𠮷田\U0002b820村\n第二行", 20_000)


REASONS = [None, "", "   ", "\u3000\t\n", "\u200b", "\u202e", "\u2800", "\x00", "\ue000", "长" * 20_001, 5]


def test_a_reason_of_nothing_is_none(world: World) -> None:
    id = walk(world, "finding", ["draft", "submit"])
    for reason in REASONS:
        refuse(world, "理由", lambda reason=reason: world.do("rev", "finding", id, "return", reason=reason))


INSPECTIONS: list[tuple[dict[str, Any], str]] = [
    ({"year": 10**30}, "「年度」的年份应当在 1949 到 2099 之间"),
    ({"year": -1}, "「年度」的年份应当在 1949 到 2099 之间"),
    ({"year": "2024"}, "「年度」请填整数"),
    ({"title": "  "}, "请填写「名称」"),
    ({"begins_on": "2024-05-01", "ends_on": "2024-04-30"}, "结束日期 2024-04-30 早于开始日期 2024-05-01"),
    ({"ends_on": "2024-06-31"}, DATE),
    ({"units": ["zezhou", "某县"]}, "单位名册里没有「某县」"),
    ({"units": "zezhou"}, "「被督察单位」请填一列文字"),
    ({"team": ["lead"]}, "督察组只能由启用的督察员组成，「lead」不是"),
    ({"team": ["nobody"]}, "「nobody」不是"),
]


def test_a_bad_inspection_is_refused_in_words(world: World) -> None:
    for change, words in INSPECTIONS:
        fields = {**inspection_fields(world), **change}
        refuse(world, words, lambda fields=fields: world.do("ins1", "inspection", None, "draft", fields))
    twice = world.do("ins1", "inspection", None, "draft", {**inspection_fields(world), "units": ["zezhou", "泽州县"]})
    assert twice["units"] == ["zezhou"]


STEPS: list[tuple[dict[str, Any], str]] = [
    ({"number": " "}, "「步骤」还没有填写文号"),
    ({"on": "2024-02-30"}, f"「步骤的日期」{DATE}"),
    ({"step": "dance"}, "只能填"),
    ({"on": "2024-12-01"}, "的日期 2024-12-01 还没有到"),
    ({"extra": "x"}, "「步骤」请填齐：步骤、文号、日期"),
]


def test_a_bad_step_is_refused_in_words(world: World) -> None:
    id = walk(world, "inspection", ["draft"])
    for change, words in STEPS:
        entry = {"steps": {**step_fields(world, "decide")["steps"], **change}}
        refuse(world, words, lambda entry=entry: world.do("ins1", "inspection", id, "record_step", entry))


JUDGED: list[tuple[dict[str, Any], str]] = [
    ({"level": "特优"}, "请评定等级：优、良、中、差"),
    ({"level": None, "marks": "1"}, "请评定等级"),
    ({"grounds": " "}, "请填写「理由」"),
    ({"indicator": "10.unlawful-decisions"}, "不由督察员评定"),
    ({"indicator": "29.cloud"}, "不由督察员评定|不考核这个单位"),
    ({"indicator": "16.publicity", "level": None, "marks": "0.51"}, r"请评 0 到 0.5 分（不写等级）"),
    ({"indicator": "16.publicity", "level": None, "marks": "-0.1"}, "「评分」不能是负数"),
    ({"indicator": "16.publicity", "level": None, "marks": "1e-1"}, "「评分」请填数"),
    ({"indicator": "16.publicity", "level": "优", "marks": "0.1"}, "不写等级"),
    ({"unit": "yangcheng"}, "阳城县不在督察任务"),
]


def test_a_judgement_stays_within_the_rule_of_its_indicator(world: World) -> None:
    given = {"inspection": world.inspection, "unit": "zezhou", "indicator": "20.standard", "level": "优"}
    given["grounds"] = "好"
    for change, words in JUDGED:
        fields = {**given, **change}
        refuse(world, words, lambda fields=fields: world.do("ins1", "judgement", None, "judge", fields))
    world.do("ins1", "judgement", None, "judge", given)
    refuse(world, "您已经评定过", lambda: world.do("ins1", "judgement", None, "judge", given))
    world.do("ins2", "judgement", None, "judge", given)


def test_a_bad_appeal_or_demand_is_refused_in_words(world: World) -> None:
    told = reach(world, "finding", "notified")
    claim = {"finding": told, "grounds": "不服", "requested": "撤销"}
    demand = {"finding": told, "required_action": "改", "owner": "张某", "due_on": world.day(9), "due_source": "反馈"}
    for actor, kind, action, given, words in (
        ("zz", "appeal", "file", {**claim, "grounds": " "}, "请填写「申请理由」"),
        ("zz", "appeal", "file", {**claim, "requested": "赔偿"}, "「请求」只能填：撤销、变更"),
        ("zz", "appeal", "file", {**claim, "finding": "a\x00"}, UNSEEN),
        ("zz", "appeal", "file", {**claim, "evidence": [world.evidence["gp-gaoping"]]}, "没有证据"),
        ("lead", "rectification", "require", {**demand, "due_on": "2024-01-01"}, "「整改时限」2024-01-01 已经过了"),
        ("lead", "rectification", "require", {**demand, "due_on": "2024-06-31"}, DATE),
        ("lead", "rectification", "require", {**demand, "owner": "\u202e"}, UNSEEN),
    ):
        refuse(world, words, lambda a=actor, k=kind, c=action, g=given: world.do(a, k, None, c, g))


def test_an_id_of_strange_characters_is_nobody_and_nothing(world: World) -> None:
    for id in ("a\x00b", "督问\u202e", "\ud800", "\n", "' OR 1=1 --"):
        confirm = lambda id=id: apply_transition(  # noqa: E731
            world.ledger, "rev", "finding", id, "confirm", base_version=1, now=world.tick()
        )
        assert isinstance(refuse(world, "找不到问题", confirm), NotFound)
        with pytest.raises(RefusedAction, match="或者您无权查看"):
            read_visible(world.ledger, "rev", "finding", id)
        assert list_visible(world.ledger, "rev", "finding", unit=id) == []


NAMES = ["", " ", "a b", "a\nb", "a\x00b", "\u202ereb", "\u200b", "长" * 65, "（建立台账）", "\ue000"]


def test_a_user_has_a_name_that_can_be_typed(world: World) -> None:
    for name in NAMES:
        refuse(world, "「用户名」", lambda name=name: add_user(
            world.ledger, "adm", name, "新人", ["inspector"], now=world.tick()))  # fmt: skip
    for title in (" ", "\u200b", "李\u202e督", "张\ue815"):
        refuse(world, "姓名", lambda title=title: add_user(
            world.ledger, "adm", "new", title, ["inspector"], now=world.tick()))  # fmt: skip
    assert add_user(world.ledger, "adm", "李四", "李四", ["inspector"], now=world.tick())["id"] == "李四"


# Evidence


def zip_of(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return file.getvalue()


DOCX = {"word__document_xml": b"<w/>"}
FILES: list[tuple[str, bytes, str]] = [
    ("empty", b"", r"文件是空的（0 字节），不能作为证据"),
    ("a renamed program", b"MZ\x90\x00" + b"\x00" * 60, "认不出文件类型"),
    ("a program of Linux", b"\x7fELF\x02\x01\x01\x00", "认不出文件类型"),
    ("a script", b"#!/bin/sh\nrm -rf /\n", "认不出文件类型"),
    ("a web page", b"<html><script>alert(1)</script>", "认不出文件类型"),
    ("a web page after a blank", b"\xef\xbb\xbf  \n<svg onload=alert(1)>", "认不出文件类型"),
    ("text with NUL", b"a\x00b", "认不出文件类型"),
    ("only blanks", b"   \n", "认不出文件类型"),
    ("an archive", zip_of(a=b"x"), "不能存入压缩包"),
    ("half an archive", zip_of(**DOCX)[:-10], "不能存入压缩包"),
    ("macros", zip_of(**DOCX, word__vbaProject_bin=b"x"), "文件里有宏"),
    ("too large", PDF + b"x" * (1024 * 1024), "文件超过 1 MB，不能存入；请压缩或分成几份"),
]


@pytest.mark.parametrize(("what", "content", "words"), FILES, ids=[what for what, *_ in FILES])
def test_a_file_that_is_no_evidence_leaves_nothing_but_a_refusal(
    world: World, what: str, content: bytes, words: str
) -> None:
    world.ledger = replace(world.ledger, evidence_limit=1024 * 1024)
    files = sorted(world.ledger.evidence_folder.rglob("*"))
    give = lambda: add_evidence(  # noqa: E731
        world.ledger, "ins1", io.BytesIO(content), "材料.pdf", {"unit": "zezhou"}, now=world.tick()
    )
    assert isinstance(refuse(world, words, give), EvidenceRefused)
    assert sorted(world.ledger.evidence_folder.rglob("*")) == files


REGISTERED: list[tuple[str, dict[str, Any], str, str]] = [
    ("a misleading name", {}, "通知\u202efdp.exe", f"「原文件名」{UNSEEN}"),
    ("a name with NUL", {}, "a.pdf\x00.exe", f"「原文件名」{UNSEEN}"),
    ("a name of a book", {}, "a" * 20_001, "「原文件名」超过 20000 字"),
    ("another workspace's unit", {"unit": "某县"}, "a.pdf", "单位名册里没有「某县」"),
    ("taken tomorrow", {"captured_on": "2024-12-01"}, "a.pdf", "取得日期 2024-12-01 还没有到"),
    ("an unknown inspection", {"inspection": "督察〔2020〕0001号"}, "a.pdf", "没有督察任务"),
    ("secret", {"secrecy": "绝密"}, "a.pdf", "「密级」只能填：公开、内部、工作秘密"),
]


@pytest.mark.parametrize(("what", "change", "name", "words"), REGISTERED, ids=[what for what, *_ in REGISTERED])
def test_evidence_that_is_not_registered_leaves_no_file(
    world: World, what: str, change: dict[str, Any], name: str, words: str
) -> None:
    given, content = {"unit": "zezhou", **change}, io.BytesIO(PDF + b"new")
    refuse(world, words, lambda: add_evidence(world.ledger, "ins1", content, name, given, now=world.tick()))
    assert list_unreferenced(world.ledger.engine, world.ledger.root) == []
    # The same bytes as somebody's evidence stay where they are.
    row = world.row("evidence", world.evidence["ins1-zezhou"])
    content = io.BytesIO(PDF + b"zezhou")
    refuse(world, words, lambda: add_evidence(world.ledger, "ins1", content, name, given, now=world.tick()))
    assert place_of(world.ledger.evidence_folder, row["sha256"]).is_file()


def test_evidence_that_names_a_file_outside_the_folder_is_refused(world: World) -> None:
    (world.ledger.root / "x").write_bytes(b"12345")
    row = world.row("evidence", world.evidence["ins1-zezhou"])
    given = {name: row[name] for name in ("sha256", "size", "media_type", "original_name", "unit")}
    for digest in ("../../x", "..", "x" * 64, "A" * 64, row["sha256"] + "\n"):
        fields = {**given, "sha256": digest, "size": 5}
        refuse(world, "「文件摘要」应当是 64 位的 SHA-256 摘要",
               lambda fields=fields: world.do("ins1", "evidence", None, "store", fields))  # fmt: skip
    for change in ({"size": 6}, {"sha256": "0" * 64}, {"size": 10**30}):
        fields = {**given, **change}
        refuse(world, "证据文件没有存好", lambda fields=fields: world.do("ins1", "evidence", None, "store", fields))


def test_three_gigabytes_are_refused_by_their_size_before_they_are_read(tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.write(PDF)
        file.truncate(3 * 1024**3)
    with large.open("rb") as file:
        with pytest.raises(EvidenceRefused, match="文件超过 200 MB"):
            store_file(tmp_path / "evidence", file, EVIDENCE_LIMIT)
        assert file.tell() == 0
    assert not (tmp_path / "evidence").exists()


_POUR = """
import resource, sys
from pathlib import Path
from data.ledger.evidence import store_file
from data.trail.refusals import EvidenceRefused
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    store_file(Path(sys.argv[1]), sys.stdin.buffer, 64 * 1024 * 1024)
except EvidenceRefused as refused:
    sys.stdout.buffer.write(str(refused).encode())
sys.stdout.buffer.write(f" {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before}".encode())
"""


def test_a_stream_that_does_not_tell_its_size_is_cut_off_at_the_limit_in_little_memory(tmp_path: Path) -> None:
    pour = subprocess.Popen([sys.executable, "-c", _POUR, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert pour.stdin is not None and pour.stdout is not None
    block, poured = PDF + b"x" * (1024 * 1024 - len(PDF)), 0
    try:
        while poured < 3 * 1024:
            pour.stdin.write(block)
            poured += 1
    except BrokenPipeError:
        pass
    said, grown = pour.stdout.read().decode().rsplit(" ", 1)
    pour.wait()
    assert said.startswith("文件超过 64 MB") and poured < 80
    # A hundredth of what was to come in; on Linux the figure is in KiB.
    assert int(grown) < 32 * 1024, resource.RUSAGE_SELF
    assert list(tmp_path.iterdir()) == []


def test_a_document_that_unpacks_to_a_bomb_is_kept_and_never_unpacked(world: World) -> None:
    bomb = zip_of(**DOCX, word__media__a=b"\x00" * (64 * 1024 * 1024))
    assert len(bomb) < 100_000
    row = add_evidence(world.ledger, "ins1", io.BytesIO(bomb), "通知.docx", {"unit": "zezhou"}, now=world.tick())
    assert (row["size"], row["media_type"].rsplit(".", 1)[-1]) == (len(bomb), "document")
    assert os.path.getsize(place_of(world.ledger.evidence_folder, row["sha256"])) == len(bomb)


def test_a_document_with_an_endless_table_of_contents_is_refused(tmp_path: Path) -> None:
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
        for number in range(9_000):
            archive.writestr(f"word/{number:0120d}", b"")
    with pytest.raises(EvidenceRefused, match="文件里装的东西太多"):
        store_file(tmp_path, io.BytesIO(many.getvalue()), EVIDENCE_LIMIT)
