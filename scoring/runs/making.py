"""What a run comes to, as the files of its folder: scored, laid out, and each mark met a second time.

The engine and all that it needs is imported here, so that what is stored can be read without it.
"""

from __future__ import annotations

from collections.abc import Iterator

from data.batches.records import Inputs
from data.runs.folder import RunManifest, read_moment
from data.store.tables import write_canonical
from indicators.pack.compact import write_compact
from indicators.pack.model import Pack
from indicators.pack.plain_values import write_plain
from scoring.base.calendar import cut_calendar
from scoring.base.connection import OpenConnection
from scoring.engine.run import Result, open_unordered, score
from scoring.explain.record import UnitRecords, explain_run
from scoring.results.result import add_ends, lay_out_items, write_csv, write_frame, write_json, write_parquet
from scoring.runs.account import keep_account
from scoring.runs.agreement import check_records, check_totals
from scoring.runs.earlier import EarlierRun, keep_records, score_rest

#: The checked pack beside the result, in the form that loads fast.
COMPACT = "pack.json"
#: The years of the calendar that the run looked at, whosever they were.
CALENDAR = "calendar.json"


def make_result(
    pack: Pack,
    inputs: Inputs,
    manifest: RunManifest,
    *,
    threads: int | None = None,
    open_with: OpenConnection = open_unordered,
    earlier: EarlierRun | None = None,
) -> tuple[Result, bytes]:
    """The result of the year and day of a manifest, and the bytes of result.json. Raises what ``score`` raises.

    What an ``earlier`` run found is taken over where nothing has changed; the bytes are the same.
    """
    pack = pack.of_year(int(manifest["year"]))
    year, as_of = read_moment(manifest)
    if earlier is not None:
        result = score_rest(pack, inputs, earlier)
    else:
        result = score(pack, inputs, year, as_of, threads=threads, open_with=open_with)
    return result, write_json(manifest, pack, result)


def make_files(pack: Pack, inputs: Inputs, result: Result) -> dict[str, bytes]:
    """The other files by name, without the explanations. Raises MarksDiffer where a total is not what it adds up to."""
    scored = pack.of_year(result.year)
    check_totals(scored, result)
    items = lay_out_items(scored, result)
    return {
        "items.csv": write_csv(items),
        "items.parquet": write_parquet(add_ends(items, result)),
        "parts.parquet": write_frame(result.parts),
        "run.sql": write_sql(result).encode(),
        "account.json": keep_account(pack, inputs, result.year, result.as_of).write(),
        COMPACT: write_compact(pack),
        CALENDAR: (write_canonical(write_plain(cut_calendar(pack, result.year))) + "\n").encode(),
    }


def make_explanations(
    pack: Pack, inputs: Inputs, result: Result, run: str, earlier: EarlierRun | None = None
) -> Iterator[UnitRecords]:
    """The explanations unit by unit, each mark compared here or in the ``earlier`` run. Raises MarksDiffer."""
    pack = pack.of_year(result.year)
    kept = None if earlier is None else keep_records(pack, earlier, result)
    return check_records(pack, result.year, explain_run(pack, inputs, result, run_id=run, kept=kept))


def write_sql(result: Result) -> str:
    """The statements of a run, in order, each under the name of the table that it makes."""
    return "\n\n".join(f"-- {name}\n{text};" for name, text in result.sql.items()) + "\n"
