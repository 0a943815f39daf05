"""Documents of a run as files: which there are, what they are called, and each written as soon as it is made."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from scoring.sheets.blocks import Document
from scoring.sheets.documents import lay_out_score, make_leader_page, make_notice
from scoring.sheets.docx import write_docx
from scoring.sheets.feedback import Rectification, list_rectifications, make_feedback, make_rectification
from scoring.sheets.glyphs import MissingGlyphs
from scoring.sheets.html import write_html
from scoring.sheets.json import write_json
from scoring.sheets.pdf import write_pdf
from scoring.sheets.score import Record, SelfMarks, make_score_sheet
from scoring.sheets.score_xlsx import ScoreBooks
from scoring.sheets.view import RunView
from scoring.sheets.xlsx import write_xlsx


class Format(StrEnum):
    """How a document is laid out."""

    xlsx = "xlsx"
    docx = "docx"
    pdf = "pdf"
    html = "html"
    json = "json"


class Kind(StrEnum):
    """Which document: of a unit (score, feedback, rectification) or of a cohort (notice, leader)."""

    score = "score"
    notice = "notice"
    feedback = "feedback"
    rectification = "rectification"
    leader = "leader"


OF_COHORT = (Kind.notice, Kind.leader)
_FORBIDDEN = re.compile(r'[\x00-\x1f<>:"/\\|?*]')


@dataclass(frozen=True)
class Subject:
    """What a document is about: a unit of a cohort, or a whole cohort."""

    cohort: str
    unit: str | None


def list_subjects(view: RunView, kind: Kind, cohort: str | None, unit: str | None) -> list[Subject]:
    """All documents of a kind, of one cohort or of one unit, in the order of the ranking."""
    chosen = [name for name in view.totals if cohort in (None, name)]
    if unit is not None:
        chosen = [name for name in chosen if any(row["unit"] == unit for row in view.totals[name])]
    if kind in OF_COHORT:
        return [Subject(name, None) for name in chosen]
    return [Subject(name, row["unit"]) for name in chosen for row in view.totals[name] if unit in (None, row["unit"])]


class Exporter:
    """Makes the files of one run. ``rectify`` hands over the ledger's rows of a unit; the run's own findings else."""

    def __init__(
        self,
        view: RunView,
        kind: Kind,
        form: Format,
        *,
        self_marks: SelfMarks | None = None,
        rectify: Callable[[str], list[Rectification]] | None = None,
    ) -> None:
        self._view, self._kind, self._form = view, kind, form
        self._self_marks, self._rectify = self_marks, rectify
        self._day = date.fromisoformat(view.manifest["as_of"])
        self._books = ScoreBooks(view) if kind is Kind.score and form is Format.xlsx else None

    def make(self, subject: Subject) -> tuple[str, bytes]:
        """The name of the file and its bytes. Raises MissingGlyphs for a PDF that would lose a character."""
        view = self._view
        records = view.explanations.read_unit(subject.cohort, subject.unit) if subject.unit is not None else []
        if self._books is not None and subject.unit is not None:
            sheet = make_score_sheet(view, subject.cohort, subject.unit, records, self._self_marks)
            return f"{sheet.unit_name}-评分表.xlsx", self._books.write(sheet)
        document = self._make_document(subject, records)
        return f"{document.name}.{self._form.value}", self._lay_out(document, records)

    def _make_document(self, subject: Subject, records: list[Record]) -> Document:
        view, kind = self._view, self._kind
        if subject.unit is None:
            make = make_notice if kind is Kind.notice else make_leader_page
            return make(view, subject.cohort)
        if kind is Kind.score:
            return lay_out_score(make_score_sheet(view, subject.cohort, subject.unit, records, self._self_marks))
        if kind is Kind.feedback:
            return make_feedback(view, subject.cohort, subject.unit, records)
        rows = (
            self._rectify(subject.unit)
            if self._rectify is not None
            else list_rectifications(view, subject.cohort, subject.unit, records)
        )
        name = view.total(subject.cohort, subject.unit)["unit_name"]
        return make_rectification(view, rows, f"{name}-整改台账", f"{name}整改台账")

    def _lay_out(self, document: Document, records: list[Record]) -> bytes:
        if self._form is Format.xlsx:
            return write_xlsx(document, self._day, self._view.pack.head.precision)
        if self._form is Format.docx:
            return write_docx(document, self._day)
        if self._form is Format.pdf:
            return write_pdf(document, self._day)
        return write_html(document) if self._form is Format.html else write_json(document, records)


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
def open_archive(path: Path) -> Iterator[Put]:
    """Files into one archive, dated 1980 so that the same files give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, content: bytes) -> None:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)

        yield put


def export(exporter: Exporter, subjects: Iterable[Subject], put: Put) -> tuple[int, list[MissingGlyphs]]:
    """Make and write one file after another; how many, and which could not be made for want of a glyph."""
    written, refused = 0, []
    taken: set[str] = set()
    for subject in subjects:
        try:
            name, content = exporter.make(subject)
        except MissingGlyphs as error:
            refused.append(error)
            continue
        put(name_file(name, taken), content)
        written += 1
    return written, refused
