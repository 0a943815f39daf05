"""The record as it is read: every field has its type, what is stored comes back to the letter, and the schema holds.

Not proved here: that a field says what is true; that is what the other tests of explanations are for.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel, ValidationError

from data.store.workspace import open_workspace
from scoring.explain.explanation import Explanation
from scoring.explain.stored import RECORDS
from scoring.runs.store import read_explanations, read_run
from tests.docs.pages import EXPLAIN_SCHEMA


@pytest.fixture(name="record")
def fixture_record(demo: Path) -> dict[str, Any]:
    """A record as it lies on disk."""
    workspace = open_workspace(demo)
    lines = gzip.decompress(read_run(workspace).files.read(RECORDS)).decode().splitlines()
    found: dict[str, Any] = json.loads(lines[0])
    return found


def list_extras(told: Any) -> Iterator[str]:
    """Fields that the model has no name for, at any depth."""
    if isinstance(told, BaseModel):
        yield from told.model_extra or ()
        for value in dict(told).values():
            yield from list_extras(value)
    elif isinstance(told, tuple):
        for each in told:
            yield from list_extras(each)


def test_every_stored_record_is_read_whole_and_written_as_it_was(demo: Path) -> None:
    workspace = open_workspace(demo)
    validator = jsonschema.Draft202012Validator(json.loads(EXPLAIN_SCHEMA.read_text(encoding="utf-8")))
    with read_explanations(workspace, read_run(workspace)) as stored:
        outcomes = set()
        for place, (_, _, records) in enumerate(stored.read_all()):
            for record in records:
                outcomes.add(record.outcome)
                assert list(list_extras(record)) == []
                if place % 5 == 0:
                    validator.validate(record.write())
    assert len(outcomes) > 4


def test_what_an_older_version_said_beside_it_is_kept(record: dict[str, Any]) -> None:
    older = {**record, "verdict": "旧版本的话"}
    read = Explanation.model_validate(older)
    assert read.write() == older
    assert json.dumps(read.write(), ensure_ascii=False) == json.dumps(older, ensure_ascii=False)


def test_a_record_without_its_marks_or_of_another_schema_is_no_explanation(record: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="marks"):
        Explanation.model_validate({name: value for name, value in record.items() if name != "marks"})
    with pytest.raises(ValidationError, match="explain"):
        Explanation.model_validate({**record, "schema": "explain.v2"})
