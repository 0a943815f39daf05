"""Eight bytes for a row: rows that agree in some columns have the same, and others nearly never."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.cells.columns import arrow_type
from data.files.names import fold_name
from data.sheets.parsed import ParsedSheet
from indicators.entries.persons import fold_person

Hashes = NDArray[np.int64]
Fold = Callable[[pa.Array], pa.Array]

#: Odd, and of many bits: what stands in one column is far from the same in another.
_FACTOR = np.uint64(0xD1342543DE82EF95)
_EMPTY = np.uint64(0x9E3779B97F4A7C15)
#: What is left of eight bytes of which so many belong to a text.
_FIRST_BYTES = np.array([(1 << 8 * count) - 1 for count in range(9)], dtype=np.uint64)
_ASCII = r"^[\x21-\x7e]*$"
#: Texts of which every character is folded as a whole column just as it is by itself.
_USUAL = r"^[\x21-\x7e\x{4e00}-\x{9fa5}、。《》〈〉「」『』【】〔〕“”‘’—·，；：？！（）]*$"


def hash_rows(sheet: ParsedSheet, names: Sequence[str], fold: Fold, with_period: bool = False) -> Hashes:
    """A number for each row. Texts count as ``fold`` makes them; a month is another value than any of its days."""
    codes = np.zeros(len(sheet.rows), dtype=np.uint64)
    for name in names:
        column = sheet.dataset.column(name)
        assert column is not None
        if pa.types.is_string(arrow_type(column)):
            found = _hash_coded(sheet.find_coded(name), fold if column.type == "text" else None)
        else:
            found = _hash_values(sheet.find_values(name))
        codes = codes * _FACTOR + found
        if column.month_allowed:
            codes = codes * _FACTOR + _hash_values(sheet.find_lasts(name))
    if with_period:
        codes = codes * _FACTOR + _hash_values(sheet.find_periods())
    return _mix(codes).view(np.int64)


def fold_texts(words: pa.Array) -> pa.Array:
    """Texts as they are compared where white space, case and full-width forms make no difference."""
    if _are_plain(words):
        return pc.ascii_lower(words)
    usual = pc.match_substring_regex(words, _USUAL)
    folded = words if pc.all(pc.string_is_ascii(words)).as_py() else pc.utf8_normalize(words, form="NFKC")
    return _fold_rest(pc.utf8_lower(folded), words, usual, lambda text: fold_name(text).casefold())


def fold_persons(words: pa.Array) -> pa.Array:
    """Numbers and names of people as they are compared."""
    if _are_plain(words):
        return pc.ascii_lower(words)
    return _fold_rest(pc.ascii_lower(words), words, pc.match_substring_regex(words, _ASCII), fold_person)


def _are_plain(words: pa.Array) -> bool:
    """Whether all are letters and figures, of which no folding changes more than the case."""
    return bool(pc.all(pc.ascii_is_alnum(words)).as_py())


def _fold_rest(folded: pa.Array, words: pa.Array, done: pa.Array, fold: Callable[[str], str]) -> pa.Array:
    rest = pc.invert(done)
    if not pc.any(rest).as_py():
        return folded
    return pc.replace_with_mask(folded, rest, pa.array([fold(text) for text in words.filter(rest).to_pylist()]))


def _hash_coded(coded: pa.DictionaryArray, fold: Fold | None) -> NDArray[np.uint64]:
    words = coded.dictionary
    missing = words.is_null().to_numpy(zero_copy_only=False)
    words = words.fill_null("") if missing.any() else words
    found = np.append(_hash_texts(fold(words) if fold is not None else words), _EMPTY)
    found[:-1][missing] = _EMPTY
    spread: NDArray[np.uint64] = np.take(found, coded.indices.fill_null(len(words)).to_numpy())
    return spread


def _hash_values(values: pa.Array) -> NDArray[np.uint64]:
    if pa.types.is_decimal(values.type):
        # Eighteen digits fit into the lower of the two words.
        words_of = np.frombuffer(values.buffers()[1], dtype=np.int64).reshape(-1, 2)
        found = words_of[values.offset : values.offset + len(values), 0].view(np.uint64)
    else:
        plain = values.cast(pa.int32()) if pa.types.is_date32(values.type) else values
        found = plain.cast(pa.int64()).fill_null(0).to_numpy().view(np.uint64)
    if values.null_count:
        found = np.where(values.is_null().to_numpy(zero_copy_only=False), _EMPTY, found)
    return found


def _hash_texts(words: pa.Array) -> NDArray[np.uint64]:
    """A number for each text: of its length and its bytes, eight of them after eight."""
    if not len(words):
        return np.zeros(0, dtype=np.uint64)
    ends = np.frombuffer(words.buffers()[1], dtype=np.int32)[words.offset : words.offset + len(words) + 1]
    content = words.buffers()[2]
    codes = np.frombuffer(content, dtype=np.uint8) if content is not None else np.zeros(0, np.uint8)
    codes = np.append(codes[ends[0] : ends[-1]], np.zeros(8, np.uint8))
    # The eight bytes from every place on.
    eights: NDArray[np.uint64] = np.ndarray((len(codes) - 7,), dtype="<u8", buffer=codes.data, strides=(1,))
    starts, lengths = (ends[:-1] - ends[0]).astype(np.int64), np.diff(ends).astype(np.int64)
    found = _mix(lengths.astype(np.uint64) ^ (eights[starts] & _FIRST_BYTES[np.minimum(lengths, 8)]))
    places = np.arange(len(words))
    while len(longer := np.flatnonzero(lengths > 8)):
        places, starts, lengths = places[longer], starts[longer] + 8, lengths[longer] - 8
        later = eights[starts] & _FIRST_BYTES[np.minimum(lengths, 8)]
        found[places] = _mix(found[places] ^ later)
    return found


def _mix(codes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Numbers that differ in any bit become such that differ in about half of them (splitmix64)."""
    codes = codes + np.uint64(0x9E3779B97F4A7C15)
    codes = (codes ^ (codes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    codes = (codes ^ (codes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return codes ^ (codes >> np.uint64(31))
