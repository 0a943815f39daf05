"""LibreOffice for the tests: a spreadsheet that is not ours has to work the workbooks out, and to count pages."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from tests.debian import ensure

#: Formulas are worked out anew on loading, whatever values the file claims that they have.
_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
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


def _convert(documents: list[Path], target: Path, form: str, ending: str) -> None:
    office = ensure_office()
    with tempfile.TemporaryDirectory() as profile:
        user = Path(profile) / "user"
        user.mkdir()
        (user / "registrymodifications.xcu").write_text(_RECALCULATE, encoding="utf-8")
        words = [office, f"-env:UserInstallation={Path(profile).as_uri()}", "--headless", "--convert-to"]
        words += [form, "--outdir", str(target), *map(str, documents)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=600)
    missing = [path.name for path in documents if not (target / f"{path.stem}.{ending}").is_file()]
    assert not missing, f"LibreOffice did not give back {missing}: {done.stderr}"
