"""The cells behind doubts: one query for all sightings of a search, not one for each."""

from __future__ import annotations

import pyarrow as pa

from scoring.base.calculator import create_table
from scoring.base.cells import Reader
from scoring.base.sql import quote_name
from scoring.doubts.doubt import Found, SearchedData, Trace
from scoring.evidence import CitedRow

#: So many rows are cited for a doubt, of each dataset and unit half as many where there are two; their true number
#: stands beside.
LIMIT = 4
_POINTS = pa.schema([("sighting", pa.int32()), ("unit", pa.string()), ("value", pa.string()), ("own", pa.bool_())])


def cite_rows(scene: SearchedData, found: Found) -> list[tuple[int, tuple[CitedRow, ...]]]:
    """For each sighting how many rows it rests on, and the first of them with their cells."""
    counts = [0] * len(found.sightings)
    cited: list[tuple[CitedRow, ...]] = [()] * len(found.sightings)
    if not found.sightings:
        return []
    points = [
        {"sighting": number, "unit": unit, "value": value, "own": unit == sighting.unit}
        for number, sighting in enumerate(found.sightings)
        for unit, value in dict.fromkeys(sighting.points)
    ]
    create_table(scene.connection, "points", pa.Table.from_pylist(points, schema=_POINTS))
    several = len(found.traces) > 1 or not all(point["own"] for point in points)
    for trace in found.traces:
        reader = Reader(scene.connection, scene.pack, scene.inputs, scene.moment.as_of, LIMIT, scene.succession, ())
        dataset = scene.pack.dataset(trace.dataset)
        for number, rows, structs in scene.connection.execute(
            _write_query(reader, trace, LIMIT // (1 + several))
        ).fetchall():
            counts[number] += rows
            cited[number] += tuple(reader.cite_row(dataset, struct["r"], trace.columns) for struct in structs)
    return list(zip(counts, cited, strict=True))


def _write_query(reader: Reader, trace: Trace, limit: int) -> str:
    """Per sighting: the number of its rows, and the first few as structs, in an order of the rows' own contents."""
    dataset = reader.pack.dataset(trace.dataset)
    keys = ", ".join([*([trace.first] if trace.first else []), *(f"r.{quote_name(name)}" for name in dataset.key)])
    return (
        "WITH shown AS (\n"
        f"  SELECT p.sighting, p.own, r, count(*) OVER (PARTITION BY p.sighting) AS number,\n"
        f"         row_number() OVER (PARTITION BY p.sighting, p.unit ORDER BY {keys}, r._sheet, r._row) AS place\n"
        f"  FROM (SELECT * FROM {reader.name_view(trace.dataset)} r WHERE {trace.condition}) r\n"
        "  JOIN units u ON u.unit = r._unit\n"
        f"  JOIN points p ON p.unit = r._unit AND p.value = {trace.value})\n"
        f"SELECT sighting, any_value(number), list({{'r': r}} ORDER BY own DESC, r._unit, place) FROM shown\n"
        f"WHERE place <= {limit} GROUP BY sighting ORDER BY sighting"
    )
