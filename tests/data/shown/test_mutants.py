"""What is taken of a workbook that something was done to is what another program shows of it.

Not proven here: what is refused, which may well be fine; and what LibreOffice itself reads otherwise than Excel.
``DUCHA_MUTANTS`` is the number of workbooks; ``make soak`` takes thousands.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq

from data.batches.staging import open_staging
from data.cells.parser import compile_parser
from data.files.mistakes import FileRefused
from data.intake.checked_sheets import CheckedSheet, FileChecker
from data.intake.declarations import read_declaration
from data.register.units import Registry
from indicators.reader import find_pack, load_pack
from tests.data.shown.mutants import Mutant, make_mutant
from tests.office import show_cells

COUNT = int(os.environ.get("DUCHA_MUTANTS", "300"))
SEED = int(os.environ.get("DUCHA_SEED", "20240301"))


def list_unseen(mutant: Mutant, sheet: CheckedSheet, rows: list[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    """The cells that were taken and that nobody can read; the text of another program's export tells nothing of it."""
    hidden = mutant.list_hidden()
    for stored in rows:
        for name, column in sheet.columns.items():
            value, place = stored[name], (stored["_row"], column["letter"])
            in_rule = column["letter"] == "D" and isinstance(value, int) and value > mutant.hides_above
            is_zero = mutant.hides_zeros and value == 0
            if value is not None and (place in hidden or in_rule or is_zero):
                yield place


def test_what_is_taken_is_what_another_program_shows(tmp_path: Path) -> None:
    pack = load_pack(find_pack("jincheng-2021-2025"))
    registry = Registry.from_register(pack.registry)
    declared = read_declaration(pack, registry, "lectures", None, None, False, None)
    paths = [tmp_path / f"{number:05d}.xlsx" for number in range(COUNT)]
    taken, unseen = {}, []
    for number, path in enumerate(paths):
        mutant = make_mutant(Random(f"{SEED}-{number}"))
        path.write_bytes(mutant.content)
        with open_staging(None) as staging:
            try:
                [sheet] = FileChecker(pack, registry, declared, staging, date(2025, 6, 1)).check_file(path)
            except FileRefused:
                continue
            assert sheet.draft is not None
            taken[path.name] = (sheet, pq.read_table(sheet.draft.path).to_pylist())
        unseen += [(path.name, *each) for each in list_unseen(mutant, *taken[path.name])]
    assert unseen == []
    # Most changes are refused; that hardly anything is taken would prove nothing.
    assert len(taken) > COUNT / 10
    shown = show_cells([path for path in paths if path.name in taken], tmp_path)
    assert len(shown) > len(taken) / 2
    wrong: list[tuple[str, str, int, object, object]] = []
    for name, lines in shown.items():
        sheet, rows = taken[name]
        for stored in rows:
            for column in sheet.dataset.columns:
                if column.name not in sheet.columns:
                    continue
                at, line = ord(sheet.columns[column.name]["letter"]) - ord("A"), stored["_row"] - 1
                text = lines[line][at] if line < len(lines) and at < len(lines[line]) else ""
                # Some formats of dates LibreOffice shows in the order of its own language.
                text = re.sub(r"^([0-9]{2})/([0-9]{2})/([0-9]{4})$", r"\3-\1-\2", text)
                read = compile_parser(column)(text)
                if column.type == "unit":
                    read = registry.resolve(text)
                if read != stored[column.name]:
                    wrong.append((name, column.name, stored["_row"], stored[column.name], text))
        filled = {number + 1 for number, line in enumerate(lines) if any(cell.strip() for cell in line)}
        missed = filled - {1} - {stored["_row"] for stored in rows}
        wrong += [(name, "", row, None, lines[row - 1]) for row in sorted(missed)]
    assert wrong == []
