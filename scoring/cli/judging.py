"""A judgement on the command line: where marks are only taken off, what is typed and shown are the marks lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.ledger.ledger import Ledger, find_record
from data.ledger.rows import JudgementRow
from data.store.database import reading
from indicators.meaning.judging import Judging, find_judging, turn_marks
from indicators.pack.model import Pack


def read_judgement(ledger: Ledger, id: str | None, given: Mapping[str, Any]) -> dict[str, object]:
    """What was typed for a judgement as the ledger takes it: with the marks that are kept."""
    marks = given.get("marks")
    if marks is None:
        return dict(given)
    about: Mapping[str, Any] = given
    if id is not None:
        with reading(ledger.engine) as connection:
            about = find_record(connection, JudgementRow, id) or given
    unit = ledger.registry.resolve(str(about.get("unit") or ""))
    judging = _find(ledger.pack, {**about, "unit": unit})
    return {**given, "marks": turn_marks(judging, str(marks).strip()) if judging is not None else marks}


def show_marks(pack: Pack, row: Mapping[str, Any]) -> str:
    """The marks of a judgement as people read them; empty where it has none."""
    marks, judging = row.get("marks"), _find(pack, row)
    if marks is None:
        return ""
    return f"扣 {turn_marks(judging, marks)} 分" if judging is not None and judging.deducts else str(marks)


def _find(pack: Pack, about: Mapping[str, Any]) -> Judging | None:
    return find_judging(pack, str(about.get("unit") or ""), str(about.get("indicator") or ""))
