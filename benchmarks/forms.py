"""Forms in: one of each county, filled in with values of its own, beside what it takes to open them."""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.imports import load_all, open_workspace
from benchmarks.province import YEAR, build_province
from benchmarks.timing import measure_alone, print_table
from data.apart.process import SPARING
from data.files.readers import read_sheets
from data.forms.kits import make_unit_kit
from data.intake.imports import import_files

FORMS = 1_000
#: Rows that are filled in of each of two sheets.
ROWS = 10
_NOW = datetime(YEAR + 1, 1, 15, tzinfo=UTC)


def measure_forms(count: int, rounds: int) -> None:
    """Write and fill in the forms, import them in a new process, and print milliseconds of the processor for each.

    The order is turned round with each round, so that nothing always comes first. The least of the rounds is the
    steadier where others use the machine; how far the medians lie above it says how much they did.
    """
    with tempfile.TemporaryDirectory(prefix="ducha-bench-") as name:
        folder = Path(name)
        fill_forms(folder, count)
        taken: dict[str, list[float]] = {}
        calls = [("import", import_forms), ("opening", open_forms), ("calamine", open_by_calamine)]
        for turn in range(rounds):
            for title, call in calls if turn % 2 == 0 else reversed(calls):
                cpu = measure_alone(call, folder, count, environment=SPARING)[1]
                taken.setdefault(title, []).append(cpu * 1000 / count)
    columns = ("ms of the processor for a form", "import", "opening", "beyond", "import / opening", "calamine")
    rows = []
    for words, choose in (("least", min), ("median", statistics.median)):
        whole, opening, bare = (choose(taken[title]) for title in ("import", "opening", "calamine"))
        shown = (f"{each:.1f}" for each in (whole, opening, whole - opening))
        rows.append((f"{count:,} forms, {words}", *shown, f"{whole / opening:.2f}", f"{bare:.1f}"))
    print_table("forms of one county each", columns, rows)


def fill_forms(folder: Path, count: int) -> None:
    """The form of each county with people and their training, of which no two are alike."""
    from openpyxl import load_workbook

    pack = build_province(count)
    for number, unit in enumerate(pack.registry.units[:count]):
        kit = make_unit_kit(pack, unit, YEAR, lambda dataset: ())
        assert kit is not None
        path = folder / kit.file_name
        path.write_bytes(kit.write(pack, fictional=False))
        book = load_workbook(path)
        for sheet, titles in (("people", ("person_id", "role", "joined")), ("training", ("person_id", "held_on"))):
            places = {str(cell.value).rstrip("*"): cell.column for cell in book[sheet][4]}
            for at in range(ROWS):
                day = date(YEAR, 1, 1) + timedelta(days=(number * 7 + at) % 360)
                values = {"person_id": f"P{number:05d}{at:02d}", "joined": day, "held_on": day, "role": "复议人员"}
                values |= {"category": "业务", "hours": (number + at) % 9 + 0.5, "topic": f"第{number}期第{at}讲"}
                filled = (*titles, "category", "hours", "topic") if sheet == "training" else titles
                for title in filled:
                    book[sheet].cell(6 + at, places[title]).value = values[title]
        book.save(path)


def import_forms(folder: Path, count: int) -> float:
    """Processor seconds of an import of all of them."""
    pack = load_all(count)
    with open_workspace() as workspace:
        began = time.process_time()
        found = import_files(workspace, pack, [folder], now=_NOW, user="bench")
        spent = time.process_time() - began
    assert sum(sheet.rows for sheet in found) == 2 * ROWS * count
    return spent


def open_forms(folder: Path, count: int) -> float:
    """Processor seconds of reading every cell of them, understanding nothing."""
    # Begun alike, so that the difference is what is done beyond opening.
    load_all(count)
    began = time.process_time()
    rows = sum(
        1 for path in folder.iterdir() for sheet in read_sheets(path.name, path.read_bytes()) for _ in sheet.open_rows()
    )
    assert rows >= count
    return time.process_time() - began


def open_by_calamine(folder: Path, count: int) -> float:
    """The same by calamine."""
    from python_calamine import CalamineWorkbook

    began = time.process_time()
    rows = 0
    for path in folder.iterdir():
        with CalamineWorkbook.from_path(path) as book:
            rows += sum(1 for name in book.sheet_names for _ in book.get_sheet_by_name(name).iter_rows())
    assert rows >= count
    return time.process_time() - began
