"""Odd files that can mean one thing only give just these rows, and say what they left out."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from data.batches.records import current_inputs
from data.store.workspace import Workspace
from indicators.pack.model import Pack
from tests.data.bad_files.odd import ODD, Odd
from tests.data.conftest import Import


def test_there_are_at_least_40_and_each_has_its_own_name() -> None:
    assert len(ODD) >= 40
    assert len({entry.name for entry in ODD}) == len(ODD)


@pytest.mark.parametrize("entry", ODD, ids=lambda entry: entry.name)
def test_an_odd_file_gives_its_rows(entry: Odd, take: Import, inbox: Path, workspace: Workspace, pack: Pack) -> None:
    path = inbox / entry.file_name
    path.write_bytes(entry.content)
    [accepted] = take(path)
    [file] = current_inputs(workspace, pack).files
    table = pq.read_table(file.path)
    assert {name: table[name].to_pylist() for name in entry.rows} == entry.rows
    assert all(any(words in remark for remark in accepted.remarks) for words in entry.remarks), accepted.remarks
    assert len(accepted.mapping) >= 2
