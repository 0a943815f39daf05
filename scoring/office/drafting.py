"""A document -> a folder with a draft pack, and what is to be said about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from data.files.documents import TextDocument, read_document
from data.files.tables import read_tables
from indicators.entries.refusal import Refusal
from indicators.pack.model import Pack
from indicators.reader import load_pack
from indicators.texts.draft import clean_text, draft_pack
from indicators.texts.kinds import KINDS, TITLES
from indicators.texts.obligations import TextReading, read_text
from indicators.texts.sheet_draft import draft_sheet, list_left_out
from indicators.texts.sheets import MarkingSheet, find_rows, read_sheet

_LONGEST_TITLE = 60
_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv"})


class NothingFound(Refusal):
    """A document of which no task was read."""

    def __init__(self, source: Path) -> None:
        book = source.suffix.lower() in _WORKBOOKS
        missing = "没有找到评分表的表头（一行里要有分值或权重、评分标准或计分办法），也没有" if book else "没有"
        advice = "" if book else "；扫描件、图片里的文字读不到，请换成有文字的 txt、docx 或 pdf"
        super().__init__(f"{source.name}：{missing}读出一项任务，没有写草稿。读得出的写法见 docs/drafting.md{advice}")


class FolderTaken(Refusal):
    """The folder for a draft holds something already."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} 里已经有东西；草稿不覆盖别的文件，请换一个文件夹")


@dataclass(frozen=True)
class Drafted:
    """A draft that was written: the pack as it loads, what was read of a text or of a sheet, and what was not."""

    pack: Pack
    reading: TextReading | None
    remarks: tuple[str, ...]
    sheet: MarkingSheet | None = None


def write_draft(source: Path, folder: Path, *, id: str, title: str | None, year: int) -> Drafted:
    """Read ``source`` (a text, or a marking sheet in a text or a workbook) and write a draft pack into ``folder``.

    Raises UnreadableDocument, FileRefused, NothingFound, FolderTaken, OSError, and PackRefused where the draft is no
    pack (it is left as it is, so that its lines can be looked at).
    """
    check_empty(folder)
    document = _read_source(source)
    text = clean_text(document.text)
    sheet = read_sheet(find_rows(text))
    if sheet is not None:
        sheet = replace(sheet, title=title or sheet.title or source.stem)
        draft = draft_sheet(sheet, text, id=id, file="source.txt", year=year)
        reading = None
    else:
        reading = read_text(text)
        found = title or next((line.strip() for line in text.splitlines() if line.strip()), source.stem)
        draft = draft_pack(text, reading, id=id, title=found[:_LONGEST_TITLE], file="source.txt", year=year)
    if not draft.indicators:
        raise NothingFound(source)
    write_files(folder, draft.files)
    return Drafted(load_pack(folder), reading, document.remarks, sheet)


def _read_source(source: Path) -> TextDocument:
    if source.suffix.lower() in _WORKBOOKS:
        return TextDocument(read_tables(source.name, source.read_bytes()))
    return read_document(source.name, source.read_bytes())


def check_empty(folder: Path) -> None:
    """Raise FolderTaken unless the folder is new or holds nothing."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderTaken(folder)


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files of a pack."""
    for name, words in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        # The hash of a source is over its bytes: no line break may be translated.
        place.write_bytes(words.encode())


def describe_findings(drafted: Drafted) -> Iterator[str]:
    """What was found and what was not read, in Chinese."""
    if drafted.sheet is not None:
        yield from _describe_sheet(drafted.sheet)
    elif drafted.reading is not None:
        yield from _describe_reading(drafted.reading)
    yield from (f"注意 {remark}" for remark in drafted.remarks)


def describe_draft(drafted: Drafted, folder: Path) -> Iterator[str]:
    """The same, and where the draft is and what is to do next."""
    yield from describe_findings(drafted)
    yield (
        f"草稿在 {folder}：{len(drafted.pack.indicators)} 个指标，都标着 draft: true；分值、单位、台账都是暂定的。"
        "请逐项核对原文，改好一项就删去一项的 draft: true"
    )
    yield "随时可以用 ducha pack lint 看还剩哪些没有确认，用 ducha pack test 试算用例"


def _describe_reading(reading: TextReading) -> Iterator[str]:
    found = reading.obligations
    counts = Counter(each.kind for each in found)
    decided = sum(each.decidable for each in found)
    kinds = "，".join(f"{TITLES[kind]}{counts[kind]}项" for kind in KINDS if counts[kind])
    yield f"读出 {len(found)} 项任务（其中由数字或日期就能判断的 {decided} 项）：{kinds}"
    if reading.unmeasured:
        yield f"另有 {len(reading.unmeasured)} 句要求机器判断不了，列在 obligations.yaml 末尾，编号以 W 开头"


def _describe_sheet(sheet: MarkingSheet) -> Iterator[str]:
    criteria = [each for section in sheet.sections for item in section.items for each in item.criteria]
    certain = sum(each.certain for each in criteria)
    yield (
        f"这是一张评分表：{len(sheet.sections)} 个部分，{sum(len(section.items) for section in sheet.sections)} 项，"
        f"{len(criteria)} 条评分标准，读得准的 {certain} 条；没有把握的照录原文，由督察员评定"
    )
    yield from (f"对不上 {problem}" for problem in sheet.problems)
    yield from (f"没有写 {sentence}" for sentence in list_left_out(sheet))
