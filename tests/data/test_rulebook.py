"""A pack as a workbook: the same pack in both directions, and every mistake at its cell.

What is tried is made from the models themselves, so that a field or a kind that is added tomorrow is tried as well.
Not proven here: how the sheets look (they were looked at), and what Excel or WPS change in a file when they save it.
"""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

import openpyxl
import pytest

from data.files.readers import read_sheets
from data.intake.annotated import annotate_file
from data.rulebook.canonical import UnknownFile, list_texts, read_folder, write_canonical
from data.rulebook.filled_sheets import CellTooLong, Trees, write_head, write_sheets
from data.rulebook.layout import FILES, HEAD_SHEET, PLANS, find_file, find_plan, list_head_columns, list_sheet_columns
from data.rulebook.notation import read_cell, write_cell
from data.rulebook.phrases import count_slots, fill_phrase, find_phrase, list_phrases
from data.rulebook.rows import read_row, write_row
from data.rulebook.rule_columns import list_columns
from data.rulebook.sheet_lines import BookRead, Lines, read_lines
from data.rulebook.taking import BookRefused, read_book, take_book
from data.rulebook.texts import read_texts_lines, write_texts_lines
from data.rulebook.written_book import write_book
from indicators.entries.one_of import OneOf
from indicators.entries.shapes import Shape, find_shape, list_fields
from indicators.entries.tables import Entry
from indicators.pack.cases import CasesFile
from indicators.pack.documents import YamlFile
from indicators.pack.model import Pack
from indicators.pack.plain_values import Texts, write_plain, write_tree
from indicators.reader import find_pack, load_pack
from indicators.rules.registry import RULES
from indicators.rules.rule import Phrase, Rule
from indicators.texts.written import write_yaml
from tests.reference.generator import random_world

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-pack"
#: What is easily lost or taken for something else.
HARD = (
    "2", "0.5", "90%", "1.10", "-3", "007", "true", "null", "yes", "~", "一", "备案率不低于90%", " 前后有空格 ",
    "两行\n文字", '带"引号"', "a：b", "a: b", "{x", "[y", "#", "=1+1", "一，二、三", "- 减", "\\", "'", "2024-02-29",
    "_x000D_", "&<>", "，",
    "：", "（无）", "http://a.b/c?d=e", "甲, 乙",
)  # fmt: skip


def as_lines(files: Trees) -> dict[str, Lines]:
    """The sheets of these files, as they would be read from a workbook."""
    lines: dict[str, Lines] = {
        sheet.title: [
            (1, [column.label for column in sheet.columns]),
            (2, [column.key for column in sheet.columns]),
            *(
                (row, [line.get(column, "") for column in sheet.columns])
                for row, line in enumerate(sheet.lines, start=3)
            ),
        ]
        for sheet in write_sheets(files)
    }
    head = enumerate(write_head(files), start=3)
    lines[HEAD_SHEET] = [(row, [line.column.label, line.text, f"{line.file}:{line.column.key}"]) for row, line in head]
    return lines


def read_back(files: Trees) -> BookRead:
    book = read_lines(as_lines(files))
    assert [str(mistake) for mistake in book.mistakes] == []
    return book


def list_trees(pack: Pack) -> dict[str, dict[str, Texts]]:
    """The files that a pack could have been read from."""
    trees = {
        "pack.yaml": write_plain(pack.head),
        "units.yaml": write_plain(pack.registry),
        "datasets.yaml": {"datasets": write_plain(pack.datasets)},
        "indicators/all.yaml": {"indicators": write_plain(pack.indicators)},
        "calendar.yaml": {"calendar": write_plain(pack.calendar_years)},
        "obligations.yaml": {"obligations": write_plain(pack.obligations)},
        "doubts.yaml": {"doubts": write_plain(pack.doubts)},
        "sources/sources.yaml": {"sources": write_plain(pack.sources)},
    }
    assert set(trees) == {"indicators/all.yaml" if "indic" in name else name for name in FILES if "cases" not in name}
    return {name: write_tree(tree) for name, tree in trees.items() if isinstance(tree, Mapping) and any(tree.values())}


