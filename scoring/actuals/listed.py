"""Tables of statistics with a row per subject: a subject without a row has not been reported."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from indicators.measures.kind import Kind
from indicators.pack.model import Pack
from scoring.base.sql import quote_name, quote_text
from scoring.measures.raw import Moment, name_reported

ROW_NEED_COLUMNS = {"figure": pa.int32(), "dataset": pa.string(), "period": pa.int32(), "subject": pa.string()}
_NONE = "SELECT 0 AS figure, '' AS unit WHERE FALSE"


def list_subjects(measure: Kind, pack: Pack, year: int) -> list[tuple[str, int, str]]:
    """The (dataset, period, subject) whose rows the measure reads, each once."""
    found = []
    for rows in measure.list_rows():
        dataset = pack.dataset(rows.dataset)
        condition = (rows.where or {}).get(dataset.one_row_per or "")
        for subject in condition.any_of if condition is not None else ():
            years = (year + shift for shift in rows.years)
            found += [(dataset.id, 0 if dataset.period.standing else needed, str(subject)) for needed in years]
    return list(dict.fromkeys(found))


def list_row_needs(measures: dict[int, Kind], pack: Pack, moment: Moment) -> list[dict[str, object]]:
    """One row for each figure and each subject that it reads."""
    return [
        {"figure": figure, "dataset": dataset, "period": period, "subject": subject}
        for figure, measure in measures.items()
        for dataset, period, subject in list_subjects(measure, pack, moment.year)
    ]


def write_unlisted(needs: list[dict[str, object]], pack: Pack) -> str:
    """A statement for the figures and units that lack a row of a subject that the measure names."""
    return write_lacking(needs, pack, "row_needs") if needs else _NONE


def write_lacking(needs: list[dict[str, Any]], pack: Pack, relation: str) -> str:
    """The figures and units that lack a row of the ``relation``'s subjects; each dataset and period is read once."""
    scans = sorted({(need["dataset"], need["period"]) for need in needs})
    listed = "\nUNION ALL\n".join(
        f"SELECT DISTINCT {quote_text(name)} AS dataset, {period} AS period, _unit AS unit, "
        f"{quote_name(pack.dataset(name).one_row_per or '')} AS subject\n"
        f"FROM {name_reported(pack.dataset(name))} WHERE _period = {period}"
        for name, period in scans
    )
    return (
        f"SELECT DISTINCT n.figure, u.unit\nFROM {relation} n\nCROSS JOIN units u\nANTI JOIN (\n{listed}\n) l\n"
        "  ON l.dataset = n.dataset AND l.period = n.period AND l.unit = u.unit AND l.subject = n.subject"
    )
