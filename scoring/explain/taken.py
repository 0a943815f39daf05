"""The cells behind a judgement where marks are only taken off: as they were written, in marks that are lost."""

from __future__ import annotations

from dataclasses import replace

from indicators.meaning.judging import find_judging, turn_marks
from indicators.pack.model import Pack
from scoring.base.parts import ScoredPart
from scoring.evidence import CitedRow, Evidence


def cite_as_written(pack: Pack, part: ScoredPart, unit: str, evidence: Evidence) -> Evidence:
    """The evidence of a part; of a judgement that takes marks off, with the marks that stand in the cells.

    A file whose judgements are not checked at import has the marks that are kept in its cells, and is left.
    """
    name, rule = part.part.measure.chosen.judged_in, part.part.marks.chosen
    if name is None or rule.find_judged_range() is None:
        return evidence
    judging, dataset = find_judging(pack, unit, part.indicator.id), pack.dataset(name)
    column = dataset.column("marks")
    if judging is None or column is None or not judging.deducts:
        return evidence

    def write(row: CitedRow) -> CitedRow:
        if not (dataset.checks.judgements or row.number):
            return row
        cells = (
            cell._replace(value=turn_marks(judging, cell.value)) if cell.column == column.title else cell
            for cell in row.cells
        )
        return replace(row, cells=tuple(cells))

    sources = (replace(source, cited=tuple(write(row) for row in source.cited)) for source in evidence.sources)
    return replace(evidence, sources=tuple(sources))
