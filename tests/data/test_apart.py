"""A file is read in a process that can be killed: it takes its time, its memory or its life there, and nothing here."""

from __future__ import annotations

import io
import re
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from data.apart.process import SPARING, Child, ChildLimits, Stopped
from data.apart.refusals import list_refusals, read_refusal, write_refusal
from data.files.mistakes import FileMistake, FileRefused
from data.files.readers import LONGEST_CELL
from data.intake.imports import check_files
from data.store.workspace import Workspace
from indicators.entries.nearest import LONGEST_WORD, compare_pieces, find_nearest
from indicators.entries.refusal import Refusal
from indicators.pack.model import Pack
from tests.data import apart_work
from tests.data.conftest import NOW, TRAINING_HEADER, Import, training_row, write_csv, write_xlsx

ROOT = Path(__file__).parents[2]
TIGHT = ChildLimits(seconds=1, memory=1 << 30, file=1000, answer=1_000_000)


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    with Child(TIGHT, apart_work.hold, 41) as found:
        yield found


def test_a_child_holds_what_it_was_given_from_one_question_to_the_next(child: Child) -> None:
    assert [child.ask(apart_work.count), child.ask(apart_work.count)] == [42, 43]


@pytest.mark.parametrize(
    ("work", "reason", "words"),
    [
        (apart_work.spin, "slow", "超过 1 秒还没有做完，已经停下"),
        (apart_work.eat, "large", "要用的内存或写出的内容超过了限度（1024 MB），已经停下"),
        (apart_work.chatter, "large", "要用的内存或写出的内容超过了限度（1024 MB），已经停下"),
        (apart_work.die, "died", "处理到一半，那个进程意外停了"),
    ],
)
def test_work_that_takes_too_much_is_stopped_and_the_next_is_done(
    child: Child, work: Any, reason: str, words: str
) -> None:
    with pytest.raises(Stopped) as stopped:
        child.ask(work)
    assert (stopped.value.reason, str(stopped.value)) == (reason, words)
    assert child.ask(apart_work.count) == 42, "another child, which holds the same"


def test_a_child_has_nothing_of_the_server(child: Child, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DUCHA_STORE", "postgresql://ducha:secret@localhost/ducha")
    with Child(TIGHT, apart_work.hold, 0) as other:
        found = other.ask(apart_work.tell_surroundings)
    allowed = {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "PYTHONPATH", *SPARING}
    assert set(found["environment"].split()) <= allowed
    assert int(found["handles"]) <= 5, "its standard streams, its link, and the folder that it lists them by"
    assert (found["core"], found["umask"]) == ("0", "0o77")
    with pytest.raises(Stopped, match="写出的内容超过了限度"):
        child.ask(apart_work.write_file, tmp_path / "much", 5000)


def test_a_child_leaves_no_half_compiled_module_to_others(child: Child, tmp_path: Path) -> None:
    (tmp_path / "long_module.py").write_text(f"WORDS = {list(range(9000))!r}\n", encoding="utf-8")
    assert child.ask(apart_work.load_module, tmp_path) == "long_module"
    assert [path.name for path in tmp_path.iterdir()] == ["long_module.py"]


def test_an_answer_of_another_type_than_was_promised_is_no_answer(child: Child) -> None:
    with pytest.raises(ValueError, match="int"):
        child.ask(apart_work.lie)
    moment = datetime(2024, 2, 29, 8, 30, tzinfo=UTC)
    assert child.ask(apart_work.tell_moment, moment) == moment


def test_a_fault_keeps_the_traceback_of_where_it_happened(child: Child) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)break_down.*KeyError: 'nobody expected this'"):
        child.ask(apart_work.break_down)


@pytest.mark.parametrize("number", range(len(apart_work.REFUSALS)))
def test_a_refusal_comes_across_with_its_class_and_fields(child: Child, number: int) -> None:
    sent = apart_work.REFUSALS[number]
    with pytest.raises(type(sent)) as refused:
        child.ask(apart_work.refuse, number)
    assert str(refused.value) == str(sent)
    assert repr(vars(refused.value)) == repr(vars(sent)), "also what it holds"


def test_every_class_of_refusal_can_cross() -> None:
    fields = {
        "what": ("甲", 1, None),
        "mistakes": [FileMistake(None, None, "A1", "错")],
        "at": NOW,
        "in": frozenset({"a"}),
    }
    kinds = list(dict.fromkeys(list_refusals()))
    assert len(kinds) > 20
    for kind in kinds:
        sent = kind.__new__(kind)
        sent.args = ("一句话",)
        vars(sent).update(fields)
        found = read_refusal(write_refusal(sent))
        assert (type(found), found.args, vars(found)) == (kind, ("一句话",), fields)
    odd = Refusal("一句话")
    vars(odd).update({"lock": threading.Lock()})
    assert (str(read_refusal(write_refusal(odd)))) == "一句话"


@pytest.mark.parametrize(
    "said",
    [
        b'{"class": "os:system", "fields": {"map": []}, "args": {"tuple": ["true"]}}',
        b'{"class": "builtins:Exception", "fields": {"map": []}, "args": {"tuple": []}}',
        b'{"class": "indicators.entries.refusal:Refusal", "fields": {"map": [["a", %s]]}, "args": {"tuple": []}}'
        % b'{"record": ["subprocess:Popen", ["true"]]}',
        b'{"class": "indicators.entries.refusal:Refusal", "fields": {"map": [["a", %s]]}, "args": {"tuple": []}}'
        % b'{"record": ["data.apart.process:Child", []]}',
        b"[]",
    ],
)
def test_nothing_else_than_a_refusal_comes_across(said: bytes) -> None:
    with pytest.raises(ValueError):
        read_refusal(said)


