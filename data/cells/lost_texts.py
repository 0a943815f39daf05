"""Texts that a program changed on their way into a cell: figures cut short, formulas, pictures, lost characters."""

from __future__ import annotations

import re

from data.cells.values import CellMistake
from data.files.encodings import is_utf8

#: ``="00123"`` and ``'00123``: what systems write so that Excel leaves an id alone.
_EQUALS = re.compile(r'=\s*"([^"]*)"')
_APOSTROPHE = re.compile("['’‘]([0-9][0-9A-Za-z./-]*)")
_SCIENTIFIC = re.compile(r"[+-]?[0-9](?:(?:\.[0-9]+)?[eE][+-]|\.[0-9]+[eE])[0-9]{1,3}")
_DECIMAL = re.compile(r"[0-9]+\.0+")
_MONTHS = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_DAY = re.compile(f"[0-9]{{1,2}}-{_MONTHS}|{_MONTHS}-[0-9]{{2}}|[0-9]{{1,2}}月[0-9]{{1,2}}日", re.IGNORECASE)
_PICTURE = re.compile(r"=?\s*(?:_xlfn\.)?(?:DISPIMG|IMAGE)\s*\(", re.IGNORECASE)
#: What is left when text went through a wrong encoding and back.
_REMAINS = re.compile("锟斤拷|[锟烫屯]{3}|ï¿½|�|&(?:#[0-9]+|#x[0-9a-fA-F]+|nbsp|amp|lt|gt|quot);")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]{3,}")
#: How Chinese in UTF-8 begins where a western system shows it.
_WESTERN = re.compile("[ãä-éï]")


def restore_text(written: str, text: str, title: str) -> str | CellMistake:
    """The text as it was meant, where only one reading is possible; else what became of it.

    ``written`` is the cell as it stands in the file, ``text`` without what cannot be seen.
    """
    if "\u2e80" <= text[:1] < "\uff00":
        # Formulas, ids and figures do not begin so.
        return _refuse_garbled(text, title) if _is_garbled(written) else text
    text = unwrap_text(text)
    if _PICTURE.match(text):
        return refuse_picture(title)
    if text.startswith("="):
        return CellMistake(f"「{title}」里是公式的文字「{text[:40]}」，没有算出来；请直接填写内容")
    if _SCIENTIFIC.fullmatch(text):
        return CellMistake(
            f"「{title}」填的是「{text}」，编号被 Excel 改成了科学计数，原来的数字丢了；请设为文本后重填"
        )
    if _DECIMAL.fullmatch(text):
        return CellMistake(
            f"「{title}」填的是「{text}」，像是编号被程序改成了小数；请去掉末尾的「.0」，或设为文本后重填"
        )
    if _DAY.fullmatch(text):
        return CellMistake(f"「{title}」填的是「{text}」，像是编号被 Excel 改成了日期；请设为文本后重填")
    if text and not re.sub("[#\uff03]", "", text):
        return CellMistake(f"「{title}」填的是「{text[:20]}」，是列太窄时显示的井号，不是内容；请重新填写")
    return _refuse_garbled(text, title) if _is_garbled(written) else text


def unwrap_text(text: str) -> str:
    """A text without what a system put around it so that a spreadsheet leaves it alone."""
    found = _EQUALS.fullmatch(text) or _APOSTROPHE.fullmatch(text)
    return found[1] if found else text


def _refuse_garbled(text: str, title: str) -> CellMistake:
    return CellMistake(f"「{title}」填的是「{text[:40]}」，是编码弄错后的乱码；请从原来的文件重新填写")


def refuse_picture(title: str) -> CellMistake:
    """The sentence for a picture laid into a cell."""
    return CellMistake(f"「{title}」的单元格里是图片，没有文字；请填写文字，图片另交")


def _is_garbled(text: str) -> bool:
    if _REMAINS.search(text):
        return True
    if text.isascii():
        return False
    for run in _BEYOND_ASCII.findall(text):
        if is_utf8(run.encode("gb18030", "ignore")) or (_WESTERN.match(run) and is_utf8(_to_western(run))):
            return True
    return False


def _to_western(run: str) -> bytes:
    """The bytes that a western system showed as these characters."""
    plain = b""
    for character in run:
        try:
            plain += character.encode("cp1252")
        except UnicodeEncodeError:
            plain += bytes([ord(character)]) if ord(character) < 256 else b" "
    return plain