class Filler:
    """Values for every field of a model, hard ones among them."""

    def __init__(self, seed: int, sparse: bool) -> None:
        self.dice = Random(seed)
        self.sparse = sparse
        self.count = 0

    def fill(self, shape: Shape, depth: int = 0) -> Texts:
        forms = [form for form in ("scalar", "items", "values", "model") if getattr(shape, form)] or ["scalar"]
        form = self.dice.choice(forms)
        if form == "scalar":
            return self.dice.choice(shape.words or HARD)
        many = self.dice.randint(0 if depth else 1, 3)
        if form == "items":
            assert shape.items is not None
            return [self.fill(shape.items, depth + 1) for _ in range(many)]
        if form == "values":
            assert shape.values is not None
            return {self.dice.choice(HARD): self.fill(shape.values, depth + 1) for _ in range(many)}
        assert shape.model is not None
        return self.fill_entry(shape.model, depth + 1)

    def fill_entry(self, model: type, depth: int = 0) -> dict[str, Texts]:
        fields = list_fields(model)
        if issubclass(model, OneOf):
            fields = (self.dice.choice(fields),)
        filled = {
            field.key: self.fill(field.shape, depth)
            for field in fields
            if field.required
            or self.dice.random() < (0.4 if self.sparse or depth > 5 else 1)
            or issubclass(model, OneOf)
        }
        if "id" in filled:
            self.count += 1
            filled["id"] = f"id{self.count}"
        # What is left out of a pack because it says nothing is not written here either.
        return {
            field.key: filled[field.key]
            for field in fields
            if field.key in filled and (field.required or field.optional or not is_hollow(filled[field.key]))
        }


def is_hollow(value: Texts) -> bool:
    """Whether there is nothing in it, at any depth."""
    if isinstance(value, Mapping):
        return all(map(is_hollow, value.values()))
    return isinstance(value, list) and not value


@pytest.mark.parametrize("seed", range(24))
def test_every_field_of_every_model_comes_back_as_it_was(seed: int) -> None:
    filler = Filler(seed, sparse=bool(seed % 2))
    filled = {name.replace("*", f"件{seed}"): filler.fill_entry(model) for name, model in FILES.items()}
    # A file of cases may hold either list, but not none of them.
    files = {name: tree for name, tree in filled.items() if tree}
    book = read_back(files)
    assert book.files == files


def test_every_kind_with_all_of_its_fields_comes_back_as_it_was() -> None:
    filler, tried = Filler(8, sparse=False), set[str]()
    for plan in PLANS:
        columns = list_sheet_columns(plan, {})
        for choice in (field for field in list_fields(plan.model) if field.shape.model is not None):
            assert choice.shape.model is not None
            if not issubclass(choice.shape.model, OneOf):
                continue
            for member in list_fields(choice.shape.model):
                entry = {choice.key: {member.key: filler.fill(member.shape)}}
                row = read_row(write_row(entry, columns), columns)
                assert row.entry.get(choice.key) == entry[choice.key], member.key
                tried |= set(list_keys(entry))
    for model in list_models():
        entry = filler.fill_entry(model)
        assert read_cell(write_cell(entry, Shape(model=model)), Shape(model=model)) == entry
        tried |= set(list_keys(entry))
    assert {field.key for model in list_models() for field in list_fields(model)} - tried == set()


def list_keys(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield key
            yield from list_keys(each)
    elif isinstance(value, list):
        for each in value:
            yield from list_keys(each)


def list_models() -> list[type]:
    """All models that a pack is made of."""
    found: dict[type, None] = {}
    waiting = list(FILES.values())
    while waiting:
        model = waiting.pop()
        if model not in found:
            found[model] = None
            waiting += [each for field in list_fields(model) for each in list_inner(field.shape)]
    return list(found)


def list_inner(shape: Shape) -> Iterator[type]:
    if shape.model is not None:
        yield shape.model
    yield from shape.several
    for inner in (shape.items, shape.values):
        if inner is not None:
            yield from list_inner(inner)


@pytest.mark.parametrize("seed", range(16))
def test_generated_packs_come_back_as_they_were(seed: int) -> None:
    trees = list_trees(random_world(seed).pack)
    assert read_back(trees).files == trees


@pytest.mark.parametrize(
    "folder",
    [
        find_pack("jincheng-2021-2025"),
        *(EXAMPLE.with_name(name) for name in ("forms-pack", "composed-pack")),
        EXAMPLE.with_name("county-pack") / "base" / "base",
    ],
)
def test_packs_that_use_all_forms_come_back_as_they_were(folder: Path) -> None:
    trees = list_trees(load_pack(folder))
    assert read_back(trees).files == trees


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_lost_in_the_file_and_in_yaml_either(seed: int) -> None:
    filler = Filler(seed, sparse=False)
    files = {name.replace("*", "a"): filler.fill_entry(model) for name, model in FILES.items()}
    book, _ = read_book(read_sheets("a.xlsx", write_book(files, {})))
    assert [str(mistake) for mistake in book.mistakes] == [] and book.files == files
    for name, tree in files.items():
        document = YamlFile(name, write_yaml(tree))
        assert document.mistakes == [] and document.tree == tree


def test_the_canonical_writing_stays_byte_by_byte(tmp_path: Path) -> None:
    files = read_folder(EXAMPLE)
    first, second = tmp_path / "first", tmp_path / "second"
    write_canonical(first, files, list_texts(EXAMPLE, files))
    assert load_pack(first).model_copy(update={"sha256": ""}) == load_pack(EXAMPLE).model_copy(update={"sha256": ""})
    content = write_book({name: write_tree(tree) for name, tree in files.items()}, list_texts(EXAMPLE, files))
    taken = take_book("a.xlsx", content)
    write_canonical(second, taken.files, taken.texts)
    listed = [sorted(path.relative_to(root) for path in root.rglob("*")) for root in (first, second)]
    assert listed[0] == listed[1]
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in listed[0] if name.suffix)
    again = write_book({name: write_tree(tree) for name, tree in taken.files.items()}, taken.texts)
    assert again == content


