"""Files in: large files beside a tenth of them, one nearly all wrong, and a small file from each of many units."""

from __future__ import annotations

import contextlib
import csv
import statistics
import tempfile
import time
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import xlsxwriter

import data.apart.process
from benchmarks.bare_reads import CATEGORIES, read_calamine, read_pandera, read_polars
from benchmarks.forms import FORMS, measure_forms
from benchmarks.imports import load_all, make_workspace, open_workspace
from benchmarks.province import YEAR, build_province, name_unit
from benchmarks.timing import measure_alone, print_table
from data.apart.process import SPARING, count_at_once
from data.files.mistakes import FileRefused
from data.forms.kits import make_unit_kit
from data.intake.imports import check_files, import_files
from data.store.workspace import Workspace
from indicators.meaning.asked import find_asked
from indicators.pack.model import Pack
from indicators.reader import find_pack, load_pack

ROWS = 200_000
#: A tenth of the rows shows what the rows, and not the program, take of the memory.
FEWER_ROWS = 20_000
MORE_ROWS = 1_000_000
SMALL_ROWS = 20
_NOW = datetime(YEAR + 1, 1, 15, tzinfo=UTC)
_HEADER = ("unit", "person_id", "held_on", "category", "hours", "topic")


def measure_intake(units: int, rounds: int) -> None:
    """Write the files, import each kind in processes of their own, and print seconds, rows a second and memory."""
    with tempfile.TemporaryDirectory(prefix="ducha-bench-") as name:
        folder = Path(name)
        large: list[tuple[str, Path, int]] = []
        for kind, write, sizes in (
            ("csv", _write_csv, (FEWER_ROWS, ROWS, MORE_ROWS)),
            ("xlsx", _write_xlsx, (FEWER_ROWS, ROWS)),
            ("ods", _write_ods, (FEWER_ROWS,)),
            ("wrong.csv", _write_wrong, (ROWS,)),
        ):
            for wanted in sizes:
                per_unit = max(wanted // units, 1)
                path = folder / f"training-{wanted}.{kind}"
                write(path, (row for number in range(units) for row in list_rows(number, per_unit)))
                title = "one csv, nearly all wrong" if write is _write_wrong else f"one {kind}"
                large.append((f"{title}, {per_unit * units:,} rows", path, per_unit * units))
        small = folder / "small"
        small.mkdir()
        for number in range(units):
            _write_csv(small / f"{name_unit(number)}.csv", list_rows(number, SMALL_ROWS))
        cases = (
            *large,
            (f"{units:,} CSV, {SMALL_ROWS} rows each", small, units * SMALL_ROWS),
        )
        taken: dict[str, list[tuple[float, tuple[float, float]]]] = {title: [] for title, _, _ in cases}
        for _ in range(rounds):
            for title, path, rows in cases:
                taken[title].append(measure_alone(import_once, path, units, rows, environment=SPARING))
    table: list[tuple[str, ...]] = []
    for title, _, rows in cases:
        wall, cpu = (statistics.median(times[index] for _, times in taken[title]) for index in (0, 1))
        peak = statistics.median(peak for peak, _ in taken[title])
        table.append((title, f"{wall:.1f}", f"{cpu:.2f}", f"{rows / wall:,.0f}", f"{peak:,.0f}"))
    columns = ("intake", "seconds", "processor seconds", "rows/s", "peak MiB")
    print_table(f"intake: {rounds} rounds in turns, each in a new process, medians", columns, table)
    compare_reads(units, rounds)
    measure_folder(units)
    measure_forms(min(units, FORMS), rounds)
    measure_apart(rounds)


def compare_reads(units: int, rounds: int) -> None:
    """Processor seconds of an import beside what other readers take for the same file and understand nothing."""
    with tempfile.TemporaryDirectory(prefix="ducha-bench-") as name:
        csv_file, book = Path(name) / "training.csv", Path(name) / "training.xlsx"
        sizes = {csv_file: max(MORE_ROWS // units, 1), book: max(ROWS // units, 1)}
        for path, write in ((csv_file, _write_csv), (book, _write_xlsx)):
            write(path, (row for number in range(units) for row in list_rows(number, sizes[path])))
        others = (
            ("polars", read_polars, csv_file),
            ("pandas and pandera", read_pandera, csv_file),
            ("calamine", read_calamine, book),
        )
        taken: dict[tuple[Path, str], list[float]] = {}
        most: dict[Path, list[float]] = {}
        for _ in range(rounds):
            for path, per_unit in sizes.items():
                peak, (_, cpu) = measure_alone(import_once, path, units, per_unit * units, environment=SPARING)
                most.setdefault(path, []).append(peak)
                taken.setdefault((path, "import"), []).append(cpu)
            for title, read, path in others:
                taken.setdefault((path, title), []).append(measure_alone(read, path)[1])
    table = []
    for title, _, path in others:
        own, other = (statistics.median(taken[path, who]) for who in ("import", title))
        rows = f"{path.suffix[1:]}, {sizes[path] * units:,} rows"
        table.append((rows, title, f"{own:.2f}", f"{other:.2f}", f"{own / other:.1f}"))
    columns = ("file", "bare reader", "import, processor seconds", "bare", "import / bare")
    print_table(f"imports beside bare reads: medians of {rounds} rounds", columns, table)
    least = statistics.median(measure_alone(load_only, units, environment=SPARING)[0] for _ in range(rounds))
    memory = [
        (f"{path.suffix[1:]}, {sizes[path] * units:,} rows", statistics.median(peaks)) for path, peaks in most.items()
    ]
    rows_of_peaks = [(title, f"{least:,.0f}", f"{peak:,.0f}", f"{peak - least:,.0f}") for title, peak in memory]
    print_table("MiB at most", ("file", "program and pack alone", "import", "more"), rows_of_peaks)


def measure_folder(units: int) -> None:
    """A folder with a file of each unit, read by as many processes as there are cores: all is taken, or nothing."""
    pack, both, table, clock = build_province(units), data.apart.process.AT_ONCE, [], {}
    with tempfile.TemporaryDirectory(prefix="ducha-bench-") as name:
        inbox = Path(name) / "inbox"
        inbox.mkdir()
        for number in range(units):
            _write_csv(inbox / f"{name_unit(number)}.csv", list_rows(number, SMALL_ROWS))
        last = inbox / f"{name_unit(units - 1)}.csv"
        good = last.read_bytes()
        wrong = good + b"nowhere,,,,,\r\n"
        cases = (
            ("the last file has a mistake", wrong, both),
            ("all good, one by one", good, 1),
            ("all good", good, both),
        )
        for title, content, at_once in cases:
            workspace = make_workspace(Path(name) / title)
            last.write_bytes(content)
            data.apart.process.AT_ONCE = at_once
            seconds, taken, steps = _import_folder(workspace, pack, inbox)
            stored = sum(1 for _ in workspace.batches_folder.rglob("*.parquet"))
            clock[title] = seconds
            table.append((title, str(count_at_once()), taken, f"{stored:,}", f"{steps:,}", f"{seconds:.1f}"))
    columns = ("a folder of a file for each unit", "processes", "taken", "batches", "steps of progress", "seconds")
    faster = clock["all good, one by one"] / clock["all good"]
    print_table(f"{units:,} CSV of {SMALL_ROWS} rows: both at once are {faster:.2f} times as fast", columns, table)


def _import_folder(workspace: Workspace, pack: Pack, inbox: Path) -> tuple[float, str, int]:
    """Seconds on the clock, what was taken, and how many files were shown as read."""
    shown: list[Path] = []
    began, taken = time.perf_counter(), "nothing"
    with contextlib.suppress(FileRefused):
        found = import_files(
            workspace, pack, [inbox], progress=partial(_note, shown), dataset="training", now=_NOW, user="bench"
        )
        taken = f"{len(found):,} files"
    return time.perf_counter() - began, taken, len(shown)


def _note(shown: list[Path], files: Iterable[Path]) -> Iterator[Path]:
    for file in files:
        shown.append(file)
        yield file


def measure_apart(rounds: int) -> None:
    """What it costs that a file is read in a process of its own: an ordinary form of a county, by the shipped pack."""
    pack = load_pack(find_pack("jincheng-2021-2025"))
    unit = next(unit for unit in pack.registry.units if find_asked(pack, YEAR)[unit.id])
    kit = make_unit_kit(pack, unit, YEAR, lambda dataset: ())
    assert kit is not None
    with tempfile.TemporaryDirectory(prefix="ducha-bench-") as folder:
        path = Path(folder) / kit.file_name
        path.write_bytes(kit.write(pack, fictional=False))
        taken: dict[bool, list[float]] = {True: [], False: []}
        # The first of each loads what the others find loaded.
        for number in range(rounds + 1):
            for apart in taken:
                data.apart.process.FORKS = apart
                began = time.perf_counter()
                with contextlib.suppress(FileRefused):
                    check_files(pack, [path], now=_NOW)
                if number:
                    taken[apart].append(time.perf_counter() - began)
    data.apart.process.FORKS = True
    there, here = (statistics.median(taken[apart]) for apart in (True, False))
    columns = ("an ordinary form", "seconds apart", "seconds here", "apart / here", "more, seconds")
    row = (kit.file_name, f"{there:.2f}", f"{here:.2f}", f"{there / here:.2f}", f"{there - here:.2f}")
    print_table("checked in a process of its own", columns, [row])


def load_only(units: int) -> None:
    """What an import has in memory before it begins."""
    load_all(units)


def import_once(path: Path, units: int, rows: int) -> tuple[float, float]:
    """Import into a new workspace; seconds on the clock and of the processor."""
    pack = load_all(units)
    with open_workspace() as workspace:
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            accepted = import_files(workspace, pack, [path], dataset="training", now=_NOW, user="bench")
            assert sum(sheet.rows for sheet in accepted) == rows
        except FileRefused:
            assert path.name.endswith(".wrong.csv")
        return time.perf_counter() - wall, time.process_time() - cpu


def list_rows(number: int, count: int) -> Iterator[tuple[str, ...]]:
    """So many rows of one unit, each with its own key."""
    for row in range(count):
        held_on = date(YEAR, 1, 1) + timedelta(days=(row * 37 + number) % 366)
        person = f"P{number * 133 + row % 133:07d}"
        hours = f"{(row * 13 + number) % 80 / 10:.1f}"
        yield (name_unit(number), person, held_on.isoformat(), CATEGORIES[row % 4], hours, f"第{row}讲")


def _write_csv(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        writer.writerows(rows)


def _write_xlsx(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("training")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, _HEADER)
        for index, (unit, person, held_on, category, hours, topic) in enumerate(rows, start=1):
            sheet.write_row(index, 0, (unit, person))
            sheet.write_datetime(index, 2, datetime.fromisoformat(held_on), day)
            sheet.write_string(index, 3, category)
            sheet.write_number(index, 4, float(hours))
            sheet.write_string(index, 5, topic)


def _write_ods(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        with archive.open("content.xml", "w") as part:
            part.write(f"<office:document-content {spaces}><office:body><office:spreadsheet>".encode())
            part.write(b'<table:table table:name="training">')
            for cells in (_HEADER, *rows):
                texts = "".join(
                    f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
                    for cell in cells
                )
                part.write(f"<table:table-row>{texts}</table:table-row>".encode())
            part.write(b"</table:table></office:spreadsheet></office:body></office:document-content>")


def _write_wrong(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    """Every row with more hours than a day has."""
    _write_csv(path, ((*cells[:4], "25", cells[5]) for cells in rows))
