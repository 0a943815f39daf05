"""A pack that extends another -> the same on a new version of its base, everything of its own untouched."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ruamel.yaml.nodes import MappingNode, ScalarNode

from indicators.entries.mistakes import PackRefused
from indicators.entries.refusal import Refusal
from indicators.pack.model import Pack
from indicators.pack.overlay import BASE
from indicators.pack.syntax import compose_text
from indicators.reader import is_overlay, lint_folder, load_pack
from scoring.office.drafting import check_empty
from scoring.office.extending import InsideBase, copy_base
from scoring.trials.changed_pack import PackChange, compare_packs

HEAD = "pack.yaml"


class NoOverlay(Refusal):
    """A pack that lies over no other has no base to put another in the place of."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} 不叠在上级的指标包上面，没有上级可换；要叠上去，请用 ducha pack extend 另起一份")


class OtherBase(Refusal):
    """A base that is another pack, not another version of the one below."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(f"原来的上级是 {expected}，给的是 {found}，不是它的新版；请给 {expected} 的新版")


class SameVersion(Refusal):
    """A new version of the upper pack that is called as the one before."""

    def __init__(self, version: str) -> None:
        super().__init__(f"原来的就是 {version} 版；内容变了，请用 --version 写一个新的版本号")


class Rebased(NamedTuple):
    """What the new base has otherwise, and what of the upper pack no longer goes with it (empty: nothing)."""

    base: Pack
    change: PackChange
    mistakes: tuple[str, ...]


def rebase_pack(upper: Path, base: Path, folder: Path, *, version: str) -> Rebased:
    """Write into ``folder``, new or empty, what ``upper`` is on ``base``; mistakes there are told, not refused.

    Of the files of ``upper`` only the head changes, and there three values: its version, and the version and hash
    of the base. Raises PackRefused, NoOverlay, OtherBase, SameVersion, FolderTaken, InsideBase, BaseMoving, OSError.
    """
    if not is_overlay(upper):
        raise NoOverlay(upper)
    former, before, after = load_pack(upper), load_pack(upper / BASE), load_pack(base)
    if after.head.id != before.head.id:
        raise OtherBase(before.head.id, after.head.id)
    if former.head.version == version:
        raise SameVersion(version)
    _copy(upper, folder)
    copy_base(after.sha256, base, folder)
    head = (upper / HEAD).read_bytes().decode("utf-8-sig")
    values = {"version": version, "extends.version": after.head.version, "extends.sha256": after.sha256}
    for name, node in sorted(_find_scalars(head), key=lambda each: -each[1].start_mark.index):
        if name in values:
            head = (
                head[: node.start_mark.index]
                + json.dumps(values[name], ensure_ascii=False)
                + head[node.end_mark.index :]
            )
    (folder / HEAD).write_bytes(head.encode())
    return Rebased(after, compare_packs(before, after), _list_mistakes(folder))


def _find_scalars(head: str) -> Iterator[tuple[str, ScalarNode]]:
    """The values of the head and of ``extends``, by name."""
    root = compose_text(head)
    assert isinstance(root, MappingNode)
    for key, value in root.value:
        if isinstance(value, ScalarNode):
            yield str(key.value), value
        elif key.value == "extends" and isinstance(value, MappingNode):
            yield from ((f"extends.{inner.value}", node) for inner, node in value.value)


def _copy(upper: Path, folder: Path) -> None:
    """All of the upper pack but its base."""
    check_empty(folder)
    if folder.resolve().is_relative_to(upper.resolve()):
        raise InsideBase(folder)

    def leave_base(at: str, names: list[str]) -> list[str]:
        return [BASE] if Path(at) == upper else []

    shutil.copytree(upper, folder, copy_function=shutil.copyfile, ignore=leave_base, dirs_exist_ok=True)


def _list_mistakes(folder: Path) -> tuple[str, ...]:
    try:
        lint_folder(folder)
    except PackRefused as refused:
        return tuple(str(mistake) for mistake in refused.mistakes)
    return ()


def describe_rebased(made: Rebased, folder: Path) -> Iterator[str]:
    """What was done and what is left to do, in Chinese, line by line."""
    title, older, newer = made.base.head.title, *made.change.versions
    yield f"写在 {folder}：上级《{title}》由 {older} 版换成 {newer} 版，本级自己的内容没有改"
    for value in made.change.values:
        yield f"上级改了 {value}"
    for rule in made.change.rules:
        yield f"上级改了「{rule.name}」（{rule.indicator}）{'，影响得分' if rule.moves else '，只改文字'}"
    if not made.mistakes:
        yield "本级的内容与新版都合用；用例是否仍然对，请用 ducha pack test 检查"
        return
    yield f"本级有 {len(made.mistakes)} 处不再合用，改好以前不能使用："
    yield from (f"  {mistake}" for mistake in made.mistakes)
