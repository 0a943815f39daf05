"""Fictional self-assessments: some units of the demo gave themselves marks, most of them generously."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from data.demo.files import write_csv
from data.demo.world import Row
from data.intake.self_marks import DATASET
from indicators.entries.amounts import plain
from indicators.meaning.asked import list_applying
from indicators.pack.model import Pack

#: The units that did, by the names of their counties; the others have not sent theirs.
UNITS = ("城区", "高平市", "泽州县", "陵川县")


def generate_self_marks(pack: Pack, folder: Path, year: int) -> list[Path]:
    """One file for each of the units, written into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for unit in pack.registry.units:
        if unit.name not in UNITS:
            continue
        rows: list[Row] = []
        for number, indicator in enumerate(list_applying(pack, unit, year)):
            section = pack.section(indicator.section)
            if section.kind in ("base", "deduction"):
                full = next(iter(indicator.marks.values())) if section.kind == "base" else Decimal(0)
                # Every ninth item a unit grants itself less than all.
                marks, reason = (full / 2, "还有差距，正在补") if number % 9 == 8 and full else (full, "")
                row = {"unit": unit.name, "year": str(year), "indicator": indicator.id, "marks": plain(marks)}
                rows.append({**row, "reason": reason})
        paths.append(write_csv(folder, DATASET, rows, unit.name))
    return paths
