"""A pack -> the folder of one that extends it, with all of it inside and nothing changed yet."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from indicators.entries.refusal import Refusal
from indicators.overlays.union import OVERLAY
from indicators.pack.layers import Opening
from indicators.pack.model import Pack
from indicators.pack.overlay import BASE
from indicators.reader import hash_pack, load_pack
from indicators.texts.written import Value, write_yaml
from scoring.office.drafting import check_empty


class BaseMoving(Refusal):
    """The folder of a base that was written to while it was copied."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} 复制的时候有人在改，没有写好；请清空输出的文件夹，再试一次")


class InsideBase(Refusal):
    """A folder for the upper pack that lies in its base: then the base would hold it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} 在上级指标包的文件夹里面；请换一个位置")


def extend_pack(base: Path, folder: Path, *, id: str, title: str, issuer: str) -> Iterator[str]:
    """Write the folder, new or empty, and say what the base leaves to it, line by line.

    Raises PackRefused, FolderTaken, InsideBase, BaseMoving, OSError.
    """
    pack = load_pack(base)
    check_empty(folder)
    copy_base(pack.sha256, base, folder)
    head: dict[str, Value] = {
        "id": id,
        "title": title,
        "issuer": issuer,
        "version": "1.0",
        "extends": {"pack": pack.head.id, "version": pack.head.version, "sha256": pack.sha256},
    }
    (folder / "pack.yaml").write_bytes(write_yaml(head).encode())
    musts = [each for each in pack.head.openings.numbers if each.must]
    if musts:
        (folder / OVERLAY).write_bytes(write_yaml({"changes": [_propose(pack, each) for each in musts]}).encode())
    return _describe(pack, folder)


def copy_base(sha256: str, base: Path, folder: Path) -> None:
    """Lay the whole of a pack into the folder of one that extends it. Raises InsideBase, BaseMoving, OSError."""
    if folder.resolve().is_relative_to(base.resolve()):
        raise InsideBase(folder)
    copy = folder / BASE
    shutil.copytree(base, copy, copy_function=shutil.copyfile)
    if hash_pack(copy) != sha256:
        raise BaseMoving(base)


def _propose(pack: Pack, opening: Opening) -> dict[str, str]:
    """A value that the base asks for, to be put in the place of a word that no rule takes."""
    change = {"title": opening.title, "indicator": opening.indicator}
    change |= {"part": str(opening.part)} if opening.part is not None else {}
    return change | {"number": opening.number, "value": "待定", "local_choice": "待写：本办定这个数的理由"}


def _describe(pack: Pack, folder: Path) -> Iterator[str]:
    """What may be done, in Chinese."""
    openings = pack.head.openings
    yield f"写在 {folder}：上级《{pack.head.title}》{pack.head.version} 版整个在 {BASE} 里，不要改它"
    for each in openings.numbers:
        said = each.describe()
        yield (
            f"{'必须定' if each.must else '可以定'}「{each.title}」（指标 {each.indicator} 的 {each.number}）"
            f"{f'：{said}' if said else ''}，写进 {OVERLAY} 的 changes"
        )
    if openings.sections:
        yield f"可以往这些一级指标里加指标：{'、'.join(openings.sections)}"
    if openings.removable:
        yield f"可以去掉这些指标：{'、'.join(openings.removable)}，写进 {OVERLAY} 的 removed"
    if openings.units == "own":
        yield "考核哪些单位由本级在 units.yaml 里列"
    yield "其余的数只能改得更严，写进 changes；写完用 ducha pack lint 检查"
