"""The encoding of a text file: UTF-8, marked UTF-16 or GB18030, all of it in one, or refused."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from data.files.contents import Content, has_bytes, open_content, read_pieces, read_start
from data.files.mistakes import FileMistake, FileRefused

_PIECE = 65536
_UTF8_MARK = b"\xef\xbb\xbf"
#: Characters of Chinese text in UTF-8: Han, and the punctuation around it.
_UTF8_HAN = re.compile(rb"[\xe4-\xe9][\x80-\xbf][\x80-\xbf]|\xe3[\x80-\x81][\x80-\xbf]|\xef\xbc[\x80-\xbf]")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]{6,}")
_SAVE_AGAIN = "请用 Excel 或 WPS 打开，核对文字后另存为「CSV UTF-8」"


def find_encoding(file_name: str, content: Content) -> str:
    """The encoding in which every byte of the file makes sense. Raises FileRefused.

    Most bytes also make some sense in GB18030. So a file that begins as UTF-8, or has Chinese in UTF-8 in any of
    its lines, is not taken for GB18030: it was cut off, or put together from two.
    """
    marked = read_start(content, 2) in (b"\xff\xfe", b"\xfe\xff")
    if not marked:
        _refuse_nul_bytes(file_name, content)
    if marked:
        candidates: tuple[str, ...] = ("utf-16",)
    elif read_start(content, 3) == _UTF8_MARK:
        candidates = ("utf-8-sig",)
    else:
        candidates = ("utf-8-sig", "gb18030")
    for encoding in candidates:
        if _can_read(file_name, content, encoding):
            if encoding == "gb18030" and (line := _find_utf8(content)) is not None:
                why = "有的字被截断了，或是两种编码拼在一起"
                text = f"第 {line} 行的文字像是 UTF-8，整个文件却读不成 UTF-8：{why}；{_SAVE_AGAIN}"
                raise _refuse(file_name, text)
            return encoding
    told = {"utf-16": "标明是 UTF-16 却读不通", "utf-8-sig": "标明是 UTF-8 却读不通"}
    what = told.get(candidates[-1], "既不是 UTF-8 也不是 GB18030")
    raise _refuse(file_name, f"文字编码{what}；请用 Excel 或 WPS 打开，另存为「CSV UTF-8」")


def open_text(content: Content, encoding: str) -> io.TextIOWrapper:
    """The text from its start."""
    return io.TextIOWrapper(open_content(content), encoding=encoding, newline="")


def _can_read(file_name: str, content: Content, encoding: str) -> bool:
    if encoding == "utf-8-sig":
        return is_all_utf8(content)
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 0
    try:
        for raw in read_pieces(content):
            piece = decoder.decode(raw)
            # Elsewhere a character is NUL where a byte is, and these have been looked at.
            if encoding == "utf-16":
                _refuse_nul(file_name, at := piece.find("\x00"), line + piece.count("\n", 0, max(at, 0)))
                line += piece.count("\n")
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def is_all_utf8(content: Content) -> bool:
    """Whether all bytes are UTF-8, looked at in pieces."""
    left = b""
    for raw in read_pieces(content):
        piece = left + raw
        # The last character may go on in the next piece: it begins no more than three bytes before the end.
        begun = max(
            (at for at in range(len(piece) - 1, len(piece) - 4, -1) if at >= 0 and piece[at] >= 0xC0), default=-1
        )
        cut = begun if begun >= 0 else len(piece)
        if not _are_characters(memoryview(piece)[:cut]):
            return False
        left = piece[cut:]
    return _are_characters(memoryview(left))


def _are_characters(piece: memoryview) -> bool:
    """Whether bytes are UTF-8; twice as fast as decoding them."""
    ends = pa.py_buffer(np.array([0, len(piece)], dtype=np.int32))
    try:
        pa.StringArray.from_buffers(1, ends, pa.py_buffer(piece)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _refuse_nul_bytes(file_name: str, content: Content) -> None:
    lines = 0
    if has_bytes(content, b"\x00"):
        for raw in read_pieces(content):
            _refuse_nul(file_name, at := raw.find(b"\x00"), lines + raw.count(b"\n", 0, max(at, 0)))
            lines += raw.count(b"\n")


def _find_utf8(content: Content) -> int | None:
    """The first line with Chinese in UTF-8."""
    for number, line in enumerate(_list_lines(content), start=1):
        if any(is_utf8(run) for run in _BEYOND_ASCII.findall(line)):
            return number
    return None


def _list_lines(content: Content) -> Iterator[bytes]:
    with open_content(content) as file:
        # A line of any length: what matters of it comes in its first piece or in the next.
        while line := file.readline(_PIECE):
            yield line


def _refuse_nul(file_name: str, at: int, lines_before: int) -> None:
    if at >= 0:
        text = f"第 {lines_before + 1} 行有空字符（NUL），文件已损坏或不是 CSV 文本；请重新另存为 CSV"
        raise _refuse(file_name, text)


def _refuse(file_name: str, text: str) -> FileRefused:
    return FileRefused([FileMistake(file_name, None, None, text)])


def is_utf8(run: bytes) -> bool:
    """Whether bytes beyond ASCII are Chinese in UTF-8, all but a character cut off at an end.

    Text in GB18030 is never so: two characters of it that pass for UTF-8 would both be rare ones.
    """
    whole = len(_UTF8_HAN.findall(run))
    left = len(run) - 3 * whole
    return (whole >= 2 and left == 0) or (whole >= 4 and left <= 2)
