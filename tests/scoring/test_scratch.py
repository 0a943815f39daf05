"""A run that does not fit in the memory it may take: it finishes with the same result, and leaves nothing behind.

What this does not prove: that any amount of rows fits any memory (``python -m benchmarks limits`` measures one).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from benchmarks.limit_pack import build_hundred
from benchmarks.limit_rows import Size, make_limit_rows
from data.batches.records import Inputs
from scoring.base.calculator import open_engine
from scoring.engine.run import RunTooLarge, score
from scoring.runs.scratch import open_scratch

#: DuckDB says how much of what it holds lies on the disk.
WAITING = "SELECT count(*) FROM duckdb_temporary_files()"
#: More than the limit below, kept until it is asked for.
MANY = "CREATE TABLE many AS SELECT range AS n, hash(range) AS h, md5(range::VARCHAR) AS word FROM range(600000)"


def test_what_does_not_fit_waits_in_the_folder_that_was_named(tmp_path: Path) -> None:
    place = tmp_path / "staging"
    with open_scratch(place, 0.03) as open_here, open_here(Inputs((), frozenset()), 1) as connection:
        assert isinstance(connection, duckdb.DuckDBPyConnection)
        connection.execute(MANY)
        (files,) = connection.execute(WAITING).fetchone() or (0,)
        written = [path for path in place.rglob("*") if path.is_file() and path.stat().st_size > 100_000]
        assert files and written
        assert connection.execute("SELECT count(*), count(DISTINCT word) FROM many").fetchone() == (600_000,) * 2
    assert not [path for path in place.rglob("*") if path.is_file() and path.name != ".gate"]


def test_without_a_folder_nothing_waits_where_the_program_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with open_engine(Inputs((), frozenset()), 1, memory=0.03) as connection:
        connection.execute(MANY)
        (place,) = connection.execute("SELECT current_setting('temp_directory')").fetchone() or ("",)
        assert Path(place).stat().st_mode & 0o077 == 0
    assert not Path(place).exists() and not list(tmp_path.iterdir())


def test_a_run_in_little_memory_comes_to_the_same(tmp_path: Path) -> None:
    pack = build_hundred(40, 30)
    inputs = make_limit_rows(tmp_path / "rows", pack, Size.of(20_000, 40))
    day = date(2025, 6, 30)
    at_ease = score(pack, inputs, 2024, day, threads=1)
    with open_scratch(tmp_path / "staging", 0.3) as open_here:
        limited = score(pack, inputs, 2024, day, threads=1, open_with=open_here)
    for one, other in (
        (at_ease.parts, limited.parts),
        (at_ease.items, limited.items),
        (at_ease.totals, limited.totals),
    ):
        assert one.equals(other)


def test_no_room_at_all_is_said_in_a_sentence(tmp_path: Path) -> None:
    pack = build_hundred(40, 30)
    inputs = make_limit_rows(tmp_path / "rows", pack, Size.of(20_000, 40))
    with open_scratch(tmp_path / "staging", 0.001) as open_here, pytest.raises(RunTooLarge, match="--memory"):
        score(pack, inputs, 2024, date(2025, 6, 30), threads=1, open_with=open_here)
