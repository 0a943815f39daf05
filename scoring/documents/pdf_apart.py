"""PDFs set in a process of their own (``data/apart/``), which gives back what the compiler and its typefaces take."""

from __future__ import annotations

import base64
from datetime import date

from data.apart.process import Child, Limits
from scoring.documents.blocks import Document
from scoring.documents.glyphs import list_glyphs
from scoring.documents.pdf import write_pdf

#: For one document: a register of some hundred pages takes seconds.
FOR_A_PDF = Limits(seconds=120, memory=2 * 1024**3)


class PdfSetter:
    """Sets one document after another; to be used as a context."""

    def __init__(self) -> None:
        self._child = Child(FOR_A_PDF, begin_setting)

    def __enter__(self) -> PdfSetter:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.__exit__()

    def write(self, document: Document, day: date) -> bytes:
        """As ``write_pdf``, and the same bytes. Raises Stopped besides."""
        return base64.b64decode(self._child.ask(set_one, document, day))


def make_ready() -> None:
    """Read which characters the typefaces have: a tenth of a second that no child needs to spend.

    The compiler is not opened here: it has threads, and what has threads cannot be forked.
    """
    list_glyphs()


def begin_setting() -> str:
    """What the child holds: nothing but itself."""
    return "ready"


def set_one(held: str, document: Document, day: date) -> str:
    """The PDF in base64, in the child. Raises MissingGlyphs."""
    return base64.b64encode(write_pdf(document, day)).decode("ascii")
