"""A pack as a workbook and back: nothing is written that does not come back the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.intake.annotated import annotate_file
from data.rulebook.canonical import list_others, list_texts, read_folder, write_canonical
from data.rulebook.taking import BookRefused, Taken, take_book
from data.rulebook.written_book import write_book
from indicators.entries.refusal import Refusal
from indicators.pack.model import Pack
from indicators.pack.plain_values import write_tree
from indicators.reader import load_pack
from scoring.office.drafting import check_empty


class NotTheSame(Refusal):
    """A workbook that would not be read back as the pack that it was written from."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"{'、'.join(names)} 转成工作簿后读不回原样，没有写文件；请改用 YAML，并把这份指标包报给开发者"
        )


class RulebookRefused(Refusal):
    """A workbook that is no pack yet: every mistake, and the copy with them as comments (None where it has no cell)."""

    def __init__(self, refused: BookRefused, copy: bytes | None) -> None:
        super().__init__(str(refused))
        self.mistakes = refused.mistakes
        self.copy = copy


class OverlayKept(Refusal):
    """A pack that extends another: a workbook has no place for the base, which must stay as it is."""

    def __init__(self, pack: Pack) -> None:
        below = pack.layers[-2]
        super().__init__(
            f"《{pack.head.title}》叠在上级的《{below.title}》上面，不能转成工作簿：上级的内容要原样留着。"
            f"没有写文件；请直接改 YAML，要看全部规则请用 ducha pack coverage 或 ducha pack diff"
        )


@dataclass(frozen=True)
class Rulebook:
    """A workbook of a pack, and the files of the pack's folder that are not in it."""

    pack: Pack
    content: bytes
    others: list[str]


def write_rulebook(folder: Path) -> Rulebook:
    """A pack as a workbook, read back and compared.

    Raises PackRefused, OverlayKept, UnknownFile, CellTooLong, NotTheSame.
    """
    pack = load_pack(folder)
    if pack.layers:
        raise OverlayKept(pack)
    files = read_folder(folder)
    texts = list_texts(folder, files)
    others = list_others(folder, files, texts)
    content = write_book({name: write_tree(tree) for name, tree in files.items()}, texts, others)
    _compare(take_book("check.xlsx", content), Taken(files, texts))
    return Rulebook(pack, content, others)


def _compare(taken: Taken, meant: Taken) -> None:
    names = [name for name in {*taken.files, *meant.files} if taken.files.get(name) != meant.files.get(name)]
    names += [name for name in {*taken.texts, *meant.texts} if taken.texts.get(name) != meant.texts.get(name)]
    if names:
        raise NotTheSame(sorted(names))


def read_rulebook(source: Path, folder: Path) -> Pack:
    """The pack of a workbook, written into a folder that is new or empty.

    Raises FileRefused, RulebookRefused, FolderTaken, OSError.
    """
    check_empty(folder)
    try:
        taken = take_book(source.name, source.read_bytes())
    except BookRefused as error:
        raise RulebookRefused(error, annotate_file(source, error.mistakes)) from error
    write_canonical(folder, taken.files, taken.texts)
    return load_pack(folder)
