"""Texts that nothing has to be done about, recognised many at a time: ids, and plain Chinese."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.cells.absences import STARTS
from data.files.names import fold_name

Mask = NDArray[np.bool_]
#: Letters and figures, at least one figure: no word for nothing, no formula, no number cut short has such a form.
_ID = "^[0-9A-Za-z]*[0-9][0-9A-Za-z]*$"
#: Characters of which some remain when text went through a wrong encoding.
_REMAINS = "锟烫屯"
_PUNCTUATION = "，。、；：？！（）《》〈〉「」『』【】〔〕“”‘’—…·"
_ASCII_PUNCTUATION = r"_./+%()\[\]\-"
#: What a Chinese text in UTF-8 begins its characters with, and goes on with, where it is taken for GB18030.
_FIRST, _NEXT = ((0xE3, 0xE9), (0x80, 0xBF))


def find_ordinary_texts(texts: pa.Array, set_words: Sequence[str], folds: bool) -> Mask:
    """Which texts are taken as they stand. ``set_words`` are those that mean something else in their column;
    ``folds``: texts that folding would change are not ordinary."""
    is_id: Mask = np.zeros(len(texts), bool)
    if not any(re.fullmatch(_ID, fold_name(word)) for word in set_words):
        is_id = _to_mask(pc.and_not(pc.ascii_is_alnum(texts), pc.ascii_is_alpha(texts)))
    places = np.flatnonzero(~is_id)
    if len(places):
        starts = "".join(sorted({fold_name(word)[:1] for word in set_words} | STARTS))
        places = places[_match(texts.take(pa.array(places)), _write_chinese(starts, folds))]
    if len(places):
        is_id[places] = True
        is_id[places[_find_doubtful(texts.take(pa.array(places)))]] = False
    return is_id


@cache
def _write_chinese(starts: str, folds: bool) -> str:
    first = _write_han(starts + _REMAINS)
    others = _write_han(_REMAINS) + "0-9A-Za-z" + ("" if folds else _PUNCTUATION + _ASCII_PUNCTUATION)
    return f"^[{first}][{others}]*$"


def _write_han(without: str) -> str:
    """The Chinese characters of the basic block but for some, as the inside of a class."""
    ends = [0x4DFF, *sorted({ord(each) for each in without if "\u4e00" <= each <= "\u9fa5"}), 0x9FA6]
    spans = [(before + 1, after - 1) for before, after in pairwise(ends) if after - before > 1]
    return "".join(rf"\x{{{first:x}}}-\x{{{last:x}}}" for first, last in spans)


def _match(texts: pa.Array, pattern: str) -> Mask:
    return _to_mask(pc.match_substring_regex(texts, pattern))


def _to_mask(found: pa.Array) -> Mask:
    return np.array(found.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)


def _find_doubtful(texts: pa.Array) -> NDArray[np.intp]:
    """The places of texts that may have been UTF-8 before: in GB18030 two characters of it stand side by side."""
    joined = "\n".join(texts.to_pylist()).encode("gb18030")
    codes = np.frombuffer(joined, dtype=np.uint8)
    starts = ((codes >= _FIRST[0]) & (codes <= _FIRST[1])) | (codes == 0xEF)
    following = (codes >= _NEXT[0]) & (codes <= _NEXT[1])
    if len(codes) < 6:
        return np.zeros(0, dtype=np.intp)
    found = starts[:-5] & following[1:-4] & following[2:-3] & starts[3:-2] & following[4:-1] & following[5:]
    ends = np.flatnonzero(codes == ord("\n"))
    return np.unique(np.searchsorted(ends, np.flatnonzero(found)))
