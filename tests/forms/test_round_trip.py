"""A form that is filled in through its drop-down lists is taken without any change, and gives back what was typed.

Not proved here: that Excel or WPS themselves show the lists and checks (openpyxl only reads that they are there).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from data.files.mistakes import FileRefused
from data.forms.kits import make_dataset_kit
from tests.forms.conftest import PACKS, Office, read_nothing
from tests.forms.filling import OpenForm, fill_rows, list_stored

EVERY = [(name, dataset.id) for name, pack in PACKS.items() for dataset in pack.datasets]


def find_year(name: str) -> int:
    return PACKS[name].head.years.last or 2024


@pytest.mark.parametrize(("name", "dataset_id"), EVERY)
def test_a_filled_in_form_gives_back_what_was_typed(
    name: str, dataset_id: str, make_office: Callable[[str], Office], tmp_path: Path
) -> None:
    office = make_office(name)
    dataset = office.pack.dataset(dataset_id)
    path = office.hand_out(make_dataset_kit(office.pack, dataset, find_year(name), read_nothing), tmp_path)
    form = OpenForm(path, office.pack, dataset)
    typed = fill_rows(form, random.Random(f"{name} {dataset_id}"))
    assert typed
    (accepted,) = office.take(form.save())
    assert (accepted.dataset, accepted.rows) == (dataset_id, len(typed))
    assert list(list_stored(office.read(dataset_id), dataset)) == list(list_stored(typed, dataset))


@pytest.mark.parametrize(("name", "dataset_id"), EVERY)
def test_an_untouched_form_is_refused_as_not_filled_in_also_when_saved_by_another_program(
    name: str, dataset_id: str, make_office: Callable[[str], Office], tmp_path: Path
) -> None:
    office = make_office(name)
    dataset = office.pack.dataset(dataset_id)
    path = office.hand_out(make_dataset_kit(office.pack, dataset, find_year(name), read_nothing), tmp_path)
    for file in (path, OpenForm(path, office.pack, dataset).save("saved.xlsx")):
        with pytest.raises(FileRefused, match="还是发出时的样子，什么也没有填"):
            office.take(file)