def make_slow(path: Path, sheets: int) -> Path:
    """A few kilobytes, of which each sheet takes a million empty rows to walk through, again and again."""
    write_xlsx(path, {f"表{number}": [["x"]] for number in range(sheets)})
    content = path.read_bytes()
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/"):
                part = re.sub(rb'<c r="A1"', b'<c r="A1048576"', re.sub(rb'<row r="1"', b'<row r="1048576"', part))
            new.writestr(name, part)
    path.write_bytes(made.getvalue())
    return path


def test_a_slow_workbook_is_refused_in_a_sentence_and_holds_nobody_up(
    take: Import, inbox: Path, workspace: Workspace
) -> None:
    slow = make_slow(inbox / "a.xlsx", 60)
    assert slow.stat().st_size < 40_000
    found: list[FileRefused] = []

    def bring() -> None:
        with pytest.raises(FileRefused) as refused:
            take(
                slow,
                write_csv(inbox / "training.csv", TRAINING_HEADER, training_row(单位="丁县")),
                limits=replace(TIGHT, file=10**6),
            )
        found.append(refused.value)

    worked = time.process_time()
    bring()
    worked = time.process_time() - worked
    [mistake, other] = found[0].mistakes
    assert str(mistake).startswith("a.xlsx：超过 1 秒还没有做完，已经停下；请检查文件是否正常")
    assert other.file == "training.csv", "the other files are looked at all the same"
    assert list(workspace.staging_folder.glob("*/*")) == []
    # The second that the file was given passed in another process: whoever else is served waits for nothing.
    assert worked < 1


@pytest.mark.parametrize("place", ["the header", "the data"])
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_cell_longer_than_any_cell_is_refused_at_its_address(inbox: Path, pack: Pack, place: str, kind: str) -> None:
    long = "甲" * (5_000_000 if kind == "xlsx" else LONGEST_CELL + 1)
    header, row = list(TRAINING_HEADER), training_row(主题=long if place == "the data" else "一讲")
    if place == "the header":
        header[3] = long
    path = inbox / f"培训学时.{kind}"
    if kind == "csv":
        write_csv(path, header, row)
    else:
        write_xlsx(path, {"培训学时": [[str(cell)[:9] for cell in header], [str(cell)[:9] for cell in row]]})
        content = {name: part for name, part in _read_parts(path)}
        texts = content["xl/sharedStrings.xml"].replace("甲甲甲甲甲甲甲甲甲".encode(), long.encode())
        _write_parts(path, {**content, "xl/sharedStrings.xml": texts})
        assert path.stat().st_size < 30_000
    began = time.process_time()
    with pytest.raises(FileRefused) as refused:
        check_files(pack, [path], now=NOW)
    assert time.process_time() - began < 10
    [mistake] = refused.value.mistakes
    assert mistake.cell == ("D2" if place == "the data" else "D1")
    assert mistake.text == f"这一格有 {len(long)} 个字，单元格最多 32767 个字；请删减后重新导入"


def _read_parts(path: Path) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as book:
        return [(name, book.read(name)) for name in book.namelist()]


def _write_parts(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, part)


def test_what_is_said_of_a_long_cell_is_short(take: Import, inbox: Path) -> None:
    rows = [training_row(学时="一" * 30_000) for _ in range(50)]
    with pytest.raises(FileRefused) as refused:
        take(write_csv(inbox / "training.csv", TRAINING_HEADER, *rows))
    texts = [mistake.text for mistake in refused.value.mistakes]
    assert max(map(len, texts)) <= 2002
    assert texts[0].startswith("「学时」应为数字，填的是「一一")
    assert texts[0].endswith("只填数字，不要带单位、文字或多余的逗号（单位「小时」可以带）")


def test_five_thousand_digits_are_no_count(take: Import, inbox: Path) -> None:
    total = training_row(单位="合计", 人员="9" * 5000, 培训日期="", 主题="", 学时="", 类别="")
    with pytest.raises(FileRefused, match="看不出是什么的合计"):
        take(write_csv(inbox / "training.csv", TRAINING_HEADER, training_row(), total))


def test_of_a_long_text_nothing_is_guessed_and_guessing_stands_in_one_place() -> None:
    assert find_nearest("培训学食", ["培训学时"]) == ["培训学时"]
    assert find_nearest("培" * (LONGEST_WORD + 1), ["培训学时"]) == []
    assert compare_pieces("扣一分", "扣二分") == [
        (True, ("扣",), ("扣",)),
        (False, ("一",), ("二",)),
        (True, ("分",), ("分",)),
    ]
    assert len(compare_pieces("时" * 5_000_000, "分" * 5_000_000)) == 1
    began = time.process_time()
    find_nearest("培训" * 20, ["时" * 5_000_000, "学时"])
    assert time.process_time() - began < 1
    floors = ("indicators", "data", "scoring", "dashboard")
    sources = [path for floor in floors for path in (ROOT / floor).rglob("*.py")]
    assert [path.name for path in sources if "difflib" in path.read_text(encoding="utf-8")] == ["nearest.py"]
