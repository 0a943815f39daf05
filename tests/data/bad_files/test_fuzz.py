"""Whatever bytes come in, the answer is rows or a FileRefused; and what was typed comes out as it was typed.

Not proven here: files beyond a few kilobytes, and mutations that keep an archive's check sums right by chance.
"""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.files.mistakes import FileRefused
from data.files.readers import KINDS, read_sheets
from data.register.units import Registry
from data.sheets.headers import Header, find_header
from data.sheets.reader import SheetReader
from tests.data.bad_files.makers import FIXTURES, HEADER, archive, book, ods, ods_row, row, text, training_book, unpack
from tests.data.conftest import make_pack

PACK = make_pack()
REGISTRY = Registry.from_register(PACK.registry)
XLSX = training_book(row(), row(姓名="李四"), ["合计", None, None, None, 16, None], merges=["A2:A3"])
ODS = ods(ods_row(*HEADER), ods_row(*row()))
XLS = (FIXTURES / "merged.xls").read_bytes()
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def read_through(name: str, content: bytes) -> None:
    """Read and parse the file as an import does; only FileRefused may come of it."""
    try:
        for sheet in read_sheets(name, content):
            dataset = PACK.dataset("training")
            header = find_header(sheet, dataset)
            if isinstance(header, Header):
                for _ in SheetReader(sheet, dataset, header, REGISTRY, frozenset()).read_chunks():
                    pass
    except FileRefused:
        pass


@given(content=st.binary(max_size=300), suffix=st.sampled_from(sorted(KINDS)))
@QUICK
def test_random_bytes_are_read_or_refused(content: bytes, suffix: str) -> None:
    read_through(f"a{suffix}", content)
    read_through(f"a{suffix}", b"PK\x03\x04" + content)
    read_through(f"a{suffix}", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + content)


@given(seed=st.integers(0, 2**32), original=st.sampled_from([("a.xlsx", XLSX), ("a.ods", ODS), ("a.xls", XLS)]))
@QUICK
def test_a_workbook_with_changed_bytes_is_read_or_refused(seed: int, original: tuple[str, bytes]) -> None:
    name, content = original
    chance = random.Random(seed)
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    read_through(
        name, bytes(changed[: chance.randint(len(changed) // 2, len(changed))] if chance.random() < 0.3 else changed)
    )


@given(seed=st.integers(0, 2**32), original=st.sampled_from([("a.xlsx", XLSX), ("a.ods", ODS)]))
@QUICK
def test_a_workbook_with_changed_xml_is_read_or_refused(seed: int, original: tuple[str, bytes]) -> None:
    """The archive stays whole, so that the change reaches the readers of the XML."""
    name, content = original
    chance = random.Random(seed)
    parts = unpack(content)
    part = chance.choice([each for each in parts if each.endswith((".xml", ".rels"))])
    changed = bytearray(parts[part])
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(changed))
        if chance.random() < 0.5:
            changed[at] = chance.choice(b'<>/"=0123456789ABrstcv:& ')
        else:
            del changed[at : at + chance.randint(1, 30)]
        if not changed:
            break
    read_through(name, archive({**parts, part: bytes(changed)}))


NAMES = st.text(st.sampled_from("张王李赵𠮷㛃欧阳娜𬭚"), min_size=2, max_size=4)
DAYS = st.dates(date(2020, 1, 1), date(2029, 12, 31))
HOURS = st.decimals(0, 24, places=1)
ROWS = st.lists(st.tuples(st.sampled_from(["甲县", "乙县"]), NAMES, DAYS, HOURS), min_size=1, max_size=6)


def write_office_style(kind: str, rows: list[tuple[str, str, date, Decimal]], chance: random.Random) -> bytes:
    """The rows as an office would write them: dates and numbers in any of the usual ways, a total, a signature."""

    def show_day(day: date) -> str:
        ways = (f"{day}", f"{day.year}年{day.month}月{day.day}日", f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}")
        return chance.choice(ways)

    def show_hours(hours: Decimal) -> str:
        return chance.choice((f"{hours}", f"{hours}小时", f"{hours}".translate({c: c + 0xFEE0 for c in range(46, 58)})))

    lines: list[list[object]] = [["培训情况表"], ["序号", *HEADER[:5]]]
    for number, (unit, name, day, hours) in enumerate(rows, start=1):
        exact = kind == "xlsx" and chance.random() < 0.5
        lines.append(
            [
                number,
                unit,
                name,
                day if exact else show_day(day),
                f"第{number}讲",
                float(hours) if exact else show_hours(hours),
            ]
        )
    lines.append(["", "合 计", "", "", "", str(sum(hours for *_, hours in rows))])
    lines.append(["填表人:某某"])
    if kind == "xlsx":
        return book(lines, merges=["A1:F1"])
    if kind == "ods":
        return ods(*[ods_row(*line) for line in lines])
    return text(*lines, encoding=kind)


@pytest.mark.parametrize("kind", ["xlsx", "ods", "utf-8-sig", "gb18030", "utf-16"])
@given(rows=ROWS, seed=st.integers(0, 2**32))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_typed_rows_come_out_as_they_went_in(kind: str, rows: list[tuple[str, str, date, Decimal]], seed: int) -> None:
    content = write_office_style(kind, rows, random.Random(seed))
    [sheet] = read_sheets(f"培训学时.{kind if kind in ('xlsx', 'ods') else 'csv'}", content)
    dataset = PACK.dataset("training")
    header = find_header(sheet, dataset)
    assert isinstance(header, Header)
    reader = SheetReader(sheet, dataset, header, REGISTRY, frozenset())
    [parsed] = reader.read_chunks()
    assert reader.mistakes == []
    columns = (parsed.columns[name] for name in ("unit", "person", "held_on", "hours"))
    units = {"甲县": "a", "乙县": "b"}
    assert [*zip(*columns, strict=True)] == [(units[unit], name, day, hours) for unit, name, day, hours in rows]
    assert any("核对相符" in remark for remark in reader.remarks)
