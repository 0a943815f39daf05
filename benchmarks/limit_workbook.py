"""The same marks by a workbook of formulas over the rows themselves, worked out anew by LibreOffice; a small size."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import xlsxwriter

from benchmarks.limit_others import list_paths, read_where
from benchmarks.limit_pack import Further, build_further, list_further
from benchmarks.limit_rows import Size, make_limit_rows
from benchmarks.limit_table import Line
from benchmarks.province import YEAR, Body, name_unit
from benchmarks.scoring import AS_OF
from benchmarks.timing import take_turns
from data.batches.records import Inputs
from scoring.engine.run import Result, score
from tests.office import recalculate

UNITS, ROWS = 20, 20_000
#: The sheets' columns that formulas ask, by their letter.
_LETTERS = {
    "training": {"_unit": "A", "category": "B", "hours": "C"},
    "activities": {"_unit": "A", "kind": "B", "level": "C", "audience": "D"},
    "lawsuits": {"_unit": "A", "kind": "B", "lost": "C", "appeared": "D", "grave": "E", "cost": "F"},
}


def measure_workbook(folder: Path, rounds: int) -> Iterator[Line]:
    """LibreOffice's time, less what it takes to open and write an empty workbook, as a multiple of ``score``'s."""
    pack = build_further(UNITS)
    inputs = make_limit_rows(folder / f"rows-{ROWS}-{UNITS}-many", pack, Size.of(ROWS, UNITS))
    with tempfile.TemporaryDirectory(prefix="ducha-bench-") as place:
        book, empty = Path(place) / "book.xlsx", Path(place) / "empty.xlsx"
        cells = write_workbook(book, inputs)
        xlsxwriter.Workbook(str(empty)).close()
        target = Path(place) / "worked-out"
        target.mkdir()
        opening, working = _work_out(empty, target), _work_out(book, target)
        compare_workbook(target / book.name, score(pack, inputs, YEAR, AS_OF))
    times = take_turns({"score": partial(score, pack, inputs, YEAR, AS_OF)}, rounds)
    seconds = times["score"].median_wall
    yield Line(
        f"LibreOffice, {cells:,} formulas over {sum(file.rows for file in inputs.files):,} rows / score",
        f"{(working - opening) / seconds:.1f} ({working - opening:.1f} s beside {seconds:.1f} s)",
        "> 1",
    )


def write_workbook(path: Path, inputs: Inputs) -> int:
    """The rows of the year in three sheets and formulas in a first one; how many these are. People are left out."""
    book = xlsxwriter.Workbook(str(path))
    marks, cells = book.add_worksheet("marks"), 0
    lengths: dict[str, int] = {}
    for dataset, letters in _LETTERS.items():
        sheet = book.add_worksheet(dataset)
        table = pq.ParquetDataset(list_paths(inputs, dataset)).read([*letters, "_period"]).to_pylist()
        rows = [row for row in table if row["_period"] == YEAR]
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, [int(row[name]) if isinstance(row[name], bool) else row[name] for name in letters])
        lengths[dataset] = len(rows)
    for at in range(UNITS):
        marks.write(at, 0, name_unit(at))
        for column, further in enumerate(list_asked(), start=1):
            marks.write_formula(at, column, write_formula(further, f"$A{at + 1}", lengths))
            cells += 1
    book.close()
    return cells


def list_asked() -> list[Further]:
    """Those that SUMIFS and COUNTIFS can do."""
    return [further for further in list_further() if "share_of_people" not in further.measure]


def write_formula(further: Further, unit: str, lengths: dict[str, int]) -> str:
    """Three marks in proportion to the target, rounded to two places."""
    (kind, asked), *_ = further.measure.items()
    share = int(further.target[:-1]) / 100 if further.target.endswith("%") else int(further.target)
    if kind == "ratio":
        top, bottom = (_add(part["dataset"], None, part["where"], unit, lengths) for part in asked.values())
        return f'=IF({bottom}=0,"",ROUND(3*MIN(({top})/({bottom})/{share},1),2))'
    total = _add(asked["dataset"], asked.get("column"), asked["where"], unit, lengths)
    return f"=ROUND(3*MIN(({total})/{share},1),2)"


def _add(dataset: str, column: str | None, where: Body, unit: str, lengths: dict[str, int]) -> str:
    """A sum of SUMIFS or COUNTIFS, one for each choice of the column that allows several."""
    letters, last = _LETTERS[dataset], lengths[dataset]

    def name(of: str) -> str:
        return f"{dataset}!${letters[of]}$1:${letters[of]}${last}"

    found = [f"{name('_unit')},{unit}"]
    for each, values in read_where(where).items():
        quoted = [str(int(value)) if isinstance(value, bool) else f'"{value}"' for value in values]
        found = [f"{before},{name(each)},{value}" for before in found for value in quoted]
    return "+".join(f"SUMIFS({name(column)},{each})" if column else f"COUNTIFS({each})" for each in found)


def _work_out(path: Path, target: Path) -> float:
    began = time.perf_counter()
    recalculate([path], target)
    return time.perf_counter() - began


def compare_workbook(path: Path, result: Result) -> None:
    """Raise AssertionError where a mark is another one by more than a hundredth, which a float may be off a half."""
    sheet = openpyxl.load_workbook(path, data_only=True, read_only=True)["marks"]
    shown = {
        (str(unit), further.name): value
        for unit, *values in sheet.iter_rows(values_only=True)
        for further, value in zip(list_asked(), values, strict=True)
    }
    for unit, indicator, points in result.items.select("unit", "indicator", "points").rows():
        if points is not None and (unit, indicator) in shown:
            value = shown[unit, indicator]
            assert isinstance(value, int | float) and abs(float(value) - int(points) / 100) < 0.011, (unit, indicator)
