"""Documents of a run as files: which there are, what they are called, and each written as soon as it is made."""

from __future__ import annotations

import re
import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from scoring.documents.blocks import Document
from scoring.documents.docx import write_docx
from scoring.documents.feedback import Rectification, list_rectifications, make_feedback, make_rectification
from scoring.documents.glyphs import MissingGlyphs
from scoring.documents.html import write_html
from scoring.documents.json import write_json
from scoring.documents.leader import make_leader_page
from scoring.documents.notice import make_notice
from scoring.documents.pdf import write_pdf
from scoring.documents.score import ScoreSheet, SelfMarks, make_score_sheet
from scoring.documents.score_layout import lay_out_score
from scoring.documents.score_xlsx import ScoreBooks
from scoring.documents.view import RunView
from scoring.documents.xlsx import write_xlsx
from scoring.explain.explanation import Explanation


class Format(StrEnum):
    """How a document is laid out."""

    xlsx = "xlsx"
    docx = "docx"
    pdf = "pdf"
    html = "html"
    json = "json"


class DocumentKind(StrEnum):
    """Which document: of a unit (score, feedback, rectification) or of a cohort (notice, leader)."""

    score = "score"
    notice = "notice"
    feedback = "feedback"
    rectification = "rectification"
    leader = "leader"


#: What people call them.
TITLES = {
    DocumentKind.score: "评分表",
    DocumentKind.notice: "排名通报",
    DocumentKind.feedback: "反馈意见",
    DocumentKind.rectification: "整改台账",
    DocumentKind.leader: "领导一页纸",
}
OF_COHORT = (DocumentKind.notice, DocumentKind.leader)
#: So many files may wait in memory for a PDF that comes before them.
AHEAD = 12
_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"/\\|?*]')


@dataclass(frozen=True)
class Subject:
    """A document to be made: its kind, and the unit of a cohort, or the whole cohort, that it is about."""

    kind: DocumentKind
    cohort: str
    unit: str | None


def list_subjects(view: RunView, kinds: Sequence[DocumentKind], cohort: str | None, unit: str | None) -> list[Subject]:
    """All documents of some kinds, of one cohort or of one unit, in the order of the ranking, unit by unit."""
    found = []
    for name, rows in view.totals.items():
        chosen = [row.unit for row in rows if unit in (None, row.unit)]
        if cohort not in (None, name) or (unit is not None and not chosen):
            continue
        found += [Subject(kind, name, None) for kind in kinds if kind in OF_COHORT]
        found += [Subject(kind, name, each) for each in chosen for kind in kinds if kind not in OF_COHORT]
    return found


