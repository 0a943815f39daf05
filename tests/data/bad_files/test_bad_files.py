"""What must be refused is refused with words that say where, what and how to mend it, and nothing is stored.

Not proven here: that other programs than xlsxwriter, xlwt, openpyxl and these makers break files in the same way.
The xls files were made with xlwt, and password.xlsx with openpyxl and msoffcrypto.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from data.batches.records import list_batches
from data.files.mistakes import FileRefused
from data.intake.imports import import_files
from data.store.workspace import Workspace, create_workspace
from indicators.pack.model import Pack
from tests.data.bad_files.archives import ARCHIVES
from tests.data.bad_files.cells import CELLS
from tests.data.bad_files.makers import Bad
from tests.data.bad_files.texts import TEXTS
from tests.data.bad_files.workbooks import WORKBOOKS
from tests.data.conftest import NOW

ALL = [*TEXTS, *CELLS, *WORKBOOKS, *ARCHIVES]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """One workspace for all: the first file that gets in would show in every later test."""
    folder = tmp_path_factory.mktemp("pack")
    (folder / "pack.yaml").write_text("id: p\n", encoding="utf-8")
    return create_workspace(tmp_path_factory.mktemp("office") / "w", folder)


def test_there_are_at_least_150_and_each_has_its_own_name() -> None:
    assert len(ALL) >= 150
    assert len({entry.name for entry in ALL}) == len(ALL)


@pytest.mark.parametrize("entry", ALL, ids=lambda entry: entry.name)
def test_a_bad_file_is_refused_with_its_words(entry: Bad, office: Workspace, pack: Pack, tmp_path: Path) -> None:
    path = tmp_path / entry.file_name
    path.write_bytes(entry.content)
    with pytest.raises(FileRefused) as caught:
        import_files(office, pack, [path], now=NOW, user="王某")
    told = str(caught.value)
    assert all(words in told for words in entry.words), told
    assert all(mistake.file == entry.file_name for mistake in caught.value.mistakes)
    assert "Traceback" not in told
    assert list_batches(office) == []
    assert not [*office.batches_folder.rglob("*.parquet")]
