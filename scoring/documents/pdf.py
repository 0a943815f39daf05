"""A document as PDF/A, set by typst without a network: texts travel as data, typefaces come with the install."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import pylopdf_fonts_zh_cn
import typst

from scoring.documents.blocks import Document, Table
from scoring.documents.glyphs import check_glyphs
from scoring.documents.json import list_block

STANDARD: Final = "a-2b"
#: The compiler refuses a second call while it works, and a dashboard has many users; other Python code goes on.
_ONE_AT_A_TIME = Lock()


def write_pdf(document: Document, day: date) -> bytes:
    """The document as PDF/A-2b; the same document gives the same bytes. ``day`` is all that it says of time.

    Raises MissingGlyphs where a character is in none of the typefaces: typst would leave it out without a word.
    """
    check_glyphs(document)
    content: dict[str, Any] = {
        **asdict(document),
        "stamp": {
            **asdict(document.stamp),
            "line": document.stamp.line,
            "lines": document.stamp.lines,
            "warning": document.stamp.warning,
        },
        "blocks": [list_block(block.on_paper() if isinstance(block, Table) else block) for block in document.blocks],
        "day": [day.year, day.month, day.day],
    }
    inputs = {"document": json.dumps(content, ensure_ascii=False)}
    with _ONE_AT_A_TIME:
        made = _open_compiler().compile(sys_inputs=inputs, pdf_standards=STANDARD, timestamp=0)
    assert isinstance(made, bytes)
    return made


@lru_cache(maxsize=1)
def _open_compiler() -> Any:
    """One compiler for all documents: it reads its typefaces once."""
    template = Path(__file__).with_name("document.typ")
    fonts = [str(pylopdf_fonts_zh_cn.serif_path().parent)]
    make: Any = typst.Compiler
    return make(str(template), root=str(template.parent), font_paths=fonts, ignore_system_fonts=True)