class Exporter:
    """Makes the files of one run. ``rectify`` hands over the ledger's rows of a unit, beside the run's own findings.

    ``set_pdf`` sets a document as ``write_pdf`` does: here, or in another process.

    What the documents of a unit and the formats of a document share is kept until the next is asked for.
    """

    def __init__(
        self,
        view: RunView,
        *,
        self_marks: SelfMarks | None = None,
        rectify: Callable[[str], list[Rectification]] | None = None,
        set_pdf: Callable[[Document, date], bytes] = write_pdf,
    ) -> None:
        self._view = view
        self._set_pdf = set_pdf
        self._self_marks, self._rectify = self_marks, rectify
        self._day = date.fromisoformat(view.manifest["as_of"])
        self._books = ScoreBooks(view)
        self._read = lru_cache(maxsize=1)(view.explanations.read_unit)
        self._compose = lru_cache(maxsize=1)(self._compose_document)

    def make(self, subject: Subject, form: Format) -> tuple[str, bytes]:
        """The name of the file and its bytes. Raises MissingGlyphs for a PDF that would lose a character."""
        return self.prepare(subject, form)()

    def prepare(self, subject: Subject, form: Format) -> Callable[[], tuple[str, bytes]]:
        """What makes the file when it is called, by any thread: everything that it says is known by then."""
        view, day = self._view, self._day
        if subject.kind is DocumentKind.score and form is Format.xlsx:
            sheet = self._make_sheet(subject)
            return lambda: (f"{sheet.unit_name}-评分表.xlsx", self._books.write(sheet))
        document = self._compose(subject)
        name = f"{document.name}.{form.value}"
        if form is Format.xlsx:
            return lambda: (name, write_xlsx(document, day, view.pack.head.precision))
        if form is Format.docx:
            return lambda: (name, write_docx(document, day))
        if form is Format.pdf:
            return lambda: (name, self._set_pdf(document, day))
        if form is Format.html:
            return lambda: (name, write_html(document))
        records = self._list_records(subject)
        return lambda: (name, write_json(document, records))

    def _list_records(self, subject: Subject) -> Sequence[Explanation]:
        return self._read(subject.cohort, subject.unit) if subject.unit is not None else []

    def _make_sheet(self, subject: Subject) -> ScoreSheet:
        assert subject.unit is not None, "a score sheet is of a unit"
        records = self._list_records(subject)
        return make_score_sheet(self._view, subject.cohort, subject.unit, records, self._self_marks)

    def _compose_document(self, subject: Subject) -> Document:
        view, kind = self._view, subject.kind
        if subject.unit is None:
            make = make_notice if kind is DocumentKind.notice else make_leader_page
            return make(view, subject.cohort)
        if kind is DocumentKind.score:
            return lay_out_score(self._make_sheet(subject))
        records = self._list_records(subject)
        register = self._rectify(subject.unit) if self._rectify is not None else []
        if kind is DocumentKind.feedback:
            return make_feedback(view, subject.cohort, subject.unit, records, register)
        rows = list_rectifications(view, subject.cohort, subject.unit, records, register)
        name = view.total(subject.cohort, subject.unit).unit_name
        return make_rectification(view, rows, f"{name}-整改台账", f"{name}整改台账")


def name_file(name: str, taken: set[str]) -> str:
    """A name that every system takes and that is not taken yet; the ending stays."""
    stem, dot, ending = _FORBIDDEN.sub("_", name).rpartition(".")
    stem = stem.strip(". ") or "未命名"
    while len(stem.encode()) > 200:
        stem = stem[:-1]
    chosen, number = f"{stem}{dot}{ending}", 2
    while chosen.casefold() in taken:
        chosen, number = f"{stem}-{number}{dot}{ending}", number + 1
    taken.add(chosen.casefold())
    return chosen


Put = Callable[[str, bytes], None]


@contextmanager
def open_folder(folder: Path) -> Iterator[Put]:
    """Files into a folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)

    def put(name: str, content: bytes) -> None:
        (folder / name).write_bytes(content)

    yield put


@contextmanager
def open_archive(target: Path | BinaryIO) -> Iterator[Put]:
    """Files into one archive, dated 1980 so that the same files give the same bytes."""
    if isinstance(target, Path):
        target.parent.mkdir(parents=True, exist_ok=True)

    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, content: bytes) -> None:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)

        yield put


def export(
    exporter: Exporter, subjects: Iterable[Subject], forms: Sequence[Format], put: Put
) -> tuple[int, list[MissingGlyphs]]:
    """Make and write one file after another; how many, and which could not be made for want of a glyph.

    PDFs are set beside the rest, by a second processor where there is one; the order of the files is the same.
    """
    written: list[str] = []
    refused: list[MissingGlyphs] = []
    taken: set[str] = set()
    waiting: deque[Future[tuple[str, bytes]]] = deque()

    def settle(most: int) -> None:
        while len(waiting) > most:
            try:
                name, content = waiting.popleft().result()
            except MissingGlyphs as error:
                refused.append(error)
                continue
            put(name_file(name, taken), content)
            written.append(name)

    with ThreadPoolExecutor(max_workers=1) as aside:
        for subject in subjects:
            for form in forms:
                make = exporter.prepare(subject, form)
                if form is Format.pdf:
                    waiting.append(aside.submit(make))
                else:
                    done: Future[tuple[str, bytes]] = Future()
                    done.set_result(make())
                    waiting.append(done)
                settle(AHEAD)
        settle(0)
    return len(written), refused
