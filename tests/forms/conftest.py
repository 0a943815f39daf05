"""Packs with an empty workspace each, and a small pack whose every figure a test can state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.batches.current import Row, read_rows
from data.batches.records import current_inputs
from data.forms.kits import Kit
from data.intake.imports import Accepted, import_files
from data.store.workspace import Workspace, create_workspace
from indicators.pack.model import Pack
from indicators.pack.register import UnitEntry
from indicators.reader import find_pack, load_pack

NOW = datetime(2025, 1, 15, 9, 30, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[2] / "docs" / "example-pack"
SHIPPED = {"jincheng": "jincheng-2021-2025", "published": "published-dates"}
PACKS: dict[str, Pack] = {name: load_pack(find_pack(folder)) for name, folder in SHIPPED.items()}
PACKS["example"] = load_pack(EXAMPLE)
FOLDERS = {**{name: find_pack(folder) for name, folder in SHIPPED.items()}, "example": EXAMPLE}


def read_nothing(dataset: str) -> Sequence[Row]:
    """The current rows of a workspace that has none."""
    return ()


def find(pack: Pack, name: str) -> UnitEntry:
    """The unit of that id."""
    return next(unit for unit in pack.registry.units if unit.id == name)


class Office:
    """A workspace with its pack: forms out, files in."""

    def __init__(self, root: Path, pack: Pack, folder: Path) -> None:
        self.pack = pack
        self.workspace: Workspace = create_workspace(root, folder)

    def read(self, dataset: str) -> list[Row]:
        """The current rows of a dataset."""
        return read_rows(current_inputs(self.workspace, self.pack), dataset)

    def take(self, *paths: Path, **options: object) -> list[Accepted]:
        """Import files."""
        return import_files(self.workspace, self.pack, paths, now=NOW, user="王某", **options)  # type: ignore[arg-type]

    def hand_out(self, kit: Kit | None, folder: Path) -> Path:
        """The file of a kit."""
        assert kit is not None
        path = folder / kit.file_name
        path.write_bytes(kit.write(self.pack, fictional=False))
        return path


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An empty workspace with the pack of Jincheng."""
    return Office(tmp_path / "office", PACKS["jincheng"], FOLDERS["jincheng"])


@pytest.fixture(scope="session")
def make_office(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Office]:
    """One workspace per pack, for tests that touch different datasets of it."""
    made: dict[str, Office] = {}

    def make(name: str) -> Office:
        if name not in made:
            made[name] = Office(tmp_path_factory.mktemp(name) / "office", PACKS[name], FOLDERS[name])
        return made[name]

    return make
