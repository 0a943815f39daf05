"""LibreOffice for the tests: a spreadsheet that is not ours has to work the workbooks out, and to count pages.

``python -m tests.office`` installs what is missing (Debian, as root) and says clearly where it cannot.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = ("libreoffice-calc", "libreoffice-writer")
#: Formulas are worked out anew on loading, whatever values the file claims that they have.
_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""


class OfficeMissing(Exception):
    """LibreOffice is not there and cannot be installed."""


def ensure_office() -> str:
    """The path of ``soffice``, installed now where it is missing. Raises OfficeMissing with what to do."""
    with (Path(tempfile.gettempdir()) / f"ducha-office-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = shutil.which("soffice")
        if found is None and os.getuid() == 0 and shutil.which("apt-get"):
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            for words in (("update", "-qq"), ("install", "-qq", "-y", "--no-install-recommends", *PACKAGES)):
                subprocess.run(("apt-get", *words), env=environment, stdout=subprocess.DEVNULL, check=False)
            found = shutil.which("soffice")
        if found is None:
            raise OfficeMissing(
                "the tests of workbooks need LibreOffice (soffice); it could not be installed here. "
                f"As root: apt-get install --no-install-recommends {' '.join(PACKAGES)}"
            )
        return found


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
        words = [office, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to"]
        words += [form, "--outdir", str(target), *map(str, documents)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=600)
    missing = [path.name for path in documents if not (target / f"{path.stem}.{ending}").is_file()]
    assert not missing, f"LibreOffice did not give back {missing}: {done.stderr}"


def main() -> None:
    """Install what is missing; exit code 1 where that cannot be done."""
    try:
        ensure_office()
    except OfficeMissing as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
