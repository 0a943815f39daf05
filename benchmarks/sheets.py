"""Documents on paper: a city's whole set, and a province's workbooks against a bare loop that writes the same cells."""

from __future__ import annotations

import io
import tempfile
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import xlsxwriter

from benchmarks.province import YEAR
from benchmarks.province_rows import make_rows
from benchmarks.rule_kinds import ROWS, build_pack_of_rules
from benchmarks.timing import Times, console, measure_alone, print_table
from data.batches.records import Inputs
from data.runs.folder import RunFolder
from data.store.workspace import open_workspace
from indicators.pack.model import Pack
from scoring.cli.demo import build_demo
from scoring.documents.export import DocumentKind, Exporter, Format, export, list_subjects
from scoring.documents.view import RunView, make_view, open_view
from scoring.engine.run import score
from scoring.explain.record import explain_run
from scoring.explain.stored import open_explanations, write_explanations
from scoring.results.result import add_ends, lay_out_items, write_json
from scoring.runs.store import StoredRun, read_run

AS_OF = date(YEAR + 1, 6, 30)
#: The rate is taken over so many workbooks: every one is a file of its own, so it does not depend on how many.
SAMPLE = 100


def measure_sheets(units: int, rounds: int) -> None:
    """Print the times of both, and what explaining a whole province takes."""
    _measure_city(rounds)
    with tempfile.TemporaryDirectory(prefix="ducha-bench-") as folder:
        pack = build_pack_of_rules(units)
        inputs = make_rows(Path(folder), pack, units, (YEAR - 1, YEAR), ROWS)
        view = _explain_province(pack, inputs, Path(folder))
        _compare_workbooks(view, rounds)
        peaks = [
            (str(number), f"{measure_alone(write_some, view, number)[0]:,.0f}") for number in (50, min(units, 300))
        ]
        print_table("peak memory of writing workbooks", ("workbooks", "MiB"), peaks)


def _measure_city(rounds: int) -> None:
    """Every document of the seven counties in every format."""
    with tempfile.TemporaryDirectory(prefix="ducha-bench-") as folder:
        build_demo(Path(folder) / "city")
        workspace = open_workspace(Path(folder) / "city")
        times, whole = {form: Times() for form in Format}, Times()
        number = 0
        with open_view(workspace, read_run(workspace)) as view:
            cohort = view.pack.head.cohorts[0].id
            for _ in range(rounds):
                number = sum(times[form].take(lambda form=form: _make_all(view, cohort, [form])) for form in Format)
                whole.take(lambda: _make_all(view, cohort, list(Format)))
        rows = [(form.value, f"{taken.median_wall:.2f}", f"{taken.median_cpu:.2f}") for form, taken in times.items()]
        rows.append((f"all {number} at once", f"{whole.median_wall:.2f}", f"{whole.median_cpu:.2f}"))
        print_table(f"sheets: a city's counties, {rounds} rounds", ("format", "seconds", "processor seconds"), rows)


def _make_all(view: RunView, cohort: str, forms: list[Format]) -> int:
    sizes: list[int] = []
    subjects = list_subjects(view, list(DocumentKind), cohort, None)
    _, refused = export(Exporter(view), subjects, forms, lambda _, content: sizes.append(len(content)))
    assert all(sizes) and not refused
    return len(sizes)


def _explain_province(pack: Pack, inputs: Inputs, folder: Path) -> RunView:
    result = score(pack, inputs, YEAR, AS_OF)
    manifest = {"id": "bench", "year": YEAR, "as_of": AS_OF.isoformat(), "fictional": True}
    times = Times()
    times.take(lambda: write_explanations(folder, explain_run(pack, inputs, result, run_id="bench")))
    size = sum(path.stat().st_size for path in folder.glob("explanations.*")) / 1024**2
    items = result.items.height
    console.print(
        f"{items:,} explanations in {times.median_wall:.0f} s ({times.median_cpu:.0f} processor seconds, "
        f"{1000 * times.median_cpu / items:.1f} ms each), {size:,.0f} MiB"
    )
    explanations = open_explanations(folder)
    assert explanations is not None
    run = StoredRun("bench", RunFolder(folder, manifest, None, ""), manifest, write_json(manifest, pack, result))
    return make_view(pack, run, add_ends(lay_out_items(pack, result), result), explanations)


def write_some(view: RunView, number: int) -> int:
    """The score sheets of so many units, one after another; how many bytes."""
    exporter, subjects = Exporter(view), list_subjects(view, [DocumentKind.score], None, None)
    return sum(len(exporter.make(subject, Format.xlsx)[1]) for subject in islice(subjects, number))


class _Recorder:
    """Notes what is written to a worksheet, to write it again without any work around it.

    Formats are left out: of plain values alone, what is noted costs the collector of garbage little while others write.
    """

    def __init__(self, sheet: Any, calls: list[tuple[str, tuple[Any, ...]]]) -> None:
        self._sheet, self._calls = sheet, calls

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._sheet, name)
        if not name.startswith("write_"):
            return method

        def call(*arguments: Any) -> Any:
            row, column, value, _, *result = arguments
            self._calls.append((name, (row, column, value, *result)))
            return method(*arguments)

        return call


def _record(exporter: Exporter, subject: Any) -> list[list[tuple[str, tuple[Any, ...]]]]:
    """The cells of a workbook, sheet by sheet, as they were written."""
    sheets: list[list[tuple[str, tuple[Any, ...]]]] = []
    add = xlsxwriter.Workbook.add_worksheet

    def add_recorded(book: Any, *arguments: Any) -> Any:
        sheets.append([])
        return _Recorder(add(book, *arguments), sheets[-1])

    xlsxwriter.Workbook.add_worksheet = add_recorded
    try:
        exporter.make(subject, Format.xlsx)
    finally:
        xlsxwriter.Workbook.add_worksheet = add
    return sheets


def _write_bare(sheets: list[list[tuple[str, tuple[Any, ...]]]]) -> int:
    """The same cells by a loop over the library as it is: one format, no widths, no print set-up, no merged cells."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    plain = book.add_format({"border": 1})
    for calls in sheets:
        sheet = book.add_worksheet()
        for name, (row, column, value, *result) in calls:
            getattr(sheet, name)(row, column, value, plain, *result)
    book.close()
    return len(buffer.getvalue())


def _compare_workbooks(view: RunView, rounds: int) -> None:
    exporter, subjects = Exporter(view), list_subjects(view, [DocumentKind.score], None, None)[:SAMPLE]
    cells = [_record(exporter, subject) for subject in subjects]
    ours, bare = Times(), Times()
    for _ in range(rounds):
        ours.take(lambda: [exporter.make(subject, Format.xlsx) for subject in subjects])
        bare.take(lambda: [_write_bare(sheets) for sheets in cells])
    count = sum(len(calls) for sheets in cells for calls in sheets)
    rows = [
        (name, f"{taken.median_wall:.1f}", f"{taken.median_cpu:.1f}", f"{count / taken.median_cpu:,.0f}")
        for name, taken in (("score sheets", ours), ("bare loop", bare))
    ]
    rate = bare.median_cpu / ours.median_cpu
    rows.append(("rate of the bare loop", "", "", f"{100 * rate:.0f} %"))
    title = f"sheets: {len(subjects):,} workbooks of {count // len(subjects):,} cells, {rounds} rounds in turns"
    print_table(title, ("", "seconds", "processor seconds", "cells per second"), rows)
