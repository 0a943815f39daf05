"""The tables in docs/ledger.md are those that the program goes by."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.ledger.page import write_tables

PAGE = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("heading", write_tables())
def test_a_table_is_current(heading: str) -> None:
    assert f"# {heading}\n\n{write_tables()[heading]}\n" in PAGE
