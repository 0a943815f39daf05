"""A pack folder is read whole or refused with every mistake at once; its hash is its identity.

The random changes show that nothing but a refusal comes out of a broken pack; they do not prove that a
changed pack which is taken still says what its author meant.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.entries.mistakes import Mistake, PackRefused
from indicators.pack.model import Pack
from indicators.reader import MAX_FILE, MAX_YAML, PACKS, find_pack, hash_pack, load_pack
from tests.indicators.small_pack import (
    DATASETS_FILE,
    FILES,
    FIRST_FILE,
    HEAD_FILE,
    OBLIGATIONS_FILE,
    PLAN_FILE,
    SECOND_FILE,
    SOURCES_FILE,
    UNITS_FILE,
    load_or_refuse,
    replace_once,
    write_pack,
)

REQUIRED = [HEAD_FILE, UNITS_FILE, DATASETS_FILE, SOURCES_FILE, PLAN_FILE]


def read_mistakes(folder: Path) -> list[Mistake]:
    result = load_or_refuse(folder)
    assert isinstance(result, list), "the pack was taken"
    return result


def test_the_small_pack_is_taken_with_everything_in_it(small_pack: Path) -> None:
    pack = load_pack(small_pack)
    assert [indicator.id for indicator in pack.indicators] == [
        "1.filing", "1.lectures", "2.report", "2.opinion", "2.more", "2.fraud",
    ]  # fmt: skip
    assert pack.texts["plan"].startswith("《小小方案》")
    assert [unit.id for unit in pack.members(pack.head.cohorts[0])] == ["jia", "yi"]
    assert [obligation.id for obligation in pack.obligations] == ["T1"]
    assert pack.sha256 == hash_pack(small_pack)


@pytest.mark.parametrize("name", sorted(path.parent.name for path in PACKS.glob("*/pack.yaml")))
def test_every_shipped_pack_is_taken(name: str) -> None:
    pack = load_pack(find_pack(name))
    assert pack.head.id == name
    assert pack.indicators


def test_there_are_the_packs_that_we_ship() -> None:
    assert {path.parent.name for path in PACKS.glob("*/pack.yaml")} >= {"jincheng-2021-2025", "published-dates"}


def test_a_pack_is_found_by_its_path_and_by_its_name(small_pack: Path) -> None:
    assert find_pack(str(small_pack)) == small_pack
    assert find_pack("published-dates") == PACKS / "published-dates"


@pytest.mark.parametrize("name", ["nowhere", "p" * 5000, "a\0b"])
def test_a_pack_that_is_nowhere_is_refused_with_the_names_of_those_we_ship(name: str) -> None:
    with pytest.raises(PackRefused, match=r"找不到指标包.*published-dates"):
        find_pack(name)


@pytest.mark.parametrize("file", REQUIRED)
def test_a_missing_file_is_told(small_pack: Path, file: str) -> None:
    (small_pack / file).unlink()
    assert Mistake(file, 0, "缺少这个文件；请补上") in read_mistakes(small_pack)


def test_a_folder_without_anything_names_every_file_that_is_missing(tmp_path: Path) -> None:
    named = {mistake.file for mistake in read_mistakes(tmp_path)}
    assert named == {HEAD_FILE, UNITS_FILE, DATASETS_FILE, SOURCES_FILE, "indicators/"}


def test_obligations_may_be_left_out(small_pack: Path) -> None:
    (small_pack / OBLIGATIONS_FILE).unlink()
    write_pack(small_pack, {SECOND_FILE: replace_once(FILES[SECOND_FILE], "  obligations: [T1]\n", "")})
    assert load_pack(small_pack).obligations == ()


@pytest.mark.parametrize("file", [HEAD_FILE, FIRST_FILE, OBLIGATIONS_FILE, SOURCES_FILE])
@pytest.mark.parametrize("content", ["", "\n\n", "# 待写\n", "---\n", "~\n", "null\n"])
def test_an_empty_file_is_told_and_never_passed_over(small_pack: Path, file: str, content: str) -> None:
    write_pack(small_pack, {file: content})
    assert [str(mistake) for mistake in read_mistakes(small_pack) if mistake.file == file] == [
        f"{file}：文件是空的；请补上内容，不需要就删去这个文件"
    ]


@pytest.mark.parametrize("content", ["只是一句话\n", "- 一\n- 二\n"])
def test_a_file_that_is_no_mapping_is_told(small_pack: Path, content: str) -> None:
    write_pack(small_pack, {UNITS_FILE: content})
    assert [str(mistake) for mistake in read_mistakes(small_pack)] == [
        "units.yaml:1：文件应是若干个键和值，不是单独一个值；请改写成先键、再半角冒号和空格、后值"
    ]


@pytest.mark.parametrize("file", [HEAD_FILE, PLAN_FILE, FIRST_FILE])
def test_a_file_in_another_encoding_is_told(small_pack: Path, file: str) -> None:
    write_pack(small_pack, {file: FILES[file].encode("gb18030")})
    (mistake,) = read_mistakes(small_pack)
    assert (mistake.file, mistake.line) == (file, 0)
    assert re.fullmatch(r"不是 UTF-8 编码.第 \d+ 个字节.+请另存为 UTF-8", mistake.text)


@pytest.mark.parametrize(
    "change", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")], ids=["byte order mark", "CRLF"]
)
def test_what_windows_adds_to_a_file_changes_nothing(small_pack: Path, change: Callable[[str], str]) -> None:
    before = load_pack(small_pack)
    write_pack(small_pack, {file: change(text) for file, text in FILES.items() if file.endswith(".yaml")})
    after = load_pack(small_pack)
    assert after.model_copy(update={"sha256": before.sha256}) == before


@pytest.mark.parametrize(("file", "most", "shown"), [(UNITS_FILE, MAX_YAML, "2 MB"), (PLAN_FILE, MAX_FILE, "20 MB")])
def test_a_file_over_the_size_limit_is_not_read(small_pack: Path, file: str, most: int, shown: str) -> None:
    with (small_pack / file).open("ab") as handle:
        handle.truncate(most + 1)
    (mistake,) = read_mistakes(small_pack)
    assert (mistake.file, mistake.line) == (file, 0)
    assert f"文件超过 {shown}" in mistake.text


@pytest.mark.parametrize(
    "name",
    [
        "dataset.yaml",
        "obligations.yml",
        "indicators/article-3.yml",
        "indicators/later/article-3.yaml",
        "sources/source.yaml",
    ],
)
def test_a_yaml_file_that_nobody_would_read_is_told(small_pack: Path, name: str) -> None:
    write_pack(small_pack, {name: "indicators: []\n"})
    (mistake,) = read_mistakes(small_pack)
    assert (mistake.file, mistake.line) == (name, 0)
    assert "不会被读到" in mistake.text and "请改名" in mistake.text


@pytest.mark.parametrize(
    ("bomb", "line"),
    [
        ("a: " + "[" * 100_000, 1),
        ("a: " + "{a: " * 50_000, 1),
        ("".join(f"{' ' * depth}a:\n" for depth in range(1_500)), 40),
        ("- " * 20_000 + "a", 1),
    ],
    ids=["brackets", "braces", "indentation", "dashes"],
)
def test_a_bomb_of_nested_lists_is_refused(small_pack: Path, bomb: str, line: int) -> None:
    write_pack(small_pack, {UNITS_FILE: bomb})
    (mistake,) = read_mistakes(small_pack)
    assert mistake.file == UNITS_FILE and abs(mistake.line - line) <= 1
    assert "嵌套超过 40 层" in mistake.text


def test_a_bomb_of_aliases_is_refused(small_pack: Path) -> None:
    levels = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    write_pack(small_pack, {UNITS_FILE: "\n".join(levels)})
    mistakes = read_mistakes(small_pack)
    assert [mistake.line for mistake in mistakes] == list(range(1, 31))
    assert all("锚点" in mistake.text for mistake in mistakes)


@pytest.mark.parametrize(
    ("note", "meant"),
    [
        ("|\n    第一行\n      缩进的一行\n\n    末行\n", "第一行\n  缩进的一行\n\n末行\n"),
        ("|-\n    第一行\n    末行\n", "第一行\n末行"),
        (">-\n    折行的 half\n    line 一句话\n\n    下一段\n", "折行的 half line 一句话\n下一段"),
        ("'单引号里的 \\n 不变'\n", "单引号里的 \\n 不变"),
        ('"双引号里的 \\t 是制表符"\n', "双引号里的 \t 是制表符"),
        ("1.10 版\n", "1.10 版"),
        ("yes\n", "yes"),
        ("'no'\n", "no"),
    ],
)
def test_a_text_is_kept_as_the_author_meant_it(small_pack: Path, note: str, meant: str) -> None:
    write_pack(
        small_pack,
        {FIRST_FILE: replace_once(FILES[FIRST_FILE], "  name: 公开讲座\n", f"  name: 公开讲座\n  note: {note}")},
    )
    assert load_pack(small_pack).indicator("1.lectures").note == meant


def test_all_mistakes_in_form_are_told_in_one_go_in_the_order_of_files_and_lines(small_pack: Path) -> None:
    write_pack(
        small_pack,
        {
            HEAD_FILE: FILES[HEAD_FILE].replace("precision: 2", "precision: 两位").replace("kind: bonus", "kind: gift"),
            FIRST_FILE: FILES[FIRST_FILE].replace("  name: 公开讲座\n", "").replace('"90%"', "九成"),
            UNITS_FILE: FILES[UNITS_FILE].replace("kind: organ", "kind: organ, kind: county"),
            DATASETS_FILE: "\tx",
            PLAN_FILE: b"\xff",
        },
    )
    with pytest.raises(PackRefused) as refusal:
        load_pack(small_pack)
    places = [(mistake.file, mistake.line) for mistake in refusal.value.mistakes]
    assert places == [
        (DATASETS_FILE, 1),
        (FIRST_FILE, 14),
        (FIRST_FILE, 16),
        (HEAD_FILE, 6),
        (HEAD_FILE, 24),
        (PLAN_FILE, 0),
        (UNITS_FILE, 7),
    ]
    shown = str(refusal.value)
    assert shown.startswith("指标包 small 有 7 处错误，未使用：\n  datasets.yaml:1：")
    assert "sources/plan.txt：不是 UTF-8" in shown


def test_all_mistakes_in_meaning_are_told_in_one_go_and_a_dangling_name_hides_none(small_pack: Path) -> None:
    write_pack(
        small_pack,
        {
            HEAD_FILE: FILES[HEAD_FILE].replace('{name: 差, below: "6"}', '{name: 差, below: "5"}'),
            FIRST_FILE: FILES[FIRST_FILE].replace("不低于90%", "不低于95%").replace('"90%"', '"0.9"'),
            SECOND_FILE: FILES[SECOND_FILE].replace("section: extra", "section: extras"),
        },
    )
    places = [(mistake.file, mistake.line) for mistake in read_mistakes(small_pack)]
    assert places == [(FIRST_FILE, 7), (FIRST_FILE, 10), (SECOND_FILE, 26), (HEAD_FILE, 12)]


def test_two_mistakes_of_one_dataset_are_told_together(small_pack: Path) -> None:
    changed = FILES[DATASETS_FILE].replace("key: [unit, year, number]", "key: [unit, jahr, nummer]")
    write_pack(small_pack, {DATASETS_FILE: changed})
    (mistake,) = read_mistakes(small_pack)
    assert "列 jahr 不存在" in mistake.text and "列 nummer 不存在" in mistake.text


@pytest.mark.parametrize("file", sorted(FILES))
def test_the_hash_depends_on_every_file(small_pack: Path, file: str) -> None:
    before = hash_pack(small_pack)
    content = (small_pack / file).read_bytes()
    (small_pack / file).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    changed = hash_pack(small_pack)
    (small_pack / file).write_bytes(content)
    (small_pack / file).rename(small_pack / f"{file}x")
    assert len({before, changed, hash_pack(small_pack)}) == 3


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_hash_depends_on_every_byte(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = write_pack(Path(name), {"a": b"some bytes", "b": b"more of them"})
        before = hash_pack(folder)
        file = data.draw(st.sampled_from(["a", "b"]))
        content = bytearray((folder / file).read_bytes())
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        (folder / file).write_bytes(content)
        assert hash_pack(folder) != before


def test_the_hash_tells_where_a_file_ends_and_the_next_begins(tmp_path: Path) -> None:
    folders = [{"a": b"xb", "c": b""}, {"a": b"x", "bc": b""}, {"ab": b"x", "c": b""}, {"a/b": b"x", "c": b""}]
    hashes = {hash_pack(write_pack(tmp_path / str(n), dict(files))) for n, files in enumerate(folders)}
    assert len(hashes) == len(folders)


def test_the_hash_depends_on_neither_order_nor_time_stamps_nor_hidden_files(tmp_path: Path) -> None:
    first = write_pack(tmp_path / "first", dict(FILES))
    second = write_pack(tmp_path / "second", dict(reversed(FILES.items())))
    for file in FILES:
        os.utime(second / file, (0, 0))
    (second / ".DS_Store").write_bytes(b"left by a file manager")
    (second / "cases").mkdir()
    assert hash_pack(first) == hash_pack(second)


CHINESE = re.compile(r"[\u4e00-\u9fff]")
FILE_NAMES = sorted(FILES)


def mutate(data: st.DataObject, text: str) -> str:
    """``text`` with one line or scalar lost, doubled, moved or exchanged."""
    lines = text.splitlines(keepends=True)
    index = data.draw(st.integers(0, len(lines) - 1))
    other = data.draw(st.integers(0, len(lines) - 1))
    match data.draw(st.sampled_from(["delete", "double", "swap lines", "swap words", "cut", "insert"])):
        case "delete":
            del lines[index]
        case "double":
            lines.insert(index, lines[index])
        case "swap lines":
            lines[index], lines[other] = lines[other], lines[index]
        case "swap words":
            words = re.findall(r"[^\s:,{}\[\]]+", text)
            one, two = data.draw(st.sampled_from(words)), data.draw(st.sampled_from(words))
            return text.replace(one, two, data.draw(st.integers(1, 3)))
        case "cut":
            start = data.draw(st.integers(0, len(text) - 1))
            return text[:start] + text[start + data.draw(st.integers(1, 5)) :]
        case "insert":
            start = data.draw(st.integers(0, len(text)))
            signs = [
                ":",
                ": ",
                "\n",
                "  ",
                "- ",
                "{",
                "}",
                "[",
                "]",
                ",",
                "&a ",
                "*a",
                "!x ",
                "'",
                '"',
                "#",
                "\t",
                "|\n",
                "~",
                "\\",
                "%",
            ]
            return text[:start] + data.draw(st.sampled_from(signs) | st.text(max_size=3)) + text[start:]
    return "".join(lines)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_pack_with_random_changes_is_taken_or_refused_in_chinese(data: st.DataObject) -> None:
    files: dict[str, str | bytes] = dict(FILES)
    for _ in range(data.draw(st.integers(1, 4))):
        file = data.draw(st.sampled_from(FILE_NAMES))
        changed = mutate(data, str(files[file])) or "\n"
        files[file] = changed.encode("utf-8", "replace").decode()
    folder = Path(tempfile.mkdtemp())
    try:
        result = load_or_refuse(write_pack(folder, files))
    finally:
        shutil.rmtree(folder)
    if isinstance(result, Pack):
        return
    assert result, "refused without a reason"
    assert result == sorted(result)
    for mistake in result:
        assert CHINESE.search(mistake.text), mistake
        mistake.text.encode()  # nothing in it that a terminal could not show
        assert 0 <= mistake.line <= len(str(files.get(mistake.file, "")).splitlines()) + 1


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_pack_with_random_bytes_is_taken_or_refused_in_chinese(data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(FILE_NAMES))
    content = bytearray(FILES[file].encode())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    folder = Path(tempfile.mkdtemp())
    try:
        result = load_or_refuse(write_pack(folder, {**FILES, file: bytes(content)}))
    finally:
        shutil.rmtree(folder)
    assert isinstance(result, Pack) or (result and all(CHINESE.search(mistake.text) for mistake in result))
