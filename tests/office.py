"""LibreOffice for the tests: a spreadsheet that is not ours has to work the workbooks out, and to count pages."""

from __future__ import annotations

import csv
import io
import subprocess
import tempfile
from pathlib import Path

from tests.debian import ensure

#: Whether formulas are worked out anew on loading (0), whatever values the file claims that they have, or never (1).
_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>{mode}</value></prop></item>
</oor:items>
"""


def ensure_office() -> str:
    """The path of ``soffice``, installed now where it is missing. Raises ProgramMissing with what to do."""
    return ensure("soffice", "localc", "lowriter", "zh-cn")[0]


def recalculate(workbooks: list[Path], target: Path) -> None:
    """All workbooks opened, worked out and saved again by one call, into the folder ``target``."""
    _convert(workbooks, target, "xlsx:Calc MS Excel 2007 XML", "xlsx")


def print_pages(documents: list[Path], target: Path) -> None:
    """All documents as they would be printed, by one call, as PDFs into the folder ``target``."""
    _convert(documents, target, "pdf", "pdf")


def show_cells(workbooks: list[Path], target: Path) -> dict[str, list[list[str]]]:
    """What the cells of the first sheet of each workbook show, row by row from the first, by one call.

    Missing is what LibreOffice cannot open.
    """
    _call(workbooks, target, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false", mode=1)
    shown = {}
    for path in workbooks:
        made = target / f"{path.stem}.csv"
        if made.is_file():
            shown[path.name] = [*csv.reader(io.StringIO(made.read_text(encoding="utf-8"), newline=""))]
    return shown


def _convert(documents: list[Path], target: Path, form: str, ending: str) -> None:
    done = _call(documents, target, form)
    missing = [path.name for path in documents if not (target / f"{path.stem}.{ending}").is_file()]
    assert not missing, f"LibreOffice did not give back {missing}: {done.stderr}"


def _call(documents: list[Path], target: Path, form: str, mode: int = 0) -> subprocess.CompletedProcess[str]:
    office = ensure_office()
    with tempfile.TemporaryDirectory() as profile:
        user = Path(profile) / "user"
        user.mkdir()
        (user / "registrymodifications.xcu").write_text(_RECALCULATE.format(mode=mode), encoding="utf-8")
        words = [office, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--convert-to"]
        words += [form, "--outdir", str(target), *map(str, documents)]
        return subprocess.run(words, capture_output=True, text=True, timeout=600)
