"""``python -m tests.scoring.all_files WORKSPACE``: ask for files of every form and kind, and say how many MiB it keeps.

A process of its own, so that nothing but the asking is measured.
"""

from __future__ import annotations

import resource
import sys
from datetime import datetime
from pathlib import Path
from typing import get_args

from data.clock import office_zone
from data.ledger.ledger import open_ledger
from data.store.workspace import open_workspace
from indicators.reader import load_pack
from scoring.documents.export import DocumentKind, Format
from scoring.office.exports import SheetsAsked, export_run, export_sheets
from scoring.runs.cut import Format as CutFormat
from scoring.runs.store import open_stored_run


def main() -> None:
    """What is there after one document is there already; what comes on top of it is printed."""
    workspace = open_workspace(Path(sys.argv[1]))
    ledger = open_ledger(workspace, load_pack(workspace.pack_folder))
    run, now = open_stored_run(workspace), datetime(2025, 4, 10, tzinfo=office_zone())

    def ask(kind: DocumentKind, form: Format) -> None:
        asked = SheetsAsked(kind, form, "counties")
        assert len(export_sheets(ledger, workspace, "lead", run, asked, now).content) > 1000

    ask(DocumentKind.leader, Format.html)
    before = measure()
    for form in Format:
        ask(DocumentKind.score, form)
    for kind in (DocumentKind.notice, DocumentKind.feedback):
        ask(kind, Format.pdf)
    for format in get_args(CutFormat):
        assert len(export_run(ledger, "zz", run, format).content) > 1000
    sys.stdout.write(str(measure() - before))


def measure() -> int:
    """The MiB in memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 2**20


if __name__ == "__main__":
    main()