def test_every_key_and_every_word_has_a_name_in_chinese() -> None:
    unnamed = [
        f"{model.__name__}.{field.key}"
        for model in list_models()
        for field in list_fields(model)
        if not re.search("[一-鿿]", field.label)
    ]
    # Files have one list each, which is a sheet.
    assert unnamed == [], "give the field a title, or its key a word in indicators/entries/labels.py"
    for model in list_models():
        for field in list_fields(model):
            shape = field.shape
            assert all(re.search("[一-鿿]", label) for label in shape.labels), (model.__name__, field.key, shape.labels)
            assert len(set(shape.labels)) == len(shape.labels), (model.__name__, field.key)
        labels = [field.label for field in list_fields(model)]
        assert len(set(labels)) == len(labels), (model.__name__, labels)


def test_everything_has_a_place_and_no_two_columns_are_called_the_same() -> None:
    for plan in PLANS:
        columns = list_sheet_columns(plan, {})
        for names in ([column.key for column in columns], [column.label for column in columns]):
            assert len(set(names)) == len(names), (plan.title, sorted(names))
    # What a file says beside its lists stands on the first sheet, which holds each file once.
    assert {file for file, _ in list_head_columns() if "*" in file} == set()


def test_a_kind_that_is_added_has_its_columns_and_its_phrases() -> None:
    class Inner(Entry):
        title: str
        depth: int = 0

    class NewKind(Rule):
        name = "new_kind"
        title = "新的一种"
        measures = ()
        phrases = (Phrase("每_天得_分", {"days": 1, "each": 2}),)

        days: str
        each: str
        inner: tuple[Inner, ...] = ()

    class Choice(OneOf):
        noun = "计分"

        new_kind: NewKind | None = None
        older: NewKind | None = None

    class Holder(Entry):
        marks: Choice

    columns = list_columns(Holder, (), {})
    assert [column.key for column in columns if column.role == "value"] == [
        "marks.*.days",
        "marks.*.each",
        "marks.*.inner",
    ]
    assert next(column for column in columns if column.role == "kind").shape.labels == ("新的一种", "新的一种")
    assert "每_天得_分" in next(column for column in columns if column.role == "phrase").shape.words


def test_twenty_phrases_say_rules_of_their_kinds_and_are_found_again() -> None:
    phrases = list(list_phrases())
    assert len(phrases) >= 20 and len({phrase.words for _, phrase in phrases}) == len(phrases)
    for kind, phrase in phrases:
        numbers = [str(9 - number) for number in range(count_slots(phrase.words))]
        rule = fill_phrase(phrase.words, numbers)
        body = rule[kind]
        assert isinstance(body, Mapping)
        RULES[kind].model_validate(body)
        assert find_phrase(rule) == (phrase.words, tuple(numbers)), phrase.words
    page = (EXAMPLE.parent / "workbook.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (.+) \| `(\w+): ", page, re.MULTILINE)
    assert listed == [(phrase.words.replace("_", "＿"), kind) for kind, phrase in phrases]


@pytest.mark.parametrize(
    ("annotation", "value", "text"),
    [
        (tuple[str, ...], ["甲", "乙"], "甲\n乙"),
        (dict[str, str], {"轻微": "0.5", "严重": "2"}, "轻微：0.5\n严重：2"),
        (tuple[str, ...], [], "[]"),
        (str, "两行\n文字", "两行\n文字"),
        (tuple[str, ...], ["两行\n文字", "乙"], '"两行\\n文字"\n乙'),
    ],
)
def test_a_cell_reads_as_people_write_it(annotation: object, value: Texts, text: str) -> None:
    shape = find_shape(annotation, "levels")
    assert write_cell(value, shape) == text and read_cell(text, shape) == value


def test_half_width_marks_and_blanks_make_no_difference() -> None:
    steps = next(field for field in list_fields(RULES["ladder"]) if field.key == "steps").shape
    wanted = [{"at_least": "90%", "marks": "2"}, {"below": "90%", "marks": "0"}]
    assert read_cell("不低于：90%，得分：2\n低于：90%，得分：0", steps) == wanted
    assert read_cell(" 不低于: 90%,得分: 2 \n\n｛低于：90%， marks：0｝", steps) == wanted


