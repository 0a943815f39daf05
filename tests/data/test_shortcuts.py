"""What whole columns and files are spared: each shortcut says what the long way says.

Not proven here: how much is gained by them (benchmarks).
"""

from __future__ import annotations

from pathlib import Path
from typing import cast
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from data.files import blocks, contents, encodings
from data.files.blocks import CellColumn
from data.files.names import fold_name, fold_once
from data.intake import row_hashes
from data.intake.hashing import Hashes
from data.intake.row_hashes import LargeSums, Repeats, Suspects
from data.sheets.parsed import ParsedSheet

CHARACTERS = [b"a", b"\n", "é".encode(), "中".encode(), "𠮷".encode(), b"\xe4", b"\xb8\xad", b"\xff", b"\xed\xa0\x80"]
BYTES = st.lists(st.sampled_from(CHARACTERS), max_size=12).map(b"".join)


@settings(max_examples=400, deadline=None)
@given(content=BYTES, piece=st.integers(1, 9))
def test_bytes_are_utf8_where_they_can_be_decoded(content: bytes, piece: int) -> None:
    """Wherever a piece ends, in the middle of a character as well; what is cut short or no character is not."""
    try:
        content.decode("utf-8-sig")
        readable = True
    except UnicodeDecodeError:
        readable = False
    with patch.object(contents, "_PIECE", piece):
        assert encodings.is_all_utf8(content) is readable


@settings(max_examples=100, deadline=None)
@given(
    cells=st.lists(st.tuples(st.sampled_from(["甲", "乙", "", None]), st.integers(1, 9)), min_size=1, max_size=9),
    start=st.integers(0, 5),
)
def test_cells_in_runs_are_coded_as_any_others(cells: list[tuple[str | None, int]], start: int) -> None:
    array = pa.array([cell for cell, times in cells for _ in range(times)], pa.string())[start:]
    with patch.object(blocks, "comes_in_runs", lambda cells: True):
        coded = CellColumn(array).coded
    assert coded.equals(array.dictionary_encode())
    assert CellColumn(array).find_empty().tolist() == [cell in (None, "") for cell in array.to_pylist()]


def test_runs_are_known_by_the_first_cells() -> None:
    assert blocks.comes_in_runs(pa.array(["甲"] * 200 + ["乙"] * 200))
    assert not blocks.comes_in_runs(pa.array(["甲", "乙"] * 200))
    assert not blocks.comes_in_runs(pa.array(["甲"] * 20))


def turn(suspects: Suspects, hashes: Hashes) -> list[int]:
    """The places of those whose turn it is; of the rows themselves nothing is asked."""
    return [*suspects.find_turns(cast(ParsedSheet, None), lambda _: hashes)]


@pytest.mark.parametrize("together", [1 << 20, 100])
@pytest.mark.parametrize(
    ("rows", "least", "largest"), [(0, 0, 1), (1, 0, 1), (900, -(2**62), 2**62), (900, -400, 400), (900, 7, 8)]
)
def test_hashes_that_come_twice_are_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, together: int, rows: int, least: int, largest: int
) -> None:
    monkeypatch.setattr(row_hashes, "_COUNTED", together)
    # Some in a file, the last ones not.
    monkeypatch.setattr(row_hashes, "_WAITING", 400)
    monkeypatch.setattr(row_hashes, "_UNTIL_FULL", 50)
    hashes = np.random.default_rng(1).integers(least, largest, rows)
    repeats = Repeats(tmp_path)
    for piece in np.array_split(hashes, 4):
        repeats.add(piece)
    values, counts = np.unique(hashes, return_counts=True)
    suspects = repeats.find()
    begun = suspects.begin_round()
    assert begun == bool((counts > 1).any())
    found = {int(hashes[at]) for at in turn(suspects, hashes)} if begun else set()
    assert found == set(values[counts > 1].tolist())


@pytest.mark.parametrize("together", [1 << 20, 100])
def test_large_sums_are_found_by_groups(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, together: int) -> None:
    monkeypatch.setattr(row_hashes, "_TOGETHER", together)
    monkeypatch.setattr(row_hashes, "_WAITING", 400)
    hashes = np.random.default_rng(1).integers(-50, 50, 900)
    sums = LargeSums(tmp_path)
    for piece in np.array_split(hashes, 4):
        sums.add(piece, np.full(len(piece), 1.0))
    values, counts = np.unique(hashes, return_counts=True)
    suspects = sums.find(10.5)
    assert suspects.begin_round()
    assert {int(hashes[at]) for at in turn(suspects, hashes)} == set(values[counts > 10].tolist())


def test_those_that_come_first_have_their_turn_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(row_hashes, "AT_A_TIME", 2)
    repeats = Repeats(tmp_path)
    hashes = np.array([9, 3, 7, 3, 9, 7, 1])
    repeats.add(hashes)
    suspects, turns = repeats.find(), []
    while suspects.begin_round():
        turns.append(turn(suspects, hashes))
    assert turns == [[0, 1, 3, 4], [2, 5]]


def test_more_of_one_hash_than_a_place_can_count_are_found(tmp_path: Path) -> None:
    repeats = Repeats(tmp_path)
    repeats.add(np.full(1 << 16, 5))
    suspects = repeats.find()
    assert suspects.begin_round()
    assert turn(suspects, np.array([4, 5])) == [1]


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.sampled_from("aZ09 ３Ａ\u200b\u3000甲ﬁ①"), max_size=6))
@example(text="")
def test_a_name_is_folded_alike_whether_it_is_plain_or_comes_again(text: str) -> None:
    assert fold_name(text) == fold_once(text)


def test_a_large_file_is_read_in_pieces_that_give_it_again(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"12345" * 7)
    with patch.object(contents, "_PIECE", 4):
        assert b"".join(contents.read_pieces(path)) == path.read_bytes()
