"""What is stored is what a person reads in the file, or the file is refused where it is not.

Not proven here: that WPS, LibreOffice and other writers make these files in the same way; the shapes are theirs.
"""

from __future__ import annotations

import ast
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.batches.staging import open_staging
from data.files.mistakes import FileRefused
from data.files.number_formats import read_format
from data.files.raw_cells import ShownNumber, exact_number, read_shown
from data.files.readers import read_sheets
from data.intake.checked_sheets import LOST_RECORD, CheckedSheet, FileChecker
from data.intake.declarations import read_declaration
from data.register.units import Registry
from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack
from tests.data.shown.attacked import ATTACKED
from tests.data.shown.cases import ALL as KNOWN
from tests.data.shown.cases import Case
from tests.data.shown.makers import xlsx
from tests.data.shown.offices import OFFICES

ALL = [*KNOWN, *ATTACKED, *OFFICES]
FILES = Path(__file__).parents[3] / "docs" / "files.md"


@pytest.fixture(scope="module")
def city() -> Pack:
    """The pack whose tables these files report."""
    return load_pack(find_pack("jincheng-2021-2025"))


def check(pack: Pack, folder: Path, case: Case) -> tuple[CheckedSheet, dict[str, list[object]]]:
    path = folder / case.file_name
    path.write_bytes(case.content)
    registry = Registry.from_register(pack.registry)
    declared = read_declaration(pack, registry, None, None, None, False, None)
    with open_staging(None) as staging:
        [sheet] = FileChecker(pack, registry, declared, staging, date(2025, 6, 1)).check_file(path)
        assert sheet.draft is not None
        return sheet, pq.read_table(sheet.draft.path).to_pydict()


def test_each_has_its_own_name() -> None:
    assert len({case.name for case in ALL}) >= len(ALL) - 1


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_a_file_gives_what_it_shows_or_is_refused_there(case: Case, city: Pack, tmp_path: Path) -> None:
    if case.rows is not None:
        _, rows = check(city, tmp_path, case)
        assert {name: rows[name] for name in case.rows} == case.rows
        return
    with pytest.raises(FileRefused) as caught:
        check(city, tmp_path, case)
    [mistake] = caught.value.mistakes
    assert ((mistake.cell or ""), case.words in mistake.text) == (case.place, True), mistake


def test_the_words_of_the_docs_are_the_words_of_the_refusals(city: Pack, tmp_path: Path) -> None:
    told = [LOST_RECORD]
    for case in ALL:
        if case.rows is None:
            with pytest.raises(FileRefused) as caught:
                check(city, tmp_path, case)
            told += [mistake.text for mistake in caught.value.mistakes]
    lines = [line for line in FILES.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][2:]
    words = [word for line in lines for word in re.split("[,，] ?", line.split("|")[3].strip()) if word]
    assert len(words) > 25
    assert [word for word in words if not any(word in text for text in told)] == []


def test_the_room_of_files_knows_no_pack() -> None:
    """Its modules import each other, the words of mistakes and refusals, and nothing else of the program."""
    allowed = re.compile(r"data\.files\b.*|data\.mistakes|indicators\.entries\.(?:refusal|numerals|numbers|amounts)")
    for module in (Path(__file__).parents[3] / "data" / "files").glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            own = [name for name in names if name.split(".")[0] in ("data", "indicators", "scoring", "dashboard")]
            assert [name for name in own if not allowed.fullmatch(name)] == [], module.name


PLACEHOLDERS = st.sampled_from(
    ["General", "0", "0.0", "0.00", "#,##0", "#,##0.00", "#", "0000", "0%", "0.0%", "0,", "0.0,", "???", "#.##", "00.0"]
)
WORDS = st.sampled_from(["", '"人"', '"00"', '"1"', "_ ", "* ", "[Red]", "\\3", "[$¥-804]", "-", "(", "第", "/"])
CODES = st.one_of(
    st.builds("{}{}{}".format, WORDS, PLACEHOLDERS, WORDS),
    st.builds("{}{};{}{}".format, WORDS, PLACEHOLDERS, PLACEHOLDERS, WORDS),
    st.builds("[<{}]{};{}{}".format, st.sampled_from([0, 100, 10000]), PLACEHOLDERS, WORDS, PLACEHOLDERS),
    st.text(alphabet='0#?.,%;"人千@_*\\-+E/ []<>1ymdhs', max_size=12),
)
NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9).map(float),
    st.decimals("-1e6", "1e6", places=3).map(float),
    st.floats(allow_nan=False, allow_infinity=False),
)


@settings(max_examples=400, deadline=None)
@given(code=CODES, number=NUMBERS)
def test_a_number_passes_only_where_it_is_what_is_read(code: str, number: float) -> None:
    """Whatever the format: a bare number is what the cell shows; anything else keeps what it shows beside it."""
    shown = read_format(code).show(number)
    if type(shown) is float:
        assert shown == number
        assert "General" in code or "@" in code or read_shown(format(exact_number(number), "f")) == exact_number(number)
    elif isinstance(shown, ShownNumber) and shown.shown is not None and read_shown(shown.shown) == exact_number(number):
        # Nothing but signs that group figures and zeros behind the point set it off from the number itself.
        plain = shown.shown.strip().replace(",", "")
        assert Decimal(plain) == exact_number(number)


PLACES = st.lists(st.lists(st.one_of(st.none(), st.integers(1, 99)), min_size=1, max_size=6), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(values=PLACES, placed=st.lists(st.booleans(), min_size=36, max_size=36))
def test_a_cell_without_a_place_stands_behind_the_one_before_it(
    values: list[list[int | None]], placed: list[bool]
) -> None:
    """Any mix of cells and rows with and without places is the table that it would be with all of them."""
    flags = iter(placed)
    rows = []
    for number, cells in enumerate(values, start=1):
        made = []
        for column, value in enumerate(cells):
            at = f' r="{chr(65 + column)}{number}"' if next(flags) else ""
            made.append(f"<c{at}/>" if value is None else f"<c{at}><v>{value}</v></c>")
        place = "" if number % 2 else f' r="{number}"'
        rows.append(f"<row{place}>{''.join(made)}</row>")
    wanted = [[value or "" for value in cells] for cells in values]
    if not any(any(cells) for cells in wanted):
        return
    [sheet] = read_sheets("a.xlsx", xlsx(*rows))
    found = [[*cells] + [""] * (len(line) - len(cells)) for (_, cells), line in zip(sheet.rows, wanted, strict=True)]
    assert found == wanted


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("0000", 7, "0007"),
        ("0.00", 1.1, "1.10"),
        ('"晋市法〔2024〕"0"号"', 5, "晋市法〔2024〕5号"),
        ('0000"-"00"-"00', 20240301, "2024-03-01"),
        ("000-0000", 1234567, "123-4567"),
        ('[<10000]0;0.0,"千"', 12000, "12.0千"),
        ("#,##0_);(#,##0)", -5, "(5)"),
        ("0,", 8000, "8"),
        ('0.0?"00"', 7, "7.0 00"),
        ("#", 0, ""),
        ("0%", 0.955, "96%"),
        ("0", 2.5, "3"),
        ('0;-0;"无"', 0, "无"),
        ("[$-804]0", 5, None),
        ("# ?/?", 0.5, None),
        ("0.00E+00", 12000, None),
        ("[DBNum2]0", 3, None),
    ],
)
def test_a_format_is_carried_out_as_excel_does(code: str, number: float, shown: str | None) -> None:
    found = read_format(code).show(number)
    assert (found.shown if isinstance(found, ShownNumber) else None) == shown