def test_long_lists_go_on_in_the_next_line_and_what_no_cell_holds_is_refused() -> None:
    tree = list_trees(load_pack(EXAMPLE))
    head = dict(tree["pack.yaml"])
    head["sheets"] = {"signatures": [f"签字人{number}" for number in range(100)]}
    assert read_back({**tree, "pack.yaml": head}).files["pack.yaml"] == head
    indicators = tree["indicators/all.yaml"]["indicators"]
    assert isinstance(indicators, list)
    first = {**indicators[0], "checklist": [f"看第 {number} 项" for number in range(100)]}
    changed = {**tree, "indicators/all.yaml": {"indicators": [first, *indicators[1:]]}}
    assert read_back(changed).files == changed
    too_long = {**tree, "indicators/all.yaml": {"indicators": [{**first, "note": "长" * 40_000}]}}
    with pytest.raises(CellTooLong, match="「指标」的「备注」有一段 40000 个字"):
        write_sheets(too_long)


def test_texts_of_sources_come_back_byte_by_byte() -> None:
    texts = {
        "a.txt": "一\r\n二\n\n 三 ".encode(),
        "b/c.txt": b"\xef\xbb\xbf" + ("长" * 70_000).encode() + b"\n",
        "d.txt": "\t制表\x0c换页\n".encode(),
    }
    book = BookRead()
    lines = list(enumerate(([*line] for line in write_texts_lines(texts)), start=3))
    assert read_texts_lines(lines, book) == texts and book.mistakes == []
    _, found = read_book(read_sheets("a.xlsx", write_book({}, texts)))
    assert found == texts


def test_a_file_that_no_sheet_holds_is_refused(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "p")
    (tmp_path / "p" / "holidays.yaml").write_text("days: []\n", encoding="utf-8")
    with pytest.raises(UnknownFile, match=r"holidays\.yaml 还没有对应的工作表"):
        read_folder(tmp_path / "p")


def test_the_rooms_of_a_pack_are_its_files() -> None:
    for folder in (EXAMPLE, find_pack("jincheng-2021-2025"), find_pack("published-dates")):
        names = {path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml")}
        assert [name for name in names if find_file(name) is None] == []
    assert find_plan("用例").model is CasesFile.model_fields["cases"].annotation.__args__[0]  # type: ignore[union-attr]


#: Sheet, label of the column, first cell of the line, what is written there, and what the comment says.
PLANTED = (
    ("考核组", "满分", "counties", "十分", "不是数"),
    ("计分", "计量", "2.lectures", "计数法", "没有「计数法」这一种；是不是「计数」"),
    ("计分", "数1", "2.lectures", "", "还要填数1"),
    ("计分", "计量·列", "1.filing", "number", "「比率」不用「计量·列」"),
    ("计分", "目标·数", "4.training", "百分之百", "不是数"),
    ("字段", "类型", "lectures", "日子", "只能是"),
    ("字段", "台账编号", "reports", "report", "没有编号「report」；是不是「reports」"),
    ("单位", "名称", "xikou", "", "缺少「名称」"),
    ("用例", "应得·结果", "lectures-two", "满分", "只能是"),
    ("用例", "数据", "lectures-one", "lectures", "没有冒号"),
    ("依据", "支持什么", "3.report", "目的", "只能是"),
)


def test_all_mistakes_come_back_at_their_cells_at_once(tmp_path: Path) -> None:
    files = read_folder(EXAMPLE)
    content = write_book({name: write_tree(tree) for name, tree in files.items()}, list_texts(EXAMPLE, files))
    book = openpyxl.load_workbook(io.BytesIO(content))
    places = {}
    for title, label, first, text, said in PLANTED:
        sheet = book[title]
        column = next(cell.column for cell in sheet[1] if cell.value == label)
        row = next(cell.row for cell in sheet["A"] if cell.value == first and cell.row > 2)
        sheet.cell(row, column).value = text or None
        places[title, f"{openpyxl.utils.get_column_letter(column)}{row}"] = said
    path = tmp_path / "规则.xlsx"
    book.save(path)
    with pytest.raises(BookRefused) as refused:
        take_book(path.name, path.read_bytes())
    found = {(mistake.sheet, mistake.cell): mistake.text for mistake in refused.value.mistakes}
    assert {place: found.get(place) for place, said in places.items() if said not in found.get(place, "")} == {}
    # A column that belongs to nothing is missed where it should be, and nothing else follows from another mistake.
    assert [text for place, text in found.items() if place not in places] == [found["台账", "A5"]]
    copy = annotate_file(path, refused.value.mistakes)
    assert copy is not None
    noted = openpyxl.load_workbook(io.BytesIO(copy))
    for (title, cell), said in places.items():
        comment = noted[title][cell].comment
        assert comment is not None and said in comment.text
