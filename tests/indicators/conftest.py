"""The small pack on disk, whole or with one change."""

from __future__ import annotations

from pathlib import Path

import pytest

from indicators.entries.mistakes import Mistake
from tests.indicators.changes import Refuse
from tests.indicators.small_pack import FILES, load_or_refuse, replace_once, write_pack


@pytest.fixture
def small_pack(tmp_path: Path) -> Path:
    """The folder of a valid pack."""
    return write_pack(tmp_path / "small", dict(FILES))


@pytest.fixture
def refuse(small_pack: Path) -> Refuse:
    """``refuse(file, old, new)``: the mistakes of the small pack with one change in one file."""

    def change(file: str, old: str, new: str) -> list[Mistake]:
        write_pack(small_pack, {file: replace_once(FILES[file], old, new)})
        result = load_or_refuse(small_pack)
        assert isinstance(result, list), "the pack was taken"
        return result

    return change
